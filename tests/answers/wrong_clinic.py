"""Wrong answers of notebook 09."""

from dataclasses import replace

import numpy as np

from answers import wrong_answer
from nst_utils import PRESETS, Settings, Style, stylize

# --- plan_picture ------------------------------------------------------------------------------

PLAN = "plan_picture"


def falling(photograph):
    """From 1 in the top row to 0 in the bottom row, for every column."""
    n_H, n_W, _ = photograph.shape
    return np.tile(np.linspace(1, 0, n_H)[:, np.newaxis], (1, n_W))


def planned(photograph, styles, settings):
    return {"content": photograph, "style": styles, "settings": settings}


def with_masks(photograph, first, second, base, above, below):
    styles = [Style(first, mask=above), Style(second, mask=below)]
    return planned(photograph, styles, replace(base, colors="match"))


def with_settings(photograph, first, second, settings):
    above = falling(photograph)
    return planned(photograph, [Style(first, 1, above), Style(second, 1, 1 - above)], settings)


@wrong_answer(PLAN, "painted_already", "it has painted already", "Who calls it")
def paints_at_once(photograph, first, second, base):
    above = falling(photograph)
    styles = [Style(first, mask=above), Style(second, mask=1 - above)]
    return stylize(photograph, styles, replace(base, colors="keep"))


@wrong_answer(PLAN, "arguments_without_names", "a tuple of length 3")
def three_values(photograph, first, second, base):
    above = falling(photograph)
    styles = [Style(first, mask=above), Style(second, mask=1 - above)]
    return photograph, styles, replace(base, colors="keep")


@wrong_answer(PLAN, "arguments_missing", "without `style`", "how are they spelled")
def another_name_for_the_styles(photograph, first, second, base):
    above = falling(photograph)
    styles = [Style(first, mask=above), Style(second, mask=1 - above)]
    return {"content": photograph, "styles": styles, "settings": replace(base, colors="keep")}


@wrong_answer(PLAN, "settings_as_dictionary", "`settings` is a value of type dict")
def only_what_changes(photograph, first, second, base):
    return with_settings(photograph, first, second, {"colors": "keep"})


@wrong_answer(PLAN, "base_changed_in_place", "FrozenInstanceError")
def assigns_to_the_settings(photograph, first, second, base):
    base.colors = "keep"
    return with_settings(photograph, first, second, base)


@wrong_answer(PLAN, "unknown_setting", "TypeError", "'colours'", "how is it spelled")
def british_colours(photograph, first, second, base):
    return with_settings(photograph, first, second, replace(base, colours="keep"))


@wrong_answer(PLAN, "unknown_setting", "'masks'")
def more_than_one_mask(photograph, first, second, base):
    above = falling(photograph)
    styles = [Style(first, masks=above), Style(second, masks=1 - above)]
    return planned(photograph, styles, replace(base, colors="keep"))


@wrong_answer(PLAN, "value_refused", "unknown 'photograph'", "choose from")
def colours_of_something_else(photograph, first, second, base):
    return with_settings(photograph, first, second, replace(base, colors="photograph"))


@wrong_answer(PLAN, "shapes_do_not_fit", "ValueError", "broadcast")
def a_row_where_a_column_is_needed(photograph, first, second, base):
    n_H, n_W, _ = photograph.shape
    above = np.ones((n_H, n_W)) * np.linspace(1, 0, n_H)
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "unknown_argument", "no argument `size`")
def size_beside_the_settings(photograph, first, second, base):
    plan = with_settings(photograph, first, second, replace(base, beta=60))
    return {**plan, "size": 300}


@wrong_answer(PLAN, "one_style", "there is one style")
def the_upper_part_alone(photograph, first, second, base):
    styles = Style(first, mask=falling(photograph))
    return planned(photograph, styles, replace(base, colors="keep"))


@wrong_answer(PLAN, "content_and_style_exchanged", "the photograph is not your content")
def the_style_as_content(photograph, first, second, base):
    above = falling(photograph)
    styles = [Style(photograph, mask=above), Style(second, mask=1 - above)]
    return planned(first, styles, replace(base, colors="keep"))


@wrong_answer(PLAN, "styles_exchanged", "is not `first`")
def second_comes_first(photograph, first, second, base):
    return with_settings(photograph, second, first, replace(base, colors="keep"))


