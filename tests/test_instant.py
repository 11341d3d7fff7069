"""Style transfer in one pass: what AdaIN computes, what the knobs do, what is refused."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from nst_utils import NSTError, Style, instant, load_image, project_path, stylize_instantly
from nst_utils.color import RGB_TO_YUV
from nst_utils.images import reshape_and_normalize_image
from nst_utils.instant import (
    EPSILON,
    InstantModel,
    Look,
    adain,
    channel_statistics,
    load_instant_model,
    load_magenta,
    size_that_fits,
)

PHOTOGRAPH = load_image(project_path("images", "content", "china.jpg"), 72)
GLASS, WAVES = (
    load_image(project_path("images", "style", f"{name}.jpg"), 64)
    for name in ("stained-glass", "waves")
)


@pytest.fixture(scope="module")
def bundled() -> InstantModel:
    return load_instant_model()


def activation(rng, *shape: int) -> np.ndarray:
    return rng.uniform(0, 400, shape).astype(np.float32)


# Adaptive instance normalisation ----------------------------------------------------------------


def test_adain_against_numpy(rng):
    c, s = activation(rng, 1, 3, 5, 7), activation(rng, 1, 6, 2, 7)
    mu_c, mu_s = (a.mean((1, 2), keepdims=True) for a in (c, s))
    sigma_c, sigma_s = (np.sqrt(a.var((1, 2), keepdims=True) + EPSILON) for a in (c, s))
    expected = sigma_s * (c - mu_c) / sigma_c + mu_s
    np.testing.assert_allclose(adain(c, s), expected, rtol=1e-4, atol=1e-2)


def test_the_result_has_the_statistics_of_the_style(rng):
    c, s = activation(rng, 1, 9, 4, 6), 3 * activation(rng, 1, 5, 8, 6) + 50
    found, wanted = channel_statistics(adain(c, s)), channel_statistics(s)
    np.testing.assert_allclose(found.mu, wanted.mu, rtol=1e-4)
    np.testing.assert_allclose(found.sigma, wanted.sigma, rtol=1e-4)


def test_a_channel_that_is_the_same_everywhere_is_not_divided_by_0():
    flat = np.zeros((1, 4, 4, 2), np.float32)
    assert np.isfinite(adain(flat, flat)).all()


def test_one_picture_styled_with_itself_stays_what_encoder_and_decoder_see(bundled):
    a_C = bundled.encode(PHOTOGRAPH)
    np.testing.assert_allclose(adain(a_C, a_C), a_C, rtol=1e-3, atol=1e-2)


# Any size ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 9), (16, 16), (17, 8), (33, 65)])
def test_every_size_in_is_the_size_out(shape, rng):
    content = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
    painted = stylize_instantly(content, GLASS)
    assert painted.shape == content.shape and painted.dtype == np.uint8


def test_the_style_may_have_any_size(rng):
    for shape in ((1, 1, 3), (5, 90, 3)):
        style = rng.integers(0, 256, shape, dtype=np.uint8)
        assert stylize_instantly(PHOTOGRAPH, style).shape == PHOTOGRAPH.shape


@pytest.mark.parametrize("shape", [(33, 65), (41, 40), (9, 20)])
def test_nothing_is_lost_at_the_edges(bundled, rng, shape):
    """A picture that is continued by hand to a multiple of 8 is painted the same."""
    content = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
    more = [max(16, -(-side // 8) * 8) - side for side in shape]
    rows, columns = (
        np.r_[:len_, len_ - 1 : len_ - 1 - add : -1] for len_, add in zip(shape, more, strict=True)
    )
    by_hand = content[rows][:, columns]
    look = bundled.look(Style(GLASS))
    painted = bundled.paint(content, [look])
    whole = bundled.paint(by_hand, [look])
    np.testing.assert_array_equal(painted, whole[: shape[0], : shape[1]])


def test_the_last_pixels_count(bundled):
    """The network's poolings drop an odd last row or column; the continuation saves them."""
    other = PHOTOGRAPH[:41, :69].copy()
    other[-1], other[:, -1] = 255 - other[-1], 255 - other[:, -1]
    a, b = bundled.encode(PHOTOGRAPH[:41, :69]), bundled.encode(other)
    assert np.abs(a - b)[0, -1].max() > 1 and np.abs(a - b)[0, :, -1].max() > 1


def test_the_encoder_is_the_network_in_the_padding_that_the_decoder_knows(bundled):
    x = reshape_and_normalize_image(PHOTOGRAPH[:48, :72], bundled.encoder.mean)
    np.testing.assert_array_equal(
        bundled.encode(PHOTOGRAPH[:48, :72]), bundled.encoder(x, ("conv4_1",))["conv4_1"]
    )


