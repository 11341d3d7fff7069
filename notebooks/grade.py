"""Grade a class: from the lessons to nbgrader assignments, and from submissions to points.

  python notebooks/grade.py course FOLDER [NAME ...]   make assignments: FOLDER/release
  python notebooks/grade.py run FOLDER [NAME ...]      grade FOLDER/submitted/STUDENT/NAME

NAME is a lesson: a number (03), a slug (content_cost) or a file name; default: all of them.
`run` writes FOLDER/grades.csv and a page for every student in FOLDER/feedback, and lists what a
human should look at. It needs nbgrader: pip install -e ".[grading]". INSTRUCTORS.md has the recipe.
"""

import argparse
import csv
import importlib.util
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import nbformat
from build import BuildError, find_lessons, read, select, to_bytes, write_bytes
from grading.course import POINTS, assignment, config_text, exercises, grade_id, gradebook_url
from nbformat import NotebookNode

from nst_utils import NSTError
from nst_utils.checks import EXERCISES

NOTEBOOKS = Path(__file__).resolve().parent
AT_A_TIME = 8
"""Submissions for one start of nbgrader, which takes about three seconds."""

PATTERN = frozenset("*?[")
"""What nbgrader does not take literally in the name of a folder."""

WORTH_A_LOOK = ("NotRun", "Stopped", "CellTimeoutError")


class Submission(NamedTuple):
    """What one student handed in for one assignment."""

    student: str
    assignment: str


class Problem(NamedTuple):
    """Why somebody should look at a submission."""

    submission: Submission
    why: str


# --- The course ---------------------------------------------------------------------------


def make_course(folder: Path, names: Sequence[str] = ()) -> list[str]:
    """Write an nbgrader course: its settings, its assignments, and what students get.

    Args:
        folder: made if it is missing; submissions, grades and settings in it stay.
        names: of lessons, see `build.select`.

    Returns:
        The names of the assignments. A lesson without exercises makes none.

    Raises:
        BuildError: a lesson cannot be built, or there is none of that name.
        NSTError: nbgrader is missing, or refuses the folder or an assignment.
    """
    _prepare(folder)
    points = {name: exercise.points for name, exercise in EXERCISES.items()}
    made = []
    for lesson in select(find_lessons(NOTEBOOKS), names):
        name = lesson.source.stem
        notebook = assignment(lesson.source.read_text(encoding="utf-8"), name, points)
        if exercises(notebook):
            write_bytes(folder / "source" / name / f"{name}.ipynb", to_bytes(notebook))
            _nbgrader(folder, "generate_assignment", name, "--force")
            made.append(name)
    return made


def _prepare(folder: Path) -> None:
    """Make a folder with the settings of nbgrader; see that a course may be there."""
    _check_nbgrader_takes(folder)
    if folder.is_relative_to(NOTEBOOKS.parent):
        raise NSTError(f"{folder} lies in the project: choose a folder outside of it.")
    folder.mkdir(parents=True, exist_ok=True)
    if (gradebook := folder / "gradebook.db").is_file():
        _check_gradebook(gradebook)
    config, text = folder / "nbgrader_config.py", config_text(NOTEBOOKS)
    if not config.is_file() or text not in config.read_text(encoding="utf-8"):
        write_bytes(config, text.encode())


def _check_nbgrader_takes(folder: Path) -> None:
    """Raise NSTError unless nbgrader is there, and can read the name of a folder."""
    if importlib.util.find_spec("nbgrader") is None:
        raise NSTError('nbgrader is missing: pip install -e ".[grading]" in the project\'s folder.')
    if PATTERN & set(str(folder)):
        raise NSTError(f"{folder}: nbgrader takes *, ? and [ for patterns; choose another name.")


