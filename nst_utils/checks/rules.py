"""Rules that recognise a mistake where no single implementation can stand for it."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from nst_utils.checks.describe import message_of
from nst_utils.checks.exercise import Rule, Trial
from nst_utils.checks.trials import agree


def stopped_with(kind_of_error: type[BaseException], pattern: str) -> Rule:
    """Make a rule that recognises an error of the student's function by its type and text."""
    return lambda trials, _: any(
        isinstance(trial.error, kind_of_error) and re.search(pattern, message_of(trial.error))
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


def somewhere(predicate: Callable[[dict[str, Any]], bool]) -> Rule:
    """Make a rule that looks at the details of answers of the right kind."""
    return lambda trials, _: any(trial.values and predicate(trial.details) for trial in trials)


def returned(predicate: Callable[[Any], bool]) -> Rule:
    """Make a rule that looks at answers of another kind: at what was returned."""
    return lambda trials, _: any(
        predicate(trial.details["result"]) for trial in trials if trial.problem == "wrong_type"
    )
