"""The studio: two pictures in, one picture out, on a page of its own or in a notebook.

``python -m nst_utils studio`` serves it. Here is what stands behind the page: what the visitor has
chosen, and what the workshop has made of it. How it looks and sounds is in ``page/``. TensorFlow is
not imported here: a page must be there at once, and there may be thirty of them.
"""

import base64
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import numpy as np
import traitlets
from IPython.display import display

from nst_utils.config import NSTError, bundled_path
from nst_utils.images import decode_image, encode_image, load_image, resize_image
from nst_utils.settings import PRESETS, Settings, changed
from nst_utils.workshop import (
    ADDRESS_VARIABLE,
    ENDED,
    FAILED,
    PAINTING,
    WAITING,
    View,
    join_workshop,
)

PAGE = Path(__file__).resolve().parent / "page"

MAX_MEGABYTES = 25
"""The largest file that a visitor may upload: twice a camera's photograph."""

KEPT = 1600
"""Longer side of what is kept of an upload, in pixels; more is never painted here."""

LOOK_SIZE = 512
"""Longer side of the picture in one pass, in pixels: a move of the slider shall show at once."""

LOOK_EVERY = 0.3
"""Seconds between two looks at a painting."""

CHIP = 96
"""Side of the small pictures to choose from, in pixels."""


class Sample(NamedTuple):
    """A picture of the project that can be chosen.

    Attributes:
        file: below ``images``.
        label: its name on the page.
        alt: what is to be seen in it.
        credit: whom to name where it is shown; empty where nobody asks for it.
    """

    file: str
    label: str
    alt: str
    credit: str = ""


SAMPLES = {
    "content": (
        Sample(
            "content/china.jpg",
            "Temple",
            "a Chinese temple under a cloudy sky",
            "Photograph: danielbuechele, CC BY 2.0",
        ),
        Sample("content/chelsea.png", "Cat", "the face of a ginger cat"),
        Sample(
            "content/flower.jpg", "Dahlia", "an orange dahlia", "Photograph: vultilion, CC BY 2.0"
        ),
        Sample("content/coffee.png", "Coffee", "a cup of coffee on a wooden table"),
        Sample("content/astronaut.png", "Astronaut", "Eileen Collins in an orange space suit"),
        Sample("content/rocket.jpg", "Rocket", "a rocket rising on its flame"),
    ),
    "style": (
        Sample("style/stained-glass.jpg", "Stained glass", "a tree and a sun in coloured glass"),
        Sample("style/waves.jpg", "Waves", "blue waves under a red sun"),
        Sample("style/koi.jpg", "Koi", "two koi in turquoise water"),
        Sample("style/marbling.jpg", "Marbling", "swirling veins of red and blue ink"),
        Sample("style/northern-lights.jpg", "Northern lights", "light in the sky over a mountain"),
        Sample("style/riverside.jpg", "Riverside", "a sunset by a river, in short strokes"),
        Sample("style/embroidery.jpg", "Embroidery", "flowers in coloured thread"),
        Sample("style/ammonites.jpg", "Ammonites", "spirals of shells"),
        Sample("style/discs.jpg", "Discs", "discs and rings in bright colours"),
    ),
}

ROLES = {"content": "photograph", "style": "style"}
"""What the page calls the two pictures."""

STYLE_DETAIL = {
    "conv1_1": "colours",
    "conv2_1": "fine texture",
    "conv3_1": "strokes",
    "conv4_1": "shapes",
    "conv5_1": "large shapes",
}
"""The style layers, and what each of them sees."""


def _menu() -> dict[str, Any]:
    """All that can be chosen, for the page."""
    return {
        "samples": {role: [_chip(sample) for sample in SAMPLES[role]] for role in SAMPLES},
        "megabytes": MAX_MEGABYTES,
        "fields": _fields(PRESETS["best"]),
    }


def _chip(sample: Sample) -> dict[str, str]:
    picture = load_image(bundled_path("images", sample.file), (CHIP, CHIP))
    return {**sample._asdict(), "picture": _data_uri(encode_image(picture))}


