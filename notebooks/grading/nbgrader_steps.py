"""What nbgrader does with our notebooks, beyond what it brings with it.

`configure` is called by the nbgrader_config.py of a course.
"""

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from build import with_gaps
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Any as AnyTrait
from traitlets import Dict
from traitlets.config import Config

from grading.answers import rebuilt
from grading.course import POINTS, SET_UP, grade_id, gradebook_url
from grading.guard import imported, look_at

if sys.platform == "linux":  # elsewhere a kernel has no limit of memory
    import resource
else:
    resource = None

SECONDS_TO_START, SECONDS_OF_A_STUDENT, SECONDS_TO_JUDGE = 180, 10, 120
MEMORY = 4 * 1024**3
"""Bytes of address space for nbgrader and for each kernel; a kernel of a lesson takes 2 GB."""

MOST_PRINTED = 200_000
"""Characters that are kept of what a cell prints."""

TIMED_OUT = "CellTimeoutError"
TOO_LONG = f"stopped after {SECONDS_OF_A_STUDENT} seconds: is there an endless loop in this cell?"
NOT_RUN, STOPPED = "NotRun", "Stopped"
"""The names under which the feedback, and the list for the teacher, find what went wrong."""


class CourseFailed(RuntimeError):
    """A cell of ours failed: the student is not at fault, and may not lose points for it."""


class MakeGaps(NbGraderPreprocessor):
    """Take the solutions out as the student edition has it (in place of ClearSolutions)."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Put gaps into an answer."""
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = with_gaps(cell.source)
        return cell, resources


class KeepAnswers(NbGraderPreprocessor):
    """Keep of a submission what is the student's (see `grading.answers`)."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Put the student's cells into the assignment; nbgrader stands in the course's folder."""
        of = resources["nbgrader"]
        path = Path("source", of["assignment"], f"{of['notebook']}.ipynb")
        return rebuilt(nbformat.read(path, as_version=4), nb), resources


def seconds_for(cell: NotebookNode) -> int:
    """How long a cell may take."""
    name = grade_id(cell)
    if name == SET_UP:
        return SECONDS_TO_START
    return SECONDS_TO_JUDGE if name.endswith(POINTS) else SECONDS_OF_A_STUDENT


def is_trusted(student: str) -> bool:
    """Whether a human has read this student's cells: NST_TRUST has the names, with / between."""
    return student in os.environ.get("NST_TRUST", "").split("/")


