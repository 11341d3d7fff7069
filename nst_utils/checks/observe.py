"""How the checks call a function from tensors to a tensor, and the inputs that they use."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from nst_utils.checks.core import Case, Function, Trial, kind


def activations(*shapes: tuple[int, ...], seed: int) -> list[tf.Tensor]:
    """Make random tensors; fractions and both signs, so that rounding and signs show."""
    rng = np.random.default_rng(seed)
    return [tf.constant(rng.normal(0.5, 2, shape), tf.float32) for shape in shapes]


def size_facts(n_H: int, n_W: int, n_C: int) -> dict[str, int]:
    """Name the numbers that a wrong factor may consist of."""
    return {
        "n_H": n_H,
        "n_W": n_W,
        "n_C": n_C,
        "n_H·n_W": n_H * n_W,
        "n_H·n_W·n_C": n_H * n_W * n_C,
        "4·n_C": 4 * n_C,
        "4·n_H·n_W": 4 * n_H * n_W,
        "4·n_H·n_W·n_C": 4 * n_H * n_W * n_C,
    }


def observe_tensor(watch: int | Sequence[int] | None) -> Callable[[Function, Case], Trial]:
    """Make an observer of functions that return one tensor.

    Args:
        watch: the positions of the arguments whose gradient matters; None for no gradient.

    Returns:
        A function (function, case) → `Trial` with ``values["result"]`` and the gradient.
    """
    watched = [] if watch is None else np.atleast_1d(watch)

    def observe(function: Function, case: Case) -> Trial:
        arguments = case.arguments()
        tensors = tf.nest.flatten([arguments[i] for i in watched])
        with tf.GradientTape() as tape:
            for tensor in tensors:
                tape.watch(tensor)
            result = function(*arguments, **case.keywords)
            total = _one_number(result)
        return _trial(case, result, _gradient(tape, total, tensors), bool(tensors))

    return observe


def _one_number(result: Any) -> tf.Tensor | None:
    """Mix all the numbers of a result into one, each with a weight of its own."""
    if not isinstance(result, tf.Tensor) or not result.dtype.is_floating:
        return None
    weights = tf.cos(tf.range(tf.size(result), dtype=result.dtype))
    return tf.reduce_sum(tf.reshape(result, (-1,)) * weights)


def _gradient(
    tape: tf.GradientTape, total: tf.Tensor | None, tensors: Sequence[tf.Tensor]
) -> np.ndarray | None:
    """Put the gradients to all the watched tensors into one array; None where there are none."""
    gradients = [None] if total is None else tape.gradient(total, tensors)
    if all(gradient is None for gradient in gradients):
        return None
    flat = [
        np.zeros(tensor.shape).ravel() if gradient is None else gradient.numpy().ravel()
        for gradient, tensor in zip(gradients, tensors, strict=True)
    ]
    return np.concatenate(flat).astype(np.float64)


def _trial(case: Case, result: Any, gradient: np.ndarray | None, differentiable: bool) -> Trial:
    """Look at what was returned."""
    if result is None:
        return Trial(case, problem="returns_none")
    numbers = as_numbers(result)
    if numbers is None:
        details = {"got_type": kind(result), "want_type": "a tensor of float32"}
        return Trial(case, problem="wrong_type", details=details)
    return Trial(
        case,
        {"result": numbers.astype(np.float64)},
        gradient,
        differentiable,
        # A Python float has no type of its own to be blamed for: it lacks a gradient.
        dtype=numbers.dtype.name if tf.is_tensor(result) or numbers.dtype.kind in "biu" else None,
    )


def as_numbers(result: Any) -> np.ndarray | None:
    """Make an array of a tensor, an array or a number; None where it is none of these."""
    if not isinstance(result, tf.Tensor | tf.Variable | np.ndarray | np.generic | int | float):
        return None
    numbers = np.asarray(result)
    return numbers if numbers.dtype.kind in "biuf" else None