# Strength, weights, masks, colours --------------------------------------------------------------


def goal(bundled, looks, **options) -> np.ndarray:
    """The activation that is decoded."""
    seen = []
    spy = InstantModel.__new__(InstantModel)
    spy.encoder, spy._encode = bundled.encoder, bundled._encode
    spy.decode = lambda x: seen.append(x.numpy()) or tf.zeros((1, 48, 72, 3))
    spy.paint(PHOTOGRAPH, looks, **options)
    return seen[0]


def test_strength_is_linear_in_the_activation(bundled):
    look = bundled.look(Style(GLASS))
    a_C, styled = bundled.encode(PHOTOGRAPH).numpy(), goal(bundled, [look])
    np.testing.assert_array_equal(goal(bundled, [look], strength=0), a_C)
    np.testing.assert_allclose(
        styled, adain(a_C, bundled.encode(GLASS)), rtol=1e-3, atol=1e-2, err_msg="all of it"
    )
    half = goal(bundled, [look], strength=0.5)
    np.testing.assert_allclose(half, (a_C + styled) / 2, rtol=1e-3, atol=1e-2)


def test_two_styles_are_mixed_by_their_weights(bundled):
    looks = [bundled.look(Style(picture)) for picture in (GLASS, WAVES)]
    one, other = (goal(bundled, [look]) for look in looks)
    mixed = goal(bundled, [looks[0]._replace(weight=6.0), looks[1]._replace(weight=2.0)])
    np.testing.assert_allclose(mixed, 0.75 * one + 0.25 * other, rtol=1e-3, atol=1e-2)


def test_a_mask_divides_the_picture(bundled):
    left = np.zeros((48, 72))
    left[:, :40] = 1
    look, a_C = bundled.look(Style(GLASS)), bundled.encode(PHOTOGRAPH).numpy()
    masked, everywhere = goal(bundled, [look._replace(mask=left)]), goal(bundled, [look])
    np.testing.assert_allclose(masked[0, :, :5], everywhere[0, :, :5], rtol=1e-4, atol=1e-2)
    np.testing.assert_array_equal(masked[0, :, 5:], a_C[0, :, 5:])


def test_two_masks_give_each_style_its_half(bundled):
    left = np.zeros((48, 72))
    left[:, :40] = 1
    styles = [Style(GLASS, 1.0, left), Style(WAVES, 5.0, 1 - left)]
    both = goal(bundled, [bundled.look(style) for style in styles])
    one, other = (goal(bundled, [bundled.look(Style(p))]) for p in (GLASS, WAVES))
    np.testing.assert_allclose(both[0, :, :5], one[0, :, :5], rtol=1e-4, atol=1e-2)
    np.testing.assert_allclose(both[0, :, 5:], other[0, :, 5:], rtol=1e-4, atol=1e-2)


def test_where_a_mask_is_grey_a_part_of_the_photograph_stays(bundled):
    look, a_C = bundled.look(Style(GLASS)), bundled.encode(PHOTOGRAPH).numpy()
    grey = goal(bundled, [look._replace(mask=np.full((48, 72), 0.25))])
    np.testing.assert_allclose(
        grey, 0.75 * a_C + 0.25 * goal(bundled, [look]), rtol=1e-3, atol=1e-2
    )


def test_a_position_that_a_mask_covers_by_half_is_styled_by_half(bundled):
    left = np.zeros((48, 72))
    left[:, :36] = 1  # position 4 is the mean of the pixels 32 to 39
    look, a_C = bundled.look(Style(GLASS)), bundled.encode(PHOTOGRAPH).numpy()
    masked, styled = goal(bundled, [look._replace(mask=left)]), goal(bundled, [look])
    half = (a_C + styled)[0, :, 4] / 2
    np.testing.assert_allclose(masked[0, :, 4], half, rtol=1e-3, atol=1e-2)


def test_masks_leave_the_unmasked_side_as_a_picture_without_style():
    left = np.zeros((48, 72))
    left[:, :24] = 1
    plain = stylize_instantly(PHOTOGRAPH, GLASS, strength=0)
    masked = stylize_instantly(PHOTOGRAPH, Style(GLASS, mask=left)).astype(int)
    styled = stylize_instantly(PHOTOGRAPH, GLASS)
    # The decoder's convolutions reach over the border.
    assert np.abs(masked - plain)[:, 52:].max() <= 1
    assert np.abs(masked - plain)[:, :16].mean() > 20
    assert np.abs(masked - styled)[:, :4].mean() < np.abs(masked - plain)[:, :4].mean() / 4


