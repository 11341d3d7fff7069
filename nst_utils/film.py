"""Moving pictures: a film is painted frame by frame, with little flicker, in constant memory.

A GIF is read and written by Pillow, a video by ffmpeg, which `imageio_ffmpeg` brings along. Never
is more than one frame of either in memory.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from fractions import Fraction
from itertools import islice
from numbers import Integral
from pathlib import Path
from typing import NamedTuple

import imageio_ffmpeg
import numpy as np
from PIL import GifImagePlugin, Image
from scipy.ndimage import uniform_filter

from nst_utils._quiet import tf
from nst_utils.color import keep_colors
from nst_utils.config import NSTError
from nst_utils.images import (
    ImageFileError,
    atomic_path,
    check_destination,
    find_picture,
    fitted,
    resize_image,
)
from nst_utils.instant import (
    InstantModel,
    MagentaModel,
    Statistics,
    channel_statistics,
    check_instant,
    check_memory,
    load_instant_model,
    prepared_style,
)
from nst_utils.objective import Style, as_styles
from nst_utils.precision import chosen_precision

GIF = ".gif"
VIDEOS = (".mp4", ".mov", ".m4v", ".mkv", ".webm")
"""Extensions of the films that are read and written beside GIF."""
OLD_VIDEOS = (".avi",)
"""Those that are only read: no player expects H.264 in them."""

LARGEST = 16_384
"""H.264 knows no longer side."""

UNKNOWN_RATE = Fraction(25)
"""Frames a second of a film that does not tell; it keeps its length all the same."""

SAMPLES = 12
"""So many frames, spread over the film, tell which colours it has."""

# How flicker is kept low. Measured with tests/benchmark_instant.py, and chosen by looking.
KEPT = 0.9
"""How much of the mean of the statistics, and of pixels that rest, is kept from frame to frame."""
CUT = 0.1
"""From one frame to the next the means jump by so much of their deviation: another scene.

Within a scene they move by 0.01; of two different photographs they are 0.17 apart or more.
"""
NOISE, MOTION = 6.0, 18.0
"""Pixels that change by less are at rest, by more in motion; grey levels of 0–255."""
WINDOW = 9
"""Motion is judged by the mean over so many pixels, squared: noise is not coherent."""

# It warns of every film that is turned upright, or resized: both are wanted.
logging.getLogger("imageio_ffmpeg").setLevel(logging.ERROR)


class Film(NamedTuple):
    """What is known of a film before it is painted.

    Attributes:
        path: the file.
        size: width and height in pixels, as it is shown: upright.
        rate: frames a second; None for a GIF, whose frames have a duration each.
        frames: how many; None where the file does not tell. That of a video is an estimate from
            its length.
        has_audio: whether there is sound.
        loop: how often a GIF is repeated: 0 is for ever, None not at all.
    """

    path: Path
    size: tuple[int, int]
    rate: Fraction | None
    frames: int | None
    has_audio: bool
    loop: int | None = None

    @property
    def extension(self) -> str:
        """What a new film of this kind is called, where nothing else is asked for."""
        return GIF if self.rate is None else VIDEOS[0]


class Frame(NamedTuple):
    """A picture of a film.

    Attributes:
        picture: uint8, (n_H, n_W, 3), RGB.
        milliseconds: how long it is shown in a GIF; 0: as long as the viewer likes.
    """

    picture: np.ndarray
    milliseconds: int = 0


def is_film(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file is a moving picture: by its extension, and of a GIF by its frames."""
    file = Path(path)
    if file.suffix.lower() != GIF:
        return file.suffix.lower() in VIDEOS + OLD_VIDEOS
    try:
        with Image.open(find_picture(file)) as gif:
            return getattr(gif, "is_animated", False)
    except Exception:  # decoders raise anything on damaged data
        return False  # whoever reads it as a picture says what is wrong


def read_film(path: str | os.PathLike[str]) -> Film:
    """See what a film is, and that it can be read.

    Args:
        path: .gif, .mp4, .mov, .m4v, .mkv, .webm or .avi; found as by `load_image`.

    Raises:
        ImageFileError: there is no such file, it is no film, or damaged from its beginning.
    """
    file = find_picture(path)
    extension = file.suffix.lower()
    known = (GIF, *VIDEOS, *OLD_VIDEOS)
    if extension not in known:
        raise ImageFileError(
            f"{file}: the extension {extension!r} names no film that can be read; use one of "
            f"{', '.join(known)}."
        )
    film, there = _read_gif(file) if extension == GIF else _read_video(file)
    if there < 2:
        what = "one frame only: it is a picture" if there else "no frame that can be read"
        raise ImageFileError(f"{file}: has {what}; give a film.")
    return film


