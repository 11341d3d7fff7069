"""Picture files and arrays ↔ network input: float32, (1, n_H, n_W, 3), RGB minus the mean.

Two forms of a picture, and only two, appear in this package:

* a **picture**: ``uint8``, ``(n_H, n_W, 3)``, RGB, 0–255, what a viewer shows;
* a **network input**: ``float32``, ``(1, n_H, n_W, 3)``, RGB minus the mean pixel of ImageNet.

``load_image`` and ``save_image`` know the files, the functions between them the two forms.
"""

import io
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from numbers import Integral
from pathlib import Path

import imageio.v3 as iio
import numpy as np

# Reading goes to Pillow, which imageio itself uses for these formats: imageio converts the
# pixels before one can see their transparency, their 16 bits or the colour profile.
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from nst_utils.config import CONFIG, NSTError, project_path
from nst_utils.files import written_whole

_LONGEST_SIDE = 16_384  # a square of it takes 0.8 GB: more is a slip of the keyboard
_NOISE_AMPLITUDE = 20.0

_JPEG = {"quality": 95, "subsampling": 0}  # 0 is 4:4:4: strong colours keep sharp edges
_WRITER_OPTIONS: dict[str, dict[str, int]] = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": {},
    ".webp": {"quality": 95},
    ".tif": {},
    ".tiff": {},
    ".bmp": {},
}


class ImageFileError(NSTError):
    """A picture file that cannot be read or written; the sentence names the file."""


# Files ------------------------------------------------------------------------------------


def load_image(
    path: str | os.PathLike[str], size: int | tuple[int, int] | None = None
) -> np.ndarray:
    """Read a picture file as a viewer shows it.

    Turned upright (EXIF), transparency on white, colours converted to sRGB, 16 bits scaled
    to 8, the first frame of an animation.

    Args:
        path: the file. A relative path counts from the current folder; if nothing is there,
            from the project's folder, since a notebook starts in its own.
        size: ``None`` keeps the size. A number is the longer side in pixels, the aspect
            stays. ``(width, height)`` is exactly that size: what is too much is cut off
            evenly at both ends, nothing is distorted.

    Returns:
        The picture: uint8, (n_H, n_W, 3), RGB, 0–255. Note that NumPy puts the height first.

    Raises:
        ImageFileError: the file is missing, empty, damaged, too large or no picture.
        NSTError: ``size`` is none of the above.

    Example:
        >>> load_image("images/content/china.jpg", size=400).shape[1]
        400
    """
    _check_size(size)
    file = find_picture(path)
    return _decoded(file, file, size)


def decode_image(data: bytes, name: str, size: int | tuple[int, int] | None = None) -> np.ndarray:
    """Read a picture from the bytes of its file, as `load_image` does: an upload, for example.

    Args:
        data: what the file holds.
        name: what the sentence of an error calls it.
        size: as for `load_image`.

    Returns:
        The picture: uint8, (n_H, n_W, 3), RGB, 0–255.

    Raises:
        ImageFileError: empty, damaged, too large or no picture.
        NSTError: ``size`` cannot be used.
    """
    _check_size(size)
    if not data:
        raise ImageFileError(f"{name}: the file is empty; choose another.")
    return _decoded(io.BytesIO(data), name, size)


def _decoded(
    file: Path | io.BytesIO, name: str | Path, size: int | tuple[int, int] | None
) -> np.ndarray:
    try:
        # Pillow warns of odd metadata and of pictures beyond 90 million pixels. Neither is of
        # use to the caller; twice as many pixels is an error.
        with warnings.catch_warnings(action="ignore"), Image.open(file) as opened:
            return np.array(_resize(_as_shown(_turn_upright(opened)), size))
    except NSTError as error:
        raise ImageFileError(f"{name}: {error}") from error
    except Exception as error:  # decoders raise anything on damaged data, even SyntaxError
        raise ImageFileError(f"{name}: {_why_unreadable(error)}") from error


