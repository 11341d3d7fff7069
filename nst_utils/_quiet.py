"""Import TensorFlow once, without the page of messages that it writes at start-up.

Every module of the package takes it from here: ``from nst_utils._quiet import tf``.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _stderr_kept_back() -> Iterator[None]:
    """Hold back what C++ code writes to the error stream; show it if something fails.

    ``contextlib.redirect_stderr`` only sees what Python writes. TensorFlow's start-up
    messages go straight to file descriptor 2.
    """
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(original, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


# 3 keeps errors of the running program back as well, but TensorFlow raises those in Python too.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

with _stderr_kept_back():
    try:
        import tensorflow as tf
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            raise
        raise ModuleNotFoundError(
            "TensorFlow is not installed for this Python; `python -m pip install -r "
            "requirements.txt`, in the folder of the project, installs all that the course needs",
            name="tensorflow",
        ) from None

    # The search for a GPU writes its own lines, at the first operation: let it search now.
    tf.config.list_physical_devices("GPU")

tf.get_logger().setLevel("ERROR")
