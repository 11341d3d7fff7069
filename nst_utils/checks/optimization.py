"""Notebook 06: one step of the optimisation, and the loop.

Both are tried on a toy network. It has the interface of the real one, runs in milliseconds, and
records what is done to it.
"""

from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np
import tensorflow as tf

from nst_utils import optimize
from nst_utils.checks.core import Case, Exercise, Function, Mistake, Trial, kind, same
from nst_utils.config import CONTENT_LAYER
from nst_utils.images import displayable_range
from nst_utils.optimize import Progress

SHAPE = (1, 6, 10, 3)
LEARNING_RATE = 2.0
STEPS = 3


class ToyModel:
    """Six layers that mix the colours of each pixel, with the interface of `VGGModel`."""

    layer_names = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")

    def __init__(self, seed: int = 0):
        rng = np.random.default_rng(seed)
        # Not the mean of ImageNet: a clip to a range written down from memory must show.
        self.mean = np.array([110.0, 100.0, 90.0], np.float32).reshape(1, 1, 1, 3)
        self.trainable_variables = [
            tf.Variable(rng.normal(0, 0.1, (1, 1, 3, 4)), dtype=tf.float32)
            for _ in self.layer_names
        ]

    def __call__(self, image: tf.Tensor, layers: Sequence[str] | None = None) -> dict:
        """Compute the activations of the named layers."""
        image = tf.convert_to_tensor(image)
        return {
            name: tf.nn.softplus(tf.nn.conv2d(image, kernel, 1, "SAME"))
            for name, kernel in zip(self.layer_names, self.trainable_variables, strict=True)
            if layers is None or name in layers
        }


def _picture(seed: int) -> np.ndarray:
    """Make a picture whose pixels partly lie at the ends of the displayable range."""
    low, high = displayable_range(ToyModel().mean)
    rng = np.random.default_rng(seed)
    return np.clip(rng.uniform(low - 60, high + 60, SHAPE), low, high).astype(np.float32)


# --- train_step(image, model, a_C, a_S, optimizer, alpha, beta) --------------------------------


def _step_case(targets: int, **weights: float) -> Case:
    def arguments() -> tuple:
        model = ToyModel()
        a_C = model(_picture(targets))[CONTENT_LAYER]
        a_S = model(_picture(targets + 1))
        optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
        return tf.Variable(_picture(0)), model, a_C, a_S, optimizer

    return Case(arguments, keywords=weights)


def _observe_steps(function: Function, case: Case) -> Trial:
    """Take a few steps, and record the costs, the pictures, and what else was moved."""
    image, model, a_C, a_S, optimizer = case.arguments()
    weights = [variable.numpy() for variable in model.trainable_variables]
    costs, pictures = [], [image.numpy()]
    with mock.patch.object(tf, "clip_by_value", wraps=tf.clip_by_value) as clip:
        for _ in range(STEPS):
            returned = function(image, model, a_C, a_S, optimizer, **case.keywords)
            problem = _not_three_costs(case, returned)
            if problem is not None:
                return problem
            costs.append([float(cost) for cost in returned])
            pictures.append(image.numpy())
    values = {
        "costs": np.array(costs),
        "pictures": np.array(pictures, np.float64),
        "optimizer_steps": np.array(float(optimizer.iterations)),
        "weights_moved": np.array(
            [
                float(not np.array_equal(before, variable.numpy()))
                for before, variable in zip(weights, model.trainable_variables, strict=True)
            ]
        ),
    }
    return Trial(case, values, details={"clip_called": clip.called, "low_high": _range()})


def _range() -> tuple[np.ndarray, np.ndarray]:
    return displayable_range(ToyModel().mean)


def _not_three_costs(case: Case, returned: Any) -> Trial | None:
    if returned is None:
        return Trial(case, problem="returns_none")
    if isinstance(returned, tuple | list) and len(returned) == 3:
        return None
    details = {"got_type": kind(returned), "want_type": "the three costs (J, J_content, J_style)"}
    return Trial(case, problem="wrong_type", details=details)


Trials = Sequence[Trial]


def _pictures(trial: Trial) -> np.ndarray:
    return trial.values["pictures"]


def _every(predicate: Callable[[Trial, Trial], bool]) -> Callable[[Trials, Trials], bool]:
    """Make a rule that asks something of every trial and its right counterpart."""

    def rule(trials: Trials, expected: Trials) -> bool:
        pairs = zip(trials, expected, strict=True)
        return all(trial.values and predicate(trial, want) for trial, want in pairs)

    return rule


