"""Make the notebooks of the class from their sources, and see that they match.

Every lesson is written once, as text: src/NN_slug.py (jupytext, py:percent). From it come
NN_slug.ipynb, with gaps for the student, and solutions/NN_slug.ipynb, solved, with outputs.

  python notebooks/build.py [NAME ...]             write both editions; run nothing
  python notebooks/build.py --execute [NAME ...]   also run the solved edition anew
  python notebooks/build.py --check [NAME ...]     write nothing: is everything up to date?

NAME is a number (03), a slug (content_cost) or a file name; without one, all lessons are meant.
Without --execute, a solved notebook keeps its outputs up to the first code cell that changed.
Between "### BEGIN SOLUTION" and "### END SOLUTION" stands what the student is to write.
"""

import argparse
import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
YOUR_CODE = "# YOUR CODE HERE"
NOT_YET = "raise NotImplementedError  # delete this line when your code is written"
# A marker with a slip in it would hand the solution to the class.
ALMOST_A_MARKER = re.compile(r"#+\s*(begin|end)\s+solutions?\W*", re.IGNORECASE)
CELL_START = re.compile(r"#\s*%%+(\s|\[|$)")
JUPYTEXT_ONLY = {"cell_marker", "lines_to_next_cell", "lines_to_end_of_cell_marker"}

# No version of the language, or every machine would write another file.
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}
CELL_TIMEOUT = 600  # seconds
# Pictures would make every rebuild a diff of megabytes; the names of widgets are random.
WIDGET = "application/vnd.jupyter.widget-view+json"
DROPPED = {"image/png", "image/jpeg", "image/gif", WIDGET}
CHANGES_WITH_EVERY_RUN = re.compile(r"\b0x[0-9a-fA-F]{8,}|display_id=\w+")
EMBEDDED_MEDIA = re.compile(r"data:(image|video|audio)/")


class BuildError(ValueError):
    """A source or a run that cannot become a notebook: which file, where, what to do.

    Not an nst_utils.NSTError: importing that takes TensorFlow, and a build needs none.
    """


class Lesson(NamedTuple):
    """The three files of a lesson."""

    source: Path
    student: Path
    solved: Path


# --- From a source to two notebooks -------------------------------------------------------


def editions(text: str, file: str) -> tuple[NotebookNode, NotebookNode]:
    """Make both editions of a lesson, without outputs.

    Args:
        text: the source, jupytext py:percent.
        file: its name, for messages; its stem enters the cell ids.

    Returns:
        (student edition, solved edition), valid nbformat 4.5. A cell has the same id in both,
        and in every rebuild, as long as its text stays.

    Raises:
        BuildError: a solution marker is misplaced or misspelt.
    """
    student, solved = [], []
    for cell in lesson_cells(text, file):
        student.append(cell)
        solved.append(deepcopy(cell))
        if cell.cell_type == "code" and BEGIN in cell.source:
            solved[-1].source = without_markers(cell.source)
            cell.source = with_gaps(cell.source)
    return new_notebook(student), new_notebook(solved)


def lesson_cells(text: str, file: str) -> list[NotebookNode]:
    """The cells of a lesson as its source has them, solutions between their markers.

    Args:
        text: the source, jupytext py:percent.
        file: its name, for messages; its stem enters the cell ids.

    Raises:
        BuildError: a solution marker is misplaced or misspelt.
    """
    check_markers(text, file)
    seen: Counter[str] = Counter()
    cells = jupytext.reads(text, fmt="py:percent").cells
    for cell in cells:
        cell.source = cell.source.strip("\n")
        seen[cell.source] += 1
        fingerprint = f"{Path(file).stem}\n{seen[cell.source]}\n{cell.source}"
        cell.id = hashlib.sha256(fingerprint.encode()).hexdigest()[:8]
        cell.metadata = {k: v for k, v in cell.metadata.items() if k not in JUPYTEXT_ONLY}
    return cells


def new_notebook(cells: list[NotebookNode]) -> NotebookNode:
    """A valid notebook of these cells."""
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA, nbformat_minor=5)
    nbformat.validate(notebook)
    return notebook


