"""The optimisation: what it reports, that it goes down, stays in range, and repeats."""

import numpy as np
import pytest
import tensorflow as tf

from nst_utils import (
    CONTENT_LAYER,
    NSTError,
    Progress,
    generate_noise_image,
    load_image,
    minimize,
    model_nn,
    reshape_and_normalize_image,
    train_step,
)
from nst_utils.images import displayable_range
from nst_utils.optimize import transfer_costs


@pytest.fixture(scope="module")
def content():
    return reshape_and_normalize_image(load_image("images/content/china.jpg", 48))


@pytest.fixture(scope="module")
def start(content):
    return generate_noise_image(content, seed=3)


@pytest.fixture(scope="module")
def targets(model, content):
    style = reshape_and_normalize_image(load_image("images/style/stained-glass.jpg", 40))
    return model(content)[CONTENT_LAYER], model(style)


def test_every_report_belongs_to_its_picture(model, start, targets):
    reports: list[Progress] = []
    result = model_nn(model, start, *targets, 5, every=2, callback=reports.append)
    assert [report.step for report in reports] == [0, 2, 4, 5]
    np.testing.assert_array_equal(reports[0].image, start)
    np.testing.assert_array_equal(reports[-1].image, result)
    for report in reports:
        costs = transfer_costs(model, *targets)(tf.constant(report.image))
        told = [report.J, report.J_content, report.J_style]
        np.testing.assert_allclose(told, costs, rtol=1e-4)
    seconds = [report.seconds for report in reports]
    assert seconds == sorted(seconds)


def test_it_is_the_loop_over_train_step(model, start, targets):
    image, optimizer = tf.Variable(start), tf.keras.optimizers.Adam(2.0)
    for _ in range(4):
        train_step(image, model, *targets, optimizer)
    looped = model_nn(model, start, *targets, 4)
    np.testing.assert_allclose(looped, image.numpy(), atol=0.05)


def test_train_step_returns_the_costs_before_the_step(model, start, targets):
    image = tf.Variable(start)
    before = [float(cost) for cost in transfer_costs(model, *targets)(image)]
    told = train_step(image, model, *targets, tf.keras.optimizers.Adam(2.0))
    np.testing.assert_allclose([float(cost) for cost in told], before, rtol=1e-5)
    assert not np.array_equal(image.numpy(), start)


def test_weights_and_layers_reach_the_cost(model, start, content, targets):
    a_C, a_S = targets
    only_content = transfer_costs(model, a_C, a_S, alpha=1, beta=0)(start)
    assert float(only_content[0]) == pytest.approx(float(only_content[1]))
    layers = [("conv2_1", 1.0)]
    deep = model(content, layers=("conv5_2",))["conv5_2"]
    J, J_content, J_style = transfer_costs(
        model, deep, a_S, content_layer="conv5_2", style_layers=layers
    )(content)
    assert float(J_content) == 0 and float(J) == pytest.approx(40 * float(J_style))
    picture = model_nn(
        model, start, deep, a_S, 2, content_layer="conv5_2", style_layers=iter(layers)
    )
    assert picture.shape == start.shape


def test_the_cost_falls_and_the_picture_stays_displayable(model, start, targets):
    reports = list(minimize(transfer_costs(model, *targets), start, 30, every=10, learning_rate=8))
    costs = [report.J for report in reports]
    assert costs == sorted(costs, reverse=True) and costs[-1] < costs[0] / 5
    low, high = displayable_range(model.mean)
    for report in reports[1:]:
        assert (report.image >= low).all() and (report.image <= high).all()
    # Without the clip this would not hold: some pixels lie at the limits.
    assert (np.isclose(reports[-1].image, low) | np.isclose(reports[-1].image, high)).any()


def test_the_same_start_gives_the_same_picture(model, start, targets):
    first, second = (model_nn(model, start, *targets, 6) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_start_is_not_changed_and_may_be_left_early(model, start, targets):
    kept = start.copy()
    for progress in minimize(transfer_costs(model, *targets), start, 1000, every=1):
        if progress.step == 2:
            break
    np.testing.assert_array_equal(start, kept)


def test_no_steps_give_the_start(model, start, targets):
    np.testing.assert_array_equal(model_nn(model, start, *targets, 0), start)


def test_another_optimizer(model, start, targets):
    steps = minimize(
        transfer_costs(model, *targets), start, 1, every=1, optimizer=tf.keras.optimizers.SGD(0.0)
    )
    np.testing.assert_array_equal(list(steps)[-1].image, start)


@pytest.mark.parametrize(
    "argument", [{"num_iterations": -1}, {"num_iterations": 2.5}, {"every": 0}]
)
def test_bad_numbers_are_told_in_a_sentence(model, start, targets, argument):
    with pytest.raises(NSTError, match=next(iter(argument))):
        model_nn(model, start, *targets, **argument)


def test_a_cost_that_is_no_number_is_told_in_a_sentence(model, start, targets):
    with pytest.raises(NSTError, match="inf at step 0"):
        model_nn(model, start, *targets, 3, beta=1e38)


def test_targets_that_do_not_fit_are_told_in_a_sentence(model, start, targets):
    a_C, a_S = targets
    with pytest.raises(NSTError, match=r"a_C and a_G: shapes .* differ"):
        model_nn(model, start, model(start[:, :16])[CONTENT_LAYER], a_S, 1)
    with pytest.raises(NSTError, match="conv2_1"):
        model_nn(model, start, a_C, {"conv1_1": a_S["conv1_1"]}, 1)
    with pytest.raises(NSTError, match="conv9_9"):
        model_nn(model, start, a_C, a_S, 1, content_layer="conv9_9")


@pytest.mark.parametrize("learning_rate", [-1, float("nan"), float("inf")])
def test_a_bad_learning_rate_is_told_in_a_sentence(model, start, targets, learning_rate):
    with pytest.raises(NSTError, match="learning_rate"):
        model_nn(model, start, *targets, 1, learning_rate=learning_rate)


def test_a_picture_that_falls_apart_is_told_in_a_sentence(model, start, targets):
    steps = minimize(
        transfer_costs(model, *targets),
        start,
        2,
        every=1,
        optimizer=tf.keras.optimizers.SGD(float("nan")),
    )
    with pytest.raises(NSTError, match="the picture contains NaN after step 1"):
        list(steps)


def test_a_bad_start_is_told_in_a_sentence(model, start, targets):
    spoilt = start.copy()
    spoilt[0, 0, 0, 0] = np.nan
    with pytest.raises(NSTError, match="start: contains NaN"):
        model_nn(model, spoilt, *targets, 3)
    for wrong in (start[0], start[:, :0]):
        with pytest.raises(NSTError, match="start: got shape"):
            model_nn(model, wrong, *targets, 3)
