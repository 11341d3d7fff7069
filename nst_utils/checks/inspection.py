"""What a function is made of: the names that it uses, and which code an error came from."""

import dis
import inspect
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from nst_utils._quiet import tf
from nst_utils.checks.exercise import Function, Trial


def parameters(function: Function) -> list[str]:
    """List the names of the arguments that a function takes."""
    return list(inspect.signature(function).parameters)


def names_used(function: Function, reference: Function) -> dict[str, str]:
    """Note the data that a function takes from outside, and the arguments that it leaves unused.

    Returns:
        ``globals_read`` and ``unused``, each the names for a message. Arguments with a default
        are left out: whether they are used shows in the values.
    """
    code = code_of(function)
    function = getattr(inspect.unwrap(function), "__func__", function) if code else None
    if not isinstance(function, FunctionType):  # of anything else, nothing can be said
        return {}
    outside, local = set(), set()
    for instruction in _instructions(code):
        if instruction.opname.startswith(("LOAD_GLOBAL", "LOAD_NAME")):
            outside.add(instruction.argval)
        else:
            local.update(_loaded(instruction))
    data = [name for name in sorted(outside) if _is_data(name, function.__globals__.get(name))]
    needed = code.co_varnames[: code.co_argcount - len(function.__defaults__ or ())]
    asked = len(parameters(reference))
    unused = [name for name in needed[:asked] if name not in local]
    return {"globals_read": _listed(data), "unused": _listed(unused)}


def _loaded(instruction: dis.Instruction) -> Sequence[str]:
    """Name the variables of the function that an instruction reads."""
    if instruction.opname == "STORE_FAST_LOAD_FAST":  # since Python 3.13
        return instruction.argval[1:]
    if instruction.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE")):
        value = instruction.argval
        return value if isinstance(value, tuple) else (value,)
    return ()


def code_of(function: Any) -> CodeType | None:
    """Get the code of a function written in Python; None of anything else, however odd it is."""
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)
    except Exception:  # an object may answer anything to that, even by raising
        return None
    return code if isinstance(code, CodeType) else None


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    """Go through the instructions of a function, and of the functions within it."""
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _instructions(constant)


def _is_data(name: str, value: Any) -> bool:
    """Whether a global is what a picture, an activation or a cost is made of, and no constant."""
    if isinstance(value, Mapping):
        return any(_is_data(name, item) for item in value.values())
    if name.isupper():
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return True
    return isinstance(value, tf.Tensor | tf.Variable | np.ndarray)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def entered(function: Function, error: BaseException) -> bool:
    """Whether the error came from within the function, not from calling it wrongly."""
    code = code_of(function)
    return not isinstance(error, TypeError) or code is None or code in _codes(error)


def is_unfilled(function: Function, trial: Trial) -> bool:
    """Whether the function itself says that it is not written; TensorFlow raises this, too."""
    code = code_of(function)
    return type(trial.error) is NotImplementedError and _codes(trial.error)[-1] is code


def _codes(error: BaseException) -> list[CodeType]:
    """List the code that an error passed through, from the call to where it was raised."""
    return [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
