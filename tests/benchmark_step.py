"""Measure one step: the engine beside the lesson's loop, and beside what the processor could do.

Run: python tests/benchmark_step.py [--size 400] [--repeats 5] [--weights small|full|FILE]

`full` is a network of the full width with random weights: time does not depend on their values.
Every row is measured in this one process, in turn, again and again; medians are printed.
ONEDNN_MAX_CPU_ISA=AVX2 (or AVX512_CORE) before the command shows an older processor.

The floor is the work of the convolutions (counted: twice what the picture takes on its way through
the network, once there and once back) at the rate of one large convolution (measured). Gram
matrices, pooling and the optimiser come on top.

A measurement, and therefore no test: machines differ.
"""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from mat_files import FULL_WIDTHS, random_weights, write_mat

from nst_utils import (  # isort: skip  (first: it imports TensorFlow without its noise)
    CONTENT_LAYER,
    PRESETS,
    Painter,
    generate_noise_image,
    load_image,
    load_vgg_model,
    minimize,
    project_path,
    reshape_and_normalize_image,
)

import tensorflow as tf

from nst_utils.engine import load_model
from nst_utils.images import resize_image
from nst_utils.optimize import transfer_costs

STEPS = 6
WAYS = {
    "Adam, float32": {"optimizer": "adam", "precision": "float32"},
    "L-BFGS, float32": {"optimizer": "lbfgs", "precision": "float32"},
    "Adam, bfloat16": {"optimizer": "adam", "precision": "bfloat16"},
    "L-BFGS, bfloat16": {"optimizer": "lbfgs", "precision": "bfloat16"},
}


def pictures(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Content and style, 4 : 3."""
    content = load_image(project_path("images", "content", "china.jpg"))
    style = load_image(project_path("images", "style", "stained-glass.jpg"))
    shape = size, size * 3 // 4
    return resize_image(content, shape), resize_image(style, shape)


def lesson(size: int, weights: str) -> Callable[[], list[float]]:
    """The loop of notebook 06."""
    model = load_vgg_model(weights)
    content, style = map(reshape_and_normalize_image, pictures(size))
    start = generate_noise_image(content, seed=0)
    costs = transfer_costs(model, model(content)[CONTENT_LAYER], model(style))

    def run() -> list[float]:
        return [p.seconds for p in minimize(costs, start, STEPS, every=1)]

    return run


def engine(size: int, weights: str, **changes) -> Callable[[], list[float]]:
    """The engine, with the lesson's costs."""
    settings = replace(PRESETS["course"], size=size, iterations=STEPS, **changes)
    model = load_model(settings, weights)

    def run() -> list[float]:
        return [p.seconds for p in Painter(*pictures(size), settings, model)]

    return run


def step(run: Callable[[], list[float]]) -> float:
    """Seconds of a step: the median of one run, without the first, in which it is compiled."""
    return statistics.median(np.diff(run()[1:-1]))


def work(size: int, weights: str) -> float:
    """Count the operations of all convolutions that a step needs, there and back."""
    model, pixels = load_vgg_model(weights), size * size * 3 // 4
    names = itertools.takewhile(lambda name: name != "conv5_2", model.layer_names)
    total, channels_in = 0, 3
    for name in names:
        stride, _, channels = model.extents[name]
        if name.startswith("conv"):
            total += 2 * 9 * channels_in * channels * pixels / stride**2
            channels_in = channels
    return 2 * total


def rate(precision: str) -> float:
    """Operations a second of a convolution that suits the processor."""
    x = tf.ones((1, 96, 128, 256), precision)
    kernel = tf.ones((3, 3, 256, 256), precision)
    convolve = tf.function(lambda: tf.nn.conv2d(x, kernel, 1, "SAME"), autograph=False)
    taken = []
    for _ in range(6):
        began = time.perf_counter()
        convolve().numpy()
        taken.append(time.perf_counter() - began)
    return 2 * 9 * 256 * 256 * 96 * 128 / min(taken[1:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=400, help="longer side in pixels")
    parser.add_argument("--repeats", type=int, default=5, help="runs; medians are printed")
    parser.add_argument("--weights", default="small", help="small, full or a file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        weights = options.weights
        if weights == "full":
            weights = str(write_mat(Path(folder) / "full.mat", random_weights(0, FULL_WIDTHS)))
        table(options.size, weights, options.weights, options.repeats)


def table(size: int, weights: str, name: str, repeats: int) -> None:
    """Measure everything in turn."""
    ways = {"the lesson's loop": lesson(size, weights)}
    for way, changes in WAYS.items():
        ways[way] = engine(size, weights, **changes)
    found: dict[str, list[float]] = {way: [] for way in ways}
    rates: dict[str, list[float]] = {"float32": [], "bfloat16": []}
    for _ in range(repeats):
        for way, run in ways.items():
            try:
                found[way].append(step(run))
            except tf.errors.OpError:  # no bfloat16 on this machine
                continue
        for precision, measured in rates.items():
            try:
                measured.append(rate(precision))
            except tf.errors.OpError:
                continue
    isa = os.environ.get("ONEDNN_MAX_CPU_ISA", "all instructions")
    print(f"| {name}, {size}×{size * 3 // 4}, {isa} | a step | as fast |\n|---|---|---|")
    yardstick = statistics.median(found["the lesson's loop"])
    for way, taken in found.items():
        if taken:
            seconds = statistics.median(taken)
            print(f"| {way} | {seconds:.3f} s | {yardstick / seconds:.2f} × |")
    for precision, measured in rates.items():
        if measured:
            floor = work(size, weights) / statistics.median(measured)
            told = f"{statistics.median(measured) / 1e9:.0f} GFLOP/s"
            print(f"| floor in {precision}: {told} | {floor:.3f} s | {yardstick / floor:.2f} × |")


if __name__ == "__main__":
    main()
