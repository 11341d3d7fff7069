"""The command ``python -m nst_utils weights``: what is there, fetch the real file, verify one."""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

from nst_utils._quiet import tf
from nst_utils.cache import cache_path, load_cached, recorded_checksum
from nst_utils.config import CONFIG, bundled_path
from nst_utils.download import download
from nst_utils.images import load_image, reshape_and_normalize_image
from nst_utils.matconvnet import (
    CONVOLUTIONS,
    Convolution,
    Network,
    read_matconvnet,
)
from nst_utils.matfile import WeightsFileError
from nst_utils.vgg import VGGModel
from nst_utils.weights import (
    SMALL,
    VGG19,
    VGG19_SHA256,
    VGG19_SIZE,
    VGG19_URL,
    WeightsNotFoundError,
    find_weights,
    identify,
    model_folder,
    weights_checksums,
)

KERAS_NOTOP_MD5 = "253f8cb515780f3b799900260a226db6"
"""Of vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5, as Keras publishes it."""

PHOTOGRAPH_SIZE = 400
"""Longer side, in pixels, of the photograph whose activations `verify` shows."""


def build_parser(prog: str) -> argparse.ArgumentParser:
    """Describe the command and its two sub-commands."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Without a command, list the networks that are here. The course comes with "
        f"a small one; the real VGG-19 ({_mb(VGG19_SIZE)}) is fetched only when you ask for it. "
        "The environment variable NST_MODEL_DIR names another folder for it, such as one that a "
        "whole class reads; NST_WEIGHTS says which network is used where none is named.",
    )
    parser.set_defaults(run=show_what_is_there, when_stopped="", when_full="")
    commands = parser.add_subparsers(title="commands", metavar="{download,verify}")
    _add_download(commands)
    _add_verify(commands)
    return parser


def _add_download(commands: argparse._SubParsersAction) -> None:
    text = (
        f"Fetch {VGG19} into pretrained-model/, or into the folder that NST_MODEL_DIR names. A "
        "broken download goes on where it stopped, by itself and when the command is given again. "
        "The file appears only when its size and checksum are right. Proxies are taken from the "
        "environment (HTTPS_PROXY)."
    )
    parser = commands.add_parser("download", help="fetch the real VGG-19", description=text)
    parser.set_defaults(
        run=fetch, when_stopped="What has arrived is kept; the same command fetches the rest."
    )
    parser.add_argument(
        "--url",
        default=VGG19_URL,
        help="where to fetch it from, such as a mirror in the classroom; http, https or file "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--sha256",
        metavar="HEX",
        type=_sha256,
        help="the checksum to expect, where your mirror serves another file than the published one",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_verify(commands: argparse._SubParsersAction) -> None:
    text = (
        "Say what a file is: its checksum and whether it is a published one, its layout, and for "
        "each layer shape, range and mean activation on a photograph. Exit status 0: a published "
        "file, and equal to Keras' where that was asked; 1: readable, but not that; 2: unreadable."
    )
    parser = commands.add_parser("verify", help="say what a file is", description=text)
    parser.set_defaults(run=verify, when_stopped="Nothing was changed.")
    parser.add_argument(
        "path",
        nargs="?",
        help="a MatConvNet file (default: the real VGG-19 where it is there, else the small one)",
    )
    parser.add_argument(
        "--keras",
        metavar="FILE",
        help="the weights of VGG-19 as Keras publishes them (.h5): prove that they are the same",
    )


def _sha256(text: str) -> str:
    if len(text) != 64 or set(text.lower()) - set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is not 64 hexadecimal digits")
    return text.lower()


# What is there ------------------------------------------------------------------------------


def show_what_is_there(options: argparse.Namespace) -> int:
    """Print which networks there are, and which one is used; reads no network."""
    for line in _about_the_small_file():
        _row("small", line)
    for line in _about_the_real_file():
        _row("vgg19", line)
    chosen = os.environ.get("NST_WEIGHTS")
    try:
        used = f"{find_weights(chosen)}, as NST_WEIGHTS says"
    except WeightsFileError as error:
        used = f"NST_WEIGHTS says {chosen}, but {error}"
    _row("used", used if chosen else "small, unless another is named")
    return 0


def _about_the_small_file() -> Iterator[str]:
    try:
        path = find_weights("small")
        yield f"{path}  ({_mb(path.stat().st_size)}, comes with the course)"
    except WeightsFileError as error:
        yield str(error)


def _about_the_real_file() -> Iterator[str]:
    try:
        path = find_weights("vgg19")
    except WeightsNotFoundError:
        path = model_folder() / VGG19
        yield f"not here ({path})"
        part = f"{path}.part"
        if os.path.isfile(part):
            yield f"begun: {_mb(os.path.getsize(part))} of {_mb(VGG19_SIZE)} are here"
        yield 'fetch it with "python -m nst_utils weights download"'
        return
    except WeightsFileError as error:
        yield str(error)
        return
    yield f"{path}  ({_mb(path.stat().st_size)})"
    digest = recorded_checksum(path)
    if digest is None:
        yield 'not looked at yet; "python -m nst_utils weights verify" does'
    else:
        known = identify({"sha256": digest})
        yield known.what if known else 'no published file, or an older one: see "weights verify"'
        yield f"quick to load, from {cache_path(path).name}"


# Fetch --------------------------------------------------------------------------------------


def fetch(options: argparse.Namespace) -> int:
    """Download the real file, unless it is there, and read it once.

    Raises:
        DownloadError: it cannot be had.
        WeightsFileError: another file lies in its place.
    """
    path = model_folder() / VGG19
    sha256 = options.sha256 or VGG19_SHA256
    if os.path.lexists(path):
        _refuse_another_file(path, options.sha256)
        if not options.quiet:
            print(f"{path}: is here already, and its checksum is right.")
        return 0
    size = VGG19_SIZE if options.sha256 is None else None
    download(options.url, path, size=size, sha256=sha256, progress=not options.quiet)
    load_cached(path)  # proves that it can be read, and makes the next start quick
    if not options.quiet:
        print(f'{path}: complete, and its checksum is right. Use it with "--weights vgg19".')
    return 0


def _refuse_another_file(path: Path, sha256: str | None) -> None:
    digests = weights_checksums(path)
    known = identify(digests)
    published = known is not None and known is not SMALL
    if not (published if sha256 is None else digests["sha256"] == sha256):
        raise WeightsFileError(
            f"{path}: is here already, and is another file. Move it away and try again; "
            f"if it is a broken download, rename it to {path.name}.part, and only the rest of it "
            "is fetched."
        )


# Verify -------------------------------------------------------------------------------------


def verify(options: argparse.Namespace) -> int:
    """Print what a file is, and prove its equality with Keras' file if one is given.

    Raises:
        WeightsFileError: if a file cannot be read, or is no VGG-19.
    """
    path = find_weights(options.path) if options.path else _real_or_small()
    network = read_matconvnet(path)
    digests = weights_checksums(path)
    known = identify(digests)
    _row("file", f"{path}  ({_mb(path.stat().st_size)})")
    _row("SHA-256", digests["sha256"])
    _row("known as", known.what if known else "none of the published files")
    _row("layout", f"{network.layout} (MatConvNet has had three: new, old, oldest)")
    _row("mean", "  ".join(f"{value:.3f}" for value in network.mean) + "  (RGB)")
    _print_layers(network)
    same = options.keras is None or _print_comparison(network, options.keras)
    return 0 if known and same else 1


def _real_or_small() -> Path:
    try:
        return find_weights("vgg19")
    except WeightsNotFoundError:
        return find_weights("small")


def _print_layers(network: Network) -> None:
    """Print a line for each convolution: what it is, and what it makes of a photograph."""
    model = VGGModel(network)
    photograph = load_image(bundled_path(CONFIG.CONTENT_IMAGE), PHOTOGRAPH_SIZE)
    activations = model(reshape_and_normalize_image(photograph, model.mean))
    print(
        f"\n{'layer':8} {'kernel':>15} {'from … to':>18} {'bias from … to':>18} {'activation':>11}"
    )
    for layer in network.convolutions:
        shape = "×".join(map(str, layer.kernel.shape))
        mean = float(tf.reduce_mean(activations[layer.name]))
        ranges = f"{_range(layer.kernel):>19} {_range(layer.bias):>17}"
        print(f"{layer.name:8} {shape:>13} {ranges} {mean:11.4g}")
    name = Path(CONFIG.CONTENT_IMAGE).name
    print(f"activation: its mean on {name} at {PHOTOGRAPH_SIZE} pixels, average pooling")


def _print_comparison(network: Network, path: str) -> bool:
    """Print whether Keras' file holds the same numbers."""
    differences = compare_with_keras(network, path)
    published = weights_checksums(path)["md5"] == KERAS_NOTOP_MD5
    print()
    _row("Keras", f"{path}{' (the published file)' if published else ''}")
    if not any(differences.values()):
        _row("", f"holds the same numbers, every one of them, in all {len(differences)} layers")
        return True
    for name, difference in differences.items():
        _row("", f"{name}: {difference or 'the same numbers'}")
    return False


