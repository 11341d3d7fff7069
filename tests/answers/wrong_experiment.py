"""Wrong answers of notebook 07."""

from dataclasses import asdict, replace

from answers import wrong_answer
from nst_utils import PRESETS, Settings
from nst_utils.experiment import varied

# --- design_experiment -------------------------------------------------------------------------

DESIGN = "design_experiment"


@wrong_answer(DESIGN, "list_of_arms", "a list of length 3", "no names")
def arms_in_a_list(base):
    return [base, replace(base, beta=2.0), replace(base, beta=200.0)]


@wrong_answer(DESIGN, "list_of_arms", "a tuple of length 3")
def arms_with_commas(base):
    control = base
    shy = replace(base, beta=2.0)
    bold = replace(base, beta=200.0)
    return control, shy, bold


@wrong_answer(DESIGN, "one_arm_alone", "a single arm")
def one_picture_is_enough(base):
    return replace(base, beta=200.0)


@wrong_answer(DESIGN, "names_are_no_text", "of type float", "stands under a picture")
def named_by_numbers(base):
    return {beta: replace(base, beta=beta) for beta in (base.beta, 2.0, 200.0)}


@wrong_answer(DESIGN, "arms_are_no_settings", "holds a value of type float", "all the settings")
def only_the_values(base):
    return {"control": base.beta, "shy": 2.0, "bold": 200.0}


@wrong_answer(DESIGN, "arms_are_no_settings", "of type dict")
def only_the_changes(base):
    return {"control": base, "shy": {"beta": 2.0}, "bold": {"beta": 200.0}}


@wrong_answer(DESIGN, "base_changed_in_place", "FrozenInstanceError", "cannot be changed")
def assigns_to_the_base(base):
    arms = {"control": base}
    for name, beta in (("shy", 2.0), ("bold", 200.0)):
        base.beta = beta
        arms[name] = base
    return arms


@wrong_answer(DESIGN, "unknown_setting", "TypeError", "'style_weight'", "no such setting")
def another_spelling(base):
    arms = {"control": base}
    for weight in (2.0, 200.0):
        arms[f"weight {weight}"] = replace(base, style_weight=weight)
    return arms


@wrong_answer(DESIGN, "value_refused", "NSTError", "unknown 'random'", "choose from")
def a_start_that_there_is_not(base):
    starts = ("content", "style", "random")
    return {"control": base} | {start: replace(base, init=start) for start in starts}


@wrong_answer(DESIGN, "value_refused", "beta: -1")
def a_negative_weight(base):
    return {"control": base, "less": replace(base, beta=-1), "more": replace(base, beta=200.0)}


@wrong_answer(DESIGN, "no_arms", "empty")
def never_filled(base):
    arms = {}
    for beta in (2.0, 200.0):
        arm = {"control": base}
        arm[f"beta {beta}"] = replace(base, beta=beta)
    return arms


@wrong_answer(DESIGN, "nothing_changed", "nothing differs", "Where do they go?")
def result_of_replace_is_lost(base):
    arms = {}
    for name, beta in (("control", base.beta), ("shy", 2.0), ("bold", 200.0)):
        replace(base, beta=beta)
        arms[name] = base
    return arms


@wrong_answer(DESIGN, "base_ignored", "does not come from `base`", "`iterations`", "`size`")
def settings_made_anew(base):
    return {"control": base, "shy": Settings(beta=2.0), "bold": Settings(beta=200.0)}


@wrong_answer(DESIGN, "base_ignored", "does not come from `base`", "PRESETS")
def from_a_preset(base):
    best = PRESETS["best"]
    return {"control": best, "shy": replace(best, beta=2.0), "bold": replace(best, beta=200.0)}


@wrong_answer(DESIGN, "seed_changed_too", "`beta`, `seed`", "The seed alone")
def a_new_seed_for_every_arm(base):
    arms = {"control": base}
    for seed, beta in enumerate((2.0, 200.0)):
        arms[f"beta {beta}"] = replace(base, beta=beta, seed=seed)
    return arms


@wrong_answer(DESIGN, "effort_changed_too", "'bold'", "`beta`, `iterations`", "more or less work")
def more_steps_for_the_bold_one(base):
    bold = replace(base, beta=200.0, iterations=2 * base.iterations)
    return {"control": base, "shy": replace(base, beta=2.0), "bold": bold}


