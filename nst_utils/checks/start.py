"""Notebook 00: a function that depends on its arguments alone, and what goes wrong with it."""

import dis
from collections.abc import Sequence
from typing import Any

import numpy as np

from nst_utils.checks.describe import kind
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Trial
from nst_utils.checks.inspection import code_of
from nst_utils.checks.observe import as_numbers
from nst_utils.checks.pictures import CALL_MISTAKES, EIGHT_BITS_WITH_A_SIGN, globals_read
from nst_utils.checks.rules import stopped_with
from nst_utils.checks.trials import agree, same


def brighten(image: np.ndarray, amount: int) -> np.ndarray:
    """Make a brighter copy of a picture.

    Args:
        image: a picture, uint8, shape (n_H, n_W, 3), 0–255; not changed.
        amount: how much brighter, in levels, a whole number from 0 to 255.

    Returns:
        A new picture of the same shape and type. What would be brighter than white is white.
    """
    # As uint8, 255 + 1 would be 0.
    brighter = image.astype(np.int32) + amount
    return np.clip(brighter, 0, 255).astype(np.uint8)


def _case(n_H: int, n_W: int, amount: int, seed: int) -> Case:
    """A picture with black and white in every channel, and anything between."""

    def arguments() -> tuple[np.ndarray, int]:
        image = np.random.default_rng(seed).integers(1, 255, (n_H, n_W, 3), np.uint8)
        image[0, 0], image[-1, -1] = 0, 255
        return image, amount

    return Case(arguments, {"amount": amount})


def observe_twice(function: Function, case: Case) -> Trial:
    """Call a function twice with the same arguments, and look at what it leaves behind.

    Returns:
        A `Trial` with ``values["result"]``, ``values["again"]`` (the second result) and
        ``values["image"]`` (the argument after both calls). Where no array came back, the argument
        stands there only if it was changed. ``details["trace"]`` says in words what the function
        leaves in the notebook: a value given to a name, or a list with more in it.
    """
    image, amount = case.arguments()
    before, results = image.copy(), []
    notebook = {name: (value, _kept(value)) for name, value in globals_read(function).items()}
    for _ in range(2):
        result = function(image, amount)
        numbers = as_numbers(result)
        if numbers is None:
            changed = {} if np.array_equal(before, image) else {"image": image.astype(np.float64)}
            return _no_array(case, result, changed)
        results.append(numbers.copy())  # the second call may change the same array
    values = {"result": results[0], "again": results[1], "image": image}
    return Trial(
        case,
        {name: value.astype(np.float64) for name, value in values.items()},
        dtype=results[0].dtype.name,
        details={"trace": _globals_stored(function) or _globals_changed(notebook)},
    )


def _no_array(case: Case, result: Any, values: dict[str, np.ndarray]) -> Trial:
    if result is None:
        return Trial(case, values, problem="returns_none")
    details = {"got_type": kind(result), "want_type": "a picture, an array of uint8"}
    return Trial(case, values, problem="wrong_type", details=details)


