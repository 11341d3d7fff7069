"""The command line: ``python -m nst_utils CONTENT STYLE -o OUT``."""

import argparse
import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from nst_utils import environment, weights_command
from nst_utils.config import CONFIG, CONTENT_LAYER, STYLE_LAYERS, NSTError, project_path
from nst_utils.engine import (
    COLORS,
    INITS,
    OPTIMIZERS,
    PRECISION_CHOICES,
    PRESETS,
    Settings,
    finished,
    load_model,
    scales,
    steps,
)
from nst_utils.images import (
    check_destination,
    load_image,
    resize_image,
    save_image,
)
from nst_utils.optimize import Progress
from nst_utils.show import save_gif
from nst_utils.vgg import PADDINGS, POOLINGS, VGGModel

PROG = "python -m nst_utils"

COMMANDS = {"doctor": environment.build_parser, "weights": weights_command.build_parser}
"""First words that are commands, and what makes their parsers; all else is a picture."""

RESERVED = ("studio",)
"""First words that are kept for commands to come."""

GIF_FRAMES = 40
"""About so many pictures in a film, however many iterations there are."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; None takes those of this process.

    Returns:
        The exit status: 0 when all went well, 1 when `weights verify` finds no published file,
        `doctor` finds something missing, or nobody reads the output, 2 for bad input, 130 for
        Ctrl-C.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):  # a terminal may not know every letter
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = build_parser()
    if arguments[:1] and arguments[0] in COMMANDS:
        parser = COMMANDS[arguments[0]](f"{PROG} {arguments[0]}")
        arguments = arguments[1:]
    elif arguments[:1] and arguments[0] in RESERVED:
        parser.error(
            f"{arguments[0]!r} is kept for a command to come; for a picture of that name write "
            f"./{arguments[0]}"
        )
    options = parser.parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except NSTError as error:
        problem = str(error)
    except (MemoryError, tf.errors.ResourceExhaustedError):
        problem = f"not enough memory; close other programs{options.when_full}."
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        problem = f"{error.filename or 'the output'}: {error.strerror or error}."
    except KeyboardInterrupt:
        kept = options.when_stopped.format_map(vars(options))
        print(f"\n{parser.prog}: stopped. {kept}", file=sys.stderr)
        return 130
    print(f"{parser.prog}: {problem}", file=sys.stderr)
    return 2


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog=PROG,
        description="Paint the content of one picture in the style of another (Gatys et al. 2016).",
        epilog=f"{PROG} weights: which networks are there, fetch the real VGG-19, verify a file "
        f"({PROG} weights --help). {PROG} doctor: is everything there that the course needs?",
    )
    parser.set_defaults(
        run=paint,
        when_stopped="{output} was not written.",
        when_full=", or try a smaller --size",
    )
    parser.add_argument("content", help="the picture that says what is to be seen")
    parser.add_argument("style", help="the picture that says how it is painted")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="where to write the result, .jpg or .png for example "
        "(default: CONTENT-STYLE.jpg in the project's output folder)",
    )
    _add_picture_options(parser.add_argument_group("picture"))
    _add_cost_options(parser.add_argument_group("network and costs"))
    _add_report_options(parser.add_argument_group("on the way"))
    return parser


def _add_picture_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        default="course",
        help="what the other options start from: the course's loop; best, which paints coarse to "
        "fine; or Gatys' own settings (default: %(default)s)",
    )
    group.add_argument("--size", type=_whole(16), help=f"longer side, in pixels {_of('size')}")
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
    group.add_argument("--init", choices=INITS, help=f"where the picture starts {_of('init')}")
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
    group.add_argument(
        "--style-scale",
        type=_number,
        help="size of the style picture, divided by that of the result: larger means larger "
        f"strokes {_of('style_scale')}",
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
        "--content-layer",
        help=f"compared position by position (default: {CONTENT_LAYER})",
    )
    group.add_argument(
        "--style-layers",
        type=_style_layers,
        metavar="NAME=WEIGHT,…",
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
        "--pooling", choices=tuple(POOLINGS), help=f"of blocks of 2×2 {_of('pooling')}"
    )
    group.add_argument(
        "--padding",
        choices=tuple(PADDINGS),
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
    return f"(default: {', '.join(f'{value} for {name}' for name, value in values.items())})"


def _add_report_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--save-every",
        type=_whole(1),
        metavar="N",
        help="also keep the picture of every N-th step, beside the result",
    )
    group.add_argument("--gif", action="store_true", help="also make a film, beside the result")
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


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


def _style_layers(text: str) -> tuple[tuple[str, float], ...]:
    """Parse ``conv1_1=0.5,conv2_1=0.5``."""
    pairs = [part.partition("=") for part in text.split(",")]
    try:
        layers = tuple((name.strip(), _number(weight)) for name, _, weight in pairs)
        if len(dict(layers)) < len(layers):
            raise argparse.ArgumentTypeError(f"{text!r} names a layer twice")
        return layers
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form NAME=WEIGHT,NAME=WEIGHT, such as conv1_1=0.5,conv2_1=0.5"
        ) from None


def paint(options: argparse.Namespace) -> int:
    """Do what the options ask: read, optimise, write; 0 when the picture is written.

    Raises:
        NSTError: for everything that is wrong with the input, in one sentence.
    """
    settings = _settings(options)
    _check_outputs(options, settings)
    model = load_model(settings, options.weights)
    _check_layers(settings, model)
    content, style = load_image(options.content), load_image(options.style)
    n_H, n_W, _ = resize_image(content, settings.size).shape
    painting = Painting(content, settings, model.mean, (n_W, n_H))
    _write(steps(content, style, settings, model), options, painting)
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    """The preset's settings, and what the options say otherwise."""
    given = {
        field.name: value
        for field in fields(Settings)
        if (value := getattr(options, field.name, None)) is not None
    }
    if options.content_layer is not None:
        given["content_layers"] = ((options.content_layer, 1.0),)
    return replace(PRESETS[options.preset], **given)


