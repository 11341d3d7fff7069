"""Which file is taken for which name."""

import pytest
from mat_files import random_weights, write_mat

from nst_utils import CONFIG, WeightsFileError, project_path
from nst_utils.weights import find_weights


@pytest.fixture(autouse=True)
def no_choice_in_the_environment(monkeypatch):
    monkeypatch.delenv("NST_WEIGHTS", raising=False)


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
    with pytest.raises(WeightsFileError, match=r"535 MB.*vlfeat\.org.*small"):
        find_weights(name)


def test_no_such_file_and_a_folder(tmp_path):
    with pytest.raises(WeightsFileError, match=r"nothing\.mat.*no such weights file"):
        find_weights(tmp_path / "nothing.mat")
    with pytest.raises(WeightsFileError, match="folder"):
        find_weights(tmp_path)