def _no_gradient(trials: Trials, _: Trials) -> bool:
    """Keras and TensorFlow say it in several ways, all of which mean that a gradient is None."""
    phrases = ("No gradients provided", "None values not supported", "NoneType", "gradient")
    return any(
        isinstance(trial.error, ValueError | TypeError | AttributeError)
        and any(phrase in str(trial.error) for phrase in phrases)
        for trial in trials
    )


def _unmoved(trial: Trial, _: Trial) -> bool:
    return bool(np.array_equal(_pictures(trial)[0], _pictures(trial)[-1]))


def _beyond_range(picture: np.ndarray) -> bool:
    low, high = _range()
    return bool((picture < low - 1e-3).any() or (picture > high + 1e-3).any())


def _leaves_range(trial: Trial) -> bool:
    return any(map(_beyond_range, _pictures(trial)))


def _first_move_agrees(trial: Trial, want: Trial) -> bool:
    """Whether the first step was right but for what clipping does."""
    low, high = _range()
    return np.allclose(np.clip(_pictures(trial)[1], low, high), _pictures(want)[1], atol=0.05)


def _drift(trial: Trial) -> float:
    """How far the last picture lies beyond the displayable range, in grey levels."""
    low, high = _range()
    last = _pictures(trial)[-1]
    return float(max((low - last).max(), (last - high).max()))


def _never_clipped(trial: Trial, want: Trial) -> bool:
    # Unclipped, the excess adds up over the steps; clipped too early, it is that of one step.
    return _first_move_agrees(trial, want) and _drift(trial) > 1.2 * LEARNING_RATE


def _ignores_targets(trials: Trials, _: Trials) -> bool:
    """The first two cases differ in their targets alone: so must the costs."""
    first, second = trials[:2]
    return bool(
        first.values and second.values and same(first.values["costs"], second.values["costs"])
    )


def _ignores_weights(trials: Trials, _: Trials) -> bool:
    """The last case differs from the first in α and β alone."""
    first, last = trials[0], trials[-1]
    return bool(
        first.values
        and last.values
        and np.isclose(first.values["costs"][0, 0], last.values["costs"][0, 0], rtol=1e-4)
    )


