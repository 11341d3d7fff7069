"""What the checks say: to right answers, to every wrong answer with a name, and to anything else.

The answers themselves lie in `answers`, written as students write them.
"""

import _thread
import ast
import functools
import inspect
import os
import re
import sys
import threading
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import scipy.io
import tensorflow as tf
from answers import Answer
from answers.right import RIGHT
from answers.wrong import WRONG
from IPython.core.interactiveshell import InteractiveShell
from mat_files import random_weights, write_mat
from traitlets.config import Config

from nst_utils import (
    NSTError,
    checks,
    costs,
    images,
    instant,
    matconvnet,
    optimize,
    project_path,
)
from nst_utils.checks import mat_file
from nst_utils.checks.diagnosis import _Facts
from nst_utils.checks.exercise import Exercise
from nst_utils.checks.general import GENERAL
from nst_utils.checks.trials import known_trial

IMPLEMENTATIONS = [
    pytest.param(exercise, mistake.name, wrong, id=f"{exercise.name}-{mistake.name}-{number}")
    for exercise in checks.EXERCISES.values()
    for mistake in exercise.mistakes
    for number, wrong in enumerate(mistake.implementations)
]


def names(exercise: str) -> list[str]:
    return [mistake.name for mistake in checks.EXERCISES[exercise].mistakes]


def a_wrong_gram(A):
    return tf.matmul(A, A, transpose_a=True)


def a_right_gram(A):
    return tf.matmul(A, A, transpose_b=True)


# Right and wrong answers ------------------------------------------------------------------------


@pytest.mark.parametrize("answer", RIGHT, ids=str)
def test_a_right_answer_passes(answer: Answer):
    diagnosis = checks.diagnose(answer.exercise, answer.function)
    assert diagnosis.passed, diagnosis.message
    assert diagnosis.mistake is None
    assert diagnosis.message.startswith(f"✔ {answer.exercise}: right")


@pytest.mark.parametrize("exercise", checks.EXERCISES)
def test_at_least_three_ways_lead_to_each_exercise(exercise: str):
    assert sum(answer.exercise == exercise for answer in RIGHT) >= 3


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_a_wrong_answer_is_told_its_mistake(answer: Answer, monkeypatch: pytest.MonkeyPatch):
    def missing(_, key: str) -> str:
        raise KeyError(f"the message names {key!r}, which nobody knows")

    monkeypatch.setattr(_Facts, "__missing__", missing)
    diagnosis = checks.diagnose(answer.exercise, answer.function)
    assert not diagnosis.passed
    assert diagnosis.mistake == answer.mistake, diagnosis.message
    assert [words for words in answer.says if words not in diagnosis.message] == []
    assert re.fullmatch(PARTS.format(answer.exercise), diagnosis.message), diagnosis.message
    assert not re.search(INNER_WORKS, diagnosis.message)


PARTS = r"✘ {}: not yet\.\n  What:  .+\n  Where: .+\n  Hint:  .+"
INNER_WORKS = r"function_node|\[Op:|site-packages|tensorflow\.python"


# Mistakes as data -------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", checks.EXERCISES)
def test_every_mistake_has_a_name_of_its_own_and_a_wrong_answer(exercise: str):
    assert len(names(exercise)) == len(set(names(exercise)))
    answered = {answer.mistake for answer in WRONG if answer.exercise == exercise}
    assert set(names(exercise)) - answered == set()


def test_every_general_mistake_has_a_wrong_answer():
    answered = {answer.mistake for answer in WRONG}
    # A cell that ended in an error is no answer: see the tests of the cells below. For the other
    # two, see test_limit.py and test_score.py.
    assert set(GENERAL) - answered == {"cell_error", "endless", "only_known_inputs"}


@pytest.mark.parametrize("exercise, name, wrong", IMPLEMENTATIONS)
def test_a_known_wrong_function_is_told_from_all_the_others(exercise, name, wrong):
    diagnosis = checks.diagnose(exercise.name, wrong)
    assert (diagnosis.passed, diagnosis.mistake) == (False, name), diagnosis.message


