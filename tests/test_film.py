"""Films: what is kept of them, how little they flicker, and what is refused."""

import weakref
from contextlib import nullcontext
from fractions import Fraction
from itertools import pairwise

import imageio_ffmpeg
import numpy as np
import pytest
from film_files import ffmpeg, moved, write_gif, write_video
from PIL import Image, ImageSequence

from nst_utils import NSTError, Style, film, load_image, project_path, stylize_instantly
from nst_utils.color import RGB_TO_YUV
from nst_utils.film import SmoothStatistics, Steadied, is_film, read_film, stylize_film
from nst_utils.images import ImageFileError
from nst_utils.instant import MagentaModel, channel_statistics, load_instant_model

PHOTOGRAPH = load_image(project_path("images", "content", "china.jpg"), 128)
GLASS = load_image(project_path("images", "style", "stained-glass.jpg"), 64)
FRAMES = list(moved(PHOTOGRAPH, (64, 48), 6, pan=2))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def video(folder):
    """Six frames of 64×48, 25 a second."""
    return write_video(folder / "video.mp4", FRAMES)


@pytest.fixture(scope="module")
def gif(folder):
    images = [Image.fromarray(frame) for frame in FRAMES]
    durations = [100, 50, 70, 80, 120, 300]
    return write_gif(folder / "moving.gif", images, duration=durations, loop=3)


def frames_of(path) -> list[np.ndarray]:
    """Read a video without the code that is tested."""
    frames = imageio_ffmpeg.read_frames(path)
    width, height = next(frames)["size"]
    return [np.frombuffer(frame, np.uint8).reshape(height, width, 3) for frame in frames]


def apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b).mean())


def flicker(frames: list[np.ndarray]) -> float:
    """Mean difference of neighbouring frames."""
    return float(np.mean([apart(a, b) for a, b in pairwise(frames)]))


def bright(picture: np.ndarray) -> np.ndarray:
    """What a video keeps for each pixel; its colours are means of 2×2."""
    return picture @ RGB_TO_YUV[0]


# What is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", [".mov", ".mkv", ".webm"])
def test_a_video_becomes_a_video(folder, tmp_path, extension):
    source = write_video(folder / f"in{extension}", FRAMES, "30000/1001", "-pix_fmt", "yuv420p")
    assert read_film(source)[1:] == ((64, 48), Fraction(30000, 1001), 6, False, None)
    made = stylize_film(source, tmp_path / f"out{extension}", GLASS)
    assert made == read_film(tmp_path / f"out{extension}"), "it says what it wrote"
    assert made.rate == Fraction(30000, 1001) and made.frames == 6
    assert [path.name for path in tmp_path.iterdir()] == [f"out{extension}"]


def test_the_frames_are_painted_in_their_order(video, tmp_path, capfd):
    seen = []
    stylize_film(video, tmp_path / "x.mp4", GLASS, callback=lambda *told: seen.append(told))
    assert [number for number, _ in seen] == [1, 2, 3, 4, 5, 6]
    written, alone = frames_of(tmp_path / "x.mp4"), [stylize_instantly(f, GLASS) for f in FRAMES]
    for (_, told), frame in zip(seen, written, strict=True):
        assert apart(bright(told), bright(frame)) < 7, (
            "what is written is what was painted, but for H.264"
        )
    assert apart(seen[0][1], alone[0]) < 4, "the first frame is painted as a picture is"
    nearest = [int(np.argmin([apart(told, other) for other in alone])) for _, told in seen]
    assert nearest == [0, 1, 2, 3, 4, 5]
    assert capfd.readouterr() == ("", "")


def test_colours_survive_the_way_into_a_video_and_back(tmp_path):
    colors = np.array([[200, 30, 40], [20, 180, 60], [40, 50, 220], [128, 128, 128]], np.uint8)
    frame = np.repeat(np.repeat(colors[None], 48, 0), 16, 1)
    source = write_video(tmp_path / "in.mp4", [frame] * 3)
    stylize_film(source, tmp_path / "out.mp4", frame, strength=0, colors="keep")
    middle = frames_of(tmp_path / "out.mp4")[1][24, 8::16].astype(int)
    chroma = (middle - middle.mean(1, keepdims=True)) - (colors - colors.mean(1, keepdims=True))
    assert np.abs(chroma).max() < 16
    told = next(imageio_ffmpeg.read_frames(tmp_path / "out.mp4"))
    assert "bt709" in told["pix_fmt"], "players need not guess"


