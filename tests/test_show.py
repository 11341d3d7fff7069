"""The figures: what a notebook is given to show, and what can be read off the drawing."""

import base64
import sys
from io import BytesIO
from types import SimpleNamespace

import ipywidgets
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import DisplayHandle
from IPython.utils.capture import capture_output
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.text import Text
from PIL import Image, ImageSequence
from traitlets.config import Config

from nst_utils import show
from nst_utils.config import NSTError
from nst_utils.images import reshape_and_normalize_image

WORDS = {"alt": "Two towers at dusk.", "see": "the left one leans"}
PLAIN_TEXT = "[picture: run this cell to see it]"

rng = np.random.default_rng(0)
PICTURE = rng.integers(0, 256, (12, 16, 3), np.uint8)
NETWORK_INPUT = reshape_and_normalize_image(PICTURE)
ACTIVATION = np.maximum(rng.normal(size=(1, 5, 7, 11)), 0).astype(np.float32)
GRAM = ACTIVATION[0].reshape(-1, 11).T @ ACTIVATION[0].reshape(-1, 11)
KERNEL = rng.normal(size=(3, 3, 3, 11)).astype(np.float32)
FIELDS = {"conv1_1": (5, 7, 3, 3), "conv2_1": (1, 4, 10, 10)}
LINES = {
    "blue, green, red": {"conv1_1": 40, "conv2_1": 60.5},
    "divided by 255": {"conv1_1": 38, "conv2_1": 60},
    "no mean": {"conv1_1": 73, "conv2_1": 59.5},
}
SHARES = {"content": {"cost J": 2e-5, "gradient": 0.08}, "style": {"cost J": 1, "gradient": 0.92}}


def progress(step=0, image=NETWORK_INPUT, J=5e9, J_content=7e3, J_style=1e8):
    return SimpleNamespace(
        step=step, image=image, J=J, J_content=J_content, J_style=J_style, seconds=0.1 * step
    )


HISTORY = [progress(step, J=5e9 / (step + 1)) for step in range(0, 60, 20)]

FIGURES = {
    "images": lambda **k: show.show_images([PICTURE, NETWORK_INPUT], ["one", "two"], **k),
    "filmstrip": lambda **k: show.show_filmstrip([PICTURE] * 3, ["1", "2", "3"], **k),
    "feature maps": lambda **k: show.show_feature_maps(ACTIVATION, **k),
    "layers": lambda **k: show.show_layers(
        {"conv1_1": ACTIVATION, "conv2_1": ACTIVATION[:, :3]}, **k
    ),
    "activations": lambda **k: show.show_activations([ACTIVATION] * 2, ["one", "two"], **k),
    "gram": lambda **k: show.show_gram([GRAM, GRAM], ["style", "ours"], **k),
    "gradient": lambda **k: show.show_gradient(PICTURE, NETWORK_INPUT, **k),
    "kernels": lambda **k: show.show_kernels(KERNEL, **k),
    "receptive fields": lambda **k: show.show_receptive_fields(PICTURE, FIELDS, **k),
    "patches": lambda **k: show.show_patches({"conv1_1": [PICTURE] * 6, "b": [PICTURE]}, **k),
    "grid": lambda **k: show.show_grid(
        [[PICTURE, NETWORK_INPUT]] * 3, ["a", "b", "c"], ["one", "two"], **k
    ),
    "runs": lambda **k: show.show_runs(
        [PICTURE, NETWORK_INPUT],
        ["A\nfall 8", "B\nfall nan"],
        [(8, 4, 1), (8, np.nan, np.nan)],
        **k,
    ),
    "pixels": lambda **k: show.show_pixels(PICTURE, (8, 11, 4, 5), **k),
    "costs": lambda **k: show.show_costs(HISTORY, **k),
    "shares": lambda **k: show.show_shares(SHARES, **k),
    "bars": lambda **k: show.show_bars({"Adam": 20.0, "one pass": 0.15}, unit="s", **k),
    "lines": lambda **k: show.show_lines(LINES, label="distance, in %", **k),
    "pixel path": lambda **k: show.show_pixel_path([0, 20], [[0, 99, 255], [9, 9, 9]], **k),
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A running IPython, as in a kernel; none of the tests without it sees one."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    main = sys.modules["__main__"]
    quiet = Config(HistoryManager={"enabled": False})
    yield InteractiveShell.instance(config=quiet)
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main


@pytest.fixture
def figures(monkeypatch):
    """The figures that were drawn, instead of their being shown."""
    drawn = []
    monkeypatch.setattr(show, "_present", lambda figure, **_: drawn.append(figure))
    return drawn


def png_of(output):
    return Image.open(BytesIO(base64.b64decode(output.data["image/png"])))


def texts(figure):
    """The texts that are drawn. Matplotlib also keeps names of ticks beyond the axis."""
    found = list(figure.texts)
    for axes in figure.axes:
        found += [child for child in axes.get_children() if isinstance(child, Text)]
        for number, axis in enumerate((axes.xaxis, axes.yaxis)):
            low, high = sorted(axis.get_view_interval())
            names = axis.get_ticklabels() if axis.get_visible() else []
            found += [name for name in names if low <= name.get_position()[number] <= high]
            found.append(axis.label)
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def words(figure):
    return [text.get_text() for text in texts(figure)]


# What a notebook gets -----------------------------------------------------------------------


@every_figure
def test_a_figure_is_one_picture_with_alt_text_and_one_line(notebook, draw):
    with capture_output() as captured:
        assert draw(**WORDS) is None

    [output] = captured.outputs
    assert output.data.keys() == {"image/png", "text/plain"}
    assert output.data["text/plain"] == PLAIN_TEXT
    assert output.metadata["image/png"]["alt"] == WORDS["alt"]
    assert png_of(output).width == 2 * output.metadata["image/png"]["width"]
    assert captured.stdout == "What to see: the left one leans\n"
    assert captured.stderr == ""


@every_figure
def test_a_script_without_notebook_prints_the_line_only(draw, capsys):
    draw(**WORDS)
    assert capsys.readouterr().out == "What to see: the left one leans\n"


@every_figure
@pytest.mark.parametrize("missing", ["alt", "see"])
def test_a_figure_without_words_is_refused(notebook, draw, missing, tmp_path):
    file = tmp_path / "figure.png"
    with capture_output() as captured, pytest.raises(NSTError, match=f"^{missing} is empty"):
        draw(**{**WORDS, missing: " "}, path=file)
    with pytest.raises(TypeError, match=missing):
        draw(**{key: value for key, value in WORDS.items() if key != missing})
    assert not captured.outputs
    assert not file.exists()


@every_figure
def test_a_figure_is_also_written_to_a_file(draw, tmp_path):
    file = tmp_path / "new folder" / "figure.png"
    draw(**WORDS, path=file)
    with Image.open(file) as picture:
        picture.load()
        assert picture.width > 500
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("suffix", "start"), [(".JPG", b"\xff\xd8"), (".pdf", b"%PDF"), (".svg", b"<?xml")]
)
def test_the_extension_chooses_the_format(suffix, start, tmp_path):
    file = tmp_path / f"figure{suffix}"
    FIGURES["costs"](**WORDS, path=str(file))
    assert file.read_bytes().startswith(start)