class Grade(Execute):
    """Run a rebuilt submission, so that nothing a student writes stops it or hands out points."""

    error_on_timeout = Dict(
        {
            "ename": TIMED_OUT,
            "evalue": TOO_LONG,
            "traceback": [TOO_LONG],
        }
    )
    timeout_func = AnyTrait(seconds_for)
    shutdown_kernel = "immediate"

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict, *arguments: Any
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Run all the cells."""
        set_kernels_up()  # here, so that a JupyterLab with the Formgrader stays as it is
        self.guarded = not is_trusted(resources["nbgrader"]["student"])
        self.stopped, self.known = "", set()
        return super().preprocess(nb, resources, *arguments)

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Run one cell, unless that has to be left."""
        if cell.cell_type != "code":
            return cell, resources
        name, self.printed = grade_id(cell), 0
        reasons = look_at(cell.source, self.known) if self._is_students(name, cell) else []
        if self.stopped:
            _say(cell, STOPPED, self.stopped)
        elif reasons:
            _say(cell, NOT_RUN, f"this cell was not run, and your teacher is told: {reasons[0]}.")
        else:
            self._run(cell, resources, index)
        if name == SET_UP:
            self.known = imported(cell.source)
        if name == SET_UP or name.endswith(POINTS):
            _must_not_fail(cell)
        if name.endswith(POINTS):
            settle(cell)
        return cell, resources

    def _is_students(self, name: str, cell: NotebookNode) -> bool:
        ours = name == SET_UP or name.endswith(POINTS) or cell.metadata.get("nst_go_on")
        return self.guarded and not ours

    def _run(self, cell: NotebookNode, resources: ResourcesDict, index: int) -> None:
        """Run a cell; note why no other can be run after it, if that is so."""
        try:
            super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self.stopped = "Python was ended here, by a command or for want of memory."
        except CellTimeoutError:
            self.stopped = "there was too much output to read."
        if not self.stopped and _timed_out(cell) and not self._gives_way():
            self.stopped = "an endless loop could not be interrupted."
        if self.stopped:
            _say(cell, STOPPED, self.stopped)

    def _gives_way(self) -> bool:
        """Whether the kernel answers again after it was interrupted."""
        return self.wait_for_reply(self.kc.kernel_info()) is not None

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message of the kernel, but no more output than anybody reads."""
        if msg["msg_type"] in ("stream", "display_data", "update_display_data"):
            self.printed += len(str(msg["content"]))
            if self.printed > MOST_PRINTED:
                return None
        return super().process_message(msg, cell, cell_index)


def _must_not_fail(cell: NotebookNode) -> None:
    """Raise CourseFailed if a cell of ours ended in an error of its own.

    The set-up runs before any cell of the student: also that it stopped is the machine's fault.
    """
    errors = {output.ename: output.evalue for output in cell.outputs if "ename" in output}
    students_fault = grade_id(cell) != SET_UP and errors.keys() & {STOPPED, TIMED_OUT}
    if errors and not students_fault:
        said = "; ".join(f"{name}: {text}" for name, text in errors.items())
        raise CourseFailed(f"the cell {grade_id(cell)} failed with {said}")


def settle(cell: NotebookNode) -> None:
    """Leave one number in a cell that gives points: 0 where it shows none, or a wrong one.

    nbgrader itself gives all the points to a cell that shows nothing.
    """
    shown = [output for output in cell.outputs if output.output_type == "execute_result"]
    points = _number(shown[0]) if len(shown) == 1 else 0.0
    if not 0 <= points <= cell.metadata["nbgrader"]["points"]:
        points = 0.0
    words = [
        output
        for output in cell.outputs
        if output.get("name") == "stdout" or output.output_type == "display_data"
    ]
    number = new_output("execute_result", {"text/plain": f"{points:g}"}, execution_count=None)
    cell.outputs = [*words, number]


def _number(output: NotebookNode) -> float:
    try:
        return float(output["data"]["text/plain"])
    except (KeyError, TypeError, ValueError):
        return 0.0


def _timed_out(cell: NotebookNode) -> bool:
    return any(output.get("ename") == TIMED_OUT for output in cell.outputs)


def _say(cell: NotebookNode, name: str, why: str) -> None:
    """Put words under a cell, where an error would stand."""
    cell.outputs = [*cell.outputs, new_output("error", ename=name, evalue=why, traceback=[why])]
    if grade_id(cell).endswith(POINTS):
        cell.outputs.append(new_output("stream", name="stdout", text=f"✘ No points: {why}\n"))


def configure(c: Config, folder: Path) -> None:
    """Set nbgrader up for a course.

    Args:
        c: nbgrader's settings.
        folder: of the course; the gradebook lies there.
    """
    from nbgrader.converters import Autograde, GenerateAssignment
    from nbgrader.preprocessors import ClearSolutions, DeduplicateIds

    c.CourseDirectory.root = str(folder)
    c.CourseDirectory.db_url = gradebook_url(folder)
    # Only notebooks count: a file tensorflow.py beside one would be imported in place of the real.
    c.CourseDirectory.ignore = ["*"]
    plain = GenerateAssignment.preprocessors.default()
    c.GenerateAssignment.preprocessors = [
        MakeGaps if step is ClearSolutions else step for step in plain
    ]
    plain = Autograde.sanitize_preprocessors.default()
    c.Autograde.sanitize_preprocessors = [
        KeepAnswers,
        *(step for step in plain if step is not DeduplicateIds),
    ]
    plain = Autograde.autograde_preprocessors.default()
    c.Autograde.autograde_preprocessors = [Grade if step is Execute else step for step in plain]
    c.Grade.timeout = 5  # seconds to answer after an interrupt


def set_kernels_up() -> None:
    """Give the kernels, which inherit it, an environment for grading and a limit of memory."""
    # No GPU: points must not depend on one, and its driver needs more address space than we allow.
    os.environ.update(NST_QUICK="1", NST_CHECKS="print", CUDA_VISIBLE_DEVICES="-1")
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    if resource is not None:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
