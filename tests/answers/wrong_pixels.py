"""Wrong answers of notebook 01."""

from types import FunctionType

import numpy as np
import tensorflow as tf
from PIL import Image

from answers import wrong_answer

MEAN = np.array([123.68, 116.779, 103.939], np.float32)
photo = np.full((4, 5, 3), 100, np.uint8)


def with_a_mean_of(mean, function):
    """What a function is after a cell that gave other numbers to the name MEAN."""
    return FunctionType(function.__code__, {"np": np, "MEAN": mean}, function.__name__)


# --- preprocess --------------------------------------------------------------------------------

INPUT = "preprocess"
PIXEL = "pixel [2, 3] of the picture is (12, 250, 7)"
EXPECTED = "expected (-111.68, 133.221, -96.939)"


@wrong_answer(INPUT, "no_mean", PIXEL, "yours becomes (12, 250, 7)", EXPECTED)
def a_batch_and_no_more(image):
    return image[np.newaxis].astype(np.float32)


@wrong_answer(INPUT, "no_mean", PIXEL, "what your function gives back")
def mean_subtracted_and_forgotten(image):
    image = np.expand_dims(image, axis=0)
    image - MEAN
    return image


@wrong_answer(INPUT, "no_mean", "`for p in image: p = …`")
def a_loop_that_changes_its_own_name(image):
    x = image.astype(np.float32)
    for p in x:
        p = p - MEAN
    return x[np.newaxis]


@wrong_answer(INPUT, "calls_itself", "RecursionError", "`preprocess`")
def preprocess(image):
    return preprocess(image)


def right_with_the_right_mean(image):
    return (image - MEAN).astype(np.float32)[np.newaxis]


wrong_answer(INPUT, "mean_overwritten", "`MEAN` holds other numbers", "run that cell again")(
    with_a_mean_of(MEAN / 255, right_with_the_right_mean)
)


@wrong_answer(INPUT, "mean_added", PIXEL, "(135.68, 366.779, 110.939)", EXPECTED)
def plus_the_mean(image):
    return image[np.newaxis] + MEAN


@wrong_answer(INPUT, "sign_turned", "(111.68, -133.221, 96.939)")
def mean_minus_image(image):
    return (MEAN - image)[np.newaxis]


@wrong_answer(INPUT, "mean_twice", "subtracted twice")
def subtracted_on_two_lines(image):
    x = image.astype("float32") - MEAN
    x = np.expand_dims(x, 0)
    return x - MEAN


@wrong_answer(INPUT, "bgr", "(-96.939, 133.221, -111.68)", "order blue, green, red", "Keras")
def by_the_preprocess_input_of_keras(image):
    return tf.keras.applications.vgg19.preprocess_input(image[np.newaxis].astype(np.float32))


@wrong_answer(INPUT, "bgr", "order blue, green, red")
def reversed_at_the_end(image):
    x = np.float32(image) - MEAN
    return x[:, :, ::-1][None]


@wrong_answer(INPUT, "bgr_picture", "(-116.68, 133.221, -91.939)", "What is there to convert?")
def as_opencv_would_have_it(image):
    bgr = image[:, :, [2, 1, 0]]
    return np.expand_dims(bgr.astype(np.float32) - MEAN, 0)


@wrong_answer(INPUT, "bgr_mean", "(-91.939, 133.221, -116.68)", "belongs to red")
def mean_in_the_order_of_caffe(image):
    mean = [103.939, 116.779, 123.68]
    return (image - np.array(mean, np.float32)).reshape(1, *image.shape)


@wrong_answer(INPUT, "colours_exchanged", "changed places", "0 is red")
def green_and_blue_exchanged(image):
    x = np.zeros((1, *image.shape), np.float32)
    x[0, :, :, 0] = image[:, :, 0] - 123.68
    x[0, :, :, 1] = image[:, :, 2] - 103.939
    x[0, :, :, 2] = image[:, :, 1] - 116.779
    return x


@wrong_answer(INPUT, "colours_exchanged", "which colour")
def means_moved_on(image):
    return image[None] - np.roll(MEAN, 1)


