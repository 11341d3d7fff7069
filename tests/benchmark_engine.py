"""Measure the engine beside the lesson's loop: seconds a step, and time to the same cost.

Run: python tests/benchmark_engine.py [--size 400] [--repeats 5] [--weights small]

The yardstick is `model_nn`: Adam, 200 steps, float32. Every way paints the same picture with the
same costs, in this one process, in turn. The cost of each picture is computed afterwards, in
float32 for all of them. A measurement, and therefore no test: machines differ.
"""

import argparse
import os
import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from nst_utils import (  # isort: skip  (first: it imports TensorFlow without its noise)
    CONTENT_LAYER,
    Progress,
    generate_noise_image,
    load_image,
    load_vgg_model,
    minimize,
    project_path,
    reshape_and_normalize_image,
)

import tensorflow as tf

from nst_utils.engine import Painter, load_model
from nst_utils.images import resize_image
from nst_utils.optimize import CostFunction, transfer_costs
from nst_utils.settings import PRESETS

CONTENT = load_image(project_path("images", "content", "china.jpg"))
STYLE = load_image(project_path("images", "style", "stained-glass.jpg"))

WAYS = {
    "Adam 10, β₂ 0.99, float32": {"optimizer": "adam", "learning_rate": 10.0, "beta_2": 0.99},
    "L-BFGS, float32": {"optimizer": "lbfgs"},
    "L-BFGS, bfloat16": {"optimizer": "lbfgs", "precision": "bfloat16"},
}
STEPS = {"lesson": 200, "engine": 120}


class Task:
    """One picture to be painted, from one of the starts."""

    def __init__(self, size: int, weights: str | None, init: str):
        """Load the network, and compute the targets."""
        self.weights = weights
        self.settings = replace(PRESETS["course"], size=size, init=init)
        self.model = load_vgg_model(weights)
        content, style = (
            reshape_and_normalize_image(resize_image(picture, size)) for picture in (CONTENT, STYLE)
        )
        self.start = content if init == "content" else generate_noise_image(content, seed=0)
        self.content, self.style = content, style

    def costs(self) -> CostFunction:
        """The costs of the lesson."""
        return transfer_costs(
            self.model, self.model(self.content)[CONTENT_LAYER], self.model(self.style)
        )

    def lesson(self) -> Iterator[Progress]:
        """Paint as notebook 06 does."""
        return minimize(self.costs(), self.start, STEPS["lesson"], every=1)

    def engine(self, **changes) -> Iterator[Progress]:
        """Paint with the engine."""
        settings = replace(self.settings, iterations=STEPS["engine"], **changes)
        return iter(Painter(CONTENT, STYLE, settings, load_model(settings, self.weights)))


def seconds_to(J: float, way: list[Progress], costs: Callable) -> float | None:
    """When a picture of this way first has the cost; None if none has."""
    found = (p.seconds for p in way if float(costs(tf.constant(p.image))[0]) <= J)
    return next(found, None)


def seconds_a_step(way: list[Progress]) -> float:
    """The median, so that compiling does not count."""
    return float(np.median(np.diff([p.seconds for p in way[:-1]])))


def measure(task: Task, repeats: int) -> dict[str, list[tuple[float, float | None]]]:
    """Paint in every way; returns (seconds a step, seconds to the cost of the lesson) for each."""
    costs = tf.function(task.costs(), autograph=False)
    found: dict[str, list] = {"the lesson's loop": [], **{name: [] for name in WAYS}}
    for _ in range(repeats):
        lesson = list(task.lesson())
        found["the lesson's loop"].append((seconds_a_step(lesson), lesson[-1].seconds))
        for name, changes in WAYS.items():
            try:
                way = list(task.engine(**changes))
            except tf.errors.OpError:  # no bfloat16 on this machine
                continue
            found[name].append((seconds_a_step(way), seconds_to(lesson[-1].J, way, costs)))
    return {name: runs for name, runs in found.items() if runs}


def row(name: str, runs: list[tuple[float, float | None]], yardstick: float) -> str:
    """A line of the table: medians, and how many times sooner."""
    step = statistics.median(one for one, _ in runs)
    if any(total is None for _, total in runs):
        return f"| {name} | {step:.3f} s | not in {STEPS['engine']} steps | |"
    total = statistics.median(total for _, total in runs)
    return f"| {name} | {step:.3f} s | {total:.1f} s | {yardstick / total:.1f} × |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=400, help="longer side in pixels")
    parser.add_argument("--repeats", type=int, default=5, help="runs; medians are printed")
    parser.add_argument("--weights", default="small", help="the network: small, vgg19 or a file")
    options = parser.parse_args()
    for init in ("noise", "content"):
        found = measure(Task(options.size, options.weights, init), options.repeats)
        yardstick = statistics.median(total for _, total in found["the lesson's loop"])
        print(
            f"\n| from {init}, {options.size} px, {os.cpu_count()} cores | a step | "
            "to the lesson's cost | sooner |\n|---|---|---|---|"
        )
        for name, runs in found.items():
            print(row(name, runs, yardstick), flush=True)


if __name__ == "__main__":
    main()
