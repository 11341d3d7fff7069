"""What checks are made of: an exercise and its mistakes, as data; a call; a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

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
        unseen: makes other arguments of the same kind, for grading; None varies the numbers in
            those of the check.
    """

    arguments: Callable[[], tuple]
    facts: Mapping[str, float] = field(default_factory=dict)
    keywords: Mapping[str, Any] = field(default_factory=dict)
    unseen: Callable[[np.random.Generator], tuple] | None = None


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