def load_mask(path: str | os.PathLike[str]) -> np.ndarray:
    """Read a mask: a picture that is white where something goes, and black where not.

    Args:
        path: a picture file, found and read as by `load_image`. Greys are shares; of a coloured
            picture the brightness counts.

    Returns:
        float32, (n_H, n_W), 0 to 1.

    Raises:
        ImageFileError: the file is missing or no picture, or it is black all over.
    """
    # Rec. 601, as Pillow turns a picture grey.
    mask = np.asarray(Image.fromarray(load_image(path)).convert("L"), np.float32) / 255
    if not mask.any():
        raise ImageFileError(f"{path}: the mask is black all over; paint white what it is for.")
    return mask


def resize_image(image: np.ndarray, size: int | tuple[int, int]) -> np.ndarray:
    """Resize a picture, as `load_image` does.

    Args:
        image: uint8, (n_H, n_W, 3), RGB.
        size: the longer side in pixels, or ``(width, height)``, see `load_image`.

    Returns:
        uint8, (n_H, n_W, 3).

    Raises:
        NSTError: ``image`` is no such picture, or ``size`` is none of the above.
    """
    _check_size(size)
    if not is_picture(image):
        raise NSTError("image: expected uint8 of shape (n_H, n_W, 3), as load_image makes it.")
    return np.array(_resize(Image.fromarray(image), size))


def fitted(sides: tuple[int, int], size: int) -> tuple[int, int]:
    """Tell the sides of a picture, in pixels, once its longer side is ``size``."""
    return tuple(max(1, round(side * size / max(sides))) for side in sides)


def save_image(
    path: str | os.PathLike[str], image: np.ndarray, mean: np.ndarray = CONFIG.MEANS
) -> Path:
    """Write a network input, or a picture, as a picture file.

    The file appears whole or not at all. Missing folders are made.

    Args:
        path: where to write, relative to the current folder. The extension chooses the
            format: .jpg, .jpeg, .png, .webp, .tif, .tiff or .bmp.
        image: float, (1, n_H, n_W, 3) or (n_H, n_W, 3), RGB minus ``mean``; or a picture, uint8,
            (n_H, n_W, 3), such as `load_image` and `stylize` return: it is written as it is.
        mean: the mean pixel that was subtracted from a network input, RGB.

    Returns:
        The path of the file.

    Raises:
        ImageFileError: unknown extension, more pixels than the format allows, a folder
            without permission, a full disk.
        NSTError: ``image`` is neither (see :func:`denormalize_image`).
    """
    target = Path(path)
    extension = _writable_extension(target)
    picture = image if is_picture(image) else denormalize_image(image, mean)
    try:
        # To bytes first: an encoder's complaint is then not mistaken for one of the disk.
        encoded = encode_image(picture, extension)
    except (OSError, ValueError) as error:
        n_H, n_W, _ = picture.shape
        raise ImageFileError(
            f"{target}: {n_W}×{n_H} pixels cannot be written as {extension} ({error}); "
            "use .png or a smaller picture."
        ) from error
    with atomic_path(target) as temporary:
        temporary.write_bytes(encoded)
    return target


def encode_image(picture: np.ndarray, extension: str = ".jpg") -> bytes:
    """Make what a picture file holds, as `save_image` writes it.

    Args:
        picture: uint8, (n_H, n_W, 3), RGB.
        extension: chooses the format, as in `save_image`.

    Raises:
        OSError, ValueError: the format does not allow so many pixels.
    """
    return iio.imwrite(
        "<bytes>",
        picture,
        extension=extension,
        plugin="pillow",
        is_batch=False,
        **_WRITER_OPTIONS[extension],
    )


