"""Notebook 02: reading layers out of the .mat file."""

import functools
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.io

from nst_utils import matconvnet
from nst_utils.checks.exercise import Case, Exercise, Function, Mistake, Rule, Trial
from nst_utils.checks.general import RANGE_MISSING
from nst_utils.checks.observe import (
    observe_arrays,
    observe_words,
)
from nst_utils.checks.rules import right_only_in, stopped_first_with
from nst_utils.checks.trials import agree, same

Trials = Sequence[Trial]


def _returned(pattern: str) -> Rule:
    """Make a rule that recognises a result of the wrong kind by the words for this kind."""
    return lambda trials, _: any(
        re.search(pattern, trial.details.get("got_type", "")) for trial in trials
    )


# --- The file that layer_names and read_layer are tried on --------------------------------------

# Which layers, in which order. One file is as the reader expects it, the others are not: whoever
# goes by the order of the layers or of their fields, or by a part of a name, goes wrong there.
_USUAL = ("new", "conv1_1 relu1_1 conv1_2 relu1_2 pool1 conv2_1 relu2_1 conv2_2")
_LOOKALIKE = ("old", "pool1 deconv1_1 relu conv1_12 relu conv1_1 relu conv2_1")
_UNORDERED = ("new", "conv3_1 relu3_1 conv1_1 conv1_12 relu1_12 conv5_4 pool5")
_SHORT = ("old", "conv1_1 relu1_1 conv1_2 relu1_2")


def _row(items: Sequence[Any]) -> np.ndarray:
    """Make a cell array of one row."""
    row = np.empty((1, len(items)), object)
    row[0] = items
    return row


def _fields(name: str, layout: str, rng: np.random.Generator) -> dict[str, Any]:
    """Make the fields of a layer, in the order in which this layout of MatConvNet writes them."""
    if "conv" in name:
        return _fields_of_convolution(name, layout, rng)
    kind = re.match("[a-z]+", name)[0]
    if layout == "new":
        return {"name": name, "type": kind, "weights": np.empty((0, 0), object)}
    return {"type": kind, "name": name}


def _fields_of_convolution(name: str, layout: str, rng: np.random.Generator) -> dict[str, Any]:
    kind = "conv" if name.startswith("conv") else "convt"
    channels_in, channels_out = rng.choice([2, 4, 5, 6, 7], 2, replace=False)
    kernel = rng.normal(0, 1, (3, 3, channels_in, channels_out)).astype(np.float32)
    bias = rng.normal(0, 1, (channels_out, 1)).astype(np.float32)
    if layout == "new":
        fields = {"name": name, "type": kind, "weights": _row([kernel, bias])}
        return fields | {"size": np.float64(kernel.shape), "pad": [1.0] * 4, "stride": [1.0] * 2}
    fields = {"weights": _row([kernel, bias.T]), "pad": [1.0] * 4}
    return fields | {"type": kind, "name": name, "stride": [1.0] * 2}


@functools.cache
def _file(layout: str, names: str) -> bytes:
    """Write a small .mat file."""
    rng = np.random.default_rng(len(names))
    file = io.BytesIO()
    records = [_fields(name, layout, rng) for name in names.split()]
    scipy.io.savemat(file, {"layers": _row(records)}, oned_as="row")
    return file.getvalue()


def make_layers(layout: str, names: str) -> np.ndarray:
    """Make the cell array of a small network: SciPy itself reads it, out of a file in memory.

    Args:
        layout: ``"new"`` or ``"old"``: the order of the fields, and a column or row of biases.
        names: the names of the layers, separated by spaces.

    Returns:
        An array of objects, shape (1, number of layers), as ``scipy.io.loadmat`` gives it.
    """
    return scipy.io.loadmat(io.BytesIO(_file(layout, names)))["layers"]


def _records(layers: np.ndarray) -> list[np.void]:
    return [cell[0, 0] for cell in layers[0]]


