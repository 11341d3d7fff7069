"""The notebooks as a class, a teacher and a grader meet them.

The solved edition is compared cell by cell by nbval itself (see testpaths in pyproject.toml).
Here: the build is up to date, and the student edition behaves, unfilled, filled and wrong.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from notebook_tools import (
    NOTEBOOKS,
    build,
    errors,
    insert_solutions,
    printed,
    replace_function,
    run_as_in_class,
)

PROJECT = NOTEBOOKS.parent
LESSONS = build.find_lessons(NOTEBOOKS)
QUICK = {"NST_QUICK": "1"}

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.source.stem)


def student(lesson) -> NotebookNode:
    return nbformat.read(lesson.student, as_version=4)


def solved(lesson) -> NotebookNode:
    return nbformat.read(lesson.solved, as_version=4)


def exercises(notebook: NotebookNode) -> list[str]:
    """List the exercises: the cells ``NAME = checks.NAME(NAME)``."""
    found = [
        re.match(r"(\w+) = checks\.(\w+)\((\w+)\)$", c.source) for c in build.code_cells(notebook)
    ]
    return [match[1] for match in found if match and match[1] == match[2] == match[3]]


def nbval_lax(path: Path) -> subprocess.CompletedProcess:
    """Run the command of the README for grading one notebook."""
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider"]
    settings = ["-c", str(PROJECT / "pyproject.toml")]
    return subprocess.run(
        [*command, *settings, str(path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def saved(notebook: NotebookNode, path: Path) -> Path:
    nbformat.write(notebook, path)
    return path


def in_class(lesson) -> NotebookNode:
    return run_as_in_class(student(lesson), NOTEBOOKS, QUICK)


def unfilled(lesson) -> subprocess.CompletedProcess:
    return nbval_lax(lesson.student)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Iterator[dict[tuple, Future]]:
    """Every lesson run in three ways, on all cores; each test waits for its own."""
    folder = tmp_path_factory.mktemp("filled")

    def filled(lesson) -> subprocess.CompletedProcess:
        notebook = insert_solutions(student(lesson), lesson.source)
        return nbval_lax(saved(notebook, folder / lesson.student.name))

    pool = ThreadPoolExecutor(os.cpu_count())
    ways = (in_class, unfilled, filled)
    yield {(way.__name__, one): pool.submit(way, one) for way in ways for one in LESSONS}
    pool.shutdown(cancel_futures=True)


def test_there_are_lessons_with_exercises():
    assert [lesson.source.stem for lesson in LESSONS] == [
        "00_start_here",
        "01_pixels",
        "02_what_layers_see",
        "03_content_cost",
        "04_style_cost",
        "05_total_cost",
        "06_optimization",
        "07_laboratory",
        "08_instant_style",
        "09_studio",
    ]
    assert [name for lesson in LESSONS for name in exercises(student(lesson))] == [
        "brighten",
        "preprocess",
        "deprocess",
        "layer_names",
        "read_layer",
        "conv_relu",
        "average_pool",
        "compute_content_cost",
        "gram_matrix",
        "compute_layer_style_cost",
        "compute_style_cost",
        "total_cost",
        "train_step",
        "model_nn",
        "design_experiment",
        "write_report",
        "adain",
        "plan_picture",
        "find_cause",
    ]


def test_both_editions_match_their_source(capsys):
    assert build.main(["--check"]) == 0, capsys.readouterr().out


STUDIO = "# NBVAL_IGNORE_OUTPUT\nfrom nst_utils import app\n\napp.show_studio()"
"""The one cell that is not compared: a page of buttons has no words of its own to be stored."""


@each_lesson
def test_hardly_any_cell_is_left_out_of_the_comparison(lesson):
    left_out = [
        cell
        for cell in build.code_cells(solved(lesson))
        if "NBVAL" in cell.source or any("nbval" in tag for tag in cell.metadata.get("tags", []))
    ]
    allowed = [STUDIO] if lesson.source.stem == "09_studio" else []
    assert [cell.source for cell in left_out] == allowed


@each_lesson
def test_run_all_unfilled_goes_through_and_says_what_to_do(lesson, runs):
    notebook = runs["in_class", lesson].result()
    assert errors(notebook) == []
    words = printed(notebook)
    for name in exercises(notebook):
        assert f"✘ {name}: not yet." in words
        assert f"go on with the reference {name}" in words
    assert words.count("YOUR CODE HERE") == len(exercises(notebook))


@each_lesson
def test_unfilled_the_student_edition_fails_with_our_message(lesson, runs):
    done = runs["unfilled", lesson].result()
    assert done.returncode == 1, done.stdout
    for name in exercises(student(lesson)):
        assert f"✘ {name}: not yet." in done.stdout


@each_lesson
def test_with_the_right_answers_the_student_edition_passes(lesson, runs):
    done = runs["filled", lesson].result()
    assert done.returncode == 0, done.stdout


WRONG_GRAM = """def gram_matrix(A):
    print("looking at", A.shape)
    return tf.matmul(tf.transpose(A), A)
"""


def lesson_of(name: str):
    return next(lesson for lesson in LESSONS if name in exercises(student(lesson)))


def test_a_wrong_answer_that_was_run_and_saved_still_fails(tmp_path):
    lesson = lesson_of("gram_matrix")
    wrong = replace_function(
        insert_solutions(student(lesson), lesson.source), "gram_matrix", WRONG_GRAM
    )
    run = run_as_in_class(wrong, NOTEBOOKS, QUICK)
    assert errors(run) == [] and "you multiply positions with positions" in printed(run)
    done = nbval_lax(saved(run, tmp_path / "notebook.ipynb"))
    assert done.returncode == 1
    assert "you multiply positions with positions" in done.stdout
    assert "1 failed" in done.stdout, "the cells after it go on with the reference"


def test_a_syntax_error_is_told_where_it_is():
    lesson = lesson_of("total_cost")
    broken = replace_function(
        student(lesson), "total_cost", "def total_cost(J_content, J_style, alpha=10, beta=40)\n"
    )
    run = run_as_in_class(broken, NOTEBOOKS, QUICK)
    assert len(errors(run)) == 1 and "SyntaxError" in errors(run)[0]
    assert "your cell did not run: SyntaxError" in printed(run)


@each_lesson
def test_headings_go_down_one_step_at_a_time(lesson):
    text = "\n".join(cell.source for cell in student(lesson).cells if cell.cell_type == "markdown")
    levels = [len(match) for match in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    steps = [after - before for before, after in pairwise(levels)]
    assert max(steps) <= 1


@each_lesson
def test_every_lesson_has_the_same_parts(lesson):
    cells = student(lesson).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    parts = ["minutes in class", "you can**", "Recap", "Set up", "Predict first", "Quiz"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.count("<summary>Hint") == 3 * len(exercises(student(lesson)))
    quiz = text[text.index("## Quiz") :]
    assert [f"**{n}.**" in quiz for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert quiz.count("<summary>Show the answer") == 3
    assert any(cell.source.startswith("LATE = False") for cell in cells)
    assert text.count("<details>") == text.count("</details>")
