"""Submissions that are not just right or wrong: odd ones that must not suffer, hostile ones.

Each function changes a notebook whose answers are all right, and says what the named exercise is
then worth.
"""

import ast
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from nst_utils.checks import EXERCISES


class Made(NamedTuple):
    """What came of a notebook.

    Attributes:
        share: of the points of the exercise; None where the submission cannot be graded.
        files: what else lies in the folder; "" stands for the notebook itself.
    """

    share: float | None
    files: dict[str, bytes] | None = None


Make = Callable[[NotebookNode, str], Made]
ODD: list[Make] = []
HOSTILE: list[Make] = []


def odd(make: Make) -> Make:
    """Register an odd submission."""
    ODD.append(make)
    return make


def hostile(make: Make) -> Make:
    """Register a hostile submission."""
    HOSTILE.append(make)
    return make


def find(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell that nbgrader knows by a name."""
    marked = (cell for cell in notebook.cells if "nbgrader" in cell.metadata)
    return next(cell for cell in marked if cell.metadata.nbgrader["grade_id"] == grade_id)


def signature(notebook: NotebookNode, exercise: str) -> str:
    """The line with `def` of an exercise, such as "def f(x):"."""
    source = find(notebook, exercise).source
    return source[: source.index(":\n") + 1]


def parameters(notebook: NotebookNode, exercise: str) -> list[str]:
    """The names of the arguments of an exercise."""
    source = find(notebook, exercise).source
    return [argument.arg for argument in ast.parse(source).body[0].args.args]


def answer(notebook: NotebookNode, exercise: str, body: str, before: str = "", after: str = ""):
    """Write another answer: lines around it, and another body."""
    lines = [before, signature(notebook, exercise), f"    {body}", after]
    find(notebook, exercise).source = "\n".join(line for line in lines if line)


def hostile_answer(name: str, body: str, before: str = "", after: str = "") -> None:
    """Register a hostile submission that is another answer, nothing more, and worth nothing.

    Args:
        name: of the submission.
        body: of the answer; "{exercise}" stands for the name of the exercise.
        before: the lines above the answer.
        after: the lines below it.
    """

    def make(notebook: NotebookNode, exercise: str) -> Made:
        answer(notebook, exercise, body.format(exercise=exercise), before, after)
        return Made(0)

    make.__name__ = name
    hostile(make)


# --- Odd, and right ---------------------------------------------------------------------------


@odd
def helper_in_an_own_cell(notebook, exercise):
    cell = find(notebook, exercise)
    line, names = signature(notebook, exercise), ", ".join(parameters(notebook, exercise))
    helper = new_code_cell(cell.source.replace(f"def {exercise}(", "def helper(", 1))
    notebook.cells.insert(notebook.cells.index(cell), helper)
    cell.source = f"{line}\n    return helper({names})"
    return Made(1)


@odd
def cell_written_anew(notebook, exercise):
    cell = find(notebook, exercise)
    del cell.metadata["nbgrader"]
    return Made(1)


@odd
def second_try_below(notebook, exercise):
    cell = find(notebook, exercise)
    notebook.cells.insert(notebook.cells.index(cell) + 1, new_code_cell(cell.source))
    answer(notebook, exercise, "return 0")
    return Made(1)


@odd
def every_mark_lost(notebook, exercise):
    for cell in notebook.cells:
        cell.metadata.clear()
    return Made(1)


@odd
def prints_a_lot(notebook, exercise):
    cell = find(notebook, exercise)
    line = signature(notebook, exercise)
    cell.source = cell.source.replace(line, f'{line}\n    print("here I am" * 100)', 1)
    return Made(1)


@odd
def late_and_own_experiments(notebook, exercise):
    for cell in notebook.cells:
        cell.source = cell.source.replace("LATE = False", "LATE = True")
    notebook.cells.append(new_code_cell("1 / 0"))
    return Made(1)


@odd
def syntax_error(notebook, exercise):
    find(notebook, exercise).source += "\nreturn ("
    return Made(0)


@odd
def cell_deleted(notebook, exercise):
    notebook.cells.remove(find(notebook, exercise))
    return Made(0)


@odd
def no_notebook(notebook, exercise):
    return Made(None, {"": b"<html>404: not found</html>"})


# --- Loops and floods -------------------------------------------------------------------------


@odd
def endless_function(notebook, exercise):
    answer(notebook, exercise, "while True: pass")
    return Made(0)


@odd
def endless_cell(notebook, exercise):
    find(notebook, exercise).source += "\nwhile True:\n    pass"
    return Made(0)


@hostile
def endless_and_stubborn(notebook, exercise):
    loop = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    find(notebook, exercise).source = loop
    return Made(0)


@hostile
def endless_print(notebook, exercise):
    find(notebook, exercise).source += '\nwhile True:\n    print("x" * 1000)'
    return Made(0)


@hostile
def prints_megabytes(notebook, exercise):
    find(notebook, exercise).source += '\nfor _ in range(50):\n    print("x" * 1_000_000)'
    return Made(1)


@hostile
def eats_memory(notebook, exercise):
    find(notebook, exercise).source += "\nhoard = [bytearray(2**28) for _ in range(1000)]"
    return Made(0)


# --- Points without an answer -----------------------------------------------------------------


hostile_answer("own_score", "return 0", after="checks.score = lambda *_: 4")
hostile_answer("own_checks", "return 0", before="class checks:\n    score = lambda *_: 4")
hostile_answer(
    "patched_core",
    "return 0",
    before="from nst_utils.checks import trials",
    after="trials.same = lambda *_: True",
)
hostile_answer("patched_numpy", "return 0.0", after="np.allclose = lambda *_, **__: True")
hostile_answer(
    "patched_through_its_dictionary",
    "return 0.0",
    after='np.__dict__["allclose"] = lambda *_: True',
)
hostile_answer(
    "patched_builtins",
    "return 0",
    before="import builtins",
    after="builtins.float = lambda *_: 4.0",
)
hostile_answer(
    "own_print_and_float", "pass", before='float = lambda *_: 4.0\nprint = lambda *_: "✔"'
)


@hostile
def imports_the_reference(notebook, exercise):
    find(notebook, exercise).source = f"from nst_utils.costs import {exercise}"
    return Made(0)


hostile_answer("asks_the_reference", 'return checks.reference("{exercise}")(*locals().values())')
hostile_answer(
    "reads_the_solution", "return 0", before='text = open("../../../source/x.ipynb").read()'
)


@hostile
def hard_coded(notebook, exercise):
    """Knows the results of the check's own inputs."""
    known = EXERCISES[exercise]
    names = parameters(notebook, exercise)
    key = "round(sum((i + 1) * float(tf.reduce_sum(x)) for i, x in enumerate(given)), 2)"
    body = f"given = [{', '.join(names)}]\n    key = {key}\n    return "
    answer(notebook, exercise, f"{body} key")
    space: dict = {"tf": tf}
    exec(find(notebook, exercise).source, space)
    table = {}
    for case in known.cases:
        results = [
            f(*case.arguments(), **case.keywords) for f in (space[exercise], known.reference)
        ]
        table[results[0]] = float(results[1])
    table = f"TABLE = {table}"
    answer(notebook, exercise, f"{body} tf.constant(TABLE.get(key, 0.0))", before=table)
    return Made(0)


# --- Changes to what is not theirs ------------------------------------------------------------


@hostile
def edited_points_cell(notebook, exercise):
    answer(notebook, exercise, "pass")
    find(notebook, f"{exercise}-points").source = "4"
    return Made(0)


@hostile
def edited_check_cell(notebook, exercise):
    answer(notebook, exercise, "pass")
    find(notebook, f"{exercise}-check").source = f'{exercise} = checks.reference("{exercise}")'
    return Made(0)


@hostile
def edited_set_up(notebook, exercise):
    answer(notebook, exercise, "pass")
    find(notebook, "set-up").source += "\nchecks.score = lambda *_: 4"
    return Made(0)


@hostile
def deleted_points_cell(notebook, exercise):
    answer(notebook, exercise, "pass")
    notebook.cells.remove(find(notebook, f"{exercise}-points"))
    return Made(0)


@hostile
def skipped_points_cell(notebook, exercise):
    """nbgrader gives all the points to a cell that shows nothing."""
    answer(notebook, exercise, "pass")
    cell = find(notebook, f"{exercise}-points")
    cell.metadata["tags"] = ["skip-execution"]
    cell.metadata["nbgrader"]["points"] = 400
    return Made(0)


@hostile
def answer_is_the_points_cell(notebook, exercise):
    answer(notebook, exercise, "pass")
    marks = find(notebook, exercise).metadata["nbgrader"]
    marks |= {"grade": True, "locked": True, "points": 4, "grade_id": f"{exercise}-points"}
    return Made(0)


# --- Away from the notebook -------------------------------------------------------------------


hostile_answer("ends_python", "return 0", before="import os", after="os._exit(0)")


@hostile
def leaves(notebook, exercise):
    find(notebook, exercise).source += "\nexit()"
    return Made(0)


hostile_answer("leaves_inside", "raise SystemExit")
hostile_answer("deletes_files", "return 0", before="import shutil", after='shutil.rmtree("..")')
hostile_answer("calls_the_shell", "return 0", before="!rm -rf ..")


@hostile
def false_package_beside(notebook, exercise):
    """A file that Python would import in place of the real one."""
    answer(notebook, exercise, "pass")
    fake = b"import builtins\nraise SystemExit\n"
    return Made(0, {"nst_utils.py": fake, "tensorflow.py": fake, "numpy.py": fake})
