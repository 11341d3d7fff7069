"""Wrong answers of notebook 00."""

# Beginners compute what they then forget.
# ruff: noqa: F841

import numpy as np

from answers import wrong_answer

NAME = "brighten"

# What the other cells of a notebook hold.
photo = np.full((4, 5, 3), 100, np.uint8)
amount = 60
counter = 0
picture = None
seen = []
painted = np.zeros((2, 3), np.uint8)


@wrong_answer(NAME, "changes_its_input", "changes the picture that it is given", "`+=`")
def in_place(image, amount):
    image += amount
    return image


@wrong_answer(NAME, "changes_its_input", "which of your lines makes a new array?")
def in_place_and_nothing_returned(image, amount):
    image[:] = np.clip(image.astype(int) + amount, 0, 255)


@wrong_answer(NAME, "changes_its_input", "a second name for the same picture")
def a_second_name(image, amount):
    new = image
    new[:] = np.minimum(new, 255 - amount) + amount
    return new


@wrong_answer(NAME, "changes_its_input")
def right_but_the_argument_is_spoilt(image, amount):
    bright = np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
    image[:] = 0
    return bright


@wrong_answer(NAME, "changes_its_input")
def by_out(image, amount):
    return np.clip(image + np.float32(amount), 0, 255, out=image, casting="unsafe")


@wrong_answer(NAME, "changes_the_notebook", "`picture`", "`global`")
def by_a_global(image, amount):
    global picture
    picture = np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
    return picture


@wrong_answer(NAME, "changes_the_notebook", "`counter`")
def counts_its_calls(image, amount):
    global counter
    counter = counter + 1
    return np.clip(image.astype(int) + counter * amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "changes_the_notebook", "adds to `seen`, a list of the notebook")
def keeps_what_it_saw(image, amount):
    seen.append(image)
    bright = np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
    return bright


@wrong_answer(NAME, "changes_the_notebook", "changes `painted`, an array of the notebook")
def paints_elsewhere(image, amount):
    painted[0, 0] += 1
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "remembers", "two different pictures", "the line with `def`")
def mutable_default(image, amount, kept=[]):  # noqa: B006
    kept.append(amount)
    return np.clip(image.astype(int) + sum(kept), 0, 255).astype(np.uint8)


_kept = {}


@wrong_answer(NAME, "changes_the_notebook", "`_kept`, a dictionary of the notebook")
def remembers_the_last_picture(image, amount):
    start = _kept.get(image.shape, image)
    _kept[image.shape] = np.clip(start.astype(int) + amount, 0, 255).astype(np.uint8)
    return _kept[image.shape]


_canvases = {}


@wrong_answer(NAME, "changes_the_notebook", "`_canvases`")
def paints_on_the_same_canvas(image, amount):
    canvas = _canvases.setdefault(image.shape, image.copy())
    canvas[:] = np.minimum(canvas, 255 - amount) + amount
    return canvas


@wrong_answer(NAME, "remembers", "random")
def by_chance(image, amount):
    noise = np.random.default_rng().integers(0, amount, image.shape)
    return np.clip(image.astype(int) + noise, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "unchanged", "as it came", "`return`")
def the_other_name_returned(image, amount):
    bright = np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
    return image


@wrong_answer(NAME, "unchanged")
def a_copy_and_no_more(image, amount):
    return image.copy()


@wrong_answer(NAME, "unchanged", "`for p in image: p = …`")
def a_loop_that_changes_its_own_name(image, amount):
    for p in image:
        p = np.clip(p.astype(int) + amount, 0, 255)
    return image


@wrong_answer(NAME, "calls_itself", "RecursionError", "`brighten`")
def brighten(image, amount):
    return brighten(image, amount)


@wrong_answer(NAME, "darker", "it is darker", "sign")
def minus(image, amount):
    return np.clip(image.astype(int) - amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "darker")
def minus_in_uint8(image, amount):
    return image - amount


@wrong_answer(NAME, "wraps_round", "ends at 255", "starts again at 0", "at position")
def in_uint8(image, amount):
    return image + amount


@wrong_answer(NAME, "wraps_round", "cannot be mended later")
def clipped_too_late(image, amount):
    return np.clip(image + amount, 0, 255)


@wrong_answer(NAME, "wraps_round")
def clipped_too_early(image, amount):
    return np.minimum(image, 255) + amount


@wrong_answer(NAME, "wraps_round")
def never_clipped_and_cast(image, amount):
    bright = image.astype(int) + amount
    return bright.astype(np.uint8)


@wrong_answer(NAME, "wraps_round")
def the_result_of_astype_forgotten(image, amount):
    image.astype(int)
    bright = np.clip(image + amount, 0, 255).astype(np.uint8)
    return bright


@wrong_answer(NAME, "wraps_round", "is its result kept")
def clipped_and_not_kept_then_cast(image, amount):
    bright = image.astype(int) + amount
    np.clip(bright, 0, 255)
    return bright.astype(np.uint8)


@wrong_answer(NAME, "wraps_round", "a limit above 255")
def clipped_at_256(image, amount):
    return np.clip(image.astype(int) + amount, 0, 256).astype(np.uint8)


@wrong_answer(NAME, "not_clipped", "No screen shows more than 255")
def without_a_limit(image, amount):
    return image.astype(int) + amount


@wrong_answer(NAME, "not_clipped", "is the clip there, and is its result kept?")
def clipped_and_not_kept(image, amount):
    bright = image.astype(int) + amount
    np.clip(bright, 0, 255)
    return bright


@wrong_answer(NAME, "not_clipped")
def floats_without_a_limit(image, amount):
    return image + float(amount)


@wrong_answer(NAME, "eight_bits_with_a_sign", "int8 ends at 127: ", " has become -")
def as_int8(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.int8)


