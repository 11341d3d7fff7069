"""The cost functions against NumPy in float64, their gradients against finite differences."""

import numpy as np
import pytest
import tensorflow as tf

from nst_utils import (
    STYLE_LAYERS,
    NSTError,
    compute_content_cost,
    compute_layer_style_cost,
    compute_style_cost,
    gram_matrix,
    total_cost,
)

SIZES = [(1, 3, 5, 7), (1, 6, 3, 5), (1, 1, 1, 1), (1, 4, 1, 3)]


def numpy_content_cost(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return ((a_C - a_G) ** 2).sum() / (4 * n_H * n_W * n_C)


def numpy_layer_style_cost(a_S, a_G):
    grams = []
    for a in (a_S, a_G):
        _, n_H, n_W, n_C = a.shape
        A = np.stack([a[0, :, :, c].ravel() for c in range(n_C)])
        grams.append(np.array([[(x * y).sum() for y in A] for x in A]) / (n_H * n_W))
    return ((grams[0] - grams[1]) ** 2).sum() / (4 * n_C**2)


@pytest.mark.parametrize("shape", SIZES)
def test_content_cost_equals_numpy(rng, shape):
    a_C, a_G = rng.normal(size=(2, *shape))
    got = compute_content_cost(np.float32(a_C), np.float32(a_G))
    assert got.shape == () and got.dtype == tf.float32
    np.testing.assert_allclose(got, numpy_content_cost(a_C, a_G), rtol=1e-5)


def test_content_cost_by_hand():
    a_C = np.float32([1, 3]).reshape(1, 1, 2, 1)
    a_G = np.float32([2, 1]).reshape(1, 1, 2, 1)
    assert float(compute_content_cost(a_C, a_G)) == 0.625  # (1 + 4) / (4 · 1 · 2 · 1)


def test_gram_matrix_equals_numpy(rng):
    A = rng.normal(size=(7, 15)).astype(np.float32)
    np.testing.assert_allclose(gram_matrix(A), A @ A.T, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("other", [(3, 5), (6, 2)])
def test_layer_style_cost_equals_numpy_for_any_two_sizes(rng, shape, other):
    a_S = rng.normal(size=(1, *other, shape[-1]))
    a_G = rng.normal(size=shape)
    got = compute_layer_style_cost(np.float32(a_S), np.float32(a_G))
    np.testing.assert_allclose(got, numpy_layer_style_cost(a_S, a_G), rtol=1e-4)


def test_layer_style_cost_is_the_formula_of_the_course_for_equal_sizes(rng):
    a_S, a_G = rng.normal(size=(2, 1, 3, 5, 7))
    difference = np.einsum("bhwi,bhwj->ij", a_S, a_S) - np.einsum("bhwi,bhwj->ij", a_G, a_G)
    course = (difference**2).sum() / (4 * 7**2 * (3 * 5) ** 2)
    got = compute_layer_style_cost(np.float32(a_S), np.float32(a_G))
    np.testing.assert_allclose(got, course, rtol=1e-5)


def test_style_does_not_notice_where_things_are(rng):
    a_S, a_G = rng.normal(size=(2, 1, 3, 5, 7)).astype(np.float32)
    shuffled = rng.permutation(a_G.reshape(15, 7)).reshape(a_G.shape)
    assert not np.array_equal(shuffled, a_G)
    np.testing.assert_allclose(
        compute_layer_style_cost(a_S, shuffled), compute_layer_style_cost(a_S, a_G), rtol=1e-4
    )


@pytest.fixture
def activations(rng):
    shapes = {name: (1, 3, 4, 2 + i) for i, (name, _) in enumerate(STYLE_LAYERS)}
    shapes["conv4_2"] = (1, 2, 3, 4)
    return [
        {name: np.float32(rng.normal(size=shape)) for name, shape in shapes.items()}
        for _ in range(2)
    ]


def test_style_cost_weighs_each_layer_by_name(activations):
    S, G = activations
    layers = [("conv3_1", 0.5), ("conv1_1", 2.0)]
    expected = sum(w * numpy_layer_style_cost(S[name], G[name]) for name, w in layers)
    np.testing.assert_allclose(compute_style_cost(S, G, layers), expected, rtol=1e-4)
    default = sum(
        0.2 * numpy_layer_style_cost(S[f"conv{i}_1"], G[f"conv{i}_1"]) for i in range(1, 6)
    )
    np.testing.assert_allclose(compute_style_cost(S, G), default, rtol=1e-4)
    assert float(compute_style_cost(S, G, [])) == 0


def test_total_cost():
    assert total_cost(2.0, 0.5) == 40
    assert total_cost(2.0, 0.5, alpha=3, beta=8) == 10


def finite_difference(cost, x, direction, step=1e-4):
    return (cost(x + step * direction) - cost(x - step * direction)) / (2 * step)


@pytest.mark.parametrize("cost", [compute_content_cost, compute_layer_style_cost])
def test_gradients_equal_finite_differences(rng, cost):
    a, a_G, direction = rng.normal(size=(3, 1, 3, 5, 7))
    x = tf.Variable(a_G)  # float64: the differences need the digits
    with tf.GradientTape() as tape:
        J = cost(a, x)
    slope = float(tf.reduce_sum(tape.gradient(J, x) * direction))
    measured = finite_difference(lambda value: float(cost(a, value)), a_G, direction)
    assert slope == pytest.approx(measured, rel=1e-6)


def test_the_gradient_of_the_total_cost_to_the_picture(model, rng):
    start, other = rng.uniform(-60, 60, (2, 1, 16, 24, 3)).astype(np.float32)
    a = model(other)

    def J(image):
        a_G = model(image)
        return total_cost(
            compute_content_cost(a["conv4_2"], a_G["conv4_2"]), compute_style_cost(a, a_G)
        )

    image = tf.Variable(start)
    with tf.GradientTape() as tape:
        cost = J(image)
    gradient = tape.gradient(cost, image).numpy()
    direction = gradient / np.linalg.norm(gradient)
    measured = finite_difference(lambda value: float(J(np.float32(value))), start, direction, 0.5)
    assert np.linalg.norm(gradient) == pytest.approx(measured, rel=0.02)  # ReLUs bend in between


def test_unknown_sizes_in_a_compiled_function(rng):
    spec = tf.TensorSpec((1, None, None, 7), tf.float32)
    a_S, a_G = rng.normal(size=(2, 1, 3, 5, 7)).astype(np.float32)
    for cost in (compute_content_cost, compute_layer_style_cost):
        compiled = tf.function(cost, input_signature=[spec, spec])
        np.testing.assert_allclose(compiled(a_S, a_G), cost(a_S, a_G), rtol=1e-5)


@pytest.mark.parametrize("cost", [compute_content_cost, compute_layer_style_cost])
@pytest.mark.parametrize(
    ("shapes", "dtype", "words"),
    [
        (((1, 3, 5, 7), (1, 3, 5, 6)), np.float32, "differ|channels"),
        (((3, 5, 7), (3, 5, 7)), np.float32, "a_[CS].*one picture"),
        (((2, 3, 5, 7), (2, 3, 5, 7)), np.float32, "a_[CS].*one picture"),
        (((1, 3, 5, 7), (1, 3, 5, 7)), np.int32, "int32"),
    ],
)
def test_bad_activations_are_told_in_a_sentence(cost, shapes, dtype, words):
    with pytest.raises(NSTError, match=words):
        cost(*(np.ones(shape, dtype) for shape in shapes))


def test_two_types_are_told_in_a_sentence():
    a = np.ones((1, 3, 5, 7))
    for cost in (compute_content_cost, compute_layer_style_cost):
        with pytest.raises(NSTError, match="types float32 and float64 differ"):
            cost(np.float32(a), a)


def test_style_cost_keeps_double_precision(activations):
    S, G = ({name: np.float64(a) for name, a in picture.items()} for picture in activations)
    assert compute_style_cost(S, G).dtype == tf.float64


def test_a_missing_layer_is_named(activations):
    with pytest.raises(NSTError, match="conv9_9"):
        compute_style_cost(*activations, [("conv9_9", 1.0)])
