"""How much memory do the processes take that this one starts?"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def watched(every: float = 0.2) -> Iterator[list[int]]:
    """Watch the processes below this one.

    Args:
        every: seconds between two looks.

    Yields:
        A list whose one number is the largest memory so far, of all of them together, in bytes.
    """
    peak, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(every):
            peak[0] = max(peak[0], memory_of_children())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()


def memory_of_children() -> int:
    """The memory of all the processes below this one, now, in bytes."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:  # it ended between the two lines
            continue
    return total


def own_peak() -> int | None:
    """The largest memory of this process so far, in bytes; None where the system keeps no record.

    Not from `resource.getrusage`: on Linux a new process inherits that number from its parent.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else None