@wrong_answer(PLAN, "no_masks", "have no mask")
def mask_never_handed_on(photograph, first, second, base):
    falling(photograph)
    return planned(photograph, [first, second], replace(base, colors="keep"))


@wrong_answer(PLAN, "no_masks", "without the second?")
def weights_in_place_of_masks(photograph, first, second, base):
    return planned(photograph, [Style(first, 2), Style(second, 1)], replace(base, colors="keep"))


@wrong_answer(PLAN, "one_goes_everywhere", "It goes everywhere")
def second_without_a_mask(photograph, first, second, base):
    styles = [Style(first, mask=falling(photograph)), second]
    return planned(photograph, styles, replace(base, colors="keep"))


@wrong_answer(PLAN, "mask_of_whole_numbers", "of type uint8", "up to 255")
def mask_as_a_picture(photograph, first, second, base):
    above = np.uint8(255 * falling(photograph))
    return with_masks(photograph, first, second, base, above, 255 - above)


@wrong_answer(PLAN, "mask_of_whole_numbers", "of type bool")
def mask_of_true_and_false(photograph, first, second, base):
    above = falling(photograph) > 0.5
    return with_masks(photograph, first, second, base, above, ~above)


@wrong_answer(PLAN, "mask_of_whole_numbers", "goes up to 255")
def mask_up_to_255(photograph, first, second, base):
    above = 255 * falling(photograph)
    return with_masks(photograph, first, second, base, above, 255 - above)


@wrong_answer(PLAN, "mask_with_colours", "(23, 31, 3)", "(23, 31)")
def mask_with_three_channels(photograph, first, second, base):
    above = np.ones(photograph.shape)
    above *= np.linspace(1, 0, len(photograph))[:, np.newaxis, np.newaxis]
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_is_one_column", "(23, 1)", "for every pixel")
def a_column_alone(photograph, first, second, base):
    above = np.linspace(1, 0, len(photograph))[:, np.newaxis]
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_is_one_column", "(23,)")
def a_row_of_numbers_alone(photograph, first, second, base):
    above = np.linspace(1, 0, len(photograph))
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_of_fixed_size", "(300, 400)", "whatever the photograph")
def mask_for_one_photograph(photograph, first, second, base):
    above = np.tile(np.linspace(1, 0, 300)[:, np.newaxis], (1, 400))
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_on_its_side", "(31, 23)", "height and width are exchanged")
def width_comes_first(photograph, first, second, base):
    n_W, n_H, _ = photograph.shape
    above = np.tile(np.linspace(1, 0, n_H)[:, np.newaxis], (1, n_W))
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_of_another_size", "(22, 31)", "expected (23, 31)")
def mask_one_row_short(photograph, first, second, base):
    above = falling(photograph)[1:]
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_black", "0 everywhere")
def never_painted_white(photograph, first, second, base):
    above = np.zeros(photograph.shape[:2])
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_negative", "below 0")
def from_plus_to_minus(photograph, first, second, base):
    above = 2 * falling(photograph) - 1
    return with_masks(photograph, first, second, base, above, 1 - falling(photograph))


@wrong_answer(PLAN, "mask_upside_down", "0.00 of the top row", "on its head")
def from_0_to_1(photograph, first, second, base):
    above = 1 - falling(photograph)
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_sideways", "from left to right")
def along_the_columns(photograph, first, second, base):
    n_H, n_W, _ = photograph.shape
    above = np.tile(np.linspace(1, 0, n_W), (n_H, 1))
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "mask_has_no_end", "1.00 of the top row and 0.50 of the bottom row")
def ends_half_way(photograph, first, second, base):
    above = falling(photograph) / 2 + 0.5
    return with_masks(photograph, first, second, base, above, 1 - above)


@wrong_answer(PLAN, "masks_overlap", "more than 1")
def second_everywhere_by_mask(photograph, first, second, base):
    above = falling(photograph)
    return with_masks(photograph, first, second, base, above, np.ones_like(above))


@wrong_answer(PLAN, "masks_leave_gaps", "less than 1")
def half_of_what_is_left(photograph, first, second, base):
    above = falling(photograph)
    return with_masks(photograph, first, second, base, above, (1 - above) / 2)


