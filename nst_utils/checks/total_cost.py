"""Notebook 05: the total cost, and what goes wrong with it."""

import tensorflow as tf

from nst_utils import costs
from nst_utils.checks.core import Case, Exercise, Mistake
from nst_utils.checks.observe import observe_tensor


def _case(J_content: float, J_style: float, **weights: float) -> Case:
    return Case(
        lambda: (tf.constant(J_content), tf.constant(J_style)),
        {"J_content": J_content, "J_style": J_style, **weights},
        weights,
    )


MISTAKES = (
    Mistake(
        "weights_exchanged",
        "α and β have changed places: {got} is what exchanged weights give, expected {want}.",
        "the line with `return`",
        "which of the two costs does α belong to?",
        wrong=lambda C, S, alpha=10, beta=40: beta * C + alpha * S,
    ),
    Mistake(
        "costs_exchanged",
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
        rule=lambda trials, expected: bool(
            trials[0].values
            and all(
                (trial.values.get("result") == want.values["result"]) == bool(trial.case.keywords)
                for trial, want in zip(trials, expected, strict=True)
            )
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
        "weights_added",
        "the weights are added to the costs; expected a product.",
        "the operators + and *",
        "what does α · J_content mean?",
        wrong=lambda C, S, alpha=10, beta=40: alpha + C + beta + S,
    ),
    Mistake(
        "style_missing",
        "only the content takes part in your result.",
        "the second term",
        "where is J_style?",
        wrong=lambda C, S, alpha=10, beta=40: alpha * C,
    ),
    Mistake(
        "content_missing",
        "only the style takes part in your result.",
        "the first term",
        "where is J_content?",
        wrong=lambda C, S, alpha=10, beta=40: beta * S,
    ),
    Mistake(
        "subtracted",
        "the style cost is subtracted; expected a sum.",
        "the operator between the two terms",
        "both costs shall become small. What happens to your J if J_style grows?",
        wrong=lambda C, S, alpha=10, beta=40: alpha * C - beta * S,
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
            _case(7.0, 3.0, alpha=3, beta=5),
            _case(1.5, 11.0, alpha=0.5, beta=0.25),
        ),
        MISTAKES,
        observe_tensor(watch=(0, 1)),
        todo="weigh the two costs with α and β, and add them up.",
    ),
)