@wrong_answer(NAME, "not_uint8", "type int64", "type uint8", "the numbers are right")
def left_as_int(image, amount):
    return np.clip(image.astype(np.int64) + amount, 0, 255)


@wrong_answer(NAME, "not_uint8", "float32")
def left_as_float(image, amount):
    return np.minimum(image.astype(np.float32) + amount, 255)


@wrong_answer(NAME, "scaled_to_1", "from 0 to 1")
def between_0_and_1(image, amount):
    return np.clip(image / 255 + amount / 255, 0, 1)


@wrong_answer(NAME, "scaled_to_1")
def divided_and_forgotten(image, amount):
    bright = image / 255
    return bright + amount / 255


@wrong_answer(NAME, "larger_one_wins", "dark pixels come out white")
def maximum_for_minimum(image, amount):
    return np.maximum(image.astype(int) + amount, 255).astype(np.uint8)


@wrong_answer(NAME, "larger_one_wins")
def where_the_wrong_way_round(image, amount):
    bright = image.astype(int) + amount
    return np.where(bright > 255, bright, 255)


@wrong_answer(NAME, "every_pixel_the_same", "is 255")
def maximum_in_uint8(image, amount):
    return np.maximum(image + amount, 255)


@wrong_answer(NAME, "every_pixel_the_same", "is 0", "their order")
def limits_in_the_wrong_order(image, amount):
    return np.clip(image.astype(int) + amount, 255, 0).astype(np.uint8)


@wrong_answer(NAME, "only_its_shape", "are all the same number", "np.zeros")
def the_amount_and_no_picture(image, amount):
    return (np.zeros(image.shape) + amount).astype(np.uint8)


@wrong_answer(NAME, "other_numbers", "40, 140 and 255", "by hand")
def remainder_of_255(image, amount):
    return ((image.astype(int) + amount) % 255).astype(np.uint8)


@wrong_answer(NAME, "other_numbers", "0, 100 and 250", "at position")
def stretched_to_white(image, amount):
    bright = image.astype(int) + amount
    return (bright / bright.max() * 255).astype(np.uint8)


@wrong_answer(NAME, "same_amount", "whatever `amount` is")
def the_amount_of_the_cell(image, amount):
    return np.clip(image.astype(int) + 60, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "same_amount", "a name from another cell")
def the_amount_of_the_notebook(image, value):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "same_amount")
def a_value_for_the_argument(image, amount):
    amount = 100
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "multiplied", "black stays black")
def times(image, amount):
    return np.clip(image.astype(int) * amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "multiplied")
def by_percent(image, amount):
    return np.clip(image * (1 + amount / 100), 0, 255).astype(np.uint8)


@wrong_answer(NAME, "multiplied")
def only_divided(image, amount):
    return image / 255


@wrong_answer(NAME, "bright_ones_left", "stay as they were", "a pixel of 250")
def where_there_is_room(image, amount):
    bright = image.copy()
    bright[bright <= 255 - amount] += amount
    return bright


@wrong_answer(NAME, "one_channel", "one of the three colours")
def only_red(image, amount):
    bright = image.copy()
    bright[:, :, 0] = np.clip(image[:, :, 0].astype(int) + amount, 0, 255)
    return bright


@wrong_answer(NAME, "one_channel")
def only_the_last(image, amount):
    bright = image.astype(int)
    bright[..., -1] += amount
    return np.clip(bright, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "other_limit", "no further than 1;", "which number is white")
def clipped_at_1(image, amount):
    return np.clip(image.astype(int) + amount, 0, 1).astype(np.uint8)


@wrong_answer(NAME, "other_limit", "no further than 100;", "expected 255")
def clipped_at_100(image, amount):
    return np.clip(image.astype(int) + amount, 0, 100).astype(np.uint8)


@wrong_answer(NAME, "name_of_the_notebook", "UnboundLocalError", "the function's own")
def moved_into_a_function_as_it_was(image, amount):
    bright = photo.astype(int) + amount  # noqa: F823
    photo = np.clip(bright, 0, 255).astype(np.uint8)
    return photo


@wrong_answer(NAME, "picture_and_amount_swapped", "'int' object", "the picture comes first")
def swapped(amount, image):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "one_number_asked_of_many", "a picture has many", "do not follow")
def pythons_min(image, amount):
    return min(image.astype(int) + amount, 255)


@wrong_answer(NAME, "one_number_asked_of_many")
def pythons_if(image, amount):
    bright = image.astype(int) + amount
    if bright > 255:
        bright = 255
    return bright.astype(np.uint8)


@wrong_answer(NAME, "one_number_asked_of_many", "`round`")
def pythons_round(image, amount):
    return np.minimum(round(image + float(amount)), 255)


@wrong_answer(NAME, "reads_globals", "`photo`", "never looks at its argument `image`")
def the_picture_of_the_notebook(image, amount):
    return np.clip(photo.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "wrong_arguments", "cannot be called")
def without_an_amount(image):
    return np.clip(image.astype(int) + 60, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "wrong_type", "a list of length 4")
def as_a_list(image, amount):
    return np.minimum(image.astype(int) + amount, 255).tolist()


@wrong_answer(NAME, "wrong_type", "a list of length 4", "want one array")
def by_a_list_of_rows(image, amount):
    return [p + amount for p in image]


@wrong_answer(NAME, "wrong_type", "a tuple of length 2", "several things with commas between")
def old_and_new(image, amount):
    return image, np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "returns_none", "`return`")
def forgets_to_return(image, amount):
    bright = np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


@wrong_answer(NAME, "wrong_shape", "(5, 3)")
def the_first_row(image, amount):
    return np.clip(image[0].astype(int) + amount, 0, 255).astype(np.uint8)
