"""The copy of the convolutions beside a large file: used when it fits, built again when not."""

import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from mat_files import random_weights, write_mat
from test_matconvnet import assert_holds

from nst_utils import WeightsFileError, cache, load_vgg_model
from nst_utils.cache import cache_path, load_cached, recorded_checksum
from nst_utils.files import checksums
from nst_utils.matconvnet import read_matconvnet


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch):
    monkeypatch.setattr(cache, "CACHE_FROM", 0)


@pytest.fixture
def weights():
    return random_weights(fc=(7, 8, 9))


@pytest.fixture
def path(tmp_path, weights):
    return write_mat(tmp_path / "vgg.mat", weights, "old")


@pytest.fixture
def readings(monkeypatch) -> list:
    """List the .mat files that are really unpacked."""
    seen = []

    def counted(path):
        seen.append(path)
        return read_matconvnet(path)

    monkeypatch.setattr(cache, "read_matconvnet", counted)
    return seen


def names(folder) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_later_load_does_not_open_the_mat_file(path, weights, readings, monkeypatch, caplog):
    assert_holds(load_cached(path), weights)
    assert names(path.parent) == ["vgg.mat", "vgg.mat.cache.npy"]
    monkeypatch.setattr("scipy.io.loadmat", None)
    network = load_cached(path)
    assert_holds(network, weights)
    assert (network.path, network.layout) == (path, "old")
    assert len(readings) == 1 and caplog.records == []


def test_its_arrays_are_mapped_into_memory(path):
    load_cached(path)
    network = load_cached(path)
    for layer in network.convolutions:
        assert isinstance(layer.kernel, np.memmap) and not layer.kernel.flags.writeable


def test_it_holds_the_convolutions_only_and_no_pickle(path, weights):
    load_cached(path)
    convolutions = sum(k.nbytes + b.nbytes for n, (k, b) in weights.items() if n[0] == "c")
    assert convolutions < cache_path(path).stat().st_size < convolutions + 4096
    record = np.load(cache_path(path), allow_pickle=False)
    assert "conv5_4/kernel" in record.dtype.names
    assert not any(name.startswith("fc") for name in record.dtype.names)


def test_the_model_from_the_cache_is_the_same(path):
    image = np.random.default_rng(0).uniform(-100, 100, (1, 32, 32, 3)).astype(np.float32)
    first, second = load_vgg_model(path)(image), load_vgg_model(path)(image)
    assert all((first[name].numpy() == second[name].numpy()).all() for name in first)


def test_small_files_get_no_cache(path, monkeypatch):
    monkeypatch.setattr(cache, "CACHE_FROM", path.stat().st_size + 1)
    load_cached(path)
    assert names(path.parent) == ["vgg.mat"]


def test_the_checksum_of_the_source_is_recorded(path):
    assert recorded_checksum(path) is None
    load_cached(path)
    assert recorded_checksum(path) == checksums(path, "sha256")["sha256"]
    os.utime(path, ns=(0, 0))
    assert recorded_checksum(path) is None, "it may be another file by now"


def another_file(path):
    write_mat(path, random_weights(seed=1, fc=(7, 8, 9)), "old")


def touched(path):
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


@pytest.mark.parametrize("change", [another_file, touched])
def test_a_stale_cache_is_built_again_with_a_word(path, readings, caplog, change):
    load_cached(path)
    change(path)
    expected = {
        layer.name: (layer.kernel, layer.bias) for layer in read_matconvnet(path).convolutions
    }
    assert_holds(load_cached(path), expected)
    assert "has changed since" in caplog.text and str(cache_path(path)) in caplog.text
    assert_holds(load_cached(path), expected)
    assert len(readings) == 2 and len(caplog.records) == 1


def test_another_file_of_the_same_size_is_noticed(path, readings):
    load_cached(path)
    content = bytearray(path.read_bytes())
    content[10] ^= 1  # in the comment at the top
    path.write_bytes(content)
    touched(path)
    load_cached(path)
    assert len(readings) == 2


def test_another_file_of_the_same_time_is_noticed(path, readings):
    load_cached(path)
    time = path.stat().st_mtime_ns
    write_mat(path, random_weights(), "old")
    os.utime(path, ns=(time, time))
    load_cached(path)
    assert len(readings) == 2


