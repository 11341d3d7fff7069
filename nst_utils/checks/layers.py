"""Notebook 02: one convolution, one pooling."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np

from nst_utils import vgg
from nst_utils._quiet import tf
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Trial
from nst_utils.checks.general import GENERAL, RANGE_MISSING
from nst_utils.checks.observe import (
    activations,
    observe_tensor,
    size_facts,
)
from nst_utils.checks.rules import right_only_in, stopped_first_with
from nst_utils.checks.trials import agree

Trials = Sequence[Trial]


# --- conv_relu(x, kernel, bias) -----------------------------------------------------------------


def _conv_case(
    n_H: int, n_W: int, channels: tuple[int, int], seed: int, scale: tuple[float, float] = (1, 1)
) -> Case:
    """Make a case; kernel and bias are NumPy arrays, as the file gives them."""
    n_in, n_out = channels

    def arguments() -> tuple:
        shapes = (1, n_H, n_W, n_in), (3, 3, n_in, n_out), (n_out,)
        x, kernel, bias = activations(*shapes, seed=seed)
        return x * scale[0], kernel.numpy() * np.float32(scale[1]), bias.numpy() * 3

    return Case(arguments, {"n_H": n_H, "n_W": n_W, "in": n_in, "out": n_out})


_ZERO = 3
"""The case whose kernel is zero."""

_CONV_CASES = (
    # Any order of a kernel's last axes fits: each gives numbers of its own.
    _conv_case(5, 7, (3, 3), seed=11),
    # As many channels out as columns, then as rows: a bias along a wrong axis fits as well.
    _conv_case(6, 5, (2, 5), seed=12, scale=(1, 0.1)),
    _conv_case(7, 6, (5, 7), seed=13, scale=(50, 1)),
    _conv_case(5, 6, (3, 2), seed=14, scale=(1, 0)),
)


def _conv(x: tf.Tensor, kernel: np.ndarray, strides: int = 1, padding: str = "SAME") -> tf.Tensor:
    return tf.nn.conv2d(x, kernel, strides, padding)


def _depthwise(x: tf.Tensor, kernel: np.ndarray) -> tf.Tensor:
    return tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")


def _finished(combine: Callable[[tf.Tensor, np.ndarray], tf.Tensor]) -> Function:
    """Make a wrong layer from the right convolution z: something else becomes of z and the bias."""
    return lambda x, kernel, bias: combine(_conv(x, kernel), bias)


def _activated(activation: Callable[[tf.Tensor], tf.Tensor]) -> Function:
    """Make a wrong layer that has something else in place of the ReLU."""
    return _finished(lambda z, bias: activation(z + bias))


def _with_kernel(change: Callable[[np.ndarray], np.ndarray]) -> Function:
    """Make a wrong layer that uses another kernel."""
    return lambda x, kernel, bias: tf.nn.relu(_conv(x, change(kernel)) + bias)


def _with_input(change: Callable[[tf.Tensor], tf.Tensor], padding: str = "VALID") -> Function:
    """Make a wrong layer that changes or pads its input."""
    return lambda x, kernel, bias: tf.nn.relu(_conv(change(x), kernel, padding=padding) + bias)


def _after(change: Callable[[tf.Tensor], tf.Tensor]) -> Function:
    """Make a wrong layer that changes the right result."""
    return lambda x, kernel, bias: change(vgg.conv_relu(x, kernel, bias))


def _padded(x: tf.Tensor, before: int, after: int, mode: str = "CONSTANT") -> tf.Tensor:
    return tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]], mode)


def _wrapped_round(x: tf.Tensor) -> tf.Tensor:
    for axis in (1, 2):
        first, *_, last = tf.split(x, x.shape[axis], axis)
        x = tf.concat([last, x, first], axis)
    return x


def _only(rows: slice | int, columns: slice | int) -> Function:
    """Make a wrong layer in which some of the 3×3 numbers of a kernel do not take part."""

    def cut(kernel: np.ndarray) -> np.ndarray:
        mask = np.zeros_like(kernel)
        mask[rows, columns] = 1
        return kernel * mask

    return _with_kernel(cut)


def _without_kernel(trials: Trials, _: Trials) -> bool:
    """Whether the result changes from place to place, although the kernel is zero."""
    result = trials[_ZERO].values.get("result")
    return result is not None and result.ndim == 4 and bool(np.ptp(result, axis=(1, 2)).any())


def _observe_layer(function: Function, case: Case) -> Trial:
    # On a GPU, one right way may round to ten bits (TF32) and another not; here none does.
    with _four_axes_wanted(), tf.device("CPU:0"):
        return observe_tensor(watch=0)(function, case)


@contextmanager
def _four_axes_wanted() -> Iterator[None]:
    """Refuse an input that lacks an axis: TensorFlow 2.20 would end the whole process there."""
    names = ("conv2d", "convolution", "depthwise_conv2d")
    with mock.patch.multiple(tf.nn, **{name: _careful(getattr(tf.nn, name)) for name in names}):
        yield


def _careful(convolution: Function) -> Function:
    @functools.wraps(convolution)
    def convolve(*arguments: Any, **options: Any) -> tf.Tensor:
        given = arguments[0] if arguments else options.get("input")
        shape = np.shape(given)
        if given is not None and given is not ... and len(shape) != 4:
            raise ValueError(f"the input has shape {shape}: it must be 4-dimensional")
        return convolution(*arguments, **options)

    return convolve


def _right_without_gradient(trials: Trials, expected: Trials) -> bool:
    """Whether every number is right, and no gradient leads back to x."""
    lost = any(trial.differentiable and trial.gradient is None for trial in trials)
    return lost and agree(trials, expected)


CALL_MISTAKES = (
    Mistake(
        "dots_left",
        "three dots are still standing in your call{error_line}: they hold the place of something.",
        "the ... in the brackets of this call",
        "hint 2 tells what the arguments of this call mean. What do you want there?",
        rule=stopped_first_with(Exception, "(?i)ellipsis"),
    ),
    RANGE_MISSING,
    Mistake(
        "axis_lost",
        "an activation or a kernel has lost an axis{error_line}: {error_text}.",
        "[0], tf.squeeze or a reshape in front of this line; and the order of the arguments",
        "an activation has four axes, (picture, height, width, channel), and a kernel has four as "
        "well. How many has yours? Print its shape.",
        rule=stopped_first_with(
            Exception, "4-dimensional|4 or 5-dim|rank 4|expected (min_)?ndim=4"
        ),
    ),
    Mistake(
        "padding_word",
        "TensorFlow does not know the padding that you name{error_line}.",
        "the argument padding",
        "tf.nn wants one of its words there, in capital letters. Which of them keeps the size?",
        rule=stopped_first_with(Exception, "(attr|argument) 'padding'"),
    ),
    Mistake(
        "argument_missing",
        "your function stopped with {error_type}: {error_text}{error_line}. The function that you "
        "call there needs to be told more.",
        "the brackets of this call",
        "which arguments does help(…) of this function list, and which of them have no default?",
        rule=stopped_first_with(TypeError, "(?i)missing (.* )?required positional argument"),
    ),
    Mistake(
        "argument_unknown",
        "your function stopped with {error_type}: {error_text}{error_line}.",
        "the names in front of the = signs in this call",
        "how does help(…) of this function spell its arguments? One letter is enough.",
        rule=stopped_first_with(TypeError, "unexpected keyword argument"),
    ),
    Mistake(
        "not_in_tensorflow",
        "your function stopped with {error_type}: {error_text}{error_line}.",
        "the name behind the last dot in this line",
        "how is it spelled, in which part of TensorFlow does it live, and are its letters small?",
        rule=stopped_first_with(AttributeError, "module '.*(tensorflow|keras)"),
    ),
    Mistake(
        "fraction_for_a_number",
        "your function stopped with {error_type}: {error_text}{error_line}. A size, or the number "
        "of a place, has to be a whole number.",
        "a division in the line that the message names",
        "4 / 2 is 2.0 in Python, and 5 / 2 is 2.5. Which division rounds, and in which direction?",
        rule=stopped_first_with(
            Exception,
            "'Tshape' of float|1-D int32 Tensor|'float' object cannot be interpreted|"
            "slice indices must be int",
        ),
    ),
    Mistake(
        "whole_tensor_asked",
        "your function asks a whole tensor whether it is larger or smaller{error_line}; that can "
        "be said of one number only.",
        "max(…), min(…), `if`, or a call that gets a tensor where it wants a word or a size",
        "which function of TensorFlow compares number by number?",
        rule=stopped_first_with(ValueError, "truth value of an array"),
    ),
    Mistake(
        "layer_not_made",
        "a layer of Keras is made with sizes, and you hand it a tensor or a kernel{error_line}.",
        "the brackets of the layer",
        "a layer of Keras is made first, and called afterwards. Is there a plain function in "
        "tf.nn that does the same?",
        rule=stopped_first_with(ValueError, "argument must be a tuple of"),
    ),
    Mistake(
        "assigns_items",
        "your function stopped with {error_type}: {error_text}{error_line}. A tensor cannot be "
        "changed number by number.",
        "an assignment with square brackets on its left side, such as `z[z < 0] = …`",
        "one operation of TensorFlow can compute all the numbers at once. Which?",
        rule=stopped_first_with(TypeError, "item assignment|only integer scalar arrays"),
    ),
    replace(
        GENERAL["no_gradient"],
        what="the numbers are right, but TensorFlow cannot see one of your steps: most often it is "
        "made by NumPy, or by plain Python. Later, nothing could be painted.",
        hint="which function of TensorFlow does the same as this step?",
        rule=_right_without_gradient,
    ),
)
"""What goes wrong in both exercises that compute: TensorFlow refuses a step, or cannot see it."""

CONV_MISTAKES = (
    Mistake(
        "only_convolution",
        "the convolution is right, and nothing follows it: the bias and the ReLU are missing.",
        "the lines after the convolution",
        "a layer takes three steps. Which two come next?",
        wrong=_finished(lambda z, bias: z),
    ),
    Mistake(
        "no_bias",
        "convolution and ReLU are right, and the bias is missing.",
        "between the convolution and the ReLU",
        "which argument of your function is never used, or used without keeping the result?",
        wrong=_finished(lambda z, bias: tf.nn.relu(z)),
    ),
    Mistake(
        "no_relu",
        "convolution and bias are right, and the ReLU is missing: negative numbers are left.",
        "what happens to the sum before it is returned",
        "what does a ReLU make of a negative number? And is its result kept?",
        wrong=_finished(lambda z, bias: z + bias),
    ),
    Mistake(
        "bias_after_relu",
        "the bias comes too late: it is added after the ReLU.",
        "the order of the ReLU and the bias",
        "can your result be negative? Which of the steps should have the last word?",
        wrong=(
            _finished(lambda z, bias: tf.nn.relu(z) + bias),
            _finished(lambda z, bias: tf.nn.relu(tf.nn.relu(z) + bias)),
        ),
    ),
    Mistake(
        "relu_of_input",
        "the ReLU is applied to the input x, before the convolution.",
        "what goes into the convolution",
        "in which order do the three steps come?",
        wrong=(
            lambda x, kernel, bias: _conv(tf.nn.relu(x), kernel) + bias,
            lambda x, kernel, bias: tf.nn.relu(_conv(tf.nn.relu(x), kernel) + bias),
            lambda x, kernel, bias: _conv(tf.nn.relu(x), kernel),
        ),
    ),
    Mistake(
        "relu_of_parts",
        "the ReLU is applied to the bias, and not to the sum.",
        "the brackets of the ReLU",
        "what exactly stands inside them?",
        wrong=(
            _finished(lambda z, bias: z + tf.nn.relu(bias)),
            _finished(lambda z, bias: tf.nn.relu(z) + tf.nn.relu(bias)),
            _finished(lambda z, bias: tf.nn.relu(z + tf.nn.relu(bias))),
        ),
    ),
    Mistake(
        "another_activation",
        "convolution and bias are right, and another function stands in the place of the ReLU.",
        "the last step",
        "the ReLU keeps what is positive, and makes 0 of the rest. What does your function make of "
        "−3, and what of 5?",
        wrong=tuple(
            _activated(activation)
            for activation in (
                tf.nn.leaky_relu,
                functools.partial(tf.nn.leaky_relu, alpha=0.3),
                functools.partial(tf.nn.leaky_relu, alpha=0.1),
                functools.partial(tf.nn.leaky_relu, alpha=0.01),
                tf.abs,
                tf.square,
                tf.sigmoid,
                tf.tanh,
                tf.nn.elu,
                tf.nn.selu,
                tf.nn.gelu,
                tf.nn.silu,
                tf.nn.softplus,
                tf.nn.softmax,
            )
        ),
    ),
    Mistake(
        "relu_reversed",
        "your ReLU keeps the negative numbers, and should keep the positive ones.",
        "minimum, or the direction of < and >",
        "what does the ReLU make of −3, and what of 5?",
        wrong=(
            _activated(lambda z: tf.minimum(z, 0)),
            _activated(lambda z: tf.nn.relu(-z)),
        ),
    ),
    Mistake(
        "zero_or_one",
        "your result says only *whether* a number is positive; the number itself is lost.",
        "the comparison with 0",
        "what should become of a 5: a 1, or a 5?",
        wrong=(
            _activated(lambda z: tf.cast(z > 0, tf.float32)),
            _activated(tf.sign),
        ),
    ),
    Mistake(
        "largest_of_axis",
        "your result has shape {got_shape}; expected {want_shape}. A largest value is taken along "
        "an axis, and nothing is compared with 0.",
        "tf.reduce_max, np.max: what does their second argument mean?",
        "which function takes the larger one of two numbers?",
        wrong=(
            _activated(lambda z: tf.reduce_max(z, 0)),
            _finished(lambda z, bias: tf.reduce_max(z, 0) + bias),
        ),
    ),
    Mistake(
        "clipped",
        "large numbers are cut off; a ReLU has no upper end.",
        "a clip, tf.nn.relu6, or a ReLU with a max_value",
        "what does the ReLU make of a 1000?",
        wrong=(
            _activated(tf.nn.relu6),
            _activated(lambda z: tf.clip_by_value(z, 0, 1)),
            _activated(lambda z: tf.clip_by_value(z, 0, 255)),
        ),
    ),
    Mistake(
        "valid_padding",
        "your result has shape {got_shape}; expected {want_shape}: the border is lost. The padding "
        "is 'VALID', or none.",
        "the argument padding",
        "each step takes one pixel from every side there. Which padding keeps the size?",
        wrong=(
            _with_input(lambda x: x),
            lambda x, kernel, bias: _conv(x, kernel, padding="VALID") + bias,
            lambda x, kernel, bias: _conv(x, kernel, padding="VALID"),
        ),
    ),
    Mistake(
        "stride",
        "your result has shape {got_shape}; expected {want_shape}: the kernel jumps over places.",
        "the argument strides",
        "how far does the kernel move from one place to the next?",
        wrong=(
            lambda x, kernel, bias: tf.nn.relu(_conv(x, kernel, 2) + bias),
            lambda x, kernel, bias: tf.nn.relu(_conv(x, kernel, 3) + bias),
            lambda x, kernel, bias: tf.nn.relu(_conv(x, kernel, 2, "VALID") + bias),
        ),
    ),
    Mistake(
        "another_padding",
        "right inside, and wrong at the border: the picture is not surrounded by zeros.",
        "tf.pad, its argument mode, or tf.roll",
        "which numbers does 'SAME' put around the picture?",
        wrong=(
            _with_input(lambda x: _padded(x, 1, 1, "REFLECT")),
            _with_input(lambda x: _padded(x, 1, 1, "SYMMETRIC")),
            _with_input(_wrapped_round),
        ),
    ),
    Mistake(
        "padded_on_one_side",
        "all the zeros are on one side, and so the result is shifted.",
        "the numbers in tf.pad",
        "a 3×3 kernel reaches one pixel to each side. How many zeros does each side need?",
        wrong=(
            _with_input(lambda x: _padded(x, 0, 2)),
            _with_input(lambda x: _padded(x, 2, 0)),
        ),
    ),
    Mistake(
        "padded_twice",
        "your result has shape {got_shape}; expected {want_shape}: zeros are put around it twice.",
        "tf.pad together with the argument padding",
        "which of the two puts zeros around the picture?",
        wrong=_with_input(lambda x: _padded(x, 1, 1), "SAME"),
    ),
    Mistake(
        "border_zero",
        "right inside, and 0 at the border: there the kernel was never applied.",
        "where your loops begin and end, or a tf.pad after the convolution",
        "at the border, the kernel looks at zeros outside. Is everything else there zero too?",
        wrong=(
            lambda x, kernel, bias: _padded(_with_input(lambda x: x)(x, kernel, bias), 1, 1),
            lambda x, kernel, bias: tf.nn.relu(
                _padded(_conv(x, kernel, padding="VALID"), 1, 1) + bias
            ),
        ),
    ),
    Mistake(
        "height_and_width_exchanged",
        "height and width of the kernel have changed places. Pictures would still look plausible, "
        "and every number would be wrong.",
        "a transpose of the kernel, or two indices that have changed places",
        "the kernel's axes are (height, width, in, out). Which axes does TensorFlow want?",
        wrong=_with_kernel(lambda kernel: kernel.transpose(1, 0, 2, 3)),
    ),
    Mistake(
        "kernel_turned",
        "the kernel is turned round, as mathematics defines a convolution. Networks do not turn "
        "it: they lay it upon the picture as it is.",
        "[::-1], a flip, scipy's convolve, or a transposed convolution",
        "which number of the kernel meets the upper left neighbour in your function?",
        wrong=(
            _with_kernel(lambda kernel: kernel[::-1, ::-1]),
            _with_kernel(lambda kernel: kernel[::-1]),
            _with_kernel(lambda kernel: kernel[:, ::-1]),
            _with_kernel(lambda kernel: kernel[::-1, ::-1].transpose(0, 1, 3, 2)),
        ),
    ),
    Mistake(
        "channels_reversed",
        "the channels meet the wrong numbers of the kernel: one of the two is in the opposite "
        "order, as for BGR pictures.",
        "[::-1], or a flip",
        "does anything in x or in the kernel have to be turned round?",
        wrong=(
            _with_kernel(lambda kernel: kernel[:, :, ::-1]),
            _with_kernel(lambda kernel: kernel[..., ::-1]),
            _after(lambda a: a[..., ::-1]),
        ),
    ),
    Mistake(
        "kernel_axes",
        "the axes of the kernel have changed places. That works only by luck, where the sizes fit.",
        "a transpose or a reshape of the kernel",
        "the kernel's axes are (height, width, in, out). Which axes does TensorFlow want?",
        wrong=tuple(
            _with_kernel(functools.partial(np.transpose, axes=order))
            for order in (
                (3, 2, 0, 1),
                (2, 3, 0, 1),
                (0, 1, 3, 2),
                (3, 2, 1, 0),
                (2, 3, 1, 0),
                (3, 0, 1, 2),
            )
        ),
    ),
    Mistake(
        "neighbours_ignored",
        "every place is computed from itself alone: its neighbours play no part, or are taken from "
        "the same place as itself.",
        "a kernel of 1×1, a sum over the kernel, or slices that are not shifted",
        "a 3×3 kernel looks at nine places. Which nine does your function look at?",
        wrong=(
            _only(1, 1),
            _with_kernel(lambda kernel: kernel[:1, :1]),
            _with_kernel(lambda kernel: kernel.sum(axis=(0, 1), keepdims=True)),
            _with_kernel(lambda kernel: kernel.mean(axis=(0, 1), keepdims=True)),
        ),
    ),
    Mistake(
        "some_neighbours",
        "only some of the nine places take part.",
        "the two loops over the kernel, and the line that adds up",
        "a 3×3 kernel has nine places. How many does your loop visit, and does it keep them all?",
        wrong=(
            _only(0, 0),
            _only(2, 2),
            _only(slice(2), slice(2)),
            _only(slice(1, 3), slice(1, 3)),
            _only(slice(3), 1),
            _only(1, slice(3)),
            _only(2, slice(3)),
            _only(slice(3), 2),
        ),
    ),
    Mistake(
        "bias_along_wrong_axis",
        "the bias is laid along the height or the width. That works only by luck, where the sizes "
        "fit; it has one number for each channel.",
        "how the bias is reshaped before it is added",
        "the channels are the last axis of the activation. Which shape must the bias have?",
        wrong=(
            _finished(lambda z, bias: tf.nn.relu(z + bias[:, np.newaxis])),
            _finished(lambda z, bias: tf.nn.relu(z + bias[:, np.newaxis, np.newaxis])),
        ),
    ),
    Mistake(
        "one_bias_for_all",
        "all the channels get the same bias.",
        "what is added to the convolution",
        "how many numbers has the bias, and how many channels has the result?",
        wrong=(
            _finished(lambda z, bias: tf.nn.relu(z + bias[0])),
            _finished(lambda z, bias: tf.nn.relu(z + bias.sum())),
            _finished(lambda z, bias: tf.nn.relu(z + bias.mean())),
        ),
    ),
    Mistake(
        "bias_not_added",
        "the bias is subtracted or multiplied, or added more than once.",
        "the line where the bias comes in, and the indentation of this line",
        "what does the layer do with its bias, and how often?",
        wrong=(
            _finished(lambda z, bias: tf.nn.relu(z - bias)),
            _finished(lambda z, bias: tf.nn.relu(z * bias)),
            _finished(lambda z, bias: tf.nn.relu(z + 2 * bias)),
            _finished(lambda z, bias: tf.nn.relu(z + 3 * bias)),
            _finished(lambda z, bias: tf.nn.relu(z + 9 * bias)),
        ),
    ),
    Mistake(
        "whole_numbers",
        "numbers are cut down to whole ones on the way.",
        "a cast to an integer type, a rounding, or //",
        "x, kernel and bias are float32. Which of your steps makes integers of them?",
        wrong=(
            _with_input(lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32), "SAME"),
            _with_input(tf.round, "SAME"),
            _with_kernel(np.trunc),
            _with_kernel(np.round),
            _after(tf.floor),
            _after(tf.round),
        ),
    ),
    Mistake(
        "pooled_too",
        "your result has shape {got_shape}; expected {want_shape}: the layer is right, and a "
        "pooling follows.",
        "the lines after the ReLU",
        "which of the two exercises is the pooling part of?",
        wrong=(_after(vgg.average_pool), _after(vgg.max_pool)),
    ),
    Mistake(
        "no_batch_axis",
        "your result has shape {got_shape}; expected {want_shape}: the first axis is lost.",
        "[0], tf.squeeze, or a reshape",
        "the first axis counts the pictures, one here. Which shape does the next layer want?",
        wrong=_after(lambda a: a[0]),
    ),
    Mistake(
        "input_once_more",
        "x itself takes part once more, after the convolution. That works only by luck, where it "
        "has as many channels as the result.",
        "what is added to z, or compared with it",
        "which three things does a layer consist of?",
        wrong=(
            lambda x, kernel, bias: vgg.conv_relu(x, kernel, bias) + x,
            lambda x, kernel, bias: tf.nn.relu(_conv(x, kernel) + bias + x),
            lambda x, kernel, bias: tf.maximum(_conv(x, kernel) + bias, x),
        ),
    ),
    Mistake(
        "input_scaled",
        "x is divided by 255 before the convolution. This network was made for numbers up to 255.",
        "what happens to x in front of the convolution",
        "which notebook made x fit the network? Does a layer have to do that again?",
        wrong=_with_input(lambda x: x / 255, "SAME"),
    ),
    Mistake(
        "holes",
        "the nine places lie apart, with holes between them.",
        "dilations, or the steps of a slice",
        "how far is it from one number of the kernel to the next?",
        wrong=tuple(
            functools.partial(
                lambda x, kernel, bias, rate: tf.nn.relu(
                    tf.nn.conv2d(x, kernel, 1, "SAME", dilations=rate) + bias
                ),
                rate=rate,
            )
            for rate in (2, 3)
        ),
    ),
    Mistake(
        "channels_apart",
        "your result has shape {got_shape}; expected {want_shape}: each channel in is treated for "
        "itself, and never added to the others.",
        "the kind of convolution: “depthwise”?",
        "one channel out collects from all the channels in. Where does yours add them up?",
        wrong=(
            lambda x, kernel, bias: _depthwise(x, kernel),
            lambda x, kernel, bias: tf.nn.relu(_depthwise(x, kernel)),
        ),
    ),
    Mistake(
        "bias_in_kernel",
        "the bias is added to the kernel; it belongs to the result of the convolution.",
        "the second argument of the convolution",
        "in which order do multiplying, adding up and the bias come in the text above?",
        wrong=(
            lambda x, kernel, bias: tf.nn.relu(_conv(x, kernel + bias)),
            lambda x, kernel, bias: _conv(x, kernel + bias),
        ),
    ),
    Mistake(
        "kernel_without_effect",
        "with a kernel of zeros, your result still changes from place to place; expected the same "
        "number everywhere in a channel. Something else than your kernel is at work.",
        "a layer of Keras, which begins with random numbers of its own; or x, added once more",
        "where does your function use the argument `kernel`, and what else does it use?",
        rule=_without_kernel,
        credit=0.0,
    ),
    *CALL_MISTAKES,
    Mistake(
        "an_array_already",
        "your function stopped with {error_type}: {error_text}{error_line}. Kernel and bias come "
        "from the file as NumPy arrays.",
        ".numpy() in the line that the message names",
        "does TensorFlow take arrays of NumPy as they are? Try it.",
        rule=stopped_first_with(AttributeError, "'numpy.ndarray' object has no attribute 'numpy'"),
    ),
    Mistake(
        "bias_handed_to_convolution",
        "this convolution knows no bias: it takes what you hand it for something else{error_line}.",
        "the last argument of the convolution",
        "a layer takes three steps. Which one of them is the bias?",
        rule=stopped_first_with(AttributeError, "'startswith'"),
    ),
    Mistake(
        "product_in_place",
        "a product takes the place of the convolution, and the shapes do not fit: {error_text}"
        "{error_line}.",
        "the operators * and @, tf.multiply, tf.matmul",
        "a convolution lays the kernel upon every place, and adds up. Which function of tf.nn "
        "does that?",
        rule=stopped_first_with(
            Exception, r"\[1,\d+,\d+,\d+\] vs\. \[3,3|\[3,3,.*\] vs\. \[1,|compatible batch dim"
        ),
    ),
    Mistake(
        "depths_do_not_fit",
        "the kernel does not fit the input: {error_text}{error_line}. Their numbers of channels "
        "differ.",
        "the first two arguments of the convolution",
        "x has its channels last, the kernel counts (height, width, in, out). What comes first in "
        "this function, and is anything transposed?",
        rule=stopped_first_with(Exception, "(?i)filter depth|depth of (the )?(input|filter)"),
    ),
    Mistake(
        "bias_does_not_fit",
        "the bias does not fit what you add it to: {error_text}{error_line}.",
        "the line that adds the bias: what it is added to, and both shapes",
        "the bias has one number for each channel out. Which array has these channels on its last "
        "axis: x, or the result of the convolution?",
        rule=stopped_first_with(
            Exception,
            "as many biases|Biases must be 1D|"
            # An array of three axes or less, beside one of four.
            r"Incompatible shapes: (\[\d+(,\d+){0,2}\] vs|\S+ vs\. \[\d+(,\d+){0,2}\])",
        ),
    ),
)

# --- average_pool(x) ----------------------------------------------------------------------------


def _pool_case(n_H: int, n_W: int, n_C: int, seed: int) -> Case:
    return Case(
        lambda: tuple(activations((1, n_H, n_W, n_C), seed=seed)), size_facts(n_H, n_W, n_C)
    )


_EVEN = 1
"""The case whose height and width are even."""

_POOL_CASES = (
    _pool_case(5, 7, 3, seed=21),
    _pool_case(6, 4, 5, seed=22),
    _pool_case(4, 9, 2, seed=23),
)


def _pooled(ksize: Any = 2, strides: Any = 2, padding: str = "SAME") -> Function:
    return lambda x: tf.nn.avg_pool2d(x, ksize, strides, padding)


def _resized(method: str, antialias: bool = False) -> tuple[Function, ...]:
    """Make wrong poolings that resize the picture, to a size rounded up or down."""

    def to(x: tf.Tensor, more: int) -> tf.Tensor:
        size = [(side + more) // 2 for side in x.shape[1:3]]
        return tf.image.resize(x, size, method, antialias=antialias)

    return (lambda x: to(x, 1)), (lambda x: to(x, 0))


def _sums(x: tf.Tensor) -> tf.Tensor:
    """Add up each 2×2 block; outside there are zeros."""
    n_C = x.shape[-1]
    return tf.nn.depthwise_conv2d(x, tf.ones((2, 2, n_C, 1)), [1, 2, 2, 1], "SAME")


def _summed_over_channels(divisor: int) -> Function:
    """Make a wrong pooling by a convolution with a kernel of ones, which adds up the channels."""

    def pool(x: tf.Tensor) -> tf.Tensor:
        n_C = x.shape[-1]
        return _conv(x, tf.ones((2, 2, n_C, n_C)) / divisor, strides=2)

    return pool


def _reshaped(shape: Callable[[int, int], tuple], axes: tuple[int, ...]) -> Function:
    """Make a wrong pooling by reshape, for even sizes."""
    return lambda x: tf.reduce_mean(
        tf.reshape(x, (1, *shape(*x.shape[1:3]), x.shape[3])), axis=axes
    )


def _in_front(x: tf.Tensor) -> tf.Tensor:
    """Put zeros before the first row and column where these are needed, in place of behind."""
    n_H, n_W = x.shape[1:3]
    return tf.pad(x, [[0, 0], [n_H % 2, 0], [n_W % 2, 0], [0, 0]])


def _even_sizes_only(trials: Trials, expected: Trials) -> bool:
    errors = [trial.error for number, trial in enumerate(trials) if number != _EVEN]
    return right_only_in(_EVEN)(trials, expected) and any(errors)


POOL_MISTAKES = (
    Mistake(
        "unchanged",
        "your function returns x as it came.",
        "the line with `return`",
        "is the average computed and then forgotten?",
        wrong=lambda x: x,
        credit=0.0,
    ),
    Mistake(
        "maximum",
        "you take the largest number of each block; expected the average.",
        "the kind of pooling",
        "what does “max” stand for, and what does the exercise ask for?",
        wrong=(vgg.max_pool, functools.partial(vgg.max_pool, padding="VALID")),
    ),
    Mistake(
        "valid_padding",
        "your result has shape {got_shape}; expected {want_shape}: an odd last row or column is "
        "dropped. The padding is 'VALID', or a size is rounded down.",
        "the argument padding, or //",
        "how many blocks of 2 are needed for 5 rows, if no row may be lost?",
        wrong=_pooled(padding="VALID"),
    ),
    Mistake(
        "stride_one",
        "your result has shape {got_shape}; expected {want_shape}: the window moves by one place, "
        "and should move by two.",
        "the argument strides; some functions take 1 if nothing is said",
        "shall two blocks share a place?",
        wrong=(_pooled(strides=1), _pooled(strides=1, padding="VALID")),
    ),
    Mistake(
        "another_window",
        "the window or its step has another size than 2.",
        "ksize and strides",
        "how many places does one block have, and how far is it to the next?",
        wrong=(
            _pooled(3),
            _pooled(3, 3),
            _pooled(2, 3),
            _pooled(3, 1),
            _pooled(4),
            _pooled(4, 4),
            _pooled(3, padding="VALID"),
            _pooled(3, 3, "VALID"),
        ),
    ),
    Mistake(
        "one_of_four",
        "only one number of each block is taken; the others are skipped.",
        "the slices, or a window of 1",
        "how many numbers does a block of 2×2 have, and where do the others come in?",
        wrong=tuple(
            functools.partial(lambda x, i, j: x[:, i::2, j::2], i=i, j=j)
            for i in (0, 1)
            for j in (0, 1)
        ),
    ),
    Mistake(
        "sum",
        "the numbers of each block are added up, and not divided by how many there are.",
        "what follows the sum",
        "what is the average of 3, 3, 3 and 3? And what does your function make of them?",
        wrong=(_sums, lambda x: 4 * vgg.average_pool(x)),
    ),
    Mistake(
        "wrong_divisor",
        "the sum of each block is divided by a wrong number.",
        "the division",
        "how many numbers does one block have?",
        wrong=(
            lambda x: _sums(x) / 2,
            lambda x: _sums(x) / 8,
            lambda x: _sums(x) / 9,
            lambda x: 2 * vgg.average_pool(x),
            lambda x: vgg.average_pool(x) / 2,
            lambda x: vgg.average_pool(x) / 4,
        ),
    ),
    Mistake(
        "padding_counted",
        "right inside, and too small at an odd edge: zeros from outside the picture are counted as "
        "if they were places.",
        "tf.pad, or a division by 4 everywhere",
        "at an odd edge a block has two places, or one. By which number is its sum to be divided?",
        wrong=lambda x: _sums(x) / 4,
    ),
    Mistake(
        "padded_in_front",
        "the blocks begin one place too early: the padding stands before the first row or column.",
        "the numbers in tf.pad",
        "to which side does 'SAME' add what is missing: before the picture, or behind it?",
        wrong=(
            lambda x: _sums(_in_front(x)) / 4,
            lambda x: _sums(_in_front(x)) / _sums(_in_front(tf.ones_like(x))),
        ),
    ),
    Mistake(
        "padded_by_reflection",
        "right inside, and wrong at an odd edge: there the second-last row or column takes part "
        "once more.",
        "tf.pad and its argument mode",
        "which places lie in the last block, and which of them belong to the picture?",
        wrong=lambda x: vgg.average_pool(
            tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]], "REFLECT")
        ),
    ),
    Mistake(
        "whole_map",
        "your result has shape {got_shape}; expected {want_shape}: the average runs over the whole "
        "activation, not over each block.",
        "reduce_mean, np.mean, or a “global” pooling",
        "how many averages are there, if each block has one of its own?",
        wrong=(
            tf.reduce_mean,
            lambda x: tf.reduce_mean(x, axis=(1, 2)),
            lambda x: tf.reduce_mean(x, axis=(1, 2), keepdims=True),
            lambda x: tf.reduce_mean(x, axis=(0, 1, 2)),
        ),
    ),
    Mistake(
        "whole_rows",
        "your result has shape {got_shape}; expected {want_shape}: whole rows or columns are "
        "averaged.",
        "reduce_mean, and its argument axis",
        "how many places lie in one row, and how many in one row of a block?",
        wrong=tuple(
            functools.partial(tf.reduce_mean, axis=axis, keepdims=keepdims)
            for axis in (1, 2)
            for keepdims in (False, True)
        ),
    ),
    Mistake(
        "one_side_only",
        "your result has shape {got_shape}; expected {want_shape}: only the height or only the "
        "width is halved.",
        "ksize and strides, or a line that halves one of the two sides",
        "a block is two places high and two places wide. Where do both appear?",
        wrong=(
            _pooled((1, 2), (1, 2)),
            _pooled((2, 1), (2, 1)),
            _pooled(2, (1, 2)),
            _pooled(2, (2, 1)),
        ),
    ),
    Mistake(
        "one_side_of_window",
        "the shape is right, but each average is taken of two places, one beside or below the "
        "other, and two of the block are skipped.",
        "ksize, or the slices that are added up",
        "a block is two places high and two places wide. Which of its four do you use?",
        wrong=(_pooled((1, 2), 2), _pooled((2, 1), 2)),
    ),
    Mistake(
        "channels_mixed",
        "different channels are averaged with each other; each should stay for itself.",
        "ksize, a mean over too many axes, or a convolution with a kernel of ones",
        "the channels answer different questions. What would their average mean?",
        wrong=(
            lambda x: tf.reduce_mean(x, axis=-1),
            lambda x: tf.reduce_mean(x, axis=-1, keepdims=True),
            lambda x: tf.reduce_mean(vgg.average_pool(x), axis=-1),
            lambda x: tf.reduce_mean(vgg.average_pool(x), axis=-1, keepdims=True),
            lambda x: tf.repeat(
                tf.reduce_mean(vgg.average_pool(x), axis=-1, keepdims=True), x.shape[-1], axis=-1
            ),
            *(_summed_over_channels(divisor) for divisor in (1, 4)),
        ),
    ),
    Mistake(
        "resized",
        "the picture is resized, and that is another average: where a size is odd, the new places "
        "lie between the blocks.",
        "tf.image.resize",
        "which four numbers does each of your results come from? Try a picture of 5×5.",
        wrong=(
            *_resized("bilinear"),
            *_resized("bilinear", antialias=True),
            *_resized("bicubic"),
            _resized("nearest")[0],
        ),
        # TensorFlow knows no gradient of the method "area".
        rule=stopped_first_with(LookupError, "Resize"),
    ),
    Mistake(
        "reshaped_wrongly",
        "the numbers that are averaged do not lie beside and below each other: a reshape puts "
        "others together.",
        "the shape in your reshape, and the axes of the mean",
        "reshape never reorders. Which axis runs fastest: the channels, the width or the height?",
        wrong=(
            _reshaped(lambda n_H, n_W: (2, n_H // 2, 2, n_W // 2), (1, 3)),
            _reshaped(lambda n_H, n_W: (n_H // 2, n_W // 2, 4), (3,)),
            _reshaped(lambda n_H, n_W: (n_H // 2, n_W // 2, 2, 2), (3, 4)),
            _reshaped(lambda n_H, n_W: (4, n_H // 2, n_W // 2), (1,)),
        ),
    ),
    Mistake(
        "height_and_width_exchanged",
        "height and width have changed places: your result has shape {got_shape}; expected "
        "{want_shape}.",
        "a transpose, or the order of two loops",
        "which axis does the outer one of your loops run over?",
        wrong=lambda x: tf.transpose(vgg.average_pool(x), (0, 2, 1, 3)),
    ),
    Mistake(
        "whole_numbers",
        "numbers are cut down to whole ones on the way.",
        "//, a cast to an integer type, or a rounding",
        "activations are float32. Which of your steps makes integers of them?",
        wrong=(
            lambda x: tf.floor(vgg.average_pool(x)),
            lambda x: tf.floor(_sums(x) / 4),
            lambda x: tf.round(vgg.average_pool(x)),
            lambda x: vgg.average_pool(tf.cast(tf.cast(x, tf.int32), tf.float32)),
            lambda x: vgg.average_pool(tf.round(x)),
        ),
    ),
    Mistake(
        "twice",
        "your result has shape {got_shape}; expected {want_shape}: the pooling is done twice.",
        "how often your function pools",
        "by how much does one pooling make each side smaller?",
        wrong=lambda x: vgg.average_pool(vgg.average_pool(x)),
    ),
    Mistake(
        "relu_too",
        "the average is right, and a ReLU comes along: negative numbers are lost.",
        "relu or maximum in your function",
        "does the average of −1 and −3 have to be positive?",
        wrong=(
            lambda x: tf.nn.relu(vgg.average_pool(x)),
            lambda x: vgg.average_pool(tf.nn.relu(x)),
        ),
    ),
    Mistake(
        "no_batch_axis",
        "your result has shape {got_shape}; expected {want_shape}: the first axis is lost.",
        "[0], tf.squeeze, or a reshape",
        "the first axis counts the pictures, one here. Which shape does the next layer want?",
        wrong=(
            lambda x: vgg.average_pool(x)[0],
            lambda x: tf.nn.avg_pool(x[0], 2, 2, "SAME"),
        ),
    ),
    *CALL_MISTAKES,
    Mistake(
        "window_over_channels",
        "your window reaches over the pictures or the channels as well{error_line}.",
        "ksize and strides: four numbers stand for (picture, height, width, channel)",
        "over which of these four does a block of 2×2 reach?",
        rule=stopped_first_with(Exception, "(?i)pooling (is not|supports|requires)"),
    ),
    Mistake(
        "even_sizes_only",
        "right where height and width are even; where one is odd, your function stops: "
        "{error_text}{error_line}.",
        "the last row and the last column",
        "5 rows make two blocks, and one row is left over. What becomes of it in your function?",
        rule=_even_sizes_only,
    ),
    Mistake(
        "odd_edge",
        "right where height and width are even, and wrong where one is odd: the last row or column "
        "is not treated as it should be.",
        "the last row and the last column",
        "5 rows make two blocks, and one row is left over. Which average does 'SAME' take of it?",
        rule=right_only_in(_EVEN),
    ),
)

EXERCISES = (
    Exercise(
        "conv_relu",
        vgg.conv_relu,
        _CONV_CASES,
        CONV_MISTAKES,
        _observe_layer,
        todo="lay the kernel upon every place of x, add the bias, and apply the ReLU.",
        points=6,
    ),
    Exercise(
        "average_pool",
        vgg.average_pool,
        _POOL_CASES,
        POOL_MISTAKES,
        _observe_layer,
        todo="take the average of every block of 2×2 places, and keep an odd last row and column.",
    ),
)
