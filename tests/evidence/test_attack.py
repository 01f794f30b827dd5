"""Searches of many claims: noted as they go, resumed, limited in time and memory, the same in many processes."""

import json
import math
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from evidence.test_claim import claim

from flatlab.base.engines import engine_of
from flatlab.base.memory import at_most
from flatlab.evidence import notes as notes_module
from flatlab.evidence.attack import How, attack, attack_all, forget
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.notes import DIED, Notes, approaches, note_death
from flatlab.evidence.relations import AtMost, Estimate
from flatlab.evidence.search import nearest_failure

DOMAIN = {"x": Uniform(0.0, 1.0), "pair": Choice(((1, 2), (3, 4)))}


class Counted:
    """A claim that counts what is observed, and stops where it is told to."""

    def __init__(self, stop=math.inf, name="statement", **changes):
        self.calls, self.stop = 0, stop
        fields = {"domain": DOMAIN, "corners": (), "relation": AtMost(), "expect": 1.0, "observe": self.observe}
        self.claim = claim(id=f"paper/{name}", **fields | changes)

    def observe(self, s, rng):
        self.calls += 1
        if self.calls > self.stop:
            raise KeyboardInterrupt
        value = 0.9 - (s.x - 0.3) ** 2 + 1e-3 * rng.random()
        return Estimate(value, value - 0.01, value + 0.01)


def how(folder, evaluations=60):
    return How(evaluations, 0, str(folder), 4.0)


def test_an_interrupted_search_goes_on_and_ends_as_one_that_was_not(tmp_path):
    whole = Counted()
    undisturbed = nearest_failure(whole.claim, 60, 0)
    counted = Counted(stop=40)
    with pytest.raises(KeyboardInterrupt):
        attack(counted.claim, how(tmp_path))
    (approach,) = approaches(tmp_path)
    assert (approach.id, approach.count) == ("paper/statement", 40)
    assert 0 < approach.closest < 0.2
    counted.stop = math.inf
    found = attack(counted.claim, how(tmp_path))
    assert (found.nearest, found.finished) == (undisturbed, True)
    assert counted.calls == whole.calls + 1  # the one that was interrupted
    assert list(approaches(tmp_path)) == []
    assert attack(counted.claim, how(tmp_path)) == found
    assert counted.calls == whole.calls + 1
    forget(tmp_path, {"": counted.claim}, 0)
    assert not tmp_path.exists()


def test_notes_of_another_declaration_or_torn_ones_are_not_used(tmp_path):
    counted = Counted()
    attack(counted.claim, how(tmp_path))
    (file,) = tmp_path.iterdir()
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:21], lines[21][:10]]))  # ten settings, and a torn line
    again = Counted()
    attack(again.claim, how(tmp_path))
    assert again.calls == counted.calls - 10
    again.calls = 0
    attack(again.claim, how(tmp_path, 61))  # what follows the torn line is used
    assert again.calls <= 2
    other = Counted(statement="another")
    attack(other.claim, how(tmp_path))
    assert other.calls == counted.calls


def test_when_the_time_is_over_the_search_stops_and_says_so(tmp_path):
    counted = Counted()
    found = attack(counted.claim, how(tmp_path), seconds=-1.0)
    assert (found.finished, found.nearest.evaluations) == (False, 1)
    assert attack(counted.claim, how(tmp_path)).finished


def test_the_time_is_shared_the_cheapest_first(tmp_path):
    def slow(s, rng):
        time.sleep(0.1)
        return 0.5

    cheap = Counted(seconds=0.001)
    dear = Counted(name="dear", seconds=0.4, observe=slow)
    claims = {"dear": dear.claim, "cheap": cheap.claim}
    begun = time.monotonic()
    found = list(attack_all(claims, [], evaluations=60, seed=0, folder=tmp_path, minutes=0.05, workers=1))
    assert time.monotonic() - begun < 20
    assert [(one.id, one.finished) for one in found] == [("paper/statement", True), ("paper/dear", False)]
    assert 2 <= found[1].nearest.evaluations < 60


def test_the_setting_at_which_a_process_died_is_a_finding(tmp_path):
    counted = Counted(stop=7)
    with pytest.raises(KeyboardInterrupt):
        attack(counted.claim, how(tmp_path))
    note_death(tmp_path, counted.claim, 0)
    counted.stop = math.inf
    found = attack(counted.claim, how(tmp_path)).nearest
    assert found.status != "raises"  # on fresh random numbers it does not die
    assert DIED in Notes(tmp_path, counted.claim, 0)._known.values()


