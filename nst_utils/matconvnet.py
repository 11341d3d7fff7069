"""Read a VGG-19 that MatConvNet saved: named kernels and biases, pooling, the mean pixel.

The file is a MATLAB v5 ``.mat``; ``scipy.io`` opens it (see `nst_utils.matfile`). Its cell array
``layers`` holds one struct a layer. Releases of MatConvNet wrote the fields of these structs in
different orders and under different names, so every field is read **by name**, never by position.

**Orientation.** A kernel's axes are (height, width, channels in, channels out), and the three
input channels are in RGB order: just what ``tf.nn.conv2d`` wants for an RGB picture, so nothing
is transposed or reversed. It could be otherwise, and once was: the weights come from Caffe,
which counts (out, in, height, width) and reads pictures as BGR. MatConvNet's importer turned
both round before it saved the file. Some public loaders exchange height and width once more.
Their pictures look plausible, and every number is wrong; tests/test_vgg.py holds ours.

**Memory.** SciPy reads a variable as a whole, and ``layers`` contains the fully connected layers,
which are 86 % of the file and of no use here. They are dropped before anything is copied; what
remains of the 535 MB file is 80 MB. (`nst_utils.cache` keeps those, so that this happens once.)

This module knows no TensorFlow: what it returns are NumPy arrays.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from nst_utils.config import NSTError
from nst_utils.matfile import WeightsFileError, open_mat, what_to_do

CONVOLUTIONS_PER_BLOCK = (2, 2, 4, 4, 4)
"""VGG-19 (Simonyan & Zisserman 2014, table 1, column E), without its fully connected layers."""

CONVOLUTIONS = tuple(
    f"conv{block}_{index}"
    for block, count in enumerate(CONVOLUTIONS_PER_BLOCK, start=1)
    for index in range(1, count + 1)
)
"""The names of the 16 convolutions, in order."""

VARIABLES = ("layers", "meta", "normalization")
"""What is read of a file. The rest, such as the names of a thousand classes, is left alone."""


@dataclass(frozen=True)
class Convolution:
    """One convolution of the network; a ReLU always follows it.

    Attributes:
        name: for example ``"conv4_2"``.
        kernel: float32, shape (3, 3, channels in, channels out), height before width, RGB.
        bias: float32, shape (channels out,).
    """

    name: str
    kernel: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Pooling:
    """The 2×2 pooling with stride 2 at the end of a block (1 to 5)."""

    block: int


@dataclass(frozen=True)
class Network:
    """The convolutional part of a VGG-19, in the order in which a picture runs through it.

    Attributes:
        path: the file it came from.
        convolutions: the 16 convolutions, ``conv1_1`` to ``conv5_4``.
        mean: the mean pixel that is subtracted from a picture, RGB, float32, shape (3,), 0–255.
        layout: which of MatConvNet's ways to arrange a file this is: ``"new"`` (2017),
            ``"old"`` (2015) or ``"oldest"`` (2014).
    """

    path: Path
    convolutions: tuple[Convolution, ...]
    mean: np.ndarray
    layout: str

    @property
    def layers(self) -> tuple[Convolution | Pooling, ...]:
        """The convolutions, and behind each block of them its pooling."""
        layers, remaining = [], iter(self.convolutions)
        for block, count in enumerate(CONVOLUTIONS_PER_BLOCK, start=1):
            layers += [*islice(remaining, count), Pooling(block)]
        return tuple(layers)


def layer_names(layers: np.ndarray) -> list[str]:
    """List the names of the layers of a file, in their order.

    Args:
        layers: the cell array ``layers`` as ``scipy.io.loadmat`` gives it, shape (1, N); each
            cell holds a 1×1 struct.

    Returns:
        N names, such as ``["conv1_1", "relu1_1", "conv1_2", …]``.
    """
    return [str(record[0, 0]["name"][0]) for record in layers[0]]


def read_layer(layers: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Find a convolution by its name, in a file of the current layout.

    Args:
        layers: the cell array ``layers`` as ``scipy.io.loadmat`` gives it, shape (1, N).
        name: for example ``"conv1_1"``.

    Returns:
        ``(kernel, bias)``: float32, shapes (3, 3, channels in, channels out) and (channels out,).

    Raises:
        NSTError: if there is no such layer.
    """
    for cell in layers[0]:
        record = cell[0, 0]
        if record["name"][0] == name:
            kernel, bias = record["weights"][0]
            return kernel, bias.ravel()
    raise NSTError(f"name: there is no layer {name!r}; layer_names(layers) lists them.")


