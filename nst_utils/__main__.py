"""The command line: ``python -m nst_utils CONTENT STYLE -o OUT``."""

import importlib
import os
import sys
from collections.abc import Sequence

from nst_utils.config import NSTError

PROG = "python -m nst_utils"

COMMANDS = {"doctor": "environment", "studio": "studio_command", "weights": "weights_command"}
"""First words that are commands, and the modules that know them; all else is a picture."""


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
    prog, module = PROG, "paint_command"
    if arguments[:1] and arguments[0] in COMMANDS:
        prog, module = f"{PROG} {arguments[0]}", COMMANDS[arguments[0]]
        arguments = arguments[1:]
    try:
        # Only what is asked for: TensorFlow takes three seconds to import.
        parser = importlib.import_module(f"nst_utils.{module}").build_parser(prog)
    except KeyboardInterrupt:
        print(f"\n{prog}: stopped.", file=sys.stderr)
        return 130
    # Options of the painting may stand between the pictures.
    parse = parser.parse_args if prog != PROG else parser.parse_intermixed_args
    options = parse(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except NSTError as error:
        problem = str(error)
    except MemoryError:
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
