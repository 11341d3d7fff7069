"""Notebook 04: the Gram matrix, the style cost of a layer and of several layers."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import tensorflow as tf

from nst_utils import costs
from nst_utils.checks.core import Case, Exercise, Function, Mistake, Trial, same
from nst_utils.checks.observe import activations, observe_tensor, size_facts
from nst_utils.config import STYLE_LAYERS

# --- gram_matrix(A) ---------------------------------------------------------------------------


def _gram_case(n_C: int, M: int, seed: int) -> Case:
    facts = {"n_C": n_C, "M": M, "n_C·M": n_C * M}
    return Case(lambda: tuple(activations((n_C, M), seed=seed)), facts)


def _gram(A: tf.Tensor) -> tf.Tensor:
    return tf.matmul(A, A, transpose_b=True)


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
        "not_transposed",
        "you multiply A with A. That works only by luck, where A is square.",
        "the second factor of the product",
        "A has the shape (n_C, M). What shape must the second factor have, so that (n_C, n_C) "
        "comes out?",
        wrong=lambda A: tf.matmul(A, A),
    ),
    Mistake(
        "divided_by_positions",
        "your Gram matrix is divided by M, the number of positions. Other conventions do that; "
        "here G = A·Aᵀ, and the cost divides.",
        "what follows the product",
        "what does the formula of this lesson say after A·Aᵀ?",
        wrong=lambda A: _gram(A) / tf.cast(tf.shape(A)[1], A.dtype),
    ),
    Mistake(
        "divided_by_size",
        "your Gram matrix is divided by n_C·M, the size of A. Other conventions do that; here "
        "G = A·Aᵀ, and the cost divides.",
        "what follows the product",
        "what does the formula of this lesson say after A·Aᵀ?",
        wrong=lambda A: _gram(A) / tf.cast(tf.size(A), A.dtype),
    ),
    Mistake(
        "divided_by_channels",
        "your Gram matrix is divided by n_C, the number of channels.",
        "what follows the product",
        "what does the formula of this lesson say after A·Aᵀ?",
        wrong=lambda A: _gram(A) / tf.cast(tf.shape(A)[0], A.dtype),
    ),
    Mistake(
        "mean_subtracted",
        "the mean of every channel is subtracted first: that is a covariance, not a Gram matrix.",
        "what happens to A before the product",
        "does the formula change A at all?",
        wrong=lambda A: _gram(A - tf.reduce_mean(A, axis=1, keepdims=True)),
    ),
    Mistake(
        "channel_sums",
        "you return one number for each channel, the diagonal of the Gram matrix alone.",
        "the sum at the end",
        "a Gram matrix compares every channel with *every* channel: how many numbers is that?",
        wrong=lambda A: tf.reduce_sum(A * A, axis=1),
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
    shuffled = Case(lambda: tuple(map(shuffle_positions, case.arguments())), case.facts)
    after = observe_tensor(watch=1)(function, shuffled)
    values = {**trial.values, "shuffled": after.values.get("result", np.array(np.nan))}
    return Trial(case, values, trial.gradient, trial.differentiable, trial.dtype)


def shuffle_positions(a: tf.Tensor, seed: int = 0) -> tf.Tensor:
    """Put the positions of an activation in another order, the same one for all its channels."""
    order = np.random.default_rng(seed).permutation(a.shape[1] * a.shape[2])
    return tf.reshape(tf.gather(tf.reshape(a, (-1, a.shape[-1])), order), a.shape)


def _unrolled(a: tf.Tensor) -> tf.Tensor:
    return tf.transpose(tf.reshape(a, (-1, a.shape[-1])))


def _mixed(a: tf.Tensor) -> tf.Tensor:
    return tf.reshape(a, (a.shape[-1], -1))


def _N(a: tf.Tensor) -> float:
    return float(a.shape[-1])


def _M(a: tf.Tensor) -> float:
    return float(a.shape[1] * a.shape[2])


def _H(a: tf.Tensor) -> float:
    return float(a.shape[1])


Denominator = Callable[[tf.Tensor, tf.Tensor], float]


def _one_sum(
    denominator: Denominator, unroll: Callable[[tf.Tensor], tf.Tensor] = _unrolled
) -> Function:
    """Make a wrong cost in the shape Σ(G_S − G_G)² / denominator, as the formula is written."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        difference = _gram(unroll(a_S)) - _gram(unroll(a_G))
        return tf.reduce_sum(tf.square(difference)) / denominator(a_S, a_G)

    return cost


