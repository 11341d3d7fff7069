"""Read a VGG-19 that MatConvNet saved: named kernels and biases, pooling, the mean pixel.

The file is a MATLAB v5 ``.mat``; ``scipy.io`` opens it. Its cell array ``layers`` holds one
struct a layer. Releases of MatConvNet wrote the fields of these structs in different orders and
under different names, so every field is read **by name**, never by position.

This module knows no TensorFlow: what it returns are NumPy arrays.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.io

from nst_utils.config import NSTError

CONVOLUTIONS_PER_BLOCK = (2, 2, 4, 4, 4)
"""VGG-19 (Simonyan & Zisserman 2014, table 1, column E), without its fully connected layers."""


class WeightsFileError(NSTError):
    """A weights file that is missing, damaged, or not a VGG-19."""


@dataclass(frozen=True)
class Convolution:
    """One convolution of the network; a ReLU always follows it.

    Attributes:
        name: for example ``"conv4_2"``.
        kernel: float32, shape (3, 3, channels in, channels out), ready for ``tf.nn.conv2d``.
            MatConvNet's own axes are height, width, in, out and the input is RGB: nothing has to
            be transposed or reversed. (Some public loaders swap height and width; the pictures
            still look plausible, and the numbers are wrong.)
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
        layers: 16 `Convolution` and 5 `Pooling`.
        mean: the mean pixel that is subtracted from a picture, RGB, float32, shape (3,), 0–255.
    """

    path: Path
    layers: tuple[Convolution | Pooling, ...]
    mean: np.ndarray


def read_matconvnet(path: str | os.PathLike) -> Network:
    """Read the convolutions of a VGG-19 from a MatConvNet file.

    Args:
        path: a ``.mat`` file in any of the layouts of MatConvNet: the current one (keys
            ``layers`` and ``meta``), the one of 2015 (``normalization`` beside ``layers``), or
            the first one (``filters`` and ``biases`` in place of ``weights``).

    Returns:
        The network up to ``pool5``; the fully connected layers are left behind.

    Raises:
        WeightsFileError: if the file is missing, damaged or not a VGG-19.

    Source:
        https://www.vlfeat.org/matconvnet/pretrained/ (imagenet-vgg-verydeep-19).
    """
    path = Path(path)
    contents = _open_mat(path)
    records = {_text(record, "name"): record for record in _records(contents, path)}
    return Network(path, tuple(_layers(records, path)), _mean_pixel(contents, path))


def _open_mat(path: Path) -> dict[str, np.ndarray]:
    """Open the file with scipy.io, and say in words why it cannot be opened."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise WeightsFileError(f"{path}: cannot be read ({error.strerror}).") from error
    if not start:
        raise WeightsFileError(f"{path}: the file is empty. Delete it and get it again.")
    if start.lstrip()[:1] == b"<":
        raise WeightsFileError(
            f"{path}: this is a web page, not a network; the download went wrong. "
            "Delete it and get it again."
        )
    if start.startswith((b"\x89HDF", b"MATLAB 7.3")):
        raise WeightsFileError(
            f"{path}: this is a MATLAB v7.3 (HDF5) file; the network is published as v5. "
            "Get the original file."
        )
    try:
        return scipy.io.loadmat(path, variable_names=["layers", "meta", "normalization"])
    # Damaged bytes make SciPy raise almost anything: zlib.error, TypeError, MemoryError, …
    except Exception as error:
        raise WeightsFileError(
            f"{path}: not a readable MATLAB file ({type(error).__name__}: {error}). "
            "It may be cut short: compare its size, and get it again."
        ) from error


def _records(contents: dict[str, np.ndarray], path: Path) -> Iterable[np.ndarray]:
    """List the struct of every layer."""
    layers = contents.get("layers")
    if layers is None or layers.dtype != object:
        raise WeightsFileError(f"{path}: holds no `layers`; this is not a MatConvNet network.")
    records = layers.ravel()
    if not all(isinstance(r, np.ndarray) and "name" in (r.dtype.names or ()) for r in records):
        raise WeightsFileError(f"{path}: a layer without a name; this is not a MatConvNet network.")
    return records


def _field(record: np.ndarray, name: str) -> np.ndarray | None:
    """Take a field of a 1×1 struct by its name; None where the struct has no such field."""
    return record[name].flat[0] if name in (record.dtype.names or ()) and record.size else None


def _text(record: np.ndarray, name: str) -> str:
    value = _field(record, name)
    return str(value.flat[0]) if value is not None and value.size else ""


def _layers(records: dict[str, np.ndarray], path: Path) -> Iterator[Convolution | Pooling]:
    """Walk through VGG-19 in order, and see that the file has each of its layers."""
    channels_in = 3
    for block, count in enumerate(CONVOLUTIONS_PER_BLOCK, start=1):
        for index in range(1, count + 1):
            layer = _convolution(records, f"conv{block}_{index}", channels_in, path)
            channels_in = layer.bias.size
            yield layer
        yield Pooling(block)


def _convolution(
    records: dict[str, np.ndarray], name: str, channels_in: int, path: Path
) -> Convolution:
    """Take one convolution out of the file, and see that it fits the one before it."""
    record = records.get(name)
    if record is None:
        raise WeightsFileError(
            f"{path}: has no layer {name}; a VGG-19 has 16 convolutions, conv1_1 to conv5_4."
        )
    kernel, bias = _weights(record, name, path)
    if kernel.ndim != 4 or kernel.shape[:3] != (3, 3, channels_in) or bias.size != kernel.shape[3]:
        raise WeightsFileError(
            f"{path}: {name} has a kernel of shape {kernel.shape} and {bias.size} biases; "
            f"expected (3, 3, {channels_in}, C) and C. This is not a VGG-19."
        )
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise WeightsFileError(f"{path}: {name} contains NaN or infinity. Get the file again.")
    return Convolution(name, kernel, bias)


def _weights(record: np.ndarray, name: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Find kernel and bias: a cell ``weights`` of two, or ``filters`` and ``biases``."""
    weights = _field(record, "weights")
    if weights is not None and weights.dtype == object and weights.size == 2:
        pair = tuple(weights.flat)
    else:
        pair = (_field(record, "filters"), _field(record, "biases"))
    if not all(isinstance(array, np.ndarray) and array.dtype.kind == "f" for array in pair):
        raise WeightsFileError(f"{path}: {name} has no weights that are numbers.")
    # MATLAB drops a trailing axis of length 1 and knows no vectors: biases come as row or column.
    return pair[0].astype(np.float32, copy=False), pair[1].ravel().astype(np.float32, copy=False)


def _mean_pixel(contents: dict[str, np.ndarray], path: Path) -> np.ndarray:
    """Read the mean pixel: a 1×1×3 array, or a whole mean picture to be averaged."""
    holder = contents.get("meta")
    holder = contents if holder is None else {"normalization": _field(holder, "normalization")}
    normalization = holder.get("normalization")
    image = None if normalization is None else _field(normalization, "averageImage")
    if image is None or image.dtype.kind not in "fiu" or image.size % 3 or not image.size:
        raise WeightsFileError(
            f"{path}: holds no averageImage, the mean pixel that is subtracted from a picture."
        )
    return image.reshape(-1, 3).mean(axis=0, dtype=np.float64).astype(np.float32)