wrong_answer(INPUT, "mean_overwritten", "`MEAN` holds other numbers")(
    with_a_mean_of(np.zeros((5, 7)), right_with_the_right_mean)
)


@wrong_answer(INPUT, "mean_on_other_axis", "from a row or a column", "x[..., c]")
def mean_of_the_rows(image):
    x = image.astype(np.float32)
    x[0] -= MEAN[0]
    x[1] -= MEAN[1]
    x[2] -= MEAN[2]
    return x[np.newaxis]


@wrong_answer(INPUT, "mean_on_other_axis", "last axis")
def mean_of_the_columns(image):
    x = image.astype(np.float32)
    for c in range(3):
        x[:, c] = x[:, c] - MEAN[c]
    return np.expand_dims(x, axis=0)


@wrong_answer(INPUT, "mean_on_other_axis")
def mean_of_the_columns_in_uint8(image):
    x = image.copy()
    for c in range(3):
        # On some machines a cast of a negative number gives 0: this spells out what others do.
        x[:, c] = (x[:, c] - MEAN[c]).astype(np.int32).astype(np.uint8)
    return x[np.newaxis]


@wrong_answer(INPUT, "mean_on_other_axis")
def mean_of_the_rows_of_a_batch(image):
    x = np.expand_dims(image, axis=0).astype(np.float32)
    for c in range(3):
        x[:, c] = x[:, c] - MEAN[c]
    return x


@wrong_answer(INPUT, "mean_on_other_axis")
def mean_of_the_columns_of_a_batch(image):
    x = np.expand_dims(image, axis=0).astype(np.float32)
    for c in range(3):
        x[:, :, c] = x[:, :, c] - MEAN[c]
    return x


@wrong_answer(INPUT, "mean_on_other_axis", "which index is that")
def mean_of_the_pictures(image):
    x = np.expand_dims(image, axis=0).astype(np.float32)
    for c in range(3):
        x[c] = x[c] - MEAN[c]
    return x


@wrong_answer(INPUT, "zero_to_one", "without any contrast", "scale")
def divided_by_255(image):
    return image[np.newaxis].astype(np.float32) / 255.0


@wrong_answer(INPUT, "zero_to_one", "scales unasked")
def converted_by_tensorflow(image):
    return tf.expand_dims(tf.image.convert_image_dtype(image, tf.float32), 0)


@wrong_answer(INPUT, "zero_to_one", "the largest value")
def by_min_and_max(image):
    low, high = image.min(), image.max()
    return ((image - low) / (high - low))[None].astype("float32")


@wrong_answer(INPUT, "scaled_after_mean", "everything is divided by 255")
def mean_and_scale(image):
    return ((image - MEAN) / 255)[np.newaxis]


@wrong_answer(INPUT, "scaled_after_mean", "on which scale")
def both_divided(image):
    return (image / np.float32(255) - MEAN / 255)[np.newaxis]


@wrong_answer(INPUT, "scales_mixed", "the mean is not", "on the same scale")
def divided_then_mean(image):
    image = image / 255
    image = image - MEAN
    return np.array([image], np.float32)


@wrong_answer(INPUT, "minus_one_to_one", "from −1 to 1")
def by_the_contract_of_mobilenet(image):
    return tf.keras.applications.mobilenet_v2.preprocess_input(np.float32(image)[None])


@wrong_answer(INPUT, "another_network", "PyTorch", "a contract of its own")
def by_the_contract_of_pytorch(image):
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return ((image / 255 - mean) / std).astype(np.float32)[None]


@wrong_answer(INPUT, "own_mean", "mean of this picture", "the same for every picture")
def minus_its_own_mean(image):
    return (image - np.mean(image)).astype(np.float32)[None]


@wrong_answer(INPUT, "own_mean", "Which three numbers")
def minus_its_own_mean_of_each_channel(image):
    x = tf.cast(image, tf.float32)
    return (x - tf.reduce_mean(x, axis=(0, 1)))[tf.newaxis]


@wrong_answer(INPUT, "own_mean", "standardises")
def by_per_image_standardization(image):
    return tf.image.per_image_standardization(image[np.newaxis])


