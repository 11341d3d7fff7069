"""The house: who may import whom, what the README promises, what may be committed."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import tensorflow as tf

from nst_utils import CONFIG, checks, class_budget, config, load_image, project_path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "nst_utils"
README = (PROJECT / "README.md").read_text(encoding="utf-8")

# A module may import from a lower floor, and on the ground floor as listed here.
FLOORS = {
    "config": 0,
    "_quiet": 0,
    "files": 0,
    "words": 0,
    "settings": 1,
    "download": 1,
    "matfile": 1,
    "matconvnet": 2,
    "cache": 3,
    "weights": 3,
    "images": 3,
    "vgg": 4,
    "costs": 4,
    "color": 4,
    "descent": 4,
    "precision": 4,
    "optimize": 5,
    "memory": 6,
    "objective": 6,
    "show": 6,
    "checks": 6,
    "environment": 7,
    "engine": 7,
    "instant": 7,
    "weights_command": 7,
    "checkpoint": 4,
    "recipe": 7,
    "experiment": 6,
    "laboratory": 8,
    "run": 8,
    "batch": 9,
    "film": 8,
    "clinic": 7,
    "workshop": 2,
    "easel": 8,
    "app": 4,
    "studio_server": 0,
    "studio_command": 3,
    "instant_command": 10,
    "paint_command": 11,
    "__main__": 12,
    "__init__": 12,
}


def imported_modules(source: str) -> set[str]:
    """List the modules of the package that a source imports, at any depth of its code."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the package in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("nst_utils.")}
    return found


@pytest.mark.parametrize(
    "source",
    [
        "import nst_utils.show",
        "from nst_utils import show",
        "from nst_utils.show import save_gif",
        "def f():\n    import nst_utils.show as s",
    ],
)
def test_every_way_to_import_is_seen(source):
    assert imported_modules(source) == {"show"}
    with pytest.raises(AssertionError):
        imported_modules("from . import show")


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_imports_go_one_way_only(path):
    for name in imported_modules(path.read_text(encoding="utf-8")):
        assert FLOORS[name] < FLOORS[path.stem], f"{path.stem} must not import {name}"


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "checks").glob("*.py")), ids=lambda path: path.stem
)
def test_checks_use_the_engine_and_never_the_command_line(path):
    assert imported_modules(path.read_text(encoding="utf-8")) <= FLOORS.keys() - {
        "__main__",
        "show",
        "weights_command",
    }


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_import_hides_inside_a_function(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    inside = [
        n for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_the_ground_floor_knows_no_tensorflow():
    for name in (
        "config",
        "files",
        "download",
        "matfile",
        "matconvnet",
        "cache",
        "weights",
        "images",
    ):
        text = (PACKAGE / f"{name}.py").read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) tensorflow", text, re.MULTILINE)


def test_requirements_hold_what_the_package_needs():
    metadata = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "-e ." in requirements
    needed = [line for line in metadata["project"]["dependencies"] if "ipython" not in line]
    assert set(needed) <= set(requirements), "the same ranges in both"


def committed_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [PROJECT / name for name in listing.stdout.split("\0") if name]


def test_no_committed_file_is_larger_than_8_mb():
    sizes = {path.name: path.stat().st_size for path in committed_files() if path.exists()}
    assert {name: size for name, size in sizes.items() if size > 8_000_000} == {}


def test_no_notebook_holds_image_data():
    for path in PROJECT.glob("notebooks/**/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert '"image/' not in text.replace('"image/png": {\n', ""), path.name


def test_every_picture_has_its_credits():
    credits_ = (PROJECT / "images" / "CREDITS.md").read_text(encoding="utf-8")
    for path in (PROJECT / "images" / "content").iterdir():
        assert f"`{path.name}`" in credits_


def test_there_are_at_least_six_style_pictures():
    assert len(list((PROJECT / "images" / "style").glob("*.jpg"))) >= 6


def test_the_code_in_the_readme_runs(tmp_path, monkeypatch):
    """As it stands there, but smaller, and with the pictures written elsewhere."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    assert code.count("save_image(") == 3
    code = code.replace("400)", "32)").replace("num_iterations=200", "num_iterations=1")
    code = code.replace("beta=60", "beta=60, size=32, iterations=1")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    written = sorted((tmp_path / "output").iterdir())
    sizes = {path.stem: load_image(path).shape[1] for path in written}
    assert sizes == {"waves": 32, "koi": 32, "at-once": 640}


def test_the_picture_of_the_house_in_the_readme_is_true():
    house = README[README.index("```text") :].split("```")[1]
    named = set(re.findall(r"\b(\w+)\.py\b", house))
    assert {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_")} <= named
    for name in re.findall(r"^([\w.-]+/?)\s", house.replace("text\n", "", 1), re.MULTILINE):
        assert (PROJECT / name).exists(), name


def test_the_readme_shows_what_a_check_really_says(monkeypatch, capsys):
    monkeypatch.setenv("NST_CHECKS", "print")
    checks.gram_matrix(lambda A: tf.matmul(A, A, transpose_a=True))
    said = capsys.readouterr().out
    assert said[: said.index("  The cells below")] in README


def test_what_the_readme_names_is_there():
    for name in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (PROJECT / name).exists(), name
    for name in re.findall(r"\b(?:images|notebooks|tests)/[\w./-]+\.\w+", README):
        assert (PROJECT / name).exists(), name
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        assert path.name in README, "every lesson is in the README's list"


def test_class_budget_is_set_in_one_place(monkeypatch):
    monkeypatch.delenv("NST_QUICK", raising=False)
    assert class_budget(400, 200) == (400, 200)
    monkeypatch.setenv("NST_QUICK", "1")
    assert class_budget(400, 200) == (96, 2) and class_budget(64, 1) == (64, 1)
    monkeypatch.setenv("NST_QUICK", "0")
    assert not config.is_quick()


def test_the_constants_of_the_course():
    assert (CONFIG.IMAGE_WIDTH, CONFIG.IMAGE_HEIGHT, CONFIG.COLOR_CHANNELS) == (400, 300, 3)
    assert CONFIG.NOISE_RATIO == 0.6 and CONFIG.MEANS.shape == (1, 1, 1, 3)
    assert CONFIG.VGG_MODEL == "pretrained-model/imagenet-vgg-verydeep-19.mat"
    for name in (CONFIG.CONTENT_IMAGE, CONFIG.STYLE_IMAGE):
        assert project_path(name).is_file()
    with pytest.raises(AttributeError):
        CONFIG.NOISE_RATIO = 1.0
    with pytest.raises(ValueError, match="read-only"):
        CONFIG.MEANS[0] = 0


def test_a_wheel_finds_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "__file__", str(tmp_path / "site-packages" / "nst_utils" / "c.py"))
    monkeypatch.chdir(tmp_path)
    assert project_path("output", "x.png") == tmp_path / "output" / "x.png"