STEP_MISTAKES = (
    Mistake(
        "no_gradient",
        "the gradient is None: the tape saw no path from J to the image.",
        "what stands inside `with tf.GradientTape() as tape:`, and what is computed before it",
        "the tape records only what happens inside its block. Which call makes a_G from the image, "
        "and where does it stand? Is each step after it one of TensorFlow's?",
        rule=_no_gradient,
    ),
    Mistake(
        "network_trained",
        "the network itself was changed: its weights moved.",
        "the list of variables whose gradient you take and apply",
        "in style transfer one thing alone is painted. Which?",
        rule=_every(lambda trial, _: trial.values["weights_moved"].any()),
    ),
    Mistake(
        "image_rebound",
        "the picture that was handed to you has not changed after the step.",
        "a line that begins with `image = …`",
        "`image = …` gives the name to a new tensor; the variable outside stays as it was. Which "
        "method writes into a variable?",
        rule=_every(_unmoved),
    ),
    Mistake(
        "targets_from_globals",
        "your costs are the same for two different pairs of pictures: the targets are not those "
        "that were handed to the function.",
        "names in your function that are not among its arguments",
        "which activations does your function compare with, and where do they come from?",
        rule=_ignores_targets,
    ),
    Mistake(
        "weights_not_passed_on",
        "other values of alpha and beta do not change J.",
        "the call of total_cost",
        "does it get the alpha and beta that your function got?",
        rule=_ignores_weights,
    ),
    Mistake(
        "new_optimizer_each_step",
        "the optimizer that was handed to you took no step. Adam remembers the past steps; a new "
        "one in each step has nothing to remember.",
        "where the optimizer is made, or what is used in its place",
        "which argument of your function already is an optimizer?",
        rule=_every(lambda trial, _: not trial.values["optimizer_steps"]),
    ),
    Mistake(
        "ascent",
        "the picture moves the wrong way: every step makes the cost larger.",
        "the sign of the gradient, or of J",
        "the gradient points uphill. Keras' optimisers already walk against it. Do you turn it "
        "round once more?",
        rule=_every(
            lambda trial, want: (
                not _first_move_agrees(trial, want)
                and np.allclose(
                    np.sign(np.diff(_pictures(trial)[:2], axis=0)).sum(),
                    -np.sign(np.diff(_pictures(want)[:2], axis=0)).sum(),
                    atol=SHAPE[1] * SHAPE[2],
                )
                and trial.values["costs"][-1, 0] > trial.values["costs"][0, 0]
            )
        ),
    ),
    Mistake(
        "clip_not_assigned",
        "the picture leaves the displayable range, although a clipped one is computed: it is not "
        "written back.",
        "the line with tf.clip_by_value",
        "tf.clip_by_value returns a new tensor. Which method of the variable takes it over?",
        rule=_every(
            lambda trial, want: trial.details["clip_called"] and _never_clipped(trial, want)
        ),
    ),
    Mistake(
        "no_clip",
        "the picture leaves the displayable range: after the step nothing brings it back.",
        "after optimizer.apply_gradients",
        "which colours can a screen show, and where do they lie once the mean is subtracted?",
        rule=_every(_never_clipped),
    ),
    Mistake(
        "clip_before_step",
        "the picture is clipped before the step, and leaves the range in the step.",
        "the order of apply_gradients and the clipping",
        "which of the two must have the last word?",
        rule=_every(lambda trial, want: _first_move_agrees(trial, want) and _leaves_range(trial)),
    ),
    Mistake(
        "wrong_range",
        "the picture is clipped to the wrong range. The network's input is RGB minus the mean: "
        "colours 0 to 255 lie at −mean to 255 − mean there.",
        "the two limits of the clipping",
        "what is black, (0, 0, 0), once the mean is subtracted? displayable_range(model.mean) "
        "knows both ends.",
        rule=_every(
            lambda trial, want: (
                same(trial.values["costs"][0], want.values["costs"][0])
                and not _first_move_agrees(trial, want)
                and np.abs(_pictures(trial)[1] - _pictures(want)[1]).max() > 2 * LEARNING_RATE
            )
        ),
    ),
    Mistake(
        "costs_after_step",
        "the picture is right, but the costs you return are those after the step.",
        "what is returned, and when it was computed",
        "the tape computed J already. Why compute it again?",
        rule=_every(
            lambda trial, want: (
                same(_pictures(trial), _pictures(want))
                and np.allclose(trial.values["costs"][:-1], want.values["costs"][1:], rtol=1e-3)
            )
        ),
    ),
    Mistake(
        "costs_in_wrong_order",
        "the three costs are right, and returned in another order than (J, J_content, J_style).",
        "the line with `return`",
        "which of the three is the largest here, and where does it stand?",
        rule=_every(
            lambda trial, want: (
                same(np.sort(trial.values["costs"], axis=1), np.sort(want.values["costs"], axis=1))
                and not same(trial.values["costs"], want.values["costs"])
            )
        ),
    ),
)

# --- model_nn(model, start, a_C, a_S, …) -------------------------------------------------------


def _loop_case(num_iterations: int, every: int, learning_rate: float) -> Case:
    def arguments() -> tuple:
        model = ToyModel()
        a_C = model(_picture(2))[CONTENT_LAYER]
        return model, _picture(1), a_C, model(_picture(3))

    keywords = {"every": every, "learning_rate": learning_rate}
    return Case(arguments, {"num_iterations": num_iterations}, keywords)


def _observe_loop(function: Function, case: Case) -> Trial:
    """Run the loop, and record the result and what the callback was told."""
    model, start, a_C, a_S = case.arguments()
    before = start.copy()
    told: list[Progress] = []
    image = function(
        model,
        start,
        a_C,
        a_S,
        num_iterations=case.facts["num_iterations"],
        callback=told.append,
        **case.keywords,
    )
    if image is None:
        return Trial(case, problem="returns_none")
    try:
        image = np.asarray(image, np.float64)
    except (TypeError, ValueError):
        details = {"got_type": kind(image), "want_type": "the finished picture"}
        return Trial(case, problem="wrong_type", details=details)
    values = {
        "image": image,
        "steps": np.array([p.step for p in told if p.step < case.facts["num_iterations"]], float),
        "start_kept": np.array(float(np.array_equal(before, start))),
        "J": np.array([p.J for p in told if p.step < case.facts["num_iterations"]], float),
    }
    return Trial(case, values)


