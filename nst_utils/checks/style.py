"""Notebook 04: the Gram matrix, the style cost of a layer and of several layers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from nst_utils import costs
from nst_utils._quiet import tf
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.observe import activations, observe_tensor, size_facts
from nst_utils.checks.trials import agree, same
from nst_utils.config import STYLE_LAYERS

# --- gram_matrix(A) ---------------------------------------------------------------------------


def _gram_case(n_C: int, M: int, seed: int) -> Case:
    facts = {"n_C": n_C, "M": M, "n_C·M": n_C * M, "4·n_C·M": 4 * n_C * M}
    return Case(lambda: tuple(activations((n_C, M), seed=seed)), facts)


def _gram(A: tf.Tensor) -> tf.Tensor:
    return tf.matmul(A, A, transpose_b=True)


def _number(n: int | tf.Tensor) -> tf.Tensor:
    return tf.cast(n, tf.float32)


GRAM_MISTAKES = (
    Mistake(
        "positions_by_positions",
        "you multiply positions with positions: your result has shape {got_shape}, expected "
        "{want_shape}. This is AᵀA.",
        "which of the two factors is transposed",
        "A has one row a channel. Which axis has to vanish in the product: the channels, or the "
        "positions?",
        wrong=lambda A: tf.matmul(A, A, transpose_a=True),
    ),
    Mistake(
        "elementwise",
        "every number is multiplied with itself only: your result has shape {got_shape}, expected "
        "{want_shape}.",
        "the operator * or tf.square",
        "which operation multiplies rows with columns and adds up?",
        wrong=lambda A: A * A,
    ),
    Mistake(
        "star_with_transpose",
        "the star multiplies number by number; it is not the product of matrices: {error_text}.",
        "the operator *, or tf.multiply",
        "which operation multiplies rows with columns and adds up?",
        wrong=lambda A: A * tf.transpose(A),
    ),
    Mistake(
        "not_transposed",
        "you multiply A with A. That works only by luck, where A is square: {error_text}.",
        "the second factor of the product",
        "A has the shape (n_C, M). What shape must the second factor have, so that (n_C, n_C) "
        "comes out?",
        wrong=lambda A: tf.matmul(A, A),
    ),
    Mistake(
        "both_transposed",
        "both factors are transposed. That works only by luck, where A is square: {error_text}.",
        "the two factors of the product",
        "A has the shape (n_C, M). Which one of the factors must be turned, so that (n_C, n_C) "
        "comes out?",
        wrong=lambda A: tf.matmul(A, A, transpose_a=True, transpose_b=True),
    ),
    Mistake(
        "reshaped_not_transposed",
        "a reshape takes the place of the transpose. The shape is right, the numbers are not: "
        "reshape never reorders.",
        "the second factor of the product",
        "which operation makes rows of the columns?",
        wrong=lambda A: tf.matmul(A, tf.reshape(A, A.shape[::-1])),
    ),
    Mistake(
        "divided_by_positions",
        "your Gram matrix is divided by M, the number of positions. Other conventions do that; "
        "here G = A·Aᵀ, and the cost divides.",
        "what follows the product",
        "what does the formula of this lesson say after A·Aᵀ?",
        wrong=lambda A: _gram(A) / _number(A.shape[1]),
    ),
    Mistake(
        "divided_by_size",
        "your Gram matrix is divided by n_C·M, the size of A. Other conventions do that; here "
        "G = A·Aᵀ, and the cost divides.",
        "what follows the product",
        "what does the formula of this lesson say after A·Aᵀ?",
        wrong=lambda A: _gram(A) / _number(tf.size(A)),
    ),
    Mistake(
        "divided_by_channels",
        "your Gram matrix is divided by n_C, the number of channels.",
        "what follows the product",
        "what does the formula of this lesson say after A·Aᵀ?",
        wrong=lambda A: _gram(A) / _number(A.shape[0]),
    ),
    Mistake(
        "mean_subtracted",
        "the mean of every channel is subtracted first: that is a covariance, not a Gram matrix.",
        "what happens to A before the product",
        "does the formula change A at all?",
        wrong=(
            lambda A: _gram(A - tf.reduce_mean(A, axis=1, keepdims=True)),
            lambda A: _gram(A - tf.reduce_mean(A, axis=1, keepdims=True)) / _number(A.shape[1]),
        ),
    ),
    Mistake(
        "length_divided_out",
        "every channel is scaled to length 1 first: that is a correlation, not a Gram matrix.",
        "what happens to A before the product",
        "does the formula change A at all?",
        wrong=lambda A: _gram(tf.nn.l2_normalize(A, axis=1)),
    ),
    Mistake(
        "channel_sums",
        "you return one number for each channel, the diagonal of the Gram matrix alone.",
        "the sum at the end",
        "a Gram matrix compares every channel with *every* channel: how many numbers is that?",
        wrong=lambda A: tf.reduce_sum(A * A, axis=1),
    ),
    Mistake(
        "diagonal_only",
        "the diagonal is right, and beside it stands 0: every channel is compared with itself "
        "only.",
        "the two loops, or tf.linalg.diag",
        "which channels i and j go together in G_ij?",
        wrong=lambda A: tf.linalg.diag(tf.reduce_sum(A * A, axis=1)),
    ),
    Mistake(
        "one_number",
        "you return one number, the sum over everything; a Gram matrix has one number for each "
        "pair of channels.",
        "the sum",
        "over which of the three letters in Σ_k A_ik · A_jk does the sum run?",
        wrong=(
            lambda A: tf.reduce_sum(A * A),
            lambda A: tf.reduce_sum(_gram(A)),
        ),
    ),
)

# --- compute_layer_style_cost(a_S, a_G) -------------------------------------------------------


def _layer_case(style: tuple[int, int], generated: tuple[int, int], n_C: int, seed: int) -> Case:
    shapes = ((1, *style, n_C), (1, *generated, n_C))
    facts = size_facts(*generated, n_C) | {"M_S": style[0] * style[1]}
    return Case(lambda: tuple(activations(*shapes, seed=seed)), facts)


def _observe_layer(function: Function, case: Case) -> Trial:
    """Look at the cost, and at the cost after the positions of both pictures were shuffled."""
    trial = observe_tensor(watch=1)(function, case)
    if trial.problem or trial.error:
        return trial
    a_S, a_G = case.arguments()
    # Two orders: what compares place with place must not get away with one order for both.
    shuffled = shuffle_positions(a_S, seed=1), shuffle_positions(a_G, seed=2)
    after = observe_tensor(watch=1)(function, Case(lambda: shuffled))
    values = {**trial.values, "shuffled": after.values.get("result", np.array(np.nan))}
    return replace(trial, values=values)


def shuffle_positions(a: tf.Tensor, seed: int = 0) -> tf.Tensor:
    """Put the positions of an activation in another order, the same one for all its channels."""
    order = np.random.default_rng(seed).permutation(a.shape[1] * a.shape[2])
    return tf.reshape(tf.gather(tf.reshape(a, (-1, a.shape[-1])), order), a.shape)


def _unrolled(a: tf.Tensor) -> tf.Tensor:
    return tf.transpose(tf.reshape(a, (-1, a.shape[-1])))


def _mixed(a: tf.Tensor) -> tf.Tensor:
    return tf.reshape(a, (a.shape[-1], -1))


def _lying(a: tf.Tensor) -> tf.Tensor:
    return tf.reshape(a, (-1, a.shape[-1]))


def _M(a: tf.Tensor) -> int:
    return a.shape[1] * a.shape[2]


Divisor = Callable[[int, int, int], float]
"""From (n_H, n_W, n_C) to what a sum of squares is divided by."""


def _right_divisor(n_H: int, n_W: int, n_C: int) -> float:
    return 4 * n_C**2 * (n_H * n_W) ** 2


def _each_by_its_own(
    divisor: Divisor, unroll: Callable[[tf.Tensor], tf.Tensor] = _unrolled
) -> Function:
    """Make a wrong cost that divides each Gram matrix by the size of its own picture."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        # Inside the square, so that it has the effect of the divisor of the whole sum.
        G_S, G_G = (_gram(unroll(a)) / divisor(*a.shape[1:]) ** 0.5 for a in (a_S, a_G))
        return tf.reduce_sum(tf.square(G_S - G_G))

    return cost


