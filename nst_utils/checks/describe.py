"""Values and errors in the words of a message."""

import re
import traceback
from types import FrameType
from typing import Any

import numpy as np

from nst_utils._quiet import tf


def kind(value: Any) -> str:
    """Name the type of a value for a message."""
    if value is None:
        return "None"
    name = type(value).__name__
    if isinstance(value, tuple | list):
        return f"a {name} of length {len(value)}"
    dtype = f" ({value.dtype.name})" if isinstance(value, tf.Tensor | np.ndarray) else ""
    return f"a value of type {name}{dtype}"


def describe_error(error: BaseException) -> dict[str, str]:
    """Say an exception in words: its type, its text, and the line of the student's code."""
    return {
        "error_type": type(error).__name__,
        "error_text": _text_of(error)[:300],
        "error_line": _place_of(error),
    }


def _text_of(error: BaseException) -> str:
    """Choose the telling line of a message, without what Python and TensorFlow put around it."""
    if isinstance(error, SyntaxError):
        return error.msg
    said = message_of(error).splitlines()
    # AutoGraph puts its own traceback first, and the message last.
    line = said[-1] if said[0].endswith("in user code:") else said[0]
    text = re.sub(rf"^\s*[\w.]*{type(error).__name__}:?\s*", "", line)
    text = re.sub(r"^\{\{.*?\}\}\s*|\s*\[Op:.*|tensorflow\.python\S*\.", "", text)
    return text.rstrip(". ") or "no message"


def message_of(error: BaseException) -> str:
    """Get the whole message of an exception, even of one that cannot be turned into text."""
    return "".join(traceback.format_exception_only(error)).strip()


def _place_of(error: BaseException) -> str:
    """Name the last line of the traceback that lies in a notebook cell."""
    if isinstance(error, SyntaxError):
        return f" (line {error.lineno} of the cell)"
    frames = [pair for pair in traceback.walk_tb(error.__traceback__) if _is_cell(pair[0])]
    if not frames:
        return ""
    frame, line = frames[-1]
    return f" ({frame.f_code.co_name}, line {line} of its cell)"


def _is_cell(frame: FrameType) -> bool:
    filename = frame.f_code.co_filename
    return bool(re.search(r"ipykernel_\d+[/\\]|^<ipython", filename))