@wrong_answer(PLAN, "engine_refuses", "the weight 0 is not a number above 0")
def a_style_without_weight(photograph, first, second, base):
    above = falling(photograph)
    styles = [Style(first, 1, above), Style(second, 0, 1 - above)]
    return planned(photograph, styles, replace(base, colors="keep"))


@wrong_answer(PLAN, "base_ignored", "do not come from `base`", "`size`")
def settings_of_the_preset(photograph, first, second, base):
    return with_settings(photograph, first, second, replace(PRESETS["best"], colors="keep"))


@wrong_answer(PLAN, "base_ignored", "`iterations`")
def settings_written_anew(photograph, first, second, base):
    return with_settings(photograph, first, second, Settings(colors="keep", size=base.size))


@wrong_answer(PLAN, "nothing_of_your_own", "nothing is your own", "Where do they go")
def settings_as_they_were(photograph, first, second, base):
    replace(base, colors="keep")
    return with_settings(photograph, first, second, base)


@wrong_answer(PLAN, "without_effect", "`learning_rate`", "plays no part")
def a_learning_rate_for_nobody(photograph, first, second, base):
    return with_settings(photograph, first, second, replace(base, learning_rate=20))


@wrong_answer(PLAN, "too_much_work", "times the work", "`size`")
def as_large_as_a_poster(photograph, first, second, base):
    return with_settings(photograph, first, second, replace(base, size=4000))


# --- find_cause --------------------------------------------------------------------------------

CAUSE = "find_cause"


def healthy_or(symptoms, without=()):
    """The questions in a good order, but for some of them."""
    if "root" not in without and np.isnan(symptoms.spread):
        return "root"
    if "way out" not in without and symptoms.highest < 20:
        return "way out"
    if "way in" not in without and symptoms.spread < 15:
        return "way in"
    if "rate" not in without and symptoms.fall < 3:
        return "rate"
    if "padding" not in without and symptoms.edge > 45:
        return "padding"
    if "order" not in without and symptoms.to_style > symptoms.to_swapped:
        return "order"
    return "healthy"


@wrong_answer(CAUSE, "symptom_misspelled", "AttributeError", "no symptom of this name")
def asks_for_the_mean(symptoms):
    return "way out" if symptoms.mean < 10 else "healthy"


@wrong_answer(CAUSE, "symptoms_with_brackets", "not subscriptable")
def asks_a_dictionary(symptoms):
    return "way out" if symptoms["highest"] < 10 else "healthy"


@wrong_answer(CAUSE, "sometimes_nothing", "returns None", "find nothing")
def nothing_for_the_healthy(symptoms):
    cause = healthy_or(symptoms)
    if cause != "healthy":
        return cause


@wrong_answer(CAUSE, "several_causes", "a list of length", "expected one name")
def all_that_fit(symptoms):
    causes = [healthy_or(symptoms)]
    if symptoms.to_swapped < symptoms.to_style:
        causes.append("order")
    return causes


@wrong_answer(CAUSE, "unknown_cause", "'black'")
def names_the_symptom(symptoms):
    return "black" if symptoms.highest < 10 else healthy_or(symptoms)


@wrong_answer(CAUSE, "always_the_same", "every patient is told 'way out'")
def everybody_is_black(symptoms):
    if symptoms.lowest < 1000 or symptoms.fall > 0:
        return "way out"
    return healthy_or(symptoms)


@wrong_answer(CAUSE, "nan_compared", "Every comparison with NaN is False")
def compares_with_nan(symptoms):
    if symptoms.brightness == np.nan:
        return "root"
    return healthy_or(symptoms, ["root", "rate"])


@wrong_answer(CAUSE, "nan_compared", "is called 'healthy'")
def never_asks_for_nan(symptoms):
    return healthy_or(symptoms, ["root"])


@wrong_answer(CAUSE, "nan_by_its_costs", "its costs have fallen all the same", "called 'healthy'")
def nan_is_what_does_not_fall(symptoms):
    return "root" if symptoms.fall < 1 else healthy_or(symptoms, ["root"])


@wrong_answer(CAUSE, "nan_too_late", "is called 'rate'", "before all others")
def asks_for_the_run_first(symptoms):
    return "rate" if symptoms.fall < 3 else healthy_or(symptoms)