FILE_MISTAKES = (
    RANGE_MISSING,
    Mistake(
        "one_row_only",
        "your function stopped with {error_type}: {error_text}{error_line}. Everything in this "
        "file has rows and columns, and this has a single row.",
        "the square brackets in the line that the message names",
        "print its shape. Which of the two numbers counts the rows, and which the columns?",
        rule=stopped_first_with(IndexError, "out of bounds for axis 0 with size 1"),
    ),
    Mistake(
        "box_still_closed",
        "your function stopped with {error_type}: {error_text}{error_line}. What you ask there has "
        "a single column: most likely a box of size 1 × 1 that is still closed.",
        "the square brackets in the line that the message names, and the line before it",
        "look at the drawing above exercise 1: which pair of brackets comes between the box and "
        "what lies in it?",
        rule=stopped_first_with(IndexError, r"out of bounds for axis 1 with size 1\b"),
    ),
    Mistake(
        "number_too_large",
        "your function stopped with {error_type}: {error_text}{error_line}. There is no column "
        "with this number.",
        "a number that is written down in your function, or a range that goes one too far",
        "not every network has as many layers as this one. Where does the array itself say how "
        "many it has?",
        rule=stopped_first_with(IndexError, "out of bounds for axis 1"),
    ),
    Mistake(
        "too_many_brackets",
        "your function stopped with {error_type}: {error_text}{error_line}. You open more boxes "
        "than lie in each other there.",
        "the square brackets in the line that the message names",
        "take the brackets away one by one from the right, and print the shape each time. Where "
        "is nothing left to open?",
        rule=stopped_first_with(Exception, "too many indices|invalid index to scalar|string ind"),
    ),
    Mistake(
        "word_for_a_number",
        "your function stopped with {error_type}: {error_text}{error_line}. Boxes are counted; "
        "only the parts of the layer inside a box have names.",
        "the square brackets in the line that the message names",
        "what stands in these brackets, and what is asked: the row of boxes, or one layer?",
        rule=stopped_first_with(Exception, "only integers|must be of integer|indices must be int"),
    ),
    Mistake(
        "dot_for_brackets",
        "your function stopped with {error_type}: {error_text}{error_line}. The parts of a "
        "layer do not stand behind a dot.",
        "the dot in the line that the message names",
        "how is a dictionary asked for something by its name? A layer is asked in the same way.",
        rule=stopped_first_with(
            AttributeError,
            r"numpy\.(ndarray|void)' object has no attribute "
            "'(name|type|weights|kernel|bias|keys|values|items|get)",
        ),
    ),
    Mistake(
        "layer_compared",
        "your function compares a whole layer with a word: {error_text}{error_line}.",
        "== or `in` in the line that the message names",
        "what stands on each side there: a layer, or the word in one of its parts?",
        rule=stopped_first_with(TypeError, "compare structured"),
    ),
    Mistake(
        "array_for_yes_or_no",
        "your function stopped with {error_type}: {error_text}{error_line}. A whole array stands "
        "where Python wants a yes or a no.",
        "the line that begins with `if` or `while`",
        "what do you want to know about this array? Ask for just that.",
        rule=stopped_first_with(ValueError, "truth value of an (empty )?array"),
    ),
    Mistake(
        "array_as_a_key",
        "your function stopped with {error_type}: {error_text}{error_line}. Words can be kept in a "
        "set or be asked for in a dictionary, arrays cannot.",
        "the curly brackets, or the square brackets of a dictionary",
        "the name lies in an array. What has to be opened, so that the word itself comes out?",
        rule=stopped_first_with(TypeError, "unhashable"),
    ),
    Mistake(
        "taken_apart_wrongly",
        "your function stopped with {error_type}: {error_text}{error_line}.",
        "the left side of the line that the message names",
        "how many values stand on the right, and how many names on the left? A table of one row "
        "holds one thing, its row; and the row holds the boxes.",
        rule=stopped_first_with(ValueError, "values to unpack"),
    ),
)
"""What goes wrong in both exercises that read the file: the errors of arrays within arrays."""

# --- layer_names(layers) ------------------------------------------------------------------------


def _names_case(layout: str, names: str) -> Case:
    return Case(lambda: (make_layers(layout, names),))


def _observe_names(function: Function, case: Case) -> Trial:
    """Look at the names, and find the first that is wrong."""
    trial = observe_words(function, case)
    want = matconvnet.layer_names(*case.arguments())
    got = list(trial.details.get("words", ()))
    pairs = zip([*got, None], [*want, None], strict=False)
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
    details = {
        "number": place,
        "got_word": _word(got, place, "missing"),
        "want_word": _word(want, place, "nothing"),
        "got_count": len(got),
        "want_count": len(want),
        "want_words": tuple(want),
    }
    return replace(trial, details={**details, **trial.details})


