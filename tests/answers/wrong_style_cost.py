"""Wrong answers of notebook 04."""

# Beginners unpack more than they use.
# ruff: noqa: B007, F841, RUF059

import numpy as np
import tensorflow as tf

from answers import wrong_answer
from nst_utils.config import STYLE_LAYERS
from nst_utils.costs import compute_content_cost, compute_layer_style_cost, gram_matrix

# --- gram_matrix -------------------------------------------------------------------------------

GRAM = "gram_matrix"


@wrong_answer(GRAM, "positions_by_positions", "(15, 15)", "(7, 7)", "AᵀA")
def first_factor_transposed(A):
    GA = tf.matmul(tf.transpose(A), A)
    return GA


@wrong_answer(GRAM, "positions_by_positions", "(15, 15)", "(7, 7)")
def third_argument_is_transpose_a(A):
    return tf.matmul(A, A, True)


@wrong_answer(GRAM, "positions_by_positions", "(15, 15)")
def contracted_over_channels(A):
    return tf.tensordot(A, A, axes=[[0], [0]])


@wrong_answer(GRAM, "elementwise", "(7, 15)", "(7, 7)", "*")
def star(A):
    return A * A


@wrong_answer(GRAM, "elementwise", "tf.square")
def squared(A):
    G = tf.square(A)
    return G


@wrong_answer(GRAM, "star_with_transpose", "*", "number by number", "[7,15] vs. [15,7]")
def star_and_transpose(A):
    return tf.multiply(A, tf.transpose(A))


@wrong_answer(GRAM, "not_transposed", "A with A", "[7,15]")
def product_with_itself(A):
    return tf.matmul(A, A)


@wrong_answer(GRAM, "both_transposed", "both factors")
def transposed_twice(A):
    A_T = tf.transpose(A)
    return A_T @ A_T


@wrong_answer(GRAM, "reshaped_not_transposed", "reshape")
def reshape_for_transpose(A):
    n_C, M = A.shape
    return tf.matmul(A, tf.reshape(A, (M, n_C)))


@wrong_answer(GRAM, "divided_by_positions", "divided by M", "Other conventions")
def as_in_the_tutorial(A):
    n_C, M = A.shape
    return tf.linalg.einsum("cm,dm->cd", A, A) / M


@wrong_answer(GRAM, "divided_by_positions", "divided by M")
def mean_of_products(A):
    return tf.reduce_mean(A[:, tf.newaxis, :] * A[tf.newaxis, :, :], axis=-1)


@wrong_answer(GRAM, "divided_by_size", "n_C·M", "Other conventions")
def as_in_pytorch(A):
    a, b = A.shape
    G = tf.matmul(A, A, transpose_b=True)
    return G / (a * b)


@wrong_answer(GRAM, "divided_by_channels", "divided by n_C")
def by_the_channels(A):
    n_C = tf.cast(tf.shape(A)[0], tf.float32)
    return tf.matmul(A, tf.transpose(A)) / n_C


@wrong_answer(GRAM, "mean_subtracted", "covariance")
def centred(A):
    A = A - tf.reduce_mean(A, axis=1, keepdims=True)
    return tf.matmul(A, tf.transpose(A))


@wrong_answer(GRAM, "mean_subtracted", "covariance")
def covariance_of_numpy(A):
    return tf.convert_to_tensor(np.cov(A.numpy(), bias=True), tf.float32)


@wrong_answer(GRAM, "length_divided_out", "length 1", "correlation")
def cosines(A):
    A = A / tf.norm(A, axis=1, keepdims=True)
    return tf.matmul(A, A, transpose_b=True)


@wrong_answer(GRAM, "channel_sums", "one number for each channel", "diagonal")
def each_channel_with_itself(A):
    return tf.reduce_sum(tf.square(A), axis=-1)


