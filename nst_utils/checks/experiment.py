"""Notebook 07: a controlled experiment and its report, and what goes wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError, replace
from itertools import combinations
from typing import Any

import numpy as np

from nst_utils.checks.describe import kind
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.observe import as_numbers
from nst_utils.checks.rules import returned, somewhere, stopped_with
from nst_utils.checks.trials import same
from nst_utils.config import NSTError
from nst_utils.experiment import SETTINGS, Result, design_experiment, varied, write_report
from nst_utils.images import is_picture
from nst_utils.settings import PRESETS, Settings, scales

Trials = Sequence[Trial]
Arms = Mapping[str, Settings]


# The design -------------------------------------------------------------------------------------

BASE = Settings(
    size=184,
    coarsest=None,
    iterations=37,
    growth=1.15,
    learning_rate=3.7,
    beta_2=0.97,
    averaging=0.13,
    init="noise",
    noise_ratio=0.93,
    seed=40_213,
    alpha=1.3,
    beta=17.3,
    smoothness=0.037,
    style_scale=0.83,
    precision="float32",
)
"""A control whose numbers nobody takes for an arm by chance, and which no preset has."""


def _other_base(rng: np.random.Generator) -> tuple[Settings]:
    """Make a control with other numbers; what is chosen by a word stays."""
    changes = {name: float(rng.uniform(0.3, 0.95)) for name in ("growth", "noise_ratio", "beta_2")}
    changes |= {name: float(rng.uniform(1, 30)) for name in ("alpha", "beta", "learning_rate")}
    return (replace(BASE, **changes, seed=int(rng.integers(1000, 10**6))),)


def _design_case(**changes: Any) -> Case:
    return Case(lambda: (replace(BASE, **changes),), unseen=_other_base)


EFFORT = {"size", "coarsest", "iterations", "growth"}
"""Settings that make the work for a picture more or less."""

MOST_WORK = 20
"""Times the work of the control, for all arms together: what a class has time for."""

ENOUGH = 3
"""Arms, the control among them."""


def _changes(settings: Settings, base: Settings) -> set[str]:
    return set(varied({"": base, " ": settings}))


def _idle(settings: Settings) -> dict[str, str]:
    """Name the settings that play no part, and say why."""
    found = {}
    if settings.optimizer != "adam":
        found |= dict.fromkeys(("learning_rate", "beta_2"), f"optimizer = {settings.optimizer!r}")
    if settings.init != "noise":
        found |= dict.fromkeys(("seed", "noise_ratio"), f"init = {settings.init!r}")
    if settings.coarsest is None:
        found["growth"] = "coarsest = None"
    return found


def _work(settings: Settings) -> float:
    return sum(iterations * size**2 for size, iterations in scales(settings))


def _observe_design(function: Function, case: Case) -> Trial:
    """Ask for a design, and look at how its arms differ from the control and from each other."""
    (base,) = case.arguments()
    result = function(base, **case.keywords)
    if result is None:
        return Trial(case, problem="returns_none")
    details: dict[str, Any] = {"base": base, "result": result, "want_type": "a dictionary of arms"}
    odd = _odd_arms(result)
    if odd:
        return Trial(case, problem="wrong_type", details={**details, "got_type": odd})
    arms = {name: result[name] for name in result}
    others = {name: s for name, s in arms.items() if s != base}
    factors = set(varied({"": base, **_by_number(others)}))
    twins = [(a, b) for a, b in combinations(arms, 2) if arms[a] == arms[b]]
    work = sum(map(_work, arms.values())) / _work(base)
    values = {
        "control": _numbers(base) * (len(others) < len(arms)),
        "factors": np.array(float(len(factors))),
        "twins": np.array(float(len(twins))),
        "few": np.array(float(len(arms) < ENOUGH)),
        "idle": np.array(float(bool(factors & _idle(base).keys()))),
        "work": np.array(float(work > MOST_WORK)),
    }
    shown = {
        "twins": " and ".join(map(repr, twins[0])) if twins else "",
        "work": work,
        "work_times": f"{work:.0f}",
    }
    return Trial(case, values, details=details | _words(arms, others, factors, base) | shown)


def _by_number(arms: Arms) -> dict[str, Settings]:
    """Names that cannot be the one of the control."""
    return {str(number): settings for number, settings in enumerate(arms.values(), 1)}


def _odd_arms(result: Any) -> str:
    """Say what a design is in place of a dictionary of settings by names; or nothing."""
    if not isinstance(result, dict):
        return kind(result)
    names = [kind(name) for name in result if not isinstance(name, str)]
    settings = [kind(arm) for arm in result.values() if not isinstance(arm, Settings)]
    if names:
        return f"a dictionary whose names are no text: {names[0]}"
    return f"a dictionary that holds {settings[0]}" if settings else ""


def _numbers(settings: Settings) -> np.ndarray:
    """The settings that are numbers, as a row."""
    values = (getattr(settings, name) for name in SETTINGS)
    return np.array([float(v) for v in values if isinstance(v, int | float)])


def _words(arms: Arms, others: Arms, factors: set[str], base: Settings) -> dict[str, Any]:
    """Collect what messages may name, and what rules look at."""
    per_arm = {name: _changes(settings, base) for name, settings in others.items()}
    worst = max(per_arm, key=lambda name: len(per_arm[name]), default="")
    return {
        "arms": arms,
        "others": others,
        "factors": factors,
        "per_arm": list(per_arm.values()),
        "count": len(arms),
        "arm": repr(worst),
        "changes": _listed(per_arm.get(worst, ())),
        "listed": _listed(factors),
        "effort": _listed(factors & EFFORT),
        "why_idle": next((why for s, why in _idle(base).items() if s in factors), ""),
    }


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _made_anew(details: dict[str, Any]) -> bool:
    """Whether an arm is a preset, or one with a change or two, and far from the control."""
    return any(
        len(_changes(settings, details["base"])) > 2
        and any(len(_changes(settings, preset)) <= 2 for preset in PRESETS.values())
        for settings in details["others"].values()
    )


def _along(extra: set[str]) -> Callable[[dict[str, Any]], bool]:
    """Whether one factor changes, and in the same arms something of this."""
    return lambda details: (
        len(details["factors"] - extra) == 1
        and any(len(changes) > 1 for changes in details["per_arm"])
    )


DESIGN_MISTAKES = (
    Mistake(
        "list_of_arms",
        "your function returns {got_type}: the arms have no names.",
        "the brackets around your arms",
        "which kind of brackets gives each value a name? What would you call your arms?",
        rule=returned(lambda result: isinstance(result, list | tuple | set)),
    ),
    Mistake(
        "one_arm_alone",
        "your function returns the settings of a single arm. There is nothing to compare it with.",
        "the line with `return`",
        "which arms belong into the dictionary besides this one?",
        rule=returned(lambda result: isinstance(result, Settings)),
    ),
    Mistake(
        "names_are_no_text",
        "your function returns {got_type}.",
        "what stands left of each colon in your dictionary",
        "a value such as 80 says nothing when it stands under a picture. What is the arm called?",
        rule=returned(
            lambda result: (
                isinstance(result, dict) and any(not isinstance(name, str) for name in result)
            )
        ),
    ),
    Mistake(
        "arms_are_no_settings",
        "your function returns {got_type}. An arm is all the settings of a picture, not what "
        "changes alone.",
        "what stands right of each colon in your dictionary",
        "which function makes settings from `base`, with a change?",
        rule=returned(lambda result: isinstance(result, dict)),
    ),
    Mistake(
        "base_changed_in_place",
        "your function stopped with {error_type}: {error_text}{error_line}. Settings cannot be "
        "changed: what one arm did to them, the next would inherit.",
        "assignments such as `base.… = …`",
        "which function makes new settings, and leaves the old ones as they are?",
        rule=stopped_with(FrozenInstanceError, ""),
    ),
    Mistake(
        "unknown_setting",
        "your function stopped with {error_type}: {error_text}{error_line}. There is no such "
        "setting.",
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
        "no_arms",
        "your dictionary is empty.",
        "the line that makes the dictionary",
        "do your arms get into it, or into another one?",
        rule=somewhere(lambda details: not details["arms"]),
    ),
    Mistake(
        "nothing_changed",
        "all your arms are the control: nothing differs.",
        "every call of `replace`",
        "`replace` leaves `base` as it is, and returns new settings. Where do they go?",
        rule=somewhere(lambda details: not details["others"]),
        credit=0.0,
    ),
    Mistake(
        "base_ignored",
        "the arm {arm} does not come from `base`: it differs from it in {changes}.",
        "`Settings(…)` or `PRESETS[…]` in your function",
        "what you do not name has to be as in `base`. Which function keeps it?",
        rule=somewhere(_made_anew),
    ),
    Mistake(
        "seed_changed_too",
        "the arm {arm} differs from `base` in {changes}. The seed alone makes another picture: "
        "nobody can tell the two apart.",
        "every `seed=` in your function",
        "which of the two do you want to know about? What would the other one have to be?",
        rule=somewhere(_along({"seed"})),
    ),
    Mistake(
        "effort_changed_too",
        "the arm {arm} differs from `base` in {changes}. It gets more or less work than the "
        "others ({effort}), and that alone makes it better or worse.",
        "{effort} in your function",
        "would the arm also win with as many steps and pixels as the control has?",
        rule=somewhere(_along(EFFORT)),
    ),
    Mistake(
        "two_things_at_once",
        "the arm {arm} differs from `base` in more than one setting: {changes}.",
        "the call of `replace` for this arm",
        "if this picture is better, which of the changes was it?",
        rule=somewhere(lambda details: any(len(changes) > 1 for changes in details["per_arm"])),
    ),
    Mistake(
        "different_factors",
        "each arm changes one setting, but not the same one: {listed}.",
        "the names before the = in your calls of `replace`",
        "two arms side by side shall differ in one thing. Do yours?",
        rule=somewhere(lambda details: len(details["factors"]) > 1),
    ),
    Mistake(
        "without_effect",
        "{listed} plays no part while {why_idle}: all pictures will be the same.",
        "the setting that you have chosen",
        "what does the table above the exercise say about it? Which other setting is at work?",
        rule=somewhere(lambda details: bool(details["factors"] & _idle(details["base"]).keys())),
    ),
    Mistake(
        "no_control",
        "no arm is the control: every one differs from `base` in {listed}.",
        "the arms in your dictionary; and numbers that happen to be those of the notebook's `base`",
        "which arm is as `base` is, whatever stands in it?",
        rule=somewhere(lambda details: len(details["others"]) == len(details["arms"])),
    ),
    Mistake(
        "two_alike",
        "the arms {twins} have the same settings.",
        "the values of these two arms",
        "what do you learn from the second of them?",
        rule=somewhere(lambda details: bool(details["twins"])),
    ),
    Mistake(
        "too_few_arms",
        "there are {count} arms, the control among them; three are the least.",
        "the arms in your dictionary",
        "with two values you see that something changes. What do you need to see how it goes on?",
        rule=somewhere(lambda details: details["count"] < ENOUGH),
    ),
    Mistake(
        "too_much_work",
        "all your arms together are {work_times} times the work of the control. The class would "
        "wait too long.",
        "{listed}: the number of steps, or the size",
        "do smaller steps from value to value show the same?",
        rule=somewhere(lambda details: details["work"] > MOST_WORK),
    ),
)


# The report -------------------------------------------------------------------------------------


def _toy_style_cost(picture: np.ndarray) -> float:
    """Measure a picture; it stands for the yardstick of the laboratory, and refuses as that one."""
    if not is_picture(picture):
        raise NSTError("image: expected uint8 of shape (n_H, n_W, 3), as load_image makes it.")
    return float(np.mean(picture)) / 100


ARMS = {
    # Every way to choose among these arms chooses another one first.
    # (a setting, brightness of the picture, J, J_style, J_content, seconds)
    "control": ({}, 120, 9.0, 0.70, 0.60, 5.0),
    "timid": ({"beta": 2.0}, 200, 1.0, 0.40, 0.50, 6.0),
    "bold": ({"beta": 50.0}, 40, 30.0, 0.50, 0.90, 4.0),
    "frugal": ({"beta": 9.0}, 80, 5.0, 0.60, 0.80, 1.0),
    "wild": ({"beta": 400.0}, 100, 99.0, 0.10, 0.40, 3.0),
    "even": ({"beta": 30.0}, 160, 12.0, 0.90, 0.10, 2.0),
}
STARTS = {
    "from the photograph": ({"init": "content"}, 150, 3.0, 0.20, 0.30, 2.0),
    "control": ({}, 90, 8.0, 0.90, 0.50, 3.0),
    "from the glass": ({"init": "style"}, 30, 9.0, 0.30, 0.20, 1.0),
}
LAYERS = {
    "shallow": ({"style_layers": (("conv1_1", 1.0),)}, 60, 1.0, 0.10, 0.30, 3.0),
    "two": ({"style_layers": (("conv1_1", 0.5), ("conv2_1", 0.5))}, 20, 2.0, 0.30, 0.20, 1.0),
    "control": ({}, 110, 8.0, 0.90, 0.70, 4.0),
    "deep": ({"style_layers": (("conv5_1", 1.0),)}, 170, 5.0, 0.50, 0.60, 2.0),
}


def _results(table: Mapping[str, tuple], pictures: np.random.Generator) -> dict[str, Result]:
    """Make results as the laboratory does, of arms that were never painted."""
    found = {}
    for name, (change, brightness, J, J_style, J_content, seconds) in table.items():
        noise = pictures.integers(-9, 9, (5, 7, 3), endpoint=True)
        picture = np.uint8(np.clip(brightness + noise, 0, 255))
        settings = replace(BASE, **change)
        found[name] = Result(settings, picture, J, J_content, J_style, seconds)
    return found


FACTORS = ("alpha", "beta", "smoothness", "style_scale", "noise_ratio", "iterations")


def _other_results(table: Mapping[str, tuple]) -> Callable[[np.random.Generator], tuple]:
    """Make results of as many arms of another experiment, with numbers drawn anew."""

    def arguments(rng: np.random.Generator) -> tuple:
        factor = str(rng.choice(FACTORS))
        values = rng.permutation(np.linspace(2, 9, len(table)))
        values = [round(v) if factor == "iterations" else v / 10 for v in values]
        brightness = rng.permutation(np.linspace(20, 230, len(table)))
        costs = rng.uniform(0.1, 9, (len(table), 4))
        arms = zip(table, values, brightness, costs, strict=True)
        drawn = {
            name: ({} if name == "control" else {factor: v}, b, *map(float, c))
            for name, v, b, c in arms
        }
        return _results(drawn, rng), _toy_style_cost

    return arguments


def _report_case(table: Mapping[str, tuple], seed: int) -> Case:
    return Case(
        lambda: (_results(table, np.random.default_rng(seed)), _toy_style_cost),
        unseen=_other_results(table),
    )


ENTRIES = {
    "factor": "the name of a setting",
    "constant": "names of settings",
    "costs": "a dictionary of numbers",
    "ranking": "a list of arms",
    "conclusion": "a sentence",
}
"""What a report holds, and what each is, in words."""


def _observe_report(function: Function, case: Case) -> Trial:
    """Ask for a report, and make numbers of what it says."""
    results, style_cost = case.arguments()
    measured = {name: style_cost(result.picture) for name, result in results.items()}
    report = function(results, style_cost, **case.keywords)
    if report is None:
        return Trial(case, problem="returns_none")
    details: dict[str, Any] = {"result": report, "want_type": "a dictionary, the report"}
    odd = _odd_entries(report)
    if odd:
        return Trial(case, problem="wrong_type", details={**details, "got_type": odd})
    [factor] = varied({name: result.settings for name, result in results.items()})
    best = min(measured, key=measured.get)
    said = report["conclusion"].casefold()
    costs, ranking = report["costs"], list(report["ranking"])
    values = {
        "costs": np.array([_as_number(costs.get(name)) for name in results]),
        "ranking": _places([*results], ranking),
        "factor": _places(SETTINGS, [report["factor"]]),
        "constant": np.array([float(name in report["constant"]) for name in SETTINGS]),
        "conclusion": np.array([float(factor in said), float(best.casefold() in said)]),
        "elsewhere": np.array(float(len({*costs, *ranking} - {*results}))),
    }
    missing = [name for name in results if name not in costs or name not in ranking]
    details |= {
        "missing": _listed(missing),
        "elsewhere": _listed({*costs, *ranking} - {*results}),
        "factor_said": repr(report["factor"]),
        "factor_right": factor,
        "first": repr(ranking[0]) if ranking else "",
        "said": bool(said.strip()),
    }
    return Trial(case, values, details=details)


def _places(known: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Where these names stand among the known ones; −1 for an unknown one."""
    return np.array([float(known.index(n)) if n in known else -1.0 for n in names])