def _word(words: Sequence[str], place: int, beyond: str) -> str:
    return repr(words[place][:40]) if place < len(words) else beyond


def _names(change: Callable[[list[str]], Any]) -> Function:
    """Make a wrong function from the right list of names."""
    return lambda layers: change(matconvnet.layer_names(layers))


def _of_each(take: Callable[[np.ndarray], Any]) -> Function:
    """Make a wrong function that takes something out of each cell."""
    return lambda layers: [take(cell) for cell in layers[0]]


def _of_some(choose: Callable[[str, str], bool]) -> Function:
    """Make a wrong function that lists only the layers chosen by their name and type."""

    def names(layers: np.ndarray) -> list[str]:
        pairs = [(record["name"][0], record["type"][0]) for record in _records(layers)]
        return [name for name, kind in pairs if choose(name, kind)]

    return names


def _hard_coded(trials: Trials, _: Trials) -> bool:
    lists = {trial.details.get("words") for trial in trials}
    return len(lists) == 1 and None not in lists


def _all_words(trials: Trials) -> bool:
    """Whether every case gave a list of words, and some of them a wrong one."""
    pairs = [(trial.details.get("words"), trial.details.get("want_words")) for trial in trials]
    return all(got is not None for got, _ in pairs) and any(got != want for got, want in pairs)


def _in_another_order(trials: Trials, _: Trials) -> bool:
    return _all_words(trials) and all(
        set(trial.details["words"]) == set(trial.details["want_words"]) for trial in trials
    )


def _list_kept(trials: Trials, _: Trials) -> bool:
    """Whether the second list begins with all of the first one, and goes on."""
    first, second = (trial.details.get("words") or () for trial in trials[:2])
    return 0 < len(first) < len(second) and second[: len(first)] == first


