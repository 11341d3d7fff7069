"""How a picture is painted, as data: settings, settings with a name, settings in a file.

Nothing here paints. `nst_utils.engine` does, and the command line, the laboratory and the web page
hand it the same `Settings`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from numbers import Integral, Real
from typing import Any

from nst_utils.config import CONFIG, CONTENT_LAYER, STYLE_LAYERS, NSTError

# Names alone: what computes them stands in `nst_utils.vgg` and `nst_utils.objective`.
POOLINGS = ("avg", "max")
PADDINGS = ("zero", "reflect", "replicate")
PRECISIONS = ("float32", "bfloat16")
WEIGHTINGS = ("course", "gatys", "relative")
INITS = ("noise", "content", "style")
OPTIMIZERS = ("adam", "lbfgs")
COLORS = ("style", "match", "keep")
PRECISION_CHOICES = ("auto", *PRECISIONS)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a picture is painted.

    Attributes:
        size: longer side of the result, in pixels.
        coarsest: longer side of the first of the scales, each √2 times the one before; None
            paints at ``size`` alone.
        iterations: steps at the finest scale.
        growth: each coarser scale takes so many times the steps of the finer one: there they
            cost little, and settle the large forms.
        optimizer: ``"lbfgs"`` or ``"adam"``.
        learning_rate: of Adam: how far a pixel moves in a step, in units of 0–255.
        beta_2: of Adam: how much of the mean squared gradient it keeps from step to step.
        averaging: how much of the mean of all pictures is kept from step to step (0.9 to 0.99);
            0 takes the last picture. Adam trembles around its goal, and the mean does not.
        init: where the coarsest picture starts: ``"noise"``, ``"content"`` or ``"style"``.
        noise_ratio: share of noise in a noise start; the rest is content.
        seed: of the noise.
        alpha: weight of the content.
        beta: weight of the style.
        smoothness: weight of the total variation, divided by that of the photograph.
        weighting: what the costs are measured in, see `nst_utils.objective.WEIGHINGS`.
        content_layers: pairs of a layer's name and its weight.
        style_layers: the same for the style.
        pooling: ``"avg"`` or ``"max"``.
        padding: what surrounds a picture: ``"replicate"`` leaves no frame, ``"zero"`` is the
            course's.
        style_scale: size of the style picture, divided by that of the result: a larger one
            paints with larger strokes.
        colors: ``"style"`` takes those of the style; ``"match"`` first gives the style picture
            those of the photograph; ``"keep"`` takes brightness only from the painted picture.
        precision: ``"float32"``, ``"bfloat16"``, or ``"auto"``: whichever is faster here.

    Raises:
        NSTError: a value that cannot be used.
    """

    size: int = 512
    coarsest: int | None = 128
    iterations: int = 30
    growth: float = 1.35
    optimizer: str = "lbfgs"
    learning_rate: float = 5.0
    beta_2: float = 0.99
    averaging: float = 0.0
    init: str = "content"
    noise_ratio: float = CONFIG.NOISE_RATIO
    seed: int = 0
    alpha: float = 1.0
    beta: float = 20.0
    smoothness: float = 0.05
    weighting: str = "relative"
    content_layers: tuple[tuple[str, float], ...] = ((CONTENT_LAYER, 1.0),)
    style_layers: tuple[tuple[str, float], ...] = STYLE_LAYERS
    pooling: str = "avg"
    padding: str = "replicate"
    style_scale: float = 1.0
    colors: str = "style"
    precision: str = "auto"

    def __post_init__(self):
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise NSTError(
                    f"{name}: unknown {getattr(self, name)!r}; choose from {', '.join(allowed)}."
                )
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is None and name == "coarsest":
                continue
            kind, words = (Integral, "whole number") if name in _WHOLE else (Real, "number")
            if not isinstance(value, kind) or not low <= value <= high:
                raise NSTError(f"{name}: {value!r} is not a {words} from {low:g} to {high:g}.")
        for name in _LAYERS:
            if not _are_layers(getattr(self, name)):
                raise NSTError(
                    f"{name}: expected pairs of a layer's name and its weight, each layer once, "
                    f'such as (("conv4_2", 1.0),); got {getattr(self, name)!r}.'
                )