def _as_number(value: Any) -> float:
    numbers = as_numbers(value)
    return float(numbers.item()) if numbers is not None and numbers.size == 1 else np.nan


def _odd_entries(report: Any) -> str:
    """Say what a report is in place of a dictionary with five fitting entries; or nothing."""
    if not isinstance(report, dict):
        return kind(report)
    missing = [name for name in ENTRIES if name not in report]
    if missing:
        return f"a dictionary without {_listed(missing)}"
    fits = {
        "factor": isinstance(report["factor"], str),
        "constant": _are_names(report["constant"]),
        "costs": isinstance(report["costs"], dict) and _are_names(report["costs"]),
        "ranking": isinstance(report["ranking"], list | tuple) and _are_names(report["ranking"]),
        "conclusion": isinstance(report["conclusion"], str),
    }
    for name, words in ENTRIES.items():
        if not fits[name]:
            return f"a dictionary whose `{name}` is {kind(report[name])} and not {words}"
    return ""


def _are_names(value: Any) -> bool:
    """Whether this is a collection of texts, or a dictionary with such names."""
    kinds = list | tuple | set | frozenset | dict
    return isinstance(value, kinds) and all(isinstance(name, str) for name in value)


Report = dict[str, Any]
Measure = Callable[[Result], float]


def _reported(
    results: Mapping[str, Result],
    costs: Mapping[str, float],
    ranking: Sequence[str] | None = None,
    **entries: Any,
) -> Report:
    """A report in which everything follows from the costs, but for what is named."""
    [factor] = varied({name: result.settings for name, result in results.items()})
    ranking = sorted(costs, key=costs.get) if ranking is None else ranking
    report = {
        "factor": factor,
        "constant": [name for name in SETTINGS if name != factor],
        "costs": dict(costs),
        "ranking": list(ranking),
        "conclusion": f"{factor}: {ranking[0]} is first.",
    }
    return report | entries


