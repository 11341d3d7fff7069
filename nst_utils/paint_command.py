"""The command line of the painting itself: one picture, or a folder of them."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tqdm import tqdm

from nst_utils import batch
from nst_utils._quiet import tf
from nst_utils.config import CONFIG, CONTENT_LAYER, STYLE_LAYERS, NSTError, project_path
from nst_utils.film import is_film
from nst_utils.images import find_picture
from nst_utils.instant_command import (
    instant_settings,
    paint_folder,
    paint_instantly,
    refuse_instant_options,
)
from nst_utils.optimize import Progress
from nst_utils.recipe import InstantSettings, Recipe, StyleFile, read_recipe
from nst_utils.run import Job, Run, stopped_by_signals
from nst_utils.settings import (
    COLORS,
    INITS,
    OPTIMIZERS,
    PADDINGS,
    POOLINGS,
    PRECISION_CHOICES,
    PRESETS,
    SETTINGS,
    WEIGHTINGS,
    Settings,
    changed,
)

PRESET = "best"
"""What is painted where nothing else is asked for."""


def build_parser(prog: str) -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Paint the content of one picture in the style of another, or of several "
        "(Gatys et al. 2016).",
        epilog=f"{prog} weights: which networks are there, fetch the real VGG-19, verify a file "
        f"({prog} weights --help). {prog} studio: a page for visitors. {prog} doctor: is "
        "everything there that the course needs?",
    )
    parser.set_defaults(
        run=paint,
        when_stopped="{output} was not written. If a checkpoint lies beside it, --resume goes on.",
        when_full=", or try a smaller --size or --memory",
    )
    parser.add_argument(
        "pictures",
        nargs="*",
        metavar="CONTENT STYLE",
        help="the picture that says what is to be seen, and the one that says how it is painted; "
        "more styles may follow. With --settings either may be left out",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="where to write the result, .jpg or .png for example (default: CONTENT-STYLE.jpg in "
        "the project's output folder); with --batch a folder",
    )
    _add_picture_options(parser.add_argument_group("picture"))
    _add_style_options(parser.add_argument_group("styles"))
    _add_cost_options(parser.add_argument_group("network and costs"))
    _add_report_options(parser.add_argument_group("on the way"))
    _add_instant_options(parser.add_argument_group("in one pass"))
    _add_batch_options(parser.add_argument_group("many pictures"))
    parser.set_defaults(defaults=vars(parser.parse_args([])))
    return parser


def _add_picture_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        help="what the other options start from: best, which paints coarse to fine; the course's "
        f"loop; or Gatys' own settings (default: {PRESET})",
    )
    group.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="start from the settings, and the pictures, of a .settings.json instead: one is "
        "written beside every result",
    )
    group.add_argument("--size", type=_whole(16), help=f"longer side, in pixels {_of('size')}")
    group.add_argument(
        "--coarsest",
        type=_whole(16),
        help=f"longer side of the first scale; as large as --size for one scale {_of('coarsest')}",
    )
    group.add_argument(
        "--iterations",
        type=_whole(0),
        help=f"steps of the optimiser, at the last scale {_of('iterations')}",
    )
    group.add_argument(
        "--optimizer", choices=OPTIMIZERS, help=f"what moves the pixels {_of('optimizer')}"
    )
    group.add_argument(
        "--learning-rate",
        type=_number,
        help="how far Adam moves a pixel in a step; L-BFGS finds that out itself "
        f"{_of('learning_rate')}",
    )
    group.add_argument(
        "--averaging",
        type=_share,
        help="how much of the mean of all pictures is kept from step to step, for Adam; 0 takes "
        f"the last picture {_of('averaging')}",
    )
    group.add_argument("--init", choices=INITS, help=f"where the picture starts {_of('init')}")
    group.add_argument(
        "--start", type=Path, metavar="PICTURE", help="a picture to start from, in place of --init"
    )
    group.add_argument(
        "--noise-ratio",
        type=_share,
        help="share of noise in a start from noise, 0 to 1; the rest is content "
        f"{_of('noise_ratio')}",
    )
    group.add_argument(
        "--seed",
        type=_whole(0),
        help=f"of the noise: the same seed, the same picture {_of('seed')}",
    )
    group.add_argument(
        "--colors",
        choices=COLORS,
        help="those of the style; or match: the style is first given those of the content; or "
        f"keep: brightness alone is painted {_of('colors')}",
    )


def _add_style_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--style-scale",
        type=_number,
        help="size of the style picture, divided by that of the result: larger means larger "
        f"strokes {_of('style_scale')}",
    )
    group.add_argument(
        "--style-weights",
        type=_weights,
        metavar="W,W,…",
        help="of several styles, one for each (default: all the same)",
    )
    group.add_argument(
        "--mask",
        action="append",
        metavar="PICTURE",
        help="where a style goes: a picture that is white there and black elsewhere, with greys "
        "between; repeat it for every style, in their order; - for everywhere",
    )


def _add_cost_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--weights",
        default=None,
        metavar="small|vgg19|PATH",
        help="the network: the bundled one, the real VGG-19, or a MatConvNet file "
        "(default: $NST_WEIGHTS, or small)",
    )
    group.add_argument(
        "--content-layers",
        "--content-layer",
        type=_layers,
        metavar="NAME[=WEIGHT],…",
        help=f"compared position by position (default: {CONTENT_LAYER})",
    )
    group.add_argument(
        "--style-layers",
        type=_layers,
        metavar="NAME[=WEIGHT],…",
        help="compared by their Gram matrices (default: "
        f"{', '.join(name for name, _ in STYLE_LAYERS)}, all with the same weight)",
    )
    group.add_argument("--alpha", type=_number, help=f"weight of the content {_of('alpha')}")
    group.add_argument("--beta", type=_number, help=f"weight of the style {_of('beta')}")
    group.add_argument(
        "--smoothness",
        type=_number,
        help=f"weight of the total variation: more of it, less noise {_of('smoothness')}",
    )
    group.add_argument(
        "--weighting",
        choices=WEIGHTINGS,
        help="what α and β weigh: errors relative to their targets, which mean the same at every "
        "size and with every network; or the formulas of the course, or of Gatys' own program "
        f"{_of('weighting')}",
    )
    group.add_argument("--pooling", choices=POOLINGS, help=f"of blocks of 2×2 {_of('pooling')}")
    group.add_argument(
        "--padding",
        choices=PADDINGS,
        help=f"what surrounds the picture in the network {_of('padding')}",
    )
    group.add_argument(
        "--precision", choices=PRECISION_CHOICES, help=f"the type of the numbers {_of('precision')}"
    )


def _of(field: str) -> str:
    """Say the default of an option: that of each preset, or the one that all have."""
    values = {name: getattr(settings, field) for name, settings in PRESETS.items()}
    if len(set(values.values())) == 1:
        return f"(default: {next(iter(values.values()))})"
    told = (f"{'--size' if value is None else value} for {name}" for name, value in values.items())
    return f"(default: {', '.join(told)})"


def _add_report_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--save-every",
        type=_whole(1),
        metavar="N",
        help="also keep the picture of every N-th step, beside the result",
    )
    group.add_argument("--gif", action="store_true", help="also make a film, beside the result")
    group.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint of a run that was broken off, where there is one",
    )
    group.add_argument(
        "--checkpoint-every",
        type=_number,
        default=60.0,
        metavar="SECONDS",
        help="how often a checkpoint is written, beside the result; 0: only when the run is "
        "stopped (default: %(default)g)",
    )
    group.add_argument(
        "--memory",
        type=_number,
        metavar="GIB",
        help="how much may be used; what needs more is computed in tiles, with the same result "
        "(default: what is free)",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_instant_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--instant",
        action="store_true",
        help="paint in a fraction of a second, without optimisation (Huang & Belongie 2017). "
        "CONTENT may be a film, too: .gif, .mp4, .mov, … Of the options above, --size (default: "
        "that of CONTENT), --colors, --style-scale, --style-weights and --mask work as well",
    )
    group.add_argument(
        "--strength",
        type=_share,
        help="how much of the style, 0 to 1 (default: 1); only with --instant",
    )
    group.add_argument(
        "--magenta",
        type=Path,
        metavar="PATH",
        help="Magenta's network in place of the bundled one: the file or folder of "
        "arbitrary-image-stylization-v1-256 (TensorFlow Hub); only with --instant",
    )


def _add_batch_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--batch",
        action="store_true",
        help="CONTENT is a folder, and all its pictures are painted; those done before are "
        "skipped, half-painted ones are gone on with",
    )
    group.add_argument(
        "--workers",
        type=_whole(1),
        default=1,
        help="processes that paint side by side (default: %(default)s)",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster, whose workers paint instead; they must see the same files",
    )


# From words to values ---------------------------------------------------------------------------


def _whole(at_least: int) -> Callable[[str], int]:
    """Make a parser of whole numbers from a lower bound up."""

    def whole_number(text: str) -> int:
        value = int(text)
        if value < at_least:
            raise argparse.ArgumentTypeError(f"{text} is less than {at_least}")
        return value

    whole_number.__name__ = "whole number"  # argparse names it: "invalid whole number value: 'x'"
    return whole_number


def _number(text: str) -> float:
    value = float(text)
    if not (np.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 up")
    return value


_number.__name__ = "number"


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


_share.__name__ = "number"


def _weights(text: str) -> tuple[float, ...]:
    """Parse ``2,1``."""
    try:
        return tuple(_number(weight) for weight in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 2,1") from None


def _layers(text: str) -> tuple[tuple[str, float], ...]:
    """Parse ``conv1_1=0.5,conv2_1``; a weight that is not named is 1."""
    pairs = [part.partition("=") for part in text.split(",")]
    try:
        layers = tuple((name.strip(), _number(weight) if eq else 1.0) for name, eq, weight in pairs)
        if len(dict(layers)) < len(layers):
            raise argparse.ArgumentTypeError(f"{text!r} names a layer twice")
        return layers
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form NAME=WEIGHT,NAME=WEIGHT, such as conv1_1=0.5,conv2_1=0.5"
        ) from None


def _recipe(options: argparse.Namespace) -> Recipe:
    """What the options, and the file of --settings, name."""
    if options.settings and options.preset:
        raise NSTError("--settings and --preset: give one of them.")
    named = read_recipe(options.settings) if options.settings else {}
    settings = _settings(named.pop("settings", None), options)
    content, *styles = options.pictures or [None]
    if content is not None:
        named["content"] = Path(content) if options.batch else find_picture(content)
    if styles:
        named["styles"] = _styles(styles, options)
    elif options.mask or options.style_weights:
        raise NSTError("--mask and --style-weights: name the styles, too.")
    for entry, word in (("content", "CONTENT"), ("styles", "STYLE")):
        if entry not in named:
            raise NSTError(f"{word}: which picture? Name it, or a file of --settings that does.")
    if options.start is not None:
        named["start"] = find_picture(options.start)
    if options.weights is not None:
        named["weights"] = options.weights
    return Recipe(**named, settings=settings)


def _settings(
    base: Settings | InstantSettings | None, options: argparse.Namespace
) -> Settings | InstantSettings:
    """The settings of a file or a preset, and what the options say otherwise."""
    if isinstance(base, InstantSettings) or (options.instant and base is None):
        return instant_settings(options, base)
    if options.instant:
        raise NSTError(
            f"{options.settings}: holds the settings of an optimisation; leave out either "
            "--settings or --instant."
        )
    refuse_instant_options(options)
    return _changed(base or PRESETS[options.preset or PRESET], options)


def _styles(pictures: list[str], options: argparse.Namespace) -> tuple[StyleFile, ...]:
    """The styles, with their weights and masks."""
    count = len(pictures)
    weights = options.style_weights or (1.0,) * count
    masks = options.mask or ["-"] * count
    for option, given in (("--style-weights", weights), ("--mask", masks)):
        if len(given) != count:
            raise NSTError(f"{option}: {len(given)} for {count} styles; give one for each.")
    return tuple(
        StyleFile(find_picture(picture), weight, None if mask == "-" else find_picture(mask))
        for picture, weight, mask in zip(pictures, weights, masks, strict=True)
    )


def _changed(settings: Settings, options: argparse.Namespace) -> Settings:
    """The settings, and what the options say otherwise."""
    given = {name: getattr(options, name, None) for name in SETTINGS}
    return changed(settings, {n: value for n, value in given.items() if value is not None})


def _job(recipe: Recipe, options: argparse.Namespace) -> Job:
    if options.output is None:
        name = "-".join(path.stem for path in (recipe.content, *(s.picture for s in recipe.styles)))
        options.output = project_path(CONFIG.OUTPUT_DIR, name if options.batch else f"{name}.jpg")
    return Job(
        recipe=recipe,
        output=options.output,
        save_every=options.save_every,
        film=options.gif,
        checkpoint_every=options.checkpoint_every,
        resume=options.resume,
        memory=options.memory,
    )


# What is done -----------------------------------------------------------------------------------


def paint(options: argparse.Namespace) -> int:
    """Do what the options ask: read, optimise, write.

    Returns:
        0 when all is written; 1 when a picture of a batch failed.

    Raises:
        NSTError: for everything that is wrong with the input, in one sentence.
        KeyboardInterrupt: it was stopped.
        MemoryError: it does not suffice, after all.
    """
    recipe = _recipe(options)
    try:
        if options.batch:
            return _paint_all(_job(recipe, options), options)
        if isinstance(recipe.settings, InstantSettings):
            return paint_instantly(recipe, options)
        if is_film(recipe.content):
            raise NSTError(f"{recipe.content}: this is a film; with --instant it can be painted.")
        return _paint_one(_job(recipe, options), options)
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error


def _paint_one(job: Job, options: argparse.Namespace) -> int:
    run = Run(job)
    if not options.quiet:
        print(_announced(run))
    with (
        stopped_by_signals(run),
        tqdm(
            total=run.painter.total, initial=run.resumed, unit="step", disable=options.quiet
        ) as bar,
    ):
        for progress in run:
            bar.update(progress.step - bar.n)
            bar.set_postfix_str(_costs_in_words(progress), refresh=False)
    if not run.finished:
        options.unfinished = job.unfinished
        options.when_stopped = (
            "The picture so far: {unfinished}. To go on: the same command with --resume."
        )
        raise KeyboardInterrupt
    if not options.quiet:
        print(f"{job.output}: written after {progress.seconds:.1f} s. {_costs_in_words(progress)}")
    return 0


def _announced(run: Run) -> str:
    """Say beforehand what will be done, and what it takes."""
    painter = run.painter
    width, height = painter.size
    number = len(painter.plan)
    parts = [
        f"{width}×{height} pixels",
        "one scale" if number == 1 else f"{number} scales",
        f"{painter.total} steps",
        run.model.precision,
        f"about {painter.memory:.1f} GiB of memory",
    ]
    if painter.tile is not None and max(painter.size) > painter.tile:
        parts.append(f"tiles of {painter.tile}")
    if run.resumed:
        parts.append(f"going on after step {run.resumed}")
    return ", ".join(parts)


def _paint_all(like: Job, options: argparse.Namespace) -> int:
    wanted = batch.jobs(like.recipe.content, options.output, like)
    if isinstance(like.recipe.settings, InstantSettings):
        outcomes = paint_folder(wanted)
    else:
        outcomes = batch.paint_all(wanted, options.workers, options.scheduler)
    failed: list[batch.Outcome] = []
    counts = dict.fromkeys((batch.PAINTED, batch.DONE, batch.FAILED, batch.STOPPED), 0)
    options.when_stopped = "To go on: the same command."
    with tqdm(total=len(wanted), unit="picture", disable=options.quiet) as bar:
        for outcome in outcomes:
            counts[outcome.what] += 1
            bar.update()
            bar.set_postfix_str(f"{outcome.job.recipe.content.name} {outcome.what}")
            if outcome.what == batch.FAILED:
                failed.append(outcome)
    if counts[batch.STOPPED]:
        raise KeyboardInterrupt
    if not options.quiet:
        told = (f"{number} {what}" for what, number in counts.items() if number)
        print(f"{options.output}: {', '.join(told)}")
    for outcome in failed:
        print(f"{outcome.job.recipe.content}: {outcome.why}", file=sys.stderr)
    return 1 if failed else 0


def _costs_in_words(progress: Progress) -> str:
    return f"J {progress.J:.3g}, content {progress.J_content:.3g}, style {progress.J_style:.3g}"
