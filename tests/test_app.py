"""What stands behind the page of the studio: choices, uploads, settings, and what is painted."""

import io
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_utils import PRESETS, NSTError, app, easel, project_path, workshop
from nst_utils.__main__ import main
from nst_utils.app import Studio, settings_from
from nst_utils.recipe import read_recipe
from nst_utils.settings import Settings, changed

QUICK = {"size": 32, "coarsest": None, "iterations": 2, "precision": "float32"}


@pytest.fixture(scope="module")
def open_workshop():
    """One workshop for all of these tests, with TensorFlow."""
    return workshop.Workshop()


@pytest.fixture
def studio(monkeypatch, open_workshop):
    monkeypatch.setattr(app, "join_workshop", lambda address: open_workshop)
    # No sleep between two looks, and small pictures.
    monkeypatch.setattr(app, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(app, "LOOK_SIZE", 32)
    made = Studio()
    made.sent, made.told = [], []
    made.observe(lambda change: made.told.append(change["new"]["sentence"]), "problem")
    made.send = lambda content, buffers=None: made.sent.append(content)
    return made


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def defaults():
    fields = app._fields(PRESETS["best"])
    return {field["name"]: field["value"] for field in fields}


def jpeg(width=40, height=24, orientation=None):
    file, exif = io.BytesIO(), Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2] = 255  # the upper half is white
    Image.fromarray(pixels).save(file, "JPEG", exif=exif)
    return file.getvalue()


def upload(studio, data, name="mine.jpg", role="content", parts=1):
    size = -(-len(data) // parts) or 1
    for part in range(parts):
        message = {"do": "upload", "role": role, "name": name, "part": part, "parts": parts}
        studio._on_message(None, message, [memoryview(data)[part * size : (part + 1) * size]])


def test_the_page_does_not_wait_for_tensorflow():
    code = "import sys, nst_utils.app; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Settings ---------------------------------------------------------------------------------------


def test_an_untouched_form_paints_the_preset_best():
    assert settings_from(defaults(), "style") == PRESETS["best"]


def test_every_field_changes_its_setting():
    form = defaults() | {
        "alpha": 2,
        "beta": 60.5,
        "content_layer": "conv3_2",
        "style_layers": ["conv1_1", "conv3_1"],
        "iterations": 7,
        "size": "96",
        "init": "noise",
        "seed": 5,
    }
    expected = changed(
        PRESETS["best"],
        {
            "alpha": 2.0,
            "beta": 60.5,
            "content_layers": (("conv3_2", 1.0),),
            "style_layers": (("conv1_1", 0.5), ("conv3_1", 0.5)),
            "iterations": 7,
            "size": 96,
            "coarsest": 96,
            "init": "noise",
            "seed": 5,
            "colors": "keep",
        },
    )
    assert settings_from(form, "keep") == expected


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"iterations": 100_000}, "iterations: 100000 is not between 1 and 300"),
        ({"alpha": -1}, "alpha: -1 is not between"),
        ({"alpha": None}, "cannot be used"),
        ({"alpha": float("nan")}, "alpha: nan is not between"),
        ({"size": 20_000}, "size: 20000 is more than 1600"),
        ({"size": "large"}, "cannot be used"),
        ({"style_layers": []}, "choose one at least"),
        ({"init": "dream"}, "init: unknown 'dream'"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(wrong, words):
    with pytest.raises(NSTError, match=words):
        settings_from(defaults() | wrong, "style")


def test_a_form_with_a_field_missing_is_refused():
    form = defaults()
    del form["beta"]
    with pytest.raises(NSTError, match="beta"):
        settings_from(form, "style")


# Choosing and uploading -------------------------------------------------------------------------


def test_every_sample_is_there_with_words_for_it():
    for samples in app.SAMPLES.values():
        for sample in samples:
            assert project_path("images", sample.file).is_file()
            assert sample.label
            assert sample.alt
    files = {sample.file for samples in app.SAMPLES.values() for sample in samples}
    there = {f"{p.parent.name}/{p.name}" for p in project_path("images").glob("*/*.*")}
    assert files <= there  # a student's own pictures may lie beside them


def test_who_asks_to_be_named_is_named():
    credits = project_path("images", "CREDITS.md").read_text("utf-8").splitlines()
    for sample in app.SAMPLES["content"]:
        line = next(line for line in credits if f"`{Path(sample.file).name}`" in line)
        if "CC BY" in line:
            author = line.split("|")[3].split("(")[0].strip()
            assert author in sample.credit
            assert "CC BY 2.0" in sample.credit


def test_a_page_begins_with_two_pictures_and_shows_them_in_one_pass(studio):
    assert [studio.chosen[role]["label"] for role in app.ROLES] == ["Temple", "Stained glass"]
    wait_for(lambda: studio.look)
    assert studio.ready
    picture = Image.open(io.BytesIO(studio.look_picture))
    assert picture.size == (studio.look["width"], studio.look["height"]) == (32, 21)


def test_a_move_of_the_slider_changes_the_picture(studio):
    wait_for(lambda: studio.look)
    before = studio.look_picture
    studio._on_message(None, {"do": "look", "strength": 0.25, "colors": "keep"}, [])
    wait_for(lambda: studio.look["strength"] == 0.25)
    assert studio.look["colors"] == "keep"
    wait_for(lambda: studio.look_picture != before)


def test_an_upload_arrives_in_parts_and_is_turned_upright(studio):
    upload(studio, jpeg(orientation=6), parts=3)  # held sideways: turned by a quarter
    assert studio.chosen["content"]["label"] == "mine.jpg"
    picture = studio._pictures["content"]
    assert picture.shape == (40, 24, 3)
    assert picture[:, -4:].min() > 200  # what was above is to the right
    assert picture[:, :4].max() < 60
    assert [answer["part"] for answer in studio.sent if "part" in answer] == [0, 1, 2]


def test_a_large_photograph_is_kept_small_and_a_small_one_as_it_is(studio, monkeypatch):
    monkeypatch.setattr(app, "KEPT", 64)
    upload(studio, jpeg(200, 100))
    assert studio._pictures["content"].shape == (32, 64, 3)
    upload(studio, jpeg(40, 24))
    assert studio._pictures["content"].shape == (24, 40, 3)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<html>not a picture</html>", "page.jpg", "page.jpg: this is not a picture"),
        (jpeg()[:200], "half.jpg", "half.jpg: "),
        (b"", "nothing.jpg", "nothing.jpg: the file is empty"),
    ],
)
def test_what_is_no_picture_is_refused_in_words_and_the_old_one_stays(studio, data, name, words):
    before = studio.chosen
    upload(studio, data, name)
    assert studio.problem["about"] == "content"
    assert words in studio.problem["sentence"]
    assert studio.chosen == before
    assert not any("received" in answer for answer in studio.sent)


