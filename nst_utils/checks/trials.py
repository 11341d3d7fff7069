"""Call a function on the inputs of an exercise, keep what came out, and compare."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.utils.capture import capture_output

from nst_utils._quiet import tf
from nst_utils.checks.exercise import Case, Exercise, Function, Trial
from nst_utils.checks.inspection import entered, names_used, parameters
from nst_utils.checks.limit import TimeIsUp, call_within

RTOL = 1e-3
"""Right answers differ by rounding: float32 sums by about 1e-5, on a GPU with TF32 by 2e-4."""


TIME_LIMIT = 10.0
"""Seconds for one call. The slowest right answer that we know needs less than one."""


def run(exercise: Exercise, function: Function) -> list[Trial]:
    """Call a function on every case of an exercise; what it prints or displays is not shown.

    After a call that took too long the others are not tried: they would, too.
    """
    trials: list[Trial] = []
    with capture_output(), _no_figures_left():
        for case in exercise.cases:
            if trials and isinstance(trials[-1].error, TimeIsUp):
                trials.append(replace(trials[-1], case=case))
            else:
                trials.append(_watched(exercise, function, case))
    return trials


@contextmanager
def _no_figures_left() -> Iterator[None]:
    """Close the figures that a function opens: the notebook would show them below the verdict."""
    before = set(plt.get_fignums())
    try:
        yield
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


def _watched(exercise: Exercise, function: Function, case: Case) -> Trial:
    """Call a student's function: within a time limit, and with an eye on its inputs."""
    made: list[tuple] = []

    def arguments() -> tuple:
        made.append(case.arguments())
        return made[-1]

    noting = replace(case, arguments=arguments)

    def observe() -> tuple[Trial, str]:
        trial = observed(exercise, function, noting)
        return trial, _changed(exercise, made[0], case.arguments()) if made else ""

    noted = {**names_used(function, exercise.reference), "limit": f"{TIME_LIMIT:g}"}
    try:
        trial, noted["changed"] = call_within(TIME_LIMIT, observe)
    except TimeIsUp as error:
        trial = Trial(case, error=error)
        noted["left"] = "" if error.ended else " It is still running: restart the kernel."
    return replace(trial, case=case, details={**noted, **trial.details})


def _changed(exercise: Exercise, used: Sequence[Any], fresh: Sequence[Any]) -> str:
    """Name the first argument that does not hold what it held before the call; or nothing.

    Variables, models and optimizers may change: that is what they are for.
    """
    names = parameters(exercise.reference)
    pairs = zip(names, used, fresh, strict=False)
    return next((name for name, one, other in pairs if not _alike(one, other)), "")


def _alike(one: Any, other: Any) -> bool:
    """Whether two values hold the same, as far as arrays, dictionaries and lists go."""
    if type(one) is not type(other):
        return False
    if isinstance(one, str | int | float):
        return one == other
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, np.void):
        return all(_alike(one[name], other[name]) for name in one.dtype.names)
    if isinstance(one, np.ndarray) and one.dtype.hasobject:
        return one.shape == other.shape and all(map(_alike, one.flat, other.flat))
    if isinstance(one, np.ndarray | tf.Tensor):
        return np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f")
    return True


def observed(exercise: Exercise, function: Function, case: Case) -> Trial:
    """Call a function on a case, and keep what came out, be it an exception."""
    try:
        return exercise.observe(function, case)
    except TimeIsUp:
        raise
    # A student's function may raise anything, even SystemExit; the check itself must not. (The stop
    # button of a notebook interrupts the main thread, where `call_within` waits.)
    except BaseException as error:
        return Trial(case, error=error, entered=entered(function, error))


def trials_of(exercise: Exercise, function: Function) -> Iterator[Trial]:
    """Run the reference or a mistake, as far as the trials are looked at."""
    return (known_trial(exercise, function, case) for case in exercise.cases)


@functools.cache
def known_trial(exercise: Exercise, function: Function, case: Case) -> Trial:
    """Run the reference or a mistake once; the student's function is run every time.

    In a thread, too: what the caller has set for its own, such as a graph, must not matter.
    """
    return call_within(60, lambda: observed(exercise, function, case))


def agree(trials: Sequence[Trial], others: Iterable[Trial]) -> bool:
    """Whether two functions gave the same in every case, and a value in at least one."""
    return any(trial.values for trial in trials) and not any(map(difference, trials, others))


def difference(trial: Trial, other: Trial) -> str | None:
    """Name the first value in which two trials differ; None where they do not."""
    if trial.values.keys() != other.values.keys() or trial.problem != other.problem:
        return next(iter({**other.values, **trial.values}), "result")
    differing = (n for n, value in trial.values.items() if not same(value, other.values[n]))
    return next(differing, None)


def same(value: np.ndarray, other: np.ndarray) -> bool:
    """Compare two arrays: shape, and values up to rounding."""
    scale = np.abs(other).max(initial=0)
    return value.shape == other.shape and np.allclose(
        value, other, rtol=RTOL, atol=1e-5 * scale, equal_nan=True
    )
