"""Style transfer in one pass: no optimisation, any photograph, any style.

An encoder sees both pictures, `adain` gives the activation of the photograph the statistics of the
style, and a decoder, trained once and for all, makes a picture of the result.
"""

import functools
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nst_utils._quiet import tf
from nst_utils.color import keep_colors, match_colors
from nst_utils.config import NSTError, bundled_path
from nst_utils.images import (
    check_picture,
    denormalize_image,
    reshape_and_normalize_image,
    resize_image,
)
from nst_utils.memory import GIB, SHARE, free_memory
from nst_utils.objective import Style, as_styles
from nst_utils.settings import COLORS
from nst_utils.vgg import VGGModel, load_vgg_model

ENCODER_LAYER = "conv4_1"
"""The layer whose activation is changed, and that the decoder was trained on."""

EPSILON = 0.26
"""Added to every variance: a channel that is 0 everywhere is not divided by 0.

In units of the bundled network, whose activations are 150 on average.
"""

GRID = 8
"""Three poolings: a picture of so many pixels has one position in the encoder's layer."""
SMALLEST = 2 * GRID  # what is reflected has two positions or more

MAGENTA_STYLE_SIZE = 256
"""Longer side in pixels of the styles that Magenta's network was trained on."""

# Measured with tests/benchmark_instant.py, and rounded up.
BYTES_A_PIXEL = 500
"""Memory in use while a picture is made, for each of its pixels."""


class Statistics(NamedTuple):
    """What `adain` takes from a style.

    Attributes:
        mu: mean of every channel, float32, (1, 1, 1, n_C).
        sigma: its standard deviation, > 0, the same shape.
    """

    mu: tf.Tensor
    sigma: tf.Tensor


def channel_statistics(activation: tf.Tensor, epsilon: float = EPSILON) -> Statistics:
    """Compute mean and standard deviation of every channel, over all positions.

    Args:
        activation: float32, (1, n_H, n_W, n_C).
        epsilon: added to the variance.

    Source:
        Huang & Belongie 2017, equations 5 and 6 (instance normalisation).
    """
    mu, variance = tf.nn.moments(activation, axes=[1, 2], keepdims=True)
    return Statistics(mu, tf.sqrt(variance + epsilon))


def adain(content: tf.Tensor, style: tf.Tensor, epsilon: float = EPSILON) -> tf.Tensor:
    """Give an activation the channel statistics of another: the exercise of notebook 08.

    σ(s) · (c − μ(c)) / σ(c) + μ(s)

    Args:
        content: activation of the photograph, float32, (1, n_H, n_W, n_C).
        style: activation of the style, float32, (1, of any size, n_C).
        epsilon: added to the variances.

    Returns:
        float32, the shape of ``content``.

    Source:
        Huang & Belongie 2017, *Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization*, equation 8.
    """
    c, s = channel_statistics(content, epsilon), channel_statistics(style, epsilon)
    return s.sigma * (content - c.mu) / c.sigma + s.mu


class Look(NamedTuple):
    """A style as the decoder needs it.

    Attributes:
        statistics: of its activation in the encoder's layer.
        weight: beside those of the other styles.
        mask: where it goes, float, (n_H, n_W), 0 to 1, of any size; None: everywhere.
    """

    statistics: Statistics
    weight: float = 1.0
    mask: np.ndarray | None = None


