"""Measure the first picture: time, memory, and how far the cost falls.

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

try:
    import resource
except ImportError:  # Windows has none
    resource = None

PROJECT = Path(__file__).resolve().parent.parent
CONTENT = PROJECT / "images" / "content" / "china.jpg"
STYLE = PROJECT / "images" / "style" / "stained-glass.jpg"


def paint(output: Path, *options: str) -> tuple[float, str]:
    """Paint once in a new process; returns seconds and what was printed last."""
    command = [sys.executable, "-m", "nst_utils", str(CONTENT), str(STYLE), "-o", str(output)]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, *options], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - began, done.stdout


def cost(printed: str) -> float:
    """Read the total cost from what the command line printed."""
    return float(re.search(r"J ([\d.e+]+)", printed)[1])


def peak_memory() -> str:
    """Tell the largest memory of all the processes started here."""
    if resource is None:
        return "not measured on this system"
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    mib = peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # bytes there, KiB on Linux
    return f"{mib:.0f} MiB"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="runs; the median is printed")
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "first.png"
        _, start = paint(output, "--iterations", "0")
        runs = [paint(output) for _ in range(repeats)]
    seconds = statistics.median(run[0] for run in runs)
    print(f"| 400 px, 200 iterations, {os.cpu_count()} cores | |\n|---|---|")
    print(f"| start to finished picture, median of {repeats} | {seconds:.1f} s |")
    print(f"| peak memory | {peak_memory()} |")
    print(f"| total cost, start ÷ end | {cost(start) / cost(runs[0][1]):.0f} |")


if __name__ == "__main__":
    main()
