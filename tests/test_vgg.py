"""The graph against NumPy: convolution, pooling, names, depth, compilation, bad input."""

import numpy as np
import pytest
import scipy.signal
import tensorflow as tf
from mat_files import BIASES, LAYOUTS, MEAN, random_weights, write_mat

from nst_utils import NSTError, load_vgg_model
from nst_utils.matconvnet import read_matconvnet
from nst_utils.vgg import VGGModel

PAD_MODES = {"zero": "constant", "reflect": "reflect", "replicate": "edge"}


def reference(weights, image, padding="zero", pool=np.mean, pool_padding="SAME"):
    """Compute all the activations in float64 with SciPy, one position after the other."""
    x, found = np.float64(image[0]), {}
    for name, (kernel, bias) in weights.items():
        padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), PAD_MODES[padding])
        x = np.stack(
            [
                sum(
                    scipy.signal.correlate2d(padded[..., i], np.float64(kernel[..., i, o]), "valid")
                    for i in range(kernel.shape[2])
                )
                + bias[o]
                for o in range(kernel.shape[3])
            ],
            axis=-1,
        )
        x = found[name] = np.maximum(x, 0)
        if name in ("conv1_2", "conv2_2", "conv3_4", "conv4_4", "conv5_4"):
            x = found["pool" + name[4]] = pooled(x, pool, pool_padding)
    return found


def pooled(x, pool, pool_padding):
    rows, columns = x.shape[:2]
    if pool_padding == "VALID":
        rows, columns = rows - rows % 2, columns - columns % 2
    # A slice ends at the border, so an odd last row is averaged without any padding.
    return np.array(
        [
            [pool(x[i : i + 2, j : j + 2], axis=(0, 1)) for j in range(0, columns, 2)]
            for i in range(0, rows, 2)
        ]
    )


def assert_activations_equal(model, expected, image, pool_name="avgpool"):
    found = model(image)
    for name, want in expected.items():
        got = found[name.replace("pool", pool_name)][0].numpy()
        assert got.shape == want.shape, name
        assert np.linalg.norm(got - want) <= 1e-5 * np.linalg.norm(want), name


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    weights = random_weights()
    folder = tmp_path_factory.mktemp("vgg")
    return weights, {n: write_mat(folder / f"{n}.mat", weights, n) for n in LAYOUTS}


@pytest.fixture
def image(rng):
    return rng.uniform(-100, 100, (1, 37, 43, 3)).astype(np.float32)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layer_equals_scipy_in_every_layout(small, image, layout):
    weights, files = small
    assert_activations_equal(load_vgg_model(files[layout]), reference(weights, image), image)


@pytest.mark.parametrize("padding", ["zero", "reflect", "replicate"])
@pytest.mark.parametrize("pool_padding", ["SAME", "VALID"])
def test_paddings(small, image, padding, pool_padding):
    weights, files = small
    model = load_vgg_model(files["new"], padding=padding, pool_padding=pool_padding)
    expected = reference(weights, image, padding, pool_padding=pool_padding)
    assert_activations_equal(model, expected, image)


def test_max_pooling_has_its_own_name(small, image):
    weights, files = small
    model = load_vgg_model(files["new"], pooling="max")
    assert model.layer_names[2] == "maxpool1"
    assert_activations_equal(model, reference(weights, image, pool=np.max), image, "maxpool")