def check_destination(path: str | os.PathLike[str], *, film: bool = False) -> None:
    """See before a long computation that its picture can be written at the end.

    Missing folders are made. Nothing else is left behind.

    Args:
        path: what :func:`save_image` will be given.
        film: whether it is a GIF for ``show.save_gif`` instead.

    Raises:
        ImageFileError: unknown extension, a folder under that name, no permission.
    """
    target = Path(path)
    if not film:
        _writable_extension(target)
    if "\0" in str(target):
        raise ImageFileError(f"{str(target)!r}: this is no possible name of a file.")
    try:
        is_folder = target.is_dir()
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise ImageFileError(_why_unwritable(target, error)) from error
    if is_folder:
        raise ImageFileError(f"{target}: this is a folder; name a picture file in it.")


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Write a picture or a film whole or not at all, as `written_whole` does, with our own error.

    Args:
        path: the file to write; missing folders are made.

    Yields:
        A path in the same folder with the same extension, where nothing is yet.

    Raises:
        ImageFileError: the file system refuses, in the block or when renaming.

    Example:
        >>> with atomic_path("output/note.txt") as temporary:
        ...     _ = temporary.write_text("whole")
    """
    target = Path(path)
    try:
        with written_whole(target) as temporary:
            yield temporary
    except OSError as error:
        raise ImageFileError(_why_unwritable(target, error)) from error


# Arrays -----------------------------------------------------------------------------------


def preprocess(image: np.ndarray, mean: np.ndarray = CONFIG.MEANS) -> np.ndarray:
    """Turn a picture into what the network expects: the exercise of notebook 01.

    It trusts its argument; :func:`reshape_and_normalize_image` looks at it first.

    Args:
        image: uint8 or float, (n_H, n_W, 3), RGB, 0–255.
        mean: the mean pixel to subtract, RGB, float32, (1, 1, 1, 3).

    Returns:
        float32, (1, n_H, n_W, 3), RGB minus ``mean``.

    Source:
        Simonyan & Zisserman 2014, section 2.1: the network was trained on such input.
    """
    batch = image[np.newaxis].astype(np.float32)
    return batch - mean


def deprocess(x: np.ndarray, mean: np.ndarray = CONFIG.MEANS) -> np.ndarray:
    """Turn a network input back into a picture: the inverse of :func:`preprocess`.

    It trusts its argument; :func:`denormalize_image` looks at it first.

    Args:
        x: float, (1, n_H, n_W, 3), RGB minus ``mean``.
        mean: the mean pixel that was subtracted, RGB, float32, (1, 1, 1, 3).

    Returns:
        uint8, (n_H, n_W, 3), RGB. What lies outside 0–255 is clipped, the rest rounded.
    """
    picture = np.clip((x + mean)[0], 0, 255)
    # Departs from the course, which truncates: 99.6 would become 99, and a painted picture half a
    # level darker on average.
    return np.rint(picture).astype(np.uint8)


def reshape_and_normalize_image(image: np.ndarray, mean: np.ndarray = CONFIG.MEANS) -> np.ndarray:
    """Turn a picture into what the network expects: a batch of one, minus the mean pixel.

    Args:
        image: uint8 or float, (n_H, n_W, 3), RGB, 0–255. Any height and width.
        mean: the mean pixel to subtract, three numbers in RGB order.

    Returns:
        float32, (1, n_H, n_W, 3), roughly −124 to 152 with the default mean.

    Raises:
        NSTError: another shape, or values that do not run from 0 to 255.

    Example:
        >>> reshape_and_normalize_image(np.zeros((2, 3, 3), np.uint8)).shape
        (1, 2, 3, 3)
    """
    # Departs from the course, which takes 300×400 only: a convolution does not mind the size.
    picture = np.asarray(image)
    _check_picture_shape(picture.shape)
    _check_picture_range(picture)
    return preprocess(picture, _mean_pixel(mean))


def denormalize_image(image: np.ndarray, mean: np.ndarray = CONFIG.MEANS) -> np.ndarray:
    """Turn a network input back into a picture: the inverse of the normalisation.

    Args:
        image: float, (1, n_H, n_W, 3) or (n_H, n_W, 3), RGB minus ``mean``.
        mean: the mean pixel that was subtracted, three numbers in RGB order.

    Returns:
        uint8, (n_H, n_W, 3), RGB. What lies outside 0–255 is clipped.

    Raises:
        NSTError: another shape, a picture of integers, NaN or infinite values.
    """
    values = np.asarray(image)
    if values.ndim == 3:
        values = values[np.newaxis]
    _check_network_input(values, "denormalize_image")
    x = values.astype(np.float32)
    if not np.isfinite(x).all():
        raise NSTError(
            "denormalize_image: image holds NaN or infinite values, so there is nothing to "
            "show; the optimisation diverged: start again with a smaller learning rate."
        )
    return deprocess(x, _mean_pixel(mean))


def displayable_range(mean: np.ndarray = CONFIG.MEANS) -> tuple[np.ndarray, np.ndarray]:
    """Give the lowest and the highest network input that stand for a displayable colour.

    Args:
        mean: the mean pixel, three numbers in RGB order.

    Returns:
        ``(-mean, 255 - mean)``, each float32, (1, 1, 1, 3): black and white.
    """
    pixel = _mean_pixel(mean)
    return -pixel, 255 - pixel


def generate_noise_image(
    content_image: np.ndarray,
    noise_ratio: float = CONFIG.NOISE_RATIO,
    seed: int | None = None,
) -> np.ndarray:
    """Mix noise into the content image: where the optimisation starts.

    ``noise · ratio + content · (1 − ratio)`` with noise from U(−20, 20), as in the course:
    the ratio weights the **noise**.

    Args:
        content_image: network input, float, (1, n_H, n_W, 3).
        noise_ratio: 0 (the content image itself) to 1 (noise alone).
        seed: makes the noise repeatable; ``None`` draws another one each time.

    Returns:
        float32, the shape of ``content_image``.

    Raises:
        NSTError: ``noise_ratio`` outside 0–1, another shape, a seed that is no whole number
            from 0 up.

    Example:
        >>> generate_noise_image(np.zeros((1, 2, 3, 3), np.float32), seed=0).shape
        (1, 2, 3, 3)
    """
    content = np.asarray(content_image)
    _check_network_input(content, "generate_noise_image")
    if not 0 <= noise_ratio <= 1:
        raise NSTError(
            f"generate_noise_image: noise_ratio is {noise_ratio}; it must lie between 0 (the "
            "content image) and 1 (noise alone)."
        )
    if seed is not None and (not _is_whole_number(seed) or seed < 0):
        raise NSTError(
            f"generate_noise_image: seed is {seed!r}; give a whole number from 0 up, or None."
        )
    rng = np.random.default_rng(seed)
    noise = rng.uniform(-_NOISE_AMPLITUDE, _NOISE_AMPLITUDE, content.shape)
    return (noise * noise_ratio + content * (1 - noise_ratio)).astype(np.float32)


# How a file becomes a picture ---------------------------------------------------------------


def find_picture(path: str | os.PathLike[str]) -> Path:
    """Find a picture's file, and see that there is something to decode.

    Args:
        path: a relative one counts from the current folder, or from the project's.

    Returns:
        The path of an existing file.

    Raises:
        ImageFileError: there is none, or it is empty, or a folder.
        NSTError: ``path`` is no path.
    """
    if not isinstance(path, str | os.PathLike):
        raise NSTError(f"load_image: path must be a str or a Path, not {type(path).__name__}.")
    given = Path(path)
    file = given if os.path.exists(given) else project_path(given)
    if not os.path.exists(file):
        also = "" if given.is_absolute() else f", neither in {Path.cwd()} nor in {project_path()}"
        raise ImageFileError(
            f"{given}: there is no such file{also}; check the spelling, upper and lower case "
            "too, and the extension."
        )
    if os.path.isdir(file):
        raise ImageFileError(f"{file}: this is a folder; name one of the pictures in it.")
    if os.path.getsize(file) == 0:
        raise ImageFileError(f"{file}: the file is empty; download or copy it again.")
    return file


def _why_unreadable(error: Exception) -> str:
    """Say in one sentence what stopped the decoder, and what to do."""
    match error:
        case UnidentifiedImageError():
            return (
                "this is not a picture that can be read here (a web page saved under a "
                "picture's name? a phone's HEIC?); export it as JPEG or PNG."
            )
        case Image.DecompressionBombError() | MemoryError():
            return f"the picture has too many pixels to be opened safely ({error}); shrink it."
        case PermissionError():
            return "you may not read this file; change its permissions or copy it elsewhere."
        case _:
            return f"the picture is damaged or cut off ({error}); download or copy it again."


def _writable_extension(target: Path) -> str:
    extension = target.suffix.lower()
    if extension not in _WRITER_OPTIONS:
        raise ImageFileError(
            f"{target}: the extension {extension!r} names no format that can be written; "
            f"use one of {', '.join(_WRITER_OPTIONS)}."
        )
    return extension


def _why_unwritable(target: Path, error: OSError) -> str:
    return (
        f"{target}: cannot be written ({error.strerror or error}); check that you may "
        "write there, that the disk is not full and that no other program holds the file."
    )


def _turn_upright(picture: Image.Image) -> Image.Image:
    """Apply the EXIF orientation; a camera writes down how it was held and turns nothing."""
    picture.load()
    with suppress(Exception):  # unreadable EXIF data: the picture is shown as it is stored
        # The orientation is read now and remembered. Without the block Pillow has nothing to
        # write back, where odd entries of other kinds would make it fail.
        picture.getexif()
        picture.info.pop("exif", None)
        return ImageOps.exif_transpose(picture)
    return picture


def _as_shown(picture: Image.Image) -> Image.Image:
    """Bring any of Pillow's modes to RGB: colours in sRGB, transparency on white."""
    icc_profile = picture.info.get("icc_profile")
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        picture = _grey_to_8_bits(picture)
    is_grey = picture.mode in ("1", "L", "LA", "La")
    alpha = None
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        alpha = picture.getchannel("A")
    if picture.mode != "CMYK":
        picture = picture.convert("L" if is_grey else "RGB")
    rgb = _to_srgb(picture, icc_profile)
    if alpha is None:
        return rgb
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white