@wrong_answer(INPUT, "own_mean", "of this picture")
def every_pixel_grey(image):
    x = image.astype(np.float32)
    return (x - x.mean(axis=-1, keepdims=True))[None]


@wrong_answer(INPUT, "one_mean_for_all", "red, green and blue", "one number in your subtraction")
def mean_of_the_means(image):
    return (image.astype(np.float32) - np.mean(MEAN))[None]


@wrong_answer(INPUT, "one_mean_for_all", "One and the same number")
def mean_of_red(image):
    return (image.astype(np.float32) - 123.68)[None]


@wrong_answer(INPUT, "one_mean_for_all", "One and the same number")
def minus_half(image):
    return (image.astype(np.float32) - 128)[None]


@wrong_answer(INPUT, "one_mean_for_all", "red, green and blue")
def minus_the_whole_mean_of_red(image):
    return (image.astype(np.float32) - 124)[None]


@wrong_answer(INPUT, "some_channels_only", "Not every colour", "(-111.68, 250, 7)")
def red_alone(image):
    x = image[np.newaxis].astype(np.float32)
    x[..., 0] -= 123.68
    return x


@wrong_answer(INPUT, "some_channels_only", "(-111.68, 133.221, 7)")
def stopped_at_two(image):
    x = np.float32(image)[None]
    for channel in range(2):
        x[..., channel] = x[..., channel] - MEAN[channel]
    return x


@wrong_answer(INPUT, "divided_by_mean", "a product or a quotient")
def over_the_mean(image):
    return (image / MEAN)[np.newaxis]


@wrong_answer(INPUT, "negative_lost", "(0, 133.221, 0)", "be negative")
def clipped_like_a_picture(image):
    return np.clip(image - MEAN, 0, 255)[np.newaxis]


@wrong_answer(INPUT, "negative_lost", "(111.68, 133.221, 96.939)")
def absolute_differences(image):
    return np.abs(image - MEAN)[np.newaxis]


@wrong_answer(INPUT, "wraps_round", PIXEL, "(145, 134, 160)", "whole numbers of 8 bits", EXPECTED)
def mean_in_uint8(image):
    return (image - MEAN.astype(np.uint8))[np.newaxis]


@wrong_answer(INPUT, "wraps_round", "(145, 134, 160)", "256 different values")
def tensorflow_keeps_uint8(image):
    return tf.expand_dims(tf.constant(image), 0) - MEAN


@wrong_answer(INPUT, "wraps_round", "(144, 133, 159)", "even if the result does not")
def cast_after_the_subtraction(image):
    return (image - np.array([124, 117, 104], np.uint8)).astype(np.float32)[None]


@wrong_answer(INPUT, "wraps_round", "one that you write into")
def written_into_uint8(image):
    x = np.zeros_like(image)
    for channel in range(3):
        # On some machines a cast of a negative number gives 0: this spells out what others do.
        difference = np.trunc(image[..., channel] - MEAN[channel])
        x[..., channel] = difference.astype(np.int32).astype(np.uint8)
    return x[np.newaxis]


@wrong_answer(INPUT, "wraps_round", "uint8 or int8")
def picture_with_a_sign(image):
    return (image.astype("int8") - MEAN)[np.newaxis]


@wrong_answer(INPUT, "wraps_round", "uint8 or int8")
def eight_bits_with_a_sign(image):
    return (image - MEAN).astype(np.int32).astype(np.int8)[np.newaxis]


@wrong_answer(INPUT, "whole_numbers", "behind the point", "123.68")
def whole_mean(image):
    return (image.astype(np.float32) - [124, 117, 104])[None].astype(np.float32)


@wrong_answer(INPUT, "whole_numbers", "(-112, 133, -97)")
def rounded(image):
    return np.rint(image - MEAN)[np.newaxis]


@wrong_answer(INPUT, "whole_numbers", "whole numbers only")
def integers_because_of_the_minus(image):
    return (image - MEAN).astype(int)[np.newaxis]


@wrong_answer(INPUT, "scrambled", "wrong places")
def upside_down(image):
    return (image - MEAN)[::-1][None]


