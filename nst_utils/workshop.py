"""Where the studio paints: for all visitors, in one process.

A visitor's page has a process of its own, without TensorFlow. It asks the workshop: for a picture
in one pass, which comes at once; or for an optimised one, which has to wait for those before it.
So two cores and one copy of the networks are enough for a class.
"""

import atexit
import importlib
import os
import secrets
import threading
import time
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError, get_context, parent_process
from multiprocessing.managers import BaseManager
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from nst_utils.config import NSTError
from nst_utils.settings import Settings

WAITING, PAINTING, DONE, STOPPED, FAILED = "waiting", "painting", "done", "stopped", "failed"
ENDED = (DONE, STOPPED, FAILED)

ADDRESS_VARIABLE = "NST_STUDIO"
"""Environment variable with the address of the workshop, for the processes of the pages."""

LONGEST_QUEUE = 30
"""So many paintings may wait: a class."""

PATIENCE = 30.0
"""Seconds after which a painting that nobody asks for is given up: its page was closed."""


CLOSING = 20.0
"""Seconds that a process waits for the step at work when it ends."""


class View(NamedTuple):
    """What a visitor is told of a painting.

    Attributes:
        stage: one of the words above.
        ahead: how many paintings come before it.
        news: an `easel.Snapshot`, or None where there is none since the last look.
        work: an `easel.Work`, once it is done or stopped.
        problem: what went wrong, in a sentence.
    """

    stage: str
    ahead: int
    news: Any
    work: Any
    problem: str


@dataclass
class _Order:
    """A painting in the queue."""

    content: np.ndarray
    style: np.ndarray
    settings: Settings
    made_from: dict[str, str]
    stage: str = WAITING
    news: Any = None
    work: Any = None
    problem: str = ""
    stop: bool = False
    asked: float = field(default_factory=time.monotonic)


