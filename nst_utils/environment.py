"""Is everything there that the course needs? ``python -m nst_utils doctor``, and notebook 00.

Each question is a small function that returns a `Finding`. What a finding says where all is well
is the same on every machine, so that a notebook can be compared with its stored outputs; numbers
stand in ``seen``, which only the command line prints.
"""

import argparse
import importlib.metadata
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from packaging.requirements import Requirement

from nst_utils._quiet import tf
from nst_utils.config import CONFIG, CONTENT_LAYER, NSTError, class_budget, project_path
from nst_utils.memory import free_memory
from nst_utils.optimize import minimize, transfer_costs
from nst_utils.vgg import load_vgg_model
from nst_utils.weights import SMALL, find_weights, identify, weights_checksums
from nst_utils.words import say

PYTHONS = ((3, 11), (3, 12), (3, 13))
"""The versions of Python for which TensorFlow and the course are tested."""

MEMORY_NEEDED = 1.0
"""GiB: a picture of 400 pixels takes 0.75, a notebook and its figures the rest."""

PICTURE = (400, 200)
"""What `speed` calls a picture: the longer side in pixels, and the number of steps."""

_BUNDLES = ("jupyter",)
"""Packages without anything in them, which only ask for others; many a Jupyter runs without."""


@dataclass(frozen=True)
class Finding:
    """The answer to one question about this machine.

    Attributes:
        name: what was looked at, in one or two words.
        good: whether the course can work with it.
        what: what was found; where it is good, the same words on every machine.
        todo: what to do, where it is not good; a line may hold a command.
        seen: numbers and paths of this machine.
    """

    name: str
    good: bool
    what: str
    todo: str = ""
    seen: str = ""


def check() -> None:
    """Look at everything, and print what was found: the first cell of the course.

    Example:
        >>> check()  # doctest: +SKIP
        ✔ Python: one that the course knows
        …
        Everything is ready.
    """
    say(report(examine()), indent=4, code=True)


def examine() -> list[Finding]:
    """Ask all the questions; the speed only where the ones before it are answered well."""
    findings = [python(), packages(), network(), output_folder(), memory()]
    able = all(finding.good for finding in findings if finding.name != "memory")
    return [*findings, speed()] if able else findings


def report(findings: Sequence[Finding], details: bool = False) -> str:
    """Put findings into words.

    Args:
        findings: from `examine`.
        details: whether to name numbers and paths of this machine, which differ everywhere.

    Returns:
        One line for each, below it what to do, and a line that sums it up.
    """
    lines = []
    for finding in findings:
        seen = f" ({finding.seen})" if details and finding.seen else ""
        lines.append(f"{'✔' if finding.good else '✘'} {finding.name}: {finding.what}{seen}")
        lines += [f"    {line}" for line in finding.todo.splitlines()]
    bad = sum(not finding.good for finding in findings)
    need = f"{bad} of these {'needs' if bad == 1 else 'need'} your help."
    return "\n".join([*lines, need if bad else "Everything is ready."])


# The questions ----------------------------------------------------------------------------------


