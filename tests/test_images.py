"""Picture files ↔ network input. Every file is made here, most with pixels known exactly."""

import errno
import os
import stat
import struct
import warnings
import zlib
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image, ImageCms

from nst_utils import images
from nst_utils.config import CONFIG, NSTError, project_path
from nst_utils.images import (
    ImageFileError,
    atomic_path,
    denormalize_image,
    deprocess,
    displayable_range,
    generate_noise_image,
    load_image,
    preprocess,
    reshape_and_normalize_image,
    resize_image,
    save_image,
)

MEAN = (123.68, 116.779, 103.939)
COLOURS = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[10, 20, 30], [200, 150, 100], [255, 255, 255]]],
    np.uint8,
)
"""Two rows, three columns, all pixels different."""


def random_picture(n_H: int, n_W: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n_H, n_W, 3), np.uint8)


def smooth_picture(n_H: int, n_W: int) -> np.ndarray:
    """What a lossy format keeps well: no edge, no noise."""
    y, x = np.mgrid[0 : 1 : n_H * 1j, 0 : 1 : n_W * 1j]
    return np.rint(np.stack([200 * x + 20, 180 * y + 40, 120 + 60 * (x - y)], -1)).astype(np.uint8)


def stored(path: Path, picture: Image.Image, **options) -> np.ndarray:
    """Save with Pillow, read with the function under test."""
    picture.save(path, **options)
    return load_image(path)


def level_differences(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs(a.astype(int) - b.astype(int))


# Reading: formats and modes -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("extension", "options"),
    [
        ("png", {}),
        ("bmp", {}),
        ("tif", {}),
        ("tiff", {"compression": "tiff_lzw"}),
        ("webp", {"lossless": True}),
        ("ppm", {}),
    ],
)
def test_lossless_formats_are_read_exactly(tmp_path, extension, options):
    picture = random_picture(5, 7)
    result = stored(tmp_path / f"a.{extension}", Image.fromarray(picture), **options)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, picture)


@pytest.mark.parametrize("extension", ["jpg", "jpeg", "JPG", "webp"])
def test_lossy_formats_are_read_nearly(tmp_path, extension):
    picture = smooth_picture(48, 64)
    result = stored(tmp_path / f"a.{extension}", Image.fromarray(picture), quality=95)
    assert result.shape == (48, 64, 3)
    assert level_differences(result, picture).max() <= 6


