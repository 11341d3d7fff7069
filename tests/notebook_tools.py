"""What the tests of the notebooks share: answers put into cells, and runs as in class."""

import copy
import importlib.util
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def _load_build() -> ModuleType:
    """Import notebooks/build.py, which lies in no package."""
    spec = importlib.util.spec_from_file_location("notebooks_build", NOTEBOOKS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = _load_build()


def _cell_with(notebook: NotebookNode, name: str) -> NotebookNode:
    """The one code cell that contains ``def NAME(``; LookupError if there is not exactly one."""
    definition = re.compile(rf"^def {re.escape(name)}\(", re.MULTILINE)
    found = [cell for cell in build.code_cells(notebook) if definition.search(cell.source)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} code cells contain 'def {name}(': there must be one.")
    return found[0]


def replace_function(notebook: NotebookNode, name: str, source_text: str) -> NotebookNode:
    """A copy in which the cell that defines a function holds another source.

    Args:
        notebook: any edition.
        name: the function; exactly one code cell must contain ``def NAME(``.
        source_text: the whole new source of that cell.
    """
    changed = copy.deepcopy(notebook)
    _cell_with(changed, name).source = source_text
    return changed


def solved_cell(source_path: Path, name: str) -> str:
    """The right answer: the cell of the solved edition that defines a function."""
    _, solved = build.editions(source_path.read_text(encoding="utf-8"), source_path.name)
    return _cell_with(solved, name).source


def insert_solutions(student: NotebookNode, source_path: Path) -> NotebookNode:
    """A copy of a student edition with every gap filled in rightly.

    Cells are matched by their ids, which both editions share; a cell that the source does not
    have stays as it is.
    """
    _, solved = build.editions(source_path.read_text(encoding="utf-8"), source_path.name)
    answers = {cell.id: cell.source for cell in solved.cells}
    filled = copy.deepcopy(student)
    for cell in filled.cells:
        cell.source = answers.get(cell.id, cell.source)
    return filled


def run_as_in_class(
    notebook: NotebookNode, cwd: Path, env: Mapping[str, str] | None = None
) -> NotebookNode:
    """Run a copy from top to bottom, past failing cells, with checks that only print.

    Args:
        notebook: any edition.
        cwd: the folder in which the kernel starts.
        env: variables that the kernel gets besides those of this process.

    Returns:
        The copy with its outputs.
    """
    executed = copy.deepcopy(notebook)
    # Both make a failed check raise, which it must not do in class.
    inherited = os.environ.keys() - {"PYTEST_CURRENT_TEST", "NST_CHECKS"}
    variables = {name: os.environ[name] for name in inherited} | dict(env or {})
    build.run(executed, cwd, variables, keep_going=True)
    return executed


def errors(notebook: NotebookNode) -> list[str]:
    """The errors among the outputs, as "cell 5 (first line): NameError: …"."""
    return [
        f"{build.label(number, cell)}: {output.ename}: {output.evalue}"
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def printed(notebook: NotebookNode) -> str:
    """All the words that the cells show, in order: what is printed, and what is said in HTML."""
    outputs = [output for cell in build.code_cells(notebook) for output in cell.outputs]
    return "".join(
        output.text if output.output_type == "stream" else f"{output.data.get('text/plain', '')}\n"
        for output in outputs
        if output.output_type != "error"
    )