def check_markers(text: str, file: str) -> None:
    """Raise BuildError unless markers come in pairs, each in one cell and around something."""
    opened, filled = 0, False  # the line of the open marker, and whether anything follows it
    for number, line in enumerate([*text.splitlines(), "# %%"], start=1):
        word = line.strip()
        if opened and CELL_START.match(line):
            fault = f"line {opened}: the solution is not closed in its cell; write {END}"
        elif word == BEGIN and opened:
            fault = f"line {number}: a solution begins inside the one of line {opened}"
        elif word == END and not opened:
            fault = f"line {number}: a solution ends that never began; write {BEGIN} above it"
        elif word == END and not filled:
            fault = f"line {number}: the solution is empty; write one, or drop its two markers"
        elif word not in (BEGIN, END) and ALMOST_A_MARKER.fullmatch(word):
            fault = f"line {number}: almost a marker; write exactly {BEGIN} or {END}"
        else:
            opened = number if word == BEGIN else 0 if word == END else opened
            filled = bool(word != BEGIN and (filled or word))
            continue
        raise BuildError(f"{file}, {fault}.")


def without_markers(source: str) -> str:
    """A cell of the solved edition."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


def with_gaps(source: str) -> str:
    """A cell of the student edition: a gap in place of every solution.

    The first gap of a function also raises NotImplementedError, so that it cannot be
    forgotten; nobody gets to the others before that line is deleted.
    """
    lines, inside, first = [], False, True
    for line in source.splitlines():
        if line.strip() == BEGIN:
            indent = line[: line.index("#")]
            lines += [indent + YOUR_CODE, indent + NOT_YET][: 1 + first]
            inside, first = True, False
        elif line.strip() == END:
            inside = False
        elif not inside:
            lines.append(line)
            first = first or line.lstrip().startswith("def ")
    return "\n".join(lines)


def label(number: int, cell: NotebookNode) -> str:
    """A cell as messages name it: its place, counted from 1, and its first line."""
    first_line = cell.source.strip().split("\n")[0]
    return f"cell {number} ({first_line[:50]})"


# --- Outputs ------------------------------------------------------------------------------


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that can have outputs."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def keep_outputs(solved: NotebookNode, committed: NotebookNode | None) -> NotebookNode:
    """Carry outputs over to a rebuilt notebook, up to the first code cell that changed.

    Args:
        solved: the solved edition as the source makes it, without outputs.
        committed: the one made and run before, if there is one.

    Returns:
        A copy of ``solved`` with tidy outputs. Those from the first changed code cell on would
        be stale: these cells have none, and no execution count.
    """
    kept = deepcopy(solved)
    for cell, old in zip(code_cells(kept), code_cells(committed or solved), strict=False):
        if cell.source != old.source:
            break
        cell.outputs, cell.execution_count = deepcopy(old.outputs), old.execution_count
    return tidy(kept)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Leave nothing in a notebook's outputs that depends on the run; returns it.

    Execution counts go 1, 2, 3 …; the pieces of a stream become one; pictures and widgets
    are dropped (their text and their metadata, such as the alt text, stay).
    """
    count = 0
    for cell in code_cells(notebook):
        if cell.execution_count is not None:
            cell.execution_count = count = count + 1
        outputs, cell.outputs = cell.outputs, []
        for output in outputs:
            before = cell.outputs[-1] if cell.outputs else {}
            if output.output_type == "stream" and output.name == before.get("name"):
                before.text += output.text
                continue
            if "data" in output:
                output.data = {kind: x for kind, x in output.data.items() if kind not in DROPPED}
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            cell.outputs.append(output)
    return notebook


