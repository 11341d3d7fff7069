"""Measure how much memory painting takes, beside what is estimated, whole and in tiles.

Run: python tests/benchmark_memory.py [--large]

Every row is a process of its own, on Linux. Its memory is the largest that the system has seen of
it (resident, from start to end). The full-width network has random weights unless --weights names a
file: memory and time do not depend on their values. A measurement, and therefore no test.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
from child_memory import own_peak
from mat_files import FULL_WIDTHS, random_weights, write_mat

from nst_utils import PRESETS, Painter, load_image, project_path  # isort: skip
from nst_utils.engine import load_model
from nst_utils.images import resize_image
from nst_utils.memory import GIB

CONTENT = project_path("images", "content", "china.jpg")
STYLE = project_path("images", "style", "stained-glass.jpg")


def child(options: argparse.Namespace) -> None:
    """Paint a few steps at one size, and print what it took."""
    width, height = options.pixels
    settings = replace(
        PRESETS["best"],
        size=max(width, height),
        coarsest=None,
        iterations=options.steps,
        precision=options.precision,
    )
    model = load_model(settings, options.weights)
    content = resize_image(load_image(CONTENT), (width, height))
    before = psutil.Process().memory_info().rss / GIB
    painter = Painter(content, load_image(STYLE), settings, model, memory=options.limit)
    seconds = [progress.seconds for progress in painter]
    step = float(np.median(np.diff(seconds[:-1]))) if len(seconds) > 2 else float("nan")
    found = {
        "peak": own_peak() / GIB,
        "before": before,
        "estimate": before + painter.memory,
        "tile": painter.tile,
        "step": step,
        "seconds": seconds[-1],
    }
    print(json.dumps(found))


def measured(network: str, row: "Row") -> dict:
    """Paint in a process of its own."""
    command = [sys.executable, __file__, "--weights", network, "--steps", str(row.steps)]
    command += ["--pixels", *map(str, row.pixels), "--precision", row.precision]
    if row.limit is not None:
        command += ["--limit", str(row.limit)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


class Row(NamedTuple):
    """One measurement."""

    network: str
    pixels: tuple[int, int]
    precision: str
    limit: float | None = None
    steps: int = 12


ROWS = [
    *(
        Row(network, pixels, precision)
        for network in ("small", "full width")
        for precision in ("float32", "bfloat16")
        for pixels in ((512, 384), (1024, 768))
    ),
    Row("small", (1024, 768), "float32", limit=0.75),
    Row("full width", (1024, 768), "float32", limit=2.0),
]
LARGE = [
    Row("small", (4000, 3000), "float32", limit=6.0, steps=11),
    Row("full width", (4000, 3000), "bfloat16", limit=13.0, steps=11),
]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="only 4000×3000, in tiles")
    parser.add_argument("--pixels", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--weights", help=argparse.SUPPRESS)
    parser.add_argument("--precision", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--steps", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pixels:
        return child(options)
    print("| network | pixels | | tiles | a step | peak memory | estimated |\n" + "|---" * 7 + "|")
    with tempfile.TemporaryDirectory() as folder:
        full = write_mat(Path(folder) / "full.mat", random_weights(widths=FULL_WIDTHS))
        for row in LARGE if options.large else ROWS:
            found = measured("small" if row.network == "small" else str(full), row)
            width, height = row.pixels
            tile = "whole" if found["tile"] is None else found["tile"]
            print(
                f"| {row.network} | {width}×{height} | {row.precision} | {tile} | "
                f"{found['step']:.2f} s | {found['peak']:.2f} GiB | {found['estimate']:.2f} GiB |",
                flush=True,
            )
    return None


if __name__ == "__main__":
    main()
