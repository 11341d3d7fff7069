"""Wrong answers of notebook 08."""

# Beginners unpack more than they use.
# ruff: noqa: RUF059

import numpy as np
import tensorflow as tf

from answers import wrong_answer

ADAIN = "adain"
EPSILON = 0.26  # as the set-up cell of the notebook has it


def mean_of(x):
    return tf.reduce_mean(x, axis=[1, 2], keepdims=True)


def sigma_of(x):
    return tf.sqrt(tf.math.reduce_variance(x, axis=[1, 2], keepdims=True) + EPSILON)


# Whose statistics ------------------------------------------------------------------------------


@wrong_answer(ADAIN, "content_returned", "hands back the content")
def statistics_of_content_twice(content, style):
    mu, variance = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    sigma = tf.sqrt(variance + EPSILON)
    normalized = (content - mu) / sigma
    return sigma * normalized + mu


@wrong_answer(ADAIN, "content_returned", "the same statistics were taken away and put back")
def second_pair_overwrites_the_first(content, style):
    mu, variance = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu, variance = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    sigma = tf.sqrt(variance + EPSILON)
    return sigma * (content - mu) / sigma + mu


@wrong_answer(ADAIN, "style_returned", "nothing of the photograph is left")
def style_all_the_way(content, style):
    normalized = (style - mean_of(style)) / sigma_of(style)
    return sigma_of(style) * normalized + mean_of(style)


@wrong_answer(ADAIN, "exchanged", "the *style picture* with the statistics of the photograph")
def names_the_other_way_round(style, content):
    normalized = (content - mean_of(content)) / sigma_of(content)
    return sigma_of(style) * normalized + mean_of(style)


@wrong_answer(ADAIN, "statistics_exchanged", "take away those of the style", "expected")
def only_the_statistics_the_other_way_round(content, style):
    mu_s, var_s = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_c, var_c = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    normalized = (content - mu_c) / tf.sqrt(var_c + EPSILON)
    return normalized * tf.sqrt(var_s + EPSILON) + mu_s


@wrong_answer(ADAIN, "mean_of_content_put_back", "the deviations are right, the means are not")
def mean_of_the_photograph_again(content, style):
    return sigma_of(style) * (content - mean_of(content)) / sigma_of(content) + mean_of(content)


@wrong_answer(ADAIN, "mean_of_style_subtracted", "the deviations are right, the means are not")
def mean_of_style_on_both_ends(content, style):
    mu = mean_of(style)
    return sigma_of(style) * (content - mu) / sigma_of(content) + mu


@wrong_answer(ADAIN, "only_means_moved", "the means are right, the deviations are not")
def one_sigma_for_both(content, style):
    sigma = sigma_of(content)
    return sigma * (content - mean_of(content)) / sigma + mean_of(style)


@wrong_answer(ADAIN, "only_means_moved", "the deviations of the content stay")
def no_sigma_at_all(content, style):
    return content + (mean_of(style) - mean_of(content))


# Over which axes -------------------------------------------------------------------------------


@wrong_answer(ADAIN, "all_axes", "for all channels together", "has mean")
def no_axis(content, style):
    sigma_c = tf.sqrt(tf.math.reduce_variance(content) + EPSILON)
    sigma_s = tf.sqrt(tf.math.reduce_variance(style) + EPSILON)
    normalized = (content - tf.reduce_mean(content)) / sigma_c
    return sigma_s * normalized + tf.reduce_mean(style)


@wrong_answer(ADAIN, "all_axes", "for all channels together")
def all_axes_but_the_batch(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2, 3], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2, 3], keepdims=True)
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "batch_axis", "over the batch, axis 0", "its own mean")
def first_axis(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=0)
    mu_s, var_s = tf.nn.moments(style, axes=0)
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "batch_axis", "over the batch, axis 0")
def first_axis_and_no_epsilon(content, style):
    mu_c, sigma_c = tf.reduce_mean(content, axis=0), tf.math.reduce_std(content, axis=0)
    mu_s, sigma_s = tf.reduce_mean(style, axis=0), tf.math.reduce_std(style, axis=0)
    return sigma_s * (content - mu_c) / sigma_c + mu_s


