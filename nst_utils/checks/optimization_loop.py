"""Notebook 06: the loop around the step, and what goes wrong with it.

It is tried on the toy network of `nst_utils.checks.optimization`.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nst_utils import optimize
from nst_utils._quiet import tf
from nst_utils.checks.describe import kind
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.observe import as_numbers
from nst_utils.checks.optimization import (
    HIGH,
    LOW,
    MEAN,
    SHAPE,
    ToyModel,
    in_every_trial,
    make_picture,
)
from nst_utils.checks.rules import stopped_with
from nst_utils.checks.trials import same
from nst_utils.config import CONTENT_LAYER

Trials = Sequence[Trial]

Told = list[tuple[float, float, np.ndarray] | None]
"""(step, J, picture) of each call of the callback; None for a call with anything else."""


def _loop_case(num_iterations: int, every: int, learning_rate: float, **options: Any) -> Case:
    def arguments() -> tuple:
        model = ToyModel()
        a_C = model(make_picture(2))[CONTENT_LAYER]
        return model, make_picture(1), a_C, model(make_picture(3))

    keywords = {"every": every, "learning_rate": learning_rate, **options}
    return Case(arguments, {"num_iterations": num_iterations}, keywords)


def _observe_loop(function: Function, case: Case) -> Trial:
    """Run the loop, and record the result and what the callback was told."""
    model, start, a_C, a_S = case.arguments()
    before, num_iterations = start.copy(), case.facts["num_iterations"]
    callback, told = _listener()
    options = {"num_iterations": num_iterations, "callback": callback} | case.keywords
    image = function(model, start, a_C, a_S, **options)
    if image is None:
        return Trial(case, problem="returns_none")
    numbers = as_numbers(image)
    if numbers is None:
        details = {"got_type": kind(image), "want_type": "the finished picture"}
        return Trial(case, problem="wrong_type", details=details)
    values = {"image": numbers.astype(np.float64), **_reports(told, num_iterations)}
    values["start_kept"] = np.array(float(np.array_equal(before, start)))
    moved = np.abs(values["image"] - before).max() if numbers.shape == before.shape else np.nan
    details = {
        "told_otherwise": None in told,
        "last_told": max((report[0] for report in told if report), default=0),
        "moved": f"{moved:.3g}",
    }
    return Trial(case, values, details=details)


def _reports(told: Told, num_iterations: int) -> dict[str, np.ndarray]:
    """Sort what the callback was told; a report at the end is welcome, but not asked for."""
    reports = [report for report in told if report and report[0] < num_iterations]
    return {
        "steps": np.array([step for step, _, _ in reports], float),
        "J": np.array([J for _, J, _ in reports], float),
        "reported": _stacked([picture for _, _, picture in reports]),
    }


def _listener() -> tuple[Function, Told]:
    """Make a callback, and the list to which it adds what it is told."""
    told = []

    def callback(*arguments: Any, **options: Any) -> None:
        try:
            (progress,) = (*arguments, *options.values())
            # A copy: a variable that is reported goes on changing.
            picture = np.asarray(progress.image).astype(np.float64)
            told.append((float(progress.step), float(progress.J), picture))
        except (AttributeError, TypeError, ValueError):
            told.append(None)

    return callback, told


def _stacked(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Stack pictures; NaN where they differ in shape, so that they equal no others."""
    shapes = {picture.shape for picture in pictures}
    return np.array(pictures) if len(shapes) < 2 else np.array(np.nan)


FURTHER = 4
"""How many steps more than asked for are compared with a result."""

Optimizer = Callable[[float], tf.keras.optimizers.Optimizer]


@functools.cache
def _path(
    case: Case, make: Optimizer = tf.keras.optimizers.Adam, anew: bool = False
) -> list[np.ndarray]:
    """Compute the pictures after 0, 1, 2, … steps, on beyond those that are asked for.

    Args:
        case: where to start, and how fast to go.
        make: makes the optimizer from the learning rate.
        anew: whether a new optimizer is made for each step.
    """
    model, start, a_C, a_S = case.arguments()
    image, rate = tf.Variable(start), case.keywords["learning_rate"]
    optimizer, pictures = make(rate), [start]
    for _ in range(case.facts["num_iterations"] + FURTHER):
        if anew:
            optimizer = make(rate)
        optimize.train_step(image, model, a_C, a_S, optimizer)
        pictures.append(image.numpy())
    return pictures


def _took(steps: Callable[[int], int], **way: Any) -> Rule:
    """Recognise the picture after another number of steps than asked for, or of other steps."""

    def predicate(trial: Trial, _: Trial) -> bool:
        pictures = _path(trial.case, **way)
        return same(trial.values["image"], pictures[steps(trial.case.facts["num_iterations"])])

    return in_every_trial(predicate)


