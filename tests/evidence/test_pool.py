"""Which worker gets which claim."""

import pytest

from flatlab.evidence import pool as workers
from flatlab.evidence.pool import Queue

FILES = {"a": "one", "b": "two", "c": "two", "d": "two", "e": "three", "f": "three"}


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(workers, "claim_homes", lambda claims: FILES)
    return Queue(dict.fromkeys([*FILES, "g"]))


@pytest.mark.jit_free
def test_a_worker_stays_with_a_file_and_the_next_takes_the_fullest_that_is_left(queue):
    assert queue.take() == ("two", "b")
    assert queue.take() == ("three", "e")
    assert queue.take("two") == ("two", "c")
    assert queue.take("three") == ("three", "f")
    assert queue.take("three") == ("one", "a")
    assert queue.take("one") == (None, "g")  # typed at a prompt: of no file
    assert queue.take(None) == ("two", "d")  # the rest of a file that another worker has begun
    assert not queue


@pytest.mark.jit_free
def test_every_claim_is_taken_once(queue):
    taken, home = [], None
    while queue:
        home, key = queue.take(home)
        taken.append(key)
    assert sorted(taken) == sorted([*FILES, "g"])
