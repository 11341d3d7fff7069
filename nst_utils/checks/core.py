"""What a check does: call the student's function, and find out which mistake explains the result.

An exercise and its mistakes are data (see the modules beside this one). This module runs them:

1. `run` calls a function on the inputs of an exercise and keeps what came out, as `Trial`.
2. `diagnose` compares these trials with the reference, and with every named mistake.
3. `check` says the verdict to the student, and hands on a function to continue with.
"""

import functools
import io
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import numpy as np

RTOL = 1e-3
"""Right answers differ by rounding: float32 sums by about 1e-5, on a GPU with TF32 by 2e-4."""

Function = Callable[..., Any]


class CheckFailed(AssertionError):
    """A check failed where that has to be noticed: under nbval, or with ``NST_CHECKS=raise``."""


@dataclass(frozen=True, eq=False)
class Case:
    """One way in which the student's function is called.

    Attributes:
        arguments: makes fresh arguments, so that no call can spoil those of the next.
        facts: numbers that messages may name and that may explain a wrong factor.
        keywords: arguments given by name.
    """

    arguments: Callable[[], tuple]
    facts: Mapping[str, float] = field(default_factory=dict)
    keywords: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Trial:
    """What came out of one call.

    Attributes:
        case: how it was called.
        values: named float64 arrays: the result, and what else was observed. They are compared
            with those of the reference and of the named mistakes.
        gradient: of the result, float64; None where TensorFlow found none.
        differentiable: whether this exercise needs a gradient in this case.
        dtype: the result's type, where it is a tensor.
        error: the exception that ended the call, if one did.
        problem: the name of a general problem with what was returned (see `GENERAL`).
        details: words and numbers for the messages.
    """

    case: Case
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    gradient: np.ndarray | None = None
    differentiable: bool = False
    dtype: str | None = None
    error: Exception | None = None
    problem: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Mistake:
    """A mistake with a name.

    Attributes:
        name: short and stable; teachers count by it.
        what: what is wrong; fields in braces are filled from the facts of the first bad trial.
        where: the place to look at.
        hint: a question that leads on, never the solution.
        wrong: implementations that make this mistake, one or a tuple of them. A function that
            gives the same results as one of them, in every trial, makes the mistake too.
        rule: recognises the mistake by (trials, trials of the reference), where no single
            implementation can stand for it.
    """

    name: str
    what: str
    where: str
    hint: str
    wrong: Function | tuple[Function, ...] = ()
    rule: Callable[[Sequence[Trial], Sequence[Trial]], bool] | None = None

    @property
    def implementations(self) -> tuple[Function, ...]:
        """All the functions known to make this mistake."""
        return self.wrong if isinstance(self.wrong, tuple) else (self.wrong,)


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function that the student writes.

    Attributes:
        name: the function's name, and the exercise's.
        reference: the right answer.
        cases: inputs that tell every mistake from every other.
        mistakes: in the order in which they are looked for.
        observe: calls a function on a case and says what came out.
        todo: what is to be done, for who has not begun.
    """

    name: str
    reference: Function
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    observe: Callable[[Function, Case], Trial]
    todo: str


@dataclass(frozen=True)
class Diagnosis:
    """The verdict on a function.

    Attributes:
        exercise: the exercise's name.
        passed: whether the function is right.
        mistake: the name of the mistake, None where it is right or the mistake is unknown.
        message: for the student: what, where, and a hint.
    """

    exercise: str
    passed: bool
    mistake: str | None
    message: str


GENERAL = {
    mistake.name: mistake
    for mistake in (
        Mistake(
            "not_written",
            "{todo}",
            "the cell with `def {exercise}`, at YOUR CODE HERE",
            "the hints above the cell open with a click. Delete the line with "
            "`raise NotImplementedError` when your code stands.",
        ),
        Mistake(
            "reference",
            "this is the reference, which an earlier check handed on, not your function.",
            "the cell with `def {exercise}`",
            "run your own cell again, then this one.",
        ),
        Mistake(
            "not_a_function",
            "`{exercise}` is {got_type}, not a function.",
            "the last cell that gave a value to the name `{exercise}`",
            "is there a line `{exercise} = …` after your `def {exercise}(…):`?",
        ),
        Mistake(
            "cell_error",
            "your cell did not run: {error_type}: {error_text}{error_line}",
            "the cell with `def {exercise}`, not this one",
            "Python marks the place with ^ below that cell. Often a bracket or a colon is missing "
            "just before it.",
        ),
        Mistake(
            "raises",
            "your function stopped with {error_type}: {error_text}{error_line}",
            "the line that the message names",
            "print the shapes just before that line: are they what you think?",
        ),
        Mistake(
            "returns_none",
            "your function returns None.",
            "its last line",
            "is the result computed and then forgotten? A function gives back what stands after "
            "`return`.",
        ),
        Mistake(
            "wrong_type",
            "your function returns {got_type}; expected {want_type}.",
            "the line with `return`",
            "what should go on from here: a number, a tensor, several of them?",
        ),
        Mistake(
            "wrong_shape",
            "your result has shape {got_shape}; expected {want_shape}.",
            "the last operation before `return`",
            "which axes should be left at the end, and which should be summed over?",
        ),
        Mistake(
            "wrong_dtype",
            "your result is of type {got_dtype}; expected {want_dtype}.",
            "a cast in your function",
            "does any step leave the floating-point numbers?",
        ),
        Mistake(
            "not_finite",
            "your result contains NaN or infinity.",
            "divisions, roots and logarithms",
            "can anything there be divided by zero?",
        ),
        Mistake(
            "no_gradient",
            "the value is right, but its gradient is None: TensorFlow cannot see how your result "
            "depends on the picture, so nothing could be painted.",
            "every step that leaves TensorFlow: np.…, .numpy(), float(…), tf.constant(…)",
            "which of your operations have a twin in TensorFlow?",
        ),
        Mistake(
            "wrong_gradient",
            "the value is right, but its gradient is not: part of the way to the picture is cut.",
            "tf.stop_gradient, .numpy() or a cast in one of the terms",
            "does every term that depends on the generated picture stay a tensor?",
        ),
    )
}
"""Problems that any exercise can have."""


def run(exercise: Exercise, function: Function) -> list[Trial]:
    """Call a function on every case of an exercise; what it prints is not shown."""
    with redirect_stdout(io.StringIO()):
        return [_observe(exercise, function, case) for case in exercise.cases]


def _observe(exercise: Exercise, function: Function, case: Case) -> Trial:
    try:
        return exercise.observe(function, case)
    # A student's function may raise anything; the check itself must not.
    except Exception as error:
        return Trial(case, error=error)


def diagnose(exercise: Exercise, function: Any) -> Diagnosis:
    """Find out whether a function is right, and if not, which mistake explains what it does.

    Args:
        exercise: what the function should do.
        function: what the student wrote; anything.

    Returns:
        The verdict. Nothing is printed, nothing is raised.
    """
    if getattr(function, "nst_reference", False) or function is exercise.reference:
        return failed(exercise, GENERAL["reference"])
    if getattr(function, "nst_placeholder", False):
        return failed(exercise, GENERAL["not_written"])
    if not callable(function):
        return failed(exercise, GENERAL["not_a_function"], {"got_type": kind(function)})
    trials, expected = run(exercise, function), _trials_of(exercise, exercise.reference)
    if any(isinstance(trial.error, NotImplementedError) for trial in trials):
        return failed(exercise, GENERAL["not_written"])
    for mistake in exercise.mistakes:
        if _makes(mistake, exercise, trials, expected):
            return failed(exercise, mistake, _facts(*_first_difference(trials, expected)))
    return _general_verdict(exercise, trials, expected)


@functools.cache
def _trials_of(exercise: Exercise, function: Function) -> tuple[Trial, ...]:
    """Run the reference or a mistake once; the student's function is run every time."""
    return tuple(run(exercise, function))


