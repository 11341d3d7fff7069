"""Keep the colours of a photograph: two ways, with different pictures."""

import numpy as np

from nst_utils.config import NSTError
from nst_utils.images import check_picture

# Rec. 601: brightness, and two differences of colour. Its inverse is computed, not typed.
RGB_TO_YUV = np.array(
    [[0.299, 0.587, 0.114], [-0.147, -0.289, 0.436], [0.615, -0.515, -0.100]], np.float64
)


def match_colors(picture: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Give a picture the mean colour, and the spread and mixture of colours, of another.

    x′ = Σ_like^½ · Σ^−½ · (x − μ) + μ_like

    Done to a style picture before the transfer, it paints with the colours of the photograph.

    Args:
        picture: uint8, (n_H, n_W, 3), RGB.
        like: uint8, of any size: the picture whose colours are wanted.

    Returns:
        uint8, of the shape of ``picture``.

    Raises:
        NSTError: one of them is no such picture.

    Source:
        Gatys et al. 2016, *Preserving Color in Neural Artistic Style Transfer*, section 4 (the
        variant with the symmetric square root).
    """
    pictures = _pictures(picture=picture, like=like)
    (x, mu, sigma), (_, mu_like, sigma_like) = map(_moments, pictures)
    matched = (x - mu) @ _power(sigma, -0.5) @ _power(sigma_like, 0.5) + mu_like
    return _to_uint8(matched.reshape(picture.shape))


def keep_colors(painted: np.ndarray, photograph: np.ndarray) -> np.ndarray:
    """Take the brightness of one picture, and the colours of another.

    Args:
        painted: uint8, (n_H, n_W, 3), RGB: what style transfer made.
        photograph: the same size: whose colours are kept.

    Returns:
        uint8, (n_H, n_W, 3).

    Raises:
        NSTError: one of them is no such picture, or the sizes differ.

    Source:
        Gatys et al. 2016, *Preserving Color in Neural Artistic Style Transfer*, section 5.
    """
    painted, photograph = _pictures(painted=painted, photograph=photograph)
    if painted.shape != photograph.shape:
        raise NSTError(
            f"painted and photograph: sizes {painted.shape[:2]} and {photograph.shape[:2]} "
            "differ; load the photograph at the size of the result."
        )
    yuv = photograph @ RGB_TO_YUV.T
    yuv[..., 0] = painted @ RGB_TO_YUV[0]
    return _to_uint8(yuv @ np.linalg.inv(RGB_TO_YUV).T)


def _pictures(**given: np.ndarray) -> list[np.ndarray]:
    for argument, picture in given.items():
        check_picture(argument, picture)
    return [picture.astype(np.float64) for picture in given.values()]


def _moments(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pixels as rows, their mean, and their covariance."""
    x = picture.reshape(-1, 3)
    # A picture of one colour has no spread: a little is added, so that it can be divided by.
    return x, x.mean(0), np.cov(x, rowvar=False, ddof=0) + 1e-5 * 255**2 * np.eye(3)


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """A power of a symmetric positive matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values**exponent) @ vectors.T


def _to_uint8(picture: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