def test_an_upload_beyond_the_limit_is_refused_before_it_is_whole(studio, monkeypatch):
    monkeypatch.setattr(app, "MAX_MEGABYTES", 0.001)
    upload(studio, bytes(5000), "huge.jpg", parts=9)
    assert "huge.jpg is larger than 0.001 MB" in studio.told[0]
    assert not studio._uploads
    assert sum("received" in answer for answer in studio.sent) < 9


@pytest.mark.parametrize(
    "message",
    [
        {"do": "choose", "role": "content", "file": "../../etc/passwd"},
        {"do": "choose", "role": "content", "file": "style/waves.jpg"},
        {"do": "choose", "role": "nobody", "file": "content/china.jpg"},
        {"do": "look", "strength": "much", "colors": "style"},
        {"do": "paint"},
        {"do": "dance"},
        {},
    ],
)
def test_a_page_that_asks_for_nonsense_gets_a_sentence(studio, message):
    before = studio.chosen
    studio._on_message(None, message, [])
    assert "cannot be done" in studio.problem["sentence"]
    assert studio.chosen == before


def test_whatever_a_page_asks_is_heard_at_once(studio):
    studio._on_message(None, {"do": "dance", "number": 17}, [])
    assert studio.sent == [{"heard": 17}]


# Painting -----------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(
        app, "settings_from", lambda values, colors: Settings(**QUICK, colors=colors, seed=values)
    )


def test_a_painting_is_followed_to_its_end_and_taken_home(studio, quick, tmp_path):
    studio._on_message(None, {"do": "paint", "settings": 3, "colors": "style"}, [])
    wait_for(lambda: studio.painting["stage"] == workshop.DONE)
    assert studio.painting["step"] == studio.painting["total"] == 2
    assert [row[0] for row in studio.costs] == [0, 1, 2]
    assert Image.open(io.BytesIO(studio.picture)).size == (32, 21)
    film = Image.open(io.BytesIO(studio.film))
    assert (film.n_frames, film.size) == (3, (32, 21))
    file = tmp_path / "mine.settings.json"
    file.write_bytes(studio.settings_file)
    assert read_recipe(file) == {"settings": Settings(**QUICK, seed=3)}
    made_from = json.loads(studio.settings_file)["made_from"]
    assert made_from == {"content": "Temple", "style": "Stained glass"}


