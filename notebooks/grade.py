"""Grade a class: from the lessons to nbgrader assignments, and from submissions to points.

  python notebooks/grade.py course FOLDER [NAME ...]   make assignments: FOLDER/release
  python notebooks/grade.py run FOLDER [NAME ...]      grade FOLDER/submitted/STUDENT/NAME

NAME is a lesson: a number (03), a slug (content_cost) or a file name; default: all of them.
`run` writes FOLDER/grades.csv and a page for every student in FOLDER/feedback, and lists what a
human should look at. It needs nbgrader: pip install -e ".[grading]". INSTRUCTORS.md has the recipe.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import nbformat
from build import BuildError, find_lessons, select, to_bytes
from grading.course import assignment, config_text, exercises

from nst_utils import NSTError
from nst_utils.checks import EXERCISES

NOTEBOOKS = Path(__file__).resolve().parent
AT_A_TIME = 8
"""Submissions for one start of nbgrader, which takes about three seconds."""

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
        folder: made if it is missing; submissions and grades in it stay.
        names: of lessons, see `build.select`.

    Returns:
        The names of the assignments. A lesson without exercises makes none.

    Raises:
        BuildError: a lesson cannot be built, or there is none of that name.
        NSTError: nbgrader is missing, or refuses an assignment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "nbgrader_config.py", config_text(NOTEBOOKS).encode())
    points = {name: exercise.points for name, exercise in EXERCISES.items()}
    made = []
    for lesson in select(find_lessons(NOTEBOOKS), names):
        name = lesson.source.stem
        notebook = assignment(lesson.source.read_text(encoding="utf-8"), name, points)
        if exercises(notebook):
            _write(folder / "source" / name / f"{name}.ipynb", to_bytes(notebook))
            _nbgrader(folder, "generate_assignment", name, "--force")
            made.append(name)
    return made


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def _nbgrader(folder: Path, *arguments: str) -> None:
    """Run a command of nbgrader in the folder of a course."""
    done = _python(folder, "-m", "nbgrader", *arguments)
    if "No module named nbgrader" in done.stderr:
        raise NSTError('nbgrader is missing: pip install -e ".[grading]" in the project\'s folder.')
    if done.returncode:
        raise NSTError(f"nbgrader {' '.join(arguments)} failed in {folder}: {done.stderr[-2000:]}")


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run Python in the folder of a course."""
    # nbgrader calls `alembic`, which is found only where the environment is activated.
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


# --- Grading ------------------------------------------------------------------------------


def find_submissions(folder: Path, names: Sequence[str] = ()) -> list[Submission]:
    """List what was handed in, for assignments of this course.

    Raises:
        BuildError: there is no lesson of such a name.
        NSTError: there is nothing to grade.
    """
    wanted = {lesson.source.stem for lesson in select(find_lessons(NOTEBOOKS), names)}
    there = {path.name for path in (folder / "source").glob("*")}
    found = sorted((folder / "submitted").glob("*/*"))
    submissions = [Submission(p.parent.name, p.name) for p in found if p.name in wanted & there]
    if not submissions:
        raise NSTError(f"{folder / 'submitted'} holds nothing as STUDENT/NAME/NAME.ipynb.")
    return submissions


def grade(folder: Path, submissions: Sequence[Submission], workers: int = 2) -> list[Problem]:
    """Grade submissions side by side, and write their feedback.

    Args:
        folder: of the course.
        submissions: what to grade, again if it was graded before.
        workers: how many to grade at a time; each takes a processor core and about 1 GB.

    Returns:
        Those that could not be graded, also not when tried a second time.
    """
    failed = list(_in_parallel(folder, submissions, workers, AT_A_TIME))
    return list(_in_parallel(folder, [problem.submission for problem in failed], workers, 1))


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
        For each submission that was graded, the points by the name of the exercise.
    """
    from grading.course import POINTS
    from nbgrader.api import Gradebook

    points: dict[Submission, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for name in sorted({submission.assignment for submission in submissions}):
            for row in gradebook.assignment_submissions(name):
                grades = [one for notebook in row.notebooks for one in notebook.grades]
                by_exercise = {one.name.removesuffix(POINTS): one.score for one in grades}
                points[Submission(row.student.id, name)] = by_exercise
    return {submission: points[submission] for submission in submissions if submission in points}


def write_grades(path: Path, points: dict[Submission, dict]) -> None:
    """Write a table, one line for each exercise of each submission."""
    part = path.with_name(path.name + ".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", "assignment", "exercise", "points", "of"])
        for submission, by_exercise in points.items():
            for exercise, number in by_exercise.items():
                table.writerow([*submission, exercise, f"{number:g}", EXERCISES[exercise].points])
    os.replace(part, path)


def worth_a_look(folder: Path, submissions: Iterable[Submission]) -> list[Problem]:
    """List the graded submissions with cells that were not run, or were stopped."""
    found = []
    for one in submissions:
        path = folder / "autograded" / one.student / one.assignment / f"{one.assignment}.ipynb"
        cells = nbformat.read(path, as_version=4).cells if path.is_file() else []
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        why = [o.evalue for o in outputs if o.get("ename") in WORTH_A_LOOK]
        if why:
            found.append(Problem(one, why[0]))
    return found


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
    run.add_argument("--workers", type=int, default=2, help="graded at a time (2)")
    run.add_argument(
        "--student", action="append", default=[], help="only this one; may be repeated"
    )
    run.add_argument("--trust", action="store_true", help="run also cells that look suspicious")
    return parser.parse_args(argv)


def run(options: argparse.Namespace) -> int:
    """Grade, and say what came out; status 1 where a submission could not be graded."""
    folder = options.folder.resolve()
    submissions = find_submissions(folder, options.names)
    if options.student:
        submissions = [one for one in submissions if one.student in options.student]
    trusted = {one.student for one in submissions} if options.trust else set()
    os.environ["NST_TRUST"] = ",".join(sorted(trusted))
    failed = grade(folder, submissions, options.workers)
    lost = {problem.submission for problem in failed}
    graded = [one for one in submissions if one not in lost]
    write_grades(folder / "grades.csv", read_points(folder, find_submissions(folder)))
    print(f"{len(graded)} of {len(submissions)} submissions graded: {folder / 'grades.csv'}")
    _print_list("Graded, but a human should look at these", worth_a_look(folder, graded))
    _print_list("Could not be graded", failed)
    return min(len(failed), 1)


def _print_list(title: str, problems: Sequence[Problem]) -> None:
    if problems:
        print(f"\n{title}:")
        for (student, name), why in problems:
            print(f"  {student}, {name}: {why}")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks: 0 if all went well, 1 if not, 2 if it makes no sense."""
    options = parse(argv)
    try:
        if options.command == "run":
            return run(options)
        made = make_course(options.folder.resolve(), options.names)
        print(f"{options.folder / 'release'} holds {', '.join(made)}: hand these notebooks out.")
        return 0
    except (BuildError, NSTError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