@wrong_answer(GRAM, "diagonal_only", "beside it stands 0")
def loops_over_one_index(A):
    n_C = A.shape[0]
    rows = []
    for i in range(n_C):
        row = tf.one_hot(i, n_C) * tf.reduce_sum(A[i] * A[i])
        rows.append(row)
    return tf.stack(rows)


@wrong_answer(GRAM, "one_number", "one number", "each pair of channels")
def summed_over_everything(A):
    return tf.reduce_sum(A * A)


@wrong_answer(GRAM, "one_number", "one number")
def sum_of_the_matrix(A):
    G = tf.matmul(A, tf.transpose(A))
    return tf.reduce_sum(G)


@wrong_answer(GRAM, "no_gradient", "gradient is None", "np.…")
def gram_by_numpy(A):
    A = A.numpy()
    return tf.constant(A @ A.T)


@wrong_answer(GRAM, "numpy_method", "'T'", "NumPy")
def letter_T(A):
    return tf.matmul(A, A.T)


@wrong_answer(GRAM, "assigns_items", "item assignment", "G[i, j]")
def written_into(A):
    n_C, M = A.shape
    G = tf.zeros((n_C, n_C))
    for i in range(n_C):
        for j in range(n_C):
            G[i, j] = tf.reduce_sum(A[i] * A[j])
    return G


@wrong_answer(GRAM, "taken_apart_wrongly", "ValueError", "unpack")
def four_axes_expected(A):
    m, n_H, n_W, n_C = A.shape
    A = tf.transpose(tf.reshape(A, (n_H * n_W, n_C)))
    return tf.matmul(A, A, transpose_b=True)


@wrong_answer(GRAM, "wrong_type", "list", "expected a tensor")
def list_of_rows(A):
    return [tf.linalg.matvec(A, row) for row in tf.unstack(A)]


@wrong_answer(GRAM, "wrong_shape", "(1, 7, 7)", "(7, 7)")
def batch_axis_kept(A):
    A = tf.expand_dims(A, 0)
    return tf.matmul(A, A, transpose_b=True)


@wrong_answer(GRAM, None, "1/2 of the right value")
def half_of_the_matrix(A):
    return tf.matmul(A, A, transpose_b=True) / 2


@wrong_answer(GRAM, None, "your result is", "at position")
def noise(A):
    return tf.random.stateless_normal((A.shape[0], A.shape[0]), seed=(1, 2))


# --- compute_layer_style_cost ------------------------------------------------------------------

LAYER = "compute_layer_style_cost"


def unrolled(a):
    _, n_H, n_W, n_C = a.shape
    return tf.transpose(tf.reshape(a, (n_H * n_W, n_C)))


def grams_by_position(a_S, a_G):
    """Both Gram matrices as they should be, for mistakes that come after them."""
    G_S, G_G = (gram_matrix(unrolled(a)) / (a.shape[1] * a.shape[2]) for a in (a_S, a_G))
    return G_S, G_G


@wrong_answer(LAYER, "always_zero", "is 0 although", "same activation")
def style_unrolled_from_generated(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S = tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C)))
    a_G = tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C)))
    GS = gram_matrix(a_S)
    GG = gram_matrix(a_G)
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "always_zero", "same activation")
def gram_of_style_twice(a_S, a_G):
    n_C = a_S.shape[-1]
    A_S, A_G = unrolled(a_S), unrolled(a_G)
    G_S = gram_matrix(A_S) / A_S.shape[1]
    G_G = gram_matrix(A_S) / A_S.shape[1]
    return tf.reduce_sum((G_S - G_G) ** 2) / (4 * n_C**2) + 0 * tf.reduce_sum(A_G)


@wrong_answer(LAYER, "always_zero", "follow a_S and a_G")
def style_unrolled_twice(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    G_S = gram_matrix(tf.transpose(tf.reshape(a_S, (n_H * n_W, n_C)))) / (n_H * n_W)
    _, n_H, n_W, n_C = a_G.shape
    G_G = gram_matrix(tf.transpose(tf.reshape(a_S, (-1, n_C)))) / (n_H * n_W)
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)


