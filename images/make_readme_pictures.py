"""Paint the pictures of the README: content, style and result; and one photograph in many styles.

Run: python images/make_readme_pictures.py
"""

from pathlib import Path

import numpy as np

from nst_utils import (
    CONFIG,
    CONTENT_LAYER,
    VGGModel,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    reshape_and_normalize_image,
    show,
)

HERE = Path(__file__).parent


def paint(model: VGGModel, content: np.ndarray, style: np.ndarray) -> np.ndarray:
    """Paint with the course's constants, from the course's start; all are network inputs."""
    start = generate_noise_image(content, seed=0)
    return model_nn(model, start, model(content)[CONTENT_LAYER], model(style))


def network_input(path: str | Path, size: int) -> np.ndarray:
    """Read a picture as network input, its longer side as given."""
    return reshape_and_normalize_image(load_image(path, size))


def banner(model: VGGModel) -> None:
    """Write banner.jpg: the course's two pictures, and what becomes of them."""
    content, style = (network_input(p, 480) for p in (CONFIG.CONTENT_IMAGE, CONFIG.STYLE_IMAGE))
    show.show_images(
        [content, style, paint(model, content, style)],
        ["content", "style", "result"],
        alt="A temple, a stained glass window, and the temple in the manner of the window.",
        see="the things come from the photograph, the manner from the window.",
        path=HERE / "banner.jpg",
    )


def gallery(model: VGGModel) -> None:
    """Write gallery.jpg: the course's photograph in every other style of this folder."""
    content = network_input(CONFIG.CONTENT_IMAGE, 320)
    styles = sorted(HERE.glob("style/*.jpg"))
    styles = [path for path in styles if path.name != Path(CONFIG.STYLE_IMAGE).name]
    show.show_images(
        [paint(model, content, network_input(path, 320)) for path in styles],
        [path.stem.replace("-", " ") for path in styles],
        columns=4,
        alt="The temple in eight more styles.",
        see="the temple stays; colours, strokes and ornaments change.",
        path=HERE / "gallery.jpg",
    )


if __name__ == "__main__":
    network = load_vgg_model("small")
    banner(network)
    gallery(network)
