"""The command line's --instant as a user meets it: pictures, films, folders, one sentence."""

import json

import imageio.v3 as iio
import numpy as np
import pytest
import tensorflow as tf
from film_files import ffmpeg, moved, write_gif, write_video
from PIL import Image

from nst_utils import instant_command, load_image, project_path, stylize_instantly
from nst_utils.__main__ import main
from nst_utils.film import read_film
from nst_utils.instant import InstantModel, MagentaModel
from nst_utils.paint_command import build_parser

CONTENT = str(project_path("images", "content", "china.jpg"))
STYLE = str(project_path("images", "style", "stained-glass.jpg"))
WAVES = str(project_path("images", "style", "waves.jpg"))
PHOTOGRAPHS = str(project_path("images", "content"))
PHOTOGRAPH = load_image(CONTENT, 128)
FRAMES = list(moved(PHOTOGRAPH, (48, 32), 4, pan=2))


def paint(*words: object) -> int:
    """Run in this process: TensorFlow is here already."""
    return main([*map(str, words), "--instant", "--quiet"])


def complaint(capsys, *words: object) -> str:
    """Run with bad input, and return the one sentence that comes out."""
    try:
        status = main(list(map(str, words)))
    except SystemExit as exit_:  # argparse's own way
        status = exit_.code
    captured = capsys.readouterr()
    assert status == 2 and captured.out == "" and "Traceback" not in captured.err
    return captured.err.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """A folder with small films: film.mp4, film.gif, loud.mp4, odd.mkv."""
    folder = tmp_path_factory.mktemp("films")
    write_video(folder / "film.mp4", FRAMES)
    write_gif(folder / "film.gif", [Image.fromarray(frame) for frame in FRAMES], duration=50)
    write_video(folder / "odd.mkv", [frame[:31, :47] for frame in FRAMES])
    sound = ["-f", "lavfi", "-i", "sine", "-t", "0.16"]
    ffmpeg("-i", folder / "film.mp4", *sound, folder / "loud.mp4")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A photograph of 72×48 pixels."""
    path = tmp_path_factory.mktemp("small") / "small.png"
    iio.imwrite(path, load_image(CONTENT, (72, 48)))
    return path


# Pictures -------------------------------------------------------------------------------------


def test_a_picture_keeps_its_size(small, tmp_path, capsys):
    assert paint(small, STYLE, "-o", tmp_path / "deep" / "x.png") == 0
    expected = stylize_instantly(load_image(small), load_image(STYLE))
    np.testing.assert_array_equal(iio.imread(tmp_path / "deep" / "x.png"), expected)
    assert capsys.readouterr() == ("", ""), "--quiet prints nothing"


def test_it_says_what_was_written(small, tmp_path, capsys):
    main([str(small), STYLE, "--instant", "--size", "40", "-o", str(tmp_path / "x.jpg")])
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith(f"{tmp_path / 'x.jpg'}: 40×27 pixels, written after ")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["--strength", "0.4"], {"strength": 0.4}),
        (["--colors", "keep"], {"colors": "keep"}),
        (["--colors", "match"], {"colors": "match"}),
        (["--style-scale", "2"], {"style_scale": 2}),
    ],
)
def test_every_option_reaches_the_picture(small, tmp_path, words, options):
    assert paint(small, STYLE, *words, "-o", tmp_path / "x.png") == 0
    expected = stylize_instantly(load_image(small), load_image(STYLE), **options)
    np.testing.assert_array_equal(iio.imread(tmp_path / "x.png"), expected)


def test_weights_and_masks_are_those_of_the_styles(small, tmp_path):
    mask = np.zeros((48, 72), np.uint8)
    mask[:, 36:] = 255
    iio.imwrite(tmp_path / "right.png", mask)
    iio.imwrite(tmp_path / "left.png", 255 - mask)
    words = ["--mask", tmp_path / "left.png", "--mask", tmp_path / "right.png"]
    assert paint(small, STYLE, WAVES, *words, "-o", tmp_path / "x.png") == 0
    halves = iio.imread(tmp_path / "x.png").astype(int)
    for place, style in ((np.s_[:, :12], STYLE), (np.s_[:, -12:], WAVES)):
        alone = stylize_instantly(load_image(small), load_image(style))
        assert np.abs(halves - alone)[place].mean() < 3
    paint(small, STYLE, WAVES, "--style-weights", "1000,1", "-o", tmp_path / "y.png")
    alone = stylize_instantly(load_image(small), load_image(STYLE)).astype(int)
    assert np.abs(iio.imread(tmp_path / "y.png") - alone).mean() < 2


def test_the_settings_beside_a_result_paint_it_again(small, tmp_path):
    words = ["--strength", "0.6", "--colors", "keep", "--style-scale", "1.5", "--size", "40"]
    paint(small, STYLE, WAVES, "--style-weights", "2,1", *words, "-o", tmp_path / "a.png")
    settings = tmp_path / "a.settings.json"
    assert json.loads(settings.read_text())["result"]["size"] == [40, 27]
    assert main(["--settings", str(settings), "-q", "-o", str(tmp_path / "b.png")]) == 0
    a, b = iio.imread(tmp_path / "a.png"), iio.imread(tmp_path / "b.png")
    np.testing.assert_array_equal(a, b)
    main(["--settings", str(settings), "-q", "-o", str(tmp_path / "c.png"), "--strength", "0.1"])
    assert not np.array_equal(a, iio.imread(tmp_path / "c.png")), "options count more"


def test_a_picture_that_the_memory_does_not_hold_becomes_smaller(
    small, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("nst_utils.instant.free_memory", lambda: 0.0015)
    assert main([str(small), STYLE, "--instant", "-o", str(tmp_path / "x.png")]) == 0
    n_H, n_W, _ = iio.imread(tmp_path / "x.png").shape
    assert 20 <= n_W < 72 and n_H == round(n_W * 2 / 3)
    said = capsys.readouterr().out
    assert f"72×48 pixels do not fit into the memory: painted at {n_W}." in said
    words = [small, STYLE, "--instant", "--size", "72", "-o", tmp_path / "y.png"]
    assert "72×48 pixels need about" in complaint(capsys, *words), "what is asked for is refused"


def test_without_a_name_the_result_is_named_after_the_pictures(films, tmp_path, monkeypatch):
    monkeypatch.setattr(instant_command, "project_path", tmp_path.joinpath)
    for name in ("film.mp4", "film.gif", "odd.mkv"):
        assert paint(films / name, STYLE, "--size", "32") == 0
    assert paint(CONTENT, STYLE, "--size", "32") == 0
    names = sorted(p.name for p in (tmp_path / "output").iterdir() if p.suffix != ".json")
    stems = ("china-stained-glass.jpg", "film-stained-glass.gif", "film-stained-glass.mp4")
    assert names == [*stems, "odd-stained-glass.mp4"]


def test_magenta_is_used_and_named_in_the_settings(small, tmp_path, monkeypatch):
    asked = []

    def load(path):
        asked.append(path)
        return MagentaModel(lambda photograph, style: 1 - photograph)

    monkeypatch.setattr(instant_command, "load_magenta", load)
    (tmp_path / "m.tar.gz").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    paint(small, STYLE, "--magenta", "m.tar.gz", "-o", "a.png")
    np.testing.assert_array_equal(iio.imread("a.png"), 255 - load_image(small))
    assert main(["--settings", "a.settings.json", "-q", "-o", "b.png"]) == 0
    assert asked == [tmp_path / "m.tar.gz"] * 2
    assert json.loads((tmp_path / "a.settings.json").read_text())["instant"]["magenta"] == (
        "m.tar.gz"
    )


# Films ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["film.mp4", "film.gif"])
def test_a_film_becomes_a_film_with_its_settings_beside_it(films, tmp_path, name, capsys):
    target = tmp_path / f"x{name[4:]}"
    assert paint(films / name, STYLE, "--strength", "0.5", "-o", target) == 0
    assert capsys.readouterr() == ("", "")
    assert read_film(target)._replace(path=None) == read_film(films / name)._replace(path=None)
    result = json.loads((tmp_path / "x.settings.json").read_text())["result"]
    assert result["frames"] == 4 and result["size"] == [48, 32]
    again = tmp_path / f"y{name[4:]}"
    assert main(["--settings", str(tmp_path / "x.settings.json"), "-q", "-o", str(again)]) == 0
    np.testing.assert_array_equal(iio.imread(again), iio.imread(target))


def test_it_says_what_is_not_as_in_the_old_film(films, tmp_path, capsys):
    for name in ("loud.mp4", "odd.mkv"):
        main([str(films / name), STYLE, "--instant", "-o", str(tmp_path / name)])
    said = capsys.readouterr()
    assert "The sound of loud.mp4 is left out.\n" in said.out
    assert "47×31 pixels became 48×32: a video has even sides" in said.out
    assert "4 frames of 48×32 pixels, 25 a second, written after" in said.out
    assert "4/4" in said.err, "the progress bar knows the number of frames"


def test_a_film_that_breaks_off_is_told(films, tmp_path, capsys):
    noisy = moved(PHOTOGRAPH, (48, 32), 12, pan=2, noise=20)
    path = write_video(tmp_path / "half.mkv", noisy, "25", "-g", "1")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert main([str(path), STYLE, "--instant", "-o", str(tmp_path / "x.mkv")]) == 0
    assert "half.mkv breaks off after" in capsys.readouterr().out


def test_without_instant_a_film_is_refused(films, capsys):
    for name in ("film.mp4", "film.gif"):
        assert "with --instant" in complaint(capsys, films / name, STYLE)


# What is stopped, and what is refused ---------------------------------------------------------


@pytest.mark.parametrize("kind", ["picture", "film.mp4", "film.gif"])
def test_ctrl_c_keeps_nothing_but_the_old_file(films, small, tmp_path, monkeypatch, capsys, kind):
    source = small if kind == "picture" else films / kind
    target = tmp_path / ("x.png" if kind == "picture" else kind)
    target.write_bytes(b"that of yesterday")

    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(InstantModel, "paint", interrupt)
    assert paint(source, STYLE, "-o", target) == 130
    assert f"stopped. {target} was not written, and nothing is kept." in capsys.readouterr().err
    assert target.read_bytes() == b"that of yesterday" and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "words",
    [
        ["--preset", "best"],
        ["--coarsest", "32"],
        ["--iterations", "5"],
        ["--optimizer", "adam"],
        ["--learning-rate", "2"],
        ["--averaging", "0.5"],
        ["--init", "noise"],
        ["--start", CONTENT],
        ["--noise-ratio", "0.2"],
        ["--seed", "3"],
        ["--weights", "vgg19"],
        ["--content-layers", "conv4_2"],
        ["--style-layers", "conv1_1"],
        ["--alpha", "2"],
        ["--beta", "2"],
        ["--smoothness", "1"],
        ["--weighting", "gatys"],
        ["--pooling", "max"],
        ["--padding", "zero"],
        ["--precision", "float32"],
        ["--save-every", "5"],
        ["--gif"],
        ["--resume"],
        ["--checkpoint-every", "5"],
        ["--memory", "3"],
        ["--workers", "2"],
        ["--scheduler", "tcp://nobody:1"],
    ],
    ids=lambda words: words[0],
)
def test_options_of_the_optimisation_are_refused(capsys, words):
    said = complaint(capsys, CONTENT, STYLE, "--instant", *words)
    assert f"{words[0]}: means nothing in one pass" in said


def test_no_option_was_forgotten():
    defaults = build_parser("x").parse_args([]).defaults
    known = {*instant_command.OWN, *instant_command.SHARED, *instant_command.UNFIT}
    both = {"pictures", "output", "settings", "style_weights", "mask", "batch", "quiet", "instant"}
    assert defaults.keys() == known | both | {"run", "when_stopped", "when_full"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([CONTENT, STYLE, "--strength", "0.5"], "--strength: works with --instant only"),
        ([CONTENT, STYLE, "--magenta", "m.tar.gz"], "--magenta: works with --instant only"),
        ([CONTENT, STYLE, "--instant", "--strength", "2"], "--strength"),
        ([CONTENT, STYLE, "--instant", "--style-scale", "0"], "style_scale: 0.0 is not a number"),
        ([PHOTOGRAPHS, STYLE, "--instant", "--batch", "--style-scale", "0"], "style_scale: 0.0 is"),
        ([CONTENT, STYLE, "--instant", "--magenta", "no.tar.gz"], "no.tar.gz: there is no such"),
        ([CONTENT, "--instant"], "STYLE: which picture?"),
        (["no.mp4", STYLE, "--instant"], "no.mp4: there is no such file"),
        ([CONTENT, STYLE, "--instant", "-o", "x.xyz"], "x.xyz"),
        ([CONTENT, STYLE, "--instant", "--style-weights", "1,2"], "--style-weights: 2 for 1"),
        ([CONTENT, STYLE, "--instant", "--batch"], "must be a folder of pictures"),
        ([CONTENT, STYLE, "--instant", "--mask", CONTENT, "--mask", "-"], "--mask: 2 for 1"),
    ],
)
def test_bad_input_is_told_in_one_sentence_with_status_2(capsys, words, sentence):
    assert sentence in complaint(capsys, *words)


def test_a_film_is_written_as_a_film(films, tmp_path, capsys):
    words = [films / "film.mp4", STYLE, "--instant", "-o"]
    assert "film.mp4 can become .mp4" in complaint(capsys, *words, tmp_path / "x.jpg")
    assert "film.mp4 can become .mp4" in complaint(capsys, *words, tmp_path / "x.gif")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('{"instant": {"strenth": 1}}', "an entry is not as it should be"),
        ('{"instant": {"strength": 7}}', "strength: 7 is not a number"),
        ('{"instant": {"size": "large"}}', "size is 'large'"),
        ('{"instant": 3}', "no settings in it"),
        ('{"settings": {}}', "holds the settings of an optimisation"),
    ],
)
def test_what_is_no_such_settings_file_is_told_in_a_sentence(tmp_path, capsys, entry, sentence):
    path = tmp_path / "x.settings.json"
    path.write_text(entry)
    words = [CONTENT, STYLE, "--settings", path, "--instant", "-o", tmp_path / "x.png"]
    assert sentence in complaint(capsys, *words)


def test_too_little_memory_is_told_in_a_sentence(small, tmp_path, monkeypatch, capsys):
    for error in (MemoryError(), tf.errors.ResourceExhaustedError(None, None, "full")):

        def full(*arguments, error=error, **options):
            raise error

        monkeypatch.setattr(InstantModel, "paint", full)
        words = [small, STYLE, "--instant", "-o", tmp_path / "x.png"]
        assert "not enough memory" in complaint(capsys, *words)


# Folders --------------------------------------------------------------------------------------


def test_a_folder_becomes_a_folder(tmp_path, capsys):
    photographs, painted = tmp_path / "photographs", tmp_path / "painted"
    photographs.mkdir()
    for name in ("a", "b"):
        iio.imwrite(photographs / f"{name}.png", load_image(CONTENT, 48))
    (photographs / "broken.jpg").write_bytes(b"no picture")
    words = [str(photographs), STYLE, "--instant", "--batch", "-o", str(painted)]
    assert main(words) == 1
    told = capsys.readouterr()
    assert "2 painted, 1 failed" in told.out and "broken.jpg: " in told.err.splitlines()[-1]
    assert sorted(path.name for path in painted.glob("*.jpg")) == ["a.jpg", "b.jpg"]
    before = (painted / "a.jpg").stat().st_mtime_ns
    (photographs / "broken.jpg").unlink()
    assert main(words) == 0 and "2 done before" in capsys.readouterr().out
    assert (painted / "a.jpg").stat().st_mtime_ns == before
    assert main([*words, "--strength", "0.5"]) == 0
    assert "2 painted" in capsys.readouterr().out, "other settings make other pictures"
