"""Notebook 01: from a picture to the network's input and back, and what goes wrong there.

Both exercises are judged by arrays: NumPy and TensorFlow are equally right, as nothing has to be
differentiated here. Every message names the value of one pixel.
"""

import itertools
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nst_utils import images
from nst_utils.checks.describe import kind
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.observe import as_numbers
from nst_utils.checks.pictures import CALL_MISTAKES, EIGHT_BITS_WITH_A_SIGN, globals_read
from nst_utils.checks.rules import stopped_first_with
from nst_utils.checks.trials import agree, same
from nst_utils.config import CONFIG

Trials = Sequence[Trial]

_MEAN = CONFIG.MEANS[0, 0, 0].astype(np.float64)
_PIXEL = 2, 3
"""Row and column of the pixel that messages speak of; its colour shows every mistake."""


# --- How both exercises are looked at -----------------------------------------------------------


def _observe_with(reference: Function, want_type: str) -> Callable[[Function, Case], Trial]:
    """Make an observer of functions that turn one array into another.

    Returns:
        A function (function, case) → `Trial` with ``values["result"]``. Its details name a pixel:
        where it is, what it was, what it became and what it should have become.
    """

    def observe(function: Function, case: Case) -> Trial:
        result = function(*case.arguments())
        if result is None:
            return Trial(case, problem="returns_none")
        numbers = as_numbers(result)
        if numbers is None:
            details = {"got_type": kind(result), "want_type": want_type}
            return Trial(case, problem="wrong_type", details=details)
        (given,) = case.arguments()
        value = numbers.astype(np.float64)
        details = {
            **_pixel(given, value, np.float64(reference(given))),
            "type_matters": _FLOATS if numbers.dtype.kind == "f" else _WHOLE_NUMBERS,
            "lowest": f"{value.min(initial=np.inf):g}",
            "highest": f"{value.max(initial=-np.inf):g}",
            "mean_overwritten": _mean_overwritten(globals_read(function)),
        }
        return Trial(case, {"result": value}, dtype=numbers.dtype.name, details=details)

    return observe


_FLOATS = "A viewer takes a picture of floats for one from 0 to 1, and shows it white."
_WHOLE_NUMBERS = "Whole numbers they are, but each of them takes up more room than a pixel has."


def _mean_overwritten(names: Mapping[str, Any]) -> bool:
    """Whether the name MEAN of the notebook holds other numbers than the network's."""
    mean = names.get("MEAN", _MEAN)
    numbers = as_numbers(np.array(mean) if isinstance(mean, list | tuple) else mean)
    return numbers is None or not same(numbers.ravel().astype(np.float64), _MEAN)


def _stopped_with_another_mean(trial: Trial) -> bool:
    """Whether a function that uses MEAN stopped, and this name holds other numbers."""
    frames = [] if trial.error is None else traceback.walk_tb(trial.error.__traceback__)
    return any(
        "MEAN" in frame.f_code.co_names and _mean_overwritten(frame.f_globals)
        for frame, _ in frames
    )


def _uses_another_mean(trials: Trials, expected: Trials) -> bool:
    """Whether a function is wrong, and the MEAN that it uses is not the one of the set-up cell."""
    return not agree(trials, expected) and any(
        trial.details.get("mean_overwritten") or _stopped_with_another_mean(trial)
        for trial in trials
    )


def _pixel(given: np.ndarray, got: np.ndarray, want: np.ndarray) -> dict[str, str]:
    """Name a pixel that shows the difference: the chosen one, else the one that differs most."""
    if got.shape != want.shape:
        return {"given_shape": str(given.shape)}
    given, got, want = (a.reshape(a.shape[-3:]) for a in (given, got, want))
    place = _PIXEL
    if place[0] >= len(want) or same(got[place], want[place]):
        place = np.unravel_index(np.abs(got - want).max(axis=-1).argmax(), want.shape[:2])
    return {
        "given_shape": str(given.shape),
        "pixel": str([int(i) for i in place]),
        "given": _colour(given[place]),
        "got_pixel": _colour(got[place]),
        "want_pixel": _colour(want[place]),
    }


def _colour(values: np.ndarray) -> str:
    # 0 is added because of −0.0, which would be written with its sign.
    return "(" + ", ".join(f"{float(value) + 0:.6g}" for value in values) + ")"


def _given(trial: Trial) -> np.ndarray:
    return trial.case.arguments()[0].astype(np.float64)


def _result(trial: Trial) -> np.ndarray:
    return trial.values["result"]


def _in_every(test: Callable[[Trial, np.ndarray], bool]) -> Rule:
    """Make a rule from what must hold of (trial, what was given) in every case.

    It is silent where the function never looks at its argument, which has a name of its own.
    """

    def rule(trials: Trials, expected: Trials) -> bool:
        if any("result" not in trial.values or trial.details.get("unused") for trial in trials):
            return False
        return all(test(trial, _given(trial)) for trial in trials)

    return rule


