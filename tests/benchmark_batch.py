"""Measure a batch: six photographs one after the other, in two processes, and on a Dask cluster.

Run: python tests/benchmark_batch.py [--size 400]

Every way is the command of the README in a process of its own; its start counts. The Dask cluster
has two workers on this machine, and is there before the clock starts; without the package
`distributed` that row is left out. A measurement, and therefore no test.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import distributed
except ImportError:
    distributed = None

PROJECT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The address of a scheduler with two workers."""
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as local:
        yield local.scheduler_address


def seconds(size: int, *options: str) -> float:
    """Paint all the photographs of the project."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["images/content", "images/style/waves.jpg", "--batch", "-o", folder, "--quiet"]
        command = [sys.executable, "-m", "nst_utils", *words, "--size", str(size), *options]
        began = time.perf_counter()
        subprocess.run(command, cwd=PROJECT, check=True)
        return time.perf_counter() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=400, help="longer side in pixels")
    size = parser.parse_args().size
    number = len(list((PROJECT / "images" / "content").iterdir()))
    print(f"| {number} photographs, {size} px, {os.cpu_count()} cores | |\n|---|---|")
    print(f"| one after the other | {seconds(size):.0f} s |", flush=True)
    print(f"| `--workers 2` | {seconds(size, '--workers', '2'):.0f} s |", flush=True)
    if distributed is not None:
        with cluster() as address:
            taken = seconds(size, "--scheduler", address)
        print(f"| `--scheduler`, two Dask workers | {taken:.0f} s |")


if __name__ == "__main__":
    main()
