"""Notebook 09: broken programs with their symptoms, the search for a cause, and a picture's plan.

Every patient is really painted: by the lesson's program with one of its parts broken. The two
functions at the end are those that the notebook asks for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from nst_utils._quiet import tf
from nst_utils.config import CONTENT_LAYER, NSTError
from nst_utils.images import (
    check_picture,
    generate_noise_image,
    reshape_and_normalize_image,
)
from nst_utils.objective import Style
from nst_utils.optimize import CostFunction, gradient_step, transfer_costs
from nst_utils.settings import Settings
from nst_utils.vgg import VGGModel

BORDER = 0.05
"""Width of the border that `examine` looks at, as a share of the longer side."""

WORTH_COMPILING = 10
"""Steps from which on it is."""

NIGHT = 0.3
"""So much of its light a picture keeps at night."""


@dataclass(frozen=True)
class Program:
    """The lesson's program in parts. Each may be replaced by a broken one.

    Attributes:
        read_style: what reading does to the style picture, uint8, (n_H, n_W, 3).
        way_in: from a picture to network input.
        way_out: from the painted network input to numbers for a screen, float, 0 to 255.
        content_term: what is done to the content cost before it is weighted.
        from_photograph: start from the photograph; otherwise from noise mixed with it.
        learning_rate: of Adam, in units of 0–255.
    """

    read_style: Callable[[np.ndarray], np.ndarray] = np.asarray
    way_in: Callable[[np.ndarray], np.ndarray] = reshape_and_normalize_image
    way_out: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda x, mean: (x + mean)[0]
    content_term: Callable[[tf.Tensor], tf.Tensor] = tf.identity
    from_photograph: bool = False
    learning_rate: float = 10.0


def _with_zeros_around(picture: np.ndarray) -> np.ndarray:
    """Lay zeros around a picture while it still has its mean: there, zero is black."""
    wide = round(BORDER * max(picture.shape))
    return reshape_and_normalize_image(np.pad(picture, ((wide, wide), (wide, wide), (0, 0))))


PROGRAMS: dict[str, Program] = {
    "healthy": Program(),
    # The slope of √J at J = 0 is infinite, and infinity times 0 is NaN.
    "root": Program(content_term=tf.sqrt, from_photograph=True),
    "way in": Program(way_in=lambda picture: reshape_and_normalize_image(picture) / 255),
    "way out": Program(way_out=lambda x, mean: (x + mean)[0] / 255),
    "rate": Program(learning_rate=100_000.0),
    "padding": Program(way_in=_with_zeros_around),
    "order": Program(read_style=lambda picture: picture[..., ::-1]),
}
"""The causes by their names, and the program that each of them gives."""

CAUSES = tuple(PROGRAMS)
"""What `find_cause` may answer."""


@dataclass(frozen=True)
class Symptoms:
    """What can be measured on a painted picture; every number is NaN where the picture holds NaN.

    Attributes:
        lowest: of all its numbers; 0 is black.
        highest: of all its numbers; 255 is white.
        brightness: mean of all its numbers.
        spread: standard deviation over the positions, mean of the three colours: 0 is a card of
            one colour.
        edge: by how much the border is brighter or darker than all within it.
        fall: cost at the start ÷ cost at the end. A number of the run, not of the picture.
        to_style: how far its mean colour is from the one of the style picture.
        to_swapped: the same from the style with red and blue exchanged.
    """

    lowest: float
    highest: float
    brightness: float
    spread: float
    edge: float
    fall: float
    to_style: float
    to_swapped: float

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """Write every symptom as a line: ``"spread 64"``."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return [f"{n} {v:.2g}" if v < 9.95 else f"{n} {v:.0f}" for n, v in values.items()]


@dataclass(frozen=True, eq=False)
class Patient:
    """A picture that a program has painted, and how it came to be.

    Attributes:
        picture: as the program hands it out: float32, (n_H, n_W, 3); 0 to 255 if all is well.
        costs: J before every step, and at the end.
        style: the style picture that was asked for, uint8.
    """

    picture: np.ndarray
    costs: tuple[float, ...]
    style: np.ndarray

    @property
    def shown(self) -> np.ndarray:
        """The picture as a screen shows it: uint8, (n_H, n_W, 3). NaN comes out black."""
        return np.rint(np.clip(np.nan_to_num(self.picture), 0, 255)).astype(np.uint8)

    @property
    def symptoms(self) -> Symptoms:
        """What can be measured on it."""
        return examine(self.picture, self.costs, self.style)


def paint_patient(
    cause: str, content: np.ndarray, style: np.ndarray, num_iterations: int, model: VGGModel
) -> Patient:
    """Paint with the program that has this cause for complaint.

    Args:
        cause: one of `CAUSES`.
        content: the photograph, uint8, (n_H, n_W, 3), RGB, at the size of the result.
        style: the style picture, the same, of any size.
        num_iterations: number of steps.
        model: the network.

    Raises:
        NSTError: there is no such cause, or a picture cannot be used.
    """
    if cause not in PROGRAMS:
        raise NSTError(f"cause: unknown {cause!r}; choose from {', '.join(CAUSES)}.")
    check_picture("content", content)
    check_picture("style", style)
    program = PROGRAMS[cause]
    photograph = program.way_in(content)
    a_S = model(program.way_in(program.read_style(style)))
    costs = _costs(program, model, model(photograph)[CONTENT_LAYER], a_S)
    start = photograph if program.from_photograph else generate_noise_image(photograph, seed=0)
    image, history = _descend(costs, start, num_iterations, program.learning_rate, model)
    return Patient(program.way_out(image, model.mean), history, style)


