"""Work on several threads: every piece once, in order, and an error ends it all."""

import threading
import time

import pytest

from flatlab.simulation import threads
from flatlab.simulation.threads import on_threads

pytestmark = [pytest.mark.jit_free, pytest.mark.core]


@pytest.fixture(params=[1, 2, 5])
def cores(request, monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: request.param)
    return request.param


@pytest.mark.parametrize("count", [1, 2, 37])
def test_results_come_in_the_order_of_the_pieces_each_run_once(count, cores):
    seen = []

    def run(low, high):
        seen.append(low)
        time.sleep(0.001 * (low % 3))
        return low, high, threading.get_ident()

    results = on_threads(run, [(k, k + 1) for k in range(count)], threading.Event())
    assert [result[:2] for result in results] == [(k, k + 1) for k in range(count)]
    assert sorted(seen) == list(range(count))
    assert len({result[2] for result in results}) <= cores


def test_the_calling_thread_takes_part_and_others_help(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    meeting = threading.Barrier(2)

    def run():
        meeting.wait(timeout=60)  # passes only where two pieces run at once
        return threading.get_ident()

    first, second = on_threads(run, [(), ()], threading.Event())
    assert first != second
    assert threading.get_ident() in (first, second)


@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("wrong", [0, 1])
def test_an_error_stops_the_others_and_is_the_one_raised(kind, wrong, monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    meeting, stop, ended = threading.Barrier(2), threading.Event(), []

    def run(k):
        meeting.wait(timeout=60)
        if k == wrong:
            raise kind("lost")
        assert stop.wait(timeout=60)
        time.sleep(0.05)
        ended.append(k)
        raise RuntimeError("stopped")

    with pytest.raises(kind, match="lost"):
        on_threads(run, [(k,) for k in range(20)], stop)
    assert ended == [1 - wrong]  # it was waited for, and nothing was begun after the error


def test_threads_that_are_busy_elsewhere_are_not_waited_for(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    leave, inside = threading.Event(), threading.Barrier(3)

    def wait():
        inside.wait(timeout=60)
        leave.wait(timeout=60)

    elsewhere = threading.Thread(target=on_threads, args=(wait, [(), ()], threading.Event()))
    elsewhere.start()
    inside.wait(timeout=60)
    try:
        assert on_threads(lambda k: k, [(k,) for k in range(5)], threading.Event()) == list(range(5))
    finally:
        leave.set()
        elsewhere.join()
