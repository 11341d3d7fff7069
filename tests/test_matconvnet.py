"""The loader against files that scipy.io wrote: every layout, and every way to be wrong."""

import os
import struct

import numpy as np
import pytest
import scipy.io
from mat_files import BIASES, LAYOUTS, MEAN, random_weights, write_mat
from test_matfile import packed

from nst_utils import NSTError, WeightsFileError
from nst_utils.config import CONFIG
from nst_utils.matconvnet import Pooling, layer_names, read_layer, read_matconvnet
from nst_utils.weights import find_weights


def assert_holds(network, weights, mean=MEAN):
    assert [layer.name for layer in network.convolutions] == list(weights)[:16]
    for layer in network.convolutions:
        kernel, bias = weights[layer.name]
        np.testing.assert_array_equal(layer.kernel, kernel)
        np.testing.assert_array_equal(layer.bias, bias)
        assert layer.kernel.dtype == layer.bias.dtype == np.float32
    np.testing.assert_allclose(network.mean, mean, rtol=1e-6)
    assert network.mean.dtype == np.float32 and network.mean.shape == (3,)


@pytest.mark.parametrize("fc", [(), (7, 8, 9)], ids=["convolutions", "with fc layers"])
@pytest.mark.parametrize("biases", BIASES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_network(tmp_path, layout, biases, fc):
    weights = random_weights(fc=fc)
    path = write_mat(tmp_path / "vgg.mat", weights, layout, biases=biases)
    network = read_matconvnet(path)
    assert_holds(network, weights)
    assert network.layout == layout and network.path == path


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_order_of_the_fields_does_not_matter(tmp_path, layout, seed):
    weights = random_weights()
    path = write_mat(tmp_path / "vgg.mat", weights, layout, shuffle=seed)
    assert_holds(read_matconvnet(path), weights)


def test_the_shuffled_files_really_differ(tmp_path):
    def fields(**options) -> list[tuple]:
        path = write_mat(tmp_path / "vgg.mat", random_weights(), **options)
        return [cell.dtype.names for cell in scipy.io.loadmat(path)["layers"].flat]

    assert fields() == fields() != fields(shuffle=1)


def test_the_order_of_the_layers_does_not_matter(tmp_path):
    weights = random_weights()
    path = write_mat(tmp_path / "vgg.mat", weights)
    layers = scipy.io.loadmat(path)["layers"]
    backwards = np.empty((1, layers.size), object)
    backwards[0] = [_as_dict(cell) for cell in layers[0, ::-1]]
    assert_holds(read_matconvnet(write_mat(path, weights, layers=backwards)), weights)


def _as_dict(cell) -> dict:
    return {name: cell[name][0, 0] for name in cell.dtype.names}


def test_an_uncompressed_file(tmp_path):
    weights = random_weights()
    assert_holds(read_matconvnet(write_mat(tmp_path / "v.mat", weights, compress=False)), weights)


def test_a_single_channel_survives_matlab(tmp_path):
    weights = random_weights(widths=(1, 1, 1, 1, 1))
    # MATLAB drops all the last axes of length 1: a kernel from one channel to one is 3 × 3.
    stored = {
        n: (k[..., 0, 0] if k.shape[2] == 1 else k[..., 0], b) for n, (k, b) in weights.items()
    }
    path = write_mat(tmp_path / "v.mat", stored)
    assert_holds(read_matconvnet(path), weights)


def test_whole_numbers_that_matlab_keeps_in_small_integers(tmp_path):
    weights = random_weights()
    kernel, bias = weights["conv1_1"]
    zeros = {**weights, "conv1_1": (kernel, np.zeros(bias.size, np.uint8))}
    network = read_matconvnet(write_mat(tmp_path / "v.mat", zeros))
    assert network.convolutions[0].bias.dtype == np.float32
    assert_holds(network, {**weights, "conv1_1": (kernel, 0 * bias)})


@pytest.mark.parametrize(
    "mean", [np.reshape(MEAN, (1, 1, 3)), np.reshape(MEAN, (3, 1)), np.reshape(MEAN, (1, 3))]
)
def test_the_mean_in_every_form(tmp_path, mean):
    meta = {"normalization": {"averageImage": mean}}
    path = write_mat(tmp_path / "vgg.mat", random_weights(), meta=meta)
    np.testing.assert_allclose(read_matconvnet(path).mean, MEAN, rtol=1e-6)


def test_the_mean_of_a_picture_of_another_size(tmp_path, rng):
    image = rng.uniform(80, 160, (5, 7, 3))
    meta = {"normalization": {"averageImage": np.float32(image)}}
    path = write_mat(tmp_path / "vgg.mat", random_weights(), meta=meta)
    np.testing.assert_allclose(read_matconvnet(path).mean, image.mean(axis=(0, 1)), rtol=1e-5)


def test_layers_come_in_the_order_of_vgg19(tmp_path):
    network = read_matconvnet(write_mat(tmp_path / "vgg.mat", random_weights()))
    blocks = [layer.block for layer in network.layers if isinstance(layer, Pooling)]
    assert blocks == [1, 2, 3, 4, 5]
    assert [type(layer).__name__[0] for layer in network.layers] == list("CCPCCPCCCCPCCCCPCCCCP")


def test_layers_past_the_last_convolution_are_not_kept(tmp_path):
    network = read_matconvnet(write_mat(tmp_path / "v.mat", random_weights(fc=(7, 8, 9))))
    assert [layer.name for layer in network.convolutions][-1] == "conv5_4"
    # Of an array that is a view of a larger one, the larger one would be kept as well.
    assert all(
        c.kernel.base is None or c.kernel.base.size == c.kernel.size for c in network.convolutions
    )
    assert all(c.kernel.flags.c_contiguous for c in network.convolutions)


def test_the_bundled_file_is_read_without_transposing_or_reversing():
    contents = scipy.io.loadmat(find_weights("small"))
    record = contents["layers"][0, 0][0, 0]
    network = read_matconvnet(find_weights("small"))
    first = network.convolutions[0]
    np.testing.assert_array_equal(first.kernel, record["weights"][0, 0])
    np.testing.assert_array_equal(first.bias, record["weights"][0, 1].ravel())
    assert first.kernel.shape == (3, 3, 3, 24) and network.layout == "new"
    np.testing.assert_array_equal(network.mean, CONFIG.MEANS.ravel())


def test_double_precision_weights_become_float32(tmp_path):
    weights = {name: (np.float64(k), np.float64(b)) for name, (k, b) in random_weights().items()}
    network = read_matconvnet(write_mat(tmp_path / "vgg.mat", weights))
    first = network.convolutions[0]
    assert first.kernel.dtype == first.bias.dtype == np.float32


# What the student writes in notebook 02 ----------------------------------------------------------


def test_the_names_of_the_bundled_file():
    names = layer_names(scipy.io.loadmat(find_weights("small"))["layers"])
    assert names[:6] == ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1"]
    assert len(names) == 37 and all(type(name) is str for name in names)


def test_a_layer_is_found_by_its_name():
    layers = scipy.io.loadmat(find_weights("small"))["layers"]
    for layer in read_matconvnet(find_weights("small")).convolutions:
        kernel, bias = read_layer(layers, layer.name)
        np.testing.assert_array_equal(kernel, layer.kernel)
        np.testing.assert_array_equal(bias, layer.bias)
    with pytest.raises(NSTError, match="conv9_9"):
        read_layer(layers, "conv9_9")


# Bad files ---------------------------------------------------------------------------------------


def refusal(path) -> str:
    with pytest.raises(WeightsFileError) as caught:
        read_matconvnet(path)
    words = str(caught.value)
    assert words.startswith(f"{path}: "), "the sentence names the file first"
    assert "\n" not in words and words.endswith(".")
    return words


def test_a_weights_file_error_is_an_nst_error():
    assert issubclass(WeightsFileError, NSTError) and issubclass(NSTError, ValueError)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"\n  <html>", "web page"),
        (b"\xef\xbb\xbf<!doctype html>", "web page"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "v7.3"),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64" + bytes(600), "v7.3"),
        (b"just some words, many of them" * 40, "not a readable MATLAB file"),
        (b"x", "not a readable MATLAB file"),
        (bytes(4096), "not a readable MATLAB file"),
    ],
)
def test_files_that_are_no_networks(tmp_path, content, words):
    path = tmp_path / "vgg.mat"
    path.write_bytes(content)
    assert words in refusal(path)


