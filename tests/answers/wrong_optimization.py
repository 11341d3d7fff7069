"""Wrong answers of notebook 06."""

import numpy as np
import tensorflow as tf

from answers import wrong_answer
from nst_utils.config import CONTENT_LAYER, STYLE_LAYERS
from nst_utils.costs import compute_content_cost, compute_style_cost, total_cost
from nst_utils.images import displayable_range, generate_noise_image
from nst_utils.optimize import Progress
from nst_utils.optimize import train_step as right_step

# --- train_step --------------------------------------------------------------------------------

STEP = "train_step"


def all_costs(image, model, a_C, a_S, alpha, beta):
    """The part of a step that is right in the answers about what comes after it."""
    a_G = model(image)
    J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
    J_style = compute_style_cost(a_S, a_G)
    return total_cost(J_content, J_style, alpha, beta), J_content, J_style


def clip(image, model):
    low, high = displayable_range(model.mean)
    image.assign(tf.clip_by_value(image, low, high))


@wrong_answer(STEP, "no_gradient", "gradient is None", "tape saw no path from J to the image")
def model_outside_the_tape(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    a_G = model(image)
    with tf.GradientTape() as tape:
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "no_gradient", "gradient is None")
def picture_turned_into_an_array(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image.numpy(), model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "no_gradient", "gradient is None")
def gradient_of_a_float(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = map(float, all_costs(image, model, a_C, a_S, alpha, beta))
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "no_gradient", "gradient is None")
def lost_gradient_skipped(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    picture = tf.constant(image)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        J, J_content, J_style = all_costs(picture, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    if gradient is not None:
        optimizer.apply_gradients([(gradient, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "not_pairs", "a list of pairs")
def two_arguments(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients(gradient, image)
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "not_pairs", "a list of pairs")
def pair_without_list(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients((gradient, image))
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "not_pairs", "(gradient, variable)")
def zip_without_lists(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients(zip(gradient, image, strict=True))
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "not_pairs", "(gradient, variable)")
def list_of_gradients_in_the_pair(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradients = tape.gradient(J, [image])
    optimizer.apply_gradients([(gradients, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "not_pairs", "(gradient, variable)")
def pair_the_other_way_round(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(image, gradient)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "network_trained", "weights", "the network itself")
def as_in_ordinary_training(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradients = tape.gradient(J, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "network_trained", "weights")
def all_that_the_tape_watched(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    variables = tape.watched_variables()
    optimizer = tf.keras.optimizers.Adam(2.0)
    optimizer.apply_gradients(zip(tape.gradient(J, variables), variables, strict=True))
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "image_rebound", "has not changed", "image = …")
def descent_into_a_new_tensor(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    image = image - 2.0 * gradient
    low, high = displayable_range(model.mean)
    image = tf.clip_by_value(image, low, high)
    return J, J_content, J_style


@wrong_answer(STEP, "image_rebound", "has not changed")
def new_variable(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    image = tf.Variable(image)
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "image_rebound", "no step was applied")
def step_forgotten(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    tape.gradient(J, image)
    clip(image, model)
    return J, J_content, J_style


content_of_another_lesson = tf.random.stateless_normal((1, 38, 50, 64), seed=(1, 2))
fixed_content = tf.random.stateless_uniform((1, 6, 10, 4), seed=(3, 4))


@wrong_answer(STEP, "targets_from_globals", "handed to the function", "content_of_another_lesson")
def targets_of_the_notebook(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, content_of_another_lesson, a_S, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "targets_from_globals", "your costs are the same", "fixed_content")
def fixed_target(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, fixed_content, a_S, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "costs_in_wrong_order", "another order", "(J, J_content, J_style)")
def total_last(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    J, J_content, J_style = right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return J_content, J_style, J


@wrong_answer(STEP, "costs_in_wrong_order", "another order")
def style_before_content(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    J, J_content, J_style = right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return J, J_style, J_content


@wrong_answer(STEP, "costs_weighted", "with their weights", "costs themselves")
def parts_of_the_total(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    J, J_content, J_style = right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return J, alpha * J_content, beta * J_style


@wrong_answer(STEP, "several_steps", "6 steps in 3 calls")
def applied_twice(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    optimizer.apply_gradients(zip([gradient], [image], strict=True))
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "several_steps", "9 steps in 3 calls")
def loop_in_the_step(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    for _ in range(3):
        costs = right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return costs


@wrong_answer(STEP, "weights_not_passed_on", "alpha and beta do not change J")
def alpha_and_beta_forgotten(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "weights_not_passed_on", "alpha and beta do not change J")
def plain_sum_of_costs(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        _, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
        J = J_content + J_style
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "weights_exchanged", "changed places")
def beta_before_alpha_in_the_call(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        _, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
        J = total_cost(J_content, J_style, beta, alpha)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "total_wrong", "not the total of the two")
def only_style_in_the_total(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        _, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
        J = beta * J_style
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "content_wrong", "J_content is not", "layer")
def another_layer_for_the_content(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G["conv4_1"])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "content_wrong", "J_content is not")
def content_with_itself(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_G[CONTENT_LAYER], a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "style_wrong", "J_style is not", "compute_style_cost")
def fewer_style_layers(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image, layers=("conv1_1", "conv2_1", "conv4_2"))
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G, STYLE_LAYERS[:2])
        J = total_cost(J_content, J_style, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "new_optimizer_each_step", "took no step", "nothing to remember")
def own_optimizer(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    optimizer = tf.keras.optimizers.Adam(learning_rate=2.0)
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "new_optimizer_each_step", "took no step", "by hand")
def step_by_hand(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    image.assign_sub(2.0 * tf.sign(tape.gradient(J, image)))
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "ascent", "wrong way", "larger")
def minus_the_gradient(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = -tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "ascent", "wrong way")
def gradient_of_minus_J(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
        loss = -J
    optimizer.apply_gradients([(tape.gradient(loss, image), image)])
    clip(image, model)
    return J, J_content, J_style


def step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta):
    with tf.GradientTape() as tape:
        costs = all_costs(image, model, a_C, a_S, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(costs[0], image), image)])
    return costs


@wrong_answer(STEP, "wrong_range", "wrong range", "RGB minus the mean")
def clipped_to_colours(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    image.assign(tf.clip_by_value(image, 0.0, 255.0))
    return costs


@wrong_answer(STEP, "wrong_range", "wrong range")
def clipped_to_unit_range(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    image.assign(np.clip(image.numpy(), 0, 1))
    return costs


@wrong_answer(STEP, "wrong_range", "wrong range")
def clipped_with_another_mean(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    image.assign(tf.clip_by_value(image, *displayable_range()))
    return costs


@wrong_answer(STEP, "wrong_range", "wrong range")
def clipped_too_wide(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    image.assign(tf.clip_by_value(image, clip_value_min=-255.0, clip_value_max=255.0))
    return costs


@wrong_answer(STEP, "wrong_range", "wrong range")
def one_limit_wrong(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    image.assign(tf.clip_by_value(image, -model.mean, 255.0))
    return costs


@wrong_answer(STEP, "clip_not_assigned", "not written back", "Which method")
def clipped_and_forgotten(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    low, high = displayable_range(model.mean)
    tf.clip_by_value(image, low, high)
    return costs


@wrong_answer(STEP, "clip_not_assigned", "not written back")
def clipped_to_colours_and_forgotten(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    tf.clip_by_value(image, 0.0, 255.0)
    return costs


@wrong_answer(STEP, "clip_not_assigned", "not written back")
def clipped_into_a_new_tensor(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    low, high = displayable_range(model.mean)
    image = np.clip(image, a_min=low, a_max=high)
    return costs


@wrong_answer(STEP, "no_clip", "leaves the displayable range", "nothing brings it back")
def clipping_forgotten(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    return J, J_content, J_style


@wrong_answer(STEP, "clip_before_step", "before the step", "order")
def clipped_first(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    clip(image, model)
    return step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)


@wrong_answer(STEP, "clip_before_step", "before the step")
def clipped_between(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tape.gradient(J, image)
    low, high = displayable_range(model.mean)
    image.assign(tf.maximum(low, tf.minimum(image, high)))
    optimizer.apply_gradients([(gradient, image)])
    return J, J_content, J_style


@wrong_answer(STEP, "costs_after_step", "after the step")
def costs_computed_again(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return all_costs(image, model, a_C, a_S, alpha, beta)


@wrong_answer(STEP, "one_cost_lowered", "only one of")
def gradient_of_the_content(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J_content, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, "wrong_type", "expected the three costs (J, J_content, J_style)")
def total_alone(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    J, _, _ = right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return J


@wrong_answer(STEP, "wrong_type", "a tuple of length 2")
def two_costs(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    return right_step(image, model, a_C, a_S, optimizer, alpha, beta)[1:]


@wrong_answer(STEP, "wrong_type", "each of them a number")
def three_times_none(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    right_step(image, model, a_C, a_S, optimizer, alpha, beta)
    return None, None, None


@wrong_answer(STEP, "returns_none", "returns None")
def step_returns_nothing(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    right_step(image, model, a_C, a_S, optimizer, alpha, beta)


@wrong_answer(STEP, "raises", "AttributeError", "apply_gradient")
def method_misspelled(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    optimizer.apply_gradient([(tape.gradient(J, image), image)])
    return J, J_content, J_style


@wrong_answer(STEP, "raises", "RuntimeError", "assign_sub")
def minus_equals(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    image -= 2.0 * tape.gradient(J, image)
    return J, J_content, J_style


@wrong_answer(STEP, "raises", "TypeError", "NoneType")
def subscripts_none(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        costs = print("costs:", all_costs(image, model, a_C, a_S, alpha, beta))
    optimizer.apply_gradients([(tape.gradient(costs[0], image), image)])
    return costs


@wrong_answer(STEP, "both_costs_wrong", "neither J_content nor J_style")
def mean_subtracted_again(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image - model.mean, model, a_C, a_S, alpha, beta)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    clip(image, model)
    return J, J_content, J_style


@wrong_answer(STEP, None, "at position [")
def rounded_to_whole_levels(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    costs = step_without_clipping(image, model, a_C, a_S, optimizer, alpha, beta)
    clip(image, model)
    image.assign(tf.round(image / 3.0) * 3.0)
    return costs


@wrong_answer(STEP, "no_clip", "nothing brings it back")
def gradient_clipped_in_place_of_the_picture(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        J, J_content, J_style = all_costs(image, model, a_C, a_S, alpha, beta)
    gradient = tf.clip_by_value(tape.gradient(J, image), -100.0, 100.0)
    optimizer.apply_gradients([(gradient, image)])
    return J, J_content, J_style


# --- model_nn ----------------------------------------------------------------------------------

LOOP = "model_nn"


def report(callback, step, picture, costs):
    callback(Progress(step, picture, *map(float, costs), seconds=0.0))


@wrong_answer(LOOP, "returns_start", "returns the start")
def start_is_returned(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return start


@wrong_answer(LOOP, "returns_start", "nothing was painted")
def copy_is_trained(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    for step in range(num_iterations):
        optimizer = tf.keras.optimizers.Adam(learning_rate)
        costs = right_step(tf.Variable(image), model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, image.numpy(), costs)
    return image.numpy()


@wrong_answer(LOOP, "start_ignored", "does not begin at `start`")
def begins_with_black(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(tf.zeros_like(start))
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "start_ignored", "does not begin at `start`")
def noise_is_mixed_in(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(generate_noise_image(start, seed=1))
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_iterations):
        right_step(image, model, a_C, a_S, optimizer)
    return image.numpy()


@wrong_answer(LOOP, "new_optimizer_each_step", "new optimizer", "nothing to remember")
def optimizer_in_the_loop(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    for step in range(num_iterations):
        optimizer = tf.keras.optimizers.Adam(learning_rate)
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "one_step_too_many", "one step too many")
def counts_to_the_end(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations + 1):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "one_step_too_many", "one step too many")
def while_with_equals(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image, step = tf.Variable(start), 0
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    while step <= num_iterations:
        right_step(image, model, a_C, a_S, optimizer)
        step += 1
    return image.numpy()


@wrong_answer(LOOP, "one_step_too_few", "one step too few")
def counts_from_one(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(1, num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "one_step_too_few", "kept from before a step")
def picture_before_the_last_step(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return before


@wrong_answer(LOOP, "one_step_only", "after one step only", "indentation")
def loop_returns_at_once(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
        return image.numpy()


@wrong_answer(LOOP, "one_step_only", "begins at the start again")
def begins_again_in_each_turn(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    for step in range(num_iterations):
        image = tf.Variable(start)
        optimizer = tf.keras.optimizers.Adam(learning_rate)
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "other_number_of_steps", "another number of steps")
def steps_over_most_steps(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(0, num_iterations, every):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "other_number_of_steps", "num_iterations")
def number_written_down(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(12):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "learning_rate_ignored", "not Adam", "moves by 9.49")
def another_adaptive_optimizer(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.RMSprop(learning_rate)
    for _ in range(num_iterations):
        right_step(image, model, a_C, a_S, optimizer)
    return image.numpy()


@wrong_answer(LOOP, "learning_rate_ignored", "moves by 2,", "expected 3.0")
def rate_written_down(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate=2.0)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "learning_rate_ignored", "moves by 0.00")
def rate_left_out(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam()
    for _ in range(num_iterations):
        right_step(image, model, a_C, a_S, optimizer)
    return image


@wrong_answer(LOOP, "another_optimizer", "as Adam moves them")
def gradient_descent(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.SGD(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "mean_added", "mean is added")
def made_ready_for_the_screen(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return np.clip(image.numpy() + model.mean, 0, 255).astype(np.uint8)[0]


@wrong_answer(LOOP, "callback_not_optional", "without a callback", "not callable")
def callback_always_called(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "callback_wants_progress", "other than one Progress")
def numbers_to_the_callback(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        J, _, _ = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            callback(step, before, float(J))
    return image.numpy()


@wrong_answer(LOOP, "callback_wants_progress", "which order")
def picture_and_step_exchanged(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, before, step, costs)
    return image.numpy()


@wrong_answer(LOOP, "never_reports", "never called")
def prints_in_place_of_reporting(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        J, _, _ = right_step(image, model, a_C, a_S, optimizer)
        if step % every == 0:
            print("Cost", step, float(J))
    return image.numpy()


@wrong_answer(LOOP, "reports_wrong_steps", "0, every, 2·every", "every=2 and 5 steps")
def reports_after_each_block(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and (step + 1) % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "reports_wrong_steps", "0, every, 2·every")
def reports_every_step(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "picture_and_costs_apart", "not the one whose costs")
def picture_after_the_step(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, image.numpy(), costs)
    return image.numpy()


@wrong_answer(LOOP, "picture_and_costs_apart", "not the one whose costs")
def before_is_the_variable_itself(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "reports_wrong_cost", "J that you report", "order")
def style_cost_as_total(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        J, J_content, J_style = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, (J_style, J_content, J))
    return image.numpy()


@wrong_answer(LOOP, "start_changed", "`start` itself was changed")
def writes_into_the_start(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    start[:] = image.numpy()
    return start


@wrong_answer(LOOP, "no_variable", "needs a tf.Variable")
def array_without_variable(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_iterations):
        right_step(start, model, a_C, a_S, optimizer)
    return start


@wrong_answer(LOOP, "variable_in_loop", "does not know")
def variable_made_in_each_step(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        image = tf.Variable(start)
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()


@wrong_answer(LOOP, "raises", "'tuple' object has no attribute 'numpy'")
def costs_for_the_picture(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_iterations):
        image = right_step(image, model, a_C, a_S, optimizer)
        image = image.numpy()
    return image


@wrong_answer(LOOP, None, "a pixel of your picture is 0 at position")
def clipped_at_the_end(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return np.clip(image.numpy(), 0, 255)


@wrong_answer(LOOP, "wrong_arguments", "callback")
def no_callback_at_all(model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_iterations):
        right_step(image, model, a_C, a_S, optimizer)
    return image.numpy()


@wrong_answer(LOOP, "returns_none", "returns None")
def loop_returns_nothing(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_iterations):
        right_step(image, model, a_C, a_S, optimizer)


@wrong_answer(LOOP, "wrong_type", "a tuple of length 2", "the finished picture")
def costs_beside_the_picture(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image, history = tf.Variable(start), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_iterations):
        history.append(right_step(image, model, a_C, a_S, optimizer))
    return image.numpy(), history


@wrong_answer(LOOP, "wrong_shape", "(6, 10, 3)", "(1, 6, 10, 3)")
def batch_axis_dropped(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        costs = right_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            report(callback, step, before, costs)
    return image.numpy()[0]
