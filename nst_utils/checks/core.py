"""What a check does: call the student's function, and find out which mistake explains the result.

An exercise and its mistakes are data (see the modules beside this one). This module runs them:

1. `run` calls a function on the inputs of an exercise and keeps what came out, as `Trial`.
2. `diagnose` compares these trials with the reference, and with every named mistake.

``nst_utils.checks.check`` says the verdict to the student, and hands on a function to continue
with.
"""

import dis
import functools
import inspect
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import CodeType, FrameType, FunctionType
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from IPython.utils.capture import capture_output

from nst_utils.checks.limit import TimeIsUp, call_within

RTOL = 1e-3
"""Right answers differ by rounding: float32 sums by about 1e-5, on a GPU with TF32 by 2e-4."""

TIME_LIMIT = 10.0
"""Seconds for one call. The slowest right answer that we know needs less than one."""

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
        dtype: the result's type, where it is a tensor or a whole number.
        error: the exception that ended the call, if one did.
        entered: False where Python could not even begin the call, with these arguments.
        problem: the name of a general problem with what was returned (see `GENERAL`).
        details: words and numbers for the messages.
    """

    case: Case
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    gradient: np.ndarray | None = None
    differentiable: bool = False
    dtype: str | None = None
    error: BaseException | None = None
    entered: bool = True
    problem: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Rule = Callable[[Sequence[Trial], Sequence[Trial]], bool]
"""Says of (trials, trials of the reference) whether a mistake was made."""


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
        rule: recognises the mistake where no single implementation can stand for it.
        credit: the share of the points for a function that makes this mistake; None gives half
            of them to one that does the same as an implementation, or has the right numbers.
    """

    name: str
    what: str
    where: str
    hint: str
    wrong: Function | tuple[Function, ...] = ()
    rule: Rule | None = None
    credit: float | None = None

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
        words: what to call the observed values in a message, by their names.
        points: what a right answer is worth, in grading.
    """

    name: str
    reference: Function
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    observe: Callable[[Function, Case], Trial]
    todo: str
    words: Mapping[str, str] = field(default_factory=dict)
    points: int = 4


@dataclass(frozen=True)
class Diagnosis:
    """The verdict on a function.

    Attributes:
        exercise: the exercise's name.
        passed: whether the function is right.
        mistake: the name of the mistake, None where it is right or the mistake is unknown.
        message: for the student: what, where, and a hint.
        credit: the share of the points that it earns, 0 to 1.
    """

    exercise: str
    passed: bool
    mistake: str | None
    message: str
    credit: float = 0.0


def stopped_with(kind_of_error: type[BaseException], pattern: str) -> Rule:
    """Make a rule that recognises an error of the student's function by its type and text."""
    return lambda trials, _: any(
        isinstance(trial.error, kind_of_error) and re.search(pattern, _said(trial.error))
        for trial in trials
    )


