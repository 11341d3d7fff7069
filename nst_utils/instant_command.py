"""The command line of `--instant`: one pass for a picture, a folder of them, or a film."""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from nst_utils._quiet import tf
from nst_utils.batch import DONE, FAILED, PAINTED, Outcome, is_done
from nst_utils.config import CONFIG, NSTError, project_path
from nst_utils.film import (
    Film,
    check_film_destination,
    is_film,
    read_film,
    stylize_film,
)
from nst_utils.images import check_destination, fitted, resize_image, save_image
from nst_utils.instant import (
    MagentaModel,
    check_instant,
    load_magenta,
    size_that_fits,
    stylize_instantly,
)
from nst_utils.objective import Style
from nst_utils.recipe import InstantSettings, Recipe, write_recipe
from nst_utils.run import Job

OWN = ("strength", "magenta")
"""Options that only `--instant` has."""

SHARED = ("colors", "style_scale", "size")
"""Options that mean the same with and without it."""

UNFIT = (
    *("preset", "coarsest", "iterations", "optimizer", "learning_rate", "averaging", "init"),
    *("start", "noise_ratio", "seed", "weights", "content_layers", "style_layers", "alpha", "beta"),
    *("smoothness", "weighting", "pooling", "padding", "precision", "save_every", "gif", "resume"),
    *("checkpoint_every", "memory", "workers", "scheduler"),
)
"""Options of the optimisation: one pass has no use for them."""

BROKEN_OFF = 0.9
"""A film with less than so much of the frames that its length promises is damaged."""


def instant_settings(options: argparse.Namespace, base: InstantSettings | None) -> InstantSettings:
    """Tell what the options ask for.

    Args:
        options: the command line; ``options.defaults`` holds what each is when it is not given.
        base: what a file of --settings says; None where there is no such file.

    Raises:
        NSTError: an option has no meaning here, or a value cannot be used.
    """
    for name in UNFIT:
        if getattr(options, name) != options.defaults[name]:
            raise NSTError(
                f"{_option(name)}: means nothing in one pass; leave it, or --instant, out."
            )
    given = {name: getattr(options, name) for name in (*OWN, *SHARED)}
    if options.magenta is not None:
        given["magenta"] = options.magenta.resolve()
    changes = {name: value for name, value in given.items() if value is not None}
    settings = replace(base or InstantSettings(), **changes)
    check_instant(settings.strength, settings.colors, settings.style_scale)
    return settings


def refuse_instant_options(options: argparse.Namespace) -> None:
    """Refuse what only one pass can do.

    Raises:
        NSTError: such an option was given without --instant.
    """
    for name in OWN:
        if getattr(options, name) is not None:
            raise NSTError(f"{_option(name)}: works with --instant only; add it.")


def _option(name: str) -> str:
    """What the command line calls an option."""
    return f"--{name.replace('_', '-')}"


def paint_instantly(recipe: Recipe, options: argparse.Namespace) -> int:
    """Paint a picture or a film in one pass, and write its recipe beside it.

    Returns:
        0: all is written.

    Raises:
        NSTError: something about the input cannot be used, in one sentence.
        KeyboardInterrupt: it was stopped; nothing is kept.
    """
    options.when_stopped = "{output} was not written, and nothing is kept."
    options.when_full = ", or try a smaller --size"
    film = read_film(recipe.content) if is_film(recipe.content) else None
    output = options.output or _named_after(recipe, film)
    options.output = output
    job = Job(recipe=recipe, output=output)
    if film is None:
        check_destination(output)
        said = _paint_picture(job, _model(recipe))
    else:
        check_film_destination(film, output)
        said = _paint_film(film, job, options.quiet)
    if not options.quiet:
        print("\n".join(said))
    return 0


def paint_folder(wanted: Sequence[Job]) -> Iterator[Outcome]:
    """Paint picture after picture in one pass; what goes wrong with one does not stop the others.

    Yields:
        What became of each picture.
    """
    model = _model(wanted[0].recipe)
    for job in wanted:
        if is_done(job):
            yield Outcome(job, DONE)
            continue
        try:
            _paint_picture(job, model)
        except NSTError as error:
            yield Outcome(job, FAILED, str(error))
        except (MemoryError, tf.errors.ResourceExhaustedError):
            yield Outcome(job, FAILED, "not enough memory; try a smaller --size.")
        else:
            yield Outcome(job, PAINTED)


