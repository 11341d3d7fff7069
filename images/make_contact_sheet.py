"""Paint the contact sheet: four photographs in four styles, by the lesson's loop and by `best`.

Run: python images/make_contact_sheet.py

It writes output/contact-sheet.jpg. Same photographs, same styles, same size, the bundled network:
what differs is the preset.
"""

from dataclasses import replace
from pathlib import Path

from nst_utils import PRESETS, load_image, project_path, show, stylize

HERE = Path(__file__).parent
PHOTOGRAPHS = {
    "temple": "china.jpg",
    "cat": "chelsea.png",
    "flower": "flower.jpg",
    "astronaut": "astronaut.png",
}
STYLES = ("stained-glass", "waves", "koi", "marbling")
SIZE = 400


def main() -> None:
    """Paint all, and write the sheet."""
    styles = [load_image(HERE / "style" / f"{name}.jpg") for name in STYLES]
    table = {}
    for name, file in PHOTOGRAPHS.items():
        content = load_image(HERE / "content" / file)
        for preset in ("course", "best"):
            settings = replace(PRESETS[preset], size=SIZE)
            table[f"{name}: {preset}"] = [stylize(content, style, settings) for style in styles]
    show.show_grid(
        list(table.values()),
        rows=list(table),
        columns=[name.replace("-", " ") for name in STYLES],
        alt="Four photographs in four styles, each painted twice: by the course's loop, and below "
        "it by the preset best.",
        see="below, one recognises what the photograph shows; colours are stronger, and there is "
        "neither noise nor a frame.",
        path=project_path("output", "contact-sheet.jpg"),
    )


if __name__ == "__main__":
    main()
