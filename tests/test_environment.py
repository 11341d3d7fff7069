"""The environment check: stable words where all is well, and what to do where it is not."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from nst_utils import NSTError, environment, memory, project_path, weights
from nst_utils.environment import Finding

GIB = 2**30


def told(finding: Finding) -> str:
    """What a student reads of a finding that is not good."""
    assert not finding.good
    assert finding.what
    return environment.report([finding])


def test_on_this_machine_everything_is_ready_and_no_number_is_printed(capsys):
    environment.check()
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "Everything is ready."
    assert [line[0] for line in said.splitlines()[:-1]] == ["✔"] * 6
    assert not re.search(r"\d|/", said), "these words are the same on every machine"


def test_details_are_there_for_who_asks():
    said = environment.report(environment.examine(), details=True)
    assert sys.version.split()[0] in said and str(environment.project_path("output")) in said
    assert "GiB are free" in said and re.search(r"about \d+ s for 96 pixels", said)


def test_what_is_bad_is_counted_and_its_advice_stands_below_it():
    findings = [Finding("a", True, "fine"), Finding("b", False, "broken", "Mend it.\nThen go on.")]
    assert environment.report(findings).splitlines() == [
        "✔ a: fine",
        "✘ b: broken",
        "    Mend it.",
        "    Then go on.",
        "1 of these needs your help.",
    ]


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0), (2, 7, 18)])
def test_a_python_that_is_too_old_or_too_new(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    said = told(environment.python())
    assert f"this is Python {'.'.join(map(str, version))}" in said
    assert "3.11 or 3.12 or 3.13" in said and "as the README says" in said
    assert sys.executable not in said, "the old Python must not be told to install the course"


def test_the_known_pythons_are_those_of_the_project():
    metadata = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    first, last = environment.PYTHONS[0], environment.PYTHONS[-1]
    assert f'requires-python = ">={first[0]}.{first[1]},<{last[0]}.{last[1] + 1}"' in metadata


@pytest.fixture
def installed(monkeypatch):
    """The versions that are installed; a test takes some out, or changes them."""
    versions = {r.name: importlib.metadata.version(r.name) for r in environment._requirements()}

    def version(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    return versions


def test_a_missing_package_is_named_and_the_way_to_install_it(installed):
    assert environment.packages().good
    del installed["h5py"], installed["nbval"]
    said = told(environment.packages())
    assert "h5py is missing; nbval is missing" in said
    assert f'"{sys.executable}" -m pip install -r requirements.txt' in said


@pytest.mark.parametrize(
    ("version", "good"), [("2.19.1", False), ("2.20.0", True), ("2.21.0rc1", True), ("2.22", False)]
)
def test_a_version_that_does_not_fit_is_told(installed, version, good):
    installed["tensorflow"] = version
    finding = environment.packages()
    assert finding.good is good
    if not good:
        assert f"tensorflow is {version}, and should be <2.22,>=2.20" in told(finding)


def test_a_bundle_without_content_is_not_asked_for(installed):
    assert "jupyter" not in installed and "ipykernel" in installed


def test_a_wheel_asks_for_what_it_says_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "project_path", lambda *parts: tmp_path.joinpath(*parts))
    asked = ["numpy>=2", 'ruff>=0.14; extra == "dev"', 'nothing; python_version < "3"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: asked)
    assert [requirement.name for requirement in environment._requirements()] == ["numpy"]


def test_the_network_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr("nst_utils.weights.bundled_path", lambda *parts: tmp_path / "small.mat")
    assert "small.mat: the bundled network is missing" in told(environment.network())


def test_the_network_is_broken(monkeypatch, tmp_path):
    whole = environment.find_weights("small").read_bytes()
    broken = tmp_path / "small.mat"
    broken.write_bytes(whole[:-1])
    monkeypatch.setattr(environment, "find_weights", lambda _: broken)
    said = told(environment.network())
    assert "small.mat is damaged" in said and "anew" in said
    broken.write_bytes(whole)
    assert environment.network().good


def test_another_network_under_the_name_of_the_bundled_one(monkeypatch):
    real, *_ = weights.KNOWN_FILES
    monkeypatch.setattr(environment, "identify", lambda _: real)
    assert "is damaged" in told(environment.network())


def test_a_folder_that_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "output").write_text("a file in its place")
    monkeypatch.setattr(environment, "project_path", lambda *parts: tmp_path.joinpath(*parts))
    said = told(environment.output_folder())
    assert "output cannot be written" in said and "folder of your own" in said
    (tmp_path / "output").unlink()
    assert environment.output_folder().good
    assert list((tmp_path / "output").iterdir()) == [], "nothing is left behind"


def machine(monkeypatch, tmp_path, free: float, used: float = 0.5, limit: str = "") -> None:
    """Fake a machine: GiB that are free, GiB that this process uses, a container's limit."""
    if limit:
        (tmp_path / "limit").write_text(limit + "\n")
    process = SimpleNamespace(memory_info=lambda: SimpleNamespace(rss=used * GIB))
    fake = SimpleNamespace(
        virtual_memory=lambda: SimpleNamespace(available=free * GIB), Process=lambda: process
    )
    monkeypatch.setattr(memory, "psutil", fake)
    monkeypatch.setattr(memory, "_LIMITS", (str(tmp_path / "limit"),))