def never_run(notebook: NotebookNode) -> str | None:
    """The first cell that was not run, or None: nbval compares nothing there, and passes."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            return label(number, cell)
    return None


def output_problems(notebook: NotebookNode, project: Path) -> list[str]:
    """What in the outputs no class should see, or no other machine can reproduce."""
    return [
        f"{label(number, cell)} {fault}"
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", [])
        if (fault := output_fault(output, cell.metadata.get("tags", []), project))
    ]


def output_fault(output: NotebookNode, tags: Sequence[str], project: Path) -> str | None:
    """What is wrong with one output of a cell with these tags, or None."""
    data = output.get("data", {})
    text = output.get("text", "") + "\n".join(str(data[kind]) for kind in data.keys() - DROPPED)
    if output.output_type == "error":
        return f"fails with {output.ename}: {output.evalue}"
    if output.get("name") == "stderr":
        return f"writes to stderr, where a class should see nothing: {text.strip()}"
    if match := CHANGES_WITH_EVERY_RUN.search(text):
        return f"shows {match[0]}, which is another one in every run; show something else"
    if str(project) in text or project.as_posix() in text:
        return f"shows {project}, a folder of this computer; show the path from there on"
    if match := EMBEDDED_MEDIA.search(text):
        return f"has a medium inside its text ({match[0]}…); show a picture or a link to a file"
    if "image/gif" in data and "nbval-ignore-output" not in tags:
        # nbval compares GIF (not PNG, not JPEG) and would miss the one that is dropped here.
        return "shows a GIF, which nbval compares; tag the cell nbval-ignore-output"
    return None


# --- Running ------------------------------------------------------------------------------


def run(notebook: NotebookNode, cwd: Path, env: dict[str, str], keep_going: bool = False) -> None:
    """Run a notebook in a fresh kernel; the outputs are put into it, even if a cell fails.

    Args:
        notebook: changed in place.
        cwd: the folder in which the kernel starts.
        env: all the environment variables of the kernel.
        keep_going: whether to run the cells after one that failed.

    Raises:
        CellExecutionError: a cell failed (and ``keep_going`` is False).
        CellTimeoutError: a cell took longer than ``CELL_TIMEOUT`` seconds.
        DeadKernelError: the kernel died, mostly for want of memory.
    """
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        allow_errors=keep_going,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # of the kernel itself: no word on encryption
    )
    client.execute(cwd=str(cwd), env=env)


def class_environment(quick: bool) -> dict[str, str]:
    """The variables of a kernel as in class, but a failed check stops the run."""
    # Under pytest's variable a kernel would not even show what C++ code writes to stderr.
    not_in_class = {"NST_QUICK", "PYTEST_CURRENT_TEST"}
    env = {name: value for name, value in os.environ.items() if name not in not_in_class}
    return env | {"NST_CHECKS": "raise"} | ({"NST_QUICK": "1"} if quick else {})


def executed(solved: NotebookNode, lesson: Lesson, env: dict[str, str]) -> NotebookNode:
    """A tidy copy with fresh outputs; BuildError if a cell fails or shows what it must not."""
    notebook, where = deepcopy(solved), shown(lesson.solved)
    lesson.solved.parent.mkdir(exist_ok=True)
    try:
        run(notebook, lesson.solved.parent, env)
    except CellExecutionError:
        pass  # the error stands among the cell's outputs
    except (CellTimeoutError, DeadKernelError) as error:
        raise BuildError(f"{where}: {error}") from error
    faults = output_problems(notebook, lesson.student.parent.parent)
    if not faults and (cell := never_run(notebook)):
        faults = [f"{cell} was not run; take off its tag skip-execution"]
    if faults:
        raise BuildError("\n".join(f"{where}: {fault}" for fault in faults))
    notebook.metadata = solved.metadata  # the kernel has put its versions there
    return tidy(notebook)


# --- Files --------------------------------------------------------------------------------


def find_lessons(folder: Path) -> list[Lesson]:
    """The lessons of a folder, by number; BuildError if it has none, or a misnamed one."""
    sources = sorted((folder / "src").glob("*.py"))
    if not sources:
        raise BuildError(f"{folder / 'src'} holds no source: put one there as NN_slug.py.")
    for source in sources:
        if not re.fullmatch(r"\d\d_\w+", source.stem):
            raise BuildError(f"{source} is not named NN_slug.py, as 03_content_cost.py is.")
    names = [f"{source.stem}.ipynb" for source in sources]
    return [
        Lesson(source, folder / name, folder / "solutions" / name)
        for source, name in zip(sources, names, strict=True)
    ]


def select(lessons: list[Lesson], names: Sequence[str]) -> list[Lesson]:
    """The lessons meant by numbers, slugs or file names; BuildError if one is unknown."""
    chosen = set()
    for name in names:
        wanted = Path(name).stem
        meant = {x for x in lessons if wanted in (x.source.stem, *x.source.stem.split("_", 1))}
        if not meant:
            there = ", ".join(lesson.source.stem for lesson in lessons)
            raise BuildError(f"No lesson is called {name}: there are {there}.")
        chosen |= meant
    return sorted(chosen) if names else lessons


def shown(path: Path) -> str:
    """A path as messages name it, e.g. solutions/03_content_cost.ipynb."""
    return "/".join(path.parts[-2:])


def read(path: Path) -> NotebookNode | None:
    """A notebook file, or None if it is missing or no notebook."""
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return None


def to_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as it stands in its file: the form that ``nbformat.write`` gives."""
    return (nbformat.writes(notebook) + "\n").encode()


