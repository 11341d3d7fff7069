"""Many pictures: side by side in processes, on a cluster, and whatever fails told at the end."""

import imageio.v3 as iio
import numpy as np
import pytest

from nst_utils import NSTError, Settings, batch, load_image, project_path
from nst_utils.batch import DONE, FAILED, PAINTED, jobs, paint_all
from nst_utils.recipe import Recipe, StyleFile
from nst_utils.run import Job, Run

STYLE = project_path("images", "style", "waves.jpg")
TINY = Settings(size=32, coarsest=None, iterations=2, precision="float32")


@pytest.fixture
def wanted(tmp_path) -> list[Job]:
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name, picture in (("a.png", "china.jpg"), ("b.PNG", "coffee.png"), ("c.jpg", "rocket.jpg")):
        content = project_path("images", "content", picture)
        content = content if content.exists() else project_path("images", "content", "china.jpg")
        iio.imwrite(folder / name, load_image(content, 40), extension=name[-4:].lower())
    (folder / "d.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("left alone")
    recipe = Recipe(content=folder, styles=(StyleFile(STYLE),), settings=TINY)
    return jobs(folder, tmp_path / "out", Job(recipe=recipe, output=tmp_path / "out"))


def outcomes(wanted: list[Job], **options) -> dict[str, str]:
    return {o.job.output.name: o.what for o in paint_all(wanted, **options)}


EXPECTED = {"a.jpg": PAINTED, "b.jpg": PAINTED, "c.jpg": PAINTED, "d.jpg": FAILED}


def test_what_fails_does_not_stop_the_others(wanted):
    assert outcomes(wanted) == EXPECTED
    why = [o.why for o in paint_all(wanted) if o.what == FAILED]
    assert len(why) == 1 and "d.jpg" in why[0]


def test_processes_side_by_side_paint_the_same(wanted, tmp_path):
    outcomes(wanted)
    alone = {path.name: iio.imread(path) for path in (tmp_path / "out").glob("*.jpg")}
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    assert outcomes(wanted, workers=2) == EXPECTED
    for name, picture in alone.items():
        apart = np.abs(iio.imread(tmp_path / "out" / name).astype(int) - picture)
        assert apart.mean() < 1, name


def test_what_is_done_is_not_done_again_unless_it_was_made_otherwise(wanted):
    outcomes(wanted)
    again = outcomes(wanted)
    assert again == {**dict.fromkeys(EXPECTED, DONE), "d.jpg": FAILED}
    wanted[0].settings_file.unlink()
    assert outcomes(wanted)["a.jpg"] == PAINTED
    wanted[0].settings_file.write_text("{}")
    assert outcomes(wanted)["a.jpg"] == PAINTED


def test_a_half_painted_picture_is_gone_on_with(wanted, monkeypatch):
    run = batch.Run(wanted[0])
    for _ in run:
        run.stop()
    assert wanted[0].checkpoint.exists()
    resumed = []

    def followed(job, model):
        resumed.append(Run(job, model))
        return resumed[-1]

    monkeypatch.setattr(batch, "Run", followed)
    assert outcomes(wanted)["a.jpg"] == PAINTED and not wanted[0].checkpoint.exists()
    assert [run.resumed for run in resumed] == [1, 0, 0]


def test_on_a_cluster_they_paint_the_same(wanted):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        assert outcomes(wanted, scheduler=cluster.scheduler_address) == EXPECTED


def test_without_dask_or_a_scheduler_there_is_a_sentence(wanted, monkeypatch):
    monkeypatch.setattr(batch.importlib, "import_module", raising(ImportError("no distributed")))
    with pytest.raises(NSTError, match="pip install distributed"):
        outcomes(wanted, scheduler="tcp://127.0.0.1:1")


def raising(error: Exception):
    def fail(*arguments, **options):
        raise error

    return fail


def test_a_folder_without_pictures_is_told(tmp_path):
    recipe = Recipe(content=tmp_path, styles=(StyleFile(STYLE),), settings=TINY)
    like = Job(recipe=recipe, output=tmp_path)
    with pytest.raises(NSTError, match="there is no picture in it"):
        jobs(tmp_path, tmp_path / "out", like)
    with pytest.raises(NSTError, match="must be a folder"):
        jobs(tmp_path / "nothing", tmp_path / "out", like)
    for name in ("a.png", "A.jpg"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(NSTError, match="both would become"):
        jobs(tmp_path, tmp_path / "out", like)
