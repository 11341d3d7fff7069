"""Grading: what of a submission counts, what is not run, and ten submissions through nbgrader.

The whole class is simulated by tests/simulated_class.py.
"""

import csv
import importlib.util
import sqlite3
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

import grade
from build import find_lessons, to_bytes
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
        for match in map(course.CHECK.fullmatch, lesson.source.read_text("utf-8").splitlines())
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


@pytest.mark.parametrize("copied", ["gram_matrix-check", "experiment"])
def test_an_answer_may_stand_in_a_copy_of_a_cell_of_ours(copied: str):
    submitted = assignment()
    submitted.cells.remove(cell(submitted, "gram_matrix"))
    marks = {"tags": ["experiment"]}
    if copied != "experiment":
        marks = {"nbgrader": cell(submitted, copied).metadata["nbgrader"]}
    written = "def gram_matrix(A):\n    return A"
    submitted.cells.insert(3, new_code_cell(written, metadata=marks))
    assert written in sources(answers.rebuilt(assignment(), submitted))


@pytest.mark.parametrize("marks", [None, "text", {}, {"grade_id": 5}, {"grade": True}])
def test_strange_marks_do_no_harm(marks):
    submitted = new_notebook(cells=[new_code_cell("x = 1", metadata={"nbgrader": marks})])
    assert "x = 1" in sources(answers.rebuilt(assignment(), submitted))


# What is not run --------------------------------------------------------------------------------


IMPORTED = {"displayable_range", "Progress", "CONTENT_LAYER", "STYLE_LAYERS", "PRESETS"}
CELLS = {str(answer): answer_cell(answer, IMPORTED) for answer in RIGHT + WRONG}


# It assigns to an attribute, as hostile ones do. Settings are frozen: it is worth nothing anyway.
REFUSED = "assigns_to_the_base"


@pytest.mark.parametrize(
    "name", [name for name, source in CELLS.items() if source and not name.endswith(REFUSED)]
)
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
        ("tf.io.gfile.GFile('x').read()", "line 1: uses `.gfile`"),
        ("import random\nrandom._os.system('ls')", "line 2: uses `._os`"),
        ("from random import _os as o", "line 1: imports `_os`"),
        ("from numpy import load", "line 1: imports `load`"),
        ("from operator import attrgetter", "line 1: imports `attrgetter`"),
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


@needs_nbgrader
@pytest.mark.parametrize("why", ["CellTimeoutError", "Stopped"])
def test_what_stops_is_the_fault_of_the_machine_before_a_students_first_cell(why: str):
    from grading import nbgrader_steps

    set_up, points = (cell(assignment(), name) for name in ("set-up", "gram_matrix-points"))
    for one in (set_up, points):
        one.outputs = [new_output("error", ename=why, evalue="", traceback=[])]
    nbgrader_steps._must_not_fail(points)
    with pytest.raises(nbgrader_steps.CourseFailed, match=f"set-up failed with {why}"):
        nbgrader_steps._must_not_fail(set_up)


@needs_nbgrader
def test_a_comma_in_a_name_trusts_nobody_else(monkeypatch):
    from grading import nbgrader_steps

    monkeypatch.setenv("NST_TRUST", "Müller, Jörg/anna")
    assert nbgrader_steps.is_trusted("Müller, Jörg") and nbgrader_steps.is_trusted("anna")
    assert not nbgrader_steps.is_trusted("Müller")


@needs_nbgrader
def test_reading_the_settings_of_a_course_changes_no_others(monkeypatch, tmp_path: Path):
    from grading import nbgrader_steps
    from traitlets.config import Config

    monkeypatch.setattr(nbgrader_steps, "set_kernels_up", lambda: pytest.fail("JupyterLab"))
    nbgrader_steps.configure(Config(), tmp_path)


# The command ------------------------------------------------------------------------------------