def _makes(
    mistake: Mistake, exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> bool:
    """Tell whether the trials show this mistake."""
    if mistake.rule is not None and mistake.rule(trials, expected):
        return True
    return any(_agree(trials, _trials_of(exercise, wrong)) for wrong in mistake.implementations)


def _agree(trials: Sequence[Trial], others: Sequence[Trial]) -> bool:
    """Whether two functions gave the same in every case, and a value in at least one."""
    return any(trial.values for trial in trials) and all(map(_same_outcome, trials, others))


def _same_outcome(trial: Trial, other: Trial) -> bool:
    if trial.values.keys() != other.values.keys() or trial.problem != other.problem:
        return False
    return all(same(value, other.values[name]) for name, value in trial.values.items())


def same(value: np.ndarray, other: np.ndarray) -> bool:
    """Compare two arrays: shape, and values up to rounding."""
    scale = np.abs(other).max(initial=0)
    return value.shape == other.shape and np.allclose(
        value, other, rtol=RTOL, atol=1e-5 * scale, equal_nan=True
    )


def _first_difference(trials: Sequence[Trial], expected: Sequence[Trial]) -> tuple[Trial, Trial]:
    """Choose the trial to speak about: the first whose outcome is not the reference's."""
    pairs = list(zip(trials, expected, strict=True))
    return next((pair for pair in pairs if not _same_outcome(*pair)), pairs[0])


def _general_verdict(
    exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> Diagnosis:
    """Judge a function that makes none of the named mistakes: right, or wrong in general."""
    for trial, want in zip(trials, expected, strict=True):
        problem = _problem(trial, want)
        if problem in GENERAL:
            return failed(exercise, GENERAL[problem], _facts(trial, want))
        if problem:
            return _wrong_value(exercise, trials, expected)
    return Diagnosis(
        exercise.name,
        True,
        None,
        f"✔ {exercise.name}: right, on every one of {len(trials)} inputs.",
    )


def _problem(trial: Trial, want: Trial) -> str | None:
    """Name what is wrong with one trial; None where nothing is."""
    if trial.error is not None:
        return "raises"
    if trial.problem:
        return trial.problem
    for name, value in want.values.items():
        got = trial.values[name]
        if got.shape != value.shape:
            return "wrong_shape"
        if not np.isfinite(got).all():
            return "not_finite"
        if not same(got, value):
            return "wrong_dtype" if _is_whole(trial.dtype) else "wrong_value"
    if trial.differentiable and trial.gradient is None:
        return "no_gradient"
    if trial.differentiable and not same(trial.gradient, want.gradient):
        return "wrong_gradient"
    return "wrong_dtype" if trial.dtype not in (None, want.dtype) else None


def _is_whole(dtype: str | None) -> bool:
    return dtype is not None and "int" in dtype


def _wrong_value(
    exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> Diagnosis:
    """Say as much as can be said of a wrong value that no named mistake explains."""
    factor = explain_factor(trials, expected)
    what = "your function returns {got}; expected {want}."
    if factor:
        what += f" That is {factor} of the right value, on every input."
    return failed(
        exercise,
        Mistake(
            None,
            what,
            "the formula above the exercise, term by term",
            "take two tiny inputs, such as all ones, and compute by hand what should come out.",
        ),
        _facts(*_first_difference(trials, expected)),
    )


def explain_factor(trials: Sequence[Trial], expected: Sequence[Trial]) -> str | None:
    """Find a factor such as "1/n_C" or "4 times" that explains the ratio in every trial."""
    ratios = [_ratio(trial, want) for trial, want in zip(trials, expected, strict=True)]
    if None in ratios:
        return None
    facts = [{"2": 2, "4": 4, **trial.case.facts} for trial in trials]
    shared = set.intersection(*(set(f) for f in facts))
    for name in sorted(shared, key=lambda name: (len(name), name)):
        for power, above, below in ((1, "{} times", "1/{}"), (2, "({})² times", "1/({})²")):
            size = np.array([f[name] ** power for f in facts])
            if np.allclose(ratios, size, rtol=RTOL):
                return above.format(name)
            if np.allclose(ratios, 1 / size, rtol=RTOL):
                return below.format(name)
    return None


def _ratio(trial: Trial, want: Trial) -> float | None:
    """The one number that lies between a result and the right one, if there is one."""
    name = next(iter(want.values))
    right = want.values[name]
    got = trial.values.get(name)
    if got is None or got.shape != right.shape or not np.abs(right).max(initial=0):
        return None
    ratio = float((got * right).sum() / (right * right).sum())
    return ratio if ratio and same(got, ratio * right) else None


def failed(
    exercise: Exercise, mistake: Mistake, facts: Mapping[str, Any] | None = None
) -> Diagnosis:
    """Make the verdict of a mistake: what, where, hint, with the facts filled in."""
    facts = _Facts(facts or {}, exercise=exercise.name, todo=exercise.todo)
    message = (
        f"✘ {exercise.name}: not yet.\n"
        f"  What:  {mistake.what.format_map(facts)}\n"
        f"  Where: {mistake.where.format_map(facts)}\n"
        f"  Hint:  {mistake.hint.format_map(facts)}"
    )
    return Diagnosis(exercise.name, False, mistake.name, message)


class _Facts(dict):
    """A message may name a fact that this trial does not have; that must not end in an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def _facts(trial: Trial, want: Trial) -> dict[str, Any]:
    """Collect what the messages may name."""
    facts = {**want.details, **trial.case.facts, **trial.details}
    for prefix, side in (("got", trial), ("want", want)):
        value = next(iter(side.values.values()), None)
        if value is not None:
            facts[f"{prefix}_shape"] = value.shape
            facts[prefix] = _number(value)
        facts[f"{prefix}_dtype"] = side.dtype
    if trial.error is not None:
        facts |= describe_error(trial.error)
    ratio = _ratio(trial, want)
    if ratio is not None:
        facts["ratio"] = f"{ratio:.6g}"
    return facts


def _number(value: np.ndarray) -> str:
    return f"{value.item():.6g}" if value.size == 1 else f"an array of shape {value.shape}"


def kind(value: Any) -> str:
    """Name the type of a value for a message."""
    return "None" if value is None else f"a value of type {type(value).__name__}"


def describe_error(error: Exception) -> dict[str, str]:
    """Say an exception in words: its type, its first line, and the line of the student's code."""
    line = _line_of(error)
    return {
        "error_type": type(error).__name__,
        "error_text": (str(error).strip().splitlines() or ["no message"])[0][:300],
        "error_line": f" (line {line} of the cell)" if line else "",
    }


def _line_of(error: Exception) -> int | None:
    """Find the last line of the traceback that lies in a notebook cell."""
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if "ipykernel" in frame.f_code.co_filename
        or frame.f_code.co_filename.startswith("<ipython")
    ]
    return lines[-1] if lines else None
