"""The convolutions of a large .mat file, kept beside it, so that it is unpacked only once.

The 535 MB of the real VGG-19 take some seconds to unpack, and 86 % of them are layers that nobody
needs here. What is needed, 80 MB, is written into one NumPy file: a single record with a field
for each kernel and each bias. It is plain numbers (no pickle, so loading it can run no code) and
is mapped into memory, with nothing to unpack.

A cache is a convenience. Where it cannot be written there is none, and whenever it does not fit
its source, in size, time or version, or is damaged, it is built again.
"""

import logging
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from nst_utils.files import checksums, written_whole
from nst_utils.matconvnet import (
    CONVOLUTIONS,
    Convolution,
    Network,
    read_matconvnet,
)

CACHE_FROM = 50_000_000
"""Files of fewer bytes are read in a moment, and get no cache."""

VERSION = 1

log = logging.getLogger("nst_utils")


def load_cached(path: str | os.PathLike) -> Network:
    """Read a network, from its cache where there is a good one; else build the cache.

    Args:
        path: a MatConvNet file, as for `read_matconvnet`.

    Returns:
        The same network as `read_matconvnet` gives. From a cache, its arrays are mapped into
        memory and cannot be written to.

    Raises:
        WeightsFileError: as `read_matconvnet`. Never because of the cache.
    """
    path = Path(path)
    if not os.path.isfile(path) or os.path.getsize(path) < CACHE_FROM:
        return read_matconvnet(path)
    cache = cache_path(path)
    if os.path.exists(cache):
        try:
            return _read(cache, path)
        except Exception as error:  # damaged bytes make NumPy raise almost anything
            log.warning("%s: %s; reading the .mat file in its place.", cache, error)
    return _build(cache, path)


def cache_path(path: str | os.PathLike) -> Path:
    """Name the cache of a .mat file: it lies beside it."""
    path = Path(path)
    return path.with_name(f"{path.name}.cache.npy")


def recorded_checksum(path: str | os.PathLike) -> str | None:
    """Look up the SHA-256 that a file had when its cache was built.

    Returns:
        64 hexadecimal digits; None where there is no cache that fits the file as it is now.
    """
    try:
        record = _open(cache_path(path), Path(path))
        return str(record["source_sha256"][0])
    except Exception:  # as above: whatever is wrong with it, it says nothing
        return None


def _build(cache: Path, path: Path) -> Network:
    """Read the .mat file, and write its cache if that can be done."""
    before = _stamp(path)
    network = read_matconvnet(path)
    try:
        with written_whole(cache) as temporary:
            temporary.touch()  # where nothing can be written, nothing need be computed either
            digest = checksums(path, "sha256")["sha256"]
            record = _record(network, {**before, "source_sha256": digest})
            if _stamp(path) != before:
                raise OSError("the file was changed while it was read")
            np.save(temporary, record, allow_pickle=False)
    except (OSError, MemoryError) as error:
        log.info("%s: no cache is written (%s).", cache, error)
    return network


def _stamp(path: Path) -> dict[str, int]:
    """Tell what changes when somebody replaces a file."""
    status = path.stat()
    return {"source_size": status.st_size, "source_mtime_ns": status.st_mtime_ns}


def _record(network: Network, source: dict[str, Any]) -> np.ndarray:
    """Put everything into one record, whose type says how it lies in the file."""
    values = {"crc32": np.uint32(0), "version": np.int32(VERSION), **source}
    values |= {"layout": network.layout, "mean": network.mean}
    for layer in network.convolutions:
        values |= {f"{layer.name}/kernel": layer.kernel, f"{layer.name}/bias": layer.bias}
    arrays = {name: np.asarray(value) for name, value in values.items()}
    record = np.zeros(1, [(name, a.dtype.newbyteorder("<"), a.shape) for name, a in arrays.items()])
    for name, array in arrays.items():
        record[name] = array
    record["crc32"] = _crc32(record)
    return record


def _crc32(record: np.ndarray) -> int:
    """Compute the checksum of a record: of its type, and of everything behind its first field."""
    kinds = zlib.crc32(repr(record.dtype.descr).encode())
    return zlib.crc32(record.view(np.uint8)[record["crc32"].nbytes :], kinds)


def _open(cache: Path, path: Path) -> np.ndarray:
    """Map a cache into memory, and see that it belongs to the file as it is now."""
    record = np.load(cache, mmap_mode="r", allow_pickle=False)
    if record.dtype.names is None or record.shape != (1,) or record["version"] != VERSION:
        raise ValueError("the cache is of another version")
    if any(record[name] != value for name, value in _stamp(path).items()):
        raise ValueError("the .mat file has changed since this cache was written")
    return record


def _read(cache: Path, path: Path) -> Network:
    record = _open(cache, path)
    if record["crc32"] != _crc32(record):
        raise ValueError("the cache is damaged")
    convolutions = tuple(
        Convolution(name, record[f"{name}/kernel"][0], record[f"{name}/bias"][0])
        for name in CONVOLUTIONS
    )
    return Network(path, convolutions, record["mean"][0], str(record["layout"][0]))