def read_matconvnet(path: str | os.PathLike) -> Network:
    """Read the convolutions of a VGG-19 from a MatConvNet file.

    Args:
        path: a ``.mat`` file in any of the layouts of MatConvNet: the current one (keys
            ``layers`` and ``meta``), the one of 2015 (``normalization`` beside ``layers``), or
            the first one (``filters`` and ``biases`` in place of ``weights``). Compressed files
            (all the published ones) carry checksums, so that a damaged byte is always found; an
            uncompressed one has none, and a damaged weight may stay unseen.

    Returns:
        The network up to ``pool5``, in memory of its own; the fully connected layers are left
        behind.

    Raises:
        WeightsFileError: if the file is missing, damaged or not a VGG-19.

    Source:
        https://www.vlfeat.org/matconvnet/pretrained/ (imagenet-vgg-verydeep-19).
    """
    path = Path(path)
    records, mean, layout = _needed(open_mat(path, VARIABLES), path)
    return Network(path, tuple(_convolutions(records, path)), mean, layout)


def _needed(
    contents: dict[str, np.ndarray], path: Path
) -> tuple[dict[str, np.ndarray], np.ndarray, str]:
    """Take what is needed out of a file, so that the rest of it can be forgotten."""
    records = {_text(record, "name"): record for record in _records(contents, path)}
    needed = {name: records[name] for name in CONVOLUTIONS if name in records}
    if len(needed) < len(CONVOLUTIONS):
        raise WeightsFileError(f"{path}: {_what_it_is(records)}")
    return needed, _mean_pixel(contents, path), _layout(contents, needed)


def _what_it_is(names: Mapping[str, object]) -> str:
    """Say what a file is whose convolutions are not those of a VGG-19."""
    missing = [name for name in CONVOLUTIONS if name not in names]
    wanted = "Get imagenet-vgg-verydeep-19.mat (python -m nst_utils weights download)."
    if missing == ["conv3_4", "conv4_4", "conv5_4"]:
        return f"this is a VGG-16, with 13 convolutions; the course needs a VGG-19. {wanted}"
    if len(missing) == len(CONVOLUTIONS):
        found = ", ".join(list(names)[:3]) or "nothing"
        return f"this is another network (its layers begin with {found}). {wanted}"
    return f"has no layer {missing[0]}; a VGG-19 has 16 convolutions, conv1_1 to conv5_4. {wanted}"


def _records(contents: dict[str, np.ndarray], path: Path) -> list[np.ndarray]:
    """List the struct of every layer."""
    layers = contents.get("layers")
    if isinstance(layers, np.ndarray) and "block" in (layers.dtype.names or ()):
        raise WeightsFileError(
            f"{path}: this is a DagNN, MatConvNet's other kind of network; the course needs a "
            f"VGG-19. {what_to_do(path)}"
        )
    if not isinstance(layers, np.ndarray) or layers.dtype != object:
        raise WeightsFileError(
            f"{path}: this is a MATLAB file, but holds no `layers`, as MatConvNet's networks do. "
            f"{what_to_do(path)}"
        )
    records = list(layers.flat)
    if not all(isinstance(r, np.ndarray) and "name" in (r.dtype.names or ()) for r in records):
        raise WeightsFileError(
            f"{path}: a layer without a name; this is not a MatConvNet network. {what_to_do(path)}"
        )
    return records


