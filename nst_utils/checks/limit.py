"""A time limit for the function of a student: an endless loop must not stop the notebook."""

import contextvars
import ctypes
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType, TracebackType
from typing import Any

GRACE = 2.0
"""Seconds in which a function has to give way; afterwards it is left behind, still running."""


class TimeIsUp(BaseException):
    """A function took too long.

    Not an `Exception`: ``except Exception`` in a student's loop must not catch it.

    Attributes:
        ended: whether the function could be stopped. One that waits outside of Python, or that
            catches everything in the innermost loop, may run on in the background.
    """

    ended = True


def call_within(seconds: float, function: Callable[[], Any]) -> Any:
    """Call a function, and stop it when it takes too long.

    It runs in a thread of its own, which is the one thing that can be interrupted on every system
    and in every kernel without hitting anything else. So it does not see what TensorFlow and Keras
    keep for each thread: a device, a graph or a default type that the caller has set.

    Args:
        seconds: the limit.
        function: takes no arguments.

    Returns:
        What the function returns.

    Raises:
        TimeIsUp: if the function was still running; its traceback shows where it was.
        BaseException: whatever the function raises.
    """
    outcome: dict[str, Any] = {}
    # A join that the stop button interrupts takes the thread for ended (bpo-45274), wrongly.
    begun, done = threading.Event(), threading.Event()
    context = contextvars.copy_context()  # NumPy keeps there what it does about warnings

    def work() -> None:
        begun.set()
        try:
            try:
                outcome["returned"] = context.run(function)
            except BaseException as error:
                outcome["raised"] = error
            done.set()
        except TimeIsUp:  # one that was on its way when the function ended; no other will come
            done.set()

    worker = threading.Thread(target=work, name="check", daemon=True)
    worker.start()
    try:
        begun.wait()  # what starts a thread must not be interrupted
        _wait(done, seconds)
        place = _traceback_of(sys._current_frames().get(worker.ident))
        in_time = done.is_set()
    finally:  # also where somebody pressed the stop button meanwhile
        ended = _stop(worker, outcome)
    if not in_time:
        late = TimeIsUp().with_traceback(place)
        late.ended = ended
        raise late
    if "raised" in outcome:
        raise outcome["raised"]
    return outcome["returned"]


def _wait(done: threading.Event, seconds: float) -> None:
    """Wait in short pieces: on Windows, the stop button is heard only between two of them."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and not done.wait(min(left, 0.1)):
        pass


def _traceback_of(frame: FrameType | None) -> TracebackType | None:
    """Make a traceback of what a thread is doing now, outermost call first."""
    made = None
    while frame is not None:
        made = TracebackType(made, frame, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    return made


def _stop(worker: threading.Thread, outcome: Mapping[str, Any]) -> bool:
    """Raise TimeIsUp in a thread until it ends: a bare ``except:`` may catch many of them.

    Args:
        worker: the thread.
        outcome: empty until the function has ended. Nothing is raised after that.

    Returns:
        Whether the thread has ended.
    """
    deadline = time.monotonic() + GRACE
    raise_in, ident = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.c_ulong(worker.ident)
    late = ctypes.py_object(TimeIsUp)
    while (runs := worker.ident in sys._current_frames()) and time.monotonic() < deadline:
        if not outcome:  # Python changes no thread between this look and the call
            raise_in(ident, late)
        worker.join(0.001)
    return not runs
