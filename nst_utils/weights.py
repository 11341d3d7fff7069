"""Which weights file: the small network that comes with the course, the real one, or a path.

Also what is known of the published files: where they are, and their checksums.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nst_utils.config import CONFIG, bundled_path, project_path
from nst_utils.files import checksums
from nst_utils.matfile import WeightsFileError, what_to_do

VGG19 = Path(CONFIG.VGG_MODEL).name
VGG19_URL = f"https://www.vlfeat.org/matconvnet/models/{VGG19}"
VGG19_SIZE = 534_904_783
VGG19_SHA256 = "abdb57167f82a2a1fbab1e1c16ad9373411883f262a1a37ee5db2e6fb0044695"


class WeightsNotFoundError(WeightsFileError):
    """There is no such weights file."""


@dataclass(frozen=True)
class KnownFile:
    """A genuine file, told by its checksum.

    Attributes:
        digest: 64 hexadecimal digits of SHA-256, or 32 of MD5 where only that was published.
        what: the network, and the release that it came with.
    """

    digest: str
    what: str


_MATCONVNET = "VGG-19 of Simonyan & Zisserman, as MatConvNet published it"

SMALL = KnownFile(
    "56a45df53cf9a9b1715b45bf23d000bb87260cb0ac449b6dfd713d116f735d15",
    "the small network of this course",
)

KNOWN_FILES = (
    KnownFile(VGG19_SHA256, f"{_MATCONVNET} (1.0-beta24 and 25, the current file)"),
    KnownFile("106118b7cf60435e6d8e04f6a6dc3657", f"{_MATCONVNET} (1.0-beta24 and 25)"),
    KnownFile("49e623de543b207d57fab0f6eaf79a7e", f"{_MATCONVNET} (1.0-beta20 and 22)"),
    KnownFile("b9b4a9eb1c2fb3b50e1ec1aca6f22342", f"{_MATCONVNET} (1.0-beta17 and 18)"),
    KnownFile("8ee3263992981a1d26e73b3ca028a123", f"{_MATCONVNET} (1.0-beta16)"),
    SMALL,
)
"""The published files, and the one that comes with the course."""


def find_weights(weights: str | os.PathLike | None = None) -> Path:
    """Find the file of a network.

    The bundled network is the default, always: numbers and times in class do not change
    because somebody has copied another file into the folder.

    Args:
        weights: ``"small"`` (the bundled network), ``"vgg19"`` (the real one, in the folder
            that the environment variable ``NST_MODEL_DIR`` names, or in ``pretrained-model/``),
            or the path of a MatConvNet file; a relative path may start in the current folder
            or in the project's. None takes what the environment variable ``NST_WEIGHTS`` says,
            and the bundled network where it says nothing.

    Returns:
        The path of an existing file.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsFileError: if it lies where you may not look.
    """
    weights = weights or os.environ.get("NST_WEIGHTS") or "small"
    if weights == "small":
        candidates = [bundled_path(CONFIG.SMALL_MODEL)]
    elif weights == "vgg19":
        candidates = [model_folder() / VGG19, project_path(CONFIG.VGG_MODEL)]
    else:
        weights = os.path.expanduser(weights)
        candidates = [Path(weights), project_path(weights)]
    for path in candidates:
        if os.path.isfile(path):  # unlike Path.is_file, never raises for an impossible name
            return path
    raise _not_found(weights, candidates[0])


def model_folder() -> Path:
    """The folder of the real network: ``NST_MODEL_DIR`` where that is set, e.g. for a class.

    A relative one starts in the project's folder, wherever a kernel was started.
    """
    chosen = os.environ.get("NST_MODEL_DIR")
    return project_path(os.path.expanduser(chosen) if chosen else "pretrained-model")


def weights_checksums(path: str | os.PathLike) -> dict[str, str]:
    """Compute the SHA-256 and the MD5 of a file, by which it can be recognised.

    Returns:
        ``{"sha256": …, "md5": …}``, in hexadecimal digits.

    Raises:
        WeightsFileError: if the file cannot be read.
    """
    try:
        return checksums(path, "sha256", "md5")
    except OSError as error:
        raise WeightsFileError(
            f"{path}: cannot be read ({error.strerror}); move it away, or mend its permissions."
        ) from error


def identify(digests: Mapping[str, str]) -> KnownFile | None:
    """Recognise a genuine file by its `weights_checksums`; None where it is none that we know."""
    return next((known for known in KNOWN_FILES if known.digest in digests.values()), None)


def _not_found(weights: str | os.PathLike, path: Path) -> WeightsFileError:
    if os.path.isdir(path):
        return WeightsFileError(f"{path}: this is a folder; name the .mat file in it.")
    try:
        os.stat(path)
    except PermissionError:
        return WeightsFileError(f"{path}: you may not look there; mend the permissions.")
    except (OSError, ValueError):  # it is absent, or its name is impossible
        pass
    if weights == "small":
        return WeightsNotFoundError(f"{path}: the bundled network is missing. {what_to_do(path)}")
    if weights == "vgg19" or path.name == VGG19:
        return WeightsNotFoundError(
            f"{path}: the real VGG-19 is not here. Fetch it (535 MB) with "
            '"python -m nst_utils weights download", or go on with the bundled network, "small".'
        )
    return WeightsNotFoundError(
        f'{path}: no such weights file; give "small", "vgg19" or the path of a .mat file.'
    )