@wrong_answer(ADAIN, "channel_axis", "over the channels, the last axis", "each *position*")
def last_axis(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[-1], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[-1], keepdims=True)
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "channel_axis", "over the channels")
def last_axis_for_the_photograph_only(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=3, keepdims=True)
    return sigma_of(style) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mean_of(style)


@wrong_answer(ADAIN, "one_axis_only", "along one side of the picture only")
def down_the_columns(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1], keepdims=True)
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "one_axis_only", "each row or column has statistics of its own")
def axes_counted_from_the_picture(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[0, 1], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[0, 1], keepdims=True)
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "channels_first", "PyTorch", "*and* over the channels")
def as_in_pytorch(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[2, 3], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[2, 3], keepdims=True)
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


# What σ is -------------------------------------------------------------------------------------


@wrong_answer(ADAIN, "variance_for_deviation", "the means are right, the deviations are not")
def root_forgotten(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    return (var_s + EPSILON) * (content - mu_c) / (var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "variance_for_deviation", "the variance where the formula has σ")
def variances_by_numpy(content, style):
    var_c = np.var(content, axis=(1, 2), keepdims=True)
    var_s = np.var(style, axis=(1, 2), keepdims=True)
    return var_s * (content - mean_of(content)) / (var_c + EPSILON) + mean_of(style)


@wrong_answer(ADAIN, "variance_of_content", "divide by the variance", "is 2.06, expected 27.9")
def root_of_the_style_only(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    return sigma_of(style) * (content - mu_c) / (var_c + EPSILON) + mean_of(style)


@wrong_answer(ADAIN, "variance_of_style", "multiply by the variance", "σ(c)")
def root_of_the_photograph_only(content, style):
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    return (var_s + EPSILON) * (content - mean_of(content)) / sigma_of(content) + mu_s


@wrong_answer(ADAIN, "around_zero", "diagonal of a Gram matrix")
def strength_for_spread(content, style):
    def sigma(x):
        return tf.sqrt(tf.reduce_mean(x**2, axis=[1, 2], keepdims=True) + EPSILON)

    return sigma(style) * (content - mean_of(content)) / sigma(content) + mean_of(style)


@wrong_answer(ADAIN, "bessel", "M − 1", "Bessel")
def sample_deviation(content, style):
    def sigma(x):
        return np.sqrt(np.var(x, axis=(1, 2), keepdims=True, ddof=1) + EPSILON)

    return sigma(style) * (content - mean_of(content)) / sigma(content) + mean_of(style)


@wrong_answer(ADAIN, "sum_for_mean", "Σ is not divided by the number of positions")
def length_of_the_difference(content, style):
    def sigma(x):
        squares = (x - mean_of(x)) ** 2
        return tf.sqrt(tf.reduce_sum(squares, axis=[1, 2], keepdims=True) + EPSILON)

    return sigma(style) * (content - mean_of(content)) / sigma(content) + mean_of(style)


@wrong_answer(ADAIN, "absolute_deviation", "Another measure of spread")
def mean_distance(content, style):
    def sigma(x):
        return tf.reduce_mean(tf.abs(x - mean_of(x)), axis=[1, 2], keepdims=True) + EPSILON

    return sigma(style) * (content - mean_of(content)) / sigma(content) + mean_of(style)


def by_sums(content, style, positions):
    mu_c = tf.reduce_sum(content, axis=[1, 2], keepdims=True) / positions
    mu_s = tf.reduce_sum(style, axis=[1, 2], keepdims=True) / positions
    var_c = tf.reduce_sum((content - mu_c) ** 2, axis=[1, 2], keepdims=True) / positions
    var_s = tf.reduce_sum((style - mu_s) ** 2, axis=[1, 2], keepdims=True) / positions
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "size_of_content_for_both", "right where both activations have the same size")
def positions_of_the_photograph(content, style):
    _, n_H, n_W, n_C = content.shape
    return by_sums(content, style, n_H * n_W)


@wrong_answer(ADAIN, "size_of_style_for_both", "by the number of positions of the style")
def positions_of_the_style(content, style):
    _, n_H, n_W, n_C = content.shape
    _, n_H, n_W, n_C = style.shape
    return by_sums(content, style, n_H * n_W)


# The formula -----------------------------------------------------------------------------------


@wrong_answer(ADAIN, "mean_of_style_forgotten", "is 0, expected -40.4")
def last_term_forgotten(content, style):
    return sigma_of(style) * (content - mean_of(content)) / sigma_of(content)


@wrong_answer(ADAIN, "mean_of_content_kept", "the deviations are right, the means are not")
def nothing_subtracted(content, style):
    return sigma_of(style) * content / sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "normalized_only", "mean 0 and deviation 1")