def test_a_setting_that_never_ends_is_a_finding(tmp_path, monkeypatch):
    monkeypatch.setattr(notes_module, "LONGEST", 0.05)

    def observe(s, rng):
        while s.x == 1.0:
            time.sleep(0.01)
        return 0.5

    found = attack(claim(domain=DOMAIN, corners=(), relation=AtMost(), expect=1.0, observe=observe), how(tmp_path, 12))
    assert (found.nearest.status, found.nearest.setting["x"]) == ("raises", 1.0)
    assert "did not end within 0.05 seconds" in found.nearest.error


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell how much a process has")
def test_a_setting_that_wants_too_much_memory_is_a_finding(tmp_path):
    def observe(s, rng):
        return 1.0 + float(np.zeros(int(1e9 * s.x) + 1)[0])  # 8 GB at the end of the range

    found = attack(claim(domain={"x": DOMAIN["x"]}, corners=(), observe=observe, expect=1.0), how(tmp_path, 8))
    assert (found.nearest.status, found.nearest.error[:12]) == ("raises", "MemoryError:")
    with at_most(1.0), pytest.raises(MemoryError):
        np.ones(10**9)
    with at_most(1.0):
        assert np.ones(10**6).sum() == 10**6


def test_limits_of_several_threads_leave_none_behind():
    before = resource.getrlimit(resource.RLIMIT_AS)
    first, second = at_most(1.0), at_most(2.0)
    for step in (first.__enter__, second.__enter__):
        step()
    first.__exit__(None, None, None)
    assert resource.getrlimit(resource.RLIMIT_AS) != before
    second.__exit__(None, None, None)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_domain_that_hardly_meets_its_hypotheses_is_refused_in_one_sentence(tmp_path):
    thin = claim(domain=DOMAIN, corners=(), hypotheses={"x is 1/2": lambda s: s.x == 0.5})
    found = attack(thin, how(tmp_path, 300))
    assert (found.nearest, found.finished) == (None, True)
    assert found.refusal.startswith("domain of paper/statement must meet its hypotheses, 2 of ")


FILE = """
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtMost
import os

CLAIMS = tuple(
    Claim(id=f"mine/{name}", title="t", statement="s", source="s", origin="measured", kind="upper bound",
          relation=AtMost(), observe=observe, expect=1.0,
          domain={"x": Uniform(0.0, 2.0), "k": Choice(((1, 2), (3, 4)))},
          controls=(Control("c", "w", expect=0.0),))
    for name, observe in {
        "true": lambda s, rng: s.x / 2,
        "false": lambda s, rng: s.x / 1.5,
        "deadly": lambda s, rng: os._exit(9) if s.x == 2 else 0.5,
    }.items()
)
"""


@pytest.mark.long
def test_every_engine_finds_the_same_and_processes_survive_a_death(tmp_path):
    file = tmp_path / "my_claims.py"
    file.write_text(FILE)
    from flatlab.evidence.discovery import select

    claims = select([str(file)])
    safe = {name: one for name, one in claims.items() if name != "mine/deadly"}
    call = {"evaluations": 30, "seed": 0, "memory": 4.0}
    here = {one.id: one for one in attack_all(safe, [str(file)], folder=tmp_path / "a", workers=1, **call)}
    there = {one.id: one for one in attack_all(claims, [str(file)], folder=tmp_path / "b", workers=2, **call)}
    deadly = there.pop("mine/deadly").nearest
    assert there == here
    with ThreadPoolExecutor(2) as pool:
        threads = attack_all(safe, [str(file)], folder=tmp_path / "c", engine=engine_of(pool), **call)
        assert {one.id: one for one in threads} == here
    assert here["mine/false"].nearest.setting["k"] in ((1, 2), (3, 4))
    assert (deadly.status, deadly.error, deadly.setting["x"]) == ("raises", DIED, 2.0)


def test_what_is_noted_is_plain(tmp_path):
    attack(Counted().claim, how(tmp_path))
    (file,) = tmp_path.iterdir()
    lines = [json.loads(line.partition("\t")[0]) for line in file.read_text().splitlines()]
    assert list(lines[0]) == ["key", "id"]
    assert lines[-1]["evaluations"] == 60
