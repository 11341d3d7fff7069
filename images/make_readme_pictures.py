"""Paint the pictures of the README, with the preset that the command line uses.

Run: python images/make_readme_pictures.py

banner.jpg: content, style, result. gallery.jpg: one photograph in many styles. control.jpg: what
can be asked for beyond that.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from nst_utils import CONFIG, PRESETS, Style, load_image, show, stylize

HERE = Path(__file__).parent
TEMPLE = load_image(CONFIG.CONTENT_IMAGE)
BEST = PRESETS["best"]


def style(name: str) -> np.ndarray:
    """Read one of the style pictures."""
    return load_image(HERE / "style" / f"{name}.jpg")


def sky() -> np.ndarray:
    """A mask of the upper part of the temple's picture: 1 in the sky, soft where it ends."""
    n_H, n_W, _ = TEMPLE.shape
    down = np.linspace(0, 1, n_H, dtype=np.float32)
    return np.repeat(np.clip((0.5 - down) / 0.15, 0, 1)[:, None], n_W, axis=1)


def banner() -> None:
    """Write banner.jpg: the course's two pictures, and what becomes of them."""
    window = load_image(CONFIG.STYLE_IMAGE)
    show.show_images(
        [TEMPLE, window, stylize(TEMPLE, window, replace(BEST, size=640))],
        ["content", "style", "result"],
        alt="A temple, a stained glass window, and the temple in the manner of the window.",
        see="the things come from the photograph, the manner from the window.",
        path=HERE / "banner.jpg",
    )


def gallery() -> None:
    """Write gallery.jpg: the course's photograph in every other style of this folder."""
    names = sorted(path.stem for path in HERE.glob("style/*.jpg"))
    names.remove(Path(CONFIG.STYLE_IMAGE).stem)
    show.show_images(
        [stylize(TEMPLE, style(name), replace(BEST, size=400)) for name in names],
        [name.replace("-", " ") for name in names],
        columns=4,
        alt="The temple in eight more styles.",
        see="the temple stays; colours, strokes and ornaments change.",
        path=HERE / "gallery.jpg",
    )


def control() -> None:
    """Write control.jpg: two styles, masks, kept colours, large strokes."""
    small, waves, glass = replace(BEST, size=400), style("waves"), style("stained-glass")
    masked = [Style(waves, mask=sky()), Style(glass, mask=1 - sky())]
    shown = {
        "two styles: waves and stained glass": stylize(TEMPLE, [waves, glass], small),
        "masks: waves in the sky, glass below": stylize(TEMPLE, masked, small),
        "waves, colours kept": stylize(TEMPLE, waves, replace(small, colors="keep")),
        "waves, strokes twice as large": stylize(TEMPLE, waves, replace(small, style_scale=2)),
    }
    show.show_images(
        list(shown.values()),
        list(shown),
        columns=4,
        alt="The temple painted in two styles at once; in one style above and another below; in "
        "its own colours; and with larger strokes.",
        see="one photograph, two styles, four wishes.",
        path=HERE / "control.jpg",
    )


if __name__ == "__main__":
    banner()
    gallery()
    control()