def _globals_stored(function: Function) -> str:
    """Say which globals a function gives a value to, with the word ``global``."""
    code = code_of(function)
    if code is None:  # not written in Python: nothing can be said
        return ""
    names = {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_GLOBAL"}
    stored = ", ".join(f"`{name}`" for name in sorted(names))
    return f"gives a value to {stored}, a name of the notebook" if names else ""


_CHANGEABLE = {list: "a list", dict: "a dictionary", set: "a set", np.ndarray: "an array"}
"""What a function can change without the word ``global``, in words."""


def _globals_changed(notebook: dict[str, tuple[Any, Any]]) -> str:
    """Say which value of the notebook no longer holds what was kept of it before the call."""
    for name, (value, kept) in notebook.items():
        if not _holds(value, kept):
            grown = not isinstance(value, np.ndarray) and len(value) > len(kept)
            verb = "adds to" if grown else "changes"
            words = next(words for type_, words in _CHANGEABLE.items() if isinstance(value, type_))
            return f"{verb} `{name}`, {words} of the notebook"
    return ""


def _kept(value: Any, depth: int = 2) -> Any:
    """Copy what a value holds, as far as lists, dictionaries, sets and arrays go."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if depth and isinstance(value, dict):
        return {key: _kept(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list):
        return [_kept(item, depth - 1) for item in value]
    return set(value) if isinstance(value, set) else value


def _holds(value: Any, kept: Any, depth: int = 2) -> bool:
    """Whether a value still holds what was kept of it."""
    if isinstance(value, np.ndarray):
        # As bytes, NaN is equal to itself.
        return (
            isinstance(kept, np.ndarray)
            and value.shape == kept.shape
            and value.tobytes() == kept.tobytes()
        )
    if depth and isinstance(value, dict) and isinstance(kept, dict):
        return value.keys() == kept.keys() and all(
            _holds(value[key], kept[key], depth - 1) for key in kept
        )
    if depth and isinstance(value, list) and isinstance(kept, list):
        pairs = zip(value, kept, strict=False)
        return len(value) == len(kept) and all(_holds(*pair, depth - 1) for pair in pairs)
    return value == kept if isinstance(value, set) else value is kept


# How the mistakes are recognised ----------------------------------------------------------------

Trials = Sequence[Trial]


def _changes_its_input(trials: Trials, expected: Trials) -> bool:
    return any(
        "image" in trial.values and not same(trial.values["image"], want.values["image"])
        for trial, want in zip(trials, expected, strict=True)
    )


def _remembers(trials: Trials, _: Trials) -> bool:
    """Whether two calls with the same arguments gave two different pictures."""
    return any(
        "again" in trial.values and not same(trial.values["result"], trial.values["again"])
        for trial in trials
    )


def _pairs(trials: Trials, expected: Trials) -> list[tuple[np.ndarray, np.ndarray]]:
    """Put every picture beside the result; nothing where one result has not its shape."""
    pairs = [
        (want.values["image"], trial.values.get("result"))
        for trial, want in zip(trials, expected, strict=True)
    ]
    fit = all(result is not None and result.shape == image.shape for image, result in pairs)
    return pairs if fit else []


def _same_amount(trials: Trials, expected: Trials) -> bool:
    """Whether one and the same amount explains all the results."""
    pairs = _pairs(trials, expected)
    amounts = {float((result - image).max()) for image, result in pairs}
    return len(amounts) == 1 and all(
        same(result, np.minimum(image + min(amounts), 255)) for image, result in pairs
    )


def _keeps_black(trials: Trials, expected: Trials) -> bool:
    """Whether black stays black while something else changes: a product, not a sum."""
    pairs = _pairs(trials, expected)
    return bool(pairs) and all(
        not result[image == 0].any() and not same(result, image) for image, result in pairs
    )


def _other_limit(trials: Trials, expected: Trials) -> bool:
    """Whether the sum is right, and limited to another number than 255."""
    pairs = _pairs(trials, expected)
    if not pairs:
        return False
    limit = max(result.max() for _, result in pairs)
    amounts = [trial.case.facts["amount"] for trial in trials]
    return limit != 255 and all(
        same(result, np.minimum(image + amount, limit))
        for (image, result), amount in zip(pairs, amounts, strict=True)
    )


def _every_number_the_same(trials: Trials, expected: Trials) -> bool:
    """Whether each result consists of one number, although the picture was not left unused."""
    pairs = _pairs(trials, expected)
    return bool(pairs) and not _unused(trials) and all(np.ptp(result) == 0 for _, result in pairs)


def _other_numbers(trials: Trials, expected: Trials) -> bool:
    """Whether all that is wrong are the numbers, and no general mistake can explain them."""
    pairs = _pairs(trials, expected)
    finite = bool(pairs) and all(np.isfinite(result).all() for _, result in pairs)
    return finite and not _unused(trials) and not agree(trials, expected)


def _unused(trials: Trials) -> bool:
    """Whether an argument is left unused, which has a name of its own."""
    return bool(trials[0].details.get("unused"))


def _only_the_type(trials: Trials, expected: Trials) -> bool:
    """Whether every number is right, and a type is not."""
    return agree(trials, expected) and any(trial.dtype != "uint8" for trial in trials)


def _wrapped(values: np.ndarray) -> np.ndarray:
    """Do to numbers what uint8 does: after 255 it starts again at 0."""
    return values % 256


def _bright_ones_left(image: np.ndarray, amount: int) -> np.ndarray:
    return np.where(image <= 255 - amount, image.astype(int) + amount, image)


def _one_channel(channel: int) -> Function:
    def wrong(image: np.ndarray, amount: int) -> np.ndarray:
        result = image.copy()
        result[..., channel] = brighten(image, amount)[..., channel]
        return result

    return wrong


MISTAKES = (
    Mistake(
        "changes_its_input",
        "your function changes the picture that it is given. The photograph is lost, and the next "
        "call starts from a brighter one.",
        "operators such as `+=`, and assignments such as `image[…] = …`. `new = image` is no "
        "copy: it is a second name for the same picture",
        "which of your lines makes a new array?",
        rule=_changes_its_input,
    ),
    Mistake(
        "changes_the_notebook",
        "your function {trace}: every call leaves a trace behind.",
        "the line with `global`, or the one that changes what another cell made",
        "what does the caller need from your function besides what you return?",
        rule=lambda trials, _: any(trial.details.get("trace") for trial in trials),
    ),
    Mistake(
        "remembers",
        "called twice with the same picture and the same amount, your function gave two different "
        "pictures.",
        "what lives longer than one call: a list from another cell or from the line with `def`, "
        "or random numbers",
        "what is left of the first call when the second one begins?",
        rule=_remembers,
    ),
    Mistake(
        "unchanged",
        "your function hands back the picture as it came: nothing got brighter.",
        "the line with `return`; and loops: one such as `for p in image: p = …` changes only `p`, "
        "not the picture",
        "which name holds the brighter picture at the end of your function?",
        wrong=lambda image, amount: image,
        credit=0.0,
    ),
    Mistake(
        "darker",
        "your picture is not brighter than the one that came in, it is darker.",
        "the sign in front of `amount`",
        "which number is white, 0 or 255?",
        wrong=(
            lambda image, amount: np.clip(image.astype(int) - amount, 0, 255),
            lambda image, amount: image.astype(int) - amount,
            lambda image, amount: _wrapped(image.astype(int) - amount),
        ),
    ),
    Mistake(
        "wraps_round",
        "your picture holds {got}{place}; expected {want}. The type uint8 ends at 255, and then "
        "starts again at 0.",
        "the addition, or a limit above 255, or one whose result is lost: is its result kept? What "
        "has started again at 0 cannot be mended later",
        "the cell above the exercise takes a step before it adds. Which one, and why?",
        wrong=(
            lambda image, amount: _wrapped(image.astype(int) + amount),
            lambda image, amount: _wrapped(np.clip(image.astype(int) + amount, 0, 256)),
        ),
    ),
    Mistake(
        "not_clipped",
        "your picture holds {got}{place}; expected {want}. No screen shows more than 255.",
        "between the addition and `return`",
        "the cell above the exercise limits its numbers. In yours, is the clip there, and is its "
        "result kept?",
        wrong=lambda image, amount: image.astype(int) + amount,
    ),
    EIGHT_BITS_WITH_A_SIGN,
    Mistake(
        "not_uint8",
        "the numbers are right. But they are of type {got_dtype}, and those of a picture are of "
        "type {want_dtype}.",
        "the line with `return`",
        "which type did the picture have that came in? What gave yours another one?",
        rule=_only_the_type,
    ),
    Mistake(
        "scaled_to_1",
        "your picture runs from 0 to 1, and should run from 0 to 255.",
        "a division by 255",
        "where do you undo the division?",
        wrong=(
            lambda image, amount: brighten(image, amount) / 255,
            lambda image, amount: (image.astype(int) + amount) / 255,
        ),
    ),
    Mistake(
        "larger_one_wins",
        "of the sum and the limit, yours takes the larger one: dark pixels come out white.",
        "np.maximum, or the order in np.where",
        "a sum is 300, the limit is 255. Which of the two should win?",
        wrong=(
            lambda image, amount: np.maximum(image.astype(int) + amount, 255),
            lambda image, amount: _wrapped(np.maximum(image.astype(int) + amount, 255)),
        ),
    ),
    Mistake(
        "every_pixel_the_same",
        "every number of your picture is {got}.",
        "the limits of np.clip and their order, np.maximum",
        "np.clip wants the lowest number first, then the highest. Which two are they here?",
        wrong=(
            lambda image, amount: np.full_like(image, 255),
            lambda image, amount: np.zeros_like(image),
        ),
        credit=0.0,
    ),
    Mistake(
        "same_amount",
        "your picture gets brighter by the same amount, whatever `amount` is.",
        "a number in your function, or a name from another cell, where `amount` should stand",
        "brighten(photo, 60) and brighten(photo, 10) must differ. Which line makes them differ?",
        rule=_same_amount,
    ),
    Mistake(
        "multiplied",
        "what is black stays black in your picture: multiplying does that.",
        "every `*` and `/`",
        "how bright should a pixel of 0 become with an amount of 40?",
        rule=_keeps_black,
    ),
    Mistake(
        "bright_ones_left",
        "pixels that would become brighter than white stay as they were, such as {got}{place}; "
        "expected {want}.",
        "the condition with 255",
        "what should become of a pixel of 250, with an amount of 40?",
        wrong=_bright_ones_left,
    ),
    Mistake(
        "one_channel",
        "only one of the three colours gets brighter.",
        "square brackets after the picture, such as `[..., 0]`",
        "which axis holds red, green and blue? Do you need brackets at all?",
        wrong=tuple(_one_channel(channel) for channel in range(3)),
    ),
    Mistake(
        "other_limit",
        "your picture goes no further than {got}; expected {want}{place}.",
        "the numbers that limit the result",
        "which number is white in a picture of uint8?",
        rule=_other_limit,
    ),
    Mistake(
        "only_its_shape",
        "the numbers of your picture are all the same number, here {got}. What the picture holds "
        "plays no part.",
        "new arrays, such as those of np.zeros, np.ones and np.full",
        "which of your lines looks at the numbers in `image`, and not at its shape alone?",
        rule=_every_number_the_same,
        credit=0.0,
    ),
    *CALL_MISTAKES,
    Mistake(
        "picture_and_amount_swapped",
        "your function stopped with {error_type}: {error_text}{error_line}. A whole number is "
        "asked for what only a picture has.",
        "the names in the brackets of `def`, and their order; then the line that the message names",
        "the picture comes first, the amount second. Which of the two do you mean there?",
        rule=stopped_with(AttributeError, "'int' object has no attribute"),
    ),
    Mistake(
        "other_numbers",
        "your picture holds {got}{place}; expected {want}. No mistake that we know gives this.",
        "your lines one after the other",
        "try 0, 100 and 250 by hand, with an amount of 40: they become 40, 140 and 255. Then print "
        "what your first line makes of them.",
        rule=_other_numbers,
        credit=0.0,
    ),
)

EXERCISES = (
    Exercise(
        "brighten",
        brighten,
        (_case(4, 5, 40, seed=1), _case(6, 3, 150, seed=2), _case(5, 7, 90, seed=3)),
        MISTAKES,
        observe_twice,
        todo="return a brighter copy of the picture, and leave the picture itself as it is.",
        words={"again": "the picture of the second call", "image": "the picture that came in"},
        points=2,
    ),
)