class InstantModel:
    """The bundled encoder and its decoder.

    Attributes:
        encoder: the network up to `ENCODER_LAYER`, with reflect padding, as the decoder knows it.
        decode: from an activation of that layer, float32, (1, n_H, n_W, n_C), to network input,
            float32, (1, 8·n_H, 8·n_W, 3).
    """

    def __init__(self, encoder: VGGModel, decoder: Sequence[tuple[np.ndarray, np.ndarray, bool]]):
        """Make a model.

        Args:
            encoder: a network with reflect padding, whose pooling drops an odd last row. The
                decoder computes in its precision, too.
            decoder: for every convolution its kernel, float32, (3, 3, in, out), its bias, (out,),
                and whether the picture is enlarged twice before it.
        """
        self.encoder = encoder
        dtype = tf.as_dtype(encoder.precision)
        self._decoder = [(tf.cast(w, dtype), tf.cast(b, dtype), larger) for w, b, larger in decoder]
        # One graph for every size: nothing is compiled anew for the next picture.
        any_size = tf.TensorSpec((1, None, None, 3), tf.float32)
        channels = encoder.extents[ENCODER_LAYER].channels
        self._encode = tf.function(self._encoded, [any_size], autograph=False)
        activation = tf.TensorSpec((1, None, None, channels), tf.float32)
        self.decode = tf.function(self._decoded, [activation], autograph=False)

    def encode(self, picture: np.ndarray) -> tf.Tensor:
        """Compute the activation of a picture.

        Args:
            picture: uint8, (n_H, n_W, 3), RGB. It is continued as in a mirror, to the right and
                below, until its sides are multiples of 8, and 16 at least.

        Returns:
            float32, (1, ⌈n_H/8⌉, ⌈n_W/8⌉, n_C).

        Raises:
            NSTError: it is no such picture.
        """
        check_picture("picture", picture)
        more = [max(SMALLEST, -(-side // GRID) * GRID) - side for side in picture.shape[:2]]
        padded = np.pad(picture, [(0, more[0]), (0, more[1]), (0, 0)], "symmetric")
        return self._encode(reshape_and_normalize_image(padded, self.encoder.mean))

    def look(self, style: Style) -> Look:
        """Take from a style what a picture needs of it; good for any number of pictures."""
        return Look(channel_statistics(self.encode(style.picture)), style.weight, style.mask)

    def paint(
        self,
        content: np.ndarray,
        looks: Sequence[Look],
        strength: float = 1.0,
        measure: Callable[[tf.Tensor], Statistics] = channel_statistics,
    ) -> np.ndarray:
        """Make a picture.

        Args:
            content: uint8, (n_H, n_W, 3), RGB.
            looks: the styles, at least one. Where several meet, their results are mixed by
                weight and mask; where there is none, the photograph stays.
            strength: 0, the photograph as encoder and decoder see it, to 1, all of the style.
            measure: from the activation of ``content`` to its statistics; a film smooths them.

        Returns:
            uint8, the shape of ``content``.
        """
        a_C = self.encode(content)
        mu, sigma = measure(a_C)
        normalized = (a_C - mu) / sigma
        goal = a_C
        place = partial(_on_grid, grid=a_C.shape[1:3], shape=content.shape[:2])
        for share, look in _shares(looks, place):
            styled = look.statistics.sigma * normalized + look.statistics.mu
            goal += strength * share * (styled - a_C)
        n_H, n_W, _ = content.shape
        return denormalize_image(self.decode(goal)[:, :n_H, :n_W], self.encoder.mean)

    def _encoded(self, x: tf.Tensor) -> tf.Tensor:
        """Network input → an activation of the encoder's layer, both float32."""
        return tf.cast(self.encoder(x, (ENCODER_LAYER,))[ENCODER_LAYER], tf.float32)

    def _decoded(self, x: tf.Tensor) -> tf.Tensor:
        """The way back."""
        x = tf.cast(x, self.encoder.precision)
        for number, (kernel, bias, larger) in enumerate(self._decoder, 1):
            if larger:
                x = tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)
            x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
            x = tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "VALID"), bias)
            if number < len(self._decoder):
                x = tf.nn.relu(x)
        return tf.cast(x, tf.float32)


def _shares(
    looks: Sequence[Look | Style], place: Callable[[np.ndarray], np.ndarray]
) -> list[tuple[tf.Tensor, Look | Style]]:
    """How much of each style goes where: 0 to 1, (1, n_H, n_W, 1), or (1, 1, 1, 1) for all."""
    everywhere = np.ones((1, 1), np.float32)
    masks = [everywhere if look.mask is None else place(look.mask) for look in looks]
    weighted = [look.weight * mask for look, mask in zip(looks, masks, strict=True)]
    # Where the masks are grey, a part of the photograph stays.
    covered = np.minimum(1, sum(masks))
    whole = np.maximum(sum(weighted), 1e-6)
    shares = [(covered * part / whole).astype(np.float32) for part in weighted]
    return [
        (tf.constant(share[None, :, :, None]), look)
        for share, look in zip(shares, looks, strict=True)
    ]