def test_two_visitors_see_their_own(studio, quick):
    other = Studio()
    other._on_message(None, {"do": "choose", "role": "content", "file": "content/rocket.jpg"}, [])
    for visitor in (studio, other):
        visitor._on_message(None, {"do": "paint", "settings": 1, "colors": "style"}, [])
    for visitor in (studio, other):
        wait_for(lambda visitor=visitor: visitor.painting["stage"] == workshop.DONE)
    assert json.loads(other.settings_file)["made_from"]["content"] == "Rocket"
    assert json.loads(studio.settings_file)["made_from"]["content"] == "Temple"
    assert other.picture != studio.picture


def test_a_picture_is_the_same_again_from_the_command_line(studio, quick, tmp_path):
    """The file of the settings repeats the painting (the studio sends JPEG, so nearly)."""
    studio._on_message(None, {"do": "paint", "settings": 0, "colors": "keep"}, [])
    wait_for(lambda: studio.painting["stage"] == workshop.DONE)
    settings = tmp_path / "s.json"
    settings.write_bytes(studio.settings_file)
    pictures = [str(project_path("images", samples[0].file)) for samples in app.SAMPLES.values()]
    words = [*pictures, "--settings", str(settings), "-q", "-o", str(tmp_path / "again.png")]
    assert main(words) == 0
    again = np.asarray(Image.open(tmp_path / "again.png"), float)
    mine = np.asarray(Image.open(io.BytesIO(studio.picture)), float)
    assert np.abs(again - mine).mean() < 3


def test_a_workshop_that_closes_is_told_on_the_page(studio, quick, monkeypatch):
    class Closed:
        def __getattr__(self, name):
            def refuse(*_, **__):
                raise EOFError

            return refuse

    wait_for(lambda: studio.look)
    studio._on_message(None, {"do": "paint", "settings": 0, "colors": "style"}, [])
    studio._workshop = Closed()
    wait_for(lambda: studio.painting["stage"] in workshop.ENDED)
    studio._on_message(None, {"do": "look", "strength": 0.5, "colors": "style"}, [])
    wait_for(lambda: studio.problem)
    assert "The studio was closed" in studio.problem["sentence"]


def test_news_of_a_painting_that_was_replaced_are_not_shown(studio, quick):
    looked, go_on = threading.Event(), threading.Event()

    class Slow:
        def __init__(self):
            self.tickets = iter(("old", "new"))

        def paint(self, *_):
            return next(self.tickets)

        def forget(self, ticket):
            assert ticket == "old"

        def look(self, ticket):
            if ticket == "old":
                looked.set()
                assert go_on.wait(timeout=20)
            work = easel.Work(*[ticket.encode()] * 3)
            return workshop.View(workshop.DONE, 0, None, work, "")

    shown = []
    studio.observe(lambda change: shown.append(change["new"]), "picture")
    wait_for(lambda: studio.look)
    studio._workshop = Slow()
    order = {"do": "paint", "settings": 0, "colors": "style"}
    studio._on_message(None, order, [])
    assert looked.wait(timeout=20)
    studio._on_message(None, order, [])
    go_on.set()
    wait_for(lambda: studio.picture)
    assert shown == [b"new"]


def test_the_time_left_counts_pixels_not_steps():
    pictures = [np.zeros((24, 32, 3), np.uint8)] * 2
    painting = easel.Painting(*pictures, Settings(**QUICK | {"coarsest": 16}))
    plan = painting._painter.plan
    assert [size for size, _ in plan] == [16, 23, 32]
    painting._began = time.monotonic() - 10
    of_first = plan[0][1]
    work = [size**2 * steps for size, steps in plan]
    expected = 10 * (sum(work) - work[0]) / work[0]
    assert painting._seconds_left(of_first) == pytest.approx(expected, rel=0.01)
    assert painting._seconds_left(0) == 0


def test_on_paper_a_sentence_stands_in_the_place_of_the_studio(studio):
    bundle = studio._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == "The studio is to be seen here while the notebook runs."
