"""Answers as students write them: right ones, and wrong ones with the mistake they make.

`right` and the modules ``wrong_*`` fill the two lists below through the decorators; whoever needs
the answers imports the lists from `answers.right` and `answers.wrong`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a student might hand in.

    Attributes:
        exercise: the exercise's name.
        function: the student's function, or what stands in its place.
        mistake: the name that the check must give to the mistake; None where it is right, or
            wrong in a way that no name fits.
        says: words that the message must contain.
        wrong: whether the check must refuse it.
    """

    exercise: str
    function: Any
    mistake: str | None = None
    says: tuple[str, ...] = ()
    wrong: bool = True

    def __str__(self) -> str:
        name = getattr(self.function, "__name__", type(self.function).__name__)
        return "-".join(filter(None, (self.exercise, self.mistake, name)))


RIGHT: list[Answer] = []
WRONG: list[Answer] = []


def right_answer(exercise: str) -> Callable[[Any], Any]:
    """Register a right answer."""

    def register(function: Any) -> Any:
        RIGHT.append(Answer(exercise, function, wrong=False))
        return function

    return register


def wrong_answer(exercise: str, mistake: str | None, *says: str) -> Callable[[Any], Any]:
    """Register a wrong answer: the name of its mistake, and words that its message must contain."""

    def register(function: Any) -> Any:
        WRONG.append(Answer(exercise, function, mistake, says))
        return function

    return register
