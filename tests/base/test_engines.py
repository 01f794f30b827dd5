"""Engines without a cluster: which worker gets which piece, and what becomes of a piece whose worker dies."""

import functools
import os
import pickle
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from flatlab.base.engines import Code, Engine, EngineError, Processes, WorkerDied, code_of, engine_of, use
from flatlab.base.engines.processes import Queue
from flatlab.base.engines.sameness import OtherCode
from flatlab.base.engines.shipping import packed, result_of, run_shipped, ship
from flatlab.simulation.threads import cores

GROUPS = ["one", "two", "two", "two", "three", "three", None]


def product(factor, number):
    return factor * number


@pytest.mark.jit_free
def test_a_worker_stays_with_a_group_and_then_goes_on_to_the_next():
    queue = Queue(GROUPS)
    assert queue.take() == ("one", 0)
    assert queue.take() == ("three", 4)  # in the middle of what is left: two, three, None
    assert queue.take("three") == ("three", 5)
    assert queue.take("one") == ("two", 1)
    assert queue.take("three") == (None, 6)  # typed at a prompt: of no file
    assert queue.take("two") == ("two", 2)
    assert queue.take(None) == ("two", 3)  # the rest of a file that another worker has begun
    assert not queue


@pytest.mark.jit_free
def test_workers_go_through_neighbouring_groups_each_on_its_own():
    queue, group, ways = Queue(range(40)), [None, None, None], [[], [], []]
    while queue:
        for worker, way in enumerate(ways):
            if queue:
                group[worker], number = queue.take(group[worker])
                way.append(number)
    breaks = sum(after != before + 1 for way in ways for before, after in pairwise(way))
    assert sorted(number for way in ways for number in way) == list(range(40))
    assert breaks <= 6  # where one catches up with another


@pytest.mark.jit_free
def test_every_piece_is_taken_once():
    queue, taken, group = Queue(GROUPS), [], None
    while queue:
        group, number = queue.take(group)
        taken.append(number)
    assert sorted(taken) == list(range(len(GROUPS)))


@pytest.mark.jit_free
def test_every_engine_gives_every_result_with_its_number():
    with ThreadPoolExecutor(2) as pool:
        for engine in (Engine(), engine_of(pool)):
            assert sorted(engine.each(product, (3,), ((k,) for k in range(5)))) == [(k, 3 * k) for k in range(5)]
            assert list(engine.each(product, (3,), [(7,), (8,)], wanted=lambda number: number == 1)) == [(1, 24)]
            assert list(engine.each(product, (3,), [])) == []


def _die_at(folder, deadly, number):
    lives = Path(folder) / "lives"
    if number == deadly and (left := int(lives.read_text())):
        lives.write_text(str(left - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def _run_dying(folder, **how):
    return Processes(2).each(_die_at, (str(folder), 3), [(k,) for k in range(6)], groups=[0, 0, 0, 1, 1, 1], **how)


def test_the_piece_of_a_killed_process_runs_again(tmp_path):
    (tmp_path / "lives").write_text("2")
    assert sorted(_run_dying(tmp_path)) == [(k, k**2) for k in range(6)]


def test_a_piece_that_kills_three_processes_is_named(tmp_path):
    (tmp_path / "lives").write_text("100")
    with pytest.raises(WorkerDied, match="piece 3 died"):
        list(_run_dying(tmp_path))
    assert (tmp_path / "lives").read_text() == "97"


def test_a_process_that_never_comes_back_is_ended_and_not_tried_again(tmp_path):
    # the pattern takes longer than the universe has, without coming back to Python
    forever = functools.partial(__import__("re").match, "(a+)+b", "a" * 60)
    with pytest.raises(WorkerDied):
        list(Processes(1, limit=0.5).each(forever, (), [()]))


@pytest.mark.jit_free
def test_the_engine_of_a_block_is_used_inside_it_only():
    engine = Engine()
    assert engine_of(None) is None
    with use(engine):
        assert engine_of(None) is engine
        with use(None):
            assert engine_of(None) is None
    assert engine_of(None) is None


@pytest.mark.jit_free
def test_a_run_on_a_worker_takes_one_core():
    shipment = ship(cores, (), same_code=False)
    assert result_of(run_shipped(shipment, packed(()))) == 1
    assert cores() == len(os.sched_getaffinity(0))


@pytest.mark.jit_free
def test_a_worker_with_other_code_refuses_in_one_sentence():
    shipment = ship(product, (2,), same_code=True)
    assert result_of(run_shipped(shipment, packed((4,)))) == 8
    other = shipment._replace(code=Code(shipment.code.modules, "0" * 64))
    with pytest.raises(OtherCode):
        result_of(run_shipped(other, packed((4,))))
    modules = ("flatlab.base.checks",)
    found = dict(OtherCode("", modules, {}).found)
    error = pickle.loads(pickle.dumps(OtherCode("node7", modules, found | {"flatlab.base.checks": "f" * 64})))
    assert isinstance(error, EngineError)
    assert str(error).startswith("worker on node7 is refused: Python is missing there and version 3.")


@pytest.mark.jit_free
def test_code_is_identified_by_the_sources_that_are_imported(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "engines_inner.py").write_text("x = 1\n")
    (tmp_path / "engines_outer.py").write_text("import engines_inner\n")
    before = code_of(["engines_outer"])
    assert code_of(["engines_outer"]) == before
    from flatlab.base.engines import sameness

    (tmp_path / "engines_inner.py").write_text("x = 2\n")
    sameness._identities.cache_clear()
    assert code_of(["engines_outer"]) != before
    assert sys.modules.get("engines_outer") is None


@pytest.mark.jit_free
def test_an_error_keeps_whether_it_is_a_refusal():
    from flatlab.base.refusals import is_refusal

    def error_of(function):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (either)
            result_of(run_shipped(ship(function, (), same_code=False), packed(("no number",))))
        return caught.value

    assert not is_refusal(error_of(int))
    assert is_refusal(error_of(_refuse))


def _refuse(word):
    raise ValueError(f"x must be a number, got {word!r}")
