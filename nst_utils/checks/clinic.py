"""Notebook 09: the plan of a picture, the search for a cause, and what goes wrong with them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np

from nst_utils.checks.describe import kind
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.rules import returned, somewhere, stopped_with
from nst_utils.clinic import CAUSES, Symptoms, find_cause, plan_picture
from nst_utils.config import NSTError
from nst_utils.experiment import varied
from nst_utils.objective import Style, as_styles
from nst_utils.settings import PRESETS, Settings, scales

Trials = Sequence[Trial]


# The plan ---------------------------------------------------------------------------------------

BASE = Settings(size=46, coarsest=23, iterations=2, beta=17.3, growth=1.2, precision="float32")
"""Settings that no preset has: whoever makes his own is found out."""

MOST_WORK = 6
"""Times the work of the given settings: what a class has time for."""

KEYS = ("content", "style", "settings")


def _pictures(rng: np.random.Generator, *sides: tuple[int, int]) -> list[np.ndarray]:
    return [rng.integers(0, 256, (*side, 3), dtype=np.uint8) for side in sides]


def _plan_case(n_H: int, n_W: int, seed: int, **changes: Any) -> Case:
    """A photograph of this size, two styles of other sizes, and settings to start from."""

    def arguments(rng: np.random.Generator) -> tuple:
        pictures = _pictures(rng, (n_H, n_W), (18, 21), (25, 19))
        return (*pictures, replace(BASE, **changes))

    def unseen(rng: np.random.Generator) -> tuple:
        n_H, n_W = (int(side) for side in rng.integers(17, 40, 2))
        pictures = _pictures(rng, (n_H, n_W), (18, 21), (25, 19))
        return (*pictures, replace(BASE, beta=float(rng.uniform(5, 50))))

    return Case(lambda: arguments(np.random.default_rng(seed)), unseen=unseen)


def _observe_plan(function: Function, case: Case) -> Trial:
    """Ask for a plan, and look at pictures, masks and settings."""
    photograph, first, second, base = case.arguments()
    plan = function(photograph, first, second, base, **case.keywords)
    if plan is None:
        return Trial(case, problem="returns_none")
    details: dict[str, Any] = {"result": plan, "want_type": "a dictionary, the arguments"}
    odd = _odd_plan(plan)
    if odd:
        return Trial(case, problem="wrong_type", details={**details, "got_type": odd})
    pictures = {"photograph": photograph, "first": first, "second": second}
    content, settings = plan["content"], plan["settings"]
    styles = [one if isinstance(one, Style) else Style(one) for one in _listed(plan["style"])]
    masks = [_as_mask(style.mask) for style in styles]
    fit = [mask is not None and mask.shape == photograph.shape[:2] for mask in masks]
    above = _profile(masks[0]) if fit and fit[0] else (np.nan, np.nan)
    total = sum(masks) if len(fit) == 2 and all(fit) else None
    refused = _refusal(styles, photograph.shape[:2])
    changes = set(varied({"": base, " ": settings}))
    work = _work(settings) / _work(base)
    details |= {
        "masks": masks,
        "styles": styles,
        "fit": fit,
        "shape": photograph.shape[:2],
        "total": total,
        "names": [_name(content, pictures), *(_name(s.picture, pictures) for s in styles)],
        "top": f"{above[0]:.2f}",
        "bottom": f"{above[1]:.2f}",
        "profile": above,
        "sideways": bool(fit and fit[0] and _falls(masks[0].mean(0))),
        "refused": refused,
        "changes": changes,
        "differing": ", ".join(f"`{name}`" for name in sorted(changes)),
        "idle": changes <= _idle(settings),
        "foreign": len(changes) > 2 and _near_a_preset(settings),
        "work": work,
        "work_times": f"{work:.0f}",
        "extra": ", ".join(f"`{key}`" for key in plan if key not in STYLIZE),
        **_words_of_mask(styles, masks, photograph.shape),
    }
    right = ["photograph", "first", "second"]
    values = {
        "pictures": np.array(
            [float(a == b) for a, b in zip(details["names"], right, strict=False)]
        ),
        "content": np.array(photograph.mean() if details["names"][0] == "photograph" else np.nan),
        "count": np.array(float(len(styles))),
        "mask": np.array([float(above[0] >= 0.9), float(above[1] <= 0.1)]),
        "masks": np.array(float(total is not None and np.abs(total - 1).max() < 0.02)),
        "changed": np.array(float(bool(changes) and not details["idle"])),
        "possible": np.array(float(not (refused or details["extra"] or details["foreign"]))),
        "work": np.array(float(work <= MOST_WORK)),
    }
    return Trial(case, values, details=details)


STYLIZE = (*KEYS, "model", "start", "memory", "callback")
"""What `stylize` takes."""


def _odd_plan(plan: Any) -> str:
    """Say what a plan is in place of the arguments of `stylize`; or nothing."""
    if not isinstance(plan, dict):
        return kind(plan)
    missing = [f"`{key}`" for key in KEYS if key not in plan]
    if missing:
        return f"a dictionary without {', '.join(missing)}"
    if not isinstance(plan["content"], np.ndarray):
        return f"a dictionary whose `content` is {kind(plan['content'])} and not a picture"
    if not isinstance(plan["settings"], Settings):
        return f"a dictionary whose `settings` is {kind(plan['settings'])} and not Settings"
    odd = [one for one in _listed(plan["style"]) if not isinstance(one, Style | np.ndarray)]
    if odd:
        return f"a dictionary whose `style` holds {kind(odd[0])} and not a Style"
    return ""


def _listed(style: Any) -> list:
    return [*style] if isinstance(style, list | tuple) and not isinstance(style, Style) else [style]


def _as_mask(mask: Any) -> np.ndarray | None:
    """A mask as an array of float64; None where there is none, or nothing of the kind."""
    numbers = np.asarray(mask) if mask is not None else np.empty(0, object)
    return numbers.astype(np.float64) if numbers.dtype.kind in "biuf" else None


def _profile(mask: np.ndarray) -> tuple[float, float]:
    """How much of the style the first and the last row get."""
    return float(mask[0].mean()), float(mask[-1].mean())


def _falls(row: np.ndarray) -> bool:
    """Whether these numbers go from one end of the range to the other."""
    return abs(float(row[0] - row[-1])) > 0.8


def _refusal(styles: Sequence[Style], shape: tuple[int, int]) -> str:
    """What the engine says to these styles; nothing if they please it."""
    try:
        as_styles([*styles], shape)
    except NSTError as error:
        return str(error)
    return ""


def _name(picture: Any, pictures: Mapping[str, np.ndarray]) -> str:
    """Which of the given pictures this is, by its numbers."""
    return next((n for n, given in pictures.items() if np.array_equal(picture, given)), "another")


def _idle(settings: Settings) -> set[str]:
    """Name the settings that play no part."""
    idle = set() if settings.optimizer == "adam" else {"learning_rate", "beta_2"}
    return idle if settings.init == "noise" else idle | {"seed", "noise_ratio"}


def _near_a_preset(settings: Settings) -> bool:
    return any(len(varied({"": settings, " ": preset})) <= 3 for preset in PRESETS.values())


def _work(settings: Settings) -> float:
    return sum(iterations * size**2 for size, iterations in scales(settings))


def _words_of_mask(
    styles: Sequence[Style], masks: Sequence[np.ndarray | None], shape: tuple[int, ...]
) -> dict[str, Any]:
    """What messages say of the first mask that does not fit, or of the first of all."""
    wrong = [m for m in masks if m is not None and m.shape != shape[:2]]
    one = next(iter([*wrong, *(m for m in masks if m is not None)]), np.empty(0))
    given = next((s.mask for s in styles if s.mask is not None), one)
    return {
        "mask_shape": one.shape,
        "mask_dtype": np.asarray(given).dtype.name,
        "mask_highest": f"{one.max(initial=0):g}",
        "want_mask": shape[:2],
    }


def _whole_numbers(details: Mapping[str, Any]) -> bool:
    """Whether a mask is made as a picture is: whole numbers, or beyond 1."""
    given = [np.asarray(s.mask) for s in details["styles"] if s.mask is not None]
    return any(
        m.dtype.kind in "biu" or m.max(initial=0) > 1 for m in given if m.dtype.kind in "biuf"
    )


def _mask_shape(predicate: Callable[[tuple[int, ...], tuple[int, int]], bool]) -> Rule:
    """Make a rule on the shape of a mask that does not fit, and that of the photograph."""
    return somewhere(
        lambda details: any(
            mask is not None
            and mask.shape != details["shape"]
            and predicate(mask.shape, details["shape"])
            for mask in details["masks"]
        )
    )


def _always_one_shape(trials: Trials, _: Trials) -> bool:
    shapes = {
        mask.shape
        for trial in trials
        if trial.values
        for mask in trial.details["masks"]
        if mask is not None
    }
    return len(shapes) == 1 and _mask_shape(lambda *_: True)(trials, _)


def _of_total(predicate: Callable[[np.ndarray], bool]) -> Rule:
    return somewhere(lambda details: details["total"] is not None and predicate(details["total"]))


def _of_profile(predicate: Callable[[float, float], bool]) -> Rule:
    return somewhere(lambda details: bool(predicate(*details["profile"])))


def _is_missing_keys(plan: Any) -> bool:
    return isinstance(plan, dict) and not {*KEYS} <= plan.keys()


PLAN_MISTAKES = (
    Mistake(
        "painted_already",
        "your function returns a picture: it has painted already.",
        "the line with `return`, and a call of `stylize` before it",
        "the plan is what `stylize` is to be given. Who calls it, and where?",
        rule=returned(lambda plan: isinstance(plan, np.ndarray)),
    ),
    Mistake(
        "arguments_without_names",
        "your function returns {got_type}: nobody knows which value is for what.",
        "the line with `return`",
        "the last line of the exercise was there already. What has become of it?",
        rule=returned(lambda plan: isinstance(plan, tuple | list | set | Settings)),
    ),
    Mistake(
        "arguments_missing",
        "your function returns {got_type}.",
        "the line with `return`",
        "which three arguments does the exercise name, and how are they spelled?",
        rule=returned(_is_missing_keys),
    ),
    Mistake(
        "settings_as_dictionary",
        "your function returns {got_type}: what changes alone is no setting for the rest.",
        "the line that makes `settings`",
        "which function makes new settings of `base`, with a change?",
        rule=returned(
            lambda plan: isinstance(plan, dict) and not isinstance(plan["settings"], Settings)
        ),
    ),
    Mistake(
        "base_changed_in_place",
        "your function stopped with {error_type}: {error_text}{error_line}. Settings cannot be "
        "changed.",
        "assignments such as `base.… = …`",
        "which function makes new settings, and leaves the old ones as they are?",
        rule=stopped_with(FrozenInstanceError, ""),
    ),
    Mistake(
        "unknown_setting",
        "your function stopped with {error_type}: {error_text}{error_line}. There is no such name.",
        "the name before the = in the line that the message names",
        "how is it spelled in the table above the exercise?",
        rule=stopped_with(TypeError, "unexpected keyword argument"),
    ),
    Mistake(
        "value_refused",
        "your function stopped with {error_type}: {error_text}{error_line}.",
        "the value behind the = in the line that the message names",
        "the message says which values there are. Which one did you mean?",
        rule=stopped_with(NSTError, ""),
    ),
    Mistake(
        "shapes_do_not_fit",
        "your function stopped with {error_type}: {error_text}{error_line}. Two arrays meet there, "
        "and their shapes do not fit.",
        "the line that the message names",
        "print the shape of the column and that of the whole mask. Which axis does one have, and "
        "the other not?",
        rule=stopped_with(ValueError, "could not be broadcast|could not broadcast|cannot reshape"),
    ),
    Mistake(
        "unknown_argument",
        "`stylize` has no argument {extra}.",
        "the names left of the colons in the dictionary",
        "how does the exercise spell them?",
        rule=somewhere(lambda details: bool(details["extra"])),
    ),
    Mistake(
        "one_style",
        "there is one style in your plan; expected two, each with a mask.",
        "the line that makes the list of styles",
        "where does the picture get its lower part from?",
        rule=somewhere(lambda details: len(details["styles"]) < 2),
    ),
    Mistake(
        "content_and_style_exchanged",
        "the photograph is not your content: it stands elsewhere in the plan, or nowhere.",
        "what stands behind `content`, and in the list of styles",
        "which of the three pictures has the things that should be seen in the end?",
        rule=somewhere(lambda details: details["names"][0] != "photograph"),
    ),
    Mistake(
        "styles_exchanged",
        "the first style of your list is not `first`, or the second is not `second`.",
        "the line that makes the list of styles",
        "which of the two belongs to the upper part, and which mask goes with it?",
        rule=somewhere(lambda details: details["names"][1:] != ["first", "second"]),
    ),
    Mistake(
        "no_masks",
        "your styles have no mask: both go everywhere, and are mixed.",
        "`Style(…)`: does it get a mask?",
        "`Style` takes a picture, a weight and a mask. How do you give it the third without the "
        "second?",
        rule=somewhere(lambda details: all(style.mask is None for style in details["styles"])),
    ),
    Mistake(
        "one_goes_everywhere",
        "one of your styles has no mask. It goes everywhere, also where the other one is.",
        "the line that makes the list of styles",
        "the second style gets what the first one leaves. How much is that in a pixel where the "
        "first has 0.8?",
        rule=somewhere(lambda details: any(style.mask is None for style in details["styles"])),
    ),
    Mistake(
        "mask_of_whole_numbers",
        "your mask is of type {mask_dtype} and goes up to {mask_highest}. A mask says how much: it "
        "is a fraction, from 0 to 1.",
        "the line that makes the mask: 255, `uint8`, `int`, a comparison",
        "in a picture, white is 255. What is *everything* in a share?",
        rule=somewhere(_whole_numbers),
    ),
    Mistake(
        "mask_with_colours",
        "your mask has the shape {mask_shape}; expected {want_mask}. It has three colours.",
        "the line that gives the mask its size",
        "does a pixel need three shares, or one?",
        rule=_mask_shape(lambda got, _: len(got) == 3),
    ),
    Mistake(
        "mask_is_one_column",
        "your mask has the shape {mask_shape}; expected {want_mask}: a number for every pixel.",
        "the line that makes the mask",
        "you have a number for every row. What repeats it for every column?",
        rule=_mask_shape(lambda got, want: len(got) == 1 or 1 in got),
    ),
    Mistake(
        "mask_of_fixed_size",
        "your mask has the shape {mask_shape} whatever the photograph; here {want_mask} is needed.",
        "numbers in the line that makes the mask, or the name of another photograph",
        "which line of your function tells how high and how wide the photograph is?",
        rule=_always_one_shape,
    ),
    Mistake(
        "mask_on_its_side",
        "your mask has the shape {mask_shape}; expected {want_mask}: height and width are "
        "exchanged.",
        "the line that gives the mask its size",
        "in an array, what comes first: the rows, or the columns?",
        rule=_mask_shape(lambda got, want: got == want[::-1]),
    ),
    Mistake(
        "mask_of_another_size",
        "your mask has the shape {mask_shape}; expected {want_mask}, as the photograph has.",
        "the line that gives the mask its size",
        "which picture does the mask lie on: the style, or the photograph?",
        rule=_mask_shape(lambda *_: True),
    ),
    Mistake(
        "mask_black",
        "one of your masks is 0 everywhere: its style is nowhere.",
        "the line that makes the mask",
        "print its first and its last row. What should stand there?",
        rule=somewhere(
            lambda details: any(mask is not None and not mask.any() for mask in details["masks"])
        ),
    ),
    Mistake(
        "mask_negative",
        "one of your masks goes below 0, or is no number somewhere. A share is 0 or more.",
        "the line that makes the mask",
        "print `mask.min()` and `mask.max()`. Which step leaves the range from 0 to 1?",
        rule=somewhere(
            lambda details: any(
                mask is not None and not np.all(mask >= 0) for mask in details["masks"]
            )
        ),
    ),
    Mistake(
        "mask_upside_down",
        "the first style has {top} of the top row and {bottom} of the bottom row: it stands on its "
        "head.",
        "the order of the two numbers in the line that makes the mask",
        "row 0 of a picture is at the top. What should your numbers begin with?",
        rule=_of_profile(lambda top, bottom: top <= 0.1 and bottom >= 0.9),
    ),
    Mistake(
        "mask_sideways",
        "your mask changes from left to right; it should from top to bottom.",
        "the line that spreads the numbers over the picture",
        "which axis is the rows': the first, or the second? Which one has to change?",
        rule=somewhere(lambda details: details["sideways"]),
    ),
    Mistake(
        "mask_has_no_end",
        "the first style has {top} of the top row and {bottom} of the bottom row; expected 1 and "
        "0.",
        "the first and the last of the numbers that go from top to bottom",
        "do your numbers arrive at both ends?",
        rule=_of_profile(lambda top, bottom: not (top >= 0.9 and bottom <= 0.1)),
    ),
    Mistake(
        "masks_overlap",
        "in some pixels your two masks together are more than 1: there the styles are mixed "
        "further than you say.",
        "the mask of the second style",
        "in a pixel where the first style has 0.8, how much is left?",
        rule=_of_total(lambda total: total.max() > 1.02),
    ),
    Mistake(
        "masks_leave_gaps",
        "in some pixels your two masks together are less than 1: a part of the picture gets too "
        "little style, or none.",
        "the mask of the second style",
        "in a pixel where the first style has 0.8, how much is left?",
        rule=_of_total(lambda total: total.min() < 0.98),
    ),
    Mistake(
        "engine_refuses",
        "the engine would refuse your styles: {refused}",
        "the value that its sentence speaks of",
        "its sentence says what it expects. What did you give?",
        rule=somewhere(lambda details: bool(details["refused"])),
    ),
    Mistake(
        "base_ignored",
        "your settings do not come from `base`: they differ from it in {differing}.",
        "`Settings(…)` or `PRESETS[…]` in your function",
        "what you do not name has to be as in `base`. Which function keeps it?",
        rule=somewhere(lambda details: details["foreign"]),
    ),
    Mistake(
        "nothing_of_your_own",
        "your settings are those of `base`: nothing is your own.",
        "the line that makes `settings`",
        "`replace` leaves `base` as it is, and returns new settings. Where do they go, and what "
        "changes in them?",
        rule=somewhere(lambda details: not details["changes"]),
    ),
    Mistake(
        "without_effect",
        "you have changed {differing}, and with `base` that plays no part: the picture stays the "
        "same.",
        "the line that makes `settings`",
        "which settings of the table are at work here? Which one would you see in the picture?",
        rule=somewhere(lambda details: details["idle"]),
    ),
    Mistake(
        "too_much_work",
        "your picture is {work_times} times the work of `base`. The class would wait too long.",
        "the size, or the number of steps: {differing}",
        "twice the size is four times the pixels. What is enough for today?",
        rule=somewhere(lambda details: details["work"] > MOST_WORK),
    ),
)


# The cause --------------------------------------------------------------------------------------

NAN = dict.fromkeys([one.name for one in fields(Symptoms) if one.name != "fall"], math.nan)


def _symptoms(*numbers: float) -> Symptoms:
    return Symptoms(*map(float, numbers))


KINDS: dict[str, tuple[str, Symptoms]] = {
    # Measured on pictures of 160 pixels, after 40 steps where nothing else is said.
    # lowest, highest, brightness, spread, edge, fall, to_style, to_swapped
    "typical": ("healthy", _symptoms(0, 255, 136, 63.6, 9.0, 32, 10.5, 49.1)),
    "other": ("healthy", _symptoms(0, 255, 110, 62.8, 6.1, 56.7, 4.3, 6.6)),
    "night": ("healthy", _symptoms(0, 153, 39.1, 22.2, 2.5, 50.9, 5.5, 14.5)),
    "pale": ("healthy", _symptoms(95, 255, 220, 24.1, 3.9, 116, 1.7, 13.0)),
    "short": ("healthy", _symptoms(0, 255, 130, 71.5, 7.9, 5.8, 22.7, 48.3)),  # ten steps
    "dark_corners": ("healthy", _symptoms(0, 255, 133, 56.2, 26.8, 40.2, 13.5, 16.7)),
    "black_and_white": ("healthy", _symptoms(0, 255, 138, 59.7, 11.6, 42.3, 7.6, 7.6)),
    "nan": ("root", Symptoms(**NAN, fall=0.44)),
    "nan_late": ("root", Symptoms(**NAN, fall=27.0)),  # in the last step only
    "black": ("way out", _symptoms(0, 1.0, 0.54, 0.25, 0.04, 32, 246.9, 246.6)),
    "grey": ("way in", _symptoms(0, 210, 110, 9.8, 1.0, 24.4, 67.2, 56.5)),
    "grey_too": ("way in", _symptoms(0, 200, 110, 9.5, 1.2, 28.8, 42.2, 55.4)),
    "wild": ("rate", _symptoms(0, 255, 126, 116, 9.4, 0.43, 113, 69.4)),
    "wild_too": ("rate", _symptoms(0, 255, 122, 110, 9.8, 1.07, 101, 106)),
    "framed": ("padding", _symptoms(0, 255, 115, 73.7, 90.8, 37.4, 48.3, 64.9)),
    "framed_too": ("padding", _symptoms(0, 255, 92.5, 66.2, 66.3, 48.8, 27.0, 26.4)),
    "swapped": ("order", _symptoms(0, 255, 139, 63.4, 10.8, 32.9, 48.3, 6.4)),
    "swapped_too": ("order", _symptoms(0, 255, 124, 67.6, 2.6, 37.3, 8.8, 4.3)),
}
"""Patients: what is wrong with their program, and what was measured on them."""


def _ward(rng: np.random.Generator) -> tuple[tuple[str, Symptoms], ...]:
    """All patients in an order drawn by chance, each a little different."""
    order = rng.permutation([*KINDS])
    return tuple((str(name), _slightly_other(KINDS[name][1], rng)) for name in order)


def _slightly_other(symptoms: Symptoms, rng: np.random.Generator) -> Symptoms:
    """Change the numbers by a few percent, the two distances of colours alike."""
    by = {one.name: float(rng.uniform(0.96, 1.04)) for one in fields(Symptoms)}
    by["to_swapped"] = by["to_style"]
    values = {name: getattr(symptoms, name) * factor for name, factor in by.items()}
    values["highest"] = min(values["highest"], 255.0)
    return Symptoms(**values)


def _ward_case(seed: int) -> Case:
    def arguments(rng: np.random.Generator) -> tuple:
        # One patient shows that the function can be called; all of them are the case.
        return (_ward(rng),)

    return Case(lambda: arguments(np.random.default_rng(seed)), unseen=arguments)


def _observe_causes(function: Function, case: Case) -> Trial:
    """Send all patients of a ward to the function, and note what it calls them."""
    (ward,) = case.arguments()
    called = {name: function(symptoms, **case.keywords) for name, symptoms in ward}
    answers = [*called.values()]
    if all(answer is None for answer in answers):
        return Trial(case, problem="returns_none")
    named = ", ".join(map(repr, CAUSES))
    details: dict[str, Any] = {"result": answers, "want_type": f"the name of a cause: {named}"}
    odd = [answer for answer in answers if not isinstance(answer, str)]
    if odd or not {*answers} & {*CAUSES}:
        details["got_type"] = kind(odd[0]) if odd else f"{answers[0]!r}, a value of type str"
        return Trial(case, problem="wrong_type", details=details)
    wrong = [name for name, cause in called.items() if cause != KINDS[name][0]]
    numbers = {name: ", ".join(symptoms.lines()) for name, symptoms in ward}
    unknown = [answer for answer in answers if answer not in CAUSES]
    values = {
        "most": np.array(float(len(wrong) <= len(called) / 3)),
        "causes": np.array([float(CAUSES.index(a)) if a in CAUSES else -1.0 for a in answers]),
    }
    details |= {
        "called": called,
        "answers": {*answers},
        "always": repr(answers[0]),
        "unknown": repr(unknown[0]) if unknown else "",
        "one": numbers[wrong[0]] if wrong else "",
        "one_called": repr(called[wrong[0]]) if wrong else "",
        **{f"as_{name}": repr(cause) for name, cause in called.items()},
    }
    return Trial(case, values, details=details)


def _called(cause: str, *names: str) -> Rule:
    """Whether one of these patients gets this cause."""
    return somewhere(lambda details: any(details["called"][name] == cause for name in names))


def _not_called(cause: str, *names: str) -> Rule:
    """Whether one of these patients gets another cause."""
    return somewhere(lambda details: any(details["called"][name] != cause for name in names))


def _both(one: Rule, other: Rule) -> Rule:
    return lambda trials, expected: one(trials, expected) and other(trials, expected)


CAUSE_MISTAKES = (
    Mistake(
        "symptom_misspelled",
        "your function stopped with {error_type}: {error_text}{error_line}. There is no symptom of "
        "this name.",
        "the name behind the point in the line that the message names",
        "how is it spelled in the table of the symptoms?",
        rule=stopped_with(AttributeError, "'Symptoms' object has no attribute"),
    ),
    Mistake(
        "symptoms_with_brackets",
        "your function stopped with {error_type}: {error_text}{error_line}. Symptoms are no "
        "dictionary.",
        "square brackets behind `symptoms`",
        "`result.picture` in notebook 07 had a point. How do you ask for the spread here?",
        rule=stopped_with(TypeError, "'Symptoms' object is not subscriptable"),
    ),
    Mistake(
        "sometimes_nothing",
        "for some patients your function returns None: none of its conditions holds, and nothing "
        "stands after them.",
        "the end of your function, and branches without `return`",
        "what do you say of a patient in whom you find nothing?",
        rule=returned(
            lambda answers: any(a is None for a in answers) and any(map(_is_text, answers))
        ),
    ),
    Mistake(
        "several_causes",
        "your function returns {got_type}; expected one name, in quotes.",
        "the lines with `return`",
        "a patient may have several symptoms. How many causes does the first of them that fits "
        "leave?",
        rule=returned(lambda answers: any(isinstance(a, list | tuple | set) for a in answers)),
    ),
    Mistake(
        "unknown_cause",
        "your function returns {unknown}. No cause has this name.",
        "the names behind `return`",
        "how are they spelled in the table of the causes?",
        rule=somewhere(lambda details: bool(details["unknown"])),
    ),
    Mistake(
        "always_the_same",
        "every patient is told {always}.",
        "the first condition of your function",
        "does it ask for a number of this patient? Is it true of everybody?",
        rule=somewhere(lambda details: len(details["answers"]) == 1),
        credit=0.0,
    ),
    Mistake(
        "nan_by_its_costs",
        "one of two pictures full of NaN is called {as_nan_late}: its costs have fallen all the "
        "same. A ReLU makes 0 of NaN.",
        "the condition for 'root'",
        "which symptoms tell of the picture itself, and not of its costs?",
        rule=_both(_not_called("root", "nan_late"), _called("root", "nan")),
    ),
    Mistake(
        "nan_compared",
        "a picture full of NaN is called 'healthy'. Every comparison with NaN is False: <, >, and "
        "also ==, even with NaN itself.",
        "the condition for 'root'",
        "NumPy has a function that asks whether something is NaN. What is its name?",
        rule=_called("healthy", "nan", "nan_late"),
    ),
    Mistake(
        "nan_too_late",
        "a picture full of NaN is called {as_nan}: another condition holds before the one for "
        "'root', or there is none for it.",
        "the order of your conditions",
        "what can be said of numbers that are none? Which question has to come before all others?",
        rule=_not_called("root", "nan", "nan_late"),
    ),
    Mistake(
        "in_and_out_exchanged",
        "the black picture is told 'way in', and the grey card 'way out': it is the other way "
        "round.",
        "the two names behind `return`",
        "a network that is shown numbers within ±1 believes that it sees the mean colour. And what "
        "does a screen make of numbers from 0 to 1?",
        rule=_both(_called("way in", "black"), _called("way out", "grey", "grey_too")),
    ),
    Mistake(
        "black_is_not_grey",
        "a black picture is told 'way in'. It has no spread, just as the grey card: both fit.",
        "the order of your conditions",
        "which symptom tells black from grey? It has to be asked first.",
        rule=_called("way in", "black"),
    ),
    Mistake(
        "grey_is_not_black",
        "a grey card is told 'way out'. But it is not black.",
        "the condition for 'way out'",
        "look at the brightness of the two, and at the highest number. Which has which?",
        rule=_called("way out", "grey", "grey_too"),
    ),
    Mistake(
        "night_is_not_black",
        "a healthy picture of the night is told 'way out'. Its mean is low, but it has bright "
        "spots.",
        "the condition for 'way out'",
        "what does a night have that black has not? Which symptom sees it?",
        rule=_called("way out", "night"),
    ),
    Mistake(
        "black_missed",
        "a black picture is told {as_black}.",
        "the condition for 'way out', and those before it",
        "what is the highest number that such a picture can have? And an honest one?",
        rule=_not_called("way out", "black"),
    ),
    Mistake(
        "pale_is_not_grey",
        "a healthy picture with little contrast, of a night or of fog, is told 'way in'.",
        "the number in the condition for 'way in'",
        "how small is the spread of the grey card? Is yours close above it, or far away?",
        rule=_called("way in", "pale", "night", "typical", "short", "other"),
    ),
    Mistake(
        "grey_missed",
        "a grey card is told {as_grey}, or {as_grey_too} with another style.",
        "the condition for 'way in', and those before it",
        "what does a card of one colour have less of than all the others? Can another condition "
        "hold for it by chance?",
        rule=_not_called("way in", "grey", "grey_too"),
    ),
    Mistake(
        "short_is_not_wild",
        "a healthy picture after ten steps is told 'rate'. Its cost has fallen to a sixth.",
        "the number in the condition for 'rate'",
        "what is `fall` where the cost has not fallen at all?",
        rule=_called("rate", "short", "typical", "night", "pale", "other"),
    ),
    Mistake(
        "wild_missed",
        "a picture whose cost has not fallen is told {as_wild}, or {as_wild_too} with another "
        "style.",
        "the condition for 'rate', and those before it",
        "the steps were too long to arrive anywhere. Which symptom tells of the run, and not of "
        "the picture?",
        rule=_not_called("rate", "wild", "wild_too"),
    ),
    Mistake(
        "corners_are_no_frame",
        "a healthy picture is told 'padding': its corners are darker than its middle.",
        "the number in the condition for 'padding'",
        "every photograph is a little darker or brighter at its border. How large is `edge` where "
        "you can see the frame?",
        rule=_called("padding", "dark_corners", "typical", "short", "swapped_too"),
    ),
    Mistake(
        "frame_missed",
        "a picture with a frame is told {as_framed}, or {as_framed_too} with another style.",
        "the condition for 'padding', and those before it",
        "which symptom compares the border with the rest? Can another condition hold by chance?",
        rule=_not_called("padding", "framed", "framed_too"),
    ),
    Mistake(
        "order_the_wrong_way_round",
        "healthy pictures are told 'order', and those with exchanged colours are not.",
        "the comparison in the condition for 'order'",
        "a small distance is a good likeness. To what is a picture like whose red is blue?",
        rule=_both(_called("order", "typical"), _not_called("order", "swapped")),
    ),
    Mistake(
        "no_colour_to_exchange",
        "a healthy picture after a style in black and white is told 'order'. Without colours, both "
        "distances are the same.",
        "`<=` or `>=` in the condition for 'order'",
        "if nothing can be exchanged, which of the two should your condition say?",
        rule=_both(_called("order", "black_and_white"), _called("healthy", "typical")),
    ),
    Mistake(
        "far_is_not_exchanged",
        "a healthy picture is told 'order'.",
        "the condition for 'order'",
        "a painting may be far from its style in colour. Which two distances do you have to "
        "compare with each other?",
        rule=_called("order", "typical", "other", "dark_corners", "short", "night", "pale"),
    ),
    Mistake(
        "order_missed",
        "a picture with exchanged colours is told {as_swapped}, or {as_swapped_too} with another "
        "style.",
        "the condition for 'order', and those before it",
        "is its mean colour nearer to the style, or to the style with red and blue exchanged?",
        rule=_not_called("order", "swapped", "swapped_too"),
    ),
    Mistake(
        "nobody_is_well",
        "a patient with nothing wrong is told {one_called}. His symptoms: {one}.",
        "the last lines of your function",
        "what do you say where no condition holds?",
        rule=_not_called("healthy", "typical", "other", "night", "pale", "short"),
    ),
    Mistake(
        "another_cause",
        "a patient is told {one_called}. His symptoms: {one}.",
        "the condition that leads to this answer",
        "go through your function with these numbers by hand. Is it the cause that you would name?",
        rule=somewhere(lambda details: bool(details["one"])),
    ),
)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


EXERCISES = (
    Exercise(
        "plan_picture",
        plan_picture,
        (_plan_case(23, 31, 1), _plan_case(29, 19, 2, beta=9.1), _plan_case(17, 37, 3)),
        PLAN_MISTAKES,
        _observe_plan,
        todo="draw a mask for the upper part, give each style its mask, change a setting of "
        "`base`, and return all three.",
        words={"pictures": "the plan", "mask": "the mask of the first style"},
        points=4,
    ),
    Exercise(
        "find_cause",
        find_cause,
        (_ward_case(1), _ward_case(2), _ward_case(3)),
        CAUSE_MISTAKES,
        _observe_causes,
        todo="ask one question after the other, and return the name of the cause as soon as one "
        "of them is answered.",
        words={"causes": "a cause"},
        points=6,
    ),
)
