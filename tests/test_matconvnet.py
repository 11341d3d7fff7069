"""The loader against files that scipy.io wrote, and against the bundled file's own arrays."""

import numpy as np
import pytest
import scipy.io
from mat_files import LAYOUTS, MEAN, random_weights, write_mat

from nst_utils import NSTError, WeightsFileError
from nst_utils.matconvnet import Convolution, Pooling, read_matconvnet
from nst_utils.weights import find_weights


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_network(tmp_path, layout):
    weights = random_weights()
    network = read_matconvnet(write_mat(tmp_path / "vgg.mat", weights, layout))
    found = {layer.name: layer for layer in network.layers if isinstance(layer, Convolution)}
    assert found.keys() == weights.keys()
    for name, (kernel, bias) in weights.items():
        np.testing.assert_array_equal(found[name].kernel, kernel)
        np.testing.assert_array_equal(found[name].bias, bias)
    np.testing.assert_allclose(network.mean, MEAN, rtol=1e-6)
    assert network.mean.dtype == np.float32 and network.mean.shape == (3,)


def test_layers_come_in_the_order_of_vgg19(tmp_path):
    network = read_matconvnet(write_mat(tmp_path / "vgg.mat", random_weights()))
    blocks = [layer.block for layer in network.layers if isinstance(layer, Pooling)]
    assert blocks == [1, 2, 3, 4, 5]
    assert [type(layer).__name__[0] for layer in network.layers] == list("CCPCCPCCCCPCCCCPCCCCP")


def test_the_bundled_file_is_read_without_transposing_or_reversing():
    contents = scipy.io.loadmat(find_weights("small"))
    record = contents["layers"][0, 0][0, 0]
    first = read_matconvnet(find_weights("small")).layers[0]
    np.testing.assert_array_equal(first.kernel, record["weights"][0, 0])
    np.testing.assert_array_equal(first.bias, record["weights"][0, 1].ravel())
    assert first.kernel.shape == (3, 3, 3, 24) and first.kernel.dtype == np.float32


def test_double_precision_weights_become_float32(tmp_path):
    weights = {name: (np.float64(k), np.float64(b)) for name, (k, b) in random_weights().items()}
    network = read_matconvnet(write_mat(tmp_path / "vgg.mat", weights))
    assert network.layers[0].kernel.dtype == network.layers[0].bias.dtype == np.float32


def refusal(path) -> str:
    with pytest.raises(WeightsFileError) as caught:
        read_matconvnet(path)
    assert str(path) in str(caught.value), "the sentence names the file"
    return str(caught.value)


def test_a_weights_file_error_is_an_nst_error():
    assert issubclass(WeightsFileError, NSTError) and issubclass(NSTError, ValueError)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"\n  <html>", "web page"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "v7.3"),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64" + bytes(600), "v7.3"),
        (b"just some words, many of them" * 40, "not a readable MATLAB file"),
    ],
)
def test_files_that_are_no_networks(tmp_path, content, words):
    path = tmp_path / "vgg.mat"
    path.write_bytes(content)
    assert words in refusal(path)


def test_missing_file_and_folder(tmp_path):
    assert "No such file" in refusal(tmp_path / "nothing.mat")
    assert "directory" in refusal(tmp_path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short(tmp_path, share):
    path = write_mat(tmp_path / "vgg.mat", random_weights())
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    refusal(path)


def test_another_matlab_file(tmp_path):
    path = tmp_path / "other.mat"
    scipy.io.savemat(path, {"x": np.eye(3)})
    assert "no `layers`" in refusal(path)
    scipy.io.savemat(path, {"layers": np.eye(3)})
    assert "no `layers`" in refusal(path)


def test_a_layer_is_missing(tmp_path):
    weights = random_weights()
    del weights["conv3_4"]  # VGG-16 has three convolutions in this block
    assert "conv3_4" in refusal(write_mat(tmp_path / "vgg.mat", weights))


def test_shapes_that_do_not_fit(tmp_path):
    weights = random_weights()
    kernel, bias = weights["conv2_1"]
    weights["conv2_1"] = kernel[:, :, :1], bias
    assert "conv2_1" in refusal(write_mat(tmp_path / "vgg.mat", weights))
    weights["conv2_1"] = kernel, bias[:-1]
    assert "conv2_1" in refusal(write_mat(tmp_path / "vgg.mat", weights))


def test_nan_inside(tmp_path):
    weights = random_weights()
    weights["conv1_2"][0][0, 0, 0, 0] = np.nan
    assert "NaN" in refusal(write_mat(tmp_path / "vgg.mat", weights))


def test_no_mean(tmp_path):
    assert "averageImage" in refusal(write_mat(tmp_path / "v.mat", random_weights(), meta=None))