@wrong_answer(CAUSE, "in_and_out_exchanged", "the other way round")
def exchanges_in_and_out(symptoms):
    exchanged = {"way in": "way out", "way out": "way in"}
    cause = healthy_or(symptoms)
    return exchanged.get(cause, cause)


@wrong_answer(CAUSE, "black_is_not_grey", "a black picture is told 'way in'")
def spread_comes_first(symptoms):
    return "way in" if symptoms.spread < 15 else healthy_or(symptoms)


@wrong_answer(CAUSE, "grey_is_not_black", "a grey card is told 'way out'")
def dull_is_black(symptoms):
    return "way out" if symptoms.highest < 220 and symptoms.spread < 20 else healthy_or(symptoms)


@wrong_answer(CAUSE, "night_is_not_black", "of the night", "bright spots")
def dark_is_black(symptoms):
    return "way out" if symptoms.brightness < 60 else healthy_or(symptoms)


@wrong_answer(CAUSE, "black_missed", "a black picture is told 'order'")
def black_is_exactly_0(symptoms):
    if symptoms.highest == 0:
        return "way out"
    if 100 < symptoms.brightness < 120 and symptoms.spread < 20:
        return "way in"
    return healthy_or(symptoms, ["way out", "way in"])


@wrong_answer(CAUSE, "pale_is_not_grey", "with little contrast")
def little_contrast_is_none(symptoms):
    if symptoms.highest > 10 and symptoms.spread < 40:
        return "way in"
    return healthy_or(symptoms)


@wrong_answer(CAUSE, "grey_missed", "a grey card is told 'order'", "or 'healthy'")
def no_question_for_grey(symptoms):
    return healthy_or(symptoms, ["way in"])


@wrong_answer(CAUSE, "short_is_not_wild", "after ten steps")
def wants_a_long_fall(symptoms):
    cause = healthy_or(symptoms)
    return "rate" if cause == "healthy" and symptoms.fall < 10 else cause


@wrong_answer(CAUSE, "wild_missed", "told 'order'", "or 'healthy'")
def no_question_for_the_run(symptoms):
    return healthy_or(symptoms, ["rate"])


@wrong_answer(CAUSE, "corners_are_no_frame", "darker than its middle")
def any_difference_is_a_frame(symptoms):
    cause = healthy_or(symptoms)
    return "padding" if cause in ("healthy", "order") and symptoms.edge > 20 else cause


@wrong_answer(CAUSE, "frame_missed", "told 'healthy'", "or 'order'")
def no_question_for_the_frame(symptoms):
    return healthy_or(symptoms, ["padding"])


@wrong_answer(CAUSE, "order_the_wrong_way_round", "and those with exchanged colours are not")
def a_large_distance_is_a_likeness(symptoms):
    cause = healthy_or(symptoms, ["order"])
    return "order" if cause == "healthy" and symptoms.to_style < symptoms.to_swapped else cause


@wrong_answer(CAUSE, "no_colour_to_exchange", "in black and white")
def equal_counts_as_nearer(symptoms):
    cause = healthy_or(symptoms, ["order"])
    return "order" if cause == "healthy" and symptoms.to_swapped <= symptoms.to_style else cause


@wrong_answer(CAUSE, "far_is_not_exchanged", "compare with each other")
def far_from_the_style(symptoms):
    cause = healthy_or(symptoms, ["order"])
    return "order" if cause == "healthy" and symptoms.to_style > 8 else cause


@wrong_answer(CAUSE, "order_missed", "told 'healthy'", "red and blue exchanged?")
def no_question_for_the_colours(symptoms):
    return healthy_or(symptoms, ["order"])


@wrong_answer(CAUSE, "nobody_is_well", "nothing wrong is told 'root'", "highest 255")
def somebody_must_be_ill(symptoms):
    cause = healthy_or(symptoms)
    return "root" if cause == "healthy" else cause


@wrong_answer(CAUSE, "another_cause", "is told 'padding'", "with these numbers by hand")
def a_frame_of_dark_corners_alone(symptoms):
    cause = healthy_or(symptoms)
    grey = symptoms.to_style == symptoms.to_swapped
    return "padding" if grey and cause == "healthy" else cause