def test_an_unknown_extension_is_refused(tmp_path):
    with pytest.raises(NSTError, match=r"figure\.docx.*use \.png"):
        FIGURES["costs"](**WORDS, path=tmp_path / "figure.docx")


@every_figure
def test_nothing_is_left_behind_and_nothing_of_the_notebook_s_own_style_gets_in(notebook, draw):
    with capture_output() as before:
        draw(**WORDS)
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 20}):
        settings = dict(mpl.rcParams)
        with capture_output() as after:
            draw(**WORDS)
        assert dict(mpl.rcParams) == settings
    assert before.outputs[0].data == after.outputs[0].data
    assert plt.get_fignums() == []


# What is accepted ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draw",
    [
        lambda picture: show.show_images([picture], ["one"], **WORDS),
        lambda picture: show.show_filmstrip([picture], ["one"], **WORDS),
        lambda picture: show.show_gradient(picture, NETWORK_INPUT, **WORDS),
        lambda picture: show.show_receptive_fields(picture, FIELDS, **WORDS),
        lambda picture: show.show_patches({"one": [picture]}, **WORDS),
        lambda picture: show.show_pixels(picture, (0, 0, 2, 2), **WORDS),
    ],
)
def test_a_network_input_looks_like_its_picture(notebook, draw):
    kinds = [PICTURE, NETWORK_INPUT, tf.Variable(NETWORK_INPUT), tf.constant(PICTURE)]
    with capture_output() as captured:
        for picture in kinds:
            draw(picture)
    first, *others = [output.data["image/png"] for output in captured.outputs]
    assert others == [first] * 3


