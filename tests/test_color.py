"""Colours kept: the statistics of one picture for another, and brightness apart from colour."""

import numpy as np
import pytest

from nst_utils import NSTError, load_image
from nst_utils.color import RGB_TO_YUV, keep_colors, match_colors

CONTENT = load_image("images/content/coffee.png", 60)
STYLE = load_image("images/style/northern-lights.jpg", 80)


def moments(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pixels = picture.reshape(-1, 3).astype(float)
    return pixels.mean(0), np.cov(pixels, rowvar=False)


def test_matched_colours_have_the_mean_and_the_spread_of_the_other():
    # Soft colours, so that nothing is cut off at 0 and 255.
    picture, like = (np.uint8(128 + (p.astype(float) - 128) * 0.3) for p in (STYLE, CONTENT))
    (mean, spread), (wanted_mean, wanted_spread) = map(moments, (match_colors(picture, like), like))
    np.testing.assert_allclose(mean, wanted_mean, atol=0.5)
    np.testing.assert_allclose(spread, wanted_spread, atol=0.02 * wanted_spread.max())


def test_matched_with_itself_a_picture_stays():
    assert np.abs(match_colors(STYLE, STYLE).astype(int) - STYLE).max() <= 1


def test_a_picture_of_one_colour_takes_the_mean_colour():
    grey = np.full((5, 6, 3), 90, np.uint8)
    matched = match_colors(grey, CONTENT)
    np.testing.assert_allclose(matched[0, 0], moments(CONTENT)[0], atol=1)
    assert matched.std((0, 1)).max() == 0


def test_kept_colours_are_those_of_the_photograph_in_the_brightness_of_the_painting():
    photograph = np.uint8(100 + (CONTENT.astype(float) - 128) * 0.2)
    painted = np.uint8(120 + (load_image("images/style/waves.jpg", (60, 40)) - 128.0) * 0.2)
    yuv = keep_colors(painted, photograph) @ RGB_TO_YUV.T
    np.testing.assert_allclose(yuv[..., 0], painted @ RGB_TO_YUV[0], atol=1)
    np.testing.assert_allclose(yuv[..., 1:], photograph @ RGB_TO_YUV[1:].T, atol=1)


def test_a_grey_photograph_makes_a_grey_picture():
    grey = np.repeat(CONTENT.mean(2, keepdims=True), 3, 2).astype(np.uint8)
    kept = keep_colors(CONTENT, grey).astype(int)
    assert np.ptp(kept, axis=2).max() <= 1


@pytest.mark.parametrize(
    "picture", [CONTENT / 255, CONTENT[..., 0], CONTENT[None], "china.jpg"], ids=repr
)
def test_what_is_no_picture_is_refused(picture):
    for function in (match_colors, keep_colors):
        with pytest.raises(NSTError, match="expected a uint8 picture"):
            function(picture, CONTENT)


def test_two_sizes_are_refused():
    with pytest.raises(NSTError, match=r"sizes \(40, 60\) and \(20, 30\) differ; load"):
        keep_colors(CONTENT, load_image("images/content/coffee.png", (30, 20)))
