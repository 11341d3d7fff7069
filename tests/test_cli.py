"""The command line as a user meets it: files written, exit statuses, one sentence for bad input."""

import subprocess
import sys

import imageio.v3 as iio
import numpy as np
import pytest
from mat_files import random_weights, write_mat

from nst_utils import load_image, project_path
from nst_utils.__main__ import PROG, main

CONTENT = str(project_path("images", "content", "china.jpg"))
STYLE = str(project_path("images", "style", "stained-glass.jpg"))
FAST = ["--size", "48", "--iterations", "3", "--quiet"]


def paint(*options: str) -> int:
    """Run in this process: TensorFlow is here already."""
    return main([CONTENT, STYLE, *FAST, *options])


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> np.ndarray:
    """The picture that comes out without any choice."""
    target = tmp_path_factory.mktemp("plain") / "plain.png"
    paint("-o", str(target))
    return iio.imread(target)


def complaint(capsys, *words: str) -> str:
    """Run with bad input, and return the one sentence that comes out."""
    try:
        status = main(list(words))
    except SystemExit as exit_:  # argparse's own way
        status = exit_.code
    captured = capsys.readouterr()
    assert status == 2 and captured.out == "" and "Traceback" not in captured.err
    return captured.err.strip().splitlines()[-1]


def test_a_picture_is_written_in_the_size_asked_for(tmp_path, capsys):
    assert paint("-o", str(tmp_path / "deep" / "first.png")) == 0
    picture = iio.imread(tmp_path / "deep" / "first.png")
    assert picture.shape == (32, 48, 3) and picture.dtype == np.uint8
    assert capsys.readouterr() == ("", ""), "--quiet prints nothing"


def test_the_same_seed_paints_the_same_picture(tmp_path):
    names = {"a": "1", "b": "1", "c": "2"}
    for name, seed in names.items():
        paint("-o", str(tmp_path / f"{name}.png"), "--seed", seed)
    a, b, c = (iio.imread(tmp_path / f"{name}.png") for name in names)
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_steps_and_film_are_kept_beside_the_result(tmp_path):
    paint("-o", str(tmp_path / "film.jpg"), "--iterations", "4", "--save-every", "2", "--gif")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["film-0000.jpg", "film-0002.jpg", "film-0004.jpg", "film.gif", "film.jpg"]
    assert iio.improps(tmp_path / "film.gif").n_images == 5


def test_the_film_ends_with_the_result(tmp_path, monkeypatch):
    film = []
    monkeypatch.setattr("nst_utils.__main__.save_gif", lambda path, frames: film.extend(frames))
    paint("-o", str(tmp_path / "x.png"), "--iterations", "41", "--save-every", "30", "--gif")
    assert len(film) == 22  # every second step, and the last
    np.testing.assert_array_equal(film[-1], iio.imread(tmp_path / "x.png"))


def test_the_frames_of_a_film_have_one_size_though_it_is_painted_coarse_to_fine(tmp_path):
    paint("-o", str(tmp_path / "x.png"), "--preset", "best", "--size", "182", "--gif")
    sizes = {frame.shape for frame in iio.imread(tmp_path / "x.gif")}
    assert sizes == {iio.imread(tmp_path / "x.png").shape}


def test_the_pictures_on_the_way_keep_the_colours_too(tmp_path):
    paint("-o", str(tmp_path / "x.png"), "--colors", "keep", "--save-every", "3")
    last, result = (iio.imread(tmp_path / name) for name in ("x-0003.png", "x.png"))
    np.testing.assert_array_equal(last, result)


def test_without_a_name_the_result_is_named_after_the_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr("nst_utils.__main__.project_path", tmp_path.joinpath)
    assert paint() == 0
    assert (tmp_path / "output" / "china-stained-glass.jpg").exists()


def test_from_the_content_without_steps_the_picture_is_the_content(tmp_path):
    paint("-o", str(tmp_path / "same.png"), "--init", "content", "--iterations", "0")
    np.testing.assert_array_equal(iio.imread(tmp_path / "same.png"), load_image(CONTENT, 48))


def test_noise_ratio_0_starts_from_the_content(tmp_path):
    for name, options in {"a": ["--noise-ratio", "0"], "b": ["--init", "content"]}.items():
        paint("-o", str(tmp_path / f"{name}.png"), *options)
    a, b = (iio.imread(tmp_path / f"{name}.png") for name in "ab")
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "options",
    [
        ["--alpha", "1000", "--beta", "0"],
        ["--learning-rate", "20"],
        ["--content-layer", "conv5_2", "--beta", "0"],
        ["--style-layers", "conv1_1=1"],
        ["--preset", "best"],
        ["--optimizer", "lbfgs"],
        ["--colors", "keep"],
        ["--colors", "match"],
        ["--style-scale", "2"],
        ["--smoothness", "1e12"],
        ["--pooling", "max"],
        ["--padding", "replicate"],
        ["--init", "style"],
    ],
)
def test_every_choice_changes_the_picture(tmp_path, plain, options):
    paint("-o", str(tmp_path / "other.png"), *options)
    assert not np.array_equal(plain, iio.imread(tmp_path / "other.png"))