def _check_outputs(options: argparse.Namespace, settings: Settings) -> None:
    """Refuse before the work what could not be written after it."""
    if options.output is None:
        name = f"{Path(options.content).stem}-{Path(options.style).stem}.jpg"
        options.output = project_path(CONFIG.OUTPUT_DIR, name)
    check_destination(options.output)
    if options.gif:
        check_destination(options.output.with_suffix(".gif"), film=True)
        if settings.iterations < 1:
            raise NSTError("--gif: a film needs at least --iterations 1.")


def _check_layers(settings: Settings, model: VGGModel) -> None:
    asked = {"--content-layer": settings.content_layers, "--style-layers": settings.style_layers}
    for option, layers in asked.items():
        for name, _ in layers:
            if name not in model.layer_names:
                known = ", ".join(model.layer_names)
                raise NSTError(f"{option}: there is no layer {name!r}; choose from {known}.")


class Painting(NamedTuple):
    """What it takes to show a picture on its way; `size` is (width, height) of the result."""

    content: np.ndarray
    settings: Settings
    mean: np.ndarray
    size: tuple[int, int]

    def shown(self, image: np.ndarray) -> np.ndarray:
        """A picture to look at, of the size of its scale."""
        return finished(image, self.content, self.settings, self.mean)

    def frame(self, image: np.ndarray) -> np.ndarray:
        """The same, of the size of the result: all frames of a film have one size."""
        return resize_image(self.shown(image), self.size)

    def save(self, path: Path, image: np.ndarray) -> None:
        """Write the picture."""
        save_image(path, self.shown(image))


def _write(way: Iterable[Progress], options: argparse.Namespace, painting: Painting) -> None:
    """Follow the optimisation, and write what was asked for."""
    output = options.output
    total = sum(iterations for _, iterations in scales(painting.settings))
    film_every = max(1, math.ceil(total / GIF_FRAMES))
    film = []
    with tqdm(total=total, unit="step", disable=options.quiet) as bar:
        for progress in way:
            bar.update(progress.step - bar.n)
            bar.set_postfix_str(_costs_in_words(progress), refresh=False)
            if options.save_every and progress.step % options.save_every == 0:
                painting.save(
                    output.with_stem(f"{output.stem}-{progress.step:04d}"), progress.image
                )
            if options.gif and progress.step % film_every == 0:
                film.append(painting.frame(progress.image))
    painting.save(output, progress.image)
    if options.gif:
        if progress.step % film_every:
            film.append(painting.frame(progress.image))
        save_gif(output.with_suffix(".gif"), film)
    if not options.quiet:
        print(f"{output}: written after {progress.seconds:.1f} s. {_costs_in_words(progress)}")


def _costs_in_words(progress: Progress) -> str:
    return f"J {progress.J:.3g}, content {progress.J_content:.3g}, style {progress.J_style:.3g}"


if __name__ == "__main__":
    sys.exit(main())