def _grey_to_8_bits(picture: Image.Image) -> Image.Image:
    """Scale 16-bit grey, mode I;16 or its kin, to 8 bits; ``Image.convert`` would clip it."""
    values = np.array(picture)
    # No file says which number is white in 32-bit or floating-point pixels.
    if picture.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise NSTError(
            "the pixels are 32-bit or floating-point numbers, whose white nobody knows; save "
            "the picture with 8 or 16 bits."
        )
    return Image.fromarray(np.rint(values / 257).astype(np.uint8))  # 65535 = 257 · 255


def _to_srgb(picture: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """Convert L, RGB or CMYK to RGB through the profile of the file, if it has a usable one."""
    if icc_profile:
        # A broken profile, or one of another kind of picture: viewers ignore it, so do we.
        with suppress(ImageCms.PyCMSError, OSError):
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
            if picture.mode == "L" and profile.profile.xcolor_space.strip() == "RGB":
                picture = picture.convert("RGB")
            return ImageCms.profileToProfile(
                picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    return picture.convert("RGB")


def _resize(picture: Image.Image, size: int | tuple[int, int] | None) -> Image.Image:
    """Resample an RGB picture; transparency is gone by now, so no dark fringe can arise."""
    if size is None:
        return picture
    if isinstance(size, Integral):
        return picture.resize(fitted(picture.size, int(size)), Image.Resampling.LANCZOS)
    width, height = (int(side) for side in size)
    return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)


# Checks -------------------------------------------------------------------------------------


def _is_whole_number(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _check_size(size: object) -> None:
    """Refuse a size that is neither None nor one or two sides in pixels."""
    is_pair = isinstance(size, tuple | list) and len(size) == 2
    sides = size if is_pair else [size]
    if size is None or all(_is_whole_number(s) and 1 <= s <= _LONGEST_SIDE for s in sides):
        return
    raise NSTError(
        f"load_image: size is {size!r}; give the longer side in pixels, e.g. 400, or "
        f"(width, height), e.g. (400, 300), whole numbers from 1 to {_LONGEST_SIDE}."
    )


def is_picture(image: object) -> bool:
    """Whether this is what `load_image` returns: uint8, (n_H, n_W, 3), not empty."""
    shape = getattr(image, "shape", ())
    is_uint8 = isinstance(image, np.ndarray) and image.dtype == np.uint8
    return is_uint8 and len(shape) == 3 and shape[2] == 3 and image.size > 0


def check_picture(argument: str, image: object) -> None:
    """See that an argument is a picture: uint8, (n_H, n_W, 3), not empty.

    Raises:
        NSTError: it is not; the sentence names the argument.
    """
    if not is_picture(image):
        raise NSTError(
            f"{argument}: expected a uint8 picture of shape (n_H, n_W, 3), as load_image makes."
        )


def _check_picture_shape(shape: tuple[int, ...]) -> None:
    """Refuse what is not (n_H, n_W, 3), and say what it looks like."""
    if len(shape) == 3 and shape[2] == 3 and 0 not in shape:
        return
    match shape:
        case (_, _, 4):
            hint = "(H, W, 4): has an alpha channel; load it with load_image"
        case (_, _) | (_, _, 1 | 2):
            hint = "a grey picture; load it with load_image, which gives three channels"
        case (3, _, _):
            hint = "channels first; move them to the end with np.moveaxis(image, 0, -1)"
        case (1, _, _, 3):
            hint = "a batch already; give the picture in it, image[0]"
        case _:
            hint = "no colour picture; load one with load_image"
    raise NSTError(
        f"reshape_and_normalize_image: image must have the shape (H, W, 3), not {shape}: {hint}."
    )


def _check_picture_range(picture: np.ndarray) -> None:
    """Refuse values that do not run from 0 to 255."""
    if picture.dtype.kind not in "uif":
        raise NSTError(
            f"reshape_and_normalize_image: image holds {picture.dtype}; it must hold numbers "
            "from 0 to 255, uint8 or float."
        )
    low, high = picture.min(), picture.max()
    if picture.dtype.kind == "f" and low >= 0 and 0 < high <= 1:
        raise NSTError(
            f"reshape_and_normalize_image: image runs from {low:.3g} to {high:.3g}; the "
            "network expects 0–255: multiply a picture in [0, 1] by 255."
        )
    # Half a grey level is room for rounding errors of resampling; NaN fails as well.
    if not (low >= -0.5 and high <= 255.5):
        raise NSTError(
            f"reshape_and_normalize_image: image runs from {low:.4g} to {high:.4g}; the "
            "network expects 0–255: was the mean subtracted already, or is it a 16-bit picture?"
        )


def _check_network_input(values: np.ndarray, function: str) -> None:
    """Refuse what is not float, (1, n_H, n_W, 3)."""
    shape = values.shape
    if len(shape) != 4 or shape[0] != 1 or shape[3] != 3 or 0 in shape:
        raise NSTError(
            f"{function}: image must have the shape (1, H, W, 3), one RGB picture minus the "
            f"mean, not {shape}."
        )
    if values.dtype.kind in "bui":
        raise NSTError(
            f"{function}: image holds {values.dtype}, so it is a picture and no network "
            "input; subtract the mean with reshape_and_normalize_image first."
        )


def _mean_pixel(mean: np.ndarray) -> np.ndarray:
    """Shape three numbers for arithmetic with a batch: float32, (1, 1, 1, 3)."""
    pixel = np.asarray(mean, np.float32)
    if pixel.size != 3:
        raise NSTError(f"mean must be three numbers in RGB order, not an array of {pixel.shape}.")
    return pixel.reshape(1, 1, 1, 3)
