"""A class that hands in everything: right, every mistake with a name, empty, odd and hostile.

  python tests/simulated_class.py                     over 200 submissions, two at a time
  python tests/simulated_class.py --students 10       some of every kind
  python tests/simulated_class.py --lessons 04 05     only these lessons

The submissions go through `notebooks/grade.py` as those of a real class do. Every number of points
is compared with what the answer is worth; the exit status is 1 if one differs. The answers are
those of tests/answers. It needs nbgrader: pip install -e ".[grading]".
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "notebooks"), str(PROJECT / "tests")]

import grade
from answer_cells import answer_cell
from answers import Answer
from answers.right import RIGHT
from answers.wrong import WRONG
from build import find_lessons, select, without_markers
from child_memory import watched
from grading.course import SET_UP, exercises, grade_id
from grading.guard import imported
from odd_submissions import HOSTILE, ODD

from nst_utils.checks import EXERCISES, diagnose
from nst_utils.checks.general import GENERAL


@dataclass(frozen=True)
class Pupil:
    """A simulated student.

    Attributes:
        name: of the student.
        kind: right, wrong, empty, odd or hostile.
        assignment: what is handed in.
        files: what lies in the folder of the submission, by file name.
        points: what each exercise is worth; None where the submission cannot be graded.
        mistakes: what is wrong, as "gram_matrix.elementwise"; general ones without the exercise.
    """

    name: str
    kind: str
    assignment: str
    files: dict[str, bytes]
    points: dict[str, float] | None
    mistakes: frozenset[str] = frozenset()


class Given(NamedTuple):
    """An answer in the class: its cell, what it is worth, and the mistake in it."""

    cell: str
    points: float
    mistake: str | None


@dataclass
class Lesson:
    """An assignment as its students see it.

    Attributes:
        name: of the assignment.
        handed_out: the notebook with gaps.
        solved: the source of the right answer, by exercise.
        answers: other answers than the solved, by exercise.
    """

    name: str
    handed_out: NotebookNode
    solved: dict[str, str]
    answers: dict[str, list[Given]] = field(default_factory=dict)

    def filled(self, answers: dict[str, str]) -> NotebookNode:
        """Fill the gaps; an exercise that is not named stays empty."""
        notebook = nbformat.from_dict(self.handed_out)
        for cell in notebook.cells:
            cell.source = answers.get(grade_id(cell), cell.source)
        return notebook

    def pupil(self, kind: str, name: str, cells: dict[str, str], points: dict) -> Pupil:
        """A student with these answers."""
        files = {f"{self.name}.ipynb": nbformat.writes(self.filled(cells)).encode()}
        return Pupil(f"{self.name[:2]}-{name}", kind, self.name, files, points)

    def worth(self, **points: float) -> dict[str, float]:
        """All the points, but for the exercises that are named."""
        return {name: float(EXERCISES[name].points) for name in self.solved} | points


MORE = 2
"""Students more than an exercise has mistakes of its own, for mistakes that any can have."""

# --- Who hands in what --------------------------------------------------------------------


def read_lesson(folder: Path, name: str, used: set[str]) -> Lesson:
    """Collect the answers to an assignment.

    Args:
        folder: of the course.
        name: of the assignment.
        used: the general mistakes that somebody makes already; more are added.
    """
    handed_out = nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4)
    source = nbformat.read(folder / "source" / name / f"{name}.ipynb", as_version=4)
    cells = {grade_id(cell): cell.source for cell in source.cells}
    solved = {one: without_markers(cells[one]) for one in exercises(source)}
    lesson, known = Lesson(name, handed_out, solved), imported(cells[SET_UP])
    answers = {one: one_of_each(one, known) for one in solved}
    rows = max(map(len, answers.values()))
    for one in solved:
        # Whoever makes no mistake of this exercise makes a general one, or finds another right way.
        answers[one] += general_ones(one, known, used, rows + MORE - len(answers[one]))
        right = [
            answer for answer in RIGHT if answer.exercise == one and answer_cell(answer, known)
        ]
        answers[one] += right[: max(0, rows - len(answers[one]))]
        lesson.answers[one] = [worth(answer, known) for answer in answers[one]]
    return lesson


def one_of_each(exercise: str, known: set[str]) -> list[Answer]:
    """One wrong answer for each mistake that belongs to an exercise, where a cell can hold it."""
    own = {mistake.name for mistake in EXERCISES[exercise].mistakes}
    some = {a.mistake: a for a in WRONG if a.exercise == exercise and answer_cell(a, known)}
    return [answer for mistake, answer in some.items() if mistake in own]


def general_ones(exercise: str, known: set[str], used: set[str], count: int) -> list[Answer]:
    """Some wrong answers for general mistakes that nobody has made yet."""
    chosen = []
    for answer in WRONG:
        new = answer.exercise == exercise and answer.mistake in GENERAL.keys() - used
        if new and len(chosen) < count and answer_cell(answer, known):
            used.add(answer.mistake)
            chosen.append(answer)
    return chosen


def worth(answer: Answer, known: set[str]) -> Given:
    """The cell of an answer, and what the check says that it is worth, asked here and now."""
    credit = diagnose(answer.exercise, answer.function).credit
    if answer.wrong == (credit == 1):
        raise AssertionError(f"{answer} is worth {credit:g} of the points, which cannot be.")
    own = {mistake.name for mistake in EXERCISES[answer.exercise].mistakes}
    mistake = f"{answer.exercise}.{answer.mistake}" if answer.mistake in own else answer.mistake
    points = credit * EXERCISES[answer.exercise].points
    return Given(answer_cell(answer, known), points, mistake)


def pupils(lesson: Lesson) -> Iterator[Pupil]:
    """One who is right, one who did nothing, and one for each row of answers."""
    yield lesson.pupil("empty", "empty", {}, dict.fromkeys(lesson.solved, 0.0))
    yield lesson.pupil("right", "right", lesson.solved, lesson.worth())
    for number, row in enumerate(zip_longest(*lesson.answers.values()), start=1):
        given = {name: one for name, one in zip(lesson.answers, row, strict=True) if one}
        cells = lesson.solved | {name: one.cell for name, one in given.items()}
        points = lesson.worth(**{name: one.points for name, one in given.items()})
        mistakes = frozenset(one.mistake for one in given.values() if one.mistake)
        pupil = lesson.pupil("wrong", f"wrong-{number:02}", cells, points)
        yield replace(pupil, mistakes=mistakes)


def special_pupils(lesson: Lesson) -> Iterator[Pupil]:
    """The odd and the hostile ones."""
    for kind, some in (("odd", ODD), ("hostile", HOSTILE)):
        for make in some:
            notebook = lesson.filled(lesson.solved)
            made = make(notebook, TRICKED)
            files = {f"{lesson.name}.ipynb": nbformat.writes(notebook).encode()}
            if made.files:
                files |= {name or f"{lesson.name}.ipynb": x for name, x in made.files.items()}
            points = None
            if made.share is not None:
                points = lesson.worth(**{TRICKED: made.share * EXERCISES[TRICKED].points})
            name = f"{lesson.name[:2]}-{make.__name__.replace('_', '-')}"
            yield Pupil(name, kind, lesson.name, files, points)


def make_class(folder: Path, lessons: Sequence[str]) -> list[Pupil]:
    """Everybody; the odd and the hostile ones are in the lesson of one exercise."""
    used: set[str] = set()
    read = [read_lesson(folder, name, used) for name in lessons]
    everybody = [pupil for lesson in read for pupil in pupils(lesson)]
    special = (pupil for one in read if TRICKED in one.solved for pupil in special_pupils(one))
    return [*everybody, *special]


def choose(everybody: Sequence[Pupil], count: int) -> list[Pupil]:
    """A smaller class with all kinds in turn, or everybody and more who are right."""
    by_kind = {kind: [p for p in everybody if p.kind == kind] for kind in KINDS}
    in_turn = [p for row in zip_longest(*by_kind.values()) for p in row if p]
    extra = []
    for number in range(count - len(in_turn)):
        model = by_kind["right"][number % len(by_kind["right"])]
        extra.append(replace(model, name=f"{model.name}-{number}"))
    return [*in_turn, *extra][:count]


TRICKED = "total_cost"
"""The exercise of the odd and the hostile: quickly checked, and its lesson has no other."""

KINDS = ("right", "wrong", "empty", "odd", "hostile")


# --- Grading ------------------------------------------------------------------------------


def hand_in(folder: Path, chosen: Iterable[Pupil]) -> None:
    """Write the submissions as nbgrader collects them."""
    for pupil in chosen:
        place = folder / "submitted" / pupil.name / pupil.assignment
        place.mkdir(parents=True)
        for name, data in pupil.files.items():
            (place / name).write_bytes(data)


def grade_class(folder: Path, chosen: Sequence[Pupil], workers: int) -> list[str]:
    """Hand in, grade, and list what is not as it should be."""
    hand_in(folder, chosen)
    submissions = grade.find_submissions(folder)
    failed = {problem.submission.student for problem in grade.grade(folder, submissions, workers)}
    points = {one.student: x for one, x in grade.read_points(folder, submissions).items()}
    faults = []
    for pupil in chosen:
        got = None if pupil.name in failed else points.get(pupil.name)
        if got != pupil.points:
            faults.append(f"{pupil.name}: expected {pupil.points}, got {got}")
        page = folder / "feedback" / pupil.name / pupil.assignment / f"{pupil.assignment}.html"
        if page.is_file() == (pupil.points is None):
            faults.append(f"{pupil.name}: feedback is {'there' if page.is_file() else 'missing'}")
    return faults


def report(chosen: Sequence[Pupil], faults: Sequence[str], minutes: float, memory: float) -> None:
    """Print the table."""
    wrong = {fault.split(":")[0] for fault in faults}
    print("| submissions | handed in | graded as expected |\n|---|---|---|")
    for kind, count in Counter(pupil.kind for pupil in chosen).items():
        good = sum(pupil.kind == kind and pupil.name not in wrong for pupil in chosen)
        print(f"| {kind} | {count} | {good} |")
    print(f"| **together** | {len(chosen)} | {len(chosen) - len(wrong)} |\n")
    made = frozenset().union(*(pupil.mistakes for pupil in chosen))
    print(f"They make {len(made)} different mistakes with a name.")
    print(f"{minutes:.1f} minutes, {60 * minutes / len(chosen):.1f} seconds each;", end=" ")
    print(f"at most {memory:.1f} GB of memory in all grading processes together.")
    print("".join(f"✘ {fault}\n" for fault in faults), end="")


def main(argv: Sequence[str] | None = None) -> int:
    """Make a class, grade it, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, help="default: one for everything")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lessons", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the course there")
    parser.add_argument("--only", nargs="*", metavar="STUDENT", help="only these")
    options = parser.parse_args(argv)
    folder = (options.keep or Path(tempfile.mkdtemp(prefix="class-"))).resolve()
    try:
        names = [one.source.stem for one in select(find_lessons(grade.NOTEBOOKS), options.lessons)]
        lessons = grade.make_course(folder, names)
        everybody = make_class(folder, lessons)
        chosen = choose(everybody, options.students or len(everybody))
        if options.only:
            chosen = [pupil for pupil in everybody if pupil.name in options.only]
        began = time.perf_counter()
        with watched() as peak:
            faults = grade_class(folder, chosen, options.workers)
        report(chosen, faults, (time.perf_counter() - began) / 60, peak[0] / 1e9)
        return min(len(faults), 1)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