@pytest.mark.parametrize("exercise", checks.EXERCISES.values(), ids=lambda e: e.name)
def test_no_message_contains_the_solution(exercise: Exercise):
    told = exercise.todo + "".join(
        mistake.what + mistake.where + mistake.hint
        for mistake in (*exercise.mistakes, *GENERAL.values())
    )
    told = re.sub(r"\s", "", told)
    lines = code_lines(exercise.reference) + SOLUTIONS[exercise.name]
    assert [line for line in lines if re.sub(r"\s", "", line) in told] == []


SOLUTIONS = {
    "brighten": ["astype(int)", "np.clip(bright", ".copy()", "255 - amount", "+ amount"],
    "preprocess": ["np.newaxis", "expand_dims", "astype(", "image - ", "[None]"],
    "deprocess": ["np.clip(", "clip_by_value", "astype(", "np.rint", "x[0]", "+ mean[", "+ MEAN"],
    "layer_names": ['["name"][0]', '[0, 0]["name"]', "in layers[0]"],
    "read_layer": ["== name", "ravel", "flatten", '["weights"][0', "[0, 0]"],
    "conv_relu": ['"SAME"', "strides=1", "tf.nn.conv2d", "tf.nn.relu(", "bias_add", "z + bias"],
    "average_pool": ['"SAME"', "avg_pool", "ksize=", "strides=2"],
    "compute_content_cost": [
        "1 / (4 * n_H * n_W * n_C)",
        "tf.reduce_sum(tf.square(",
        "tf.reduce_mean(tf.sq",
    ],
    "gram_matrix": ["transpose_b", "tf.transpose(A)", "tf.matmul(A, tf", "->ij"],
    "compute_layer_style_cost": ["tf.transpose(", "(n_H * n_W, n_C)", "(4 * n_C**2", "perm="],
    "compute_style_cost": ["weight * compute", "for layer, weight in", "style[layer]"],
    "total_cost": ["alpha * J_content", "alpha*J", "beta * J_style"],
    "train_step": ["tape.gradient(J, image)", "[(gradient, image)]", ".assign(", "assign_"],
    "model_nn": ["tf.Variable(start)", "range(num_iterations)", "Adam(learning_rate)"],
    "design_experiment": ["replace(base,", '"control": base', "dataclasses.replace"],
    "write_report": [
        ".items()",
        "key=costs.get",
        "style_cost(result",
        "result.picture",
        "sorted(c",
    ],
    "adain": [
        "tf.nn.moments",
        "axes=[1,",
        "axis=[1,",
        "axis=(1,",
        "keepdims",
        "+ EPSILON",
        "tf.sqrt(",
        "reduce_std",
        "reduce_mean",
    ],
    "plan_picture": [
        "np.linspace",
        "np.tile",
        "1 - above",
        "1 - ",
        "np.newaxis",
        "replace(base,",
        "2 * base",
    ],
    "find_cause": ["np.isnan", "isfinite", "highest <", "spread <", "edge >", "fall <", "< sympt"],
}
"""What would give an exercise away, besides the lines of the reference."""


def code_lines(function) -> list[str]:
    """The statements of a function, without its docstring, as text."""
    body = ast.parse(inspect.getsource(function)).body[0].body[1:]
    statements = [node for part in body for node in ast.walk(part) if isinstance(node, ast.stmt)]
    values = [node.value for node in statements if getattr(node, "value", None) is not None]
    return [text for node in (*statements, *values) if len(text := ast.unparse(node)) > 10]


# Combinations and the unknown -------------------------------------------------------------------


def unrolled_wrongly(a):
    return tf.reshape(a, (a.shape[-1], -1))


