"""Style transfer for your own pictures: better ones than the lesson's loop makes, and sooner.

The costs are those of the lessons. What is added: a picture is painted coarse to fine, with an
optimiser that learns from its steps, and with weights that mean the same for every picture size,
every network and every style. `Settings` has it all as data; `PRESETS` are settings with a name.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from nst_utils.color import keep_colors, match_colors
from nst_utils.config import CONFIG, CONTENT_LAYER, STYLE_LAYERS, NSTError
from nst_utils.costs import gram_matrix, unroll
from nst_utils.descent import LBFGS, Adam, Average, Optimizer, descend
from nst_utils.images import (
    denormalize_image,
    displayable_range,
    generate_noise_image,
    reshape_and_normalize_image,
    resize_image,
)
from nst_utils.optimize import Progress
from nst_utils.precision import fastest_precision
from nst_utils.vgg import PADDINGS, POOLINGS, PRECISIONS, VGGModel, load_vgg_model


class Weighting(NamedTuple):
    """From a target to the factor of its mean squared difference in the cost.

    Attributes:
        style: takes a Gram matrix per position, (n_C, n_C).
        content: takes an activation, (1, n_H, n_W, n_C).
    """

    style: Callable[[tf.Tensor], float]
    content: Callable[[tf.Tensor], float]


def _one_over_power(target: tf.Tensor) -> float:
    return 1 / max(float(tf.reduce_mean(tf.square(target))), 1e-12)


WEIGHTINGS = {
    # The formulas of notebooks 03 and 04, written as means.
    "course": Weighting(style=lambda G: 1 / 4, content=lambda a: 1 / 4),
    # Gatys' own program: w = 1000 / n_C², and plain means.
    "gatys": Weighting(style=lambda G: 1e3 / G.shape[0] ** 2, content=lambda a: 1.0),
    # A cost of 1 is an error as large as the target: for every layer, network, size and style.
    "relative": Weighting(style=_one_over_power, content=_one_over_power),
}

INITS = ("noise", "content", "style")
OPTIMIZERS = ("adam", "lbfgs")
COLORS = ("style", "match", "keep")
PRECISION_CHOICES = ("auto", *PRECISIONS)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a picture is painted.

    Attributes:
        size: longer side of the result, in pixels.
        coarsest: longer side of the first of the scales, each √2 times the one before; None
            paints at ``size`` alone.
        iterations: steps at the finest scale.
        growth: each coarser scale takes so many times the steps of the finer one: there they
            cost little, and settle the large forms.
        optimizer: ``"lbfgs"`` or ``"adam"``.
        learning_rate: of Adam: how far a pixel moves in a step, in units of 0–255.
        beta_2: of Adam: how much of the mean squared gradient it keeps from step to step.
        averaging: how much of the mean of all pictures is kept from step to step (0.9 to 0.99);
            0 takes the last picture. Adam trembles around its goal, and the mean does not.
        init: where the coarsest picture starts: ``"noise"``, ``"content"`` or ``"style"``.
        noise_ratio: share of noise in a noise start; the rest is content.
        seed: of the noise.
        alpha: weight of the content.
        beta: weight of the style.
        smoothness: weight of the total variation, divided by that of the photograph.
        weighting: what the costs are measured in, see `WEIGHTINGS`.
        content_layers: pairs of a layer's name and its weight.
        style_layers: the same for the style.
        pooling: ``"avg"`` or ``"max"``.
        padding: what surrounds a picture: ``"replicate"`` leaves no frame, ``"zero"`` is the
            course's.
        style_scale: size of the style picture, divided by that of the result: a larger one
            paints with larger strokes.
        colors: ``"style"`` takes those of the style; ``"match"`` first gives the style picture
            those of the photograph; ``"keep"`` takes brightness only from the painted picture.
        precision: ``"float32"``, ``"bfloat16"``, or ``"auto"``: whichever is faster here.

    Raises:
        NSTError: a value that cannot be used.
    """

    size: int = 512
    coarsest: int | None = 128
    iterations: int = 30
    growth: float = 1.35
    optimizer: str = "lbfgs"
    learning_rate: float = 5.0
    beta_2: float = 0.99
    averaging: float = 0.0
    init: str = "content"
    noise_ratio: float = CONFIG.NOISE_RATIO
    seed: int = 0
    alpha: float = 1.0
    beta: float = 20.0
    smoothness: float = 0.05
    weighting: str = "relative"
    content_layers: tuple[tuple[str, float], ...] = ((CONTENT_LAYER, 1.0),)
    style_layers: tuple[tuple[str, float], ...] = STYLE_LAYERS
    pooling: str = "avg"
    padding: str = "replicate"
    style_scale: float = 1.0
    colors: str = "style"
    precision: str = "auto"

    def __post_init__(self):
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise NSTError(
                    f"{name}: unknown {getattr(self, name)!r}; choose from {', '.join(allowed)}."
                )
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is None and name == "coarsest":
                continue
            kind, words = (Integral, "whole number") if name in _WHOLE else (Real, "number")
            if not isinstance(value, kind) or not low <= value <= high:
                raise NSTError(f"{name}: {value!r} is not a {words} from {low:g} to {high:g}.")