def _both_by_that_of(
    picture: int,
    divisor: Divisor,
    unroll: Callable[[tf.Tensor], tf.Tensor] = _unrolled,
    total: Callable[[tf.Tensor], tf.Tensor] = lambda d: tf.reduce_sum(tf.square(d)),
) -> Function:
    """Make a wrong cost that divides the whole sum by the size of S (0) or of G (1)."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        difference = _gram(unroll(a_S)) - _gram(unroll(a_G))
        return total(difference) / divisor(*(a_S, a_G)[picture].shape[1:])

    return cost


def _means_divided_by(picture: int, divisor: Divisor) -> Function:
    """Make a wrong cost that divides each Gram matrix rightly, and then the sum once more."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        difference = _gram(_unrolled(a_S)) / _M(a_S) - _gram(_unrolled(a_G)) / _M(a_G)
        return tf.reduce_sum(tf.square(difference)) / divisor(*(a_S, a_G)[picture].shape[1:])

    return cost


def _one_size_only(wrong: Function) -> Function:
    """Make a wrong cost that stops with an error where the two pictures differ in size."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        return wrong(tf.reshape(a_S, a_G.shape), a_G)

    return cost


def _in_every_way(
    divisor: Divisor, unroll: Callable[[tf.Tensor], tf.Tensor] = _unrolled
) -> tuple[Function, ...]:
    """Make one wrong divisor in every way in which students treat the two sizes."""
    return (
        _each_by_its_own(divisor, unroll),
        _both_by_that_of(0, divisor, unroll),
        _both_by_that_of(1, divisor, unroll),
        _one_size_only(_both_by_that_of(1, divisor, unroll)),
    )


def _gram_twice(a: tf.Tensor, *sizes: int) -> tf.Tensor:
    first, second = (_gram(_unrolled(a)) / size for size in sizes)
    return tf.reduce_mean(tf.square(first - second)) / 4


def _with_divided_grams(divide_S: bool, divide_G: bool) -> Function:
    """Make a wrong cost that divides only some of the Gram matrices by M."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        G_S = _gram(_unrolled(a_S)) / (_M(a_S) if divide_S else 1)
        G_G = _gram(_unrolled(a_G)) / (_M(a_G) if divide_G else 1)
        return tf.reduce_mean(tf.square(G_S - G_G)) / 4

    return cost