def stopped_first_with(kind_of_error: type[Exception], pattern: str) -> Rule:
    """Make a rule as `stopped_with` does, for the error that the message names: the first one.

    An error of the call itself is not meant: that one says something about the line with ``def``.
    """
    rule = stopped_with(kind_of_error, pattern)

    def first_only(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
        stopped = [trial for trial in trials if trial.error is not None]
        return rule([trial for trial in stopped[:1] if trial.entered], expected)

    return first_only


def right_only_in(*cases: int) -> Rule:
    """Recognise a function that is right in these cases, and in no other."""

    def rule(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
        pairs = enumerate(zip(trials, expected, strict=True))
        return all((case in cases) == agree(pair[:1], pair[1:]) for case, pair in pairs)

    return rule


def _somewhere(detail: str) -> Rule:
    """Make a rule that looks for a detail which was noted down in any of the trials."""
    return lambda trials, _: any(trial.details.get(detail) for trial in trials)


def _reads_globals(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Whether a wrong function uses data of other cells while it leaves an argument unused."""
    noted = trials[0].details
    if any(isinstance(trial.error, NameError) for trial in trials):
        return False  # a name that is not there says more
    uses_other_data = noted.get("globals_read") and noted.get("unused")
    return bool(uses_other_data) and not agree(trials, expected)


def _forgets_an_argument(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Whether a wrong function runs to its end without looking at one of its arguments."""
    if not trials[0].details.get("unused") or agree(trials, expected):
        return False
    results = [value for trial in trials for value in trial.values.values()]
    return all(trial.values for trial in trials) and all(np.isfinite(x).all() for x in results)


RANGE_MISSING = Mistake(
    "number_looped_over",
    "your function stopped with {error_type}: {error_text}{error_line}. A loop cannot run over a "
    "number.",
    "the line that begins with `for`",
    "what makes 0, 1, 2, … of a number?",
    rule=stopped_first_with(TypeError, "'int' object is not iterable"),
)
"""A mistake of exercises with a loop."""


_ONLY_ITS_KIND = ("wrong_dtype", "no_gradient", "wrong_gradient")
"""Mistakes that are spoken of where every number is right, and nowhere else."""

GENERAL = {
    mistake.name: mistake
    for mistake in (
        Mistake(
            "not_written",
            "{todo}",
            "the cell with `def {exercise}`, at YOUR CODE HERE",
            "the hints above the cell open with a click. Delete the line with "
            "`raise NotImplementedError` when your code is written.",
        ),
        Mistake(
            "reference",
            "this is the reference, not your function: an earlier check handed it on, or it was "
            "imported.",
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
            "your cell did not run{to_its_end}: {error_type}: {error_text}{error_line}.",
            "the cell with `def {exercise}`, not this one",
            "the message below that cell shows the line. After a SyntaxError, look just before "
            "the mark ^: often a bracket or a colon is missing there.",
        ),
        Mistake(
            "reads_globals",
            "your function uses {globals_read}, made in another cell, and never looks at its "
            "argument {unused}.",
            "every line with {globals_read}",
            "your function must work for anything it is given. Which name stands for that in the "
            "brackets of `def`?",
            rule=_reads_globals,
        ),
        Mistake(
            "endless",
            "your function was stopped: after {limit} seconds it had not come to its end"
            "{error_line}.{left}",
            "the loops of your function, above all one around this line",
            "what has to become true so that the loop ends, and which line makes it true? Without "
            "a loop: which step is slow, or waits for something?",
            rule=stopped_with(TimeIsUp, ""),
        ),
        Mistake(
            "wrong_arguments",
            "your function cannot be called as the exercise calls it: {error_text}.",
            "the line with `def`",
            "compare the names in its brackets, and their order, with those of the exercise.",
            rule=lambda trials, _: not all(trial.entered for trial in trials),
        ),
        Mistake(
            "name_without_value",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the first line that uses this name",
            "`+=` adds to something. Which value must the name have before?",
            rule=stopped_with(UnboundLocalError, ""),
        ),
        Mistake(
            "unknown_name",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the line that the message names, and the line that should make this name",
            "is it spelled in the same way everywhere? Was the cell that makes it run?",
            rule=stopped_with(NameError, ""),
        ),
        Mistake(
            "unknown_key",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the square brackets in the line that the message names",
            "a dictionary is asked by a name that it holds. Which names does list(…) of it show?",
            rule=stopped_with(KeyError, ""),
        ),
        Mistake(
            "dictionary_given",
            "your function stopped{error_line}: a whole dictionary of activations stands where "
            "one activation is needed.",
            "the arguments of the call that the message names",
            "which layer's activation is meant there, and how is a dictionary asked for it?",
            rule=stopped_with(ValueError, "class 'dict'"),
        ),
        Mistake(
            "taken_apart_wrongly",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the left side of the line that the message names",
            "how many values stand on the right, and how many names on the left? An activation has "
            "four sizes, an unrolled one has two, a style layer has a name and a weight.",
            rule=stopped_with(ValueError, "values to unpack"),
        ),
        Mistake(
            "numpy_method",
            "your function stopped with {error_type}: {error_text}{error_line}. A NumPy array may "
            "have that; a tensor of TensorFlow does not.",
            "the line that the message names",
            "which function of TensorFlow, tf.…, does the same?",
            rule=stopped_with(AttributeError, "Tensor'? object has no attribute"),
        ),
        Mistake(
            "caret",
            "your function stopped at the operator ^, which is no power in Python{error_line}.",
            "every ^ in your function",
            "how does Python write 3²?",
            rule=stopped_with(Exception, r"(?i)bitwise_?xor|for \^"),
        ),
        Mistake(
            "types_mixed",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the line that the message names: whole numbers and float32 meet there",
            "tf.shape and tf.size give whole numbers that TensorFlow does not mix with float32. "
            "What does tf.cast do, and what does a.shape give?",
            rule=stopped_with(Exception, "must have the same dtype|was expected to be an? "),
        ),
        Mistake(
            "assigns_items",
            "your function stopped with {error_type}: {error_text}{error_line}. A tensor cannot "
            "be changed number by number.",
            "an assignment such as `G[i, j] = …`",
            "one operation of TensorFlow can compute all the numbers at once. Which?",
            rule=stopped_with(TypeError, "does not support item assignment"),
        ),
        Mistake(
            "raises",
            "your function stopped with {error_type}: {error_text}{error_line}",
            "the line that the message names",
            "read the message slowly: which thing is it about? Print this thing and its type (and "
            "its shape, if it is an array) just before that line.",
        ),
        Mistake(
            "changes_inputs",
            "your function changes what it is given: after the call, {changed} holds other values. "
            "Every cell below would go on with these.",
            "assignments such as `{changed}[…] = …`, and operators such as `+=` and `-=`",
            "how do you make a new array, and leave the old one as it is?",
            rule=_somewhere("changed"),
        ),
        Mistake(
            "argument_unused",
            "{name} does not depend on the argument {unused}: your function never uses it.",
            "every line between `def` and `return`",
            "what does the exercise want {unused} for?",
            rule=_forgets_an_argument,
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
            "symbolic",
            "your function returns {got_type}: a plan for a computation, without a value.",
            "tf.keras.Input, tf.Graph, or a tensor that was kept from within a @tf.function",
            "which of your lines makes a tensor that has no numbers yet?",
        ),
        Mistake(
            "wrong_shape",
            "{name} has shape {got_shape}; expected {want_shape}.",
            "the last operation before `return`",
            "print the shape after each of your lines. Which line makes it another one than you "
            "expected?",
        ),
        Mistake(
            "wrong_dtype",
            "your result is of type {got_dtype}; expected {want_dtype}.",
            "tf.cast, int(…), or another step that changes the type",
            "activations and costs are float32. Which of your steps leaves that type?",
        ),
        Mistake(
            "not_finite",
            "{name} contains NaN or infinity.",
            "divisions, roots and logarithms",
            "can anything there be divided by zero?",
        ),
        Mistake(
            "no_gradient",
            "the value is right, but its gradient is None: TensorFlow cannot see how your result "
            "depends on the picture, so nothing could be painted.",
            "every step that leaves TensorFlow's sight: np.…, .numpy(), float(…), tf.constant(…), "
            "tf.Variable(…), tf.stop_gradient(…)",
            "which of your operations have a twin in TensorFlow?",
        ),
        Mistake(
            "wrong_gradient",
            "the value is right, but its gradient is not: part of the way to the picture is cut.",
            "tf.stop_gradient, .numpy() or a cast in one of the terms",
            "does every term that depends on the generated picture stay a tensor?",
        ),
        Mistake(
            "only_known_inputs",
            "your function is right on the inputs of the check, and wrong on others of the same "
            "sizes.",
            "numbers, tables or conditions that fit the check's inputs alone",
            "does your function compute its result from its arguments, whatever they hold?",
        ),
    )
}
"""Problems that any exercise can have."""


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
        trial = _observe(exercise, function, noting)
        return trial, _changed(exercise, made[0], case.arguments()) if made else ""

    noted = {**_names_used(function, exercise.reference), "limit": f"{TIME_LIMIT:g}"}
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
    names = _parameters(exercise.reference)
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


def _parameters(function: Function) -> list[str]:
    return list(inspect.signature(function).parameters)


def _names_used(function: Function, reference: Function) -> dict[str, str]:
    """Note the data that a function takes from outside, and the arguments that it leaves unused.

    Returns:
        ``globals_read`` and ``unused``, each the names for a message. Arguments with a default
        are left out: whether they are used shows in the values.
    """
    code = code_of(function)
    function = getattr(inspect.unwrap(function), "__func__", function) if code else None
    if not isinstance(function, FunctionType):  # of anything else, nothing can be said
        return {}
    outside, local = set(), set()
    for instruction in _instructions(code):
        if instruction.opname.startswith(("LOAD_GLOBAL", "LOAD_NAME")):
            outside.add(instruction.argval)
        else:
            local.update(_loaded(instruction))
    data = [name for name in sorted(outside) if _is_data(name, function.__globals__.get(name))]
    needed = code.co_varnames[: code.co_argcount - len(function.__defaults__ or ())]
    asked = len(_parameters(reference))
    unused = [name for name in needed[:asked] if name not in local]
    return {"globals_read": _listed(data), "unused": _listed(unused)}


def _loaded(instruction: dis.Instruction) -> Sequence[str]:
    """Name the variables of the function that an instruction reads."""
    if instruction.opname == "STORE_FAST_LOAD_FAST":  # since Python 3.13
        return instruction.argval[1:]
    if instruction.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE")):
        value = instruction.argval
        return value if isinstance(value, tuple) else (value,)
    return ()


def code_of(function: Any) -> CodeType | None:
    """Get the code of a function written in Python; None of anything else, however odd it is."""
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)
    except Exception:  # an object may answer anything to that, even by raising
        return None
    return code if isinstance(code, CodeType) else None


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    """Go through the instructions of a function, and of the functions within it."""
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _instructions(constant)


def _is_data(name: str, value: Any) -> bool:
    """Whether a global is what a picture, an activation or a cost is made of, and no constant."""
    if isinstance(value, Mapping):
        return any(_is_data(name, item) for item in value.values())
    if name.isupper():
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return True
    return isinstance(value, tf.Tensor | tf.Variable | np.ndarray)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _observe(exercise: Exercise, function: Function, case: Case) -> Trial:
    try:
        return exercise.observe(function, case)
    except TimeIsUp:
        raise
    # A student's function may raise anything, even SystemExit; the check itself must not. (The stop
    # button of a notebook interrupts the main thread, where `call_within` waits.)
    except BaseException as error:
        return Trial(case, error=error, entered=entered(function, error))


def entered(function: Function, error: BaseException) -> bool:
    """Whether the error came from within the function, not from calling it wrongly."""
    code = code_of(function)
    return not isinstance(error, TypeError) or code is None or code in _codes(error)


def _is_unfilled(function: Function, trial: Trial) -> bool:
    """Whether the function itself says that it is not written; TensorFlow raises this, too."""
    code = code_of(function)
    return type(trial.error) is NotImplementedError and _codes(trial.error)[-1] is code


def _codes(error: BaseException) -> list[CodeType]:
    """List the code that an error passed through, from the call to where it was raised."""
    return [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]


@np.errstate(all="ignore")  # NaN and infinity are looked for, and need no warning
def diagnose(exercise: Exercise, function: Any) -> Diagnosis:
    """Find out whether a function is right, and if not, which mistake explains what it does.

    Args:
        exercise: what the function should do.
        function: what the student wrote; anything.

    Returns:
        The verdict. Nothing is printed, nothing is raised.
    """
    if _is_marked(function, "nst_reference") or function is exercise.reference:
        return failed(exercise, GENERAL["reference"])
    if _is_marked(function, "nst_placeholder"):
        return failed(exercise, GENERAL["not_written"])
    if not callable(function):
        return failed(exercise, GENERAL["not_a_function"], {"got_type": kind(function)})
    trials = run(exercise, function)
    expected = list(_trials_of(exercise, exercise.reference))
    if any(_is_unfilled(function, trial) for trial in trials):
        return failed(exercise, GENERAL["not_written"])
    for mistake in (*exercise.mistakes, *GENERAL.values()):
        if _makes(mistake, exercise, trials, expected):
            facts = _first_facts(exercise, trials, expected)
            credit = _credit(mistake, exercise, trials, expected)
            return replace(failed(exercise, mistake, facts), credit=credit)
    return _general_verdict(exercise, trials, expected)


@np.errstate(all="ignore")
def judge(exercise: Exercise, function: Function) -> Diagnosis:
    """Find out whether a function is right, without looking for the names of mistakes."""
    trials = run(exercise, function)
    expected = [_known_trial.__wrapped__(exercise, exercise.reference, c) for c in exercise.cases]
    return _general_verdict(exercise, trials, expected)


def _is_marked(function: Any, mark: str) -> bool:
    """Look for a mark of ours; an object may answer anything to that, even by raising."""
    try:
        return getattr(function, mark, False) is True
    except Exception:
        return False


def _trials_of(exercise: Exercise, function: Function) -> Iterator[Trial]:
    """Run the reference or a mistake, as far as the trials are looked at."""
    return (_known_trial(exercise, function, case) for case in exercise.cases)


@functools.cache
def _known_trial(exercise: Exercise, function: Function, case: Case) -> Trial:
    """Run the reference or a mistake once; the student's function is run every time.

    In a thread, too: what the caller has set for its own, such as a graph, must not matter.
    """
    return call_within(60, lambda: _observe(exercise, function, case))


def _makes(
    mistake: Mistake, exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> bool:
    """Tell whether the trials show this mistake."""
    if mistake.rule is not None and mistake.rule(trials, expected):
        return True
    return any(agree(trials, _trials_of(exercise, wrong)) for wrong in mistake.implementations)


def _credit(
    mistake: Mistake, exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> float:
    """Say what a function with this mistake is worth: it must at least have run to its end."""
    if not all(trial.values for trial in trials):
        return 0.0
    if mistake.credit is not None:
        return mistake.credit
    known = any(agree(trials, _trials_of(exercise, wrong)) for wrong in mistake.implementations)
    return 0.5 if known or _same_numbers(trials, expected) else 0.0


def _same_numbers(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Whether the results hold the right numbers, in whatever shape or order."""
    pairs = [
        (np.sort(trial.values.get(name, np.empty(0)), axis=None), np.sort(value, axis=None))
        for trial, want in zip(trials, expected, strict=True)
        for name, value in [*want.values.items()][:1]
    ]
    return all(same(got, value) for got, value in pairs)


def agree(trials: Sequence[Trial], others: Iterable[Trial]) -> bool:
    """Whether two functions gave the same in every case, and a value in at least one."""
    return any(trial.values for trial in trials) and not any(map(_difference, trials, others))


def _difference(trial: Trial, other: Trial) -> str | None:
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


def _first_facts(
    exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> dict[str, Any]:
    """Collect the facts of the trial to speak about: the first that is not the reference's."""
    pairs = list(zip(trials, expected, strict=True))
    errors = [describe_error(trial.error) for trial in trials if trial.error is not None]
    spoken_of = next((pair for pair in pairs if _difference(*pair)), pairs[0])
    return {**next(iter(errors), {}), **_facts(exercise, *spoken_of)}


def _general_verdict(
    exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> Diagnosis:
    """Judge trials that show none of the named mistakes: right, or wrong in general."""
    found = [
        (problem, trial, want)
        for trial, want in zip(trials, expected, strict=True)
        if (problem := _problem(trial, want))
    ]
    # Wrong numbers come first, in whichever trial: "the value is right" has to be true.
    found.sort(key=lambda what: what[0] in _ONLY_ITS_KIND)
    for problem, trial, want in found[:1]:
        if problem not in GENERAL:
            return _wrong_value(exercise, trials, expected)
        credit = _credit(GENERAL[problem], exercise, trials, expected)
        verdict = failed(exercise, GENERAL[problem], _facts(exercise, trial, want))
        return replace(verdict, credit=credit)
    return Diagnosis(
        exercise.name,
        True,
        None,
        f"✔ {exercise.name}: right, on every one of {len(trials)} inputs.",
        credit=1.0,
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
            return "wrong_value" if trial.dtype in (None, want.dtype) else "wrong_dtype"
    if trial.differentiable and trial.gradient is None:
        return "no_gradient"
    if trial.differentiable and not same(trial.gradient, want.gradient):
        return "wrong_gradient"
    return None if trial.dtype in (None, want.dtype) else "wrong_dtype"


def _wrong_value(
    exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> Diagnosis:
    """Say as much as can be said of a wrong value that no named mistake explains."""
    factor = explain_factor(trials, expected)
    what = "{name} is {got}{place}; expected {want}."
    if factor:
        what += f" That is {factor} the right value, on every input."
    return failed(
        exercise,
        Mistake(
            None,
            what,
            "the formulas and steps above the exercise, one after the other",
            "take a tiny input, such as all ones, and work out by hand what should come out.",
        ),
        _first_facts(exercise, trials, expected),
    )


def explain_factor(trials: Sequence[Trial], expected: Sequence[Trial]) -> str | None:
    """Find a factor such as "n_C times" or "1/n_C of" that explains the ratio in every trial."""
    ratios = [_ratio(trial, want) for trial, want in zip(trials, expected, strict=True)]
    if None in ratios:
        return None
    for name, sizes in _candidates([trial.case for trial in trials]):
        if np.allclose(ratios, sizes, rtol=RTOL):
            return f"{name} times"
        if np.allclose(ratios, 1 / sizes, rtol=RTOL):
            return f"1/{name} of"
    # A factor of 1: what differs is another value than the one that the ratios are taken of.
    constant = np.allclose(ratios, ratios[0], rtol=RTOL) and not np.isclose(ratios[0], 1, rtol=RTOL)
    return f"{ratios[0]:.4g} times" if constant else None


def _candidates(cases: Sequence[Case]) -> Iterator[tuple[str, np.ndarray]]:
    """Go through the numbers that a factor may consist of, and their squares; short names first."""
    facts = [{"2": 2, "4": 4, **case.facts} for case in cases]
    shared = set.intersection(*(set(f) for f in facts))
    for name in sorted(shared, key=lambda name: (len(name), name)):
        sizes = np.array([float(f[name]) for f in facts])
        name = f"({name})" if "·" in name else name
        yield name, sizes
        if not name.isdigit():
            yield f"{name}²", sizes**2


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


def _facts(exercise: Exercise, trial: Trial, want: Trial) -> dict[str, Any]:
    """Collect what the messages may name."""
    facts = {**want.details, **trial.case.facts, **trial.case.keywords, **trial.details}
    name = _difference(trial, want) or next(iter(want.values))
    facts["name"] = exercise.words.get(name, "your result")
    got, right = trial.values.get(name), want.values.get(name)
    place = _worst_place(got, right)
    facts["place"] = f" at position {list(map(int, place))}" if place else ""
    for prefix, side, value in (("got", trial, got), ("want", want, right)):
        if value is not None:
            facts[f"{prefix}_shape"] = value.shape
            facts[prefix] = _number(value if place is None else value[place])
        facts[f"{prefix}_dtype"] = side.dtype
    if trial.error is not None:
        facts |= describe_error(trial.error)
    ratio = _ratio(trial, want)
    if ratio is not None:
        facts["ratio"] = f"{ratio:.6g}"
    return facts


def _worst_place(got: np.ndarray | None, want: np.ndarray | None) -> tuple | None:
    """Find where two arrays differ most; None where that cannot be said."""
    if got is None or want is None or got.shape != want.shape or not got.ndim:
        return None
    if not got.size:
        return None
    return np.unravel_index(np.argmax(np.abs(got - want)), got.shape)


def _number(value: np.ndarray) -> str:
    return f"{value.item():.6g}" if value.size == 1 else f"an array of shape {value.shape}"


def kind(value: Any) -> str:
    """Name the type of a value for a message."""
    if value is None:
        return "None"
    name = type(value).__name__
    if isinstance(value, tuple | list):
        return f"a {name} of length {len(value)}"
    dtype = f" ({value.dtype.name})" if isinstance(value, tf.Tensor | np.ndarray) else ""
    return f"a value of type {name}{dtype}"


def describe_error(error: BaseException) -> dict[str, str]:
    """Say an exception in words: its type, its text, and the line of the student's code."""
    return {
        "error_type": type(error).__name__,
        "error_text": _text_of(error)[:300],
        "error_line": _place_of(error),
    }


def _text_of(error: BaseException) -> str:
    """Choose the telling line of a message, without what Python and TensorFlow put around it."""
    if isinstance(error, SyntaxError):
        return error.msg
    said = _said(error).splitlines()
    # AutoGraph puts its own traceback first, and the message last.
    line = said[-1] if said[0].endswith("in user code:") else said[0]
    text = re.sub(rf"^\s*[\w.]*{type(error).__name__}:?\s*", "", line)
    text = re.sub(r"^\{\{.*?\}\}\s*|\s*\[Op:.*|tensorflow\.python\S*\.", "", text)
    return text.rstrip(". ") or "no message"


def _said(error: BaseException) -> str:
    """Get the whole message of an exception, even of one that cannot be turned into text."""
    return "".join(traceback.format_exception_only(error)).strip()


def _place_of(error: BaseException) -> str:
    """Name the last line of the traceback that lies in a notebook cell."""
    if isinstance(error, SyntaxError):
        return f" (line {error.lineno} of the cell)"
    frames = [pair for pair in traceback.walk_tb(error.__traceback__) if _is_cell(pair[0])]
    if not frames:
        return ""
    frame, line = frames[-1]
    return f" ({frame.f_code.co_name}, line {line} of its cell)"


def _is_cell(frame: FrameType) -> bool:
    filename = frame.f_code.co_filename
    return bool(re.search(r"ipykernel_\d+[/\\]|^<ipython", filename))
