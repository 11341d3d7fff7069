"""How the checks call a function and look at what it returns; and the tensors they hand to it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nst_utils._quiet import tf
from nst_utils.checks.describe import kind
from nst_utils.checks.exercise import Case, Function, Trial


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
    if not isinstance(result, tf.Tensor) or is_symbolic(result) or not result.dtype.is_floating:
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
        problem = "symbolic" if is_symbolic(result) else "wrong_type"
        return Trial(case, problem=problem, details=details)
    return Trial(
        case,
        {"result": numbers.astype(np.float64)},
        gradient,
        differentiable,
        # A Python float has no type of its own to be blamed for: it lacks a gradient.
        dtype=numbers.dtype.name if tf.is_tensor(result) or numbers.dtype.kind in "biu" else None,
    )


def is_symbolic(result: Any) -> bool:
    """Whether a tensor stands for a computation and holds no numbers."""
    return tf.is_symbolic_tensor(result) or tf.keras.backend.is_keras_tensor(result)


def as_numbers(result: Any) -> np.ndarray | None:
    """Make an array of a tensor, an array or a number; None where it is none of these."""
    if not isinstance(result, tf.Tensor | tf.Variable | np.ndarray | np.generic | int | float):
        return None
    if is_symbolic(result):
        return None
    numbers = np.asarray(result)
    return numbers if numbers.dtype.kind in "biuf" else None


def observe_arrays(*names: str) -> Callable[[Function, Case], Trial]:
    """Make an observer of functions that return several arrays; no gradient is asked for.

    Args:
        names: what to call the arrays, in their order, such as ``"kernel", "bias"``.

    Returns:
        A function (function, case) → `Trial` with a value for each name. Where something else was
        returned, ``details["got_type"]`` says what; a single array is kept as ``values["alone"]``.
    """

    def observe(function: Function, case: Case) -> Trial:
        result = function(*case.arguments(), **case.keywords)
        if result is None:
            return Trial(case, problem="returns_none")
        if not isinstance(result, tuple | list) or len(result) != len(names):
            return _not_these(case, names, result, kind(result))
        parts = {name: as_numbers(part) for name, part in zip(names, result, strict=True)}
        for name, part in zip(names, result, strict=True):
            if parts[name] is None:
                return _not_these(case, names, None, f"{kind(result)} whose {name} is {kind(part)}")
        values = {name: numbers.astype(np.float64) for name, numbers in parts.items()}
        dtypes = dict.fromkeys(numbers.dtype.name for numbers in parts.values())
        return Trial(case, values, dtype=" and ".join(dtypes))

    return observe


def _not_these(case: Case, names: Sequence[str], result: Any, got: str) -> Trial:
    """Describe what was returned in place of arrays."""
    alone = as_numbers(result)
    values = {} if alone is None else {"alone": alone.astype(np.float64)}
    details = {"got_type": got, "want_type": f"{len(names)} arrays: {', '.join(names)}"}
    return Trial(case, values, problem="wrong_type", details=details)


def observe_words(function: Function, case: Case) -> Trial:
    """Call a function that returns a list of words, and say what came out.

    Returns:
        A `Trial` with ``values["count"]``, ``values["words"]`` (a row of characters for each) and
        the words themselves in ``details``. Where something else was returned,
        ``details["got_type"]`` says what; a single text is kept as ``values["text"]``.
    """
    result = function(*case.arguments(), **case.keywords)
    if result is None:
        return Trial(case, problem="returns_none")
    got, values = kind(result), {}
    if isinstance(result, str):
        values = {"text": _characters([result])}
    elif isinstance(result, tuple | list):
        odd = [kind(item) for item in result if not isinstance(item, str)]
        if not odd:
            values = {"count": np.array(float(len(result))), "words": _characters(result)}
            return Trial(case, values, details={"words": tuple(map(str, result))})
        got += f" that holds {odd[0]}"
    details = {"got_type": got, "want_type": "a list of words"}
    return Trial(case, values, problem="wrong_type", details=details)


_LONGEST = 64
"""Characters: a word is compared as far as this."""


def _characters(words: Sequence[str]) -> np.ndarray:
    """Make numbers of words, a row for each, so that they are compared as all values are."""
    letters = np.array(words, dtype=f"U{_LONGEST}").view(np.uint32)
    return letters.reshape(len(words), _LONGEST).astype(np.float64)