def _on_the_way(trial: Trial, _: Trial) -> bool:
    """Whether the result is the picture after any number of steps."""
    return any(same(trial.values["image"], picture) for picture in _path(trial.case))


def _took_other_steps(trials: Trials, expected: Trials) -> bool:
    return _differs("image")(trials, expected) and (
        in_every_trial(_on_the_way)(trials, expected)
        or any(trial.details["last_told"] > trial.case.facts["num_iterations"] for trial in trials)
    )


FAR = 40
"""Grey levels: further than any sensible first step goes."""


def _begins_elsewhere(trial: Trial, _: Trial) -> bool:
    """Look at the first picture that is known: the one reported, or that after one step."""
    reported, start = trial.values["reported"], _path(trial.case)[0]
    known = [trial.values["image"]] if trial.case.facts["num_iterations"] == 1 else []
    known = [reported[0]] if reported.ndim == 1 + len(SHAPE) else known
    return all(p.shape == SHAPE and np.abs(p - start).max() > FAR for p in known)


def _first_move(trial: Trial) -> np.ndarray | None:
    """How far the pixels went, where one step was asked for; without those that were clipped."""
    start = _path(trial.case)[0]
    if trial.case.facts["num_iterations"] > 1 or trial.values["image"].shape != start.shape:
        return None
    move = np.abs(trial.values["image"] - start)
    return move[(move > 0) & ~_at_the_end(trial.values["image"])]


def _at_the_end(picture: np.ndarray) -> np.ndarray:
    return (picture < LOW + 1e-3) | (picture > HIGH - 1e-3)


def _another_rate(trials: Trials, _: Trials) -> bool:
    """Adam's first step moves every pixel by the learning rate: here, by another number."""
    move = _first_move(trials[0]) if trials[0].values else None
    rate = trials[0].case.keywords["learning_rate"]
    return (
        move is not None
        and move.size > 0
        and bool(np.allclose(move, move[0], rtol=0.01, atol=1e-4))
        and not np.isclose(move[0], rate, rtol=0.01)
    )


def _mean_added(trial: Trial, want: Trial) -> bool:
    """Whether the result is the right picture as a screen shows it, whole numbers or not."""
    shown = want.values["image"] + MEAN
    got = trial.values["image"]
    return got.size == shown.size and np.allclose(got.reshape(SHAPE), shown, atol=1)


def _differs(name: str) -> Rule:
    """Recognise a finished run in which this value is wrong in some case."""

    def rule(trials: Trials, expected: Trials) -> bool:
        if not all(trial.values for trial in trials):
            return False
        pairs = zip(trials, expected, strict=True)
        return any(not same(trial.values[name], want.values[name]) for trial, want in pairs)

    return rule


