"""The optimisers of the engine: against other implementations, and where they are led astray."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.optimize import minimize as scipy_minimize

from nst_utils import NSTError
from nst_utils.descent import LBFGS, TOO_LARGE, Adam, Average, descend

SHAPE = (1, 4, 5, 3)
FREE = (np.float32(-1e9), np.float32(1e9))


@pytest.fixture
def bowl(rng):
    """A cost like a long narrow bowl: 0 at its lowest place."""
    steepness = np.geomspace(1, 300, np.prod(SHAPE)).reshape(SHAPE).astype(np.float32)
    lowest = rng.normal(0, 50, SHAPE).astype(np.float32)

    def costs(image):
        image = np.asarray(image)
        J = np.float32(0.5 * np.sum(steepness * (image - lowest) ** 2))
        return J, J, J, steepness * (image - lowest)

    return costs


def last(costs, optimizer, number: int, start=None) -> float:
    """The cost after so many steps."""
    start = np.zeros(SHAPE, np.float32) if start is None else start
    *_, end = descend(costs, start, optimizer, number, FREE)
    return float(costs(end.next_image)[0])


def test_adam_is_that_of_keras(bowl):
    keras = tf.keras.optimizers.Adam(2.0, beta_2=0.99)
    mine, theirs = Adam(2.0), tf.Variable(np.zeros(SHAPE, np.float32))
    image = theirs.numpy()
    for _ in range(30):
        gradient = bowl(image)[3]
        keras.apply_gradients([(gradient, theirs)])
        image = mine.step(image, gradient)
        np.testing.assert_allclose(image, theirs.numpy(), rtol=1e-4, atol=1e-3)


def test_the_two_loops_multiply_by_the_matrix_of_bfgs(rng):
    optimizer = LBFGS(memory=4)
    curved = rng.normal(size=(6, 6))
    curved = curved @ curved.T + np.eye(6)
    pairs = [(s, curved @ s) for s in rng.normal(size=(4, 6))]
    for s, y in pairs:
        optimizer._remember(s.astype(np.float32), y.astype(np.float32))
    s, y = pairs[-1]
    H = np.eye(6) * (s @ y) / (y @ y)
    for s, y in pairs:  # Nocedal & Wright, equation 7.16
        V = np.eye(6) - np.outer(y, s) / (y @ s)
        H = V.T @ H @ V + np.outer(s, s) / (y @ s)
    gradient = rng.normal(size=6).astype(np.float32)
    np.testing.assert_allclose(optimizer._inverse_hessian_times(gradient), H @ gradient, rtol=1e-3)


def test_lbfgs_is_far_ahead_of_adam_and_near_scipys(bowl):
    mine = last(bowl, LBFGS(), 40)
    assert mine < 0.01 * last(bowl, Adam(5.0), 40)

    def of_rows(x):
        J, *_, gradient = bowl(x.reshape(SHAPE).astype(np.float32))
        return float(J), gradient.ravel().astype(np.float64)

    options = {"maxfun": 40, "maxcor": 10, "ftol": 0, "gtol": 0}
    start = np.zeros(np.prod(SHAPE))
    theirs = scipy_minimize(of_rows, start, jac=True, method="L-BFGS-B", options=options).fun
    assert mine < 3 * theirs + 1e-3


def test_lbfgs_leaves_out_what_contradicts():
    optimizer = LBFGS()
    s = np.ones(SHAPE, np.float32)
    optimizer._remember(s, -s)
    assert not optimizer.past
    optimizer._remember(s, s)
    assert len(optimizer.past) == 1


def test_lbfgs_goes_no_further_than_allowed():
    optimizer = LBFGS(first=3, longest=25)
    flat = np.zeros(SHAPE, np.float32)
    slope = np.full(SHAPE, 1e-6, np.float32)
    one = optimizer.step(flat, slope)
    assert np.sqrt(np.mean(one**2)) == pytest.approx(3)
    two = optimizer.step(one, slope * 0.999)  # nearly no curvature: the valley seems endless
    assert np.sqrt(np.mean((two - one) ** 2)) == pytest.approx(25)


@pytest.mark.parametrize("optimizer", [Adam(5.0), LBFGS()], ids=["adam", "lbfgs"])
def test_a_larger_picture_goes_on_from_a_smaller(optimizer, bowl):
    image = np.zeros(SHAPE, np.float32)
    for _ in range(3):
        image = optimizer.step(image, bowl(image)[3])
    optimizer.rescale(lambda array: np.repeat(array, 2, axis=1))
    twice = np.repeat(image, 2, axis=1)
    moved = optimizer.step(twice, np.repeat(bowl(image)[3], 2, axis=1))
    assert moved.shape == twice.shape and np.isfinite(moved).all()
    np.testing.assert_allclose(moved[:, ::2], moved[:, 1::2])


def test_an_optimizer_makes_new_pictures(bowl):
    for optimizer in (Adam(5.0), LBFGS()):
        image = np.zeros(SHAPE, np.float32)
        optimizer.step(image, np.ones(SHAPE, np.float32))
        assert not image.any()


def test_pictures_stay_among_those_that_a_screen_can_show(bowl):
    low, high = np.float32(-3), np.float32(4)
    for step in descend(bowl, np.zeros(SHAPE, np.float32), Adam(5.0), 20, (low, high)):
        assert step.next_image.min() >= low and step.next_image.max() <= high


@pytest.mark.parametrize("bad", [np.nan, np.inf, 5 * TOO_LARGE])
def test_a_step_that_leads_astray_is_taken_back_and_made_smaller(bad):
    tried = []

    def cliff(image):
        """Falls towards 3, and behind 4 there is nothing good."""
        x = float(image[0, 0, 0, 0])
        tried.append(x)
        J = np.float32(bad if x > 4 else 4 - x)
        return J, J, J, np.full(SHAPE, -1, np.float32)

    kept = list(descend(cliff, np.zeros(SHAPE, np.float32), Adam(5.0), 6, FREE))
    assert max(tried) > 4
    assert all(float(step.image[0, 0, 0, 0]) <= 4 for step in kept)
    assert kept[-1].costs[0] < kept[0].costs[0]


def test_a_cost_that_never_is_a_number_ends_in_a_sentence():
    def nothing(image):
        return np.float32("nan"), 0.0, 0.0, np.zeros(SHAPE, np.float32)

    with pytest.raises(NSTError, match="the cost became nan; try smaller weights"):
        list(descend(nothing, np.zeros(SHAPE, np.float32), LBFGS(), 5, FREE))

    first = iter([1.0])

    def only_once(image):
        return np.float32(next(first, np.nan)), 0.0, 0.0, np.ones(SHAPE, np.float32)

    with pytest.raises(NSTError, match="the cost became nan"):
        list(descend(only_once, np.zeros(SHAPE, np.float32), LBFGS(), 50, FREE))


def test_the_average_weighs_the_last_pictures_most():
    mean = Average(0.5)
    pictures = [np.full(SHAPE, value, np.float32) for value in (8, 4, 2)]
    found = [float(mean.with_(picture)[0, 0, 0, 0]) for picture in pictures]
    assert found == pytest.approx([8, (8 + 2 * 4) / 3, (8 + 2 * 4 + 4 * 2) / 7])
    assert Average(0).with_(pictures[0]) is pictures[0]


@pytest.mark.parametrize("make", [lambda: Adam(5.0), LBFGS], ids=["adam", "lbfgs"])
def test_a_descent_that_is_broken_off_goes_on_as_if_it_had_not_been(make, bowl):
    whole, start = make(), np.zeros(SHAPE, np.float32)
    steps = list(descend(bowl, start, whole, 20, FREE))
    for broken_off_after in (1, 7, 20):
        first, second = make(), make()
        way = descend(bowl, start, first, 20, FREE)
        for _ in range(broken_off_after):
            here = next(way)
        second.restore({name: np.array(a) for name, a in first.state().items()})
        rest = list(descend(bowl, start, second, 20, FREE, after=here))
        assert [step.number for step in rest] == list(range(broken_off_after + 1, 21))
        last = rest[-1] if rest else here
        np.testing.assert_array_equal(last.next_image, steps[-1].next_image)


def test_a_state_holds_the_calmed_pace_and_an_optimizer_without_a_past():
    for optimizer, other in ((Adam(5.0), Adam(5.0)), (LBFGS(), LBFGS())):
        optimizer.step(np.zeros(SHAPE, np.float32), np.ones(SHAPE, np.float32))
        optimizer.calm_down()
        other.restore(optimizer.state())
        one, two = (
            o.step(np.zeros(SHAPE, np.float32), np.ones(SHAPE, np.float32))
            for o in (optimizer, other)
        )
        np.testing.assert_array_equal(one, two)


def test_the_average_goes_on_from_its_state():
    mean, other = Average(0.5), Average(0.5)
    mean.with_(np.ones(SHAPE, np.float32))
    other.restore(mean.state())
    three = np.full(SHAPE, 3, np.float32)
    np.testing.assert_array_equal(mean.with_(three), other.with_(three))