def test_the_content_decides_not_the_extension(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.jpg", format="PNG")
    np.testing.assert_array_equal(load_image(tmp_path / "a.jpg"), COLOURS)


def test_the_array_may_be_changed(tmp_path):
    result = stored(tmp_path / "a.png", Image.fromarray(COLOURS))
    result[0, 0] = 7
    assert (result[0, 0] == 7).all()


def test_a_path_may_be_a_str(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    np.testing.assert_array_equal(load_image(str(tmp_path / "a.png")), COLOURS)


def test_greyscale_has_three_equal_channels(tmp_path):
    grey = np.arange(0, 240, 20, dtype=np.uint8).reshape(3, 4)
    result = stored(tmp_path / "a.png", Image.fromarray(grey))
    np.testing.assert_array_equal(result, np.stack([grey] * 3, axis=-1))


@pytest.mark.parametrize("extension", ["png", "tif"])
def test_one_bit_is_black_and_white(tmp_path, extension):
    bits = np.array([[True, False, True], [False, False, True]])
    result = stored(tmp_path / f"a.{extension}", Image.fromarray(bits))
    np.testing.assert_array_equal(result, np.where(bits, 255, 0)[..., None].repeat(3, -1))


@pytest.mark.parametrize(
    ("mode", "dtype", "extension"),
    [
        ("I;16", "<u2", "png"),
        ("I;16", "<u2", "tif"),
        ("I;16B", ">u2", "tif"),
        ("I", "<i4", "pgm"),
        ("I", "<i4", "tif"),
    ],
)
def test_16_bit_grey_is_scaled_not_clipped(tmp_path, mode, dtype, extension):
    gradient = np.array([[0, 128, 129, 257], [32768, 65278, 65407, 65535]])
    picture = Image.fromarray(gradient.astype(dtype))
    assert picture.mode == mode
    result = stored(tmp_path / f"a.{extension}", picture)
    # Rounded to the nearest: 128/257 is just below a half, 129/257 just above.
    np.testing.assert_array_equal(result[..., 0], [[0, 0, 1, 1], [128, 254, 255, 255]])
    np.testing.assert_array_equal(result[..., 1], result[..., 2])


def test_16_bit_big_endian_mode_is_really_met(tmp_path):
    Image.fromarray(np.array([[1, 2]], ">u2")).save(tmp_path / "a.tif")
    with Image.open(tmp_path / "a.tif") as opened:
        assert opened.mode == "I;16B"


def test_16_bit_colour_is_scaled(tmp_path):
    """Pillow cannot write 48-bit PNG, so the file is put together by hand."""
    levels = np.array([[[0, 257, 65535], [25700, 51400, 32896]]], ">u2")
    (tmp_path / "a.png").write_bytes(png_file(levels, bits=16, colour_type=2))
    np.testing.assert_array_equal(load_image(tmp_path / "a.png"), [[[0, 1, 255], [100, 200, 128]]])


def test_16_bit_grey_with_alpha_lies_on_white(tmp_path):
    levels = np.array([[[0, 65535], [0, 0], [25700, 65535]]], ">u2")
    (tmp_path / "a.png").write_bytes(png_file(levels, bits=16, colour_type=4))
    np.testing.assert_array_equal(load_image(tmp_path / "a.png")[0, :, 1], [0, 255, 100])


@pytest.mark.parametrize("values", [[[0.0, 0.5]], [[100.0, 255.0]]])
def test_floating_point_pixels_are_refused(tmp_path, values):
    Image.fromarray(np.array(values, np.float32)).save(tmp_path / "float.tif")
    with pytest.raises(ImageFileError, match=r"float\.tif.*floating-point"):
        load_image(tmp_path / "float.tif")


@pytest.mark.parametrize("extreme", [65536, -1])
def test_32_bit_pixels_beyond_16_bits_are_refused(tmp_path, extreme):
    Image.fromarray(np.array([[0, extreme]], np.int32)).save(tmp_path / "deep.tif")
    with pytest.raises(ImageFileError, match=r"deep\.tif.*32-bit"):
        load_image(tmp_path / "deep.tif")


def test_palette(tmp_path):
    picture = Image.fromarray(COLOURS).quantize(6)
    assert picture.mode == "P"
    np.testing.assert_array_equal(stored(tmp_path / "a.png", picture), COLOURS)


@pytest.mark.parametrize("extension", ["jpg", "tif"])
def test_cmyk(tmp_path, extension):
    """A JPEG holds the inks inverted, as Adobe's programs write them; TIFF does not."""
    inks = {(0, 0, 0, 0): (255, 255, 255), (255, 0, 0, 0): (0, 255, 255)}
    inks |= {(0, 255, 0, 0): (255, 0, 255), (0, 0, 0, 255): (0, 0, 0)}
    blocks = np.array(list(inks), np.uint8).repeat(16, axis=0)[None].repeat(16, axis=0)
    result = stored(tmp_path / f"a.{extension}", Image.fromarray(blocks, "CMYK"))
    assert result.shape == (16, 64, 3)
    assert level_differences(result[8, 8::16], np.array(list(inks.values()))).max() <= 3


def test_cmyk_jpeg_is_really_stored_inverted(tmp_path):
    Image.new("CMYK", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as opened:
        assert "adobe" in opened.info
        opened.tile = [tile._replace(args=("CMYK", "")) for tile in opened.tile]
        assert opened.getpixel((4, 4)) == (255, 255, 255, 255)


def test_lab(tmp_path):
    """What Photoshop may write into a TIFF: lightness and two opponent colours."""
    for lightness, level in ((0, 0), (255, 255)):
        result = stored(tmp_path / "a.tif", Image.new("LAB", (2, 3), (lightness, 128, 128)))
        assert level_differences(result, np.full((3, 2, 3), level)).max() <= 1


@pytest.mark.parametrize("extension", ["gif", "webp", "png", "tif"])
def test_the_first_frame_of_an_animation(tmp_path, extension):
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if extension == "webp" else {}
    result = stored(
        tmp_path / f"a.{extension}", frames[0], save_all=True, append_images=frames[1:], **options
    )
    np.testing.assert_array_equal(result, np.full((3, 4, 3), (255, 0, 0)))


def png_file(levels: np.ndarray, bits: int, colour_type: int, extra: bytes = b"") -> bytes:
    """Write a PNG by hand; ``extra`` goes between header and pixels."""
    n_H, n_W = levels.shape[:2]
    header = struct.pack(">IIBBBBB", n_W, n_H, bits, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    chunks = png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunks + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# Reading: transparency ----------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["png", "webp", "tif"])
def test_rgba_lies_on_white(tmp_path, extension):
    rgba = np.array([[[255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 0, 128]]], np.uint8)
    options = {"lossless": True, "exact": True} if extension == "webp" else {}
    result = stored(tmp_path / f"a.{extension}", Image.fromarray(rgba), **options)
    np.testing.assert_array_equal(result, [[[255, 0, 0], [255] * 3, [127] * 3]])


def test_la_lies_on_white(tmp_path):
    la = np.array([[[0, 255], [0, 0], [100, 51]]], np.uint8)
    result = stored(tmp_path / "a.png", Image.fromarray(la, "LA"))
    np.testing.assert_array_equal(result[0, :, 0], [0, 255, 224])  # 0.2·100 + 0.8·255


@pytest.mark.parametrize("extension", ["png", "gif"])
def test_a_transparent_palette_entry_is_white(tmp_path, extension):
    picture = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 0, 0, 0, 0, 255])
    result = stored(tmp_path / f"a.{extension}", picture, transparency=1)
    np.testing.assert_array_equal(result, [[[255, 0, 0], [255, 255, 255], [0, 0, 255]]])


def test_a_half_transparent_palette_entry(tmp_path):
    picture = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 0, 0])
    result = stored(tmp_path / "a.png", picture, transparency=bytes([255, 51]))
    np.testing.assert_array_equal(result, [[[255, 0, 0], [204, 204, 204]]])


@pytest.mark.parametrize(
    ("picture", "key", "expected"),
    [
        (Image.fromarray(np.array([[40, 90]], np.uint8)), 40, [[255] * 3, [90] * 3]),
        (Image.fromarray(COLOURS[:1, :2]), (255, 0, 0), [[255] * 3, [0, 255, 0]]),
    ],
    ids=["grey", "colour"],
)
def test_a_transparent_colour_is_white(tmp_path, picture, key, expected):
    result = stored(tmp_path / "a.png", picture, transparency=key)
    np.testing.assert_array_equal(result, [expected])


def test_transparency_leaves_no_dark_fringe_when_resized(tmp_path):
    """White on transparent black: composed first, everything is white at any size."""
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[16:48, 16:48] = 255
    Image.fromarray(rgba).save(tmp_path / "a.png")
    for size in (7, 64, 150, (20, 9)):
        assert load_image(tmp_path / "a.png", size).min() == 255