def fields_at(field):
    show.show_receptive_fields(PICTURE, {"a": field}, **WORDS)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "draw",
    [
        lambda: show.show_images([PICTURE[:1, :1]], ["a single pixel"], **WORDS),
        lambda: show.show_images([np.zeros((1, 400, 3), np.uint8)], ["a line"], **WORDS),
        lambda: show.show_filmstrip([np.full((400, 2, 3), 255, np.uint8)], [""], **WORDS),
        lambda: show.show_feature_maps(np.zeros((1, 1, 1, 1)), **WORDS),
        lambda: show.show_feature_maps(np.full((1, 4, 4, 2), -3.0), **WORDS),
        lambda: show.show_feature_maps(tf.cast(ACTIVATION, tf.bfloat16), count=99, **WORDS),
        lambda: show.show_layers({"dead": np.zeros((1, 1, 1, 1))}, count=1, **WORDS),
        lambda: show.show_kernels(np.zeros((3, 3, 3, 1)), **WORDS),
        lambda: show.show_receptive_fields(PICTURE[:1, :1], {"a": (-9, -9, 20, 20)}, **WORDS),
        lambda: show.show_patches({"": [PICTURE[:1, :1]]}, **WORDS),
        lambda: show.show_gram(np.zeros((3, 3)), ["nothing"], **WORDS),
        lambda: show.show_gram([np.array([[-2.0]])], ["one channel"], count=5, **WORDS),
        lambda: show.show_gram(tf.constant(GRAM), ["a tensor"], **WORDS),
        lambda: show.show_gradient(PICTURE, np.zeros_like(NETWORK_INPUT), **WORDS),
        lambda: show.show_gradient(PICTURE[:1, :1], np.ones((1, 1, 3)), **WORDS),
        lambda: show.show_costs([progress()], **WORDS),
        lambda: show.show_costs(
            [progress(i, J=0, J_content=0, J_style=0) for i in (0, 1)], **WORDS
        ),
        lambda: show.show_costs([progress(0, J=np.nan), progress(1, J=3.0)], **WORDS),
        lambda: show.show_shares({"content": {"cost J": 0}}, **WORDS),
        lambda: show.show_bars({"a": 0, "b": 0}, log=True, **WORDS),
        lambda: show.show_bars({"a": 0, "b": 0}, **WORDS),
        lambda: show.show_bars({"a": np.nan, "b": -3, "c": np.inf}, log=True, **WORDS),
        lambda: show.show_bars({"a": np.nan, "b": -3, "c": np.inf}, baseline=-1, **WORDS),
        lambda: show.show_pixels(PICTURE[:1, :1], (0, 0, 1, 1), **WORDS),
        lambda: show.show_pixels(np.zeros((2, 400, 3), np.uint8), (0, 399, 2, 1), **WORDS),
        lambda: show.show_lines({"a": {"x": 0}}, label="nothing", **WORDS),
        lambda: show.show_lines({"a": {"x": -1, "y": 2}}, label="", **WORDS),
        lambda: show.show_pixel_path([7], [[300, -20, 0]], **WORDS),
    ],
)
def test_an_odd_case_is_drawn_without_a_warning(notebook, draw):
    with capture_output() as captured:
        draw()
    assert png_of(captured.outputs[0]).getbbox() is not None


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: show.show_images([], [], **WORDS), "no pictures"),
        (lambda: show.show_images([PICTURE], [], **WORDS), "captions: 0 for 1"),
        (lambda: show.show_images([PICTURE] * 3, "abc", **WORDS), "captions: one text for 3"),
        (lambda: show.show_images([PICTURE], ["a"], columns=0, **WORDS), "columns is 0"),
        (lambda: show.show_images([PICTURE, PICTURE / 255], "ab", **WORDS), "picture 2 is float64"),
        (lambda: show.show_images([PICTURE[None]], ["a"], **WORDS), "picture 1 is uint8 of shape"),
        (lambda: show.show_images([NETWORK_INPUT * np.nan], ["a"], **WORDS), "NaN"),
        (lambda: show.show_filmstrip([], [], **WORDS), "no pictures"),
        (lambda: show.show_feature_maps(ACTIVATION[0], **WORDS), r"\(5, 7, 11\)"),
        (lambda: show.show_feature_maps(ACTIVATION, count=0, **WORDS), "count is 0"),
        (lambda: show.show_feature_maps(ACTIVATION * np.nan, **WORDS), "activation holds NaN"),
        (lambda: show.show_layers({}, **WORDS), "activations is empty"),
        (lambda: show.show_layers({"a": ACTIVATION[0]}, **WORDS), r"\(5, 7, 11\)"),
        (lambda: show.show_layers({"a": ACTIVATION}, count=12, **WORDS), "12, but a has 11"),
        (lambda: show.show_layers({"a": ACTIVATION}, count=0, **WORDS), "count is 0"),
        (lambda: show.show_kernels(KERNEL[:, :, :2], **WORDS), r"\(3, 3, 2, 11\); only that of"),
        (lambda: show.show_kernels(KERNEL[..., 0], **WORDS), r"\(3, 3, 3\); only that of"),
        (lambda: show.show_kernels(KERNEL * np.nan, **WORDS), "kernel holds NaN"),
        (lambda: show.show_receptive_fields(PICTURE, {}, **WORDS), "fields is empty"),
        (lambda: fields_at((0, 0, 0, 5)), r"a at \(0, 0, 0, 5\) has no pixel"),
        (lambda: fields_at((12, 0, 3, 3)), "has no pixel of a picture"),
        (lambda: fields_at((0, 16, 3, 3)), "has no pixel"),
        (lambda: fields_at((-3, 0, 3, 3)), "has no pixel"),
        (lambda: fields_at((0, -3, 3, 3)), "has no pixel"),
        (lambda: show.show_patches({}, **WORDS), "rows is empty"),
        (lambda: show.show_grid([], [], [], **WORDS), "rows of"),
        (lambda: show.show_grid([[]], ["a"], [], **WORDS), "no pictures"),
        (lambda: show.show_grid([[PICTURE]], ["a"], ["b", "c"], **WORDS), "2 of columns"),
        (lambda: show.show_grid([[PICTURE]], [], ["b"], **WORDS), "0 names of rows"),
        (lambda: show.show_patches({"a": [PICTURE], "b": []}, **WORDS), "no pictures"),
        (lambda: show.show_patches({"a": [PICTURE[0]]}, **WORDS), "picture 1 is uint8 of shape"),
        (lambda: show.show_gram([], [], **WORDS), "grams is empty"),
        (lambda: show.show_gram(GRAM[:, :4], ["a"], **WORDS), r"\(11, 4\) is no Gram"),
        (lambda: show.show_gram([GRAM, GRAM[1:, 1:]], "ab", count=2, **WORDS), "11 and 10"),
        (lambda: show.show_gradient(PICTURE, NETWORK_INPUT[:, 1:], **WORDS), r"\(1, 11, 16, 3\)"),
        (lambda: show.show_pixels(PICTURE, (9, 0, 4, 4), **WORDS), r"\(9, 0, 4, 4\) is no piece"),
        (lambda: show.show_pixels(PICTURE, (0, -1, 2, 2), **WORDS), "is no piece"),
        (lambda: show.show_pixels(PICTURE, (0, 0, 6, 1), **WORDS), "1 to 5 rows"),
        (lambda: show.show_pixels(PICTURE, (0, 0, 0, 1), **WORDS), "1 to 5 rows"),
        (lambda: show.show_lines({}, label="", **WORDS), "there are 0; give one to 4"),
        (lambda: show.show_lines({key: {"x": 1} for key in "abcde"}, label="", **WORDS), "are 5"),
        (lambda: show.show_lines({"a": {}}, label="", **WORDS), "lines: a is empty"),
        (lambda: show.show_lines({"a": {"x": 1}, "b": {"y": 1}}, label="", **WORDS), "differ"),
        (lambda: show.show_lines({"a": {"x": np.nan}}, label="", **WORDS), "a holds NaN"),
        (lambda: show.show_costs([], **WORDS), "history is empty"),
        (lambda: show.show_shares({}, **WORDS), "shares is empty"),
        (lambda: show.show_shares({"a": {"b": -0.5}}, **WORDS), "-0.5 is no share"),
        (lambda: show.show_bars({}, **WORDS), "values is empty"),
        (lambda: show.show_bars({"a": 1}, log=True, baseline=0, **WORDS), "baseline: 0"),
        (lambda: show.show_pixel_path([0, 1], [[1, 2, 3]], **WORDS), r"\(2,\) and \(1, 3\)"),
        (lambda: show.show_pixel_path([1, 1], [[1, 2, 3]] * 2, **WORDS), "rising"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(draw, message):
    with pytest.raises(NSTError, match=message):
        draw()


# What stands in the drawing -----------------------------------------------------------------

SHAPES = {"photo": (30, 40), "tall": (40, 16), "pole": (200, 3), "panorama": (10, 90)}


def boxes_of_texts(figure):
    """(text, its box in pixels), without the arrow that an annotation may have."""
    figure.draw_without_rendering()
    return [(text.get_text(), Text.get_window_extent(text)) for text in texts(figure)]


def assert_readable(figure):
    """No text is cut off at the edge, and none lies on another or on a picture."""
    found = boxes_of_texts(figure)
    pictures = [axes.get_window_extent() for axes in figure.axes if axes.images]
    for text, box in found:
        assert figure.bbox.contains(box.x0, box.y0), text
        assert figure.bbox.contains(box.x1, box.y1), text
        others = pictures + [other for _, other in found if other is not box]
        assert not box.padded(-1).count_overlaps(others), text


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_panels_are_readable_whatever_their_number_and_shape(figures, count, shape):
    pictures = [np.zeros((*shape, 3), np.uint8)] * count
    captions = [f"{i}: the picture after many iterations" for i in range(count)]
    title = "A title that tells in one long sentence what all of these pictures have in common"
    show.show_images(pictures, captions, title=title, **WORDS)
    show.show_filmstrip(pictures, captions, **WORDS)
    for figure in figures:
        assert_readable(figure)
        heights = {round(axes.get_position().height, 6) for axes in figure.axes}
        assert len(heights) == 1
        for axes in figure.axes:
            w, h = axes.get_window_extent().size
            assert w / h == pytest.approx(shape[1] / shape[0])


def test_pictures_of_all_shapes_stand_on_one_line(figures):
    pictures = [np.zeros((*shape, 3), np.uint8) for shape in SHAPES.values()]
    show.show_images(pictures, [f"{name} photograph" for name in SHAPES], **WORDS)
    assert_readable(figures[0])
    assert len({round(axes.get_position().y0, 6) for axes in figures[0].axes}) == 1
    assert sum("photograph" in text for text in words(figures[0])) == 4  # no word is broken


def test_arrows_lead_from_frame_to_frame_but_not_out_of_the_figure(figures):
    show.show_filmstrip([PICTURE] * 8, list("abcdefgh"), **WORDS)
    arrows = figures[0].findobj(FancyArrowPatch)
    assert len(arrows) == 6
    for arrow in arrows:
        box = arrow.get_window_extent()
        assert figures[0].bbox.contains(box.x1, box.y1)
        assert not box.count_overlaps([axes.get_window_extent() for axes in figures[0].axes])


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_readable(figures, name):
    FIGURES[name](**WORDS)
    [figure] = figures
    assert_readable(figure)
    assert min(text.get_fontsize() for text in texts(figure)) >= 12


def test_the_words_of_a_scale_fit_below_a_narrow_map(figures):
    show.show_feature_maps(np.ones((1, 40, 8, 1)), **WORDS)
    show.show_gram(np.eye(3), ["one"], **WORDS)
    for figure in figures:
        assert_readable(figure)


def test_columns_set_the_length_of_a_row(figures):
    show.show_images([PICTURE] * 4, list("abcd"), columns=2, **WORDS)
    places = [axes.get_position() for axes in figures[0].axes]
    assert places[0].y0 == places[1].y0 > places[2].y0 == places[3].y0
    assert places[0].x0 == places[2].x0


def test_the_channels_with_the_largest_mean_are_shown(figures):
    activation = np.zeros((1, 2, 3, 5))
    activation[..., 3], activation[..., 1] = 7, 2
    activation[0, 0, 0, 4] = 9  # the largest value, but a small mean
    show.show_feature_maps(activation, count=2, **WORDS)
    assert words(figures[0])[:2] == ["channel 3", "channel 1"]
    np.testing.assert_array_equal(figures[0].axes[0].images[0].get_array(), np.full((2, 3), 7))


def test_each_layer_has_a_row_of_the_channels_that_vary_most_on_their_own_scales(figures):
    first, second = np.zeros((1, 2, 3, 5)), np.zeros((1, 4, 6, 3))
    first[..., 0] = 100  # the same everywhere
    first[0, 0, 0, 3], first[0, 0, 0, 1] = 8, 2
    second[0, 1, 1, 2], second[0, 1, 1, 0] = 9, 50
    show.show_layers({"conv1_1": first, "conv2_1": second}, count=2, **WORDS)
    assert words(figures[0])[:4] == [
        "conv1_1, channel 3",
        "conv1_1, channel 1",
        "conv2_1, channel 0",
        "conv2_1, channel 2",
    ]
    maps = [axes.images[0] for axes in figures[0].axes[:4]]
    np.testing.assert_array_equal(maps[1].get_array(), first[0, :, :, 1])
    assert [panel.get_clim() for panel in maps] == [(0, 8), (0, 2), (0, 50), (0, 9)]
    feet = [round(axes.get_position().y0, 6) for axes in figures[0].axes[:4]]
    assert feet[0] == feet[1] > feet[2] == feet[3]


def test_a_kernel_is_a_colour_picture_with_grey_for_zero_and_its_own_scale(figures):
    kernel = np.zeros((3, 3, 3, 12))
    kernel[0, 1, 0, 2], kernel[2, 0, 2, 2] = 5, -2.5  # strongly for red, weakly against blue
    kernel[1, 1, :, 11] = -0.01
    show.show_kernels(kernel, **WORDS)
    pictures = [axes.images[0].get_array() for axes in figures[0].axes]
    np.testing.assert_array_equal(pictures[0], np.full((3, 3, 3), 128))
    np.testing.assert_array_equal(pictures[2][0, 1], [255, 128, 128])
    np.testing.assert_array_equal(pictures[2][2, 0], [128, 128, 64])
    np.testing.assert_array_equal(pictures[11][1, 1], [0, 0, 0])
    assert words(figures[0]) == [f"channel {c}" for c in range(12)]  # each on one line


def test_receptive_fields_enclose_their_pixels_and_are_named_with_their_size(figures):
    show.show_receptive_fields(PICTURE, FIELDS, **WORDS)
    [axes] = figures[0].axes
    boxes = sorted(rectangle.get_bbox().bounds for rectangle in axes.findobj(Rectangle)[:2])
    # Pixel 0 of an image reaches from −0.5 to 0.5.
    assert boxes == [(3.5, 0.5, 10, 10), (6.5, 4.5, 3, 3)]
    assert words(figures[0]) == ["conv2_1: 10 × 10 pixels", "conv1_1: 3 × 3 pixels"]


@pytest.mark.parametrize("corner", [(0, 0), (0, 13), (9, 0), (9, 13), (-20, -20)])
def test_the_names_of_receptive_fields_stay_in_the_figure_wherever_they_lie(figures, corner):
    sizes = [3, 10, 24, 68, 156, 300, 500]
    show.show_receptive_fields(PICTURE, {f"{n}": (*corner, n, n) for n in sizes[-5:]}, **WORDS)
    tall = np.zeros((200, 30, 3), np.uint8)
    low = {f"{n}": (199 - n, 0, n, n) for n in sizes[:4]}
    show.show_receptive_fields(tall, low, **WORDS)
    show.show_receptive_fields(
        tall.transpose(1, 0, 2)[:5], {f"{n}": (0, 0, n, n) for n in sizes}, **WORDS
    )
    for figure in figures:
        assert_readable(figure)
        leaders = figure.findobj(FancyArrowPatch)
        ends = [leader.get_window_extent() for leader in leaders]
        assert all(figure.bbox.contains(end.x1, end.y1) for end in ends)


def test_the_numbers_of_pixels_stand_in_their_colours_beside_the_place_in_the_picture(figures):
    show.show_pixels(PICTURE, (8, 11, 4, 5), **WORDS)
    photo, grid = figures[0].axes
    assert photo.patches[0].get_bbox().bounds == (10.5, 7.5, 5, 4)
    numbers = [text.get_text() for text in grid.texts]
    assert numbers == [f"R {r}\nG {g}\nB {b}" for r, g, b in PICTURE[8:12, 11:16].reshape(-1, 3)]
    np.testing.assert_allclose(grid.collections[0].get_array(), PICTURE[8:12, 11:16] / 255)
    assert {"row 8", "row 11", "11", "15", "column"} <= set(words(figures[0]))


def test_the_numbers_of_pixels_are_readable_on_black_and_on_white(figures):
    for level in (0, 255):
        show.show_pixels(np.full((5, 5, 3), level, np.uint8), (0, 0, 5, 5), **WORDS)
    black, white = (figure.axes[1].texts[0].get_color() for figure in figures)
    assert (black, white) == ("white", show._INK)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_pixels_are_readable_beside_a_picture_of_any_shape(figures, shape):
    show.show_pixels(np.zeros((*shape, 3), np.uint8), (0, 0, 2, 3), **WORDS)
    assert_readable(figures[0])


def test_patches_are_equally_large_beside_the_name_of_their_row(figures):
    rows = {
        "conv2_1,\nchannel 7": [PICTURE[:10, :10]] * 16,
        "a name that is long enough for several lines on the left": [PICTURE[:3, :3]] * 2,
    }
    show.show_patches(rows, **WORDS)
    [figure] = figures
    assert_readable(figure)
    places = [axes.get_position() for axes in figure.axes]
    width, height = figure.get_size_inches()
    sizes = {(round(p.width * width, 6), round(p.height * height, 6)) for p in places}
    assert len(sizes) == 1
    assert [round(p.y0, 6) == round(places[0].y0, 6) for p in places] == [True] * 16 + [False] * 2
    assert places[16].x0 == places[0].x0
    below = [box.y0 < figure.axes[15].get_window_extent().y0 for _, box in boxes_of_texts(figure)]
    assert below == sorted(below) and any(below)


def test_a_patch_keeps_its_shape(figures):
    show.show_patches({"a": [PICTURE[:4], PICTURE[:, :4]]}, **WORDS)
    for axes, patch in zip(figures[0].axes, [PICTURE[:4], PICTURE[:, :4]], strict=True):
        w, h = axes.get_window_extent().size
        assert w / h == pytest.approx(patch.shape[1] / patch.shape[0])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("rows, columns", [(1, 1), (2, 2), (4, 3), (2, 6)])
def test_a_grid_is_readable_whatever_its_size_and_the_shape_of_its_pictures(
    figures, shape, rows, columns
):
    picture = np.zeros((*shape, 3), np.uint8)
    down = [f"beta = {number}, a row with a long name" for number in range(rows)]
    across = [f"style layers up to number {number}" for number in range(columns)]
    show.show_grid([[picture] * columns] * rows, down, across, **WORDS)
    [figure] = figures
    assert_readable(figure)
    sizes = {tuple(axes.get_window_extent().size.round(3)) for axes in figure.axes}
    assert len(sizes) == 1
    w, h = sizes.pop()
    assert w / h == pytest.approx(shape[1] / shape[0], rel=1e-3)


def test_a_grid_has_its_pictures_in_the_order_of_its_names(figures):
    greys = np.arange(6, dtype=np.uint8).reshape(2, 3)
    table = [[np.full((4, 6, 3), grey) for grey in row] for row in greys]
    show.show_grid(table, ["upper", "lower"], ["left", "middle", "right"], **WORDS)
    [figure] = figures
    seen = [axes.images[0].get_array()[0, 0, 0] for axes in figure.axes]
    assert seen == [*range(6)]
    places = np.array([axes.get_position().p0 for axes in figure.axes]).reshape(2, 3, 2)
    assert (np.diff(places[..., 0], axis=1) > 0).all() and (places[0, :, 1] > places[1, :, 1]).all()
    boxes = dict(boxes_of_texts(figure))
    panels = [axes.get_window_extent() for axes in figure.axes]
    for number, name in enumerate(("left", "middle", "right")):
        assert boxes[name].x0 == pytest.approx(panels[number].x0, abs=3)
        assert boxes[name].y0 > panels[number].y1
    for number, name in enumerate(("upper", "lower")):
        assert panels[3 * number].y0 < boxes[name].y0 < boxes[name].y1 < panels[3 * number].y1
        assert boxes[name].x1 < panels[0].x0


def test_activations_share_one_scale_and_show_the_mean_of_their_channels(figures):
    weak, strong = np.zeros((1, 2, 3, 2)), np.zeros((1, 4, 5, 2))
    weak[..., 0], strong[..., 1] = 1, 8
    show.show_activations([weak, strong], ["weak", "strong"], **WORDS)
    left, right = (axes.images[0] for axes in figures[0].axes[:2])
    np.testing.assert_array_equal(left.get_array(), np.full((2, 3), 0.5))
    np.testing.assert_array_equal(right.get_array(), np.full((4, 5), 4))
    assert left.get_clim() == right.get_clim() == (0.5, 4)


def test_gram_matrices_share_one_scale_and_show_the_strongest_channels(figures):
    weak, strong = np.diag([1.0, 4.0, 9.0]), np.diag([16.0, 100.0, 0.0])
    show.show_gram([weak, strong], ["weak", "strong"], count=2, **WORDS)
    left, right, _ = (axes.images[0] for axes in figures[0].axes)
    np.testing.assert_allclose(left.get_array(), np.diag([0.3, 0.2]))  # channels 2 and 1
    np.testing.assert_allclose(right.get_array(), np.diag([0, 1]))
    assert left.get_clim() == right.get_clim() == (0, 1)


def test_negative_entries_of_a_gram_matrix_keep_their_sign(figures):
    show.show_gram(np.array([[4.0, -1.0], [-1.0, 4.0]]), ["centred"], **WORDS)
    panel = figures[0].axes[0].images[0]
    np.testing.assert_allclose(panel.get_array(), [[1, -0.5], [-0.5, 1]])
    assert panel.get_clim() == (-0.5, 1)
    assert "low (negative)" in words(figures[0])


def test_the_gradient_is_shown_by_its_length_and_one_extreme_pixel_does_not_darken_it(figures):
    gradient = np.zeros((1, 12, 16, 3))
    gradient[0, :, :8] = [1, -2, 2]
    gradient[0, 0, 0] = 1e6
    show.show_gradient(PICTURE, gradient, **WORDS)
    _, downhill, lengths = (axes.images[0] for axes in figures[0].axes[:3])
    np.testing.assert_array_equal(downhill.get_array()[5, 5], [64, 255, 0])
    np.testing.assert_array_equal(downhill.get_array()[5, 12], [128, 128, 128])
    assert lengths.get_array()[5, 5] == 3
    assert lengths.get_array()[5, 12] == 0
    assert lengths.get_clim() == (0, 3)


def test_costs_are_named_at_their_ends_and_told_apart_without_colour(figures):
    show.show_costs(HISTORY, **WORDS)
    [axes] = figures[0].axes
    assert axes.get_yscale() == "log"
    assert {"J (total)", "J_content", "J_style"} <= set(words(figures[0]))
    assert len({line.get_linestyle() for line in axes.lines}) == 3
    assert len({line.get_marker() for line in axes.lines}) == 3


def test_names_at_the_ends_of_lines_that_meet_do_not_overlap(figures):
    show.show_costs([progress(i, J=5.0, J_content=5.0, J_style=5.0) for i in (0, 1)], **WORDS)
    assert_readable(figures[0])
    names = [text for text in words(figures[0]) if text.startswith("J")]
    assert sorted(names) == ["J (total)", "J_content", "J_style"]


def test_a_cost_of_zero_is_told_instead_of_drawn(figures):
    show.show_costs([progress(0, J_content=0), progress(1, J_content=0)], **WORDS)
    assert len(figures[0].axes[0].lines) == 2
    assert any("not on this scale: J_content = 0" in text for text in words(figures[0]))


def test_lines_are_named_at_their_ends_and_told_apart_without_colour(figures):
    show.show_lines(LINES, label="distance, in %", **WORDS)
    [axes] = figures[0].axes
    assert {*LINES, "conv1_1", "conv2_1", "distance, in %"} <= set(words(figures[0]))
    assert [line.get_ydata().tolist() for line in axes.lines] == [
        [*line.values()] for line in LINES.values()
    ]
    assert len({line.get_linestyle() for line in axes.lines}) == 3
    assert len({line.get_marker() for line in axes.lines}) == 3
    assert axes.get_ylim()[0] == 0


def test_shares_are_written_in_percent_and_hatched(figures):
    show.show_shares(SHARES, **WORDS)
    [axes] = figures[0].axes
    assert {"content", "style", "0.002 %", "8 %", "92 %", "100 %"} <= set(words(figures[0]))
    assert [bar.get_hatch() for bar in axes.patches] == [None, "///", None, "///"]
    low, high = axes.get_xlim()
    assert low < 2e-5
    assert high == 1


def test_bars_write_their_numbers_and_a_zero_on_a_logarithmic_axis_has_no_bar(figures):
    values = {"optimisation": 1234.5, "one pass": 0.15, "none": 0}
    show.show_bars(values, unit="s", log=True, baseline=10, **WORDS)
    assert {"1,234 s", "0.15 s", "0 s", "baseline 10 s"} <= set(words(figures[0]))
    [axes] = figures[0].axes
    assert [bar.get_width() > 0 for bar in axes.patches[:3]] == [True, True, False]


@pytest.mark.parametrize("baseline", [0, 30, 64, 99])
def test_the_name_of_the_baseline_stays_in_the_figure(figures, baseline):
    show.show_bars({"Adam": 99, "L-BFGS": 64}, unit="evaluations", baseline=baseline, **WORDS)
    found = dict(boxes_of_texts(figures[0]))
    box = found[f"baseline {baseline} evaluations"]
    assert figures[0].bbox.contains(box.x0, box.y0)
    assert figures[0].bbox.contains(box.x1, box.y1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.0021, "0.0021"),
        (8.149, "8.15"),
        (99.96, "100"),
        (1234, "1,234"),
        (-3.5, "−3.5"),
        (5.05034e9, "5.05 × 10⁹"),
        (1e6, "10⁶"),
        (-2e-5, "−2 × 10⁻⁵"),
        (np.nan, "NaN"),
        (-np.inf, "−∞"),
    ],
)
def test_numbers_are_written_as_on_a_blackboard(value, text):
    assert show._number(value) == text


