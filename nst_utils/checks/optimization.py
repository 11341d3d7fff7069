"""Notebook 06: one step of the optimisation, and what goes wrong with it.

It is tried on a toy network, which has the interface of the real one and runs in milliseconds.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np

from nst_utils import optimize
from nst_utils._quiet import tf
from nst_utils.checks.describe import describe_error, kind
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.inspection import entered
from nst_utils.checks.trials import agree, same
from nst_utils.config import CONTENT_LAYER
from nst_utils.costs import compute_content_cost, compute_style_cost, total_cost
from nst_utils.images import displayable_range

SHAPE = (1, 6, 10, 3)
LEARNING_RATE = 2.0
STEPS = 3
# Not the mean of ImageNet: a clip to a range written down from memory must show.
MEAN = np.array([110.0, 100.0, 90.0], np.float32).reshape(1, 1, 1, 3)
LOW, HIGH = displayable_range(MEAN)


class ToyModel:
    """Six layers that mix the colours of each pixel, with the interface of `VGGModel`."""

    layer_names = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")

    def __init__(self, seed: int = 0):
        rng = np.random.default_rng(seed)
        self.mean = MEAN
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


def make_picture(seed: int) -> np.ndarray:
    """Make a picture whose pixels partly lie at the ends of the displayable range."""
    rng = np.random.default_rng(seed)
    return np.clip(rng.uniform(LOW - 60, HIGH + 60, SHAPE), LOW, HIGH).astype(np.float32)


def _step_case(targets: int, **weights: float) -> Case:
    def arguments() -> tuple:
        model = ToyModel()
        a_C = model(make_picture(targets))[CONTENT_LAYER]
        a_S = model(make_picture(targets + 1))
        image, optimizer = tf.Variable(make_picture(0)), tf.keras.optimizers.Adam(LEARNING_RATE)
        # Inside @tf.function, an optimizer may make its variables only in the very first call.
        optimizer.build([image])
        return image, model, a_C, a_S, optimizer

    return Case(arguments, keywords=weights)


@dataclass
class _Seen:
    """What a step did on its way, whether or not it came to an end.

    The methods wrap a function in one that does the same and takes note.

    Attributes:
        image: the picture.
        gradient_lost: whether a gradient was None, or asked of what is no tensor.
        not_pairs: whether the optimizer was given something other than a list of pairs.
        applied_to: the variables that the optimizer was to move.
        limits: the two limits of each clipping of the picture.
    """

    image: tf.Variable
    gradient_lost: bool = False
    not_pairs: bool = False
    applied_to: list[tf.Variable] = field(default_factory=list)
    limits: list[Sequence] = field(default_factory=list)

    def gradient(self, true_gradient: Function) -> Function:
        """Wrap GradientTape.gradient."""

        def gradient(tape: tf.GradientTape, target: Any, *arguments: Any, **options: Any) -> Any:
            self.gradient_lost |= not all(map(tf.is_tensor, tf.nest.flatten(target)))
            found = true_gradient(tape, target, *arguments, **options)
            self.gradient_lost |= any(part is None for part in tf.nest.flatten(found))
            return found

        return _as_it_is(gradient)

    def applied(self, true_apply: Function) -> Function:
        """Wrap optimizer.apply_gradients."""

        def apply_gradients(grads_and_vars: Any, *arguments: Any, **options: Any) -> Any:
            pairs = list(grads_and_vars)
            self.not_pairs |= not all(map(_is_pair, pairs))
            self.applied_to += [pair[1] for pair in pairs if _is_pair(pair)]
            return true_apply(pairs, *arguments, **options)

        return _as_it_is(apply_gradients)

    def clipped(self, true_clip: Function) -> Function:
        """Wrap tf.clip_by_value or np.clip."""

        def clip(*arguments: Any, **options: Any) -> Any:
            values = (*arguments, *options.values())
            if len(values) > 2 and _shows(values[0], self.image):
                self.limits.append(values[1:3])
            return true_clip(*arguments, **options)

        return _as_it_is(clip)


_as_it_is = tf.autograph.experimental.do_not_convert
"""Keeps TensorFlow from rewriting the wrappers where a student's step is a @tf.function."""


@contextmanager
def _listening(image: tf.Variable, optimizer: tf.keras.optimizers.Optimizer) -> Iterator[_Seen]:
    """Listen to the calls that a step makes."""
    seen = _Seen(image)
    with (
        mock.patch.object(tf.GradientTape, "gradient", seen.gradient(tf.GradientTape.gradient)),
        mock.patch.object(optimizer, "apply_gradients", seen.applied(optimizer.apply_gradients)),
        mock.patch.object(tf, "clip_by_value", seen.clipped(tf.clip_by_value)),
        mock.patch.object(np, "clip", seen.clipped(np.clip)),
    ):
        yield seen


