"""Keep INSTRUCTORS.md true: what it says of minutes, points and mistakes comes from the course.

  python notebooks/instructors.py            write these parts anew
  python notebooks/instructors.py --check    write nothing; status 1 if one is out of date

Such a part stands between `<!-- generated: NAME -->` and `<!-- end -->`. The rest is written by
hand, and stays.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from build import Lesson, find_lessons, write_bytes
from grading.course import assignment, exercises

from nst_utils.checks import EXERCISES
from nst_utils.checks.exercise import Mistake
from nst_utils.checks.general import GENERAL

NOTEBOOKS = Path(__file__).resolve().parent
PAGE = NOTEBOOKS / "INSTRUCTORS.md"
PART = re.compile(r"(<!-- generated: (.+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def lessons_table(lessons: Iterable[Lesson]) -> str:
    """Title, minutes and points of every lesson, from its source."""
    rows = ["| lesson | time | exercises (points) |", "|---|---|---|"]
    for lesson in lessons:
        text = lesson.source.read_text(encoding="utf-8")
        title = re.search(r"^# # (.+)$", text, re.MULTILINE)[1]
        minutes = re.search(r"^# \*(.+? minutes in class.+?)[.:*]", text, re.MULTILINE | re.DOTALL)
        worth = [f"`{name}` ({EXERCISES[name].points})" for name in names_of(lesson)]
        time = re.sub(r"\s*\n# ", " ", minutes[1])
        rows.append(f"| [{title}]({lesson.student.name}) | {time} | {', '.join(worth) or '–'} |")
    return "\n".join(rows)


def names_of(lesson: Lesson) -> list[str]:
    """The exercises of a lesson, in their order."""
    points = {name: exercise.points for name, exercise in EXERCISES.items()}
    text = lesson.source.read_text(encoding="utf-8")
    return exercises(assignment(text, lesson.source.stem, points))


def mistakes_of_lesson(lesson: Lesson) -> str:
    """What goes wrong in the exercises of a lesson: a table for each, to be opened by a click."""
    return "\n\n".join(_folded(name) for name in names_of(lesson)) or "No exercise is checked here."


def _folded(name: str) -> str:
    mistakes = EXERCISES[name].mistakes
    summary = f"<summary><code>{name}</code>: {len(mistakes)} mistakes with a name</summary>"
    return f"<details>{summary}\n\n{mistakes_table(mistakes)}\n\n</details>"


def general_mistakes() -> str:
    """What goes wrong in any exercise."""
    some = [mistake for mistake in GENERAL.values() if mistake.name != "not_written"]
    return mistakes_table(some)


def mistakes_table(mistakes: Iterable[Mistake]) -> str:
    """A table of mistakes, in the words of the checks."""
    rows = ["| mistake | what the check says | where to look | what to ask |", "|---|---|---|---|"]
    for one in mistakes:
        cells = " | ".join(readable(text) for text in (one.what, one.where, one.hint))
        rows.append(f"| {one.name.replace('_', ' ')} | {cells} |")
    return "\n".join(rows)


def readable(text: str) -> str:
    """A message as a cell of a table: ‹got shape› stands for what only a student's answer knows."""
    text = re.sub(r"\{(error_line|place|to_its_end)\}", "", text)
    text = re.sub(r"\{(.+?)\}", lambda match: f"‹{match[1].replace('_', ' ')}›", text)
    return text.replace("|", r"\|").replace("*", r"\*").replace("<", "&lt;")


def parts(lessons: Sequence[Lesson]) -> dict[str, Callable[[], str]]:
    """What the page must have, by name."""
    of_lessons = {
        f"mistakes {lesson.source.stem[:2]}": lambda lesson=lesson: mistakes_of_lesson(lesson)
        for lesson in lessons
    }
    return {"lessons": lambda: lessons_table(lessons), "any mistake": general_mistakes} | of_lessons


def renewed(page: str, lessons: Sequence[Lesson]) -> str:
    """The page with its generated parts made anew."""
    made = parts(lessons)

    def fill(match: re.Match) -> str:
        text = made[match[2]]() if match[2] in made else "\n".join(match[3].splitlines())
        return f"{match[1]}\n{text}\n\n{match[4]}"

    return PART.sub(fill, page)


def problems(page: str, lessons: Sequence[Lesson]) -> Iterator[str]:
    """What in a page is not as the course has it."""
    there, wanted = [match[2] for match in PART.finditer(page)], parts(lessons)
    for name in wanted:
        if there.count(name) != 1:
            yield f"it needs one part <!-- generated: {name} --> … <!-- end -->; write it there"
    yield from (f"nothing makes the part {name!r}; take it out" for name in {*there} - {*wanted})
    if not {*there} ^ {*wanted} and renewed(page, lessons) != page:
        yield "it is not as the checks and lessons have it: run python notebooks/instructors.py"


def main(argv: Sequence[str] | None = None, path: Path = PAGE) -> int:
    """Write or check the page; returns 1 if something is wrong with it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(argv)
    lessons, page = find_lessons(NOTEBOOKS), path.read_text(encoding="utf-8")
    if not options.check:
        page = renewed(page, lessons)
        write_bytes(path, page.encode())
    found = [f"{path.name}: {problem}" for problem in problems(page, lessons)]
    print("\n".join(found) or f"{path.name} is as the course has it.")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())