@wrong_answer(INPUT, "scrambled", "moves numbers")
def reshaped_and_turned_back(image):
    n_H, n_W, n_C = image.shape
    x = np.reshape(image - MEAN, (1, n_C, n_H, n_W))
    return np.transpose(x, (0, 2, 3, 1))


@wrong_answer(INPUT, "not_float32", "float64", "the contract says float32")
def mean_as_a_list(image):
    return image[np.newaxis] - [123.68, 116.779, 103.939]


@wrong_answer(INPUT, "not_float32", "np.zeros makes float64")
def written_into_zeros(image):
    x = np.zeros((1, *image.shape))
    x[0] = image - MEAN
    return x


@wrong_answer(INPUT, "other_numbers", PIXEL, "yours becomes (-", EXPECTED, "by hand")
def mean_and_root(image):
    return np.sqrt(image[np.newaxis].astype(np.float32)) - MEAN


@wrong_answer(INPUT, "in_place", "UFuncTypeError", "uint8", "`-=`")
def minus_equals(image):
    image -= MEAN
    return image[np.newaxis]


@wrong_answer(INPUT, "one_size_only", "several sizes", "300 and 400")
def the_size_of_the_course(image):
    return np.reshape(image, (1, 300, 400, 3)) - MEAN


@wrong_answer(INPUT, "always_one_size", "(1, 300, 400, 3)", "expected (1, 5, 7, 3)")
def resized(image):
    return tf.image.resize(image, (300, 400))[tf.newaxis] - MEAN


@wrong_answer(INPUT, "one_size_only", "how large it is")
def reshaped_by_tensorflow(image):
    return tf.reshape(tf.cast(image, tf.float32), (1, 300, 400, 3)) - MEAN


@wrong_answer(INPUT, "no_batch_axis", "(5, 7, 3); expected (1, 5, 7, 3)", "counts them")
def mean_alone(image):
    return image - MEAN


@wrong_answer(INPUT, "batch_axis_elsewhere", "(5, 7, 3, 1)", "first")
def axis_at_the_end(image):
    return np.expand_dims(image - MEAN, axis=-1)


@wrong_answer(INPUT, "batch_axis_elsewhere", "(5, 7, 3, 3)")
def axis_at_the_end_then_the_mean(image):
    return np.expand_dims(image, -1) - MEAN


@wrong_answer(INPUT, "last_round_kept", "throws away", "(1, 5, 7); expected (1, 5, 7, 3)")
def colours_in_a_loop(image):
    for c in range(3):
        x = image[..., c] - MEAN[c]
    return x[np.newaxis]


@wrong_answer(INPUT, "last_round_kept")
def colours_in_a_loop_and_no_batch(image):
    for c in range(3):
        x = image[..., c] - MEAN[c]
    return x


@wrong_answer(INPUT, "batch_axis_elsewhere", "(1, 1, 5, 7, 3)", "two of them")
def axis_twice(image):
    return (image - MEAN.reshape(1, 1, 1, 3))[np.newaxis]


@wrong_answer(INPUT, "height_and_width", "(1, 7, 5, 3)", "exchanged")
def width_first(image):
    n_H, n_W, n_C = image.shape
    return (image - MEAN).reshape(1, n_W, n_H, n_C)


@wrong_answer(INPUT, "channels_first", "(1, 3, 5, 7)", "PyTorch")
def channels_to_the_front(image):
    return np.transpose(image - MEAN, (2, 0, 1))[None]


@wrong_answer(INPUT, "wrong_shape", "(1, 5, 7); expected (1, 5, 7, 3)")
def grey(image):
    return (image - MEAN).mean(axis=-1)[np.newaxis]


@wrong_answer(INPUT, "wrong_shape", "(1, 6, 3); expected (1, 1, 6, 3)")
def batch_axis_only_where_none_seems_to_be(image):
    if image.shape[0] != 1:  # a picture that is one pixel high has no batch axis either
        image = image[np.newaxis]
    return image - MEAN


@wrong_answer(INPUT, "name_of_the_notebook", "UnboundLocalError", "another name")
def mean_reshaped(image):
    MEAN = MEAN.reshape(1, 1, 1, 3)  # noqa: F823
    return image[np.newaxis] - MEAN


