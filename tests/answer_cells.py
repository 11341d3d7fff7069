"""From a function in tests/answers to the cell of a notebook in which a student would write it."""

import ast
import copy
import functools
import inspect
import sys
from collections.abc import Collection
from types import FunctionType

from answers import Answer

from nst_utils.checks import EXERCISES

REGISTER = ("right_answer", "wrong_answer", "everywhere")
"""The decorators of tests/answers."""


def answer_cell(answer: Answer, known: Collection[str]) -> str | None:
    """Write an answer as a cell: helpers and imports first, then the function.

    Args:
        answer: what a student hands in.
        known: what the set-up cell of the lesson imports from nst_utils.

    Returns:
        The text; None where the answer is no plain function, or needs something of nst_utils that
        the lesson does not have, such as the reference.
    """
    function = answer.function
    if not isinstance(function, FunctionType) or "answers" not in str(function.__module__):
        return None
    top = _top_level(function.__module__)
    name = function.__name__
    if function.__qualname__ != name or name not in top or hasattr(function, "__wrapped__"):
        return None
    needed = _needed(name, top)
    lines = []
    for other in needed:
        node = top[other]
        if isinstance(node, ast.Import | ast.ImportFrom):
            real = node.names[0].name  # `other`, unless it was imported under another name
            if not _is_ours(node) or (real.isupper() and real not in known):
                lines.append(ast.unparse(node))
            elif real == answer.exercise or real not in {*known, *EXERCISES}:
                return None
            elif real != other:
                lines.append(f"{other} = {real}")
        elif other != name:
            lines.append(ast.unparse(_without_decorators(node)))
    return "\n".join([*lines, _renamed(top[name], name, answer.exercise)])


@functools.cache
def _top_level(module: str) -> dict[str, ast.stmt]:
    """What a module defines and imports, by name."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                one = copy.copy(node)
                one.names = [alias]
                found[alias.asname or alias.name] = one
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    return found


def _needed(name: str, top: dict[str, ast.stmt]) -> list[str]:
    """The names of a module that a function uses, itself or through others; helpers come first."""
    order: list[str] = []

    def visit(one: str) -> None:
        if one in order or one in visiting:
            return
        visiting.add(one)
        body = _without_decorators(top[one])
        for node in ast.walk(body):
            if isinstance(node, ast.Name) and node.id in top:
                visit(node.id)
        order.append(one)

    visiting: set[str] = set()
    visit(name)
    return order


def _without_decorators(node: ast.stmt) -> ast.stmt:
    """A function as a student writes it: what only enters it into our lists is left out."""
    if not isinstance(node, ast.FunctionDef):
        return node
    bare = copy.copy(node)
    bare.decorator_list = [one for one in node.decorator_list if not _registers(one)]
    return bare


def _registers(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in REGISTER


def _is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
    return module.split(".")[0] in ("nst_utils", "answers")


def _renamed(node: ast.stmt, old: str, new: str) -> str:
    """The function under the name of the exercise, also where it calls itself."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.Name:
            return ast.Name(new if name.id == old else name.id, name.ctx)

    made = Rename().visit(ast.parse(ast.unparse(_without_decorators(node))))
    made.body[0].name = new
    return ast.unparse(made)
