"""Wrong answers of notebook 05."""

import tensorflow as tf

from answers import wrong_answer

NAME = "total_cost"


@wrong_answer(NAME, "weights_exchanged", "107.5 is what exchanged weights give", "expected 55")
def alpha_with_style(J_content, J_style, alpha=10, beta=40):
    J = beta * J_content + alpha * J_style
    return J


@wrong_answer(NAME, "weights_exchanged", "the order of the arguments")
def style_is_the_first_argument(J_style, J_content, alpha=10, beta=40):
    return alpha * J_content + beta * J_style


@wrong_answer(NAME, "defaults_missing", "no default values", "alpha")
def no_defaults(J_content, J_style, alpha, beta):
    return alpha * J_content + beta * J_style


@wrong_answer(NAME, "defaults_exchanged", "default values have changed places")
def defaults_changed_places(J_content, J_style, alpha=40, beta=10):
    return alpha * J_content + beta * J_style


@wrong_answer(NAME, "defaults_wrong", "default values")
def defaults_of_one(J_content, J_style, alpha=1, beta=1):
    return alpha * J_content + beta * J_style


@wrong_answer(NAME, "defaults_wrong", "default values")
def one_default_wrong(J_content, J_style, alpha=10, beta=4):
    return tf.add(alpha * J_content, beta * J_style)


@wrong_answer(NAME, "arguments_exchanged", "by name", "beta stands before alpha")
def beta_before_alpha(J_content, J_style, beta=40, alpha=10):
    return alpha * J_content + beta * J_style


@wrong_answer(NAME, "arguments_ignored", "10 and β = 40 only")
def numbers_written_down(J_content, J_style, alpha=10, beta=40):
    J = 10 * J_content + 40 * J_style
    return J


@wrong_answer(NAME, "arguments_ignored", "do not change your result")
def set_once_more_inside(J_content, J_style, alpha=10, beta=40):
    alpha = 10
    beta = 40
    return alpha * J_content + beta * J_style


@wrong_answer(NAME, "weights_forgotten", "without their weights", "3.25")
def plain_sum(J_content, J_style, alpha=10, beta=40):
    return tf.add(J_content, J_style)


@wrong_answer(NAME, "multiplied", "multiplied", "sum")
def product_of_the_terms(J_content, J_style, alpha=10, beta=40):
    return (alpha * J_content) * (beta * J_style)


@wrong_answer(NAME, "multiplied", "multiplied")
def product_of_the_costs(J_content, J_style, alpha=10, beta=40):
    return tf.multiply(J_content, J_style)


@wrong_answer(NAME, "weights_summed", "same weight")
def sum_times_sum(J_content, J_style, alpha=10, beta=40):
    J = (alpha + beta) * (J_content + J_style)
    return J


@wrong_answer(NAME, "one_weight_for_both", "used twice")
def alpha_twice(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content + alpha * J_style


@wrong_answer(NAME, "one_weight_for_both", "used twice")
def beta_outside_the_brackets(J_content, J_style, alpha=10, beta=40):
    return (J_content + J_style) * beta


@wrong_answer(NAME, "one_weight_missing", "no weight")
def content_without_weight(J_content, J_style, alpha=10, beta=40):
    return J_content + beta * J_style


@wrong_answer(NAME, "weights_added", "added", "product")
def plus_everywhere(J_content, J_style, alpha=10, beta=40):
    return (alpha + J_content) + (beta + J_style)


@wrong_answer(NAME, "weights_added", "product")
def signs_exchanged(J_content, J_style, alpha=10, beta=40):
    return (alpha + J_content) * (beta + J_style)


@wrong_answer(NAME, "brackets", "brackets")
def bracket_too_far(J_content, J_style, alpha=10, beta=40):
    return alpha * (J_content + beta * J_style)


@wrong_answer(NAME, "style_missing", "only the content")
def content_twice(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content + beta * J_content


@wrong_answer(NAME, "style_missing", "only the content")
def forgets_the_style(J_content, J_style, alpha=10, beta=40):
    J = alpha * J_content
    beta * J_style
    return J


@wrong_answer(NAME, "content_missing", "only the style")
def overwrites_the_content(J_content, J_style, alpha=10, beta=40):
    J = alpha * J_content
    J = beta * J_style
    return J


@wrong_answer(NAME, "subtracted", "subtracted")
def minus(J_content, J_style, alpha=10, beta=40):
    return tf.subtract(alpha * J_content, beta * J_style)


@wrong_answer(NAME, "weights_normalised", "α + β", "mean")
def weighted_mean(J_content, J_style, alpha=10, beta=40):
    J = alpha * J_content + beta * J_style
    return J / (alpha + beta)


@wrong_answer(NAME, "no_gradient", "gradient is None")
def total_as_float(J_content, J_style, alpha=10, beta=40):
    return alpha * float(J_content) + beta * float(J_style)


@wrong_answer(NAME, "wrong_gradient", "cut")
def style_left_tensorflow(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content + beta * J_style.numpy()


@wrong_answer(NAME, "wrong_type", "a tuple of length 2", "expected a tensor")
def both_terms(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content, beta * J_style


@wrong_answer(NAME, "returns_none", "returns None", "return")
def prints_the_total(J_content, J_style, alpha=10, beta=40):
    J = alpha * J_content + beta * J_style
    print(J)


@wrong_answer(NAME, "wrong_arguments", "cannot be called", "alpha", "the line with `def`")
def greek_letters(J_content, J_style, a=10, b=40):
    return a * J_content + b * J_style


@wrong_answer(NAME, None, "2 times the right value")
def doubled(J_content, J_style, alpha=10, beta=40):
    return 2 * (alpha * J_content + beta * J_style)
