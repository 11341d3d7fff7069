"""A controlled experiment: arms that differ in one setting, what was measured, what it says.

Nothing here paints: `nst_utils.laboratory` does. The two functions at the end are those that
notebook 07 writes.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from nst_utils.settings import SETTINGS, Settings


@dataclass(frozen=True, eq=False)
class Result:
    """What came of one arm.

    Attributes:
        settings: how it was painted.
        picture: uint8, (n_H, n_W, 3), RGB.
        J: total cost of this picture, with the weights of these settings.
        J_content: its content cost, with the layers and the network of these settings.
        J_style: the same of its style cost.
        seconds: time of the steps, without loading and compiling.
        history: (seconds, J) at every step, the end included.
    """

    settings: Settings
    picture: np.ndarray
    J: float
    J_content: float
    J_style: float
    seconds: float
    history: tuple[tuple[float, float], ...] = ()


def varied(arms: Mapping[str, Settings]) -> dict[str, dict[str, Any]]:
    """Find the settings that are not the same in all arms.

    Args:
        arms: settings by the name of the arm.

    Returns:
        Setting → arm → value. A controlled experiment has one such setting: its factor.

    Example:
        >>> varied({"control": Settings(), "bold": Settings(beta=80.0)})
        {'beta': {'control': 20.0, 'bold': 80.0}}
    """
    as_dicts = {name: asdict(settings) for name, settings in arms.items()}
    table = {
        setting: {name: values[setting] for name, values in as_dicts.items()}
        for setting in SETTINGS
    }
    return {
        setting: values
        for setting, values in table.items()
        if any(value != next(iter(values.values())) for value in values.values())
    }


def design_experiment(base: Settings) -> dict[str, Settings]:
    """Design an experiment on the weight of the style.

    Args:
        base: the control.

    Returns:
        Settings by the name of the arm.
    """
    return {
        "control": base,
        "less style": replace(base, beta=base.beta / 8),
        "more style": replace(base, beta=base.beta * 8),
    }


def write_report(
    results: Mapping[str, Result], style_cost: Callable[[np.ndarray], float]
) -> dict[str, Any]:
    """Report a controlled experiment.

    Args:
        results: what came of each arm, by its name.
        style_cost: measures a picture, always in the same way.

    Returns:
        ``factor``, the name of the setting that differs; ``constant``, the names of all the
        others; ``costs``, the style cost of each arm; ``ranking``, the arms, lowest style cost
        first; ``conclusion``, a sentence with the factor and the first of the ranking.
    """
    arms = {name: result.settings for name, result in results.items()}
    [(factor, values)] = varied(arms).items()
    constant = [setting for setting in SETTINGS if setting != factor]
    costs = {name: style_cost(result.picture) for name, result in results.items()}
    ranking = sorted(costs, key=costs.get)
    best = ranking[0]
    return {
        "factor": factor,
        "constant": constant,
        "costs": costs,
        "ranking": ranking,
        "conclusion": f"The lowest style cost has {best}, with {factor} = {values[best]}.",
    }