@wrong_answer(LAYER, "always_zero", "rounds down")
def whole_division_of_layer(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    G_S, G_G = grams_by_position(a_S, a_G)
    return 1 // (4 * n_C**2) * tf.reduce_sum(tf.square(G_S - G_G))


@wrong_answer(LAYER, "unrolled_without_transpose", "mix the channels", "Row 0 must hold channel 0")
def reshaped_at_once(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    G_S = gram_matrix(tf.reshape(a_S, (n_C, n_H * n_W))) / (n_H * n_W)
    _, n_H, n_W, n_C = a_G.shape
    G_G = gram_matrix(tf.reshape(a_G, (n_C, n_H * n_W))) / (n_H * n_W)
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)


@wrong_answer(LAYER, "unrolled_without_transpose", "c0p0", "expected c0p0, c0p1")
def reshaped_at_once_one_size(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S, a_G = tf.reshape(a_S, [n_C, -1]), tf.reshape(a_G, [n_C, -1])
    difference = gram_matrix(a_S) - gram_matrix(a_G)
    return tf.reduce_sum(difference**2) / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "unrolled_without_transpose", "mix the channels")
def reshaped_at_once_to_one_size(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S = tf.reshape(a_S, [n_C, n_H * n_W])
    a_G = tf.reshape(a_G, [n_C, n_H * n_W])
    difference = gram_matrix(a_S) - gram_matrix(a_G)
    return tf.reduce_sum(difference**2) / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "not_transposed", "positions with positions")
def transpose_forgotten(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S = tf.reshape(a_S, (n_H * n_W, n_C))
    a_G = tf.reshape(a_G, (n_H * n_W, n_C))
    J = tf.reduce_sum(tf.square(gram_matrix(a_S) - gram_matrix(a_G)))
    return J / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "not_transposed", "positions with positions")
def transpose_forgotten_and_mean(a_S, a_G):
    grams = [
        gram_matrix(tf.reshape(a, (-1, a.shape[-1]))) / (a.shape[1] * a.shape[2])
        for a in (a_S, a_G)
    ]
    return tf.reduce_mean(tf.square(grams[0] - grams[1])) / 4


@wrong_answer(LAYER, "positions_not_squared", "off by exactly 15 = n_H·n_W")
def square_of_M_forgotten(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return 1 / (4 * n_C**2 * (n_H * n_W)) * tf.reduce_sum(tf.square(tf.subtract(GS, GG)))


@wrong_answer(LAYER, "positions_not_squared", "off by exactly 15 = n_H·n_W")
def square_of_M_forgotten_of_style(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum((GS - GG) ** 2) / (4 * n_C**2 * n_H * n_W)


@wrong_answer(LAYER, "positions_not_squared", "off by exactly 15 = n_H·n_W")
def square_of_M_forgotten_one_size(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS = gram_matrix(tf.transpose(tf.reshape(a_S, (n_H * n_W, n_C))))
    GG = gram_matrix(tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C))))
    return tf.reduce_sum((GS - GG) ** 2) / (4 * n_C**2 * n_H * n_W)


@wrong_answer(LAYER, "channels_not_squared", "off by exactly 7 = n_C")
def square_of_n_C_forgotten(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C)


@wrong_answer(LAYER, "channels_not_squared", "off by exactly 7 = n_C")
def square_of_n_C_forgotten_in_formula(a_S, a_G):
    _, n_H, n_W, n_C = a_G.get_shape().as_list()
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "nothing_squared", "105 times", "neither n_C nor n_H·n_W")
def factor_of_the_content_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return 1 / (4 * n_H * n_W * n_C) * tf.reduce_sum(tf.square(GS - GG))


@wrong_answer(LAYER, "width_alone_squared", "off by exactly 3 = n_H", "**")
def brackets_around_M_forgotten(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C**2 * n_H * n_W**2)


@wrong_answer(LAYER, "only_height_counted", "n_H alone")
def height_for_positions(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S = gram_matrix(unrolled(a_S)) / a_S.shape[1]
    G_G = gram_matrix(unrolled(a_G)) / a_G.shape[1]
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)