def _field(record: np.ndarray, name: str) -> np.ndarray | None:
    """Take a field of a 1×1 struct by its name; None where there is no such array."""
    if not isinstance(record, np.ndarray) or name not in (record.dtype.names or ()):
        return None
    value = record[name].flat[0] if record.size else None
    return value if isinstance(value, np.ndarray) else None


def _text(record: np.ndarray, name: str) -> str:
    value = _field(record, name)
    return str(value.flat[0]) if value is not None and value.size else ""


def _convolutions(records: dict[str, np.ndarray], path: Path) -> Iterator[Convolution]:
    """Take the convolutions in order: each has as many inputs as the one before it has outputs."""
    channels_in = 3
    for name in CONVOLUTIONS:
        convolution = _convolution(records[name], name, channels_in, path)
        channels_in = convolution.bias.size
        yield convolution


def _convolution(record: np.ndarray, name: str, channels_in: int, path: Path) -> Convolution:
    """Take one convolution out of the file, and see that it fits the one before it."""
    kernel, bias = _weights(record, name, path)
    if kernel.ndim < 4:  # MATLAB drops last axes of length 1: a layer of one channel
        kernel = kernel.reshape(kernel.shape + (1,) * (4 - kernel.ndim))
    if kernel.shape[:-1] != (3, 3, channels_in) or bias.size != kernel.shape[-1]:
        raise WeightsFileError(
            f"{path}: {name} has a kernel of shape {kernel.shape} and {bias.size} biases; "
            f"expected (3, 3, {channels_in}, C) and C. This is not a VGG-19. {what_to_do(path)}"
        )
    kernel, bias = _float32(kernel), _float32(bias.ravel())
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise WeightsFileError(f"{path}: {name} contains NaN or infinity. {what_to_do(path)}")
    return Convolution(name, kernel, bias)


def _float32(array: np.ndarray) -> np.ndarray:
    """Store in the order of C and TensorFlow, last axis fastest; MATLAB's is the other one."""
    with np.errstate(over="ignore"):  # a double too large for it becomes infinity, and is refused
        return np.ascontiguousarray(array, np.float32)


def _weights(record: np.ndarray, name: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Find kernel and bias: a cell ``weights`` of two, or ``filters`` and ``biases``."""
    weights = _field(record, "weights")
    if weights is not None and weights.dtype == object and weights.size == 2:
        pair = tuple(weights.flat)
    else:
        pair = (_field(record, "filters"), _field(record, "biases"))
    # MATLAB keeps whole numbers in small integers, such as the zeros of an unused bias.
    if not all(isinstance(array, np.ndarray) and array.dtype.kind in "fiu" for array in pair):
        raise WeightsFileError(
            f"{path}: {name} has no weights that are numbers. {what_to_do(path)}"
        )
    return pair


def _mean_pixel(contents: dict[str, np.ndarray], path: Path) -> np.ndarray:
    """Read the mean pixel: a 1×1×3 array, three numbers, or a whole mean picture to average."""
    meta = contents.get("meta")
    normalization = contents.get("normalization") if meta is None else _field(meta, "normalization")
    image = _field(normalization, "averageImage")
    if image is None or image.dtype.kind not in "fiu" or image.size % 3 or not image.size:
        raise WeightsFileError(
            f"{path}: holds no averageImage, the mean pixel that is subtracted from a picture. "
            f"{what_to_do(path)}"
        )
    mean = _float32(image.reshape(-1, 3).mean(axis=0, dtype=np.float64))
    if not (mean >= 0).all() or not (mean <= 255).all():  # NaN fails as well
        raise WeightsFileError(
            f"{path}: averageImage is no colour from 0 to 255. {what_to_do(path)}"
        )
    return mean


def _layout(contents: dict[str, np.ndarray], records: Mapping[str, np.ndarray]) -> str:
    if contents.get("meta") is not None:
        return "new"
    return "old" if _field(records[CONVOLUTIONS[0]], "weights") is not None else "oldest"