def _measured(results: Mapping[str, Result], style_cost: Function) -> dict[str, float]:
    return {name: style_cost(result.picture) for name, result in results.items()}


def _by(measure: Measure) -> tuple[Function, Function]:
    """Two ways to be led by another number: as the costs, and in the ranking alone."""

    def as_costs(results, style_cost):
        return _reported(results, {name: measure(result) for name, result in results.items()})

    def in_ranking(results, style_cost):
        ranking = sorted(results, key=lambda name: measure(results[name]))
        return _reported(results, _measured(results, style_cost), ranking)

    return as_costs, in_ranking


def _ranked(order: Callable[[dict[str, float]], list[str]]) -> Function:
    """The right costs in another order."""

    def report(results, style_cost):
        costs = _measured(results, style_cost)
        return _reported(results, costs, order(costs))

    return report


def _with_entries(entries: Callable[[Report], Report]) -> Function:
    """A right report, but for some entries."""

    def report(results, style_cost):
        right = _reported(results, _measured(results, style_cost))
        return right | entries(right)

    return report


def _without_control(results, style_cost):
    rest = {name: result for name, result in results.items() if name != "control"}
    return _reported(results, _measured(rest, style_cost))


def _one_picture(choose: Callable[[list[Result]], Result]) -> Function:
    def report(results, style_cost):
        cost = style_cost(choose([*results.values()]).picture)
        return _reported(results, dict.fromkeys(results, cost))

    return report


