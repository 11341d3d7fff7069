"""Paint the picture on top of the README: a photograph, a style, and the two together.

Run: python images/make_banner.py
"""

from pathlib import Path

from nst_utils import (
    CONFIG,
    CONTENT_LAYER,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    reshape_and_normalize_image,
    show,
)

SIZE = 480


def main() -> None:
    """Take the course's constants and its two pictures, and write banner.jpg beside this file."""
    model = load_vgg_model("small")
    content = reshape_and_normalize_image(load_image(CONFIG.CONTENT_IMAGE, SIZE))
    style = reshape_and_normalize_image(load_image(CONFIG.STYLE_IMAGE, SIZE))
    start = generate_noise_image(content, seed=0)
    result = model_nn(model, start, model(content)[CONTENT_LAYER], model(style))
    show.show_images(
        [content, style, result],
        ["content", "style", "result"],
        alt="A temple, a stained glass window, and the temple in the manner of the window.",
        see="the things come from the photograph, the manner from the window.",
        path=Path(__file__).with_name("banner.jpg"),
    )


if __name__ == "__main__":
    main()
