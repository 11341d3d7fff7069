"""From a lesson to an nbgrader assignment.

nbgrader knows a cell by what stands in its metadata. We mark four kinds: the set-up (locked), the
student's answer, the cell that gives the points (locked), and the check of the lesson (locked).
Every other code cell of ours is tagged `experiment`: grading leaves it out.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from build import BEGIN, lesson_cells, new_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

CHECK = re.compile(r"(\w+) = checks\.\1\(\1\)")
SET_UP, POINTS, TESTED = "set-up", "-points", "-check"
"""The grade ids: `set-up`; for an exercise its name, and its name with an ending."""

EXPERIMENT = "experiment"

CONFIG = '''\
"""How nbgrader grades this course. Written by `notebooks/grade.py course`."""

import sys
from pathlib import Path

sys.path.insert(0, {notebooks!r})

from grading.nbgrader_steps import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821  (nbgrader brings get_config)
# Settings of your own may follow here: they stay.
'''


def assignment(text: str, file: str, points: Mapping[str, int]) -> NotebookNode:
    """Make the notebook that nbgrader keeps in `source`: solved, with its cells marked.

    Args:
        text: the source of a lesson, jupytext py:percent.
        file: its name, for messages; its stem enters the cell ids.
        points: what each exercise is worth, by its name.

    Returns:
        A notebook. After each answer stands a cell that gives its points.

    Raises:
        BuildError: see `build.lesson_cells`.
    """
    cells = lesson_cells(text, file)
    tested = {match[1] for cell in cells if (match := CHECK.fullmatch(cell.source))}
    marked = _marked(cells, tested & points.keys(), points)
    return new_notebook(list(marked))


def exercises(notebook: NotebookNode) -> list[str]:
    """List the exercises that an assignment gives points for, in their order."""
    ids = (grade_id(cell) for cell in notebook.cells)
    return [one.removesuffix(POINTS) for one in ids if one.endswith(POINTS)]


def grade_id(cell: NotebookNode) -> str:
    """The name by which nbgrader knows a cell; empty where it has none, or a strange one."""
    marks = cell.metadata.get("nbgrader", {})
    name = marks.get("grade_id", "") if isinstance(marks, Mapping) else ""
    return name if isinstance(name, str) else ""


def defines(cell: NotebookNode, names: Iterable[str]) -> str | None:
    """The first of these functions that a code cell defines, or None."""
    if cell.cell_type != "code":
        return None
    found = (name for name in names if re.search(rf"^def {name}\(", cell.source, re.MULTILINE))
    return next(found, None)


def _marked(
    cells: Iterable[NotebookNode], names: Iterable[str], points: Mapping[str, int]
) -> Iterator[NotebookNode]:
    """Mark the cells for nbgrader, and put in those that give points."""
    names = sorted(names)
    for cell in cells:
        yield cell
        if cell.cell_type != "code":
            continue
        check, answer = CHECK.fullmatch(cell.source), defines(cell, names)
        if check and check[1] in names:
            mark(cell, check[1] + TESTED, locked=True)
        elif answer and BEGIN in cell.source:
            mark(cell, answer, solution=True)
            yield _points_cell(answer, points[answer])
        elif "checks.to_write(" in cell.source:  # the one cell with the lesson's imports
            mark(cell, SET_UP, locked=True)
        else:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), EXPERIMENT]


def _points_cell(name: str, points: int) -> NotebookNode:
    """The cell in which nbgrader looks for the points: the number that it shows last."""
    cell = new_code_cell(
        f"# {points} points. Your teacher runs this cell as it was handed out.\n"
        f'checks.score("{name}", {name})',
        id=hashlib.sha256(f"points of {name}".encode()).hexdigest()[:8],
    )
    mark(cell, name + POINTS, grade=True, locked=True, points=points)
    return cell


def mark(cell: NotebookNode, name: str, **marks: bool | int) -> None:
    """Say to nbgrader what a cell is, in the third version of its metadata."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": name, **plain, **marks}


def gradebook_url(folder: Path) -> str:
    """The gradebook of a course. Who writes into it does so for moments: others wait for that."""
    return f"sqlite:///{folder / 'gradebook.db'}?timeout=60"


def config_text(notebooks: Path) -> str:
    """The nbgrader_config.py of a course; `notebooks` is the folder of this project's notebooks."""
    return CONFIG.format(notebooks=str(notebooks))