TOTAL = "05_total_cost"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with one assignment, and the submission of one student."""
    made = tmp_path / "course"
    notebook = to_bytes(assignment(NOTEBOOKS / "src" / f"{TOTAL}.py"))
    for place in (made / "source" / TOTAL, made / "submitted" / "anna" / TOTAL):
        place.mkdir(parents=True)
        (place / f"{TOTAL}.ipynb").write_bytes(notebook)
    (made / "nbgrader_config.py").touch()
    sqlite3.connect(made / "gradebook.db").close()
    return made


def said(capsys, *arguments: object) -> str:
    """What the command says where nothing can be done."""
    assert grade.main([str(argument) for argument in arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@needs_nbgrader
@pytest.mark.parametrize(
    "gone, message",
    [
        ("nbgrader_config.py", "nbgrader_config.py is missing: name the folder of your course"),
        ("gradebook.db", "gradebook.db is missing"),
        (f"source/{TOTAL}", "source has no such assignment: make it"),
        (f"submitted/anna/{TOTAL}", "submitted holds nothing of 05_total_cost: put"),
    ],
)
def test_what_is_missing_in_a_course_is_named(folder: Path, capsys, gone: str, message: str):
    (folder / gone).rename(folder / "away")
    assert message in said(capsys, "run", folder, "05")


@needs_nbgrader
def test_a_student_who_handed_in_nothing_is_named(folder: Path, capsys):
    assert "No submission of ana" in said(capsys, "run", folder, "--student", "ana")


@needs_nbgrader
def test_an_assignment_that_promises_other_points_is_named(folder: Path, capsys):
    source = folder / "source" / TOTAL / f"{TOTAL}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    cell(notebook, "total_cost-points").metadata["nbgrader"]["points"] = 1
    nbformat.write(notebook, source)
    message = "promises 1 points for total_cost, and the checks give 2: make it anew"
    assert message in said(capsys, "run", folder)


@needs_nbgrader
def test_a_locked_gradebook_is_noticed_before_the_work(folder: Path, capsys, monkeypatch):
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: connect(path, timeout=0))
    other = connect(folder / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    assert "gradebook.db cannot be changed (database is locked)" in said(capsys, "run", folder)
    assert "gradebook.db cannot be changed" in said(capsys, "course", folder, "05")
    other.close()


@needs_nbgrader
def test_a_file_that_cannot_be_used_is_named(folder: Path, capsys):
    (folder / "grades.csv").mkdir()
    assert "grades.csv cannot be used" in said(capsys, "run", folder)
    (folder / "file").touch()
    assert "file cannot be used" in said(capsys, "course", folder / "file")


@needs_nbgrader
def test_a_folder_that_makes_no_course_is_refused(tmp_path: Path, capsys):
    assert "lies in the project" in said(capsys, "course", NOTEBOOKS / "course")
    assert "choose another name" in said(capsys, "course", tmp_path / "course [1]")


@pytest.mark.parametrize("command", ["course", "run"])
def test_nbgrader_is_asked_for(folder: Path, capsys, monkeypatch, command: str):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "nbgrader is missing: pip install" in said(capsys, command, folder)


@needs_nbgrader
def test_stop_needs_no_traceback(folder: Path, capsys, monkeypatch):
    monkeypatch.setenv("NST_TRUST", "")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(grade, "grade", stop)
    assert said(capsys, "run", folder).startswith("Stopped.")


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_the_number_of_workers_is_checked(workers: str, capsys):
    with pytest.raises(SystemExit, match="2"):
        grade.parse(["run", "x", f"--workers={workers}"])
    assert "is not a whole number from 1 on" in capsys.readouterr().err


def test_the_home_folder_is_found_on_windows_too(monkeypatch):
    seen = []
    monkeypatch.setattr(grade, "make_course", lambda folder, names: seen.append(folder) or ["05"])
    assert grade.main(["course", "~/course"]) == 0
    assert seen == [Path.home().resolve() / "course"]


def test_settings_of_a_teacher_stay(folder: Path, monkeypatch):
    monkeypatch.setattr(grade, "_check_nbgrader_takes", lambda folder: None)
    monkeypatch.setattr(grade, "_nbgrader", lambda *arguments: None)
    settings = folder / "nbgrader_config.py"
    grade.make_course(folder, ["05"])
    with settings.open("a") as file:
        file.write("c = get_config()\n")
    grade.make_course(folder, ["05"])
    assert settings.read_text("utf-8").endswith("they stay.\nc = get_config()\n")


@pytest.mark.parametrize(
    "student, files, why",
    [
        ("jörg müller", {f"{TOTAL}.ipynb": None}, ""),
        ("anna.b", {f"{TOTAL} (1).ipynb": None}, "missing, there is 05_total_cost (1).ipynb: "),
        ("anna.b", {f"{TOTAL}.zip": b"PK"}, "missing, there is 05_total_cost.zip: rename"),
        ("anna.b", {}, "missing, there is nothing"),
        ("anna.b", {f"{TOTAL}.ipynb": b""}, "is no notebook"),
        ("anna.b", {f"{TOTAL}.ipynb": b"[]"}, "is no notebook"),
        ("anna [1]", {f"{TOTAL}.ipynb": None}, "rename the student's folder"),
    ],
)
def test_why_a_submission_cannot_be_graded(folder: Path, student: str, files: dict, why: str):
    place = folder / "submitted" / student / TOTAL
    place.mkdir(parents=True)
    right = (folder / "source" / TOTAL / f"{TOTAL}.ipynb").read_bytes()
    for name, data in files.items():
        (place / name).write_bytes(right if data is None else data)
    found = grade.why_unusable(folder, grade.Submission(student, TOTAL))
    assert why in found and bool(why) == bool(found)


def test_what_lies_in_the_wrong_place_is_listed(folder: Path):
    for name in ("a.ipynb", "ben/a.ipynb", "ben/total_cost/x", ".DS_Store", "anna/.ipynb_x/x"):
        path = folder / "submitted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert grade.left_out(folder) == ["a.ipynb", "ben/a.ipynb", "ben/total_cost"]


@needs_nbgrader
@pytest.mark.filterwarnings("ignore:Object of type")  # nbgrader's own
def test_what_could_not_be_graded_has_no_points(folder: Path):
    from nbgrader.api import Gradebook

    one = grade.Submission("anna", TOTAL)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment(TOTAL)
        gradebook.add_student("anna")
        gradebook.add_submission(TOTAL, "anna")
    for student in ("anna", "ben"):  # ben was graded into another gradebook
        page = grade.feedback_page(folder, grade.Submission(student, TOTAL))
        page.parent.mkdir(parents=True)
        page.touch()
    assert grade.read_points(folder, [one, grade.Submission("ben", TOTAL)]).keys() == {one}
    (folder / "submitted/anna" / TOTAL / f"{TOTAL}.ipynb").write_bytes(b"404")
    assert [problem.submission for problem in grade.grade(folder, [one])] == [one]
    assert grade.read_points(folder, [one]) == {}


def test_a_notebook_of_another_lesson_is_shown_to_a_human(folder: Path):
    for student, text in (("anna", "total_cost"), ("ben", "other")):
        graded = folder / "autograded" / student / TOTAL
        graded.mkdir(parents=True)
        notebook = assignment(NOTEBOOKS / "src" / f"{TOTAL}.py")
        cell(notebook, "total_cost").metadata["nbgrader"]["grade_id"] = text
        nbformat.write(notebook, graded / f"{TOTAL}.ipynb")
    everybody = [grade.Submission(student, TOTAL) for student in ("anna", "ben")]
    (found,) = grade.worth_a_look(folder, everybody)
    assert found.submission.student == "ben" and "another lesson" in found.why


def test_names_and_points_open_in_a_spreadsheet(tmp_path: Path):
    table = tmp_path / "grades.csv"
    grade.write_grades(table, {grade.Submission("Jörg", TOTAL): {"total_cost": 1.0}})
    assert table.read_bytes().startswith("\ufeffstudent".encode())
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["Jörg", TOTAL, "total_cost", "1", "2"]


@needs_nbgrader
def test_a_worker_that_is_stopped_stops():
    from grading import worker

    class Api:
        def autograde(self, assignment: str, student: str) -> dict:
            return {"success": False, "error": "Traceback …\nKeyboardInterrupt\n"}

    with pytest.raises(KeyboardInterrupt):
        worker.grade(Api(), TOTAL, "anna")


@needs_nbgrader
def test_the_reason_is_one_line():
    from grading import worker

    log = "nbgrader.converters.base.NbGraderException: No assignment\n[ERROR] Please see\n"
    assert worker.why({"error": f"Traceback\n{log}"}) == "NbGraderException: No assignment"


# Ten submissions --------------------------------------------------------------------------------


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