def test_a_mask_may_have_any_size_and_the_picture_too():
    mask = np.eye(5)
    painted = stylize_instantly(PHOTOGRAPH[:33, :33], Style(GLASS, mask=mask))
    assert painted.shape == (33, 33, 3)


def test_keep_takes_brightness_alone():
    painted = stylize_instantly(PHOTOGRAPH, GLASS)
    kept = stylize_instantly(PHOTOGRAPH, GLASS, colors="keep")
    chroma = (kept.astype(float) - PHOTOGRAPH) @ RGB_TO_YUV.T
    inside = ((kept > 0) & (kept < 255)).all(-1)
    assert inside.mean() > 0.3 and np.abs(chroma[inside][:, 1:]).max() < 1
    brightness = (kept.astype(float) - painted) @ RGB_TO_YUV[0]
    assert np.abs(brightness[inside]).max() < 1


def test_match_brings_the_mean_colour_near_that_of_the_photograph():
    target, dark = PHOTOGRAPH.mean((0, 1)), WAVES // 3
    apart = {
        colors: np.abs(stylize_instantly(PHOTOGRAPH, dark, colors=colors).mean((0, 1)) - target)
        for colors in ("style", "match")
    }
    assert apart["match"].max() < 10 < apart["style"].min() / 3


def test_a_larger_style_picture_paints_otherwise():
    one, two = (stylize_instantly(PHOTOGRAPH, GLASS, style_scale=s).astype(int) for s in (1, 2))
    assert np.abs(one - two).mean() > 5


def test_a_film_may_bring_its_own_statistics(bundled):
    look, seen = bundled.look(Style(GLASS)), []

    def measure(a_C):
        seen.append(a_C.shape)
        return channel_statistics(2 * a_C)

    ours = bundled.paint(PHOTOGRAPH, [look], measure=measure)
    assert seen == [(1, 6, 9, 192)]
    assert not np.array_equal(ours, bundled.paint(PHOTOGRAPH, [look]))


def test_bfloat16_paints_the_same_within_a_few_levels(bundled):
    model = load_instant_model("bfloat16")
    try:
        painted = model.paint(PHOTOGRAPH, [model.look(Style(GLASS))])
    except tf.errors.OpError:
        pytest.skip("this machine does not compute in bfloat16")
    exact = bundled.paint(PHOTOGRAPH, [bundled.look(Style(GLASS))])
    assert 0 < np.abs(painted.astype(int) - exact).mean() < 4
    assert model.encode(PHOTOGRAPH).dtype == tf.float32


def test_the_style_shows(bundled):
    """A painting is nearer to its own style than to the others, in what was to be matched."""
    folder = project_path("images", "style")
    names = ("stained-glass", "koi", "discs", "waves")
    looks = {n: bundled.look(Style(load_image(folder / f"{n}.jpg", 160))) for n in names}
    content = load_image(project_path("images", "content", "china.jpg"), 160)
    for name, look in looks.items():
        mu = channel_statistics(bundled.encode(bundled.paint(content, [look]))).mu
        apart = {
            other: np.abs((mu - its.statistics.mu) / its.statistics.sigma).mean()
            for other, its in looks.items()
        }
        assert min(apart, key=apart.get) == name


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"strength": 1.5}, "strength: 1.5 is not a number from 0 to 1"),
        ({"strength": float("nan")}, "strength: nan"),
        ({"strength": "all"}, "strength: 'all'"),
        ({"style_scale": 0}, "style_scale: 0 is not a number from 0.05 to 20"),
        ({"colors": "grey"}, "colors: unknown 'grey'; choose from style, match, keep"),
        ({"content": PHOTOGRAPH / 255}, "content: expected a uint8 picture"),
        ({"content": np.zeros((0, 5, 3), np.uint8)}, "content: expected a uint8 picture"),
        ({"style": PHOTOGRAPH[:, :, 0]}, "style: expected a uint8 picture"),
        ({"style": []}, "style: there is none"),
        ({"style": Style(GLASS, weight=0)}, "style: the weight 0"),
        ({"style": Style(GLASS, mask=np.full((3, 4), 7.0))}, "mask"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(options, sentence):
    arguments = {"content": PHOTOGRAPH, "style": GLASS, **options}
    with pytest.raises(NSTError, match=sentence):
        stylize_instantly(arguments.pop("content"), arguments.pop("style"), **arguments)


def test_what_does_not_fit_into_the_memory_names_a_size_that_does(monkeypatch):
    monkeypatch.setattr(instant, "free_memory", lambda: 1.0)
    content = np.broadcast_to(np.zeros(3, np.uint8), (3000, 4000, 3))
    with pytest.raises(NSTError, match=r"4000×3000 pixels need .* try a size of \d+\.") as failure:
        stylize_instantly(content, GLASS)
    size = int(str(failure.value).rstrip(".").split()[-1])
    fits = (round(size * 3 / 4), size, 3)
    assert 500 < size < 4000 and size_that_fits(fits, (size, size)) >= size * 0.86
    instant.check_memory(fits)
    with pytest.raises(NSTError, match="pixels need"):
        instant.check_memory((fits[0] + 200, fits[1] + 200))


def test_a_large_style_picture_counts_too(monkeypatch):
    monkeypatch.setattr(instant, "free_memory", lambda: 0.5)
    assert size_that_fits((300, 400), (300, 400)) == 400
    with pytest.raises(NSTError, match="400×300 pixels need"):
        stylize_instantly(np.zeros((300, 400, 3), np.uint8), GLASS, style_scale=9)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "no archive", "other arrays"])
