"""The command ``python -m nst_utils weights``, as a user meets it."""

import io
import os
import re
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest
from http_server import ENVIRONMENT, serve
from mat_files import FULL_WIDTHS, MEAN, random_weights, write_mat

from nst_utils import WeightsFileError, cache, weights_command
from nst_utils.__main__ import main
from nst_utils.cache import load_cached
from nst_utils.files import checksums
from nst_utils.matconvnet import read_matconvnet
from nst_utils.weights import VGG19, KnownFile, find_weights


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Make a folder for the real file, which is never the project's own."""
    for name in ("NST_WEIGHTS", *ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("NST_MODEL_DIR", str(folder))
    monkeypatch.setattr(weights_command, "find_weights", _only_in(folder))
    return folder


def _only_in(folder):
    """Look for the real file in this folder alone: a developer may have it in the project."""
    find = weights_command.find_weights

    def find_weights(weights=None):
        return find(folder / VGG19 if weights == "vgg19" else weights)

    return find_weights


def sha256(path) -> str:
    return checksums(path, "sha256")["sha256"]


def run(capsys, *arguments) -> tuple[int, str, str]:
    status = main(["weights", *map(str, arguments)])
    return status, *capsys.readouterr()


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    """Serve a file of the published name, as a teacher would in a classroom."""
    path = write_mat(tmp_path_factory.mktemp("mirror") / VGG19, random_weights(seed=3))
    with serve(path.read_bytes()) as server:
        yield path, server.url


# What is there ------------------------------------------------------------------------------


def test_nothing_but_the_small_network(capsys, folder):
    status, said, _ = run(capsys)
    assert status == 0
    assert "vgg19-small.mat  (6.6 MB, comes with the course)" in said
    assert f"not here ({folder / VGG19})" in said and "weights download" in said
    assert "small, unless another is named" in said


def test_a_download_that_was_begun(capsys, folder):
    (folder / f"{VGG19}.part").write_bytes(bytes(1_200_000))
    assert "begun: 1.2 MB of 534.9 MB are here" in run(capsys)[1]


def test_the_real_file_and_what_is_used(capsys, folder, monkeypatch):
    path = write_mat(folder / VGG19, random_weights())
    monkeypatch.setenv("NST_WEIGHTS", "vgg19")
    said = run(capsys)[1]
    assert str(path) in said and "not looked at yet" in said
    assert f"used      {path}, as NST_WEIGHTS says" in said
    monkeypatch.setattr(cache, "CACHE_FROM", 0)
    load_cached(path)
    said = run(capsys)[1]
    assert "no published file" in said and "quick to load" in said
    monkeypatch.setattr(
        weights_command, "recorded_checksum", lambda path: weights_command.VGG19_SHA256
    )
    assert "beta24 and 25, the current file" in run(capsys)[1]


def test_what_is_used_is_not_there(capsys, monkeypatch):
    monkeypatch.setenv("NST_WEIGHTS", "/nothing/x.mat")
    status, said, _ = run(capsys)
    assert status == 0 and "says /nothing/x.mat, but" in said and "no such weights file" in said


# Download -----------------------------------------------------------------------------------


def test_download_from_a_mirror(capsys, folder, mirror):
    path, url = mirror
    digest = sha256(path)
    status, said, errors = run(capsys, "download", "--url", url, "--sha256", digest.upper())
    assert status == 0 and "complete, and its checksum is right" in said and VGG19 in errors
    assert [entry.name for entry in folder.iterdir()] == [VGG19]
    assert sha256(folder / VGG19) == digest
    status, said, _ = run(capsys, "download", "--url", url, "--sha256", digest)
    assert status == 0 and "is here already" in said


def test_download_quietly_from_a_file_url(capsys, folder, mirror):
    path, _ = mirror
    arguments = ["--url", path.as_uri(), "--sha256", sha256(path), "--quiet"]
    assert run(capsys, "download", *arguments) == (0, "", "")
    assert (folder / VGG19).read_bytes() == path.read_bytes()


def test_the_published_size_and_checksum_are_asked_for_by_default(capsys, folder, mirror):
    status, _, errors = run(capsys, "download", "--url", mirror[1])
    assert status == 2 and "534,904,783" in errors
    assert list(folder.iterdir()) == []


def test_a_file_in_its_place_is_not_overwritten(capsys, folder, mirror):
    (folder / VGG19).write_bytes(b"half of something")
    status, _, errors = run(capsys, "download", "--url", mirror[1])
    assert status == 2 and "is another file" in errors and ".part" in errors
    assert (folder / VGG19).read_bytes() == b"half of something"


def test_the_small_network_under_the_name_of_the_real_one(capsys, folder):
    shutil.copy(find_weights("small"), folder / VGG19)
    status, _, errors = run(capsys, "download")
    assert status == 2 and "is another file" in errors


def test_a_published_file_is_not_fetched_again(capsys, folder, monkeypatch):
    path = write_mat(folder / VGG19, random_weights())
    known = KnownFile(sha256(path), "an older file")
    monkeypatch.setattr("nst_utils.weights.KNOWN_FILES", (known,))
    assert run(capsys, "download", "--quiet") == (0, "", "")
    assert run(capsys, "download", "--sha256", "0" * 64)[0] == 2, "another one was asked for"


def test_a_folder_in_its_place(capsys, folder):
    (folder / VGG19).mkdir()
    status, _, errors = run(capsys, "download")
    assert status == 2 and "move it away" in errors


def test_a_broken_download_by_the_browser_may_be_completed(capsys, folder, mirror):
    path, url = mirror
    whole = path.read_bytes()
    (folder / f"{VGG19}.part").write_bytes(whole[:5000])
    digest = sha256(path)
    assert run(capsys, "download", "--url", url, "--sha256", digest, "-q")[0] == 0
    assert (folder / VGG19).read_bytes() == whole


def test_the_download_makes_the_next_start_quick(capsys, folder, mirror, monkeypatch):
    monkeypatch.setattr(cache, "CACHE_FROM", 0)
    path, url = mirror
    run(capsys, "download", "--url", url, "--sha256", sha256(path), "-q")
    assert (folder / f"{VGG19}.cache.npy").is_file()


@pytest.mark.parametrize("digest", ["12", "g" * 64, "0" * 63])
def test_a_checksum_that_is_none(capsys, digest):
    with pytest.raises(SystemExit) as stopped:
        main(["weights", "download", "--sha256", digest])
    assert stopped.value.code == 2 and "64 hexadecimal digits" in capsys.readouterr().err


def test_ctrl_c_says_that_nothing_is_lost(capsys, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(weights_command, "download", interrupted)
    status, _, errors = run(capsys, "download")
    assert status == 130 and "the same command fetches the rest" in errors


# Verify -------------------------------------------------------------------------------------


def test_verify_the_bundled_network(capsys, model):
    status, said, _ = run(capsys, "verify")
    assert status == 0
    assert "known as  the small network of this course" in said
    assert "layout    new" in said and "123.680  116.779  103.939" in said
    rows = re.findall(r"^(conv\d_\d) +3×3×(\d+)×(\d+) +(.*)$", said, re.MULTILINE)
    assert [row[0] for row in rows] == [n for n in model.layer_names if n.startswith("conv")]
    assert rows[0][1:3] == ("3", "24") and rows[-1][1:3] == ("192", "192")
    means = [float(row[3].split()[-1]) for row in rows]
    assert all(130 < mean < 180 for mean in means)  # 150, as its model card says


@pytest.mark.parametrize("layout", ["new", "old", "oldest"])
def test_verify_says_the_layout_and_what_the_numbers_are(capsys, tmp_path, layout):
    weights = random_weights()
    path = write_mat(tmp_path / "mine.mat", weights, layout)
    status, said, _ = run(capsys, "verify", path)
    assert status == 1 and "none of the published files" in said
    assert f"layout    {layout}" in said and sha256(path) in said
    assert "  ".join(f"{value:.3f}" for value in MEAN) in said
    kernel, bias = weights["conv3_2"]
    row = next(line for line in said.splitlines() if line.startswith("conv3_2"))
    assert f"{kernel.min():.4g} … {kernel.max():.4g}" in row
    assert f"{bias.min():.4g} … {bias.max():.4g}" in row


def test_verify_takes_the_real_file_where_it_is(capsys, folder):
    path = write_mat(folder / VGG19, random_weights())
    assert str(path) in run(capsys, "verify")[1]


def test_verify_a_bad_file(capsys, tmp_path):
    path = tmp_path / "bad.mat"
    path.write_bytes(b"<html>")
    status, said, errors = run(capsys, "verify", path)
    assert (status, said) == (2, "") and "web page" in errors and errors.count("\n") == 1


# Keras --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full_width():
    return random_weights(seed=5, widths=FULL_WIDTHS)


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory, full_width):
    """Write the weights as Keras published them in 2016: HDF5, BGR, names of that time."""
    path = tmp_path_factory.mktemp("keras") / "vgg19_notop.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [_keras_name(name).encode() for name in full_width]
        for name, (kernel, bias) in full_width.items():
            layer = _keras_name(name)
            group = file.create_group(layer)
            arrays = {f"{layer}_W_1:0": kernel, f"{layer}_b_1:0": bias}
            if name == "conv1_1":
                arrays[f"{layer}_W_1:0"] = kernel[:, :, ::-1]
            group.attrs["weight_names"] = [key.encode() for key in arrays]
            for key, array in arrays.items():
                group.create_dataset(key, data=array)
    return path


def _keras_name(name: str) -> str:
    return f"block{name[4]}_conv{name[6]}"


@pytest.fixture(scope="module")
def mat_file(tmp_path_factory, full_width):
    path = tmp_path_factory.mktemp("mat") / "vgg.mat"
    return write_mat(path, full_width, compress=False)


def test_the_same_numbers_as_keras(capsys, mat_file, keras_file):
    status, said, _ = run(capsys, "verify", mat_file, "--keras", keras_file)
    assert "the same numbers, every one of them, in all 16 layers" in said
    assert status == 1, "equal, and yet not a published file"


def test_a_published_file_that_differs_from_keras(
    capsys, tmp_path, full_width, keras_file, mat_file, monkeypatch
):
    monkeypatch.setattr(weights_command, "identify", lambda digests: KnownFile("", "published"))
    assert run(capsys, "verify", mat_file, "--keras", keras_file)[0] == 0
    kernel, bias = full_width["conv2_1"]
    wrong = {**full_width, "conv2_1": (kernel, bias + 1)}
    path = write_mat(tmp_path / "wrong.mat", wrong, compress=False)
    status, said, _ = run(capsys, "verify", path, "--keras", keras_file)
    assert status == 1 and "conv2_1: other biases" in said and "conv2_2: the same" in said


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda kernel: kernel[:, :, ::-1], "the colours are in the other order"),
        (lambda kernel: kernel.transpose(1, 0, 2, 3), "height and width are exchanged"),
        (lambda kernel: kernel[::-1, ::-1], "the kernels are turned round"),
        (lambda kernel: kernel + np.float32(0.25), "other numbers, by 0.25 at most"),
    ],
)
def test_a_difference_from_keras_is_named(tmp_path, full_width, keras_file, slip, words):
    kernel, bias = full_width["conv1_1"]
    wrong = {**full_width, "conv1_1": (slip(kernel), bias)}
    network = read_matconvnet(write_mat(tmp_path / "wrong.mat", wrong, compress=False))
    differences = weights_command.compare_with_keras(network, keras_file)
    assert differences.pop("conv1_1") == words
    assert set(differences.values()) == {None}