def compare_with_keras(network: Network, path: str | os.PathLike) -> dict[str, str | None]:
    """Compare a network with the VGG-19 that Keras publishes, number by number.

    Keras took its weights from the same source, Caffe, and kept the order of colours: its
    ``conv1_1`` reads BGR. Everything else must be the same, bit by bit.

    Args:
        network: what `read_matconvnet` gives.
        path: weights of ``keras.applications.VGG19``, with or without its top.

    Returns:
        For each convolution None, or how it differs.

    Raises:
        WeightsFileError: if the file is not one of these.
    """
    keras = _keras_convolutions(path)
    for name, found in keras.items():
        if [np.ndim(array) for array in found] != [4, 1]:
            raise WeightsFileError(
                f"{path}: holds no kernel and bias of block{name[4]}_conv{name[6]}; get "
                "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5, as Keras publishes it."
            )
    return {layer.name: _difference(layer, *keras[layer.name]) for layer in network.convolutions}


def _keras_convolutions(path: str | os.PathLike) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read kernel and bias of each convolution, under our names, from a file of Keras."""
    if not os.path.isfile(path):
        raise WeightsFileError(f"{path}: there is no such file; name the .h5 file of Keras.")
    arrays = {name: [] for name in CONVOLUTIONS}

    def collect(place: str, item: h5py.Group | h5py.Dataset) -> None:
        # Keras says block4_conv2 where the course says conv4_2: block4_conv2/block4_conv2_W_1:0.
        name = re.sub(r"^block(\d)_conv(\d)/.*", r"conv\1_\2", place)
        if name in arrays and isinstance(item, h5py.Dataset):
            arrays[name].append(item[()])

    try:
        with h5py.File(path, "r") as file:
            file.visititems(collect)
        return {name: sorted(found, key=np.ndim)[::-1] for name, found in arrays.items()}
    except OSError as error:
        raise WeightsFileError(
            f"{path}: this is no readable HDF5 file ({error}); get "
            "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5, as Keras publishes it."
        ) from error


def _difference(layer: Convolution, kernel: np.ndarray, bias: np.ndarray) -> str | None:
    """Say how a layer differs from Keras'; None where it does not."""
    if kernel.shape != layer.kernel.shape:
        return f"another shape, {kernel.shape}"
    in_rgb = kernel[:, :, ::-1] if layer.name == CONVOLUTIONS[0] else kernel
    if not np.array_equal(bias, layer.bias):
        return "other biases"
    if np.array_equal(in_rgb, layer.kernel):
        return None
    slips = {
        "height and width are exchanged": in_rgb.transpose(1, 0, 2, 3),
        "the colours are in the other order": in_rgb[:, :, ::-1],
        "the kernels are turned round": in_rgb[::-1, ::-1],
    }
    for slip, slipped in slips.items():
        if np.array_equal(slipped, layer.kernel):
            return slip
    return f"other numbers, by {np.abs(in_rgb - layer.kernel).max():.2g} at most"


# Words --------------------------------------------------------------------------------------


def _row(name: str, text: str) -> None:
    print(f"{name:9} {text}")


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _range(array: np.ndarray) -> str:
    return f"{array.min():.4g} … {array.max():.4g}"