class Workshop:
    """Paints. Its methods may be called from any thread."""

    def __init__(self, patience: float = PATIENCE):
        """Open it: TensorFlow and the networks are loaded in the background.

        Args:
            patience: seconds after which a painting that nobody asks for is given up.
        """
        self._patience = patience
        self._orders: dict[str, _Order] = {}  # in the order of their arrival
        self._easel: ModuleType | None = None
        self._problem = ""
        self._changed = threading.Condition()
        self._one_pass = threading.Lock()  # two at once would each take twice as long
        self._closed = False
        self._worker = threading.Thread(target=self._work, daemon=True, name="workshop")
        self._worker.start()

    # What visitors ask ---------------------------------------------------------------------------

    def ready(self) -> bool:
        """Whether it can paint yet.

        Raises:
            NSTError: it never will; the sentence says why.
        """
        if self._problem:
            raise NSTError(self._problem)
        return self._easel is not None

    def instant(
        self, content: np.ndarray, style: np.ndarray, strength: float, colors: str
    ) -> tuple[bytes, float]:
        """Stylise in one pass; waits until it is ready.

        Returns:
            A JPEG file, and the seconds that it took.

        Raises:
            NSTError: an argument cannot be used; see `stylize_instantly`.
        """
        with self._changed:
            self._changed.wait_for(self.ready)
        with self._one_pass:
            return self._easel.instant(content, style, strength, colors)

    def paint(
        self, content: np.ndarray, style: np.ndarray, settings: Settings, made_from: dict[str, str]
    ) -> str:
        """Order a painting.

        Args:
            content: uint8, (n_H, n_W, 3), RGB.
            style: the same, of any size.
            settings: how it is painted.
            made_from: the names of the pictures, for the file of the settings.

        Returns:
            A ticket, which nobody can guess.

        Raises:
            NSTError: the queue is full.
        """
        ticket = secrets.token_urlsafe(16)
        with self._changed:
            if sum(order.stage == WAITING for order in self._orders.values()) >= LONGEST_QUEUE:
                raise NSTError(
                    f"The queue is full: {LONGEST_QUEUE} pictures are waiting. Try again later."
                )
            self._orders[ticket] = _Order(content, style, settings, made_from)
            self._changed.notify_all()
        return ticket

    def look(self, ticket: str) -> View:
        """Tell how far a painting is, and what is new since the last look.

        Raises:
            NSTError: there is no such painting.
        """
        with self._changed:
            order = self._order(ticket)
            order.asked = time.monotonic()
            news, order.news = order.news, None
            return View(order.stage, self._ahead(ticket), news, order.work, order.problem)

    def stop(self, ticket: str) -> None:
        """Stop a painting after the step at work; what there is of it is kept.

        Raises:
            NSTError: there is no such painting.
        """
        with self._changed:
            order = self._order(ticket)
            order.stop = True
            if order.stage == WAITING:
                order.stage = STOPPED
                order.problem = "Stopped before it began."

    def forget(self, ticket: str) -> None:
        """Throw a painting away."""
        with self._changed:
            order = self._orders.pop(ticket, None)
            if order is not None:
                order.stop = True

    def close(self) -> None:
        """Paint no more; waits for the step at work.

        A process must not end while another of its threads is inside TensorFlow: it would crash.
        """
        with self._changed:
            self._closed = True
            for order in self._orders.values():
                order.stop = True
            self._changed.notify_all()
        self._worker.join(CLOSING)
        self._one_pass.acquire(timeout=CLOSING)  # and never given back: nobody begins another one

    def _order(self, ticket: str) -> _Order:
        if ticket not in self._orders:
            raise NSTError("This painting is no longer there. Paint it again.")
        return self._orders[ticket]

    def _ahead(self, ticket: str) -> int:
        """How many are painted before it."""
        tickets = list(self._orders)
        before = tickets[: tickets.index(ticket)]
        return sum(self._orders[other].stage not in ENDED for other in before)

    # What the workshop does ----------------------------------------------------------------------

    def _work(self) -> None:
        """Get ready, then paint for ever."""
        try:
            easel = importlib.import_module("nst_utils.easel")
            easel.warm_up()
        except Exception as error:
            with self._changed:
                self._problem = f"The studio cannot paint: {error}"
                self._changed.notify_all()
            raise
        with self._changed:
            self._easel = easel
            self._changed.notify_all()
        while (order := self._next()) is not None:
            self._paint(order)

    def _next(self) -> _Order | None:
        """Wait for the next painting; None when the workshop is closed."""
        with self._changed:
            while not self._closed:
                self._clear()
                for order in self._orders.values():
                    if order.stage == WAITING:
                        order.stage = PAINTING
                        return order
                self._changed.wait(timeout=self._patience)
        return None

    def _clear(self) -> None:
        """Throw away what nobody has asked for in a long time."""
        for ticket in [t for t, order in self._orders.items() if self._is_forsaken(order)]:
            del self._orders[ticket]

    def _is_forsaken(self, order: _Order) -> bool:
        return time.monotonic() - order.asked > self._patience

    def _paint(self, order: _Order) -> None:
        try:
            painting = self._easel.Painting(order.content, order.style, order.settings)
            for snapshot in painting:
                if snapshot is not None:
                    order.news = snapshot
                if order.stop or self._is_forsaken(order):
                    break
            work, stage, problem = painting.work(order.made_from), DONE, ""
        except NSTError as error:
            work, stage, problem = None, FAILED, str(error)
        except Exception as error:  # one picture must not close the workshop for all
            work, stage, problem = None, FAILED, f"This picture could not be painted: {error}"
        with self._changed:
            order.work, order.problem = work, problem
            order.stage = STOPPED if order.stop and stage == DONE else stage


class _Manager(BaseManager):
    """Lets other processes call a `Workshop`: local, and with a key."""


def _begin_process() -> None:
    """Open the workshop before anybody asks, and end with the process that started this one."""
    _the_workshop()
    parent = parent_process()

    def wait() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=wait, daemon=True, name="parent").start()


_OPEN: list[Workshop] = []


def _the_workshop() -> Workshop:
    """The one of this process."""
    if not _OPEN:
        _OPEN.append(Workshop())
        atexit.register(_OPEN[0].close)
    return _OPEN[0]


_Manager.register("workshop", callable=_the_workshop)


def open_workshop() -> tuple[BaseManager, str]:
    """Start a workshop in a process of its own, which ends with this one.

    Returns:
        What must live as long as the workshop, and an address for `join_workshop`, which holds the
        key: keep it to yourself.
    """
    key = secrets.token_bytes(16)
    manager = _Manager(("127.0.0.1", 0), key, ctx=get_context("spawn"))
    manager.start(_begin_process)
    host, port = manager.address
    return manager, f"{host}:{port}:{key.hex()}"


def join_workshop(address: str | None) -> Workshop:
    """Find a workshop.

    Args:
        address: of one that `open_workshop` has started; None is the one of this process.

    Returns:
        The workshop, or what stands for it and has the same methods.

    Raises:
        NSTError: nobody answers there.
    """
    if address is None:
        return _the_workshop()
    host, port, key = address.split(":")
    manager = _Manager((host, int(port)), bytes.fromhex(key))
    try:
        manager.connect()
        return manager.workshop()
    except (OSError, EOFError, AuthenticationError) as error:
        raise NSTError(
            "The studio is closed: start it again with python -m nst_utils studio."
        ) from error