def test_the_path_of_a_pixel_has_named_channels_and_true_colours(figures):
    colours = [[255, 0, 0], [0, 128, 0], [0, 0, 255]]
    show.show_pixel_path([0, 20, 100], colours, **WORDS)
    lines, strip = figures[0].axes
    assert {"R", "G", "B"} <= set(words(figures[0]))
    assert len({line.get_linestyle() for line in lines.lines}) == 3
    mesh = strip.collections[0]
    np.testing.assert_allclose(np.squeeze(mesh.get_array()) * 255, colours)
    np.testing.assert_allclose(mesh.get_coordinates()[0, :, 0], [-10, 10, 60, 140])


# While it runs ------------------------------------------------------------------------------


def test_the_live_view_draws_once_and_then_changes_what_it_drew(notebook):
    with capture_output() as captured:
        view = show.LiveView(200, **WORDS)
        for step in (0, 20, 40):
            view(progress(step, J=5e9 / (step + 1)))

    first, *later = captured.outputs
    assert not first.update
    assert [output.update for output in later] == [True, True]
    assert len({output.transient["display_id"] for output in captured.outputs}) == 1
    assert {output.data["text/plain"] for output in captured.outputs} == {PLAIN_TEXT}
    assert {output.metadata["image/png"]["alt"] for output in later} == {WORDS["alt"]}
    assert len({output.data["image/png"] for output in captured.outputs}) == 3
    assert captured.stdout == "What to see: the left one leans\n"
    assert plt.get_fignums() == []


