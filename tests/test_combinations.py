"""Two mistakes at once: a check may name either of them, or none, but it never passes them."""

import itertools
import random

import numpy as np
import pytest
import tensorflow as tf

from nst_utils import checks
from nst_utils.checks.exercise import Exercise
from nst_utils.checks.observe import as_numbers
from nst_utils.checks.trials import agree, observed, run

PAIRS = 16
"""Drawn for each exercise, always the same ones."""

EXERCISES = checks.EXERCISES.values()


def wrong_functions(exercise: Exercise) -> list:
    return [wrong for mistake in exercise.mistakes for wrong in mistake.implementations]


def assert_refused(exercise: Exercise, function) -> None:
    diagnosis = checks.diagnose(exercise.name, function)
    assert not diagnosis.passed
    assert diagnosis.message.count("\n") == 3


def in_one_list(result):
    return [result]


def as_text(result):
    return str(result)


def nothing(result):
    return None


def far_too_large(result):
    return tf.nest.map_structure(lambda part: part * 3.7 if is_number(part) else part, result)


def is_number(part) -> bool:
    return as_numbers(part) is not None


SECOND_MISTAKES = [in_one_list, as_text, nothing, far_too_large]


@pytest.mark.parametrize("second", SECOND_MISTAKES, ids=lambda second: second.__name__)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_a_mistake_and_something_wrong_with_its_result(exercise: Exercise, second):
    chosen = random.Random(0)
    functions = wrong_functions(exercise)
    for wrong in chosen.sample(functions, min(12, len(functions))):
        assert_refused(exercise, lambda *a, wrong=wrong, **named: second(wrong(*a, **named)))


def both_errors(exercise: Exercise, one, other):
    """A function that is off by what the one and by what the other is off."""

    def function(*arguments, **options):
        a, b, right = (f(*arguments, **options) for f in (one, other, exercise.reference))
        return a + (b - right)

    return function


def errors_add_up(exercise: Exercise, function) -> bool:
    """Whether both give a result of the right shape, and their errors do not cancel out."""
    expected = [observed(exercise, exercise.reference, case) for case in exercise.cases]
    trials = run(exercise, function)
    fits = all(
        trial.values.get("result", np.array([])).shape == want.values["result"].shape
        for trial, want in zip(trials, expected, strict=True)
    )
    return fits and not agree(trials, expected)


ONE_RESULT = [
    exercise
    for exercise in EXERCISES
    if "result" in observed(exercise, exercise.reference, exercise.cases[0]).values
]


@pytest.mark.parametrize("exercise", ONE_RESULT, ids=lambda exercise: exercise.name)
def test_two_errors_that_add_up(exercise: Exercise):
    pairs = list(itertools.combinations(wrong_functions(exercise), 2))
    random.Random(0).shuffle(pairs)
    tried = 0
    for one, other in pairs[: 3 * PAIRS]:
        function = both_errors(exercise, one, other)
        if errors_add_up(exercise, function):
            assert_refused(exercise, function)
            tried += 1
    assert tried >= min(PAIRS // 2, len(pairs) // 4)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_one_mistake_in_some_calls_and_another_in_the_others(exercise: Exercise):
    """A function that begins with one mistake and goes on with another, call by call."""
    expected = [observed(exercise, exercise.reference, case) for case in exercise.cases]
    pairs = list(itertools.permutations(wrong_functions(exercise), 2))
    random.Random(0).shuffle(pairs)
    for pair in pairs[:PAIRS]:
        # "Always conv1_1" and "always the last layer" may each be right when their turn comes.
        if not agree(run(exercise, in_turn(pair)), expected):
            assert_refused(exercise, in_turn(pair))


def in_turn(functions):
    """A function that is another one in every call."""
    turns = itertools.cycle(functions)
    return lambda *arguments, **options: next(turns)(*arguments, **options)
