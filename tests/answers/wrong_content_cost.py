"""Wrong answers of notebook 03."""

# Beginners unpack more than they use.
# ruff: noqa: RUF059

import numpy as np
import tensorflow as tf

from answers import wrong_answer

NAME = "compute_content_cost"


@wrong_answer(NAME, "always_zero", "is 0 although", "compared with itself")
def a_C_twice(a_C, a_G):
    _, n_H, n_W, n_C = a_C.shape
    a_C_unrolled = tf.reshape(a_C, [n_H * n_W, n_C])
    a_G_unrolled = tf.reshape(a_C, [n_H * n_W, n_C])
    return tf.reduce_sum((a_C_unrolled - a_G_unrolled) ** 2) / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, "always_zero", "rounds down")
def whole_division(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return 1 // (4 * n_H * n_W * n_C) * tf.reduce_sum((a_C - a_G) ** 2)


@wrong_answer(NAME, "mean_of_squares", "exactly 4 times", "reduce_mean", "n_H·n_W·n_C alone")
def by_reduce_mean(a_C, a_G):
    J_content = tf.reduce_mean(tf.square(tf.subtract(a_C, a_G)))
    return J_content


@wrong_answer(NAME, "mean_of_squares", "exactly 4 times", "reduce_mean", "n_H·n_W·n_C alone")
def quarter_forgotten(a_C, a_G):
    m, n_H, n_W, n_C = a_G.get_shape().as_list()
    return 1 / (n_H * n_W * n_C) * tf.reduce_sum(tf.square(a_C - a_G))


@wrong_answer(NAME, "mean_of_squares", "exactly 4 times")
def by_the_loss_of_keras(a_C, a_G):
    loss = tf.keras.losses.MeanSquaredError()
    return loss(a_C, a_G)


@wrong_answer(NAME, "half_of_mean", "exactly 2 times", "l2_loss")
def l2_loss_by_size(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.nn.l2_loss(a_C - a_G) / (n_H * n_W * n_C)


@wrong_answer(NAME, "half_of_mean", "exactly 2 times")
def two_in_the_denominator(a_C, a_G):
    _, n_H, n_W, n_C = tf.shape(a_G)
    size = tf.cast(n_H * n_W * n_C, tf.float32)
    return tf.reduce_sum((a_C - a_G) ** 2) / (2 * size)


@wrong_answer(NAME, "half_of_squares", "exactly 210 times", "formula of the paper")
def as_in_the_paper(a_C, a_G):
    return 0.5 * tf.reduce_sum(tf.pow(a_G - a_C, 2))


@wrong_answer(NAME, "half_of_squares", "l2_loss")
def l2_loss_alone(a_C, a_G):
    return tf.nn.l2_loss(a_G - a_C)


@wrong_answer(NAME, "no_normalisation", "420 times", "4·n_H·n_W·n_C", "not divided by anything")
def sum_of_squares(a_C, a_G):
    difference = a_C - a_G
    J_content = tf.reduce_sum(difference * difference)
    return J_content


@wrong_answer(NAME, "channels_forgotten", "exactly 7 times", "n_C")
def without_channels(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(tf.square(a_C - a_G)) / (4 * n_H * n_W)


@wrong_answer(NAME, "only_quarter", "105 times", "4 alone")
def quarter_of_the_sum(a_C, a_G):
    return 1 / 4 * tf.reduce_sum(tf.square(a_C - a_G))


@wrong_answer(NAME, "multiplied_by_size", "multiplied", "left to right")
def brackets_forgotten(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return 1 / 4 * n_H * n_W * n_C * tf.reduce_sum(tf.square(a_C - a_G))


@wrong_answer(NAME, "divided_twice", "twice", "reduce_mean")
def mean_and_factor(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return 1 / (4 * n_H * n_W * n_C) * tf.reduce_mean(tf.square(a_C - a_G))


@wrong_answer(NAME, "divided_twice", "twice")
def mean_by_size(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_mean(tf.square(a_C - a_G)) / (n_H * n_W * n_C)


@wrong_answer(NAME, "not_squared", "without being squared")
def square_forgotten(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(a_C - a_G) / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, "not_squared", "cancel")
def mean_of_differences(a_C, a_G):
    return tf.reduce_mean(tf.subtract(a_G, a_C))


@wrong_answer(NAME, "absolute_values", "absolute")
def sum_of_absolute_values(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(tf.abs(a_C - a_G)) / (4.0 * n_H * n_W * n_C)


@wrong_answer(NAME, "absolute_values", "absolute")
def mean_absolute_error(a_C, a_G):
    return tf.reduce_mean(tf.math.abs(a_C - a_G))


@wrong_answer(NAME, "squared_after_sum", "squared afterwards", "order")
def square_outside(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(a_C - a_G) ** 2 / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, "squared_after_sum", "squared afterwards")
def square_of_means(a_C, a_G):
    return tf.square(tf.reduce_mean(a_C) - tf.reduce_mean(a_G))


@wrong_answer(NAME, "sums_apart", "for itself", "subtracted")
def squares_subtracted(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    sum_C = tf.reduce_sum(tf.square(a_C))
    sum_G = tf.reduce_sum(tf.square(a_G))
    return (sum_C - sum_G) / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, "added", "added, not subtracted")
def plus_for_minus(a_C, a_G):
    return tf.reduce_mean(tf.square(tf.add(a_C, a_G))) / 4


@wrong_answer(NAME, "root", "root")
def by_the_norm(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return 1 / (4 * n_H * n_W * n_C) * tf.norm(a_C - a_G)


@wrong_answer(NAME, "root", "root")
def root_of_the_mean(a_C, a_G):
    return tf.sqrt(tf.reduce_mean(tf.square(a_C - a_G)))


@wrong_answer(NAME, "root", "root")
def quarter_of_the_root(a_C, a_G):
    return tf.sqrt(tf.reduce_mean(tf.square(a_C - a_G))) / 4


@wrong_answer(NAME, "whole_numbers", "whole numbers", "cast")
def cast_to_integers(a_C, a_G):
    a_C, a_G = tf.cast(a_C, tf.int64), tf.cast(a_G, tf.int64)
    _, n_H, n_W, n_C = a_G.shape
    return tf.cast(tf.reduce_sum((a_C - a_G) ** 2), tf.float32) / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, "whole_numbers", "whole numbers")
def rounded_like_pixels(a_C, a_G):
    return tf.reduce_mean((tf.round(a_C) - tf.round(a_G)) ** 2) / 4


@wrong_answer(NAME, "not_summed_over_all_axes", "shape (1, 3, 5)", "axis")
def summed_over_channels(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(tf.square(a_C - a_G), axis=-1) / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, "not_summed_over_all_axes", "shape (1, 1, 1, 1)", "keepdims")
def dimensions_kept(a_C, a_G):
    return tf.reduce_mean((a_C - a_G) ** 2, axis=[0, 1, 2, 3], keepdims=True) / 4


@wrong_answer(NAME, "not_summed_over_all_axes", "shape (1, 3, 5, 7)")
def sum_forgotten(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    J_content = tf.square(a_C - a_G) / (4 * n_H * n_W * n_C)
    return J_content


@wrong_answer(NAME, "no_gradient", "value is right", "gradient is None", "nothing could be painted")
def by_numpy(a_C, a_G):
    a_C, a_G = np.array(a_C), np.array(a_G)
    return np.sum(np.square(a_C - a_G)) / (4 * a_G.size)


@wrong_answer(NAME, "no_gradient", "gradient is None")
def numpy_made_a_tensor_again(a_C, a_G):
    difference = a_C.numpy() - a_G.numpy()
    return tf.constant(np.mean(difference**2) / 4)


@wrong_answer(NAME, "no_gradient", "gradient is None", "float(…)")
def made_a_float(a_C, a_G):
    return float(tf.reduce_mean(tf.square(a_C - a_G)) / 4)


@wrong_answer(NAME, "no_gradient", "gradient is None")
def put_into_a_variable(a_C, a_G):
    J_content = tf.Variable(0.0)
    J_content.assign(tf.reduce_mean(tf.square(a_C - a_G)) / 4)
    return J_content


@wrong_answer(NAME, "no_gradient", "tf.stop_gradient")
def gradient_stopped(a_C, a_G):
    return tf.reduce_mean(tf.square(a_C - tf.stop_gradient(a_G))) / 4


@wrong_answer(NAME, "wrong_gradient", "value is right", "cut")
def gradient_half_stopped(a_C, a_G):
    difference = a_C - a_G
    return tf.reduce_mean(difference * tf.stop_gradient(difference)) / 4


@wrong_answer(NAME, "wrong_dtype", "int32", "float32")
def cost_cast_to_integer(a_C, a_G):
    return tf.cast(tf.reduce_mean(tf.square(a_C - a_G)) / 4, tf.int32)


@wrong_answer(NAME, "wrong_dtype", "int64", "int(…)")
def cost_made_an_int(a_C, a_G):
    return int(tf.reduce_mean(tf.square(a_C - a_G)) / 4)


@wrong_answer(NAME, "wrong_dtype", "float64", "float32")
def in_double_precision(a_C, a_G):
    a_C, a_G = tf.cast(a_C, tf.float64), tf.cast(a_G, tf.float64)
    return tf.reduce_mean(tf.square(a_C - a_G)) / 4


@wrong_answer(NAME, "numpy_method", "NumPy")
def method_of_numpy(a_C, a_G):
    difference = a_C - a_G
    return (difference**2).mean() / 4


@wrong_answer(NAME, "caret", "no power in Python")
def caret_for_power(a_C, a_G):
    return tf.reduce_mean((a_C - a_G) ^ 2) / 4


@wrong_answer(NAME, "types_mixed", "tf.cast", "float32")
def size_is_a_whole_number(a_C, a_G):
    _, n_H, n_W, n_C = tf.shape(a_G)
    return tf.reduce_sum(tf.square(a_C - a_G)) / (4 * n_H * n_W * n_C)


@wrong_answer(NAME, None, "1.7 times the right value")
def unknown_factor(a_C, a_G):
    return 1.7 * tf.reduce_mean(tf.square(a_C - a_G)) / 4


@wrong_answer(NAME, None, "1/n_H of the right value")
def divided_by_height_once_more(a_C, a_G):
    return tf.reduce_mean(tf.square(a_C - a_G)) / 4 / a_G.shape[1]
