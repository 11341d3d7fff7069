"""What can go wrong in any exercise, shown where a beginner is likely to meet it."""

import numpy as np
import tensorflow as tf

from answers import WRONG, Answer, wrong_answer
from nst_utils import (
    STYLE_LAYERS,
    checks,
    compute_content_cost,
    compute_layer_style_cost,
    compute_style_cost,
)
from nst_utils.optimize import Progress

NAMES = tuple(checks.EXERCISES)


def everywhere(mistake, *says):
    """Register an answer that takes any arguments for every exercise."""

    def register(function):
        for name in NAMES:
            wrong_answer(name, mistake, *says)(function)
        return function

    return register


@everywhere("not_written", "YOUR CODE HERE", "NotImplementedError")
def unfilled(*arguments, **options):
    # YOUR CODE HERE
    raise NotImplementedError


@everywhere("returns_none", "returns None", "return")
def empty(*arguments, **options):
    pass


@everywhere("wrong_type", "of type str")
def returns_a_string(*arguments, **options):
    return "42"


@everywhere("wrong_type", "of type Progress")
def returns_an_object(*arguments, **options):
    return Progress(0, None, 0.0, 0.0, 0.0, 0.0)


@everywhere("raises", "ZeroDivisionError")
def divides_by_zero(*arguments, **options):
    return 1 / 0


@everywhere("unknown_name", "NameError", "J_contnet")
def misspelled(*arguments, **options):
    return J_contnet  # noqa: F821


@everywhere("wrong_arguments", "cannot be called")
def takes_nothing():
    return 0.0


for _name in NAMES:
    WRONG.append(Answer(_name, checks.reference(_name), "reference", ("run your own cell again",)))
    WRONG.append(
        Answer(_name, checks.EXERCISES[_name].reference, "reference", ("run your own cell",))
    )
    WRONG.append(Answer(_name, checks.to_write(_name), "not_written", (f"def {_name}",)))
    WRONG.append(Answer(_name, None, "not_a_function", ("is None, not a function",)))
    WRONG.append(Answer(_name, tf.constant(1.0), "not_a_function", ("EagerTensor",)))


@wrong_answer("compute_content_cost", "not_finite", "NaN")
def content_not_a_number(a_C, a_G):
    return tf.reduce_mean(tf.square(a_C - a_G)) / 4 + tf.math.log(-1.0)


@wrong_answer("gram_matrix", "not_finite", "infinity")
def gram_divided_by_zero(A):
    return tf.matmul(A, A, transpose_b=True) / 0.0


@wrong_answer("compute_style_cost", "not_finite", "NaN")
def root_of_a_negative_number(style, generated, style_layers=()):
    return tf.sqrt(tf.constant(-1.0))


@wrong_answer("compute_layer_style_cost", "wrong_type", "complex64")
def complex_cost(a_S, a_G):
    return tf.signal.fft(tf.cast(tf.reshape(a_G, [-1]), tf.complex64))


@wrong_answer("gram_matrix", "wrong_type", "RaggedTensor")
def ragged_rows(A):
    return tf.RaggedTensor.from_row_lengths(tf.range(3.0), [1, 2])


@wrong_answer("total_cost", "wrong_type", "(string)")
def total_as_text(J_content, J_style, alpha=10, beta=40):
    return tf.strings.as_string(alpha * J_content + beta * J_style)


@wrong_answer("gram_matrix", "wrong_type", "(object)")
def array_of_objects(A):
    return np.array([None, "a"], dtype=object)


@wrong_answer("compute_content_cost", "raises", "NotImplementedError: Cannot convert")
@tf.function
def numpy_in_a_compiled_function(a_C, a_G):
    return np.sum(np.square(a_C - a_G)) / (4 * np.size(a_G))


@wrong_answer("compute_style_cost", "name_without_value", "J_style", "`+=` adds to something")
def style_cost_never_begun(style, generated, style_layers=()):
    for layer, weight in style_layers:
        J_style += weight * tf.reduce_sum(generated[layer])  # noqa: F821
    return J_style


@wrong_answer("compute_style_cost", "unknown_key", "KeyError", "dictionary is asked by a name")
def style_cost_by_number(style, generated, style_layers=()):
    J_style = 0.0
    for number in range(5):
        J_style += tf.reduce_sum(generated[number])
    return J_style


@wrong_answer("compute_content_cost", "taken_apart_wrongly", "four sizes")
def content_cost_without_the_batch_axis(a_C, a_G):
    n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(tf.square(a_C - a_G)) / (4 * n_H * n_W * n_C)


@wrong_answer("train_step", "dictionary_given", "a whole dictionary of activations")
def train_step_with_all_the_layers(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G)
        J_style = compute_style_cost(a_S, a_G)
        J = alpha * J_content + beta * J_style
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    return J, J_content, J_style


activation_of_another_cell = tf.constant(np.linspace(-1, 1, 105).reshape(1, 3, 5, 7), tf.float32)
picture_cost = 2.5


@wrong_answer("compute_content_cost", "reads_globals", "`activation_of", "its argument `a_C`")
def cost_of_another_cell(a_C, a_G):
    difference = activation_of_another_cell - a_G[:, :3, :5, :1]
    return tf.reduce_sum(tf.square(difference)) / (4 * tf.size(a_G, tf.float32))


@wrong_answer("total_cost", "reads_globals", "`picture_cost`", "its argument `J_content`")
def total_of_another_cell(J_content, J_style, alpha=10, beta=40):
    return alpha * picture_cost + beta * J_style


@wrong_answer("average_pool", "reads_globals", "made in another cell", "brackets of `def`")
def pooled_another_picture(x):
    return tf.nn.avg_pool2d(activation_of_another_cell, 2, 2, "SAME")


@wrong_answer("compute_content_cost", "argument_unused", "the argument `a_C`", "never uses it")
def one_activation_is_enough(a_C, a_G):
    return tf.reduce_sum(tf.square(a_G)) / (4 * tf.size(a_G, tf.float32))


@wrong_answer("conv_relu", "changes_inputs", "kernel holds other values", "leave the old one")
def kernel_scaled_in_place(x, kernel, bias):
    kernel *= 2
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") / 2 + bias)


@wrong_answer("compute_style_cost", "changes_inputs", "generated holds other values")
def layers_taken_out(style, generated, style_layers=STYLE_LAYERS):
    return tf.add_n(
        [w * compute_layer_style_cost(style[n], generated.pop(n)) for n, w in style_layers]
    )


@wrong_answer("layer_names", "changes_inputs", "layers holds other values")
def boxes_emptied(layers):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    layers[0, 0] = None
    return names


@wrong_answer("gram_matrix", "symbolic", "KerasTensor", "without a value")
def gram_of_keras(A):
    return tf.keras.Input(A.shape)


KEPT = []


@tf.function
def keep(A):
    KEPT.append(tf.matmul(A, A, transpose_b=True))
    return A


@wrong_answer("gram_matrix", "symbolic", "SymbolicTensor", "within a @tf.function")
def gram_kept_from_a_compiled_function(A):
    keep(A)
    return KEPT[-1]


THE_COST = 2.5


@wrong_answer("total_cost", "argument_unused", "`J_content`")
def total_of_a_constant(J_content, J_style, alpha=10, beta=40):
    return alpha * THE_COST + beta * J_style


@wrong_answer("total_cost", None, "your result is")
def total_with_a_number_of_another_cell(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content + beta * J_style + picture_cost
