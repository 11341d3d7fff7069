"""A VGG-19 as a TensorFlow graph: a picture goes in, named activations come out."""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nst_utils._quiet import tf
from nst_utils.cache import load_cached
from nst_utils.config import NSTError
from nst_utils.matconvnet import Convolution, Network
from nst_utils.settings import PADDINGS, POOLINGS, PRECISIONS
from nst_utils.weights import find_weights

# tf.pad's SYMMETRIC repeats the border pixel itself; for one pixel that is replication.
_PAD_MODES = {"zero": "CONSTANT", "reflect": "REFLECT", "replicate": "SYMMETRIC"}


def conv_relu(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, padding: str = "zero") -> tf.Tensor:
    """Convolve (3×3, stride 1, one pixel of padding), add the bias, apply the ReLU.

    Args:
        x: float32, shape (1, n_H, n_W, channels in).
        kernel: float32, shape (3, 3, channels in, channels out).
        bias: float32, shape (channels out,).
        padding: what surrounds ``x``: ``"zero"``, ``"reflect"`` or ``"replicate"``.

    Returns:
        float32, shape (1, n_H, n_W, channels out), ≥ 0.

    Source:
        Simonyan & Zisserman 2014, section 2.1.
    """
    if padding == "zero":
        x = tf.nn.conv2d(x, kernel, strides=1, padding="SAME")
    else:
        x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], _PAD_MODES[padding])
        x = tf.nn.conv2d(x, kernel, strides=1, padding="VALID")
    return tf.nn.relu(tf.nn.bias_add(x, bias))


def average_pool(x: tf.Tensor, padding: str = "SAME") -> tf.Tensor:
    """Take the mean of every 2×2 block of positions: height and width are halved.

    Args:
        x: float32, shape (1, n_H, n_W, n_C).
        padding: ``"SAME"`` keeps an odd last row or column, and its mean leaves the padding
            out; ``"VALID"`` drops it.

    Returns:
        float32, shape (1, ⌈n_H/2⌉, ⌈n_W/2⌉, n_C), rounded down with ``"VALID"``.

    Source:
        Gatys et al. 2016, section 2: average pooling in place of the network's max pooling.
    """
    return tf.nn.avg_pool2d(x, ksize=2, strides=2, padding=padding)


def max_pool(x: tf.Tensor, padding: str = "SAME") -> tf.Tensor:
    """Take the largest of every 2×2 block of positions; shapes as for `average_pool`."""
    return tf.nn.max_pool2d(x, ksize=2, strides=2, padding=padding)


_POOLS = {"avg": average_pool, "max": max_pool}


class Extent(NamedTuple):
    """Where a layer's activation lies in the picture.

    Attributes:
        stride: a step to the next position is so many pixels.
        reach: position p depends on the pixels from p·stride − reach to (p + 1)·stride − 1 + reach.
        channels: n_C.
    """

    stride: int
    reach: int
    channels: int