@pytest.mark.parametrize(
    ("shown", "rate"),
    [
        (29.97, Fraction(30000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (25.0, Fraction(25)),
        (12.5, Fraction(25, 2)),
        (29.83, Fraction(2983, 100)),
        (0, Fraction(25)),
    ],
)
def test_the_rate_that_is_meant(shown, rate):
    assert film._exact(shown) == rate


def test_a_film_whose_rate_varies_keeps_its_length(tmp_path):
    """As phones record: some frames are shown for longer than others."""
    source = tmp_path / "phone.mp4"
    times = "setpts=if(lt(N\\,4)\\,N*0.04/TB\\,(0.16+(N-4)*0.4)/TB)"
    write_video(source, [*FRAMES, *FRAMES], "25", "-vf", times, "-fps_mode", "vfr")
    (long,) = [imageio_ffmpeg.count_frames_and_secs(source)[1]]
    assert long > 2.5
    made = stylize_film(source, tmp_path / "out.mp4", GLASS, size=32)
    assert made.frames / made.rate == pytest.approx(long, abs=0.45)
    assert imageio_ffmpeg.count_frames_and_secs(made.path)[1] == pytest.approx(long, abs=0.45)


def test_a_phone_film_is_upright(video, tmp_path):
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", "90", "-i", video, "-c", "copy", turned)
    assert read_film(turned).size == (48, 64)
    stylize_film(turned, tmp_path / "out.mp4", GLASS, strength=0)
    out = frames_of(tmp_path / "out.mp4")[0]
    assert out.shape == (64, 48, 3)
    upright = stylize_instantly(np.rot90(FRAMES[0]).copy(), GLASS, strength=0)
    assert apart(bright(out), bright(upright)) < 7 < apart(bright(out), bright(upright[::-1, ::-1]))


def test_pixels_that_are_not_square_are_made_square(video, tmp_path):
    wide = tmp_path / "wide.mp4"
    ffmpeg("-i", video, "-vf", "setsar=2", wide)
    assert read_film(wide).size == (128, 48)


def test_an_odd_side_gets_one_pixel_more(tmp_path):
    source = tmp_path / "odd.mkv"
    write_video(source, [frame[:47, :63] for frame in FRAMES])
    assert read_film(source).size == (63, 47)
    seen = []
    made = stylize_film(source, tmp_path / "x.mp4", GLASS, callback=lambda _, p: seen.append(p))
    assert made.size == (64, 48) and seen[0].shape == (47, 63, 3)
    frame = frames_of(made.path)[0]
    assert apart(bright(frame[:47, :63]), bright(seen[0])) < 7
    assert apart(bright(frame[47, :63]), bright(seen[0][46])) < 14
    assert apart(bright(frame[:47, 63]), bright(seen[0][:, 62])) < 14


@pytest.mark.parametrize("size", [32, 96])
def test_size_is_that_of_the_longer_side(video, gif, tmp_path, size):
    for source in (video, gif):
        made = stylize_film(source, tmp_path / f"x{source.suffix}", GLASS, size=size)
        assert made.size == (size, size * 3 // 4) == read_film(made.path).size


def test_sound_is_left_out_and_told(video, tmp_path):
    loud = tmp_path / "loud.mp4"
    ffmpeg("-i", video, "-f", "lavfi", "-i", "sine", "-t", "0.24", loud)
    assert read_film(loud).has_audio
    assert not stylize_film(loud, tmp_path / "x.mp4", GLASS).has_audio
    assert not read_film(tmp_path / "x.mp4").has_audio


def test_a_gif_keeps_its_durations_and_its_loops(gif, tmp_path):
    assert read_film(gif)[1:] == ((64, 48), None, 6, False, 3)
    made = stylize_film(gif, tmp_path / "x.gif", GLASS)
    assert made == read_film(tmp_path / "x.gif")
    with Image.open(tmp_path / "x.gif") as painted:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(painted)]
    assert durations == [100, 50, 70, 80, 120, 300]


@pytest.mark.parametrize("loop", [0, None])
def test_a_gif_runs_for_ever_or_once_as_before(tmp_path, loop):
    images = [Image.fromarray(frame) for frame in FRAMES[:2]]
    options = {} if loop is None else {"loop": loop}
    write_gif(tmp_path / "in.gif", images, duration=40, **options)
    stylize_film(tmp_path / "in.gif", tmp_path / "x.gif", GLASS)
    with Image.open(tmp_path / "x.gif") as painted:
        assert painted.info.get("loop") == loop


def test_the_frames_of_a_gif_are_what_was_painted_in_256_colours(gif, tmp_path):
    seen = []
    stylize_film(gif, tmp_path / "x.gif", GLASS, callback=lambda _, p: seen.append(p))
    with Image.open(tmp_path / "x.gif") as painted:
        frames = [np.array(f.convert("RGB")) for f in ImageSequence.Iterator(painted)]
    assert max(apart(*pair) for pair in zip(seen, frames, strict=True)) < 12
    colors = {tuple(color) for frame in frames for color in frame.reshape(-1, 3)}
    assert len(colors) <= 256, "one palette for all frames"


def test_what_is_transparent_in_a_gif_is_white(tmp_path):
    clear = [Image.new("RGBA", (48, 32)) for _ in range(3)]
    for number, image in enumerate(clear):
        image.paste((200, 0, 0, 255), (8 * number, 0, 8 * number + 8, 8))
    write_gif(tmp_path / "clear.gif", clear, duration=50, disposal=2)
    source = read_film(tmp_path / "clear.gif")
    frames = [frame.picture for frame in film._frames(source)]
    for number, frame in enumerate(frames):
        expected = np.full((32, 48, 3), 255)
        expected[:8, 8 * number : 8 * number + 8] = (200, 0, 0)
        np.testing.assert_allclose(frame, expected, atol=4)


# Memory, and files ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["video", "gif"])
def test_no_more_than_a_few_frames_are_in_memory(kind, tmp_path, request):
    source, alive, most = request.getfixturevalue(kind), [], []

    def look(_, picture):
        alive.append(weakref.ref(picture))
        most.append(sum(one() is not None for one in alive))

    stylize_film(source, tmp_path / f"x{source.suffix}", GLASS, callback=look)
    assert len(most) == 6 and max(most) <= 2


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("kind", ["video", "gif"])
def test_what_is_broken_off_leaves_the_old_film(kind, failure, tmp_path, request):
    source = request.getfixturevalue(kind)
    target = tmp_path / f"x{source.suffix}"
    target.write_bytes(b"the film of yesterday")

    def stop(number, _):
        if number == 3:
            raise failure

    with pytest.raises(failure):
        stylize_film(source, target, GLASS, callback=stop)
    assert target.read_bytes() == b"the film of yesterday"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("options", [{"codec": "no such codec"}, {"output_params": ["-f", "null"]}])
def test_what_ffmpeg_cannot_write_is_told_in_a_sentence(video, tmp_path, monkeypatch, options):
    monkeypatch.setattr(film, "_H264", options)
    with pytest.raises(ImageFileError, match=r"x\.mp4: cannot be written \(ffmpeg gave up") as told:
        stylize_film(video, tmp_path / "x.mp4", GLASS)
    assert "\n" not in str(told.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("x.gif", r"x\.gif: video\.mp4 can become \.mp4, "),
        ("x.avi", r"x\.avi: video\.mp4 can become"),
        ("x.jpg", r"x\.jpg: video\.mp4 can become"),
        ("folder.mp4", "this is a folder"),
        ("file/x.mp4", "cannot be written"),
    ],
)
def test_targets_that_cannot_be_are_refused_before_the_work(video, tmp_path, target, sentence):
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(ImageFileError, match=sentence):
        stylize_film(video, tmp_path / target, GLASS, callback=pytest.fail)


def test_a_film_is_not_written_over_itself(video, gif, tmp_path):
    with pytest.raises(ImageFileError, match="the film itself"):
        stylize_film(video, video, GLASS)
    with pytest.raises(ImageFileError, match=r"can become \.gif"):
        stylize_film(gif, tmp_path / "x.mp4", GLASS)


# What is no film ------------------------------------------------------------------------------


def made_of(tmp_path, name: str):
    """A file that is no film, by the name of what is wrong with it."""
    path = tmp_path / name
    image = Image.fromarray(FRAMES[0])
    if name == "text.mp4":
        path.write_text("no film\n" * 100)
    elif name in ("empty.mp4", "empty.gif"):
        path.write_bytes(b"")
    elif name == "photo.mp4":
        image.save(path, format="JPEG")
    elif name in ("one.gif", "photo.jpg", "film.xyz"):
        image.save(path, format="GIF" if name == "one.gif" else "JPEG")
    elif name == "sound.mp4":
        ffmpeg("-f", "lavfi", "-i", "sine", "-t", "0.2", path)
    elif name == "cut.mp4":
        whole = write_video(tmp_path / "whole.mp4", FRAMES).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif name == "cut.gif":
        whole = write_gif(tmp_path / "whole.gif", [image, image.rotate(90)]).read_bytes()
        path.write_bytes(whole[:20])
    return path


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("absent.mp4", "there is no such file"),
        ("empty.mp4", "the file is empty"),
        ("empty.gif", "the file is empty"),
        ("text.mp4", "this is no film that can be read here, or it is damaged"),
        ("cut.mp4", "this is no film that can be read here, or it is damaged"),
        ("sound.mp4", "this is no film that can be read here, or it is damaged"),
        ("cut.gif", "no GIF that can be read|no frame that can be read"),
        ("photo.mp4", "one frame only: it is a picture"),
        ("one.gif", "one frame only: it is a picture"),
        ("photo.jpg", "the extension '.jpg' names no film"),
        ("film.xyz", "the extension '.xyz' names no film"),
    ],
)
def test_what_is_no_film_is_told_in_a_sentence(tmp_path, name, sentence, capfd):
    path = made_of(tmp_path, name)
    with pytest.raises(ImageFileError, match=sentence) as told:
        read_film(path)
    assert name in str(told.value) and "\n" not in str(told.value)
    assert capfd.readouterr() == ("", "")


