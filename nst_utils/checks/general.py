"""The mistakes that any exercise can have."""

from collections.abc import Sequence

import numpy as np

from nst_utils.checks.exercise import Mistake, Rule, Trial
from nst_utils.checks.limit import TimeIsUp
from nst_utils.checks.rules import stopped_first_with, stopped_with
from nst_utils.checks.trials import agree


def _somewhere(detail: str) -> Rule:
    """Make a rule that looks for a detail which was noted down in any of the trials."""
    return lambda trials, _: any(trial.details.get(detail) for trial in trials)


def _reads_globals(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Whether a wrong function uses data of other cells while it leaves an argument unused."""
    noted = trials[0].details
    if any(isinstance(trial.error, NameError) for trial in trials):
        return False  # a name that is not there says more
    uses_other_data = noted.get("globals_read") and noted.get("unused")
    return bool(uses_other_data) and not agree(trials, expected)


def _forgets_an_argument(trials: Sequence[Trial], expected: Sequence[Trial]) -> bool:
    """Whether a wrong function runs to its end without looking at one of its arguments."""
    if not trials[0].details.get("unused") or agree(trials, expected):
        return False
    results = [value for trial in trials for value in trial.values.values()]
    return all(trial.values for trial in trials) and all(np.isfinite(x).all() for x in results)


RANGE_MISSING = Mistake(
    "number_looped_over",
    "your function stopped with {error_type}: {error_text}{error_line}. A loop cannot run over a "
    "number.",
    "the line that begins with `for`",
    "what makes 0, 1, 2, … of a number?",
    rule=stopped_first_with(TypeError, "'int' object is not iterable"),
)
"""A mistake of exercises with a loop."""


GENERAL = {
    mistake.name: mistake
    for mistake in (
        Mistake(
            "not_written",
            "{todo}",
            "the cell with `def {exercise}`, at YOUR CODE HERE",
            "the hints above the cell open with a click. Delete the line with "
            "`raise NotImplementedError` when your code is written.",
        ),
        Mistake(
            "reference",
            "this is the reference, not your function: an earlier check handed it on, or it was "
            "imported.",
            "the cell with `def {exercise}`",
            "run your own cell again, then this one.",
        ),
        Mistake(
            "not_a_function",
            "`{exercise}` is {got_type}, not a function.",
            "the last cell that gave a value to the name `{exercise}`",
            "is there a line `{exercise} = …` after your `def {exercise}(…):`?",
        ),
        Mistake(
            "cell_error",
            "your cell did not run{to_its_end}: {error_type}: {error_text}{error_line}.",
            "the cell with `def {exercise}`, not this one",
            "the message below that cell shows the line. After a SyntaxError, look just before "
            "the mark ^: often a bracket or a colon is missing there.",
        ),
        Mistake(
            "reads_globals",
            "your function uses {globals_read}, made in another cell, and never looks at its "
            "argument {unused}.",
            "every line with {globals_read}",
            "your function must work for anything it is given. Which name stands for that in the "
            "brackets of `def`?",
            rule=_reads_globals,
        ),
        Mistake(
            "endless",
            "your function was stopped: after {limit} seconds it had not come to its end"
            "{error_line}.{left}",
            "the loops of your function, above all one around this line",
            "what has to become true so that the loop ends, and which line makes it true? Without "
            "a loop: which step is slow, or waits for something?",
            rule=stopped_with(TimeIsUp, ""),
        ),
        Mistake(
            "wrong_arguments",
            "your function cannot be called as the exercise calls it: {error_text}.",
            "the line with `def`",
            "compare the names in its brackets, and their order, with those of the exercise.",
            rule=lambda trials, _: not all(trial.entered for trial in trials),
        ),
        Mistake(
            "name_without_value",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the first line that uses this name",
            "`+=` adds to something. Which value must the name have before?",
            rule=stopped_with(UnboundLocalError, ""),
        ),
        Mistake(
            "unknown_name",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the line that the message names, and the line that should make this name",
            "is it spelled in the same way everywhere? Was the cell that makes it run?",
            rule=stopped_with(NameError, ""),
        ),
        Mistake(
            "unknown_key",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the square brackets in the line that the message names",
            "a dictionary is asked by a name that it holds. Which names does list(…) of it show?",
            rule=stopped_with(KeyError, ""),
        ),
        Mistake(
            "dictionary_given",
            "your function stopped{error_line}: a whole dictionary of activations stands where "
            "one activation is needed.",
            "the arguments of the call that the message names",
            "which layer's activation is meant there, and how is a dictionary asked for it?",
            rule=stopped_with(ValueError, "class 'dict'"),
        ),
        Mistake(
            "taken_apart_wrongly",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the left side of the line that the message names",
            "how many values stand on the right, and how many names on the left? An activation has "
            "four sizes, an unrolled one has two, a style layer has a name and a weight.",
            rule=stopped_with(ValueError, "values to unpack"),
        ),
        Mistake(
            "numpy_method",
            "your function stopped with {error_type}: {error_text}{error_line}. A NumPy array may "
            "have that; a tensor of TensorFlow does not.",
            "the line that the message names",
            "which function of TensorFlow, tf.…, does the same?",
            rule=stopped_with(AttributeError, "Tensor'? object has no attribute"),
        ),
        Mistake(
            "caret",
            "your function stopped at the operator ^, which is no power in Python{error_line}.",
            "every ^ in your function",
            "how does Python write 3²?",
            rule=stopped_with(Exception, r"(?i)bitwise_?xor|for \^"),
        ),
        Mistake(
            "types_mixed",
            "your function stopped with {error_type}: {error_text}{error_line}.",
            "the line that the message names: whole numbers and float32 meet there",
            "tf.shape and tf.size give whole numbers that TensorFlow does not mix with float32. "
            "What does tf.cast do, and what does a.shape give?",
            rule=stopped_with(Exception, "must have the same dtype|was expected to be an? "),
        ),
        Mistake(
            "assigns_items",
            "your function stopped with {error_type}: {error_text}{error_line}. A tensor cannot "
            "be changed number by number.",
            "an assignment such as `G[i, j] = …`",
            "one operation of TensorFlow can compute all the numbers at once. Which?",
            rule=stopped_with(TypeError, "does not support item assignment"),
        ),
        Mistake(
            "raises",
            "your function stopped with {error_type}: {error_text}{error_line}",
            "the line that the message names",
            "read the message slowly: which thing is it about? Print this thing and its type (and "
            "its shape, if it is an array) just before that line.",
        ),
        Mistake(
            "changes_inputs",
            "your function changes what it is given: after the call, {changed} holds other values. "
            "Every cell below would go on with these.",
            "assignments such as `{changed}[…] = …`, and operators such as `+=` and `-=`",
            "how do you make a new array, and leave the old one as it is?",
            rule=_somewhere("changed"),
        ),
        Mistake(
            "argument_unused",
            "{name} does not depend on the argument {unused}: your function never uses it.",
            "every line between `def` and `return`",
            "what does the exercise want {unused} for?",
            rule=_forgets_an_argument,
        ),
        Mistake(
            "returns_none",
            "your function returns None.",
            "its last line",
            "is the result computed and then forgotten? A function gives back what stands after "
            "`return`.",
        ),
        Mistake(
            "wrong_type",
            "your function returns {got_type}; expected {want_type}.",
            "the line with `return`",
            "what should go on from here: a number, a tensor, several of them?",
        ),
        Mistake(
            "symbolic",
            "your function returns {got_type}: a plan for a computation, without a value.",
            "tf.keras.Input, tf.Graph, or a tensor that was kept from within a @tf.function",
            "which of your lines makes a tensor that has no numbers yet?",
        ),
        Mistake(
            "wrong_shape",
            "{name} has shape {got_shape}; expected {want_shape}.",
            "the last operation before `return`",
            "print the shape after each of your lines. Which line makes it another one than you "
            "expected?",
        ),
        Mistake(
            "wrong_dtype",
            "your result is of type {got_dtype}; expected {want_dtype}.",
            "tf.cast, int(…), or another step that changes the type",
            "activations and costs are float32. Which of your steps leaves that type?",
        ),
        Mistake(
            "not_finite",
            "{name} contains NaN or infinity.",
            "divisions, roots and logarithms",
            "can anything there be divided by zero?",
        ),
        Mistake(
            "no_gradient",
            "the value is right, but its gradient is None: TensorFlow cannot see how your result "
            "depends on the picture, so nothing could be painted.",
            "every step that leaves TensorFlow's sight: np.…, .numpy(), float(…), tf.constant(…), "
            "tf.Variable(…), tf.stop_gradient(…)",
            "which of your operations have a twin in TensorFlow?",
        ),
        Mistake(
            "wrong_gradient",
            "the value is right, but its gradient is not: part of the way to the picture is cut.",
            "tf.stop_gradient, .numpy() or a cast in one of the terms",
            "does every term that depends on the generated picture stay a tensor?",
        ),
        Mistake(
            "only_known_inputs",
            "your function is right on the inputs of the check, and wrong on others of the same "
            "sizes.",
            "numbers, tables or conditions that fit the check's inputs alone",
            "does your function compute its result from its arguments, whatever they hold?",
        ),
    )
}
"""Problems that any exercise can have."""