@pytest.mark.parametrize(
    "slip",
    [
        lambda kernel: kernel.transpose(1, 0, 2, 3),
        lambda kernel: kernel[:, :, ::-1],
        lambda kernel: kernel[::-1, ::-1],
    ],
    ids=["height and width exchanged", "colours swapped", "turned round"],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_comparison_would_notice(small, image, layout, slip):
    weights, files = small
    slipped = {name: (slip(kernel), bias) for name, (kernel, bias) in weights.items()}
    with pytest.raises(AssertionError):
        assert_activations_equal(load_vgg_model(files[layout]), reference(slipped, image), image)


def test_one_swapped_layer_would_be_noticed(small, image):
    weights, files = small
    kernel, bias = weights["conv1_1"]
    swapped = {**weights, "conv1_1": (kernel[:, :, ::-1], bias)}  # the colours, and nothing else
    with pytest.raises(AssertionError, match="conv1_1"):
        assert_activations_equal(load_vgg_model(files["new"]), reference(swapped, image), image)


def test_the_order_of_fields_and_the_form_of_biases_change_no_activation(tmp_path, small, image):
    weights, _ = small
    expected = reference(weights, image)
    for number, biases in enumerate(BIASES):
        path = write_mat(tmp_path / "v.mat", weights, biases=biases, shuffle=number)
        assert_activations_equal(load_vgg_model(path), expected, image)


def test_a_convolution_computed_by_hand(tmp_path):
    weights = random_weights(widths=(1, 1, 1, 1, 1))
    kernel = np.arange(1, 10, dtype=np.float32).reshape(3, 3, 1, 1)
    weights["conv1_1"] = np.concatenate([kernel, 0 * kernel, 0 * kernel], axis=2), np.float32([-7])
    model = load_vgg_model(write_mat(tmp_path / "v.mat", weights))
    image = np.zeros((1, 3, 4, 3), np.float32)
    image[0, 1, 1, 0] = 1  # one bright pixel shows the kernel, turned round
    expected = [[2, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(model(image, ("conv1_1",))["conv1_1"][0, ..., 0], expected)


def test_pooling_computed_by_hand(tmp_path):
    weights = random_weights(widths=(1, 1, 1, 1, 1))
    passes = np.zeros((3, 3, 1, 1), np.float32)
    passes[1, 1] = 1
    weights["conv1_1"] = np.concatenate([passes, 0 * passes, 0 * passes], axis=2), np.float32([0])
    weights["conv1_2"] = passes, np.float32([0])
    model = load_vgg_model(write_mat(tmp_path / "v.mat", weights))
    image = np.zeros((1, 3, 3, 3), np.float32)
    image[0, ..., 0] = [[1, 3, 5], [7, 9, 11], [2, 4, 6]]
    found = model(image, layers=("avgpool1",))["avgpool1"][0, ..., 0]
    np.testing.assert_array_equal(found, [[5, 8], [3, 6]])  # the padding is left out


def test_names_of_the_bundled_network(model):
    convolutions = [
        f"conv{b}_{i}" for b, n in enumerate((2, 2, 4, 4, 4), 1) for i in range(1, n + 1)
    ]
    assert [name for name in model.layer_names if name.startswith("conv")] == convolutions
    assert [n for n in model.layer_names if "pool" in n] == [f"avgpool{b}" for b in range(1, 6)]
    assert model.mean.shape == (1, 1, 1, 3) and model.mean.dtype == np.float32
    np.testing.assert_allclose(model.mean.ravel(), [123.68, 116.779, 103.939], rtol=1e-6)


def test_shapes_and_types_of_the_bundled_network(model):
    found = model(np.zeros((1, 75, 100, 3), np.float32))
    assert tuple(found) == model.layer_names
    assert {name: tuple(found[name].shape) for name in ("conv1_1", "conv4_2", "avgpool5")} == {
        "conv1_1": (1, 75, 100, 24),
        "conv4_2": (1, 10, 13, 192),
        "avgpool5": (1, 3, 4, 192),
    }
    assert all(a.dtype == tf.float32 and float(tf.reduce_min(a)) >= 0 for a in found.values())


def test_only_what_is_asked_for_is_computed(model):
    image = tf.zeros((1, 32, 32, 3))
    assert list(model(image, layers=("conv2_1", "conv1_1"))) == ["conv2_1", "conv1_1"]
    graph = model._compiled.get_concrete_function(image, ("conv2_1", "conv1_1")).graph
    assert sum(op.type == "Conv2D" for op in graph.get_operations()) == 3  # conv2_1 is the third


def test_one_compilation_for_each_shape(small):
    model = VGGModel(read_matconvnet(small[1]["new"]))
    for size in (16, 16, 24, 16):
        model(np.zeros((1, size, size, 3), np.float32), layers=("conv1_1",))
    assert model._compiled.experimental_get_tracing_count() == 2


def test_the_gradient_reaches_the_picture_and_nothing_else(model):
    image = tf.Variable(tf.random.stateless_uniform((1, 32, 32, 3), (0, 1), -100, 100))
    with tf.GradientTape() as tape:
        J = tf.reduce_sum(model(image, layers=("conv4_2",))["conv4_2"])
    assert tape.watched_variables() == (image,)
    assert float(tf.norm(tape.gradient(J, image))) > 0


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((32, 32, 3), np.float32), r"\(32, 32, 3\)"),
        (np.zeros((1, 32, 32, 4), np.float32), r"\(1, 32, 32, 4\)"),
        (np.zeros((1, 32, 32, 3), np.uint8), "uint8"),
        (np.zeros((2, 32, 32, 3), np.float32), r"\(2, 32, 32, 3\)"),
        (np.zeros((1, 0, 32, 3), np.float32), "32×0 pixels"),
        (None, "NoneType"),
        ([[1.0], [1.0, 2.0]], "list"),
    ],
)
def test_a_bad_picture_is_told_in_a_sentence(model, image, words):
    with pytest.raises(NSTError, match=f"image: .*{words}"):
        model(image)


@pytest.mark.parametrize("padding", ["zero", "reflect", "replicate"])
@pytest.mark.parametrize("pool_padding", ["SAME", "VALID"])
@pytest.mark.parametrize("layer", ["conv1_1", "avgpool1", "conv4_1", "conv5_4", "avgpool5"])
def test_the_smallest_picture_that_a_padding_allows(small, padding, pool_padding, layer):
    network = read_matconvnet(small[1]["new"])
    model = VGGModel(network, padding=padding, pool_padding=pool_padding)
    side = model._smallest_side((layer,))
    assert min(model(np.zeros((1, side, side, 3), np.float32), (layer,))[layer].shape) >= 1
    with pytest.raises(NSTError, match=f"at least {side}×{side}"):
        model(np.zeros((1, side - 1, 40, 3), np.float32), (layer,))
    if side > 1:  # and one pixel less would not do: TensorFlow refuses, or nothing is left
        model._smallest_side = lambda wanted: 1
        try:
            found = model(np.zeros((1, side - 1, side - 1, 3), np.float32), (layer,))
            assert 0 in found[layer].shape
        except (ValueError, tf.errors.InvalidArgumentError):
            pass


def test_bad_choices_are_told_in_a_sentence(model):
    with pytest.raises(NSTError, match=r"conv9_9.*conv1_1"):
        model(np.zeros((1, 32, 32, 3), np.float32), layers=("conv9_9",))
    for choice in ({"pooling": "min"}, {"padding": "wrap"}, {"pool_padding": "same"}):
        (argument,) = choice
        with pytest.raises(NSTError, match=argument):
            load_vgg_model("small", **choice)


def test_the_mean_comes_from_the_file(small):
    np.testing.assert_allclose(load_vgg_model(small[1]["old"]).mean.ravel(), MEAN, rtol=1e-6)