# Reading: orientation -------------------------------------------------------------------------

# How a viewer turns what is stored, by EXIF tag 0x0112 (EXIF 2.3, section 4.6.4).
UPRIGHT = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.swapaxes(0, 1),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: p[::-1, ::-1].swapaxes(0, 1),
    8: lambda p: np.rot90(p),
}


@pytest.mark.parametrize("extension", ["png", "tif", "webp"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_exif_orientation(tmp_path, orientation, extension):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if extension == "webp" else {}
    result = stored(tmp_path / f"a.{extension}", Image.fromarray(COLOURS), exif=exif, **options)
    np.testing.assert_array_equal(result, UPRIGHT[orientation](COLOURS))


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_exif_orientation_of_a_jpeg(tmp_path, orientation):
    blocks = COLOURS.repeat(16, axis=0).repeat(16, axis=1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = stored(tmp_path / "a.jpg", Image.fromarray(blocks), exif=exif, quality=95)
    middles = result[8::16, 8::16]
    assert level_differences(middles, UPRIGHT[orientation](COLOURS)).max() <= 4


def test_size_counts_after_turning(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "a.jpg", exif=exif)
    assert load_image(tmp_path / "a.jpg", 30).shape == (30, 15, 3)
    assert load_image(tmp_path / "a.jpg", (10, 30)).shape == (30, 10, 3)


@pytest.mark.parametrize(
    "block", [b"Exif\0\0", b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff"]
)
def test_broken_exif_is_ignored(tmp_path, block):
    result = stored(tmp_path / "a.png", Image.fromarray(COLOURS), exif=block)
    np.testing.assert_array_equal(result, COLOURS)


def test_an_odd_exif_entry_does_not_hide_the_orientation(tmp_path):
    """Pillow reads this block but fails to write it back, which is what turning does."""
    tags = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)  # orientation 6, a short
    tags += struct.pack("<HHIf", 0x0131, 11, 1, 1.5)  # "Software": a number, not a text
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + tags + struct.pack("<I", 0)
    result = stored(tmp_path / "a.png", Image.fromarray(COLOURS), exif=block)
    np.testing.assert_array_equal(result, np.rot90(COLOURS, -1))


# Reading: colour profiles ---------------------------------------------------------------------


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def red_green_swapped_profile() -> bytes:
    """SRGB with the primaries of red and green exchanged, in the table of the profile."""
    profile = srgb_profile()
    return (
        profile.replace(b"rXYZ", b"****", 1)
        .replace(b"gXYZ", b"rXYZ", 1)
        .replace(b"****", b"gXYZ", 1)
    )


def profile_by_hand(colour_space: bytes, tags: dict[bytes, bytes], pcs: bytes = b"XYZ ") -> bytes:
    """Put an ICC profile together: header, table of tags, tags (ICC.1:2001, section 6)."""
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78), **tags}
    tags[b"wtpt"] = xyz_tag(0.9642, 1.0, 0.8249)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = 128 + len(table) + len(body)
    header = struct.pack(">I4xI4s4s4s", size, 0x02100000, b"prtr", colour_space, pcs)
    header += bytes(12) + b"acsp" + bytes(28) + xyz_tag(0.9642, 1.0, 0.8249)[8:]
    return header.ljust(128, b"\0") + table + body


def xyz_tag(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in values))


LINEAR = b"curv\0\0\0\0" + struct.pack(">I", 0)
"""Gamma 1: half the light is stored as 128, which sRGB stores as 188."""


def linear_grey_profile() -> bytes:
    return profile_by_hand(b"GRAY", {b"kTRC": LINEAR})


