"""Many photographs in one style: a folder in, a folder out, on one process or many machines."""

import importlib
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from nst_utils._quiet import tf
from nst_utils.config import NSTError
from nst_utils.engine import load_model
from nst_utils.memory import SHARE, free_memory
from nst_utils.recipe import Recipe, read_recipe
from nst_utils.run import Job, Run, stopped_by_signals
from nst_utils.settings import Settings
from nst_utils.vgg import VGGModel

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif")
"""Files with these extensions are painted; others in the folder are left alone."""

DONE, PAINTED, STOPPED, FAILED = "done before", "painted", "stopped", "failed"


class Outcome(NamedTuple):
    """What became of one picture: one of the words above, and where it failed, why."""

    job: Job
    what: str
    why: str = ""


def jobs(folder: Path, output: Path, like: Job) -> list[Job]:
    """List what is to be painted.

    Args:
        folder: whose pictures are the contents, in the order of their names.
        output: a folder; every result has the name of its photograph, as .jpg.
        like: a job whose recipe and options all others have, but for content and output.

    Returns:
        One job for each photograph; each goes on from its checkpoint where there is one.

    Raises:
        NSTError: there is no such folder, or no picture in it, or two would have one name.
    """
    if not folder.is_dir():
        raise NSTError(f"{folder}: with --batch this must be a folder of pictures.")
    contents = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    if not contents:
        raise NSTError(f"{folder}: there is no picture in it.")
    made: dict[str, Path] = {}
    for path in contents:
        name = f"{path.stem}.jpg"
        if name.lower() in made:
            raise NSTError(
                f"{path} and {made[name.lower()]}: both would become {name}; rename one."
            )
        made[name.lower()] = path
    return [
        replace(
            like,
            recipe=replace(like.recipe, content=path),
            output=output / f"{path.stem}.jpg",
            resume=True,
        )
        for path in contents
    ]


def is_done(job: Job) -> bool:
    """Whether this very picture was painted before: from the same recipe."""
    if not (job.output.is_file() and job.settings_file.is_file()):
        return False
    try:
        made = Recipe(**read_recipe(job.settings_file))
    except (NSTError, TypeError):
        return False
    return _comparable(made) == _comparable(job.recipe)


def _comparable(recipe: Recipe) -> Recipe:
    """The recipe, with all files by their full names."""
    styles = tuple(
        style._replace(picture=style.picture.resolve(), mask=style.mask and style.mask.resolve())
        for style in recipe.styles
    )
    start = recipe.start and recipe.start.resolve()
    return replace(recipe, content=recipe.content.resolve(), styles=styles, start=start)


def paint_all(
    wanted: Sequence[Job], workers: int = 1, scheduler: str | None = None
) -> Iterator[Outcome]:
    """Paint picture after picture; what goes wrong with one does not stop the others.

    Args:
        wanted: what is to be painted.
        workers: number of processes on this machine; they share its cores.
        scheduler: address of a Dask scheduler whose workers paint instead. They must see the same
            files under the same names.

    Yields:
        What became of each picture, as soon as it is known.

    Raises:
        NSTError: Dask is not installed, or nobody answers at that address.
    """
    waiting = []
    for job in wanted:
        if is_done(job):
            yield Outcome(job, DONE)
        else:
            waiting.append(job)
    if scheduler is None and workers == 1:
        for job in waiting:
            outcome = paint_one(job)
            yield outcome
            if outcome.what == STOPPED:
                return
    elif scheduler is None:
        share = SHARE * free_memory() / workers
        limited = [replace(job, memory=job.memory or share) for job in waiting]
        yield from _spread(limited, _processes(workers))
    else:
        yield from _spread(waiting, _cluster(scheduler))


def _spread(
    waiting: Sequence[Job], executors: AbstractContextManager[Executor]
) -> Iterator[Outcome]:
    """Paint with an executor; whoever stops listening stops it."""
    with executors as executor:
        running = [executor.submit(paint_one, job) for job in waiting]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            for future in running:
                future.cancel()


def paint_one(job: Job) -> Outcome:
    """Paint one picture, in this process; an error becomes an outcome."""
    try:
        run = Run(job, _model(job.recipe.settings, job.recipe.weights))
        with stopped_by_signals(run):
            for _ in run:
                pass
    except NSTError as error:
        return Outcome(job, FAILED, str(error))
    except (MemoryError, tf.errors.ResourceExhaustedError):
        return Outcome(job, FAILED, "not enough memory; try a smaller --size.")
    except OSError as error:
        return Outcome(job, FAILED, f"{error.filename or job.output}: {error.strerror or error}.")
    return Outcome(job, PAINTED if run.finished else STOPPED)


@lru_cache(maxsize=1)
def _model(settings: Settings, weights: str | None) -> VGGModel:
    """The network, loaded once in each process."""
    return load_model(settings, weights)


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Processes on this machine, which share its cores."""
    threads = max(1, (os.cpu_count() or 1) // workers)
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin_worker, initargs=(threads,)
    ) as executor:
        yield executor


def _begin_worker(threads: int) -> None:
    """Prepare a process that shares the cores with others."""
    # A waiting process is ended by the one that started it; a painting one stops by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # TensorFlow would start as many threads as there are cores.
    tf.config.threading.set_intra_op_parallelism_threads(threads)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Executor]:
    """The workers of a Dask cluster."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise NSTError("--scheduler: needs Dask; install it: pip install distributed") from error
    try:
        client = distributed.Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        raise NSTError(f"--scheduler: nobody answers at {scheduler} ({error}).") from error
    with client:
        yield client.get_executor()
