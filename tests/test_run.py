"""A run of the engine: what is written, what survives, and how it is gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest

from nst_utils import NSTError, Settings, load_image, project_path
from nst_utils.checkpoint import load_checkpoint, save_checkpoint
from nst_utils.engine import load_model
from nst_utils.objective import Objective
from nst_utils.recipe import Recipe, StyleFile, read_recipe, write_recipe
from nst_utils.run import Job, Run

CONTENT = project_path("images", "content", "china.jpg")
STYLE = project_path("images", "style", "stained-glass.jpg")
TINY = Settings(size=48, coarsest=24, iterations=4, growth=1, precision="float32")

MODEL = load_model(TINY)  # compiled once for all


def job(folder, settings: Settings = TINY, **options) -> Job:
    recipe = Recipe(content=CONTENT, styles=(StyleFile(STYLE),), settings=settings)
    return Job(recipe=recipe, output=folder / "x.png", **options)


def painted(folder, settings: Settings = TINY, **options) -> np.ndarray:
    for _ in Run(job(folder, settings, **options), MODEL):
        pass
    return iio.imread(folder / "x.png")


SLOW = replace(TINY, optimizer="adam", averaging=0.9, seed=5, init="noise")


@pytest.mark.parametrize("settings", [TINY, SLOW], ids=["lbfgs", "adam"])
@pytest.mark.parametrize("steps", [1, 4, 7, 10])
def test_stopped_after_any_step_it_goes_on_to_the_same_picture(tmp_path, settings, steps):
    (tmp_path / "whole").mkdir()
    whole = painted(tmp_path / "whole", settings, film=True)
    run = Run(job(tmp_path, settings, film=True), MODEL)
    for number, _ in enumerate(run, start=1):
        if number == steps:
            run.stop()
    assert not run.finished and number == steps
    rest = Run(job(tmp_path, settings, film=True, resume=True), MODEL)
    seen = [progress.step for progress in rest]
    assert rest.resumed == steps and seen == list(range(steps, rest.painter.total + 1))
    np.testing.assert_array_equal(iio.imread(tmp_path / "x.png"), whole)
    films = [iio.imread(folder / "x.gif") for folder in (tmp_path, tmp_path / "whole")]
    np.testing.assert_array_equal(*films)


def test_killed_in_the_midst_it_goes_on_to_the_same_picture(tmp_path):
    (tmp_path / "whole").mkdir()
    settings = replace(TINY, iterations=150, coarsest=48, growth=1.35)
    whole = painted(tmp_path / "whole", settings)
    words = ["--size", "48", "--coarsest", "48", "--iterations", "150", "--precision", "float32"]
    command = [sys.executable, "-m", "nst_utils", str(CONTENT), str(STYLE), *words, "--quiet"]
    target = tmp_path / "x.png"
    process = subprocess.Popen([*command, "-o", str(target), "--checkpoint-every", "0.05"])
    checkpoint = tmp_path / "x.checkpoint.npz"
    deadline = time.monotonic() + 60
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert checkpoint.exists() and not target.exists()
    resumed = Run(replace(job(tmp_path, settings), resume=True))
    assert 0 < resumed.resumed < 150
    for _ in resumed:
        pass
    apart = np.abs(iio.imread(target).astype(int) - whole)
    assert apart.max() <= 2, "the same but for rounding in another process"
    assert sorted(path.name for path in tmp_path.glob("x*")) == ["x.png", "x.settings.json"]


def test_a_checkpoint_is_written_now_and_then_and_taken_away_at_the_end(tmp_path):
    run = Run(job(tmp_path, checkpoint_every=1e-9), MODEL)
    there = [run.job.checkpoint.exists() for _ in run]
    assert there[0] and not run.job.checkpoint.exists() and run.finished
    assert not any(
        run.job.checkpoint.exists() for _ in Run(job(tmp_path, checkpoint_every=0), MODEL)
    )


def test_large_checkpoints_are_written_less_often(tmp_path, monkeypatch):
    written = []

    def slow(*arguments):
        written.append(arguments)
        time.sleep(0.2)

    monkeypatch.setattr("nst_utils.run.save_checkpoint", slow)
    for _ in Run(job(tmp_path, checkpoint_every=1e-9), MODEL):
        pass
    assert len(written) == 1, "no second one for the next four seconds"


@pytest.mark.parametrize("change", [{"beta": 7.0}, {"size": 50}, {"precision": "bfloat16"}])
def test_a_checkpoint_is_of_one_picture_only(tmp_path, change):
    run = Run(job(tmp_path), MODEL)
    next(iter(run))
    run.stop()
    run._write_checkpoint()
    (name,) = change
    with pytest.raises(NSTError, match=rf"x\.checkpoint\.npz: was begun with .*{name}"):
        Run(job(tmp_path, replace(TINY, **change), resume=True))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"content": STYLE}, "content"),
        ({"styles": (StyleFile(CONTENT),)}, "styles"),
        ({"styles": (StyleFile(STYLE, 2.0),)}, "styles"),
        ({"styles": (StyleFile(STYLE, 1.0, CONTENT),)}, "styles"),
        ({"start": STYLE}, "start"),
    ],
)
def test_other_pictures_cannot_go_on_with_it(tmp_path, change, named):
    run = Run(job(tmp_path), MODEL)
    next(iter(run))
    run._write_checkpoint()
    other = job(tmp_path, resume=True)
    other = replace(other, recipe=replace(other.recipe, **change))
    with pytest.raises(NSTError, match=f"was begun with {named}"):
        Run(other, MODEL)


def test_a_damaged_checkpoint_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "x.checkpoint.npz"
    for content in (b"", b"nothing", b"PK\x03\x04 half"):
        path.write_bytes(content)
        with pytest.raises(NSTError, match="delete it to begin anew"):
            Run(job(tmp_path, resume=True))
    save_checkpoint(path, {"a": np.arange(3)}, {"size": 3})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(NSTError, match="delete it to begin anew"):
        load_checkpoint(path, {"size": 3})


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    save_checkpoint(path, {"a": np.arange(3)}, {})

    def full(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        save_checkpoint(path, {"a": np.arange(4)}, {})
    np.testing.assert_array_equal(load_checkpoint(path, {})["a"], np.arange(3))
    assert [file.name for file in tmp_path.iterdir()] == ["c.npz"]


def diverging(after: int, monkeypatch) -> None:
    """Let every cost after so many be no number."""
    whole, computed = Objective.__call__, []

    def broken(self, image):
        computed.append(1)
        *costs, gradient = whole(self, image)
        return (*(costs if len(computed) <= after else [float("nan")] * 3), gradient)

    monkeypatch.setattr(Objective, "__call__", broken)


def test_when_the_cost_is_lost_for_good_the_last_good_picture_is_kept(tmp_path, monkeypatch):
    (tmp_path / "x.png").write_bytes(b"the picture of yesterday")
    diverging(3, monkeypatch)
    settings = replace(TINY, iterations=30, coarsest=48)
    with pytest.raises(NSTError, match=r"became nan.*step 2: .*x-unfinished\.png"):
        painted(tmp_path, settings)
    assert iio.imread(tmp_path / "x-unfinished.png").shape == (32, 48, 3)
    assert (tmp_path / "x.png").read_bytes() == b"the picture of yesterday"


# Recipes ------------------------------------------------------------------------------------------


def test_a_recipe_is_read_as_it_was_written_from_any_folder(tmp_path, monkeypatch):
    mask = tmp_path / "mask.png"
    iio.imwrite(mask, np.full((4, 6), 255, np.uint8))
    recipe = Recipe(
        content=CONTENT,
        styles=(StyleFile(STYLE, 2.0, mask), StyleFile(CONTENT)),
        settings=replace(TINY, style_layers=(("conv1_1", 0.5), ("conv3_1", 1.0))),
        start=STYLE,
        weights="small",
    )
    write_recipe(tmp_path / "deep" / "r.json", recipe, {"steps": 3})
    monkeypatch.chdir(tmp_path / "deep")
    named = read_recipe("r.json")
    assert named["settings"] == recipe.settings and named["weights"] == "small"
    read = Recipe(**named)
    assert read.content.samefile(CONTENT) and read.start.samefile(STYLE)
    assert [(s.weight, s.mask and s.mask.resolve()) for s in read.styles] == [(2, mask), (1, None)]


def test_a_recipe_moves_with_its_pictures(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    for name, source in (("c.png", CONTENT), ("s.png", STYLE)):
        iio.imwrite(old / name, load_image(source, 48))
    recipe = Recipe(content=old / "c.png", styles=(StyleFile(old / "s.png"),), settings=TINY)
    write_recipe(old / "r.json", recipe, {})
    assert str(tmp_path) not in (old / "r.json").read_text()
    old.rename(new)
    assert Recipe(**read_recipe(new / "r.json")).load().content.shape == (32, 48, 3)


def test_what_came_of_it_is_told_beside_it(tmp_path):
    painted(tmp_path)
    result = json.loads((tmp_path / "x.settings.json").read_text())["result"]
    assert result["steps"] == 12 and result["size"] == [48, 32] and result["J"] > 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("nothing", "no JSON"),
        ("[1]", "no settings in it"),
        ("{}", "no settings in it"),
        ('{"settings": {"sise": 3}}', "unknown 'sise'"),
        ('{"settings": {"size": "large"}}', "size: 'large' is not a whole number"),
        ('{"settings": {"style_layers": [["conv1_1"]]}}', "style_layers: expected pairs"),
        ('{"settings": {"style_layers": 3}}', "style_layers: expected pairs"),
        ('{"settings": {}, "styles": [{}]}', "an entry is not as it should be"),
        ('{"settings": {}, "styles": 3}', "an entry is not as it should be"),
        ('{"settings": {}, "content": 3}', "an entry is not as it should be"),
        ('{"nst_utils": 99, "settings": {}}', "another version"),
    ],
)
def test_what_is_no_recipe_is_told_in_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "r.json"
    path.write_text(content)
    with pytest.raises(NSTError, match=sentence) as failure:
        read_recipe(path)
    assert str(failure.value).startswith(str(path))