def linear_rgb_profile() -> bytes:
    """The primaries of sRGB (adapted to D50) with gamma 1."""
    primaries = {
        b"rXYZ": xyz_tag(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz_tag(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz_tag(0.1431, 0.0606, 0.7141),
    }
    return profile_by_hand(b"RGB ", primaries | dict.fromkeys([b"rTRC", b"gTRC", b"bTRC"], LINEAR))


def black_ink_profile() -> bytes:
    """A CMYK profile by which black ink alone counts: L* falls from 100 to 0."""
    identity = bytes(range(256))
    white_and_black = bytes([255, 128, 128, 0, 128, 128])  # L*, a*, b* at K = 0 and K = 1
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0])
    table += struct.pack(">9i", *(65536 * value for value in (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table += 4 * identity + 8 * white_and_black + 3 * identity
    return profile_by_hand(b"CMYK", {b"A2B0": table}, pcs=b"Lab ")


@pytest.mark.parametrize("extension", ["png", "tif", "webp"])
def test_an_srgb_profile_changes_nothing(tmp_path, extension):
    picture = random_picture(8, 9)
    options = {"lossless": True} if extension == "webp" else {}
    result = stored(
        tmp_path / f"a.{extension}",
        Image.fromarray(picture),
        icc_profile=srgb_profile(),
        **options,
    )
    assert level_differences(result, picture).max() <= 1


def test_a_profile_is_converted_to_srgb(tmp_path):
    result = stored(
        tmp_path / "a.png", Image.fromarray(COLOURS), icc_profile=red_green_swapped_profile()
    )
    assert level_differences(result, COLOURS[..., [1, 0, 2]]).max() <= 1


def test_a_profile_works_below_transparency(tmp_path):
    rgba = np.array([[[255, 0, 0, 255], [255, 0, 0, 0]]], np.uint8)
    result = stored(
        tmp_path / "a.png", Image.fromarray(rgba), icc_profile=red_green_swapped_profile()
    )
    assert level_differences(result, np.array([[[0, 255, 0], [255] * 3]])).max() <= 1


def test_a_profile_works_on_a_palette(tmp_path):
    picture = Image.fromarray(COLOURS).quantize(6)
    result = stored(tmp_path / "a.png", picture, icc_profile=red_green_swapped_profile())
    assert level_differences(result, COLOURS[..., [1, 0, 2]]).max() <= 1


@pytest.mark.parametrize("depth", ["8 bits", "16 bits", "alpha"])
def test_a_grey_profile(tmp_path, depth):
    picture = Image.new("L", (3, 2), 128)
    if depth == "16 bits":
        picture = Image.fromarray(np.full((2, 3), 128 * 257, np.uint16))
    elif depth == "alpha":
        picture = Image.new("LA", (3, 2), (128, 255))
    result = stored(tmp_path / "a.png", picture, icc_profile=linear_grey_profile())
    # sRGB of linear 128/255: 255·(1.055·0.502^(1/2.4) − 0.055) = 188
    assert level_differences(result, np.full((2, 3, 3), 188)).max() <= 1


def test_a_grey_picture_with_a_colour_profile(tmp_path):
    """Common in JPEG files: every viewer reads the grey as three equal channels."""
    result = stored(
        tmp_path / "a.png", Image.new("L", (3, 2), 128), icc_profile=linear_rgb_profile()
    )
    assert level_differences(result, np.full((2, 3, 3), 188)).max() <= 1


@pytest.mark.parametrize("extension", ["jpg", "tif"])
def test_a_cmyk_profile(tmp_path, extension):
    """L* = 50 is 119 in sRGB; without the profile these inks are strong colours."""
    for black, level in ((0, 255), (128, 119), (255, 0)):
        picture = Image.new("CMYK", (8, 8), (200, 30, 60, black))
        result = stored(tmp_path / f"a.{extension}", picture, icc_profile=black_ink_profile())
        assert level_differences(result, np.full((8, 8, 3), level)).max() <= 3


@pytest.mark.parametrize(
    "profile",
    [b"nonsense", srgb_profile()[:200], linear_grey_profile()],
    ids=["nonsense", "cut off", "of another kind"],
)
def test_an_unusable_profile_is_ignored(tmp_path, profile):
    result = stored(tmp_path / "a.png", Image.fromarray(COLOURS), icc_profile=profile)
    np.testing.assert_array_equal(result, COLOURS)


# Reading: sizes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "size", "expected"),
    [
        (40, 30, 20, (20, 15)),
        (40, 30, 80, (80, 60)),
        (30, 40, 20, (15, 20)),
        (40, 30, 40, (40, 30)),
        (31, 17, 13, (13, 7)),
        (1, 50, 5, (1, 5)),
        (50, 1, 100, (100, 2)),
        (1, 1, 9, (9, 9)),
        (40, 30, 1, (1, 1)),
        (40, 30, np.int64(20), (20, 15)),
        (40, 30, (20, 20), (20, 20)),
        (40, 30, (80, 7), (80, 7)),
        (1, 50, (9, 4), (9, 4)),
        (31, 17, (1, 1), (1, 1)),
        (40, 30, [8, 6], (8, 6)),
        (40, 30, None, (40, 30)),
    ],
)
def test_size(tmp_path, width, height, size, expected):
    Image.new("RGB", (width, height), (10, 20, 30)).save(tmp_path / "a.png")
    result = load_image(tmp_path / "a.png", size)
    assert result.shape == (expected[1], expected[0], 3)
    np.testing.assert_array_equal(np.unique(result.reshape(-1, 3), axis=0), [[10, 20, 30]])


@pytest.mark.parametrize("size", [4, (4, 3)])
def test_the_size_it_has_changes_no_pixel(tmp_path, size):
    picture = random_picture(3, 4)
    Image.fromarray(picture).save(tmp_path / "a.png")
    np.testing.assert_array_equal(load_image(tmp_path / "a.png", size), picture)


def test_a_pair_crops_in_the_middle(tmp_path):
    """Five stripes: a square of the height holds the middle one and its two neighbours."""
    stripes = np.repeat(np.arange(0, 250, 50, dtype=np.uint8), 10)
    picture = np.broadcast_to(stripes[None, :, None], (30, 50, 3)).copy()
    Image.fromarray(picture).save(tmp_path / "wide.png")
    Image.fromarray(picture.swapaxes(0, 1).copy()).save(tmp_path / "tall.png")
    np.testing.assert_array_equal(load_image(tmp_path / "wide.png", (30, 30)), picture[:, 10:40])
    tall = load_image(tmp_path / "tall.png", (30, 30))
    np.testing.assert_array_equal(tall, picture[:, 10:40].swapaxes(0, 1))


def test_a_pair_does_not_distort(tmp_path):
    """A disc stays round: as many pixels wide as it is high."""
    y, x = np.mgrid[-60:60, -100:100]
    disc = np.where((x**2 + y**2 < 40**2)[..., None], 255, 0).astype(np.uint8).repeat(3, -1)
    Image.fromarray(disc).save(tmp_path / "a.png")
    result = load_image(tmp_path / "a.png", (90, 90))[..., 0] > 127
    assert result.any(axis=0).sum() == result.any(axis=1).sum() == 59  # 79 · 90/120


def test_shrinking_averages(tmp_path):
    """A fine chessboard becomes grey, not black or white as by picking pixels."""
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    Image.fromarray(board).save(tmp_path / "a.png")
    assert (
        level_differences(load_image(tmp_path / "a.png", 16)[2:-2, 2:-2], np.array(127)).max() <= 3
    )


@pytest.mark.parametrize(
    "size",
    [
        0,
        -1,
        (0, 5),
        (5, -2),
        3.0,
        "400",
        True,
        (1, 2, 3),
        (5,),
        (),
        (4.0, 3),
        10**9,
        {},
        float("nan"),
    ],
)
def test_a_size_that_is_none_is_refused(tmp_path, size):
    Image.new("RGB", (4, 3)).save(tmp_path / "a.png")
    with pytest.raises(NSTError, match=r"size is .*whole numbers from 1"):
        load_image(tmp_path / "a.png", size)


# Reading: where -------------------------------------------------------------------------------


def test_a_relative_path_is_found_in_the_project(tmp_path, monkeypatch):
    at_home = load_image(project_path(CONFIG.CONTENT_IMAGE), 16)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(load_image(CONFIG.CONTENT_IMAGE, 16), at_home)


def test_the_current_folder_goes_first(tmp_path, monkeypatch):
    own = tmp_path / CONFIG.CONTENT_IMAGE
    own.parent.mkdir(parents=True)
    Image.new("RGB", (3, 2)).save(own)
    monkeypatch.chdir(tmp_path)
    assert load_image(CONFIG.CONTENT_IMAGE).shape == (2, 3, 3)


# Reading: errors ------------------------------------------------------------------------------


def refusal(path: Path | str) -> str:
    with pytest.raises(ImageFileError) as caught:
        load_image(path)
    return str(caught.value)


def test_image_file_error_is_an_nst_error():
    assert issubclass(ImageFileError, NSTError)


def test_missing_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = refusal("images/no-such.jpg")
    assert message.startswith("images/no-such.jpg: there is no such file")
    assert str(tmp_path) in message
    assert str(project_path()) in message
    absolute = refusal(tmp_path / "no-such.jpg")
    assert absolute.startswith(f"{tmp_path / 'no-such.jpg'}: there is no such file; ")


def test_missing_file_below_a_file(tmp_path):
    (tmp_path / "a").write_text("x")
    assert "there is no such file" in refusal(tmp_path / "a" / "b.jpg")


def test_impossible_names():
    assert "there is no such file" in refusal("a" * 5000 + ".jpg")
    assert "there is no such file" in refusal("a\0b.jpg")


def test_folder(tmp_path):
    assert refusal(tmp_path).startswith(f"{tmp_path}: this is a folder")


def test_empty_file(tmp_path):
    (tmp_path / "a.jpg").touch()
    assert refusal(tmp_path / "a.jpg").startswith(f"{tmp_path / 'a.jpg'}: the file is empty")


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><html></html>", b"hello\n", b"\xff\xd8", bytes(1000)]
)
def test_not_a_picture(tmp_path, content):
    (tmp_path / "page.jpg").write_bytes(content)
    assert refusal(tmp_path / "page.jpg").startswith(
        f"{tmp_path / 'page.jpg'}: this is not a picture"
    )


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif", "bmp", "gif"])
def test_truncated_file(tmp_path, extension):
    whole, cut = tmp_path / f"whole.{extension}", tmp_path / f"cut.{extension}"
    Image.fromarray(random_picture(64, 64)).save(whole)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    message = refusal(cut)
    assert message.startswith(f"{cut}: ")
    assert "damaged or cut off" in message


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif", "gif"])
def test_damaged_bytes_give_a_picture_or_our_error(tmp_path, extension):
    whole, broken = tmp_path / f"whole.{extension}", tmp_path / f"broken.{extension}"
    Image.fromarray(random_picture(16, 16)).save(whole)
    rng = np.random.default_rng(0)
    for _ in range(40):
        data = bytearray(whole.read_bytes())
        for position in rng.integers(0, len(data), 6):
            data[position] = rng.integers(256)
        broken.write_bytes(data)
        try:
            assert load_image(broken).dtype == np.uint8
        except ImageFileError as error:
            assert str(error).startswith(f"{broken}: ")


def test_no_permission(tmp_path, monkeypatch):
    Image.new("RGB", (4, 3)).save(tmp_path / "secret.png")
    if os.name != "posix" or os.geteuid() == 0:  # nothing is forbidden to root

        def refuse(*args, **kwargs):
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Image, "open", refuse)
    else:
        (tmp_path / "secret.png").chmod(0)
    message = refusal(tmp_path / "secret.png")
    assert message.startswith(f"{tmp_path / 'secret.png'}: you may not read this file")


