"""The clinic: every patient has what he is there for, and every one can be told from the others."""

import math
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest

from nst_utils import NSTError, Settings, VGGModel, load_image, load_vgg_model, show, stylize
from nst_utils.checks.clinic import KINDS
from nst_utils.clinic import (
    CAUSES,
    PROGRAMS,
    Patient,
    Symptoms,
    admit,
    examine,
    find_cause,
    paint_patient,
    plan_picture,
)

CONTENT = load_image("images/content/china.jpg", 64)
STYLE = load_image("images/style/waves.jpg", 64)
STEPS = 20
WORDS = {"alt": "Two pictures with a curve each.", "see": "one of them falls"}


@pytest.fixture(scope="module")
def model() -> VGGModel:
    return load_vgg_model("small", padding="replicate")


@pytest.fixture(scope="module")
def ward(model) -> dict[str, Patient]:
    return admit(CONTENT, STYLE, STEPS, model, seed=9)


@pytest.fixture(scope="module")
def by_cause(ward) -> dict[str, Patient]:
    """The patients of the day, by what is really wrong: the order is that of the seed."""
    order = np.random.default_rng(9).permutation(len(CAUSES) + 1)
    return {
        CAUSES[place]: patient
        for place, patient in zip(order, ward.values(), strict=True)
        if place < len(CAUSES)
    }


# Patients ---------------------------------------------------------------------------------------


def test_every_patient_of_a_ward_is_told_his_cause(ward, by_cause):
    assert [*ward] == [*"ABCDEFGH"]
    assert {cause: find_cause(patient.symptoms) for cause, patient in by_cause.items()} == {
        cause: cause for cause in CAUSES
    }
    found = [find_cause(patient.symptoms) for patient in ward.values()]
    assert found.count("healthy") == 2, "one of them is a night"


def test_a_broken_program_differs_from_the_healthy_one_in_what_its_name_says():
    healthy = PROGRAMS["healthy"]
    differing = {
        cause: [
            one.name
            for one in fields(program)
            if getattr(program, one.name) is not getattr(healthy, one.name)
        ]
        for cause, program in PROGRAMS.items()
    }
    assert differing == {
        "healthy": [],
        "root": ["content_term", "from_photograph"],
        "way in": ["way_in"],
        "way out": ["way_out"],
        "rate": ["learning_rate"],
        "padding": ["way_in"],
        "order": ["read_style"],
    }


def test_what_breaks_them_is_real(by_cause):
    """Each symptom follows from the numbers, and not from a name."""
    healthy, root, out = (by_cause[cause] for cause in ("healthy", "root", "way out"))
    assert np.isfinite(healthy.picture).all() and healthy.shown.max() == 255
    assert np.isnan(root.picture).all() and not root.shown.any()
    np.testing.assert_allclose(255 * out.picture, healthy.picture, rtol=1e-3, atol=2.0)
    assert out.shown.max() == 1 and out.costs == pytest.approx(healthy.costs, rel=1e-2)
    height, width, _ = CONTENT.shape
    assert by_cause["padding"].picture.shape == (height + 6, width + 6, 3)
    assert all(len(patient.costs) == STEPS + 1 for patient in by_cause.values())


def test_the_root_alone_does_no_harm_where_the_cost_is_not_0(model, monkeypatch):
    """The test that the notebook names: from noise, all is well."""
    monkeypatch.setitem(PROGRAMS, "root", replace(PROGRAMS["root"], from_photograph=False))
    patient = paint_patient("root", CONTENT, STYLE, 2, model)
    assert np.isfinite(patient.picture).all()


def test_the_healthy_program_leaves_its_pictures_as_they_were(model):
    content, style = CONTENT.copy(), STYLE.copy()
    patient = paint_patient("healthy", content, style, 1, model)
    np.testing.assert_array_equal(content, CONTENT)
    np.testing.assert_array_equal(style, STYLE)
    assert patient.costs[1] < patient.costs[0]


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("grey", CONTENT, STYLE), "cause: unknown 'grey'; choose from healthy, root, way in"),
        (("healthy", CONTENT / 255, STYLE), "content"),
        (("healthy", CONTENT, STYLE[..., 0]), "style"),
    ],
)
def test_what_cannot_be_painted_is_refused(arguments, says, model):
    with pytest.raises(NSTError, match=says):
        paint_patient(*arguments, 1, model)


