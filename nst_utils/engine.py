"""Style transfer for your own pictures: better ones than the lesson's loop makes, and sooner.

The costs are those of the lessons. What is added: a picture is painted coarse to fine, with an
optimiser that learns from its steps, and with weights that mean the same for every picture size,
every network and every style. Several styles may share a picture, and a picture may be larger than
the memory. How it is painted is data: `nst_utils.settings`.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from nst_utils._quiet import tf
from nst_utils.color import keep_colors, match_colors
from nst_utils.config import NSTError
from nst_utils.descent import LBFGS, Adam, Average, Optimizer, Step, descend
from nst_utils.images import (
    check_picture,
    denormalize_image,
    displayable_range,
    fitted,
    generate_noise_image,
    reshape_and_normalize_image,
    resize_image,
)
from nst_utils.memory import choose_tile
from nst_utils.objective import Objective, Style, as_styles
from nst_utils.optimize import Progress
from nst_utils.precision import chosen_precision
from nst_utils.settings import PRESETS, Settings, scales
from nst_utils.vgg import VGGModel, load_vgg_model


def stylize(
    content: np.ndarray,
    style: np.ndarray | Style | Sequence[np.ndarray | Style],
    settings: Settings = PRESETS["best"],
    *,
    model: VGGModel | None = None,
    start: np.ndarray | None = None,
    memory: float | None = None,
    callback: Callable[[Progress], None] | None = None,
) -> np.ndarray:
    """Paint the content of one picture in the style of another, or of several.

    Args:
        content: uint8, (n_H, n_W, 3), RGB: what `load_image` returns. Load it large: it is
            resized to each of the scales.
        style: the same, of any size; or a `Style`, with a weight and a mask; or a list of them.
        settings: how; ``replace(PRESETS["best"], beta=30)`` changes one of them.
        model: the network; None loads the one that ``NST_WEIGHTS`` names, as `load_model` does.
        start: a picture to start from, uint8, in the proportions of ``content``; None starts as
            the settings say.
        memory: how much may be used, in GiB; None is what is free. A picture that needs more is
            computed in tiles, with the same result.
        callback: told a `Progress` before each step and at the end. Its picture has the size of
            the scale at work, and the step counts over all scales.

    Returns:
        The picture: uint8, (n_H, n_W, 3), longer side ``settings.size``.

    Raises:
        NSTError: a picture, a mask or a setting cannot be used, or the memory does not suffice.

    Example:
        >>> from dataclasses import replace
        >>> quick = replace(PRESETS["best"], size=32, coarsest=None, iterations=1)
        >>> photograph = np.zeros((30, 40, 3), np.uint8)
        >>> stylize(photograph, photograph, quick).shape
        (24, 32, 3)
    """
    model = model or load_model(settings)
    painter = Painter(content, style, settings, model, start=start, memory=memory)
    for progress in painter:
        if callback is not None:
            callback(progress)
    return painter.shown(progress.image)


def load_model(settings: Settings, weights: str | None = None) -> VGGModel:
    """Load the network as the settings want it; see `load_vgg_model` for ``weights``."""
    return load_vgg_model(
        weights,
        pooling=settings.pooling,
        padding=settings.padding,
        precision=chosen_precision(settings.precision),
    )


class Painter:
    """A picture being painted: to be followed step by step, broken off, and gone on with.

    ``for progress in painter`` paints. Between two steps `state` gives everything that the
    following ones depend on; a new painter of the same picture that is given it by `restore` goes
    on as if nothing had happened.

    Attributes:
        size: (width, height) of the result, in pixels.
        plan: the scales, coarse to fine: (longer side in pixels, steps).
        total: number of steps, over all scales.
        tile: longest side of the tiles in which it is computed; None where it is computed whole.
        memory: how much will be needed, estimated, in GiB.
        done: whether the last `Progress` is out: no step follows it.
    """

    def __init__(
        self,
        content: np.ndarray,
        style: np.ndarray | Style | Sequence[np.ndarray | Style],
        settings: Settings,
        model: VGGModel,
        *,
        start: np.ndarray | None = None,
        memory: float | None = None,
    ):
        """Prepare; arguments and errors are those of `stylize`."""
        check_picture("content", content)
        check_layers(settings, model)
        self.content, self.settings, self.model = content, settings, model
        self.styles = as_styles(style, content.shape[:2])
        if settings.colors == "match":
            self.styles = [
                s._replace(picture=match_colors(s.picture, content)) for s in self.styles
            ]
        if start is not None:
            check_picture("start", start)
        self.start = start
        n_H, n_W = fitted(content.shape[:2], settings.size)
        self.size = n_W, n_H
        self.plan = scales(settings)
        self.total = sum(iterations for _, iterations in self.plan)
        longest = self._strokes(settings.size)
        strokes = [fitted(s.picture.shape[:2], longest) for s in self.styles]
        masks = sum(s.mask is not None for s in self.styles)
        self.tile, self.memory = choose_tile(
            model, settings, (n_H, n_W), strokes, masks=masks, limit=memory
        )
        self._objective = Objective(model, settings, self.tile)
        self._optimizer = _optimizer(settings)
        self._scale = self._taken = 0
        self._mean = self._new_mean()
        self._seconds = 0.0
        self.done = False
        self._last: Step | None = None
        self._image: np.ndarray | None = None

    def __iter__(self) -> Iterator[Progress]:
        """Paint: give a `Progress` before each step and at the end."""
        began = time.perf_counter() - self._seconds
        bounds = displayable_range(self.model.mean)
        while self._scale < len(self.plan):
            size, iterations = self.plan[self._scale]
            self._begin_scale(size)
            way = descend(
                self._objective, self._image, self._optimizer, iterations, bounds, after=self._last
            )
            for self._last in way:
                self._image = self._mean.with_(self._last.next_image)
                self._taken += 1
                self._seconds = time.perf_counter() - began
                yield Progress(self._taken - 1, self._last.image, *self._last.costs, self._seconds)
            if self._scale == len(self.plan) - 1:
                break
            self._scale, self._last = self._scale + 1, None
        *costs, _ = self._objective(self._image)
        self.done = True
        self._seconds = time.perf_counter() - began
        yield Progress(self._taken, self._image, *costs, self._seconds)

    def _begin_scale(self, size: int) -> None:
        photograph = reshape_and_normalize_image(resize_image(self.content, size), self.model.mean)
        targets = [s._replace(picture=self._as_target(s.picture, size)) for s in self.styles]
        self._objective.aim(photograph, targets)
        if self._last is not None:  # it was broken off in the midst
            return
        self._mean = self._new_mean()
        if self._image is None:
            self._image = self._first(photograph, targets[0].picture)
        else:
            shape = photograph.shape
            self._optimizer.rescale(lambda a: tf.image.resize(a, shape[1:3]).numpy())
            self._image = _resize(self._image, shape)

    def _new_mean(self) -> Average:
        """The mean of the pictures of this scale: only at the finest it is more than the last."""
        finest = self._scale == len(self.plan) - 1
        return Average(self.settings.averaging if finest else 0.0)

    def _strokes(self, size: int) -> int:
        """The longer side of a style picture."""
        return max(1, round(size * self.settings.style_scale))

    def _as_target(self, picture: np.ndarray, size: int) -> np.ndarray:
        resized = resize_image(picture, self._strokes(size))
        return reshape_and_normalize_image(resized, self.model.mean)

    def _first(self, photograph: np.ndarray, target: np.ndarray) -> np.ndarray:
        """The first picture, at the coarsest scale."""
        settings = self.settings
        if self.start is not None:
            n_H, n_W = photograph.shape[1:3]
            return reshape_and_normalize_image(
                resize_image(self.start, (n_W, n_H)), self.model.mean
            )
        if settings.init == "noise":
            return generate_noise_image(photograph, settings.noise_ratio, settings.seed)
        chosen = photograph if settings.init == "content" else target
        return _resize(chosen, photograph.shape).astype(np.float32)

    def shown(self, image: np.ndarray) -> np.ndarray:
        """Make a picture to look at, in the colours that the settings want.

        Args:
            image: what a `Progress` has: network input, float32, (1, n_H, n_W, 3).

        Returns:
            uint8, (n_H, n_W, 3), of the size of ``image``.
        """
        painted = denormalize_image(image, self.model.mean)
        if self.settings.colors != "keep":
            return painted
        n_H, n_W, _ = painted.shape
        return keep_colors(painted, resize_image(self.content, (n_W, n_H)))

    def state(self) -> dict[str, np.ndarray]:
        """Give all that the following steps depend on; ask between two steps, not before the first.

        Returns:
            Arrays by name, to be written to a file.
        """
        state = {
            "scale": np.int64(self._scale),
            "taken": np.int64(self._taken),
            "seconds": np.float64(self._seconds),
            "image": self._image,
            "last.number": np.int64(self._last.number),
            "last.image": self._last.image,
            "last.costs": np.array(self._last.costs),
            "last.next_image": self._last.next_image,
        }
        state |= {f"optimizer.{name}": a for name, a in self._optimizer.state().items()}
        return state | {f"mean.{name}": a for name, a in self._mean.state().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` gave, of a painter of the same picture."""
        self._scale, self._taken = int(state["scale"]), int(state["taken"])
        self._seconds, self._image = float(state["seconds"]), state["image"]
        number, costs = int(state["last.number"]), tuple(map(float, state["last.costs"]))
        self._last = Step(number, state["last.image"], costs, state["last.next_image"])
        self._optimizer.restore(_below("optimizer.", state))
        self._mean = self._new_mean()
        self._mean.restore(_below("mean.", state))


def _below(prefix: str, state: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The entries whose names begin so, without this beginning."""
    return {n.removeprefix(prefix): array for n, array in state.items() if n.startswith(prefix)}


def _optimizer(settings: Settings) -> Optimizer:
    if settings.optimizer == "adam":
        return Adam(settings.learning_rate, beta_2=settings.beta_2)
    return LBFGS()


def _resize(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return tf.image.resize(array, shape[1:3], method="bicubic").numpy()


# What is given ----------------------------------------------------------------------------------


def check_layers(settings: Settings, model: VGGModel, called: Callable[[str], str] = str) -> None:
    """See that the network has the layers.

    Args:
        settings: the layers of content and style.
        model: the network.
        called: from the name of a setting to what the sentence calls it.

    Raises:
        NSTError: it has not; the sentence lists those that it has.
    """
    for setting in ("content_layers", "style_layers"):
        for name, _ in getattr(settings, setting):
            if name not in model.layer_names:
                known = ", ".join(model.layer_names)
                raise NSTError(
                    f"{called(setting)}: there is no layer {name!r}; choose from {known}."
                )
