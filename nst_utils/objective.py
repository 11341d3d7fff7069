"""What a picture costs, and which way is down: for one style or several, whole or in tiles.

The costs are those of the lessons: mean squared differences of activations, and of Gram matrices.
Both come from sums over the positions of a layer. So a picture too large for the memory can be
computed tile by tile: costs and gradient are the same numbers, and there are no seams.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from nst_utils._quiet import tf
from nst_utils.config import NSTError
from nst_utils.costs import gram_matrix, unroll
from nst_utils.images import check_picture
from nst_utils.settings import Settings
from nst_utils.vgg import VGGModel

Box = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""


class Style(NamedTuple):
    """A style picture, how much of it, and where.

    Attributes:
        picture: uint8, (n_H, n_W, 3), RGB, of any size.
        weight: beside those of the other styles; only their proportions matter.
        mask: where in the photograph this style goes: float, (n_H, n_W), 0 to 1, of any size in
            the proportions of the photograph; soft edges make soft borders. None: everywhere.
    """

    picture: np.ndarray
    weight: float = 1.0
    mask: np.ndarray | None = None


class Tile(NamedTuple):
    """A piece of a picture.

    Attributes:
        window: what the network sees of the picture.
        core: the positions that count. The cores of all tiles cover each pixel once.
    """

    window: Box
    core: Box


Sums = dict[str, dict[str, tf.Tensor]]
"""By "content" and "style", by layer: what `sums_over_positions` returns."""


class Targets(NamedTuple):
    """All that stays the same while a picture is painted; dicts go by the name of the layer.

    Attributes:
        a_C: activations of the photograph: NumPy arrays in the type of the model.
        w_C: factor of the sum of squared differences to them.
        T: where the styles go: (styles, n_H, n_W, 1), T² is the share of a position. Empty where
            they all go everywhere.
        positions: the sum of T² for each region, (regions,): each style has a region of its own,
            or all share the one that is the whole picture.
        G: Gram matrices of the styles per position, (styles, n_C, n_C).
        w_S: factors of the mean squared differences to them, (styles,).
        alpha_beta: the weights of content and style.
        w_TV: factor of the total variation; empty where it does not count.
    """

    a_C: dict[str, np.ndarray]
    w_C: dict[str, tf.Tensor]
    T: dict[str, np.ndarray]
    positions: dict[str, tf.Tensor]
    G: dict[str, tf.Tensor]
    w_S: dict[str, tf.Tensor]
    alpha_beta: tf.Tensor
    w_TV: dict[str, tf.Tensor]


class Weighting(NamedTuple):
    """From a target to the factor of its mean squared difference in the cost.

    Attributes:
        style: takes a Gram matrix per position, (n_C, n_C).
        content: takes an activation, (1, n_H, n_W, n_C), in the type of the model.
    """

    style: Callable[[tf.Tensor], float]
    content: Callable[[tf.Tensor], float]


def _one_over_power(target: tf.Tensor) -> float:
    return 1 / max(float(tf.reduce_mean(tf.square(tf.cast(target, tf.float32)))), 1e-12)


WEIGHINGS = {
    # The formulas of notebooks 03 and 04, written as means.
    "course": Weighting(style=lambda G: 1 / 4, content=lambda a: 1 / 4),
    # Gatys' own program: w = 1000 / n_C², and plain means.
    "gatys": Weighting(style=lambda G: 1e3 / G.shape[0] ** 2, content=lambda a: 1.0),
    # A cost of 1 is an error as large as the target: for every layer, network, size and style.
    "relative": Weighting(style=_one_over_power, content=_one_over_power),
}
"""By the name of the setting ``weighting``."""


class Objective:
    """J = α · J_content + β · J_style + smoothness · (total variation ÷ the photograph's).

    Source:
        Gatys et al. 2016, equation 7. Several styles: the sum of their costs. Masks: the guided
        Gram matrices of Gatys et al. 2017, *Controlling Perceptual Factors in Neural Style
        Transfer*, section 4.1, each weighted by the area of its region.
    """

    def __init__(self, model: VGGModel, settings: Settings, tile: int | None = None):
        """Prepare the computation; it is compiled once for a network, for all sizes and weights.

        Args:
            model: the network.
            settings: layers, weights, weighting and smoothness are used.
            tile: longest side of a tile's core, in pixels; None computes every picture whole.
        """
        self.model, self.settings = model, settings
        self.w_content, self.w_style = dict(settings.content_layers), dict(settings.style_layers)
        self.layers = tuple(self.w_content | self.w_style)
        self.grid, self.margin = model.grid_and_margin(self.layers)
        self.tile = None if tile is None else max(1, tile // self.grid) * self.grid

    def aim(self, content: np.ndarray, styles: Sequence[Style]) -> None:
        """Compute the targets for pictures of one size.

        Args:
            content: network input, float32, (1, n_H, n_W, 3).
            styles: whose pictures are network inputs, too, of any size.
        """
        a_C = self._activations(content)
        regions = _regions(styles, content.shape[1:3])
        if regions is None:
            T, shares = {}, np.array([style.weight for style in styles], np.float64)
            shares /= shares.sum()
            positions = {name: [np.prod(self._shape(content, name))] for name in self.w_style}
        else:
            shapes = {name: self._shape(content, name) for name in self.w_style}
            inside = {name: _resized(regions, shape) for name, shape in shapes.items()}
            T, shares = {n: np.sqrt(share) for n, share in inside.items()}, regions.mean((1, 2, 3))
            positions = {name: share.sum((1, 2, 3)) + 1e-6 for name, share in inside.items()}
        G = self._grams(styles)
        weigh = WEIGHINGS[self.settings.weighting]
        w_C = {n: w * weigh.content(a_C[n]) / a_C[n].size for n, w in self.w_content.items()}
        w_S = {
            name: [
                weight * share * weigh.style(one)
                for share, one in zip(shares, G[name], strict=True)
            ]
            for name, weight in self.w_style.items()
        }
        w_TV = {}
        if self.settings.smoothness:
            of_photograph = float(total_variation(tf.constant(content))) + 1e-3
            w_TV["picture"] = self.settings.smoothness / of_photograph
        self._targets = Targets(
            a_C=a_C,
            w_C=_constants(w_C),
            T=T,
            positions=_constants(positions),
            G=G,
            w_S=_constants(w_S),
            alpha_beta=tf.constant([self.settings.alpha, self.settings.beta], tf.float32),
            w_TV=_constants(w_TV),
        )

    def __call__(self, image: np.ndarray) -> tuple[float, float, float, np.ndarray]:
        """Compute the costs of a picture, and their gradient.

        Args:
            image: network input, float32, of the shape that `aim` was given.

        Returns:
            (J, J_content, J_style, ∇J); ∇J is float32, of the shape of ``image``.
        """
        tiles = self.tiles(image.shape)
        if len(tiles) == 1:
            *costs, gradient = self._run(whole, tf.constant(image), self._targets)
            return (*map(float, costs), gradient.numpy())
        return self._tile_by_tile(image, tiles)

    def _run(self, function: Callable, *arguments: Any) -> Any:
        """Call one of the functions below, compiled for arguments of any height and width."""
        network = Network(self.model, tuple(self.w_content), tuple(self.w_style))
        signature = tf.nest.map_structure(_of_any_size, arguments)
        name = f"{function.__name__} {network[1:]} {signature}"
        if name not in self.model.graphs:
            self.model.graphs[name] = tf.function(
                partial(function, network), input_signature=signature, autograph=False
            )
        return self.model.graphs[name](*arguments)

    # A picture in tiles -------------------------------------------------------------------------

    def _tile_by_tile(
        self, image: np.ndarray, tiles: list[Tile]
    ) -> tuple[float, float, float, np.ndarray]:
        """The chain rule in two passes: all sums first; then how each tile changes them."""
        targets, sums = self._targets, None
        for tile in tiles:
            found = self._run(sums_over_positions, *self._seen(image, tile))
            sums = found if sums is None else tf.nest.map_structure(tf.add, sums, found)
        J, J_content, J_style, of_sums = self._run(costs_and_slopes, sums, targets)
        rough, gradient = self._run(roughness_and_slope, tf.constant(image), targets.w_TV)
        gradient = gradient.numpy()
        for tile in tiles:
            of_window = self._run(slope_through_sums, of_sums, *self._seen(image, tile))
            piece = _cut(gradient, tile.window)
            piece += of_window.numpy()
        return float(J + rough), float(J_content), float(J_style), gradient

    def _seen(self, image: np.ndarray, tile: Tile) -> tuple[tf.Tensor, dict, dict, dict]:
        """The arguments of `sums_over_positions` for one tile."""
        targets = self._targets
        a_C = {n: _cut(a, self._core(tile, n)) for n, a in targets.a_C.items()}
        T = {n: _cut(t, self._core(tile, n)) for n, t in targets.T.items()}
        cores = {n: tf.constant(self._core(tile, n, in_window=True)) for n in self.layers}
        return tf.constant(_cut(image, tile.window)), a_C, T, cores

    def tiles(self, shape: Sequence[int]) -> list[Tile]:
        """Cut a picture of shape (1, n_H, n_W, 3).

        A window reaches as far beyond its core as the deepest layer sees: every position of the
        core is computed as in the whole picture.
        """
        down, across = (list(self._spans(length)) for length in shape[1:3])
        return [
            Tile(window=(*rows.window, *columns.window), core=(*rows.core, *columns.core))
            for rows in down
            for columns in across
        ]

    def _spans(self, length: int) -> Iterator["_Span"]:
        """Cut one side. Cores begin where a block of the deepest pool does."""
        pieces = 1 if self.tile is None else -(-length // self.tile)
        side = -(-length // (pieces * self.grid)) * self.grid
        for first in range(0, length, side):
            last = min(first + side, length)
            yield _Span(
                (max(0, first - self.margin), min(length, last + self.margin)), (first, last)
            )

    def _core(self, tile: Tile, layer: str, in_window: bool = False) -> Box:
        """The core in the positions of a layer, counted from the picture's or the window's."""
        stride = self.model.extents[layer].stride
        top, _, left, _ = tile.window if in_window else (0, 0, 0, 0)
        sides = zip(tile.core, (top, top, left, left), strict=True)
        # Rounded up: an odd last row of pixels has a position of its own.
        return tuple(-(-(side - origin) // stride) for side, origin in sides)

    def _shape(self, image: np.ndarray, layer: str) -> tuple[int, int]:
        """Height and width of a layer's activation."""
        stride = self.model.extents[layer].stride
        return tuple(-(-side // stride) for side in image.shape[1:3])

    # The targets --------------------------------------------------------------------------------

    def _activations(self, content: np.ndarray) -> dict[str, np.ndarray]:
        """Those of the photograph."""
        found: dict[str, np.ndarray] = {}
        for tile in self.tiles(content.shape):
            a = self.model(_cut(content, tile.window), tuple(self.w_content))
            for name, seen in a.items():
                if name not in found:
                    shape = (1, *self._shape(content, name), seen.shape[-1])
                    found[name] = np.empty(shape, seen.dtype.as_numpy_dtype)
                inner = _cut(seen, self._core(tile, name, in_window=True))
                _cut(found[name], self._core(tile, name))[...] = inner.numpy()
        return found

    def _grams(self, styles: Sequence[Style]) -> dict[str, tf.Tensor]:
        """The Gram matrices of the style pictures, per position: (styles, n_C, n_C)."""
        found: dict[str, list[tf.Tensor]] = {name: [] for name in self.w_style}
        for picture, *_ in styles:
            sums = dict.fromkeys(self.w_style, 0.0)
            for tile in self.tiles(picture.shape):
                a = self.model(_cut(picture, tile.window), tuple(self.w_style))
                for name in sums:
                    inner = _cut(a[name], self._core(tile, name, in_window=True))
                    sums[name] += guided_grams(inner)[0]
            for name, total in sums.items():
                found[name].append(total / np.prod(self._shape(picture, name)))
        return {name: tf.stack(grams) for name, grams in found.items()}


class _Span(NamedTuple):
    """A tile in one direction."""

    window: tuple[int, int]
    core: tuple[int, int]


# What is compiled -------------------------------------------------------------------------------


class Network(NamedTuple):
    """A network, and the layers that are asked of it."""

    model: VGGModel
    content: tuple[str, ...]
    style: tuple[str, ...]


def whole(network: Network, image: tf.Tensor, targets: Targets) -> tuple[tf.Tensor, ...]:
    """(J, J_content, J_style, ∇J) of a picture that is computed at once."""
    with tf.GradientTape() as tape:
        tape.watch(image)
        sums = sums_over_positions(network, image, targets.a_C, targets.T)
        J, J_content, J_style = costs_of(sums, targets)
        J += roughness(image, targets.w_TV)
    return J, J_content, J_style, tape.gradient(J, image)


def sums_over_positions(
    network: Network,
    image: tf.Tensor,
    a_C: dict[str, tf.Tensor],
    T: dict[str, tf.Tensor],
    cores: dict[str, tf.Tensor] | None = None,
) -> Sums:
    """Sum over positions what the costs need.

    Args:
        network: the network and its layers.
        image: network input: a picture, or the window of a tile.
        a_C: the activations of the photograph at the positions that count.
        T: where the styles go, at the same positions; empty for everywhere.
        cores: by layer, the box of positions that count; None counts all.

    Returns:
        Sums of squared differences to the content, and Gram matrices of every region, by layer.
    """
    a = network.model(image, tuple(dict.fromkeys(network.content + network.style)))
    if cores is not None:
        a = {name: _cut(activation, cores[name]) for name, activation in a.items()}
    return {
        "content": {n: tf.reduce_sum(_square(a[n] - a_C[n])) for n in network.content},
        "style": {n: guided_grams(a[n], T.get(n)) for n in network.style},
    }


def costs_of(sums: Sums, targets: Targets) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """(J, J_content, J_style) from the sums over all positions."""
    J_content = sum(targets.w_C[name] * found for name, found in sums["content"].items())
    J_style = 0.0
    for name, found in sums["style"].items():
        G = found / targets.positions[name][:, None, None]
        of_styles = tf.reduce_mean(_square(G - targets.G[name]), (1, 2))
        J_style += tf.reduce_sum(targets.w_S[name] * of_styles)
    alpha, beta = tf.unstack(targets.alpha_beta)
    return alpha * J_content + beta * J_style, J_content, J_style


def costs_and_slopes(_: Network, sums: Sums, targets: Targets) -> tuple:
    """(J, J_content, J_style), and how J changes with each of the sums."""
    with tf.GradientTape() as tape:
        tape.watch(sums)
        costs = costs_of(sums, targets)
    return *costs, tape.gradient(costs[0], sums)


def slope_through_sums(network: Network, of_sums: Sums, window: tf.Tensor, *rest) -> tf.Tensor:
    """How J changes with the pixels of a window, through the sums of its tile."""
    with tf.GradientTape() as tape:
        tape.watch(window)
        sums = sums_over_positions(network, window, *rest)
    return tape.gradient(sums, window, output_gradients=of_sums)


def roughness(image: tf.Tensor, w_TV: dict[str, tf.Tensor]) -> tf.Tensor:
    """What the total variation costs; 0 where it does not count, and then it is not computed."""
    return w_TV["picture"] * total_variation(image) if w_TV else tf.constant(0.0)


def roughness_and_slope(
    _: Network, image: tf.Tensor, w_TV: dict[str, tf.Tensor]
) -> tuple[tf.Tensor, tf.Tensor]:
    """What the total variation costs, and how that changes with the picture."""
    with tf.GradientTape() as tape:
        tape.watch(image)
        found = roughness(image, w_TV)
    return found, tape.gradient(found, image, unconnected_gradients="zero")


def guided_grams(a: tf.Tensor, T: tf.Tensor | None = None) -> tf.Tensor:
    """The Gram matrices of an activation, one for each region.

    The product is taken in the type of the activation, so that bfloat16 speeds it up, too.

    Args:
        a: activation, (1, n_H, n_W, n_C).
        T: how strongly each position counts, (regions, n_H, n_W, 1); None is one region, where
            every position counts 1.

    Returns:
        float32, (regions, n_C, n_C): Σ T²·a·aᵀ over the positions.
    """
    if T is None:
        return tf.cast(gram_matrix(unroll(a)), tf.float32)[None]
    weighted = [a * tf.cast(of_region, a.dtype)[None] for of_region in tf.unstack(T)]
    return tf.stack([tf.cast(gram_matrix(unroll(each)), tf.float32) for each in weighted])


def total_variation(image: tf.Tensor) -> tf.Tensor:
    """How rough a picture is: the mean squared difference of neighbours, down and across."""
    down, across = image[:, 1:] - image[:, :-1], image[:, :, 1:] - image[:, :, :-1]
    return tf.reduce_mean(tf.square(down)) + tf.reduce_mean(tf.square(across))


def _regions(styles: Sequence[Style], shape: tuple[int, int]) -> np.ndarray | None:
    """How much of each style every pixel gets: float32, (styles, n_H, n_W, 1), 0 to 1.

    Where styles meet, they share in proportion to their weights. None where no style has a mask.
    """
    if all(style.mask is None for style in styles):
        return None
    everywhere = np.ones(shape, np.float32)
    masks = [everywhere if s.mask is None else resize_mask(s.mask, shape) for s in styles]
    weights = np.array([style.weight for style in styles], np.float32)
    regions = np.stack(masks)[..., None] * (weights / weights.max())[:, None, None, None]
    return regions / np.maximum(1, regions.sum(0))


def resize_mask(mask: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resize a mask; a smaller one is the mean of what it covers. Returns float32, 0 to 1."""
    method = "area" if shape[0] <= mask.shape[0] else "bilinear"
    resized = tf.image.resize(np.asarray(mask, np.float32)[..., None], shape, method=method)
    return np.clip(resized[..., 0].numpy(), 0, 1)


def _resized(regions: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return tf.image.resize(regions, shape, method="area").numpy()


def _cut(array: Any, box: Box | tf.Tensor) -> Any:
    """The part of an array of shape (…, n_H, n_W, …) inside a box."""
    return array[:, box[0] : box[1], box[2] : box[3]]


def _constants(values: dict[str, Any]) -> dict[str, tf.Tensor]:
    return {name: tf.constant(value, tf.float32) for name, value in values.items()}


def _of_any_size(value: Any) -> tf.TensorSpec:
    """What the compiler is told of an argument: height and width of a picture are left open."""
    shape = list(value.shape)
    if len(shape) == 4:
        shape[1:3] = None, None
    return tf.TensorSpec(shape, value.dtype)


def _square(difference: tf.Tensor) -> tf.Tensor:
    return tf.square(tf.cast(difference, tf.float32))


# What is given ----------------------------------------------------------------------------------


def as_styles(
    given: np.ndarray | Style | Sequence[np.ndarray | Style], shape: tuple[int, int]
) -> list[Style]:
    """Make a list of `Style` of one style or several, with or without weight and mask.

    Args:
        given: as `stylize` takes it.
        shape: (n_H, n_W) of the photograph: masks have its proportions.

    Raises:
        NSTError: there is none, or one of them cannot be used.
    """
    if isinstance(given, np.ndarray | Style):
        given = [given]
    styles = [one if isinstance(one, Style) else Style(one) for one in given]
    for style in styles:
        check_picture("style", style.picture)
        if not (np.isscalar(style.weight) and 0 < style.weight < np.inf):
            raise NSTError(f"style: the weight {style.weight!r} is not a number above 0.")
        if style.mask is not None:
            _check_mask(style.mask, shape)
    if not styles:
        raise NSTError("style: there is none; give a picture.")
    return styles


def _check_mask(mask: np.ndarray, shape: tuple[int, int]) -> None:
    if not (
        isinstance(mask, np.ndarray)
        and mask.ndim == 2
        and mask.size
        and mask.dtype.kind == "f"
        and np.min(mask) >= 0
        and 0 < np.max(mask) <= 1
    ):
        raise NSTError(
            "mask: expected a float array of shape (n_H, n_W), 0 to 1 and somewhere above 0, as "
            "load_mask makes."
        )
    (n_H, n_W), (m_H, m_W) = shape, mask.shape
    if abs(n_H / n_W * m_W / m_H - 1) > 0.05:
        raise NSTError(
            f"mask: {m_W}×{m_H} pixels are not in the proportions of the photograph, {n_W}×{n_H}; "
            "draw the mask over the whole photograph."
        )
