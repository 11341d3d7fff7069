"""Optimisers of a picture: from a picture and its gradient to the next picture.

They compute in NumPy with float32. Their state is a handful of arrays: it can be resized with the
picture, from one scale to the next, and written to a file.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import tensorflow as tf

from nst_utils.config import NSTError

Resize = Callable[[np.ndarray], np.ndarray]
"""From an array of the shape of the old picture to one of the shape of the new."""

TOO_LARGE = 10.0
"""A cost so many times that of the picture before has led astray."""

PATIENCE = 8
"""So many times smaller steps are tried."""


class Optimizer(Protocol):
    """What moves a picture."""

    def step(self, image: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Take the picture and the gradient of its cost; give the next picture (a new array)."""

    def rescale(self, resize: Resize) -> None:
        """Go on with a picture of another size."""

    def calm_down(self) -> None:
        """Forget what was learned, and take smaller steps: the last one led astray."""


class Adam:
    """Adam: every pixel moves at a pace of its own, about `learning_rate` a step.

    Source:
        Kingma & Ba 2015, algorithm 1. A β₂ of 0.99 forgets the violent first steps sooner than
        the usual 0.999, and leaves no grey haze.
    """

    def __init__(self, learning_rate: float = 5.0, beta_1: float = 0.9, beta_2: float = 0.99):
        """Start without a past.

        Args:
            learning_rate: of a pixel in a step, in units of 0–255.
            beta_1: how much of the mean gradient is kept from step to step, 0 to 1.
            beta_2: how much of the mean squared gradient is kept, 0 to 1.
        """
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.steps = 0
        self.mean: np.ndarray | float = 0.0
        self.square: np.ndarray | float = 0.0

    def step(self, image: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Take the picture and the gradient of its cost; give the next picture (a new array)."""
        self.steps += 1
        self.mean = _mixed(self.mean, gradient, self.beta_1)
        self.square = _mixed(self.square, gradient * gradient, self.beta_2)
        # The averages begin at 0. This undoes it, as in the last lines of section 2 of the paper.
        unbiased = np.sqrt(1 - self.beta_2**self.steps) / (1 - self.beta_1**self.steps)
        pace = np.float32(self.learning_rate * unbiased)
        return image - pace * self.mean / (np.sqrt(self.square) + np.float32(1e-7))

    def rescale(self, resize: Resize) -> None:
        """Carry both averages over to a picture of another size."""
        if self.steps:
            self.mean = resize(self.mean)
            self.square = np.maximum(resize(self.square), 0)  # a resize may overshoot

    def calm_down(self) -> None:
        """Forget the averages, and halve the pace."""
        self.steps, self.mean, self.square = 0, 0.0, 0.0
        self.learning_rate /= 2


def _mixed(old: np.ndarray | float, new: np.ndarray, keep: float) -> np.ndarray:
    return np.float32(keep) * old + np.float32(1 - keep) * new


class LBFGS:
    """L-BFGS: learns from the last steps how the gradient changes, and goes straight ahead.

    Source:
        Nocedal & Wright 2006, *Numerical Optimization*, algorithms 7.4 and 7.5. There is no line
        search: with a step of 1 nearly all are good, and each costs one evaluation. A step that
        does not fit what was learned is left out (`s · y ≤ 0`), and the length is limited.
    """

    def __init__(self, memory: int = 10, first: float = 3.0, longest: float = 25.0):
        """Start without a past.

        Args:
            memory: how many steps are remembered.
            first: how far the first step goes: the root mean square over the pixels, 0–255.
            longest: the same, for any step.
        """
        self.first, self.longest = first, longest
        self.past: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=memory)
        self.before: tuple[np.ndarray, np.ndarray] | None = None

    def step(self, image: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Take the picture and the gradient of its cost; give the next picture (a new array)."""
        if self.before is not None:
            self._remember(image - self.before[0], gradient - self.before[1])
        self.before = image, gradient
        direction = -self._inverse_hessian_times(gradient.ravel()).reshape(image.shape)
        length = float(np.sqrt(np.mean(np.square(direction))))
        wanted = min(length, self.longest) if self.past else self.first
        return image + np.float32(wanted / max(length, 1e-30)) * direction

    def _remember(self, s: np.ndarray, y: np.ndarray) -> None:
        """Keep a step and the change of the gradient along it, unless they contradict."""
        s, y = s.ravel(), y.ravel()
        curvature = float(s @ y)
        if curvature > 1e-10 * float(y @ y):
            self.past.append((s, y, curvature))

    def _inverse_hessian_times(self, gradient: np.ndarray) -> np.ndarray:
        """The two-loop recursion: H·∇J, without ever making the matrix H."""
        q, shares = gradient.copy(), []
        for s, y, curvature in reversed(self.past):
            shares.append(float(s @ q) / curvature)
            q -= np.float32(shares[-1]) * y
        if self.past:
            _, y, curvature = self.past[-1]
            q *= np.float32(curvature / float(y @ y))
        for s, y, curvature in self.past:
            q += np.float32(shares.pop() - float(y @ q) / curvature) * s
        return q

    def rescale(self, resize: Resize) -> None:
        """Begin anew: what was learned holds for pictures of one size only."""
        self.past.clear()
        self.before = None

    def calm_down(self) -> None:
        """Forget the past, and halve the longest and the first step."""
        self.past.clear()
        self.before = None
        self.first, self.longest = self.first / 2, self.longest / 2


class Average:
    """The mean of the pictures so far, the last ones counting most.

    Source:
        Polyak & Juditsky 1992; undone at the start as Adam undoes it.
    """

    def __init__(self, keep: float):
        """Keep so much of the mean from picture to picture; 0 gives the last picture itself."""
        self.keep, self.number = keep, 0
        self.sum: np.ndarray | float = 0.0

    def with_(self, image: np.ndarray) -> np.ndarray:
        """Take one more picture in; give the mean."""
        if not self.keep:
            return image
        self.number += 1
        self.sum = _mixed(self.sum, image, self.keep)
        return self.sum / np.float32(1 - self.keep**self.number)


class Step(NamedTuple):
    """One step of an optimiser.

    Attributes:
        image: the picture before it, network input, float32, (1, n_H, n_W, 3).
        costs: those of this picture: J, J_content, J_style.
        next_image: the picture after it.
    """

    image: np.ndarray
    costs: tuple[float, float, float]
    next_image: np.ndarray


def descend(
    costs: Callable[[tf.Tensor], Sequence[tf.Tensor]],
    image: np.ndarray,
    optimizer: Optimizer,
    num_iterations: int,
    bounds: tuple[np.ndarray, np.ndarray],
) -> Iterator[Step]:
    """Lower the cost of a picture, step by step.

    A step that led to a cost beyond all bounds is taken back, and smaller ones are tried from the
    last good picture. It counts as a step.

    Args:
        costs: from a picture to (J, J_content, J_style, ∇J).
        image: the first picture, network input, float32, (1, n_H, n_W, 3); not changed.
        optimizer: decides where to go.
        num_iterations: number of steps.
        bounds: the darkest and the brightest pixel that a screen can show.

    Yields:
        The steps that were kept.

    Raises:
        NSTError: the cost is not a finite number, whatever was tried.
    """
    good: Step | None = None
    astray = 0
    for _ in range(num_iterations):
        *values, gradient = costs(tf.constant(image))
        J, J_content, J_style = map(float, values)
        limit = TOO_LARGE * good.costs[0] if good else np.inf
        if np.isnan(J) or limit <= J:
            astray += 1
            if good is None or astray > PATIENCE:
                raise NSTError(
                    f"the cost became {J}; try smaller weights or a lower learning rate."
                )
            optimizer.calm_down()
            image = good.image
            continue
        following = np.clip(optimizer.step(image, gradient.numpy()), *bounds)
        good = Step(image, (J, J_content, J_style), following)
        yield good
        image = following