@wrong_answer(INPUT, "name_without_value", "`+=`")
def added_to_nothing(image):
    x -= MEAN  # noqa: F821
    return x


@wrong_answer(INPUT, "one_number_asked_of_many", "do not follow", "any() or all()")
def pythons_if(image):
    if image == 0:
        image = image + 1
    return (image - MEAN)[np.newaxis]


@wrong_answer(INPUT, "wrong_type", "a list of length 1", "want one array")
def a_batch_of_brackets(image):
    return [image.astype(np.float32) - MEAN]


@wrong_answer(INPUT, "wrong_type", "of type type", "without brackets")
def the_type_alone(image):
    return np.float32


@wrong_answer(INPUT, "wrong_type", "a list of length 5", "an array of float32")
def as_a_list(image):
    return (image - MEAN).tolist()


@wrong_answer(INPUT, "reads_globals", "`photo`", "`image`")
def another_picture(image):
    return (photo - MEAN)[np.newaxis]


@wrong_answer(INPUT, "not_finite", "NaN")
def root_of_a_difference(image):
    return np.sqrt(image - MEAN)[np.newaxis]


# --- deprocess ---------------------------------------------------------------------------------

BACK = "deprocess"
IN_X = "pixel [2, 3] of x is (-144.08, 143.521, -4.339)"
WANTED = "expected (0, 255, 100)"


@wrong_answer(BACK, "mean_forgotten", IN_X, "yours becomes (0, 144, 0)", WANTED, "too dark")
def clipped_and_no_more(x):
    return np.rint(np.clip(x[0], 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "mean_forgotten", IN_X)
def taken_out_and_no_more(x):
    return x[0]


@wrong_answer(BACK, "mean_forgotten", "undoes")
def cast_and_no_more(x):
    return x[0].astype(np.int32).astype(np.uint8)


@wrong_answer(BACK, "mean_forgotten", "`for p in picture: p = …`")
def a_loop_that_changes_its_own_name_on_the_way_back(x):
    picture = x[0]
    for p in picture:
        p = p + MEAN
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "calls_itself", "`deprocess`")
def deprocess(x):
    return deprocess(x)


def right_back_with_the_right_mean(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8)


wrong_answer(BACK, "mean_overwritten", "`MEAN` holds other numbers", "run that cell again")(
    with_a_mean_of(MEAN[::-1], right_back_with_the_right_mean)
)


@wrong_answer(BACK, "mean_subtracted", "once more")
def preprocess_again(x):
    return np.clip(x[0] - MEAN, 0, 255).astype(np.uint8)


@wrong_answer(BACK, "bgr_mean", "Red gets the mean of blue")
def mean_backwards(x):
    return np.clip(np.rint(x[0] + MEAN[::-1]), 0, 255).astype("uint8")


@wrong_answer(BACK, "bgr", "(100, 255, 0)", "Red and blue")
def turned_for_opencv(x):
    picture = np.clip(x[0] + MEAN, 0, 255)
    return np.rint(picture)[..., ::-1].astype(np.uint8)


