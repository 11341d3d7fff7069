"""Words for who reads a notebook: their lines break between words, whatever the page's width."""

import textwrap
from html import escape

from IPython import get_ipython
from IPython.display import display

LINE = 88
"""Characters, where the page has no lines of its own: in a terminal, or in plain text."""


def say(text: str, *, indent: int = 0, code: bool = False) -> None:
    """Show a few lines of text.

    What is printed in a notebook breaks anywhere, even inside a word, as soon as the page is
    narrow or zoomed. So a notebook gets HTML beside the plain text.

    Args:
        text: lines of any length.
        indent: by how many characters the continuation of a long line is set in.
        code: whether the text speaks of code, and wants letters of one width.
    """
    plain = wrapped(text, indent)
    if getattr(get_ipython(), "kernel", None) is None:
        print(plain)
        return
    if code:
        style = (
            "font-family: var(--jp-code-font-family, monospace); white-space: pre-wrap; "
            f"padding-left: calc(0.5em + {indent}ch); text-indent: -{indent}ch"
        )
    else:
        style = "padding-left: 0.5em"
    lines = "".join(
        f'<div style="{style}">{escape(line, quote=False)}</div>' for line in text.splitlines()
    )
    display({"text/plain": plain, "text/html": lines}, raw=True)


def wrapped(text: str, indent: int = 0) -> str:
    """Break long lines between words; arguments as those of `say`."""
    return "\n".join(
        textwrap.fill(
            line,
            LINE,
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
        for line in text.splitlines()
    )