def test_weights_may_be_a_file(tmp_path):
    weights = write_mat(tmp_path / "mine.mat", random_weights())
    assert paint("-o", str(tmp_path / "out.png"), "--weights", str(weights)) == 0
    assert (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing.jpg", STYLE], "nothing.jpg"),
        ([CONTENT, __file__], "test_cli.py"),
        ([CONTENT, STYLE, "--weights", "nothing.mat"], "nothing.mat"),
        ([CONTENT, STYLE, "--weights", STYLE], "stained-glass.jpg"),
        ([CONTENT, STYLE, "--content-layer", "conv9_9", *FAST], "conv9_9"),
        ([CONTENT, STYLE, "--style-layers", "conv1_1"], "NAME=WEIGHT"),
        ([CONTENT, STYLE, "--style-layers", "conv9_9=1", *FAST], "conv9_9"),
        ([CONTENT, STYLE, "--size", "0"], "--size"),
        ([CONTENT, STYLE, "--size", "many"], "--size"),
        ([CONTENT, STYLE, "--iterations", "-1"], "--iterations"),
        ([CONTENT, STYLE, "--alpha", "nan"], "--alpha"),
        ([CONTENT, STYLE, "--noise-ratio", "2"], "--noise-ratio"),
        ([CONTENT, STYLE, "--style-layers", ""], "NAME=WEIGHT"),
        ([CONTENT, STYLE, "--style-layers", "conv1_1=1,conv1_1=2"], "twice"),
        ([CONTENT, STYLE, "--style-layers", "=1"], "--style-layers: there is no layer ''"),
        ([CONTENT, STYLE, "--weights", "x" * 300], "no such weights file"),
        ([CONTENT, STYLE, "-o", "x" * 300 + ".png"], "cannot be written"),
        ([CONTENT, STYLE, "-o", "nul\0.png"], "no possible name"),
        ([CONTENT, STYLE, "--gif", "--iterations", "0"], "--gif"),
        ([CONTENT, STYLE, "--init", "black"], "--init"),
        ([CONTENT, STYLE, "--preset", "worst"], "--preset"),
        ([CONTENT, STYLE, "--style-scale", "0", *FAST], "style_scale: 0.0 is not a number from"),
        ([CONTENT, STYLE, "--save-every", "0"], "--save-every"),
        ([CONTENT, STYLE, "-o", "picture.xyz"], "picture.xyz"),
        ([CONTENT], "style"),
        (["studio"], "studio"),
    ],
)
def test_bad_input_is_told_in_one_sentence_with_status_2(capsys, words, sentence):
    assert sentence in complaint(capsys, *words)


def test_an_output_that_cannot_be_written_is_refused_before_the_work(tmp_path, capsys):
    assert str(tmp_path) in complaint(capsys, CONTENT, STYLE, "-o", str(tmp_path))
    (tmp_path / "file").write_text("")
    words = [CONTENT, STYLE, "--iterations", "100000", "-o", str(tmp_path / "file" / "x.png")]
    assert "file" in complaint(capsys, *words)


def test_an_interrupted_run_leaves_the_old_picture_and_no_rest(tmp_path, monkeypatch, capsys):
    target = tmp_path / "kept.png"
    target.write_bytes(b"the picture of yesterday")

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("nst_utils.__main__.steps", interrupted)
    assert paint("-o", str(target)) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["kept.png"]
    assert target.read_bytes() == b"the picture of yesterday"
    assert "kept.png" in capsys.readouterr().err


def test_a_film_that_cannot_be_written_is_refused_before_the_work(tmp_path, capsys):
    (tmp_path / "late.gif").mkdir()
    words = [CONTENT, STYLE, "--iterations", "100000", "--gif", "-o", str(tmp_path / "late.png")]
    assert "late.gif" in complaint(capsys, *words)


def test_too_little_memory_is_told_in_a_sentence(tmp_path, monkeypatch, capsys):
    def too_large(*arguments, **options):
        raise MemoryError

    monkeypatch.setattr("nst_utils.__main__.steps", too_large)
    assert "--size" in complaint(capsys, CONTENT, STYLE, *FAST, "-o", str(tmp_path / "x.png"))


def run_process(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "nst_utils", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_module_runs_and_tensorflow_keeps_quiet(tmp_path):
    done = run_process(CONTENT, STYLE, *FAST[:-1], "-o", str(tmp_path / "out.png"))
    assert done.returncode == 0
    assert "out.png" in done.stdout and "J " in done.stdout
    noise = [line for line in done.stderr.splitlines() if line and "step" not in line]
    assert noise == [], "on the error stream there is the progress bar, and nothing else"


def test_the_doctor_says_what_is_there_with_numbers(capsys):
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "GiB are free" in said and said.endswith("Everything is ready.\n")


def test_the_doctor_ends_with_status_1_where_something_is_missing(monkeypatch, capsys):
    monkeypatch.setattr("nst_utils.environment.find_weights", lambda _: __file__)
    assert main(["doctor"]) == 1
    assert "test_cli.py is damaged" in capsys.readouterr().out


def test_the_help_names_the_other_commands(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"{PROG} doctor" in said and f"{PROG} weights" in said


def test_help_explains_every_option():
    done = run_process("--help")
    assert done.returncode == 0 and done.stderr == ""
    for option in ("--size", "--weights", "--style-layers", "--noise-ratio", "--gif", "--quiet"):
        assert option in done.stdout
