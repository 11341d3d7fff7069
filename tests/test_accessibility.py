"""Who cannot see a figure, or tell colours apart, or who reads at 200 % zoom, can follow too."""

import itertools
import re

import matplotlib.colors
import nbformat
import pytest
from notebook_tools import NOTEBOOKS, build

from nst_utils import show

LESSONS = build.find_lessons(NOTEBOOKS)

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.source.stem)


def solved(lesson) -> nbformat.NotebookNode:
    return nbformat.read(lesson.solved, as_version=4)


def markdown(lesson) -> str:
    return "\n".join(c.source for c in solved(lesson).cells if c.cell_type == "markdown")


def figures(cell) -> list:
    """The pictures among the outputs of a cell: their data is dropped, their alt text is not."""
    return [
        output for output in cell.get("outputs", []) if "image/png" in output.get("metadata", {})
    ]


def said(cell) -> list[str]:
    """The words among the outputs of a cell, as a page shows them."""
    pages = [output.get("data", {}).get("text/html") for output in cell.get("outputs", [])]
    return [*filter(None, pages), *(o.text for o in cell.get("outputs", []) if "text" in o)]


# Without seeing ---------------------------------------------------------------------------------


@each_lesson
def test_no_figure_is_shown_without_a_description(lesson):
    """A bare plt.show() leaves nothing but the name of its type, once its data is dropped."""
    plain = [
        output.get("data", {}).get("text/plain", "")
        for cell in solved(lesson).cells
        for output in cell.get("outputs", [])
        if "image/png" not in output.get("metadata", {})
    ]
    assert [text for text in plain if re.match(r"<(Figure|.*Image|PIL|.*Axes)|\[<", text)] == []


@each_lesson
def test_every_figure_is_described_in_words_of_its_own(lesson):
    texts = [
        figure.metadata["image/png"].get("alt", "")
        for cell in solved(lesson).cells
        for figure in figures(cell)
    ]
    assert len(texts) >= 2
    assert [text for text in texts if len(text) < 40] == []
    assert [text for text in texts if re.match(r"(?i)(an? )?(image|picture|figure) of", text)] == []
    assert len(set(texts)) == len(texts)


@each_lesson
def test_the_line_under_a_figure_says_more_than_its_description(lesson):
    for cell in solved(lesson).cells:
        shown = figures(cell)
        if not shown:
            continue
        lines = re.findall(r"What to see: (.+?)(?=</div>|$)", "\n".join(said(cell)), re.M)
        assert len(lines) >= len(shown), cell.source[:80]
        for figure in shown:
            assert figure.metadata["image/png"]["alt"] not in lines


@each_lesson
def test_pictures_and_links_in_the_text_say_what_they_are(lesson):
    text = markdown(lesson)
    assert re.findall(r"!\[\s*\]\(", text) == []
    assert [
        tag for tag in re.findall(r"<img[^>]*>", text) if not re.search(r'alt="[^"]{10,}"', tag)
    ] == []
    said = re.findall(r"(?<!!)\[([^\]]+)\]\(", text)
    assert [
        words for words in said if words.lower() in ("here", "link", "this", "click here")
    ] == []


@each_lesson
def test_headings_name_each_part_once(lesson):
    headings = re.findall(
        r"^#+ +(.+)$", re.sub(r"```.*?```", "", markdown(lesson), flags=re.S), re.M
    )
    assert len(headings) == len(set(headings))
    assert [heading for heading in headings if len(heading) < 3] == []


# Without telling colours apart ------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.1 defines it: 0 is black, 1 is white."""
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in matplotlib.colors.to_rgb(colour)
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast_with_white(colour: str) -> float:
    return 1.05 / (luminance(colour) + 0.05)


def test_contrast_is_computed_as_wcag_says():
    assert contrast_with_white("black") == pytest.approx(21)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    "key", [key for key in show._STYLE if key.endswith(("labelcolor", "text.color"))]
)
def test_text_in_figures_stands_out_from_the_paper(key: str):
    assert contrast_with_white(show._STYLE[key]) >= 4.5


LINES = [look for _, _, look in show._CURVES], [look for _, look in show._CHANNELS]


@pytest.mark.parametrize("look", [*itertools.chain(*LINES), *show._BAR_LOOKS], ids=str)
def test_lines_and_bars_stand_out_from_the_paper(look: dict):
    assert contrast_with_white(look["color"]) >= 3


@pytest.mark.parametrize("looks", [*LINES, show._BAR_LOOKS], ids=["costs", "channels", "bars"])
def test_what_differs_in_colour_differs_in_form_too(looks):
    forms = [{key: value for key, value in look.items() if key != "color"} for look in looks]
    assert all(one != other for one, other in itertools.combinations(forms, 2))


COLOUR = "red|green|blue|orange|yellow|purple|grey|gray|black|white"
PART = "line|curve|bar|box|frame|dot|marker|square|circle|arrow"


@each_lesson
def test_nothing_is_called_by_its_colour_alone(lesson):
    """ "The red line" is lost on who cannot see red; "the dashed line (red)" is not."""
    words = [markdown(lesson)]
    for cell in solved(lesson).cells:
        words += [figure.metadata["image/png"]["alt"] for figure in figures(cell)]
        words += said(cell)
    found = re.findall(rf"(?i)\b(?:the|each|a) (?:{COLOUR}) (?:{PART})s?\b", " ".join(words))
    assert found == []


# At 200 % zoom ----------------------------------------------------------------------------------


@each_lesson
def test_lines_of_code_fit_the_page(lesson):
    long = [
        line
        for cell in solved(lesson).cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if len(line) > 100
    ]
    assert long == []


@each_lesson
def test_tables_are_narrow_enough_to_be_read_without_scrolling(lesson):
    rows = re.findall(r"^\|.*\|$", markdown(lesson), re.M)
    assert [row for row in rows if row.count("|") > 6] == []


@each_lesson
def test_figures_shrink_with_the_page(lesson):
    """A width alone keeps the proportions; a height beside it would squeeze a narrow page."""
    for cell in solved(lesson).cells:
        for figure in figures(cell):
            assert "height" not in figure.metadata["image/png"]
            assert figure.metadata["image/png"]["width"] <= 920