def stylize_film(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    style: np.ndarray | Style | Sequence[np.ndarray | Style],
    *,
    strength: float = 1.0,
    colors: str = "style",
    style_scale: float = 1.0,
    size: int | None = None,
    model: InstantModel | MagentaModel | None = None,
    callback: Callable[[int, np.ndarray], None] | None = None,
) -> Film:
    """Paint a film in any style, each frame in one pass, and write it whole or not at all.

    It keeps its frame rate and its length; phone films become upright; sound is left out. A video
    is written as H.264 (.webm as VP9), whose sides are even: where one is odd, the last row or
    column is repeated.

    Args:
        source: the film, see `read_film`.
        target: where to write: .gif for a GIF, otherwise .mp4, .mov, .m4v, .mkv or .webm.
        style: as `stylize_instantly` takes it; its statistics are computed once for all frames.
        strength: how much of the style: 0 to 1.
        colors: ``"style"``, ``"match"`` or ``"keep"``, as for `stylize_instantly`.
        style_scale: longer side of the style picture, divided by that of the film.
        size: longer side of the new film, in pixels; None keeps that of the old one.
        model: None is the bundled one, in float32 or bfloat16, whichever is faster here;
            `load_magenta` makes another.
        callback: is told the number of each finished frame, 1, 2, …, and its picture.

    Returns:
        The new film. Where the old one is damaged, it has less frames: those up to there.

    Raises:
        NSTError: an argument cannot be used, or the memory does not suffice.
        ImageFileError: a file cannot be read, or written.

    Example:
        >>> stylize_film("holiday.mp4", "painted.mp4", style)  # doctest: +SKIP
    """
    check_instant(strength, colors, style_scale)
    if size is not None and not (isinstance(size, Integral) and 1 <= size <= LARGEST):
        raise NSTError(f"size: {size!r} is not a whole number from 1 to {LARGEST}.")
    film, target = read_film(source), Path(target)
    check_film_destination(film, target)
    if size is not None:
        film = film._replace(size=fitted(film.size, size))
    painter = _FilmPainter(film, style, strength, colors, style_scale, model)
    written = 0
    with (
        atomic_path(target) as temporary,
        _writer(film, temporary, painter) as write,
        closing(_frames(film)) as frames,
    ):
        for written, frame in enumerate(frames, 1):
            painted = painter.paint(frame.picture)
            write(frame._replace(picture=painted))
            if callback is not None:
                callback(written, painted)
    made = film._replace(path=target, frames=written, has_audio=False)
    return made if film.rate is None else made._replace(size=_even(film.size))


def check_film_destination(film: Film, target: Path) -> None:
    """See before the work that the film can be written at the end, and in the same kind of file.

    Raises:
        ImageFileError: it cannot; the sentence says why.
    """
    allowed = (GIF,) if film.rate is None else VIDEOS
    if target.suffix.lower() not in allowed:
        raise ImageFileError(
            f"{target}: {film.path.name} can become {', '.join(allowed)}; let the name end so."
        )
    check_destination(target, film=True)
    if target.exists() and target.samefile(film.path):
        raise ImageFileError(f"{target}: this is the film itself; give another name.")


# Painting with little flicker -------------------------------------------------------------------


class _FilmPainter:
    """Paints the frames of one film, in their order."""

    def __init__(
        self,
        film: Film,
        style: np.ndarray | Style | Sequence[np.ndarray | Style],
        strength: float,
        colors: str,
        style_scale: float,
        model: InstantModel | MagentaModel | None,
    ):
        width, height = film.size
        styles = as_styles(style, (height, width))
        like = _mosaic(_sampled(film)) if colors == "match" else styles[0].picture
        size = max(1, round(max(film.size) * style_scale))
        styles = [s._replace(picture=prepared_style(s.picture, like, size, colors)) for s in styles]
        check_memory((height, width), *(s.picture.shape for s in styles))
        # A film is worth it: where bfloat16 is faster, it takes half the time, and looks the same.
        self._model = model or load_instant_model(chosen_precision("auto"))
        self._looks = [self._model.look(s) for s in styles]
        self._strength, self._keeps_colors = strength, colors == "keep"
        self._steadied, self._measure = Steadied(), SmoothStatistics()

    def paint(self, picture: np.ndarray) -> np.ndarray:
        """Paint the next frame."""
        return self._painted(self._steadied(picture), self._measure)

    def paint_alone(self, picture: np.ndarray) -> np.ndarray:
        """Paint a frame from anywhere; the order of the others is not disturbed."""
        return self._painted(picture, channel_statistics)

    def _painted(
        self, picture: np.ndarray, measure: Callable[[tf.Tensor], Statistics]
    ) -> np.ndarray:
        painted = self._model.paint(picture, self._looks, self._strength, measure)
        return keep_colors(painted, picture) if self._keeps_colors else painted