def half_the_way(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    result = (content - mu_c) / tf.sqrt(var_c + EPSILON)
    return result


@wrong_answer(ADAIN, "sigma_of_style_forgotten", "deviation of the style plays no part")
def one_for_all_deviations(content, style):
    return (content - mean_of(content)) / sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "sigma_of_content_forgotten", "the means are right, the deviations are not")
def never_divided(content, style):
    return sigma_of(style) * (content - mean_of(content)) + mean_of(style)


@wrong_answer(ADAIN, "multiplied_by_sigma_of_content", "should divide by it")
def two_products(content, style):
    return sigma_of(style) * (content - mean_of(content)) * sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "divided_by_sigma_of_style", "should multiply by it")
def fraction_upside_down(content, style):
    return sigma_of(content) * (content - mean_of(content)) / sigma_of(style) + mean_of(style)


@wrong_answer(ADAIN, "brackets_missing", "`/` comes before `-`")
def no_brackets(content, style):
    return sigma_of(style) * content - mean_of(content) / sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "mean_scaled_too", "gets scaled as well")
def brackets_around_the_sum(content, style):
    return sigma_of(style) * ((content - mean_of(content)) / sigma_of(content) + mean_of(style))


@wrong_answer(ADAIN, "mean_in_the_denominator", "the denominator")
def brackets_too_far(content, style):
    return sigma_of(style) * (content - mean_of(content)) / (sigma_of(content) + mean_of(style))


@wrong_answer(ADAIN, "wrong_sign", "a sign is turned")
def plus_for_minus(content, style):
    return sigma_of(style) * (content + mean_of(content)) / sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "wrong_sign", "a sign is turned")
def mean_minus_content(content, style):
    return sigma_of(style) * (mean_of(content) - content) / sigma_of(content) + mean_of(style)


# ε ---------------------------------------------------------------------------------------------


@wrong_answer(ADAIN, "epsilon_outside_root", "√9 + 16 is 19", "is 0.255, expected 0.51")
def added_to_the_deviation(content, style):
    sigma_c = tf.math.reduce_std(content, axis=[1, 2], keepdims=True) + EPSILON
    sigma_s = tf.math.reduce_std(style, axis=[1, 2], keepdims=True) + EPSILON
    return sigma_s * (content - mean_of(content)) / sigma_c + mean_of(style)


@wrong_answer(ADAIN, "epsilon_outside_root", "after the root")
def added_in_the_denominator_only(content, style):
    sigma_c = tf.math.reduce_std(content, axis=[1, 2], keepdims=True)
    sigma_s = tf.math.reduce_std(style, axis=[1, 2], keepdims=True)
    return sigma_s * (content - mean_of(content)) / (sigma_c + EPSILON) + mean_of(style)


@wrong_answer(ADAIN, "epsilon_as_floor", "lower limit")
def at_least_epsilon(content, style):
    sigma_c = tf.maximum(tf.math.reduce_std(content, axis=[1, 2], keepdims=True), EPSILON)
    sigma_s = tf.maximum(tf.math.reduce_std(style, axis=[1, 2], keepdims=True), EPSILON)
    return sigma_s * (content - mean_of(content)) / sigma_c + mean_of(style)