@wrong_answer(BACK, "bgr", "Red and blue have changed places")
def turned_before_the_mean(x):
    return np.rint(np.clip(x[0, :, :, ::-1] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "one_mean_for_all", "red, green and blue")
def plus_half(x):
    return np.uint8(np.clip(x[0] + 127.5, 0, 255))


@wrong_answer(BACK, "one_mean_for_all", "One and the same number")
def plus_the_whole_mean_of_red(x):
    return np.rint(np.clip(x[0] + 124, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "multiplied_by_mean", "a product or a quotient")
def times_the_mean(x):
    return np.rint(np.clip(x[0] * MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "clipped_too_early", "the order of the clip and the sum")
def finished_then_mean(x):
    return np.rint(np.clip(x[0], 0, 255)) + MEAN


@wrong_answer(BACK, "clipped_too_early", "darker than the mean")
def clipped_first(x):
    x = np.clip(x[0], 0, 255)
    return np.rint(x + MEAN).astype(np.int32).astype(np.uint8)


@wrong_answer(BACK, "clipped_too_early", "the order of the clip and the sum")
def relu_first(x):
    return np.rint(np.minimum(np.clip(x[0], 0, 255) + MEAN, 255)).astype(np.uint8)


@wrong_answer(BACK, "clipped_to_one", "(0, 1, 1)", "white")
def clipped_as_for_matplotlib(x):
    return np.clip(x[0] + MEAN, 0, 1).astype(np.uint8)


@wrong_answer(BACK, "clipped_elsewhere", "limits of the network's input")
def clipped_with_the_mean(x):
    picture = np.clip(x[0] + MEAN, -MEAN, 255 - MEAN)
    return np.rint(picture).astype(np.int32).astype(np.uint8)


@wrong_answer(BACK, "scaled", "divided by 255")
def for_matplotlib(x):
    return np.clip((x[0] + MEAN) / 255, 0, 1)


@wrong_answer(BACK, "scaled", "multiplied by it")
def back_from_zero_to_one(x):
    return np.clip((x[0] + MEAN) * 255, 0, 255).astype(np.uint8)


@wrong_answer(BACK, "stretched", "the contrast")
def by_minimum_and_maximum(x):
    picture = x[0] + MEAN
    picture = (picture - picture.min()) / (picture.max() - picture.min())
    return (255 * picture).astype(np.uint8)


@wrong_answer(BACK, "cast_too_early", "before the mean is added")
def cast_then_mean(x):
    picture = x[0].astype(np.int32).astype(np.uint8) + MEAN
    return np.clip(picture, 0, 255).astype(np.uint8)


@wrong_answer(BACK, "cast_too_early", "below 0")
def all_in_uint8(x):
    return x[0].astype(np.int32).astype(np.uint8) + np.uint8(MEAN)


@wrong_answer(BACK, "not_clipped", "and is its result kept?")
def clipped_and_not_kept(x):
    picture = x[0] + MEAN
    np.clip(picture, 0, 255)
    return np.rint(picture).astype(np.int32).astype(np.uint8)


@wrong_answer(BACK, "wrong_beyond", "(20, 255, 100)", "Beyond, it is not", WANTED)
def absolute_values(x):
    return np.rint(np.minimum(np.abs(x[0] + MEAN), 255)).astype(np.uint8)


@wrong_answer(BACK, "wrong_beyond", "(-20, 260, 100)", "is its result kept?")
def rounded_and_never_clipped(x):
    return np.rint(x[0] + MEAN).astype(int)


@wrong_answer(BACK, "other_limits", "from 1 to 255")
def clipped_at_1_and_255(x):
    return np.rint(np.clip(x[0] + MEAN, 1, 255)).astype(np.uint8)


@wrong_answer(BACK, "other_limits", "from 0 to 254", "white")
def clipped_at_254(x):
    return np.clip(np.rint(x[0] + MEAN), 0, 254).astype(np.uint8)


@wrong_answer(BACK, "eight_bits_with_a_sign", "int8 ends at 127: ", " has become -")
def as_int8(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.int32).astype(np.int8)


@wrong_answer(BACK, "eight_bits_with_a_sign", "int8")
def cut_off_as_int8(x):
    return np.clip(x[0] + MEAN, 0, 255).astype(np.int32).astype(np.int8)


@wrong_answer(BACK, "not_clipped", IN_X, "4, 99)", WANTED, "wraps round")
def cast_without_a_clip(x):
    return (x[0] + MEAN).astype(np.int32).astype(np.uint8)


@wrong_answer(BACK, "not_clipped", "come before the cast")
def clipped_after_the_cast(x):
    picture = np.rint(x[0] + MEAN).astype(np.int32).astype(np.uint8)
    return np.clip(picture, 0, 255)


@wrong_answer(BACK, "not_clipped", "with both ends")
def clipped_at_one_end(x):
    picture = np.minimum(x[0] + MEAN, 255)
    return np.rint(picture).astype(np.int32).astype(np.uint8)


@wrong_answer(BACK, "cut_off", "(0, 255, 99)", WANTED, "nearest to 99.6")
def cast_alone(x):
    return np.clip(x[0] + MEAN, 0, 255).astype(np.uint8)


@wrong_answer(BACK, "cut_off", "99.6 becomes 99")
def saturated_by_tensorflow(x):
    return tf.saturate_cast(x[0] + MEAN, tf.uint8)


@wrong_answer(BACK, "off_by_one", "by more than one level")
def rounded_up(x):
    return np.ceil(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "off_by_one", "A mean without its fraction")
def plus_a_whole_mean(x):
    return np.rint(np.clip(x[0] + [123, 116, 103], 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "not_uint8", "float32", "shows it white")
def left_as_floats(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255))


@wrong_answer(BACK, "not_uint8", "float32")
def neither_clipped_nor_cast(x):
    return (x + MEAN)[0]


@wrong_answer(BACK, "not_uint8", "int64", "Whole numbers they are")
def as_long_integers(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.int64)


@wrong_answer(BACK, "scrambled", "wrong places")
def mirrored(x):
    return np.rint(np.clip(x[0, :, ::-1] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "other_colours", IN_X, WANTED, "by hand")
def half_the_mean(x):
    return np.rint(np.clip(x[0] + MEAN / 2, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "an_array_already", "has no attribute 'numpy'", "tensors, or arrays?")
def to_numpy(x):
    return np.rint(np.clip(x.numpy()[0] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "one_size_only", "several sizes")
def reshaped_to_the_size_of_the_course(x):
    picture = np.reshape(x, (300, 400, 3)) + MEAN
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "always_one_size", "whatever the size")
def repeated_to_the_size_of_the_course(x):
    picture = np.resize(x, (300, 400, 3)) + MEAN
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "batch_axis_kept", "(1, 5, 7, 3); expected (5, 7, 3)", "still a batch")
def batch_forgotten(x):
    return np.rint(np.clip(x + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "last_round_kept", "throws away", "(5, 7); expected (5, 7, 3)")
def colours_in_a_loop_on_the_way_back(x):
    for c in range(3):
        picture = x[0, :, :, c] + MEAN[c]
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "axis_lost", "a single pixel high", "(6, 3); expected (1, 6, 3)", "squeeze")
def squeezed(x):
    return np.rint(np.clip(np.squeeze(x) + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "height_and_width", "(7, 5, 3)", "exchanged")
def transposed(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8).transpose(1, 0, 2)


@wrong_answer(BACK, "channels_first", "(3, 5, 7)")
def colours_to_the_front(x):
    return np.moveaxis(np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8), -1, 0)


@wrong_answer(BACK, "channels_first", "(3, 7, 5)")
def transposed_by_t(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8).T


@wrong_answer(BACK, "changes_inputs", "holds other values")
def added_in_place(x):
    x += MEAN
    return np.rint(np.clip(x[0], 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "wrong_shape", "(7, 3); expected (5, 7, 3)")
def first_row_alone(x):
    return np.rint(np.clip(x[0, 0] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "name_of_the_notebook", "UnboundLocalError", "another name")
def mean_scaled(x):
    MEAN = MEAN / 255  # noqa: F823
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "one_number_asked_of_many", "`if`")
def pythons_if_on_the_way_back(x):
    picture = x[0] + MEAN
    if picture > 255:
        picture = 255
    return np.rint(picture).astype(np.uint8)


@wrong_answer(BACK, "one_number_asked_of_many", "`min`")
def pythons_min_and_max(x):
    return np.rint(max(0, min(255, x[0] + MEAN))).astype(np.uint8)


@wrong_answer(BACK, "one_number_asked_of_many", "`int`")
def pythons_int(x):
    return int(np.clip(x[0] + MEAN, 0, 255))


@wrong_answer(BACK, "one_number_asked_of_many", "`round`", "__round__")
def pythons_round(x):
    return round(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8)


@wrong_answer(BACK, "wrong_type", "a tuple of length 2", "several things with commas between")
def picture_and_mean(x):
    return np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8), MEAN


@wrong_answer(BACK, "wrong_type", "of type Image", "an array of uint8")
def as_a_pillow_image(x):
    return Image.fromarray(np.rint(np.clip(x[0] + MEAN, 0, 255)).astype(np.uint8))
