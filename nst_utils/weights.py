"""Which weights file: the small network that comes with the course, the real one, or a path."""

import os
from pathlib import Path

from nst_utils.config import CONFIG, project_path
from nst_utils.matconvnet import WeightsFileError

SMALL_MODEL = "vgg19-small.mat"
VGG19_URL = "https://www.vlfeat.org/matconvnet/models/imagenet-vgg-verydeep-19.mat"


def find_weights(weights: str | os.PathLike | None = None) -> Path:
    """Find the file of a network.

    The bundled network is the default, always: numbers and times in class do not change
    because somebody has copied another file into the folder.

    Args:
        weights: ``"small"`` (the bundled network), ``"vgg19"`` (the real one, in
            ``pretrained-model/``), or the path of a MatConvNet file; a relative path may start
            in the current folder or in the project's. None takes what the environment variable
            ``NST_WEIGHTS`` says, and the bundled network where it says nothing.

    Returns:
        The path of an existing file.

    Raises:
        WeightsFileError: if there is no such file.
    """
    weights = weights or os.environ.get("NST_WEIGHTS") or "small"
    if weights == "small":
        candidates = [_model_folder() / SMALL_MODEL]
    elif weights == "vgg19":
        candidates = [project_path(CONFIG.VGG_MODEL)]
    else:
        candidates = [Path(weights), project_path(weights)]
    for path in candidates:
        if os.path.isfile(path):  # unlike Path.is_file, never raises for an impossible name
            return path
    raise WeightsFileError(_not_found(weights, candidates[0]))


def _model_folder() -> Path:
    """The folder of the bundled networks: the project's, or the package's own in a wheel."""
    in_package = Path(__file__).parent / "pretrained-model"
    return in_package if in_package.is_dir() else project_path("pretrained-model")


def _not_found(weights: str | os.PathLike, path: Path) -> str:
    if os.path.isdir(path):
        return f"{path}: this is a folder; name the .mat file in it."
    if weights == "vgg19" or path.name == Path(CONFIG.VGG_MODEL).name:
        return (
            f"{path}: the real VGG-19 is not here. Download it (535 MB) from {VGG19_URL} into "
            'pretrained-model/, or go on with the bundled network, "small".'
        )
    return f'{path}: no such weights file; give "small", "vgg19" or the path of a .mat file.'