def admit(
    content: np.ndarray,
    style: np.ndarray,
    num_iterations: int,
    model: VGGModel,
    seed: int = 0,
) -> dict[str, Patient]:
    """Fill a ward: one patient for every cause, and a healthy picture of the night.

    Args:
        content: the photograph, as for `paint_patient`.
        style: the style picture.
        num_iterations: number of steps.
        model: the network.
        seed: of the order in which they come.

    Returns:
        Patients by their letters, from A on.
    """
    at_night = [np.uint8(NIGHT * picture) for picture in (content, style)]
    visitors = [(cause, content, style) for cause in CAUSES] + [("healthy", *at_night)]
    order = np.random.default_rng(seed).permutation(len(visitors))
    patients = [paint_patient(*visitors[place], num_iterations, model) for place in order]
    return dict(zip("ABCDEFGH", patients, strict=True))


def _costs(
    program: Program, model: VGGModel, a_C: tf.Tensor, a_S: Mapping[str, tf.Tensor]
) -> CostFunction:
    """The costs of the lesson, with what this program does to the content."""
    healthy = transfer_costs(model, a_C, a_S)

    def costs(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        _, J_content, J_style = healthy(image)
        J_content = program.content_term(J_content)
        return 10 * J_content + 40 * J_style, J_content, J_style

    return costs


def _descend(
    costs: CostFunction, start: np.ndarray, steps: int, learning_rate: float, model: VGGModel
) -> tuple[np.ndarray, tuple[float, ...]]:
    """Take steps as `minimize` does, but without its refusal of what is no number."""
    image, optimizer = tf.Variable(start), tf.keras.optimizers.Adam(learning_rate)

    def step() -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        return gradient_step(image, costs, optimizer, model.mean)

    # Compiling takes as long as some ten steps, and every program is compiled for itself.
    step = tf.function(step, autograph=False) if steps >= WORTH_COMPILING else step
    history = [float(step()[0]) for _ in range(steps)]
    return image.numpy(), (*history, float(costs(image)[0]))


def examine(picture: np.ndarray, costs: tuple[float, ...], style: np.ndarray) -> Symptoms:
    """Measure the symptoms of a painted picture.

    Args:
        picture: float, (n_H, n_W, 3), RGB; 0 to 255 if all is well.
        costs: J at every step.
        style: the style picture, uint8, (n_H, n_W, 3).
    """
    picture = np.asarray(picture, np.float64)
    wide = max(1, round(BORDER * max(picture.shape)))
    inside = np.zeros(picture.shape[:2], bool)
    inside[wide:-wide, wide:-wide] = True
    colour, wanted = picture.mean((0, 1)), style.mean((0, 1))
    return Symptoms(
        lowest=float(picture.min()),
        highest=float(picture.max()),
        brightness=float(picture.mean()),
        spread=float(picture.std((0, 1)).mean()),
        edge=float(abs(picture[~inside].mean() - picture[inside].mean())),
        fall=float(costs[0] / costs[-1]),
        to_style=float(np.linalg.norm(colour - wanted)),
        to_swapped=float(np.linalg.norm(colour - wanted[::-1])),
    )


# The exercises ----------------------------------------------------------------------------------


def plan_picture(
    photograph: np.ndarray, first: np.ndarray, second: np.ndarray, base: Settings
) -> dict[str, Any]:
    """Plan a picture with one style above and another below.

    Args:
        photograph: uint8, (n_H, n_W, 3), RGB.
        first: the style of the upper part, uint8, of any size.
        second: the style of the lower part, the same.
        base: the settings to start from.

    Returns:
        The arguments of `stylize`: ``content``, ``style`` and ``settings``.
    """
    n_H, n_W, _ = photograph.shape
    above = np.tile(np.linspace(1, 0, n_H)[:, np.newaxis], (1, n_W))
    return {
        "content": photograph,
        "style": [Style(first, mask=above), Style(second, mask=1 - above)],
        "settings": replace(base, beta=2 * base.beta),
    }


def find_cause(symptoms: Symptoms) -> str:
    """Find out what is wrong with the program that has painted a picture.

    The order matters: after a question has been answered, the next ones may rely on it.

    Args:
        symptoms: what was measured on the picture.

    Returns:
        One of `CAUSES`.
    """
    if np.isnan(symptoms.brightness):  # first of all: every comparison with NaN is False
        return "root"
    if symptoms.highest < 10:  # before the spread: what is black has none, either
        return "way out"
    if symptoms.spread < 20:
        return "way in"
    if symptoms.fall < 2:
        return "rate"
    if symptoms.edge > 35:
        return "padding"
    if symptoms.to_swapped < symptoms.to_style:
        return "order"
    return "healthy"