NAMES_MISTAKES = (
    Mistake(
        "empty",
        "your list is empty.",
        "the lines that should fill it",
        "does the loop run at all, and is a condition in it ever true? Print something inside.",
        wrong=_names(lambda names: []),
        credit=0.0,
    ),
    Mistake(
        "first_only",
        "your list holds only the first name. Two things give this: `return` stands inside the "
        "loop, or the loop runs over the rows of `layers`, and there is one row.",
        "the loop, and the indentation of `return`",
        "print layers.shape. How often does your loop run?",
        wrong=_names(lambda names: names[:1]),
    ),
    Mistake(
        "last_only",
        "only the last name is left: each turn of the loop overwrites the one before.",
        "the line in the loop that takes the name",
        "what was in this variable before, and where should it be kept?",
        wrong=(_names(lambda names: names[-1:]), _names(lambda names: names[-1])),
    ),
    Mistake(
        "first_returned",
        "your function returns one word, the first name: it returns in the first turn of the loop.",
        "the indentation of `return`, and what stands behind it",
        "how often does the loop run before `return` is reached?",
        wrong=_names(lambda names: names[0]),
    ),
    Mistake(
        "one_text",
        "your function returns all the names in one text; expected a list with a word for each "
        "layer.",
        "join, str(…) or + in your function",
        "how could somebody ask your result for the name number 3?",
        wrong=(
            *(_names(between.join) for between in ("", " ", "\n", ",", ", ")),
            *(_names(lambda names, end=end: "".join(n + end for n in names)) for end in " \n,"),
            _names(str),
        ),
    ),
    Mistake(
        "text_of_an_array",
        "your list holds {got_word}; expected {want_word}. The brackets are part of the text: "
        "str(…) writes down a whole array, with all around it.",
        "str(…), or an f-string, and what stands inside",
        "what has to be opened first, so that the word itself comes out?",
        wrong=(
            _of_each(lambda cell: str(cell[0, 0]["name"])),
            _of_each(lambda cell: str(cell["name"])),
            _of_each(lambda cell: str(cell["name"][0])),
            _of_each(lambda cell: repr(cell[0, 0]["name"])),
            _of_each(lambda cell: repr(cell[0, 0]["name"][0])),
        ),
    ),
    Mistake(
        "first_letters",
        "your list holds {got_word}; expected {want_word}: only the first letter is left.",
        "the last pair of square brackets",
        "[0] of a word is a letter. How many times do you open, and how many boxes are there?",
        wrong=_names(lambda names: [name[0] for name in names]),
    ),
    Mistake(
        "letters",
        "your list holds single letters: {got_count} of them.",
        "the line that adds to the list: += or extend",
        "these add every piece of what stands on the right, and a word consists of letters. What "
        "adds one thing?",
        wrong=_names(lambda names: list("".join(names))),
    ),
    Mistake(
        "types",
        "you list the types of the layers ({got_word}); expected their names.",
        "the word in the square brackets",
        "which part of a layer holds its name?",
        wrong=_of_each(lambda cell: str(cell[0, 0]["type"][0])),
    ),
    Mistake(
        "names_of_parts",
        "you list what the parts of a layer are called ({got_word}, …); expected the names of the "
        "layers.",
        "dtype.names",
        "one of these parts is called `name`. What stands in it?",
        wrong=(
            lambda layers: list(layers[0, 0].dtype.names),
            _of_each(lambda cell: cell.dtype.names[0]),
        ),
    ),
    Mistake(
        "only_convolutions",
        "you list the convolutions alone; expected every layer.",
        "a condition in your loop",
        "a ReLU and a pooling are layers too. Does the exercise leave any out?",
        wrong=(
            _of_some(lambda name, kind: kind == "conv"),
            _of_some(lambda name, kind: "conv" in kind),
            _of_some(lambda name, kind: name.startswith("conv")),
            _of_some(lambda name, kind: "conv" in name),
        ),
    ),
    Mistake(
        "kind_left_out",
        "the layers of one kind are missing in your list.",
        "a condition in your loop",
        "compare the number of your names with the columns of `layers`. Which ones are missing?",
        wrong=(
            _of_some(lambda name, kind: "relu" not in name),
            _of_some(lambda name, kind: "pool" not in name),
        ),
    ),
    Mistake(
        "one_missing",
        "one layer is missing in your list, the first or the last.",
        "the range of the loop",
        "with which number does Python begin to count, and is the end of a range included?",
        wrong=(_names(lambda names: names[1:]), _names(lambda names: names[:-1])),
    ),
    Mistake(
        "sorted",
        "your names are in alphabetical order; expected the order of the file, in which a picture "
        "runs through the network.",
        "sorted, sort, or np.unique",
        "does a picture meet pool1 before or after conv2_1? What does your list say?",
        wrong=(_names(sorted), _names(lambda names: sorted(set(names)))),
    ),
    Mistake(
        "reversed",
        "your list is the wrong way round: it begins with the last layer.",
        "what the loop runs over, or the place where a name is put in",
        "which layer does a picture meet first?",
        wrong=_names(lambda names: names[::-1]),
    ),
    Mistake(
        "repeated_names_lost",
        "a name that occurs several times is in your list only once; expected one name for each "
        "layer, {want_count} here.",
        "a set, a dictionary, or `if … not in …`",
        "several layers may bear one name. How many layers are there?",
        wrong=_names(lambda names: list(dict.fromkeys(names))),
    ),
    Mistake(
        "part_by_number",
        "right for one file, and wrong for another, where the parts of a layer stand in another "
        "order: you take a part by its number.",
        "the numbers in square brackets",
        "how does one ask a layer for a part, wherever this part stands?",
        rule=right_only_in(0, 2),
    ),
    Mistake(
        "set",
        "your function returns {got_type}. A set knows no order, and keeps every name only once.",
        "the curly brackets, or set(…)",
        "which kind of brackets makes a list?",
        rule=_returned("type (frozen)?set$"),
    ),
    Mistake(
        "dictionary",
        "your function returns {got_type}; expected a list of names.",
        "the curly brackets, or dict(…)",
        "which part of your dictionary is asked for, and what makes a list of it?",
        rule=_returned("type (dict|dict_keys|dict_values)$"),
    ),
    Mistake(
        "used_up",
        "your function returns {got_type}: it gives its names one by one, and only once.",
        "map, round brackets around a `for`, or yield",
        "which kind of brackets makes a list?",
        rule=_returned("type (map|generator|filter|zip)$"),
    ),
    Mistake(
        "array",
        "your function returns {got_type}; expected a list. An array has no .index, and compares "
        "all its words at once.",
        "np.array, or what you return without going through it",
        "what makes a list, word by word?",
        rule=_returned("^a value of type ndarray"),
    ),
    Mistake(
        "whole_layers",
        "your function returns {got_type}: these are whole layers, and the name is only one part "
        "of a layer.",
        "what you take out of each box",
        "print `first.dtype.names`, as in the notebook: which parts does it list, and which one is "
        "asked for?",
        rule=_returned(r"holds a value of type (void|ndarray \(void)"),
    ),
    Mistake(
        "boxed",
        "your function returns {got_type}; expected words. Each name still lies in a box.",
        "the square brackets behind the name of the part",
        "print one of your names, and its type. What has to be opened once more?",
        rule=_returned("holds a value of type ndarray|holds a (list|tuple)"),
    ),
    Mistake(
        "numbers",
        "your function returns {got_type}: these are numbers of layers; expected their names.",
        "what you add to the list: the counter of the loop?",
        "what does the box with this number hold?",
        rule=_returned("holds a value of type int"),
    ),
    Mistake(
        "place_in_empty_list",
        "your function stopped with {error_type}: {error_text}{error_line}. A list that is still "
        "empty has no place number 0.",
        "the left side of the line that the message names",
        "which method makes a list longer by one?",
        rule=stopped_first_with(IndexError, "list assignment index"),
    ),
    Mistake(
        "append_assigned",
        "your function stopped with {error_type}: {error_text}{error_line}. The list is gone: "
        "append changes a list, and gives back None.",
        "a line such as `… = ….append(…)`",
        "what does your line put in the place of the list?",
        rule=stopped_first_with(AttributeError, "'NoneType' object has no attribute"),
    ),
    *FILE_MISTAKES,
    Mistake(
        "no_such_part",
        "your function stopped with {error_type}: {error_text}{error_line}.",
        "the word in the square brackets",
        "print `first.dtype.names`, as in the notebook. How are the parts of a layer spelled?",
        rule=stopped_first_with(ValueError, "no field of name"),
    ),
    Mistake(
        "always_the_same",
        "your function gives the same list for every network: the names are written down in it, or "
        "it reads another variable than its argument.",
        "where your names come from",
        "which name does your line with `def` give to the argument, and where is it used?",
        rule=_hard_coded,
        credit=0.0,
    ),
    Mistake(
        "another_order",
        "the names are right, and their order is not: name {number} is {got_word}; expected "
        "{want_word}. (We count from 0.)",
        "what the loop runs over, and set(…)",
        "in which order do the columns of `layers` stand?",
        rule=_in_another_order,
    ),
    Mistake(
        "list_kept",
        "your list still holds the names of the call before.",
        "the line that makes the empty list",
        "does it run once, or each time your function is called?",
        rule=_list_kept,
    ),
    Mistake(
        "other_names",
        "name {number} of your list is {got_word}; expected {want_word}. (We count from 0.) Your "
        "list has {got_count} names, and the network {want_count} layers.",
        "the loop, and what it takes out of each box",
        "print what lies in the first two boxes, and find their names with your own eyes.",
        rule=lambda trials, _: _all_words(trials),
    ),
)

