"""What the tests share: quick settings for every kernel, and the networks, loaded once."""

import os

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
