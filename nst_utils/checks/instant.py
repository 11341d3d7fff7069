"""Notebook 08: adaptive instance normalisation, and which of its statistics misses its target."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from nst_utils import instant
from nst_utils._quiet import tf
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.observe import observe_tensor
from nst_utils.checks.rules import stopped_with
from nst_utils.checks.trials import RTOL
from nst_utils.instant import EPSILON, Statistics, channel_statistics

Measure = Callable[[tf.Tensor], Statistics]
"""From an activation to its mean and its deviation, or to what somebody takes for them."""

Combine = Callable[[tf.Tensor, Statistics, Statistics], tf.Tensor]
"""From an activation, its own statistics and those of the style, to a result."""


# What the function is tried on ------------------------------------------------------------------


def _activation(
    means: Sequence[float], deviations: Sequence[float], size: tuple[int, int], seed: int
) -> tf.Tensor:
    """Make an activation whose channels have these statistics, nearly."""
    rng = np.random.default_rng(seed)
    channels = rng.normal(means, deviations, (1, *size, len(means)))
    return tf.constant(channels, tf.float32)


def _case(content: tuple[int, int], style: tuple[int, int], n_C: int, seed: int) -> Case:
    """Make a case in which ε matters, and without which it would not.

    In the photograph one channel is nearly 0 and one is 0 everywhere, as happens with ReLU; in the
    style it is two others, of which one is nearly 0 in both.
    """
    loud = n_C - 2
    rng = np.random.default_rng(seed)
    means, deviations = rng.uniform(-40, 60, (2, n_C)), rng.uniform(5, 30, (2, n_C))
    means[0, loud:], deviations[0, loud:] = 0, (0.6, 0)
    means[1, [0, loud]], deviations[1, [0, loud]] = 0, (0, 0.9)

    def arguments() -> tuple:
        sizes = (content, style)
        return tuple(
            _activation(means[i], deviations[i], sizes[i], seed=10 * seed + i) for i in (0, 1)
        )

    return Case(arguments, {"n_H": content[0], "n_W": content[1], "n_C": n_C})


def _observe(function: Function, case: Case) -> Trial:
    """Look at the result, and say which of its statistics are not those that it should have."""
    trial = observe_tensor(watch=None)(function, case)
    got, right = trial.values.get("result"), instant.adain(*case.arguments()).numpy()
    told = {
        "missed": "" if got is None or got.shape != right.shape else _missed(got, right),
        "silent": case.facts["n_C"] - 1,
        "epsilon": EPSILON,
    }
    return replace(trial, details={**trial.details, **told})


def _missed(got: np.ndarray, right: np.ndarray) -> str:
    """Say which statistics of a result miss their target, and in which channel most."""
    sides = [(a.mean((0, 1, 2)), a.std((0, 1, 2))) for a in (got, right.astype(np.float64))]
    means, deviations = (_misses(*pair) for pair in zip(*sides, strict=True))
    if not means.any() and not deviations.any():
        return "Mean and deviation of every channel are right, the numbers in it are not."
    channel = int(np.argmax(np.maximum(means, deviations)))
    (mean, deviation), (want_mean, want_deviation) = (
        [_said(statistic[channel]) for statistic in side] for side in sides
    )
    if not means.any():
        return (
            "In your result the means are right, the deviations are not: that of channel "
            f"{channel} is {deviation}, expected {want_deviation}."
        )
    if not deviations.any():
        return (
            "In your result the deviations are right, the means are not: that of channel "
            f"{channel} is {mean}, expected {want_mean}."
        )
    return (
        f"In your result, channel {channel} has mean {mean} and deviation {deviation}; expected "
        f"{want_mean} and {want_deviation}."
    )


def _misses(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """By how much each channel misses its target, in parts of it; 0 where only rounding does."""
    scale = np.abs(want) + 1e-2 * np.abs(want).max()
    parts = np.nan_to_num(np.abs(got - want) / scale, nan=np.inf)
    return np.where(parts > RTOL, parts, 0)


def _said(number: float) -> str:
    if not np.isfinite(number):
        return "NaN"
    return f"{number:.3g}" if abs(number) > 1e-3 else "0"


# What students take for statistics --------------------------------------------------------------


def _over(*axes: int, epsilon: float = EPSILON) -> Measure:
    """Make statistics over these axes."""

    def measure(a: tf.Tensor) -> Statistics:
        mu, variance = tf.nn.moments(a, axes, keepdims=True)
        return Statistics(mu, tf.sqrt(variance + epsilon))

    return measure


def _with_sigma(sigma: Callable[[tf.Tensor], tf.Tensor]) -> Measure:
    """Make statistics with the right mean, and a deviation made of the variance."""

    def measure(a: tf.Tensor) -> Statistics:
        mu, variance = tf.nn.moments(a, (1, 2), keepdims=True)
        return Statistics(mu, sigma(variance))

    return measure


def _with_spread(spread: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Measure:
    """Make statistics with the right mean, and another measure of spread around it."""

    def measure(a: tf.Tensor) -> Statistics:
        mu = tf.reduce_mean(a, (1, 2), keepdims=True)
        return Statistics(mu, spread(a, mu))

    return measure


def _mean(a: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(a, (1, 2), keepdims=True)


def _sum(a: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(a, (1, 2), keepdims=True)


def _positions(a: tf.Tensor) -> int:
    return a.shape[1] * a.shape[2]


def _mixed(a: tf.Tensor) -> Statistics:
    """Statistics of rows that a reshape has cut without a transpose."""
    rows = tf.reshape(a, (a.shape[-1], -1))
    mu, variance = tf.nn.moments(rows, [1])
    return Statistics(mu, tf.sqrt(variance + EPSILON))


_variance = _with_sigma(lambda v: v + EPSILON)
_bare_variance = _with_sigma(lambda v: v)
_bare_root = _with_sigma(tf.sqrt)
_bessel = _with_spread(
    lambda a, mu: tf.sqrt(_sum((a - mu) ** 2) / (_positions(a) - 1) + EPSILON),
)
_summed = _with_spread(lambda a, mu: tf.sqrt(_sum((a - mu) ** 2) + EPSILON))
_around_zero = _with_spread(lambda a, mu: tf.sqrt(_mean(a**2) + EPSILON))
_absolute = _with_spread(lambda a, mu: _mean(tf.abs(a - mu)))
_absolute_and_epsilon = _with_spread(lambda a, mu: _mean(tf.abs(a - mu)) + EPSILON)


def _sums(a: tf.Tensor) -> Statistics:
    return Statistics(_sum(a), _summed(a).sigma)


# What they make of them -------------------------------------------------------------------------


def _adain(x: tf.Tensor, c: Statistics, s: Statistics) -> tf.Tensor:
    return s.sigma * (x - c.mu) / c.sigma + s.mu


def _measured(
    of_content: Measure, of_style: Measure = channel_statistics, combine: Combine = _adain
) -> Function:
    """Make a wrong answer that measures in these ways."""
    return lambda content, style: combine(content, of_content(content), of_style(style))


def _either(measure: Measure) -> tuple[Function, ...]:
    """Make wrong answers that measure so on both sides, or on one of them only."""
    return (
        _measured(measure, measure),
        _measured(measure, channel_statistics),
        _measured(channel_statistics, measure),
    )


def _combined(*combine: Combine) -> tuple[Function, ...]:
    """Make wrong answers of right statistics."""
    return tuple(_measured(channel_statistics, combine=one) for one in combine)


def _after(change: Callable[[tf.Tensor], tf.Tensor]) -> Function:
    """Make a wrong answer that does something else to the right result."""
    return lambda content, style: change(instant.adain(content, style))


def _by_the_size_of(picture: int) -> Function:
    """Make a wrong answer that divides all sums by the positions of one picture, 0 or 1."""

    def wrong(content: tf.Tensor, style: tf.Tensor) -> tf.Tensor:
        M = _positions((content, style)[picture])
        c, s = (
            Statistics(mu := _sum(a) / M, tf.sqrt(_sum((a - mu) ** 2) / M + EPSILON))
            for a in (content, style)
        )
        return _adain(content, c, s)

    return wrong


def _in_mixed_rows(content: tf.Tensor, style: tf.Tensor) -> tf.Tensor:
    """AdaIN of rows that a reshape has cut without a transpose."""
    rows = tf.reshape(content, (content.shape[-1], -1))
    c, s = (Statistics(*(part[:, tf.newaxis] for part in _mixed(one))) for one in (content, style))
    return tf.reshape(_adain(rows, c, s), content.shape)


def _unrolled(a: tf.Tensor) -> tf.Tensor:
    """Positions as rows, channels as columns."""
    return tf.reshape(a, (-1, a.shape[-1]))


def _not_turned_back(content: tf.Tensor, style: tf.Tensor) -> tf.Tensor:
    rows = tf.transpose(_unrolled(instant.adain(content, style)))
    return tf.reshape(rows, content.shape)


def _result_of(numbers: Callable[[dict], float]) -> Rule:
    """Make a rule: every result has as many numbers as this makes of the facts of its case."""
    return lambda trials, _: all(
        trial.values and trial.values["result"].size == numbers(trial.case.facts)
        for trial in trials
    )


def _nan_where_silent(trials: Sequence[Trial], _: Sequence[Trial]) -> bool:
    """Whether a result is NaN or infinite just where the photograph's channel is 0 everywhere."""
    for trial in trials:
        result = trial.values.get("result")
        if result is None or result.ndim != 4 or result.shape[-1] != trial.case.facts["n_C"]:
            return False
        finite = np.isfinite(result).all(axis=(0, 1, 2))
        if finite[-1] or not finite[:-1].all():
            return False
    return True


