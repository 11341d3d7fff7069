"""Optimisers of a picture: from a picture and its gradient to the next picture.

They compute in NumPy with float32. Their state is a handful of arrays: it can be resized with the
picture, from one scale to the next, and written to a file.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from nst_utils.config import NSTError

Resize = Callable[[np.ndarray], np.ndarray]
"""From an array of the shape of the old picture to one of the shape of the new."""

TOO_LARGE = 10.0
"""A cost so many times that of the picture before has led astray."""

PATIENCE = 8
"""So many times smaller steps are tried."""


class DivergenceError(NSTError):
    """The cost went beyond all bounds, and smaller steps did not help."""


class Optimizer(Protocol):
    """What moves a picture."""

    def step(self, image: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Take the picture and the gradient of its cost; give the next picture (a new array)."""

    def rescale(self, resize: Resize) -> None:
        """Go on with a picture of another size."""

    def calm_down(self) -> None:
        """Forget what was learned, and take smaller steps: the last one led astray."""

    def state(self) -> dict[str, np.ndarray]:
        """Give all that was learned, to be written to a file."""

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` gave."""


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

    def state(self) -> dict[str, np.ndarray]:
        """Give the pace, the number of steps and both averages."""
        return {
            "learning_rate": np.float64(self.learning_rate),
            "steps": np.int64(self.steps),
            "mean": np.asarray(self.mean, np.float32),
            "square": np.asarray(self.square, np.float32),
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` gave."""
        self.learning_rate, self.steps = float(state["learning_rate"]), int(state["steps"])
        self.mean, self.square = state["mean"], state["square"]


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

    def state(self) -> dict[str, np.ndarray]:
        """Give the lengths, the steps that are remembered, and the last picture and gradient."""
        s, y, curvature = zip(*self.past, strict=True) if self.past else ((), (), ())
        state = {"lengths": np.array([self.first, self.longest]), "curvature": np.array(curvature)}
        state |= {f"s{i}": array for i, array in enumerate(s)}
        state |= {f"y{i}": array for i, array in enumerate(y)}
        if self.before is not None:
            state["image"], state["gradient"] = self.before
        return state

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` gave."""
        self.first, self.longest = map(float, state["lengths"])
        self.past.clear()
        for i, curvature in enumerate(state["curvature"]):
            self.past.append((state[f"s{i}"], state[f"y{i}"], float(curvature)))
        self.before = (state["image"], state["gradient"]) if "image" in state else None


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

    def state(self) -> dict[str, np.ndarray]:
        """Give the number of pictures, and their sum."""
        return {"number": np.int64(self.number), "sum": np.asarray(self.sum, np.float32)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` gave."""
        self.number, self.sum = int(state["number"]), state["sum"]


class Step(NamedTuple):
    """One step of an optimiser.

    Attributes:
        number: how many steps were taken with it, those that were taken back included.
        image: the picture before it, network input, float32, (1, n_H, n_W, 3).
        costs: those of this picture: J, J_content, J_style.
        next_image: the picture after it.
    """

    number: int
    image: np.ndarray
    costs: tuple[float, float, float]
    next_image: np.ndarray


def descend(
    costs: Callable[[np.ndarray], tuple[float, float, float, np.ndarray]],
    image: np.ndarray,
    optimizer: Optimizer,
    num_iterations: int,
    bounds: tuple[np.ndarray, np.ndarray],
    after: Step | None = None,
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
        after: the last step of a descent that was broken off; this one goes on from it, and
            ``image`` is not used.

    Yields:
        The steps that were kept.

    Raises:
        DivergenceError: the cost is beyond all bounds, or no number, whatever was tried.
    """
    good, astray = after, 0
    if good is not None:
        image = good.next_image
    for number in range(good.number if good else 0, num_iterations):
        *values, gradient = costs(image)
        limit = TOO_LARGE * good.costs[0] if good else np.inf
        if np.isnan(values[0]) or limit <= values[0]:
            astray += 1
            if good is None or astray > PATIENCE:
                raise DivergenceError(
                    f"the cost became {values[0]}; try smaller weights or a lower learning rate."
                )
            optimizer.calm_down()
            image = good.image
            continue
        following = np.clip(optimizer.step(image, gradient), *bounds)
        good = Step(number + 1, image, tuple(values), following)
        yield good
        image = following