def _has_shape(*shapes: Callable[[int, int], tuple[int, ...]]) -> Rule:
    """Recognise results of one of these shapes, given by functions of (n_H, n_W)."""

    def rule(trials: Trials, expected: Trials) -> bool:
        return any(
            _in_every(lambda trial, given, of=shape: _result(trial).shape == of(*_size(given)))(
                trials, expected
            )
            for shape in shapes
        )

    return rule


def _size(given: np.ndarray) -> tuple[int, int]:
    n_H, n_W, _ = given.shape[-3:]
    return n_H, n_W


def _of_one_size(trials: Trials, expected: Trials) -> bool:
    """Whether results are equally large although the pictures are not."""
    silent = not _in_every(lambda trial, _: True)(trials, expected)
    return not silent and len({_result(trial).shape for trial in trials}) == 1


def _if_right_shape(test: Callable[[Trials, Trials], bool]) -> Rule:
    """Limit a rule to results of the right shape that hold numbers alone."""

    def rule(trials: Trials, expected: Trials) -> bool:
        if not _in_every(lambda trial, _: bool(np.isfinite(_result(trial)).all()))(
            trials, expected
        ):
            return False
        pairs = list(zip(trials, expected, strict=True))
        if any(_result(trial).shape != _result(want).shape for trial, want in pairs):
            return False
        return test(trials, expected)

    return rule


def _scrambled(trials: Trials, expected: Trials) -> bool:
    """Whether the right numbers stand in other places."""
    pairs = zip(trials, expected, strict=True)
    return not agree(trials, expected) and all(
        same(np.sort(_result(trial), axis=None), np.sort(_result(want), axis=None))
        for trial, want in pairs
    )


def _differs(trials: Trials, expected: Trials) -> bool:
    return not agree(trials, expected)


def _other_type(trials: Trials, expected: Trials) -> bool:
    pairs = zip(trials, expected, strict=True)
    return agree(trials, expected) and any(trial.dtype != want.dtype for trial, want in pairs)


MEAN_OVERWRITTEN = Mistake(
    "mean_overwritten",
    "`MEAN` holds other numbers than in the set-up cell: run that cell again.",
    "every line that gives a value to `MEAN`, or to a part of it",
    "which name does your own mean need, so that `MEAN` stays what it is?",
    rule=_uses_another_mean,
)

LAST_ROUND_KEPT = Mistake(
    "last_round_kept",
    "your result has shape {got_shape}; expected {want_shape}: blue alone is left. Each round of "
    "the loop throws away the one before.",
    "the name on the left of the = in the loop",
    "the name gets three values, one after the other. Where could each of them stay? Or is there a "
    "way without a loop?",
)

SIZE_MISTAKES = (
    Mistake(
        "one_size_only",
        "your function stopped with {error_type}: {error_text}{error_line}. It is tried on "
        "pictures of several sizes, and fits one of them only.",
        "numbers such as 300 and 400, and names of other cells, in a reshape",
        "which attribute of an array knows how large it is? Or is there a step that needs no size?",
        rule=stopped_first_with(
            Exception, "cannot reshape array|Input to reshape|could not broadcast"
        ),
    ),
    Mistake(
        "always_one_size",
        "your result has shape {got_shape}, whatever the size of the picture; expected "
        "{want_shape} here.",
        "numbers such as 300 and 400, and names of other cells, in a resize",
        "should the size change at all? Which step of yours does that?",
        rule=_of_one_size,
    ),
)


# --- preprocess(image) --------------------------------------------------------------------------


def _picture_case(n_H: int, n_W: int, seed: int) -> Case:
    """Make a picture of random colours; the chosen pixel lies far below and above the mean."""

    def arguments() -> tuple[np.ndarray]:
        picture = np.random.default_rng(seed).integers(0, 256, (n_H, n_W, 3), np.uint8)
        if n_H > _PIXEL[0]:
            picture[_PIXEL] = 12, 250, 7
        return (picture,)

    return Case(arguments)


_PICTURES = (
    _picture_case(5, 7, seed=31),
    _picture_case(8, 5, seed=32),
    _picture_case(1, 6, seed=33),  # a picture may be one pixel high
)


def _uint8(values: np.ndarray) -> np.ndarray:
    """Cut off what stands behind the point and wrap round, as a cast does on most machines."""
    return np.mod(np.trunc(values), 256)


def _input_of(change: Callable[[np.ndarray], np.ndarray]) -> Function:
    """Make a wrong answer that puts something else in place of RGB minus the mean."""
    return lambda image: change(image.astype(np.float64))[np.newaxis]


def _inputs(*changes: Callable[[np.ndarray], np.ndarray]) -> tuple[Function, ...]:
    return tuple(map(_input_of, changes))


_WHOLE_MEANS = 127.5, 127, 128, *(f(m) for f in (np.floor, np.ceil) for m in _MEAN)
"""One number for red, green and blue: the middle of the range, or one of the means, rounded."""


def _own(statistic: Callable[..., Any], axis: tuple[int, ...] | None) -> Callable:
    return lambda p: statistic(p, axis=axis, keepdims=True)


