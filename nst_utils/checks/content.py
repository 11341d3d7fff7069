"""Notebook 03: the content cost, and what goes wrong with it."""

from collections.abc import Callable

from nst_utils import costs
from nst_utils._quiet import tf
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake
from nst_utils.checks.observe import activations, observe_tensor, size_facts


def _case(n_H: int, n_W: int, n_C: int, seed: int) -> Case:
    shape = (1, n_H, n_W, n_C)
    return Case(lambda: tuple(activations(shape, shape, seed=seed)), size_facts(n_H, n_W, n_C))


def _squares(a_C: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.square(a_C - a_G))


def _size(a: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.size(a), tf.float32)


def _rounded(a: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.cast(a, tf.int32), tf.float32)


def _with_any_factor(
    total: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
) -> tuple[Function, ...]:
    """Make wrong costs of one wrong sum: divided as it should be, by the size, by nothing."""
    return (
        lambda a_C, a_G: total(a_C, a_G) / (4 * _size(a_G)),
        lambda a_C, a_G: total(a_C, a_G) / _size(a_G),
        total,
    )


MISTAKES = (
    Mistake(
        "always_zero",
        "the cost is 0 although the two activations differ. Either one of them is compared with "
        "itself, or the factor before the sum is 0: `1 // …` rounds down.",
        "the difference of the two activations, and the division",
        "do a_C and a_G both take part? What does your factor print?",
        wrong=lambda a_C, a_G: _squares(a_G, a_G),
        credit=0.0,
    ),
    Mistake(
        "mean_of_squares",
        "your result is exactly 4 times the right one. Two things give this: tf.reduce_mean "
        "without the ¼, or a division by n_H·n_W·n_C alone.",
        "the factor before the sum",
        "the formula says 1 / (4 · n_H · n_W · n_C). Which part of it is missing in yours?",
        wrong=lambda a_C, a_G: _squares(a_C, a_G) / _size(a_G),
    ),
    Mistake(
        "half_of_mean",
        "your result is exactly 2 times the right one: half of a mean, where the formula has a "
        "quarter. tf.nn.l2_loss halves as well.",
        "the factor before the sum",
        "by which number do you divide besides the size, and by which does the formula?",
        wrong=lambda a_C, a_G: _squares(a_C, a_G) / (2 * _size(a_G)),
    ),
    Mistake(
        "half_of_squares",
        "your result is exactly {ratio} times the right one: ½ · Σ, the formula of the paper and "
        "of tf.nn.l2_loss. The course divides by the size as well.",
        "the factor before the sum",
        "what makes the cost the same for a large and a small layer?",
        wrong=lambda a_C, a_G: _squares(a_C, a_G) / 2,
    ),
    Mistake(
        "no_normalisation",
        "your result is {ratio} times the right one: that is 4·n_H·n_W·n_C for this input. "
        "The sum is right, and is not divided by anything.",
        "the factor before the sum",
        "would a larger picture cost more, just for being larger?",
        wrong=_squares,
    ),
    Mistake(
        "channels_forgotten",
        "your result is exactly {ratio} times the right one, the number of channels n_C.",
        "the factor before the sum",
        "an activation has three sizes. How many of them do you divide by?",
        wrong=lambda a_C, a_G: _squares(a_C, a_G) / (4 * _size(a_G[..., 0])),
    ),
    Mistake(
        "only_quarter",
        "your result is {ratio} times the right one, n_H·n_W·n_C for this input: it is divided "
        "by 4 alone.",
        "the factor before the sum",
        "what else stands beside the 4 in the formula?",
        wrong=lambda a_C, a_G: _squares(a_C, a_G) / 4,
    ),
    Mistake(
        "multiplied_by_size",
        "the sum is multiplied by n_H·n_W·n_C instead of divided by it.",
        "a division such as 1 / 4 * n_H * n_W * n_C: Python works from left to right",
        "which parts of the fraction belong into brackets?",
        wrong=lambda a_C, a_G: _squares(a_C, a_G) / 4 * _size(a_G),
    ),
    Mistake(
        "divided_twice",
        "your result is divided by n_H·n_W·n_C twice.",
        "tf.reduce_mean together with the factor",
        "tf.reduce_mean divides already. By what?",
        wrong=(
            lambda a_C, a_G: _squares(a_C, a_G) / (4 * _size(a_G) ** 2),
            lambda a_C, a_G: _squares(a_C, a_G) / _size(a_G) ** 2,
        ),
    ),
    Mistake(
        "not_squared",
        "the differences are added up without being squared, so that positive and negative ones "
        "cancel.",
        "what happens to a_C − a_G before the sum",
        "can your cost be negative? Should a distance be?",
        wrong=(
            *_with_any_factor(lambda a_C, a_G: tf.reduce_sum(a_C - a_G)),
            *_with_any_factor(lambda a_C, a_G: tf.reduce_sum(a_G - a_C)),
        ),
    ),
    Mistake(
        "absolute_values",
        "the differences are taken as absolute values, not squared.",
        "what happens to a_C − a_G before the sum",
        "how much more does a difference of 2 count than a difference of 1 in the formula?",
        wrong=_with_any_factor(lambda a_C, a_G: tf.reduce_sum(tf.abs(a_C - a_G))),
    ),
    Mistake(
        "squared_after_sum",
        "the differences are added up or averaged first and squared afterwards, so that positive "
        "and negative ones cancel.",
        "the order of the square and the sum",
        "(3 − 3)² is 0, but 3² + (−3)² is 18. Which of the two does the formula say?",
        wrong=(
            *_with_any_factor(lambda a_C, a_G: tf.square(tf.reduce_sum(a_C - a_G))),
            lambda a_C, a_G: tf.square(tf.reduce_mean(a_C - a_G)),
            lambda a_C, a_G: tf.square(tf.reduce_mean(a_C - a_G)) / 4,
        ),
    ),
    Mistake(
        "sums_apart",
        "each activation is squared and added up for itself, and the two sums are subtracted.",
        "the order of the difference and the square",
        "is (a − b)² the same as a² − b²? Try a = 3, b = 1.",
        wrong=(
            *_with_any_factor(lambda a_C, a_G: tf.reduce_sum(a_C**2 - a_G**2)),
            *_with_any_factor(lambda a_C, a_G: tf.reduce_sum(a_G**2 - a_C**2)),
        ),
    ),
    Mistake(
        "added",
        "the two activations are added, not subtracted.",
        "what stands inside the square",
        "what should the cost be when the two pictures are the same?",
        wrong=_with_any_factor(lambda a_C, a_G: tf.reduce_sum(tf.square(a_C + a_G))),
    ),
    Mistake(
        "root",
        "a root is taken: √Σ(…)² is a length, and the formula has the square of it.",
        "tf.norm, tf.sqrt",
        "where does the formula have a root?",
        wrong=(
            *_with_any_factor(lambda a_C, a_G: tf.sqrt(_squares(a_C, a_G))),
            lambda a_C, a_G: tf.sqrt(_squares(a_C, a_G) / _size(a_G)),
            lambda a_C, a_G: tf.sqrt(_squares(a_C, a_G) / (4 * _size(a_G))),
            lambda a_C, a_G: tf.sqrt(_squares(a_C, a_G) / _size(a_G)) / 4,
        ),
    ),
    Mistake(
        "whole_numbers",
        "the activations are cut down to whole numbers before they are compared.",
        "a cast to an integer type",
        "activations are float32. Which of your steps makes integers of them?",
        wrong=(
            *_with_any_factor(lambda a_C, a_G: _squares(_rounded(a_C), _rounded(a_G))),
            *_with_any_factor(lambda a_C, a_G: _squares(tf.round(a_C), tf.round(a_G))),
        ),
    ),
    Mistake(
        "not_summed_over_all_axes",
        "your result has shape {got_shape}, and should be one number: the sum does not run over "
        "all the axes, or keeps them.",
        "tf.reduce_sum, and its arguments `axis` and `keepdims`",
        "what does tf.reduce_sum do when no axis is named?",
        rule=lambda trials, _: all(
            trial.values and trial.values["result"].ndim > 0 for trial in trials
        ),
    ),
)

EXERCISES = (
    Exercise(
        "compute_content_cost",
        costs.compute_content_cost,
        (_case(3, 5, 7, seed=1), _case(6, 3, 5, seed=2), _case(5, 7, 3, seed=3)),
        MISTAKES,
        observe_tensor(watch=1),
        todo="write J_content: compare a_C and a_G position by position and return one number.",
    ),
)
