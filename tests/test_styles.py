"""The script that paints the style pictures: complete, repeatable, safe."""

import subprocess
import sys
from pathlib import Path

import imageio.v3 as iio

IMAGES = Path(__file__).resolve().parent.parent / "images"


def paint(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(IMAGES / "make_styles.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_every_committed_style_is_painted_by_the_script():
    names = paint("--list").stdout.split()
    assert sorted(names) == sorted(path.stem for path in (IMAGES / "style").glob("*.jpg"))


def test_the_same_seed_paints_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        done = paint("discs", "--size", "128", "--output", str(tmp_path / folder))
        assert done.returncode == 0, done.stderr
    first, second = (tmp_path / folder / "discs.jpg" for folder in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert max(iio.imread(first).shape) == 128
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["discs.jpg"]


def test_another_seed_paints_another_picture(tmp_path):
    for seed in ("20", "21"):
        options = ["--size", "128", "--seed", seed, "--output", str(tmp_path / seed)]
        assert paint("marbling", *options).returncode == 0
    assert (
        iio.imread(tmp_path / "20/marbling.jpg") != iio.imread(tmp_path / "21/marbling.jpg")
    ).any()


def test_an_unknown_name_is_told_with_status_2(tmp_path):
    done = paint("sunflowers", "--output", str(tmp_path))
    assert done.returncode == 2 and "sunflowers" in done.stderr and "Traceback" not in done.stderr