def _named_after(recipe: Recipe, film: Film | None) -> Path:
    """The name of a result that was given none."""
    extension = ".jpg" if film is None else film.extension
    stems = [path.stem for path in (recipe.content, *(s.picture for s in recipe.styles))]
    return project_path(CONFIG.OUTPUT_DIR, "-".join(stems) + extension)


def _model(recipe: Recipe) -> MagentaModel | None:
    """The network that was asked for; None is the bundled one."""
    magenta = recipe.settings.magenta
    return None if magenta is None else load_magenta(magenta)


def _paint_picture(job: Job, model: MagentaModel | None) -> list[str]:
    """Paint one picture into its file; returns what is to be said about it."""
    began = time.monotonic()
    settings, pictures = job.recipe.settings, job.recipe.load()
    n_H, n_W, _ = pictures.content.shape
    size, said = _affordable((n_W, n_H), settings, pictures.styles)
    content = pictures.content if size is None else resize_image(pictures.content, size)
    painted = stylize_instantly(
        content,
        pictures.styles,
        strength=settings.strength,
        colors=settings.colors,
        style_scale=settings.style_scale,
        model=model,
    )
    save_image(job.output, painted)
    seconds = time.monotonic() - began
    n_H, n_W, _ = painted.shape
    write_recipe(job.settings_file, job.recipe, {"seconds": round(seconds, 2), "size": [n_W, n_H]})
    return [*said, f"{job.output}: {n_W}×{n_H} pixels, written after {seconds:.1f} s."]


def _paint_film(film: Film, job: Job, quiet: bool) -> list[str]:
    """The same for a film."""
    began = time.monotonic()
    settings, styles = job.recipe.settings, job.recipe.load_styles()
    size, said = _affordable(film.size, settings, styles)
    model = _model(job.recipe)
    with tqdm(total=film.frames, unit="frame", disable=quiet) as bar:
        made = stylize_film(
            film.path,
            job.output,
            styles,
            strength=settings.strength,
            colors=settings.colors,
            style_scale=settings.style_scale,
            size=size,
            model=model,
            callback=lambda number, _: bar.update(number - bar.n),
        )
    seconds = time.monotonic() - began
    result = {"seconds": round(seconds, 1), "size": list(made.size), "frames": made.frames}
    write_recipe(job.settings_file, job.recipe, result)
    return [*said, *_remarks(film, made, size), _summary(made, seconds)]


def _affordable(
    sides: tuple[int, int], settings: InstantSettings, styles: Sequence[Style]
) -> tuple[int | None, list[str]]:
    """The size that was asked for, or, if none was, what the memory allows; and words about it.

    Args:
        sides: width and height of the photograph.
        settings: size and style scale are used.
        styles: their shapes count, too.

    Returns:
        None where the photograph keeps its size.
    """
    if settings.size is not None:
        return settings.size, []
    scaled = max(1, round(max(sides) * settings.style_scale))
    shapes = [fitted(style.picture.shape[:2], scaled) for style in styles]
    fits = size_that_fits(sides[::-1], *shapes)
    if fits >= max(sides):
        return None, []
    width, height = sides
    return max(1, fits), [f"{width}×{height} pixels do not fit into the memory: painted at {fits}."]


def _remarks(film: Film, made: Film, size: int | None) -> list[str]:
    """What is not as in the old film."""
    said = []
    asked = film.size if size is None else fitted(film.size, size)
    if made.size != asked:
        said.append(
            "{}×{} pixels became {}×{}: a video has even sides, so the last row or column is "
            "repeated.".format(*asked, *made.size)
        )
    if film.has_audio:
        said.append(f"The sound of {film.path.name} is left out.")
    if film.frames and made.frames < BROKEN_OFF * film.frames:
        said.append(
            f"{film.path.name} breaks off after {made.frames} of {film.frames} frames: it is "
            "damaged from there on."
        )
    return said


def _summary(made: Film, seconds: float) -> str:
    width, height = made.size
    rate = "" if made.rate is None else f", {float(made.rate):.4g} a second"
    return (
        f"{made.path}: {made.frames} frames of {width}×{height} pixels{rate}, written after "
        f"{seconds:.1f} s ({made.frames / seconds:.1f} frames a second)."
    )