TWO_MISTAKES = {
    "conv_relu": [
        lambda x, kernel, bias: tf.nn.relu(tf.nn.conv2d(x, kernel[::-1], 1, "SAME")) - bias,
        lambda x, kernel, bias: tf.abs(tf.nn.conv2d(x, kernel, 2, "VALID") - bias),
        lambda x, kernel, bias: np.maximum(tf.nn.conv2d(x, kernel, 1, "SAME"), bias),
        lambda x, kernel, bias: tf.nn.relu6(tf.nn.conv2d(-x, kernel, 1, "SAME") + bias),
    ],
    "average_pool": [
        lambda x: tf.nn.max_pool2d(x, 3, 2, "SAME"),
        lambda x: tf.abs(tf.nn.avg_pool2d(x, 2, 2, "SAME")),
        lambda x: tf.nn.avg_pool2d(x[..., ::-1], 2, 2, "SAME"),
        lambda x: tf.reduce_mean(tf.nn.avg_pool2d(x, 2, 1, "VALID"), axis=-1),
    ],
    "compute_content_cost": [
        lambda a_C, a_G: tf.reduce_mean(tf.abs(tf.round(a_C) - tf.round(a_G))),
        lambda a_C, a_G: tf.sqrt(tf.square(tf.reduce_sum(a_C - a_G))) / 4,
        lambda a_C, a_G: tf.reduce_sum(a_C**2) - tf.reduce_mean(a_G**2),
        lambda a_C, a_G: np.mean(np.square(a_C - a_G)),
        lambda a_C, a_G: tf.reduce_sum(tf.square(a_C - a_C), axis=-1),
    ],
    "gram_matrix": [
        lambda A: tf.matmul(A, A, transpose_a=True) / A.shape[0],
        lambda A: tf.reduce_sum(A * A, axis=0),
        lambda A: np.cov(A),
        lambda A: tf.matmul(A, tf.reshape(A, (-1, A.shape[0]))) / A.shape[1],
    ],
    "compute_layer_style_cost": [
        lambda a_S, a_G: tf.reduce_mean(
            a_right_gram(unrolled_wrongly(a_S)) - a_right_gram(unrolled_wrongly(a_G))
        ),
        lambda a_S, a_G: tf.reduce_sum(tf.abs(a_S - a_G)) / a_S.shape[-1],
        lambda a_S, a_G: 4 * tf.nn.l2_loss(a_wrong_gram(a_S[0, 0]) - a_wrong_gram(a_G[0, 0])),
    ],
    "compute_style_cost": [
        lambda style, generated, layers=(): sum(
            w**2 * costs.compute_layer_style_cost(style[n], generated[n]) for n, w in layers[1:]
        ),
        lambda style, generated, layers=(("conv4_2", 1.0),): (
            -costs.compute_style_cost(style, generated, layers[::-1])
        ),
    ],
    "adain": [
        lambda content, style: 2 * instant.adain(style, content) + 1,
        lambda content, style: (
            instant.adain(content, style, 0.5) - tf.reduce_mean(style, keepdims=True)
        ),
        lambda content, style: np.abs(instant.adain(content, style) - content),
        lambda content, style: instant.adain(content[:, ::-1], style) * 0.9,
    ],
    "total_cost": [
        lambda C, S, alpha=40, beta=10: alpha * S - beta * C,
        lambda C, S, beta=1, alpha=1: (C + S) / (alpha + beta),
        lambda C, S, alpha=10, beta=40: alpha * S * beta + C,
    ],
}


@pytest.mark.parametrize(
    "exercise, function",
    [(exercise, function) for exercise, some in TWO_MISTAKES.items() for function in some],
)
def test_two_mistakes_at_once_do_not_pass(exercise: str, function):
    diagnosis = checks.diagnose(exercise, function)
    assert not diagnosis.passed
    assert "What:" in diagnosis.message


@pytest.mark.parametrize(
    "exercise, function",
    [
        ("brighten", lambda image, amount: image.astype(float) - 2 * amount),
        ("brighten", lambda image, amount: np.clip(image[..., ::-1] + amount, 0, 254)),
        ("brighten", lambda image, amount: [image + amount]),
        ("layer_names", lambda layers: matconvnet.layer_names(layers)[:0:-1]),
        ("layer_names", lambda layers: [n[:4] for n in sorted(matconvnet.layer_names(layers))]),
        ("read_layer", lambda layers, name: [2 * w for w in matconvnet.read_layer(layers, name)]),
        ("read_layer", lambda layers, name: (*matconvnet.read_layer(layers, "conv1_1")[::-1],)),
        ("read_layer", lambda layers, name: matconvnet.read_layer(layers, name)[:1] * 2),
    ],
)
def test_two_mistakes_where_a_factor_makes_no_sense_do_not_pass(exercise: str, function):
    diagnosis = checks.diagnose(exercise, function)
    assert not diagnosis.passed
    assert "What:" in diagnosis.message


