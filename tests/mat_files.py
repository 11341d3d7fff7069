"""Write VGG-19 files as MatConvNet does, with few channels, in each of its layouts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.io

WIDTHS = (2, 3, 4, 5, 6)
BLOCKS = (2, 2, 4, 4, 4)
LAYOUTS = ("new", "old", "oldest")
MEAN = (120.5, 110.25, 100.125)

Weights = dict[str, tuple[np.ndarray, np.ndarray]]


def random_weights(seed: int = 0, widths: tuple[int, ...] = WIDTHS) -> Weights:
    """Make kernels (3, 3, in, out) and biases (out,) for conv1_1 … conv5_4."""
    rng = np.random.default_rng(seed)
    weights, channels_in = {}, 3
    for block, (width, count) in enumerate(zip(widths, BLOCKS, strict=True), start=1):
        for index in range(1, count + 1):
            kernel = rng.normal(0, (2 / (9 * channels_in)) ** 0.5, (3, 3, channels_in, width))
            bias = rng.normal(0, 0.1, width)
            weights[f"conv{block}_{index}"] = np.float32(kernel), np.float32(bias)
            channels_in = width
    return weights


def write_mat(path: Path, weights: Weights, layout: str = "new", **changes) -> Path:
    """Write a file in the layout "new" (2017), "old" (2015) or "oldest" (2014).

    Args:
        path: where to.
        weights: see `random_weights`; a layer that is missing here is missing in the file.
        layout: which fields there are, in which order, and where the mean lies.
        **changes: top-level variables to put in place of those of the layout; None leaves out.
    """
    layers = np.empty((1, 0), object)
    for record in _records(weights, layout):
        cell = np.empty((1, 1), object)
        cell[0, 0] = record
        layers = np.concatenate([layers, cell], axis=1)
    contents = {"layers": layers} | _mean(layout) | changes
    kept = {name: value for name, value in contents.items() if value is not None}
    scipy.io.savemat(path, kept, do_compression=True)
    return path


def _records(weights: Weights, layout: str) -> Iterator[dict]:
    for block, count in enumerate(BLOCKS, start=1):
        for index in range(1, count + 1):
            name = f"conv{block}_{index}"
            if name in weights:
                yield _convolution(name, *weights[name], layout)
                yield {"name": f"relu{block}_{index}", "type": "relu"}
        yield {"name": f"pool{block}", "type": "pool", "method": "max", "pool": [2.0, 2.0]}
    yield {"name": "fc6", "type": "conv"}


def _convolution(name: str, kernel: np.ndarray, bias: np.ndarray, layout: str) -> dict:
    pair = np.empty((1, 2), object)
    pair[0, 0] = kernel
    pair[0, 1] = bias[:, np.newaxis] if layout == "new" else bias[np.newaxis]
    pad, stride = [1.0, 1.0, 1.0, 1.0], [1.0, 1.0]
    if layout == "new":
        start = {"name": name, "type": "conv", "weights": pair}
        return start | {"size": np.float64(kernel.shape), "pad": pad, "stride": stride}
    if layout == "old":
        return {"weights": pair, "pad": pad, "type": "conv", "name": name, "stride": stride}
    start = {"filters": kernel, "biases": pair[0, 1]}
    return start | {"type": "conv", "name": name, "pad": pad, "stride": stride}


def _mean(layout: str) -> dict:
    if layout == "new":
        return {"meta": {"normalization": {"averageImage": np.reshape(MEAN, (1, 1, 3))}}}
    ramp = np.linspace(-1, 1, 16).reshape(4, 4, 1)  # a whole picture, whose mean is the mean pixel
    return {"normalization": {"averageImage": np.float32(np.reshape(MEAN, (1, 1, 3)) + ramp)}}