def test_a_damaged_decoder_is_told_in_a_sentence(tmp_path, monkeypatch, damage):
    path = tmp_path / "adain-decoder.npz"
    whole = project_path("pretrained-model", "adain-decoder.npz").read_bytes()
    if damage == "other arrays":
        np.savez(path, a=np.zeros(3))
    elif damage != "missing":
        path.write_bytes({"empty": b"", "cut": whole[:-5000], "no archive": b"<html>"}[damage])
    monkeypatch.setattr(instant, "bundled_path", lambda *parts: path)
    load_instant_model.cache_clear()
    with pytest.raises(NSTError, match=r"adain-decoder\.npz: the decoder cannot be read"):
        load_instant_model()


# Magenta's network ------------------------------------------------------------------------------


def mixture(content: tf.Tensor, style: tf.Tensor) -> tf.Tensor:
    """What the stand-ins compute: the photograph, half of it in the mean colour of the style."""
    # As Magenta's network does, it makes the sides multiples of 4.
    more = -tf.shape(content)[1:3] % 4
    grown = tf.pad(content, [[0, 0], [0, more[0]], [0, more[1]], [0, 0]])
    return (grown + tf.reduce_mean(style, [1, 2], keepdims=True)) / 2


ANY = tf.TensorSpec((None, None, None, 3), tf.float32)


class Documented(tf.Module):
    """Called as the page of the model says: ``module(content, style)[0]``."""

    @tf.function(input_signature=[ANY, ANY])
    def __call__(self, placeholder, placeholder_1):
        return (mixture(placeholder, placeholder_1),)


class Served(tf.Module):
    """Has the signature for servers alone."""

    def __init__(self):
        super().__init__()
        self.half = tf.Variable(0.5)

    @tf.function(input_signature=[ANY, ANY])
    def serve(self, placeholder, placeholder_1):
        return {"output_0": mixture(placeholder, placeholder_1) * self.half * 2}


class OneInput(tf.Module):
    """A network of another kind."""

    @tf.function(input_signature=[ANY])
    def __call__(self, image):
        return (image,)


@pytest.fixture(scope="session")
def saved(tmp_path_factory) -> dict[str, Path]:
    """The stand-ins as SavedModels, by name."""
    folder = tmp_path_factory.mktemp("saved")
    served = Served()
    tf.saved_model.save(Documented(), str(folder / "documented"))
    tf.saved_model.save(served, str(folder / "served"), {"serving_default": served.serve})
    tf.saved_model.save(OneInput(), str(folder / "one input"))
    return {path.name: path for path in folder.iterdir()}


def archive(path: Path, folder: Path, inside: str) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        tar.add(folder, inside)
    return path


def expected_mixture(strength: float = 1.0) -> np.ndarray:
    style = instant.resize_image(GLASS, 256).astype(np.float64)
    styled = (PHOTOGRAPH + style.mean((0, 1))) / 2
    return PHOTOGRAPH + strength * (styled - PHOTOGRAPH)


