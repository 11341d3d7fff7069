"""Open a MATLAB v5 file with scipy.io, whatever state the file is in.

SciPy trusts what it reads. One wrong byte among the lengths and types in a file can end the whole
process with a segmentation fault, or make it fill the memory with an array of a billion pointers
(tried with SciPy 1.17; about one in fifty changed bytes of an uncompressed file does it). In a
notebook that is a dead kernel, and not a word. So we walk through a file before SciPy gets it, and
see that its lengths, types and sizes agree with each other. Of what is compressed, as the published
files are, the checksum is verified on the way. (In an uncompressed file there is none: a wrong
number among the weights cannot be seen.)

The format: MathWorks, "MAT-File Format", chapter 1, Level 5 MAT-files.
"""

import io
import math
import os
import struct
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import scipy.io

from nst_utils.config import CONFIG, NSTError

BLOCK = 1 << 18  # bytes that are read or unpacked at a time
DEEPEST = 20  # boxes within boxes; a network has seven

# Types of data elements (table 1-1 of the format), and the bytes of one item where it has any.
INT8, INT32, UINT32, MATRIX, COMPRESSED, UTF8 = 1, 5, 6, 14, 15, 16
ITEM_SIZE = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}

# Classes of arrays (table 1-3); double, single and the integers are 6 to 15.
CELL, STRUCT, CHAR, NUMBERS = 1, 2, 4, range(6, 16)
COMPLEX = 0x0800  # a flag beside the class


class WeightsFileError(NSTError):
    """A weights file that is missing, damaged, or not a VGG-19.

    Its text is one sentence or two: the file, what is wrong with it, what to do.
    """


def what_to_do(path: Path) -> str:
    """Say how to come by a good file in place of a bad one: it depends on which file it is."""
    if path.name == Path(CONFIG.VGG_MODEL).name:
        return "Delete it and get it again (python -m nst_utils weights download)."
    if path.name == Path(CONFIG.SMALL_MODEL).name:
        return "It comes with the course: get that again (git checkout, or pip install)."
    return "Name a MatConvNet file of a VGG-19, or get one (python -m nst_utils weights download)."


def open_mat(path: Path, variables: Sequence[str]) -> dict[str, np.ndarray]:
    """Read some variables of a MATLAB file.

    Args:
        path: a MATLAB v5 file, compressed or not.
        variables: their names; what is not in the file is left out.

    Returns:
        What ``scipy.io.loadmat`` returns.

    Raises:
        WeightsFileError: if it cannot be read; the sentence says why.
    """
    _check_kind(path)
    try:
        with path.open("rb") as file:
            _check_variables(file)
        with warnings.catch_warnings(action="ignore"):  # what is unreadable is refused later
            return scipy.io.loadmat(path, variable_names=list(variables))
    except MemoryError as error:
        raise WeightsFileError(
            f"{path}: there is not enough memory to read it: SciPy needs about 1.1 times the size "
            "of the file (or the file is damaged). Close other programs, and try again."
        ) from error
    # Ours are zlib.error and ValueError; SciPy's may be almost any.
    except Exception as error:
        raise WeightsFileError(
            f"{path}: not a readable MATLAB file ({type(error).__name__}: {error}). "
            f"It may be cut short or damaged. {what_to_do(path)}"
        ) from error


def _check_kind(path: Path) -> None:
    """Refuse at once what is recognised by its first bytes."""
    start = _first_bytes(path)
    if not start:
        raise WeightsFileError(f"{path}: the file is empty. {what_to_do(path)}")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":  # a mark of UTF-8 may precede it
        raise WeightsFileError(
            f"{path}: this is a web page, not a network; the download went wrong. "
            f"{what_to_do(path)}"
        )
    if start.startswith((b"\x89HDF", b"MATLAB 7.3")):
        raise WeightsFileError(
            f"{path}: this is a MATLAB v7.3 (HDF5) file; the network is published as v5. "
            f"{what_to_do(path)}"
        )


def _first_bytes(path: Path) -> bytes:
    """Read how a file begins; a pipe would let us wait for ever, so it is refused."""
    if os.path.exists(path) and not os.path.isfile(path):
        kind = "a folder" if os.path.isdir(path) else "no ordinary file"
        raise WeightsFileError(f"{path}: this is {kind}; name a .mat file.")
    try:
        with path.open("rb") as file:
            return file.read(512)
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        reason = getattr(error, "strerror", None) or error
        raise WeightsFileError(
            f"{path}: cannot be read ({reason}); check its name and permissions."
        ) from error


def _check_variables(file: BinaryIO) -> None:
    """Walk through all the variables of a file.

    Raises:
        ValueError, zlib.error: if one is damaged, as far as can be known.
    """
    start = file.read(128)  # a line of text, the version, and the order of bytes in a number
    order = {b"IM": "<", b"MI": ">"}.get(start[126:])
    if order is None:
        raise ValueError("no mark of the order of bytes")
    size = file.seek(0, os.SEEK_END)
    file.seek(len(start))
    while file.tell() < size:
        kind, length = struct.unpack(f"{order}2I", _exactly(file, 8))
        end = file.tell() + length
        if end > size:
            raise ValueError("the file ends within a variable")
        if kind == COMPRESSED:
            _check_compressed(file, length, order)
        elif kind == MATRIX:
            _Walk(file, order).array(length)
        else:
            raise ValueError(f"a variable of type {kind}")
        file.seek(end)