def _are_layers(layers: object) -> bool:
    """Whether these are pairs (name, weight ≥ 0), at least one, each name once."""
    try:
        pairs = [(name, float(weight)) for name, weight in layers]
        names = {name for name, _ in pairs if isinstance(name, str)}
        return len(names) == len(pairs) > 0 and all(0 <= weight < 1e12 for _, weight in pairs)
    except (TypeError, ValueError):
        return False


def as_data(settings: Settings) -> dict[str, Any]:
    """Make a dict of numbers, texts and lists: what a JSON file can hold."""
    data = asdict(settings)
    return data | {name: [list(pair) for pair in data[name]] for name in _LAYERS}


def from_data(data: Mapping[str, Any]) -> Settings:
    """Make settings of what `as_data` made; what is not named has its default.

    Raises:
        NSTError: a name is unknown, or a value cannot be used.
    """
    layers = {name: _as_pairs(data[name]) for name in _LAYERS if name in data}
    return changed(Settings(), {**data, **layers})


def changed(base: Settings, changes: Mapping[str, Any]) -> Settings:
    """Make settings that differ from others in what is named.

    Raises:
        NSTError: a name is unknown, or a value cannot be used.
    """
    for name in changes:
        if name not in SETTINGS:
            raise NSTError(f"settings: unknown {name!r}; there are {', '.join(SETTINGS)}.")
    return replace(base, **changes)


def _as_pairs(layers: object) -> object:
    """Lists of a JSON file → tuples; anything else is left for `Settings` to refuse."""
    if isinstance(layers, list) and all(isinstance(pair, list) for pair in layers):
        return tuple(tuple(pair) for pair in layers)
    return layers


SETTINGS = tuple(field.name for field in fields(Settings))
"""The name of every setting."""

_LAYERS = ("content_layers", "style_layers")
_CHOICES = {
    "optimizer": OPTIMIZERS,
    "init": INITS,
    "weighting": WEIGHTINGS,
    "pooling": POOLINGS,
    "padding": PADDINGS,
    "colors": COLORS,
    "precision": PRECISION_CHOICES,
}
_WHOLE = ("size", "coarsest", "iterations", "seed")
_RANGES = {
    "size": (16, 100_000),
    "coarsest": (16, 100_000),
    "iterations": (0, 1_000_000),
    "seed": (0, 2**64 - 1),
    "growth": (0.1, 10),
    "learning_rate": (0, 1e6),
    "beta_2": (0, 0.999999),
    "averaging": (0, 0.9999),
    "noise_ratio": (0, 1),
    "alpha": (0, 1e12),
    "beta": (0, 1e12),
    "smoothness": (0, 1e12),
    "style_scale": (0.05, 20),
}

PRESETS = {
    # The loop of notebook 06: the same picture, up to rounding.
    "course": Settings(
        size=400,
        coarsest=None,
        iterations=200,
        optimizer="adam",
        learning_rate=2.0,
        beta_2=0.999,
        init="noise",
        alpha=10,
        beta=40,
        smoothness=0.0,
        weighting="course",
        padding="zero",
        precision="float32",
    ),
    # Chosen by looking at many pictures.
    "best": Settings(),
    # Gatys et al. 2016, as their own program does it.
    "gatys": Settings(
        coarsest=None,
        iterations=500,
        alpha=1,
        beta=1,
        smoothness=0.0,
        weighting="gatys",
        style_layers=tuple((name, 1.0) for name, _ in STYLE_LAYERS),
        padding="zero",
    ),
}
"""Settings with a name."""


def scales(settings: Settings) -> list[tuple[int, int]]:
    """List the scales as (longer side in pixels, steps), coarse to fine.

    Source:
        Sizes of size/√2ⁱ are those of crowsonkb's style-transfer-pytorch.
    """
    sides = [settings.size]
    coarsest = settings.coarsest or settings.size
    # A little tolerance: 512/√2⁴ shall count as 128.
    while settings.size / 2 ** (len(sides) / 2) >= coarsest * 0.99:
        sides.append(round(settings.size / 2 ** (len(sides) / 2)))
    plan = [(side, round(settings.iterations * settings.growth**i)) for i, side in enumerate(sides)]
    return plan[::-1]