class VGGModel:
    """A picture's activations in a VGG-19, by the names of its layers.

    The weights are constants: only the picture can be trained. ``conv4_2`` means the activation
    *after* its ReLU, as in the course.

    Attributes:
        layer_names: every layer in order, ``conv1_1`` … ``conv5_4`` and ``avgpool1`` …
            ``avgpool5`` (``maxpool1`` … with max pooling).
        extents: stride, reach and number of channels of every layer, by its name.
        precision: the type of the activations.
        graphs: what others have compiled with this network, by names of their own; it lives as
            long as the network does.
        mean: the mean pixel to subtract from a picture, RGB, float32, shape (1, 1, 1, 3), 0–255.
    """

    def __init__(
        self,
        network: Network,
        *,
        pooling: str = "avg",
        padding: str = "zero",
        pool_padding: str = "SAME",
        precision: str = "float32",
    ):
        _one_of("precision", precision, PRECISIONS)
        _one_of("pooling", pooling, POOLINGS)
        _one_of("padding", padding, PADDINGS)
        _one_of("pool_padding", pool_padding, ("SAME", "VALID"))
        self.mean = network.mean.reshape(1, 1, 1, 3)
        self._pool = _POOLS[pooling]
        self._pool_padding = pool_padding
        self._padding = padding
        self._dtype = tf.as_dtype(precision)
        self._weights: dict[str, tuple[tf.Tensor, tf.Tensor] | None] = {}
        for layer in network.layers:
            if isinstance(layer, Convolution):
                self._weights[layer.name] = self._constant(layer.kernel), self._constant(layer.bias)
            else:
                self._weights[f"{pooling}pool{layer.block}"] = None
        self.layer_names = tuple(self._weights)
        self.extents = self._extents()
        self.precision = precision
        self.graphs: dict[str, Callable] = {}
        # Compiled once per input shape and choice of layers.
        self._compiled = tf.function(self._activations, autograph=False)

    def _constant(self, values) -> tf.Tensor:
        return tf.cast(tf.constant(values), self._dtype)

    def _extents(self) -> dict[str, Extent]:
        """Follow stride and reach through the layers."""
        found, here = {}, Extent(stride=1, reach=0, channels=3)
        for name, weights in self._weights.items():
            if weights is None:  # 2×2 blocks, side by side: nothing beyond them is seen
                here = here._replace(stride=2 * here.stride)
            else:  # 3×3: one position more on each side
                here = Extent(here.stride, here.reach + here.stride, weights[1].shape[0])
            found[name] = here
        return found

    def grid_and_margin(self, layers: Sequence[str]) -> tuple[int, int]:
        """Tell where a piece of a picture may begin, and how far it must reach beyond its edges.

        Args:
            layers: those whose activations in the piece shall be the same as in the whole picture.

        Returns:
            Two numbers of pixels: a piece begins at a multiple of the first, and is surrounded by
            the second, itself such a multiple.
        """
        extents = [self.extents[name] for name in layers]
        grid = max(extent.stride for extent in extents)
        return grid, -(-max(extent.reach for extent in extents) // grid) * grid

    def __call__(
        self, image: tf.Tensor, layers: Sequence[str] | None = None
    ) -> dict[str, tf.Tensor]:
        """Compute the activations of a picture.

        Args:
            image: network input, float, shape (1, H, W, 3), RGB minus the mean: what
                `reshape_and_normalize_image` returns; a NumPy array, tensor or variable.
            layers: the names of the layers wanted; None means all. Nothing deeper than the
                deepest of them is computed.

        Returns:
            The activations by layer name, float32, each of shape (1, n_H, n_W, n_C) and, after
            the ReLU, ≥ 0.

        Raises:
            NSTError: if the picture does not have that shape or type, is too small for the
                padding, or a layer is unknown.

        Example:
            >>> model = load_vgg_model("small")
            >>> model(tf.zeros((1, 300, 400, 3)), layers=("conv4_2",))["conv4_2"].shape
            TensorShape([1, 38, 50, 192])
        """
        wanted = self.layer_names if layers is None else self._known(layers)
        return self._compiled(_network_input(image, self._smallest_side(wanted)), wanted)

    def _known(self, layers: Sequence[str]) -> tuple[str, ...]:
        names = (layers,) if isinstance(layers, str) else tuple(layers)
        for name in names:
            _one_of("layers", name, self.layer_names)
        return names

    def _smallest_side(self, wanted: tuple[str, ...]) -> int:
        """Tell how many pixels each side must have, so that the layers wanted exist."""
        depth = max((self.layer_names.index(name) for name in wanted), default=0)
        kinds = ["pool" if self._weights[n] is None else "conv" for n in self.layer_names]
        drops = self._pool_padding == "VALID"  # half of a side, rounded down
        smallest = 2 ** kinds[: depth + 1].count("pool") if drops else 1
        if self._padding == "reflect":  # what is reflected has two pixels or more
            before = 2 ** kinds[:depth].count("pool")
            smallest = max(smallest, 2 * before if drops else before + 1)
        return smallest

    def _activations(self, image: tf.Tensor, wanted: tuple[str, ...]) -> dict[str, tf.Tensor]:
        """Build the graph, layer after layer, as deep as wanted."""
        found = {}
        x = tf.cast(image, self._dtype)
        for name in self.layer_names:
            if len(found) == len(set(wanted)):
                break
            weights = self._weights[name]
            x = (
                self._pool(x, self._pool_padding)
                if weights is None
                else conv_relu(x, *weights, self._padding)
            )
            if name in wanted:
                found[name] = x
        return {name: found[name] for name in wanted}


def load_vgg_model(
    path: str | os.PathLike | None = None,
    *,
    pooling: str = "avg",
    padding: str = "zero",
    pool_padding: str = "SAME",
    precision: str = "float32",
) -> VGGModel:
    """Load a VGG-19 and make it a TensorFlow graph.

    Args:
        path: ``"small"`` (the bundled network, the default), ``"vgg19"`` (the real file), or
            the path of a MatConvNet file; see `find_weights`.
        pooling: ``"avg"`` as in the course (Gatys et al. 2016, section 2: the pictures come out
            smoother), or ``"max"`` as the network was published.
        padding: what surrounds a picture before each convolution: ``"zero"``, ``"reflect"`` or
            ``"replicate"``.
        pool_padding: ``"SAME"`` keeps an odd last row or column (its average leaves the padding
            out); ``"VALID"`` drops it.
        precision: the type in which convolutions are computed: ``"float32"``, or ``"bfloat16"``,
            which gives three digits, much faster on some machines (`fastest_precision`). The
            activations have this type.

    Returns:
        The model: ``model(image)`` gives a dict of named activations.

    Raises:
        WeightsFileError: if the file is missing, damaged or not a VGG-19.
        NSTError: if a choice is unknown.

    Example:
        >>> load_vgg_model("small").layer_names[:3]
        ('conv1_1', 'conv1_2', 'avgpool1')
    """
    network = load_cached(find_weights(path))
    return VGGModel(
        network, pooling=pooling, padding=padding, pool_padding=pool_padding, precision=precision
    )


def _one_of(argument: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise NSTError(f"{argument}: unknown {value!r}; choose from {', '.join(allowed)}.")


def _network_input(image: tf.Tensor, smallest: int) -> tf.Tensor:
    """See that this is a picture that the network can take, and make it float32."""
    try:
        image = tf.convert_to_tensor(image)
    except (TypeError, ValueError) as error:
        raise NSTError(f"image: {type(image).__name__} is no array of numbers.") from error
    shape = tuple(image.shape)
    if len(shape) != 4 or shape[0] != 1 or shape[-1] != 3 or not image.dtype.is_floating:
        raise NSTError(
            f"image: got {image.dtype.name} of shape {shape}, expected float32 of shape "
            "(1, H, W, 3); make it with reshape_and_normalize_image."
        )
    if any(side is not None and side < smallest for side in shape[1:3]):
        raise NSTError(
            f"image: {shape[2]}×{shape[1]} pixels are too few; with this padding and pooling the "
            f"network needs at least {smallest}×{smallest}."
        )
    return tf.cast(image, tf.float32)
