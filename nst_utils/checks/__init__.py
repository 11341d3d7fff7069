"""Checks for the exercises: they say which mistake was made, where to look, and a hint.

In a notebook::

    from nst_utils import checks

    gram_matrix = checks.gram_matrix(gram_matrix)

prints the verdict and returns the function to go on with: the student's where it is right, the
reference where it is not. It does not raise, so that a class can go on; only under nbval, or with
``NST_CHECKS=raise`` in the environment, does a wrong answer raise `CheckFailed`.

For a teacher, ``checks.score("gram_matrix", gram_matrix)`` gives points instead.
"""

import functools
import os
import re
from collections.abc import Callable
from typing import Any

from IPython import get_ipython

from nst_utils.checks import (
    clinic,
    content,
    experiment,
    instant,
    layers,
    mat_file,
    optimization,
    optimization_loop,
    pixels,
    start,
    style,
    total,
)
from nst_utils.checks.describe import describe_error
from nst_utils.checks.diagnosis import diagnose as _diagnose
from nst_utils.checks.diagnosis import failed
from nst_utils.checks.exercise import CheckFailed, Diagnosis, Exercise, Function
from nst_utils.checks.general import GENERAL
from nst_utils.checks.grading import grade
from nst_utils.config import NSTError
from nst_utils.words import say, wrapped

__all__ = [
    "EXERCISES",
    "CheckFailed",
    "Diagnosis",
    "check",
    "compare",
    "diagnose",
    "reference",
    "score",
    "to_write",
]

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for module in (
        start,
        pixels,
        mat_file,
        layers,
        content,
        style,
        total,
        optimization,
        optimization_loop,
        experiment,
        instant,
        clinic,
    )
    for exercise in module.EXERCISES
}
"""Every exercise by the name of its function."""

_INDENT = len("  Where: ")

_cell_errors: dict[str, BaseException] = {}
"""The error of the newest cell that defines a name, where that cell ended in one."""


def diagnose(name: str, function: Any) -> Diagnosis:
    """Find out whether a function solves an exercise; prints nothing and never raises.

    Args:
        name: the exercise, which is the function's name, such as ``"gram_matrix"``.
        function: what the student wrote; anything.

    Returns:
        A record with ``passed``, ``mistake`` (a short stable name, or None) and ``message``. An
        unknown exercise is a verdict too: not passed, ``mistake="unknown_exercise"``.
    """
    if not isinstance(name, str) or name not in EXERCISES:
        return Diagnosis(str(name), False, "unknown_exercise", f"✘ {_unknown(name)}")
    return _diagnose(EXERCISES[name], function)


def check(name: str, function: Any) -> Function:
    """Check an exercise and print the verdict: what ``checks.NAME(function)`` does.

    Args:
        name: the exercise.
        function: what the student wrote.

    Returns:
        The function to go on with: the student's where it is right, else the marked reference.

    Raises:
        CheckFailed: only under nbval or with ``NST_CHECKS=raise``, where the answer is wrong.
        NSTError: if there is no such exercise.
    """
    diagnosis = _verdict(_exercise(name), function, _diagnose)
    if diagnosis.passed:
        say(diagnosis.message, code=True)
        return function
    if _must_raise():
        _hand_on(name)
        raise CheckFailed(wrapped(diagnosis.message, _INDENT))
    message = f"{diagnosis.message}\n  The cells below go on with the reference {name}."
    say(message, indent=_INDENT, code=True)
    return reference(name)


def score(name: str, function: Any) -> float:
    """Say what an answer is worth, for grading: prints the verdict, raises nothing.

    Args:
        name: the exercise.
        function: what the student wrote.

    Returns:
        All the points of the exercise (``EXERCISES[name].points``) where the function is right, on
        the inputs of the check and on arrays that are drawn anew in every run; half of them where
        it does exactly what one mistake with a name does, or has the right numbers in another
        shape, order or type; else 0.

    Raises:
        NSTError: if there is no such exercise.
    """
    exercise = _exercise(name)
    diagnosis = _verdict(exercise, function, grade)
    points = exercise.points * diagnosis.credit
    message = f"{diagnosis.message}\n  Points: {points:g} of {exercise.points}"
    say(message, indent=_INDENT, code=True)
    return points


