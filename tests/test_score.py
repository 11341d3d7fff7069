"""Points: for right answers all of them, for one named slip half, and nothing for a memory."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from answers import Answer
from answers.right import RIGHT
from answers.wrong import WRONG

from nst_utils import NSTError, checks
from nst_utils.checks import grading
from nst_utils.checks.exercise import Exercise
from nst_utils.checks.general import GENERAL
from nst_utils.checks.trials import difference, observed

EXERCISES = checks.EXERCISES.values()


def half(exercise: str) -> float:
    return checks.EXERCISES[exercise].points / 2


@pytest.mark.parametrize("answer", RIGHT, ids=str)
def test_a_right_answer_earns_all_the_points(answer: Answer, capsys):
    points = checks.EXERCISES[answer.exercise].points
    assert checks.score(answer.exercise, answer.function) == points
    assert f"Points: {points} of {points}" in capsys.readouterr().out


def test_one_slip_with_a_name_earns_half(capsys):
    def positions(A):
        return tf.matmul(A, A, transpose_a=True)

    assert checks.score("gram_matrix", positions) == half("gram_matrix")
    said = capsys.readouterr().out
    assert "you multiply positions with positions" in said
    assert "Points: 2 of 4" in said


def test_a_right_value_without_its_gradient_earns_half():
    assert checks.score("gram_matrix", lambda A: A.numpy() @ A.numpy().T) == half("gram_matrix")


@pytest.mark.parametrize(
    "function",
    [
        checks.reference("gram_matrix"),
        checks.to_write("gram_matrix"),
        None,
        lambda A: None,
        lambda A: 1 / 0,
        lambda A: tf.zeros((2, 3)),
        lambda A: 1.7 * tf.matmul(A, A, transpose_b=True) + 1,
    ],
)
def test_what_is_not_there_earns_nothing(function):
    assert checks.score("gram_matrix", function) == 0


def test_a_named_slip_that_stops_the_function_earns_nothing():
    answers = [answer for answer in WRONG if answer.mistake == "depths_do_not_fit"]
    assert answers
    for answer in answers:
        assert checks.diagnose(answer.exercise, answer.function).credit == 0


def test_half_an_answer_needs_the_right_numbers():
    """A rule may name a mistake in what is nonsense otherwise."""
    for exercise, nonsense in {
        "preprocess": lambda image: image,
        "deprocess": lambda x: x,
        "brighten": lambda image, amount: np.random.default_rng().integers(0, 255, image.shape),
        "gram_matrix": lambda A: tf.cast(tf.matmul(A, A, transpose_b=True), tf.float64) ** 3,
    }.items():
        assert checks.score(exercise, nonsense) == 0, exercise


@pytest.mark.parametrize(
    "exercise",
    # A step and a loop are judged by the picture that they change, not by what they return.
    [e for e in EXERCISES if e.name not in ("train_step", "model_nn")],
    ids=lambda exercise: exercise.name,
)
def test_zeros_of_the_right_shape_earn_nothing(exercise: Exercise):
    def zeros(*arguments, **options):
        return tf.nest.map_structure(np.zeros_like, exercise.reference(*arguments, **options))

    assert checks.score(exercise.name, zeros) == 0


@pytest.mark.parametrize(
    "answer", [a for a in WRONG if a.mistake in GENERAL and a.mistake != "endless"], ids=str
)
def test_an_honest_slip_is_worth_the_same_on_unseen_inputs(answer: Answer):
    credit = checks.diagnose(answer.exercise, answer.function).credit
    points = checks.EXERCISES[answer.exercise].points
    assert checks.score(answer.exercise, answer.function) == credit * points


def test_an_answer_that_rounds_the_other_way_once_is_right(monkeypatch):
    credits = iter([0.0, 1.0])
    real = grading.judge
    monkeypatch.setattr(grading, "judge", lambda e, f: replace(real(e, f), credit=next(credits)))
    assert checks.score("gram_matrix", lambda A: A @ tf.transpose(A)) == 4


def test_what_stops_on_unseen_inputs_is_told_so(capsys):
    calls = []

    def stops_later(A):
        calls.append(1)
        if len(calls) > 4:
            raise MemoryError("too much")
        return tf.matmul(A, A, transpose_b=True)

    assert checks.score("gram_matrix", stops_later) == 0
    assert "stopped with MemoryError" in capsys.readouterr().out


@pytest.mark.parametrize(
    "exercise, function",
    [
        ("compute_content_cost", lambda a_C, a_G: 0 * tf.reduce_sum(a_C * a_G)),
        ("layer_names", lambda layers: []),
        ("average_pool", lambda x: x),
        ("model_nn", lambda model, start, *arguments, **options: start),
    ],
)
def test_doing_nothing_earns_nothing_even_where_it_has_a_name(exercise: str, function):
    diagnosis = checks.diagnose(exercise, function)
    assert diagnosis.mistake in {m.name for m in checks.EXERCISES[exercise].mistakes}
    assert checks.score(exercise, function) == 0


# A memory of the check's inputs -----------------------------------------------------------------


def remembers(exercise: Exercise):
    """A function that knows the right answers to the inputs of the check, and nothing else."""
    known = []
    for case in exercise.cases:
        arguments = case.arguments()
        before = [print_of(value) for value in arguments]
        known.append((before, exercise.reference(*arguments, **case.keywords)))

    def look_up(*arguments, **options):
        prints = [print_of(value) for value in arguments]
        found = [result for before, result in known if before[: len(prints)] == prints]
        return found[0] if found else known[0][1]

    return look_up


def print_of(value) -> str:
    """What a value looks like."""
    with np.printoptions(threshold=10_000):
        return str(value.numpy() if isinstance(value, tf.Tensor) else value)


@pytest.mark.parametrize("exercise", ["layer_names", "read_layer"])
def test_an_answer_that_was_learnt_by_heart_passes_the_check_and_earns_nothing(exercise, capsys):
    by_heart = remembers(checks.EXERCISES[exercise])
    assert checks.diagnose(exercise, by_heart).passed
    assert checks.score(exercise, by_heart) == 0
    assert "wrong on others" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", ["compute_content_cost", "gram_matrix", "total_cost"])
def test_numbers_learnt_by_heart_earn_no_half_of_the_points(exercise, capsys):
    by_heart = remembers(checks.EXERCISES[exercise])
    assert checks.diagnose(exercise, by_heart).mistake == "no_gradient"
    assert checks.score(exercise, by_heart) == 0
    assert "wrong on others" in capsys.readouterr().out


def test_a_differentiable_answer_that_was_learnt_by_heart_earns_nothing(capsys):
    sizes = [case.arguments()[0].shape for case in checks.EXERCISES["gram_matrix"].cases]
    first_numbers = [float(c.arguments()[0][0, 0]) for c in checks.EXERCISES["gram_matrix"].cases]

    def knows_the_inputs(A):
        G = tf.matmul(A, A, transpose_b=True)
        known = A.shape in sizes and float(A[0, 0]) in first_numbers
        return G if known else 2 * G

    assert checks.diagnose("gram_matrix", knows_the_inputs).passed
    assert checks.score("gram_matrix", knows_the_inputs) == 0
    assert "wrong on others" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_unseen_inputs_have_the_same_sizes_and_other_numbers(exercise: Exercise):
    first, second = (list(grading.unseen_cases(exercise, seed)) for seed in (1, 2))
    for case, one, other in zip(exercise.cases, first, second, strict=True):
        expected = observed(exercise, exercise.reference, case)
        varied = [observed(exercise, exercise.reference, c) for c in (one, one, other)]
        assert [trial.error for trial in varied] == [None] * 3
        assert difference(varied[0], varied[1]) is None, "the same in every call"
        assert difference(varied[0], varied[2]), "another seed, other numbers"
        assert difference(varied[0], expected)


def test_two_gradings_use_other_numbers():
    exercise = checks.EXERCISES["total_cost"]
    one, other = (next(grading.unseen_cases(exercise)).arguments() for _ in range(2))
    assert float(one[0]) != float(other[0])


# A cell that did not run, and names ---------------------------------------------------------------


def test_a_cell_that_ended_in_an_error_earns_nothing(monkeypatch, capsys):
    monkeypatch.setitem(checks._cell_errors, "gram_matrix", NameError("name 'tf' is not defined"))
    assert checks.score("gram_matrix", lambda A: A @ tf.transpose(A)) == 0
    assert "your cell did not run to its end" in capsys.readouterr().out


def test_an_unknown_exercise_is_an_error_of_the_teacher():
    with pytest.raises(NSTError, match="gram_matrx: there is no such exercise; there are"):
        checks.score("gram_matrx", print)


def test_a_score_does_not_raise_where_a_check_would(monkeypatch):
    monkeypatch.setenv("NST_CHECKS", "raise")
    assert checks.score("gram_matrix", functools.partial(print, end="")) == 0


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_half_the_points_are_a_whole_number(exercise: Exercise):
    assert exercise.points > 0
    assert exercise.points % 2 == 0