_CHOICES = {
    "optimizer": OPTIMIZERS,
    "init": INITS,
    "weighting": tuple(WEIGHTINGS),
    "pooling": tuple(POOLINGS),
    "padding": tuple(PADDINGS),
    "colors": COLORS,
    "precision": PRECISION_CHOICES,
}
_WHOLE = ("size", "coarsest", "iterations", "seed")
_RANGES = {
    "size": (16, 100_000),
    "coarsest": (16, 100_000),
    "iterations": (0, 1_000_000),
    "seed": (0, 2**64 - 1),
    "growth": (0.1, 10),
    "learning_rate": (0, 1e6),
    "beta_2": (0, 0.999999),
    "averaging": (0, 0.9999),
    "noise_ratio": (0, 1),
    "alpha": (0, 1e12),
    "beta": (0, 1e12),
    "smoothness": (0, 1e12),
    "style_scale": (0.05, 20),
}

PRESETS = {
    # The loop of notebook 06: the same picture, up to rounding.
    "course": Settings(
        size=400,
        coarsest=None,
        iterations=200,
        optimizer="adam",
        learning_rate=2.0,
        beta_2=0.999,
        init="noise",
        alpha=10,
        beta=40,
        smoothness=0.0,
        weighting="course",
        padding="zero",
        precision="float32",
    ),
    # Chosen by looking at many pictures.
    "best": Settings(),
    # Gatys et al. 2016, as their own program does it.
    "gatys": Settings(
        coarsest=None,
        iterations=500,
        alpha=1,
        beta=1,
        smoothness=0.0,
        weighting="gatys",
        style_layers=tuple((name, 1.0) for name, _ in STYLE_LAYERS),
        padding="zero",
    ),
}
"""Settings with a name."""

CostsAndGradient = Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]]
"""From a picture to (J, J_content, J_style, ∇J)."""


def stylize(
    content: np.ndarray,
    style: np.ndarray,
    settings: Settings = PRESETS["best"],
    *,
    model: VGGModel | None = None,
    callback: Callable[[Progress], None] | None = None,
) -> np.ndarray:
    """Paint the content of one picture in the style of another.

    Args:
        content: uint8, (n_H, n_W, 3), RGB: what `load_image` returns. Load it large: it is
            resized to each of the scales.
        style: the same, of any size.
        settings: how; ``replace(PRESETS["best"], beta=30)`` changes one of them.
        model: the network; None loads the one that ``NST_WEIGHTS`` names, as `load_model` does.
        callback: told a `Progress` before each step and at the end. Its picture has the size of
            the scale at work, and the step counts over all scales.

    Returns:
        The picture: uint8, (n_H, n_W, 3), longer side ``settings.size``.

    Raises:
        NSTError: a picture or a setting cannot be used.

    Example:
        >>> from dataclasses import replace
        >>> quick = replace(PRESETS["best"], size=32, coarsest=None, iterations=1)
        >>> photograph = np.zeros((30, 40, 3), np.uint8)
        >>> stylize(photograph, photograph, quick).shape
        (24, 32, 3)
    """
    model = model or load_model(settings)
    for progress in steps(content, style, settings, model):
        if callback is not None:
            callback(progress)
    return finished(progress.image, content, settings, model.mean)


def finished(
    image: np.ndarray, content: np.ndarray, settings: Settings, mean: np.ndarray
) -> np.ndarray:
    """Make a picture to look at, in the colours that the settings want.

    Args:
        image: network input, float32, (1, n_H, n_W, 3), of any of the scales.
        content: the photograph: uint8, of any size, in the same proportions.
        settings: ``colors`` is used.
        mean: the mean pixel of the network.

    Returns:
        uint8, (n_H, n_W, 3).
    """
    painted = denormalize_image(image, mean)
    if settings.colors != "keep":
        return painted
    n_H, n_W, _ = painted.shape
    return keep_colors(painted, resize_image(content, (n_W, n_H)))


def load_model(settings: Settings, weights: str | None = None) -> VGGModel:
    """Load the network as the settings want it; see `load_vgg_model` for ``weights``."""
    precision = settings.precision
    return load_vgg_model(
        weights,
        pooling=settings.pooling,
        padding=settings.padding,
        precision=fastest_precision() if precision == "auto" else precision,
    )