def _check_compressed(file: BinaryIO, length: int, order: str) -> None:
    with io.BufferedReader(_Unpacking(file, length), BLOCK) as stream:
        kind, inside = struct.unpack(f"{order}2I", _exactly(stream, 8))
        if kind != MATRIX:
            raise ValueError(f"a variable of type {kind}")
        _Walk(stream, order).array(inside)
        if stream.read(1):
            raise ValueError("a variable and its length do not agree")


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise ValueError("a variable ends too early")
    return data


class _Unpacking(io.RawIOBase):
    """What a stretch of a file holds when it is unpacked; at its end zlib compares the checksum."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length
        self._zlib = zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while not self._zlib.eof:
            packed = self._zlib.unconsumed_tail or self._file.read(min(BLOCK, self._left))
            if not self._zlib.unconsumed_tail:
                self._left -= len(packed)
            data = self._zlib.decompress(packed, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)
            if not packed:
                raise ValueError("a compressed variable ends too early")
        return 0


class _Element(NamedTuple):
    """The tag of a data element, and its data where these are kept in the tag itself."""

    kind: int
    length: int
    inside: bytes | None

    @property
    def size(self) -> int:
        """How many bytes it takes in all, with its tag and what fills it up to a multiple of 8."""
        return 8 if self.inside is not None else 8 + math.ceil(self.length / 8) * 8


class _Walk:
    """Goes once through an uncompressed variable; numbers and letters are passed over."""

    def __init__(self, stream: BinaryIO, order: str) -> None:
        self._stream, self._order = stream, order
        self._at = 0  # bytes from the beginning of the variable

    def array(self, length: int, depth: int = 0) -> None:
        """See that so many bytes from here on are the inside of one array.

        Raises:
            ValueError: if a type, a length or a size does not fit.
        """
        end = self._at + length
        if not length:
            return  # an empty field
        if depth > DEEPEST:
            raise ValueError("boxes within boxes without an end")
        word, _ = self._numbers(self._element(end, (UINT32,), exactly=8), "I")
        shape = self._numbers(self._element(end, (INT32,)), "i")
        self._pass_over(self._element(end, (INT8, UTF8)))  # its name
        if not 2 <= len(shape) <= 32 or min(shape) < 0:
            raise ValueError(f"an array of shape {shape}")
        self._values(word, math.prod(shape), end, depth)
        if self._at != end:
            raise ValueError("an array and its length do not agree")

    def _values(self, word: int, count: int, end: int, depth: int) -> None:
        """Check what an array of so many values holds."""
        kind = word & 0xFF
        if kind in NUMBERS or kind == CHAR:
            for _ in range(2 if word & COMPLEX else 1):
                self._items(count, end)
        elif kind == CELL:
            self._arrays(count, end, depth)
        elif kind == STRUCT:
            (longest,) = self._numbers(self._element(end, (INT32,), exactly=4), "i")
            names = self._element(end, (INT8,))
            self._pass_over(names)
            if longest < 1 or names.length % longest:
                raise ValueError("the names of the fields do not agree with their length")
            self._arrays(count * (names.length // longest), end, depth)
        else:
            raise ValueError(f"an array of class {kind}, which no network holds")

    def _items(self, count: int, end: int) -> None:
        """See that so many numbers or letters lie here."""
        items = self._element(end, ITEM_SIZE)
        # In UTF-8 a letter takes one to four bytes.
        longest = 4 * count if items.kind == UTF8 else count * ITEM_SIZE[items.kind]
        if not count * ITEM_SIZE[items.kind] <= items.length <= longest:
            raise ValueError(f"{items.length} bytes for {count} values")
        self._pass_over(items)

    def _arrays(self, count: int, end: int, depth: int) -> None:
        """Check so many arrays, one behind the other."""
        if count * 8 > end - self._at:
            raise ValueError(f"{count} arrays in {end - self._at} bytes")
        for _ in range(count):
            self.array(self._element(end, (MATRIX,)).length, depth + 1)

    def _element(self, end: int, kinds: Sequence[int], exactly: int | None = None) -> _Element:
        """Read the tag of an element; see that its type is one of these, and that it fits in."""
        if self._at + 8 > end:
            raise ValueError("an array ends too early")
        tag = self._read(8)
        kind, length = struct.unpack(f"{self._order}2I", tag)
        inside = None
        if kind >> 16:  # the short form: type, length and at most four bytes of data
            kind, length, inside = kind & 0xFFFF, kind >> 16, tag[4:]
        fits = length <= (4 if inside is not None else end - self._at)
        if kind not in kinds or not fits or exactly not in (None, length):
            raise ValueError(f"an element of type {kind} with {length} bytes")
        return _Element(kind, length, inside)

    def _numbers(self, element: _Element, kind: str) -> tuple[int, ...]:
        """Read the whole numbers in an element."""
        data = self._read(element.size - 8) if element.inside is None else element.inside
        return struct.unpack_from(f"{self._order}{element.length // 4}{kind}", data)

    def _pass_over(self, element: _Element) -> None:
        left = element.size - 8
        while left:
            left -= len(self._read(min(left, BLOCK)))

    def _read(self, count: int) -> bytes:
        self._at += count
        return _exactly(self._stream, count)
