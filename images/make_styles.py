"""Paint the course's own style pictures, out of nothing but arithmetic.

Every picture is composed here, with numpy, scipy and Pillow, from a seed: no photograph and no
painting is read. The same seed gives the same bytes on one machine.

    python images/make_styles.py                      repaint all of them
    python images/make_styles.py waves stained-glass  repaint only these
    python images/make_styles.py --list               say which there are

All lengths are in *points*: a sheet is 768 by 576 points, whatever size it is painted at.
Colours are rows of three numbers between 0 and 1.
"""

import argparse
import io
import os
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import interpolate, ndimage
from scipy.spatial import cKDTree

WIDE, HIGH = 768, 576
SUPERSAMPLING = 2
SEED = 20
BYTES_PER_PIXEL = 0.9  # about 400 kB for a picture of the usual size: it goes into a repository

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Labels = NDArray[np.intp]


# The sheet --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """What a picture is painted on: `scale` pixels to the point, and a source of chance."""

    scale: float
    rng: np.random.Generator

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as Pillow wants them."""
        return round(WIDE * self.scale), round(HIGH * self.scale)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, as numpy wants them."""
        return self.size[::-1]

    @cached_property
    def x(self) -> Array:
        """How far to the right the middle of each pixel is."""
        return np.broadcast_to((np.arange(self.size[0]) + 0.5) / self.scale, self.shape)

    @cached_property
    def y(self) -> Array:
        """How far down the middle of each pixel is."""
        return np.broadcast_to((np.arange(self.size[1])[:, None] + 0.5) / self.scale, self.shape)

    def noise(self, cell: float, octaves: int = 1) -> Array:
        """Return smooth noise all over the sheet."""
        return noise(self.rng, self.x, self.y, cell, octaves)

    def pixels(self, points: Array) -> list[float]:
        """Return points as the flat list of pixel coordinates that Pillow draws fastest."""
        return (np.asarray(points) * self.scale).ravel().tolist()

    def mask(self, *polygons: Array) -> Mask:
        """Return which pixels lie in any of the polygons."""
        image = Image.new("1", self.size)
        draw = ImageDraw.Draw(image)
        for polygon in polygons:
            draw.polygon(self.pixels(polygon), fill=1)
        return np.array(image)

    def sample(self, field: Array, points: Array) -> Array:
        """Read a field, of numbers or colours, at points; beyond the sheet its rim goes on."""
        column, row = np.moveaxis((points * self.scale).astype(np.intp), -1, 0)
        high, wide = self.shape
        return field[np.clip(row, 0, high - 1), np.clip(column, 0, wide - 1)]

    def fetch(self, colour: Array, x: Array, y: Array) -> Array:
        """Give every pixel the colour of another place, such as the one that water mirrors."""
        where = np.stack([y, x]) * self.scale
        channels = np.moveaxis(colour, -1, 0)
        read = partial(ndimage.map_coordinates, coordinates=where, order=1, mode="nearest")
        return np.dstack([read(channel) for channel in channels])

    def blur(self, field: Array, radius: float) -> Array:
        """Blur numbers or colours, across the sheet but not across the channels."""
        sigma = radius * self.scale
        return ndimage.gaussian_filter(field, (sigma, sigma, 0)[: field.ndim])

    def box(self, x: float, y: float, reach: float) -> tuple[slice, slice]:
        """Return the rows and columns of the square that goes `reach` points each way."""
        rows, columns = (
            slice(max(0, int((middle - reach) * self.scale)), int((middle + reach) * self.scale))
            for middle in (y, x)
        )
        return rows, columns

    def scattered(self, spacing: float) -> Array:
        """Return points about `spacing` apart, on the sheet and a little beyond, shuffled."""
        x, y = (np.arange(-10, side + 10, spacing) for side in (WIDE, HIGH))
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return self.rng.permutation(points + self.rng.uniform(-0.5, 0.5, points.shape) * spacing)

    def finish(self, colour: Array) -> Image.Image:
        """Turn colours into a picture of its final size."""
        image = Image.fromarray(as_bytes(colour))
        wide, high = (side // SUPERSAMPLING for side in self.size)
        return image.resize((wide, high), Image.Resampling.LANCZOS)


class Impasto:
    """Paint with a thickness: the fourth channel of the image holds how high it stands."""

    def __init__(self, sheet: Sheet, ground: Array, height: float = 0.0) -> None:
        self.sheet = sheet
        ground = np.broadcast_to(ground, (*sheet.shape, 3))
        self.image = Image.fromarray(as_bytes(np.dstack([ground, np.full(sheet.shape, height)])))
        self.draw = ImageDraw.Draw(self.image)

    def line(self, points: Array, width: float, colour: Array, height: float) -> None:
        """Paint a line."""
        path, thick = self.sheet.pixels(points), max(1, round(width * self.sheet.scale))
        self.draw.line(path, fill=fill(*colour, height), width=thick, joint="curve")

    def polygon(self, points: Array, colour: Array, height: float) -> None:
        """Paint an area."""
        self.draw.polygon(self.sheet.pixels(points), fill=fill(*colour, height))

    def ellipse(self, middle: Array, reach: Array, colour: Array, height: float) -> None:
        """Paint an ellipse that reaches so far to the sides, and up and down."""
        box = np.concatenate([middle - reach, middle + reach])
        self.draw.ellipse(self.sheet.pixels(box), fill=fill(*colour, height))

    def lit(self, soft: float, shine: float) -> Array:
        """Return the colours with light from the upper left on the ridges of the paint."""
        paint = np.asarray(self.image) / 255
        height = self.sheet.blur(paint[..., 3], soft)
        return shaded(paint[..., :3], 1 + np.clip(shine * relief(height, self.sheet), -0.3, 0.4))


# What every picture is made of: colours, noise, light, curves, places ---------------------


def palette(colours: str) -> Array:
    """Return colours such as "#ff8800 #0088ff" as rows of numbers."""
    return np.array([list(bytes.fromhex(colour[1:])) for colour in colours.split()]) / 255


def pigment(colour: str) -> Array:
    """Return one colour as three numbers."""
    return palette(colour)[0]


def rows(text: str) -> Array:
    """Return the numbers of a text such as "1,2 3,4" as rows."""
    return np.array([[float(number) for number in row.split(",")] for row in text.split()])


def ramp(colours: Array, t: Array | float) -> Array:
    """Blend along a row of colours: t=0 gives the first, t=1 the last."""
    stops = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(t, stops, channel) for channel in colours.T], axis=-1)


