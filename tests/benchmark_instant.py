"""Measure instant painting: pictures beside optimised ones, films, memory, and flicker.

Run: python tests/benchmark_instant.py [--quick] [--only pictures|films|flicker]

Every row of the first two tables is a process of its own, on Linux. Its memory is the largest that
the system has seen of it (resident, from start to end). A measurement, and therefore no test:
machines differ.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
from child_memory import own_peak, watched
from film_files import moved, write_video

from nst_utils import PRESETS, load_image, project_path, stylize, stylize_instantly
from nst_utils.film import SmoothStatistics, Steadied, stylize_film
from nst_utils.images import resize_image
from nst_utils.instant import BYTES_A_PIXEL, channel_statistics, load_instant_model
from nst_utils.memory import GIB
from nst_utils.objective import Style
from nst_utils.precision import chosen_precision

CONTENT = project_path("images", "content", "china.jpg")
STYLE = project_path("images", "style", "stained-glass.jpg")
SIDES = ((400, 300), (800, 600), (1600, 1200))
LARGE = (4000, 3000)
FILM = (400, 300)
NOISE = 6
"""Standard deviation of the camera's noise, in grey levels."""


# Pictures -----------------------------------------------------------------------------------------


def paint_once(way: str, sides: tuple[int, int]) -> dict[str, float]:
    """Paint one picture in this process; returns seconds and memory."""
    content, style = resize_image(load_image(CONTENT), sides), load_image(STYLE)
    if way == "instant":
        model = load_instant_model()
        small = resize_image(content, 64)
        stylize_instantly(small, small, model=model)  # what is done once for all pictures
    before, seconds = psutil.Process().memory_info().rss, []
    for _ in range(3 if way == "instant" else 1):
        began = time.monotonic()
        if way == "instant":
            stylize_instantly(content, style, model=model)
        else:
            stylize(content, style, replace(PRESETS["best"], size=max(sides)))
        seconds.append(time.monotonic() - began)
    peak = own_peak()
    return {"seconds": statistics.median(seconds), "peak": peak, "grown": peak - before}


def pictures(quick: bool) -> None:
    """Print seconds and memory of both ways at several sizes."""
    print(
        "| pixels | in one pass | peak memory | bytes a pixel | by `best` | peak memory | sooner |"
    )
    print("|---" * 7 + "|")
    for sides in (*SIDES, LARGE):
        instant = child("instant", sides)
        row = f"| {sides[0]}×{sides[1]} | {instant['seconds']:.2f} s | {gib(instant['peak'])} "
        row += f"| {instant['grown'] / np.prod(sides):.0f} of {BYTES_A_PIXEL} "
        if sides == LARGE or (quick and sides == SIDES[-1]):
            print(f"{row}| | | |", flush=True)
            continue
        best = child("best", sides)
        ratio = best["seconds"] / instant["seconds"]
        row += f"| {best['seconds']:.0f} s | {gib(best['peak'])} | {ratio:.0f} × |"
        print(row, flush=True)


# Films --------------------------------------------------------------------------------------------


def paint_film(source: str, target: str) -> dict[str, float]:
    """Paint a film in this process; returns seconds and memory."""
    chosen_precision("auto")  # tried once in a process
    began = time.monotonic()
    made = stylize_film(source, target, load_image(STYLE))
    return {"seconds": time.monotonic() - began, "frames": made.frames, "peak": own_peak()}


def films() -> None:
    """Print speed and memory of a short and a long film."""
    precision = chosen_precision("auto")
    print(f"\n| 400×300, {precision} | seconds | frames a second | peak memory | with ffmpeg |")
    print("|---" * 5 + "|")
    photograph = load_image(CONTENT, 800)
    with tempfile.TemporaryDirectory() as folder:
        for count in (60, 300):
            source = Path(folder) / f"{count}.mp4"
            write_video(source, moved(photograph, FILM, count, pan=1, noise=NOISE))
            with watched() as largest:
                found = child("film", source, Path(folder) / "painted.mp4")
            print(
                f"| {found['frames']} frames | {found['seconds']:.1f} | "
                f"{found['frames'] / found['seconds']:.1f} | {gib(found['peak'])} | "
                f"{gib(largest[0])} |",
                flush=True,
            )


# Flicker ------------------------------------------------------------------------------------------


def still(count: int = 30) -> list[np.ndarray]:
    """A scene in which nothing moves, with camera noise."""
    return list(moved(load_image(CONTENT, 400), FILM, count, pan=0, noise=NOISE))


def walked(count: int = 30) -> list[np.ndarray]:
    """The same, and a cat passes through its upper half."""
    cat = load_image(project_path("images", "content", "chelsea.png"), 160)
    frames = still(count)
    for number, frame in enumerate(frames):
        left = round(number * 240 / count)
        frame[10 : 10 + cat.shape[0], left : left + 160] = cat
    return frames


def flicker(frames: list[np.ndarray]) -> float:
    """Mean difference of neighbouring frames in the lowest fifth of the picture, in grey levels.

    The first ten do not count: the means have to begin somewhere.
    """
    low = [frame[-60:].astype(np.float32) for frame in frames[10:]]
    return float(np.mean([np.abs(a - b).mean() for a, b in pairwise(low)]))


def flickers() -> None:
    """Print how much still parts of a film flicker, with and without what is done against it."""
    print("\n| flicker, grey levels | nothing moves | a cat passes |\n|---|---|---|")
    scenes = [still(), walked()]
    print(f"| the film itself, noise of {NOISE} | {row(map(flicker, scenes))} |")
    model = load_instant_model(chosen_precision("auto"))
    looks = [model.look(Style(load_image(STYLE, 400)))]
    for name, steady, smooth in (
        ("painted frame by frame", False, False),
        ("statistics smoothed", False, True),
        ("pixels at rest steadied", True, False),
        ("both", True, True),
    ):
        found = []
        for scene in scenes:
            calm = Steadied() if steady else np.asarray
            measure = SmoothStatistics() if smooth else channel_statistics
            found.append(flicker([model.paint(calm(f), looks, measure=measure) for f in scene]))
        print(f"| {name} | {row(found)} |", flush=True)


def row(numbers: Iterable[float]) -> str:
    return " | ".join(f"{number:.2f}" for number in numbers)


# Processes ----------------------------------------------------------------------------------------


def gib(size: float) -> str:
    return f"{size / GIB:.2f} GiB"


def child(way: str, *arguments: tuple[int, int] | Path) -> dict[str, float]:
    """Do one thing in a process of its own."""
    words = [str(word) for given in arguments for word in np.atleast_1d(given)]
    command = [sys.executable, __file__, "--child", way, *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="no optimised picture of 1600 pixels")
    parser.add_argument("--only", choices=("pictures", "films", "flicker"), help="one table")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        way, *words = options.child
        found = paint_film(*words) if way == "film" else paint_once(way, tuple(map(int, words)))
        return print(json.dumps(found))
    tables = {"pictures": lambda: pictures(options.quick), "films": films, "flicker": flickers}
    for name, table in tables.items():
        if options.only in (None, name):
            table()
    return None


if __name__ == "__main__":
    main()