def _standardised(axis: tuple[int, ...] | None, mean: Any = None) -> Callable:
    """Subtract a mean, the picture's own by default, and divide by its standard deviation."""
    return lambda p: (p - (p.mean(axis=axis) if mean is None else mean)) / p.std(axis=axis)


def _only(channels: Sequence[int]) -> Function:
    """Make a wrong answer that subtracts the mean of some of the channels."""
    return _input_of(lambda p: p - _MEAN * np.isin(range(3), channels))


def _mean_along(axis: int, end: Callable[[np.ndarray], np.ndarray]) -> Function:
    """Make a wrong answer that subtracts the three means from the first three of another axis.

    Args:
        axis: 0 for rows, 1 for columns.
        end: what becomes of the numbers in the array that is written into.
    """

    def wrong(image: np.ndarray) -> np.ndarray:
        x = image.astype(np.float64)
        for channel, mean in enumerate(_MEAN):
            x.swapaxes(0, axis)[channel] -= mean  # where there are fewer, it stops
        return end(x[np.newaxis])

    return wrong


def _wrapped_round(trials: Trials, expected: Trials) -> bool:
    """Whether the result is off by whole rounds of 256, up to what lies behind the point."""
    rounds = 0
    for trial, want in zip(trials, expected, strict=True):
        turns = (_result(trial) - _result(want)) / 256
        if np.abs(turns - np.rint(turns)).max() > 1.5 / 256:
            return False
        rounds += np.abs(np.rint(turns)).sum()
    return rounds > 0


_BECOMES = (
    "pixel {pixel} of the picture is {given}; yours becomes {got_pixel}, expected {want_pixel}. "
)

