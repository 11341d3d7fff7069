"""Write a file whole or not at all; tell one file from another."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path whose file takes the place of ``path`` when the block ends well.

    Whoever looks at ``path`` sees the old file or the new one, never half of one. If the
    block fails, the old file stays and the temporary one is removed.

    Args:
        path: the file to write; missing folders are made.

    Yields:
        A path in the same folder with the same extension. Nothing is there yet, so the file
        that the block makes has the usual permissions.

    Raises:
        OSError: the file system refuses, in the block or when renaming.
    """
    target = Path(path)
    temporary = target.with_name(f".unfinished-{uuid.uuid4().hex}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, target)
    finally:
        with suppress(OSError):  # it must not hide the error above
            temporary.unlink(missing_ok=True)


def checksums(path: str | os.PathLike[str], *algorithms: str) -> dict[str, str]:
    """Compute checksums of a file, reading it once.

    Args:
        path: the file.
        *algorithms: names that `hashlib` knows, such as ``"sha256"``, ``"md5"``.

    Returns:
        Hexadecimal digits by the name of the algorithm.

    Raises:
        OSError: if the file cannot be read.
    """
    # They tell files apart, and guard no secret: MD5 is allowed where it is otherwise banned.
    found = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            for digest in found.values():
                digest.update(piece)
    return {name: digest.hexdigest() for name, digest in found.items()}