def write(path: Path, notebook: NotebookNode) -> str:
    """Write a notebook unless its file has it already; say which."""
    data = to_bytes(notebook)
    if path.is_file() and path.read_bytes() == data:
        return f"{shown(path)}: unchanged"
    write_bytes(path, data)
    return f"{shown(path)}: written"


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; missing folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def lesson_editions(lesson: Lesson) -> tuple[NotebookNode, NotebookNode]:
    """Both editions of a lesson, from its file (see ``editions``)."""
    return editions(lesson.source.read_text(encoding="utf-8"), shown(lesson.source))


def build(lesson: Lesson, env: dict[str, str] | None = None) -> Iterator[str]:
    """Write both editions of a lesson, and tell so line by line.

    Args:
        lesson: which one.
        env: if given, the solved edition is run anew with these environment variables, and
            written only if that went well.

    Raises:
        BuildError: see ``editions`` and ``executed``.
    """
    student, solved = lesson_editions(lesson)
    yield write(lesson.student, student)
    if env is None:
        solved = keep_outputs(solved, read(lesson.solved))
    else:
        solved = executed(solved, lesson, env)
    yield write(lesson.solved, solved)
    if cell := never_run(solved):
        yield f"  no outputs from {cell} on: {advice(lesson, '--execute ')}"


# --- Checking -----------------------------------------------------------------------------


def advice(lesson: Lesson, how: str = "") -> str:
    """What to do about a notebook that is out of date."""
    return f"run python notebooks/build.py {how}{lesson.source.stem}"


def lesson_problems(lesson: Lesson) -> list[str]:
    """What in a lesson's two notebooks is not as the source makes it; runs nothing."""
    try:
        student, solved = lesson_editions(lesson)
    except BuildError as error:
        return [str(error)]
    solved = keep_outputs(solved, read(lesson.solved))
    found, where = [], shown(lesson.solved)
    if difference := first_difference(lesson.student, student):
        found.append(f"{shown(lesson.student)}: {difference}: {advice(lesson)}")
    if cell := never_run(solved):
        found.append(f"{where}: {cell} was not run as it stands: {advice(lesson, '--execute ')}")
    elif difference := first_difference(lesson.solved, solved):
        found.append(f"{where}: {difference}: {advice(lesson)}")
    for fault in output_problems(solved, lesson.student.parent.parent):
        found.append(f"{where}: {fault}: mend the source, {advice(lesson, '--execute ')}")
    return found


def first_difference(path: Path, made: NotebookNode) -> str | None:
    """Where a file differs from the notebook that the source makes, or None."""
    if not path.is_file():
        return "the file is missing"
    if path.read_bytes() == to_bytes(made):
        return None
    committed = read(path) or new_notebook([])
    for number, (old, new) in enumerate(zip(committed.cells, made.cells, strict=False), start=1):
        if old.source == new.source and old.get("outputs") != new.get("outputs"):
            return f"{label(number, old)} has outputs that the build drops, such as picture data"
        if old != new:
            return f"{label(number, old)} is not what the source makes"
    return "the number of cells, the metadata or the form is not what the source makes"


def orphans(folder: Path, lessons: Sequence[Lesson]) -> list[str]:
    """The notebooks that no source makes."""
    there = {*folder.glob("*.ipynb"), *(folder / "solutions").glob("*.ipynb")}
    made = {path for lesson in lessons for path in (lesson.student, lesson.solved)}
    return [
        f"{shown(path)}: no source makes it: delete it, or write src/{path.stem}.py"
        for path in sorted(there - made)
    ]


# --- The command --------------------------------------------------------------------------


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a lesson; default: all")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--execute", action="store_true", help="run the solved edition anew")
    how.add_argument("--check", action="store_true", help="status 1 if anything is out of date")
    parser.add_argument("--quick", action="store_true", help="with --execute: NST_QUICK=1")
    options = parser.parse_args(argv)
    if options.quick and not options.execute:
        parser.error("--quick says how to run: it needs --execute.")
    return options


def main(argv: Sequence[str] | None = None, folder: Path = Path(__file__).parent) -> int:
    """Do what the command line asks.

    Returns:
        0 if all went well, 1 if a lesson could not be built or is out of date, 2 if the
        command line or the folder makes no sense.
    """
    options, folder = parse(argv), folder.resolve()
    try:
        everything = find_lessons(folder)
        lessons = select(everything, options.names)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        found = [problem for lesson in lessons for problem in lesson_problems(lesson)]
        found += orphans(folder, everything)
        print("\n".join(found) or "The notebooks are as their sources make them.")
        return min(len(found), 1)
    env = class_environment(options.quick) if options.execute else None
    status = 0
    for lesson in lessons:
        try:
            for line in build(lesson, env):
                print(line, flush=True)
        except BuildError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