PREPROCESS_MISTAKES = (
    MEAN_OVERWRITTEN,
    Mistake(
        "in_place",
        "your function stopped with {error_type}{error_line}: the result of your subtraction does "
        "not fit into the picture's own array, which holds uint8.",
        "an operator such as `-=`, or out=…",
        "which type must the array have that takes up numbers below 0?",
        rule=stopped_first_with(TypeError, "Cannot cast ufunc"),
    ),
    *SIZE_MISTAKES,
    Mistake(
        "mean_on_other_axis",
        "you subtract the mean of red from a row or a column, or from a whole picture.",
        "the square brackets after your array",
        "the colours lie on the last axis: which index is that, `x[c]` or `x[..., c]`?",
        wrong=tuple(_mean_along(axis, end) for axis in (0, 1) for end in (np.float32, _uint8)),
        rule=stopped_first_with(
            IndexError, r"index [12] is out of bounds for axis [01] with size 1$"
        ),
    ),
    replace(
        LAST_ROUND_KEPT,
        wrong=(
            lambda image: image[..., 2] - _MEAN[2],
            lambda image: image[np.newaxis, ..., 2] - _MEAN[2],
            lambda image: image[..., 2, np.newaxis] - _MEAN[2],
            lambda image: image[np.newaxis, ..., 2, np.newaxis] - _MEAN[2],
        ),
    ),
    Mistake(
        "no_batch_axis",
        "your result has shape {got_shape}; expected {want_shape}: the batch axis is missing.",
        "the shape, at the beginning or at the end of your function",
        "the network takes a batch: how many pictures are in yours, and which axis counts them?",
        rule=_has_shape(lambda n_H, n_W: (n_H, n_W, 3)),
    ),
    Mistake(
        "batch_axis_elsewhere",
        "your result has shape {got_shape}; expected {want_shape}: the batch axis stands in "
        "another place, or there are two of them.",
        "the line that makes the new axis",
        "the pictures of a batch are counted first. Which axis of yours counts them?",
        rule=_has_shape(
            lambda n_H, n_W: (n_H, n_W, 3, 1),
            lambda n_H, n_W: (n_H, n_W, 3, 3),
            lambda n_H, n_W: (n_H, n_W, 1, 3),
            lambda n_H, n_W: (n_H, 1, n_W, 3),
            lambda n_H, n_W: (1, 1, n_H, n_W, 3),
        ),
    ),
    Mistake(
        "height_and_width",
        "your result has shape {got_shape}; expected {want_shape}: height and width are exchanged.",
        "a transpose, or the numbers in a reshape",
        "in `image.shape`, which comes first: the number of rows, or of columns?",
        rule=_has_shape(lambda n_H, n_W: (1, n_W, n_H, 3), lambda n_H, n_W: (n_W, n_H, 3)),
    ),
    Mistake(
        "channels_first",
        "your result has shape {got_shape}; expected {want_shape}: the channels come before height "
        "and width, as PyTorch wants it. TensorFlow and this network want them last.",
        "a transpose, a reshape or np.moveaxis",
        "on which axis are the three colours when the picture comes in?",
        rule=_has_shape(
            lambda n_H, n_W: (1, 3, n_H, n_W),
            lambda n_H, n_W: (3, n_H, n_W),
            lambda n_H, n_W: (3, n_W, n_H),
            lambda n_H, n_W: (1, 3, n_W, n_H),
        ),
    ),
    Mistake(
        "no_mean",
        _BECOMES + "The mean is not subtracted.",
        "the line that should subtract it, and the one with `return`. A loop such as `for p in "
        "image: p = …` changes only `p`, not the picture",
        "is the difference computed, and is it what your function gives back?",
        wrong=_input_of(lambda p: p),
    ),
    Mistake(
        "mean_added",
        _BECOMES + "The mean is added.",
        "the sign in front of the mean",
        "what should a pixel become that has exactly the mean colour?",
        wrong=_input_of(lambda p: p + _MEAN),
    ),
    Mistake(
        "sign_turned",
        _BECOMES + "That is the mean minus the picture.",
        "the order of the two sides of the minus",
        "shall bright colours be positive or negative?",
        wrong=_input_of(lambda p: _MEAN - p),
    ),
    Mistake(
        "mean_twice",
        _BECOMES + "The mean is subtracted twice.",
        "every line with the mean",
        "how often does the mean take part?",
        wrong=_input_of(lambda p: p - 2 * _MEAN),
    ),
    Mistake(
        "bgr",
        _BECOMES + "The numbers are right, but in the order blue, green, red. Caffe and Keras' "
        "preprocess_input for VGG use this order; this network does not.",
        "[..., ::-1], or a function of another library",
        "which of your three numbers belongs to red?",
        wrong=_input_of(lambda p: (p - _MEAN)[..., ::-1]),
    ),
    Mistake(
        "bgr_picture",
        _BECOMES + "The picture is in the order blue, green, red, and the mean in the order red, "
        "green, blue.",
        "[..., ::-1] or a conversion of colours",
        "the picture comes in as RGB, and the network wants RGB. What is there to convert?",
        wrong=_input_of(lambda p: p[..., ::-1] - _MEAN),
    ),
    Mistake(
        "bgr_mean",
        _BECOMES + "The mean of blue is subtracted from red, and that of red from blue.",
        "the order of the three numbers in the mean",
        "which of the three means belongs to red?",
        wrong=_inputs(
            lambda p: p - _MEAN[::-1],
            lambda p: (p[..., ::-1] - _MEAN)[..., ::-1],
        ),
    ),
    Mistake(
        "colours_exchanged",
        _BECOMES + "The colours, or their means, have changed places.",
        "the numbers of the channels: 0 is red, 1 is green, 2 is blue",
        "which of your lines speaks of which colour?",
        wrong=_inputs(
            *(
                lambda p, o=order: p - _MEAN[list(o)]
                for order in itertools.permutations(range(3))
                if order not in ((0, 1, 2), (2, 1, 0))
            ),
            *(
                lambda p, o=order: (p - _MEAN)[..., list(o)]
                for order in itertools.permutations(range(3))
                if order not in ((0, 1, 2), (2, 1, 0))
            ),
        ),
    ),
    Mistake(
        "zero_to_one",
        _BECOMES + "Your numbers are scaled to the range from 0 to 1, or nearly so. Beside 0 to "
        "255, that is a picture without any contrast.",
        "a division by 255 or by the largest value, or a function that scales unasked",
        "on which scale was the network trained?",
        wrong=_inputs(
            lambda p: p / 255,
            lambda p: p / 256,
            lambda p: p / p.max(),
            lambda p: (p - p.min()) / (p.max() - p.min()),
        ),
    ),
    Mistake(
        "scaled_after_mean",
        _BECOMES + "The mean is subtracted, but then, or before, everything is divided by 255.",
        "the division",
        "on which scale was the network trained: 0 to 1, or 0 to 255?",
        wrong=_inputs(lambda p: (p - _MEAN) / 255, lambda p: (p - _MEAN) / 256),
    ),
    Mistake(
        "scales_mixed",
        _BECOMES + "The picture is scaled to 0–1, and the mean is not.",
        "the division by 255",
        "a colour and its mean: are they on the same scale in your subtraction?",
        wrong=_inputs(lambda p: p / 255 - _MEAN, lambda p: p - _MEAN / 255),
    ),
    Mistake(
        "minus_one_to_one",
        _BECOMES + "Your numbers are scaled to the range from −1 to 1. Some networks want that; "
        "this one does not.",
        "a division by 127.5 or 128",
        "on which scale was the network trained?",
        wrong=_inputs(
            lambda p: p / 127.5 - 1,
            lambda p: (p - 128) / 128,
            lambda p: p / 128 - 1,
        ),
    ),
    Mistake(
        "another_network",
        _BECOMES + "These are the constants of PyTorch's networks: a mean and a standard deviation "
        "on the scale from 0 to 1.",
        "the numbers 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225",
        "each network has a contract of its own. What does this one want?",
        wrong=_inputs(
            lambda p: (p / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225),
            lambda p: p / 255 - (0.485, 0.456, 0.406),
            lambda p: (p - _MEAN) / (58.393, 57.12, 57.375),
        ),
    ),
    Mistake(
        "own_mean",
        _BECOMES + "The mean of this picture is subtracted, in place of the network's.",
        "np.mean, tf.reduce_mean, or a function that standardises",
        "the mean belongs to the network: it is the same for every picture. Which three numbers "
        "are it?",
        wrong=_inputs(
            lambda p: p - p.mean(),
            lambda p: p - p.mean(axis=(0, 1)),
            lambda p: p - p.mean(axis=-1, keepdims=True),
            _standardised(None),
            _standardised((0, 1)),
            _standardised(None, _MEAN),
            _standardised((0, 1), _MEAN),
        ),
    ),
    Mistake(
        "one_mean_for_all",
        _BECOMES + "One and the same number is subtracted from red, green and blue.",
        "the mean: is it one number in your subtraction, or three?",
        "which numbers does the contract name for the three colours?",
        wrong=_inputs(
            lambda p: p - _MEAN.mean(),
            *(lambda p, c=c: p - _MEAN[c] for c in range(3)),
            *(lambda p, number=number: p - number for number in _WHOLE_MEANS),
            lambda p: p - _MEAN.sum(),
        ),
    ),
    Mistake(
        "some_channels_only",
        _BECOMES + "Not every colour has lost its mean.",
        "the channels 0, 1 and 2, one after the other",
        "which of the three numbers is right in yours, and which line makes it?",
        wrong=tuple(map(_only, ([0], [1], [2], [0, 1], [0, 2], [1, 2]))),
    ),
    Mistake(
        "divided_by_mean",
        _BECOMES + "The mean takes part in a product or a quotient.",
        "the operator between the picture and the mean",
        "what shall a pixel of the mean colour become: 0, or 1?",
        wrong=_inputs(lambda p: p / _MEAN, lambda p: p * _MEAN, lambda p: p / _MEAN - 1),
    ),
    Mistake(
        "negative_lost",
        _BECOMES + "What is darker than the mean has lost its minus.",
        "np.clip, np.maximum, np.abs, a ReLU, or an array of uint8 that was written into",
        "may a number of the network's input be negative?",
        wrong=_inputs(
            lambda p: np.maximum(p - _MEAN, 0),
            lambda p: np.abs(p - _MEAN),
            lambda p: np.trunc(np.maximum(p - _MEAN, 0)),
            lambda p: np.rint(np.maximum(p - _MEAN, 0)),
            lambda p: np.trunc(np.abs(p - _MEAN)),
        ),
    ),
    Mistake(
        "wraps_round",
        _BECOMES + "One of your arrays holds whole numbers of 8 bits (uint8 or int8), even if the "
        "result does not: 256 different values, and what lies beyond the last one starts again at "
        "the first.",
        "the type of each array: the picture, the mean, and the one that you write into",
        "print the dtype after each of your lines. From which line on are fractions and a minus "
        "possible?",
        rule=_if_right_shape(_wrapped_round),
    ),
    Mistake(
        "whole_numbers",
        _BECOMES + "What stands behind the point is lost.",
        "int, np.rint or astype, of the result or of the mean",
        "the mean of red is 123.68. Which of your steps leaves whole numbers only?",
        wrong=_inputs(
            lambda p: np.trunc(p - _MEAN),
            lambda p: np.rint(p - _MEAN),
            lambda p: np.floor(p - _MEAN),
            lambda p: p - np.rint(_MEAN),
            lambda p: p - np.trunc(_MEAN),
        ),
    ),
    Mistake(
        "scrambled",
        _BECOMES + "The right numbers stand in wrong places.",
        "a reshape, a transpose, or [::-1]",
        "which of your steps moves numbers? A new axis at the front moves none.",
        rule=_if_right_shape(_scrambled),
    ),
    Mistake(
        "not_float32",
        "the numbers are right, but their type is {got_dtype}; the contract says {want_dtype}. "
        "TensorFlow does not mix types: with another one, a later step would stop.",
        "the type of the picture, of the mean and of new arrays: np.zeros makes float64",
        "how does an array get another type?",
        rule=_other_type,
    ),
    *CALL_MISTAKES,
    Mistake(
        "other_numbers",
        _BECOMES + "No mistake that we know gives this.",
        "your lines one after the other, for this one pixel",
        "work it out by hand: red minus the mean of red. Then print what your first line makes of "
        "it.",
        rule=_if_right_shape(_differs),
        credit=0.0,
    ),
)


