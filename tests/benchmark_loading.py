"""Measure loading the real VGG-19: seconds and memory, beside plain scipy.io.loadmat.

Run: python tests/benchmark_loading.py [PATH] [--repeats 3]

PATH is a full-size .mat file, such as imagenet-vgg-verydeep-19.mat; without it, one of the same
structure and size is written first (random numbers, half a minute, 0.6 GB of disk). Every load
runs in a new process, in turn, and the median is printed. A measurement, and therefore no test.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# What a process does: each line is a way to load, by its name in the table.
WAYS = {
    "scipy.io.loadmat, the whole file": "scipy.io.loadmat(path)",
    "first load (checks, reads, writes the cache)": "load_cached(path)",
    "later loads (from the cache)": "load_cached(path)",
}

# Importing nst_utils in the usual way would import TensorFlow, whose memory is not the question:
# an empty package in its place lets the modules of the ground floor be imported alone.
PROCESS = """
import json, resource, sys, time, types
package = types.ModuleType("nst_utils")
package.__path__ = [sys.argv[2]]
sys.modules["nst_utils"] = package
import scipy.io
from nst_utils.cache import load_cached
unit = 1 if sys.platform == "darwin" else 1024
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
path, before, began = sys.argv[1], peak(), time.perf_counter()
loaded = {way}
print(json.dumps([time.perf_counter() - began, peak() - before]))
"""


def measure(way: str, path: Path) -> tuple[float, float]:
    """Load once in a new process; returns seconds, and bytes by which its memory grew."""
    process = [sys.executable, "-c", PROCESS.format(way=way), str(path), str(PROJECT / "nst_utils")]
    done = subprocess.run(process, capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", nargs="?", type=Path, help="a full-size .mat file")
    parser.add_argument("--repeats", type=int, default=3, help="runs; the median is printed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "full-size.mat"
        if options.path:  # a copy, so that no cache of the user's is touched
            shutil.copyfile(options.path, path)
        else:
            # In a process of its own: what it needs would count as the peak of all that follow.
            writer = [sys.executable, str(PROJECT / "tests" / "mat_files.py"), str(path)]
            subprocess.run(writer, check=True, stdout=subprocess.DEVNULL)
        runs = {name: [] for name in WAYS}
        for _ in range(options.repeats):
            for name, way in WAYS.items():
                runs[name].append(measure(way, path))
            (cache,) = Path(folder).glob("*.npy")
            cache.unlink()
        size = path.stat().st_size
    print(f"| {size / 1e6:.0f} MB, median of {options.repeats} | seconds | peak memory | ÷ file |")
    print("|---|---|---|---|")
    for name, measured in runs.items():
        seconds, memory = map(statistics.median, zip(*measured, strict=True))
        digits = 1 if seconds >= 1 else 2
        print(f"| {name} | {seconds:.{digits}f} | {memory / 1e6:.0f} MB | {memory / size:.2f} |")


if __name__ == "__main__":
    main()