def _differs(name: str) -> Rule:
    """Whether this part of some report is not the right one."""
    return lambda trials, expected: any(
        name in trial.values and not same(trial.values[name], want.values[name])
        for trial, want in zip(trials, expected, strict=True)
    )


def _says(index: int, trials: Trials) -> bool:
    """Whether every conclusion has what is asked for: 0 is the factor, 1 the best arm."""
    return all(trial.values["conclusion"][index] for trial in trials if trial.values)


def _factor_is_fixed(trials: Trials, expected: Trials) -> bool:
    said = {trial.details["factor_said"] for trial in trials if trial.values}
    return len(said) == 1 and _differs("factor")(trials, expected)


def _of_report(predicate: Callable[[Report], bool]) -> Rule:
    """Make a rule that looks at a report with an entry of the wrong kind."""

    def rule(trials: Trials, _: Trials) -> bool:
        odd = [trial.details["result"] for trial in trials if trial.problem == "wrong_type"]
        whole = [
            report for report in odd if isinstance(report, dict) and ENTRIES.keys() <= {*report}
        ]
        return any(map(predicate, whole))

    return rule


REPORT_MISTAKES = (
    Mistake(
        "no_dictionary",
        "your function returns {got_type}; expected a dictionary with `factor`, `constant`, "
        "`costs`, `ranking` and `conclusion`.",
        "the line with `return`",
        "the last line of the exercise was there already. What has become of it?",
        rule=returned(lambda report: isinstance(report, list | tuple | set)),
    ),
    Mistake(
        "entries_missing",
        "your function returns {got_type}.",
        "the line with `return`",
        "which five things does the exercise ask for, and how are they spelled?",
        rule=returned(
            lambda report: isinstance(report, dict) and not ENTRIES.keys() <= report.keys()
        ),
    ),
    Mistake(
        "names_in_place_of_results",
        "your function stopped with {error_type}: {error_text}{error_line}. A name of an arm "
        "stands where its result is needed.",
        "the loops over `results`",
        "a loop over a dictionary gives its names. What gives both, names and results?",
        rule=stopped_with(AttributeError, "'str' object has no attribute"),
    ),
    Mistake(
        "no_picture_measured",
        "your function stopped with {error_type}: {error_text}{error_line}. `style_cost` measures "
        "pictures, and was given something else.",
        "what stands in the brackets of `style_cost(…)`",
        "a result holds settings, costs and a picture. How do you ask it for one of them?",
        rule=stopped_with(NSTError, "expected uint8"),
    ),
    Mistake(
        "winner_alone",
        "`ranking` holds one name; expected all arms, the best one first.",
        "the line that makes `ranking`",
        "`min` finds one. Which function puts all of them in order?",
        rule=lambda trials, expected: (
            _of_report(lambda report: isinstance(report["ranking"], str))(trials, expected)
            or all(trial.values and trial.values["ranking"].size == 1 for trial in trials)
        ),
    ),
    Mistake(
        "numbers_ranked",
        "`ranking` holds numbers; expected the names of the arms.",
        "the line that makes `ranking`",
        "you sort the costs themselves. How does `sorted` sort names by something else?",
        rule=_of_report(
            lambda report: (
                isinstance(report["ranking"], list | tuple)
                and len(report["ranking"]) > 0
                and all(as_numbers(item) is not None for item in report["ranking"])
            )
        ),
    ),
    Mistake(
        "costs_without_names",
        "your function returns {got_type}: nobody knows which cost belongs to which arm.",
        "the line that makes `costs`",
        "which kind of brackets keeps a name beside each number?",
        rule=_of_report(lambda report: not isinstance(report["costs"], dict | int | float | str)),
    ),
    Mistake(
        "J_compared",
        "you compare the J of the arms. Each J was computed with the weights of its own arm: with "
        "a smaller β it is smaller, whatever the picture looks like.",
        "the line that makes `costs`, and the one that makes `ranking`",
        "two lengths, one in metres and one in feet: how do you compare them? What measures all "
        "pictures in the same way here?",
        wrong=_by(lambda result: result.J),
    ),
    Mistake(
        "own_style_cost",
        "you compare the J_style of the arms. Each was computed with the layers and the network of "
        "its own arm: an arm that looks at one layer has an easy task.",
        "the line that makes `costs`, and the one that makes `ranking`",
        "may each runner bring a stopwatch? What measures all pictures in the same way here?",
        wrong=_by(lambda result: result.J_style),
    ),
    Mistake(
        "content_compared",
        "you compare the content costs; the report is about the style.",
        "the line that makes `costs`, and the one that makes `ranking`",
        "what does `style_cost` measure, and of what?",
        wrong=_by(lambda result: result.J_content),
    ),
    Mistake(
        "time_compared",
        "you compare the times; the report is about the style cost.",
        "the line that makes `costs`, and the one that makes `ranking`",
        "which arm is the fastest, and which has the lowest style cost: is that one question?",
        wrong=_by(lambda result: result.seconds),
    ),
    Mistake(
        "one_picture_for_all",
        "all arms have the same cost: one and the same picture is measured again and again.",
        "what stands in the brackets of `style_cost(…)`",
        "does it change from arm to arm in your loop?",
        wrong=(
            _one_picture(lambda results: results[0]),
            _one_picture(lambda results: results[-1]),
        ),
    ),
    Mistake(
        "control_left_out",
        "the control is missing in your costs or in your ranking.",
        "conditions in your loops, and `results.pop`",
        "the control is an arm as well. What if it is the best one?",
        wrong=(
            _without_control,
            _ranked(lambda costs: [n for n in sorted(costs, key=costs.get) if n != "control"]),
        ),
    ),
    Mistake(
        "largest_first",
        "your ranking begins with the highest style cost, {first}.",
        "`reverse=True`, `max`, or a minus in the line that makes `ranking`",
        "is a picture with a high style cost near to the style, or far from it?",
        wrong=_ranked(lambda costs: sorted(costs, key=costs.get, reverse=True)),
    ),
    Mistake(
        "not_sorted",
        "your ranking has the arms in the order in which they were painted.",
        "the line that makes `ranking`",
        "which function puts names in order, and how does it learn of the costs?",
        wrong=_ranked(list),
    ),
    Mistake(
        "sorted_by_name",
        "your ranking has the arms in the order of the alphabet.",
        "the line that makes `ranking`",
        "`sorted` of a dictionary sorts its names. How does it learn by what to sort?",
        wrong=_ranked(sorted),
    ),
    Mistake(
        "arms_from_elsewhere",
        "your report names arms that are not in `results`: {elsewhere}.",
        "names of arms written out in your function",
        "another experiment has other arms. Where does your function find their names?",
        rule=_differs("elsewhere"),
    ),
    Mistake(
        "arms_missing",
        "these arms are missing in your costs or in your ranking: {missing}.",
        "the lines that make `costs` and `ranking`, and conditions or limits in them",
        "how many arms come in, and how many stand in the report?",
        rule=lambda trials, _: any(trial.details.get("missing") for trial in trials),
    ),
    Mistake(
        "factor_written_out",
        "your factor is {factor_said} in every experiment; here it is {factor_right}.",
        "the line that makes `factor`",
        "your function shall report any experiment. What finds the settings that differ?",
        rule=_factor_is_fixed,
    ),
    Mistake(
        "factor_unknown",
        "your factor is {factor_said}, and that is not the name of the setting that differs, "
        "{factor_right}.",
        "the line that makes `factor`",
        "print `varied(…)` of the arms: what is the name, and what are its values?",
        rule=_differs("factor"),
    ),
    Mistake(
        "factor_held_constant",
        "`constant` holds the factor as well, {factor_right}.",
        "the line that makes `constant`",
        "which of the settings was not the same in all arms?",
        wrong=_with_entries(lambda right: {"constant": SETTINGS}),
    ),
    Mistake(
        "constant_incomplete",
        "`constant` does not hold all the settings that were the same in all arms, or others.",
        "the line that makes `constant`",
        "`SETTINGS` holds the names of all. Which one of them does not belong here?",
        rule=_differs("constant"),
    ),
    Mistake(
        "no_conclusion",
        "your conclusion is empty.",
        "the line that makes `conclusion`",
        "what would you tell somebody who has one minute?",
        rule=lambda trials, _: any(trial.values and not trial.details["said"] for trial in trials),
    ),
    Mistake(
        "conclusion_without_factor",
        "your conclusion does not say what was varied: {factor_right}.",
        "the line that makes `conclusion`",
        "who reads this sentence alone: does he know what the experiment was about?",
        rule=lambda trials, _: not _says(0, trials),
    ),
    Mistake(
        "conclusion_without_winner",
        "your conclusion does not name the arm with the lowest style cost.",
        "the line that makes `conclusion`; and names of arms written out in it",
        "the sentence must fit whatever came out. Which name of yours holds the best arm?",
        rule=lambda trials, _: not _says(1, trials),
    ),
)

EXERCISES = (
    Exercise(
        "design_experiment",
        design_experiment,
        (_design_case(), _design_case(beta=3.1, seed=911), _design_case(size=152, alpha=0.7)),
        DESIGN_MISTAKES,
        _observe_design,
        todo="choose one setting, and make a dictionary of arms: the control, and at least two "
        "that differ from it in this setting alone.",
        words={"control": "the control", "factors": "the number of settings that differ"},
        points=4,
    ),
    Exercise(
        "write_report",
        write_report,
        (_report_case(ARMS, 1), _report_case(STARTS, 2), _report_case(LAYERS, 3)),
        REPORT_MISTAKES,
        _observe_report,
        todo="find the factor, measure all pictures with one yardstick, rank the arms, and say "
        "in a sentence what came out.",
        words={"costs": "`costs`", "ranking": "`ranking`", "constant": "`constant`"},
        points=4,
    ),
)
