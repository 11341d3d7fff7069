"""How much memory is free, how much a picture needs, and into what tiles it must be cut."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from nst_utils._quiet import tf
from nst_utils.config import NSTError
from nst_utils.settings import Settings
from nst_utils.vgg import VGGModel

GIB = 2**30

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")

TILES = (None, 2048, 1536, 1024, 768, 512, 256)
"""The sides that are tried: whole, or in tiles, from large to small."""

# Measured with tests/benchmark_memory.py, and rounded up.
COPIES = 2.0
"""So many times the memory of the activations is in use while a gradient is computed."""
PREPARED = 0.2
"""GiB that TensorFlow takes for compiled code and working space, whatever the size."""
SHARE = 0.9
"""So much of the free memory is used."""


def free_memory() -> float:
    """Measure how much memory this process can still take, in GiB.

    A container, such as Binder's, may be allowed less than the machine has.
    """
    free = psutil.virtual_memory().available
    used = psutil.Process().memory_info().rss
    return max(0, min([free, *(limit - used for limit in _container_limits())])) / GIB


def _container_limits() -> Iterator[int]:
    """Read how many bytes of memory a container may take, where this is one with a limit."""
    for name in _LIMITS:
        path = Path(name)
        text = path.read_text(encoding="ascii").strip() if os.access(path, os.R_OK) else ""
        if text.isdigit():  # "max" where there is no limit
            yield int(text)


def memory_needed(
    model: VGGModel,
    settings: Settings,
    size: tuple[int, int],
    style_sizes: Sequence[tuple[int, int]] = (),
    *,
    tile: int | None = None,
    masks: int = 0,
) -> float:
    """Estimate how much memory painting takes, beyond what is in use before it.

    Args:
        model: the network.
        settings: layers and optimiser are used.
        size: (n_H, n_W) of the result.
        style_sizes: the same of the style pictures.
        tile: side of the tiles; None paints it whole.
        masks: how many styles have a mask.

    Returns:
        GiB.
    """
    contents, styles = (
        [name for name, _ in layers] for layers in (settings.content_layers, settings.style_layers)
    )
    names = model.layer_names
    reached = names[: 1 + max(names.index(name) for name in (*contents, *styles))]
    bytes_each = tf.as_dtype(model.precision).size
    _, margin = model.grid_and_margin((*contents, *styles))
    pixels = size[0] * size[1]
    gradient = COPIES * _floats(model, reached) * _seen(size, tile, margin)
    forward = max((_seen(s, tile, margin) for s in style_sizes), default=0)
    style = (2 * _floats(model, reached[:2]) + _floats(model, styles)) * forward
    targets = _floats(model, contents) * pixels
    pictures = 3 * pixels * (34 if settings.optimizer == "lbfgs" else 14)
    regions = 4 * masks * pixels
    total = bytes_each * (max(gradient, style) + targets) + 4 * (pictures + regions)
    return total / GIB + PREPARED


def _floats(model: VGGModel, layers: Sequence[str]) -> float:
    """How many numbers these activations have for each pixel."""
    return sum(model.extents[name].channels / model.extents[name].stride ** 2 for name in layers)


def _seen(size: tuple[int, int], tile: int | None, margin: int) -> int:
    """How many pixels are computed at once."""
    n_H, n_W = size if tile is None else (min(side, tile + 2 * margin) for side in size)
    return n_H * n_W


def choose_tile(
    model: VGGModel,
    settings: Settings,
    size: tuple[int, int],
    style_sizes: Sequence[tuple[int, int]] = (),
    *,
    masks: int = 0,
    limit: float | None = None,
) -> tuple[int | None, float]:
    """Choose the largest tiles that the memory holds; none if it holds the picture whole.

    Args:
        model: as for `memory_needed`, like the four that follow.
        settings: the layers and the optimiser.
        size: (n_H, n_W) of the result.
        style_sizes: the same of the style pictures.
        masks: how many styles have a mask.
        limit: how much may be taken, in GiB; None is what is free, less a tenth.

    Returns:
        The longest side of a tile, or None; and how much memory is needed, in GiB.

    Raises:
        NSTError: not even the smallest tiles fit.
    """
    allowed = SHARE * free_memory() if limit is None else limit
    for tile in TILES:
        needed = memory_needed(model, settings, size, style_sizes, tile=tile, masks=masks)
        if needed <= allowed:
            return tile, needed
    smaller, least = 1.0, needed
    while least > allowed and smaller * max(size) >= 100:
        smaller *= 0.95
        sizes = [tuple(round(side * smaller) for side in s) for s in (size, *style_sizes)]
        least = memory_needed(model, settings, sizes[0], sizes[1:], tile=TILES[-1], masks=masks)
    fits = int(smaller * max(size)) // 10 * 10
    advice = f"try a size of {fits}" if fits >= 100 else "close other programs"
    raise NSTError(
        f"size: {size[1]}×{size[0]} pixels need about {needed:.1f} GiB of memory, and "
        f"{allowed:.1f} are free; {advice}."
    )