# --- deprocess(x) -------------------------------------------------------------------------------


def _input_case(n_H: int, n_W: int, seed: int) -> Case:
    """Make a painted picture: with fractions, and beyond black and white here and there."""

    def arguments() -> tuple[np.ndarray]:
        rng = np.random.default_rng(seed)
        # No half among them: whether 0.5 is rounded up or to even is nobody's mistake.
        sums = rng.integers(-70, 325, (1, n_H, n_W, 3)) + rng.choice([-0.4, 0.2, 0.4], 3)
        if n_H > _PIXEL[0]:
            sums[0][_PIXEL] = -20.4, 260.3, 99.6
        return ((sums - _MEAN).astype(np.float32),)

    return Case(arguments)


_INPUTS = (
    _input_case(5, 7, seed=41),
    Case(lambda: (images.preprocess(*_PICTURES[1].arguments()),)),
    _input_case(1, 6, seed=43),
)
_LOW = 2
"""The case that is one pixel high: np.squeeze takes away more than the batch axis there."""


def _saturated(values: np.ndarray) -> np.ndarray:
    """Cast as some machines do: what is negative becomes 0."""
    return _uint8(np.maximum(values, 0))


_ENDS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda p: np.rint(np.clip(p, 0, 255)),
    lambda p: np.trunc(np.clip(p, 0, 255)),
    _uint8,
    lambda p: _uint8(np.rint(p)),
    _saturated,
    lambda p: np.clip(p, 0, 255),
    lambda p: p,
    np.rint,
)
"""Ways to finish: clip, round and cast, or leave some of that out."""


