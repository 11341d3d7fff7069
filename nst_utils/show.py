"""Every figure of the notebooks, one function each.

A notebook says what is to be seen; how it is drawn stands here. All figures share one style,
none tells anything by colour alone, and each is put into words twice: ``alt`` describes it to
whoever cannot see it, ``see`` is the line printed below it.

Pictures are accepted as they come: displayable (uint8, shape (H, W, 3)) or as network input
(float, shape (1, H, W, 3), RGB minus the mean); tensors and variables as well as arrays.
"""

from __future__ import annotations

import base64
import importlib
import io
import math
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.style
import numpy as np
from IPython import get_ipython
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import ConnectionPatch, FancyArrowPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike
from PIL import Image, ImageSequence

from nst_utils.config import NSTError
from nst_utils.images import atomic_path, denormalize_image
from nst_utils.words import say

if TYPE_CHECKING:
    from nst_utils.optimize import Progress

_INK, _GREY, _PALE = "#1a1a1a", "#767676", "#dcdcdc"
# From the palette of Okabe and Ito: told apart with red-green and with blue blindness too. The
# orange is darker than theirs, for every part of a figure stands out from white by 3 : 1 (WCAG).
_BLUE, _ORANGE, _GREEN, _VERMILLION = "#0072b2", "#b87f00", "#009e73", "#d55e00"

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "text.color": _INK,
    "axes.edgecolor": _GREY,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": _GREY,
    "xtick.labelcolor": _INK,
    "ytick.color": _GREY,
    "ytick.labelcolor": _INK,
    "grid.color": _PALE,
    "lines.linewidth": 2.2,
    "lines.markersize": 6.5,
    "hatch.linewidth": 1.6,
}
# Valid while a figure is drawn and no longer, whatever the notebook has set for its own figures.
_styled = matplotlib.style.context(["default", _STYLE])

# Lengths are inches. One inch is 100 pixels of the page and 200 of the PNG, which therefore
# stays sharp on a projector and at 200 % zoom.
_PAGE_DPI, _PNG_DPI = 100, 200
_WIDTH, _MARGIN, _GAP = 9.2, 0.1, 0.25
_SLIDER_PICTURE = 640  # pixels of the page
_TALLEST_PANEL, _NARROWEST_SLOT = 3.6, 1.3
_LINE = 1.35 * 12 / 72  # height of a line of text
_TITLE_SIZE = 15