def _resized(mask: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    resized = tf.image.resize(mask[None, :, :, None], shape, antialias=True)
    return resized[0, :, :, 0].numpy().clip(0, 1)


def _on_grid(mask: np.ndarray, grid: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
    """A mask of the photograph, at the positions of its activation."""
    n_H, n_W = grid
    more = [GRID * side - given for side, given in zip(grid, shape, strict=True)]
    padded = np.pad(_resized(mask, shape), [(0, side) for side in more], "edge")
    return padded.reshape(n_H, GRID, n_W, GRID).mean((1, 3))


@functools.cache
def load_instant_model(precision: str = "float32") -> InstantModel:
    """Load the bundled encoder and decoder; once, however often it is called.

    Args:
        precision: the type in which convolutions are computed, see `load_vgg_model`. In
            ``"bfloat16"`` a picture differs by one or two grey levels.

    Raises:
        NSTError: a file of the project is missing or damaged.
    """
    path = bundled_path("pretrained-model", "adain-decoder.npz")
    try:
        with np.load(path) as file:
            enlarged = set(file["upsample_before"].tolist())
            decoder = [
                (file[f"conv{number}/w"], file[f"conv{number}/b"], number in enlarged)
                for number in range(1, 9)
            ]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise NSTError(
            f"{path}: the decoder cannot be read ({error}); copy it again from the project."
        ) from error
    encoder = load_vgg_model("small", padding="reflect", pool_padding="VALID", precision=precision)
    return InstantModel(encoder, decoder)


def stylize_instantly(
    content: np.ndarray,
    style: np.ndarray | Style | Sequence[np.ndarray | Style],
    *,
    strength: float = 1.0,
    colors: str = "style",
    style_scale: float = 1.0,
    model: "InstantModel | MagentaModel | None" = None,
) -> np.ndarray:
    """Paint a photograph in any style in one pass through a network: in a fraction of a second.

    Args:
        content: uint8, (n_H, n_W, 3), RGB, of any size: the result has the same.
        style: the same; or a `Style`, with a weight and a mask; or a list of them.
        strength: how much of the style: 0 to 1.
        colors: ``"style"`` takes those of the style; ``"match"`` first gives the style picture
            those of the photograph; ``"keep"`` takes brightness only from the painted picture.
        style_scale: longer side of the style picture, divided by that of the photograph: a larger
            one paints with larger strokes.
        model: None is the bundled one; `load_magenta` makes another.

    Returns:
        uint8, the shape of ``content``.

    Raises:
        NSTError: an argument cannot be used, or the memory does not suffice.

    Source:
        Huang & Belongie 2017; sections 7.2 and 7.3 for strength, several styles and masks.

    Example:
        >>> photograph = np.zeros((30, 45, 3), np.uint8)
        >>> stylize_instantly(photograph, photograph, strength=0.5).shape
        (30, 45, 3)
    """
    check_picture("content", content)
    check_instant(strength, colors, style_scale)
    size = max(1, round(max(content.shape[:2]) * style_scale))
    styles = [
        given._replace(picture=prepared_style(given.picture, content, size, colors))
        for given in as_styles(style, content.shape[:2])
    ]
    check_memory(content.shape, *(given.picture.shape for given in styles))
    model = model or load_instant_model()
    painted = model.paint(content, [model.look(given) for given in styles], strength)
    return keep_colors(painted, content) if colors == "keep" else painted


def check_instant(strength: float, colors: str, style_scale: float) -> None:
    """See that these can be used, as `stylize_instantly` explains them.

    Raises:
        NSTError: one of them cannot.
    """
    for name, value, low, high in (
        ("strength", strength, 0, 1),
        ("style_scale", style_scale, 0.05, 20),
    ):
        if not (isinstance(value, Real) and low <= value <= high):
            raise NSTError(f"{name}: {value!r} is not a number from {low} to {high}.")
    if colors not in COLORS:
        raise NSTError(f"colors: unknown {colors!r}; choose from {', '.join(COLORS)}.")


def prepared_style(style: np.ndarray, content: np.ndarray, size: int, colors: str) -> np.ndarray:
    """Bring a style picture to its size and, with ``"match"``, to the photograph's colours."""
    resized = resize_image(style, size)
    return match_colors(resized, content) if colors == "match" else resized


def check_memory(*shapes: tuple[int, ...]) -> None:
    """See beforehand that the largest of these pictures can be computed.

    Args:
        *shapes: (n_H, n_W, …) of the photograph, and of the styles.

    Raises:
        NSTError: the memory does not suffice; the sentence names a size that does.
    """
    fits = size_that_fits(*shapes)
    if fits < max(shapes[0][:2]):
        (n_H, n_W), needed = shapes[0][:2], BYTES_A_PIXEL * _most_pixels(shapes) / GIB
        advice = f"try a size of {fits}" if fits >= 100 else "close other programs"
        raise NSTError(
            f"size: {n_W}×{n_H} pixels need about {needed:.1f} GiB of memory, and "
            f"{SHARE * free_memory():.1f} are free; {advice}."
        )


def size_that_fits(*shapes: tuple[int, ...]) -> int:
    """Tell how large a photograph the memory allows.

    Args:
        *shapes: (n_H, n_W, …) of the photograph, and of the styles, which shrink as it does.

    Returns:
        The photograph's longer side in pixels, if all of it fits; otherwise a smaller one.
    """
    allowed = SHARE * free_memory() * GIB / BYTES_A_PIXEL
    side = max(shapes[0][:2])
    if _most_pixels(shapes) <= allowed:
        return side
    return int(side * (allowed / _most_pixels(shapes)) ** 0.5) // 10 * 10


def _most_pixels(shapes: Sequence[tuple[int, ...]]) -> int:
    return max(shape[0] * shape[1] for shape in shapes)


# Magenta's network ------------------------------------------------------------------------------


class MagentaModel:
    """Google Magenta's network for any style, as TensorFlow Hub publishes it.

    Source:
        Ghiasi et al. 2017, *Exploring the structure of a real-time, arbitrary neural artistic
        stylization network*.
    """

    def __init__(self, stylized: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]):
        """Make a model.

        Args:
            stylized: from photograph and style, float32, (1, n_H, n_W, 3), 0 to 1, to the picture.
        """
        self._stylized = stylized

    def look(self, style: Style) -> Style:
        """Bring a style to the size that the network was trained on."""
        return style._replace(picture=resize_image(style.picture, MAGENTA_STYLE_SIZE))

    def paint(
        self,
        content: np.ndarray,
        looks: Sequence[Style],
        strength: float = 1.0,
        measure: Callable[[tf.Tensor], Statistics] = channel_statistics,
    ) -> np.ndarray:
        """Make a picture; the arguments are those of `InstantModel.paint`.

        This network's inner values cannot be reached. So strengths, weights and masks mix the
        colours of finished pictures, and ``measure`` is not called.
        """
        n_H, n_W, _ = content.shape
        photograph = content[None].astype(np.float32) / 255
        goal = photograph
        for share, look in _shares(looks, partial(_resized, shape=(n_H, n_W))):
            style = look.picture[None].astype(np.float32) / 255
            # It may add some pixels: its poolings make the sides even.
            styled = self._stylized(tf.constant(photograph), tf.constant(style))[:, :n_H, :n_W]
            goal += strength * share * (styled - photograph)
        return np.rint(np.clip(goal[0], 0, 1) * 255).astype(np.uint8)


def load_magenta(path: str | os.PathLike[str]) -> MagentaModel:
    """Load arbitrary-image-stylization-v1-256 of TensorFlow Hub from a local file.

    Args:
        path: the SavedModel's folder, or the .tar.gz as it is downloaded.

    Returns:
        The model, for `stylize_instantly`.

    Raises:
        NSTError: there is nothing, or it is no such model.

    Example:
        >>> magenta = load_magenta("magenta.tar.gz")  # doctest: +SKIP
        >>> stylize_instantly(photograph, style, model=magenta)  # doctest: +SKIP
    """
    given = Path(path)
    if not given.exists():
        raise NSTError(
            f"{given}: there is no such file or folder; download arbitrary-image-stylization-v1 "
            "from TensorFlow Hub (Kaggle Models), version 256/2, as .tar.gz."
        )
    if given.is_dir():
        return MagentaModel(_stylized_by(given, given))
    # All that is needed is read at once: the unpacked files need not stay.
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(given) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
            why = f"{error}:".splitlines()[0].rstrip(":")
            raise NSTError(f"{given}: no .tar.gz that can be read ({why}).") from error
        inner = next(Path(folder).rglob("saved_model.pb"), Path(folder, "none")).parent
        return MagentaModel(_stylized_by(inner, given))


def _stylized_by(folder: Path, given: Path) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Load a SavedModel; returns its function of photograph and style."""
    try:
        loaded = tf.saved_model.load(str(folder))
    except (OSError, ValueError, tf.errors.OpError) as error:
        raise NSTError(
            f"{given}: no SavedModel; its folder holds saved_model.pb and variables."
        ) from error
    stylized = _documented_call(loaded) if callable(loaded) else _signature(loaded)
    try:
        picture = stylized(tf.zeros((1, 64, 64, 3)), tf.zeros((1, 64, 64, 3)))
        fits = tuple(picture.shape) == (1, 64, 64, 3)
    except (TypeError, ValueError, LookupError, AttributeError, tf.errors.OpError):
        fits = False
    if not fits:
        raise NSTError(
            f"{given}: this SavedModel does not make one picture of two; is it "
            "arbitrary-image-stylization-v1-256?"
        )
    return stylized


def _documented_call(loaded: Callable) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """``model(photograph, style)[0]``, as the page of the model says."""
    return lambda photograph, style: loaded(photograph, style)[0]


def _signature(loaded: tf.Module) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """The same by the signature for servers: inputs placeholder and placeholder_1, one output."""

    def stylized(photograph: tf.Tensor, style: tf.Tensor) -> tf.Tensor:
        # Looked up at each call: the functions live no longer than the object that was loaded.
        serve = loaded.signatures["serving_default"]
        first, second = sorted(serve.structured_input_signature[1])
        return next(iter(serve(**{first: photograph, second: style}).values()))

    return stylized
