"""Read a student's cell before it runs: does it do what no answer needs?

An answer computes. It does not reach into the checks, into the file system or into Python itself.
A cell that does is not run, and a human is asked to look at it. This catches the tricks that a
student is likely to try. It is no sandbox: grading runs the code of strangers, so do it in a
container.
"""

import ast
from collections.abc import Collection, Iterator

from IPython.core.inputtransformer2 import TransformerManager

HARMLESS = frozenset(
    """
    tensorflow numpy scipy PIL math cmath itertools functools operator collections typing time
    random matplotlib statistics fractions numbers dataclasses string re warnings
    """.split()  # noqa: SIM905
)
"""Packages that an answer may import."""

REACHES_OUT = frozenset(
    """
    checks nst_utils os sys exec eval compile open input exit quit breakpoint globals locals
    vars getattr setattr delattr get_ipython builtins __builtins__ __import__ __loader__
    """.split()  # noqa: SIM905
)
"""Names that no answer needs."""

HIDDEN_WAYS = frozenset(
    """
    tofile save savez savez_compressed savetxt fromfile load loadtxt genfromtxt memmap read_file
    write_file gfile imread loadmat py_function numpy_function ctypes attrgetter methodcaller
    os _os sys _sys subprocess modules
    """.split()  # noqa: SIM905
)
"""What harmless packages have that touches files, or hides what is called."""

CONSTANTS = frozenset({"CONFIG", "CONTENT_LAYER", "STYLE_LAYERS"})
"""What an answer may import from nst_utils in any lesson."""


def look_at(source: str, known: Collection[str] = ()) -> list[str]:
    """List what in a cell no answer needs.

    Args:
        source: a student's code cell.
        known: what the set-up cell imports from nst_utils; a student may import it again.

    Returns:
        Reasons such as "line 2: uses `os`", without repetition; empty for an ordinary cell.
        A cell with a syntax error has none: nothing of it would run.
    """
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError):
        return []
    harmless = {id(node) for node in _harmless(tree)}
    reasons = [
        f"line {node.lineno}: {reason}"
        for node in ast.walk(tree)
        if id(node) not in harmless
        for reason in _reasons(node, known)
    ]
    return list(dict.fromkeys(reasons))


def imported(source: str) -> set[str]:
    """The names that a cell imports from nst_utils."""
    return {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nst_utils"
        for alias in node.names
    }


def _reasons(node: ast.AST, known: Collection[str]) -> Iterator[str]:
    """Say what is wrong with one piece of a program."""
    match node:
        case ast.Name(id=name) if name in REACHES_OUT:
            yield f"uses `{name}`"
        case ast.Attribute(attr=name) if name.startswith("__") or name in HIDDEN_WAYS:
            yield f"uses `.{name}`"
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            yield f"changes `{ast.unparse(node)}`"
        case ast.Global(names=names) | ast.Nonlocal(names=names) if REACHES_OUT & set(names):
            yield "changes a name of another cell"
        case ast.Import(names=aliases):
            yield from _imports([alias.name for alias in aliases])
        case ast.ImportFrom(module=module, names=aliases):
            ours = (module or "").split(".")[0] == "nst_utils"
            allowed = CONSTANTS | set(known) - {"checks"} if ours else set()
            if not {alias.name for alias in aliases} <= allowed:
                yield from _imports([module or "."])
            hidden = (alias.name for alias in aliases if alias.name in HIDDEN_WAYS | REACHES_OUT)
            yield from (f"imports `{name}`" for name in hidden if not ours)


def _imports(modules: list[str]) -> Iterator[str]:
    return (f"imports `{name}`" for name in modules if name.split(".")[0] not in HARMLESS)


def _harmless(tree: ast.AST) -> Iterator[ast.AST]:
    """What reaches no further: `self.x` inside of a class, and `locals` inside of a function."""
    for outer in ast.walk(tree):
        for node in ast.walk(outer):
            match outer, node:
                case ast.ClassDef(), ast.Attribute(value=ast.Name(id="self"), attr=name):
                    if not name.startswith("__"):
                        yield node
                case ast.FunctionDef(), ast.Name(id="locals"):
                    yield node