# --- read_layer(layers, name) -------------------------------------------------------------------

_READING = ((_USUAL, "conv1_2"), (_LOOKALIKE, "conv1_1"), (_UNORDERED, "conv1_12"))
_FIRST = (_SHORT, "conv1_1")
"""What is asked for here is the first layer of the file."""


def _reading_case(file: tuple[str, str], name: str) -> Case:
    return Case(lambda: (make_layers(*file), name))


def _observe_reading(function: Function, case: Case) -> Trial:
    """Look at kernel and bias, and find the layer that this kernel belongs to."""
    trial = observe_arrays("kernel", "bias")(function, case)
    layers, asked = case.arguments()
    kernel = trial.values.get("kernel", np.array(np.nan))
    known = {name: matconvnet.read_layer(layers, name)[0] for name in _convolutions(layers)}
    whose = [name for name, right in known.items() if same(kernel, right)]
    details = {"asked": asked, **({"whose": whose[0]} if whose else {}), **trial.details}
    return replace(trial, details=details)


def _convolutions(layers: np.ndarray) -> list[str]:
    return [name for name in matconvnet.layer_names(layers) if "conv" in name]


def _read(change: Callable[[np.ndarray, np.ndarray], Any]) -> Function:
    """Make a wrong function from the right kernel and bias."""
    return lambda layers, name: change(*matconvnet.read_layer(layers, name))