def test_missing_file_and_folder(tmp_path):
    assert "No such file" in refusal(tmp_path / "nothing.mat")
    assert "folder" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / "a\0b.mat")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.mat")
    assert "no ordinary file" in refusal(tmp_path / "pipe.mat")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = write_mat(tmp_path / "vgg.mat", random_weights())

    def denied(*arguments, **options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.open", denied)  # who runs this may be root
    assert "Permission denied" in refusal(path)


def test_too_little_memory(tmp_path, monkeypatch):
    def full(*arguments, **options):
        raise MemoryError

    path = write_mat(tmp_path / "vgg.mat", random_weights())
    monkeypatch.setattr("scipy.io.loadmat", full)
    assert "not enough memory" in refusal(path)


def test_another_matlab_file(tmp_path):
    path = tmp_path / "other.mat"
    for contents in ({"x": np.eye(3)}, {"layers": np.eye(3)}, {"layers": "conv1_1"}):
        scipy.io.savemat(path, contents)
        assert "no `layers`" in refusal(path)


def test_the_other_kind_of_network_of_matconvnet(tmp_path):
    path = tmp_path / "dag.mat"
    scipy.io.savemat(path, {"layers": {"name": "conv1", "block": 1.0}, "params": 1.0})
    assert "DagNN" in refusal(path)


def test_what_to_do_depends_on_the_file(tmp_path):
    for name, words in {
        "imagenet-vgg-verydeep-19.mat": "weights download",
        "vgg19-small.mat": "It comes with the course",
        "holidays.mat": "Name a MatConvNet file",
    }.items():
        (tmp_path / name).write_bytes(b"words")
        assert words in refusal(tmp_path / name)
        assert ("Delete it" in refusal(tmp_path / name)) == name.startswith("imagenet")


def test_layers_of_another_kind(tmp_path):
    cells = np.empty((1, 2), object)
    cells[0] = [np.eye(2), {"name": "conv1_1"}]
    path = write_mat(tmp_path / "v.mat", random_weights(), layers=cells)
    assert "without a name" in refusal(path)


def test_a_layer_is_missing(tmp_path):
    weights = random_weights()
    del weights["conv3_2"]
    assert "has no layer conv3_2" in refusal(write_mat(tmp_path / "vgg.mat", weights))


def test_vgg16_and_vgg_f_are_recognised(tmp_path):
    weights = random_weights()
    for name in ("conv3_4", "conv4_4", "conv5_4"):
        del weights[name]
    assert "VGG-16" in refusal(write_mat(tmp_path / "vgg16.mat", weights))
    cells = np.empty((1, 3), object)
    cells[0] = [{"name": name, "type": "conv"} for name in ("conv1", "relu1", "norm1")]
    words = refusal(write_mat(tmp_path / "f.mat", weights, layers=cells))
    assert "another network" in words and "conv1, relu1, norm1" in words


@pytest.mark.parametrize(
    ("kernel", "bias"),
    [
        (np.zeros((3, 3, 1, 3)), np.zeros(3)),
        (np.zeros((3, 3, 2, 3)), np.zeros(2)),
        (np.zeros((5, 5, 2, 3)), np.zeros(3)),
        (np.zeros((3, 3, 2)), np.zeros(3)),
        (np.zeros((9, 6)), np.zeros(3)),
        (np.zeros((3, 3, 2, 3), np.complex64), np.zeros(3)),
        (np.zeros((0, 3, 2, 3)), np.zeros(3)),
        (np.array("words"), np.zeros(3)),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_weights_of_another_shape_or_type(tmp_path, layout, kernel, bias):
    weights = random_weights() | {"conv2_1": (kernel, bias)}
    assert "conv2_1" in refusal(write_mat(tmp_path / "vgg.mat", weights, layout))


def test_a_double_that_float32_cannot_hold(tmp_path):
    weights = random_weights()
    kernel, bias = weights["conv1_2"]
    weights["conv1_2"] = np.where(kernel == kernel.max(), 1e39, kernel.astype(float)), bias
    assert "conv1_2 contains NaN or infinity" in refusal(write_mat(tmp_path / "v.mat", weights))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("part", [0, 1], ids=["kernel", "bias"])
def test_nan_and_infinity_inside(tmp_path, part, value):
    weights = random_weights()
    weights["conv1_2"][part].flat[1] = value
    assert "conv1_2 contains NaN" in refusal(write_mat(tmp_path / "vgg.mat", weights))


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {"normalization": 5.0},
        {"normalization": {"averageImage": np.zeros((1, 1, 4))}},
        {"normalization": {"averageImage": np.zeros((0, 3))}},
        {"normalization": {"averageImage": "grey"}},
        {"normalization": {"averageImage": np.full((1, 1, 3), np.nan)}},
        {"normalization": {"averageImage": np.full((1, 1, 3), 300.0)}},
        {"normalization": {"averageImage": np.full((1, 1, 3), -1.0)}},
    ],
)
def test_no_mean(tmp_path, meta):
    path = write_mat(tmp_path / "v.mat", random_weights(), meta=meta)
    assert "averageImage" in refusal(path)


# Damaged bytes -----------------------------------------------------------------------------------


def outcome(path, weights) -> str:
    """Read a damaged file: all that may happen is the right network, or our own error."""
    try:
        network = read_matconvnet(path)
    except WeightsFileError as error:
        assert str(path) in str(error)
        return "refused"
    try:
        assert_holds(network, weights)
    except AssertionError:
        return "wrong numbers"
    return "right"


def damaged(whole: bytes, count: int, seed: int):
    """Cut a file anywhere, or change some of its bytes: all the more in its first part."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        content = bytearray(whole)
        reach = len(content) if trial % 2 else min(len(content), 600)
        if trial % 4 < 2:
            yield content[: rng.integers(reach)]
        else:
            for place in rng.integers(reach, size=rng.integers(1, 4)):
                content[place] ^= 1 << rng.integers(8)
            yield content


@pytest.mark.parametrize("layout", LAYOUTS)
def test_hundreds_of_damaged_files_give_the_right_network_or_our_error(tmp_path, layout):
    weights = random_weights()
    path = write_mat(tmp_path / "vgg.mat", weights, layout)
    outcomes = []
    for content in damaged(path.read_bytes(), 200, seed=1):
        path.write_bytes(content)
        outcomes.append(outcome(path, weights))
    assert set(outcomes) == {"right", "refused"}  # "right": only the comment at the top was hit


def test_without_compression_there_is_no_checksum_and_still_no_crash(tmp_path):
    weights = random_weights()
    path = write_mat(tmp_path / "vgg.mat", weights, compress=False)
    outcomes = []
    for content in damaged(path.read_bytes(), 300, seed=2):
        path.write_bytes(content)
        outcomes.append(outcome(path, weights))
    assert "refused" in outcomes  # "wrong numbers" may happen here: the docstring says so


def test_damage_with_a_right_checksum_and_still_no_crash(tmp_path):
    """A broken program wrote this: compressed as it should be, and nonsense inside."""
    weights = random_weights()
    path = write_mat(tmp_path / "vgg.mat", weights, compress=False)
    outcomes = []
    whole = path.read_bytes()
    (length,) = struct.unpack_from("<I", whole, 132)
    for content in damaged(whole, 400, seed=3):
        path.write_bytes(packed(content, length))
        outcomes.append(outcome(path, weights))
    assert set(outcomes) == {"refused", "wrong numbers", "right"}


def test_a_file_cut_at_every_byte_of_its_end(tmp_path):
    weights = random_weights()
    path = write_mat(tmp_path / "vgg.mat", weights)
    whole = path.read_bytes()
    for length in range(len(whole) - 40, len(whole)):
        path.write_bytes(whole[:length])
        assert outcome(path, weights) == "refused"
