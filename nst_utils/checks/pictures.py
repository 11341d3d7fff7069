"""Mistakes that every exercise about arrays of pixels can have: those of notebooks 00 and 01."""

import inspect
import re
import traceback
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nst_utils.checks.exercise import Function, Mistake, Trial
from nst_utils.checks.general import GENERAL
from nst_utils.checks.inspection import code_of
from nst_utils.checks.rules import stopped_with
from nst_utils.checks.trials import agree

Trials = Sequence[Trial]


def globals_read(function: Function) -> dict[str, Any]:
    """Collect the values of the notebook's names that a function uses; none if not in Python."""
    if code_of(function) is None:
        return {}
    try:
        return dict(inspect.getclosurevars(inspect.unwrap(function)).globals)
    except (TypeError, ValueError):  # no function after all, or an outer name without a value yet
        return {}


def _hides_a_global(trials: Trials, expected: Trials) -> bool:
    """Whether a name without a value has one in the notebook."""
    return any(
        isinstance(trial.error, UnboundLocalError) and _is_known_outside(trial.error)
        for trial in trials
    )


def _is_known_outside(error: UnboundLocalError) -> bool:
    """Whether the name that the error speaks of is known where the function was written."""
    frame, _ = list(traceback.walk_tb(error.__traceback__))[-1]
    name = re.search("'(.+?)'", str(error))
    return name is not None and name[1] in frame.f_globals


def _returns_something_else(trials: Trials, expected: Trials) -> bool:
    """Whether all calls came to their end, and one gave no array."""
    ended = all(trial.error is None for trial in trials)
    return ended and any(trial.problem == "wrong_type" for trial in trials)


def _int8_beyond_its_end(trials: Trials, expected: Trials) -> bool:
    """Whether numbers of int8 are right, to one level, as far as this type can hold them."""
    for trial, want in zip(trials, expected, strict=True):
        got, right = trial.values.get("result"), want.values["result"]
        if trial.dtype != "int8" or got.shape != right.shape:
            return False
        fits = (right > 0) & (right < 127)
        if np.abs(got - right)[fits].max(initial=0) > 1:
            return False
    return not agree(trials, expected)


EIGHT_BITS_WITH_A_SIGN = Mistake(
    "eight_bits_with_a_sign",
    "your picture is of type int8, and int8 ends at 127: {want} has become {got}.",
    "the last change of the type",
    "one letter makes the difference. Which type did pictures have from the beginning?",
    rule=_int8_beyond_its_end,
)
"""Of functions that return a picture."""


CALL_MISTAKES = (
    Mistake(
        "calls_itself",
        "your function calls itself, and so on without an end: {error_type}{error_line}.",
        "the name `{exercise}` inside your function",
        "the work has to be done by your own lines. Which steps are they?",
        rule=stopped_with(RecursionError, ""),
    ),
    Mistake(
        "name_of_the_notebook",
        "your function stopped with {error_type}: {error_text}{error_line}. A name that gets a "
        "value inside a function is the function's own. The notebook's value is not in it.",
        "the line that the message names: the same name stands on both sides, or gets a value "
        "further down",
        "which names stand in the brackets of `def`? Give your result another name.",
        rule=_hides_a_global,
    ),
    Mistake(
        "one_number_asked_of_many",
        "your function stopped with {error_type}: {error_text}{error_line}. `if`, `min`, `max`, "
        "`round` and `int` want one number, and a picture has many. If the message advises "
        "any() or all(), do not follow this advice here.",
        "the line that the message names",
        "which function of NumPy does this for every number of an array at once?",
        rule=stopped_with(
            Exception,
            "truth value of an array|__round__|only .* arrays can be converted to Python",
        ),
    ),
    replace(
        GENERAL["wrong_type"],
        hint="the cells below want one array. Is yours a list, or several things with commas "
        "between? Or the name of a type, without brackets and an array in them?",
        rule=_returns_something_else,
    ),
)
"""Mistakes that stop a function, or let it return something else than an array."""
