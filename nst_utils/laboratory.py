"""The laboratory of notebook 07: many pictures with one call, compared fairly.

Fairly means: all settings but one are the same; time is measured without loading and compiling;
and pictures are measured with one and the same yardstick, however they were painted.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nst_utils import show
from nst_utils._quiet import tf
from nst_utils.cache import load_cached
from nst_utils.engine import Painter
from nst_utils.experiment import Result
from nst_utils.images import fitted, reshape_and_normalize_image, resize_image
from nst_utils.matconvnet import Convolution, Network
from nst_utils.objective import Objective, Style
from nst_utils.optimize import Progress
from nst_utils.precision import chosen_precision
from nst_utils.settings import Settings, changed
from nst_utils.vgg import VGGModel, average_pool, conv_relu
from nst_utils.weights import find_weights

Axis = tuple[str, Mapping[str, Any] | Sequence[Any]]
"""The name of a setting, and its values; a mapping gives each value a name of its own."""

PROBE = 4
"""Steps for each scale, to find out how long one takes."""


class Laboratory:
    """A photograph, a style, and a control: all that the experiments of a lesson share.

    Attributes:
        content: the photograph, uint8, (n_H, n_W, 3).
        style: the style picture, the same.
        base: the settings of the control. Its layers, network and size are the yardstick, too.
        network: what paints where no other network is named.
    """

    def __init__(
        self,
        content: np.ndarray,
        style: np.ndarray,
        base: Settings,
        weights: str | os.PathLike | None = None,
    ):
        """Set up.

        Args:
            content: the photograph, uint8, (n_H, n_W, 3), RGB; resized as the settings say.
            style: the style picture, the same.
            base: the settings of the control.
            weights: the network, see `find_weights`.

        Raises:
            WeightsFileError: the network is missing or damaged.
        """
        self.content, self.style, self.base = content, style, base
        self.network = read_network(weights)
        self._models: dict[tuple, tuple[Network, VGGModel]] = {}
        self._yardstick = self._aimed()

    def model(self, settings: Settings, network: Network | None = None) -> VGGModel:
        """Make a network ready as the settings want it; each only once."""
        network, precision = network or self.network, chosen_precision(settings.precision)
        key = id(network), settings.pooling, settings.padding, precision
        if key not in self._models:
            model = VGGModel(
                network, pooling=settings.pooling, padding=settings.padding, precision=precision
            )
            self._models[key] = network, model  # a network that is kept keeps its id
        return self._models[key][1]

    # Painting -----------------------------------------------------------------------------------

    def paint(self, settings: Settings, network: Network | None = None) -> Result:
        """Paint one picture.

        Args:
            settings: how; the steps are those that they say.
            network: another one than that of the laboratory.

        Returns:
            The picture, its costs, and the time of its steps. What TensorFlow compiles in the first
            step of each scale is left out: that step counts as the others of its scale do.

        Raises:
            NSTError: the memory does not suffice, or the cost is not a finite number.
        """
        model = self.model(settings, network)
        painter = Painter(self.content, self.style, settings, model)
        reports = list(painter)
        last, seconds = reports[-1], _clock(_durations(reports))
        history = zip(seconds, [report.J for report in reports], strict=True)
        picture = painter.shown(last.image)
        costs = last.J, last.J_content, last.J_style
        return Result(settings, picture, *costs, seconds[-1], tuple(history))

    def paint_for(
        self, seconds: float, settings: Settings, network: Network | None = None
    ) -> Result:
        """Paint with as many steps as fit into a time.

        A few steps of each scale are timed first. The time is that of the steps alone: loading
        and compiling do not count.

        Args:
            seconds: how long, about; ``Result.seconds`` says how long it really took.
            settings: how; their ``iterations`` do not matter.
            network: another one than that of the laboratory.
        """
        probe = replace(settings, iterations=PROBE, growth=1.0)
        reports = list(Painter(self.content, self.style, probe, self.model(settings, network)))
        a_step = {size: float(np.median(times)) for size, times in _durations(reports).items()}
        # One more at the finest scale makes so many at the coarser ones.
        shares = [settings.growth**i for i in range(len(a_step))][::-1]
        a_round = sum(share * s for share, s in zip(shares, a_step.values(), strict=True))
        return self.paint(replace(settings, iterations=max(1, round(seconds / a_round))), network)

    def run(self, arms: Mapping[str, Settings]) -> dict[str, Result]:
        """Paint all arms of an experiment; returns what came of each."""
        return {name: self.paint(settings) for name, settings in arms.items()}

    def grid(
        self,
        rows: Axis,
        columns: Axis,
        *,
        alt: str,
        see: str,
        base: Settings | None = None,
        path: str | os.PathLike | None = None,
    ) -> list[list[Result]]:
        """Paint all combinations of two settings, and show them in a table.

        Args:
            rows: a setting and its values, such as ``("beta", [2, 20, 200])``, or with a name for
                each value: ``("style_layers", {"shallow": (("conv1_1", 1.0),), …})``.
            columns: the other setting and its values.
            alt: the figure in words, for who cannot see it.
            see: what is to be noticed; printed below.
            base: all the other settings; None is the control of the laboratory.
            path: also write the figure here.

        Returns:
            What came of each, row by row.

        Raises:
            NSTError: a setting or a value that there is not.
        """
        (down, row_values), (across, column_values) = _named(rows), _named(columns)
        arms = [
            [changed(base or self.base, {down: r, across: c}) for c in column_values.values()]
            for r in row_values.values()
        ]
        results = [[self.paint(settings) for settings in row] for row in arms]
        pictures = [[result.picture for result in row] for row in results]
        show.show_grid(pictures, [*row_values], [*column_values], alt=alt, see=see, path=path)
        return results

    # Measuring ----------------------------------------------------------------------------------

    def style_cost(self, picture: np.ndarray) -> float:
        """Measure how far a picture is from the style: always by the layers of the control.

        Args:
            picture: uint8, (n_H, n_W, 3), whatever its size and however it was painted.

        Returns:
            0 is the style itself; 1 is an error as large as the Gram matrices of the style.
        """
        return self._measured(picture)[1]

    def content_cost(self, picture: np.ndarray) -> float:
        """Measure how far a picture is from the photograph; as `style_cost`."""
        return self._measured(picture)[0]

    def _measured(self, picture: np.ndarray) -> tuple[float, float]:
        n_H, n_W = fitted(self.content.shape[:2], self.base.size)
        _, content, style, _ = self._yardstick(_network_input(picture, (n_W, n_H), self.network))
        return content, style

    def _aimed(self) -> Objective:
        """The costs that all pictures are measured with, whatever lowered them."""
        size, style_size = self.base.size, round(self.base.size * self.base.style_scale)
        settings = replace(self.base, weighting="relative", precision="float32")
        yardstick = Objective(self.model(settings), settings)
        target = _network_input(self.style, style_size, self.network)
        yardstick.aim(_network_input(self.content, size, self.network), [Style(target)])
        return yardstick


def _network_input(
    picture: np.ndarray, size: int | tuple[int, int], network: Network
) -> np.ndarray:
    return reshape_and_normalize_image(
        resize_image(picture, size), network.mean.reshape(1, 1, 1, 3)
    )


def _durations(reports: Sequence[Progress]) -> dict[int, list[float]]:
    """Seconds of each step, by the width of the picture; the first of each width corrected."""
    taken = np.diff([0.0, *(report.seconds for report in reports)])
    found: dict[int, list[float]] = {}
    for report, seconds in zip(reports, taken, strict=True):
        found.setdefault(report.image.shape[2], []).append(float(seconds))
    # In the first step of a scale TensorFlow compiles, and the targets are computed.
    return {
        width: [float(np.median(times[1:] or times)), *times[1:]] for width, times in found.items()
    }


def _clock(durations: Mapping[int, Sequence[float]]) -> list[float]:
    """When each step began, counted from the first."""
    ends = np.cumsum([seconds for times in durations.values() for seconds in times])
    return [0.0, *map(float, ends[:-1])]


def _named(axis: Axis) -> tuple[str, dict[str, Any]]:
    """Give every value of an axis a name: its own, or that of the setting and the value."""
    setting, values = axis
    if isinstance(values, Mapping):
        return setting, dict(values)
    return setting, {f"{setting} = {value}": value for value in values}


# Networks ---------------------------------------------------------------------------------------


def read_network(weights: str | os.PathLike | None = None) -> Network:
    """Read a network, without making a model of it; argument and errors as `find_weights`."""
    return load_cached(find_weights(weights))


def random_network(
    like: Network, picture: np.ndarray, seed: int = 0, mean_activation: float = 150.0
) -> Network:
    """Make a network that has learned nothing, of the shape of another one.

    Kernels are drawn as He et al. 2015 (*Delving Deep into Rectifiers*, section 2.2) draw them;
    biases are 0. Then each layer is rescaled to one and the same mean activation, as the bundled
    network is: α and β mean the same.

    Args:
        like: its layers, widths and mean pixel are taken.
        picture: on which the activations are measured, uint8, (n_H, n_W, 3).
        seed: of the kernels.
        mean_activation: of each layer, for this picture.
    """
    rng = np.random.default_rng(seed)
    x = tf.constant(_network_input(picture, max(picture.shape[:2]), like))
    convolutions = []
    for layer in like.layers:
        if not isinstance(layer, Convolution):
            x = average_pool(x)
            continue
        n_in = np.prod(layer.kernel.shape[:3])
        kernel = rng.normal(0, np.sqrt(2 / n_in), layer.kernel.shape).astype(np.float32)
        bias = np.zeros_like(layer.bias)
        scale = mean_activation / float(tf.reduce_mean(conv_relu(x, kernel, bias)))
        convolutions.append(Convolution(layer.name, kernel * np.float32(scale), bias))
        x = conv_relu(x, convolutions[-1].kernel, bias)
    return Network(Path("random"), tuple(convolutions), like.mean, like.layout)
