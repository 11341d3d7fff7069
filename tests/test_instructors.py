"""notebooks/INSTRUCTORS.md: what it says of lessons and mistakes is what the course has."""

import re
import sys
from pathlib import Path

import pytest
from notebook_tools import NOTEBOOKS

from nst_utils import checks

sys.path.insert(0, str(NOTEBOOKS))

import instructors
from build import find_lessons

LESSONS = find_lessons(NOTEBOOKS)
PAGE = instructors.PAGE.read_text(encoding="utf-8")


def test_the_page_is_as_the_course_has_it():
    assert list(instructors.problems(PAGE, LESSONS)) == []


def test_every_mistake_of_every_exercise_stands_in_it():
    for exercise in checks.EXERCISES.values():
        assert f"<code>{exercise.name}</code>" in PAGE
        for mistake in exercise.mistakes:
            assert instructors.readable(mistake.hint) in PAGE


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.source.stem)
def test_the_plan_of_a_lesson_fills_its_minutes(lesson):
    text = lesson.source.read_text(encoding="utf-8")
    whole = re.search(r"^# \*(\d+) minutes in class", text, re.MULTILINE)[1]
    section = re.search(rf"^### {lesson.source.stem[:2]} .*?generated:", PAGE, re.M | re.S)[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", section, re.MULTILINE))) == int(whole)


def test_no_field_is_left_in_braces():
    assert re.findall(r"\{\w+\}", PAGE) == []


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("positions with positions", "rows with rows", "it is not as the checks and lessons"),
        (
            "<!-- generated: mistakes 04 -->",
            "",
            "it needs one part <!-- generated: mistakes 04 -->",
        ),
        (
            "generated: mistakes 04",
            "generated: mistakes 99",
            "nothing makes the part 'mistakes 99'",
        ),
        ("| `gram_matrix` (4)", "| `gram_matrix` (5)", "it is not as the checks and lessons"),
    ],
)
def test_a_change_by_hand_is_noticed(old: str, new: str, problem: str):
    assert old in PAGE
    found = list(instructors.problems(PAGE.replace(old, new, 1), LESSONS))
    assert any(one.startswith(problem) for one in found), found


def test_writing_mends_the_generated_parts_and_keeps_the_rest(tmp_path: Path, capsys):
    page = tmp_path / "INSTRUCTORS.md"
    page.write_text(PAGE.replace("positions with positions", "rows with rows"), encoding="utf-8")
    assert instructors.main(["--check"], page) == 1
    assert "run python notebooks/instructors.py" in capsys.readouterr().out
    assert instructors.main([], page) == 0
    assert page.read_text(encoding="utf-8") == PAGE


def test_what_only_an_answer_knows_is_named():
    assert instructors.readable("got {got_shape}{error_line}: a * b | <c>") == (
        r"got ‹got shape›: a \* b \| &lt;c>"
    )