def _two_means(
    finish: Callable[[tf.Tensor], tf.Tensor] = lambda d: tf.reduce_mean(tf.square(d)) / 4,
    size: Callable[[tf.Tensor], float] = _M,
    unroll: Callable[[tf.Tensor], tf.Tensor] = _unrolled,
) -> Function:
    """Make a wrong cost in the shape finish(G_S/M_S − G_G/M_G), which knows two sizes."""

    def cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
        G_S, G_G = (_gram(unroll(a)) / size(a) for a in (a_S, a_G))
        return finish(G_S - G_G)

    return cost


def _right_only_with(number: int) -> Callable[[Sequence[Trial], Sequence[Trial]], bool]:
    """Recognise a function that is right where n_C is this number, and nowhere else."""

    def rule(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
        right = [
            bool(t.values) and same(t.values["result"], e.values["result"])
            for t, e in zip(trials, expected, strict=True)
        ]
        return right == [trial.case.facts["n_C"] == number for trial in trials]

    return rule


def _notices_positions(trials: Sequence[Trial], _: Sequence[Trial]) -> bool:
    seen = [t.values for t in trials if t.values and t.values["result"].ndim == 0]
    return any(not same(values["shuffled"], values["result"]) for values in seen)


def _activations_compared(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.square(a_S - a_G)) / (4 * _N(a_G) ** 2 * _M(a_G) ** 2)


LAYER_MISTAKES = (
    Mistake(
        "style_with_itself",
        "the cost is 0 although the two activations differ: both Gram matrices come from the same "
        "activation.",
        "the two lines that unroll, and the two that call gram_matrix",
        "follow a_S and a_G through your lines, one after the other: where does one take the "
        "place of the other?",
        wrong=lambda a_S, a_G: 0 * tf.reduce_sum(a_G),
    ),
    Mistake(
        "unrolled_without_transpose",
        "the rows of your unrolled matrix mix the channels. Row 0 must hold channel 0 only; with "
        "tf.reshape(a, (n_C, n_H·n_W)) it holds the first n_H·n_W numbers in memory, and in "
        "memory the channels of one position stand side by side.",
        "the two lines that unroll",
        "reshape never reorders. Which shape can a reshape make of (1, n_H, n_W, n_C) that keeps "
        "each channel in a column of its own, and what turns columns into rows?",
        wrong=(
            _two_means(unroll=_mixed),
            _one_sum(lambda S, G: 4 * _N(G) ** 2 * _M(G) ** 2, _mixed),
        ),
    ),
    Mistake(
        "positions_not_squared",
        "your result is off by exactly {ratio} = n_H·n_W: M is not squared.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "a Gram matrix grows with M, and its square with … what?",
        wrong=(
            _one_sum(lambda S, G: 4 * _N(G) ** 2 * _M(G)),
            _two_means(size=lambda a: _M(a) ** 0.5),
        ),
    ),
    Mistake(
        "channels_not_squared",
        "your result is off by exactly {ratio} = n_C: n_C is not squared.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "how many numbers does a Gram matrix of n_C channels have?",
        wrong=(
            _two_means(finish=lambda d: tf.reduce_sum(d**2) / (4 * d.shape[0])),
            _one_sum(lambda S, G: 4 * _N(G) * _M(G) ** 2),
        ),
    ),
    Mistake(
        "nothing_squared",
        "your result is {ratio} times the right one, n_C·n_H·n_W for this input: neither n_C nor "
        "n_H·n_W is squared.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "in Python, what does 4 * n_C * (n_H * n_W) ** 2 square, and what not?",
        wrong=_one_sum(lambda S, G: 4 * _N(G) * _M(G)),
    ),
    Mistake(
        "four_missing",
        "your result is exactly 4 times the right one.",
        "the factor before the sum",
        "which number of the denominator is missing?",
        wrong=(
            _two_means(finish=lambda d: tf.reduce_mean(d**2)),
            _one_sum(lambda S, G: _N(G) ** 2 * _M(G) ** 2),
        ),
    ),
    Mistake(
        "four_squared",
        "your result is a quarter of the right one: the 4 is squared together with the rest.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "(2 · n_C · M)² already contains a 4. What does (4 · n_C · M)² contain?",
        wrong=(
            _two_means(finish=lambda d: tf.reduce_mean(d**2) / 16),
            _one_sum(lambda S, G: (4 * _N(G) * _M(G)) ** 2),
        ),
    ),
    Mistake(
        "only_height_counted",
        "M is taken as n_H alone; a picture has n_H·n_W positions.",
        "the denominator, 4 · n_C² · (n_H·n_W)²",
        "how many columns does the unrolled matrix have?",
        wrong=(
            _two_means(size=_H),
            _one_sum(lambda S, G: 4 * _N(G) ** 2 * _H(G) ** 2),
        ),
    ),
    Mistake(
        "activations_compared",
        "the activations themselves are compared, position by position. That is content; and it "
        "cannot work for pictures of two sizes.",
        "what stands inside the square",
        "which matrix forgets the positions?",
        wrong=_activations_compared,
    ),
    Mistake(
        "not_normalised",
        "the sum of squares is not divided by anything.",
        "the factor before the sum",
        "how would the cost change if the picture were twice as large?",
        wrong=_one_sum(lambda S, G: 1),
    ),
    Mistake(
        "size_of_generated_for_both",
        "right where the two pictures have the same size, and wrong where they do not: the Gram "
        "matrix of S is divided by the number of positions of G.",
        "where n_H and n_W are read from, and which Gram matrix they divide",
        "a_S here has {M_S} positions. By how many should its Gram matrix be divided?",
        wrong=_one_sum(lambda S, G: 4 * _N(G) ** 2 * _M(G) ** 2),
    ),
    Mistake(
        "size_of_style_for_both",
        "right where the two pictures have the same size, and wrong where they do not: the Gram "
        "matrix of G is divided by the number of positions of S.",
        "where n_H and n_W are read from, and which Gram matrix they divide",
        "a_S here has {M_S} positions. By how many should the Gram matrix of G be divided?",
        wrong=_one_sum(lambda S, G: 4 * _N(G) ** 2 * _M(S) ** 2),
    ),
    Mistake(
        "sizes_mixed",
        "right where the two pictures have the same size, and wrong where they do not: the sum is "
        "divided by M_S·M_G, but each Gram matrix needs its own M *before* they are compared.",
        "the order of the division and the difference",
        "what is large in a large picture: the difference, or each Gram matrix for itself?",
        wrong=_one_sum(lambda S, G: 4 * _N(G) ** 2 * _M(S) * _M(G)),
    ),
    Mistake(
        "not_squared",
        "the differences of the Gram matrices are not squared.",
        "what happens to G_S − G_G before the sum",
        "can your cost be negative? Should a distance be?",
        wrong=_two_means(finish=lambda d: tf.reduce_mean(d) / 4),
    ),
    Mistake(
        "absolute_values",
        "the differences of the Gram matrices are taken as absolute values, not squared.",
        "what happens to G_S − G_G before the sum",
        "how much more does a difference of 2 count than a difference of 1 in the formula?",
        wrong=_two_means(finish=lambda d: tf.reduce_mean(tf.abs(d)) / 4),
    ),
    Mistake(
        "squared_after_sum",
        "the differences are added up first and squared afterwards.",
        "the order of tf.square and tf.reduce_sum",
        "(3 − 3)² is 0, but 3² + (−3)² is 18. Which of the two does the formula say?",
        wrong=_two_means(finish=lambda d: tf.square(tf.reduce_sum(d)) / (4 * d.shape[0] ** 2)),
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

_SHAPES = {
    "conv1_1": (5, 7, 3),
    "conv2_1": (3, 5, 7),
    "conv3_1": (6, 3, 5),
    "conv4_1": (5, 3, 6),
    "conv4_2": (3, 7, 5),
    "conv5_1": (3, 2, 7),
}
_ONE_LAYER = tuple((name, float(name == "conv3_1")) for name, _ in STYLE_LAYERS)
_UNORDERED = (("conv3_1", 0.5), ("conv1_1", 0.25), ("conv5_1", 1.5))


def _style_case(*style_layers: tuple[tuple[str, float], ...]) -> Case:
    def arguments() -> tuple:
        shapes = [(1, *shape) for shape in _SHAPES.values()]
        both = (dict(zip(_SHAPES, activations(*shapes, seed=s), strict=True)) for s in (7, 8))
        return (*both, *style_layers)

    return Case(arguments, {"number of layers": len(style_layers[0]) if style_layers else 5})


Activations = Mapping[str, tf.Tensor]
Layers = Sequence[tuple[str, float]]


def _layer_costs(style: Activations, generated: Activations) -> dict[str, tf.Tensor]:
    return {name: costs.compute_layer_style_cost(style[name], generated[name]) for name in style}


def _style_cost(combine: Callable[[dict[str, tf.Tensor], Layers], tf.Tensor]) -> Function:
    """Make a wrong style cost from the right costs of the layers."""

    def cost(style: Activations, generated: Activations, style_layers: Layers = STYLE_LAYERS):
        return combine(_layer_costs(style, generated), style_layers)

    return cost


STYLE_MISTAKES = (
    Mistake(
        "compared_with_itself",
        "the cost is 0 although the two pictures differ: a layer is compared with itself.",
        "the call of compute_layer_style_cost",
        "where do its two arguments come from?",
        wrong=_style_cost(lambda J, layers: 0 * J["conv1_1"]),
    ),
    Mistake(
        "weights_ignored",
        "the costs of the layers are added up without their weights.",
        "the line that adds to J_style",
        "style_layers holds pairs. What do you do with the second of each pair?",
        wrong=_style_cost(lambda J, layers: tf.add_n([J[name] for name, _ in layers])),
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
            lambda J, layers: tf.add_n([w * J[name] for name, w in layers]) / len(layers)
        ),
    ),
    Mistake(
        "returns_inside_loop",
        "only the first layer is counted: the function returns inside the loop.",
        "the indentation of `return`",
        "how often does the loop run before `return` is reached?",
        wrong=_style_cost(lambda J, layers: layers[0][1] * J[layers[0][0]]),
    ),
    Mistake(
        "overwritten",
        "only the last layer is counted: each turn of the loop overwrites J_style.",
        "the line that should add to J_style",
        "what is the difference between = and += here?",
        wrong=_style_cost(lambda J, layers: layers[-1][1] * J[layers[-1][0]]),
    ),
    Mistake(
        "mispaired",
        "weights and layers do not belong together: with all the weight on conv3_1 your function "
        "returns the cost of another layer. The weights are given to the activations in the order "
        "of the dictionary.",
        "the loop: how a weight finds its activation",
        "a dictionary is asked by name. Which name stands beside the weight?",
        wrong=_style_cost(
            lambda J, layers: tf.add_n(
                [w * cost for (_, w), cost in zip(layers, J.values(), strict=False)]
            )
        ),
    ),
    Mistake(
        "reversed",
        "weights and layers do not belong together: the weights run in the opposite order.",
        "the loop: how a weight finds its activation",
        "which name stands beside the weight in style_layers?",
        wrong=_style_cost(
            lambda J, layers: tf.add_n(
                [w * J[name] for (_, w), (name, _) in zip(layers, layers[::-1], strict=True)]
            )
        ),
    ),
    Mistake(
        "content_layer_included",
        "every layer of the dictionary is counted, conv4_2 too, and that is the content layer.",
        "what the loop runs over",
        "the dictionary may hold more than you need. Which argument names the style layers?",
        wrong=(
            _style_cost(lambda J, layers: tf.add_n([0.2 * cost for cost in J.values()])),
            _style_cost(lambda J, layers: tf.add_n(list(J.values()))),
            _style_cost(
                lambda J, layers: tf.add_n([w * J[name] for name, w in layers]) + J["conv4_2"]
            ),
        ),
    ),
    Mistake(
        "style_layers_ignored",
        "the argument style_layers is not used: your result is that of the default layers, "
        "whatever is asked for.",
        "what the loop runs over: STYLE_LAYERS or style_layers?",
        "Python tells capital letters from small ones. Which of the two is the argument?",
        wrong=_style_cost(lambda J, layers: tf.add_n([w * J[name] for name, w in STYLE_LAYERS])),
    ),
    Mistake(
        "weights_squared",
        "the weights are squared.",
        "the line that adds to J_style",
        "how often do you multiply by the weight?",
        wrong=_style_cost(lambda J, layers: tf.add_n([w * w * J[name] for name, w in layers])),
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
    ),
    Exercise(
        "compute_style_cost",
        costs.compute_style_cost,
        (_style_case(_ONE_LAYER), _style_case(_UNORDERED), _style_case()),
        STYLE_MISTAKES,
        observe_tensor(watch=1),
        todo="go through style_layers and add up weight times layer cost.",
    ),
)