def _nbgrader(folder: Path, *arguments: str) -> None:
    """Run a command of nbgrader in the folder of a course."""
    done = _python(folder, "-m", "nbgrader", *arguments)
    if done.returncode:
        raise NSTError(f"nbgrader {' '.join(arguments)} failed in {folder}: {done.stderr[-2000:]}")


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run Python in the folder of a course."""
    # nbgrader calls `alembic`, which is found only where the environment is activated.
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONUTF8": "1"},  # names of students, on Windows too
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


# --- Grading ------------------------------------------------------------------------------


def check_course(folder: Path) -> None:
    """Raise NSTError unless a folder is a course in which points can be kept; OSError likewise."""
    _check_nbgrader_takes(folder)
    gradebook = folder / "gradebook.db"
    for needed in (folder / "nbgrader_config.py", gradebook):
        if not needed.is_file():
            raise NSTError(
                f"{needed} is missing: name the folder of your course, or make its assignments "
                "with `python notebooks/grade.py course`."
            )
    _check_gradebook(gradebook)
    (folder / "grades.csv").open("a").close()  # an open spreadsheet may lock it: say so now


def _check_gradebook(path: Path) -> None:
    """Raise NSTError while a gradebook is locked, and OSError where it may not be written."""
    path.open("r+b").close()
    try:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            connection.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        raise NSTError(f"{path} cannot be changed ({error}): close what uses it.") from error


def find_submissions(folder: Path, names: Sequence[str] = ()) -> list[Submission]:
    """List what was handed in, for assignments of this course.

    Raises:
        BuildError: there is no lesson of such a name.
        NSTError: there is no such assignment in the course, or nothing was handed in.
    """
    wanted = {lesson.source.stem for lesson in select(find_lessons(NOTEBOOKS), names)}
    wanted &= _assignments(folder)
    if not wanted:
        raise NSTError(f"{folder / 'source'} has no such assignment: make it with grade.py course.")
    found = sorted((folder / "submitted").glob("*/*"))
    submissions = [
        Submission(path.parent.name, path.name)
        for path in found
        if path.name in wanted and path.is_dir()
    ]
    if not submissions:
        raise NSTError(
            f"{folder / 'submitted'} holds nothing of {', '.join(sorted(wanted))}: put submissions "
            "there as STUDENT/NAME/NAME.ipynb."
        )
    return submissions


def check_points(folder: Path, assignments: Iterable[str]) -> None:
    """Raise NSTError where an assignment promises other points than the checks of today give."""
    points = {name: exercise.points for name, exercise in EXERCISES.items()}
    for name in assignments:
        cells = nbformat.read(folder / "source" / name / f"{name}.ipynb", as_version=4).cells
        for cell in cells:
            exercise = grade_id(cell).removesuffix(POINTS)
            promised = cell.metadata.get("nbgrader", {}).get("points")
            if grade_id(cell).endswith(POINTS) and promised != points.get(exercise):
                raise NSTError(
                    f"{name} promises {promised} points for {exercise}, and the checks give "
                    f"{points.get(exercise)}: make it anew with grade.py course."
                )


def _assignments(folder: Path) -> set[str]:
    return {path.name for path in (folder / "source").glob("*")}


def left_out(folder: Path) -> list[str]:
    """List what lies in `submitted`, and is not where a submission is looked for."""
    there, submitted = _assignments(folder), folder / "submitted"
    strange = [path for path in submitted.glob("*") if not path.is_dir()]
    strange += [p for p in submitted.glob("*/*") if not (p.is_dir() and p.name in there)]
    parts = (path.relative_to(submitted).parts for path in sorted(strange))
    return ["/".join(x) for x in parts if not any(y.startswith((".", "__MACOSX")) for y in x)]


def grade(folder: Path, submissions: Sequence[Submission], workers: int = 2) -> list[Problem]:
    """Grade submissions side by side, and write their feedback.

    Args:
        folder: of the course.
        submissions: what to grade, again if it was graded before.
        workers: how many to grade at a time; each takes a processor core and about 1.6 GB.

    Returns:
        Those that could not be graded, also not when tried a second time.
    """
    unusable = [Problem(one, why) for one in submissions if (why := why_unusable(folder, one))]
    without = {problem.submission for problem in unusable}
    usable = [one for one in submissions if one not in without]
    _forget(folder, without)
    failed = [problem.submission for problem in _in_parallel(folder, usable, workers, AT_A_TIME)]
    return [*unusable, *_in_parallel(folder, failed, workers, 1)]


def why_unusable(folder: Path, one: Submission) -> str:
    """Say what a teacher has to put right before nbgrader sees a submission; empty if nothing."""
    place, name = folder / "submitted" / one.student / one.assignment, f"{one.assignment}.ipynb"
    if PATTERN & set(one.student) or one.student != one.student.strip():
        return "rename the student's folder: no *, ? or [ in it, and no space at its ends."
    if not (place / name).is_file():
        there = ", ".join(sorted(path.name for path in place.iterdir())) or "nothing"
        return f"{name} is missing, there is {there}: rename or unpack it, or ask the student."
    if read(place / name) is None:
        return f"{name} is no notebook: ask the student to hand it in again."
    return ""


def feedback_page(folder: Path, one: Submission) -> Path:
    """The page for the student. It is written last: where it is, a submission was graded."""
    return folder / "feedback" / one.student / one.assignment / f"{one.assignment}.html"


def _forget(folder: Path, submissions: Iterable[Submission]) -> None:
    """Remove pages of an earlier run, which would say that this one succeeded."""
    for one in submissions:
        shutil.rmtree(feedback_page(folder, one).parent, ignore_errors=True)


def _in_parallel(
    folder: Path, submissions: Sequence[Submission], workers: int, at_a_time: int
) -> Iterator[Problem]:
    """Share submissions out to processes; yield the problems."""
    by_assignment: dict[str, list[str]] = {}
    for submission in submissions:
        by_assignment.setdefault(submission.assignment, []).append(submission.student)
    # Small shares at the end, too: otherwise one process works while the others wait.
    share = max(1, min(at_a_time, len(submissions) // (2 * workers)))
    shares = [
        (name, everybody[first : first + share])
        for name, everybody in by_assignment.items()
        for first in range(0, len(everybody), share)
    ]
    with ThreadPoolExecutor(workers) as pool:
        for problems in pool.map(lambda one: _grade_share(folder, *one), shares):
            yield from problems


def _grade_share(folder: Path, name: str, students: Sequence[str]) -> list[Problem]:
    """Grade some submissions of an assignment in one process."""
    _forget(folder, (Submission(student, name) for student in students))
    worker = NOTEBOOKS / "grading" / "worker.py"
    done = _python(folder, str(worker), str(folder), name, *students)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    why = {result["student"]: result["why"] for result in results}
    ended = f"the grading process ended: {done.stderr.strip()[-300:]}"
    return [
        Problem(Submission(student, name), why.get(student, ended))
        for student in students
        if why.get(student, ended)
    ]


# --- Results ------------------------------------------------------------------------------


def read_points(folder: Path, submissions: Iterable[Submission]) -> dict[Submission, dict]:
    """Read the points from the gradebook.

    Returns:
        For each submission that was graded, the points by the name of the exercise. (nbgrader
        keeps 0 points, or earlier ones, for what could not be graded.)
    """
    from nbgrader.api import Gradebook

    points: dict[Submission, dict[str, float]] = {}
    with Gradebook(gradebook_url(folder)) as gradebook:
        for name in sorted({submission.assignment for submission in submissions}):
            for row in gradebook.assignment_submissions(name):
                grades = [one for notebook in row.notebooks for one in notebook.grades]
                by_exercise = {one.name.removesuffix(POINTS): one.score for one in grades}
                points[Submission(row.student.id, name)] = by_exercise
    graded = (one for one in submissions if feedback_page(folder, one).is_file())
    return {one: points[one] for one in graded if one in points}


def write_grades(path: Path, points: dict[Submission, dict]) -> None:
    """Write a table, one line for each exercise of each submission."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["student", "assignment", "exercise", "points", "of"])
    for submission, by_exercise in points.items():
        for exercise, number in by_exercise.items():
            table.writerow([*submission, exercise, f"{number:g}", EXERCISES[exercise].points])
    write_bytes(path, text.getvalue().encode("utf-8-sig"))  # Excel needs the mark: Jörg


