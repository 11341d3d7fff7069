"""Measure the first picture: time, memory, and how far the cost falls, for course and best.

Run: python tests/benchmark_first_picture.py [--repeats 3]

It starts the command line as a newcomer does, each time in a new process, so that Python's and
TensorFlow's start-up count. A measurement, and therefore no test: machines differ.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
CONTENT = PROJECT / "images" / "content" / "china.jpg"
STYLE = PROJECT / "images" / "style" / "stained-glass.jpg"


class Painted(NamedTuple):
    """What one picture took: seconds, MiB (None on Windows), and what was printed."""

    seconds: float
    memory: float | None
    printed: str


def paint(output: Path, *options: str) -> Painted:
    """Paint once in a new process."""
    command = [sys.executable, "-m", "nst_utils", str(CONTENT), str(STYLE), "-o", str(output)]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        printed = process.stdout.read()
        memory = peak_memory(process)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed.")
    return Painted(time.perf_counter() - began, memory, printed)


def peak_memory(process: subprocess.Popen) -> float | None:
    """Wait for a process; its largest memory in MiB, where the system tells it."""
    if not hasattr(os, "wait4"):  # Windows
        process.wait()
        return None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def cost(printed: str) -> float:
    """Read the total cost from what the command line printed."""
    return float(re.search(r"J ([\d.e+]+)", printed)[1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="runs; the median is printed")
    repeats = parser.parse_args().repeats
    found = {}
    for preset in ("course", "best"):
        with tempfile.TemporaryDirectory() as folder:
            found[preset] = measure(Path(folder) / "first.png", preset, repeats)
    print(f"| {os.cpu_count()} cores | `--preset course`, 400 px | `best`, 512 px |\n|---|---|---|")
    for name, *cells in zip(ROWS, *found.values(), strict=True):
        print(f"| {name} | {' | '.join(cells)} |")


ROWS = "start to finished picture", "peak memory", "total cost, start ÷ end"


def measure(output: Path, preset: str, repeats: int) -> tuple[str, str, str]:
    """Paint several times; the cells of a column."""
    start = paint(output, "--preset", preset, "--iterations", "0")
    runs = [paint(output, "--preset", preset) for _ in range(repeats)]
    seconds = statistics.median(run.seconds for run in runs)
    memory = f"{runs[0].memory:.0f} MiB" if runs[0].memory else "not known here"
    return f"{seconds:.1f} s", memory, f"{cost(start.printed) / cost(runs[0].printed):.0f}"


if __name__ == "__main__":
    main()
