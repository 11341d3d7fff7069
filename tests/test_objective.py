"""What a picture costs: gradients, several styles, masks, and tiles that leave no seam."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from nst_utils import (
    CONTENT_LAYER,
    STYLE_LAYERS,
    Settings,
    Style,
    compute_content_cost,
    compute_style_cost,
    load_image,
    load_vgg_model,
    reshape_and_normalize_image,
)
from nst_utils import objective as objective_module
from nst_utils.objective import WEIGHINGS, Objective, guided_grams, total_variation
from nst_utils.settings import PRESETS

TINY = Settings(size=48, coarsest=None, iterations=6, precision="float32")


def network_input(name: str, size: int = 48) -> np.ndarray:
    return reshape_and_normalize_image(load_image(f"images/{name}.jpg", size))


CONTENT, GLASS, WAVES = map(network_input, ("content/china", "style/stained-glass", "style/waves"))


@pytest.fixture(scope="module")
def somewhere() -> np.ndarray:
    """A picture that is no target."""
    noise = np.random.default_rng(0).normal(0, 20, CONTENT.shape)
    return CONTENT + noise.astype(np.float32)


def objective(model, styles, settings: Settings = TINY, content=CONTENT, **options) -> Objective:
    made = Objective(model, settings, **options)
    made.aim(content, styles)
    return made


def halves(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Two masks: the left half, and the right."""
    left = np.zeros(shape, np.float32)
    left[:, : shape[1] // 2] = 1
    return left, 1 - left


def test_with_the_course_s_weights_the_costs_are_the_course_s(model, somewhere):
    settings = replace(PRESETS["course"], alpha=10, beta=40)
    found = objective(model, [Style(GLASS)], settings)(somewhere)
    a_C, a_S, a_G = model(CONTENT), model(GLASS), model(somewhere)
    J_content = float(compute_content_cost(a_C[CONTENT_LAYER], a_G[CONTENT_LAYER]))
    J_style = float(compute_style_cost(a_S, a_G, STYLE_LAYERS))
    assert found[:3] == pytest.approx((10 * J_content + 40 * J_style, J_content, J_style), rel=1e-4)


@pytest.mark.parametrize("settings", [TINY, replace(TINY, smoothness=30.0), PRESETS["gatys"]])
def test_the_gradient_is_that_of_the_cost(model, somewhere, settings):
    costs = objective(model, [Style(GLASS)], settings)
    *_, gradient = costs(somewhere)
    direction = gradient / np.linalg.norm(gradient)
    ahead, behind = (costs(somewhere + h * direction)[0] for h in (20, -20))
    assert (ahead - behind) / 40 == pytest.approx(np.linalg.norm(gradient), rel=0.05)


def test_the_costs_are_0_at_their_targets(model):
    assert objective(model, [Style(GLASS)])(CONTENT)[1] == 0
    of_style = objective(model, [Style(GLASS)], content=GLASS)(GLASS)
    assert of_style[2] == pytest.approx(0, abs=1e-9)


def test_a_relative_cost_of_1_is_an_error_as_large_as_the_target(rng):
    target = tf.constant(rng.normal(3, 2, (1, 5, 6, 7)), tf.float32)
    for scale in (1e-3, 1.0, 1e3):
        for weigh in WEIGHINGS["relative"]:
            error = float(tf.reduce_mean(tf.square(scale * target)))
            assert weigh(scale * target) * error == pytest.approx(1, rel=1e-4)
    assert np.isfinite(WEIGHINGS["relative"].style(tf.zeros((3, 3))))


# Several styles, and where they go ----------------------------------------------------------------


def J_style(model, styles, image) -> float:
    return objective(model, styles)(image)[2]


def test_several_styles_cost_their_weighted_mean(model, somewhere):
    glass, waves = (J_style(model, [Style(p)], somewhere) for p in (GLASS, WAVES))
    both = J_style(model, [Style(GLASS, 1.0), Style(WAVES, 3.0)], somewhere)
    assert both == pytest.approx(0.25 * glass + 0.75 * waves, rel=1e-5)
    assert both == pytest.approx(
        J_style(model, [Style(GLASS, 10.0), Style(WAVES, 30.0)], somewhere), rel=1e-5
    )


def test_a_mask_that_is_1_everywhere_changes_nothing(model, somewhere):
    everywhere = np.ones(CONTENT.shape[1:3], np.float32)
    plain = objective(model, [Style(GLASS)])(somewhere)
    masked = objective(model, [Style(GLASS, mask=everywhere)])(somewhere)
    assert masked[:3] == pytest.approx(plain[:3], rel=1e-5)
    np.testing.assert_allclose(masked[3], plain[3], rtol=1e-3, atol=1e-8)


def test_guided_gram_matrices_look_at_their_region_alone(rng):
    a = tf.constant(rng.normal(size=(1, 4, 6, 5)), tf.float32)
    left, right = (half[..., None] for half in halves((4, 6)))
    found = guided_grams(a, tf.constant(np.stack([left, right])))
    parts = a.numpy()[0, :, :3].reshape(-1, 5), a.numpy()[0, :, 3:].reshape(-1, 5)
    for gram, part in zip(found.numpy(), parts, strict=True):
        np.testing.assert_allclose(gram, part.T @ part, rtol=1e-4, atol=1e-5)


def test_a_style_has_no_say_outside_its_mask(model, somewhere):
    left, _ = halves(CONTENT.shape[1:3])
    settings = replace(TINY, alpha=0.0, smoothness=0.0)
    *_, gradient = objective(model, [Style(GLASS, mask=left)], settings)(somewhere)
    shallow = replace(settings, style_layers=(("conv1_1", 1.0),))
    *_, narrow = objective(model, [Style(GLASS, mask=left)], shallow)(somewhere)
    middle = CONTENT.shape[2] // 2
    assert np.abs(narrow[:, :, middle + 1 :]).max() == 0 < np.abs(narrow[:, :, :middle]).max()
    assert np.abs(gradient[:, :, middle:]).mean() < 0.5 * np.abs(gradient[:, :, :middle]).mean()


def test_two_halves_in_one_style_pull_as_the_whole_does(model, somewhere):
    """The strength of a style at a pixel does not depend on how large its region is."""
    settings = replace(TINY, alpha=0.0, smoothness=0.0)
    whole = objective(model, [Style(GLASS)], settings)(somewhere)[3]
    masks = halves(CONTENT.shape[1:3])
    parts = objective(model, [Style(GLASS, mask=m) for m in masks], settings)(somewhere)[3]
    assert np.linalg.norm(parts) == pytest.approx(np.linalg.norm(whole), rel=0.25)


def test_where_styles_meet_they_share_by_their_weights(model, somewhere):
    everywhere = np.ones(CONTENT.shape[1:3], np.float32)
    masked = J_style(
        model, [Style(GLASS, 1.0, everywhere), Style(WAVES, 3.0, everywhere)], somewhere
    )
    plain = J_style(model, [Style(GLASS, 1.0), Style(WAVES, 3.0)], somewhere)
    assert masked == pytest.approx(plain, rel=1e-4)


def test_under_masks_too_only_the_proportions_of_the_weights_matter(model, somewhere):
    left, right = halves(CONTENT.shape[1:3])
    found = [
        J_style(model, [Style(GLASS, w, left), Style(WAVES, 3 * w, right)], somewhere)
        for w in (0.1, 1.0, 10.0)
    ]
    assert found == pytest.approx([found[0]] * 3, rel=1e-5)


def test_a_mask_may_have_another_size(model, somewhere):
    small, large = halves((4, 6)), halves((320, 480))
    found = [
        J_style(model, [Style(GLASS, mask=a), Style(WAVES, mask=b)], somewhere)
        for a, b in (small, large)
    ]
    assert found[0] == pytest.approx(found[1], rel=0.1)


# Tiles --------------------------------------------------------------------------------------------


def ramp(shape: tuple[int, int]) -> np.ndarray:
    return np.linspace(0, 1, shape[1], dtype=np.float32)[None].repeat(shape[0], 0)


@pytest.mark.parametrize("padding", ["zero", "replicate"])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("size", [(130, 209), (161, 97)])
def test_in_tiles_costs_and_gradient_are_those_of_the_whole(rng, padding, masked, size):
    model = load_vgg_model("small", padding=padding)
    content = rng.uniform(-100, 100, (1, *size, 3)).astype(np.float32)
    image = content + rng.normal(0, 20, content.shape).astype(np.float32)
    glass, waves = network_input("style/stained-glass", 140), network_input("style/waves", 90)
    mask = ramp(size) if masked else None
    styles = [Style(glass, 1.0, mask), Style(waves, 2.0, 1 - mask if masked else None)]
    whole = objective(model, styles, content=content)
    tiled = objective(model, styles, content=content, tile=64)
    assert len(tiled.tiles(image.shape)) > 4
    expected, found = whole(image), tiled(image)
    assert found[:3] == pytest.approx(expected[:3], rel=1e-4)
    apart = np.abs(found[3] - expected[3]).max() / np.abs(expected[3]).max()
    assert apart < 1e-4


@pytest.mark.parametrize("layer", ["conv1_1", "conv3_4", "conv5_4"])
def test_any_layer_may_be_tiled(model, rng, layer):
    settings = replace(TINY, content_layers=((layer, 1.0),), style_layers=((layer, 1.0),))
    content = rng.uniform(-100, 100, (1, 100, 240, 3)).astype(np.float32)
    image = content[:, ::-1]
    found = [
        objective(model, [Style(GLASS)], settings, content, tile=tile)(image) for tile in (None, 48)
    ]
    np.testing.assert_allclose(found[1][3], found[0][3], atol=1e-3 * np.abs(found[0][3]).max())


def test_cores_cover_the_picture_once_and_windows_reach_beyond_them(model):
    made = Objective(model, TINY, tile=70)
    for shape in ((1, 200, 333, 3), (1, 64, 64, 3), (1, 65, 17, 3)):
        covered = np.zeros(shape[1:3], int)
        for tile in made.tiles(shape):
            top, bottom, left, right = tile.core
            covered[top:bottom, left:right] += 1
            assert bottom - top <= 70 and right - left <= 70
            for side, (first, last) in enumerate(((top, bottom), (left, right))):
                window = tile.window[2 * side : 2 * side + 2]
                assert window[0] == max(0, first - made.margin)
                assert window[1] == min(shape[side + 1], last + made.margin)
        assert (covered == 1).all()


def test_without_tiles_there_is_one(model):
    assert len(Objective(model, TINY).tiles((1, 500, 700, 3))) == 1


def test_it_is_compiled_once_for_a_network_whatever_the_sizes_and_weights(monkeypatch, rng):
    network, traced = load_vgg_model("small"), []

    def counted(*arguments):
        traced.append(1)
        return objective_module.costs_of_before(*arguments)

    monkeypatch.setattr(
        objective_module, "costs_of_before", objective_module.costs_of, raising=False
    )
    monkeypatch.setattr(objective_module, "costs_of", counted)
    for size, beta in (((32, 48), 20.0), ((40, 60), 20.0), ((33, 35), 7.0)):
        content = rng.uniform(-100, 100, (1, *size, 3)).astype(np.float32)
        objective(network, [Style(GLASS)], replace(TINY, beta=beta), content)(content)
    assert len(traced) == 1
    objective(network, [Style(GLASS), Style(WAVES)])(CONTENT)
    assert len(traced) == 2, "two styles are another computation"


def test_total_variation_is_the_mean_squared_difference_of_neighbours():
    image = np.zeros((1, 2, 3, 1), np.float32)
    image[0, :, :, 0] = [[0, 1, 3], [2, 1, 3]]
    down, across = (4 + 0 + 0) / 3, (1 + 4 + 1 + 4) / 4
    assert float(total_variation(tf.constant(image))) == pytest.approx(down + across)