def _as_stored(change: Callable[[np.ndarray, np.ndarray], Any]) -> Function:
    """Make a wrong function from the right kernel, and the bias as it lies in the file."""

    def read(layers: np.ndarray, name: str) -> Any:
        number = matconvnet.layer_names(layers).index(name)
        return change(*layers[0, number][0, 0]["weights"][0])

    return read


def _chosen(choose: Callable[[list[str], str], str]) -> Function:
    """Make a wrong function that reads another convolution than the one asked for."""
    return lambda layers, name: matconvnet.read_layer(layers, choose(_convolutions(layers), name))


def _first_with(fits: Callable[[str, str], bool]) -> Function:
    """Make a wrong function that reads the first convolution whose name fits the one asked for."""
    return _chosen(lambda names, name: next(other for other in names if fits(other, name)))


def _neighbour(step: int) -> Function:
    return _chosen(lambda names, name: names[(names.index(name) + step) % len(names)])


def _axes(*order: int) -> Function:
    return _read(lambda kernel, bias: (kernel.transpose(order), bias))


def _gives_up(trials: Trials, expected: Trials) -> bool:
    """Recognise a function that looks at the first layer only, and else returns None."""
    *others, first = trials
    return agree([first], expected[-1:]) and all(t.problem == "returns_none" for t in others)


