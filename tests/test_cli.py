"""The command line as a user meets it: files written, exit statuses, one sentence for bad input."""

import signal
import socket
import subprocess
import sys

import imageio.v3 as iio
import numpy as np
import pytest
from mat_files import random_weights, write_mat

from nst_utils import load_image, project_path
from nst_utils.__main__ import PROG, main
from nst_utils.objective import Objective

CONTENT = str(project_path("images", "content", "china.jpg"))
STYLE = str(project_path("images", "style", "stained-glass.jpg"))
WAVES = str(project_path("images", "style", "waves.jpg"))
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
        paint("-o", str(tmp_path / f"{name}.png"), "--init", "noise", "--seed", seed)
    a, b, c = (iio.imread(tmp_path / f"{name}.png") for name in names)
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_steps_and_film_are_kept_beside_the_result(tmp_path):
    paint("-o", str(tmp_path / "film.jpg"), "--iterations", "4", "--save-every", "2", "--gif")
    names = sorted(path.name for path in tmp_path.iterdir())
    steps = [f"film-000{step}.jpg" for step in (0, 2, 4)]
    assert names == [*steps, "film.gif", "film.jpg", "film.settings.json"]
    assert iio.improps(tmp_path / "film.gif").n_images == 5


def test_the_film_ends_with_the_result(tmp_path, monkeypatch):
    film = []
    monkeypatch.setattr("nst_utils.run.save_gif", lambda path, frames: film.extend(frames))
    paint("-o", str(tmp_path / "x.png"), "--iterations", "41", "--save-every", "30", "--gif")
    assert len(film) == 22  # every second step, and the last
    np.testing.assert_array_equal(film[-1], iio.imread(tmp_path / "x.png"))


def test_the_frames_of_a_film_have_one_size_though_it_is_painted_coarse_to_fine(tmp_path):
    paint("-o", str(tmp_path / "x.png"), "--size", "182", "--gif")
    sizes = {frame.shape for frame in iio.imread(tmp_path / "x.gif")}
    assert sizes == {iio.imread(tmp_path / "x.png").shape}


def test_the_pictures_on_the_way_keep_the_colours_too(tmp_path):
    paint("-o", str(tmp_path / "x.png"), "--colors", "keep", "--save-every", "3")
    last, result = (iio.imread(tmp_path / name) for name in ("x-0003.png", "x.png"))
    np.testing.assert_array_equal(last, result)


def test_without_a_name_the_result_is_named_after_the_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr("nst_utils.paint_command.project_path", tmp_path.joinpath)
    assert paint() == 0
    assert (tmp_path / "output" / "china-stained-glass.jpg").exists()


def test_from_the_content_without_steps_the_picture_is_the_content(tmp_path):
    paint("-o", str(tmp_path / "same.png"), "--init", "content", "--iterations", "0")
    np.testing.assert_array_equal(iio.imread(tmp_path / "same.png"), load_image(CONTENT, 48))


