"""Which type of number is fastest on this machine: float32, or bfloat16?

bfloat16 has the range of float32 and a third of its digits. Processors with matrix units for it
(AMX) compute a step of style transfer about five times as fast; others as fast, slower, or not at
all. So it is tried, not looked up.
"""

import functools
import time

from nst_utils._quiet import tf

WORTH_IT = 1.25
"""bfloat16 is taken where it is so many times as fast: it costs digits, so it must pay."""


@functools.cache
def fastest_precision() -> str:
    """Time a small convolution and its gradient in both types; takes about a tenth of a second.

    Returns:
        ``"float32"`` or ``"bfloat16"``; float32 where bfloat16 cannot be computed.
    """
    try:
        return "bfloat16" if _seconds("bfloat16") * WORTH_IT < _seconds("float32") else "float32"
    except (tf.errors.OpError, TypeError, ValueError):
        return "float32"


def chosen_precision(precision: str) -> str:
    """Tell the type that a setting means: itself, or for ``"auto"`` whichever is faster here."""
    return fastest_precision() if precision == "auto" else precision


def _seconds(precision: str) -> float:
    """The best of three, after one that warms up."""
    x = tf.ones((1, 96, 96, 64), precision)
    kernel = tf.ones((3, 3, 64, 64), precision)

    @tf.function(autograph=False)
    def there_and_back() -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME"))
        return tape.gradient(y, x)

    taken = []
    for _ in range(4):
        began = time.perf_counter()
        there_and_back().numpy()
        taken.append(time.perf_counter() - began)
    return min(taken[1:])