# The mistakes -----------------------------------------------------------------------------------

WHOSE = (
    Mistake(
        "content_returned",
        "your function hands back the content as it came. Either nothing was computed, or the same "
        "statistics were taken away and put back.",
        "which of content and style each mean and each deviation belongs to",
        "two of your four statistics should come from the style. Which two?",
        wrong=(
            lambda content, style: content,
            lambda content, style: _measured(channel_statistics)(content, content),
            lambda content, style: _adain(content, *[channel_statistics(style)] * 2),
        ),
        credit=0.0,
    ),
    Mistake(
        "style_returned",
        "your function hands back the style as it came: nothing of the photograph is left.",
        "what is normalised: the activation in front of the minus",
        "what shall be seen in the end? In which of the two activations does it lie?",
        wrong=(lambda content, style: style, lambda content, style: instant.adain(style, style)),
        credit=0.0,
    ),
    Mistake(
        "exchanged",
        "content and style are exchanged: yours is the *style picture* with the statistics of the "
        "photograph.",
        "every `content` and every `style` in your function, and the order in the line with `def`",
        "what is to stay where it is, and what lends only its statistics?",
        wrong=lambda content, style: instant.adain(style, content),
    ),
    Mistake(
        "statistics_exchanged",
        "the statistics are exchanged: you take away those of the style, and put on those of the "
        "content. {missed}",
        "which of content and style each mean and each deviation belongs to",
        "whose mean must be subtracted, so that the content has mean 0?",
        wrong=_combined(lambda x, c, s: c.sigma * (x - s.mu) / s.sigma + c.mu),
    ),
    Mistake(
        "mean_of_content_put_back",
        "you add the mean of the content, and should add that of the style. {missed}",
        "the last term of your sum",
        "after AdaIN, whose mean should the result have?",
        wrong=_combined(lambda x, c, s: s.sigma * (x - c.mu) / c.sigma + c.mu),
    ),
    Mistake(
        "mean_of_style_subtracted",
        "you subtract the mean of the style, and should subtract that of the content. {missed}",
        "what is subtracted from the content",
        "after this step the content shall have mean 0. Which number takes it there?",
        wrong=_combined(lambda x, c, s: s.sigma * (x - s.mu) / c.sigma + s.mu),
    ),
    Mistake(
        "only_means_moved",
        "only the means are exchanged: the deviations of the content stay. {missed}",
        "the two deviations: whose are they?",
        "you multiply by one deviation and divide by another. What if both are the same one?",
        wrong=_combined(lambda x, c, s: x - c.mu + s.mu),
    ),
)