class SmoothStatistics:
    """Statistics of a film's activations: a mean over time, so that the style does not pulsate.

    Whoever walks into a picture changes its statistics, and so the painting of all that stands
    still. At a cut the mean begins anew.
    """

    def __init__(self) -> None:
        self._last: Statistics | None = None
        self._mean: Statistics | None = None

    def __call__(self, activation: tf.Tensor) -> Statistics:
        """Measure the next frame.

        Args:
            activation: of the encoder's layer, float32, (1, n_H, n_W, n_C).
        """
        now = channel_statistics(activation)
        if self._last is None or _jump(self._last, now) > CUT:
            self._mean = now
        else:
            both = zip(self._mean, now, strict=True)
            self._mean = Statistics(*(KEPT * mean + (1 - KEPT) * new for mean, new in both))
        self._last = now
        return self._mean


def _jump(before: Statistics, now: Statistics) -> float:
    """How far the means have moved, in units of the deviation: a mean over all channels."""
    return float(tf.reduce_mean(tf.abs(now.mu - before.mu) / before.sigma))


class Steadied:
    """Frames with less noise: pixels at rest are a mean over time, those in motion as they are.

    A network paints noise, too: on a still wall every frame would get other strokes. The frames are
    steadied, and not the paintings: a mean of two paintings would show two sets of strokes.
    """

    def __init__(self) -> None:
        self._mean: np.ndarray | None = None

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """Take the next frame, uint8, (n_H, n_W, 3); returns it steadied."""
        now = picture.astype(np.float32)
        if self._mean is None:
            self._mean = now
        change = uniform_filter(np.abs(now - self._mean).mean(-1), WINDOW)
        share = np.clip((change - NOISE) / (MOTION - NOISE), 1 - KEPT, 1)
        self._mean += share[:, :, None] * (now - self._mean)
        return np.rint(self._mean).astype(np.uint8)