def test_noise_ratio_0_starts_from_the_content(tmp_path):
    starts = {"a": ["--init", "noise", "--noise-ratio", "0"], "b": ["--init", "content"]}
    for name, options in starts.items():
        paint("-o", str(tmp_path / f"{name}.png"), *options)
    a, b = (iio.imread(tmp_path / f"{name}.png") for name in "ab")
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "options",
    [
        ["--alpha", "1000", "--beta", "0"],
        ["--style-layers", "conv1_1=1"],
        ["--preset", "course"],
        ["--preset", "gatys"],
        ["--optimizer", "adam"],
        ["--averaging", "0.9"],
        ["--coarsest", "24"],
        ["--weighting", "gatys"],
        ["--content-layer", "conv5_2"],
        ["--start", STYLE],
        ["--noise-ratio", "0.2", "--init", "noise"],
        ["--colors", "keep"],
        ["--colors", "match"],
        ["--style-scale", "2"],
        ["--smoothness", "1e12"],
        ["--pooling", "max"],
        ["--padding", "zero"],
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
        ([CONTENT, STYLE, "--content-layer", "conv9_9", *FAST], "--content-layers: there is no"),
        ([CONTENT, STYLE, "--style-layers", "conv1_1=much"], "NAME=WEIGHT"),
        ([CONTENT, STYLE, "--style-layers", "conv9_9=1", *FAST], "conv9_9"),
        ([CONTENT, STYLE, "--size", "0"], "--size"),
        ([CONTENT, STYLE, "--size", "many"], "--size"),
        ([CONTENT, STYLE, "--iterations", "-1"], "--iterations"),
        ([CONTENT, STYLE, "--alpha", "nan"], "--alpha"),
        ([CONTENT, STYLE, "--noise-ratio", "2"], "--noise-ratio"),
        ([CONTENT, STYLE, "--style-layers", "", *FAST], "there is no layer ''"),
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
        ([CONTENT], "STYLE: which picture?"),
        ([], "CONTENT: which picture?"),
        ([CONTENT, STYLE, "--start", "nothing.png"], "nothing.png"),
        ([CONTENT, STYLE, "--style-weights", "1,2"], "--style-weights: 2 for 1 styles"),
        ([CONTENT, STYLE, "--style-weights", "one"], "is not of the form 2,1"),
        ([CONTENT, STYLE, "--style-weights", "0", *FAST], "the weight 0.0 is not a number above"),
        ([CONTENT, STYLE, "--mask", "-", "--mask", "-"], "--mask: 2 for 1 styles"),
        ([CONTENT, STYLE, "--mask", "nothing.png"], "nothing.png"),
        ([CONTENT, "--mask", "-"], "--mask and --style-weights: name the styles"),
        ([CONTENT, STYLE, "--settings", "nothing.json"], "nothing.json: No such file"),
        ([CONTENT, STYLE, "--settings", __file__], "this is no JSON file"),
        ([CONTENT, STYLE, "--settings", "x.json", "--preset", "best"], "give one of them"),
        ([CONTENT, STYLE, "--memory", "0.05", *FAST], "pixels need about"),
        ([CONTENT, STYLE, "--workers", "0"], "--workers"),
        ([CONTENT, STYLE, "--batch", *FAST], "must be a folder of pictures"),
        (["studio", "--port", "99999"], "--port 99999: cannot be used"),
        (["studio", "--ip", "no address"], "--ip no address"),
    ],
)
def test_bad_input_is_told_in_one_sentence_with_status_2(capsys, words, sentence):
    assert sentence in complaint(capsys, *words)


def test_an_output_that_cannot_be_written_is_refused_before_the_work(tmp_path, capsys):
    assert str(tmp_path) in complaint(capsys, CONTENT, STYLE, "-o", str(tmp_path))
    (tmp_path / "file").write_text("")
    words = [CONTENT, STYLE, "--iterations", "100000", "-o", str(tmp_path / "file" / "x.png")]
    assert "file" in complaint(capsys, *words)


def interrupted_after(steps: int, monkeypatch) -> None:
    """Press Ctrl-C while a step is computed."""
    whole = Objective.__call__
    computed = []

    def interrupting(self, image):
        computed.append(image)
        if len(computed) == steps:
            signal.raise_signal(signal.SIGINT)
        return whole(self, image)

    monkeypatch.setattr(Objective, "__call__", interrupting)


def test_ctrl_c_keeps_the_picture_so_far_and_says_how_to_go_on(tmp_path, monkeypatch, capsys):
    target = tmp_path / "kept.png"
    target.write_bytes(b"the picture of yesterday")
    interrupted_after(2, monkeypatch)
    assert paint("-o", str(target)) == 130
    told = capsys.readouterr().err
    assert "kept-unfinished.png" in told and "--resume" in told and "Traceback" not in told
    assert target.read_bytes() == b"the picture of yesterday"
    assert iio.imread(tmp_path / "kept-unfinished.png").shape == (32, 48, 3)


def test_resumed_it_becomes_the_picture_that_it_would_have_been(tmp_path, monkeypatch, plain):
    with monkeypatch.context() as patched:
        interrupted_after(2, patched)
        assert paint("-o", str(tmp_path / "x.png")) == 130
    assert paint("-o", str(tmp_path / "x.png"), "--resume") == 0
    np.testing.assert_array_equal(iio.imread(tmp_path / "x.png"), plain)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["x.png", "x.settings.json"], "checkpoint and unfinished picture are gone"