def python() -> Finding:
    """Is this a Python for which the course is made?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if tuple(sys.version_info[:2]) in PYTHONS:
        return Finding("Python", True, "one that the course knows", seen=version)
    names = " or ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    todo = (
        f"Install Python {names} beside it, from python.org for example. Then, in the folder of\n"
        "the project, make a virtual environment with the new Python, as the README says, and\n"
        "install the course into that."
    )
    return Finding("Python", False, f"this is Python {version}; the course needs {names}", todo)


def packages() -> Finding:
    """Is every package of requirements.txt there, in a version that fits?"""
    problems = [problem for problem in map(_problem, _requirements()) if problem]
    if problems:
        return Finding("packages", False, "; ".join(problems), _install())
    return Finding("packages", True, "all here, in versions that fit", seen=sys.prefix)


def network() -> Finding:
    """Is the bundled network there, and is every byte of it as it was published?"""
    todo = "Get this file anew from where you got the project, for example with git checkout."
    try:
        path = find_weights("small")
        whole = identify(weights_checksums(path)) == SMALL
    except NSTError as error:
        return Finding("network", False, str(error), todo)
    if whole:
        return Finding("network", True, "here, and whole", seen=str(path))
    return Finding("network", False, f"{path} is damaged", todo)


def output_folder() -> Finding:
    """Can pictures be written where the notebooks write them?"""
    folder = project_path(CONFIG.OUTPUT_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1_000_000))  # about the size of a picture
    except OSError as error:
        todo = "Move the project into a folder of your own, or make room on the disk."
        what = f"{folder} cannot be written ({error.strerror or error})"
        return Finding("output folder", False, what, todo)
    return Finding("output folder", True, "can be written", seen=str(folder))


def memory() -> Finding:
    """Is there enough memory for a picture?"""
    free = free_memory()
    if free >= MEMORY_NEEDED:
        return Finding("memory", True, "enough for a picture", seen=f"{free:.1f} GiB are free")
    todo = (
        "Close other programs, and other notebooks: in Jupyter, Kernel → Shut Down.\n"
        "If the kernel dies all the same, paint smaller: set SIZE to 240 in the notebooks."
    )
    what = f"only {free:.1f} GiB are free; a picture needs about {MEMORY_NEEDED:g}"
    return Finding("memory", False, what, todo)


def speed() -> Finding:
    """How long does a picture take here, with the bundled network?"""
    size, iterations = class_budget(*PICTURE)
    try:
        seconds = seconds_for_a_picture(size, iterations)
    except (NSTError, MemoryError, tf.errors.OpError) as error:
        return Finding("speed", False, f"no picture could be painted: {str(error) or 'no memory'}")
    seen = f"about {seconds:.0f} s for {size} pixels and {iterations} steps"
    for minutes, words in ((1, "a minute"), (2, "two minutes")):
        if seconds < 60 * minutes:
            return Finding("speed", True, f"a picture takes less than {words}", seen=seen)
    what = f"a picture takes about {round(seconds / 60)} minutes"
    todo = "It works, only slowly. SIZE 240 in place of 400 is nearly three times as fast."
    return Finding("speed", False, what, todo)


def seconds_for_a_picture(size: int, iterations: int) -> float:
    """Estimate how long a picture takes, from a few steps on a picture a quarter as large.

    Args:
        size: longer side in pixels, of a picture of the form 4 : 3.
        iterations: number of steps.

    Returns:
        Seconds: the start, in which TensorFlow prepares the computation, and all the steps.
    """
    shape = (1, max(16, size * 3 // 8), max(16, size // 2), 3)
    picture = np.random.default_rng(0).uniform(-100, 100, shape).astype(np.float32)
    model = load_vgg_model("small")
    a = model(picture)
    costs = transfer_costs(model, a[CONTENT_LAYER], a)
    first, *_, last = itertools.islice(minimize(costs, picture, 4, every=1), 4)
    step = 4 * (last.seconds - first.seconds) / 3  # four times the pixels, four times the work
    return first.seconds + iterations * step


# What they need to know -------------------------------------------------------------------------


def _install() -> str:
    """Tell how to install everything, into the very Python that runs here."""
    return (
        "In a terminal, in the folder of the project, run this line; then restart the kernel:\n"
        f'"{sys.executable}" -m pip install -r requirements.txt'
    )


def _requirements() -> Iterator[Requirement]:
    """Read what the course asks for; from the package itself, where there is no project around."""
    file = project_path("requirements.txt")
    if file.is_file():
        lines = file.read_text(encoding="utf-8").splitlines()
    else:
        lines = importlib.metadata.requires("nst-utils") or []
    for line in lines:
        line = line.partition("#")[0].strip()
        if not line or line.startswith("-"):  # such as `-e .`
            continue
        requirement = Requirement(line)
        needed_here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if needed_here and requirement.name not in _BUNDLES:
            yield requirement


def _problem(requirement: Requirement) -> str | None:
    """Say what is wrong with one package; None where nothing is."""
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        if requirement.name != "tensorflow":
            return f"{requirement.name} is missing"
        version = tf.__version__  # from a package of another name, such as tensorflow-cpu
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return f"{requirement.name} is {version}, and should be {requirement.specifier}"


# The command line -------------------------------------------------------------------------------


def build_parser(prog: str) -> argparse.ArgumentParser:
    """Describe the command."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Look whether everything is there that the course needs: Python, packages, "
        "the bundled network, a folder to write to, memory, speed. Status 1 if something is not.",
    )
    parser.set_defaults(run=_run, when_stopped="", when_full="")
    return parser


def _run(options: argparse.Namespace) -> int:
    findings = examine()
    print(report(findings, details=True))
    return 0 if all(finding.good for finding in findings) else 1
