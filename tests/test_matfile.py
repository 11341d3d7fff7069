"""SciPy gets no file whose lengths, types and sizes disagree: it might not survive it."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from nst_utils.matfile import WeightsFileError, open_mat

# How scipy.io.savemat lays out one variable `layers`, uncompressed. Of the array itself:
LENGTH, CLASS, SIZES, SIZES_LENGTH, NAME_TYPE, VALUES = 132, 144, 160, 156, 168, 184


def cells(*values) -> np.ndarray:
    array = np.empty((1, len(values)), object)
    array[0] = values
    return array


def written(path: Path, value, compress: bool = False) -> bytearray:
    scipy.io.savemat(path, {"layers": value}, do_compression=compress)
    return bytearray(path.read_bytes())


def packed(content: bytes, length: int | None = None) -> bytes:
    """Compress the first variable as it is (of so many bytes): a damage gets a right checksum."""
    end = len(content) if length is None else 128 + 8 + length
    inside = zlib.compress(bytes(content[128:end]))
    return bytes(content[:128]) + struct.pack("<2I", 15, len(inside)) + inside + content[end:]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.mat"


@pytest.fixture
def scipy_is_not_asked(monkeypatch):
    def asked(*arguments, **options):
        raise AssertionError("SciPy was asked")

    monkeypatch.setattr("scipy.io.loadmat", asked)


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(WeightsFileError) as caught:
        open_mat(path, ["layers"])
    assert "SciPy was asked" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize(
    "value",
    [
        np.arange(6.0).reshape(2, 3),
        np.zeros((0, 3)),
        np.array([[1 + 2j, 3]]),
        np.arange(5, dtype=np.uint8),
        np.array([[True, False]]),
        "a word",
        "größer",
        "",
        cells(1.0, "two", cells(3.0)),
        {"a": 1.0, "a_longer_name": {"inner": np.eye(2)}},
        cells({"name": "conv1_1", "weights": cells(np.ones((3, 3, 3, 2)), np.ones(2))}),
        np.zeros((2, 3, 4, 5), np.float32),
    ],
    ids=str,
)
def test_what_scipy_writes_is_let_through(path, value, compress):
    written(path, value, compress)
    found = open_mat(path, ["layers", "not in the file"])
    expected = scipy.io.loadmat(path)["layers"]
    assert found["layers"].dtype == expected.dtype and repr(found["layers"]) == repr(expected)
    assert "not in the file" not in found


@pytest.mark.usefixtures("scipy_is_not_asked")
@pytest.mark.parametrize(
    ("place", "number", "words"),
    [
        (LENGTH, 120, "ends within a variable"),
        (LENGTH, 96, "an element of type 9 with 48 bytes"),
        (LENGTH - 4, 9, "a variable of type 9"),
        (CLASS, 99, "class 99"),
        (CLASS, 5, "class 5"),
        (CLASS, 1, "an element of type 9 with 48 bytes"),
        (CLASS, 2, "an element of type 9"),
        (CLASS, 0x0806, "ends too early"),
        (CLASS - 8, 5, "an element of type 5"),
        (CLASS - 4, 12, "with 12 bytes"),
        (CLASS - 4, 0, "with 0 bytes"),
        (SIZES, 3, "48 bytes for 9 values"),
        (SIZES, 1, "48 bytes for 3 values"),
        (SIZES, -2, "shape"),
        (SIZES, 0, "48 bytes for 0 values"),
        (SIZES_LENGTH, 6, "shape (2,)"),
        (SIZES_LENGTH, 4, "shape (2,)"),
        (SIZES_LENGTH, 1 << 30, "an element of type 5"),
        (NAME_TYPE, 5, "an element of type 5"),
        (VALUES, 77, "an element of type 77"),
        (VALUES, 7, "48 bytes for 6 values"),
        (VALUES + 4, 40, "40 bytes for 6 values"),
        (VALUES + 4, 1 << 31, "an element of type 9"),
    ],
)
@pytest.mark.parametrize("compress", [False, True])
def test_a_wrong_number_among_the_lengths_and_types(path, place, number, words, compress):
    content = written(path, np.arange(6.0).reshape(2, 3))
    assert content[VALUES : VALUES + 8] == struct.pack("<2I", 9, 48), "the layout is as thought"
    struct.pack_into("<i" if number < 0 else "<I", content, place, number)
    if compress:
        content = packed(content)
        words = words.replace("ends within a variable", "do not agree")
    assert words in refusal(path, content)


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_an_array_that_is_shorter_than_its_length(path):
    content = written(path, np.arange(6.0).reshape(2, 3)) + bytes(8)
    (length,) = struct.unpack_from("<I", content, LENGTH)
    struct.pack_into("<I", content, LENGTH, length + 8)
    assert "an array and its length do not agree" in refusal(path, content)


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_a_short_element_with_more_than_four_bytes(path):
    content = written(path, np.arange(3, dtype=np.uint8))
    assert struct.unpack_from("<2H", content, VALUES) == (2, 3), "type and length in one word"
    struct.pack_into("<2H", content, VALUES, 2, 7)
    struct.pack_into("<2i", content, SIZES, 1, 7)
    assert "an element of type 2 with 7 bytes" in refusal(path, content + bytes(8))


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_a_billion_cells(path):
    content = written(path, cells(1.0, 2.0))
    struct.pack_into("<2i", content, SIZES, 1 << 15, 1 << 15)
    assert "1073741824 arrays in" in refusal(path, content)
    assert "1073741824 arrays in" in refusal(path, packed(content))


@pytest.mark.usefixtures("scipy_is_not_asked")
@pytest.mark.parametrize("compress", [False, True])
def test_boxes_within_boxes_without_an_end(path, compress):
    value = 1.0
    for _ in range(30):
        value = cells(value)
    assert "boxes within boxes" in refusal(path, written(path, value, compress))


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_something_behind_the_variable_in_its_compressed_bytes(path):
    content = written(path, np.eye(2)) + bytes(8)
    assert "a variable and its length do not agree" in refusal(path, packed(content))


def test_a_compressed_variable_of_many_blocks(path, monkeypatch):
    monkeypatch.setattr("nst_utils.matfile.BLOCK", 64)
    value = np.random.default_rng(0).normal(size=(7, 11, 13))
    written(path, value, compress=True)
    np.testing.assert_array_equal(open_mat(path, ["layers"])["layers"], value)


@pytest.mark.usefixtures("scipy_is_not_asked")
@pytest.mark.parametrize("longest", [0, 5, -1])
def test_the_names_of_a_struct(path, longest):
    content = written(path, {"a": 1.0, "b": 2.0})
    place = content.index(struct.pack("<2H", 5, 4), VALUES - 8) + 4  # a small element: int32
    struct.pack_into("<i", content, place, longest)
    assert "names of the fields" in refusal(path, content)


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_a_compressed_variable_that_ends_too_early(path):
    content = written(path, np.arange(600.0), compress=True)
    (length,) = struct.unpack_from("<I", content, LENGTH)
    struct.pack_into("<I", content, LENGTH, length - 6)
    assert "ends too early" in refusal(path, content[:-6])


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_a_wrong_checksum(path):
    content = written(path, np.arange(600.0), compress=True)
    content[-1] ^= 1
    assert "incorrect data check" in refusal(path, content)


@pytest.mark.usefixtures("scipy_is_not_asked")
def test_cut_within_a_tag_and_without_the_mark_of_byte_order(path):
    content = written(path, np.eye(2))
    assert "ends too early" in refusal(path, content[:132])
    content[126:128] = b"XX"
    assert "order of bytes" in refusal(path, content)


def test_numbers_with_the_other_order_of_bytes(path):
    """A file from a big-endian machine, written by hand: SciPy only writes the order of its own."""
    name, values = b"layers\0\0", struct.pack(">6d", *range(6))
    inside = struct.pack(">2I2I", 6, 8, 6, 0) + struct.pack(">2I2i", 5, 8, 3, 2)
    inside += struct.pack(">2I", 1, 6) + name + struct.pack(">2I", 9, 48) + values
    header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x01\x00MI"
    path.write_bytes(header + struct.pack(">2I", 14, len(inside)) + inside)
    np.testing.assert_array_equal(open_mat(path, ["layers"])["layers"], [[0, 3], [1, 4], [2, 5]])
    packed = zlib.compress(struct.pack(">2I", 14, len(inside)) + inside)
    path.write_bytes(header + struct.pack(">2I", 15, len(packed)) + packed)
    np.testing.assert_array_equal(open_mat(path, ["layers"])["layers"], [[0, 3], [1, 4], [2, 5]])
