"""What the studio computes: a picture in one pass, and an optimised one step by step.

The studio imports this module in the background, since TensorFlow takes some seconds.
"""

import functools
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from nst_utils.config import NSTError
from nst_utils.engine import Painter, load_model
from nst_utils.images import encode_image, fitted, resize_image
from nst_utils.instant import load_instant_model, stylize_instantly
from nst_utils.recipe import VERSION
from nst_utils.settings import Settings, as_data
from nst_utils.show import encode_gif
from nst_utils.vgg import VGGModel

PREVIEW_SECONDS = 0.4
"""A new preview is made so often, at most: it is sent over a network."""

FILM_SIZE, FILM_FRAMES = 320, 40
"""Longer side of the film in pixels, and about how many pictures it has."""


class Snapshot(NamedTuple):
    """How far a painting is.

    Attributes:
        step: steps taken.
        total: steps to take.
        left: seconds that remain, estimated.
        costs: (step, J, content cost, style cost) of every step so far; not at all scales the
            same picture, so the costs jump where a scale begins.
        preview: a JPEG file of the picture so far.
    """

    step: int
    total: int
    left: float
    costs: tuple[tuple[int, float, float, float], ...]
    preview: bytes


class Work(NamedTuple):
    """What a visitor takes home: the bytes of three files.

    Attributes:
        picture: JPEG.
        film: GIF, of how the picture came about; empty where there are less than two pictures.
        settings: JSON, which the command line accepts as ``--settings``.
    """

    picture: bytes
    film: bytes
    settings: bytes


def warm_up() -> None:
    """Load the network of one pass, and compile it: the first visitor shall not wait for that."""
    tiny = np.zeros((16, 16, 3), np.uint8)
    stylize_instantly(tiny, tiny, model=load_instant_model())


def instant(
    content: np.ndarray, style: np.ndarray, strength: float, colors: str
) -> tuple[bytes, float]:
    """Stylise in one pass.

    Returns:
        A JPEG file, and the seconds that it took.
    """
    began = time.perf_counter()
    picture = stylize_instantly(content, style, strength=strength, colors=colors)
    return encode_image(picture), time.perf_counter() - began


@functools.cache
def _model(pooling: str, padding: str, precision: str) -> VGGModel:
    """The network; what is compiled for it stays with it, for the next picture."""
    return load_model(Settings(pooling=pooling, padding=padding, precision=precision))


class Painting:
    """A picture that is being optimised."""

    def __init__(self, content: np.ndarray, style: np.ndarray, settings: Settings):
        """Prepare it; the arguments are those of `stylize`."""
        self.settings = settings
        model = _model(settings.pooling, settings.padding, settings.precision)
        self._painter = Painter(content, style, settings, model)
        self._costs: list[tuple[int, float, float, float]] = []
        self._film: list[np.ndarray] = []
        self._last: np.ndarray | None = None
        self._began = time.monotonic()

    def __iter__(self) -> Iterator[Snapshot | None]:
        """Paint; None stands for a step of which nothing new is shown."""
        painter, shown_at = self._painter, 0.0
        every = max(1, painter.total // FILM_FRAMES)
        for progress in painter:
            self._costs.append((progress.step, progress.J, progress.J_content, progress.J_style))
            self._last = progress.image
            if progress.step % every == 0 or painter.done:
                self._film.append(self._frame(progress.image))
            if painter.done or time.monotonic() - shown_at >= PREVIEW_SECONDS:
                shown_at = time.monotonic()
                yield self._snapshot(progress.step)
            else:
                yield None

    def _snapshot(self, step: int) -> Snapshot:
        costs = tuple(self._costs)
        preview = encode_image(self._painter.shown(self._last))
        return Snapshot(step, self._painter.total, self._seconds_left(step), costs, preview)

    def _seconds_left(self, step: int) -> float:
        """A step takes as long as it has pixels; those done tell how long that is."""
        pixels = [size**2 for size, steps in self._painter.plan for _ in range(steps)]
        done = sum(pixels[:step])
        return (time.monotonic() - self._began) * (sum(pixels) - done) / done if done else 0.0

    def _frame(self, image: np.ndarray) -> np.ndarray:
        """A picture of the film: all have one size."""
        width, height = self._painter.size
        size = fitted((width, height), min(FILM_SIZE, max(width, height)))
        return resize_image(self._painter.shown(image), size)

    def work(self, made_from: Mapping[str, str]) -> Work:
        """Give what there is to take home, finished or not.

        Args:
            made_from: the names of the pictures, for the settings' file.
        """
        if self._last is None:
            raise NSTError("the painting was stopped before its first step.")
        step, J, J_content, J_style = self._costs[-1]
        data: dict[str, Any] = {
            "nst_utils": VERSION,
            "made_from": dict(made_from),
            "settings": as_data(self.settings),
            "result": {"steps": step, "J": J, "J_content": J_content, "J_style": J_style},
        }
        return Work(
            encode_image(self._painter.shown(self._last)),
            encode_gif(self._film) if len(self._film) > 1 else b"",
            (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(),
        )