AXES = (
    Mistake(
        "all_axes",
        "you take one mean and one deviation for all channels together. {missed}",
        "the argument that says over which axes you average",
        "a loud and a quiet channel: may they share a mean? Over which two axes does *one* channel "
        "extend?",
        wrong=_either(_over(0, 1, 2, 3)),
    ),
    Mistake(
        "batch_axis",
        "your statistics run over the batch, axis 0. There is one picture in it: every number is "
        "its own mean, and the deviation is 0.",
        "the argument that says over which axes you average",
        "the axes are batch, height, width, channel, counted from 0. Which two hold the positions?",
        wrong=(*_either(_over(0)), _measured(_over(0, epsilon=0.0), _over(0, epsilon=0.0))),
    ),
    Mistake(
        "channel_axis",
        "your statistics run over the channels, the last axis: each *position* has a mean of its "
        "own, and each channel should. {missed}",
        "the argument that says over which axes you average",
        "the axes are batch, height, width, channel. Which of them vanish if one number a channel "
        "is to be left?",
        wrong=_either(_over(3)),
    ),
    Mistake(
        "one_axis_only",
        "you average along one side of the picture only: each row or column has statistics of its "
        "own. {missed}",
        "the argument that says over which axes you average",
        "the positions of a picture lie on two axes. Which one is missing?",
        wrong=(*_either(_over(1)), *_either(_over(2))),
    ),
    Mistake(
        "channels_first",
        "you average over one side of the picture *and* over the channels. {missed}",
        "the argument that says over which axes you average",
        "in TensorFlow the axes are batch, height, width, channel, counted from 0; PyTorch has "
        "another order. Which numbers have height and width here?",
        wrong=(*_either(_over(2, 3)), *_either(_over(1, 3))),
    ),
)