@wrong_answer(DESIGN, "effort_changed_too", "`pooling`, `size`")
def a_smaller_picture_with_max_pooling(base):
    return {
        "control": base,
        "max": replace(base, pooling="max", size=128),
        "max again": replace(base, pooling="max", size=96),
    }


@wrong_answer(DESIGN, "two_things_at_once", "`alpha`, `beta`", "which of the changes was it?")
def both_weights(base):
    less = replace(base, alpha=0.5, beta=200.0)
    return {"control": base, "photo": replace(base, alpha=5.0, beta=2.0), "glass": less}


@wrong_answer(DESIGN, "two_things_at_once", "'glass'", "`beta`, `init`")
def one_arm_with_two_changes(base):
    glass = replace(base, beta=200.0, init="style")
    return {"control": base, "shy": replace(base, beta=2.0), "glass": glass}


@wrong_answer(DESIGN, "different_factors", "`beta`, `init`", "not the same one")
def one_change_each(base):
    return {
        "control": base,
        "more style": replace(base, beta=200.0),
        "from the photograph": replace(base, init="content"),
    }


@wrong_answer(DESIGN, "without_effect", "`learning_rate` plays no part", "optimizer = 'lbfgs'")
def learning_rates_of_another_optimiser(base):
    rates = {f"rate {rate}": replace(base, learning_rate=rate) for rate in (1.0, 10.0, 50.0)}
    return {"control": base, **rates}


@wrong_answer(DESIGN, "no_control", "no arm is the control", "`beta`")
def three_others(base):
    return {f"beta {beta}": replace(base, beta=beta) for beta in (2.0, 20.0, 200.0)}


@wrong_answer(DESIGN, "two_alike", "'control' and 'same'", "same settings")
def one_arm_twice(base):
    same = replace(base, beta=base.beta)
    return {"control": base, "same": same, "bold": replace(base, beta=200.0)}


@wrong_answer(DESIGN, "too_few_arms", "2 arms", "three are the least")
def two_pictures(base):
    return {"control": base, "bold": replace(base, beta=200.0)}


@wrong_answer(DESIGN, "too_much_work", "times the work", "`iterations`", "would wait too long")
def the_whole_afternoon(base):
    return {
        "control": base,
        "long": replace(base, iterations=20 * base.iterations),
        "longer": replace(base, iterations=200 * base.iterations),
    }


# --- write_report ------------------------------------------------------------------------------

REPORT = "write_report"


def the_factor(results):
    [factor] = varied({name: result.settings for name, result in results.items()})
    return factor


def all_but(factor, results):
    settings = [result.settings for result in results.values()]
    return [name for name in asdict(settings[0]) if name != factor]


def whole_report(results, costs, ranking):
    factor = the_factor(results)
    return {
        "factor": factor,
        "constant": all_but(factor, results),
        "costs": costs,
        "ranking": ranking,
        "conclusion": f"I have changed {factor}. The best arm is {ranking[0]}.",
    }


def measured(results, style_cost):
    return {name: style_cost(result.picture) for name, result in results.items()}


def right_report(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "no_dictionary", "a tuple of length 5")
def five_things(results, style_cost):
    return tuple(right_report(results, style_cost).values())


@wrong_answer(REPORT, "entries_missing", "without `conclusion`")
def without_a_conclusion(results, style_cost):
    report = right_report(results, style_cost)
    del report["conclusion"]
    return report


@wrong_answer(REPORT, "entries_missing", "without `costs`")
def other_words(results, style_cost):
    report = right_report(results, style_cost)
    report["style costs"] = report.pop("costs")
    return report


@wrong_answer(REPORT, "names_in_place_of_results", "'str' object", "gives both")
def loops_over_names(results, style_cost):
    costs = {result: style_cost(result.picture) for result in results}
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "no_picture_measured", "NSTError", "measures pictures")
def measures_the_result(results, style_cost):
    costs = {name: style_cost(result) for name, result in results.items()}
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "winner_alone", "one name", "all of them in order")
def only_the_best(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"ranking": min(report["costs"], key=report["costs"].get)}


@wrong_answer(REPORT, "winner_alone", "one name")
def a_list_of_the_best(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"ranking": report["ranking"][:1]}


@wrong_answer(REPORT, "numbers_ranked", "holds numbers", "sort names by something else")
def sorted_costs(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"ranking": sorted(report["costs"].values())}


