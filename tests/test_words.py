"""Words in a notebook flow with the page; elsewhere they are printed."""

from types import SimpleNamespace

import pytest

from nst_utils import words

LONG = "  What:  " + "a word and another one " * 8 + "the end"


def test_elsewhere_it_is_printed_and_broken_between_words(capsys):
    words.say(LONG, indent=9)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= words.LINE
    assert all(line.startswith(" " * 9) and line[9] != " " for line in lines[1:])
    assert " ".join(" ".join(lines).split()) == " ".join(LONG.split())


@pytest.fixture
def shown(monkeypatch) -> list:
    """What a notebook's kernel gets to show."""
    bundles = []
    monkeypatch.setattr(words, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(words, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_notebook_breaks_the_lines_itself(shown, capsys):
    words.say(f"one\n{LONG}", indent=9)
    [bundle] = shown
    assert bundle["text/plain"] == words.wrapped(f"one\n{LONG}", 9)
    assert bundle["text/html"].count("<div") == 2
    assert f">{LONG}</div>" in bundle["text/html"], "no line break of ours within a line"
    assert "monospace" not in bundle["text/html"]
    assert capsys.readouterr().out == ""


def test_what_a_student_wrote_cannot_become_html(shown):
    words.say("a < b <script>alert(1)</script> & c", code=True)
    assert "a &lt; b &lt;script&gt;alert(1)&lt;/script&gt; &amp; c" in shown[0]["text/html"]
    assert "monospace" in shown[0]["text/html"]


def test_words_stay_whole():
    assert words.wrapped("well-known " * 20).count("-\n") == 0
    path = "/home/student/" + "a-folder/" * 12
    assert path in words.wrapped(f"Your picture lies in {path} from now on.")