SPREAD = (
    Mistake(
        "variance_for_deviation",
        "you use the variance where the formula has σ, the standard deviation. {missed}",
        "the two lines that make σ",
        "the variance of lengths in metres is in square metres. What makes metres of it again?",
        wrong=(
            _measured(_variance, _variance),
            _measured(_variance, _bare_variance),
            _measured(_bare_variance, _bare_variance),
        ),
    ),
    Mistake(
        "variance_of_content",
        "you divide by the variance of the content, and should divide by its standard deviation. "
        "{missed}",
        "the line that makes σ(c)",
        "compare it with your line for σ(s). Which step is missing?",
        wrong=(_measured(_variance), _measured(_bare_variance)),
    ),
    Mistake(
        "variance_of_style",
        "you multiply by the variance of the style, and should multiply by its standard deviation. "
        "{missed}",
        "the line that makes σ(s)",
        "compare it with your line for σ(c). Which step is missing?",
        wrong=(
            _measured(channel_statistics, _variance),
            _measured(channel_statistics, _bare_variance),
        ),
    ),
    Mistake(
        "around_zero",
        "your σ is √mean(x²), without the mean taken off: that is how strong a channel is (the "
        "diagonal of a Gram matrix), not how much it varies. {missed}",
        "the lines that make σ",
        "a channel is 5 at every position. How much does it vary? What does your σ say?",
        wrong=_either(_around_zero),
    ),
    Mistake(
        "bessel",
        "your variance is divided by M − 1 (Bessel's correction), and should be divided by the "
        "number of positions, M. {missed}",
        "ddof=1, or a `- 1` in the lines that make σ",
        "M − 1 estimates the variance of a whole population from a sample. Is a channel a sample "
        "here, or do you have all of its positions?",
        wrong=_either(_bessel),
    ),
    Mistake(
        "sum_for_mean",
        "a sum stands where a mean should: Σ is not divided by the number of positions. {missed}",
        "tf.reduce_sum, tf.norm, or a missing division in the lines that make μ and σ",
        "a picture twice as large, with the same colours: should σ change?",
        wrong=(*_either(_summed), *_either(_sums)),
    ),
    Mistake(
        "absolute_deviation",
        "your σ is the mean of |x − μ|. Another measure of spread; the formula squares, averages, "
        "and takes the root. {missed}",
        "tf.abs in the lines that make σ",
        "what does the standard deviation do with x − μ before it averages?",
        wrong=(*_either(_absolute), *_either(_absolute_and_epsilon)),
    ),
    Mistake(
        "size_of_content_for_both",
        "right where both activations have the same size, and wrong where they do not: the sums of "
        "the style are divided by the number of positions of the content.",
        "where n_H and n_W are read from",
        "does each activation get its own n_H and n_W?",
        wrong=_by_the_size_of(0),
    ),
    Mistake(
        "size_of_style_for_both",
        "right where both activations have the same size, and wrong where they do not: the sums of "
        "the content are divided by the number of positions of the style.",
        "where n_H and n_W are read from",
        "does each activation get its own n_H and n_W?",
        wrong=_by_the_size_of(1),
    ),
)