def test_the_live_view_in_a_script_prints_its_line_once(capsys):
    view = show.LiveView(40, **WORDS)
    view.update(progress(0))
    view.update(progress(20))
    assert capsys.readouterr().out == "What to see: the left one leans\n"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("with_reference", [False, True])
def test_the_live_view_is_readable(shape, with_reference):
    image = np.zeros((1, *shape, 3), np.float32)
    view = show.LiveView(200, **WORDS, reference=image if with_reference else None)
    for step in (0, 100):
        now = progress(step, image=image, J_content=0, J=5e9 / (step + 1))
        view.update(now)
    with mpl.rc_context(show._STYLE):
        figure = view._draw(now)
        assert_readable(figure)
    assert "iteration 100 of 200 · 10.0 s" in words(figure)
    assert ("to compare" in words(figure)) == with_reference


def test_the_live_view_follows_a_picture_that_grows(notebook):
    view = show.LiveView(2, **WORDS)
    with capture_output() as captured:
        view(progress(1))
        view(progress(2, image=np.zeros((1, 24, 33, 3), np.float32)))
    assert len(captured.outputs) == 2


def test_the_live_view_wants_words_and_a_picture():
    with pytest.raises(NSTError, match="alt is empty"):
        show.LiveView(2, alt="", see="x")
    with pytest.raises(NSTError, match="reference is float64"):
        show.LiveView(2, **WORDS, reference=PICTURE / 255)