READING_MISTAKES = (
    Mistake(
        "bias_not_flat",
        "the kernel is right, and the bias has a wrong shape: the file holds it as a column or a "
        "row, an array of two axes; expected one axis, (out,).",
        "the line that takes the bias",
        "print its shape for conv1_1. What makes one axis of several?",
        wrong=(
            _as_stored(lambda kernel, bias: (kernel, bias)),
            _read(lambda kernel, bias: (kernel, bias[:, np.newaxis])),
            _read(lambda kernel, bias: (kernel, bias[np.newaxis])),
            _as_stored(lambda kernel, bias: (kernel, bias.T)),
            _read(lambda kernel, bias: (kernel, bias.reshape(1, 1, 1, -1))),
        ),
    ),
    Mistake(
        "bias_cut",
        "the kernel is right, and only one number of the bias is left. In some files the bias is a "
        "column, in others a row.",
        "the square brackets behind the bias",
        "what do [0] and [:, 0] take out of a column, and what out of a row? Which operation does "
        "not mind?",
        wrong=(
            _as_stored(lambda kernel, bias: (kernel, bias[0])),
            _as_stored(lambda kernel, bias: (kernel, bias[:, 0])),
            _as_stored(lambda kernel, bias: (kernel, bias[0, 0])),
        ),
    ),
    Mistake(
        "height_and_width_exchanged",
        "height and width of the kernel have changed places. Pictures would still look plausible, "
        "and every number would be wrong.",
        "a transpose, or .T",
        "the axes in the file are (height, width, in, out). Which axes does TensorFlow want?",
        wrong=_axes(1, 0, 2, 3),
    ),
    Mistake(
        "kernel_axes",
        "the axes of the kernel have changed places; expected it as it stands in the file.",
        "a transpose, .T or a reshape",
        "the axes in the file are (height, width, in, out). Which axes does TensorFlow want?",
        wrong=(
            _axes(3, 2, 0, 1),
            _axes(2, 3, 0, 1),
            _axes(0, 1, 3, 2),
            _axes(3, 2, 1, 0),
            _axes(2, 3, 1, 0),
            _axes(3, 0, 1, 2),
        ),
    ),
    Mistake(
        "channels_reversed",
        "the channels of the kernel are in the opposite order, as for BGR pictures. This file was "
        "made for RGB.",
        "[::-1], or a flip",
        "does anything in this file have to be turned round?",
        wrong=(
            _read(lambda kernel, bias: (kernel[:, :, ::-1], bias)),
            _read(lambda kernel, bias: (kernel[..., ::-1], bias)),
        ),
    ),
    Mistake(
        "kernel_turned",
        "the kernel is turned upside down or left to right; expected it as it stands in the file.",
        "[::-1], or a flip",
        "does anything in this file have to be turned round?",
        wrong=(
            _read(lambda kernel, bias: (kernel[::-1, ::-1], bias)),
            _read(lambda kernel, bias: (kernel[::-1], bias)),
            _read(lambda kernel, bias: (kernel[:, ::-1], bias)),
        ),
    ),
    Mistake(
        "kernel_cut",
        "only a piece of the kernel is left: its shape is {got_shape}; expected {want_shape}.",
        "the square brackets behind the kernel",
        "how many boxes are there to open, and how many do you open?",
        wrong=(
            _read(lambda kernel, bias: (kernel[0], bias)),
            _read(lambda kernel, bias: (kernel[0, 0], bias)),
            _as_stored(lambda kernel, bias: (kernel[0], bias[0])),
            _as_stored(lambda kernel, bias: (kernel[0, 0], bias[0, 0])),
            _as_stored(lambda kernel, bias: (kernel[0, 0], bias[0])),
        ),
    ),
    Mistake(
        "exchanged",
        "kernel and bias have changed places.",
        "the line with `return`",
        "which of the two comes first in the exercise?",
        wrong=(
            _read(lambda kernel, bias: (bias, kernel)),
            _as_stored(lambda kernel, bias: (bias, kernel)),
        ),
    ),
    Mistake(
        "one_of_two",
        "your function returns only one of kernel and bias.",
        "the line with `return`",
        "how does a function give back two things?",
        wrong=(
            _read(lambda kernel, bias: kernel),
            _read(lambda kernel, bias: bias),
            _as_stored(lambda kernel, bias: bias),
        ),
    ),
    Mistake(
        "not_taken_apart",
        "your function returns {got_type}: a box or a layer that still holds other things; "
        "expected the kernel and the bias, one after the other.",
        "the line with `return`, and the line that takes the weights",
        "print type(…) and the shape of what you return. What lies in it, and how is it opened?",
        rule=_returned("object|void|^a (tuple|list) of length [3-9]$"),
    ),
    Mistake(
        "part_of_the_name",
        "asked for {asked}, your function reads {whose}: a part of the name fits.",
        "`in`, startswith or endswith, in the line that compares the names",
        "conv1_12 begins like conv1_1. When are two names the same?",
        wrong=(
            _first_with(lambda other, name: name in other),
            _first_with(lambda other, name: other in name),
            _first_with(lambda other, name: other.startswith(name)),
            _first_with(lambda other, name: other.endswith(name)),
            _first_with(lambda other, name: name.startswith(other)),
            _first_with(lambda other, name: other[:7] == name[:7]),
        ),
    ),
    Mistake(
        "always_conv1_1",
        "your function reads conv1_1, whatever is asked for.",
        "a name that is written down in your function",
        "where does the argument `name` take part?",
        wrong=_chosen(lambda names, name: "conv1_1"),
    ),
    Mistake(
        "always_the_first",
        "your function reads the first convolution of the file, whatever is asked for.",
        "a number that is written down in your function, or a `return` that nothing holds back",
        "where is the name of a layer compared with the name that is asked for?",
        wrong=_chosen(lambda names, name: names[0]),
    ),
    Mistake(
        "always_the_last",
        "your function reads the last convolution of the file, whatever is asked for: each turn of "
        "the loop overwrites the one before.",
        "the indentation of the lines after `if`",
        "which of your lines should run only where the names are the same?",
        wrong=_chosen(lambda names, name: names[-1]),
    ),
    Mistake(
        "neighbour",
        "asked for {asked}, your function reads {whose}, the convolution beside it.",
        "the number by which you take the layer out: + 1 or − 1",
        "with which number does Python begin to count?",
        wrong=(_neighbour(1), _neighbour(-1)),
    ),
    Mistake(
        "gives_up_at_once",
        "right where the layer is the first of the file; else your function returns None: it gives "
        "up after the first layer.",
        "`else`, and the indentation of `return`",
        "how many layers has the loop looked at when `return None` is reached?",
        rule=_gives_up,
    ),
    Mistake(
        "layer_by_number",
        "right where the layers stand in the order of VGG-19, and wrong or stopped where they do "
        "not: the place of the layer comes from somewhere else than from this `layers`.",
        "a number in your function, or a list such as `names` that was made outside of it",
        "the check hands over other networks as well. Which `layers` does your number or your list "
        "come from, and which one does your function get?",
        rule=right_only_in(0, 3),
    ),
    Mistake(
        "part_by_number",
        "right for one file, and wrong or stopped for another, where the parts of a layer stand in "
        "another order: you take a part by its number.",
        "the numbers in square brackets",
        "how does one ask a layer for a part, wherever this part stands?",
        rule=right_only_in(0, 2),
    ),
    Mistake(
        "layer_without_weights",
        "your function asks a layer for weights that has none: {error_text}{error_line}. A ReLU or "
        "a pooling has nothing to learn.",
        "the order of your lines: where the name is compared, and where the weights are taken",
        "of which layers do you need the weights? Is that known already at this line?",
        rule=stopped_first_with(
            Exception,
            "no field of name weights|out of bounds for axis 0 with size 0",
        ),
    ),
    Mistake(
        "arguments_exchanged",
        "your function takes the name for the layers: {error_text}{error_line}.",
        "the order of the arguments in the line with `def`",
        "in which order does the exercise name them?",
        rule=stopped_first_with(
            AttributeError, "'str' object has no attribute '(shape|size|ndim|flat|ravel|flatten)"
        ),
    ),
    Mistake(
        "not_a_list",
        "your function stopped with {error_type}: {error_text}{error_line}. Only a list can say "
        "at which place a word stands.",
        "what stands before .index, or before the square brackets",
        "which function makes a list of the names? It gives its list when it is called: what has "
        "to follow its name?",
        rule=stopped_first_with(
            Exception, "has no attribute 'index'|'function' object is not subscriptable"
        ),
    ),
    *FILE_MISTAKES,
    Mistake(
        "no_such_part",
        "your function stopped with {error_type}: {error_text}{error_line}.",
        "the word in the square brackets",
        "print `first.dtype.names`, as in the notebook. How are its parts spelled? Which one holds "
        "the kernel?",
        rule=stopped_first_with(ValueError, "no field of name"),
    ),
    Mistake(
        "box_as_numbers",
        "your function makes numbers of a row of boxes: {error_text}{error_line}.",
        "np.array, astype, tf.constant or tf.convert_to_tensor",
        "what lies in these boxes? Which of it do you want, and how is it taken out?",
        rule=stopped_first_with(ValueError, "setting an array element|Unsupported object type"),
    ),
    Mistake(
        "never_found",
        "your function finds no layer {asked}, and stops with {error_type}: {error_text}"
        "{error_line}.",
        "the comparison of the two names",
        "print both sides of it, and their types. Is one of them an array, and one a word?",
        rule=stopped_first_with(Exception, "StopIteration|list index out of range|is not in list"),
    ),
    Mistake(
        "name_without_value",
        "your function stopped with {error_type}: {error_text}{error_line}. The lines after `if` "
        "have never run.",
        "the comparison of the two names",
        "print both sides of it, and their types. Is one of them an array, and one a word?",
        rule=stopped_first_with(UnboundLocalError, ""),
    ),
    Mistake(
        "returns_none",
        "your function returns None: no layer was found, or there is no `return`.",
        "the comparison of the two names, and its last line",
        "is the comparison ever true? Print both sides of it. Does `return` follow where it is?",
        rule=lambda trials, _: all(trial.problem == "returns_none" for trial in trials),
    ),
    Mistake(
        "another_layer",
        "asked for {asked}, your function reads {whose}.",
        "how your function finds the layer",
        "which name stands in the layer that you take the weights from?",
        rule=lambda trials, _: any(
            trial.details.get("whose", trial.details.get("asked")) != trial.details.get("asked")
            for trial in trials
        ),
    ),
)

EXERCISES = (
    Exercise(
        "layer_names",
        matconvnet.layer_names,
        tuple(_names_case(*file) for file in (_USUAL, _LOOKALIKE, _UNORDERED)),
        NAMES_MISTAKES,
        _observe_names,
        todo="go through the boxes of `layers`, and list the name of each layer.",
        points=2,
    ),
    Exercise(
        "read_layer",
        matconvnet.read_layer,
        tuple(_reading_case(*asked) for asked in (*_READING, _FIRST)),
        READING_MISTAKES,
        _observe_reading,
        todo="find the layer with this name, and return its kernel and its bias.",
        words={"kernel": "your kernel", "bias": "your bias"},
    ),
)
