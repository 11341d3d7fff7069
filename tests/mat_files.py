"""Write VGG-19 files as MatConvNet does: in each of its layouts, at any width, up to full size.

Run as a program it writes a full-size file: ``python tests/mat_files.py PATH [new|old|oldest]``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.io

WIDTHS = (2, 3, 4, 5, 6)
FULL_WIDTHS = (64, 128, 256, 512, 512)
FULL_FC = (4096, 4096, 1000)
BLOCKS = (2, 2, 4, 4, 4)
LAYOUTS = ("new", "old", "oldest")
BIASES = {"row": (1, -1), "column": (-1, 1), "flat": (-1,), "cube": (1, 1, -1)}
MEAN = (120.5, 110.25, 100.125)

Weights = dict[str, tuple[np.ndarray, np.ndarray]]


def random_weights(
    seed: int = 0, widths: tuple[int, ...] = WIDTHS, fc: tuple[int, ...] = ()
) -> Weights:
    """Make kernels (3, 3, in, out) and biases (out,) for conv1_1 … conv5_4.

    Args:
        seed: of the random numbers.
        widths: the number of channels in each of the five blocks.
        fc: the sizes of the fully connected layers fc6, fc7, fc8, where they are wanted.
    """
    rng = np.random.default_rng(seed)
    weights, channels_in = {}, 3
    shapes = [
        (f"conv{block}_{index}", 3, width)
        for block, (width, count) in enumerate(zip(widths, BLOCKS, strict=True), start=1)
        for index in range(1, count + 1)
    ]
    shapes += [(f"fc{6 + i}", 1 if i else 7, width) for i, width in enumerate(fc)]
    for name, side, width in shapes:
        kernel = rng.standard_normal((side, side, channels_in, width), np.float32)
        kernel *= (2 / (side * side * channels_in)) ** 0.5
        weights[name] = kernel, rng.normal(0, 0.1, width).astype(np.float32)
        channels_in = width
    return weights


def write_mat(
    path: Path,
    weights: Weights,
    layout: str = "new",
    *,
    biases: str | None = None,
    shuffle: int | None = None,
    compress: bool = True,
    **changes,
) -> Path:
    """Write a file in the layout "new" (2017), "old" (2015) or "oldest" (2014).

    Args:
        path: where to.
        weights: see `random_weights`; a layer that is missing here is missing in the file.
        layout: which fields there are, in which order, and where the mean lies.
        biases: "row", "column", "flat" or "cube"; None writes them as the layout does.
        shuffle: a seed that puts the fields of every layer into another order.
        compress: as the published files are.
        **changes: top-level variables to put in place of those of the layout; None leaves out.
    """
    biases = biases or ("column" if layout == "new" else "row")
    records = list(_records(weights, layout, biases))
    if shuffle is not None:
        rng = np.random.default_rng(shuffle)
        records = [{name: r[name] for name in rng.permutation(list(r))} for r in records]
    layers = np.empty((1, len(records)), object)
    layers[0] = records
    contents = {"layers": layers} | _mean(layout) | changes
    kept = {name: value for name, value in contents.items() if value is not None}
    scipy.io.savemat(path, kept, do_compression=compress, oned_as="row")
    return path


def write_full_size(path: Path, layout: str = "new", seed: int = 0) -> Path:
    """Write a file like the published one: 43 layers, 532 MB (half a minute)."""
    return write_mat(path, random_weights(seed, FULL_WIDTHS, FULL_FC), layout)


def _records(weights: Weights, layout: str, biases: str) -> Iterator[dict]:
    for block, count in enumerate(BLOCKS, start=1):
        for index in range(1, count + 1):
            name = f"conv{block}_{index}"
            if name in weights:
                yield _convolution(name, weights, layout, biases)
                yield {"name": f"relu{block}_{index}", "type": "relu"}
        yield {
            "name": f"pool{block}",
            "type": "pool",
            "method": "max",
            "pool": [2.0, 2.0],
            "stride": [2.0, 2.0],
            "pad": [0.0, 0.0, 0.0, 0.0],
        }
    fully_connected = [name for name in weights if name.startswith("fc")]
    for name in fully_connected:
        yield _convolution(name, weights, layout, biases)
        last = name == fully_connected[-1]
        yield {"name": "prob" if last else f"relu{name[2:]}", "type": "softmax" if last else "relu"}


def _convolution(name: str, weights: Weights, layout: str, biases: str) -> dict:
    kernel, bias = weights[name]
    bias = bias.reshape(BIASES[biases])
    pair = np.empty((1, 2), object)
    pair[0, 0], pair[0, 1] = kernel, bias
    pad, stride = [float(name.startswith("conv"))] * 4, [1.0, 1.0]
    if layout == "new":
        start = {"name": name, "type": "conv", "weights": pair, "size": np.float64(kernel.shape)}
        return start | {"pad": pad, "stride": stride, "precious": 0.0, "dilate": 1.0}
    if layout == "old":
        return {"weights": pair, "pad": pad, "type": "conv", "name": name, "stride": stride}
    start = {"filters": kernel, "biases": bias}
    return start | {"type": "conv", "name": name, "pad": pad, "stride": stride}


def _mean(layout: str) -> dict:
    if layout == "new":
        return {"meta": {"normalization": {"averageImage": np.reshape(MEAN, (1, 1, 3))}}}
    ramp = np.linspace(-1, 1, 16).reshape(4, 4, 1)  # a whole picture, whose mean is the mean pixel
    return {"normalization": {"averageImage": np.float32(np.reshape(MEAN, (1, 1, 3)) + ramp)}}


if __name__ == "__main__":
    print(write_full_size(Path(sys.argv[1]), *sys.argv[2:]))