def test_decompression_bomb(tmp_path):
    bomb = tmp_path / "bomb.png"
    data = bytearray(png_file(np.zeros((1, 1), np.uint8), bits=8, colour_type=0))
    header = b"IHDR" + struct.pack(">II", 50_000, 50_000) + data[24:29]
    data[12:33] = header + struct.pack(">I", zlib.crc32(header))
    bomb.write_bytes(data)
    assert refusal(bomb).startswith(f"{bomb}: the picture has too many pixels")


def test_a_large_photograph_is_no_bomb(tmp_path, monkeypatch):
    """Between Pillow's limit and twice the limit there is a warning, which alarms needlessly."""
    Image.new("RGB", (10, 10)).save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_image(tmp_path / "a.png").shape == (10, 10, 3)


@pytest.mark.parametrize("path", [None, 3, b"a.jpg", np.zeros((2, 2, 3))])
def test_a_path_of_the_wrong_type(path):
    with pytest.raises(NSTError, match="path must be a str or a Path"):
        load_image(path)


# Arrays ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
def test_normalize_subtracts_the_mean_in_rgb_order(dtype):
    result = reshape_and_normalize_image(COLOURS.astype(dtype))
    assert result.shape == (1, 2, 3, 3)
    assert result.dtype == np.float32
    np.testing.assert_allclose(
        result[0, 1, 0], [10 - 123.68, 20 - 116.779, 30 - 103.939], rtol=1e-6
    )
    np.testing.assert_allclose(result[0], COLOURS.astype(float) - MEAN, atol=1e-5)


