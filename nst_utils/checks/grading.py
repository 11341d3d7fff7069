"""Points for an exercise: the verdict of its check, confirmed on inputs that nobody has seen."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nst_utils._quiet import tf
from nst_utils.checks.diagnosis import diagnose, failed, judge
from nst_utils.checks.exercise import Case, Diagnosis, Exercise, Function
from nst_utils.checks.general import GENERAL

SHRINK = (0.5, 1.0)
"""Factors for unseen numbers: none is larger, so that a picture stays displayable."""


def grade(exercise: Exercise, function: Any, seed: int | None = None) -> Diagnosis:
    """Find out what a function is worth; prints nothing and never raises.

    Args:
        exercise: what the function should do.
        function: what the student wrote; anything.
        seed: of the unseen inputs; by default they are others every time.

    Returns:
        The verdict of the check. A function with the right numbers there and wrong ones on unseen
        inputs earns nothing: it knows the inputs of the check, or fails on others.
    """
    diagnosis = diagnose(exercise, function)
    own_mistakes = {mistake.name for mistake in exercise.mistakes}
    if not diagnosis.credit or diagnosis.mistake in own_mistakes:
        return diagnosis
    # Its numbers are right, be it in another type or without a gradient. Are they elsewhere?
    verdicts = []
    # Twice: in one draw, a right answer may round the other way at a number just between two.
    for child in np.random.SeedSequence(seed).spawn(2):
        unseen = replace(exercise, cases=tuple(unseen_cases(exercise, child)))
        verdicts.append(judge(unseen, function))
        if verdicts[-1].credit >= diagnosis.credit:
            return diagnosis
    if all(verdict.mistake in ("raises", "endless") for verdict in verdicts):
        return verdicts[-1]
    return failed(exercise, GENERAL["only_known_inputs"])


def unseen_cases(
    exercise: Exercise, seed: int | np.random.SeedSequence | None = None
) -> Iterator[Case]:
    """Make cases of the same sizes and kinds as those of an exercise, with other numbers."""
    chosen = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    seeds = chosen.spawn(len(exercise.cases))
    for case, own_seed in zip(exercise.cases, seeds, strict=True):
        yield replace(case, arguments=_varied(case, own_seed))


def _varied(case: Case, seed: np.random.SeedSequence) -> Function:
    """Make a function that gives the same varied arguments in every call."""
    if case.unseen is not None:
        return lambda: case.unseen(np.random.default_rng(seed))
    return lambda: tuple(vary(value, np.random.default_rng(seed)) for value in case.arguments())


def vary(value: Any, rng: np.random.Generator) -> Any:
    """Make another value of the same kind: other numbers, other pixels, another order of layers.

    Args:
        value: a tensor, a variable (changed in place), an array, a fraction, or a list, tuple or
            dictionary of these. Anything else stays as it is: a name, a model, a whole number,
            which counts something.
        rng: chooses.

    Returns:
        A value of the same type, shape and dtype.
    """
    if isinstance(value, dict):
        return {key: vary(item, rng) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(vary(item, rng) for item in value)
    if isinstance(value, tf.Variable):
        value.assign(vary(value.numpy(), rng))
        return value
    if isinstance(value, tf.Tensor):
        return tf.constant(vary(np.asarray(value), rng))
    if isinstance(value, float):
        return value * rng.uniform(*SHRINK)
    if isinstance(value, np.ndarray):
        return _varied_array(value, rng)
    return value


def _varied_array(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if array.dtype.kind == "f":
        return (array * rng.uniform(*SHRINK, array.shape)).astype(array.dtype)
    if array.dtype == np.uint8:
        return rng.integers(0, 256, array.shape, dtype=np.uint8)
    if array.dtype == object:  # the layers of a .mat file
        for record in array.flat:
            _vary_weights(record, rng)
        return array[:, rng.permutation(array.shape[1])]
    return array


def _vary_weights(record: np.ndarray, rng: np.random.Generator) -> None:
    """Change the numbers of a layer in place."""
    weights = record[0, 0]["weights"] if "weights" in record.dtype.names else np.empty(0)
    for place, values in np.ndenumerate(weights):
        weights[place] = vary(values, rng)