def smoothstep(low: float, high: float, t: Array) -> Array:
    """Rise from 0 at `low` to 1 at `high`, with flat ends; `low` may be the larger one."""
    t = np.clip((t - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(under: Array, over: Array, amount: Array) -> Array:
    """Lay one colour over another; `amount` is 0 to 1, or true and false, for every pixel."""
    return under + (over - under) * amount[..., None]


def shaded(colour: Array, light: Array) -> Array:
    """Return colours under more light (above 1) or less (below 1)."""
    return colour * light[..., None]


def as_bytes(numbers: Array | Sequence[float]) -> NDArray[np.uint8]:
    """Turn numbers between 0 and 1 into bytes."""
    return (np.clip(numbers, 0, 1) * 255 + 0.5).astype(np.uint8)


def fill(*channels: float) -> tuple[int, ...]:
    """Turn one colour, with or without a height, into what Pillow fills with."""
    return tuple(as_bytes(channels).tolist())


def noise(rng: np.random.Generator, x: Array, y: Array, cell: float, octaves: int = 1) -> Array:
    """Return smooth noise, about -1 to 1, whose blobs are about `cell` points across.

    It is a function of the place, not of the pixel: warped or polar coordinates do as well.
    """
    x, y = np.broadcast_arrays(x, y)
    total = np.zeros(x.shape)
    for octave in range(octaves):
        lattice = rng.standard_normal((128, 128))
        where = np.stack([y, x]) * (2**octave / cell)
        total += ndimage.map_coordinates(lattice, where, order=3, mode="grid-wrap") / 2**octave
    return total


def relief(height: Array, sheet: Sheet) -> Array:
    """Return how much more light than a flat one a surface gets from the upper left."""
    down, right = np.gradient(height)
    return -(down + right) * sheet.scale


def own_frame(sheet: Sheet, piece: Labels) -> tuple[Array, Array]:
    """Return coordinates that are turned and shifted by chance on every piece.

    Noise along and across them looks as if each piece were cut from a sheet of its own.
    """
    angle = sheet.rng.uniform(0, np.pi, piece.max() + 1)[piece]
    shift = sheet.rng.uniform(0, 3000, piece.max() + 1)[piece]
    along = sheet.x * np.cos(angle) + sheet.y * np.sin(angle)
    across = sheet.y * np.cos(angle) - sheet.x * np.sin(angle)
    return along + shift, across + shift


def numbered(*labels: Labels) -> Labels:
    """Number the combinations of labels that occur, from 0 on."""
    total = np.zeros(labels[0].shape, np.int64)
    for label in labels:
        total = total * (int(label.max()) + 1) + label
    return np.unique(total, return_inverse=True)[1].reshape(total.shape)


def edge_distance(sheet: Sheet, label: Labels) -> Array:
    """Return how far away the nearest change of label is."""
    inside = np.ones(label.shape, bool)
    inside[:, 1:] &= label[:, 1:] == label[:, :-1]
    inside[1:] &= label[1:] == label[:-1]
    return ndimage.distance_transform_edt(inside) / sheet.scale


def spline(points: Array, count: int, closed: bool = False) -> Array:
    """Return `count` points along a smooth curve through the given ones."""
    knots = np.array([*points, points[0]] if closed else points, dtype=float)
    # Steps as long as the square root of the legs keep the curve from overshooting (centripetal).
    at = np.cumsum([0, *np.sqrt(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    curve = interpolate.CubicSpline(at, knots, bc_type="periodic" if closed else "natural")
    return curve(np.linspace(0, at[-1], count))


def normals(path: Array) -> Array:
    """Return the unit vectors that stand square on a path."""
    along = np.gradient(path, axis=0)
    side = np.stack([-along[:, 1], along[:, 0]], axis=1)
    return side / (np.linalg.norm(side, axis=1, keepdims=True) + 1e-9)


def ribbon(spine: Array, half: Array) -> Array:
    """Return the outline of what reaches `half` to both sides of a spine."""
    side = normals(spine) * half[:, None]
    return np.concatenate([spine + side, (spine - side)[::-1]])


def turned(points: Array, angle: float) -> Array:
    """Turn points about the origin."""
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def leaf(x: float, y: float, size: float, angle: float) -> Array:
    """Return the outline of a leaf or petal that is pointed at both ends."""
    along = np.linspace(-1, 1, 30)
    half = np.column_stack([along, 0.55 * np.cos(along * np.pi / 2)])
    return turned(np.concatenate([half, half[::-1] * [1, -1]]), angle) * size + (x, y)


def packed(sheet: Sheet, sizes: Array, closeness: float) -> Array:
    """Put discs of these radii on the sheet, each as near to the others as it may come.

    Two discs stay `closeness` times the sum of their radii apart. One that finds no room is left
    out. The rows of the result are x, y, radius.
    """
    placed = np.empty((0, 3))
    for radius in sizes:
        tries = sheet.rng.uniform([-30, -30], [WIDE + 30, HIGH + 30], (3000, 2))
        away = np.linalg.norm(tries[:, None] - placed[:, :2], axis=2)
        room = (away - closeness * (placed[:, 2] + radius)).min(axis=1, initial=1e4)
        if room.max() >= 0:
            best = tries[np.argmin(np.where(room >= 0, room, np.inf))]
            placed = np.vstack([placed, [*best, radius]])
    return placed


# Stained glass ----------------------------------------------------------------------------

GLASS = {
    "sky": palette("#fff0a0 #ffd04a #fb8c2a #e0484e #a03a94 #4a4cc4 #1f62c0 #123f94 #0c2a6c"),
    "corona": palette("#ffd23a #ff9a1f #ffc02e"),
    "sun": palette("#fffff0 #fff6c0"),
    "far hill": palette("#5a4ea0 #2f7fa8 #2a9a9a"),
    "middle hill": palette("#0f6a5a #1c9a5a #4cb85a"),
    "near hill": palette("#1d6a2f #6aa52a #c2cc3a"),
    "river": palette("#e8f8f0 #7fdcec #2aa6dc #2472c4"),
    "trunk": palette("#3f2540 #6a3a48 #8a5440"),
    "leaves": palette("#a01030 #d8202a #f4641e #f8a01e #ffd84a #9ab82a"),
    "border": palette("#7a0f2e #a81a34 #2a2f86 #1f4aa0"),
}
SUN = (520, 205)
BOUGHS = [  # from the root to the tip, and how thick at the root
    (rows("196,600 176,470 196,360 188,250 214,130"), 26),
    (rows("190,400 150,330 96,286 62,232"), 11),
    (rows("192,340 250,290 300,262 330,220"), 11),
    (rows("190,280 150,220 130,150"), 8),
]
CROWN = rows("108,208,74 88,128,62 180,96,74 268,112,66 306,196,58 210,190,80")  # x, y, radius
FALLING = rows("392,268,24,0.6 336,330,22,-0.5 270,436,25,0.9 94,458,25,2.5")  # x, y, size, turn


class Window:
    """A window in the making: for every pixel the part of the view, the piece and its tint."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.part, self.piece = np.zeros((2, *sheet.shape), np.intp)
        self.tint = np.zeros(sheet.shape)

    def glaze(self, part: str, where: Mask, piece: Labels | int, tint: Array | float) -> None:
        """Put a part of the view, cut into pieces, in front of what is there."""
        self.part[where] = list(GLASS).index(part)
        self.piece[where] = np.broadcast_to(piece, where.shape)[where]
        self.tint[where] = np.broadcast_to(tint, where.shape)[where]


def stained_glass(sheet: Sheet) -> Image.Image:
    """Paint a leaded window: a tree in autumn, and the sun over hills and a river.

    Each part of the view is cut into pieces of glass; a piece has one colour, a streak of its
    own and a rounded lead around it, thicker where two parts meet.
    """
    window = Window(sheet)
    for glaze in (glaze_sky, glaze_hills, glaze_river, glaze_tree, glaze_border):
        glaze(window)
    piece = numbered(window.part, window.piece)
    glass = colour_pieces(window, piece)
    depth = np.minimum(edge_distance(sheet, piece) - 1.9, edge_distance(sheet, window.part) - 3.4)
    glass = shaded(glass, glass_light(sheet, piece) * (0.72 + 0.38 * np.tanh(depth / 7)))
    glow = sheet.blur(shaded(glass, depth > 0), 5)
    return sheet.finish(mix(glass + 0.16 * glow, lead(sheet, depth), smoothstep(0.3, -0.3, depth)))


def glaze_sky(window: Window) -> None:
    """Cut the sky into rings around the sun, and the rings into bricks."""
    x, y = window.sheet.x - SUN[0], window.sheet.y - SUN[1]
    radius, turn = np.hypot(x, y), np.arctan2(y, x) / (2 * np.pi) % 1
    wavy = radius * (1 + 0.045 * np.sin(turn * 2 * np.pi * 7 + radius / 70))
    ring = whole(np.log(np.maximum(wavy, 60) / 60) / np.log(1.34))
    bricks = np.array([18, 18, 20, 24, 30, 36, 44, 52, 60, 60])[np.minimum(ring, 9)]
    brick = whole(turn * bricks + 0.5 * (ring % 2)) % bricks
    window.glaze("sky", radius > 0, ring * 100 + brick, (radius / 640) ** 0.8)
    ray = np.abs(np.cos(turn * 2 * np.pi * 9))
    window.glaze("corona", radius < 76 + 10 * ray, whole(turn * 18), radius % 1)
    window.glaze("sun", radius < 50, whole(turn * 6 + 1) * (radius > 24), 0.5)


def glaze_hills(window: Window) -> None:
    """Set three hills one before the other, in pieces that are wider than they are high."""
    sheet, x, y = window.sheet, window.sheet.x, window.sheet.y
    for name, crest, spacing in [
        ("far hill", 322 + 26 * np.sin(x / 74 + 0.4) + 12 * np.sin(x / 31), 40),
        ("middle hill", 382 + 34 * np.sin(x / 105 + 2.4) + 8 * np.sin(x / 37), 44),
        ("near hill", 468 + 36 * np.sin(x / 118 - 0.9) + 8 * np.sin(x / 50), 46),
    ]:
        pieces = relaxed_cells(sheet.rng, x, (y - crest) * 1.55, spacing)
        window.glaze(name, y > crest, pieces, (y - crest) / 130)


def glaze_river(window: Window) -> None:
    """Let a river wind towards the front, in long pieces that grow as it comes nearer."""
    x, y = window.sheet.x, window.sheet.y
    bend = 450 + 95 * np.sin((y - 330) / 52) * smoothstep(330, 480, y) - 0.25 * (y - 330)
    across = (x - bend) / (5 + 0.27 * (y - 330))
    row = whole(4.3 * np.log(np.maximum(y - 300, 1)) + 0.6 * across)
    lane = whole(across * 1.5 + 1.5)
    window.glaze("river", (np.abs(across) < 1) & (y > 342), row * 3 + lane, (across + 1) / 2)


def glaze_tree(window: Window) -> None:
    """Plant a tree: a trunk in long pieces, a crown of small ones, and leaves in the wind."""
    sheet, x, y = window.sheet, window.sheet.x, window.sheet.y
    limbs = [(spline(points, 40), thick) for points, thick in BOUGHS]
    trunk = sheet.mask(*(ribbon(s, np.linspace(thick, thick / 4, 40)) for s, thick in limbs))
    bark = relaxed_cells(sheet.rng, x * 2.2, y * 0.6, 34)
    window.glaze("trunk", trunk, bark, 0.5 + 0.5 * sheet.noise(40))
    scallops = 7 * np.abs(np.sin(np.arctan2(y - 160, x - 195) * 9))
    crown = np.max([r - np.hypot(x - cx, y - cy) for cx, cy, r in CROWN], axis=0) + scallops > 0
    tint = 0.45 + (y - 170) / 500 + 0.35 * sheet.noise(70)
    window.glaze("leaves", crown, relaxed_cells(sheet.rng, x, y, 25), tint)
    for index, place in enumerate(FALLING):
        window.glaze("leaves", sheet.mask(leaf(*place)), 50_000 + index, 0.2 + 0.15 * index)


def glaze_border(window: Window) -> None:
    """Put a border of red and blue panes around the view."""
    x, y = window.sheet.x, window.sheet.y
    side, end = np.minimum(x, WIDE - x), np.minimum(y, HIGH - y)
    pane = whole(np.where(side < end, y, x + 48 * 100) / 48)
    corner = np.maximum(side, end) < 20
    piece = np.where(corner, 9000 + (x > WIDE / 2) + 2 * (y > HIGH / 2), pane)
    window.glaze("border", np.minimum(side, end) < 20, piece, np.where(corner, 0.5, pane % 2))


def whole(numbers: Array) -> Labels:
    """Round down to whole numbers, to label things with."""
    return np.floor(numbers).astype(np.intp)


def relaxed_cells(rng: np.random.Generator, x: Array, y: Array, spacing: float) -> Labels:
    """Cut the plane into Voronoi cells whose seeds were moved to their middles (Lloyd)."""
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    count = max(4, round(np.prod(high - low) / spacing**2))
    seeds = rng.uniform(low, high, (count, 2))
    probes = rng.uniform(low, high, (count * 40, 2))
    for _ in range(6):
        owner = cKDTree(seeds).query(probes)[1]
        held = np.bincount(owner, minlength=count)
        sums = [np.bincount(owner, probes[:, axis], count) for axis in (0, 1)]
        seeds = np.where(held > 0, sums / np.maximum(held, 1), seeds.T).T
    return cKDTree(seeds).query(np.stack([x, y], axis=-1))[1]


def colour_pieces(window: Window, piece: Labels) -> Array:
    """Give each piece the mean tint of its pixels, a little off, in the colours of its part."""
    rng = window.sheet.rng
    size = np.bincount(piece.ravel())
    tint = np.bincount(piece.ravel(), window.tint.ravel()) / size
    tint += rng.normal(0, 0.07, len(size))
    part = np.zeros(len(size), np.intp)
    part[piece] = window.part
    colour = np.zeros((len(size), 3))
    for index, colours in enumerate(GLASS.values()):
        colour[part == index] = ramp(colours, tint[part == index])
    return shaded(colour, rng.uniform(0.82, 1.12, len(size)))[piece]


def glass_light(sheet: Sheet, piece: Labels) -> Array:
    """Return the streaks, ripples and tiny bubbles of old glass."""
    along, across = own_frame(sheet, piece)
    streak = noise(sheet.rng, along / 5, across, 7, 2)
    ripple = relief(noise(sheet.rng, along, across, 9), sheet)
    bubbles = smoothstep(1.6, 2.4, sheet.noise(2.6))
    return 1 + 0.13 * streak + np.clip(0.05 * ripple, -0.12, 0.12) + 0.25 * bubbles


def lead(sheet: Sheet, depth: Array) -> Array:
    """Return the grey of rounded, slightly battered lead, lit from the upper left."""
    bulge = np.sqrt(np.clip(-depth, 0, 3)) + 0.12 * sheet.noise(5, 2)
    light = 0.13 + 0.11 * np.clip(relief(bulge, sheet), -0.9, 2.4)
    return shaded(np.array([0.95, 1.0, 1.08]), light)


# Northern lights: long brush strokes along a flow -----------------------------------------


STARS = rows(  # x, y, how far the light reaches, which part of that is the disc; last the moon
    """
    84,62,44,0.16 214,34,20,0.16 344,58,32,0.16 730,40,26,0.16
    452,26,16,0.16 152,150,16,0.16 712,216,20,0.16 596,112,92,0.36
    """
)
SHORE = 398


@dataclass
class Scene:
    """A view to be painted: the colour, and which way the brush goes, of every pixel."""

    sheet: Sheet
    colour: Array
    heading: Array

    def lay(self, colour: Array, amount: Array, heading: Array, follow: Array) -> None:
        """Lay something over the view, and turn the strokes as far as `follow` says."""
        self.colour = mix(self.colour, colour, amount)
        self.heading = mix(self.heading, heading, follow)


@dataclass(frozen=True)
class Brush:
    """How long and wide strokes are, and how far apart; above `detail` only where much goes on."""

    length: float
    width: float
    spacing: float
    detail: float = 0


def northern_lights(sheet: Sheet) -> Image.Image:
    """Paint northern lights, a moon and stars over mountains and a lake, with a loaded brush.

    Every point has a direction: around the stars, up the rays of the lights, down the slopes,
    level on the water. Broad strokes lie under fine ones; ridges of paint catch the light.
    """
    scene = night_sky(sheet)
    for level, phase in [(214, 0.4), (306, 3.3)]:
        hang_lights(scene, level, phase)
    for index, place in enumerate(STARS):
        light_star(scene, *place, hand=1 - 2 * (index % 2))
    raise_mountains(scene)
    fill_lake(scene)
    paint = Impasto(sheet, 0.8 * scene.colour, 0.4)
    for brush in (Brush(116, 20, 12), Brush(80, 13, 9), Brush(36, 7.5, 6.5, detail=0.11)):
        brush_over(paint, scene, brush)
    return sheet.finish(paint.lit(0.6, 1.3))


def night_sky(sheet: Sheet) -> Scene:
    """Return a sky from near black to the last light at the horizon, with a slow swirl in it."""
    x, y = sheet.x, sheet.y
    drift = sheet.noise(170, 2)
    hues = palette("#0a0d34 #121a5e #1b3190 #1f55ae #2b86b4 #6cc0b4 #f0c9a0")
    # The strokes run along the level lines of a stream function.
    down, right = np.gradient(y + 60 * drift + 26 * np.sin(x / 70 + y / 50))
    heading = np.stack([down, -right], axis=-1) / (np.hypot(down, right) + 1e-9)[..., None]
    return Scene(sheet, ramp(hues, y / 370 + 0.08 * drift), heading)


def hang_lights(scene: Scene, level: float, phase: float) -> None:
    """Hang a curtain of northern lights in the sky; strokes rise along its rays."""
    sheet, x = scene.sheet, scene.sheet.x
    foot = level + 54 * np.sin(x / 125 + phase) + 20 * noise(sheet.rng, x, 0 * x, 130, 2)
    lean = 0.55 * np.cos(x / 125 + phase)
    up = foot - sheet.y
    rays = 0.8 + 0.5 * noise(sheet.rng, x - lean * up, 0.05 * sheet.y, 26, 2)
    fade = np.where(
        up > 0, np.exp(-1.7 * np.maximum(up / 230, 0) ** 1.3), np.exp(-((up / 13) ** 2))
    )
    amount = np.clip(1.5 * fade * rays - 0.2, 0, 1)
    hues = palette("#fbf7a8 #b8f26a #3fdc8a #1fb4a4 #4a6ad0 #9a46c4 #d8489c")
    ray = np.stack([lean, -np.ones(x.shape)], axis=-1)
    scene.lay(ramp(hues, up / 220), amount, 1.3 * ray, smoothstep(0.2, 0.5, amount))


def light_star(scene: Scene, x: float, y: float, reach: float, core: float, hand: int) -> None:
    """Set a disc with warm rings in the sky; strokes run around it."""
    right, down = scene.sheet.x - x, scene.sheet.y - y
    radius = np.hypot(right, down) / reach
    rings = palette("#ffc94a #f58a2a #f7b84a #d86a5a #f2a878 #8a5ab0 #5a7fd0")
    strength = smoothstep(1.05, 0.6, radius) * (0.8 + 0.2 * np.cos(radius * 25))
    orbit = np.stack([-down, right], axis=-1) / (radius * reach + 1)[..., None]
    around = smoothstep(1.25, 0.8, radius)
    scene.lay(ramp(rings, (radius - core) / (1 - core)), strength, 1.5 * hand * orbit, around)
    disc = smoothstep(core + 0.04, core - 0.04, radius)
    scene.colour = mix(scene.colour, pigment("#fffbe0"), disc)


def raise_mountains(scene: Scene) -> None:
    """Set two ranges in front of the sky; strokes run down their flanks."""
    sheet, x, y = scene.sheet, scene.sheet.x, scene.sheet.y
    for base, tall, cell, hues in [
        (338, 70, 105, palette("#2c3a98 #4f6ac8 #9fb4ec #f6e8ee")),
        (386, 58, 74, palette("#10103c #241f68 #5a3f9c #c06aa8")),
    ]:
        skyline = base - tall * np.abs(noise(sheet.rng, x, 0 * y, cell, 3))
        below = y - skyline
        smooth = ndimage.gaussian_filter1d(skyline, 5 * sheet.scale, axis=1)
        shade = np.gradient(smooth, axis=1) < 0
        facet = noise(sheet.rng, x + np.where(shade, 0.7, -0.7) * below, 0.3 * y, 30)
        lit = np.where(shade, 0.3, 0.75) + 0.3 * facet - below / 150
        flank = np.where(shade[..., None], [-0.6, 0.8], [0.6, 0.8])
        scene.lay(ramp(hues, lit), below > 0, flank, below > 0)


def fill_lake(scene: Scene) -> None:
    """Mirror what is above the shore in the water, broken by ripples; strokes lie level."""
    sheet, x, y = scene.sheet, scene.sheet.x, scene.sheet.y
    ripple = noise(sheet.rng, x, y * 4, 60, 2)
    depth = np.maximum(y - SHORE, 0)
    mirrored = SHORE - depth * 2.1 + ripple * (3 + depth * 0.08)
    water = sheet.fetch(scene.colour, x + 8 * ripple, mirrored)
    water = mix(water, pigment("#10206c"), np.clip(0.3 + 0.5 * ripple, 0, 0.8))
    level = np.stack([np.ones(x.shape), 0.2 * ripple], axis=-1)
    scene.lay(water, depth > 0, level, depth > 0)


def brush_over(paint: Impasto, scene: Scene, brush: Brush) -> None:
    """Cover the picture with strokes of one size, laid in random order along the flow."""
    sheet, rng = scene.sheet, scene.sheet.rng
    starts = sheet.scattered(brush.spacing)
    if brush.detail:
        detail = np.abs(scene.colour - sheet.blur(scene.colour, 8)).max(axis=-1)
        starts = starts[sheet.sample(detail, starts) > brush.detail]
    colours = sheet.sample(scene.colour, starts)
    # A painter never mixes a colour twice: it comes out lighter or darker, warmer or colder.
    colours = shaded(colours, rng.uniform(0.82, 1.2, len(starts)))
    colours += rng.normal(0, 0.035, colours.shape)
    for path, colour in zip(paths_along(scene, starts, brush.length), colours, strict=True):
        stroke(paint, path, brush.width * rng.uniform(0.7, 1.25), colour)


def paths_along(scene: Scene, starts: Array, length: float, steps: int = 14) -> Array:
    """Walk from every start both ways along the flow; return (start, step, xy)."""
    halves = []
    for way in (-1, 1):
        at, walked = starts, []
        for _ in range(steps // 2):
            heading = scene.sheet.sample(scene.heading, at)
            heading /= np.linalg.norm(heading, axis=-1, keepdims=True) + 1e-9
            at = at + way * length / steps * heading
            walked.append(at)
        halves.append(walked)
    return np.stack([*halves[0][::-1], starts, *halves[1]], axis=1)


def stroke(paint: Impasto, path: Array, width: float, colour: Array) -> None:
    """Drag a brush along a path: each hair leaves a line of its own colour, length and height."""
    rng, side = paint.sheet.rng, normals(path) * width / 2
    hairs = max(3, round(width / 2))
    for offset in np.linspace(-1, 1, hairs):
        # The outer hairs touch down later and lift off earlier: the stroke tapers.
        first, last = (2.6 * offset**2 + rng.uniform(0, 1.6, 2)).astype(int)
        hair = (path + side * offset)[first : len(path) - last]
        height = rng.uniform(0.2, 0.75) + 0.25 * (abs(offset) > 0.7)
        paint.line(hair, 1.35 * width / hairs, colour * rng.normal(1, 0.13), height)


# Waves: a colour woodblock print ----------------------------------------------------------

# A breaking wave of height 1, y upwards: from the trough behind it up to the tip of the crest,
# and from the trough before it up its hollow face to the same tip.
BACK = rows(
    """
    -2.3,-1.1 -1.45,-0.28 -0.85,0.08 -0.38,0.36 -0.06,0.72 0.2,0.95 0.48,1.0 0.7,0.86 0.76,0.64
    """
)
FACE = rows(
    """
    2.7,-1.1 1.9,-0.42 1.2,-0.1 0.8,0.02 0.52,0.16
    0.36,0.36 0.34,0.55 0.44,0.7 0.6,0.73 0.76,0.64
    """
)
FAR_WAVES = rows("196,38,84 222,52,112 264,76,158 324,104,220 396,122,270")  # level, tall, apart
NEAR_WAVES = rows("476,140,330 560,150,340 640,160,300")
MIST = rows(  # from, to, level, half as thick
    """
    -40,270,48,11 190,440,78,9 420,820,104,11
    -60,210,124,9 340,560,146,8 590,900,44,9
    """
)
INDIGO = palette("#0b1c52 #143a82 #1d5fa8 #3796c2 #84c6d0 #dbecd8")
STRIPES = INDIGO[[1, 4, 0, 3, 5, 1, 3, 0, 4, 2, 5, 0]]
CREAM = pigment("#f6ecd2")


class Woodblocks:
    """A print in the making: the colours, and the key block with all the outlines."""

    def __init__(self, sheet: Sheet, ground: Array) -> None:
        self.sheet = sheet
        self.colours = Image.fromarray(as_bytes(ground))
        self.key = Image.new("L", sheet.size)
        self.draws = ImageDraw.Draw(self.colours), ImageDraw.Draw(self.key)

    def shape(self, outline: Array, colour: Array, edges: Sequence[Array], line: float) -> None:
        """Cut a shape into the blocks, over what was there, with outlines along some edges."""
        draw, key = self.draws
        draw.polygon(self.sheet.pixels(outline), fill=fill(*colour))
        key.polygon(self.sheet.pixels(outline), fill=0)
        for edge in edges:
            width = max(1, round(line * self.sheet.scale))
            key.line(self.sheet.pixels(edge), fill=255, width=width, joint="curve")

    def foam(self, discs: Array, colour: Array, line: float) -> None:
        """Cut discs (x, y, radius) that flow together: one outline runs around all of them."""
        draw, key = self.draws
        for x, y, radius in discs:
            key.circle(self.sheet.pixels((x, y)), (radius + line) * self.sheet.scale, fill=255)
        for x, y, radius in discs:
            place = self.sheet.pixels((x, y)), radius * self.sheet.scale
            draw.circle(*place, fill=fill(*colour))
            key.circle(*place, fill=0)


def waves(sheet: Sheet) -> Image.Image:
    """Print rolling waves with claws of foam before a red sun, from blocks of indigo and ink.

    The waves go from far to near, each over those behind it. At last the blocks are pressed on
    paper: the colours a little off the outlines, with the grain of the wood in them.
    """
    blocks = Woodblocks(sheet, wiped_sky(sheet))
    for row in FAR_WAVES:
        wave_row(blocks, *row)
    wave(blocks, np.array([150.0, 480.0]), 310)
    for row in NEAR_WAVES:
        wave_row(blocks, *row)
    return sheet.finish(pressed(blocks))


def wiped_sky(sheet: Sheet) -> Array:
    """Return a sky that was wiped by hand from blue to cream to orange, a sun, and mist."""
    x, y = sheet.x, sheet.y
    sky = ramp(palette("#1d4a86 #6fa3b8 #e9dfbe #f6d9a2 #ee9a5c"), y / 210)
    sun = ramp(palette("#d8392c #e2603a"), (y - 40) / 170)
    sky = mix(sky, sun, smoothstep(90, 89, np.hypot(x - 520, y - 118)))
    for left, right, level, half in MIST:
        beyond = np.maximum(np.abs(x - (left + right) / 2) - (right - left) / 2, 0)
        away = np.hypot(beyond, y - level) - half
        sky = mix(sky, CREAM, smoothstep(0.6, -0.6, away))
        sky = mix(sky, pigment("#22568f"), smoothstep(1.5, 0.8, np.abs(away)))
    return sky


def wave_row(blocks: Woodblocks, level: float, tall: float, apart: float) -> None:
    """Cut a row of waves of about one size."""
    rng = blocks.sheet.rng
    for left in np.arange(rng.uniform(-1.2, -0.4) * apart, WIDE + apart, apart):
        at = np.array([left, level]) + rng.uniform(-0.08, 0.08, 2) * (apart, tall)
        wave(blocks, at, tall * rng.uniform(0.85, 1.15))


def wave(blocks: Woodblocks, at: Array, tall: float) -> None:
    """Cut one breaking wave: stripes of water that draw together in the crest, foam and spray."""
    rng = blocks.sheet.rng
    lean = np.array([[1.0, 0.0], [rng.uniform(-0.1, 0.16), -1.0]]) * tall
    back, face = (spline(points, 90) @ lean + at for points in (BACK, FACE))
    deep = [[at[0] + 2.2 * tall, 2 * HIGH], [at[0] - 1.6 * tall, 2 * HIGH]]
    blocks.shape(np.concatenate([back, face[::-1], deep]), INDIGO[0], [back, face], 1.4)
    bounds = [back + (face - back) * t for t in np.linspace(0, 1, len(STRIPES) + 1)]
    for (left, right), colour in zip(pairwise(bounds), STRIPES, strict=True):
        blocks.shape(np.concatenate([left, right[::-1]]), colour, [left, right], 1.1)
    blocks.foam(crest(rng, back, face, 1.2 * tall), INDIGO[4], 1.2)
    blocks.foam(crest(rng, back, face, tall), CREAM, 1.5)
    blocks.foam(spray(rng, back, tall), CREAM, 0.9)


def crest(rng: np.random.Generator, back: Array, face: Array, tall: float) -> Array:
    """Return the discs of the foam: a fringe along the crest, and claws that curl out of it."""
    ridge, hollow = back[52:], face[52:]
    discs = []
    for index in np.linspace(0, len(ridge) - 1, 26).astype(int):
        size = 0.05 * tall * np.sin(np.pi * (0.12 + 0.7 * index / len(ridge)))
        discs.append([*ridge[index], size * rng.uniform(0.7, 1.25)])
    for index in np.linspace(2, len(ridge) - 1, 15).astype(int):
        inward = hollow[index] - ridge[index]
        inward /= np.linalg.norm(inward) + 1e-9
        # Back and face meet in the tip, where nothing is inward any more: there it is downward.
        heading = np.arctan2(inward[1], inward[0]) if index < len(ridge) - 4 else 1.2
        root = ridge[index] + 0.02 * tall * inward
        discs += claw(rng, root, heading + rng.uniform(-0.5, 0.3), tall * rng.uniform(0.1, 0.2))
    return np.array(discs)


def claw(rng: np.random.Generator, at: Array, heading: float, length: float) -> list[list[float]]:
    """Return discs that shrink along a hook."""
    discs = []
    curl = rng.choice([-1, 1], p=[0.25, 0.75]) * rng.uniform(2.2, 3.6)
    for part in np.linspace(0, 1, 14):
        discs.append([*at, 0.15 * length * (1 - 0.75 * part)])
        heading += curl * part / 7
        at = at + length / 14 * np.array([np.cos(heading), np.sin(heading)])
    return discs


def spray(rng: np.random.Generator, back: Array, tall: float) -> Array:
    """Return drops that are thrown forward and up from the crest."""
    root = back[rng.integers(60, 90, 22)]
    thrown = rng.uniform([-0.05, -0.24], [0.34, 0.05], (22, 2)) * tall
    return np.column_stack([root + thrown, rng.uniform(0.006, 0.017, 22) * tall])


def pressed(blocks: Woodblocks) -> Array:
    """Press the blocks on paper: grain in the colours, the key block a little off, fibres."""
    sheet, x, y = blocks.sheet, blocks.sheet.x, blocks.sheet.y
    colours = sheet.fetch(np.asarray(blocks.colours) / 255, x + 0.9, y - 1.3)
    warp = 14 * noise(sheet.rng, x / 5, y, 60, 2)
    grain = 0.5 * np.sin((y + warp) * 1.1) + noise(sheet.rng, x / 14, y + warp, 3, 2)
    mottle = sheet.noise(14, 3)
    paper = shaded(CREAM, 1 + 0.02 * sheet.noise(3, 2))
    colours = mix(colours, paper, np.clip(0.1 + 0.1 * grain + 0.09 * mottle, 0, 0.4))
    key = np.asarray(blocks.key) / 255 * np.clip(1.02 + 0.12 * mottle, 0.6, 1)
    fibres = 1 + 0.015 * relief(sheet.noise(2.2), sheet)
    return shaded(mix(colours, pigment("#0b1738"), key), fibres)


# Ammonites: a tinted engraving ------------------------------------------------------------

SHELL_SIZES = np.repeat(
    [172, 150, 136, 124, 114, 106, 98, 90, 82, 74, 64, 54, 44, 34, 27],
    [1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 6, 8, 10, 14, 24],
)
SHELL_TINTS = palette("#ffb83a #f47a3c #fde08a #e8605a #d8d872 #fba98a")
LINES = 8.0  # how far apart the engraver likes to have his lines


@dataclass(frozen=True)
class Shell:
    """A coiled shell: where it lies, how it is turned, and how its tube grows and is ribbed."""

    x: float
    y: float
    size: float
    turn: float
    hand: int
    growth: float
    ribs: int
    bend: float
    tint: Array

    def coil(self, x: Array, y: Array) -> tuple[Array, Array, Array]:
        """Return distance from the middle, angle, and how many whorls inside the rim a place is."""
        radius = np.hypot(x - self.x, y - self.y) + 1e-6
        angle = (self.hand * np.arctan2(y - self.y, x - self.x) + self.turn) % (2 * np.pi)
        rim = self.size * self.growth ** (angle / (2 * np.pi) - 1)
        return radius, angle, np.log(rim / radius) / np.log(self.growth)

    def depth(self, x: Array, y: Array) -> Array:
        """Return how far inside the shell a place is; below 0 it is outside."""
        radius, _, whorls = self.coil(x, y)
        return radius * (self.growth**whorls - 1)


def ammonites(sheet: Sheet) -> Image.Image:
    """Engrave a bed of ammonites: every tone is made of lines that swell and thin.

    On a shell one set of lines follows the ribs and another one runs along the coil. Around the
    shells the lines echo their outlines. Thin washes of colour are laid over the print by hand.
    """
    shells = [some_shell(sheet.rng, *place) for place in packed(sheet, SHELL_SIZES, 0.83)]
    ink = engraved_ground(sheet, shells)
    tint = ramp(palette("#1f86a8 #4fb4b8 #a4dcc8"), 0.5 + 0.4 * sheet.noise(90, 2))
    for shell in shells:
        engrave_shell(sheet, shell, ink, tint)
    fibres = 1 + 0.02 * sheet.noise(2.5, 2) + 0.03 * sheet.noise(120, 3)
    paper = shaded(pigment("#faefd4"), fibres)
    wash = np.clip(0.9 + 0.25 * sheet.noise(45, 3), 0.3, 1.2)
    return sheet.finish(mix(mix(paper, paper * tint, wash), pigment("#1c1426"), 0.93 * ink))


def some_shell(rng: np.random.Generator, x: float, y: float, size: float) -> Shell:
    """Return a shell of a species of its own."""
    return Shell(
        x=x,
        y=y,
        size=size,
        turn=rng.uniform(0, 2 * np.pi),
        hand=rng.choice([-1, 1]),
        growth=rng.uniform(1.65, 2.3),
        ribs=int(rng.integers(18, 34)),
        bend=rng.uniform(0.1, 0.5),
        tint=rng.choice(SHELL_TINTS),
    )


def engraved_ground(sheet: Sheet, shells: Sequence[Shell]) -> Array:
    """Return lines that echo the outlines of the shells, crossed where their shadows fall."""
    depth = np.full(sheet.shape, -1e3)
    for shell in shells:
        box = sheet.box(shell.x, shell.y, 1.8 * shell.size + 30)
        depth[box] = np.maximum(depth[box], shell.depth(sheet.x[box], sheet.y[box]))
    away = np.maximum(-depth, 0) + 2 * sheet.noise(40, 2)
    shift = round(6 * sheet.scale)
    shadow = sheet.blur(np.roll(depth > 0, (shift, shift), (0, 1)).astype(float), 4)
    dark = np.clip(0.4 + 0.4 * shadow + 0.12 * sheet.noise(40, 2), 0.1, 0.9)
    gap = np.full(sheet.shape, LINES)
    echo = engraved(away / LINES, gap, dark, sheet.scale)
    cross = engraved((sheet.x + sheet.y) / (LINES * 2**0.5), gap, 1.5 * dark - 0.75, sheet.scale)
    return np.maximum(echo, cross)


def engrave_shell(sheet: Sheet, shell: Shell, ink: Array, tint: Array) -> None:
    """Cut a shell over what is there: its outline, and lines along the ribs and the coil."""
    box = sheet.box(shell.x, shell.y, shell.size + 1)
    x, y = sheet.x[box], sheet.y[box]
    radius, angle, whorls = shell.coil(x, y)
    inside, whorl = whorls > 0, np.floor(whorls)
    across = whorls - whorl
    along = angle - 2 * np.pi * whorl - shell.bend * np.sin(np.pi * across) * (1 - across)
    dark = shell_tone(x - shell.x, y - shell.y, across, np.cos(along * shell.ribs))
    tube = radius * np.log(shell.growth)
    turn = np.pi / shell.ribs
    ribs = engraved(along / turn, radius * turn, dark, sheet.scale)
    coils = engraved(across * 5, tube / 5, 1.6 * dark - 0.85, sheet.scale)
    seam = np.minimum(across, 1 - across) * tube
    # The tube is open only where the outermost whorl ends, at the full angle.
    mouth = np.where((whorl > 0) | (angle < np.pi), np.inf, (2 * np.pi - angle) * radius)
    edge = smoothstep(2.2, 1.2, np.minimum(seam, mouth))
    ink[box][inside] = np.maximum.reduce([ribs, coils, edge])[inside]
    tint[box][inside] = shaded(shell.tint, 1.25 - 0.5 * dark)[inside]


def shell_tone(right: Array, down: Array, across: Array, rib: Array) -> Array:
    """Return how dark a rounded, ribbed tube is in light from the upper left."""
    facing = -(0.6 * right + 0.8 * down) / (np.hypot(right, down) + 1e-6)
    light = 0.44 * facing * np.cos(np.pi * across) + 0.17 * rib * np.sin(np.pi * across)
    groove = np.exp(-(((1 - across) / 0.16) ** 2)) + 0.7 * np.exp(-((across / 0.07) ** 2))
    return np.clip(0.36 - light + 0.4 * groove, 0.03, 0.9)


def engraved(phase: Array, spacing: Array, dark: Array, scale: float) -> Array:
    """Return ink lines where `phase` is whole, as wide as the tone is dark.

    `spacing` is how far apart these lines are. Where that is far from what the engraver likes,
    lines are left out, or new ones begin as hairs between the others.
    """
    level = np.log2(np.maximum(spacing, 1e-3) / LINES)
    octave = np.floor(level)
    hairs = level - octave
    gap = spacing / 2**octave
    offset = np.abs((phase * 2**octave + 0.5) % 1 - 0.5) * gap
    half = np.clip(dark, 0, 0.92) * gap / 4
    main = smoothstep(-0.6, 0.6, (half * (2 - hairs) - offset) * scale)
    between = smoothstep(-0.6, 0.6, (half * hairs - (gap / 2 - offset)) * scale)
    return np.maximum(main, between) * (dark > 0.03)


# Riverside: dots of pure colour -----------------------------------------------------------

LOW_SUN = (318, 238)
HORIZON = 292
POPLARS = rows(  # x, foot, tall, half as wide
    """
    452,296,78,9 476,297,104,12 508,298,132,15 548,300,178,19 600,303,224,24
    664,306,268,30 738,310,300,36 92,300,84,13 60,302,112,17 16,304,150,24
    """
)
CLUMPS = [  # colours, how large, how rare
    (palette("#6a3aa8 #b48ae0"), 44, 0.55),
    (palette("#d02a4a #f47a20"), 40, 0.62),
    (palette("#fdd05a #fff09a"), 34, 0.8),
    (palette("#f0628a #f8a6b4"), 38, 0.8),
]
PIGMENTS = palette(
    """
    #1b1f5e #26389c #3f63d0 #6f9ae6 #a9c9f0
    #3a1f66 #6a3aa8 #9a6ad0 #cda0e0
    #8a1c4c #d02a5a #f0628a #f8a6b4
    #e2401c #f47a20 #fba648 #fdd05a #fff09a #fffbe0
    #0f4a3e #177a54 #3aa858 #86cc4c #c8e05a
    #1a8a8e #5cc4b8 #b0e6d0
    """
)


def riverside(sheet: Sheet) -> Image.Image:
    """Paint a river at sunset between poplars and flowers, in some 40,000 dots.

    No colour is mixed: each dot is the pigment next to a colour that was jittered around the one
    wanted, so that only the eye, from afar, adds them up.
    """
    view = sunset(sheet)
    for poplar in POPLARS:
        view = plant_poplar(sheet, view, *poplar)
    view = mix(view, river(sheet, view), sheet.y > HORIZON)
    bank = sheet.y - bank_edge(sheet)
    view = mix(view, flowers(sheet, bank), bank > 0)
    flat = np.where((sheet.y > HORIZON) & (bank < 0), 1.9, 1.0)  # dots lie level on the water
    paint = Impasto(sheet, pigment("#d8b48a"))
    for radius, spacing, spread in [(7.4, 7.0, 0.08), (5.6, 5.8, 0.10), (4.5, 5.6, 0.13)]:
        dot_over(paint, view, flat, radius, spacing, spread)
    return sheet.finish(paint.lit(0.8, 1.1))


def dot_over(
    paint: Impasto, view: Array, flat: Array, radius: float, spacing: float, spread: float
) -> None:
    """Set dots all over the picture, each a pure pigment."""
    sheet, rng = paint.sheet, paint.sheet.rng
    places = sheet.scattered(spacing)
    wanted = sheet.sample(view, places)
    vivid = 0.6 + 0.8 * np.ptp(wanted, axis=-1)
    jitter = shaded(rng.normal(0, spread, wanted.shape), vivid)
    colours = PIGMENTS[cKDTree(PIGMENTS).query(wanted + jitter)[1]]
    colours = colours + rng.normal(0, 0.025, colours.shape)
    stretch = np.sqrt(sheet.sample(flat, places))
    reach = radius * rng.uniform(0.72, 1.12, len(places))
    reaches = np.column_stack([reach * stretch, reach / stretch])
    for place, size, colour in zip(places, reaches, colours, strict=True):
        paint.ellipse(place, size, colour, rng.uniform(0.3, 1))


def sunset(sheet: Sheet) -> Array:
    """Return a sky from yellow at the sun to blue above, clouds lit from below, and hills."""
    x, y = sheet.x, sheet.y
    right, down = x - LOW_SUN[0], y - LOW_SUN[1]
    radius = np.hypot(right, 1.35 * down)
    hues = palette("#fff2a0 #ffd060 #fda050 #f07e7c #c07ac0 #7a78d8 #4a64cc #3550b8")
    puff = noise(sheet.rng, x + 0.5 * y, y * 3.2, 150, 4) + 0.25
    under = noise(sheet.rng, x + 0.5 * y, (y + 7) * 3.2, 150, 2)
    lit = ramp(palette("#ff9a6a #f8c0a0 #b48ad8 #8a6ac8"), 0.3 + radius / 700 - 0.3 * under)
    sky = mix(ramp(hues, radius / 520), lit, 0.8 * smoothstep(0.25, 0.8, puff))
    sky = mix(sky, pigment("#fffad0"), smoothstep(34, 30, np.hypot(right, down)))
    ridge = HORIZON - 40 - 26 * noise(sheet.rng, x, 0 * y, 150, 3)
    hills = ramp(palette("#3f4ab8 #6a5cc4 #b06ab8"), smoothstep(330, 0, np.abs(right)))
    return mix(sky, hills, y > ridge)


def plant_poplar(
    sheet: Sheet, view: Array, x: float, foot: float, tall: float, wide: float
) -> Array:
    """Plant a poplar: blue-green in the shade, orange on the side of the sun."""
    up = (foot - sheet.y) / tall
    height = np.clip(up, 0, 1)
    profile = 1.6 * np.sqrt(height + 0.02) * (1 - height) ** 0.55
    ragged = 1 + 0.25 * sheet.noise(14, 2)
    across = (sheet.x - x) / (wide * profile * ragged + 1e-6)
    sunward = across * np.sign(LOW_SUN[0] - x)
    hues = palette("#16205c #1b2f6c #15524e #177a54 #3aa858 #f47a20")
    leaves = ramp(hues, 0.42 + 0.36 * sunward + 0.22 * sheet.noise(12, 2))
    return mix(view, leaves, (np.abs(across) < 1) & (up > 0) & (up < 1))


def river(sheet: Sheet, view: Array) -> Array:
    """Return water: a broken mirror, bluer towards the front, with a path of light on it."""
    x, y = sheet.x, sheet.y
    ripple = noise(sheet.rng, x, y * 5, 90, 3)
    depth = np.maximum(y - HORIZON, 0)
    mirrored = HORIZON - 1 - 1.1 * depth + ripple * (2 + 0.1 * depth)
    water = sheet.fetch(view, x + 6 * ripple, mirrored)
    blue = np.clip(0.18 + 0.3 * ripple + depth / 900, 0, 0.75)
    path = np.exp(-(((x - LOW_SUN[0]) / (16 + 0.28 * depth)) ** 2))
    water = mix(water, pigment("#2c4ab4"), blue)
    return mix(water, pigment("#ffe488"), 0.9 * path * smoothstep(-0.2, 0.3, ripple))


def bank_edge(sheet: Sheet) -> Array:
    """Return how far down the near bank begins, left to right."""
    left, right = smoothstep(360, 0, sheet.x), smoothstep(480, WIDE, sheet.x)
    return 500 - 92 * left - 60 * right + 7 * sheet.noise(20, 2)


def flowers(sheet: Sheet, depth: Array) -> Array:
    """Return grass, darker towards the front, with clumps of flowers in it."""
    hues = palette("#86cc4c #3aa858 #177a54 #0f4a3e #1b2f6c")
    grass = ramp(hues, depth / 120 + 0.2 * sheet.noise(22, 2))
    for colours, size, rare in CLUMPS:
        clump = noise(sheet.rng, sheet.x, 1.7 * sheet.y, size, 2)
        petals = ramp(colours, 0.5 + 0.5 * sheet.noise(9))
        grass = mix(grass, petals, smoothstep(rare, rare + 0.1, clump) * (depth > 8))
    return grass


# Marbling: drops of ink on water, drawn with tines ----------------------------------------

INKS = palette("#14213f #b3242c #e9a32e #1f6f78 #f6ead0 #7a1f4a #e8623a #7fc0b4")
SHARES = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6, 6, 7, 7]  # how often each ink falls
DROPS = 190
SWIRLS = rows(  # x, y, reach, twist
    "170,150,95,2.6 560,120,80,-2.4 388,330,110,-3.0 120,450,85,-2.5 650,440,100,2.7"
)
Move = Callable[[Array], Array]


def marbling(sheet: Sheet) -> Image.Image:
    """Paint marbled paper: drops of ink spread on water, are combed, and are lifted on a sheet.

    Each pixel is followed back in time, through every move of the tines and every drop, to the
    drop it lies in. All the moves can be undone exactly, so the veins stay sharp.
    """
    points = np.stack([sheet.x.ravel(), sheet.y.ravel()], axis=1)
    for undo in reversed(tine_moves()):
        points = undo(points)
    ink = which_ink(sheet.rng, points).reshape(sheet.shape)
    # The thinnest veins are finer than a pixel: without a breath of blur they would crackle.
    colour = sheet.blur(INKS[ink], 0.6)
    return sheet.finish(shaded(colour, 1 + 0.08 * sheet.noise(90, 3) + 0.02 * sheet.noise(2.2, 2)))


def tine_moves() -> list[Move]:
    """Return what undoes the moves of the tines, in the order in which they are made."""
    return [
        *(comb(0, 120, first, pull, 14) for first, pull in [(0, 110), (60, -110)]),
        *(comb(1, 60, first, pull, 9) for first, pull in [(0, 60), (30, -60)]),
        comb(0, 36, 8, 56, 7),
        sway(0, 22, 190, 1.8),
        sway(1, 16, 256, 4.1),
        *(swirl(*place) for place in SWIRLS),
    ]


def comb(axis: int, apart: float, first: float, pull: float, soft: float) -> Move:
    """Undo a comb that was drawn along an axis: the nearer to a tooth, the farther ink went."""

    def undo(points: Array) -> Array:
        gap = np.abs((points[:, 1 - axis] - first + apart / 2) % apart - apart / 2)
        moved = points.copy()
        moved[:, axis] -= pull * soft / (gap + soft)
        return moved

    return undo


def sway(axis: int, swing: float, length: float, phase: float) -> Move:
    """Undo a sway of all the ink along an axis."""

    def undo(points: Array) -> Array:
        moved = points.copy()
        moved[:, axis] -= swing * np.sin(2 * np.pi * points[:, 1 - axis] / length + phase)
        return moved

    return undo


def swirl(x: float, y: float, reach: float, twist: float) -> Move:
    """Undo a turn of a stylus: the nearer to it, the farther round ink went."""

    def undo(points: Array) -> Array:
        right, down = (points - (x, y)).T
        angle = -twist * np.exp(-((np.hypot(right, down) / reach) ** 2))
        cos, sin = np.cos(angle), np.sin(angle)
        return np.stack([x + right * cos - down * sin, y + right * sin + down * cos], axis=1)

    return undo


def which_ink(rng: np.random.Generator, points: Array) -> Labels:
    """Return the ink that each point lies in, going back from the last drop to the first.

    A drop of radius r pushes a point at distance d out to √(d² + r²): that is undone here.
    """
    inks = np.zeros(len(points), np.intp)
    afloat = np.arange(len(points))
    for middle, radius, ink in reversed(fallen_drops(rng)):
        offset = points - middle
        square = np.einsum("ij,ij->i", offset, offset)
        out = square > radius**2
        inks[afloat[~out]] = ink
        afloat, offset, square = afloat[out], offset[out], square[out]
        points = middle + offset * np.sqrt(1 - radius**2 / square)[:, None]
    return inks


def fallen_drops(rng: np.random.Generator) -> list[tuple[Array, float, int]]:
    """Return middle, radius and ink of each drop, in the order in which they fall."""
    # Multiples of two irrational numbers lie more evenly than chance would have it: no bald spots.
    spread = np.outer(np.arange(DROPS), [0.7548776662, 0.5698402910]) % 1
    middles = spread * (WIDE + 160, HIGH + 160) - 80 + rng.normal(0, 18, (DROPS, 2))
    radii = np.linspace(66, 27, DROPS) * rng.uniform(0.6, 1.15, DROPS)
    inks = np.concatenate([rng.permutation(SHARES) for _ in range(DROPS // len(SHARES) + 1)])
    return list(zip(middles, radii.tolist(), inks[:DROPS].tolist(), strict=True))


# Discs: a geometric abstraction -----------------------------------------------------------

WARM = palette("#fbeecb #e2452a #f9c440 #9c1c3c #f2862c #f4b4a8 #cf2f62 #fadf86")
COOL = palette("#16224e #66c0c4 #2350ac #d3e6da #11706e #6248a8 #3a9a5e #86b4e4")
DEEP = palette("#16224e #5e1436 #0f5058 #3c2672 #1d3a7a #7a2430")
DISCS = rows(  # x, y, radius, from the lowest to the topmost
    """
    228,236,214 560,372,196 596,104,132 84,496,120 352,498,92
    402,96,74 716,232,66 52,74,88 742,540,84
    """
)
CUTS = rows(  # a, b, c of the lines a·x + b·y = c
    "0.10,1.0,258 1.0,-0.08,208 0.72,0.70,664 0.66,-0.75,110 1.0,0.16,656 -0.05,1.0,360"
)


def discs(sheet: Sheet) -> Image.Image:
    """Paint discs of rings that turn from warm to cool wherever one of a few lines is crossed.

    Everything is a label first: which disc, which ring, which side of the lines. Colours follow
    from that. At last every piece is brushed in a direction of its own.
    """
    # The hand that draws the circles and the lines is steady, but it is a hand.
    x, y = (v + 1.5 * sheet.noise(46, 2) for v in (sheet.x, sheet.y))
    disc, radius, angle = topmost_disc(x, y)
    ring, block = rings_and_blocks(sheet.rng, disc, radius, angle)
    side = np.sum([(a * x + b * y > c) << bit for bit, (a, b, c) in enumerate(CUTS)], axis=0)
    warm = (np.bitwise_count(side) + disc) % 2 == 0
    shade = ring * 3 + block * 2 + disc * 2
    colour = np.where(warm[..., None], WARM[shade % len(WARM)], COOL[shade % len(COOL)])
    ground = DEEP[(shade + 3 * ~warm) % len(DEEP)]
    colour = np.where((disc == len(DISCS))[..., None], ground, colour)
    piece = numbered(disc, ring, block, side)
    worn = smoothstep(-0.7, 0.5, sheet.noise(16, 2))
    seam = 0.8 * worn * smoothstep(1.3, 0.5, edge_distance(sheet, piece))
    return sheet.finish(mix(dry_brush(sheet, colour, piece), pigment("#1d1a38"), seam))


def topmost_disc(x: Array, y: Array) -> tuple[Labels, Array, Array]:
    """Return the topmost disc at each place, and distance and angle from its middle.

    What lies on no disc is on one more, so large that only arcs of its rings cross the sheet.
    """
    disc = np.full(x.shape, len(DISCS))
    middle_x, middle_y = np.full(x.shape, 300.0), np.full(x.shape, 1100.0)
    for index, (cx, cy, size) in enumerate(DISCS):
        inside = np.hypot(x - cx, y - cy) < size
        disc[inside], middle_x[inside], middle_y[inside] = index, cx, cy
    right, down = x - middle_x, y - middle_y
    return disc, np.hypot(right, down), np.arctan2(down, right) % (2 * np.pi)


def rings_and_blocks(
    rng: np.random.Generator, disc: Labels, radius: Array, angle: Array
) -> tuple[Labels, Labels]:
    """Cut each disc into rings of uneven width, and every third ring into blocks."""
    ring, block = np.zeros((2, *disc.shape), np.intp)
    for index in range(len(DISCS) + 1):
        on = disc == index
        widths = rng.choice([9, 14, 20, 28, 36], 60, p=[0.2, 0.25, 0.25, 0.2, 0.1])
        blocks = rng.choice([8, 12, 16, 24]) if index < len(DISCS) else 90
        ring[on] = np.searchsorted(np.cumsum(widths), radius[on])
        block[on] = whole(angle[on] / (2 * np.pi) * blocks) * (ring[on] % 3 == 1)
    return ring, block


def dry_brush(sheet: Sheet, colour: Array, piece: Labels) -> Array:
    """Brush every piece until the bristles run dry and the linen shows."""
    along, across = own_frame(sheet, piece)
    streak = noise(sheet.rng, along / 9, across + 2 * sheet.noise(30), 3.6, 2)
    cloud = sheet.noise(44, 3)
    weave = np.sin(sheet.x * 2.2) * np.sin(sheet.y * 2.2)
    bare = smoothstep(0.9, 1.5, 0.8 * streak + 0.4 * cloud + 0.3 * weave)
    ridges = np.clip(0.16 * relief(streak, sheet), -0.1, 0.12)
    colour = mix(colour, pigment("#efdcb6"), 0.5 * bare)
    return shaded(colour, 1 + 0.09 * streak + 0.1 * cloud + ridges)


# Koi: a mosaic ----------------------------------------------------------------------------

POND, PAD, LOTUS, FIN, BODY = range(5)
STONES = {POND: 14, PAD: 12.5, LOTUS: 10.5, FIN: 9.5, BODY: 11.5}  # how large they are
PADS = rows("62,66,100,0.9 724,530,112,3.9 722,40,74,2.4 40,548,84,-0.7")  # x, y, size, turn
LOTUSES = rows("112,92,62 662,488,66")
GIRTH = 62
SPINES = [  # from the nose to the tail
    rows("176,306 194,222 256,150 352,112 438,120 496,144"),
    rows("592,270 574,354 512,426 416,464 330,456 272,432"),
]
PATCHES = [palette("#ff7a2a #e2341c #b01c24"), palette("#ffd84a #f9a81f #d8641a")]
PLUMPNESS = [  # where on the spine, and how thick there
    [0, 0.04, 0.12, 0.3, 0.5, 0.75, 0.92, 1],
    [0.3, 0.55, 0.78, 1.0, 0.92, 0.5, 0.24, 0.2],
]
# Outlines of fins, as far along the fish and as far out of it as they say.
TAIL_FIN = rows("0,.2 .6,.5 1.2,.8 1.75,.8 1.3,.15 1.7,-.5 1.15,-.7 .6,-.45 0,-.2")
SIDE_FIN = rows("-.3,0 0,.55 .5,.95 .85,.85 .7,.4 .38,0")


class Cartoon:
    """The drawing that a mosaic is laid after: for every pixel its part, colour and guide.

    The guide is how far away the outline of the part is: rows of stones follow its level lines.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.part = np.zeros(sheet.shape, np.intp)
        self.colour = np.zeros((*sheet.shape, 3))
        self.guide = np.zeros(sheet.shape)

    def put(self, part: int, where: Mask, colour: Array) -> None:
        """Draw something over what is there."""
        self.part[where], self.colour[where] = part, colour[where]


def koi(sheet: Sheet) -> Image.Image:
    """Lay a mosaic of two koi that circle each other in a pond with lotus.

    Rows of stones run along the outlines first, then fill what is left, as the mosaic layers of
    old did it; small stones go where no row would fit.
    """
    mosaic = Mosaic(sheet, koi_cartoon(sheet))
    for part, size in STONES.items():
        mosaic.lay_rows(part, size)
    for size in (10, 7, 5):
        mosaic.fill_gaps(size)
    return sheet.finish(shaded(mosaic.paint.lit(0.9, 0.9), 1 + 0.06 * sheet.noise(3, 2)))


class Mosaic:
    """Stones in grout, and where there is no room for another one."""

    def __init__(self, sheet: Sheet, cartoon: Cartoon) -> None:
        self.sheet, self.cartoon = sheet, cartoon
        self.paint = Impasto(sheet, pigment("#2a2430"))
        self.taken = np.zeros(sheet.shape, bool)

    def lay_rows(self, part: int, size: float) -> None:
        """Set rows of stones along the outline of a part, one inside the other."""
        guide = np.where(self.cartoon.part == part, self.cartoon.guide, np.nan)
        levels = np.arange(0.55 * size, np.nanmax(guide), size)
        x, y = self.sheet.x[0], self.sheet.y[:, 0]
        for lines in Figure().subplots().contour(x, y, guide, levels).allsegs:
            for line in lines:
                for corners in stones_along(self.sheet.rng, line, size):
                    self.set_stone(corners)

    def fill_gaps(self, size: float) -> None:
        """Set single stones, turned as the rows are, wherever they fit between them."""
        away = ndimage.distance_transform_edt(~self.taken) / self.sheet.scale
        down, right = np.gradient(self.cartoon.guide)
        turn = np.arctan2(down, right)
        square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 0.45 * size
        places = self.sheet.scattered(2.5)
        places = places[self.sheet.sample(away, places) > 0.36 * size]
        for place, angle in zip(places, self.sheet.sample(turn, places), strict=True):
            self.set_stone(turned(square, angle) + place)

    def set_stone(self, corners: Array) -> None:
        """Set one stone unless its bed is taken; its colour is that of the cartoon there."""
        rng, middle = self.sheet.rng, corners.mean(axis=0)
        sides = (corners + np.roll(corners, 1, axis=0)) / 2
        probes = np.concatenate([[middle], 0.85 * corners + 0.15 * middle, sides])
        if self.sheet.sample(self.taken, probes).sum() > 1:
            return
        colour = self.sheet.sample(self.cartoon.colour, middle)
        colour = colour * rng.uniform(0.78, 1.18) + rng.normal(0, 0.025, 3)
        self.paint.polygon(corners, colour, rng.uniform(0.75, 1))
        self.take(corners * self.sheet.scale)

    def take(self, corners: Array) -> None:
        """Remember where a stone lies; the corners are in pixels."""
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        high = np.maximum(np.ceil(corners.max(axis=0)).astype(int) + 1, low + 1)
        bed = Image.new("1", tuple((high - low).tolist()))
        ImageDraw.Draw(bed).polygon((corners - low).ravel().tolist(), fill=1)
        view = self.taken[low[1] : high[1], low[0] : high[0]]
        view |= np.array(bed)[: view.shape[0], : view.shape[1]]


def stones_along(rng: np.random.Generator, line: Array, size: float) -> Iterator[Array]:
    """Cut a line into stones of four corners, all a little uneven."""
    at = np.cumsum([0, *np.hypot(*np.diff(line, axis=0).T)])
    start = rng.uniform(0, size / 2)
    while start + size < at[-1]:
        long = size * rng.uniform(0.8, 1.25)
        joints = [start, start + 0.9 * long]
        ends = np.column_stack([np.interp(joints, at, line[:, axis]) for axis in (0, 1)])
        corners = ribbon(ends, np.full(2, 0.45 * size))
        yield corners + rng.normal(0, 0.035 * size, corners.shape)
        start += long


def koi_cartoon(sheet: Sheet) -> Cartoon:
    """Draw pads, lotuses and fish, and at last the water around them."""
    cartoon = Cartoon(sheet)
    for place in PADS:
        cartoon.put(PAD, *lotus_pad(sheet, *place))
    for place in LOTUSES:
        cartoon.put(LOTUS, *lotus(sheet, *place))
    for spine, patches in zip(SPINES, PATCHES, strict=True):
        draw_fish(sheet, cartoon, spline(spine, 120), patches)
    for part in STONES:
        cartoon.guide += ndimage.distance_transform_edt(cartoon.part == part) / sheet.scale
    cartoon.put(POND, cartoon.part == POND, pond(sheet, cartoon.guide))
    cartoon.guide = sheet.blur(cartoon.guide, 0.5)
    return cartoon


def lotus_pad(sheet: Sheet, x: float, y: float, size: float, turn: float) -> tuple[Mask, Array]:
    """Return where a floating leaf with its notch is, and its greens with paler veins."""
    right, down = sheet.x - x, sheet.y - y
    radius = np.hypot(right, down) / size
    angle = (np.arctan2(down, right) - turn + np.pi) % (2 * np.pi) - np.pi
    greens = ramp(palette("#0f5a3c #1f8a48 #5cb44a #a8d45a"), radius)
    veins = 0.8 * smoothstep(0.75, 0.95, np.cos(angle * 11))
    return (radius < 1) & (np.abs(angle) > 0.22), mix(greens, pigment("#d8e884"), veins)


def lotus(sheet: Sheet, x: float, y: float, size: float) -> tuple[Mask, Array]:
    """Return where a flower of three whorls of petals is, and its pinks around a golden heart."""
    pinks = palette("#fff0e8 #fbb4c8 #ee6a9c #c42a72")
    right, down = sheet.x - x, sheet.y - y
    flower, colour = np.zeros(sheet.shape, bool), np.zeros((*sheet.shape, 3))
    for whorl, (count, reach) in enumerate([(9, size), (7, 0.74 * size), (5, 0.5 * size)]):
        for turn in 2 * np.pi * (np.arange(count) + 0.5 * whorl) / count:
            way = np.array([np.cos(turn), np.sin(turn)])
            petal = sheet.mask(leaf(*((x, y) + 0.55 * reach * way), 0.5 * reach, turn))
            out = (right * way[0] + down * way[1]) / reach
            colour[petal] = ramp(pinks, out[petal] + 0.1 * whorl - 0.1)
            flower |= petal
    heart = np.hypot(right, down) < 0.2 * size
    colour[heart] = pigment("#fbc83a")
    return flower | heart, colour


def pond(sheet: Sheet, away: Array) -> Array:
    """Return water in rings around what is in it, gold where they catch the light."""
    hues = palette("#bff0e0 #4fc4c0 #1f8fa8 #1a5f9c #1c3a80 #241f5c")
    ring = away + 7 * sheet.noise(70, 2)
    glint = smoothstep(0.5, 0.7, np.cos((ring - 10) / 42 * 2 * np.pi)) * (away > 16)
    water = mix(ramp(hues, away / 95 + 0.12 * sheet.noise(50, 2)), pigment("#f2c24a"), 0.85 * glint)
    # The first row of stones around a figure is dark: it makes the figure stand out.
    return mix(water, pigment("#16204e"), smoothstep(14, 13.5, away))


def draw_fish(sheet: Sheet, cartoon: Cartoon, spine: Array, patches: Array) -> None:
    """Draw a koi, from its nose to its tail, into the cartoon."""
    thick = GIRTH * np.interp(np.linspace(0, 1, len(spine)), *PLUMPNESS)
    body = sheet.mask(ribbon(spine, ndimage.gaussian_filter1d(thick, 3, mode="nearest")))
    nearest = cKDTree(spine).query(np.stack([sheet.x, sheet.y], axis=-1))[1]
    right, down = sheet.x - spine[nearest, 0], sheet.y - spine[nearest, 1]
    side = normals(spine)
    across = np.abs(right * side[nearest, 0] + down * side[nearest, 1]) / GIRTH
    rays = 0.5 + 0.5 * np.sin(26 * np.arctan2(down, right))
    cartoon.put(FIN, sheet.mask(*fins(spine)), ramp(palette("#fff3dc #f7b46a #e8642c"), rays))
    skin = ramp(palette("#fffaf0 #fbe6cc #e8b48c"), across**1.5)
    patch = noise(sheet.rng, nearest.astype(float), 40 * across, 26, 2)
    skin = mix(skin, ramp(patches, across), smoothstep(-0.15, -0.05, patch))
    for eye in (spine[11] + hand * 0.46 * GIRTH * side[11] for hand in (-1, 1)):
        away = np.hypot(sheet.x - eye[0], sheet.y - eye[1])
        skin = mix(skin, pigment("#f7c94a"), smoothstep(13, 12, away))
        skin = mix(skin, pigment("#120e1c"), smoothstep(6.5, 6, away))
    cartoon.put(BODY, body, skin)


def fins(spine: Array) -> Iterator[Array]:
    """Return the outlines of the tail and of two pairs of fins."""
    side = normals(spine)
    along = np.column_stack([side[:, 1], -side[:, 0]])
    tail = np.stack([along[-1], side[-1]]) * GIRTH
    yield spline(TAIL_FIN @ tail + spine[-6], 90, closed=True)
    for place, size in ((32, 1.2), (74, 0.8)):
        for hand in (-1, 1):
            out = hand * side[place]
            frame = np.stack([along[place], out]) * GIRTH * size
            yield spline(SIDE_FIN @ frame + spine[place] + 0.55 * GIRTH * out, 70, closed=True)


# Embroidery: flowers in satin stitch ------------------------------------------------------

SILKS = [
    palette("#7a0f2a #c81e3a #f0524a #fbb08a"),
    palette("#8a2a0c #e06a1c #f9a92e #fde28a"),
    palette("#1d2f8a #2f66c8 #6fb0ea #d8f0f4"),
    palette("#5a1460 #b02a8a #ee6aa8 #fcc4d4"),
    palette("#c8a878 #f0dcae #fdf6e0 #ffffff"),
]
GREENS = [
    palette("#0f4a3a #1f8a5a #6cc47a"),
    palette("#3a5a14 #7a9a24 #c8d45a"),
    palette("#0f5060 #1f8f98 #7ad0c4"),
]
FLOWER_SIZES = np.repeat([122, 112, 104, 96, 84, 66, 46, 31], [1, 1, 1, 1, 4, 6, 14, 22])


def embroidery(sheet: Sheet) -> Image.Image:
    """Embroider flowers on dark cloth: every petal, leaf and bit of ground is silk thread.

    Long and short threads shade a petal from its heart to its rim. Silk shines where it runs
    across the light, so each petal has a lustre of its own.
    """
    silk = Impasto(sheet, pigment("#0c0e22"), 0.15)
    stitch_ground(silk)
    flowers = packed(sheet, FLOWER_SIZES, 0.93)
    for flower in flowers:
        stitch_leaves(silk, *flower)
    for number, flower in enumerate(flowers):
        stitch_flower(silk, number, *flower)
    return sheet.finish(shaded(silk.lit(0.5, 1.0), 1 + 0.03 * sheet.noise(4)))


def thread(silk: Impasto, start: Array, end: Array, colour: Array, width: float) -> None:
    """Lay a thread; it is brightest where it runs across light from the upper left."""
    rng = silk.sheet.rng
    right, down = np.subtract(end, start)
    lustre = 0.8 + 0.35 * (right - down) ** 2 / (2 * (right**2 + down**2) + 1e-9)
    colour = colour * lustre * rng.uniform(0.9, 1.1)
    silk.line(np.array([start, end]), width, colour, rng.uniform(0.45, 1))


def stitch_ground(silk: Impasto) -> None:
    """Cover the cloth with wavy rows of short stitches in dark blues."""
    rng = silk.sheet.rng
    blues = palette("#101440 #1a2468 #153c74 #126078")
    for y in np.arange(-4, HIGH + 4, 3.0):
        x = rng.uniform(-20, 0)
        while x < WIDE:
            end = x + rng.uniform(12, 22)
            heights = y + 5 * np.sin((np.array([x, end]) + y) / 40)
            tone = 0.5 + 0.5 * np.sin(x / 60 + 2 * np.sin(y / 45)) + rng.normal(0, 0.2)
            points = np.column_stack([[x, end - 1.5], heights])
            thread(silk, *points, ramp(blues, tone), 2.9)
            x = end


def stitch_leaves(silk: Impasto, x: float, y: float, size: float) -> None:
    """Stitch a ring of leaves where a flower will lie."""
    rng = silk.sheet.rng
    count = rng.integers(4, 8)
    turns = rng.uniform() + np.arange(count) / count + rng.normal(0, 0.03, count)
    for turn in 2 * np.pi * turns:
        stitch_leaf(silk, np.array([x, y]), size, turn)


def stitch_leaf(silk: Impasto, root: Array, size: float, turn: float) -> None:
    """Stitch a leaf in fishbone: threads go from a bent midrib forward to both rims."""
    rng = silk.sheet.rng
    greens = GREENS[rng.integers(len(GREENS))]
    long, wide, bend = size * rng.uniform([1.3, 0.22, -0.25], [1.7, 0.32, 0.25])
    for t in np.arange(0, 1, 1.9 / long):
        tip = min(t + 0.16, 1)
        for hand in (-1, 1):
            rim = [tip * long, bend * tip**2 + hand * wide * np.sin(np.pi * tip**0.8)]
            start, end = turned(np.array([[t * long, bend * t**2], rim]), turn) + root
            tone = 0.35 + 0.25 * hand + 0.3 * t + rng.normal(0, 0.08)
            thread(silk, start, end, ramp(greens, tone), 2.4)


def stitch_flower(silk: Impasto, number: int, x: float, y: float, size: float) -> None:
    """Stitch one, two or three whorls of petals, and knots in the heart of the flower."""
    rng, middle = silk.sheet.rng, np.array([x, y])
    petals = int(rng.integers(5, 9))
    for whorl in range(1 + (size > 22) + (size > 60)):
        colours = SILKS[(number + 2 * whorl * (number % 2)) % len(SILKS)]
        for petal in range(petals):
            turn = 2 * np.pi * (petal + 0.5 * whorl + 0.13 * number) / petals
            stitch_petal(silk, middle, turn, np.pi / petals, size * (1 - 0.3 * whorl), colours)
    colours = SILKS[3 if number % 5 == 1 else 1]
    for _ in range(int(5 + 0.7 * size)):
        away = turned(np.array([0.2 * size * np.sqrt(rng.uniform()), 0]), rng.uniform(0, 2 * np.pi))
        knot(silk, middle + away, max(1.8, 0.035 * size), colours[rng.integers(1, 4)])


def stitch_petal(
    silk: Impasto, heart: Array, turn: float, half: float, reach: float, colours: Array
) -> None:
    """Stitch a petal of threads that fan out from the heart, long and short by turns."""
    rng = silk.sheet.rng
    for side in np.arange(-1, 1, 1.7 / (reach * half)):
        angle = turn + 1.02 * side * half
        way = np.array([np.cos(angle), np.sin(angle)])
        rim = reach * (0.62 + 0.38 * np.cos(side * np.pi / 2) ** 0.6)
        ends = np.array([0.08, 0.36, 0.62, 0.84, 1.0]) * rim
        ends[1:-1] += rng.normal(0, 0.05 * reach, 3)
        for part, (start, end) in enumerate(pairwise(ends)):
            tone = part / 3 - 0.25 * abs(side) ** 3 + rng.normal(0, 0.05)
            thread(silk, heart + start * way, heart + end * way, ramp(colours, tone), 2.3)


def knot(silk: Impasto, middle: Array, size: float, colour: Array) -> None:
    """Tie a French knot: a bead with its shadow and its shine."""
    for shift, reach, light, height in rows(".35,1.25,.3,.2 0,1,1,.9 -.3,.45,1.35,1"):
        silk.ellipse(middle + shift * size, np.full(2, reach * size), colour * light, height)


# The command ------------------------------------------------------------------------------

PAINTERS: dict[str, Callable[[Sheet], Image.Image]] = {
    "stained-glass": stained_glass,
    "northern-lights": northern_lights,
    "waves": waves,
    "ammonites": ammonites,
    "riverside": riverside,
    "marbling": marbling,
    "discs": discs,
    "koi": koi,
    "embroidery": embroidery,
}


def paint_picture(name: str, longest: int = WIDE, seed: int = SEED) -> Image.Image:
    """Paint a picture; its chance comes from the seed and its name, whatever else is painted."""
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return PAINTERS[name](Sheet(SUPERSAMPLING * longest / WIDE, rng))


def as_jpeg(image: Image.Image) -> bytes:
    """Encode at quality 92, or as little below it as makes the file small enough."""
    for quality in range(92, 70, -2):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        if buffer.tell() < BYTES_PER_PIXEL * image.width * image.height:
            break
    return buffer.getvalue()


def save(image: Image.Image, path: Path) -> None:
    """Write a JPEG under another name first: nobody ever sees half a file under its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(as_jpeg(image))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def longer_side(text: str) -> int:
    """Read the longer side of a picture."""
    if not text.isdecimal() or not 64 <= int(text) <= 4096:
        raise argparse.ArgumentTypeError(f"{text} is not a number of pixels from 64 to 4096")
    return int(text)


def command_line() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(description="Paint the style pictures of this course.")
    home = Path(__file__).resolve().parent / "style"
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="pictures to paint (default: all)")
    add("--list", action="store_true", help="print the names and paint nothing")
    add(
        "--size",
        type=longer_side,
        default=WIDE,
        help="longer side in pixels (default: %(default)s)",
    )
    add("--seed", type=int, default=SEED, help="seed of all chance (default: %(default)s)")
    add("--output", type=Path, default=home, help="folder to write to (default: %(default)s)")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Paint the pictures that the command line names."""
    parser = command_line()
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in PAINTERS:
            parser.exit(2, f"No picture is called {name!r}; there are {', '.join(PAINTERS)}.\n")
    if options.list:
        print(*PAINTERS, sep="\n")
        return
    for name in options.names or PAINTERS:
        start = time.perf_counter()
        path = options.output / f"{name}.jpg"
        save(paint_picture(name, options.size, options.seed), path)
        print(f"{path}: {path.stat().st_size // 1000} kB, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
