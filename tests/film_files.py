"""Make films of all kinds: for the tests, and for what is measured."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image


def ffmpeg(*words: str | Path) -> None:
    """Run ffmpeg."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *map(str, words)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def write_video(path: Path, frames: Iterable[np.ndarray], rate: str = "25", *options: str) -> Path:
    """Write a video with nearly no loss.

    Args:
        path: its extension chooses the kind of file.
        frames: uint8, (n_H, n_W, 3), all of one size.
        rate: frames a second, as ffmpeg takes it: 30000/1001.
        *options: of ffmpeg, for the output.
    """
    frames = iter(frames)
    first = next(frames)
    size = f"{first.shape[1]}x{first.shape[0]}"
    codec = ["-c:v", "libvpx-vp9"] if path.suffix == ".webm" else ["-c:v", "libx264"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", "-"]
    command += [*codec, "-crf", "8", "-b:v", "0", "-pix_fmt", "yuv444p", *options, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        for frame in chain([first], frames):
            process.stdin.write(frame.tobytes())
        process.stdin.close()
        assert process.wait() == 0
    return path


def write_gif(path: Path, frames: Sequence[Image.Image], **options: object) -> Path:
    """Write a GIF of pictures in any of Pillow's modes; the options are those of its ``save``."""
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)
    return path


def moved(
    picture: np.ndarray, sides: tuple[int, int], frames: int, pan: float, noise: float = 0
) -> Iterator[np.ndarray]:
    """Yield a window of a picture that moves to the right, with camera noise.

    Args:
        picture: uint8, (n_H, n_W, 3); more than the window passes over.
        sides: width and height of the window.
        frames: how many.
        pan: pixels a frame.
        noise: its standard deviation, in grey levels.
    """
    rng = np.random.default_rng(0)
    width, height = sides
    for number in range(frames):
        left = round(number * pan)
        window = picture[:height, left : left + width]
        values = np.rint(window + rng.normal(0, noise, window.shape)) if noise else window
        yield np.clip(values, 0, 255).astype(np.uint8)