def test_little_memory(monkeypatch, tmp_path):
    machine(monkeypatch, tmp_path, free=0.25)
    said = told(environment.memory())
    assert "only 0.2 GiB are free" in said and "Close other programs" in said
    machine(monkeypatch, tmp_path, free=1.5)
    assert environment.memory().good


@pytest.mark.parametrize(
    ("limit", "free"), [("max", 8), (str(2 * GIB), 1.5), (str(GIB // 4), 0), (str(64 * GIB), 8)]
)
def test_a_container_may_have_less_than_the_machine(monkeypatch, tmp_path, limit, free):
    machine(monkeypatch, tmp_path, free=8, limit=limit)
    assert memory.free_memory() == free


@pytest.mark.parametrize(
    ("seconds", "good", "words"),
    [
        (24.2, True, "less than a minute"),
        (61, True, "less than two minutes"),
        (400, False, "about 7 minutes"),
    ],
)
def test_the_time_for_a_picture_in_words(monkeypatch, seconds, good, words):
    monkeypatch.setattr(environment, "seconds_for_a_picture", lambda *_: seconds)
    finding = environment.speed()
    assert finding.good is good and words in finding.what and bool(finding.todo) is not good


def test_a_picture_that_fails_is_told(monkeypatch):
    def fails(*_, **__):
        raise NSTError("the cost became nan at step 1.")

    monkeypatch.setattr(environment, "minimize", fails)
    assert "the cost became nan" in told(environment.speed())


def test_the_estimate_grows_with_size_and_steps():
    small, large = (environment.seconds_for_a_picture(size, 1000) for size in (64, 256))
    assert 0 < small < large
    assert environment.seconds_for_a_picture(64, 1) < small


@pytest.mark.parametrize("missing", ["nst_utils", "tensorflow", "imageio"])
def test_the_first_cell_of_the_course_says_what_is_missing(missing):
    """A student who has installed nothing, or in another Python, sees a sentence."""
    notebook = nbformat.read(project_path("notebooks", "00_start_here.ipynb"), as_version=4)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    program = f"import sys\nsys.modules[{missing!r}] = None\n{first}"
    command = [sys.executable, "-X", "utf8", "-c", program]
    done = subprocess.run(
        command, capture_output=True, cwd=project_path(), encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("✘ ") and missing in done.stdout.splitlines()[0].lower()
    assert f'"{sys.executable}" -m pip install -r requirements.txt' in done.stdout


def test_nothing_is_painted_with_what_is_broken(monkeypatch):
    monkeypatch.setattr(environment, "network", lambda: Finding("network", False, "damaged"))
    assert [finding.name for finding in environment.examine()][-1] == "memory"


def test_a_tensorflow_of_another_name_is_a_tensorflow(monkeypatch):
    real = environment.importlib.metadata.version

    def version(name: str) -> str:
        if name == "tensorflow":
            raise environment.importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(environment.importlib.metadata, "version", version)
    assert environment.packages().good


def test_two_problems_need_your_help():
    bad = [Finding("one", False, "missing"), Finding("two", False, "missing")]
    assert environment.report(bad).endswith("2 of these need your help.")