@wrong_answer(ADAIN, "epsilon_squared", "ε is squared")
def epsilon_taken_for_a_deviation(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    sigma_c, sigma_s = tf.sqrt(var_c + EPSILON**2), tf.sqrt(var_s + EPSILON**2)
    return sigma_s * (content - mu_c) / sigma_c + mu_s


@wrong_answer(ADAIN, "other_epsilon", "1e-5", "trained with 0.26", "wrong for quiet ones")
def as_in_the_paper(content, style, epsilon=1e-5):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    return tf.sqrt(var_s + epsilon) * (content - mu_c) / tf.sqrt(var_c + epsilon) + mu_s


@wrong_answer(ADAIN, "other_epsilon", "another number than EPSILON")
def as_keras_has_it(content, style):
    def sigma(x):
        return tf.sqrt(tf.math.reduce_variance(x, axis=[1, 2], keepdims=True) + 1e-3)

    return sigma(style) * (content - mean_of(content)) / sigma(content) + mean_of(style)


@wrong_answer(ADAIN, "epsilon_for_content_only", "and not for the style", "σ(s)")
def only_where_it_divides(content, style):
    sigma_s = tf.math.reduce_std(style, axis=[1, 2], keepdims=True)
    return sigma_s * (content - mean_of(content)) / sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "no_epsilon", "NaN", "channel 6 of the content is 0 everywhere")
def bare_deviations(content, style):
    sigma_c = tf.math.reduce_std(content, axis=[1, 2], keepdims=True)
    sigma_s = tf.math.reduce_std(style, axis=[1, 2], keepdims=True)
    return sigma_s * (content - mean_of(content)) / sigma_c + mean_of(style)


@wrong_answer(ADAIN, "no_epsilon", "you divide by it")
def epsilon_where_nothing_is_divided(content, style):
    sigma_c = tf.math.reduce_std(content, axis=[1, 2], keepdims=True)
    return sigma_of(style) * (content - mean_of(content)) / sigma_c + mean_of(style)


# Shapes ----------------------------------------------------------------------------------------