@pytest.mark.parametrize(
    "exercise, function",
    [
        ("preprocess", lambda image: image[..., ::-1] / 255),
        ("preprocess", lambda image: np.clip(image[None] / 255 - images.preprocess(image), 0, 1)),
        ("preprocess", lambda image: images.preprocess(image[:, ::-1])[..., ::-1]),
        ("preprocess", lambda image: images.preprocess(image).astype(int) // 2),
        ("deprocess", lambda x: np.clip(images.deprocess(x)[..., ::-1] / 255, 0, 1)),
        ("deprocess", lambda x: np.squeeze(x[..., ::-1]).astype(np.int8)),
        ("deprocess", lambda x: 255 - images.deprocess(x)),
        ("deprocess", lambda x: images.deprocess(x)[::2]),
    ],
)
def test_two_mistakes_about_pixels_do_not_pass(exercise: str, function):
    diagnosis = checks.diagnose(exercise, function)
    assert not diagnosis.passed
    assert "What:" in diagnosis.message


def test_a_pixel_that_differs_is_named():
    """Where the chosen pixel is right, the one that is farthest off shows the mistake."""

    def one_pixel_off(image):
        x = images.preprocess(image)
        x[0, 0, -1] = 0
        return x

    diagnosis = checks.diagnose("preprocess", one_pixel_off)
    assert diagnosis.mistake == "other_numbers"
    assert "pixel [0, 6] of the picture is" in diagnosis.message
    assert "yours becomes (0, 0, 0)" in diagnosis.message


@pytest.mark.parametrize("factor", [1.7, -1, 0.01])
@pytest.mark.parametrize("exercise", [*TWO_MISTAKES])
def test_an_unknown_factor_is_told(exercise: str, factor: float):
    reference = checks.EXERCISES[exercise].reference
    diagnosis = checks.diagnose(exercise, lambda *a, **named: factor * reference(*a, **named))
    assert (diagnosis.passed, diagnosis.mistake) == (False, None)
    assert f"That is {factor:g} times the right value, on every input." in diagnosis.message


def test_a_factor_is_not_told_of_a_value_that_is_right():
    def other_bias(layers, name):
        kernel, bias = matconvnet.read_layer(layers, name)
        return kernel, np.sort(bias)

    diagnosis = checks.diagnose("read_layer", other_bias)
    assert "your bias is" in diagnosis.message
    assert "times the right value" not in diagnosis.message


def test_an_unknown_array_is_told_the_place_where_it_differs_most():
    def one_number_off(A):
        G = a_right_gram(A)
        return G + tf.scatter_nd([[2, 1]], [1e3], G.shape)

    diagnosis = checks.diagnose("gram_matrix", one_number_off)
    assert diagnosis.mistake is None
    assert "at position [2, 1]" in diagnosis.message
    assert "times the right value" not in diagnosis.message


def test_the_tolerance_lies_between_rounding_and_mistakes():
    """TF32 on a GPU is off by 2e-4; a mistake that small must still be found a little above."""
    for error, passes in [(2e-4, True), (5e-3, False)]:
        right = checks.diagnose("gram_matrix", lambda A, e=error: a_right_gram(A) * (1 + e))
        assert right.passed is passes


# The files that the reading exercises are tried on -----------------------------------------------


def nesting(value: np.ndarray, fields: tuple[str, ...] = ()) -> tuple:
    """What lies in what: axes and types, without numbers and words; of a record, some fields."""
    if value.dtype.names:
        names = fields or value.dtype.names
        return value.shape, {name: nesting(value[0, 0][name]) for name in names}
    if value.dtype == object:
        return value.shape, [nesting(item) for item in value.flat]
    if value.dtype.kind == "U":
        return value.shape, "words"
    return value.ndim, value.dtype


NEW, OLD = ("new", "conv1_1 relu1_1 conv1_2 pool1"), ("old", "conv1_1 relu1_1 conv1_2 pool1")


def test_a_made_file_is_nested_as_the_bundled_network():
    network = scipy.io.loadmat(project_path("pretrained-model/vgg19-small.mat"))["layers"]
    made = mat_file.make_layers(*NEW)
    assert (made.ndim, made.shape[0], made.dtype) == (network.ndim, 1, network.dtype)
    for number, place in enumerate((0, 1, 2, 4)):  # in the bundled network, relu1_2 lies between
        cell, right = made[0, number], network[0, place]
        assert cell[0, 0]["name"] == right[0, 0]["name"]
        assert nesting(cell) == nesting(right, cell.dtype.names)
        assert type(cell[0, 0]["name"][0]) is type(right[0, 0]["name"][0]) is np.str_


@pytest.mark.parametrize("file", [NEW, OLD], ids=lambda file: file[0])
def test_a_made_file_has_the_convolutions_of_its_layout(file: tuple[str, str], tmp_path):
    path = write_mat(tmp_path / "net.mat", random_weights(), file[0])
    right, made = scipy.io.loadmat(path)["layers"][0, 0], mat_file.make_layers(*file)[0, 0]
    assert made.dtype.names == right.dtype.names[: len(made.dtype.names)]
    assert nesting(made) == nesting(right, made.dtype.names)
    for cell in (right, made):
        kernel, bias = cell[0, 0]["weights"][0]
        assert bias.shape == ((kernel.shape[3], 1) if file == NEW else (1, kernel.shape[3]))


# Checks never raise -----------------------------------------------------------------------------


class Stop(BaseException):
    pass


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def raises(error: BaseException):
    def stop(*_, **__):
        raise error

    return stop


def recursive(*arguments, **options):
    return recursive(*arguments, **options)


def spoils_its_arguments(*arguments, **options):
    for argument in arguments:
        if isinstance(argument, dict):
            argument.clear()
        if isinstance(argument, tf.Variable):
            argument.assign(tf.zeros_like(argument))
        if isinstance(argument, np.ndarray):
            argument[:] = np.nan
    return arguments[-1]


class Anything:
    """An object that has whatever it is asked for."""

    def __getattr__(self, name: str):
        return self

    def __call__(self, *arguments, **options):
        return self


class Nothing:
    """An object that fails whatever it is asked for."""

    def __getattr__(self, name: str):
        raise RuntimeError("no attributes")

    def __call__(self, *arguments, **options):
        return 0


def wraps_itself(*arguments, **options):
    return 0


wraps_itself.__wrapped__ = wraps_itself


class OddCode:
    __code__ = 3

    def __call__(self, *arguments, **options):
        return 0


HOSTILE = [
    Anything(),
    Nothing(),
    wraps_itself,
    OddCode(),
    raises(KeyboardInterrupt()),
    raises(SystemExit(1)),
    raises(GeneratorExit()),
    raises(Stop()),
    raises(Unprintable()),
    raises(StopIteration()),
    raises(MemoryError()),
    raises(NotImplementedError("from somewhere else")),
    raises(SyntaxError("invalid syntax", ("cell", 1, 2, "text"))),
    recursive,
    spoils_its_arguments,
    lambda: 0,
    lambda a, b, c, d, e, f, g, h: 0,
    lambda *a, **k: [[1.0], [1.0, 2.0]],
    lambda *a, **k: np.array([[1.0], [1.0, 2.0]], dtype=object),
    lambda *a, **k: (x for x in (1.0, 2.0, 3.0)),
    lambda *a, **k: object(),
    lambda *a, **k: {"J": 1.0, "J_content": 2.0, "J_style": 3.0},
    lambda *a, **k: b"bytes",
    lambda *a, **k: True,
    lambda *a, **k: 10**400,
    lambda *a, **k: 1j,
    lambda *a, **k: tf.constant(1j),
    lambda *a, **k: tf.constant("text"),
    lambda *a, **k: tf.sparse.from_dense(tf.eye(3)),
    lambda *a, **k: tf.zeros((0,)),
    lambda *a, **k: tf.zeros((1000, 1000)),
    lambda *a, **k: tf.constant(float("nan")),
    lambda *a, **k: (float("nan"), float("inf"), 0.0),
    lambda *a, **k: np.float16(1),
    lambda *a, **k: tf.cast(1, tf.bfloat16),
    lambda *a, **k: (tf.zeros((2, 2)), tf.zeros((2, 2)), tf.zeros((2, 2))),
    lambda *a, **k: tf.Variable(1.0),
    lambda *a, **k: k["callback"](1, 2, 3),
    print,
    int,
    Stop,
    functools.partial(print, end=""),
    tf.function(lambda *a, **k: 1.0),
    tf.reduce_sum,
    type,
    "text",
    42,
    [a_right_gram],
    float("nan"),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("exercise", checks.EXERCISES)
def test_a_check_survives_anything(exercise: str, number: int, capsys):
    diagnosis = checks.diagnose(exercise, HOSTILE[number])
    assert not diagnosis.passed
    assert diagnosis.message.count("\n") == 3
    assert capsys.readouterr() == ("", "")


def test_a_student_may_interrupt_a_check():
    def endless(A):
        while True:
            pass

    threading.Timer(0.3, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        checks.diagnose("gram_matrix", endless)


def test_a_check_works_inside_a_graph():
    known_trial.cache_clear()
    with tf.Graph().as_default():
        assert checks.diagnose("gram_matrix", a_right_gram).passed
    assert checks.diagnose("gram_matrix", a_right_gram).passed


def test_figures_that_a_function_opens_are_closed_and_others_stay():
    mine = plt.figure()

    def draws(A):
        plt.figure()
        plt.plot([1, 2])
        return a_right_gram(A)

    assert checks.diagnose("gram_matrix", draws).passed
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


def test_a_value_is_called_right_only_where_all_of_them_are():
    def right_for_the_first_size(A):
        G = A.numpy() @ A.numpy().T
        return G if A.shape == (7, 15) else 3 * G + 1

    diagnosis = checks.diagnose("gram_matrix", right_for_the_first_size)
    assert "the value is right" not in diagnosis.message
    assert diagnosis.credit == 0


def test_an_unknown_exercise_is_a_verdict_too():
    diagnosis = checks.diagnose("gram_matrx", a_right_gram)
    assert (diagnosis.passed, diagnosis.mistake) == (False, "unknown_exercise")
    assert "gram_matrix" in diagnosis.message


def test_an_error_of_a_function_that_is_called_is_not_taken_for_an_unfilled_exercise():
    def calls_another(A):
        return raises(NotImplementedError("not for this type"))(A)

    assert checks.diagnose("gram_matrix", calls_another).mistake == "raises"


# What a cell of a notebook gets -----------------------------------------------------------------


@pytest.fixture
def in_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks that print, though a test is around."""
    monkeypatch.setenv("NST_CHECKS", "print")


def test_a_right_function_goes_on(in_class, capsys):
    assert checks.gram_matrix(a_right_gram) is a_right_gram
    assert capsys.readouterr().out.startswith("✔ gram_matrix: right")


def in_one_line(said: str) -> str:
    """What is printed for a student is broken into lines between its words."""
    assert max(map(len, said.splitlines())) <= 88
    return " ".join(said.split())


def test_a_wrong_function_is_replaced_by_the_marked_reference(in_class, capsys):
    handed_on = checks.gram_matrix(a_wrong_gram)
    said = in_one_line(capsys.readouterr().out)
    assert " ".join(checks.diagnose("gram_matrix", a_wrong_gram).message.split()) in said
    assert "go on with the reference gram_matrix" in said

    A = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    np.testing.assert_array_equal(handed_on(A), costs.gram_matrix(A))
    assert handed_on.__doc__ == costs.gram_matrix.__doc__
    assert checks.diagnose("gram_matrix", handed_on).mistake == "reference"


def test_a_reference_is_refused_wherever_it_comes_from(in_class, capsys):
    for given in (checks.reference("model_nn"), optimize.model_nn):
        assert checks.model_nn(given).nst_reference
        assert "this is the reference" in capsys.readouterr().out


@pytest.mark.parametrize("reason", [{"NST_CHECKS": "raise"}, {"PYTEST_CURRENT_TEST": "a cell"}])
def test_a_wrong_function_raises_where_a_program_looks(monkeypatch, capsys, reason):
    without_a_test_around(monkeypatch)
    for name, value in reason.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(checks.CheckFailed) as failure:
        checks.gram_matrix(a_wrong_gram)
    message = checks.diagnose("gram_matrix", a_wrong_gram).message
    assert in_one_line(str(failure.value)) == " ".join(message.split())
    assert checks.gram_matrix(a_right_gram) is a_right_gram
    assert capsys.readouterr().out.count("\n") == 1


def test_in_class_nothing_raises(monkeypatch, capsys):
    without_a_test_around(monkeypatch)
    assert checks.gram_matrix(a_wrong_gram).nst_reference
    assert "✘ gram_matrix" in capsys.readouterr().out


def without_a_test_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the body of a test: pytest sets its variable again after the fixtures."""
    monkeypatch.delenv("NST_CHECKS", raising=False)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")


def test_nst_checks_print_wins_over_a_test(in_class, capsys):
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert checks.gram_matrix(a_wrong_gram).nst_reference
    assert "✘ gram_matrix" in capsys.readouterr().out


def test_an_unfilled_exercise_says_what_is_to_be_done(in_class, capsys):
    checks.gram_matrix(checks.to_write("gram_matrix"))
    said = in_one_line(capsys.readouterr().out)
    assert checks.EXERCISES["gram_matrix"].todo in said
    assert "Error" not in said.replace("NotImplementedError", "")


def test_a_placeholder_says_what_it_is_when_called():
    with pytest.raises(NotImplementedError, match="gram_matrix is not written yet"):
        checks.to_write("gram_matrix")(1)


def test_what_a_function_prints_is_not_shown(in_class, capsys):
    def talks(A):
        print("shape", A.shape)
        print("to stderr", file=sys.stderr)
        return a_right_gram(A)

    checks.gram_matrix(talks)
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    assert captured.err == ""


def test_every_exercise_is_a_function_of_the_module():
    for name in checks.EXERCISES:
        assert callable(getattr(checks, name))
    with pytest.raises(AttributeError):
        checks.gram_matrx  # noqa: B018


@pytest.mark.parametrize(
    "guess, said",
    [
        ("b", "✔ You said b"),
        (" B) ", "✔ You said b"),
        ("'b'.", "✔ You said b"),
        ("a", "✘ You said a. It is b"),
        ("?", "No guess yet"),
        ("...", "No guess yet"),
        ("the second", "Your guess should be one of the letters"),
    ],
)
def test_a_prediction_is_put_beside_what_happened(capsys, guess: str, said: str):
    checks.compare(guess, "b", "that is how it is.")
    out = capsys.readouterr().out
    assert out.startswith(said)
    assert "that is how it is." in out


# Cells that ended in an error -------------------------------------------------------------------


@pytest.fixture
def no_errors_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_cell_errors", {})


def ran(cell: str | None, before: Exception | None = None, within: Exception | None = None):
    """What IPython hands to a hook after a cell."""
    return SimpleNamespace(
        error_before_exec=before, error_in_exec=within, info=SimpleNamespace(raw_cell=cell)
    )


CELL = "import math\n\ndef gram_matrix(A):\n    return A @ (A"


def test_a_syntax_error_is_told_and_forgotten(in_class, no_errors_yet, capsys):
    checks._remember(ran(CELL, before=SyntaxError("'(' was never closed", ("x", 4, 15, "…"))))
    checks.gram_matrix(checks.to_write("gram_matrix"))
    said = capsys.readouterr().out
    assert "your cell did not run: SyntaxError: '(' was never closed (line 4 of the cell)" in said
    assert "the cell with `def gram_matrix`, not this one" in said

    checks._remember(ran(CELL + ")"))
    assert checks.gram_matrix(a_right_gram) is a_right_gram


def test_an_error_is_kept_for_the_functions_of_its_cell_only(in_class, no_errors_yet, capsys):
    checks._remember(ran(CELL, within=ValueError("too late")))
    checks._remember(ran("x = 1"))
    checks._remember(ran(None))
    checks.total_cost(lambda C, S, alpha=10, beta=40: alpha * C + beta * S)
    assert "✔ total_cost" in capsys.readouterr().out
    checks.gram_matrix(a_right_gram)
    assert "your cell did not run to its end: ValueError: too late." in capsys.readouterr().out


def test_an_error_in_a_cell_raises_where_a_program_looks(no_errors_yet, monkeypatch):
    monkeypatch.setenv("NST_CHECKS", "raise")
    checks._remember(ran("  def gram_matrix(A):", before=IndentationError("unexpected indent")))
    with pytest.raises(checks.CheckFailed, match="IndentationError: unexpected indent"):
        checks.gram_matrix(a_right_gram)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path, no_errors_yet, in_class):
    """A real IPython, without a kernel and without a history."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    yield shell
    InteractiveShell.clear_instance()


SETUP = "from nst_utils import checks\ngram_matrix = checks.to_write('gram_matrix')"
CHECK = "gram_matrix = checks.gram_matrix(gram_matrix)"


def test_in_ipython_a_syntax_error_reaches_the_check(shell, capsys):
    shell.run_cell(SETUP)
    shell.run_cell("def gram_matrix(A)\n    return A")
    capsys.readouterr()
    shell.run_cell(CHECK).raise_error()
    assert "SyntaxError: expected ':' (line 1 of the cell)" in capsys.readouterr().out

    shell.run_cell("def gram_matrix(A):\n    return A @ A.T").raise_error()
    shell.run_cell(CHECK).raise_error()
    said = in_one_line(capsys.readouterr().out)
    assert "SyntaxError" not in said
    assert "object has no attribute 'T' (gram_matrix, line 2 of its cell)" in said


def test_in_ipython_the_cells_below_get_the_reference_though_the_check_raises(shell, monkeypatch):
    monkeypatch.setenv("NST_CHECKS", "raise")
    shell.run_cell(SETUP)
    shell.run_cell("def gram_matrix(A):\n    return A * A").raise_error()
    assert isinstance(shell.run_cell(CHECK).error_in_exec, checks.CheckFailed)
    assert shell.user_ns["gram_matrix"].nst_reference


def test_in_ipython_the_reference_does_not_pass_for_an_answer(shell, capsys):
    shell.run_cell(SETUP)
    shell.run_cell("def gram_matrix(A):\n    return A * A").raise_error()
    shell.run_cell(CHECK).raise_error()
    capsys.readouterr()
    shell.run_cell(CHECK).raise_error()
    assert "this is the reference, not your function" in capsys.readouterr().out


def test_in_ipython_nothing_that_a_function_displays_is_shown(shell, capsys):
    shell.run_cell(SETUP)
    shell.run_cell(
        "import tensorflow as tf\nfrom IPython.display import display\n"
        "def gram_matrix(A):\n    display('shown')\n    print('shown')\n"
        "    return A @ tf.transpose(A)"
    ).raise_error()
    shell.run_cell(CHECK).raise_error()
    assert capsys.readouterr().out == "✔ gram_matrix: right, on every one of 4 inputs.\n"


def test_no_name_and_no_object_makes_diagnose_raise():
    class Hostile:
        def __getattr__(self, name):
            raise RuntimeError("not for you")

    for name in (["x"], None, 3, "gram_matrx"):
        assert checks.diagnose(name, a_right_gram).mistake == "unknown_exercise"
    assert checks.diagnose("gram_matrix", Hostile()).mistake == "not_a_function"
    for ask in (checks.reference, lambda name: checks.check(name, a_right_gram)):
        with pytest.raises(NSTError, match=r"gram_matrx: there is no such exercise.*gram_matrix"):
            ask("gram_matrx")