_CURVES = (
    ("J", "J (total)", {"color": _INK, "linestyle": "-", "marker": "o"}),
    ("J_content", "J_content", {"color": _BLUE, "linestyle": "--", "marker": "s"}),
    ("J_style", "J_style", {"color": _VERMILLION, "linestyle": "-.", "marker": "^"}),
)
_CHANNELS = (
    ("R", {"color": _VERMILLION, "linestyle": "-", "marker": "o"}),
    ("G", {"color": _GREEN, "linestyle": "--", "marker": "s"}),
    ("B", {"color": _BLUE, "linestyle": "-.", "marker": "^"}),
)
_LINES = (
    {"color": _BLUE, "linestyle": "-", "marker": "o"},
    {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    {"color": _GREEN, "linestyle": "-.", "marker": "^"},
    {"color": _INK, "linestyle": ":", "marker": "D"},
)
_BAR_LOOKS = (
    {"color": _BLUE},
    {"color": _ORANGE, "hatch": "///", "edgecolor": "white"},
    {"color": _GREEN, "hatch": "..", "edgecolor": "white"},
)

_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # behind text that a line crosses

# Stands where a figure cannot. Constant: notebooks are compared by their text.
_PLAIN_TEXT = "[picture: run this cell to see it]"
_SLIDER_TEXT = "[slider: run this cell, then move it]"

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


# Pictures -----------------------------------------------------------------------------------


@_styled
def show_images(
    images: Sequence[ArrayLike],
    captions: Sequence[str],
    *,
    alt: str,
    see: str,
    columns: int | None = None,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show pictures side by side, a caption under each.

    Args:
        images: one or more pictures, displayable or network input; sizes may differ.
        captions: as many short texts.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        columns: pictures in a row; ``None`` takes a number that keeps them large.
        title: a line above them all.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: nothing to show, captions that do not match, or an array that is no picture.
    """
    figure, _ = _panels(_pictures(images), captions, columns=columns, title=title)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_filmstrip(
    frames: Sequence[ArrayLike],
    captions: Sequence[str],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show pictures that follow each other in time or depth, with arrows between them.

    Args:
        frames: one or more pictures, displayable or network input; sizes may differ.
        captions: as many short texts.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: nothing to show, captions that do not match, or an array that is no picture.
    """
    pictures = _pictures(frames)
    rows = math.ceil(len(pictures) / 4)
    columns = math.ceil(len(pictures) / rows)  # 3 + 3 looks better than 4 + 2
    figure, panels = _panels(pictures, captions, columns=columns, gap=0.42)
    for number, axes in enumerate(panels[:-1], 1):
        if number % columns:  # at the end of a row the eye goes on by itself
            _arrow_after(axes)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_feature_maps(
    activation: ArrayLike,
    *,
    alt: str,
    see: str,
    count: int = 8,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show the channels of an activation that answer most, each as a map.

    Every map has its own scale, from no answer (dark) to its maximum (bright): what matters is
    *where* a channel answers, and on a common scale the strongest would drown the others.

    Args:
        activation: a_l of one picture, float, shape (1, n_H, n_W, n_C).
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        count: how many channels, those with the largest mean; all, if there are fewer.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: the activation has another shape or holds NaN, or ``count`` is below 1.
    """
    a = _activation(activation)
    channels = _strongest(a.mean(axis=(0, 1, 2)), count)
    maps = [a[0, :, :, c] for c in channels]
    scale = ("no answer", "the channel's strongest answer")
    figure, panels = _panels(maps, [f"channel {c}" for c in channels], scale=scale)
    for axes, values in zip(panels, maps, strict=True):
        _colour(axes, min(values.min(), 0), values.max())
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_layers(
    activations: Mapping[str, ArrayLike],
    *,
    alt: str,
    see: str,
    count: int = 4,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show some channels of several layers, one row a layer, to compare the layers.

    As in `show_feature_maps`, every map has its own scale.

    Args:
        activations: layer → a_l of one picture, float, shape (1, n_H, n_W, n_C).
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        count: how many channels of each, those that differ most from place to place (largest
            standard deviation).
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: no layers, an activation of another shape or with NaN, fewer channels than
            ``count``, or a ``count`` below 1.
    """
    maps, captions = [], []
    for layer, activation in activations.items():
        a = _activation(activation)[0]
        channels = _strongest(a.std(axis=(0, 1)), count)
        if len(channels) < count:
            raise NSTError(f"count is {count}, but {layer} has {len(channels)} channels.")
        maps += [a[:, :, c] for c in channels]
        captions += [f"{layer}, channel {c}" for c in channels]
    if not maps:
        raise NSTError("activations is empty; give at least one layer.")
    scale = ("no answer", "the channel's strongest answer")
    figure, panels = _panels(maps, captions, columns=count, scale=scale)
    for axes, values in zip(panels, maps, strict=True):
        _colour(axes, min(values.min(), 0), values.max())
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_activations(
    activations: Sequence[ArrayLike],
    captions: Sequence[str],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show whole activations side by side, all their channels together, on one scale.

    Args:
        activations: one or more of one picture, float, shape (1, n_H, n_W, n_C) each.
        captions: as many short texts.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: an activation of another shape or with NaN, or captions that do not match.
    """
    means = [_activation(activation)[0].mean(axis=-1) for activation in activations]
    figure, panels = _panels(means, captions, scale=("weak", "strong, mean of all channels"))
    low, high = min(m.min() for m in means), max(m.max() for m in means)
    for axes in panels:
        _colour(axes, low, high)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_gram(
    grams: ArrayLike | Sequence[ArrayLike],
    captions: Sequence[str],
    *,
    alt: str,
    see: str,
    count: int | None = None,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show Gram matrices side by side as heat maps on one scale.

    A few entries are far larger than all the others. So brightness follows the signed square
    root of an entry, relative to the largest entry of all the matrices.

    Args:
        grams: one matrix of shape (n_C, n_C), or several; sizes may differ.
        captions: as many short texts.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        count: show only so many channels, those with the largest diagonal in the first matrix,
            strongest first; the same channels in every matrix.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: a matrix that is not square or holds NaN, captions that do not match, or
            ``count`` with matrices of different sizes.
    """
    matrices = _gram_matrices(grams)
    if count is not None:
        channels = _strongest(np.diag(matrices[0]), count)
        matrices = [_only(G, channels, len(matrices[0])) for G in matrices]
    largest = max(np.abs(G).max() for G in matrices) or 1.0
    roots = [np.sign(G) * np.sqrt(np.abs(G) / largest) for G in matrices]
    low = min(0.0, *(root.min() for root in roots))
    scale = ("low" if low == 0 else "low (negative)", "high; each row and column is a channel")
    figure, panels = _panels(roots, captions, scale=scale)
    for axes in panels:
        _colour(axes, low, 1)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_gradient(
    image: ArrayLike,
    gradient: ArrayLike,
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show a picture, the way downhill for its pixels, and how steep it is for each.

    The way downhill is −∂J/∂image as a colour: grey where a pixel should stay, brighter in a
    channel that should grow, darker in one that should shrink. How steep it is, is the length
    of a pixel's gradient over R, G and B. Both scales end at the 99th percentile, since a single
    extreme pixel would leave all the others dark.

    Args:
        image: a picture, displayable or network input.
        gradient: ∂J/∂image, float, shape (1, H, W, 3) or (H, W, 3).
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: picture and gradient differ in height or width, or the gradient holds NaN.
    """
    picture = _picture(image, "image")
    g = _finite(gradient, "gradient")
    if g.shape not in (picture.shape, (1, *picture.shape)):
        raise NSTError(
            f"gradient has the shape {g.shape}, which does not fit a picture of shape "
            f"{picture.shape}; give the gradient with respect to this picture."
        )
    g = g.reshape(picture.shape)
    lengths = np.linalg.norm(g, axis=-1)
    largest = np.percentile(np.abs(g), 99) or np.abs(g).max() or 1.0
    downhill = np.uint8(np.clip(np.rint(127.5 - 127.5 * g / largest), 0, 255))
    captions = ["the picture", "the way downhill", "how steep it is"]
    scale = ("the cost reacts little to this pixel", "it reacts most")
    figure, (_, _, panel) = _panels([picture, downhill, lengths], captions, scale=scale)
    _colour(panel, 0, np.percentile(lengths, 99) or lengths.max())
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_kernels(
    kernel: ArrayLike,
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show the kernels of the first layer, each as a tiny colour picture.

    Mid-grey is the weight 0; a brighter colour stands for positive weights, a darker one for
    negative weights. Every kernel has its own scale, up to its largest weight.

    Args:
        kernel: of a layer that looks at RGB, float, shape (height, width, 3, n_C).
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: the kernel has another shape or holds NaN.
    """
    weights = _finite(kernel, "kernel")
    if weights.ndim != 4 or weights.shape[2] != 3:
        raise NSTError(
            f"kernel has the shape {weights.shape}; only that of the first layer, "
            "(height, width, 3, n_C), has the three colours of a picture."
        )
    largest = np.abs(weights).max(axis=(0, 1, 2))
    relative = weights / np.where(largest > 0, largest, 1)
    pictures = np.moveaxis(np.uint8(np.rint(127.5 + 127.5 * relative)), -1, 0)
    captions = [f"channel {c}" for c in range(len(pictures))]
    figure, _ = _panels(list(pictures), captions, columns=8, gap=0.12)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_receptive_fields(
    image: ArrayLike,
    fields: Mapping[str, tuple[int, int, int, int]],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Draw on a picture which of its pixels one position of each layer depends on.

    Args:
        image: a picture, displayable or network input.
        fields: layer → (top, left, height, width) in pixels; what reaches beyond the picture is
            not drawn.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: no fields, one without a pixel of the picture, or an array that is no picture.
    """
    picture = _picture(image, "image")
    if not fields:
        raise NSTError("fields is empty; give at least one layer and its rectangle.")
    for layer, field in fields.items():
        _check_field(layer, field, picture)
    names = {layer: f"{layer}: {field[2]} × {field[3]} pixels" for layer, field in fields.items()}
    room = max(map(_text_width, names.values())) + 0.4
    width, height = _fit(picture, _WIDTH - 2 * _MARGIN - room, 4.4)
    body = max(height, len(fields) * _LINE)
    figure = _figure(width + room + 2 * _MARGIN, body + 2 * _MARGIN)
    axes = _axes(figure, _MARGIN, _MARGIN + body - height, width, height)
    _draw_picture(axes, picture)
    _draw_fields(axes, {names[layer]: field for layer, field in fields.items()})
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_patches(
    rows: Mapping[str, Sequence[ArrayLike]],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show small pieces of pictures in rows, each row with its name on the left.

    All are drawn equally large, whatever their number of pixels.

    Args:
        rows: name → one or more pictures, displayable or network input.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: no rows, a row without pictures, or an array that is no picture.
    """
    if not rows:
        raise NSTError("rows is empty; give at least one name and its pictures.")
    figure = _labelled_rows({name: _pictures(patches) for name, patches in rows.items()})
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_grid(
    pictures: Sequence[Sequence[ArrayLike]],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show pictures in a table: what two choices do, each alone and both together.

    Args:
        pictures: row by row, displayable or network input; all rows equally long.
        rows: a name for each row, written on the left.
        columns: a name for each column, written above.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: no pictures, names that do not match, or an array that is no picture.
    """
    table = [_pictures(row) for row in pictures]
    if not table or any(len(row) != len(columns) for row in table) or len(table) != len(rows):
        sizes = [len(row) for row in table]
        raise NSTError(
            f"pictures: rows of {sizes}, but {len(rows)} names of rows and {len(columns)} of "
            "columns; give each row and each column one name."
        )
    _present(_table(table, rows, columns), alt=alt, see=see, path=path)


@_styled
def show_runs(
    images: Sequence[ArrayLike],
    captions: Sequence[str],
    costs: Sequence[Sequence[float]],
    *,
    alt: str,
    see: str,
    columns: int = 4,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show painted pictures, under each the way of its cost, and a few lines of text.

    All curves have one logarithmic scale: ±2 powers of ten around the first cost, a dashed line.

    Args:
        images: one or more pictures, displayable or network input; sizes may differ.
        captions: as many texts, of several lines if need be.
        costs: as many rows of costs, one number a step; NaN leaves a gap.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        columns: pictures in a row.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: nothing to show, texts or costs that do not match, or an array that is no picture.
    """
    pictures = _pictures(images)
    if not len(pictures) == len(captions) == len(costs):
        raise NSTError(
            f"{len(pictures)} pictures, {len(captions)} captions and {len(costs)} rows of costs; "
            "give as many of each."
        )
    slot = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    texts = [_wrap(caption, slot) for caption in captions]
    tall, curve = 0.75 * slot, 0.55
    row = tall + curve + 0.4 + _LINE * max(text.count("\n") + 1 for text in texts)
    height = 2 * _MARGIN + math.ceil(len(pictures) / columns) * row
    figure = _figure(_WIDTH, height)
    for number, (picture, text) in enumerate(zip(pictures, texts, strict=True)):
        left = _MARGIN + number % columns * (slot + _GAP)
        foot = _MARGIN + number // columns * row + tall
        _draw_picture(_axes(figure, left, height - foot, *_fit(picture, slot, tall)), picture)
        below = _axes(figure, left, height - foot - 0.12 - curve, slot, curve)
        _draw_way(below, np.asarray(costs[number], float))
        _write(figure, left, foot + curve + 0.2, text)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_pixels(
    image: ArrayLike,
    piece: tuple[int, int, int, int],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Show a picture, and a tiny piece of it enlarged, with the numbers that it is made of.

    Every pixel of the piece holds its red, green and blue value, one below the other.

    Args:
        image: a picture, displayable or network input.
        piece: (top, left, height, width) in pixels; height and width at most 5.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: a piece that is too large or does not lie in the picture, or an array that is
            no picture.
    """
    picture = _picture(image, "image")
    _check_piece(piece, picture)
    _, _, rows, columns = piece
    grid_width, grid_height = 0.95 * columns, 0.8 * rows
    right, head = _text_width("row 9999") + 0.2, 2 * _LINE + 0.2
    room = _WIDTH - 2 * _MARGIN - grid_width - right - 0.6
    width, height = _fit(picture, room, 3.6)
    body = max(height, grid_height + head)
    left = _MARGIN + width + 0.6
    figure = _figure(left + grid_width + right + _MARGIN, body + 2 * _MARGIN)
    photo = _axes(figure, _MARGIN, _MARGIN + (body - height) / 2, width, height)
    grid = _axes(figure, left, _MARGIN + body - head - grid_height, grid_width, grid_height)
    _draw_picture(photo, picture)
    _draw_numbers(grid, picture, piece)
    _join(photo, grid, piece)
    _present(figure, alt=alt, see=see, path=path)


# Charts -------------------------------------------------------------------------------------


@_styled
def show_costs(
    history: Sequence[Progress],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Draw the costs over the iterations, on a logarithmic scale.

    Args:
        history: what the optimisation reported, see `nst_utils.optimize.Progress`; ``step``,
            ``J``, ``J_content`` and ``J_style`` are used.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: the history is empty.
    """
    if not history:
        raise NSTError("history is empty; run the optimisation and collect what it reports.")
    figure = _figure(_WIDTH, 4.6)
    _draw_costs(_axes(figure, 0.85, 0.7, 7.1, 3.3), history)
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_shares(
    shares: Mapping[str, Mapping[str, float]],
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Draw the share of each term in one or more quantities, as bars on a logarithmic axis.

    Args:
        shares: term → quantity → share of the whole, 0–1, for example
            ``{"content": {"cost J": 2e-5, "gradient": 0.08}, "style": {...}}``.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: no share at all, or one that is negative or NaN.
    """
    rows = [(term, name, share) for term, parts in shares.items() for name, share in parts.items()]
    terms, names, values = zip(*rows, strict=True) if rows else ((), (), ())
    values = _finite(values, "shares")
    if values.min() < 0:
        raise NSTError(f"shares: {values.min():g} is no share; give fractions from 0 to 1.")
    new_term = [i > 0 and terms[i] != terms[i - 1] for i in range(len(rows))]
    y = np.arange(len(rows)) + 0.7 * np.cumsum(new_term)

    indent = max(_text_width(term, weight="bold") for term in terms) + 0.35
    numbers = [_number(100 * value) + " %" for value in values]
    axes = _bar_axes(y, names, numbers, indent=indent)
    low, high = _log_limits(values, at_least=1)
    looks = dict(zip(dict.fromkeys(names), cycle(_BAR_LOOKS), strict=False))
    for position, name, value in zip(y, names, values, strict=True):
        axes.barh(position, max(value - low, 0), left=low, height=0.84, lw=0, **looks[name])
    for term in shares:
        _write_term(axes, term, y[[t == term for t in terms]].mean())
    _write_numbers(axes, np.maximum(values, low), y, numbers)
    axes.set(xscale="log", xlim=(low, high), xlabel="share of the whole, logarithmic scale")
    _name_powers(axes.xaxis, lambda x, _: _number(100 * x) + " %")
    axes.grid(axis="x")
    _present(axes.figure, alt=alt, see=see, path=path)


@_styled
def show_bars(
    values: Mapping[str, float],
    *,
    alt: str,
    see: str,
    unit: str = "",
    log: bool = False,
    baseline: float | None = None,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Compare a few numbers as labelled bars, each with its number written out.

    Args:
        values: label → number. What has no place on the axis (NaN, or 0 and less on a
            logarithmic one) gets its number and no bar.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        unit: written after the numbers, for example ``"s"``.
        log: use a logarithmic axis.
        baseline: a number to compare with, drawn as a dashed line.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: there are no values, or the baseline has no place on the axis.
    """
    if not values:
        raise NSTError("values is empty; give at least one label and its number.")
    if baseline is not None and not (math.isfinite(baseline) and (baseline > 0 or not log)):
        raise NSTError(f"baseline: {baseline} has no place on the axis; give another or None.")
    lengths = np.array([float(value) for value in values.values()])
    drawable = np.isfinite(lengths) & ((lengths > 0) | (not log))
    marks = np.append(lengths[drawable], [] if baseline is None else baseline)
    low, high = _log_limits(marks) if log else _linear_limits(marks)
    start = low if log else 0.0
    ends = np.where(drawable, lengths, start)

    labels = [_wrap(label, 3.2) for label in values]
    numbers = [f"{_number(length)} {unit}".rstrip() for length in lengths]
    y = np.arange(len(lengths))
    head = _MARGIN if baseline is None else 0.35
    axes = _bar_axes(y, labels, numbers, with_scale=log, head=head)
    axes.set(xscale="log" if log else "linear", xlim=(low, high))
    axes.barh(y, ends - start, left=start, height=0.6, color=_BLUE)
    if log:
        axes.set_xlabel("logarithmic scale")
        _name_powers(axes.xaxis)
    else:
        axes.axvline(0, color=_GREY, linewidth=0.8)
    if baseline is not None:
        _draw_baseline(axes, baseline, f"baseline {_number(baseline)} {unit}".rstrip())
    _write_numbers(axes, np.maximum(ends, start), y, numbers)
    _present(axes.figure, alt=alt, see=see, path=path)


@_styled
def show_lines(
    lines: Mapping[str, Mapping[str, float]],
    *,
    label: str,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Draw how some quantities change from one place to the next, such as from layer to layer.

    Args:
        lines: name → place → value; at most four lines, over the same places in the same order.
        label: what the values are, with their unit.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: no lines or too many, no places or different ones, or NaN.
    """
    if not 1 <= len(lines) <= len(_LINES):
        raise NSTError(f"lines: there are {len(lines)}; give one to {len(_LINES)}.")
    places = [*next(iter(lines.values()))]
    if any([*line] != places for line in lines.values()):
        raise NSTError("lines: their places differ; give each line a value for the same places.")
    table = {name: _finite([*line.values()], f"lines: {name}") for name, line in lines.items()}
    x, right = np.arange(len(places)), max(map(_text_width, lines)) + 0.35
    left = 0.75
    figure = _figure(_WIDTH, 4.4)
    axes = _axes(figure, left, 0.45, _WIDTH - left - right, 3.4)
    for look, values in zip(_LINES, table.values(), strict=False):
        axes.plot(x, values, **look, clip_on=False)
    lowest, highest = _linear_limits(np.concatenate([*table.values()]))
    axes.set(xlim=(-0.1, max(len(places) - 1, 0.1)), ylim=(lowest, 1.05 * highest))
    axes.set_xticks(x, places)
    axes.set_title(label, loc="left", fontsize=12, pad=12)
    axes.grid(axis="y")
    _label_ends(axes, [(name, x[-1], values[-1]) for name, values in table.items()])
    _present(figure, alt=alt, see=see, path=path)


@_styled
def show_pixel_path(
    steps: Sequence[int],
    colours: ArrayLike,
    *,
    alt: str,
    see: str,
    path: str | os.PathLike[str] | None = None,
) -> None:
    """Draw how one pixel's R, G and B changed, and under it the colours themselves.

    Args:
        steps: iterations, rising, shape (n,).
        colours: the pixel's colour at each of them, RGB, 0–255, shape (n, 3).
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        path: also write the figure here (.png, .jpg, .pdf or .svg).

    Raises:
        NSTError: shapes that do not match, steps that do not rise, or NaN.
    """
    x, rgb = _finite(steps, "steps"), _finite(colours, "colours")
    if rgb.shape != (x.size, 3) or x.ndim != 1 or (np.diff(x) <= 0).any():
        raise NSTError(
            f"steps and colours have the shapes {x.shape} and {rgb.shape}; give rising steps, "
            "(n,), and one colour for each, (n, 3)."
        )
    figure = _figure(_WIDTH, 4.6)
    lines = _axes(figure, 0.75, 1.35, 7.9, 2.85)
    strip = _axes(figure, 0.75, 0.7, 7.9, 0.4)
    edges = _edges(x)
    for axes in (lines, strip):
        axes.set_xlim(edges[0], edges[-1])
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    _draw_channels(lines, x, rgb)
    strip.pcolormesh(edges, [0, 1], np.clip(rgb, 0, 255)[np.newaxis] / 255)
    strip.set(yticks=[], xlabel="iteration")
    strip.spines["left"].set_visible(False)
    _present(figure, alt=alt, see=see, path=path)


# While it runs ------------------------------------------------------------------------------


class _Costs(NamedTuple):
    step: int
    J: float
    J_content: float
    J_style: float


class LiveView:
    """A figure that follows an optimisation: the picture, large, and its costs so far.

    Give it as the callback; it draws once and then changes what it has drawn.

    Args:
        num_iterations: where the optimisation will end.
        alt: the figure in words, for who cannot see it.
        see: what is to be noticed; printed below.
        reference: a picture to compare with, shown small, for example the content picture.

    Raises:
        NSTError: no words, or a reference that is no picture.

    Example:
        >>> view = LiveView(200, alt="A noise picture turns into a painted town.",
        ...                 see="large shapes come first")
        >>> picture = model_nn(model, start, a_C, a_S, 200, callback=view)  # doctest: +SKIP
    """

    def __init__(
        self, num_iterations: int, *, alt: str, see: str, reference: ArrayLike | None = None
    ) -> None:
        _check_words(alt, see)
        self.num_iterations = num_iterations
        self.alt, self.see = alt, see
        self.reference = None if reference is None else _picture(reference, "reference")
        self._history: list[_Costs] = []  # without the pictures: a long run would fill memory
        self._handle = None

    @_styled
    def update(self, progress: Progress) -> None:
        """Draw the state of the optimisation.

        Args:
            progress: see `nst_utils.optimize.Progress`.

        Raises:
            NSTError: its image is no picture.
        """
        first = not self._history
        self._history.append(
            _Costs(progress.step, progress.J, progress.J_content, progress.J_style)
        )
        if get_ipython() is not None:
            bundle, metadata = _bundle(self._draw(progress), self.alt)
            if self._handle is None:
                self._handle = display(bundle, raw=True, metadata=metadata, display_id=True)
            else:
                self._handle.update(bundle, raw=True, metadata=metadata)
        if first:
            _say_see(self.see)

    __call__ = update

    def _draw(self, now: Progress) -> Figure:
        """Lay out the picture on the left, the costs and the reference on the right."""
        picture = _picture(now.image, "progress.image")
        width, height = _fit(picture, 4.7, 3.9)
        body = max(height, 2.4 if self.reference is None else 3.1)
        figure = _figure(_WIDTH, body + 0.5 + _MARGIN)
        bottom = _MARGIN + body - height
        _draw_picture(_axes(figure, _MARGIN, bottom, width, height), picture)
        headline = f"iteration {now.step} of {self.num_iterations} · {now.seconds:.1f} s"
        _write(figure, _MARGIN, _MARGIN, headline, _TITLE_SIZE)

        left, bottom = _MARGIN + width + 0.85, _MARGIN + 0.55
        if self.reference is not None:
            w, h = _fit(self.reference, 2.2, 0.9)
            _draw_picture(_axes(figure, left, _MARGIN, w, h), self.reference)
            _write(figure, left + w + 0.12, 0.5 + body - _LINE, "to compare")
            bottom += h + 0.15
        height = _MARGIN + body - 0.45 - bottom
        costs = _axes(figure, left, bottom, _WIDTH - left - 1.05, height)
        _draw_costs(costs, self._history, num_iterations=self.num_iterations)
        return figure


def show_slider(
    paint: Callable[[float], ArrayLike],
    label: str,
    *,
    alt: str,
    see: str,
    value: float = 1.0,
) -> None:
    """Show a picture, and above it a slider from 0 to 1 that paints it anew.

    A page that nobody runs, and a notebook without ipywidgets, has the first picture alone.

    Args:
        paint: from a number, 0 to 1, to a picture, displayable or network input.
        label: what the number is, in a word or two.
        alt: the first picture in words, for who cannot see it.
        see: what is to be noticed; printed below.
        value: where the slider stands at first.

    Raises:
        NSTError: no words, or ``paint`` makes no picture.
    """
    _check_words(alt, see)
    bundle, metadata = _painted(paint(value), alt)
    if get_ipython() is not None:
        slider = _slider(label, value)
        handle = display(bundle, raw=True, metadata=metadata, display_id=True)

        def repaint(change: Mapping[str, Any]) -> None:
            words = f"{label} {change['new']:g}. At {value:g} it was: {alt}"
            bundle, metadata = _painted(paint(change["new"]), words)
            handle.update(bundle, raw=True, metadata=metadata)

        if slider is not None:
            slider.observe(repaint, names="value")
    _say_see(see)


def _slider(label: str, value: float) -> Any:
    """Show a slider; None where ipywidgets, which comes with Jupyter, is not installed."""
    try:
        widgets = importlib.import_module("ipywidgets")
    except ImportError:
        return None
    slider = widgets.FloatSlider(
        value,
        min=0,
        max=1,
        step=0.05,
        description=label,
        layout={"width": f"min({_SLIDER_PICTURE}px, 100%)"},
    )
    data, _ = get_ipython().display_formatter.format(slider)
    # The widget's own words are those of a program: a list of its settings.
    display({**data, "text/plain": _SLIDER_TEXT}, raw=True)
    return slider


def _painted(image: ArrayLike, alt: str) -> tuple[dict[str, str], dict[str, dict]]:
    """A picture without a figure around it: a slider has to be quick."""
    picture = _picture(image, "the picture of paint")
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return _png_bundle(buffer.getvalue(), _SLIDER_PICTURE, alt)


def save_gif(
    path: str | os.PathLike[str],
    frames: Sequence[ArrayLike],
    *,
    seconds_per_frame: float = 0.12,
    hold_last: float = 1.5,
    width: int | None = None,
) -> Path:
    """Write a film as an animated GIF that runs for ever.

    Args:
        path: the file, ``.gif``; it appears whole or not at all.
        frames: two or more pictures of one size, displayable or network input.
        seconds_per_frame: how long a frame stays; GIF counts in hundredths of a second.
        hold_last: how long the last one stays, in seconds.
        width: width of the film in pixels; ``None`` keeps that of the frames.

    Returns:
        The path of the file.

    Raises:
        NSTError: less than two frames, different sizes, another extension, or a time or a
            width that is not positive; if the file cannot be written, `images.ImageFileError`.
    """
    target = Path(path)
    if target.suffix.lower() != ".gif":
        raise NSTError(f"{target}: a film is written as GIF; let the name end in .gif.")
    data = encode_gif(frames, seconds_per_frame, hold_last, width)
    with atomic_path(target) as temporary:
        temporary.write_bytes(data)
    return target


def encode_gif(
    frames: Sequence[ArrayLike],
    seconds_per_frame: float = 0.12,
    hold_last: float = 1.5,
    width: int | None = None,
) -> bytes:
    """Make what the file of an animated GIF holds; arguments and errors are those of `save_gif`."""
    if min(seconds_per_frame, hold_last) < 0.01 or (width is not None and width < 1):
        raise NSTError(
            "save_gif: seconds_per_frame and hold_last must be at least 0.01, width at least 1."
        )
    pictures = _pictures(frames)
    if len(pictures) < 2 or len({picture.shape for picture in pictures}) > 1:
        raise NSTError("frames must be at least two pictures of the same height and width.")
    film = [_with_palette(picture, width) for picture in pictures]
    durations = [seconds_per_frame] * (len(film) - 1) + [hold_last]
    data = io.BytesIO()
    film[0].save(
        data,
        "GIF",
        save_all=True,
        append_images=film[1:],
        duration=[round(1000 * seconds) for seconds in durations],
        loop=0,
    )
    return data.getvalue()


def show_gif(path: str | os.PathLike[str], *, alt: str, see: str) -> None:
    """Show an animated GIF in the notebook.

    Args:
        path: the file, for example from `save_gif`.
        alt: the film in words, for who cannot see it.
        see: what is to be noticed; printed below.

    Raises:
        NSTError: there is no such file, or it is no picture.
    """
    _check_words(alt, see)
    try:
        with Image.open(path) as film:
            frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(film)]
            durations = [frame.info.get("duration", 100) for frame in frames]
    except OSError as error:
        raise NSTError(
            f"{path}: there is no film that can be read; make it first with save_gif."
        ) from error
    if get_ipython() is not None:
        # nbval compares the outputs of a notebook without PNG data, but with GIF data, which
        # differ between machines. An animated PNG shows the same film.
        png = _animated_png(frames, durations)
        bundle, metadata = _png_bundle(png, frames[0].width, alt)
        display(bundle, raw=True, metadata=metadata)
    _say_see(see)


# From what is given to what is drawn --------------------------------------------------------


def _picture(image: ArrayLike, name: str) -> np.ndarray:
    """Bring a picture of either kind to uint8, shape (H, W, 3)."""
    values = np.asarray(image)
    if values.dtype == np.uint8 and values.ndim == 3 and values.shape[2] == 3 and values.size:
        return values
    if values.dtype.kind not in "bui" and values.ndim == 4:
        return denormalize_image(values)
    raise NSTError(
        f"{name} is {values.dtype} of shape {values.shape}; give a picture, uint8 of shape "
        "(H, W, 3), or a network input, float of shape (1, H, W, 3)."
    )


def _pictures(images: Sequence[ArrayLike]) -> list[np.ndarray]:
    pictures = [_picture(image, f"picture {number}") for number, image in enumerate(images, 1)]
    if not pictures:
        raise NSTError("there are no pictures to show; give at least one.")
    return pictures


def _finite(values: ArrayLike, name: str) -> np.ndarray:
    """Bring numbers to a float64 array; refuse an empty one, NaN and infinity."""
    array = np.asarray(values).astype(float)
    if array.size == 0 or not np.isfinite(array).all():
        what = "is empty" if array.size == 0 else "holds NaN or infinite values"
        raise NSTError(f"{name} {what}; look at the step that computed it.")
    return array


def _activation(activation: ArrayLike) -> np.ndarray:
    a = _finite(activation, "activation")
    if a.ndim != 4 or a.shape[0] != 1:
        raise NSTError(
            f"activation has the shape {a.shape}; give that of one layer and one picture, "
            "(1, n_H, n_W, n_C)."
        )
    return a


def _check_field(layer: str, field: tuple[int, int, int, int], picture: np.ndarray) -> None:
    top, left, height, width = field
    n_H, n_W, _ = picture.shape
    rows = min(top + height, n_H) - max(top, 0)
    columns = min(left + width, n_W) - max(left, 0)
    if min(rows, columns) < 1:
        raise NSTError(
            f"fields: {layer} at {tuple(field)} has no pixel of a picture of shape "
            f"{picture.shape}; give (top, left, height, width)."
        )


def _check_piece(piece: tuple[int, int, int, int], picture: np.ndarray) -> None:
    top, left, height, width = piece
    n_H, n_W, _ = picture.shape
    inside = 0 <= top <= n_H - height and 0 <= left <= n_W - width
    if not (inside and 1 <= height <= 5 and 1 <= width <= 5):
        raise NSTError(
            f"piece: {tuple(piece)} is no piece of 1 to 5 rows and columns in a picture of shape "
            f"{picture.shape}; give (top, left, height, width)."
        )


def _gram_matrices(grams: ArrayLike | Sequence[ArrayLike]) -> list[np.ndarray]:
    single = not isinstance(grams, list | tuple) and np.ndim(grams) == 2
    matrices = [_finite(G, "grams") for G in ([grams] if single else grams)]
    for G in matrices:
        if G.ndim != 2 or G.shape[0] != G.shape[1]:
            raise NSTError(f"grams: {G.shape} is no Gram matrix; it must be (n_C, n_C).")
    if not matrices:
        raise NSTError("grams is empty; give at least one Gram matrix.")
    return matrices


def _only(G: np.ndarray, channels: np.ndarray, n_C: int) -> np.ndarray:
    if len(G) != n_C:
        raise NSTError(
            f"grams have {n_C} and {len(G)} channels; count needs the same channels in all of "
            "them: leave count out or show the matrices apart."
        )
    return G[np.ix_(channels, channels)]


def _strongest(strength: np.ndarray, count: int) -> np.ndarray:
    """Give the indices of the ``count`` largest values, the largest first."""
    if count < 1:
        raise NSTError(f"count is {count}; ask for at least one channel.")
    return np.argsort(-strength, kind="stable")[:count]


def _with_palette(picture: np.ndarray, width: int | None) -> Image.Image:
    """Reduce a picture to the 256 colours that a GIF frame has.

    Each frame gets its own palette from an octree, then dithering. Pillow's default (median
    cut, no dithering) loses small coloured spots and flickers twice as much (measured).
    """
    image = Image.fromarray(picture)
    if width is not None:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    palette = image.quantize(256, method=Image.Quantize.FASTOCTREE)
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


# Panels of pictures -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where a panel stands, in inches; what is vertical counts from the top of the first row."""

    left: float
    foot: float
    width: float
    height: float
    caption: str
    right: float  # of its slot, which is wider than a narrow picture
    bottom: float  # of its row, captions included


def _panels(
    pictures: Sequence[np.ndarray],
    captions: Sequence[str],
    *,
    columns: int | None = None,
    gap: float = _GAP,
    title: str | None = None,
    scale: tuple[str, str] | None = None,
) -> tuple[Figure, list[Axes]]:
    """Draw pictures (H, W, 3) or maps (H, W) in rows, one axes each, captions below.

    ``scale`` says what dark and what bright means, for a scale bar at the foot.
    """
    if isinstance(captions, str) or len(captions) != len(pictures):
        given = "one text" if isinstance(captions, str) else len(captions)
        raise NSTError(f"captions: {given} for {len(pictures)} pictures; give a list, one each.")
    if columns is not None and columns < 1:
        raise NSTError(f"columns is {columns}; give at least 1, or None.")
    columns = min(columns or _default_columns(len(pictures)), len(pictures))
    places = _arrange(pictures, captions, columns, gap)

    foot = 2 * 0.12 + 1.4 + sum(map(_text_width, scale)) if scale else 0
    width = max(*(place.right for place in places), 4.0, _MARGIN + foot) + _MARGIN
    title = _wrap(title, width - 2 * _MARGIN, _TITLE_SIZE) if title else ""
    head = _MARGIN + (0.15 + 1.25 * _LINE * (title.count("\n") + 1) if title else 0)
    height = head + max(place.bottom for place in places) + (0.5 if scale else _MARGIN)
    figure, panels = _figure(width, height), []
    _write(figure, _MARGIN, _MARGIN, title, _TITLE_SIZE)
    for picture, place in zip(pictures, places, strict=True):
        bottom = height - head - place.foot
        panels.append(_axes(figure, place.left, bottom, place.width, place.height))
        _draw_picture(panels[-1], picture)
        _write(figure, place.left, head + place.foot + 0.08, place.caption)
    if scale:
        _scale_bar(figure, *scale)
    return figure, panels


def _default_columns(count: int) -> int:
    return {1: 1, 2: 2, 3: 3, 5: 3, 6: 3, 9: 3}.get(count, 4)


def _arrange(
    pictures: Sequence[np.ndarray], captions: Sequence[str], columns: int, gap: float
) -> list[_Place]:
    """Find rows of equal height that fill the width, whatever the pictures' shapes."""
    # A panorama or a pole beside others gives way: it gets a slot of moderate shape.
    shapes = [min(max(p.shape[1] / p.shape[0], 0.4), 2.5) for p in pictures]
    usable = _WIDTH - 2 * _MARGIN - gap * (columns - 1)
    rows = [range(i, min(i + columns, len(shapes))) for i in range(0, len(shapes), columns)]
    height = min(_TALLEST_PANEL, *(usable / sum(shapes[i] for i in row) for row in rows))
    narrowest = min(_NARROWEST_SLOT, usable / columns)

    places, top = [], 0.0
    for row in rows:
        slots = [max(shapes[i] * height, narrowest) for i in row]
        texts = [_wrap(captions[i], slot) for i, slot in zip(row, slots, strict=True)]
        sizes = [_fit(pictures[i], shapes[i] * height, height) for i in row]
        foot = top + max(h for _, h in sizes)  # all of a row stand on one line
        bottom = foot + 0.08 + _LINE * max(text.count("\n") + 1 for text in texts)
        left = _MARGIN
        for size, slot, text in zip(sizes, slots, texts, strict=True):
            places.append(_Place(left, foot, *size, text, left + slot, bottom))
            left += slot + gap
        top = bottom + 0.18
    return places


def _fit(picture: np.ndarray, width: float, height: float) -> tuple[float, float]:
    """Give the largest size with the picture's shape in a box: (width, height)."""
    aspect = picture.shape[1] / picture.shape[0]
    return min(width, height * aspect), min(height, width / aspect)


def _draw_picture(axes: Axes, picture: np.ndarray) -> None:
    axes.imshow(picture, aspect="auto")  # the axes have the picture's shape already
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():  # a thin edge: a white picture would have none
        spine.set(visible=True, color=_PALE, linewidth=0.8)


def _colour(axes: Axes, low: float, high: float) -> None:
    """Show a map in cividis, which also runs from dark to bright when printed in grey."""
    axes.images[0].set(cmap="cividis", clim=(low, high))


def _scale_bar(figure: Figure, low: str, high: str) -> None:
    """Say at the foot of the figure what dark and bright mean."""
    left, foot = _MARGIN + _text_width(low) + 0.12, figure.get_figheight()
    bar = _axes(figure, left, 0.14, 1.4, 0.16)
    _draw_picture(bar, np.linspace(0, 1, 256)[np.newaxis])
    _colour(bar, 0, 1)
    _write(figure, _MARGIN, foot - 0.33, low)
    _write(figure, left + 1.4 + 0.12, foot - 0.33, high)


def _arrow_after(axes: Axes) -> None:
    """Draw a thin arrow in the gap on the right."""
    box, (width, _) = axes.get_position(), axes.figure.get_size_inches()
    middle = (box.y0 + box.y1) / 2
    start, end = ((box.x1, middle), 0.08), ((box.x1, middle), 0.34)
    points = [(x + shift / width, y) for (x, y), shift in (start, end)]
    arrow = FancyArrowPatch(
        *points, arrowstyle="->", mutation_scale=13, color=_GREY, lw=1.4, shrinkA=0, shrinkB=0
    )
    arrow.set_transform(axes.figure.transFigure)
    axes.figure.add_artist(arrow)


def _labelled_rows(rows: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Lay out pictures in equal squares, one row below the other, with names on the left."""
    names = [_wrap(name, 2.0) for name in rows]
    left, gap = _MARGIN + max(map(_text_width, names)) + 0.2, 0.1
    columns = max(map(len, rows.values()))
    side = min((_WIDTH - left - _MARGIN + gap) / columns - gap, 1.6)
    row_height = max(side, *(_LINE * (name.count("\n") + 1) for name in names)) + gap
    figure = _figure(_WIDTH, row_height * len(rows) - gap + 2 * _MARGIN)
    top = _MARGIN
    for name, pictures in zip(names, rows.values(), strict=True):
        middle = top + (row_height - gap) / 2
        _write(figure, _MARGIN, middle - _LINE * (name.count("\n") + 1) / 2, name)
        for number, picture in enumerate(pictures):
            width, height = _fit(picture, side, side)
            bottom = figure.get_figheight() - middle - height / 2
            x = left + number * (side + gap) + (side - width) / 2
            _draw_picture(_axes(figure, x, bottom, width, height), picture)
        top += row_height
    return figure


def _table(
    table: Sequence[Sequence[np.ndarray]], rows: Sequence[str], columns: Sequence[str]
) -> Figure:
    """Lay out pictures in equal slots, with names of rows on the left and of columns above."""
    names, gap = [_wrap(name, 1.5) for name in rows], 0.1
    left = _MARGIN + max(map(_text_width, names)) + 0.15
    slot = min((_WIDTH - left - _MARGIN + gap) / len(columns) - gap, _TALLEST_PANEL)
    sizes = [[_fit(picture, slot, _TALLEST_PANEL) for picture in row] for row in table]
    heads = [_wrap(name, slot) for name in columns]
    top = _MARGIN + _LINE * (max(name.count("\n") for name in heads) + 1) + 0.08
    heights = [
        max(_LINE * (name.count("\n") + 1), *(height for _, height in row))
        for name, row in zip(names, sizes, strict=True)
    ]
    width = left + len(columns) * (slot + gap) - gap + _MARGIN
    height = top + sum(heights) + gap * (len(heights) - 1) + _MARGIN
    figure = _figure(math.ceil(width * _PAGE_DPI) / _PAGE_DPI, height)  # whole pixels of the page
    across = [left + number * (slot + gap) for number in range(len(columns))]
    for x, name in zip(across, heads, strict=True):
        _write(figure, x, top - 0.08 - _LINE * (name.count("\n") + 1), name)
    for name, row, row_sizes, row_height in zip(names, table, sizes, heights, strict=True):
        middle = top + row_height / 2
        _write(figure, _MARGIN, middle - _LINE * (name.count("\n") + 1) / 2, name)
        for x, picture, (width, height) in zip(across, row, row_sizes, strict=True):
            bottom = figure.get_figheight() - middle - height / 2
            _draw_picture(_axes(figure, x, bottom, width, height), picture)
        top += row_height + gap
    return figure


def _draw_fields(axes: Axes, fields: Mapping[str, tuple[int, int, int, int]]) -> None:
    """Draw rectangles of pixels, (top, left, height, width), and their names on the right."""
    n_H, n_W = axes.images[0].get_array().shape[:2]
    # Dark with a white border: seen on dark and on bright ground.
    line = {"color": _INK, "path_effects": [withStroke(linewidth=3.4, foreground="white")]}
    corners = {}
    for name, (top, left, height, width) in fields.items():
        origin = (left - 0.5, top - 0.5)  # pixel 0 reaches from −0.5 to 0.5
        axes.add_patch(Rectangle(origin, width, height, fill=False, linewidth=1.6, **line))
        corners[name] = (min(left + width, n_W) - 0.5, max(top, 0) - 0.5)

    width, height = _size(axes)
    names = sorted(corners, key=lambda name: (corners[name][1], -corners[name][0]))
    middle = (np.mean([y for _, y in corners.values()]) + 0.5) / n_H * height
    room = axes.figure.get_figheight() - 2 * _MARGIN  # more than the height of a low picture
    for name, position in zip(names, _lines_around(middle, len(names), room), strict=True):
        axes.annotate(
            name,
            corners[name],
            (1 + 0.4 / width, 1 - position / height),
            textcoords="axes fraction",
            va="center",
            arrowprops={"arrowstyle": "-", "lw": 1, "relpos": (0, 0.5), "shrinkB": 0, **line},
        )


def _draw_numbers(axes: Axes, picture: np.ndarray, piece: tuple[int, int, int, int]) -> None:
    """Draw a piece of a picture as large squares, each with its three numbers in it."""
    top, left, height, width = piece
    pixels = picture[top : top + height, left : left + width]
    axes.pcolormesh(pixels / 255, edgecolors="white", linewidth=1.5)
    for row, column in np.ndindex(height, width):
        colour = pixels[row, column]
        # Weights of the eye for red, green and blue: dark letters on bright ground, and back.
        ink = _INK if colour @ (0.3, 0.59, 0.11) > 118 else "white"
        numbers = "\n".join(f"{name} {value}" for name, value in zip("RGB", colour, strict=True))
        axes.text(column + 0.5, row + 0.5, numbers, color=ink, ha="center", va="center")
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_xticks(np.arange(width) + 0.5, np.arange(left, left + width))
    axes.set_yticks(np.arange(height) + 0.5, [f"row {top + row}" for row in range(height)])
    axes.xaxis.tick_top()
    axes.yaxis.tick_right()
    axes.tick_params(length=0)
    axes.set_xlabel("column", fontsize=12)
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)


def _join(photo: Axes, grid: Axes, piece: tuple[int, int, int, int]) -> None:
    """Frame a piece on the photograph, and lead from its corners to the enlarged one."""
    top, left, height, width = piece
    line = {"color": _INK, "path_effects": [withStroke(linewidth=3, foreground="white")]}
    corner = left - 0.5, top - 0.5  # pixel 0 reaches from −0.5 to 0.5
    photo.add_patch(Rectangle(corner, width, height, fill=False, linewidth=1.4, **line))
    for side in (0, height):
        start, end = (corner[0] + width, corner[1] + side), (0, side)
        between = {"coordsA": "data", "coordsB": "data", "axesA": photo, "axesB": grid}
        photo.figure.add_artist(ConnectionPatch(start, end, **between, linewidth=0.9, **line))


def _lines_around(middle: float, count: int, room: float) -> np.ndarray:
    """Place lines of text around a height, but within 0 and ``room``; all in inches."""
    gap = min(1.7 * _LINE, room / count)
    half = gap * count / 2
    first = min(max(middle, half), room - half) - half
    return first + gap * (np.arange(count) + 0.5)


# Lines and bars -----------------------------------------------------------------------------


def _draw_costs(
    axes: Axes, history: Sequence[Progress | _Costs], num_iterations: int | None = None
) -> None:
    """Draw the three costs, and name those that have no place on a logarithmic axis."""
    axes.set_yscale("log")
    steps = np.array([record.step for record in history], float)
    ends, missing = [], []
    for attribute, label, look in _CURVES:
        values = np.array([getattr(record, attribute) for record in history], float)
        drawable = np.isfinite(values) & (values > 0)
        if drawable.any():
            x, y = steps[drawable], values[drawable]
            axes.plot(x, y, **look, markevery=_every(x), clip_on=False)
            ends.append((label, x[-1], y[-1]))
        else:
            missing.append(f"{attribute} = {_number(values[-1])}")
    title = "cost, logarithmic scale"
    title += f"\nnot on this scale: {', '.join(missing)}" if missing else ""
    axes.set_title(title, loc="left", fontsize=12, pad=10)
    axes.set(xlabel="iteration", xlim=(min(0, steps[0]), num_iterations or max(steps[-1], 1)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    _at_least_a_decade(axes)
    _name_powers(axes.yaxis)
    axes.grid(axis="y")
    _label_ends(axes, ends)


def _draw_way(axes: Axes, costs: np.ndarray) -> None:
    """Draw costs divided by the first one, without numbers."""
    axes.set(yscale="log", ylim=(1e-2, 1e2), xlim=(0, max(costs.size - 1, 1)))
    axes.axhline(1, color=_GREY, linewidth=1, linestyle="--")
    axes.plot(costs / costs[0], color=_BLUE)
    axes.set(xticks=[], yticks=[])
    axes.minorticks_off()


def _at_least_a_decade(axes: Axes) -> None:
    """Widen a logarithmic y axis, so that noise does not look like a fall."""
    low, high = axes.get_ylim()
    if high < 10 * low:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(10), middle * math.sqrt(10)
    axes.set_ylim(low, high)


def _draw_channels(axes: Axes, x: np.ndarray, rgb: np.ndarray) -> None:
    for (_, look), values in zip(_CHANNELS, rgb.T, strict=True):
        axes.plot(x, values, **look, markevery=_every(x), clip_on=False)
    axes.set(ylim=(min(rgb.min(), 0), max(rgb.max(), 255)), yticks=[0, 64, 128, 192, 255])
    axes.tick_params("x", labelbottom=False)
    axes.set_title("value of the pixel's R, G and B", loc="left", fontsize=12, pad=12)
    axes.grid(axis="y")
    names = [name for name, _ in _CHANNELS]
    _label_ends(axes, [(name, x[-1], y) for name, y in zip(names, rgb[-1], strict=True)])


def _name_powers(axis: Axis, words: Callable[[float, int], str] | None = None) -> None:
    """Name some powers of ten on a logarithmic axis; on a short one, 2 and 5 times them too."""
    low, high = axis.get_view_interval()
    write = _number if low >= 1e-3 and high < 2e4 else _scientific
    along = 0 if axis.axis_name == "x" else 1
    room = (0.9, 0.3)[along]  # inches that a name takes
    names = max(3, int(_size(axis.axes)[along] / room) + 1)
    subs = (1, 2, 5) if high < 30 * low else (1,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=names))
    axis.set_major_formatter(words or (lambda x, _: write(x)))
    axis.set_minor_formatter(NullFormatter())


def _label_ends(axes: Axes, ends: Sequence[tuple[str, float, float]]) -> None:
    """Write each line's name at its end, (name, x, y); names that would overlap move apart."""
    if not ends:
        return
    to_fraction = axes.transData + axes.transAxes.inverted()
    points = to_fraction.transform([(x, y) for _, x, y in ends])
    width, height = _size(axes)
    gap = _LINE / height
    for (name, *end), (x, y), moved in zip(ends, points, _spread(points[:, 1], gap), strict=True):
        leader = {"arrowstyle": "-", "color": _GREY, "lw": 0.8, "relpos": (0, 0.5), "shrinkA": 0}
        axes.annotate(
            name,
            end,
            (x + 0.16 / width, moved),
            textcoords="axes fraction",
            va="center",
            bbox=_PAPER,
            arrowprops=leader if abs(moved - y) > gap / 4 else None,
        )


def _spread(wanted: np.ndarray, gap: float) -> np.ndarray:
    """Move positions apart to at least ``gap``, in the same order and not far."""
    order = np.argsort(wanted, kind="stable")
    placed = np.array(wanted, float)
    for _ in range(50):  # neighbours push each other apart; a handful settles long before
        for below, above in pairwise(order):
            missing = max(gap - (placed[above] - placed[below]), 0)
            placed[below] -= missing / 2
            placed[above] += missing / 2
    return placed


def _every(x: np.ndarray) -> list[int]:
    """Choose the points that get a marker: about ten, the first and the last among them."""
    return np.linspace(0, len(x) - 1, min(len(x), 11)).round().astype(int).tolist()


def _edges(x: np.ndarray) -> np.ndarray:
    """Give the borders of cells around rising positions: shape (n,) → (n + 1,)."""
    middles = (x[1:] + x[:-1]) / 2
    first = x[0] - (middles[0] - x[0] if len(middles) else 0.5)
    last = x[-1] + (x[-1] - middles[-1] if len(middles) else 0.5)
    return np.concatenate([[first], middles, [last]])


def _bar_axes(
    y: np.ndarray,
    labels: Sequence[str],
    numbers: Sequence[str],
    *,
    indent: float = 0,
    with_scale: bool = True,
    head: float = _MARGIN,
) -> Axes:
    """Make axes for horizontal bars, with just the room that labels and numbers need.

    ``y`` are the positions of the bars from the top; ``indent`` is room left of the labels,
    ``head`` above the bars.
    """
    left = _MARGIN + indent + max(map(_text_width, labels)) + 0.15
    right = _MARGIN + max(map(_text_width, numbers)) + 0.15
    lines = max(label.count("\n") for label in labels) + 1
    height = (y[-1] + 1) * max(0.36, lines * _LINE + 0.15)
    foot = 0.75 if with_scale else _MARGIN
    figure = _figure(_WIDTH, height + foot + head)
    axes = _axes(figure, left, foot, _WIDTH - left - right, height)
    axes.set(ylim=(y[-1] + 0.5, -0.5), yticks=y, yticklabels=labels)
    axes.tick_params("y", length=0)
    axes.xaxis.set_visible(with_scale)
    axes.spines["bottom"].set_visible(with_scale)
    axes.spines["left"].set_visible(with_scale)
    return axes


def _write_numbers(axes: Axes, x: np.ndarray, y: np.ndarray, numbers: Sequence[str]) -> None:
    """Write the numbers right of the bars' ends, readable also where a line crosses them."""
    for end, position, number in zip(x, y, numbers, strict=True):
        axes.annotate(
            number,
            (end, position),
            (6, 0),
            textcoords="offset points",
            va="center_baseline",
            bbox=_PAPER,
        )


def _write_term(axes: Axes, term: str, y: float) -> None:
    """Write the name of a group of bars at the left edge of the figure."""
    axes.annotate(
        term,
        (0, y),
        (72 * _MARGIN, 0),
        xycoords=("figure fraction", "data"),
        textcoords="offset points",
        va="center_baseline",
        weight="bold",
    )


def _draw_baseline(axes: Axes, x: float, label: str) -> None:
    axes.axvline(x, color=_INK, linewidth=1.4, linestyle=(0, (5, 3)))
    position = axes.transAxes.inverted().transform(axes.transData.transform((x, 0)))[0]
    axes.annotate(
        label,
        (x, 1),
        (0, 5),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="left" if position < 0.5 else "right",  # never beyond the edge of the figure
    )


def _linear_limits(values: np.ndarray) -> tuple[float, float]:
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if high > low else (0.0, 1.0)


def _log_limits(values: np.ndarray, at_least: float = 0) -> tuple[float, float]:
    """Begin at a power of ten visibly below the smallest value above 0."""
    positive = values[values > 0]
    if not positive.size:
        return 0.1, 1.0
    low = 10 ** math.floor(math.log10(positive.min()) - 0.2)
    return low, max(positive.max(), at_least)


# Figures, words, files ----------------------------------------------------------------------


def _figure(width: float, height: float) -> Figure:
    # Not through pyplot: it would keep the figure, and the notebook would show it once more.
    return Figure(figsize=(width, height))


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes at a place given in inches."""
    w, h = figure.get_size_inches()
    return figure.add_axes((left / w, bottom / h, width / w, height / h))


def _size(axes: Axes) -> np.ndarray:
    """Give width and height of axes in inches."""
    return axes.get_position().size * axes.figure.get_size_inches()


def _write(figure: Figure, left: float, top: float, text: str, size: float = 12) -> None:
    """Write text at a place given in inches from the upper left corner."""
    w, h = figure.get_size_inches()
    line_height = _LINE * size / 12
    # Line by line: Matplotlib sets the first of several lines lower than a single one.
    for number, line in enumerate(text.split("\n")):
        baseline = top + (number + 0.8) * line_height
        figure.text(left / w, 1 - baseline / h, line, fontsize=size, va="baseline")


def _text_width(text: str, size: float = 12, weight: str = "normal") -> float:
    """Measure a text's widest line in inches."""
    font = FontProperties(family=_STYLE["font.family"], size=size, weight=weight)
    return max(
        text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] / 72
        for line in text.split("\n")
    )


def _wrap(text: str, width: float, size: float = 12) -> str:
    """Break a text into lines of at most ``width`` inches, as its own letters run."""
    lines = []
    for line in text.split("\n"):
        letters = width / max(_text_width(line, size), 0.01) * len(line)
        lines += textwrap.wrap(line, max(int(letters), 4)) or [""]
    return "\n".join(lines)


def _number(value: float) -> str:
    """Write a number as on a blackboard: 0.0021, 8.15, 1,234, 5.05 × 10⁹."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if not 1e-3 <= abs(value) < 1e6:
        return _scientific(value)
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")


def _scientific(value: float) -> str:
    """Write a number with a power of ten: 5.05 × 10⁹, 10⁶."""
    mantissa, exponent = f"{value:.2e}".replace("-", "−").split("e")
    power = "10" + str(int(exponent.replace("−", "-"))).translate(_SUPERSCRIPT)
    mantissa = mantissa.rstrip("0").rstrip(".")
    return power if mantissa == "1" else f"{mantissa} × {power}"


def _check_words(alt: str, see: str) -> None:
    for name, words in (("alt", alt), ("see", see)):
        if not isinstance(words, str) or not words.strip():
            raise NSTError(f"{name} is empty; say in a sentence what the figure shows.")


def _present(figure: Figure, *, alt: str, see: str, path: str | os.PathLike[str] | None) -> None:
    """Show a finished figure with the line below it; write it to a file as well if asked."""
    _check_words(alt, see)
    if path is not None:
        _save(figure, Path(path))
    if get_ipython() is not None:  # elsewhere ``display`` would print the PNG as text
        bundle, metadata = _bundle(figure, alt)
        display(bundle, raw=True, metadata=metadata)
    _say_see(see)


def _bundle(figure: Figure, alt: str) -> tuple[dict[str, str], dict[str, dict]]:
    return _png_bundle(_png(figure), round(figure.get_figwidth() * _PAGE_DPI), alt)


def _png_bundle(png: bytes, width: int, alt: str) -> tuple[dict[str, str], dict[str, dict]]:
    """Give data and metadata as ``display(..., raw=True)`` takes them; width in page pixels."""
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": _PLAIN_TEXT}
    return data, {"image/png": {"alt": alt, "width": width}}


def _say_see(see: str) -> None:
    say(f"What to see: {see}", indent=len("What to see: "))


def _png(figure: Figure) -> bytes:
    buffer = BytesIO()
    # The default level, 6, takes three times as long and saves a tenth of the bytes.
    figure.savefig(buffer, format="png", dpi=_PNG_DPI, pil_kwargs={"compress_level": 3})
    return buffer.getvalue()


def _animated_png(frames: list[Image.Image], durations: list[float]) -> bytes:
    buffer = BytesIO()
    options = {"append_images": frames[1:], "duration": durations, "loop": 0}
    frames[0].save(buffer, "PNG", save_all=True, **options)
    return buffer.getvalue()


def _save(figure: Figure, path: Path) -> None:
    formats = figure.canvas.get_supported_filetypes()
    if path.suffix[1:].lower() not in formats:
        raise NSTError(
            f"{path}: no figure can be written as {path.suffix!r}; use .png, .jpg, .pdf or .svg."
        )
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=_PNG_DPI)