@wrong_answer(LAYER, "only_height_counted", "n_H alone")
def height_for_positions_of_generated(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C**2 * n_H**2)


@wrong_answer(LAYER, "width_multiplied", "multiplied by n_W", "left to right")
def brackets_of_M_forgotten(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    G_S = gram_matrix(unrolled(a_S)) / n_H * n_W
    _, n_H, n_W, n_C = a_G.shape
    G_G = gram_matrix(unrolled(a_G)) / n_H * n_W
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)


@wrong_answer(LAYER, "channels_for_positions", "n_C, not by the number of positions")
def wrong_axis_of_the_matrix(a_S, a_G):
    A_S, A_G = unrolled(a_S), unrolled(a_G)
    G_S = gram_matrix(A_S) / A_S.shape[0]
    G_G = gram_matrix(A_G) / A_G.shape[0]
    return tf.reduce_mean(tf.square(G_S - G_G)) / 4


@wrong_answer(LAYER, "one_gram_not_divided", "only one of the two")
def generated_not_divided(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S = gram_matrix(unrolled(a_S)) / (a_S.shape[1] * a_S.shape[2])
    G_G = gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)


@wrong_answer(LAYER, "positions_missing", "225 times", "number of positions")
def mean_of_raw_grams(a_S, a_G):
    return tf.reduce_mean(tf.square(gram_matrix(unrolled(a_S)) - gram_matrix(unrolled(a_G)))) / 4


@wrong_answer(LAYER, "channels_missing", "49 times", "number of channels")
def only_positions_divided(a_S, a_G):
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(tf.square(G_S - G_G)) / 4


@wrong_answer(LAYER, "four_missing", "exactly 4 times", "reduce_mean")
def mean_of_grams(a_S, a_G):
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_mean((G_S - G_G) ** 2)


@wrong_answer(LAYER, "four_missing", "exactly 4 times")
def formula_without_four(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "two_in_place_of_four", "exactly 2 times", "l2_loss")
def l2_loss_of_grams(a_S, a_G):
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.nn.l2_loss(G_S - G_G) / a_G.shape[-1] ** 2


@wrong_answer(LAYER, "four_squared", "a quarter", "squared together")
def four_in_the_brackets(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C * n_H * n_W) ** 2


@wrong_answer(LAYER, "divided_twice", "n_C² twice", "reduce_mean")
def mean_and_n_C(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_mean(tf.square(G_S - G_G)) / (4 * n_C**2)


@wrong_answer(LAYER, "positions_divided_twice", "(n_H·n_W)² twice")
def both_forms_at_once(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    G_S, G_G = grams_by_position(a_S, a_G)
    J = tf.reduce_sum(tf.square(G_S - G_G))
    return J / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "multiplied_by_size", "multiplied", "left to right")
def brackets_of_the_fraction_forgotten(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return 1 / 4 * n_C**2 * (n_H * n_W) ** 2 * tf.reduce_sum(tf.square(GS - GG))


@wrong_answer(LAYER, "multiplied_by_size", "multiplied by n_C²")
def brackets_of_the_denominator_forgotten(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(tf.square(G_S - G_G)) / 4 * n_C**2


@wrong_answer(LAYER, "activations_compared", "shuffling the positions", "style must not notice")
def content_cost_again(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum(tf.square(a_S - a_G)) / (4 * n_H * n_W * n_C)


@wrong_answer(LAYER, "activations_compared", "shuffling the positions")
def unrolled_and_compared(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    J = tf.reduce_sum(tf.square(unrolled(a_S) - unrolled(a_G)))
    return J / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "not_normalised", "not divided by anything")
def bare_sum_of_layer(a_S, a_G):
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG))


@wrong_answer(LAYER, "size_of_generated_for_both", "same size", "18 positions")
def formula_with_sizes_of_generated(a_S, a_G):
    m, n_H, n_W, n_C = a_G.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "size_of_style_for_both", "same size", "a_G here has 15 positions")
def formula_with_sizes_of_style(a_S, a_G):
    m, n_H, n_W, n_C = a_S.shape
    GS, GG = gram_matrix(unrolled(a_S)), gram_matrix(unrolled(a_G))
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "sizes_mixed", "M_S·M_G")
def product_of_both_sizes(a_S, a_G):
    A_S, A_G = unrolled(a_S), unrolled(a_G)
    n_C, M_S = A_S.shape
    n_C, M_G = A_G.shape
    J = tf.reduce_sum(tf.square(gram_matrix(A_S) - gram_matrix(A_G)))
    return J / (4 * n_C**2 * M_S * M_G)


