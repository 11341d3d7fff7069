"""Settings as data: into a file and back, and what cannot be."""

import json
from dataclasses import fields, replace

import pytest

from nst_utils import PRESETS, NSTError, Settings, load_vgg_model
from nst_utils.objective import WEIGHINGS
from nst_utils.settings import (
    PADDINGS,
    POOLINGS,
    PRECISIONS,
    WEIGHTINGS,
    as_data,
    from_data,
)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_comes_back_from_json(name):
    settings = PRESETS[name]
    assert from_data(json.loads(json.dumps(as_data(settings)))) == settings
    assert set(as_data(settings)) == {field.name for field in fields(Settings)}


def test_what_is_not_named_has_its_default():
    assert from_data({"beta": 60.0}) == replace(PRESETS["best"], beta=60.0)


@pytest.mark.parametrize(
    "layers",
    [(), (("conv1_1",),), (("conv1_1", -1),), (("a", 1), ("a", 2)), "conv1_1", None, ((1, 1),)],
)
def test_layers_that_cannot_be_are_refused(layers):
    for name in ("content_layers", "style_layers"):
        with pytest.raises(NSTError, match=f"{name}: expected pairs of a layer's name"):
            Settings(**{name: layers})


def test_an_unknown_setting_is_named_and_the_known_ones_are_listed():
    with pytest.raises(NSTError, match=r"settings: unknown 'sise'; there are .*size"):
        from_data({"sise": 3})


def test_what_settings_name_can_be_computed():
    assert tuple(WEIGHINGS) == WEIGHTINGS
    for argument, names in (
        ("pooling", POOLINGS),
        ("padding", PADDINGS),
        ("precision", PRECISIONS),
    ):
        for name in names:
            assert load_vgg_model("small", **{argument: name}) is not None