def _is_pair(pair: Any) -> bool:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        return False
    gradient, variable = pair
    return (gradient is None or tf.is_tensor(gradient)) and isinstance(variable, tf.Variable)


def _shows(clipped: Any, image: tf.Variable) -> bool:
    """Whether it is the picture that is clipped, and not a gradient."""
    try:
        return clipped is image or np.array_equal(np.asarray(clipped), image)
    except NotImplementedError:  # a tensor without a value, inside @tf.function
        return True


def _observe_steps(function: Function, case: Case) -> Trial:
    """Take a few steps, and record the costs, the pictures, and what else was moved."""
    image, model, a_C, a_S, optimizer = case.arguments()
    weights = [variable.numpy() for variable in model.trainable_variables]
    costs, pictures, details = [], [image.numpy()], {"outside": _tensors_from_outside(function)}
    with _listening(image, optimizer) as details["seen"]:
        for _ in range(STEPS):
            try:
                returned = function(image, model, a_C, a_S, optimizer, **case.keywords)
            except Exception as error:
                details |= _what_moved(pictures[0], image, model, weights, details["seen"])
                return Trial(case, error=error, entered=entered(function, error), details=details)
            costs.append(_three_numbers(returned))
            if costs[-1] is None:
                return _not_three_costs(case, returned)
            pictures.append(image.numpy())
    details |= _what_moved(pictures[0], image, model, weights, details["seen"])
    values = {
        "costs": np.array(costs),
        "pictures": np.array(pictures, np.float64),
        "optimizer_steps": np.array(float(optimizer.iterations)),
        "network_moved": np.array(float(details["network_moved"])),
    }
    details |= {"optimizer_steps": int(optimizer.iterations), "calls": STEPS}
    return Trial(case, values, details=details)


def _what_moved(
    start: np.ndarray,
    image: tf.Variable,
    model: ToyModel,
    weights: Sequence[np.ndarray],
    seen: _Seen,
) -> dict[str, bool]:
    """Look for changes of the picture and of the network, done or asked for."""
    kernels = model.trainable_variables
    changed = not all(map(np.array_equal, weights, kernels))
    asked = any(variable is kernel for variable in seen.applied_to for kernel in kernels)
    return {
        "network_moved": changed or asked,
        "unmoved": np.array_equal(start, image),
        "copy_moved": any(variable is not image for variable in seen.applied_to),
    }


def _tensors_from_outside(function: Function) -> str:
    """Name the tensors that a function uses and that are not among its arguments."""
    try:
        found = inspect.getclosurevars(inspect.unwrap(function))
    except TypeError:  # not a Python function: nothing can be said
        return ""
    names = {**found.globals, **found.nonlocals}
    return ", ".join(name for name, value in names.items() if _holds_tensors(value))


def _holds_tensors(value: Any) -> bool:
    values = value.values() if isinstance(value, Mapping) else [value]
    return any(isinstance(item, tf.Tensor | tf.Variable | np.ndarray) for item in values)


def _three_numbers(returned: Any) -> np.ndarray | None:
    """Make an array of the three costs; None where that is not what was returned."""
    try:
        numbers = np.array([float(cost) for cost in returned])
    except (TypeError, ValueError):
        return None
    return numbers if numbers.shape == (3,) else None


def _not_three_costs(case: Case, returned: Any) -> Trial:
    if returned is None:
        return Trial(case, problem="returns_none")
    want = "the three costs (J, J_content, J_style), each of them a number"
    return Trial(
        case, problem="wrong_type", details={"got_type": kind(returned), "want_type": want}
    )


Trials = Sequence[Trial]


def _pictures(trial: Trial) -> np.ndarray:
    return trial.values["pictures"]


def _costs(trial: Trial) -> np.ndarray:
    """J, J_content and J_style of the first picture, which is the same in every trial."""
    return trial.values["costs"][0]


def in_every_trial(predicate: Callable[[Trial, Trial], bool]) -> Rule:
    """Make a rule that asks something of every trial and its right counterpart."""

    def rule(trials: Trials, expected: Trials) -> bool:
        pairs = zip(trials, expected, strict=True)
        return all(trial.values and predicate(trial, want) for trial, want in pairs)

    return rule


