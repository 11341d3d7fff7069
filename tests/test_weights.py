"""Which file is taken for which name, and what is known of the published files."""

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from mat_files import random_weights, write_mat

from nst_utils import CONFIG, WeightsFileError, project_path, weights
from nst_utils.weights import (
    KNOWN_FILES,
    VGG19,
    VGG19_SHA256,
    VGG19_SIZE,
    find_weights,
    identify,
    model_folder,
    weights_checksums,
)


@pytest.fixture(autouse=True)
def no_choice_in_the_environment(monkeypatch):
    monkeypatch.delenv("NST_WEIGHTS", raising=False)
    monkeypatch.delenv("NST_MODEL_DIR", raising=False)


def test_the_bundled_network_is_the_default():
    assert (
        find_weights()
        == find_weights("small")
        == project_path("pretrained-model", "vgg19-small.mat")
    )


def test_the_environment_chooses_where_nothing_is_named(tmp_path, monkeypatch):
    path = write_mat(tmp_path / "mine.mat", random_weights())
    monkeypatch.setenv("NST_WEIGHTS", str(path))
    assert find_weights() == path
    assert find_weights("small") != path


def test_a_relative_path_starts_here_or_in_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_weights("pretrained-model/vgg19-small.mat") == find_weights("small")
    here = tmp_path / "pretrained-model"
    here.mkdir()
    write_mat(here / "vgg19-small.mat", random_weights())
    assert find_weights("pretrained-model/vgg19-small.mat").resolve() == here / "vgg19-small.mat"


@pytest.mark.skipif(project_path(CONFIG.VGG_MODEL).exists(), reason="the real file is here")
@pytest.mark.parametrize("name", ["vgg19", CONFIG.VGG_MODEL])
def test_the_real_file_is_not_here(name):
    with pytest.raises(WeightsFileError, match=r"535 MB.*weights download.*small"):
        find_weights(name)


def test_no_such_file_and_a_folder(tmp_path):
    with pytest.raises(WeightsFileError, match=r"nothing\.mat.*no such weights file"):
        find_weights(tmp_path / "nothing.mat")
    with pytest.raises(WeightsFileError, match="folder"):
        find_weights(tmp_path)


def test_a_folder_for_a_whole_class(tmp_path, monkeypatch):
    assert model_folder() == project_path("pretrained-model")
    shared = write_mat(tmp_path / VGG19, random_weights())
    monkeypatch.setenv("NST_MODEL_DIR", str(tmp_path))
    assert model_folder() == tmp_path and find_weights("vgg19") == shared
    assert (
        find_weights()
        == find_weights("small")
        == project_path("pretrained-model", "vgg19-small.mat")
    )
    monkeypatch.setenv("NST_MODEL_DIR", "~/models")
    assert "~" not in str(model_folder())
    monkeypatch.setenv("NST_MODEL_DIR", "~nobody-of-this-name/models")
    with pytest.raises(WeightsFileError, match="not here"):
        find_weights("vgg19")


def test_a_relative_folder_starts_in_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("NST_MODEL_DIR", "models")
    monkeypatch.chdir(tmp_path)  # kernels start elsewhere, the solved notebooks one deeper
    assert model_folder() == project_path("models")


def test_the_real_file_in_the_project_is_found_beside_an_empty_folder(tmp_path, monkeypatch):
    in_project = write_mat(tmp_path / VGG19, random_weights())
    monkeypatch.setattr(weights, "project_path", lambda *parts: tmp_path / Path(*parts).name)
    monkeypatch.setenv("NST_MODEL_DIR", str(tmp_path / "empty" / "folder"))
    assert find_weights("vgg19") == in_project


def test_a_place_where_one_may_not_look(tmp_path, monkeypatch):
    def denied(path):
        raise PermissionError(13, "Permission denied")

    nothing = {"isfile": lambda path: False, "isdir": lambda path: False}
    places = SimpleNamespace(**nothing, expanduser=os.path.expanduser)
    # Who runs this may be root, and may look everywhere.
    monkeypatch.setattr(
        weights, "os", SimpleNamespace(stat=denied, path=places, environ=os.environ)
    )
    with pytest.raises(WeightsFileError, match="you may not look there") as caught:
        find_weights(tmp_path / "perm" / "a.mat")
    assert not isinstance(caught.value, weights.WeightsNotFoundError)


def test_the_bundled_network_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "bundled_path", lambda *parts: tmp_path / "vgg19-small.mat")
    with pytest.raises(WeightsFileError, match="It comes with the course"):
        find_weights()


def test_a_home_folder(monkeypatch, tmp_path):
    path = write_mat(tmp_path / "mine.mat", random_weights())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_weights("~/mine.mat") == path


def test_the_bundled_network_is_known_by_its_checksum():
    digests = weights_checksums(find_weights("small"))
    content = find_weights("small").read_bytes()
    assert digests["sha256"] == hashlib.sha256(content).hexdigest()
    assert digests["md5"] == hashlib.md5(content).hexdigest()
    assert identify(digests).what == "the small network of this course"


def test_the_published_files_are_known(tmp_path):
    assert "beta24 and 25" in identify({"sha256": VGG19_SHA256, "md5": ""}).what
    old = identify({"sha256": "", "md5": "8ee3263992981a1d26e73b3ca028a123"})
    assert "beta16" in old.what
    assert len({known.digest for known in KNOWN_FILES}) == len(KNOWN_FILES) == 6
    assert {len(known.digest) for known in KNOWN_FILES} == {32, 64}
    assert identify(weights_checksums(write_mat(tmp_path / "mine.mat", random_weights()))) is None


def test_checksums_of_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(WeightsFileError, match=r"nothing\.mat: cannot be read"):
        weights_checksums(tmp_path / "nothing.mat")


def test_the_model_card_names_the_published_checksums():
    card = project_path("pretrained-model", "README.md").read_text(encoding="utf-8")
    for known in KNOWN_FILES[:5]:
        assert f"`{known.digest}`" in card
    assert f"{VGG19_SIZE:,} bytes" in card