# A slider -----------------------------------------------------------------------------------


@pytest.fixture
def sliders(monkeypatch):
    """The sliders that were made."""
    made, FloatSlider = [], ipywidgets.FloatSlider

    def recorded(*arguments, **options):
        made.append(FloatSlider(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(ipywidgets, "FloatSlider", recorded)
    return made


def shade(number):
    return np.full((12, 16, 3), round(200 * number), np.uint8)


def test_a_slider_paints_its_picture_anew(notebook, sliders, monkeypatch):
    with capture_output() as captured:
        show.show_slider(shade, "strength", **WORDS, value=0.5)
    slider, picture = captured.outputs
    assert slider.data["text/plain"] == "[slider: run this cell, then move it]"
    assert png_of(picture).getpixel((3, 3)) == (100, 100, 100)
    assert picture.metadata["image/png"]["alt"] == WORDS["alt"]
    assert captured.stdout == "What to see: the left one leans\n"

    changed = []
    monkeypatch.setattr(DisplayHandle, "update", lambda _, data, **k: changed.append((data, k)))
    [widget] = sliders
    assert (widget.value, widget.min, widget.max, widget.description) == (0.5, 0, 1, "strength")
    widget.value = 0.25
    [(data, options)] = changed
    with Image.open(BytesIO(base64.b64decode(data["image/png"]))) as painted:
        assert painted.getpixel((3, 3)) == (50, 50, 50)
    alt = options["metadata"]["image/png"]["alt"]
    assert alt == "strength 0.25. At 0.5 it was: Two towers at dusk."


def test_without_ipywidgets_the_picture_stands_alone(notebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with capture_output() as captured:
        show.show_slider(shade, "strength", **WORDS)
    [picture] = captured.outputs
    assert png_of(picture).getpixel((3, 3)) == (200, 200, 200)


def test_a_slider_in_a_script_prints_its_line_and_wants_words_and_a_picture(sliders, capsys):
    show.show_slider(shade, "strength", **WORDS)
    assert capsys.readouterr().out == "What to see: the left one leans\n"
    assert sliders == []
    with pytest.raises(NSTError, match="see is empty"):
        show.show_slider(shade, "strength", alt="x", see="")
    with pytest.raises(NSTError, match="the picture of paint is float64"):
        show.show_slider(lambda number: shade(number) / 255, "strength", **WORDS)


# Films --------------------------------------------------------------------------------------


def fading(count=4, size=(24, 32)):
    """A film of one red spot on a blue gradient that grows brighter."""
    ramp = np.linspace(0, 200, size[1], dtype=np.uint8)
    frames = []
    for brightness in np.linspace(40, 255, count):
        frame = np.zeros((*size, 3), np.uint8)
        frame[..., 2] = ramp
        frame[4:9, 4:9] = [brightness, 20, 20]
        frames.append(frame)
    return frames


def read_film(file):
    with Image.open(file) as film:
        frames = [frame.copy() for frame in ImageSequence.Iterator(film)]
        return frames, [frame.info["duration"] for frame in frames], film.info["loop"]


def test_a_film_runs_for_ever_and_holds_its_last_frame(tmp_path):
    file = tmp_path / "film.gif"
    path = show.save_gif(str(file), fading(), seconds_per_frame=0.2, hold_last=2)
    frames, durations, loop = read_film(path)
    assert path == file
    assert durations == [200, 200, 200, 2000]
    assert loop == 0
    assert list(tmp_path.iterdir()) == [file]
    for frame, wanted in zip(frames, fading(), strict=True):
        found = np.asarray(frame.convert("RGB"), float)
        assert np.abs(found - wanted).mean() < 4
        assert np.abs(found[4:9, 4:9].mean((0, 1)) - wanted[5, 5]).max() < 12


def test_a_film_keeps_small_spots_and_shades_of_colour(tmp_path):
    y, x = np.mgrid[:96, :128] / 128
    shades = np.stack([40 + 60 * x, 90 + 80 * y, 120 + 100 * np.sin(9 * x * y)], axis=-1)
    grain = np.random.default_rng(0).normal(0, 12, (2, 96, 128, 1))
    frames = np.clip(shades + grain, 0, 255).astype(np.uint8)
    frames[:, 20:23, 20:23] = [250, 220, 10]
    film, _, _ = read_film(show.save_gif(tmp_path / "film.gif", frames))
    for frame, wanted in zip(film, frames, strict=True):
        difference = np.asarray(frame.convert("RGB"), float) - wanted
        assert np.abs(difference[20:23, 20:23]).max() < 10
        blocks = difference.reshape(12, 8, 16, 8, 3).mean(axis=(1, 3))
        assert np.abs(blocks).mean() < 0.8  # the eye sees shades, not single pixels


def test_a_film_of_network_inputs_can_be_made_smaller(tmp_path):
    frames = [reshape_and_normalize_image(frame) for frame in fading()]
    film, _, _ = read_film(show.save_gif(tmp_path / "film.GIF", frames, width=16))
    assert film[0].size == (16, 12)


@pytest.mark.parametrize(
    ("name", "frames", "options", "message"),
    [
        ("a.gif", fading()[:1], {}, "at least two"),
        ("a.gif", [*fading(), *fading(size=(8, 8))], {}, "same height and width"),
        ("a.png", fading(), {}, r"a\.png.*\.gif"),
        ("a.gif", fading(), {"seconds_per_frame": 0}, "at least 0.01"),
        ("a.gif", fading(), {"width": 0}, "width at least 1"),
    ],
)
def test_a_film_that_cannot_be_made_is_refused(tmp_path, name, frames, options, message):
    with pytest.raises(NSTError, match=message):
        show.save_gif(tmp_path / name, frames, **options)
    assert not list(tmp_path.iterdir())


def test_a_film_is_shown_moving_with_alt_text(notebook, tmp_path):
    path = show.save_gif(tmp_path / "film.gif", fading(), hold_last=2)
    with capture_output() as captured:
        show.show_gif(path, **WORDS)
    [output] = captured.outputs
    assert output.data.keys() == {"image/png", "text/plain"}
    assert output.data["text/plain"] == PLAIN_TEXT
    assert output.metadata["image/png"] == {"alt": WORDS["alt"], "width": 32}
    assert captured.stdout == "What to see: the left one leans\n"

    shown, durations, loop = read_film(BytesIO(base64.b64decode(output.data["image/png"])))
    stored, stored_durations, _ = read_film(path)
    assert (durations, loop) == (stored_durations, 0)
    for a, b in zip(shown, stored, strict=True):
        np.testing.assert_array_equal(np.asarray(a.convert("RGB")), np.asarray(b.convert("RGB")))


def test_a_missing_film_and_missing_words_are_refused(tmp_path):
    with pytest.raises(NSTError, match=r"film\.gif.*save_gif"):
        show.show_gif(tmp_path / "film.gif", **WORDS)
    path = show.save_gif(tmp_path / "film.gif", fading())
    with pytest.raises(NSTError, match="alt is empty"):
        show.show_gif(path, alt="", see="x")