LOOP_MISTAKES = (
    Mistake(
        "no_variable",
        "an array goes where train_step needs a tf.Variable: an array has no gradient, and "
        "nothing can be assigned to it.",
        "the first argument of train_step",
        "what can be changed in place, and how is it made from `start`?",
        rule=stopped_with(Exception, "'numpy.ndarray' object has no attribute"),
    ),
    Mistake(
        "variable_in_loop",
        "the optimizer meets a variable that it does not know: a new one is made in each step.",
        "the line that makes the tf.Variable: inside the loop, or before it?",
        "how many pictures are painted here?",
        rule=stopped_with(Exception, "Unknown variable"),
    ),
    Mistake(
        "callback_not_optional",
        "without a callback, your function stops with {error_type}: {error_text}.",
        "the line that calls the callback",
        "callback may be None. When should it be called?",
        rule=lambda trials, _: bool(
            isinstance(trials[0].error, TypeError)
            and trials[0].entered
            and all(trial.values for trial in trials[1:])
        ),
        credit=0.5,
    ),
    Mistake(
        "mean_added",
        "the picture is right, but the mean is added to it already: it is a picture for the "
        "screen, and expected is network input.",
        "what happens between the loop and `return`",
        "what shall be returned, the array that you optimised or a picture to be saved?",
        rule=in_every_trial(_mean_added),
        credit=0.5,
    ),
    Mistake(
        "returns_start",
        "your function returns the start: nothing was painted on it.",
        "the line with `return`, and the variable that train_step works on",
        "which object do the steps change, and which one do you return?",
        rule=_took(lambda n: 0),
        credit=0.0,
    ),
    Mistake(
        "start_ignored",
        "the picture does not begin at `start`: already the first one is far away from it.",
        "the line that makes the tf.Variable",
        "what is the variable filled with at the beginning?",
        rule=in_every_trial(_begins_elsewhere),
        credit=0.5,
    ),
    Mistake(
        "new_optimizer_each_step",
        "a new optimizer is made in every step. Adam remembers the past steps; a new one has "
        "nothing to remember.",
        "the line that makes the optimizer: inside the loop, or before it?",
        "how many optimizers does one picture need?",
        rule=_took(lambda n: n, anew=True),
        credit=0.5,
    ),
    Mistake(
        "one_step_too_many",
        "your loop takes one step too many.",
        "the range of the loop",
        "how many numbers are in range(n), and how many in range(n + 1)?",
        rule=_took(lambda n: n + 1),
        credit=0.5,
    ),
    Mistake(
        "one_step_too_few",
        "your loop takes one step too few.",
        "the range of the loop, or the picture that is returned: one kept from before a step?",
        "how many numbers are in range(1, n)?",
        rule=_took(lambda n: n - 1),
        credit=0.5,
    ),
    Mistake(
        "one_step_only",
        "your result is the picture after one step only. Either the loop ends after its first "
        "turn, or each turn begins at the start again.",
        "the indentation of `return`, and the line that makes the tf.Variable",
        "what has to live through all the turns, and stand before the loop?",
        rule=_took(lambda n: 1),
        credit=0.5,
    ),
    Mistake(
        "other_number_of_steps",
        "your loop takes another number of steps than num_iterations.",
        "the range of the loop",
        "how often does train_step run for num_iterations=5 and every=2?",
        rule=_took_other_steps,
        credit=0.5,
    ),
    Mistake(
        "learning_rate_ignored",
        "in the first step a pixel moves by {moved}, expected {learning_rate}. Either the "
        "optimizer does not get learning_rate, or it is not Adam.",
        "the line that makes the optimizer",
        "which optimizer is it, and what stands in its brackets?",
        rule=_another_rate,
        credit=0.5,
    ),
    Mistake(
        "another_optimizer",
        "the pixels do not move as Adam moves them. Plain gradient descent (SGD) moves them so: "
        "each by its gradient, and not by the same stride.",
        "the line that makes the optimizer",
        "which optimizer does the exercise ask for?",
        rule=_took(lambda n: n, make=tf.keras.optimizers.SGD),
        credit=0.5,
    ),
    Mistake(
        "callback_wants_progress",
        "the callback was given something other than one Progress.",
        "the line that calls the callback",
        "which fields does a Progress have, and in which order?",
        rule=lambda trials, _: any(trial.details.get("told_otherwise") for trial in trials),
        credit=0.5,
    ),
    Mistake(
        "never_reports",
        "the callback was never called, so nobody sees the picture emerge.",
        "inside the loop, after train_step",
        "in which steps is `step % every == 0` true?",
        rule=in_every_trial(lambda trial, _: not trial.values["steps"].size),
        credit=0.5,
    ),
    Mistake(
        "reports_wrong_steps",
        "the callback was not called at the steps 0, every, 2·every, …: for every={every} and "
        "{num_iterations} steps.",
        "the condition before the callback, and the step that it is told",
        "for every=2, which steps should be reported, and which ones are?",
        rule=_differs("steps"),
        credit=0.5,
    ),
    Mistake(
        "reports_wrong_cost",
        "the J that you report is not the total cost of the picture at that step: {got}, expected "
        "{want}.",
        "the line that makes the Progress",
        "in which order does Progress take J, J_content and J_style?",
        rule=_differs("J"),
        credit=0.5,
    ),
    Mistake(
        "picture_and_costs_apart",
        "the reported picture is not the one whose costs are reported.",
        "when the reported picture is copied: before or after train_step?",
        "train_step returns the costs of the picture as it was before the step. Which picture is "
        "that?",
        rule=_differs("reported"),
        credit=0.5,
    ),
    Mistake(
        "start_changed",
        "the array `start` itself was changed. Whoever calls your function may still need it.",
        "lines that write into `start`, such as `start += …`",
        "does your variable hold a copy of the start?",
        rule=in_every_trial(lambda trial, _: not trial.values["start_kept"]),
        credit=0.5,
    ),
)

EXERCISES = (
    Exercise(
        "model_nn",
        optimize.model_nn,
        (_loop_case(1, 1, 3.0, callback=None), _loop_case(5, 2, 2.0), _loop_case(4, 1, 5.0)),
        LOOP_MISTAKES,
        _observe_loop,
        todo="make a variable and an optimizer, call train_step in a loop, return the picture.",
        words={
            "image": "a pixel of your picture",
            "steps": "the list of reported steps",
            "J": "a reported J",
            "reported": "a pixel of a reported picture",
        },
        points=6,
    ),
)
