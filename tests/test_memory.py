"""How much memory a picture needs: estimated beforehand, and kept by tiles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from child_memory import own_peak

from nst_utils import PRESETS, NSTError, memory
from nst_utils.memory import choose_tile, memory_needed

BEST = PRESETS["best"]


def test_more_pixels_layers_and_masks_need_more(model):
    needed = memory_needed(model, BEST, (300, 400))
    assert memory_needed(model, BEST, (600, 800)) == pytest.approx(
        4 * (needed - memory.PREPARED) + memory.PREPARED
    )
    assert memory_needed(model, BEST, (300, 400), masks=2) > needed
    assert memory_needed(model, BEST, (300, 400), [(1200, 1600)]) > needed
    assert memory_needed(model, BEST, (300, 400), tile=64) < needed
    assert memory_needed(model, PRESETS["course"], (300, 400)) < needed, "no history of L-BFGS"


def test_the_largest_tiles_that_fit_are_chosen(model):
    size = (3000, 4000)
    whole = memory_needed(model, BEST, size)
    assert choose_tile(model, BEST, size, limit=whole + 1e-6) == (None, whole)
    tile, needed = choose_tile(model, BEST, size, limit=0.7 * whole)
    assert needed <= 0.7 * whole
    larger = memory.TILES[memory.TILES.index(tile) - 1]
    assert memory_needed(model, BEST, size, tile=larger) > 0.7 * whole


def test_4000_by_3000_fits_into_8_gib(model):
    tile, needed = choose_tile(model, BEST, (3000, 4000), [(3000, 4000)], limit=7)
    assert tile is not None and needed < 7


def test_what_does_not_fit_is_refused_with_a_size_that_does(model):
    with pytest.raises(NSTError, match=r"40000×30000 pixels need about .* try a size of") as told:
        choose_tile(model, BEST, (30000, 40000), limit=6)
    fits = int(str(told.value).split()[-1].rstrip("."))
    assert 2000 < fits < 20000
    choose_tile(model, BEST, (fits * 3 // 4, fits), limit=6)
    with pytest.raises(NSTError, match="close other programs"):
        choose_tile(model, BEST, (300, 400), limit=0.05)


def test_what_is_free_is_the_limit(model, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 0.1)
    with pytest.raises(NSTError, match=r"and 0\.1 are free"):
        choose_tile(model, BEST, (300, 400))


def test_painting_stays_within_the_estimate():
    """In a process of its own, whose largest memory is known."""
    code = """
import psutil
from child_memory import own_peak
from dataclasses import replace
from nst_utils import PRESETS, Painter, load_image
from nst_utils.engine import load_model
settings = replace(PRESETS["best"], size=800, coarsest=None, iterations=11, precision="float32")
model, picture = load_model(settings), load_image("images/content/china.jpg", 800)
before = psutil.Process().memory_info().rss
painter = Painter(picture, picture, settings, model, memory=LIMIT)
steps = list(painter)
used = own_peak() - before
print(painter.tile, used / 2**30, painter.memory)
"""
    if own_peak() is None:
        pytest.skip("this system does not tell the largest memory of a process")
    found = {}
    for limit in ("None", "0.6"):
        done = subprocess.run(
            [sys.executable, "-c", code.replace("LIMIT", limit)],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        tile, used, estimated = done.stdout.split()
        assert float(used) < float(estimated) < 4 * float(used), limit
        found[limit] = tile
    assert found["None"] == "None" != found["0.6"]