def test_what_is_a_film(video, gif, tmp_path):
    assert is_film(video) and is_film(gif) and is_film("somewhere/else.MOV")
    for name in ("one.gif", "photo.jpg", "absent.gif", "empty.gif", "cut.gif"):
        assert not is_film(made_of(tmp_path, name))


@pytest.mark.parametrize("extension", [".mkv", ".gif"])
def test_a_film_that_breaks_off_is_painted_up_to_there(tmp_path, gif, extension):
    noisy = list(moved(PHOTOGRAPH, (64, 48), 12, pan=2, noise=20))
    if extension == ".mkv":
        path = write_video(tmp_path / "in.mkv", noisy, "25", "-g", "1")
    else:
        path = write_gif(tmp_path / "in.gif", [Image.fromarray(f) for f in noisy], duration=50)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    made = stylize_film(path, tmp_path / f"x{extension}", GLASS)
    assert 4 <= made.frames <= 8 and read_film(made.path).frames == made.frames


# Painting -------------------------------------------------------------------------------------


def test_the_style_is_looked_at_once(video, tmp_path, monkeypatch):
    model, looked = load_instant_model(), []
    whole = model.look
    monkeypatch.setattr(model, "look", lambda style: looked.append(1) or whole(style))
    stylize_film(video, tmp_path / "x.mp4", [GLASS, PHOTOGRAPH], model=model)
    assert len(looked) == 2


