"""Open a MATLAB v5 file with scipy.io, whatever state the file is in.

SciPy trusts what it reads. One wrong byte among the lengths and types in a file can end the whole
process with a segmentation fault, or make it fill the memory with an array of a billion pointers
(tried with SciPy 1.17; about one in fifty changed bytes of an uncompressed file does it). In a
notebook that is a dead kernel, and not a word. So a file is looked at before SciPy gets it:

- Compressed files, and all the published ones are, carry a checksum in each variable. It is
  verified.
- Uncompressed files have no checksum. We walk through their lengths, types and sizes, and see
  that these agree with each other. (A wrong number among the weights cannot be seen.)

The format: MathWorks, "MAT-File Format", chapter 1, Level 5 MAT-files.
"""

import math
import mmap
import os
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import scipy.io

from nst_utils.config import NSTError

GET_IT_AGAIN = "Delete it and get it again (python -m nst_utils weights download)."

HEADER = 128  # bytes before the first variable: a line of text, version, byte order
BLOCK = 1 << 20  # bytes in a piece when a checksum is verified

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
        _check_variables(path)
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
            f"It may be cut short or damaged. {GET_IT_AGAIN}"
        ) from error


def _check_kind(path: Path) -> None:
    """Refuse at once what is recognised by its first bytes."""
    start = _first_bytes(path)
    if not start:
        raise WeightsFileError(f"{path}: the file is empty. {GET_IT_AGAIN}")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":  # a mark of UTF-8 may precede it
        raise WeightsFileError(
            f"{path}: this is a web page, not a network; the download went wrong. {GET_IT_AGAIN}"
        )
    if start.startswith((b"\x89HDF", b"MATLAB 7.3")):
        raise WeightsFileError(
            f"{path}: this is a MATLAB v7.3 (HDF5) file; the network is published as v5. "
            "Get the original file."
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


def _check_variables(path: Path) -> None:
    """See that every variable is whole and, as far as can be known, undamaged.

    Raises:
        ValueError, zlib.error: if one is not.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        for kind, length, order in _variables(file):
            if file.tell() + length > size:
                raise ValueError("the file ends within a variable")
            if kind == COMPRESSED:
                _check_compressed(file, length)
            elif kind == MATRIX:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    _Structure(data, order).check(file.tell(), file.tell() + length)
            else:
                raise ValueError(f"a variable of type {kind}")


def _variables(file: BinaryIO) -> Iterator[tuple[int, int, str]]:
    """Go from variable to variable: type, length in bytes, and the order of bytes in a number."""
    file.seek(HEADER - 2)
    order = {b"IM": "<", b"MI": ">"}.get(file.read(2))
    if order is None:
        raise ValueError("no mark of the order of bytes")
    while tag := file.read(8):
        if len(tag) < 8:
            raise ValueError("the file ends within a variable")
        kind, length = struct.unpack(f"{order}2I", tag)
        end = file.tell() + length
        yield kind, length, order
        file.seek(end)


def _check_compressed(file: BinaryIO, length: int) -> None:
    """Unpack a variable piece by piece: at its end, zlib compares the checksum."""
    unpacking = zlib.decompressobj()
    while length > 0 and not unpacking.eof:
        piece = file.read(min(BLOCK, length))
        length -= len(piece)
        while piece:
            unpacking.decompress(piece, BLOCK)
            piece = unpacking.unconsumed_tail
    if not unpacking.eof:
        raise ValueError("a compressed variable ends too early")


class _Element(NamedTuple):
    """A data element: its type, where its data lie, and where the next one begins."""

    kind: int
    start: int
    length: int
    after: int


@dataclass(frozen=True)
class _Structure:
    """Walks through uncompressed variables without reading the numbers in them."""

    data: mmap.mmap
    order: str

    def check(self, at: int, end: int) -> None:
        """See that the bytes from ``at`` to ``end`` are the inside of one array.

        Raises:
            ValueError: if a type, a length or a size does not fit.
        """
        if at == end:
            return  # an empty field
        flags = self._element(at, end, (UINT32,), exactly=8)
        sizes = self._element(flags.after, end, (INT32,))
        name = self._element(sizes.after, end, (INT8, UTF8))
        (word,) = struct.unpack_from(f"{self.order}I", self.data, flags.start)
        shape = self._whole_numbers(sizes)
        if not 2 <= len(shape) <= 32 or min(shape) < 0:
            raise ValueError(f"an array of shape {shape} in {sizes.length} bytes")
        after = self._check_values(word, math.prod(shape), name.after, end)
        if after != end:
            raise ValueError("an array and its length do not agree")

    def _check_values(self, word: int, count: int, at: int, end: int) -> int:
        """Check what an array of so many values holds; returns where that ends."""
        kind = word & 0xFF
        if kind in NUMBERS:
            for _ in range(2 if word & COMPLEX else 1):
                at = self._values(at, end, count).after
        elif kind == CHAR:
            at = self._values(at, end, count).after
        elif kind == CELL:
            at = self._arrays(at, end, count)
        elif kind == STRUCT:
            width = self._element(at, end, (INT32,), exactly=4)
            names = self._element(width.after, end, (INT8,))
            (longest, *_) = self._whole_numbers(width)
            if longest < 1 or names.length % longest:
                raise ValueError("the names of the fields do not agree with their length")
            at = self._arrays(names.after, end, count * (names.length // longest))
        else:
            raise ValueError(f"an array of class {kind}, which no network holds")
        return at

    def _values(self, at: int, end: int, count: int) -> _Element:
        """See that so many numbers or letters lie here."""
        values = self._element(at, end, ITEM_SIZE)
        # In UTF-8 a letter takes one to four bytes.
        longest = 4 * count if values.kind == UTF8 else count * ITEM_SIZE[values.kind]
        if not count * ITEM_SIZE[values.kind] <= values.length <= longest:
            raise ValueError(f"{values.length} bytes for {count} values")
        return values

    def _arrays(self, at: int, end: int, count: int) -> int:
        """Check so many arrays, one behind the other; returns where the last one ends."""
        if count * 8 > end - at:
            raise ValueError(f"{count} arrays in {end - at} bytes")
        for _ in range(count):
            array = self._element(at, end, (MATRIX,))
            self.check(array.start, array.start + array.length)
            at = array.after
        return at

    def _element(
        self, at: int, end: int, kinds: Sequence[int], exactly: int | None = None
    ) -> _Element:
        """Read the tag of an element; see that its type is one of these, and that it fits in."""
        if at + 8 > end:
            raise ValueError("an array ends too early")
        kind, length = struct.unpack_from(f"{self.order}2I", self.data, at)
        start = at + 8
        if kind >> 16:  # the short form: type, length and at most four bytes of data in eight
            kind, length, start = kind & 0xFFFF, kind >> 16, at + 4
        after = at + 8 if start == at + 4 else start + math.ceil(length / 8) * 8
        fits = start + length <= min(end, after) and exactly in (None, length)
        if kind not in kinds or not fits:
            raise ValueError(f"an element of type {kind} with {length} bytes")
        return _Element(kind, start, length, after)

    def _whole_numbers(self, element: _Element) -> tuple[int, ...]:
        layout = f"{self.order}{element.length // 4}i"
        return struct.unpack_from(layout, self.data, element.start)
