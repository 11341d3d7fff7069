"""A half-painted picture as a file: after a crash, or Ctrl-C, it is gone on with."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nst_utils.config import NSTError
from nst_utils.files import written_whole

_IDENTITY = "identity"


def save_checkpoint(
    path: Path, state: Mapping[str, np.ndarray], identity: Mapping[str, Any]
) -> None:
    """Write a state, whole or not at all.

    Args:
        path: an .npz file.
        state: arrays by name.
        identity: what the state depends on, see `load_checkpoint`: anything that JSON can hold.

    Raises:
        OSError: the file system refuses; the file that was there stays.
    """
    entries = {_IDENTITY: np.array(json.dumps(identity)), **state}
    with written_whole(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **entries)


def load_checkpoint(path: Path, identity: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Read a state.

    Args:
        path: a file that `save_checkpoint` wrote.
        identity: what the state is wanted for; it must be what was given then.

    Returns:
        Arrays by name.

    Raises:
        NSTError: the file is damaged, or the state is of something else; the sentence says what
            differs.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            state = dict(file)
        then = json.loads(str(state.pop(_IDENTITY)))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise NSTError(
            f"{path}: no checkpoint can be read from it; delete it to begin anew."
        ) from error
    now = json.loads(json.dumps(identity))
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            raise NSTError(
                f"{path}: was begun with {_told(name, then.get(name))}, and not with "
                f"{_told(name, now.get(name))}; give what it was begun with, or delete it to begin "
                "anew."
            )
    return state


def _told(name: str, value: Any) -> str:
    """Name a value; a checksum tells nobody anything."""
    if isinstance(value, str) and len(value) == 64:
        return f"{name} {value[:8]}…"
    return f"{name} {value}"