def worth_a_look(folder: Path, submissions: Iterable[Submission]) -> list[Problem]:
    """List the graded submissions with cells that were not run, were stopped, or are missing."""
    found = []
    for one in submissions:
        path = folder / "autograded" / one.student / one.assignment / f"{one.assignment}.ipynb"
        if path.is_file() and (why := next(_strange(nbformat.read(path, as_version=4)), None)):
            found.append(Problem(one, why))
    return found


def _strange(notebook: NotebookNode) -> Iterator[str]:
    """What is unusual in a graded notebook."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    yield from (output.evalue for output in outputs if output.get("ename") in WORTH_A_LOOK)
    ids = [grade_id(cell) for cell in notebook.cells]
    if not set(exercises(notebook)) & set(ids):
        yield "no answer was found in it: is it another lesson?"


# --- The command --------------------------------------------------------------------------


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    course = commands.add_parser("course", help="make the assignments")
    run = commands.add_parser("run", help="grade what was handed in")
    for command in (course, run):
        command.add_argument("folder", type=Path, metavar="FOLDER", help="of the nbgrader course")
        command.add_argument("names", nargs="*", metavar="NAME", help="a lesson; default: all")
    run.add_argument("--workers", type=_count, default=2, help="graded at a time (2)")
    run.add_argument(
        "--student", action="append", default=[], help="only this one; may be repeated"
    )
    run.add_argument("--trust", action="store_true", help="run also cells that look suspicious")
    return parser.parse_args(argv)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


def choose(submissions: Sequence[Submission], students: Sequence[str]) -> list[Submission]:
    """The submissions of some students, or all; NSTError if one has handed in nothing."""
    unknown = set(students) - {one.student for one in submissions}
    if unknown:
        raise NSTError(f"No submission of {', '.join(sorted(unknown))}: give the folder's name.")
    return [one for one in submissions if one.student in students or not students]


def run(options: argparse.Namespace, folder: Path) -> int:
    """Grade, and say what came out; status 1 where a submission could not be graded."""
    check_course(folder)
    submissions = choose(find_submissions(folder, options.names), options.student)
    check_points(folder, sorted({one.assignment for one in submissions}))
    trusted = {one.student for one in submissions} if options.trust else set()
    os.environ["NST_TRUST"] = "/".join(sorted(trusted))
    failed = grade(folder, submissions, options.workers)
    lost = {problem.submission for problem in failed}
    graded = [one for one in submissions if one not in lost]
    write_grades(folder / "grades.csv", read_points(folder, find_submissions(folder)))
    print(f"{len(graded)} of {len(submissions)} submissions graded: {folder / 'grades.csv'}")
    odd = worth_a_look(folder, graded)
    _print_list("Graded, but a human should look at these", map(_line, odd))
    _print_list("Could not be graded", map(_line, failed))
    _print_list("Left out of submitted, where STUDENT/NAME/NAME.ipynb counts", left_out(folder))
    return min(len(failed), 1)


def _line(problem: Problem) -> str:
    return f"{problem.submission.student}, {problem.submission.assignment}: {problem.why}"


def _print_list(title: str, lines: Iterable[str]) -> None:
    if lines := list(lines):
        print(f"\n{title}:", *lines, sep="\n  ")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks: 0 if all went well, 1 if not, 2 if nothing could be done."""
    options = parse(argv)
    folder = options.folder.expanduser().resolve()
    try:
        if options.command == "run":
            return run(options, folder)
        made = make_course(folder, options.names)
        print(f"{folder / 'release'} holds {', '.join(made)}: hand these notebooks out.")
        return 0
    except (BuildError, NSTError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        file, why = error.filename or folder, error.strerror
        print(
            f"{file} cannot be used ({why}): see what uses it, or choose another.", file=sys.stderr
        )
    except KeyboardInterrupt:
        print("Stopped. Give the same command again: it starts anew.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