def test_a_cache_of_another_version(path, readings, caplog, monkeypatch):
    monkeypatch.setattr(cache, "VERSION", 0)
    load_cached(path)
    monkeypatch.undo()
    monkeypatch.setattr(cache, "CACHE_FROM", 0)
    load_cached(path)
    assert "another version" in caplog.text


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"words", bytes(4096)])
def test_a_cache_that_is_none(path, weights, caplog, content):
    cache_path(path).write_bytes(content)
    assert_holds(load_cached(path), weights)
    assert len(caplog.records) == 1
    assert_holds(load_cached(path), weights)
    assert len(caplog.records) == 1, "it was built again"


def test_no_pickle_is_ever_loaded(path, weights, tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trap"),)

    np.save(cache_path(path), np.array([Trap()], object), allow_pickle=True)
    assert_holds(load_cached(path), weights)
    cache_path(path).write_bytes(pickle.dumps(Trap()))
    assert_holds(load_cached(path), weights)
    assert not (tmp_path / "trap").exists()


def test_hundreds_of_damaged_caches_change_nothing(path, weights, caplog):
    load_cached(path)
    whole = cache_path(path).read_bytes()
    rng = np.random.default_rng(3)
    for trial in range(300):
        content = bytearray(whole)
        reach = len(content) if trial % 2 else 3000
        if trial % 3:
            content[rng.integers(reach)] ^= 1 << rng.integers(8)
        else:
            content = content[: rng.integers(reach)]
        cache_path(path).write_bytes(content)
        assert_holds(load_cached(path), weights)
    assert len(caplog.records) > 250  # the others hit the filling of the header, or the checksum
    assert names(path.parent) == ["vgg.mat", "vgg.mat.cache.npy"]


def test_where_it_cannot_be_written_there_is_none(path, weights, monkeypatch, caplog):
    def denied(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("numpy.save", denied)  # who runs this may be root
    assert_holds(load_cached(path), weights)
    assert names(path.parent) == ["vgg.mat"] and caplog.records == []


def test_where_it_cannot_be_written_nothing_is_computed_for_it(path, monkeypatch):
    def denied(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.touch", denied)
    monkeypatch.setattr(cache, "checksums", None)  # 535 MB, perhaps over a slow network
    load_cached(path)
    assert names(path.parent) == ["vgg.mat"]


def test_a_folder_in_its_place(path, weights, caplog):
    cache_path(path).mkdir()
    assert_holds(load_cached(path), weights)
    assert "writing" not in caplog.text and cache_path(path).is_dir()


def test_a_name_that_is_too_long_for_a_cache(tmp_path, weights):
    path = write_mat(tmp_path / ("v" * 246 + ".mat"), weights)
    assert_holds(load_cached(path), weights)


def test_too_little_memory_for_it(path, weights, monkeypatch):
    def full(*arguments):
        raise MemoryError

    monkeypatch.setattr(cache, "_record", full)
    assert_holds(load_cached(path), weights)
    assert names(path.parent) == ["vgg.mat"]


def test_a_full_disk_leaves_nothing_behind(path, weights, monkeypatch):
    def full(file, record, **options):
        file.write_bytes(bytes(1000))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.save", full)
    assert_holds(load_cached(path), weights)
    assert names(path.parent) == ["vgg.mat"]


def test_a_file_that_changes_while_it_is_read_gets_no_cache(path, monkeypatch):
    def read_and_touch(path):
        network = read_matconvnet(path)
        touched(path)
        return network

    monkeypatch.setattr(cache, "read_matconvnet", read_and_touch)
    load_cached(path)
    assert names(path.parent) == ["vgg.mat"]


def test_a_bad_file_stays_our_error(path):
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsFileError, match=r"vgg\.mat"):
        load_cached(path)
    with pytest.raises(WeightsFileError, match="No such file"):
        load_cached(path.with_name("nothing.mat"))
    assert names(path.parent) == ["vgg.mat"]


def test_threads_that_start_at_once(path, weights):
    found, ready = [], threading.Barrier(8)

    def load():
        ready.wait()
        found.append(load_cached(path))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for network in found:
        assert_holds(network, weights)
    assert names(path.parent) == ["vgg.mat", "vgg.mat.cache.npy"]


RACE = """
import sys
from nst_utils import cache
cache.CACHE_FROM = 0
print("ready", flush=True)
sys.stdin.readline()
network = cache.load_cached(sys.argv[1])
print(float(sum(abs(layer.kernel).sum() for layer in network.convolutions)))
"""


def test_two_processes_that_start_at_once(path, weights):
    command = [sys.executable, "-c", RACE, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in range(2)]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert said[0] == said[1] != ""
    assert names(path.parent) == ["vgg.mat", "vgg.mat.cache.npy"]
    assert_holds(load_cached(path), weights)