FORMULA = (
    Mistake(
        "mean_of_style_forgotten",
        "the mean of the style is not added. {missed}",
        "the last term of the formula",
        "your result has mean 0 in every channel. Which mean should it have?",
        wrong=_combined(lambda x, c, s: s.sigma * (x - c.mu) / c.sigma),
    ),
    Mistake(
        "mean_of_content_kept",
        "the mean of the content is not subtracted. {missed}",
        "what happens to the content before it is divided",
        "mean 0 first, deviation 1 next. Which step takes care of mean 0?",
        wrong=_combined(
            lambda x, c, s: s.sigma * x / c.sigma + s.mu, lambda x, c, s: s.sigma * x / c.sigma
        ),
    ),
    Mistake(
        "normalized_only",
        "you stop half-way: every channel has mean 0 and deviation 1, and nothing of the style is "
        "in it.",
        "what follows after the content is normalised",
        "which two statistics of the style are still to be put on, and how?",
        wrong=_combined(lambda x, c, s: (x - c.mu) / c.sigma),
    ),
    Mistake(
        "sigma_of_style_forgotten",
        "the deviation of the style plays no part. {missed}",
        "what the normalised content is multiplied by",
        "after the division every channel has deviation 1. What makes it that of the style?",
        wrong=_combined(lambda x, c, s: (x - c.mu) / c.sigma + s.mu),
    ),
    Mistake(
        "sigma_of_content_forgotten",
        "you do not divide by the deviation of the content. {missed}",
        "what happens to content − μ(c)",
        "which deviation does it have before you multiply by σ(s)? Which one should it have?",
        wrong=_combined(
            lambda x, c, s: s.sigma * (x - c.mu) + s.mu, lambda x, c, s: s.sigma * x + s.mu
        ),
    ),
    Mistake(
        "multiplied_by_sigma_of_content",
        "you multiply by the deviation of the content, and should divide by it. {missed}",
        "`*` and `/` beside σ(c)",
        "a channel has deviation 20. What takes it to deviation 1?",
        wrong=_combined(
            lambda x, c, s: s.sigma * (x - c.mu) * c.sigma + s.mu,
            lambda x, c, s: (x - c.mu) * c.sigma + s.mu,
        ),
    ),
    Mistake(
        "divided_by_sigma_of_style",
        "you divide by the deviation of the style, and should multiply by it. {missed}",
        "`*` and `/` beside σ(s)",
        "a channel has deviation 1. What takes it to deviation 30?",
        wrong=_combined(
            lambda x, c, s: (x - c.mu) / c.sigma / s.sigma + s.mu,
            lambda x, c, s: (x - c.mu) / s.sigma + s.mu,
            lambda x, c, s: (x - c.mu) * c.sigma / s.sigma + s.mu,
        ),
    ),
    Mistake(
        "brackets_missing",
        "the mean is subtracted at the wrong moment: `/` comes before `-` in Python. {missed}",
        "the brackets around content − μ(c)",
        "what should happen first: the subtraction or the division?",
        wrong=_combined(
            lambda x, c, s: s.sigma * x - c.mu / c.sigma + s.mu,
            lambda x, c, s: s.sigma * (x - c.mu / c.sigma) + s.mu,
            lambda x, c, s: s.sigma * x - c.mu + s.mu,
        ),
    ),
    Mistake(
        "mean_scaled_too",
        "the mean of the style is added too early, so it gets scaled as well. {missed}",
        "the brackets around the sum with μ(s)",
        "which comes last in the formula: the product or the sum?",
        wrong=_combined(
            lambda x, c, s: s.sigma * ((x - c.mu) / c.sigma + s.mu),
            lambda x, c, s: s.sigma * (x - c.mu + s.mu) / c.sigma,
        ),
    ),
    Mistake(
        "mean_in_the_denominator",
        "the mean of the style has got into the denominator. {missed}",
        "the brackets after `/`",
        "what stands under the line of the fraction in the formula?",
        wrong=_combined(lambda x, c, s: s.sigma * (x - c.mu) / (c.sigma + s.mu)),
    ),
    Mistake(
        "wrong_sign",
        "a sign is turned: a mean is added that should be subtracted, or the other way round. "
        "{missed}",
        "every + and - in your function",
        "take a channel that is 5 everywhere. After the first minus it should be 0. Is it?",
        wrong=_combined(
            lambda x, c, s: s.sigma * (x + c.mu) / c.sigma + s.mu,
            lambda x, c, s: s.sigma * (c.mu - x) / c.sigma + s.mu,
            lambda x, c, s: s.sigma * (x - c.mu) / c.sigma - s.mu,
        ),
    ),
)


