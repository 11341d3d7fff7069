"""Find out which mistake explains what a function does, and say so.

An exercise and its mistakes are data (see the modules beside this one):

1. `trials.run` calls a function on the inputs of an exercise and keeps what came out, as `Trial`.
2. `diagnose` compares these trials with the reference, and with every named mistake.

``nst_utils.checks.check`` says the verdict to the student, and hands on a function to continue
with.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nst_utils.checks.describe import describe_error, kind
from nst_utils.checks.exercise import Case, Diagnosis, Exercise, Function, Mistake, Trial
from nst_utils.checks.general import GENERAL
from nst_utils.checks.inspection import is_unfilled
from nst_utils.checks.trials import RTOL, agree, difference, known_trial, run, same, trials_of

_ONLY_ITS_KIND = ("wrong_dtype", "no_gradient", "wrong_gradient")
"""Mistakes that are spoken of where every number is right, and nowhere else."""


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
    expected = list(trials_of(exercise, exercise.reference))
    if any(is_unfilled(function, trial) for trial in trials):
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
    expected = [known_trial.__wrapped__(exercise, exercise.reference, c) for c in exercise.cases]
    return _general_verdict(exercise, trials, expected)


def _is_marked(function: Any, mark: str) -> bool:
    """Look for a mark of ours; an object may answer anything to that, even by raising."""
    try:
        return getattr(function, mark, False) is True
    except Exception:
        return False


def _makes(
    mistake: Mistake, exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> bool:
    """Tell whether the trials show this mistake."""
    if mistake.rule is not None and mistake.rule(trials, expected):
        return True
    return any(agree(trials, trials_of(exercise, wrong)) for wrong in mistake.implementations)


def _credit(
    mistake: Mistake, exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> float:
    """Say what a function with this mistake is worth: it must at least have run to its end."""
    if not all(trial.values for trial in trials):
        return 0.0
    if mistake.credit is not None:
        return mistake.credit
    known = any(agree(trials, trials_of(exercise, wrong)) for wrong in mistake.implementations)
    return 0.5 if known or _same_numbers(trials, expected) else 0.0


def _same_numbers(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Whether the results hold the right numbers, in whatever shape or order."""
    pairs = [
        (np.sort(trial.values.get(name, np.empty(0)), axis=None), np.sort(value, axis=None))
        for trial, want in zip(trials, expected, strict=True)
        for name, value in [*want.values.items()][:1]
    ]
    return all(same(got, value) for got, value in pairs)


def _first_facts(
    exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]
) -> dict[str, Any]:
    """Collect the facts of the trial to speak about: the first that is not the reference's."""
    pairs = list(zip(trials, expected, strict=True))
    errors = [describe_error(trial.error) for trial in trials if trial.error is not None]
    spoken_of = next((pair for pair in pairs if difference(*pair)), pairs[0])
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
    name = difference(trial, want) or next(iter(want.values))
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