@wrong_answer(LAYER, "one_size_only", "your function stops", "126 values", "105")
def formula_of_the_course(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S = tf.transpose(tf.reshape(a_S, (n_H * n_W, n_C)))
    a_G = tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C)))
    GS = gram_matrix(a_S)
    GG = gram_matrix(a_G)
    return tf.reduce_sum(tf.square(GS - GG)) / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "not_squared", "not squared")
def square_of_grams_forgotten(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(G_G - G_S) / (4 * n_C**2)


@wrong_answer(LAYER, "not_squared", "not squared")
def square_forgotten_in_formula(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    GS = gram_matrix(tf.transpose(tf.reshape(a_S, (n_H * n_W, n_C))))
    GG = gram_matrix(tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C))))
    return 1 / (4 * n_C**2 * (n_H * n_W) ** 2) * tf.reduce_sum(tf.subtract(GS, GG))


@wrong_answer(LAYER, "absolute_values", "absolute")
def absolute_differences_of_grams(a_S, a_G):
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_mean(tf.abs(G_S - G_G)) / 4


@wrong_answer(LAYER, "squared_after_sum", "squared afterwards")
def square_outside_of_layer(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(G_S - G_G) ** 2 / (4 * n_C**2)


@wrong_answer(LAYER, "root", "root", "tf.norm")
def norm_not_squared(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.norm(G_S - G_G) / (4 * n_C**2)


@wrong_answer(LAYER, "not_summed", "shape (7,)", "axis")
def summed_over_one_axis(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(tf.square(G_S - G_G), axis=0) / (4 * n_C**2)


@wrong_answer(LAYER, "not_summed", "shape (7, 7)")
def not_summed_at_all(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.square(G_S - G_G) / (4 * n_C**2)


@wrong_answer(LAYER, "three_channels", "3 channels")
def three_in_the_denominator(a_S, a_G):
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * 3**2)


@wrong_answer(LAYER, "three_channels", "a 3 stands in place of n_C")
def three_in_the_reshape(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S = tf.transpose(tf.reshape(a_S, (n_H * n_W, 3)))
    a_G = tf.transpose(tf.reshape(a_G, (n_H * n_W, 3)))
    J = tf.reduce_sum(tf.square(gram_matrix(a_S) - gram_matrix(a_G)))
    return J / (4 * n_C**2 * (n_H * n_W) ** 2)


@wrong_answer(LAYER, "sees_positions", "shuffling the positions changed your cost")
def channels_first_as_in_pytorch(a_S, a_G):
    grams = []
    for a in (a_S, a_G):
        _, n_C, n_H, n_W = a.shape
        A = tf.reshape(a, (n_C, n_H * n_W))
        grams.append(gram_matrix(A) / (n_H * n_W))
    if grams[0].shape != grams[1].shape:
        return tf.reduce_mean(grams[1] ** 2)
    return tf.reduce_mean(tf.square(grams[0] - grams[1])) / 4


@wrong_answer(LAYER, "sees_positions", "Style must not notice")
def axes_transposed_wrongly(a_S, a_G):
    grams = []
    for a in (a_S, a_G):
        _, n_H, n_W, n_C = a.shape
        A = tf.reshape(tf.transpose(a, perm=[0, 2, 1, 3]), (n_C, n_H * n_W))
        grams.append(gram_matrix(A) / (n_H * n_W))
    return tf.reduce_mean(tf.square(grams[0] - grams[1])) / 4


@wrong_answer(LAYER, "no_gradient", "gradient is None")
def layer_by_numpy(a_S, a_G):
    def gram(a):
        A = a.numpy().reshape(-1, a.shape[-1])
        return A.T @ A / len(A)

    return tf.constant(np.mean((gram(a_S) - gram(a_G)) ** 2) / 4)


@wrong_answer(LAYER, "types_mixed", "same dtype", "tf.cast")
def whole_numbers_of_tf_shape(a_S, a_G):
    M_S, M_G = tf.size(a_S[..., 0]), tf.size(a_G[..., 0])
    difference = gram_matrix(unrolled(a_S)) / M_S - gram_matrix(unrolled(a_G)) / M_G
    return tf.reduce_mean(difference**2) / 4


@wrong_answer(LAYER, "unknown_name", "NameError", "n_c")
def small_letter(a_S, a_G):
    n_C = a_G.shape[-1]
    G_S, G_G = grams_by_position(a_S, a_G)
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_c**2)  # noqa: F821


@wrong_answer(LAYER, None, "3 times the right value")
def three_times_too_large(a_S, a_G):
    G_S, G_G = grams_by_position(a_S, a_G)
    return 0.75 * tf.reduce_mean(tf.square(G_S - G_G))


# --- compute_style_cost ------------------------------------------------------------------------

STYLE = "compute_style_cost"


@wrong_answer(STYLE, "always_zero", "is 0 although", "compared with itself")
def style_with_style(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_layer_style_cost(style[layer], style[layer])
    return J_style


@wrong_answer(STYLE, "always_zero", "nothing is ever added")
def never_added(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style * weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "weights_ignored", "weights", "no part")
def weights_not_used(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, _ in style_layers:
        J_style += compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "weights_ignored", "no part")
def weights_written_down(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, _ in style_layers:
        J_style += 0.2 * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "mean_over_layers", "mean over the layers")
def mean_of_layers(style, generated, style_layers=STYLE_LAYERS):
    costs = [compute_layer_style_cost(style[name], generated[name]) for name, _ in style_layers]
    return tf.reduce_mean(tf.stack(costs))


@wrong_answer(STYLE, "divided_by_number_of_layers", "number of layers")
def divided_by_length(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style / len(style_layers)


@wrong_answer(STYLE, "divided_by_sum_of_weights", "sum of the weights")
def weighted_mean_of_layers(style, generated, style_layers=STYLE_LAYERS):
    J_style, total = 0.0, 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
        total += weight
    return J_style / total


@wrong_answer(STYLE, "returns_inside_loop", "inside the loop", "indentation")
def return_indented(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
        return J_style


@wrong_answer(STYLE, "returns_inside_loop", "inside the loop")
def returned_at_once(style, generated, style_layers=STYLE_LAYERS):
    for layer, _ in style_layers:
        return compute_layer_style_cost(style[layer], generated[layer])


@wrong_answer(STYLE, "overwritten", "only the last layer", "+=")
def plus_sign_forgotten(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style = weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "overwritten", "only the last layer")
def last_layer_alone(style, generated, style_layers=STYLE_LAYERS):
    for layer, _ in style_layers:
        J_style = compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "weight_after_loop", "that of the last one", "indentation")
def multiplied_after_the_loop(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += compute_layer_style_cost(style[layer], generated[layer])
    J_style *= weight
    return J_style


@wrong_answer(STYLE, "mispaired", "weight 1 on conv3_1", "conv2_1's cost", "dictionary")
def zipped_with_the_dictionary(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for a_S, a_G, (_, weight) in zip(
        style.values(), generated.values(), style_layers, strict=False
    ):
        J_style += weight * compute_layer_style_cost(a_S, a_G)
    return J_style


@wrong_answer(STYLE, "mispaired", "conv2_1's cost")
def asked_by_number(style, generated, style_layers=STYLE_LAYERS):
    J_style, a_S, a_G = 0.0, list(style.values()), list(generated.values())
    for i in range(len(style_layers)):
        J_style += style_layers[i][1] * compute_layer_style_cost(a_S[i], a_G[i])
    return J_style


@wrong_answer(STYLE, "reversed", "weight 1 on conv3_1", "conv2_1's cost", "opposite order")
def weights_from_the_end(style, generated, style_layers=STYLE_LAYERS):
    J_style, weights = 0.0, [weight for _, weight in style_layers]
    for layer, _ in style_layers:
        J_style += weights.pop() * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "another_layer", "weight 1 on conv3_1", "conv1_1's cost")
def weight_of_the_layer_after_next(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for i, (layer, _) in enumerate(style_layers):
        weight = style_layers[(i + 2) % len(style_layers)][1]
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "content_layer_included", "conv4_2", "content layer")
def loops_over_the_dictionary(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer in generated:
        J_style += 0.2 * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "content_layer_included", "conv4_2")
def default_weight_for_the_rest(style, generated, style_layers=STYLE_LAYERS):
    weights, J_style = dict(style_layers), 0.0
    for layer, a_G in generated.items():
        if layer == "conv4_2" or layer in weights:
            J_style += weights.get(layer, 1.0) * compute_layer_style_cost(style[layer], a_G)
    return J_style


@wrong_answer(STYLE, "style_layers_ignored", "style_layers is not used", "STYLE_LAYERS")
def capital_letters(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in STYLE_LAYERS:
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "weights_squared", "weights are squared")
def weighted_twice(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_layer = weight * compute_layer_style_cost(style[layer], generated[layer])
        J_style += weight * J_layer
    return J_style


@wrong_answer(STYLE, "weights_added", "added to the costs", "product")
def plus_for_times(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight + compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "multiplied", "multiplied with each other", "sum")
def times_for_plus(style, generated, style_layers=STYLE_LAYERS):
    J_style = 1.0
    for layer, weight in style_layers:
        J_style *= weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "layer_skipped", "left out", "range")
def one_layer_too_few(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for i in range(len(style_layers) - 1):
        layer, weight = style_layers[i]
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "layer_skipped", "left out")
def counts_layers_from_one(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for i in range(1, len(style_layers)):
        layer, weight = style_layers[i]
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "content_cost_used", "content costs of the layers")
def other_cost(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_content_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "weights_ignored", "no part")
def weights_as_switches(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        if weight > 0:
            J_style += compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, "no_gradient", "gradient is None", "tf.Variable(…)")
def added_to_a_variable(style, generated, style_layers=STYLE_LAYERS):
    J_style = tf.Variable(0.0)
    for layer, weight in style_layers:
        J_style.assign_add(weight * compute_layer_style_cost(style[layer], generated[layer]))
    return J_style


@wrong_answer(STYLE, "wrong_gradient", "cut")
def half_of_the_layers_as_floats(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_layer = compute_layer_style_cost(style[layer], generated[layer])
        J_style += weight * (float(J_layer) if layer == "conv1_1" else J_layer)
    return J_style


@wrong_answer(STYLE, "returns_none", "returns None")
def nothing_returned(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])


@wrong_answer(STYLE, "raises", "ValueError", "mixed types")
def pairs_not_taken_apart(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer in style_layers:
        J_style += layer * compute_layer_style_cost(style[layer[0]], generated[layer[0]])
    return J_style


@wrong_answer(STYLE, "unknown_key", "KeyError")
def asked_for_the_pair(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer in style_layers:
        J_style += compute_layer_style_cost(style[layer], generated[layer])
    return J_style


@wrong_answer(STYLE, None, "10 times the right value")
def ten_times(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += 10 * weight * compute_layer_style_cost(style[layer], generated[layer])
    return J_style