@pytest.mark.parametrize("kind", ["documented", "served"])
@pytest.mark.parametrize("form", ["folder", "archive of files", "archive of a folder"])
def test_magenta_paints_from_a_folder_and_from_an_archive(saved, tmp_path, kind, form):
    path = saved[kind]
    if form != "folder":
        path = archive(tmp_path / "m.tar.gz", path, "." if form.endswith("files") else "magenta")
    model = load_magenta(path)
    # Again: functions that were looked up once would be gone by now.
    for _ in range(2):
        painted = stylize_instantly(PHOTOGRAPH, GLASS, style_scale=4, model=model)
    assert painted.shape == PHOTOGRAPH.shape
    assert np.abs(painted - expected_mixture()).max() < 1.5


def test_pixels_that_magenta_adds_are_cut_off(saved):
    model = load_magenta(saved["documented"])
    content = PHOTOGRAPH[:47, :70]
    painted = stylize_instantly(content, GLASS, style_scale=4, model=model)
    assert painted.shape == content.shape
    assert np.abs(painted - expected_mixture()[:47, :70]).max() < 1.5


def test_strength_weights_and_masks_mix_magentas_pictures(saved):
    model = load_magenta(saved["documented"])
    glass, half = (
        stylize_instantly(PHOTOGRAPH, GLASS, strength=s, model=model).astype(int) for s in (1, 0.5)
    )
    assert np.abs(half - (glass + PHOTOGRAPH) / 2).max() <= 1
    waves = stylize_instantly(PHOTOGRAPH, WAVES, model=model)
    two = [Style(GLASS, 3.0), Style(WAVES, 1.0)]
    mixed = stylize_instantly(PHOTOGRAPH, two, model=model)
    assert np.abs(mixed - (0.75 * glass + 0.25 * waves)).max() <= 1
    left = np.zeros(PHOTOGRAPH.shape[:2])
    left[:, :30] = 1
    masked = stylize_instantly(PHOTOGRAPH, Style(GLASS, mask=left), model=model)
    np.testing.assert_array_equal(masked[:, :30], glass[:, :30])
    np.testing.assert_array_equal(masked[:, 30:], PHOTOGRAPH[:, 30:])


def test_what_is_no_such_model_is_told_in_a_sentence(saved, tmp_path):
    whole = archive(tmp_path / "whole.tar.gz", saved["documented"], "m").read_bytes()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "saved_model.pb").write_bytes(b"no graph")
    (tmp_path / "empty").mkdir()
    for name, content in {
        "page.tar.gz": b"<html>",
        "nothing.tar.gz": b"",
        "cut.tar.gz": whole[: len(whole) // 2],
    }.items():
        (tmp_path / name).write_bytes(content)
    archive(tmp_path / "other.tar.gz", tmp_path / "empty", "empty")
    sentences = {
        "absent.tar.gz": "there is no such file or folder",
        "page.tar.gz": "no .tar.gz that can be read",
        "nothing.tar.gz": "no .tar.gz that can be read",
        "cut.tar.gz": "no .tar.gz that can be read",
        "other.tar.gz": "no SavedModel",
        "empty": "no SavedModel",
        "folder": "no SavedModel",
    }
    for name, sentence in sentences.items():
        with pytest.raises(NSTError, match=sentence) as failure:
            load_magenta(tmp_path / name)
        assert name in str(failure.value) and "\n" not in str(failure.value)


def test_a_model_of_another_kind_is_refused(saved):
    with pytest.raises(NSTError, match="does not make one picture of two"):
        load_magenta(saved["one input"])


def test_a_saved_model_with_missing_variables_is_refused(saved, tmp_path):
    half = tmp_path / "half"
    half.mkdir()
    (half / "saved_model.pb").write_bytes((saved["served"] / "saved_model.pb").read_bytes())
    with pytest.raises(NSTError, match="half: no SavedModel"):
        load_magenta(half)


@pytest.mark.parametrize("name", ["../escaped.txt", "/tmp/escaped-nst.txt"])
def test_an_archive_cannot_write_outside_its_folder(tmp_path, monkeypatch, name):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "unpacked"))
    (tmp_path / "unpacked").mkdir()
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(NSTError, match=r"evil\.tar\.gz"):
        load_magenta(tmp_path / "evil.tar.gz")
    assert not list(tmp_path.rglob("escaped*")) and not Path("/tmp/escaped-nst.txt").exists()
    assert list((tmp_path / "unpacked").iterdir()) == [], "nothing is left behind"


def test_a_look_is_good_for_many_pictures(bundled):
    look = bundled.look(Style(GLASS))
    assert isinstance(look, Look)
    first = bundled.paint(PHOTOGRAPH, [look])
    bundled.paint(WAVES, [look])
    np.testing.assert_array_equal(bundled.paint(PHOTOGRAPH, [look]), first)