@wrong_answer(REPORT, "costs_without_names", "nobody knows which cost")
def costs_in_a_list(results, style_cost):
    costs = [style_cost(result.picture) for result in results.values()]
    return right_report(results, style_cost) | {"costs": costs}


@wrong_answer(REPORT, "J_compared", "the weights of its own arm", "one in feet")
def lowest_J(results, style_cost):
    costs = {name: result.J for name, result in results.items()}
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "J_compared", "the weights of its own arm")
def ranked_by_J(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, sorted(results, key=lambda name: results[name].J))


@wrong_answer(REPORT, "own_style_cost", "J_style", "own arm")
def lowest_J_style(results, style_cost):
    costs = {}
    for name in results:
        costs[name] = results[name].J_style
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "content_compared", "about the style")
def lowest_J_content(results, style_cost):
    costs = {name: result.J_content for name, result in results.items()}
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "time_compared", "times")
def the_fastest_wins(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, sorted(results, key=lambda name: results[name].seconds))


@wrong_answer(REPORT, "one_picture_for_all", "again and again")
def a_name_of_the_loop_before(results, style_cost):
    for result in results.values():
        picture = result.picture
    costs = {name: style_cost(picture) for name in results}
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "control_left_out", "the control is missing")
def only_what_was_changed(results, style_cost):
    changed = {name: result for name, result in results.items() if name != "control"}
    costs = measured(changed, style_cost)
    return whole_report(results, costs, sorted(costs, key=costs.get))


@wrong_answer(REPORT, "largest_first", "begins with the highest style cost, 'timid'")
def more_is_better(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, sorted(costs, key=costs.get, reverse=True))


@wrong_answer(REPORT, "not_sorted", "the order in which they were painted")
def as_they_came(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, list(costs))


@wrong_answer(REPORT, "sorted_by_name", "order of the alphabet")
def sorted_without_key(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, sorted(costs))


@wrong_answer(REPORT, "arms_from_elsewhere", "not in `results`", "`more style`")
def names_of_my_own_experiment(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, ["more style", "control", "less style"])


@wrong_answer(REPORT, "arms_missing", "are missing", "`timid`")
def the_first_three(results, style_cost):
    costs = measured(results, style_cost)
    return whole_report(results, costs, sorted(costs, key=costs.get)[:3])


@wrong_answer(REPORT, "factor_written_out", "'beta' in every experiment", "here it is init")
def always_beta(results, style_cost):
    costs = measured(results, style_cost)
    ranking = sorted(costs, key=costs.get)
    return {
        "factor": "beta",
        "constant": all_but("beta", results),
        "costs": costs,
        "ranking": ranking,
        "conclusion": f"The best value of beta has the arm {ranking[0]}.",
    }


@wrong_answer(REPORT, "factor_unknown", "not the name of the setting that differs")
def a_value_in_place_of_the_factor(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"factor": report["ranking"][0]}


@wrong_answer(REPORT, "factor_held_constant", "holds the factor as well, beta")
def all_settings_are_constant(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"constant": list(asdict(results["control"].settings))}


@wrong_answer(REPORT, "constant_incomplete", "does not hold all")
def only_the_important_ones(results, style_cost):
    return right_report(results, style_cost) | {"constant": ["size", "iterations", "seed"]}


@wrong_answer(REPORT, "no_conclusion", "empty", "one minute")
def nothing_to_say(results, style_cost):
    return right_report(results, style_cost) | {"conclusion": ""}


@wrong_answer(REPORT, "conclusion_without_factor", "what was varied: beta")
def says_only_who_won(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"conclusion": f"The best arm is {report['ranking'][0]}."}


@wrong_answer(REPORT, "conclusion_without_winner", "lowest style cost", "whatever came out")
def says_who_won_last_time(results, style_cost):
    report = right_report(results, style_cost)
    return report | {"conclusion": f"I have changed {report['factor']}. More style is better."}


@wrong_answer(REPORT, "not_finite", "`costs` contains NaN")
def costs_as_text(results, style_cost):
    costs = measured(results, style_cost)
    report = whole_report(results, costs, sorted(costs, key=costs.get))
    return report | {"costs": {name: f"{cost:.3f}" for name, cost in costs.items()}}


@wrong_answer(REPORT, "argument_unused", "`style_cost`")
def no_yardstick(results, style_cost):
    costs = {name: float(result.picture.max()) for name, result in results.items()}
    return whole_report(results, costs, sorted(costs, key=costs.get))
