"""A function that does not come to an end is stopped, and the student is told where it was."""

import _thread
import threading
import time

import numpy as np
import pytest

from nst_utils import checks
from nst_utils.checks import describe, trials
from nst_utils.checks.limit import TimeIsUp, call_within


def alive() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "check"]


def warm_up(exercise: str) -> None:
    """What is slow the first time must not count against the limit of a test."""
    for case in checks.EXERCISES[exercise].cases:
        case.arguments()
    checks.diagnose(exercise, lambda *arguments, **options: None)


def test_what_a_function_returns_is_returned():
    assert call_within(5, lambda: 42) == 42
    assert call_within(5, lambda: None) is None


def test_what_a_function_raises_is_raised_with_its_place():
    def divide():
        return 1 / 0

    with pytest.raises(ZeroDivisionError) as failure:
        call_within(5, divide)
    assert failure.traceback[-1].name == "divide"


def test_an_endless_loop_is_stopped_and_its_place_is_told():
    def turns_for_ever():
        while True:
            pass

    began = time.monotonic()
    with pytest.raises(TimeIsUp) as failure:
        call_within(0.2, turns_for_ever)
    assert time.monotonic() - began < 2
    assert failure.traceback[-1].name == "turns_for_ever"
    assert alive() == []


def test_catching_every_error_does_not_help():
    def never_gives_up():
        while True:
            try:
                sum(range(10))
            except:  # noqa: E722
                continue

    with pytest.raises(TimeIsUp):
        call_within(0.2, never_gives_up)
    assert alive() == []


def test_a_function_that_comes_to_an_end_while_it_is_being_stopped_is_late_all_the_same():
    def gives_an_answer_when_stopped():
        try:
            while True:
                pass
        except TimeIsUp:
            return 42

    with pytest.raises(TimeIsUp):
        call_within(0.2, gives_an_answer_when_stopped)


def test_who_waits_outside_of_python_is_left_behind(monkeypatch):
    monkeypatch.setattr("nst_utils.checks.limit.GRACE", 0.1)
    ended = threading.Event()

    def sleeps():
        time.sleep(1)
        ended.set()  # not reached: the exception waits behind the sleep

    began = time.monotonic()
    with pytest.raises(TimeIsUp) as failure:
        call_within(0.2, sleeps)
    assert time.monotonic() - began < 0.9
    assert failure.traceback[-1].name == "sleeps"
    assert not failure.value.ended
    for thread in alive():
        thread.join()
    assert not ended.is_set()


def test_the_student_is_told_of_a_function_that_runs_on(monkeypatch):
    warm_up("gram_matrix")
    monkeypatch.setattr("nst_utils.checks.limit.GRACE", 0.1)
    monkeypatch.setattr(trials, "TIME_LIMIT", 0.5)
    diagnosis = checks.diagnose("gram_matrix", lambda A: time.sleep(2))
    assert diagnosis.mistake == "endless"
    assert "It is still running: restart the kernel." in diagnosis.message
    for thread in alive():
        thread.join()


def test_the_stop_button_ends_the_function_too():
    def turns_for_ever():
        while True:
            pass

    began = time.monotonic()
    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        call_within(30, turns_for_ever)
    assert time.monotonic() - began < 10
    assert alive() == []


def test_numpy_keeps_its_settings_in_the_call():
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        call_within(5, lambda: np.ones(1) / 0)


@pytest.mark.parametrize("exercise", checks.EXERCISES)
def test_every_check_stops_an_endless_loop_and_tries_it_once(exercise, monkeypatch):
    warm_up(exercise)
    monkeypatch.setattr(trials, "TIME_LIMIT", 0.5)
    monkeypatch.setattr(describe, "_is_cell", lambda frame: frame.f_code.co_filename == __file__)
    calls = []

    def endless(*arguments, **options):
        calls.append(1)
        number = 3
        while number > 0:
            number += 1

    diagnosis = checks.diagnose(exercise, endless)
    assert (diagnosis.passed, diagnosis.mistake) == (False, "endless")
    assert "after 0.5 seconds it had not come to its end (endless, line" in diagnosis.message
    assert "restart the kernel" not in diagnosis.message
    assert len(calls) == 1
    assert alive() == []


def test_after_a_loop_that_ends_in_some_cases_the_check_says_what_happened_in_the_other(
    monkeypatch,
):
    monkeypatch.setattr(trials, "TIME_LIMIT", 0.2)

    def waits_for_a_square(A):
        while A.shape[0] != 7:
            pass
        return A @ A.numpy().T

    assert checks.diagnose("gram_matrix", waits_for_a_square).mistake == "endless"