def test_other_options_cannot_go_on_with_it(tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        interrupted_after(2, patched)
        paint("-o", str(tmp_path / "x.png"))
    capsys.readouterr()
    words = [CONTENT, STYLE, *FAST, "-o", str(tmp_path / "x.png"), "--resume", "--beta", "7"]
    assert "was begun with beta 20.0, and not with beta 7.0" in complaint(capsys, *words)


def test_resume_without_a_checkpoint_begins_anew(tmp_path, plain):
    assert paint("-o", str(tmp_path / "x.png"), "--resume") == 0
    np.testing.assert_array_equal(iio.imread(tmp_path / "x.png"), plain)


def test_the_settings_beside_a_result_paint_it_again(tmp_path, plain):
    mask = np.zeros((40, 60), np.uint8)
    mask[:, 30:] = 255
    iio.imwrite(tmp_path / "mask.png", mask)
    words = [WAVES, "--style-weights", "2,1", "--mask", "-", "--mask", str(tmp_path / "mask.png")]
    paint(*words, "-o", str(tmp_path / "deep" / "a.png"), "--colors", "keep", "--beta", "60")
    settings = str(tmp_path / "deep" / "a.settings.json")
    assert main(["--settings", settings, "-q", "-o", str(tmp_path / "b.png")]) == 0
    a, b = iio.imread(tmp_path / "deep" / "a.png"), iio.imread(tmp_path / "b.png")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, plain)
    main(["--settings", settings, "-q", "-o", str(tmp_path / "c.png"), "--colors", "style"])
    assert not np.array_equal(a, iio.imread(tmp_path / "c.png")), "options count more"


def test_a_picture_in_tiles_is_the_same(tmp_path):
    words = ["--size", "700", "--coarsest", "700", "--iterations", "1", "--precision", "float32"]
    for name, options in {"whole": [], "tiles": ["--memory", "0.5"]}.items():
        assert paint(*words, "-o", str(tmp_path / f"{name}.png"), *options) == 0
    whole, tiles = (iio.imread(tmp_path / f"{n}.png").astype(int) for n in ("whole", "tiles"))
    assert np.abs(whole - tiles).max() <= 1


def test_it_says_beforehand_what_it_takes(tmp_path, capsys):
    words = [CONTENT, STYLE, "--size", "48", "--iterations", "1", "-o", str(tmp_path / "x.png")]
    main(words)
    first = capsys.readouterr().out.splitlines()[0]
    assert "48×32 pixels, one scale, 1 steps" in first and "GiB of memory" in first


def test_a_folder_becomes_a_folder(tmp_path, capsys):
    photographs, painted = tmp_path / "photographs", tmp_path / "painted"
    photographs.mkdir()
    for name in ("a", "b"):
        iio.imwrite(photographs / f"{name}.png", load_image(CONTENT, 48))
    (photographs / "broken.jpg").write_bytes(b"no picture")
    (photographs / "notes.txt").write_text("left alone")
    words = [str(photographs), STYLE, "--batch", "-o", str(painted), *FAST[:-1]]
    assert main(words) == 1
    told = capsys.readouterr()
    assert "2 painted, 1 failed" in told.out and "broken.jpg: " in told.err.splitlines()[-1]
    assert sorted(path.name for path in painted.glob("*.jpg")) == ["a.jpg", "b.jpg"]
    before = (painted / "a.jpg").stat().st_mtime_ns
    (photographs / "broken.jpg").unlink()
    assert main(words) == 0
    assert "2 done before" in capsys.readouterr().out
    assert (painted / "a.jpg").stat().st_mtime_ns == before
    assert main([*words, "--beta", "7"]) == 0
    assert "2 painted" in capsys.readouterr().out, "other settings make other pictures"


def test_a_film_that_cannot_be_written_is_refused_before_the_work(tmp_path, capsys):
    (tmp_path / "late.gif").mkdir()
    words = [CONTENT, STYLE, "--iterations", "100000", "--gif", "-o", str(tmp_path / "late.png")]
    assert "late.gif" in complaint(capsys, *words)


def test_too_little_memory_is_told_in_a_sentence(tmp_path, monkeypatch, capsys):
    def too_large(*arguments, **options):
        raise MemoryError

    monkeypatch.setattr(Objective, "aim", too_large)
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


def test_a_second_studio_at_the_same_port_is_refused_in_words(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = complaint(capsys, "studio", "--port", str(taken.getsockname()[1]))
    assert "is a studio open there already?" in words


def test_the_studio_does_not_wait_for_tensorflow():
    code = (
        "import sys; from nst_utils.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print('tensorflow' in sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "studio", "--help"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "False"