def steps(
    content: np.ndarray, style: np.ndarray, settings: Settings, model: VGGModel
) -> Iterator[Progress]:
    """Paint as `stylize` does, and give a `Progress` before each step and at the end."""
    if settings.colors == "match":
        style = match_colors(style, content)
    began, taken, image = time.perf_counter(), 0, None
    optimizer = _optimizer(settings)
    for size, iterations in scales(settings):
        photograph = reshape_and_normalize_image(resize_image(content, size), model.mean)
        strokes = resize_image(style, max(1, round(size * settings.style_scale)))
        target = reshape_and_normalize_image(strokes, model.mean)
        if image is None:
            image = _start(photograph, target, settings)
        else:
            image = _enlarged(image, photograph.shape, optimizer)
        costs = costs_and_gradient(model, photograph, target, settings)
        way = descend(costs, image, optimizer, iterations, displayable_range(model.mean))
        mean = Average(settings.averaging if size == settings.size else 0.0)
        for here in way:
            yield Progress(taken, here.image, *here.costs, time.perf_counter() - began)
            taken += 1
            image = mean.with_(here.next_image)
    *values, _ = costs(tf.constant(image))
    yield Progress(taken, image, *map(float, values), time.perf_counter() - began)


def scales(settings: Settings) -> list[tuple[int, int]]:
    """List the scales as (longer side in pixels, steps), coarse to fine.

    Source:
        Sizes of size/√2ⁱ are those of crowsonkb's style-transfer-pytorch.
    """
    sides = [settings.size]
    coarsest = settings.coarsest or settings.size
    # A little tolerance: 512/√2⁴ shall count as 128.
    while settings.size / 2 ** (len(sides) / 2) >= coarsest * 0.99:
        sides.append(round(settings.size / 2 ** (len(sides) / 2)))
    plan = [(side, round(settings.iterations * settings.growth**i)) for i, side in enumerate(sides)]
    return plan[::-1]


def _optimizer(settings: Settings) -> Optimizer:
    if settings.optimizer == "adam":
        return Adam(settings.learning_rate, beta_2=settings.beta_2)
    return LBFGS()


def _start(photograph: np.ndarray, target: np.ndarray, settings: Settings) -> np.ndarray:
    """The first picture, at the coarsest scale."""
    if settings.init == "noise":
        return generate_noise_image(photograph, settings.noise_ratio, settings.seed)
    chosen = photograph if settings.init == "content" else target
    return _resize(chosen, photograph.shape).astype(np.float32)


def _resize(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return tf.image.resize(array, shape[1:3], method="bicubic").numpy()


def _enlarged(image: np.ndarray, shape: tuple[int, ...], optimizer: Optimizer) -> np.ndarray:
    """Go on at the next scale: with this picture, and with what the optimiser has learned."""
    optimizer.rescale(lambda array: tf.image.resize(array, shape[1:3]).numpy())
    return _resize(image, shape)


def costs_and_gradient(
    model: VGGModel, content: np.ndarray, style: np.ndarray, settings: Settings
) -> CostsAndGradient:
    """Compute all that stays the same, and compile the rest.

    Args:
        model: the network.
        content: network input, float32, (1, n_H, n_W, 3).
        style: the same, of any size.
        settings: layers, weights and weighting are used.

    Returns:
        From a picture of the shape of ``content`` to (J, J_content, J_style, ∇J), in float32.
    """
    a_C = model(content, [name for name, _ in settings.content_layers])
    a_S = model(style, [name for name, _ in settings.style_layers])
    G_S = {name: gram_per_position(a) for name, a in a_S.items()}
    weighting = WEIGHTINGS[settings.weighting]
    w_C = {
        n: w * weighting.content(tf.cast(a_C[n], tf.float32)) for n, w in settings.content_layers
    }
    w_S = {n: w * weighting.style(G_S[n]) for n, w in settings.style_layers}
    roughness = float(total_variation(tf.constant(content))) + 1e-3
    layers = tuple(w_C | w_S)

    def costs(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        a_G = model(image, layers)
        J_content = sum(w * _mean_square(a_G[n] - a_C[n]) for n, w in w_C.items())
        J_style = sum(w * _mean_square(gram_per_position(a_G[n]) - G_S[n]) for n, w in w_S.items())
        J = settings.alpha * J_content + settings.beta * J_style
        if settings.smoothness:
            J += settings.smoothness * total_variation(image) / roughness
        return J, J_content, J_style

    @tf.function(autograph=False)
    def with_gradient(image: tf.Tensor) -> tuple[tf.Tensor, ...]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            found = costs(image)
        return *found, tape.gradient(found[0], image)

    return with_gradient


def gram_per_position(a: tf.Tensor) -> tf.Tensor:
    """The Gram matrix of an activation, divided by its number of positions; float32.

    The product is taken in the type of the activation, so that bfloat16 speeds it up, too.
    """
    A = unroll(a)
    return tf.cast(gram_matrix(A), tf.float32) / tf.cast(tf.shape(A)[1], tf.float32)


def total_variation(image: tf.Tensor) -> tf.Tensor:
    """How rough a picture is: the mean squared difference of neighbours, down and across."""
    down, across = image[:, 1:] - image[:, :-1], image[:, :, 1:] - image[:, :, :-1]
    return _mean_square(down) + _mean_square(across)


def _mean_square(difference: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.square(tf.cast(difference, tf.float32)))
