"""A run: paint one picture into a file, and lose nothing on the way.

The command line, a batch and the web page all paint through `Run`.
"""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import numpy as np

from nst_utils.checkpoint import load_checkpoint, save_checkpoint
from nst_utils.config import NSTError
from nst_utils.descent import DivergenceError
from nst_utils.engine import Painter, check_layers, load_model
from nst_utils.images import check_destination, resize_image, save_image
from nst_utils.optimize import Progress
from nst_utils.recipe import Recipe, identity, write_recipe
from nst_utils.show import save_gif
from nst_utils.vgg import VGGModel

FILM_FRAMES = 40
"""About so many pictures in a film, however many iterations there are."""

FILM_SIZE = 800
"""Longer side of a film, in pixels: larger ones fill memory and mailboxes."""

CHECKPOINT_SHARE = 1 / 20
"""Writing checkpoints takes no more of the time than this, however large they are."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be painted, and what is to be written.

    Attributes:
        recipe: what it is made from.
        output: the file of the result.
        save_every: also keep the picture of every so many steps; None keeps none.
        film: also make a film.
        checkpoint_every: seconds between two checkpoints; 0 writes none.
        resume: go on from a checkpoint, where there is one.
        memory: how much may be used, in GiB; None is what is free.
    """

    recipe: Recipe
    output: Path
    save_every: int | None = None
    film: bool = False
    checkpoint_every: float = 60.0
    resume: bool = False
    memory: float | None = None

    @property
    def checkpoint(self) -> Path:
        """Where a half-painted picture waits."""
        return self.output.with_name(f"{self.output.stem}.checkpoint.npz")

    @property
    def unfinished(self) -> Path:
        """Where the picture of a run is kept that did not come to its end."""
        return self.output.with_name(f"{self.output.stem}-unfinished{self.output.suffix}")

    @property
    def settings_file(self) -> Path:
        """Where the recipe is written."""
        return self.output.with_name(f"{self.output.stem}.settings.json")

    @property
    def film_file(self) -> Path:
        """Where the film is written."""
        return self.output.with_suffix(".gif")

    def check(self) -> None:
        """Refuse before the work what could not be written after it.

        Raises:
            NSTError: an output cannot be written, or there would be no film.
        """
        check_destination(self.output)
        if self.film:
            check_destination(self.film_file, film=True)
            if self.recipe.settings.iterations < 1:
                raise NSTError("--gif: a film needs at least --iterations 1.")


class Run:
    """Paints; ``for progress in run`` writes on the way, and at the end, what the job asks for.

    Attributes:
        painter: what paints; its size, number of steps, tiles and memory are known beforehand.
        finished: whether the picture is done; otherwise it was stopped, and its checkpoint waits.
        resumed: number of steps that were there already.
    """

    def __init__(self, job: Job, model: VGGModel | None = None):
        """Read all files and prepare.

        Args:
            job: what is to be done.
            model: the network, where it is loaded already.

        Raises:
            NSTError: anything about pictures, masks, settings, outputs, memory or a checkpoint
                that cannot be used, in one sentence.
        """
        job.check()
        self.job, recipe = job, job.recipe
        self.model = model or load_model(recipe.settings, recipe.weights)
        check_layers(recipe.settings, self.model, called=_option)
        pictures = recipe.load()
        self.painter = Painter(
            pictures.content,
            pictures.styles,
            recipe.settings,
            self.model,
            start=pictures.start,
            memory=job.memory,
        )
        self.finished, self.resumed = False, 0
        self._identity = identity(pictures, recipe, self.model.precision)
        self._film: list[np.ndarray] = []
        self._stop = False
        if job.resume and job.checkpoint.exists():
            self._resume(load_checkpoint(job.checkpoint, self._identity))

    def stop(self) -> None:
        """Ask to stop after the step that is being computed; may be called from anywhere."""
        self._stop = True

    def __iter__(self) -> Iterator[Progress]:
        """Paint: give each `Progress`, after what had to be written for it.

        Raises:
            NSTError: the cost went beyond all bounds and could not be brought back; the last
                good picture is kept.
            ImageFileError: something cannot be written.
        """
        due = time.monotonic() + (self.job.checkpoint_every or math.inf)
        progress = None
        try:
            for progress in self.painter:
                self._keep(progress)
                if due <= time.monotonic() and not self.painter.done:
                    due = self._write_checkpoint()
                yield progress
                if self._stop and not self.painter.done:
                    self._write_checkpoint()
                    self._save(self.job.unfinished, progress.image)
                    return
        except DivergenceError as error:
            if progress is None:
                raise
            self._save(self.job.unfinished, progress.image)
            raise NSTError(
                f"{error} The last good picture is that of step {progress.step}: "
                f"{self.job.unfinished}"
            ) from error
        self._finish(progress)

    def _keep(self, progress: Progress) -> None:
        """Write the pictures on the way."""
        job, step = self.job, progress.step
        if job.save_every and step % job.save_every == 0:
            name = f"{job.output.stem}-{step:04d}{job.output.suffix}"
            self._save(job.output.with_name(name), progress.image)
        every = max(1, math.ceil(self.painter.total / FILM_FRAMES))
        if job.film and (step % every == 0 or self.painter.done):
            self._film.append(self._frame(progress.image))

    def _frame(self, image: np.ndarray) -> np.ndarray:
        """A picture of the film: all have one size."""
        width, height = self.painter.size
        smaller = min(1, FILM_SIZE / max(width, height))
        size = max(1, round(width * smaller)), max(1, round(height * smaller))
        return resize_image(self.painter.shown(image), size)

    def _save(self, path: Path, image: np.ndarray) -> None:
        save_image(path, self.painter.shown(image))

    def _finish(self, progress: Progress) -> None:
        """Write the result, the film and the recipe; the checkpoint is of no more use."""
        job = self.job
        self._save(job.output, progress.image)
        if job.film:
            save_gif(job.film_file, self._film)
        result = {
            "steps": progress.step,
            "seconds": round(progress.seconds, 1),
            "J": progress.J,
            "J_content": progress.J_content,
            "J_style": progress.J_style,
            "precision": self.model.precision,
            "size": list(self.painter.size),
        }
        write_recipe(job.settings_file, job.recipe, result)
        for left_over in (job.checkpoint, job.unfinished):
            left_over.unlink(missing_ok=True)
        self.finished = True

    # The checkpoint -----------------------------------------------------------------------------

    def _write_checkpoint(self) -> float:
        """Write it; returns when the next one is due."""
        began = time.monotonic()
        state = self.painter.state()
        if self._film:
            state["film"] = np.stack(self._film)
        save_checkpoint(self.job.checkpoint, state, self._identity)
        taken = time.monotonic() - began
        return time.monotonic() + max(self.job.checkpoint_every, taken / CHECKPOINT_SHARE)

    def _resume(self, state: dict[str, np.ndarray]) -> None:
        self._film = list(state.pop("film", ()))
        self.painter.restore(state)
        self.resumed = int(state["taken"])


@contextmanager
def stopped_by_signals(run: Run) -> Iterator[None]:
    """Let Ctrl-C, or a request to end, stop a run after its step; the second one stops at once."""
    if threading.current_thread() is not threading.main_thread():  # the others hear no signals
        yield
        return

    def stop(number: int, _frame: FrameType | None) -> None:
        run.stop()
        signal.signal(number, signal.default_int_handler)

    signals = signal.SIGINT, signal.SIGTERM
    before = [signal.signal(number, stop) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _option(setting: str) -> str:
    """What the command line calls a setting."""
    return f"--{setting.replace('_', '-')}"