def _verdict(
    exercise: Exercise, function: Any, judge: Callable[[Exercise, Any], Diagnosis]
) -> Diagnosis:
    """Judge a function, unless the newest cell that defines it ended in an error."""
    if exercise.name in _cell_errors:
        return failed(exercise, GENERAL["cell_error"], _facts_of(_cell_errors[exercise.name]))
    return judge(exercise, function)


def _exercise(name: str) -> Exercise:
    if name not in EXERCISES:
        raise NSTError(_unknown(name))
    return EXERCISES[name]


def _unknown(name: object) -> str:
    return f"{name}: there is no such exercise; there are {', '.join(EXERCISES)}."


def _facts_of(error: BaseException) -> dict[str, str]:
    to_its_end = "" if isinstance(error, SyntaxError) else " to its end"
    return {**describe_error(error), "to_its_end": to_its_end}


def _hand_on(name: str) -> None:
    """Put the reference into the notebook: one wrong answer shall count as one, not as many."""
    shell = get_ipython()
    if shell is not None:
        shell.user_ns[name] = reference(name)


def reference(name: str) -> Function:
    """Get the reference answer of an exercise, marked so that no check takes it for a solution.

    Raises:
        NSTError: if there is no such exercise.
    """
    answer = _exercise(name).reference

    @functools.wraps(answer)
    def marked(*arguments, **options):
        return answer(*arguments, **options)

    marked.nst_reference = True
    return marked


def to_write(name: str) -> Function:
    """Hold the place of a function that the student is going to write.

    Without it, a cell with a syntax error would show up as a NameError in the check.

    Args:
        name: the exercise.

    Returns:
        A function that says, when called, that it is still to be written.
    """

    def placeholder(*arguments, **options):
        raise NotImplementedError(f"{name} is not written yet: run the cell with `def {name}`.")

    placeholder.nst_placeholder = True
    _watch_cells()
    return placeholder


def compare(guess: str, answer: str, because: str) -> None:
    """Put a prediction beside what happened.

    Args:
        guess: what the student wrote before running the experiment, such as ``"b"``.
        answer: what turned out.
        because: why, in a sentence.
    """
    guess = str(guess).lower().strip(" .?!)('\"`*")
    if not guess:
        verdict = f"No guess yet. It is {answer}: {because}"
    elif not re.fullmatch("[a-z]", guess):
        verdict = f"Your guess should be one of the letters. It is {answer}: {because}"
    elif guess == answer:
        verdict = f"✔ You said {guess}, and so it is: {because}"
    else:
        verdict = f"✘ You said {guess}. It is {answer}: {because}"
    say(verdict)


def _must_raise() -> bool:
    """Whether somebody relies on the check: a build, or nbval (its kernels inherit a variable)."""
    under_pytest = "PYTEST_CURRENT_TEST" in os.environ
    return os.environ.get("NST_CHECKS", "raise" if under_pytest else "print") == "raise"


def _watch_cells() -> None:
    """Remember which cells ended in an error, so that a check can name the real cause."""
    shell = get_ipython()
    if shell is not None and _remember not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _remember)


def _remember(result) -> None:
    """Keep the error of a cell for each function that the cell defines; forget it when it runs."""
    error = result.error_before_exec or result.error_in_exec
    for name in re.findall(r"^[ \t]*def\s+(\w+)", result.info.raw_cell or "", re.MULTILINE):
        if error is None:
            _cell_errors.pop(name, None)
        else:
            _cell_errors[name] = error


# Every exercise is a function of this module: ``checks.gram_matrix(gram_matrix)``.
globals().update({name: functools.partial(check, name) for name in EXERCISES})
