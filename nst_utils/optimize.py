"""From costs to a picture: one gradient step, repeated.

In ordinary training the pictures are given and the weights change. Here the weights are given
and the picture changes: its pixels are the variables that the optimiser moves.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from nst_utils._quiet import tf
from nst_utils.config import CONFIG, CONTENT_LAYER, STYLE_LAYERS, NSTError
from nst_utils.costs import compute_content_cost, compute_style_cost, total_cost
from nst_utils.images import displayable_range
from nst_utils.vgg import VGGModel

Costs = tuple[tf.Tensor, tf.Tensor, tf.Tensor]
"""(J, J_content, J_style), three scalars."""

CostFunction = Callable[[tf.Tensor], Costs]
"""From a picture (network input) to its costs; the first one is lowered."""


@dataclass(frozen=True)
class Progress:
    """How far a picture has come: what notebook, command line and web page are told.

    Attributes:
        step: number of steps taken; 0 is the start.
        image: the picture after them, network input, float32, shape (1, H, W, 3).
        J: total cost of this picture.
        J_content: its content cost, not weighted.
        J_style: its style cost, not weighted.
        seconds: time since the start, compilation included.
    """

    step: int
    image: np.ndarray
    J: float
    J_content: float
    J_style: float
    seconds: float


def transfer_costs(
    model: VGGModel,
    a_C: tf.Tensor,
    a_S: Mapping[str, tf.Tensor],
    alpha: float = 10,
    beta: float = 40,
    content_layer: str = CONTENT_LAYER,
    style_layers: Iterable[tuple[str, float]] = STYLE_LAYERS,
) -> CostFunction:
    """Make the cost function of style transfer; the arguments are those of `train_step`.

    Returns:
        A function of the picture alone, which returns (J, J_content, J_style).
    """
    style_layers = tuple(style_layers)
    layers = (content_layer, *(layer for layer, _ in style_layers))

    def costs(image: tf.Tensor) -> Costs:
        a_G = model(image, layers=layers)
        J_content = compute_content_cost(a_C, a_G[content_layer])
        J_style = compute_style_cost(a_S, a_G, style_layers)
        return total_cost(J_content, J_style, alpha, beta), J_content, J_style

    return costs


def gradient_step(
    image: tf.Variable,
    costs: CostFunction,
    optimizer: tf.keras.optimizers.Optimizer,
    mean: np.ndarray = CONFIG.MEANS,
) -> Costs:
    """Move every pixel a little, so that the first of the costs falls.

    Args:
        image: the picture, network input, shape (1, H, W, 3); changed in place.
        costs: a function of the picture that returns (J, J_content, J_style).
        optimizer: decides how far to go along the gradient of J.
        mean: the mean pixel of the network, RGB, shape (1, 1, 1, 3).

    Returns:
        The costs of the picture as it was *before* the step.
    """
    with tf.GradientTape() as tape:
        J, J_content, J_style = costs(image)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    # No screen shows a colour below 0 or above 255: keep the picture among those it can show.
    image.assign(tf.clip_by_value(image, *displayable_range(mean)))
    return J, J_content, J_style


def train_step(
    image: tf.Variable,
    model: VGGModel,
    a_C: tf.Tensor,
    a_S: Mapping[str, tf.Tensor],
    optimizer: tf.keras.optimizers.Optimizer,
    alpha: float = 10,
    beta: float = 40,
    content_layer: str = CONTENT_LAYER,
    style_layers: Iterable[tuple[str, float]] = STYLE_LAYERS,
) -> Costs:
    """Take one step of style transfer.

    Args:
        image: the generated picture, a ``tf.Variable``, network input, float32, shape
            (1, H, W, 3); changed in place and kept displayable.
        model: the network, see `load_vgg_model`.
        a_C: activation of the content picture in ``content_layer``.
        a_S: activations of the style picture by layer name.
        optimizer: a Keras optimiser, the same one for all the steps: it remembers the past.
        alpha: weight of the content in the total cost.
        beta: weight of the style.
        content_layer: the layer that ``a_C`` came from.
        style_layers: pairs of a style layer's name and its weight.

    Returns:
        (J, J_content, J_style) of the picture as it was before the step, three scalars.

    Source:
        Gatys et al. 2016, section 2.3; Adam instead of L-BFGS and the clipping are the course's.
    """
    costs = transfer_costs(model, a_C, a_S, alpha, beta, content_layer, style_layers)
    return gradient_step(image, costs, optimizer, model.mean)


def minimize(
    costs: CostFunction,
    start: np.ndarray,
    num_iterations: int = 200,
    *,
    every: int = 20,
    learning_rate: float = 2.0,
    optimizer: tf.keras.optimizers.Optimizer | None = None,
    mean: np.ndarray = CONFIG.MEANS,
) -> Iterator[Progress]:
    """Lower any cost of a picture, and report on the way.

    Args:
        costs: a function of the picture that returns (J, J_content, J_style), differentiable.
        start: the first picture, network input, float32, shape (1, H, W, 3); not changed.
        num_iterations: number of steps.
        every: report the start, then after every so many steps, and the end.
        learning_rate: how far a pixel moves in one step of Adam, in units of 0–255.
        optimizer: another Keras optimiser in place of Adam; ``learning_rate`` is its own then.
            A new one for each picture: it remembers the past of its variable.
        mean: the mean pixel of the network, RGB, shape (1, 1, 1, 3).

    Yields:
        A `Progress` each time; its costs belong to its picture. Leave the loop to stop early.

    Raises:
        NSTError: if an argument cannot be used, or the cost is no longer a finite number.
    """
    _whole_number("num_iterations", num_iterations, at_least=0)
    _whole_number("every", every, at_least=1)
    if not 0 <= learning_rate < np.inf:
        raise NSTError(f"learning_rate: {learning_rate!r} is not a number from 0 up.")
    began = time.perf_counter()
    image = tf.Variable(_checked(start))
    optimizer = optimizer or tf.keras.optimizers.Adam(float(learning_rate))
    # Without AutoGraph, an error of ours reaches the caller as it is.
    step = tf.function(lambda: gradient_step(image, costs, optimizer, mean), autograph=False)
    final_costs = tf.function(costs, autograph=False)
    for number in range(num_iterations):
        reports = number % every == 0
        picture = image.numpy() if reports else None
        values = step()
        if reports:
            yield _progress(number, picture, values, began)
    yield _progress(num_iterations, image.numpy(), final_costs(image), began)


def model_nn(
    model: VGGModel,
    start: np.ndarray,
    a_C: tf.Tensor,
    a_S: Mapping[str, tf.Tensor],
    num_iterations: int = 200,
    *,
    every: int = 20,
    learning_rate: float = 2.0,
    alpha: float = 10,
    beta: float = 40,
    content_layer: str = CONTENT_LAYER,
    style_layers: Iterable[tuple[str, float]] = STYLE_LAYERS,
    callback: Callable[[Progress], None] | None = None,
) -> np.ndarray:
    """Turn a start into a picture with the content of one and the style of another.

    Args:
        model: the network, see `load_vgg_model`.
        start: the first picture, for example from `generate_noise_image`; network input,
            float32, shape (1, H, W, 3); not changed.
        a_C: activation of the content picture in ``content_layer``.
        a_S: activations of the style picture by layer name.
        num_iterations: number of steps.
        every: call back at the start, after every so many steps, and at the end.
        learning_rate: how far a pixel moves in one step of Adam, in units of 0–255.
        alpha: weight of the content in the total cost.
        beta: weight of the style.
        content_layer: the layer that ``a_C`` came from.
        style_layers: pairs of a style layer's name and its weight.
        callback: told a `Progress` each time.

    Returns:
        The finished picture, network input, float32, shape (1, H, W, 3).

    Raises:
        NSTError: if an argument cannot be used, or the cost is no longer a finite number.

    Example:
        >>> from nst_utils import CONTENT_LAYER, load_vgg_model
        >>> model = load_vgg_model("small")
        >>> picture = np.zeros((1, 32, 48, 3), np.float32)
        >>> a = model(picture)
        >>> model_nn(model, picture, a[CONTENT_LAYER], a, num_iterations=1).shape
        (1, 32, 48, 3)
    """
    costs = transfer_costs(model, a_C, a_S, alpha, beta, content_layer, style_layers)
    settings = {"every": every, "learning_rate": learning_rate, "mean": model.mean}
    for progress in minimize(costs, start, num_iterations, **settings):
        if callback is not None:
            callback(progress)
    return progress.image


def _checked(start: np.ndarray) -> np.ndarray:
    """Copy the start, and see that it is a network input without NaN."""
    picture = np.array(start, np.float32)
    if picture.ndim != 4 or picture.shape[::3] != (1, 3) or not picture.size:
        raise NSTError(
            f"start: got shape {picture.shape}, expected (1, H, W, 3); make it with "
            "reshape_and_normalize_image or generate_noise_image."
        )
    # TensorFlow's ReLU makes 0 of NaN: the costs would look well, and the pixel stay black.
    if not np.isfinite(picture).all():
        raise NSTError("start: contains NaN or infinity; make the picture anew.")
    return picture


def _progress(step: int, image: np.ndarray, costs: Costs, began: float) -> Progress:
    values = [float(cost) for cost in costs]
    if not np.isfinite(image).all():
        raise NSTError(f"the picture contains NaN after step {step}; try a lower learning_rate.")
    if not np.isfinite(values[0]):
        raise NSTError(
            f"the cost became {values[0]} at step {step}; try a lower learning_rate, and smaller "
            "weights."
        )
    return Progress(step, image, *values, time.perf_counter() - began)


def _whole_number(argument: str, value: int, at_least: int) -> None:
    if not isinstance(value, int | np.integer) or value < at_least:
        raise NSTError(f"{argument}: {value!r} is not a whole number from {at_least} up.")