def _wherever_wrong(predicate: Callable[[Trial, Trial], bool]) -> Rule:
    """Make a rule for mistakes that need not show in every trial: the others must be right."""

    def rule(trials: Trials, expected: Trials) -> bool:
        wrong = [
            pair for pair in zip(trials, expected, strict=True) if not agree(pair[:1], pair[1:])
        ]
        return bool(wrong) and all(trial.values and predicate(trial, want) for trial, want in wrong)

    return rule


def _saw(predicate: Callable[[Trial], Any]) -> Rule:
    """Make a rule that asks something of what every trial saw, finished or not."""
    return lambda trials, _: all("seen" in t.details and predicate(t) for t in trials)


def _lost_the_gradient(trial: Trial) -> bool:
    return trial.details["seen"].gradient_lost and (trial.error or trial.details["unmoved"])


def _moved_another(trial: Trial) -> bool:
    return trial.details["unmoved"] and (not trial.error or trial.details["copy_moved"])


def _array(value: Any) -> np.ndarray:
    """Make an array of a limit; NaN where it has no value yet, as inside @tf.function."""
    try:
        return np.asarray(value, np.float32)
    except (TypeError, ValueError, NotImplementedError):
        return np.array(np.nan, np.float32)


def _beyond_range(picture: np.ndarray) -> bool:
    return bool((picture < LOW - 1e-3).any() or (picture > HIGH + 1e-3).any())


def _leaves_range(trial: Trial) -> bool:
    return any(map(_beyond_range, _pictures(trial)))


def _first_move_agrees(trial: Trial, want: Trial) -> bool:
    """Whether the first step was right but for what clipping does."""
    return np.allclose(np.clip(_pictures(trial)[1], LOW, HIGH), _pictures(want)[1], atol=0.05)


def _drift(trial: Trial) -> float:
    """How far the last picture lies beyond the displayable range, in grey levels."""
    last = _pictures(trial)[-1]
    return float(max((LOW - last).max(), (last - HIGH).max()))


def _never_clipped(trial: Trial, want: Trial) -> bool:
    # Unclipped, the excess adds up over the steps; clipped too early, it is that of one step.
    return _first_move_agrees(trial, want) and _drift(trial) > 1.2 * LEARNING_RATE


def _ignores_targets(trials: Trials, _: Trials) -> bool:
    """The first two cases differ in their targets alone: so must J_content and J_style."""
    first, second = trials[:2]
    if first.values and second.values:
        equal = np.isclose(_costs(first), _costs(second), rtol=1e-4) & (_costs(first) != 0)
        return bool(equal.any())
    # Targets from outside have the shapes of other pictures, and do not fit the toy network.
    return (
        bool(first.details.get("outside")) and "shape" in describe_error(first.error)["error_text"]
    )


def _ignores_weights(trials: Trials, _: Trials) -> bool:
    """The last case differs from the first in α and β alone."""
    first, last = trials[0], trials[-1]
    return bool(
        first.values and last.values and np.isclose(_costs(first)[0], _costs(last)[0], rtol=1e-4)
    )


def _right_parts(*right: bool) -> Callable[[Trial, Trial], bool]:
    """Ask whether just these of J, J_content and J_style are right, at the first picture."""

    def predicate(trial: Trial, want: Trial) -> bool:
        return np.array_equal(np.isclose(_costs(trial), _costs(want), rtol=1e-3), right)

    return predicate


def _weights_exchanged(trial: Trial, want: Trial) -> bool:
    J, J_content, J_style = _costs(trial)
    alpha, beta = _weight(trial, "alpha", 10), _weight(trial, "beta", 40)
    exchanged = total_cost(J_content, J_style, alpha=beta, beta=alpha)
    return _right_parts(False, True, True)(trial, want) and np.isclose(J, exchanged, rtol=1e-3)


def _weighted(trial: Trial, want: Trial) -> bool:
    J, J_content, J_style = _costs(want)
    weighted = J, _weight(trial, "alpha", 10) * J_content, _weight(trial, "beta", 40) * J_style
    return same(_costs(trial), np.array(weighted)) and not same(_costs(trial), _costs(want))


def _weight(trial: Trial, name: str, default: float) -> float:
    return trial.case.keywords.get(name, default)


def _goes_uphill(trial: Trial, want: Trial) -> bool:
    """Whether the pixels that are free to move go the opposite way in the first step."""
    first, right = (np.sign(np.diff(_pictures(t)[:2], axis=0)) for t in (trial, want))
    both = (first != 0) & (right != 0)
    return bool(both.any()) and (first * right)[both].mean() < -0.8