def _data_uri(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def _fields(best: Settings) -> list[dict[str, Any]]:
    """The settings of the painted picture, each with a sentence."""
    layers = [f"conv{block}_2" for block in (1, 2, 3, 4, 5)]
    return [
        {
            "name": "alpha",
            "label": "α, weight of the content",
            "kind": "number",
            "value": best.alpha,
            "range": [0, 1000],
            "help": "How much every difference from the photograph costs. "
            "More of it, and the photograph stays recognisable.",
        },
        {
            "name": "beta",
            "label": "β, weight of the style",
            "kind": "number",
            "value": best.beta,
            "range": [0, 10000],
            "help": "How much every difference from the style costs. "
            "Only its proportion to α matters.",
        },
        {
            "name": "content_layer",
            "label": "Content layer",
            "kind": "choice",
            "value": best.content_layers[0][0],
            "options": [[name, name] for name in layers],
            "help": "Where in the network the photograph is compared. "
            "Early layers hold on to every pixel, late ones to what is to be seen.",
        },
        {
            "name": "style_layers",
            "label": "Style layers",
            "kind": "many",
            "value": [name for name, _ in best.style_layers],
            "options": [[name, f"{name}: {seen}"] for name, seen in STYLE_DETAIL.items()],
            "help": "Where the style is compared. Each layer sees larger pieces of it.",
        },
        {
            "name": "iterations",
            "label": "Iterations",
            "kind": "whole",
            "value": best.iterations,
            "range": [1, 300],
            "help": "Steps of the optimiser at full size. The small sizes before it take more.",
        },
        {
            "name": "size",
            "label": "Size",
            "kind": "choice",
            "value": best.size,
            "options": [[size, f"{size} pixels"] for size in (256, 384, 512, 768, 1024)],
            "help": "The longer side of the picture. Twice the size takes four times as long.",
        },
        {
            "name": "init",
            "label": "Start",
            "kind": "choice",
            "value": best.init,
            "options": [["content", "from the photograph"], ["noise", "from noise"]],
            "help": "What the picture is before the first step. From noise it comes out bolder.",
        },
        {
            "name": "seed",
            "label": "Seed",
            "kind": "whole",
            "value": best.seed,
            "range": [0, 999_999],
            "help": "Chooses the noise of a start from noise: "
            "the same number, the same picture again.",
        },
    ]


def settings_from(values: Mapping[str, Any], colors: str) -> Settings:
    """Make settings of what the page's form holds.

    Args:
        values: by the names of the form's fields.
        colors: as in `Settings`.

    Returns:
        The preset ``best``, with these changes.

    Raises:
        NSTError: a value is missing or cannot be used.
    """
    best = PRESETS["best"]
    ranges = {field["name"]: field["range"] for field in _fields(best) if "range" in field}
    try:
        size, layers = int(values["size"]), list(values["style_layers"])
        for name, (low, high) in ranges.items():
            if not low <= values[name] <= high:
                raise NSTError(f"{name}: {values[name]} is not between {low} and {high}.")
        if not layers:
            raise NSTError("Style layers: choose one at least.")
        if size > KEPT:
            raise NSTError(f"size: {size} is more than {KEPT}.")
        return changed(
            best,
            {
                "alpha": float(values["alpha"]),
                "beta": float(values["beta"]),
                "content_layers": ((str(values["content_layer"]), 1.0),),
                "style_layers": tuple((name, 1 / len(layers)) for name in layers),
                "iterations": int(values["iterations"]),
                "size": size,
                "coarsest": min(size, best.coarsest),
                "init": values["init"],
                "seed": int(values["seed"]),
                "colors": colors,
            },
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, NSTError):
            raise
        raise NSTError(f"The settings cannot be used ({error}).") from error


class _Upload(NamedTuple):
    """A file that is arriving in parts."""

    name: str
    parts: list[bytes]


class Studio(anywidget.AnyWidget):
    """The studio as a widget: one for each visitor."""

    _esm = PAGE / "studio.js"
    _css = PAGE / "studio.css"

    menu = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)
    problem = traitlets.Dict().tag(sync=True)
    look = traitlets.Dict().tag(sync=True)
    look_picture = traitlets.Bytes(b"").tag(sync=True)
    painting = traitlets.Dict().tag(sync=True)
    preview = traitlets.Bytes(b"").tag(sync=True)
    costs = traitlets.List().tag(sync=True)
    picture = traitlets.Bytes(b"").tag(sync=True)
    film = traitlets.Bytes(b"").tag(sync=True)
    settings_file = traitlets.Bytes(b"").tag(sync=True)

    def __init__(self, address: str | None = None):
        """Open a page.

        Args:
            address: of the workshop, see `join_workshop`.
        """
        self._workshop = join_workshop(address)
        self._pictures: dict[str, np.ndarray] = {}
        self._uploads: dict[str, _Upload] = {}
        self._wishes, self._orders = threading.Condition(), threading.Condition()
        self._wish: dict[str, float | str] = {"strength": 1.0, "colors": "style"}
        self._is_new = False
        self._ticket = ""
        super().__init__(menu=_menu())
        for role, samples in SAMPLES.items():
            self._choose({"role": role, "file": samples[0].file})
        self.on_msg(self._on_message)
        for work in (self._look_for_ever, self._watch_for_ever):
            threading.Thread(target=work, daemon=True).start()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Show the widget; where there is none, as on paper, a sentence."""
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = "The studio is to be seen here while the notebook runs."
        return bundle

    # What the visitor does ----------------------------------------------------------------------

    def _on_message(self, _: object, message: Mapping[str, Any], buffers: Sequence) -> None:
        """Do what the page asks; what is wrong is told there."""
        doing: dict[str, Callable[[], None]] = {
            "choose": lambda: self._choose(message),
            "upload": lambda: self._receive(message, bytes(buffers[0])),
            "look": lambda: self._ask(
                strength=float(message["strength"]), colors=str(message["colors"])
            ),
            "paint": lambda: self._paint(message["settings"], str(message["colors"])),
            "stop": lambda: self._workshop.stop(self._ticket),
        }
        self.send({"heard": message.get("number")})
        about = str(message.get("role", message.get("do")))
        try:
            doing[message["do"]]()
        except NSTError as error:
            self._tell(about, str(error))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            self._tell(about, f"The page asked for something that cannot be done ({error!r}).")

    def _tell(self, about: str, sentence: str) -> None:
        # The time makes it new: the same mistake twice is told twice.
        self.problem = {"about": about, "sentence": sentence, "time": time.time()}

    def _choose(self, message: Mapping[str, Any]) -> None:
        """Take one of the project's pictures."""
        samples = {sample.file: sample for sample in SAMPLES[message["role"]]}
        sample = samples[message["file"]]  # nothing else can be read
        picture = load_image(bundled_path("images", sample.file))
        self._take(message["role"], picture, sample.label, sample.alt, sample)

    def _receive(self, message: Mapping[str, Any], part: bytes) -> None:
        """Take a part of an upload; after the last one, the picture."""
        role, name = message["role"], str(message["name"])[:100]
        if int(message["part"]) == 0:
            self._uploads[role] = _Upload(name, [])
        upload = self._uploads[role]
        upload.parts.append(part)
        size = sum(map(len, upload.parts))
        if size > MAX_MEGABYTES * 2**20:
            del self._uploads[role]
            raise NSTError(
                f"{name} is larger than {MAX_MEGABYTES} MB. Save it smaller, and try again."
            )
        if int(message["part"]) + 1 == int(message["parts"]):
            data = b"".join(self._uploads.pop(role).parts)
            picture = decode_image(data, name)
            if max(picture.shape[:2]) > KEPT:
                picture = resize_image(picture, KEPT)
            self._take(role, picture, name, f"your own {ROLES[role]}, {name}")
        self.send({"received": role, "part": message["part"]})

    def _take(
        self,
        role: str,
        picture: np.ndarray,
        label: str,
        alt: str,
        sample: Sample | None = None,
    ) -> None:
        self._pictures[role] = picture
        shown = resize_image(picture, min(360, max(picture.shape[:2])))
        self.chosen = self.chosen | {
            role: {
                "label": label,
                "alt": alt,
                "file": sample.file if sample else "",
                "credit": sample.credit if sample else "",
                "picture": _data_uri(encode_image(shown)),
            }
        }
        self._ask()

    # In one pass ----------------------------------------------------------------------------------

    def _ask(self, **changes: float | str) -> None:
        """Wish for a picture in one pass; the last wish counts."""
        with self._wishes:
            self._wish.update(changes)
            self._is_new = True
            self._wishes.notify()

    def _look_for_ever(self) -> None:
        """Fulfil the wishes, one after the other."""
        while True:
            with self._wishes:
                self._wishes.wait_for(lambda: self._is_new)
                self._is_new, wish = False, dict(self._wish)
            content, style = (self._small(role) for role in ROLES)
            try:
                jpeg, seconds = self._workshop.instant(content, style, **wish)
            except Exception as error:  # whatever it was, the next wish may be fulfilled
                self._tell("look", _in_words(error))
                continue
            self.ready = True
            self.look_picture = jpeg
            n_H, n_W, _ = content.shape
            self.look = {"seconds": seconds, "width": n_W, "height": n_H, **wish}

    def _small(self, role: str) -> np.ndarray:
        picture = self._pictures[role]
        return resize_image(picture, min(LOOK_SIZE, max(picture.shape[:2])))

    # Painted --------------------------------------------------------------------------------------

    def _paint(self, values: Mapping[str, Any], colors: str) -> None:
        """Order a painting, in place of the one before."""
        settings = settings_from(values, colors)
        if self._ticket:
            self._workshop.forget(self._ticket)
        made_from = {role: self.chosen[role]["label"] for role in ROLES}
        with self._orders:
            self._ticket = self._workshop.paint(
                self._pictures["content"], self._pictures["style"], settings, made_from
            )
            self.painting = {"stage": WAITING, "ahead": 0, "made_from": made_from}
            self.costs, self.picture, self.film, self.settings_file = [], b"", b"", b""
            self._orders.notify()

    def _watch_for_ever(self) -> None:
        """Tell the page how far its painting is."""
        while True:
            with self._orders:
                self._orders.wait_for(lambda: self.painting.get("stage") in (WAITING, PAINTING))
                ticket = self._ticket
            try:
                view = self._workshop.look(ticket)
            except Exception as error:  # whatever it was, the next painting may be followed
                view = View(FAILED, 0, None, None, _in_words(error))
            with self._orders:
                if ticket == self._ticket:  # not one that was given up meanwhile
                    self._show(view)
            time.sleep(LOOK_EVERY)

    def _show(self, view: View) -> None:
        news, told = view.news, {"stage": view.stage, "ahead": view.ahead, "problem": view.problem}
        if news is not None:
            told |= {"step": news.step, "total": news.total, "left": news.left}
            self.preview = news.preview
            self.costs = [list(costs) for costs in news.costs]
        if view.work is not None:
            self.picture, self.film, self.settings_file = view.work
        if view.stage in ENDED:
            told["left"] = 0
        self.painting = self.painting | told


def _in_words(error: Exception) -> str:
    """An error of the workshop, or of the way to it."""
    if isinstance(error, OSError | EOFError):
        return "The studio was closed. Start it again, and load this page anew."
    return str(error) if isinstance(error, NSTError) else f"This could not be done: {error}"


def show_studio() -> None:
    """Show the studio: in a notebook, or on the page that the command line serves.

    Raises:
        NSTError: the page was served, and the workshop behind it is closed.
    """
    display(Studio(os.environ.get(ADDRESS_VARIABLE)))
