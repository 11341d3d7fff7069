"""Grading: what of a submission counts, what is not run, and ten submissions through nbgrader.

The whole class is simulated by tests/simulated_class.py.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from answer_cells import answer_cell
from answers.right import RIGHT
from answers.wrong import WRONG
from nbformat.v4 import new_code_cell, new_notebook, new_output
from notebook_tools import NOTEBOOKS

from nst_utils import checks

sys.path.insert(0, str(NOTEBOOKS))

from build import find_lessons
from grading import answers, course, guard

POINTS = {name: exercise.points for name, exercise in checks.EXERCISES.items()}
LESSONS = find_lessons(NOTEBOOKS)
STYLE = NOTEBOOKS / "src" / "04_style_cost.py"

needs_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None,
    reason='nbgrader is not installed: pip install -e ".[grading]"',
)


def assignment(path: Path = STYLE) -> nbformat.NotebookNode:
    return course.assignment(path.read_text(encoding="utf-8"), path.stem, POINTS)


def cell(notebook: nbformat.NotebookNode, grade_id: str) -> nbformat.NotebookNode:
    return next(one for one in notebook.cells if course.grade_id(one) == grade_id)


def sources(notebook: nbformat.NotebookNode) -> list[str]:
    return [one.source for one in notebook.cells if one.cell_type == "code"]


# The assignment ---------------------------------------------------------------------------------


def test_every_exercise_of_every_lesson_gives_points_once():
    given = [name for lesson in LESSONS for name in course.exercises(assignment(lesson.source))]
    checked = {
        match[1]
        for lesson in LESSONS
        for match in map(course.CHECK.fullmatch, lesson.source.read_text().splitlines())
        if match
    }
    assert len(given) == len(set(given))
    assert set(given) == checked == POINTS.keys() & checked


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.source.stem)
def test_every_code_cell_is_marked(lesson):
    notebook = assignment(lesson.source)
    nbformat.validate(notebook)
    for one in notebook.cells:
        if one.cell_type == "code":
            experiment = course.EXPERIMENT in one.metadata.get("tags", [])
            assert bool(course.grade_id(one)) != experiment
    assert course.grade_id(notebook.cells[0]) == ""


def test_points_are_asked_for_before_the_check_hands_the_reference_on():
    ids = [course.grade_id(one) for one in assignment().cells if course.grade_id(one)]
    assert ids[:4] == ["set-up", "gram_matrix", "gram_matrix-points", "gram_matrix-check"]


def test_students_may_change_their_answers_alone():
    marks = [one.metadata["nbgrader"] for one in assignment().cells if course.grade_id(one)]
    assert all(mark["locked"] != mark["solution"] for mark in marks)
    assert {mark["points"] for mark in marks if mark["grade"]} == {4, 6}


# What of a submission counts --------------------------------------------------------------------


def test_what_is_not_the_students_comes_from_the_assignment():
    source, submitted = assignment(), assignment()
    for one in submitted.cells:
        one.source = f"changed = 1\n{one.source}"
    rebuilt = answers.rebuilt(source, submitted)
    for one in rebuilt.cells:
        if one.cell_type == "code":
            mine = course.grade_id(one) in course.exercises(source)
            assert one.source.startswith("changed") == mine


def test_experiments_and_checks_are_left_out():
    rebuilt = answers.rebuilt(assignment(), assignment())
    text = "\n".join(sources(rebuilt))
    assert "show_filmstrip" not in text
    assert "checks.gram_matrix(" not in text
    assert text.count("checks.score(") == text.count("checks.reference(") == 3


def test_own_cells_run_at_their_place():
    submitted = assignment()
    place = submitted.cells.index(cell(submitted, "gram_matrix"))
    submitted.cells.insert(place, new_code_cell("before = 1"))
    submitted.cells.insert(place + 2, new_code_cell("after = 1"))
    text = sources(answers.rebuilt(assignment(), submitted))
    order = [text.index("before = 1"), text.index(cell(submitted, "gram_matrix").source)]
    order += [text.index("after = 1"), text.index(cell(submitted, "gram_matrix-points").source)]
    assert order == sorted(order)


@pytest.mark.parametrize("lose", ["marks", "cell"])
def test_an_answer_is_found_by_its_function_too(lose: str):
    submitted = assignment()
    answer = cell(submitted, "gram_matrix")
    if lose == "marks":
        answer.metadata.clear()
    else:
        submitted.cells.remove(answer)
    found = answer.source in sources(answers.rebuilt(assignment(), submitted))
    assert found == (lose == "marks")


@pytest.mark.parametrize("marks", [None, "text", {}, {"grade_id": 5}, {"grade": True}])
def test_strange_marks_do_no_harm(marks):
    submitted = new_notebook(cells=[new_code_cell("x = 1", metadata={"nbgrader": marks})])
    assert "x = 1" in sources(answers.rebuilt(assignment(), submitted))


# What is not run --------------------------------------------------------------------------------


IMPORTED = {"displayable_range", "Progress", "CONTENT_LAYER", "STYLE_LAYERS"}
CELLS = {str(answer): answer_cell(answer, IMPORTED) for answer in RIGHT + WRONG}


@pytest.mark.parametrize("name", [name for name, source in CELLS.items() if source])
def test_no_honest_answer_is_refused(name: str):
    assert guard.look_at(CELLS[name]) == []


def test_most_answers_can_be_written_into_a_cell():
    assert sum(map(bool, CELLS.values())) > 0.8 * len(CELLS)


@pytest.mark.parametrize(
    "source, reason",
    [
        ("checks.score = lambda *_: 4", "line 1: uses `checks`"),
        ("import nst_utils.checks.trials", "line 1: imports `nst_utils.checks.trials`"),
        ("from nst_utils import gram_matrix", "line 1: imports `nst_utils`"),
        ("from nst_utils import checks as c", "line 1: imports `nst_utils`"),
        ("x = 1\nnp.allclose = print", "line 2: changes `np.allclose`"),
        ("np.__dict__['allclose'] = print", "line 1: uses `.__dict__`"),
        ("del tf.matmul", "line 1: changes `tf.matmul`"),
        ("import os", "line 1: imports `os`"),
        ("import os.path as p", "line 1: imports `os.path`"),
        ("from subprocess import run", "line 1: imports `subprocess`"),
        ("def f():\n    eval('1')", "line 2: uses `eval`"),
        ("().__class__.__base__", "line 1: uses `.__base__`"),
        ("!ls", "line 1: uses `get_ipython`"),
        ("%timeit 1", "line 1: uses `get_ipython`"),
        ("np.load('x')", "line 1: uses `.load`"),
        ("here = locals()", "line 1: uses `locals`"),
    ],
)
def test_what_no_answer_needs_is_named(source: str, reason: str):
    assert reason in guard.look_at(source, known={"load_image", "checks"})


@pytest.mark.parametrize(
    "source",
    [
        "from nst_utils import STYLE_LAYERS, load_image",
        "import numpy.linalg as la\nfrom math import sqrt",
        "class A:\n    def __init__(self):\n        self.x = 1",
        "a[0] = 1",
        "def f(a):\n    return locals()['a']",
        "image.assign(image + 1)",
        "def f(:",
    ],
)
def test_ordinary_cells_are_run(source: str):
    assert guard.look_at(source, known={"load_image", "checks"}) == []


# Points -----------------------------------------------------------------------------------------


@needs_nbgrader
@pytest.mark.parametrize(
    "outputs, points",
    [
        (["2.0"], "2"),
        ([], "0"),
        (["4.0", "4.0"], "0"),
        (["5.0"], "0"),
        (["-1.0"], "0"),
        (["nan"], "0"),
        (["'4'"], "0"),
    ],
)
def test_a_cell_gives_points_only_for_one_number_in_range(outputs: list[str], points: str):
    from grading import nbgrader_steps

    one = cell(assignment(), "gram_matrix-points")
    one.outputs = [new_output("execute_result", {"text/plain": text}) for text in outputs]
    nbgrader_steps.settle(one)
    assert [output["data"]["text/plain"] for output in one.outputs] == [points]


@needs_nbgrader
@pytest.mark.parametrize("name", ["set-up", "gram_matrix-points"])
def test_nobody_loses_points_because_a_cell_of_ours_fails(name: str):
    from grading import nbgrader_steps

    one = cell(assignment(), name)
    one.outputs = [new_output("error", ename="ImportError", evalue="no numpy", traceback=[])]
    with pytest.raises(nbgrader_steps.CourseFailed, match=f"{name} failed with ImportError"):
        nbgrader_steps._must_not_fail(one)
    one.outputs += [new_output("error", ename="CellTimeoutError", evalue="", traceback=[])]
    nbgrader_steps._must_not_fail(one)


TEN = [
    "05-right",
    "05-wrong-01",
    "05-wrong-02",
    "05-wrong-03",
    "05-empty",
    "05-second-try-below",
    "05-no-notebook",
    "05-own-score",
    "05-skipped-points-cell",
    "05-endless-print",
]


@needs_nbgrader
def test_ten_submissions_get_what_they_are_worth(tmp_path: Path):
    command = [sys.executable, "tests/simulated_class.py", "--keep", str(tmp_path / "class")]
    done = subprocess.run(
        [*command, "--lessons", "05", "--only", *TEN],
        cwd=NOTEBOOKS.parent,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| **together** | 10 | 10 |" in done.stdout
    page = tmp_path / "class/feedback/05-wrong-01/05_total_cost/05_total_cost.html"
    assert "What:" in page.read_text(encoding="utf-8")
    released = tmp_path / "class/release/05_total_cost/05_total_cost.ipynb"
    assert "BEGIN SOLUTION" not in released.read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in released.read_text(encoding="utf-8")
