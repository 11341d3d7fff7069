"""All that a picture is made from, as a file: which pictures, which network, which settings.

A recipe is written beside every result (``mine.jpg`` → ``mine.settings.json``), and painted again
by ``python -m nst_utils --settings mine.settings.json``.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nst_utils.config import NSTError
from nst_utils.files import written_whole
from nst_utils.images import load_image, load_mask
from nst_utils.objective import Style
from nst_utils.settings import Settings, as_data, from_data
from nst_utils.weights import find_weights

VERSION = 1


class StyleFile(NamedTuple):
    """A style as files: the picture, its weight, and its mask or None."""

    picture: Path
    weight: float = 1.0
    mask: Path | None = None


class Pictures(NamedTuple):
    """What the files hold: the arguments of `stylize`."""

    content: np.ndarray
    styles: list[Style]
    start: np.ndarray | None


@dataclass(frozen=True, kw_only=True)
class InstantSettings:
    """How a picture or a film is painted in one pass; `stylize_instantly` explains the first three.

    Attributes:
        strength: how much of the style, 0 to 1.
        colors: ``"style"``, ``"match"`` or ``"keep"``.
        style_scale: size of the style picture, divided by that of the photograph.
        size: longer side of the result, in pixels; None is that of the photograph.
        magenta: file or folder of Magenta's network; None is the bundled one.
    """

    strength: float = 1.0
    colors: str = "style"
    style_scale: float = 1.0
    size: int | None = None
    magenta: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a picture is made from.

    Attributes:
        content: file of the photograph.
        styles: files, weights and masks of the styles; at least one.
        settings: how it is painted: by optimisation, or in one pass.
        start: file of the picture to start from; None starts as the settings say.
        weights: the network, see `find_weights`.
    """

    content: Path
    styles: tuple[StyleFile, ...]
    settings: Settings | InstantSettings
    start: Path | None = None
    weights: str | None = None

    def load(self) -> Pictures:
        """Read the files.

        Raises:
            ImageFileError: one of them is missing, or no picture; the sentence names it.
        """
        styles = self.load_styles()
        start = None if self.start is None else load_image(self.start)
        return Pictures(load_image(self.content), styles, start)

    def load_styles(self) -> list[Style]:
        """Read the files of the styles alone: of a film the content is no picture."""
        return [
            Style(load_image(s.picture), s.weight, None if s.mask is None else load_mask(s.mask))
            for s in self.styles
        ]


def identity(pictures: Pictures, recipe: Recipe, precision: str) -> dict[str, Any]:
    """Name all that a half-painted picture depends on: only the same things can go on with it."""
    of_styles = (array for s in pictures.styles for array in (s.picture, s.weight, s.mask))
    weights = find_weights(recipe.weights)
    return as_data(recipe.settings) | {
        "content": _digest(pictures.content),
        "styles": _digest(*of_styles),
        "start": _digest(pictures.start),
        "weights": f"{weights.name}, {weights.stat().st_size} bytes",
        "precision": precision,
    }


def _digest(*arrays: np.ndarray | float | None) -> str:
    """A checksum of what is given, one after the other."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def write_recipe(path: Path, recipe: Recipe, result: Mapping[str, Any]) -> None:
    """Write a recipe, whole or not at all.

    Args:
        path: a JSON file. Files of the project are named relative to its folder, so that both
            may move together.
        recipe: what is written.
        result: what came of it, to be read by people: steps, seconds, costs.
    """
    folder = path.absolute().parent
    data = {
        "nst_utils": VERSION,
        "content": _named_from(folder, recipe.content),
        "styles": [
            {
                "picture": _named_from(folder, style.picture),
                "weight": style.weight,
                "mask": _named_from(folder, style.mask),
            }
            for style in recipe.styles
        ],
        "start": _named_from(folder, recipe.start),
        "weights": recipe.weights
        if recipe.weights in (None, *NAMES)
        else _named_from(folder, find_weights(recipe.weights)),
        **_named_settings(folder, recipe.settings),
        "result": dict(result),
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _named_settings(folder: Path, settings: Settings | InstantSettings) -> dict[str, Any]:
    """The entry of the settings: its name tells of which kind they are."""
    if isinstance(settings, Settings):
        return {"settings": as_data(settings)}
    return {"instant": asdict(settings) | {"magenta": _named_from(folder, settings.magenta)}}


NAMES = ("small", "vgg19")
"""Networks that have a name; all others are files."""


def read_recipe(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a recipe.

    Args:
        path: a file that `write_recipe` wrote, or a shorter one by hand: every entry but
            ``settings``, or ``instant``, may be missing, and so may any setting.

    Returns:
        The arguments of `Recipe` that it names.

    Raises:
        NSTError: the file is missing, no JSON, or no recipe; the sentence says where.
    """
    try:
        data = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise NSTError(f"{path}: {error.strerror or error}.") from error
    except ValueError as error:  # no JSON, or no text
        raise NSTError(f"{path}: this is no JSON file ({error}).") from error
    if not isinstance(data, dict) or not any(isinstance(data.get(k), dict) for k in _KINDS):
        raise NSTError(f'{path}: no settings in it; expected {{"settings": {{…}}}}.')
    if data.get("nst_utils", VERSION) != VERSION:
        raise NSTError(f"{path}: written by another version ({data['nst_utils']!r}).")
    try:
        return _arguments(data, Path(path).absolute().parent)
    except NSTError as error:
        raise NSTError(f"{path}: {error}") from error
    except (TypeError, KeyError, AttributeError) as error:
        raise NSTError(f"{path}: an entry is not as it should be ({error}).") from error


_KINDS = ("settings", "instant")
"""Entries of a file that hold settings: for the optimisation, or for one pass."""


def _arguments(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"settings": _read_settings(data, folder)}
    if data.get("content") is not None:
        found["content"] = folder / data["content"]
    if data.get("styles"):
        found["styles"] = tuple(
            StyleFile(
                folder / style["picture"],
                style.get("weight", 1.0),
                None if style.get("mask") is None else folder / style["mask"],
            )
            for style in data["styles"]
        )
    if data.get("start") is not None:
        found["start"] = folder / data["start"]
    weights = data.get("weights")
    if weights is not None:
        found["weights"] = weights if weights in NAMES else str(folder / weights)
    return found


def _read_settings(data: Mapping[str, Any], folder: Path) -> Settings | InstantSettings:
    if "settings" in data:
        return from_data(data["settings"])
    named = dict(data["instant"])
    if named.get("magenta") is not None:
        named["magenta"] = (folder / named["magenta"]).resolve()
    return InstantSettings(**named)


def _named_from(folder: Path, path: Path | None) -> str | None:
    """A path seen from a folder; as it is where there is no way, as between two Windows drives."""
    if path is None:
        return None
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return str(Path(path).absolute())