def test_normalize_takes_another_mean():
    result = reshape_and_normalize_image(COLOURS, mean=[1, 2, 3])
    np.testing.assert_allclose(result[0], COLOURS.astype(float) - [1, 2, 3])


@pytest.mark.parametrize("n_H, n_W", [(1, 1), (1, 9), (7, 3), (300, 400)])
def test_normalize_takes_any_size(n_H, n_W):
    assert reshape_and_normalize_image(random_picture(n_H, n_W)).shape == (1, n_H, n_W, 3)


def test_normalize_leaves_its_argument_alone():
    picture = COLOURS.astype(np.float32)
    reshape_and_normalize_image(picture)
    np.testing.assert_array_equal(picture, COLOURS)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((5, 7, 4), r"\(5, 7, 4\).*\(H, W, 4\): has an alpha channel; load it with load_image"),
        ((5, 7), "grey"),
        ((5, 7, 1), "grey"),
        ((3, 5, 7), "channels first"),
        ((1, 5, 7, 3), r"image\[0\]"),
        ((2, 5, 7, 3), "no colour picture"),
        ((3,), "no colour picture"),
        ((), "no colour picture"),
        ((0, 7, 3), "no colour picture"),
    ],
)
def test_normalize_refuses_other_shapes(shape, words):
    with pytest.raises(NSTError, match=words):
        reshape_and_normalize_image(np.full(shape, 9, np.uint8))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_normalize_refuses_a_picture_in_0_to_1(dtype):
    with pytest.raises(NSTError, match="expects 0–255"):
        reshape_and_normalize_image((COLOURS / 255).astype(dtype))


def test_normalize_takes_black_and_nearly_black():
    assert reshape_and_normalize_image(np.zeros((2, 2, 3))).max() < 0
    assert reshape_and_normalize_image(np.ones((2, 2, 3), np.uint8)).shape == (1, 2, 2, 3)


@pytest.mark.parametrize(
    "image",
    [
        COLOURS - np.array(MEAN),
        COLOURS.astype(np.uint16) * 257,
        np.full((2, 3, 3), np.nan),
        np.full((2, 3, 3), np.inf),
        COLOURS.astype(bool),
        COLOURS.astype(str),
    ],
    ids=["normalised", "16 bits", "NaN", "infinite", "bool", "text"],
)
def test_normalize_refuses_other_ranges(image):
    with pytest.raises(NSTError, match=r"0–255|0 to 255"):
        reshape_and_normalize_image(image)


def test_normalize_forgives_the_rounding_of_resampling():
    reshape_and_normalize_image(np.array([[[-0.01, 255.01, 100.0]]]))


def test_denormalize_is_the_inverse_for_every_level():
    picture = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, -1)
    result = denormalize_image(reshape_and_normalize_image(picture))
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, picture)


def test_denormalize_rounds_and_clips():
    values = np.array([[[99.4, 99.6, 100.5], [-1e9, 300.0, 255.4]]]) - MEAN
    np.testing.assert_array_equal(
        denormalize_image(values.astype(np.float64)), [[[99, 100, 100], [0, 255, 255]]]
    )


def test_denormalize_takes_a_batch_of_one_or_none():
    normalized = reshape_and_normalize_image(COLOURS)
    np.testing.assert_array_equal(denormalize_image(normalized[0]), denormalize_image(normalized))


def test_denormalize_takes_another_mean():
    normalized = reshape_and_normalize_image(COLOURS, mean=[1, 2, 3])
    np.testing.assert_array_equal(denormalize_image(normalized, mean=[1, 2, 3]), COLOURS)


@pytest.mark.parametrize("shape", [(2, 5, 7, 3), (5, 7, 4), (5, 7), (1, 5, 7, 1), (0, 7, 3)])
def test_denormalize_refuses_other_shapes(shape):
    with pytest.raises(NSTError, match=r"denormalize_image.*\(1, H, W, 3\)"):
        denormalize_image(np.zeros(shape, np.float32))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_denormalize_refuses_nan(bad):
    values = reshape_and_normalize_image(COLOURS)
    values[0, 1, 2, 0] = bad
    with pytest.raises(NSTError, match="NaN"):
        denormalize_image(values)


def test_denormalize_refuses_a_picture():
    with pytest.raises(NSTError, match="uint8, so it is a picture"):
        denormalize_image(COLOURS)


@pytest.mark.parametrize("mean", [[1, 2], np.zeros((1, 1, 1, 4)), 5])
def test_a_mean_has_three_numbers(mean):
    for function in (
        lambda: reshape_and_normalize_image(COLOURS, mean),
        lambda: denormalize_image(COLOURS.astype(float), mean),
        lambda: displayable_range(mean),
    ):
        with pytest.raises(NSTError, match="mean must be three numbers"):
            function()


def test_displayable_range_is_black_and_white():
    low, high = displayable_range()
    for bound, colour in ((low, 0), (high, 255)):
        assert bound.shape == (1, 1, 1, 3)
        assert bound.dtype == np.float32
        np.testing.assert_allclose(bound.ravel(), colour - np.array(MEAN), rtol=1e-6)
    low, high = displayable_range([0, 0, 255])
    np.testing.assert_array_equal(low.ravel(), [0, 0, -255])
    np.testing.assert_array_equal(high.ravel(), [255, 255, 0])