def _with_total(total: Callable[[tf.Tensor], tf.Tensor]) -> tuple[Function, ...]:
    """Make one wrong sum over G_S − G_G, with the divisors that students put to it."""

    def of_means(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        return total(_gram(_unrolled(a_S)) / _M(a_S) - _gram(_unrolled(a_G)) / _M(a_G))

    return (
        lambda a_S, a_G: of_means(a_S, a_G) / (4 * a_G.shape[-1] ** 2),
        lambda a_S, a_G: of_means(a_S, a_G) / a_G.shape[-1] ** 2,
        *(_both_by_that_of(picture, _right_divisor, total=total) for picture in (0, 1)),
        _one_size_only(_both_by_that_of(1, _right_divisor, total=total)),
    )


def _activations_by(*divisors: Divisor) -> tuple[Function, ...]:
    """Make wrong costs that compare place with place, and divide by any of these."""

    def compare(divisor: Divisor) -> Function:
        return lambda a_S, a_G: tf.reduce_sum(tf.square(a_S - a_G)) / divisor(*a_G.shape[1:])

    return tuple(compare(divisor) for divisor in divisors)


def _right_only_with(n_C: int) -> Rule:
    """Recognise a function that, for pictures of one size, is right with this n_C only."""

    def rule(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
        pairs = [
            pair
            for pair in zip(trials, expected, strict=True)
            if pair[0].case.facts["M_S"] == pair[0].case.facts["n_H·n_W"]
        ]
        return all(agree([t], [e]) == (t.case.facts["n_C"] == n_C) for t, e in pairs)

    return rule


def _stops_where_sizes_differ(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Recognise a function that is right for pictures of one size, and else ends in an error."""
    pairs = zip(trials, expected, strict=True)
    return all(
        agree([trial], [want])
        if trial.case.facts["M_S"] == trial.case.facts["n_H·n_W"]
        else trial.error is not None
        for trial, want in pairs
    )


def _notices_positions(trials: Sequence[Trial], _: Sequence[Trial]) -> bool:
    seen = [t.values for t in trials if t.values and t.values["result"].ndim == 0]
    return any(not same(values["shuffled"], values["result"]) for values in seen)


LAYER_MISTAKES = (
    Mistake(
        "always_zero",
        "the cost is 0 although the two activations differ. Either both Gram matrices come from "
        "the same activation, or the factor before the sum is 0: `1 // …` rounds down.",
        "the lines that unroll, those that call gram_matrix, and the division",
        "follow a_S and a_G through your lines, one after the other: where does one take the "
        "place of the other?",
        wrong=(
            lambda a_S, a_G: 0 * tf.reduce_sum(a_G),
            _one_size_only(lambda a_S, a_G: 0 * tf.reduce_sum(a_G)),
            # One Gram matrix twice, but each time divided by another M.
            lambda a_S, a_G: _gram_twice(a_S, _M(a_S), _M(a_G)),
            lambda a_S, a_G: _gram_twice(a_G, _M(a_S), _M(a_G)),
        ),
        credit=0.0,
    ),
    Mistake(
        "unrolled_without_transpose",
        "the rows of your unrolled matrix mix the channels. Row 0 must hold channel 0 only. In "
        "memory, the channels of one position stand side by side, and tf.reshape(a, (n_C, M)) "
        "cuts them into rows as they come. Where each number spells its channel c and position "
        "p, your row 0 begins c0p0, c1p0, c2p0; expected c0p0, c0p1, c0p2.",
        "the two lines that unroll",
        "reshape never reorders. Which shape can a reshape make of (1, n_H, n_W, n_C) that keeps "
        "each channel in a column of its own, and what turns columns into rows?",
        wrong=(
            *_in_every_way(_right_divisor, _mixed),
            *_in_every_way(lambda n_H, n_W, n_C: (n_C * n_H * n_W) ** 2, _mixed),
            *_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2, _mixed),
            *_in_every_way(lambda n_H, n_W, n_C: 1, _mixed),
        ),
    ),
    Mistake(
        "not_transposed",
        "your unrolled matrix has a row for each position. So the Gram matrix compares positions "
        "with positions, and it should compare channels with channels.",
        "the two lines that unroll",
        "gram_matrix wants one row a channel. Which shape does your matrix have, and what turns "
        "columns into rows?",
        wrong=(
            *_in_every_way(_right_divisor, _lying),
            *_in_every_way(lambda n_H, n_W, n_C: 4 * (n_H * n_W) ** 4, _lying),
        ),
    ),
    Mistake(
        "positions_not_squared",
        "your result is off by exactly {ratio} = n_H·n_W: M is not squared.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "a Gram matrix grows with M, and its square with … what?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2 * n_H * n_W),
    ),
    Mistake(
        "channels_not_squared",
        "your result is off by exactly {ratio} = n_C: n_C is not squared.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "how many numbers does a Gram matrix of n_C channels have?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C * (n_H * n_W) ** 2),
    ),
    Mistake(
        "nothing_squared",
        "your result is {ratio} times the right one, n_C·n_H·n_W for this input: neither n_C nor "
        "n_H·n_W is squared.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "the content cost divides by 4 · n_H · n_W · n_C. What is different here?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C * n_H * n_W),
    ),
    Mistake(
        "width_alone_squared",
        "your result is off by exactly {ratio} = n_H: of n_H·n_W, only n_W is squared.",
        "the denominator: `n_H * n_W ** 2` in Python",
        "what does ** belong to: the whole product, or the number just before it?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2 * n_H * n_W**2),
    ),
    Mistake(
        "only_height_counted",
        "M is taken as n_H alone; a picture has n_H·n_W positions.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "how many columns does the unrolled matrix have?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2 * n_H**2),
    ),
    Mistake(
        "width_multiplied",
        "each Gram matrix is divided by n_H, and multiplied by n_W.",
        "a division such as `/ n_H * n_W`: Python works from left to right",
        "which parts of the division belong into brackets?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2 * (n_H / n_W) ** 2),
    ),
    Mistake(
        "channels_for_positions",
        "the Gram matrices are divided by n_C, not by the number of positions.",
        "the division after gram_matrix",
        "the unrolled matrix has the shape (n_C, M). Which of the two numbers do you take?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**4),
    ),
    Mistake(
        "one_gram_not_divided",
        "only one of the two Gram matrices is divided by its number of positions.",
        "the two lines that call gram_matrix",
        "read them one below the other: what does one do that the other does not?",
        wrong=(
            _with_divided_grams(divide_S=True, divide_G=False),
            _with_divided_grams(divide_S=False, divide_G=True),
        ),
    ),
    Mistake(
        "positions_missing",
        "your result is {ratio} times the right one, (n_H·n_W)² for this input: it is not divided "
        "by the number of positions.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "how would the cost change if the picture were twice as large?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2),
    ),
    Mistake(
        "channels_missing",
        "your result is {ratio} times the right one, n_C² for this input: it is not divided by "
        "the number of channels.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "how many squares does the sum add up?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * (n_H * n_W) ** 2),
    ),
    Mistake(
        "four_missing",
        "your result is exactly 4 times the right one: the 4 of the denominator is missing. "
        "tf.reduce_mean brings n_C², but no 4.",
        "the factor before the sum",
        "what does tf.reduce_mean divide by, and what does the formula divide by?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: (n_C * n_H * n_W) ** 2),
    ),
    Mistake(
        "two_in_place_of_four",
        "your result is exactly 2 times the right one: half of the sum, where the formula has a "
        "quarter. tf.nn.l2_loss halves as well.",
        "the factor before the sum",
        "which number of the denominator is different in yours?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 2 * (n_C * n_H * n_W) ** 2),
    ),
    Mistake(
        "four_squared",
        "your result is a quarter of the right one: somewhere a 16 takes the place of the 4, as "
        "when the 4 is squared together with the rest.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "(2 · n_C · M)² already contains a 4. What does (4 · n_C · M)² contain?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: (4 * n_C * n_H * n_W) ** 2),
    ),
    Mistake(
        "divided_twice",
        "your result is divided by n_C² twice.",
        "tf.reduce_mean together with the factor",
        "tf.reduce_mean divides already. By what?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**4 * (n_H * n_W) ** 2),
    ),
    Mistake(
        "positions_divided_twice",
        "your result is divided by (n_H·n_W)² twice: once in each Gram matrix, and once more in "
        "the factor.",
        "the factor before the sum",
        "the notebook has two forms of the formula. Which one did you write, and does the factor "
        "belong to the same?",
        wrong=(
            *(_means_divided_by(picture, _right_divisor) for picture in (0, 1)),
            *_in_every_way(lambda n_H, n_W, n_C: 4 * n_C**2 * (n_H * n_W) ** 4),
        ),
    ),
    Mistake(
        "multiplied_by_size",
        "the sum is multiplied by n_C² where it should be divided by it.",
        "a division such as 1 / 4 * n_C**2 * …: Python works from left to right",
        "which parts of the fraction belong into brackets?",
        wrong=(
            *_in_every_way(lambda n_H, n_W, n_C: 4 / (n_C * n_H * n_W) ** 2),
            *_in_every_way(lambda n_H, n_W, n_C: 4 * (n_H * n_W) ** 2 / n_C**2),
        ),
    ),
    Mistake(
        "activations_compared",
        "the activations themselves are compared, position by position. That is content: shuffling "
        "the positions changed your cost, and style must not notice. It cannot work for pictures "
        "of two sizes, either.",
        "what stands inside the square",
        "which matrix forgets the positions?",
        wrong=_activations_by(
            _right_divisor,
            lambda n_H, n_W, n_C: 4 * n_H * n_W * n_C,
            lambda n_H, n_W, n_C: n_H * n_W * n_C,
            lambda n_H, n_W, n_C: 1,
        ),
    ),
    Mistake(
        "not_normalised",
        "the sum of squares is not divided by anything.",
        "the factor before the sum",
        "how would the cost change if the picture were twice as large?",
        wrong=_in_every_way(lambda n_H, n_W, n_C: 1),
    ),
    Mistake(
        "size_of_generated_for_both",
        "right where the two pictures have the same size, and wrong where they do not: the Gram "
        "matrix of S is divided by the number of positions of G.",
        "where n_H and n_W are read from, and which Gram matrix they divide",
        "a_S here has {M_S} positions. By how many should its Gram matrix be divided?",
        wrong=_both_by_that_of(1, _right_divisor),
    ),
    Mistake(
        "size_of_style_for_both",
        "right where the two pictures have the same size, and wrong where they do not: the Gram "
        "matrix of G is divided by the number of positions of S.",
        "where n_H and n_W are read from, and which Gram matrix they divide",
        "a_G here has {n_H·n_W} positions. By how many should its Gram matrix be divided?",
        wrong=_both_by_that_of(0, _right_divisor),
    ),
    Mistake(
        "sizes_mixed",
        "right where the two pictures have the same size, and wrong where they do not: the sum is "
        "divided by M_S·M_G, but each Gram matrix needs its own M *before* they are compared.",
        "the order of the division and the difference",
        "what is large in a large picture: the difference, or each Gram matrix for itself?",
        wrong=lambda a_S, a_G: (
            _both_by_that_of(1, lambda n_H, n_W, n_C: 4 * n_C**2)(a_S, a_G) / (_M(a_S) * _M(a_G))
        ),
    ),
    Mistake(
        "one_size_only",
        "right where the two pictures have the same size; where they do not, your function stops: "
        "{error_text}.",
        "where n_H and n_W are read from, and what they are used for",
        "a_S here has {M_S} positions, and a_G another number. Does each activation get its own "
        "n_H and n_W?",
        rule=_stops_where_sizes_differ,
    ),
    Mistake(
        "not_squared",
        "the differences of the Gram matrices are not squared.",
        "what happens to G_S − G_G before the sum",
        "can your cost be negative? Should a distance be?",
        wrong=(*_with_total(tf.reduce_sum), *_with_total(lambda d: tf.reduce_sum(-d))),
    ),
    Mistake(
        "absolute_values",
        "the differences of the Gram matrices are taken as absolute values, not squared.",
        "what happens to G_S − G_G before the sum",
        "how much more does a difference of 2 count than a difference of 1 in the formula?",
        wrong=_with_total(lambda d: tf.reduce_sum(tf.abs(d))),
    ),
    Mistake(
        "squared_after_sum",
        "the differences are added up first and squared afterwards.",
        "the order of the square and the sum",
        "(3 − 3)² is 0, but 3² + (−3)² is 18. Which of the two does the formula say?",
        wrong=_with_total(lambda d: tf.square(tf.reduce_sum(d))),
    ),
    Mistake(
        "root",
        "a root is taken: √Σ(…)² is a length, and the formula has the square of it.",
        "tf.norm, tf.sqrt",
        "where does the formula have a root?",
        wrong=(
            *_with_total(tf.norm),
            lambda a_S, a_G: tf.sqrt(costs.compute_layer_style_cost(a_S, a_G)),
        ),
    ),
    Mistake(
        "not_summed",
        "your result has shape {got_shape}, and should be one number.",
        "tf.reduce_sum, and its arguments `axis` and `keepdims`",
        "the formula adds up over i and over j. Does your sum run over both?",
        rule=lambda trials, _: any(
            trial.values and trial.values["result"].ndim > 0 for trial in trials
        ),
    ),
    Mistake(
        "three_channels",
        "right for 3 channels, and wrong for any other number: somewhere a 3 stands in place of "
        "n_C.",
        "a 3 in a reshape or in the denominator",
        "a picture has 3 channels; how many has conv1_1?",
        rule=_right_only_with(3),
    ),
    Mistake(
        "sees_positions",
        "shuffling the positions changed your cost. Style must not notice where things are.",
        "the two lines that unroll",
        "does each row of your unrolled matrix hold one channel, and nothing else?",
        rule=_notices_positions,
    ),
)

# --- compute_style_cost(style, generated, style_layers) ----------------------------------------

# The content layer first, as a model may return it: whoever goes by the order goes wrong.
_SHAPES = {
    "conv4_2": (3, 7, 5),
    "conv1_1": (5, 7, 3),
    "conv2_1": (3, 5, 7),
    "conv3_1": (6, 3, 5),
    "conv4_1": (5, 3, 6),
    "conv5_1": (3, 2, 7),
}
_ONE_LAYER = (("conv1_1", 0.0), ("conv2_1", 0.0), ("conv3_1", 1.0), ("conv4_1", 0.0))
_UNORDERED = (("conv3_1", 0.5), ("conv1_1", 0.25), ("conv5_1", 1.5))


def _style_case(*style_layers: tuple[tuple[str, float], ...]) -> Case:
    def arguments() -> tuple:
        shapes = [(1, *shape) for shape in _SHAPES.values()]
        both = (dict(zip(_SHAPES, activations(*shapes, seed=s), strict=True)) for s in (7, 8))
        return (*both, *style_layers)

    return Case(arguments, {"number of layers": len(style_layers[0]) if style_layers else 5})


def _observe_style(function: Function, case: Case) -> Trial:
    """Look at the cost, and find the layer whose cost alone it is."""
    trial = observe_tensor(watch=1)(function, case)
    style, generated, *_ = case.arguments()
    alone = {name: np.array(J, np.float64) for name, J in _layer_costs(style, generated).items()}
    result = trial.values.get("result", np.array(np.nan))
    whose = [name for name, J in alone.items() if same(result, J)]
    return replace(trial, details={**trial.details, **({"whose": whose[0]} if whose else {})})


Activations = Mapping[str, tf.Tensor]
Layers = Sequence[tuple[str, float]]


def _layer_costs(style: Activations, generated: Activations) -> dict[str, tf.Tensor]:
    return {name: costs.compute_layer_style_cost(style[name], generated[name]) for name in style}


def _style_cost(combine: Callable[[dict[str, tf.Tensor], Layers], tf.Tensor]) -> Function:
    """Make a wrong style cost from the right costs of the layers."""

    def cost(style: Activations, generated: Activations, style_layers: Layers = STYLE_LAYERS):
        return combine(_layer_costs(style, generated), style_layers)

    return cost


def _sum_of(costs_of_layers: Sequence[tf.Tensor]) -> tf.Tensor:
    return tf.add_n(list(costs_of_layers))


STYLE_MISTAKES = (
    Mistake(
        "always_zero",
        "the cost is 0 although the two pictures differ. Either a layer is compared with itself, "
        "or nothing is ever added to J_style.",
        "the call of compute_layer_style_cost, and the line after it",
        "where do its two arguments come from, and where does its result go?",
        wrong=_style_cost(lambda J, layers: 0 * J["conv1_1"]),
        credit=0.0,
    ),
    Mistake(
        "weights_ignored",
        "the weights of style_layers play no part in your result.",
        "the line that adds to J_style",
        "style_layers holds pairs. What do you do with the second of each pair?",
        wrong=(
            _style_cost(lambda J, layers: _sum_of(J[name] for name, _ in layers)),
            _style_cost(lambda J, layers: 0.2 * _sum_of(J[name] for name, _ in layers)),
            _style_cost(lambda J, layers: _sum_of(J[name] for name, w in layers if w)),
        ),
    ),
    Mistake(
        "mean_over_layers",
        "you return the mean over the layers, and the weights play no part.",
        "the line that adds to J_style",
        "would your result change if all the weight were put on one layer?",
        wrong=_style_cost(lambda J, layers: tf.reduce_mean([J[name] for name, _ in layers])),
    ),
    Mistake(
        "divided_by_number_of_layers",
        "the weighted sum is divided by the number of layers in the end.",
        "the line with `return`",
        "the weights are five times 0.2 already. What is their sum?",
        wrong=_style_cost(
            lambda J, layers: _sum_of(w * J[name] for name, w in layers) / len(layers)
        ),
    ),
    Mistake(
        "divided_by_sum_of_weights",
        "the weighted sum is divided by the sum of the weights: a weighted mean.",
        "the line with `return`",
        "does the formula divide by anything?",
        wrong=_style_cost(
            lambda J, layers: _sum_of(w * J[name] for name, w in layers) / sum(w for _, w in layers)
        ),
    ),
    Mistake(
        "returns_inside_loop",
        "only the first layer is counted: the function returns inside the loop.",
        "the indentation of `return`",
        "how often does the loop run before `return` is reached?",
        wrong=(
            _style_cost(lambda J, layers: layers[0][1] * J[layers[0][0]]),
            _style_cost(lambda J, layers: J[layers[0][0]]),
        ),
    ),
    Mistake(
        "overwritten",
        "only the last layer is counted: each turn of the loop overwrites J_style.",
        "the line that should add to J_style",
        "what is the difference between = and += here?",
        wrong=(
            _style_cost(lambda J, layers: layers[-1][1] * J[layers[-1][0]]),
            _style_cost(lambda J, layers: J[layers[-1][0]]),
        ),
    ),
    Mistake(
        "weight_after_loop",
        "all the layers get the same weight, that of the last one.",
        "the indentation of the line that multiplies",
        "which weight does the name hold when the loop is over?",
        wrong=_style_cost(lambda J, layers: layers[-1][1] * _sum_of(J[n] for n, _ in layers)),
    ),
    Mistake(
        "mispaired",
        "weights and layers do not belong together: with weight 1 on conv3_1 and 0 on the rest, "
        "your function returned {whose}'s cost. The weights are given to the activations in the "
        "order of the dictionary.",
        "the loop: how a weight finds its activation",
        "a dictionary is asked by name. Which name stands beside the weight?",
        wrong=_style_cost(
            lambda J, layers: _sum_of(
                w * cost for (_, w), cost in zip(layers, J.values(), strict=False)
            )
        ),
    ),
    Mistake(
        "reversed",
        "weights and layers do not belong together: with weight 1 on conv3_1 and 0 on the rest, "
        "your function returned {whose}'s cost. The weights run in the opposite order.",
        "the loop: how a weight finds its activation",
        "which name stands beside the weight in style_layers?",
        wrong=_style_cost(
            lambda J, layers: _sum_of(
                w * J[name] for (_, w), (name, _) in zip(layers, layers[::-1], strict=True)
            )
        ),
    ),
    Mistake(
        "content_layer_included",
        "every layer of the dictionary is counted, conv4_2 too, and that is the content layer.",
        "what the loop runs over",
        "the dictionary may hold more than you need. Which argument names the style layers?",
        wrong=(
            _style_cost(lambda J, layers: 0.2 * _sum_of(J.values())),
            _style_cost(lambda J, layers: _sum_of(J.values())),
            _style_cost(lambda J, layers: _sum_of(J.values()) / len(J)),
            _style_cost(lambda J, layers: _sum_of(w * J[n] for n, w in layers) + J["conv4_2"]),
            _style_cost(
                lambda J, layers: _sum_of(w * J[n] for n, w in layers) + 0.2 * J["conv4_2"]
            ),
        ),
    ),
    Mistake(
        "style_layers_ignored",
        "the argument style_layers is not used: your result is that of the default layers, "
        "whatever is asked for.",
        "what the loop runs over: STYLE_LAYERS or style_layers?",
        "Python tells capital letters from small ones. Which of the two is the argument?",
        wrong=_style_cost(lambda J, layers: _sum_of(w * J[name] for name, w in STYLE_LAYERS)),
    ),
    Mistake(
        "weights_squared",
        "the weights are squared.",
        "the line that adds to J_style",
        "how often do you multiply by the weight?",
        wrong=_style_cost(lambda J, layers: _sum_of(w * w * J[name] for name, w in layers)),
    ),
    Mistake(
        "weights_added",
        "the weights are added to the costs; expected a product.",
        "the line that adds to J_style",
        "what does λ_l · J_layer(l) mean?",
        wrong=_style_cost(lambda J, layers: _sum_of(w + J[name] for name, w in layers)),
    ),
    Mistake(
        "multiplied",
        "the terms are multiplied with each other; expected their sum.",
        "the line that should add to J_style",
        "what would become of your result if one weight were 0?",
        wrong=_style_cost(lambda J, layers: tf.reduce_prod([w * J[name] for name, w in layers])),
    ),
    Mistake(
        "layer_skipped",
        "one layer of style_layers is left out.",
        "the range of the loop",
        "how many layers does your loop visit, and how many are there?",
        wrong=(
            _style_cost(lambda J, layers: _sum_of(w * J[name] for name, w in layers[:-1])),
            _style_cost(lambda J, layers: _sum_of(w * J[name] for name, w in layers[1:])),
        ),
    ),
    Mistake(
        "content_cost_used",
        "you add up the content costs of the layers: position is compared with position.",
        "the function that you call for each layer",
        "which cost does not notice where things are?",
        wrong=lambda style, generated, style_layers=STYLE_LAYERS: _sum_of(
            w * costs.compute_content_cost(style[name], generated[name]) for name, w in style_layers
        ),
    ),
    Mistake(
        "another_layer",
        "with weight 1 on conv3_1 and 0 on the rest, your function returned {whose}'s cost.",
        "the loop: how a weight finds its activation",
        "which name stands beside the weight in style_layers?",
        rule=lambda trials, _: trials[0].details.get("whose", "conv3_1") != "conv3_1",
    ),
)

EXERCISES = (
    Exercise(
        "gram_matrix",
        costs.gram_matrix,
        (
            _gram_case(7, 15, seed=1),
            _gram_case(3, 35, seed=2),
            _gram_case(5, 18, seed=3),
            _gram_case(6, 6, seed=4),
        ),
        GRAM_MISTAKES,
        observe_tensor(watch=0),
        todo="write G = A·Aᵀ: multiply every channel with every channel, summed over positions.",
    ),
    Exercise(
        "compute_layer_style_cost",
        costs.compute_layer_style_cost,
        (
            _layer_case((3, 5), (3, 5), 7, seed=4),
            _layer_case((6, 3), (3, 5), 7, seed=5),
            _layer_case((5, 7), (5, 7), 3, seed=6),
            _layer_case((5, 3), (7, 6), 3, seed=7),
        ),
        LAYER_MISTAKES,
        _observe_layer,
        todo="unroll both activations to (n_C, n_H·n_W), compare their Gram matrices, return one "
        "number.",
        words={"shuffled": "your cost, after the positions were shuffled,"},
        points=6,
    ),
    Exercise(
        "compute_style_cost",
        costs.compute_style_cost,
        (_style_case(_ONE_LAYER), _style_case(_UNORDERED), _style_case()),
        STYLE_MISTAKES,
        _observe_style,
        todo="go through style_layers and add up weight times layer cost.",
    ),
)
