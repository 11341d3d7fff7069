"""The engine: the lesson's picture where it is asked for, and what it adds."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from nst_utils import (
    CONTENT_LAYER,
    NSTError,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    precision,
    reshape_and_normalize_image,
)
from nst_utils.color import RGB_TO_YUV
from nst_utils.engine import load_model, stylize
from nst_utils.objective import total_variation
from nst_utils.settings import PRESETS, Settings, scales

CONTENT = load_image("images/content/china.jpg", 200)
STYLE = load_image("images/style/stained-glass.jpg", 150)
TINY = Settings(size=48, coarsest=None, iterations=6, precision="float32")


def small(picture: np.ndarray, size: int = 48) -> np.ndarray:
    return reshape_and_normalize_image(load_image(picture, size))


def test_the_preset_of_the_course_paints_the_picture_of_the_course(model):
    content, style = small("images/content/china.jpg"), small("images/style/stained-glass.jpg")
    start = generate_noise_image(content, seed=3)
    a_C, a_S = model(content)[CONTENT_LAYER], model(style)
    there, here = [], []
    model_nn(model, start, a_C, a_S, 12, every=1, callback=there.append)
    settings = replace(PRESETS["course"], size=48, iterations=12, seed=3)
    photograph = load_image("images/content/china.jpg")
    stylize(
        photograph, load_image("images/style/stained-glass.jpg"), settings, callback=here.append
    )
    assert [p.step for p in here] == [p.step for p in there]
    for name in ("J", "J_content", "J_style"):
        np.testing.assert_allclose(
            [getattr(p, name) for p in here], [getattr(p, name) for p in there], rtol=1e-3
        )
    apart = np.abs(here[-1].image - there[-1].image)
    assert np.sqrt(np.mean(apart**2)) < 0.1


def test_scales_grow_by_the_root_of_two_and_coarse_ones_take_more_steps():
    settings = Settings(size=512, coarsest=128, iterations=10, growth=1.5)
    assert scales(settings) == [(128, 51), (181, 34), (256, 22), (362, 15), (512, 10)]
    assert scales(replace(settings, coarsest=None)) == [(512, 10)]
    assert scales(replace(settings, size=100)) == [(100, 10)]


def test_the_picture_is_painted_coarse_to_fine_and_the_steps_are_counted_through():
    seen = []
    settings = replace(TINY, coarsest=24, iterations=2, growth=1)
    picture = stylize(CONTENT, STYLE, settings, callback=seen.append)
    assert [p.image.shape[2] for p in seen] == [24, 24, 34, 34, 48, 48, 48]
    assert [p.step for p in seen] == list(range(7))
    assert picture.dtype == np.uint8 and picture.shape == (32, 48, 3)
    seconds = [p.seconds for p in seen]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("init", ["noise", "content", "style"])
def test_the_cost_falls_from_every_start(optimizer, init):
    seen = []
    stylize(CONTENT, STYLE, replace(TINY, optimizer=optimizer, init=init), callback=seen.append)
    assert seen[-1].J < 0.7 * seen[0].J


def test_relative_weights_mean_the_same_at_every_size():
    found = []
    for size in (64, 128):
        seen = []
        stylize(CONTENT, STYLE, replace(TINY, size=size, iterations=0), callback=seen.append)
        found.append(seen[0].J_style)
    assert found[0] == pytest.approx(found[1], rel=0.4)


def test_a_smooth_picture_has_less_variation():
    rough, smooth = (
        stylize(CONTENT, STYLE, replace(TINY, smoothness=weight)) for weight in (0, 30)
    )
    variation = [float(total_variation(tf.constant(p[None], tf.float32))) for p in (rough, smooth)]
    assert variation[1] < 0.8 * variation[0]


def test_the_mean_of_the_pictures_trembles_less():
    settings = replace(TINY, optimizer="adam", learning_rate=20.0, iterations=40)
    last, mean = (stylize(CONTENT, STYLE, replace(settings, averaging=a)) for a in (0.0, 0.9))
    variation = [total_variation(tf.constant(p[None], tf.float32)) for p in (last, mean)]
    assert variation[1] < 0.97 * variation[0]


def test_kept_colours_are_those_of_the_photograph():
    kept, own = (stylize(CONTENT, STYLE, replace(TINY, colors=c)) for c in ("keep", "style"))
    photograph = load_image("images/content/china.jpg", 48)
    off = [np.abs((p - photograph.astype(float)) @ RGB_TO_YUV[1:].T).mean() for p in (kept, own)]
    assert off[0] < 0.3 * off[1]


def test_matched_colours_come_from_the_photograph():
    blue = np.zeros_like(STYLE)
    blue[..., 2] = STYLE.mean(2)
    settings = replace(TINY, iterations=20, init="noise", alpha=0)
    matched, own = (stylize(CONTENT, blue, replace(settings, colors=c)) for c in ("match", "style"))
    wanted = CONTENT.mean((0, 1))
    assert np.abs(matched.mean((0, 1)) - wanted).sum() < np.abs(own.mean((0, 1)) - wanted).sum()


def test_larger_strokes_come_from_a_larger_style_picture(model):
    one, two = (stylize(CONTENT, STYLE, replace(TINY, style_scale=s)) for s in (1.0, 2.0))
    assert not np.array_equal(one, two)


def test_bfloat16_paints_nearly_the_same():
    try:
        half = stylize(CONTENT, STYLE, replace(TINY, precision="bfloat16"))
    except tf.errors.OpError:
        pytest.skip("this machine has no bfloat16 convolution")
    full = stylize(CONTENT, STYLE, TINY)
    assert 0 < np.abs(half.astype(int) - full).mean() < 12


@pytest.mark.parametrize(
    "seconds, wanted",
    [({"bfloat16": 0.2}, "bfloat16"), ({"bfloat16": 0.9}, "float32"), ({}, "float32")],
)
def test_bfloat16_is_taken_where_it_is_there_and_pays(monkeypatch, seconds, wanted):
    def timed(kind: str) -> float:
        if kind not in {"float32": 1.0} | seconds:
            raise tf.errors.InvalidArgumentError(None, None, "no such convolution here")
        return ({"float32": 1.0} | seconds)[kind]

    monkeypatch.setattr(precision, "_seconds", timed)
    precision.fastest_precision.cache_clear()
    try:
        chosen = load_model(replace(TINY, precision="auto"))(np.zeros((1, 16, 16, 3), np.float32))
    finally:
        precision.fastest_precision.cache_clear()
    assert chosen["conv1_1"].dtype.name == wanted


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"optimizer": "sgd"}, "optimizer: unknown 'sgd'; choose from adam, lbfgs."),
        ({"colors": "red"}, "colors: unknown 'red'; choose from style, match, keep."),
        ({"size": 4}, "size: 4 is not a whole number from 16 to"),
        ({"coarsest": 0}, "coarsest: 0 is not a whole number from 16 to"),
        ({"size": 512.0}, "size: 512.0 is not a whole number"),
        ({"seed": -1}, "seed: -1 is not a whole number from 0"),
        ({"alpha": float("nan")}, "alpha: nan is not a number from 0"),
        ({"beta": "much"}, "beta: 'much' is not a number"),
        ({"averaging": 1}, "averaging: 1 is not a number from 0 to 0.9999"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong, sentence):
    with pytest.raises(NSTError) as failure:
        Settings(**wrong)
    assert str(failure.value).startswith(sentence)


def test_pictures_that_cannot_be_are_refused():
    for pair, name in (
        ((CONTENT / 255, STYLE), "content"),
        ((CONTENT, STYLE[..., 0]), "style"),
        ((CONTENT[:0], STYLE), "content"),
    ):
        with pytest.raises(NSTError, match=f"{name}: expected a uint8 picture"):
            stylize(*pair, TINY)


@pytest.mark.parametrize("setting", ["content_layers", "style_layers"])
def test_a_layer_that_there_is_not_is_told_with_those_that_there_are(setting):
    settings = replace(TINY, **{setting: (("conv9_9", 1.0),)})
    with pytest.raises(NSTError, match=f"{setting}: there is no layer 'conv9_9'; choose"):
        stylize(CONTENT, STYLE, settings)


def test_max_pooling_and_padding_reach_the_network():
    loaded = load_model(replace(TINY, pooling="max"))
    assert "maxpool1" in loaded.layer_names
    framed, unframed = (load_model(replace(TINY, padding=p)) for p in ("zero", "replicate"))
    grey = np.full((1, 16, 16, 3), 60, np.float32)
    assert np.ptp(unframed(grey)["conv1_1"], axis=(1, 2)).max() == pytest.approx(0, abs=1e-3)
    assert np.ptp(framed(grey)["conv1_1"], axis=(1, 2)).max() > 1


def test_an_unknown_precision_is_refused():
    with pytest.raises(NSTError, match="precision: unknown 'float16'"):
        load_vgg_model("small", precision="float16")