def _finished(*changes: Callable[[np.ndarray], np.ndarray]) -> tuple[Function, ...]:
    """Make wrong answers that lose their way before the end, with any of the ends."""
    return tuple(
        lambda x, change=change, end=end: end(change(x[0].astype(np.float64)))
        for change in changes
        for end in _ENDS
    )


def _picture_of(change: Callable[[np.ndarray], np.ndarray]) -> Function:
    """Make a wrong answer that has the right sum, and does something else with it."""
    return lambda x: change(x[0].astype(np.float64) + _MEAN)


def _pictures_of(*changes: Callable[[np.ndarray], np.ndarray]) -> tuple[Function, ...]:
    return tuple(map(_picture_of, changes))


def _stretched(trials: Trials, expected: Trials) -> bool:
    """Whether the sum is stretched from its minimum to its maximum, to 0–255 or to 0–1."""
    pairs = []
    for trial in trials:
        sums = _given(trial)[0] + _MEAN
        pairs.append((_result(trial), (sums - sums.min()) / np.ptp(sums)))
    return any(
        all(np.abs(got - white * want).max() <= white / 255 for got, want in pairs)
        for white in (255, 1)
    )


def _wrong_beyond_the_range(trials: Trials, expected: Trials) -> bool:
    """Whether whole numbers are right between black and white, and wrong beyond."""
    for trial, want in zip(trials, expected, strict=True):
        sums = _given(trial)[0] + _MEAN
        inside = (sums >= 0) & (sums <= 255)
        got = _result(trial)
        if np.any(got != np.rint(got)) or np.abs(got - _result(want))[inside].max() > 1:
            return False
    return any(
        np.abs(_result(trial) - _result(want)).max() > 1
        for trial, want in zip(trials, expected, strict=True)
    )


def _wraps_beyond_the_range(trials: Trials, expected: Trials) -> bool:
    """Whether what is wrong beyond black and white is off by whole rounds of 256."""
    if not _wrong_beyond_the_range(trials, expected):
        return False
    for trial, want in zip(trials, expected, strict=True):
        got = _result(trial)
        turns = (got - _given(trial)[0] - _MEAN) / 256
        wrong = np.abs(got - _result(want)) > 1
        wrapped = (got >= 0) & (got <= 255) & (np.abs(turns - np.rint(turns)) < 1 / 256)
        if not wrapped[wrong].all():
            return False
    return True


def _other_limits(trials: Trials, expected: Trials) -> bool:
    """Whether the numbers are right, to one level, and brought between other limits."""
    low = min(_result(trial).min() for trial in trials)
    high = max(_result(trial).max() for trial in trials)
    sums = [_given(trial)[0] + _MEAN for trial in trials]
    if (low, high) == (0, 255) or not 0 <= low < high <= 255:
        return False
    return any(
        all(
            np.array_equal(_result(trial), end(np.clip(of, low, high)))
            for trial, of in zip(trials, sums, strict=True)
        )
        for end in (np.rint, np.trunc)
    )


def _off_by_one(trials: Trials, expected: Trials) -> bool:
    """Whether whole numbers miss the nearest one by 1, here and there."""
    pairs = [(_result(t), _result(w)) for t, w in zip(trials, expected, strict=True)]
    whole = all(np.array_equal(got, np.rint(got)) for got, _ in pairs)
    return whole and max(np.abs(got - want).max() for got, want in pairs) == 1


def _axis_lost_when_low(trials: Trials, expected: Trials) -> bool:
    """Whether the picture of one row alone has lost an axis, and the others have three."""
    shapes = [np.shape(trial.values.get("result")) for trial in trials]
    right = [_result(want).shape for want in expected]
    others = [shapes[i] == right[i] for i in range(len(shapes)) if i != _LOW]
    return all(others) and shapes[_LOW] == right[_LOW][1:]


_BACK = "pixel {pixel} of x is {given}; yours becomes {got_pixel}, expected {want_pixel}. "