def _loop(
    first: Callable[[np.ndarray], Any] = lambda start: start,
    extra: int = 0,
    new_optimizer: bool = False,
    learning_rate: float | None = None,
    result: Callable[[Any, np.ndarray], Any] = lambda image, start: image.numpy(),
    report: Callable[[int, int], bool] = lambda step, every: step % every == 0,
) -> Function:
    """Make a wrong `model_nn` that departs from the right one in one respect."""

    def model_nn(
        model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
    ):
        rate = fixed_rate or learning_rate
        image, optimizer = tf.Variable(first(start)), tf.keras.optimizers.Adam(rate)
        for step in range(num_iterations + extra):
            if new_optimizer:
                optimizer = tf.keras.optimizers.Adam(rate)
            picture = image.numpy()
            costs = optimize.train_step(image, model, a_C, a_S, optimizer)
            if callback and report(step, every):
                callback(Progress(step, picture, *map(float, costs), seconds=0.0))
        return result(image, start)

    fixed_rate = learning_rate
    return model_nn


LOOP_MISTAKES = (
    Mistake(
        "returns_start",
        "your function returns the start: nothing was painted on it.",
        "the line with `return`, and the variable that train_step works on",
        "which object do the steps change, and which one do you return?",
        wrong=_loop(result=lambda image, start: start),
        rule=_every(lambda trial, _: same(trial.values["image"], _picture(1).astype(np.float64))),
    ),
    Mistake(
        "start_ignored",
        "the picture does not begin at `start`: already the first cost is another.",
        "the line that makes the tf.Variable",
        "what is the variable filled with at the beginning?",
        wrong=(
            _loop(first=np.zeros_like),
            _loop(first=np.ones_like),
        ),
        rule=_every(
            lambda trial, want: (
                trial.values["J"].size > 0
                and not np.isclose(trial.values["J"][0], want.values["J"][0], rtol=1e-3)
                and not any(np.isclose(trial.values["J"][0], want.values["J"][1:], rtol=1e-3))
            )
        ),
    ),
    Mistake(
        "new_optimizer_each_step",
        "a new optimizer is made in every step. Adam remembers the past steps; a new one has "
        "nothing to remember.",
        "the line that makes the optimizer: inside the loop, or before it?",
        "how many optimizers does one picture need?",
        wrong=_loop(new_optimizer=True),
    ),
    Mistake(
        "one_step_too_many",
        "your loop takes one step too many.",
        "the range of the loop",
        "how many numbers are in range(n), and how many in range(n + 1)?",
        wrong=_loop(extra=1),
    ),
    Mistake(
        "one_step_too_few",
        "your loop takes one step too few.",
        "the range of the loop, or a return inside it",
        "how many numbers are in range(1, n)?",
        wrong=_loop(extra=-1),
    ),
    Mistake(
        "returns_inside_loop",
        "your loop takes one step only.",
        "the indentation of `return`",
        "how often does the loop run before `return` is reached?",
        rule=_every(
            lambda trial, want: (
                trial.case.facts["num_iterations"] > 1
                and np.abs(trial.values["image"] - _picture(1)).max()
                <= 1.01 * trial.case.keywords["learning_rate"]
            )
        ),
    ),
    Mistake(
        "learning_rate_ignored",
        "another learning_rate does not change your result.",
        "the line that makes the optimizer",
        "which learning rate does it get?",
        wrong=(_loop(learning_rate=2.0), _loop(learning_rate=0.001)),
    ),
    Mistake(
        "never_reports",
        "the callback was never called, so nobody sees the picture emerge.",
        "inside the loop, after train_step",
        "in which steps is `step % every == 0` true?",
        rule=_every(lambda trial, want: not trial.values["steps"].size),
    ),
    Mistake(
        "reports_wrong_steps",
        "the callback was not called at the steps 0, every, 2·every, …",
        "the condition before the callback",
        "for every=2, which steps should be reported, and which ones are?",
        rule=_every(
            lambda trial, want: (
                not same(trial.values["steps"], want.values["steps"])
                and same(trial.values["image"], want.values["image"])
            )
        ),
    ),
    Mistake(
        "start_changed",
        "the array `start` itself was changed. Whoever calls your function may still need it.",
        "the line that makes the tf.Variable",
        "does your variable hold a copy of the start?",
        rule=_every(lambda trial, _: not trial.values["start_kept"]),
    ),
)

EXERCISES = (
    Exercise(
        "train_step",
        optimize.train_step,
        (_step_case(2), _step_case(4), _step_case(2, alpha=1000, beta=1)),
        STEP_MISTAKES,
        _observe_steps,
        todo="compute the costs under a tape, apply the gradient to the image, clip it.",
    ),
    Exercise(
        "model_nn",
        optimize.model_nn,
        (_loop_case(5, 2, 2.0), _loop_case(4, 1, 5.0)),
        LOOP_MISTAKES,
        _observe_loop,
        todo="make a variable and an optimizer, call train_step in a loop, return the picture.",
    ),
)