@wrong_answer(ADAIN, "unrolled_without_transpose", "reshape", "mix the channels")
def rows_by_reshape(content, style):
    C = tf.reshape(content, (content.shape[3], -1))
    S = tf.reshape(style, (style.shape[3], -1))
    mu_c, var_c = tf.nn.moments(C, axes=[1], keepdims=True)
    mu_s, var_s = tf.nn.moments(S, axes=[1], keepdims=True)
    T = tf.sqrt(var_s + EPSILON) * (C - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s
    return tf.reshape(T, content.shape)


@wrong_answer(ADAIN, "not_turned_back", "not transposed back")
def back_by_reshape_alone(content, style):
    C = tf.transpose(tf.reshape(content, (-1, content.shape[3])))
    S = tf.transpose(tf.reshape(style, (-1, style.shape[3])))
    mu_c, var_c = tf.nn.moments(C, axes=[1], keepdims=True)
    mu_s, var_s = tf.nn.moments(S, axes=[1], keepdims=True)
    T = tf.sqrt(var_s + EPSILON) * (C - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s
    return tf.reshape(T, content.shape)


@wrong_answer(ADAIN, "left_unrolled", "(15, 7)", "(1, 3, 5, 7)", "still unrolled")
def never_rolled_up(content, style):
    C = tf.reshape(content, (-1, content.shape[3]))
    S = tf.reshape(style, (-1, style.shape[3]))
    mu_c, var_c = tf.nn.moments(C, axes=[0])
    mu_s, var_s = tf.nn.moments(S, axes=[0])
    return tf.sqrt(var_s + EPSILON) * (C - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


def styled_channel(c, s):
    mu_c, var_c = tf.nn.moments(c, axes=[0, 1, 2])
    mu_s, var_s = tf.nn.moments(s, axes=[0, 1, 2])
    return tf.sqrt(var_s + EPSILON) * (c - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "channels_in_front", "(7, 1, 3, 5)", "the channels stand in front")
def stacked_along_the_first_axis(content, style):
    channels = []
    for k in range(content.shape[-1]):
        channels.append(styled_channel(content[..., k], style[..., k]))
    return tf.stack(channels)


@wrong_answer(ADAIN, "batch_axis_lost", "(3, 5, 7)", "the batch axis is lost")
def first_of_the_batch(content, style):
    c, s = content[0], style[0]
    mu_c, var_c = tf.nn.moments(c, axes=[0, 1])
    mu_s, var_s = tf.nn.moments(s, axes=[0, 1])
    return tf.sqrt(var_s + EPSILON) * (c - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "one_channel_alone", "that is one channel, and the content has 7")
def last_round_of_the_loop(content, style):
    for k in range(content.shape[-1]):
        result = styled_channel(content[..., k], style[..., k])
    return result


@wrong_answer(ADAIN, "one_channel_alone", "reach `return`")
def return_inside_the_loop(content, style):
    for k in range(content.shape[-1]):
        result = styled_channel(content[..., k : k + 1], style[..., k : k + 1])
        return result


@wrong_answer(ADAIN, "one_size_only", "several sizes")
def sizes_of_the_notebook(content, style):
    C = tf.reshape(content, (34 * 50, 192))
    S = tf.reshape(style, (38 * 50, 192))
    T = tf.math.reduce_std(S, axis=0) * (C - tf.reduce_mean(C, axis=0)) + tf.reduce_mean(S, axis=0)
    return tf.reshape(T, (1, 34, 50, 192))


@wrong_answer(ADAIN, "one_size_only", "content and style need not have the same")
def back_to_the_size_of_the_style(content, style):
    C = tf.reshape(content, (-1, content.shape[3]))
    S = tf.reshape(style, (-1, style.shape[3]))
    mu_c, var_c = tf.nn.moments(C, axes=[0])
    mu_s, var_s = tf.nn.moments(S, axes=[0])
    T = tf.sqrt(var_s + EPSILON) * (C - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s
    return tf.reshape(T, style.shape)


@wrong_answer(ADAIN, "shapes_do_not_fit", "do not go together", "with length 1")
def axes_that_got_lost(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[3])
    mu_s, var_s = tf.nn.moments(style, axes=[3])
    return tf.sqrt(var_s + EPSILON) * (content - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s


@wrong_answer(ADAIN, "shapes_do_not_fit", "ValueError", "do not go together")
def axes_that_got_lost_in_numpy(content, style):
    content, style = np.array(content), np.array(style)
    sigma_c, sigma_s = content.std(axis=2), style.std(axis=2)
    return sigma_s * (content - content.mean(axis=2)) / sigma_c + style.mean(axis=2)


# At the end ------------------------------------------------------------------------------------


@wrong_answer(ADAIN, "clipped", "negative", "set to 0")
def relu_at_the_end(content, style):
    normalized = (content - mean_of(content)) / sigma_of(content)
    return tf.nn.relu(sigma_of(style) * normalized + mean_of(style))


# General mistakes, as they look here -----------------------------------------------------------


@wrong_answer(ADAIN, "wrong_type", "a tuple of length 2")
def statistics_instead(content, style):
    return mean_of(style), sigma_of(style)


@wrong_answer(ADAIN, "wrong_dtype", "float64")
def in_double_precision(content, style):
    content, style = tf.cast(content, tf.float64), tf.cast(style, tf.float64)
    return sigma_of(style) * (content - mean_of(content)) / sigma_of(content) + mean_of(style)


@wrong_answer(ADAIN, "numpy_method", "object has no attribute")
def methods_of_numpy(content, style):
    mu = content.mean(axis=(1, 2))
    return content - mu
