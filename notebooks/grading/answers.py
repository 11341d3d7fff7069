"""What of a submission is graded: the student's cells, put into the notebook as it was handed out.

Cells that the student may not change are taken from the source, whatever became of them. So a
changed, moved, copied, tagged or deleted cell of ours has no effect on the points.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from grading.course import EXPERIMENT, POINTS, SET_UP, defines, exercises, grade_id, mark

GO_ON = """\
# The cells below go on with the reference, so that a mistake counts once.
{name} = checks.reference("{name}")"""


def rebuilt(source: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """Put the student's cells into the assignment.

    Args:
        source: the assignment, as `course.assignment` makes it.
        submitted: what the student handed in; anything that is a notebook.

    Returns:
        A notebook with the title, the set-up, and for each exercise: its heading, the student's
        cells, the cell that gives the points, and one that goes on with the reference.
        Experiments and text are left out.
    """
    names = exercises(source)
    handed_out = {cell.source for cell in source.cells if grade_id(cell) not in names}
    sections = student_sections(submitted, names, handed_out)
    cells = []
    for cell in source.cells:
        name = grade_id(cell)
        if cell.cell_type == "markdown":
            cells += headings(cell, names)
        elif name == SET_UP:
            cells += [deepcopy(cell), *sections[""]]
        elif name in names:
            cells += sections[name]
        elif name.endswith(POINTS):
            go_on = GO_ON.format(name=name.removesuffix(POINTS))
            cells += [deepcopy(cell), new_code_cell(go_on, metadata={"nst_go_on": True})]
    graded = deepcopy(source)
    graded.cells = cells
    return graded


def student_sections(
    submitted: NotebookNode, names: Sequence[str], handed_out: Collection[str] = ()
) -> dict[str, list[NotebookNode]]:
    """Collect the student's code cells by the exercise at which they stand.

    An exercise begins with the first cell that nbgrader has marked as its answer, or that defines
    its function. It ends where another one begins. Cells before the first belong to "". Cells
    that were handed out with the same text are left out: some tools lose the marks.
    """
    sections: dict[str, list[NotebookNode]] = {name: [] for name in ("", *names)}
    at = ""
    for cell in submitted.cells:
        if cell.cell_type != "code" or not is_students(cell, names, handed_out):
            continue
        name = grade_id(cell) if grade_id(cell) in names else defines(cell, names)
        begins = name is not None and not sections[name]
        at = name if begins else at
        mine = new_code_cell(cell.source)
        if begins:
            mark(mine, name, solution=True)
        sections[at].append(mine)
    return sections


def is_students(cell: NotebookNode, names: Sequence[str], handed_out: Collection[str]) -> bool:
    """Whether a code cell is the student's: an answer, or a cell that was not handed out."""
    if grade_id(cell) in names:
        return True
    if cell.source in handed_out:
        return False
    # A copy of a cell of ours takes our marks along; an answer may stand in it.
    ours = bool(grade_id(cell)) or EXPERIMENT in cell.metadata.get("tags", [])
    return not ours or defines(cell, names) is not None


def headings(cell: NotebookNode, names: Sequence[str]) -> Iterator[NotebookNode]:
    """The title of the lesson and the headings of its exercises, for the feedback."""
    for line in re.findall(r"^##? .+", cell.source, re.MULTILINE):
        if line.startswith("# ") or any(f"`{name}`" in line for name in names):
            yield new_markdown_cell(line)
