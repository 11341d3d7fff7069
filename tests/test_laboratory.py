"""The laboratory: fair comparisons, and an experiment that is what it says."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from types import SimpleNamespace

import numpy as np
import pytest
from mat_files import random_weights, write_mat

from nst_utils import NSTError, Settings, VGGModel, laboratory, load_image, stylize
from nst_utils.experiment import SETTINGS, Result, design_experiment, varied, write_report
from nst_utils.images import reshape_and_normalize_image
from nst_utils.laboratory import Laboratory, random_network, read_network
from nst_utils.matconvnet import CONVOLUTIONS
from nst_utils.settings import scales
from nst_utils.weights import VGG19, WeightsNotFoundError

CONTENT = load_image("images/content/china.jpg", 120)
STYLE = load_image("images/style/stained-glass.jpg", 120)
BASE = Settings(size=48, coarsest=None, iterations=3, init="noise", precision="float32")
WORDS = {"alt": "Four temples in a table.", "see": "the lower ones are more colourful"}


@pytest.fixture(scope="module")
def lab() -> Laboratory:
    return Laboratory(CONTENT, STYLE, BASE, weights="small")


@pytest.fixture
def tables(monkeypatch) -> list:
    """What was to be shown."""
    shown = []
    monkeypatch.setattr(laboratory.show, "show_grid", lambda *given, **_: shown.append(given))
    return shown


# Painting ---------------------------------------------------------------------------------------


def test_a_picture_is_the_one_that_the_engine_paints(lab):
    result = lab.paint(BASE)
    np.testing.assert_array_equal(result.picture, stylize(CONTENT, STYLE, BASE))
    assert result.settings == BASE
    assert len(result.history) == BASE.iterations + 1
    assert result.history[-1] == (result.seconds, result.J)
    assert result.history[0][1] > result.J > BASE.beta * result.J_style > 0


def test_each_network_is_made_ready_once(monkeypatch):
    made = []

    class Counted(VGGModel):
        def __init__(self, *arguments, **options):
            made.append(tuple(options.values()))
            super().__init__(*arguments, **options)

    monkeypatch.setattr(laboratory, "VGGModel", Counted)
    lab = Laboratory(CONTENT, STYLE, replace(BASE, iterations=0), weights="small")
    lab.grid(("pooling", ["avg", "max"]), ("beta", [1.0, 2.0, 3.0]), **WORDS)
    assert sorted(made) == [("avg", "replicate", "float32"), ("max", "replicate", "float32")]
    lab.paint(lab.base, random_network(lab.network, CONTENT))
    lab.paint(lab.base, random_network(lab.network, CONTENT, seed=1))
    assert len(made) == 4, "another network is another model"


def test_one_call_paints_and_shows_all_combinations(lab, tables):
    layers = {"shallow": (("conv1_1", 1.0),), "deep": (("conv5_1", 1.0),)}
    results = lab.grid(("beta", [2, 200]), ("style_layers", layers), **WORDS)
    settings = [[result.settings for result in row] for row in results]
    assert settings == [
        [replace(BASE, beta=beta, style_layers=chosen) for chosen in layers.values()]
        for beta in (2, 200)
    ]
    [(pictures, rows, columns)] = tables
    assert (rows, columns) == (["beta = 2", "beta = 200"], ["shallow", "deep"])
    for row, shown in zip(results, pictures, strict=True):
        for result, picture in zip(row, shown, strict=True):
            assert result.picture is picture


def test_a_grid_may_start_from_other_settings(lab, tables):
    base = replace(BASE, init="content", iterations=1)
    [[result]] = lab.grid(("beta", [7.0]), ("alpha", [2.0]), base=base, **WORDS)
    assert result.settings == replace(base, beta=7.0, alpha=2.0)


def test_a_grid_of_something_that_is_no_setting_is_refused(lab):
    with pytest.raises(NSTError, match="unknown 'betta'; there are size, coarsest"):
        lab.grid(("betta", [1]), ("alpha", [1]), **WORDS)


def test_all_arms_are_painted_under_their_names(lab):
    arms = {"control": BASE, "bold": replace(BASE, beta=200.0)}
    results = lab.run(arms)
    assert {name: result.settings for name, result in results.items()} == arms
    assert not np.array_equal(results["control"].picture, results["bold"].picture)


# Time -------------------------------------------------------------------------------------------


class ClockedPainter:
    """Paints nothing. A step takes a millisecond for each pixel of width; the first compiles."""

    COMPILING = 5.0

    def __init__(self, content, style, settings, model):
        self.settings = settings

    def __iter__(self) -> Iterator[SimpleNamespace]:
        seconds, plan = 0.0, scales(self.settings)
        for size, iterations in plan:
            for step in range(iterations + (size == plan[-1][0])):
                seconds += size / 1000 + self.COMPILING * (step == 0)
                image = np.zeros((1, 2, size, 3), np.float32)
                costs = {"J": 3.0, "J_content": 2.0, "J_style": 1.0}
                yield SimpleNamespace(step=step, image=image, seconds=seconds, **costs)

    def shown(self, image):
        return image[0].astype(np.uint8)


@pytest.fixture
def clocked(lab, monkeypatch) -> Laboratory:
    monkeypatch.setattr(laboratory, "Painter", ClockedPainter)
    return lab


def test_compiling_is_not_counted(clocked):
    result = clocked.paint(replace(BASE, size=100, iterations=20))
    assert result.seconds == pytest.approx(2.0)
    assert [seconds for seconds, _ in result.history] == pytest.approx(np.arange(21) / 10)


def test_compiling_is_not_counted_at_any_scale(clocked):
    settings = replace(BASE, size=200, coarsest=100, iterations=10, growth=2.0)
    assert scales(settings) == [(100, 40), (141, 20), (200, 10)]
    assert clocked.paint(settings).seconds == pytest.approx(4.0 + 2.82 + 2.0)


@pytest.mark.parametrize("seconds, iterations", [(2.0, 20), (0.5, 5), (0.01, 1)])
def test_a_time_is_filled_with_steps(clocked, seconds, iterations):
    result = clocked.paint_for(seconds, replace(BASE, size=100))
    assert result.settings == replace(BASE, size=100, iterations=iterations)


def test_one_scale_and_several_get_the_same_time(clocked):
    settings = replace(BASE, size=200, growth=1.35)
    one, several = (
        clocked.paint_for(30.0, replace(settings, coarsest=coarsest)) for coarsest in (None, 100)
    )
    assert one.seconds == pytest.approx(30.0, rel=0.02)
    assert several.seconds == pytest.approx(30.0, rel=0.02)
    assert several.settings.iterations < one.settings.iterations


def test_a_real_picture_takes_about_the_time_that_it_is_given(lab):
    """Machines stall: this looks for seconds that are left out or counted twice, no more."""
    result = lab.paint_for(0.5, BASE)
    assert 0.1 < result.seconds < 2.5
    assert result.settings.iterations > 3


# The yardstick ----------------------------------------------------------------------------------


def test_the_style_has_no_style_cost_and_the_photograph_no_content_cost(lab):
    of_itself = Laboratory(STYLE, STYLE, BASE, weights="small")
    assert of_itself.style_cost(STYLE) < 1e-6 < 0.1 < lab.style_cost(CONTENT)
    assert lab.content_cost(CONTENT) < 1e-6 < 0.1 < lab.content_cost(STYLE)


def test_one_picture_has_one_cost_however_it_was_painted(lab):
    picture = lab.paint(BASE).picture
    for change in ({"beta": 300.0}, {"alpha": 9.0}, {"weighting": "gatys"}, {"iterations": 0}):
        other = Laboratory(CONTENT, STYLE, replace(BASE, **change), weights="small")
        assert other.style_cost(picture) == pytest.approx(lab.style_cost(picture))


def test_a_picture_of_another_size_is_measured_at_the_size_of_the_control(lab):
    large, small = (load_image("images/content/china.jpg", size) for size in (120, 48))
    assert lab.style_cost(large) == pytest.approx(lab.style_cost(small), rel=0.05)


def test_what_is_no_picture_is_not_measured(lab):
    with pytest.raises(NSTError, match="expected uint8"):
        lab.style_cost(lab.paint(BASE))


# Networks ---------------------------------------------------------------------------------------


def test_a_random_network_has_the_shape_and_the_scale_of_its_model(lab):
    network = random_network(lab.network, CONTENT)
    for one, like in zip(network.convolutions, lab.network.convolutions, strict=True):
        assert one.name == like.name
        assert one.kernel.shape == like.kernel.shape and one.kernel.dtype == np.float32
        assert not one.bias.any()
    activations = VGGModel(network)(reshape_and_normalize_image(CONTENT), CONVOLUTIONS)
    means = [float(np.mean(a)) for a in activations.values()]
    assert means == pytest.approx([150.0] * 16, rel=1e-3)


def test_a_random_network_is_the_same_for_the_same_seed(lab):
    one, again, other = (random_network(lab.network, CONTENT, seed) for seed in (3, 3, 4))
    kernels = [network.convolutions[5].kernel for network in (one, again, other)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert abs(np.corrcoef(kernels[0].ravel(), kernels[2].ravel())[0, 1]) < 0.05
    assert abs(np.mean(kernels[0])) < 0.02 * np.std(kernels[0])


def test_another_network_paints_another_picture_and_the_yardstick_stays(lab):
    network = random_network(lab.network, CONTENT)
    before = lab.style_cost(STYLE)
    assert not np.array_equal(lab.paint(BASE, network).picture, lab.paint(BASE).picture)
    assert lab.style_cost(STYLE) == before


def test_the_real_network_is_read_where_it_is(lab, tmp_path, monkeypatch):
    monkeypatch.setenv("NST_MODEL_DIR", str(tmp_path))
    monkeypatch.setattr("nst_utils.weights.project_path", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(WeightsNotFoundError, match="weights download"):
        read_network("vgg19")
    write_mat(tmp_path / VGG19, random_weights())
    picture = lab.paint(BASE, read_network("vgg19")).picture
    assert picture.shape == lab.paint(BASE).picture.shape


# The experiment ---------------------------------------------------------------------------------


def test_what_varies_is_found():
    assert varied({"a": BASE, "b": BASE}) == {}
    arms = {"a": BASE, "b": replace(BASE, beta=1.0), "c": replace(BASE, seed=5)}
    assert varied(arms) == {
        "seed": {"a": 0, "b": 0, "c": 5},
        "beta": {"a": 20.0, "b": 1.0, "c": 20.0},
    }


def test_a_layer_list_and_a_layer_tuple_are_told_apart_by_their_layers():
    one, other = (replace(BASE, style_layers=((name, 1.0),)) for name in ("conv1_1", "conv5_1"))
    assert [*varied({"one": one, "other": other})] == ["style_layers"]


def test_the_reference_is_a_controlled_experiment_and_reports_it(lab):
    arms = design_experiment(BASE)
    assert [*varied(arms)] == ["beta"] and BASE in arms.values()
    report = write_report(lab.run(arms), lab.style_cost)
    assert report["factor"] == "beta"
    assert sorted(report["constant"]) == sorted({*SETTINGS} - {"beta"})
    assert [report["costs"][name] for name in report["ranking"]] == sorted(report["costs"].values())
    assert "beta" in report["conclusion"] and report["ranking"][0] in report["conclusion"]


def test_a_result_cannot_be_changed():
    result = Result(BASE, CONTENT, 1.0, 2.0, 3.0, 4.0)
    with pytest.raises(FrozenInstanceError):
        result.J = 0.0