# Symptoms ---------------------------------------------------------------------------------------


def test_symptoms_can_be_worked_out_by_hand():
    picture = np.full((40, 20, 3), (10.0, 20.0, 60.0))
    picture[2:-2, 2:-2] += 100  # a border of two pixels: a twentieth of 40
    style = np.full((3, 5, 3), (60, 20, 10), np.uint8)
    found = examine(picture, (8.0, 6.0, 2.0), style)
    share = 36 * 16 / 800
    assert (found.lowest, found.highest, found.fall) == (10, 160, 4)
    assert found.edge == pytest.approx(100)
    assert found.brightness == pytest.approx(30 + 100 * share)
    assert found.spread == pytest.approx(100 * math.sqrt(share * (1 - share)))
    assert found.to_swapped == pytest.approx(math.sqrt(3) * 100 * share)
    assert found.to_style == pytest.approx(
        math.hypot(100 * share - 50, 100 * share, 100 * share + 50)
    )


def test_symptoms_can_be_read_as_text_and_not_be_changed():
    symptoms = KINDS["black"][1]
    assert str(symptoms).splitlines()[:4] == [
        "lowest 0",
        "highest 1",
        "brightness 0.54",
        "spread 0.25",
    ]
    assert "fall 27" in str(KINDS["nan_late"][1]) and "edge nan" in str(KINDS["nan_late"][1])
    with pytest.raises(FrozenInstanceError):
        symptoms.highest = 255


def test_every_cause_is_among_the_patients_of_the_check():
    assert {cause for cause, _ in KINDS.values()} == {*CAUSES}
    assert {name: find_cause(symptoms) for name, (_, symptoms) in KINDS.items()} == {
        name: cause for name, (cause, _) in KINDS.items()
    }


def test_a_patient_of_the_check_cannot_be_told_by_one_number_alone():
    """Of no symptom can all broken programs be read off: nothing can be found by one threshold."""
    for one in fields(Symptoms):
        of_healthy = [getattr(s, one.name) for c, s in KINDS.values() if c == "healthy"]
        of_broken = [
            getattr(s, one.name) for c, s in KINDS.values() if c not in ("healthy", "root")
        ]
        assert any(min(of_healthy) <= value <= max(of_healthy) for value in of_broken), one.name


# The plan ---------------------------------------------------------------------------------------


def test_a_plan_is_what_stylize_takes():
    base = Settings(size=32, coarsest=None, iterations=1, precision="float32")
    plan = plan_picture(CONTENT, STYLE, CONTENT, base)
    above, below = (style.mask for style in plan["style"])
    assert above.shape == below.shape == CONTENT.shape[:2]
    assert above[0].tolist() == below[-1].tolist() == [1.0] * CONTENT.shape[1]
    assert plan["settings"] != base
    assert stylize(**plan).shape == (22, 32, 3)


# The figure -------------------------------------------------------------------------------------


def test_runs_are_shown_with_their_costs(by_cause, tmp_path):
    patients = [by_cause["healthy"], by_cause["root"]]
    path = tmp_path / "runs.png"
    show.show_runs(
        [patient.shown for patient in patients],
        ["A\nfall 11", "B\nfall nan"],
        [patients[0].costs, (1.0, math.nan, math.nan)],
        path=path,
        **WORDS,
    )
    drawn = load_image(path)
    assert drawn.shape[1] > drawn.shape[0] > 300


def test_runs_without_costs_or_texts_are_refused():
    with pytest.raises(NSTError, match="2 pictures, 1 captions and 2 rows of costs"):
        show.show_runs([CONTENT, STYLE], ["A"], [(1.0, 0.5)] * 2, **WORDS)
    with pytest.raises(NSTError, match="no pictures"):
        show.show_runs([], [], [], **WORDS)