# The two functions of notebook 01 -------------------------------------------------------------


@pytest.mark.parametrize("n_H, n_W", [(5, 7), (1, 6), (4, 1)])
def test_the_functions_of_the_lesson_are_what_the_course_s_names_do(n_H, n_W):
    picture = random_picture(n_H, n_W)
    x = preprocess(picture)
    assert (x.dtype, x.shape) == (np.float32, (1, n_H, n_W, 3))
    np.testing.assert_array_equal(x, reshape_and_normalize_image(picture))
    painted = 1.7 * x
    np.testing.assert_array_equal(deprocess(painted), denormalize_image(painted))
    assert deprocess(painted).dtype == np.uint8


def test_there_and_back_every_number_is_the_same():
    levels = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, -1)
    np.testing.assert_array_equal(deprocess(preprocess(levels)), levels)


def test_the_functions_of_the_lesson_leave_their_argument_alone():
    picture = random_picture(5, 7)
    x = preprocess(picture)
    before = picture.copy(), x.copy()
    deprocess(x)
    np.testing.assert_array_equal(picture, before[0])
    np.testing.assert_array_equal(x, before[1])


# Noise ----------------------------------------------------------------------------------------


def test_noise_is_uniform_between_minus_20_and_20():
    noise = generate_noise_image(np.full((1, 60, 70, 3), 1e6, np.float32), noise_ratio=1, seed=3)
    assert noise.shape == (1, 60, 70, 3)
    assert noise.dtype == np.float32
    assert -20 <= noise.min() < -19.9
    assert 19.9 < noise.max() <= 20
    assert abs(noise.mean()) < 0.5
    assert abs(noise.std() - 40 / 12**0.5) < 0.2


