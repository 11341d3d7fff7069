"""Notebook 05: the total cost, and what goes wrong with it."""

from collections.abc import Sequence

from nst_utils import costs
from nst_utils._quiet import tf
from nst_utils.checks.exercise import Case, Exercise, Mistake, Rule, Trial
from nst_utils.checks.observe import observe_tensor
from nst_utils.checks.trials import agree


def _case(J_content: float, J_style: float, *weights: float, **named_weights: float) -> Case:
    return Case(
        lambda: (tf.constant(J_content), tf.constant(J_style), *weights),
        keywords=named_weights,
    )


DEFAULTS, BY_PLACE, BY_NAME = 0, 1, 2
"""The cases: how α and β are handed over."""


def _right_only(*cases: int) -> Rule:
    """Recognise a function that is right in these cases, and in no other."""

    def rule(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
        pairs = enumerate(zip(trials, expected, strict=True))
        return all((case in cases) == agree(pair[:1], pair[1:]) for case, pair in pairs)

    return rule


MISTAKES = (
    Mistake(
        "weights_exchanged",
        "the weights have changed places: {got} is what exchanged weights give, expected {want}.",
        "the line with `return`, and the order of the arguments in the line with `def`",
        "which of the two costs does α belong to? Which cost comes first in `def`?",
        wrong=lambda C, S, alpha=10, beta=40: beta * C + alpha * S,
    ),
    Mistake(
        "defaults_missing",
        "right when α and β are given, but they have no default values: {error_text}.",
        "the line with `def`",
        "what is written behind an argument that may be left out?",
        rule=lambda trials, expected: (
            not trials[DEFAULTS].entered and _right_only(BY_PLACE, BY_NAME)(trials, expected)
        ),
    ),
    Mistake(
        "defaults_exchanged",
        "right when α and β are given, but the default values have changed places.",
        "the line with `def`",
        "which default does the exercise ask for: alpha=10 or alpha=40?",
        wrong=lambda C, S, alpha=40, beta=10: alpha * C + beta * S,
    ),
    Mistake(
        "defaults_wrong",
        "right when α and β are given, but not with the default values.",
        "the line with `def`",
        "which values shall α and β have when nobody names them?",
        rule=_right_only(BY_PLACE, BY_NAME),
    ),
    Mistake(
        "arguments_exchanged",
        "right when α and β are given by name, but in the line with `def` beta stands before "
        "alpha.",
        "the line with `def`",
        "total_cost(J_content, J_style, 3, 5): which of 3 and 5 is alpha?",
        wrong=(
            lambda C, S, beta=40, alpha=10: alpha * C + beta * S,
            lambda C, S, beta=10, alpha=40: alpha * C + beta * S,
        ),
    ),
    Mistake(
        "arguments_ignored",
        "right for α = 10 and β = 40 only: other weights do not change your result.",
        "numbers in your formula",
        "where do the arguments alpha and beta take part?",
        wrong=lambda C, S, alpha=10, beta=40: 10 * C + 40 * S,
    ),
    Mistake(
        "weights_forgotten",
        "the two costs are added up without their weights: {got}, expected {want}.",
        "the line with `return`",
        "what do α and β do in the formula?",
        wrong=lambda C, S, alpha=10, beta=40: C + S,
    ),
    Mistake(
        "multiplied",
        "the two terms are multiplied with each other; expected their sum.",
        "the operator between the two terms",
        "what would the total be if one of the costs were 0?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha * C * beta * S,
            lambda C, S, alpha=10, beta=40: C * S,
        ),
    ),
    Mistake(
        "weights_summed",
        "both costs get the same weight, α + β.",
        "the brackets in your formula",
        "each cost has a weight of its own. Which?",
        wrong=lambda C, S, alpha=10, beta=40: (alpha + beta) * (C + S),
    ),
    Mistake(
        "one_weight_for_both",
        "both costs get the same weight: one of α and β is used twice, and the other not at all.",
        "the two products in your formula, and its brackets",
        "does each cost stand beside a weight of its own?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha * (C + S),
            lambda C, S, alpha=10, beta=40: beta * (C + S),
        ),
    ),
    Mistake(
        "one_weight_missing",
        "one of the two costs has no weight.",
        "the two products in your formula",
        "which letter stands beside J_content, and which beside J_style?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha * C + S,
            lambda C, S, alpha=10, beta=40: C + beta * S,
        ),
    ),
    Mistake(
        "weights_added",
        "the weights are added to the costs; expected a product.",
        "the operators + and *",
        "what does α · J_content mean?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha + C + beta + S,
            lambda C, S, alpha=10, beta=40: (alpha + C) * (beta + S),
        ),
    ),
    Mistake(
        "brackets",
        "the weights do not reach the costs that they belong to.",
        "the brackets in your formula",
        "a product comes before a sum, with or without brackets. What do yours change?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha * (C + beta * S),
            lambda C, S, alpha=10, beta=40: alpha * (C + beta) * S,
            lambda C, S, alpha=10, beta=40: (alpha * C + beta) * S,
        ),
    ),
    Mistake(
        "style_missing",
        "only the content takes part in your result.",
        "the second term",
        "where is J_style?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha * C,
            lambda C, S, alpha=10, beta=40: alpha * C + beta * C,
        ),
    ),
    Mistake(
        "content_missing",
        "only the style takes part in your result.",
        "the first term",
        "where is J_content?",
        wrong=(
            lambda C, S, alpha=10, beta=40: beta * S,
            lambda C, S, alpha=10, beta=40: alpha * S + beta * S,
        ),
    ),
    Mistake(
        "subtracted",
        "one cost is subtracted from the other; expected a sum.",
        "the operator between the two terms",
        "both costs shall become small. What happens to your J if J_style grows?",
        wrong=(
            lambda C, S, alpha=10, beta=40: alpha * C - beta * S,
            lambda C, S, alpha=10, beta=40: beta * S - alpha * C,
        ),
    ),
    Mistake(
        "weights_normalised",
        "your result is divided by α + β: a weighted mean, expected a weighted sum.",
        "what follows the sum",
        "does the formula divide by anything?",
        wrong=lambda C, S, alpha=10, beta=40: (alpha * C + beta * S) / (alpha + beta),
    ),
)

EXERCISES = (
    Exercise(
        "total_cost",
        costs.total_cost,
        (
            _case(2.5, 0.75),
            _case(7.0, 3.0, 3, 5),
            _case(1.5, 11.0, alpha=0.5, beta=0.25),
        ),
        MISTAKES,
        observe_tensor(watch=(0, 1)),
        todo="weigh the two costs with α and β, and add them up.",
        points=2,
    ),
)