def _epsilon(
    content: Callable[[tf.Tensor], tf.Tensor], style: Callable[[tf.Tensor], tf.Tensor] | None = None
) -> Function:
    """Make a wrong answer that turns variances into deviations in other ways."""
    return _measured(_with_sigma(content), _with_sigma(style or content))


EPSILONS = (
    Mistake(
        "epsilon_outside_root",
        "ε is added to the deviation, after the root; in the formula it is added to the variance, "
        "under the root. {missed}",
        "the brackets of the root",
        "√(9 + 16) is 5, and √9 + 16 is 19. What stands under the root in the formula of σ?",
        wrong=(
            _epsilon(lambda v: tf.sqrt(v) + EPSILON),
            _epsilon(lambda v: tf.sqrt(v) + EPSILON, tf.sqrt),
            _epsilon(lambda v: tf.sqrt(v) + EPSILON, lambda v: tf.sqrt(v + EPSILON)),
            _epsilon(lambda v: tf.sqrt(v + EPSILON), lambda v: tf.sqrt(v) + EPSILON),
        ),
    ),
    Mistake(
        "epsilon_as_floor",
        "ε is used as a lower limit; in the formula it is added. {missed}",
        "tf.maximum in the lines that make σ",
        "a variance of 1: what is it with ε as the formula has it, and what in yours?",
        wrong=(
            _epsilon(lambda v: tf.sqrt(tf.maximum(v, EPSILON))),
            _epsilon(lambda v: tf.maximum(tf.sqrt(v), EPSILON)),
        ),
    ),
    Mistake(
        "epsilon_squared",
        "ε is squared, or its root is taken, before it is added. {missed}",
        "what is done to ε in the lines that make σ",
        "the formula adds ε to the variance as it is. Does yours?",
        wrong=(
            _epsilon(lambda v: tf.sqrt(v + EPSILON**2)),
            _epsilon(lambda v: tf.sqrt(v + EPSILON**0.5)),
        ),
    ),
    Mistake(
        "other_epsilon",
        "right for loud channels, and wrong for quiet ones: ε is another number than EPSILON. Many "
        "programs take 1e-5. The activations of this network are much larger, and its decoder was "
        "trained with {epsilon}. {missed}",
        "the number that you add to the variances",
        "which constant of the set-up cell is meant for this place?",
        wrong=(
            *(
                _epsilon(lambda v, e=e: tf.sqrt(v + e))
                for e in (1e-8, 1e-5, 1e-3, 1e-2, 0.026, 0.1, 1.0)
            ),
            *(_epsilon(lambda v, e=e: tf.sqrt(v + e), tf.sqrt) for e in (1e-5, 1e-3)),
        ),
    ),
    Mistake(
        "epsilon_for_content_only",
        "ε is added for the content, and not for the style. {missed}",
        "the line that makes σ(s)",
        "the formula says what σ is for *any* x. Is it the same for both in your function?",
        wrong=_epsilon(lambda v: tf.sqrt(v + EPSILON), tf.sqrt),
    ),
)

