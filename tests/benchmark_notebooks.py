"""What a lesson takes of a machine: seconds and memory of the solved notebooks, as in class.

  python tests/benchmark_notebooks.py [NAME ...]     all lessons, or some of them (03 04)
  python tests/benchmark_notebooks.py --quick        with NST_QUICK=1, as CI runs them

Every notebook runs in a kernel of its own, which is what a student has on a JupyterHub. The memory
is the largest that this kernel held at any time. NST_WEIGHTS chooses the network, as in class.
"""

import argparse
import os
import time
from collections.abc import Sequence

import nbformat
from child_memory import watched
from notebook_tools import NOTEBOOKS, build


def measure(lesson: build.Lesson, quick: bool) -> tuple[float, float]:
    """Run a solved notebook; returns the seconds, and the largest memory of its kernel in GB."""
    notebook = nbformat.read(lesson.solved, as_version=4)
    began = time.perf_counter()
    with watched() as peak:
        build.run(notebook, lesson.solved.parent, build.class_environment(quick))
    return time.perf_counter() - began, peak[0] / 1e9


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    print(f"| {os.cpu_count()} cores | computing | memory of the kernel |\n|---|---|---|")
    for lesson in build.select(build.find_lessons(NOTEBOOKS), options.names):
        seconds, memory = measure(lesson, options.quick)
        print(f"| {lesson.source.stem} | {seconds:.0f} s | {memory:.1f} GB |", flush=True)


if __name__ == "__main__":
    main()