def test_every_choice_changes_the_film(video, tmp_path, monkeypatch):
    monkeypatch.setattr(film, "_writer", lambda *unused: nullcontext(lambda frame: None))
    monkeypatch.setattr(film, "atomic_path", nullcontext)
    mask = np.zeros((48, 64))
    mask[:, :32] = 1
    choices = {
        "plain": {},
        "strength": {"strength": 0.3},
        "keep": {"colors": "keep"},
        "match": {"colors": "match"},
        "scale": {"style_scale": 3},
        "mask": {"style": Style(GLASS, mask=mask)},
    }
    films = {}
    for name, options in choices.items():
        style = options.pop("style", GLASS)
        seen = films[name] = []
        target = tmp_path / "x.mp4"
        stylize_film(video, target, style, callback=lambda _, p, s=seen: s.append(p), **options)
    for name in choices.keys() - {"plain"}:
        assert apart(films[name][3], films["plain"][3]) > 3, name


def test_match_looks_at_the_whole_film_and_not_at_its_first_frames(tmp_path, monkeypatch):
    dark, light = np.full((32, 48, 3), 10, np.uint8), np.full((32, 48, 3), 240, np.uint8)
    source, like = write_video(tmp_path / "in.mp4", [dark] * 3 + [light] * 3), []

    def prepared(style, content, *others):
        like.append(content)
        return style

    monkeypatch.setattr(film, "SAMPLES", 2)
    monkeypatch.setattr(film, "prepared_style", prepared)
    stylize_film(source, tmp_path / "x.mp4", GLASS, colors="match")
    assert 80 < like[0].mean() < 170