DEPROCESS_MISTAKES = (
    MEAN_OVERWRITTEN,
    Mistake(
        "an_array_already",
        "your function stopped with {error_type}: {error_text}{error_line}. What comes in is an "
        "array of NumPy.",
        ".numpy() in the line that the message names",
        "which things have a method `numpy`: tensors, or arrays?",
        rule=stopped_first_with(AttributeError, "'numpy.ndarray' object has no attribute 'numpy'"),
    ),
    *SIZE_MISTAKES,
    Mistake(
        "batch_axis_kept",
        "your result has shape {got_shape}; expected {want_shape}: it is still a batch.",
        "the first axis",
        "there is one picture in the batch. Which number stands for the first one?",
        rule=_has_shape(lambda n_H, n_W: (1, n_H, n_W, 3)),
    ),
    replace(LAST_ROUND_KEPT, wrong=_finished(lambda x: (x + _MEAN)[..., 2])),
    Mistake(
        "axis_lost",
        "right for most pictures, but one that is a single pixel high comes out with shape "
        "{got_shape}; expected {want_shape}.",
        "np.squeeze, tf.squeeze: they take away every axis of length 1",
        "which one of the axes shall go? How do you say so?",
        rule=_axis_lost_when_low,
    ),
    Mistake(
        "height_and_width",
        "your result has shape {got_shape}; expected {want_shape}: height and width are exchanged.",
        "a transpose, or the numbers in a reshape",
        "in `x.shape`, which axes are height and width?",
        rule=_has_shape(lambda n_H, n_W: (n_W, n_H, 3), lambda n_H, n_W: (1, n_W, n_H, 3)),
    ),
    Mistake(
        "channels_first",
        "your result has shape {got_shape}; expected {want_shape}: the colours come first.",
        "a transpose, a reshape or np.moveaxis",
        "on which axis are the three colours when x comes in?",
        rule=_has_shape(
            lambda n_H, n_W: (3, n_H, n_W),
            lambda n_H, n_W: (3, n_W, n_H),
            lambda n_H, n_W: (1, 3, n_H, n_W),
        ),
    ),
    Mistake(
        "mean_forgotten",
        _BACK + "The mean is not added, so the picture is far too dark.",
        "the line that should add it. A loop such as `for p in picture: p = …` changes only `p`, "
        "not the picture",
        "preprocess has subtracted something. What undoes that?",
        wrong=_finished(lambda x: x),
    ),
    Mistake(
        "mean_subtracted",
        _BACK + "The mean is subtracted once more.",
        "the sign in front of the mean",
        "what undoes a subtraction?",
        wrong=_finished(lambda x: x - _MEAN, lambda x: _MEAN - x),
    ),
    Mistake(
        "bgr_mean",
        _BACK + "Red gets the mean of blue, and blue that of red.",
        "the order of the three numbers in the mean",
        "which of the three means belongs to red?",
        wrong=_finished(lambda x: x + _MEAN[::-1]),
    ),
    Mistake(
        "bgr",
        _BACK + "Red and blue have changed places.",
        "[..., ::-1] or a conversion of colours",
        "the network's input is RGB, and a picture is RGB. What is there to convert?",
        wrong=_finished(
            lambda x: (x + _MEAN)[..., ::-1],
            lambda x: x[..., ::-1] + _MEAN,
        ),
    ),
    Mistake(
        "one_mean_for_all",
        _BACK + "One and the same number is added to red, green and blue.",
        "the mean: is it one number in your sum, or three?",
        "which numbers does the contract name for the three colours?",
        wrong=_finished(
            lambda x: x + _MEAN.mean(),
            *(lambda x, c=c: x + _MEAN[c] for c in range(3)),
            *(lambda x, number=number: x + number for number in _WHOLE_MEANS),
        ),
    ),
    Mistake(
        "multiplied_by_mean",
        _BACK + "The mean takes part in a product or a quotient.",
        "the operator between x and the mean",
        "preprocess has subtracted the mean. Which operator undoes that?",
        wrong=_finished(lambda x: x * _MEAN, lambda x: x / _MEAN),
    ),
    Mistake(
        "clipped_too_early",
        _BACK + "The numbers are clipped before the mean is added: all that was darker than the "
        "mean is lost.",
        "the order of the clip and the sum",
        "which of the two knows colours from 0 to 255: x, or the picture?",
        wrong=_finished(
            lambda x: np.clip(x, 0, 255) + _MEAN,
            lambda x: np.rint(np.clip(x, 0, 255)) + _MEAN,
        ),
    ),
    Mistake(
        "clipped_to_one",
        _BACK + "The numbers are clipped to the range from 0 to 1.",
        "the limits of the clip",
        "which number is white in a picture of uint8?",
        wrong=_pictures_of(
            lambda p: np.clip(p, 0, 1),
            lambda p: np.rint(np.clip(p, 0, 1)),
            lambda p: np.trunc(np.clip(p, 0, 1)),
        ),
    ),
    Mistake(
        "clipped_elsewhere",
        _BACK + "The picture is clipped to the limits of the network's input, from −mean to 255 − "
        "mean.",
        "the limits of the clip",
        "after the mean is added: which numbers are black and white?",
        wrong=_finished(lambda x: np.clip(x + _MEAN, -_MEAN, 255 - _MEAN)),
    ),
    Mistake(
        "scaled",
        _BACK + "Your numbers are divided by 255, or multiplied by it. Nobody has scaled them "
        "before.",
        "every 255 in your function that stands beside * or /",
        "from which number to which do the colours of x + mean run already?",
        wrong=(
            *_pictures_of(
                lambda p: p / 255,
                lambda p: np.clip(p, 0, 255) / 255,
                lambda p: np.clip(p / 255, 0, 1),
                lambda p: np.rint(np.clip(p, 0, 255) / 255),
                lambda p: np.trunc(np.clip(p, 0, 255) / 255),
            ),
            *_finished(
                lambda x: (x + _MEAN) * 255,
                lambda x: x * 255,
                lambda x: x * 255 + _MEAN,
                lambda x: x / 255 + _MEAN,
            ),
        ),
    ),
    Mistake(
        "stretched",
        _BACK + "The darkest number becomes black and the brightest white: the contrast is no "
        "longer that of the picture.",
        "the minimum and the maximum in your function",
        "does the inverse of preprocess have to know them?",
        rule=_if_right_shape(_stretched),
    ),
    Mistake(
        "cast_too_early",
        _BACK + "x becomes uint8 before the mean is added: there, no number below 0 can be kept.",
        "the place of the cast",
        "which numbers of x lie below 0, and what becomes of them in uint8?",
        wrong=(
            *_finished(
                lambda x: _uint8(x) + _MEAN,
                lambda x: _saturated(x) + _MEAN,
                lambda x: _uint8(np.rint(x)) + _MEAN,
            ),
            *(
                lambda x, cast=cast, mean=mean: np.mod(cast(np.float64(x[0])) + mean, 256)
                for cast in (_uint8, _saturated)
                for mean in (np.trunc(_MEAN), np.rint(_MEAN))
            ),
        ),
    ),
    EIGHT_BITS_WITH_A_SIGN,
    Mistake(
        "other_limits",
        _BACK + "Your picture runs from {lowest} to {highest}; a picture runs from 0 to 255.",
        "the limits of the clip",
        "which numbers are black and white in a picture of uint8?",
        rule=_if_right_shape(_other_limits),
    ),
    Mistake(
        "not_clipped",
        _BACK + "Between black and white your picture is right. Beyond, it wraps round: uint8 "
        "counts 254, 255, 0, 1.",
        "the clip: is there one, with both ends, does it come before the cast, and is its result "
        "kept?",
        "into which range must the numbers be brought while they are still float32?",
        rule=_if_right_shape(_wraps_beyond_the_range),
    ),
    Mistake(
        "wrong_beyond",
        _BACK + "Between black and white your picture is right. Beyond, it is not: what is darker "
        "than black must become black, and what is brighter than white must become white.",
        "the clip: is there one, with both ends, 0 and 255, and is its result kept? np.abs is "
        "none, nor is %",
        "which of your steps makes 0 of −20, and 255 of 260?",
        rule=_if_right_shape(_wrong_beyond_the_range),
    ),
    Mistake(
        "cut_off",
        _BACK + "A cast to a whole number cuts off what stands behind the point: 99.6 becomes 99. "
        "The whole picture gets a little darker.",
        "the line before the cast",
        "which whole number is nearest to 99.6, and which function finds it?",
        wrong=_pictures_of(lambda p: np.trunc(np.clip(p, 0, 255))),
    ),
    Mistake(
        "off_by_one",
        _BACK + "Your numbers are never off by more than one level. A mean without its fraction "
        "does that, or rounding up, or a clip to other limits.",
        "each step that makes whole numbers, and the limits of the clip",
        "how often do you round in all?",
        rule=_if_right_shape(_off_by_one),
    ),
    Mistake(
        "not_uint8",
        "the colours are right, but their type is {got_dtype}; expected uint8. {type_matters}",
        "the last step before `return`",
        "how does an array get another type, and what has to be done before?",
        wrong=_pictures_of(lambda p: p, lambda p: np.clip(p, 0, 255)),
        rule=_other_type,
    ),
    Mistake(
        "scrambled",
        _BACK + "The right numbers stand in wrong places.",
        "a reshape, a transpose, or [::-1]",
        "which of your steps moves numbers? Taking a picture out of its batch moves none.",
        rule=_if_right_shape(_scrambled),
    ),
    *CALL_MISTAKES,
    Mistake(
        "other_colours",
        _BACK + "No mistake that we know gives this.",
        "your lines one after the other, for this one pixel",
        "work it out by hand: what is its red in x, plus the mean of red? Then print what your "
        "first line makes of it.",
        rule=_if_right_shape(_differs),
        credit=0.0,
    ),
)

EXERCISES = (
    Exercise(
        "preprocess",
        images.preprocess,
        _PICTURES,
        PREPROCESS_MISTAKES,
        _observe_with(images.preprocess, "an array of float32"),
        todo="turn the picture into the network's input, as the contract above wants it.",
        points=4,
    ),
    Exercise(
        "deprocess",
        images.deprocess,
        _INPUTS,
        DEPROCESS_MISTAKES,
        _observe_with(images.deprocess, "an array of uint8"),
        todo="turn the network's input back into a picture: undo preprocess, and mind the two "
        "things above.",
        points=4,
    ),
)