def test_the_ratio_weights_the_noise():
    content = reshape_and_normalize_image(random_picture(5, 7))
    noise = generate_noise_image(content, 1.0, seed=1)
    mixed = generate_noise_image(content, 0.25, seed=1)
    np.testing.assert_allclose(mixed, 0.25 * noise + 0.75 * content, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(generate_noise_image(content, 0), content)
    default = generate_noise_image(content, seed=1)
    np.testing.assert_allclose(default, 0.6 * noise + 0.4 * content, rtol=1e-4, atol=1e-4)


def test_the_result_is_float32_whatever_comes_in():
    content = np.zeros((1, 2, 3, 3), np.float64)
    assert generate_noise_image(content, np.float64(0.5)).dtype == np.float32


def test_the_seed_repeats_the_noise():
    content = np.zeros((1, 4, 5, 3), np.float32)
    first = generate_noise_image(content, seed=7)
    np.testing.assert_array_equal(first, generate_noise_image(content, seed=7))
    assert not np.array_equal(first, generate_noise_image(content, seed=8))
    assert not np.array_equal(generate_noise_image(content), generate_noise_image(content))


def test_noise_leaves_the_content_and_the_global_generator_alone():
    content = reshape_and_normalize_image(COLOURS)
    before, state = content.copy(), np.random.get_state()[1].copy()
    generate_noise_image(content, seed=7)
    np.testing.assert_array_equal(content, before)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("ratio", [-0.01, 1.01, 60, float("nan")])
def test_noise_ratio_outside_0_to_1(ratio):
    with pytest.raises(NSTError, match="noise_ratio is"):
        generate_noise_image(np.zeros((1, 2, 2, 3), np.float32), ratio)


@pytest.mark.parametrize("seed", [-1, 1.5, "7", True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(NSTError, match="seed is"):
        generate_noise_image(np.zeros((1, 2, 2, 3), np.float32), seed=seed)


def test_noise_refuses_a_picture():
    with pytest.raises(NSTError, match="generate_noise_image"):
        generate_noise_image(COLOURS)
    with pytest.raises(NSTError, match="uint8"):
        generate_noise_image(COLOURS[None])


# Writing --------------------------------------------------------------------------------------


def test_a_picture_is_written_as_it_is(tmp_path):
    save_image(tmp_path / "x.png", COLOURS)
    np.testing.assert_array_equal(load_image(tmp_path / "x.png"), COLOURS)


def test_a_picture_is_resized_as_a_file_is(tmp_path):
    save_image(tmp_path / "x.png", smooth_picture(40, 60))
    for size in (24, (30, 30), 90):
        np.testing.assert_array_equal(
            resize_image(smooth_picture(40, 60), size), load_image(tmp_path / "x.png", size)
        )
    with pytest.raises(NSTError, match="image: expected uint8"):
        resize_image(smooth_picture(4, 6) / 255, 3)
    with pytest.raises(NSTError, match="size"):
        resize_image(smooth_picture(4, 6), 0)


@pytest.mark.parametrize("extension", ["png", "PNG", "bmp", "tif", "tiff"])
def test_save_and_load_exactly(tmp_path, extension):
    picture = random_picture(9, 7)
    path = save_image(tmp_path / f"a.{extension}", reshape_and_normalize_image(picture))
    assert path == tmp_path / f"a.{extension}"
    np.testing.assert_array_equal(load_image(path), picture)


@pytest.mark.parametrize("extension", ["jpg", "jpeg", "JPG", "webp"])
def test_save_and_load_nearly(tmp_path, extension):
    picture = smooth_picture(60, 80)
    path = save_image(tmp_path / f"a.{extension}", reshape_and_normalize_image(picture))
    assert level_differences(load_image(path), picture).max() <= 6


@pytest.mark.parametrize(
    ("extension", "format"),
    [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("tif", "TIFF"), ("bmp", "BMP")],
)
def test_the_extension_chooses_the_format(tmp_path, extension, format):
    path = save_image(tmp_path / f"a.{extension}", reshape_and_normalize_image(COLOURS))
    with Image.open(path) as opened:
        assert opened.format == format


def test_jpeg_keeps_the_colour_of_single_pixels(tmp_path):
    """4:4:4 at quality 95; with the usual 4:2:0 neighbours share their colour."""
    columns = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    picture = np.tile(columns, (32, 16, 1))
    path = save_image(tmp_path / "a.jpg", reshape_and_normalize_image(picture))
    assert level_differences(load_image(path), picture).max() < 30


def test_save_takes_a_picture_without_batch_axis_and_a_mean(tmp_path):
    path = save_image(tmp_path / "a.png", COLOURS.astype(np.float32) - 5, mean=[5, 5, 5])
    np.testing.assert_array_equal(load_image(path), COLOURS)


def test_a_narrow_picture_is_not_mistaken_for_frames(tmp_path):
    for shape in ((3, 1), (1, 3), (1, 1), (4, 2)):
        picture = random_picture(*shape)
        path = save_image(tmp_path / "a.png", reshape_and_normalize_image(picture))
        np.testing.assert_array_equal(load_image(path), picture)


def test_save_makes_folders_and_takes_relative_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = save_image("new/folder/a.png", reshape_and_normalize_image(COLOURS))
    assert path == Path("new/folder/a.png")
    assert (tmp_path / "new/folder/a.png").is_file()


@pytest.mark.parametrize("name", ["a.gif", "a", "a.jpgg", "a.npy", ".png", ""])
def test_save_refuses_other_extensions(tmp_path, name):
    with pytest.raises(ImageFileError, match=r"use one of \.jpg, .*\.png, .*\.bmp") as caught:
        save_image(tmp_path / "new" / name, reshape_and_normalize_image(COLOURS))
    assert str(tmp_path / "new" / name) in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_save_names_the_file_that_a_format_cannot_hold(tmp_path):
    wide = np.zeros((1, 1, 20_000, 3), np.float32)
    with pytest.raises(ImageFileError, match=r"wide\.webp: 20000×1 pixels cannot.*use \.png"):
        save_image(tmp_path / "wide.webp", wide)
    assert list(tmp_path.iterdir()) == []


def write_a_little_then(failure: BaseException):
    """Make a stand-in for Path.write_bytes that fails half-way."""

    def write_bytes(self: Path, data: bytes) -> None:
        with self.open("wb") as file:
            file.write(data[:10])
        raise failure

    return write_bytes


def test_disk_full_keeps_the_old_file(tmp_path, monkeypatch):
    path = save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(Path, "write_bytes", write_a_little_then(full))
    with pytest.raises(ImageFileError, match=r"a\.png: cannot be written \(No space left"):
        save_image(path, reshape_and_normalize_image(COLOURS[::-1]))
    np.testing.assert_array_equal(load_image(path), COLOURS)
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    monkeypatch.setattr(Path, "write_bytes", write_a_little_then(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        save_image(path, reshape_and_normalize_image(COLOURS[::-1]))
    np.testing.assert_array_equal(load_image(path), COLOURS)
    assert list(tmp_path.iterdir()) == [path]


def test_a_bad_picture_keeps_the_old_file(tmp_path):
    path = save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    with pytest.raises(NSTError, match="NaN"):
        save_image(path, np.full((1, 2, 3, 3), np.nan, np.float32))
    np.testing.assert_array_equal(load_image(path), COLOURS)


def test_save_replaces_the_old_file(tmp_path):
    path = save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    save_image(path, reshape_and_normalize_image(COLOURS[::-1]))
    np.testing.assert_array_equal(load_image(path), COLOURS[::-1])
    assert list(tmp_path.iterdir()) == [path]


def test_the_folder_is_a_file(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(ImageFileError, match=r"b\.png: cannot be written"):
        save_image(tmp_path / "a" / "b.png", reshape_and_normalize_image(COLOURS))


def test_the_file_is_a_folder(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(ImageFileError, match=r"a\.png: cannot be written"):
        save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    assert list(tmp_path.iterdir()) == [tmp_path / "a.png"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ImageFileError, match=r"a\.png: cannot be written \(Permission"):
            save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name != "posix", reason="umask is POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o027])
def test_the_file_has_the_usual_permissions(tmp_path, mask):
    before = os.umask(mask)
    try:
        path = save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_atomic_path_is_beside_its_target(tmp_path):
    target = tmp_path / "new" / "film.gif"
    with atomic_path(target) as temporary:
        assert temporary.parent == target.parent
        assert temporary.suffix == ".gif"
        assert temporary != target
        temporary.write_text("done")
        assert not target.exists()
    assert target.read_text() == "done"
    assert list(target.parent.iterdir()) == [target]


def test_atomic_path_passes_other_errors_on(tmp_path):
    target = tmp_path / "a.gif"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_atomic_path_without_a_file_is_an_error(tmp_path):
    with (
        pytest.raises(ImageFileError, match=r"a\.gif: cannot be written"),
        atomic_path(tmp_path / "a.gif"),
    ):
        pass


def test_a_long_name_is_no_obstacle(tmp_path):
    path = save_image(tmp_path / ("n" * 250 + ".png"), reshape_and_normalize_image(COLOURS))
    assert path.is_file()


def test_other_programs_read_what_is_written(tmp_path):
    path = save_image(tmp_path / "a.png", reshape_and_normalize_image(COLOURS))
    np.testing.assert_array_equal(iio.imread(path), COLOURS)


def test_the_module_knows_no_tensorflow():
    assert "tensorflow" not in Path(images.__file__).read_text(encoding="utf-8").lower()