LAYOUT = (
    Mistake(
        "unrolled_without_transpose",
        "the rows of your unrolled matrix mix the channels. In memory, the channels of one "
        "position stand side by side, and a reshape to (n_C, …) cuts them into rows as they come. "
        "{missed}",
        "tf.reshape",
        "reshape never reorders. Which shape keeps each channel in a column of its own? Or do you "
        "need a reshape at all?",
        wrong=(_in_mixed_rows, *_either(_mixed)),
    ),
    Mistake(
        "not_turned_back",
        "the numbers are right, but not in their places: a matrix with one row a channel was "
        "reshaped, and not transposed back first. {missed}",
        "the last reshape",
        "you have turned columns into rows. What turns them back, before the reshape?",
        wrong=_not_turned_back,
    ),
    Mistake(
        "left_unrolled",
        "your result has shape {got_shape}, and should have that of the content, {want_shape}: it "
        "is still unrolled.",
        "the line with `return`",
        "the decoder wants an activation with four axes. What leads back to them?",
        wrong=(
            _after(_unrolled),
            _after(lambda t: tf.transpose(_unrolled(t))),
            _after(lambda t: _unrolled(t)[tf.newaxis]),
        ),
    ),
    Mistake(
        "channels_in_front",
        "your result has shape {got_shape}, and should have that of the content, {want_shape}: the "
        "channels stand in front.",
        "the stacking of the channels, or a transpose",
        "on which axis do the channels lie in the content?",
        wrong=(
            _after(lambda t: tf.transpose(t, (3, 0, 1, 2))),
            _after(lambda t: tf.transpose(t[0], (2, 0, 1))),
            _after(lambda t: tf.transpose(t, (0, 3, 1, 2))),
        ),
    ),
    Mistake(
        "batch_axis_lost",
        "your result has shape {got_shape}, and should have that of the content, {want_shape}: the "
        "batch axis is lost.",
        "square brackets with a 0, tf.squeeze, or a stack of single channels",
        "the decoder wants a batch, even if it is a batch of one. Which of your lines drops it?",
        wrong=_after(lambda t: t[0]),
    ),
    Mistake(
        "one_channel_alone",
        "your result has shape {got_shape}: that is one channel, and the content has {n_C}.",
        "the loop over the channels: its indentation, and where each result goes",
        "what becomes of the first channel when the second one is computed? When does your "
        "function reach `return`?",
        rule=_result_of(lambda facts: facts["n_H"] * facts["n_W"]),
    ),
    Mistake(
        "one_size_only",
        "your function stopped with {error_type}: {error_text}{error_line}. It is tried on "
        "activations of several sizes, and content and style need not have the same.",
        "every reshape: numbers in it, or sizes that belong to the other activation",
        "which attribute of an activation knows how large it is? Or is there a way without a "
        "reshape?",
        rule=stopped_with(Exception, r"(?i)reshape"),
    ),
    Mistake(
        "shapes_do_not_fit",
        "your function stopped with {error_type}: {error_text}{error_line}. The shapes of two "
        "arrays do not go together.",
        "the shapes of your means and deviations: print them",
        "one number a channel has to meet four axes. What do the missing axes do to the order? "
        "Which argument keeps them, with length 1?",
        rule=stopped_with(Exception, r"(?i)broadcast|incompatible shapes|dimensions must be equal"),
    ),
)

AT_THE_END = (
    Mistake(
        "clipped",
        "what is negative in your result is set to 0, or all of it to a limit. {missed}",
        "tf.nn.relu, tf.maximum or a clip at the end",
        "does the formula have a limit? Which mean has a channel whose lower end is cut off?",
        wrong=(
            _after(tf.nn.relu),
            _after(lambda t: tf.clip_by_value(t, 0, 1)),
            _after(lambda t: tf.clip_by_value(t, 0, 255)),
        ),
    ),
    Mistake(
        "no_epsilon",
        "your result holds NaN (not a number): channel {silent} of the content is 0 everywhere, so "
        "its deviation is 0, and you divide by it.",
        "the lines that make σ",
        "what stands under the root in the formula, besides the variance?",
        rule=_nan_where_silent,
    ),
)

EXERCISES = (
    Exercise(
        "adain",
        instant.adain,
        (
            _case((3, 5), (3, 5), 7, seed=1),
            _case((3, 5), (6, 7), 7, seed=2),
            _case((7, 5), (5, 6), 3, seed=3),
        ),
        (*WHOSE, *AXES, *SPREAD, *FORMULA, *EPSILONS, *LAYOUT, *AT_THE_END),
        _observe,
        todo="give every channel of the content the mean and the deviation that it has in the "
        "style.",
    ),
)