def _sampled(film: Film) -> list[np.ndarray]:
    """Some frames, spread over the film."""
    if film.rate is None:
        every = -(-film.frames // SAMPLES)
        frames = _gif_frames(film, every)
    else:
        rate = film.rate * min(1, Fraction(SAMPLES, film.frames or SAMPLES))
        frames = _video_frames(film._replace(rate=rate))
    with closing(frames):
        pictures = [frame.picture for frame in islice(frames, SAMPLES)]
    if pictures:
        return pictures
    with closing(_frames(film)) as frames:  # it is much shorter than it says
        return [next(frames).picture]


def _mosaic(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """The pictures, small, one below the other: what has the colours of all of them."""
    # Every so many pixels, not their mean: that would be greyer.
    every = -(-max(pictures[0].shape) // 128)
    return np.concatenate([picture[::every, ::every] for picture in pictures])


# Reading ----------------------------------------------------------------------------------------


def _frames(film: Film) -> Iterator[Frame]:
    """Read all frames in the size, and the rate, that the film is said to have."""
    return _gif_frames(film) if film.rate is None else _video_frames(film)


def _read_gif(file: Path) -> tuple[Film, int]:
    """See what a GIF is; also returns how many frames were tried with success: two at most."""
    try:
        with Image.open(file, formats=["GIF"]) as gif:
            film = Film(file, gif.size, None, gif.n_frames, False, gif.info.get("loop"))
    except Exception as error:  # decoders raise anything on damaged data
        raise ImageFileError(f"{file}: this is no GIF that can be read ({error}).") from error
    with closing(_gif_frames(film)) as frames:
        return film, len(list(islice(frames, 2)))


def _gif_frames(film: Film, every: int = 1) -> Iterator[Frame]:
    """Read the frames of a GIF up to the place where it is damaged; transparency becomes white."""
    with Image.open(film.path) as gif:
        for number in range(0, film.frames, every):
            try:
                gif.seek(number)
                frame = gif.convert("RGBA")
            except (OSError, EOFError, ValueError, SyntaxError):
                return
            white = Image.new("RGBA", frame.size, "white")
            picture = np.array(Image.alpha_composite(white, frame).convert("RGB"))
            yield Frame(resize_image(picture, film.size), gif.info.get("duration", 0))


def _read_video(file: Path) -> tuple[Film, int]:
    """The same for a video."""
    # Square pixels: old cameras stored others. V are the films, without pictures of the cover.
    options = ["-map", "0:V:0", "-vf", "scale=iw*sar:ih,setsar=1"]
    try:
        with closing(imageio_ffmpeg.read_frames(file, output_params=options)) as frames:
            told, there = next(frames), len(list(islice(frames, 2)))
    except Exception as error:  # its parser stumbles over what ffmpeg says of damaged files
        raise ImageFileError(
            f"{file}: this is no film that can be read here, or it is damaged; copy it again."
        ) from error
    rate = _exact(told["fps"])
    frames = round(told["duration"] * rate) or None
    return Film(file, told["size"], rate, frames, "audio_codec" in told), there


def _exact(rate: float) -> Fraction:
    """The rate that two decimals stand for: 29.97 is 30000/1001, as television has it."""
    ntsc = Fraction(round(rate * 1.001) * 1000, 1001)
    if rate != round(rate) and abs(ntsc - Fraction(rate)) < 0.006:
        return ntsc
    return Fraction(rate).limit_denominator(100) or UNKNOWN_RATE


def _video_frames(film: Film) -> Iterator[Frame]:
    """Read the frames of a video, at a constant rate: phones record at another every moment."""
    width, height = film.size
    filters = f"fps={film.rate},scale={width}:{height}:flags=lanczos,setsar=1"
    options = ["-map", "0:V:0", "-vf", filters]
    with closing(imageio_ffmpeg.read_frames(film.path, output_params=options)) as frames:
        next(frames)
        try:
            for values in frames:
                yield Frame(np.frombuffer(values, np.uint8).reshape(height, width, 3))
        except RuntimeError:  # it ends within a frame
            return


# Writing ----------------------------------------------------------------------------------------

Write = Callable[[Frame], None]


@contextmanager
def _writer(film: Film, path: Path, painter: _FilmPainter) -> Iterator[Write]:
    """Write frames, one after the other."""
    if film.rate is None:
        colors = _mosaic([painter.paint_alone(picture) for picture in _sampled(film)])
        with _gif_writer(path, colors, film.loop) as write:
            yield write
    else:
        with _video_writer(path, film) as write:
            yield write


@contextmanager
def _gif_writer(path: Path, colors: np.ndarray, loop: int | None) -> Iterator[Write]:
    """Write a GIF frame by frame; Pillow's ``save`` would keep them all.

    Args:
        path: the file.
        colors: a picture with the colours of the film. One palette for all frames: of two
            palettes, each would show the same colour a little differently.
        loop: how often it is repeated, see `Film`.
    """
    # Of Pillow's methods this one keeps small coloured spots best.
    palette = Image.fromarray(colors).quantize(256, method=Image.Quantize.MAXCOVERAGE)
    with open(path, "wb") as file:
        first = True

        def write(frame: Frame) -> None:
            nonlocal first
            image = Image.fromarray(frame.picture)
            # Errors that are diffused crawl over the film: dithering flickers six times as much.
            image = image.quantize(palette=palette, dither=Image.Dither.NONE)
            if first:
                header, _ = GifImagePlugin.getheader(image, info={"loop": loop, "duration": 1})
                file.writelines(header)
            first = False
            file.writelines(GifImagePlugin.getdata(image, duration=frame.milliseconds))

        yield write
        file.write(b";")


# BT.709, and said so: without, players guess, and colours shift.
_COLORS = [
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv,"
    "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709",
]
_H264 = {"quality": 6, "output_params": [*_COLORS, "-preset", "fast"]}
_VP9 = {
    "codec": "libvpx-vp9",
    "quality": None,
    "output_params": [*_COLORS, "-crf", "30", "-b:v", "0", "-cpu-used", "5", "-row-mt", "1"],
}


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """The sides of a video: its colours are stored for blocks of 2×2 pixels."""
    return tuple(side + side % 2 for side in size)


@contextmanager
def _video_writer(path: Path, film: Film) -> Iterator[Write]:
    """Write a video frame by frame."""
    sides = _even(film.size)
    more = [even - side for even, side in zip(sides, film.size, strict=True)]
    options = _VP9 if path.suffix.lower() == ".webm" else _H264
    writer = imageio_ffmpeg.write_frames(
        path,
        sides,
        fps=float(film.rate),
        macro_block_size=1,
        ffmpeg_log_level="fatal",
        ffmpeg_timeout=0,  # as long as it takes
        **options,
    )

    def write(frame: Frame) -> None:
        padded = np.pad(frame.picture, [(0, more[1]), (0, more[0]), (0, 0)], "edge")
        try:
            writer.send(np.ascontiguousarray(padded))
        except OSError as error:  # its message is a page
            raise OSError("ffmpeg gave up") from error

    with closing(writer):
        writer.send(None)
        yield write
    try:  # ffmpeg keeps it to itself when it cannot write the end
        _read_video(path)
    except ImageFileError as error:
        raise OSError("ffmpeg gave up at the end") from error