def test_other_biases_and_another_width(tmp_path, full_width, keras_file):
    kernel, bias = full_width["conv5_4"]
    wrong = {**full_width, "conv5_4": (kernel, bias + 1)}
    network = read_matconvnet(write_mat(tmp_path / "wrong.mat", wrong, compress=False))
    assert weights_command.compare_with_keras(network, keras_file)["conv5_4"] == "other biases"
    narrow = read_matconvnet(write_mat(tmp_path / "narrow.mat", random_weights()))
    differences = weights_command.compare_with_keras(narrow, keras_file)
    assert differences["conv1_1"] == "another shape, (3, 3, 3, 64)"


def test_what_keras_cannot_read(tmp_path, mat_file):
    network = read_matconvnet(mat_file)
    with pytest.raises(WeightsFileError, match=r"nothing\.h5: there is no such file"):
        weights_command.compare_with_keras(network, tmp_path / "nothing.h5")
    path = tmp_path / "bad.h5"
    path.write_bytes(b"words")
    with pytest.raises(WeightsFileError, match=r"bad\.h5: this is no readable HDF5 file"):
        weights_command.compare_with_keras(network, path)


def test_an_hdf5_file_of_something_else(tmp_path, mat_file):
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("block1_conv1/block1_conv1_W_1:0", data=np.zeros((3, 3, 3, 64)))
    with pytest.raises(WeightsFileError, match="no kernel and bias of block1_conv1"):
        weights_command.compare_with_keras(read_matconvnet(mat_file), path)


def test_an_output_that_nobody_reads(monkeypatch, capfd):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

        def fileno(self):
            return os.open(os.devnull, os.O_WRONLY)

    monkeypatch.setattr(sys, "stdout", Closed())
    assert main(["weights"]) == 1
    assert capfd.readouterr().err == ""


def test_too_little_memory_says_nothing_of_pictures(capsys, monkeypatch):
    def full(*arguments):
        raise MemoryError

    monkeypatch.setattr(weights_command, "read_matconvnet", full)
    status, _, errors = run(capsys, "verify")
    assert status == 2 and "not enough memory" in errors and "--size" not in errors


def test_from_the_command_line_without_a_traceback(tmp_path):
    path = tmp_path / "empty.mat"
    path.touch()
    command = [sys.executable, "-m", "nst_utils", "weights", "verify", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.startswith("python -m nst_utils weights: ") and "empty" in done.stderr
