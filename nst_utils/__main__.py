"""The command line: ``python -m nst_utils CONTENT STYLE -o OUT``."""

import os
import sys
from collections.abc import Sequence

import tensorflow as tf

from nst_utils import environment, paint_command, weights_command
from nst_utils.config import NSTError

PROG = "python -m nst_utils"

COMMANDS = {"doctor": environment.build_parser, "weights": weights_command.build_parser}
"""First words that are commands, and what makes their parsers; all else is a picture."""

RESERVED = ("studio",)
"""First words that are kept for commands to come."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; None takes those of this process.

    Returns:
        The exit status: 0 when all went well; 1 when `weights verify` finds no published file,
        `doctor` finds something missing, a picture of a batch failed, or nobody reads the output;
        2 for bad input; 130 for Ctrl-C.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):  # a terminal may not know every letter
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = paint_command.build_parser(PROG)
    if arguments[:1] and arguments[0] in COMMANDS:
        parser = COMMANDS[arguments[0]](f"{PROG} {arguments[0]}")
        arguments = arguments[1:]
    elif arguments[:1] and arguments[0] in RESERVED:
        parser.error(
            f"{arguments[0]!r} is kept for a command to come; for a picture of that name write "
            f"./{arguments[0]}"
        )
    if parser.prog == PROG:  # options may stand between the pictures
        options = parser.parse_intermixed_args(arguments)
    else:
        options = parser.parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except NSTError as error:
        problem = str(error)
    except (MemoryError, tf.errors.ResourceExhaustedError):
        problem = f"not enough memory; close other programs{options.when_full}."
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        problem = f"{error.filename or 'the output'}: {error.strerror or error}."
    except KeyboardInterrupt:
        kept = options.when_stopped.format_map(vars(options))
        print(f"\n{parser.prog}: stopped. {kept}", file=sys.stderr)
        return 130
    print(f"{parser.prog}: {problem}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
