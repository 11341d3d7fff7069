"""What the tests share: quick settings for every kernel, and the networks, loaded once."""

import os
import threading
from collections.abc import Iterator

import numpy as np
import pytest

os.environ.setdefault("NST_QUICK", "1")

from nst_utils import VGGModel, load_vgg_model


@pytest.fixture(scope="session")
def model() -> VGGModel:
    """Load the bundled network."""
    return load_vgg_model("small")


@pytest.fixture
def rng() -> np.random.Generator:
    """Make random numbers that are the same in every run."""
    return np.random.default_rng(0)


@pytest.fixture(autouse=True)
def nothing_runs_on() -> Iterator[None]:
    """A function that a check left behind would slow down everything after it."""
    yield
    assert "check" not in [thread.name for thread in threading.enumerate()]