def _clipped_wrongly(trial: Trial, want: Trial) -> bool:
    # Too wide a range can be seen only in the call; too narrow a one, only in the picture.
    too_wide = _leaves_range(trial) and any(
        _kept_between(_pictures(trial)[1:], _array(low), _array(high))
        for low, high in trial.details["seen"].limits
    )
    moved_far = np.abs(_pictures(trial)[1] - _pictures(want)[1]).max() > 2 * LEARNING_RATE
    too_narrow = not _first_move_agrees(trial, want) and moved_far
    return too_wide or (same(_costs(trial), _costs(want)) and too_narrow)


def _kept_between(pictures: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    """Whether the pictures really were clipped to these limits; False where one is unknown."""
    return bool((pictures >= low - 1e-3).all() and (pictures <= high + 1e-3).all())


def _step(lower: int) -> Function:
    """Make a wrong step that lowers J_content (1) or J_style (2) in place of J (0)."""

    def train_step(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
        with tf.GradientTape() as tape:
            a_G = model(image)
            J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
            J_style = compute_style_cost(a_S, a_G)
            costs = total_cost(J_content, J_style, alpha, beta), J_content, J_style
        optimizer.apply_gradients([(tape.gradient(costs[lower], image), image)])
        image.assign(tf.clip_by_value(image, *displayable_range(model.mean)))
        return costs

    return train_step


STEP_MISTAKES = (
    Mistake(
        "no_gradient",
        "the gradient is None: the tape saw no path from J to the image.",
        "what stands inside `with tf.GradientTape() as tape:`, and what is computed before it",
        "the tape records only what happens inside its block. Which call makes a_G from the image, "
        "and where does it stand? Is each step after it one of TensorFlow's?",
        rule=_saw(_lost_the_gradient),
        credit=0.5,
    ),
    Mistake(
        "not_pairs",
        "optimizer.apply_gradients was not given what it wants, a list of pairs: "
        "(gradient, variable).",
        "the line with apply_gradients",
        "you have one gradient and one variable. What does a list with one pair look like?",
        rule=_saw(lambda trial: trial.error and trial.details["seen"].not_pairs),
        credit=0.5,
    ),
    Mistake(
        "network_trained",
        "the network itself was to be changed: its weights are among what the optimizer moves.",
        "the list of variables whose gradient you take and apply",
        "in style transfer one thing alone is painted. Which?",
        rule=_saw(lambda trial: trial.details["network_moved"]),
        credit=0.5,
    ),
    Mistake(
        "image_rebound",
        "the picture that was handed to you has not changed after the step. Either no step was "
        "applied, or it went to another tensor: a line that begins with `image = …` gives the "
        "name to a new one.",
        "apply_gradients, and every line that begins with `image = …`",
        "the variable outside must change. Which method writes into a variable?",
        rule=_saw(_moved_another),
        credit=0.5,
    ),
    Mistake(
        "targets_from_globals",
        "the targets are not those that were handed to the function: for two pairs of pictures "
        "your costs are the same, or the shapes do not fit.",
        "names in your function that are not among its arguments: {outside}",
        "which activations does your function compare with, and where do they come from?",
        rule=_ignores_targets,
        credit=0.5,
    ),
    Mistake(
        "several_steps",
        "the optimizer took {optimizer_steps} steps in {calls} calls of your function.",
        "how often apply_gradients runs in one call",
        "one call is one step. Who does the repeating, in the next exercise?",
        rule=in_every_trial(lambda trial, _: trial.values["optimizer_steps"] > STEPS),
        credit=0.5,
    ),
    Mistake(
        "costs_in_wrong_order",
        "the three costs are right, and returned in another order than (J, J_content, J_style).",
        "the line with `return`",
        "which of the three is the largest here, and where does it stand?",
        rule=in_every_trial(
            lambda trial, want: (
                same(np.sort(_costs(trial)), np.sort(_costs(want)))
                and not same(_costs(trial), _costs(want))
            )
        ),
        credit=0.5,
    ),
    Mistake(
        "costs_weighted",
        "J_content and J_style are returned with their weights; expected the costs themselves.",
        "the line with `return`",
        "where do alpha and beta belong: into the total alone, or into each cost?",
        rule=in_every_trial(_weighted),
        credit=0.5,
    ),
    Mistake(
        "weights_not_passed_on",
        "other values of alpha and beta do not change J.",
        "the call of total_cost",
        "does it get the alpha and beta that your function got?",
        rule=_ignores_weights,
        credit=0.5,
    ),
    Mistake(
        "weights_exchanged",
        "J is what exchanged weights give: alpha and beta have changed places.",
        "the call of total_cost",
        "in which order does total_cost take its arguments?",
        rule=in_every_trial(_weights_exchanged),
        credit=0.5,
    ),
    Mistake(
        "total_wrong",
        "J_content and J_style are right, and J is not the total of the two.",
        "the line that computes J",
        "which function of the last notebook makes one number of the two?",
        rule=in_every_trial(_right_parts(False, True, True)),
        credit=0.5,
    ),
    Mistake(
        "content_wrong",
        "J_style is right, and J_content is not.",
        "the line that computes J_content",
        "from which layer does a_C come, and with which activation of the image do you compare it?",
        rule=in_every_trial(_right_parts(False, False, True)),
        credit=0.5,
    ),
    Mistake(
        "style_wrong",
        "J_content is right, and J_style is not.",
        "the line that computes J_style",
        "which two dictionaries does compute_style_cost take?",
        rule=in_every_trial(_right_parts(False, True, False)),
        credit=0.5,
    ),
    Mistake(
        "new_optimizer_each_step",
        "the optimizer that was handed to you took no step. Adam remembers the past steps; a new "
        "one in each step has nothing to remember, and a step by hand remembers nothing either.",
        "where the optimizer is made, or what is used in its place",
        "which argument of your function already is an optimizer?",
        rule=in_every_trial(lambda trial, _: not trial.values["optimizer_steps"]),
        credit=0.5,
    ),
    Mistake(
        "ascent",
        "the picture moves the wrong way: the step makes the cost larger.",
        "the sign of the gradient, or of J",
        "the gradient points uphill. Keras' optimisers already walk against it. Do you turn it "
        "round once more?",
        rule=in_every_trial(_goes_uphill),
        credit=0.5,
    ),
    Mistake(
        "wrong_range",
        "the picture is clipped to the wrong range. The network's input is RGB minus the mean: "
        "colours 0 to 255 lie at −mean to 255 − mean there.",
        "the two limits of the clipping",
        "what is black, (0, 0, 0), once the mean is subtracted? displayable_range(model.mean) "
        "knows both ends.",
        rule=_wherever_wrong(_clipped_wrongly),
        credit=0.5,
    ),
    Mistake(
        "clip_not_assigned",
        "the picture leaves the displayable range, although a clipped one is computed: it is not "
        "written back.",
        "the line that clips",
        "clipping returns a new tensor. Which method of the variable takes it over?",
        rule=_wherever_wrong(
            lambda trial, want: trial.details["seen"].limits and _never_clipped(trial, want)
        ),
        credit=0.5,
    ),
    Mistake(
        "no_clip",
        "the picture leaves the displayable range: after the step nothing brings it back.",
        "after optimizer.apply_gradients",
        "which colours can a screen show, and where do they lie once the mean is subtracted?",
        rule=_wherever_wrong(_never_clipped),
        credit=0.5,
    ),
    Mistake(
        "clip_before_step",
        "the picture is clipped before the step, and leaves the range in the step.",
        "the order of apply_gradients and the clipping",
        "which of the two must have the last word?",
        rule=_wherever_wrong(
            lambda trial, want: _first_move_agrees(trial, want) and _leaves_range(trial)
        ),
        credit=0.5,
    ),
    Mistake(
        "costs_after_step",
        "the picture is right, but the costs you return are those after the step.",
        "what is returned, and when it was computed",
        "the tape computed J already. Why compute it again?",
        rule=in_every_trial(
            lambda trial, want: (
                same(_pictures(trial), _pictures(want))
                and np.allclose(trial.values["costs"][:-1], want.values["costs"][1:], rtol=1e-3)
            )
        ),
        credit=0.5,
    ),
    Mistake(
        "both_costs_wrong",
        "neither J_content nor J_style is right.",
        "what the model is given, and what its activations are compared with",
        "is it the image itself that goes through the model, with nothing added or subtracted?",
        rule=in_every_trial(_right_parts(False, False, False)),
        credit=0.5,
    ),
    Mistake(
        "one_cost_lowered",
        "the costs are right, but the step lowers only one of J_content and J_style.",
        "the first argument of tape.gradient",
        "which of the three costs shall become small?",
        wrong=(_step(lower=1), _step(lower=2)),
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
        words={
            "costs": "one of your costs (step, then J, J_content or J_style)",
            "pictures": "a pixel of the picture (step first)",
            "optimizer_steps": "the number of steps that the optimizer took",
        },
        points=8,
    ),
)