def test_magentas_network_paints_films_too(video, gif, tmp_path):
    model = MagentaModel(lambda photograph, style: 1 - photograph)
    for source in (video, gif):
        seen = []
        target = tmp_path / f"x{source.suffix}"
        stylize_film(source, target, GLASS, model=model, callback=lambda _, p, s=seen: s.append(p))
        assert apart(seen[0], 255 - FRAMES[0]) < 8


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"strength": 2}, "strength: 2 is not"),
        ({"colors": "grey"}, "colors: unknown"),
        ({"style_scale": 0}, "style_scale: 0 is not"),
        ({"size": 0}, "size: 0 is not a whole number"),
        ({"size": "large"}, "size: 'large' is not a whole number"),
        ({"style": []}, "style: there is none"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(video, tmp_path, options, sentence):
    arguments = {"style": GLASS, **options}
    with pytest.raises(NSTError, match=sentence):
        stylize_film(video, tmp_path / "x.mp4", **arguments)
    assert list(tmp_path.iterdir()) == []


# Little flicker -------------------------------------------------------------------------------


def still(noise: float, count: int = 16) -> list[np.ndarray]:
    return list(moved(PHOTOGRAPH, (96, 72), count, pan=0, noise=noise))


def test_a_still_scene_with_camera_noise_flickers_less_than_its_noise():
    model = load_instant_model()
    look, noisy = model.look(Style(GLASS)), still(6)
    steadied, smooth = Steadied(), SmoothStatistics()
    painted = [model.paint(frame, [look]) for frame in noisy]
    calm = [model.paint(steadied(frame), [look], measure=smooth) for frame in noisy]
    assert flicker(painted[6:]) > 0.5 * flicker(noisy[6:])
    assert flicker(calm[6:]) < flicker(noisy[6:]) / 3


def test_whoever_walks_in_does_not_repaint_what_stands_still():
    model = load_instant_model()
    look, walked = model.look(Style(GLASS)), []
    for number, frame in enumerate(still(0)):
        frame[:32, : 6 * number] = (250, 250, 120)
        walked.append(frame)
    smooth = SmoothStatistics()
    far = slice(64, 72)  # rows that the network does not see the walker from
    painted = [model.paint(frame, [look])[far] for frame in walked]
    calm = [model.paint(frame, [look], measure=smooth)[far] for frame in walked]
    assert flicker(calm) < 0.7 * flicker(painted)


def test_what_moves_leaves_no_trace():
    steadied = Steadied()
    for number, frame in enumerate(still(3)):
        plain = frame.copy()
        frame[20:44, 6 * number : 6 * number + 24] = (255, 255, 0)
        calm = steadied(frame)
        was_there = np.s_[20:44, max(0, 6 * number - 6) : 6 * number]
        if number:
            assert apart(calm[was_there], plain[was_there]) < 4
            assert apart(calm[20:44, 6 * number : 6 * number + 24], [255, 255, 0]) < 2


def test_a_frame_that_does_not_change_stays_itself():
    steadied = Steadied()
    for _ in range(5):
        np.testing.assert_array_equal(steadied(FRAMES[0]), FRAMES[0])


def test_at_a_cut_all_begins_anew():
    model = load_instant_model()
    smooth, steadied = SmoothStatistics(), Steadied()
    garden = load_image(project_path("images", "content", "flower.jpg"), (64, 48))
    for frame in (*FRAMES, garden):
        mean = smooth(model.encode(frame))
        calm = steadied(frame)
    np.testing.assert_array_equal(mean.mu, channel_statistics(model.encode(garden)).mu)
    assert apart(calm, garden) < 1
    smooth(model.encode(FRAMES[0]))
    mean = smooth(model.encode(FRAMES[2]))
    assert np.abs(mean.mu - channel_statistics(model.encode(FRAMES[2])).mu).max() > 0
