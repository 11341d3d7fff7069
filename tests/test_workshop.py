"""The studio's queue: who is painted when, what is stopped, and what a closed page leaves."""

import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from nst_utils import NSTError, workshop
from nst_utils.settings import Settings
from nst_utils.workshop import DONE, FAILED, PAINTING, STOPPED, WAITING, Workshop, join_workshop

PICTURE = np.zeros((2, 3, 3), np.uint8)


class Easel:
    """Stands for TensorFlow: paints a step whenever the test lets it."""

    def __init__(self):
        self.may_step = threading.Semaphore(0)
        self.painted = []
        self.break_at = {}

    def module(self):
        return SimpleNamespace(
            warm_up=lambda: None, instant=lambda *wish: (b"jpeg", 0.1), Painting=self.painting
        )

    def painting(self, content, style, settings):
        easel = self

        class Painting:
            def __iter__(self):
                for step in range(3):
                    assert easel.may_step.acquire(timeout=20)
                    if error := easel.break_at.get(settings.seed):
                        raise error
                    yield f"step {step} of {settings.seed}"

            def work(self, made_from):
                easel.painted.append(settings.seed)
                return f"work of {made_from['content']}"

        return Painting()


@pytest.fixture
def easel(monkeypatch):
    made = Easel()
    monkeypatch.setattr(workshop.importlib, "import_module", lambda name: made.module())
    return made


@pytest.fixture
def open_one(easel):
    """Make workshops, whose threads are let go at the end."""
    made = []

    def make(**options):
        made.append(Workshop(**options))
        return made[-1]

    yield make
    easel.may_step.release(1000)


def order(shop, seed):
    return shop.paint(PICTURE, PICTURE, Settings(seed=seed), {"content": f"picture {seed}"})


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


def stage(shop, ticket):
    return shop.look(ticket).stage


def test_paintings_come_one_after_the_other_in_their_order(open_one, easel):
    shop = open_one()
    tickets = [order(shop, seed) for seed in (1, 2, 3)]
    wait_for(lambda: stage(shop, tickets[0]) == PAINTING)
    assert [shop.look(ticket).ahead for ticket in tickets] == [0, 1, 2]
    assert [stage(shop, ticket) for ticket in tickets] == [PAINTING, WAITING, WAITING]
    easel.may_step.release(3)
    wait_for(lambda: stage(shop, tickets[1]) == PAINTING)
    assert shop.look(tickets[0]).work == "work of picture 1"
    assert shop.look(tickets[2]).ahead == 1
    easel.may_step.release(6)
    wait_for(lambda: stage(shop, tickets[2]) == DONE)
    assert easel.painted == [1, 2, 3]


def test_news_are_told_once(open_one, easel):
    shop = open_one()
    ticket = order(shop, 7)
    easel.may_step.release(1)
    told = []
    wait_for(lambda: told.append(shop.look(ticket).news) or told[-1] is not None)
    assert told[-1] == "step 0 of 7"
    assert shop.look(ticket).news is None


def test_a_picture_in_one_pass_does_not_wait_for_the_queue(open_one, easel):
    shop = open_one()
    ticket = order(shop, 1)
    wait_for(lambda: stage(shop, ticket) == PAINTING)
    assert shop.instant(PICTURE, PICTURE, 1.0, "style") == (b"jpeg", 0.1)
    assert stage(shop, ticket) == PAINTING


def test_a_stopped_painting_keeps_what_there_is(open_one, easel):
    shop = open_one()
    ticket = order(shop, 4)
    easel.may_step.release(1)
    wait_for(lambda: stage(shop, ticket) == PAINTING)
    shop.stop(ticket)
    easel.may_step.release(1)
    wait_for(lambda: stage(shop, ticket) == STOPPED)
    assert shop.look(ticket).work == "work of picture 4"


def test_a_waiting_painting_can_be_stopped_and_is_never_begun(open_one, easel):
    shop = open_one()
    _, second, third = (order(shop, seed) for seed in (1, 2, 3))
    shop.stop(second)
    assert (stage(shop, second), shop.look(second).work) == (STOPPED, None)
    easel.may_step.release(6)
    wait_for(lambda: stage(shop, third) == DONE)
    assert easel.painted == [1, 3]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NSTError("size: too large."), "size: too large."),
        (RuntimeError("boom"), "This picture could not be painted: boom"),
    ],
)
def test_one_failure_does_not_close_the_workshop(open_one, easel, error, words):
    easel.break_at = {1: error}
    shop = open_one()
    broken, whole = order(shop, 1), order(shop, 2)
    easel.may_step.release(4)
    wait_for(lambda: stage(shop, whole) == DONE)
    view = shop.look(broken)
    assert (view.stage, view.problem, view.work) == (FAILED, words, None)


def test_the_painting_of_a_closed_page_is_given_up(open_one, easel):
    shop = open_one(patience=0.2)
    forsaken = order(shop, 1)
    wait_for(lambda: shop._orders[forsaken].stage == PAINTING)
    followed = order(shop, 2)
    keep_looking = lambda: stage(shop, followed)  # noqa: E731
    until = time.monotonic() + 0.3
    wait_for(lambda: keep_looking() and time.monotonic() > until)
    easel.may_step.release(1)  # the step at work ends, and no other of that picture begins
    wait_for(lambda: stage(shop, followed) == PAINTING, seconds=10)
    easel.may_step.release(3)
    wait_for(lambda: stage(shop, followed) == DONE)
    with pytest.raises(NSTError, match="no longer there"):
        wait_for(lambda: shop.look(forsaken) and False, 5)


def test_a_full_queue_is_refused_in_words(open_one, easel, monkeypatch):
    monkeypatch.setattr(workshop, "LONGEST_QUEUE", 2)
    shop = open_one()
    first = order(shop, 0)
    wait_for(lambda: stage(shop, first) == PAINTING)
    order(shop, 1), order(shop, 2)
    with pytest.raises(NSTError, match="queue is full: 2 pictures are waiting"):
        order(shop, 3)


def test_nobody_sees_the_painting_of_another(open_one):
    shop = open_one()
    tickets = {order(shop, seed) for seed in range(5)}
    assert len(tickets) == 5
    assert min(map(len, tickets)) >= 20  # 128 random bits: nobody guesses one
    for wrong in ("", "1", next(iter(tickets))[:-1]):
        for ask in (shop.look, shop.stop):
            with pytest.raises(NSTError, match="Paint it again"):
                ask(wrong)


def test_a_forgotten_painting_is_gone(open_one, easel):
    shop = open_one()
    ticket = order(shop, 1)
    shop.forget(ticket)
    shop.forget(ticket)
    with pytest.raises(NSTError, match="no longer there"):
        shop.look(ticket)


def test_a_workshop_that_cannot_open_says_so_to_everybody(open_one, easel, monkeypatch):
    def no_tensorflow(name):
        raise ModuleNotFoundError("TensorFlow is not installed")

    monkeypatch.setattr(threading, "excepthook", lambda *error: None)
    monkeypatch.setattr(workshop.importlib, "import_module", no_tensorflow)
    shop = open_one()
    with pytest.raises(NSTError, match="cannot paint: TensorFlow is not installed"):
        shop.instant(PICTURE, PICTURE, 1.0, "style")
    with pytest.raises(NSTError, match="cannot paint"):
        shop.ready()


def test_a_closed_workshop_is_told_in_words():
    with pytest.raises(NSTError, match="The studio is closed: start it again"):
        join_workshop("127.0.0.1:1:" + "00" * 16)


def test_a_closed_workshop_ends_its_step_and_begins_no_other(open_one, easel):
    shop = open_one()
    first, second = order(shop, 1), order(shop, 2)
    wait_for(lambda: stage(shop, first) == PAINTING)
    closing = threading.Thread(target=shop.close)
    closing.start()
    easel.may_step.release(10)
    closing.join(timeout=20)
    assert not closing.is_alive()
    assert not shop._worker.is_alive()
    assert (stage(shop, first), stage(shop, second)) == (STOPPED, WAITING)


def test_a_process_that_ends_while_it_paints_waits_for_the_step():
    """Inside TensorFlow a thread that is broken off takes the whole process down with it."""
    code = """
import atexit, numpy as np, time
from nst_utils.settings import Settings
from nst_utils.workshop import join_workshop
atexit.register(lambda: print("still at work:", shop._worker.is_alive()))  # the first comes last
shop, picture = join_workshop(None), np.zeros((48, 64, 3), np.uint8)
ticket = shop.paint(picture, picture, Settings(size=64, iterations=10_000), {})
while shop.look(ticket).news is None:
    time.sleep(0.05)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "still at work: False\n"


OPENER = """
import multiprocessing, time
from nst_utils.workshop import join_workshop, open_workshop
if __name__ == "__main__":
    manager, address = open_workshop()
    print(manager._process.pid, address, flush=True)
    print(type(join_workshop(address).ready()).__name__, flush=True)
    time.sleep(100)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_its_process_ends_with_the_one_that_opened_it(tmp_path, end):
    script = tmp_path / "opener.py"
    script.write_text(OPENER)
    opener = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    number, address = opener.stdout.readline().split()
    assert opener.stdout.readline().strip() == "bool"
    child = psutil.Process(int(number))
    with pytest.raises(NSTError, match="closed"):  # the key is needed
        join_workshop(address.rsplit(":", 1)[0] + ":" + "00" * 16)
    opener.send_signal(end)
    opener.wait()
    child.wait(timeout=20)
