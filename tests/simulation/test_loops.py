"""Pieces, interrupts, the interpreter's share: none of them changes a bit."""

import os
import signal
import subprocess
import sys
import threading
import time

import cases
import numpy as np
import pytest

from flatlab import ensemble, hitting_time, hitting_times, outputs, running, track, trajectory
from flatlab.compiler.common import common_form
from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.judge import verify
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, NSO, SAM, RandomlySmoothed, noise_laws
from flatlab.objectives import Noisy, Product, Quadratic, Valley, ValleyRisk
from flatlab.objectives.observables import Loss
from flatlab.objectives.valleys import named_profiles, profiles
from flatlab.simulation import forms, loops
from flatlab.simulation.requirements import generator
from flatlab.simulation.stopping import Below
from flatlab.simulation.trajectories import restarts
from paper_checks.ahn2024.problems.batch_smoothed import BatchSmoothed

QUADRATIC, STARTS = Quadratic([3.0, 1.0]), np.random.default_rng(1).standard_normal((40, 2))
NOISY = Noisy(QUADRATIC, 0.3)


def _everything(rng):
    """Return the bytes of one run of every kind."""
    parts = [
        trajectory(SAM(0.3, 0.1), QUADRATIC, STARTS[0], steps=700, record_every=7),
        trajectory(SAM(0.3, 0.1), NOISY, STARTS[0], steps=300, rng=rng),
        trajectory(GD(0.1), NOISY, STARTS[0], steps=500, record_every=3, until=Below(Loss(), 0.01), rng=rng),
        track(GD(0.1), NOISY, STARTS[0], Loss(), steps=301, record_every=3, rng=rng),
        *running(GD(0.1), NOISY, STARTS[0], Loss(), checkpoints=[1, 2, 150, 400], rng=rng),
        *outputs(GD(0.1), NOISY, STARTS[0], steps=120, rng=rng)[:2],
        restarts(GD(0.1), NOISY, STARTS[0], count=25, steps=4, rng=rng),
        ensemble(SAM(0.3, 0.1), QUADRATIC, STARTS, steps=250),
        ensemble(SAM(0.3, 0.1), NOISY, STARTS[:5], steps=250, seed=4),
        hitting_times(GD(0.1), NOISY, STARTS[:5], Loss(), below=0.01, steps=500),
        np.array(hitting_time(GD(0.1), NOISY, STARTS[0], Loss(), below=0.01, steps=500, rng=rng)),
        rng.standard_normal(2),  # the generator is where it was left
    ]
    return b"".join(np.asarray(part).tobytes() for part in parts)


@pytest.fixture
def no_interpreter(monkeypatch):
    """Compile from the first step on, so that pieces are pieces."""
    monkeypatch.setattr(forms, "FEW_NUMBERS", 0)


@pytest.mark.parametrize("steps", [1, 2, 7, 64, 10**6])
def test_the_length_of_the_pieces_changes_no_bit(steps, monkeypatch, no_interpreter):
    expected = _everything(np.random.default_rng(5))
    monkeypatch.setattr(forms, "_within", lambda wanted: steps)
    monkeypatch.setattr(loops, "FIRST_ROWS", min(steps, 64))
    assert _everything(np.random.default_rng(5)) == expected


def test_a_run_that_is_interpreted_has_the_bits_of_a_compiled_one(monkeypatch):
    monkeypatch.setattr(forms, "FEW_NUMBERS", 0)
    expected = _everything(np.random.default_rng(5))
    monkeypatch.setattr(forms, "FEW_NUMBERS", 10**9)
    monkeypatch.setattr(forms, "MOST_INTERPRETED", 10**9)
    monkeypatch.setattr(forms, "_in_use", set())
    assert _everything(np.random.default_rng(5)) == expected


@pytest.mark.long
@pytest.mark.parametrize(("name", "target"), cases.pairs())
def test_every_pair_gives_the_same_bits_compiled_and_interpreted(name, target):
    method, objective = cases.method(name).instance, cases.objective(target)
    assert forms.same_bits(method)

    def path():
        w, rows = np.random.default_rng(4).standard_normal(objective.size), np.empty((12, objective.size))
        work = loops.new_work(method, objective.instance, w)
        rng = generator(method, objective.instance, np.random.default_rng(3))
        loops._advance(method, objective.instance, w, work, rng, 1, rows)
        return rows.tobytes()

    with interpreted():
        plain = path()
    assert path() == plain


@pytest.fixture
def fresh_forms(monkeypatch):
    """As if no form had been used in this process, and none lay on disk."""
    monkeypatch.setattr(forms, "_in_use", set())
    monkeypatch.setattr(forms, "_interpreted_numbers", {})
    monkeypatch.setattr(forms, "_shared_steps", {})
    monkeypatch.setattr(loops._advance, "is_kept", lambda *arguments: False)


def test_few_steps_are_interpreted_and_many_are_compiled(fresh_forms, monkeypatch):
    trajectory(GD(0.1), QUADRATIC, [1.0, 1.0], steps=20)
    assert not forms._in_use
    trajectory(GD(0.1), QUADRATIC, [1.0, 1.0], steps=20000)
    assert len(forms._in_use) == 1


def test_the_interpreter_has_its_share_and_no_more(fresh_forms, monkeypatch):
    numbers = 20 * (2 + 2)  # a step reads the point and the eigenvalues
    monkeypatch.setattr(forms, "MOST_INTERPRETED", 2 * numbers)
    for _ in range(2):
        trajectory(GD(0.1), QUADRATIC, [1.0, 1.0], steps=20)
        assert not forms._in_use
    trajectory(GD(0.1), QUADRATIC, [1.0, 1.0], steps=20)
    assert len(forms._in_use) == 1


def test_each_claim_has_its_own_share(fresh_forms, monkeypatch):
    monkeypatch.setattr(forms, "MOST_INTERPRETED", 100)
    claim = Claim(
        id="mine/short",
        title="a short run",
        statement="It ends.",
        source="a test",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-12),
        observe=lambda setting, rng: trajectory(GD(0.1), QUADRATIC, [1.0, 1.0], steps=20)[0, 0],
        expect=lambda setting: 1.0,
        controls=[Control("twice", "not two", expect=lambda setting: 2.0, observe=lambda setting, rng: 1.0)],
        corners=[{"x": 1.0}],
        quick=0,
    )
    for _ in range(3):
        assert verify(claim).status == "holds"
        assert not forms._in_use


def test_what_lies_on_disk_is_not_interpreted(fresh_forms, monkeypatch):
    monkeypatch.setattr(loops._advance, "is_kept", lambda *arguments: True)
    trajectory(GD(0.1), QUADRATIC, [1.0, 1.0], steps=20)
    assert len(forms._in_use) == 1


def test_a_class_from_elsewhere_is_never_interpreted():
    class Mine(GD):
        pass

    assert not forms.same_bits(Mine(0.1))
    assert forms.same_bits(Noisy(QUADRATIC, 0.1))


def test_restarts_forget_what_came_before():
    rng, again = np.random.default_rng(8), np.random.default_rng(8)
    method = RandomlySmoothed(0.1, 0.1, 0.2, 10.0)
    ends = restarts(method, Product(2), [1.5, 1.0], count=7, steps=3, rng=rng)
    for end in ends:
        single = trajectory(method, Product(2), [1.5, 1.0], steps=3, rng=again)[-1]
        np.testing.assert_array_equal(end, single)


LONG_RUNS = {
    "trajectory": "trajectory(GD(0.1), q, [1.0, 1.0], steps=10**12, record_every=10**12)",
    "many records": "track(GD(0.1), q, [1.0, 1.0], Loss(), steps=10**12, record_every=10**9)",
    "running": "running(GD(0.1), q, [1.0, 1.0], Loss(), checkpoints=[10**12])",
    "hitting": "hitting_time(GD(0.1), q, [1.0, 1.0], Loss(), below=-1.0, steps=10**12)",
    "block": "ensemble(GD(0.1), q, np.ones((200, 2)), steps=10**12)",
    "threads": "ensemble(GD(0.1), n, np.ones((200, 2)), steps=10**12)",
    "pool of one's own": "ensemble(GD(0.1), n, np.ones((200, 2)), steps=10**12, executor=ThreadPoolExecutor(2))",
    "interpreted": "trajectory(GD(0.1), q, [1.0, 1.0], steps=10**12, record_every=10**12)",
}


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in ("running", "threads") else pytest.mark.long) for kind in LONG_RUNS]
)
def test_an_interrupt_ends_a_long_run(kind):
    program = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from flatlab import ensemble, hitting_time, running, track, trajectory
from flatlab.methods import GD
from flatlab.objectives import Noisy, Quadratic
from flatlab.objectives.observables import Loss
q = Quadratic([3.0, 1.0])
n = Noisy(q, 0.1)
short = {LONG_RUNS[kind]!r}.replace("10**12", "30000").replace("10**9", "300")
eval(short)  # compiled
print("begun", flush=True)
try:
    {LONG_RUNS[kind]}
except KeyboardInterrupt:
    print("ended", flush=True)
"""
    settings = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if kind == "interpreted":
        settings["NUMBA_DISABLE_JIT"] = "1"
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=settings)
    watch = threading.Timer(90, run.kill)  # a run that no interrupt ends must not hold up the others
    watch.start()
    try:
        assert run.stdout.readline() == "begun\n"
        time.sleep(1.0)
        assert run.poll() is None
        sent = time.monotonic()
        run.send_signal(signal.SIGINT)
        assert run.stdout.readline() == "ended\n"
        assert time.monotonic() - sent < 1.0 + 2.0  # a second, and two for a machine with neighbours
        assert run.communicate(timeout=10)
        assert run.returncode == 0
    finally:
        watch.cancel()
        run.kill()
        run.communicate()


CLAIM = """
from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.methods import GD
from flatlab.objectives import Quadratic
from flatlab.evidence.relations import Equal


def observe(setting, rng):
    print("begun", flush=True)
    return trajectory(GD(0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=10**12, record_every=10**12)[-1, 0]


ENDLESS = Claim(
    id="mine/endless",
    title="a run without an end",
    statement="It ends.",
    source="a test",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12),
    observe=observe,
    expect=lambda setting: 0.0,
    controls=[Control("none", "never judged", observe=lambda setting, rng: 1.0)],
    corners=[{"x": 1.0}],
    quick=0,
)
"""


def test_an_interrupt_ends_verify(tmp_path):
    claim = tmp_path / "endless.py"
    claim.write_text(CLAIM)
    run = subprocess.Popen(
        [sys.executable, "-m", "flatlab", "verify", str(claim)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    watch = threading.Timer(90, run.kill)
    watch.start()
    try:
        while run.stdout.readline() != "begun\n":
            assert run.poll() is None
        time.sleep(2.0)
        assert run.poll() is None
        sent = time.monotonic()
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=20)
        assert run.returncode == 130
        assert time.monotonic() - sent < 1.0 + 2.0
    finally:
        watch.cancel()
        run.kill()
        run.communicate()


def _admitted(law):
    try:
        return noise_laws.check_law(law)
    except ValueError:  # it breaks the assumptions on purpose
        return noise_laws.Breached(law)


PARTS = [
    *((NSO(schedule, 0.1), Noisy(QUADRATIC, 0.3)) for schedule in cases.parts_of("SCHEDULES")),
    *((NSO(0.1, 0.1, law=_admitted(law)), Noisy(QUADRATIC, 0.3)) for law in cases.parts_of("LAWS")),
    *((SAM(0.05, 0.1), Valley(profiles.ScaledProfile(profile, 1.3, 0.7))) for profile in cases.parts_of("PROFILES")),
    (BatchSmoothed(0.1, 0.2), ValleyRisk(profiles.SoftRamp(), 2, 1)),
]


@pytest.mark.long
@pytest.mark.parametrize(("method", "objective"), PARTS)
def test_every_part_that_is_interpreted_gives_the_bits_of_machine_code(method, objective):
    assert forms.same_bits(method)
    assert forms.same_bits(objective)

    def path():
        w = np.array([0.3, 0.8, 0.6])[: 3 if isinstance(objective, ValleyRisk) else 2]
        rows, rng = np.empty((12, w.size)), generator(method, objective, np.random.default_rng(3))
        if isinstance(getattr(method, "law", None), noise_laws.Scripted):
            method.law.cursor[:] = 0  # it goes on where the last run stopped
        work = loops.new_work(method, objective, w)
        loops._advance(common_form(method), common_form(objective), w, work, rng, 1, rows)
        return rows.tobytes()

    with interpreted():
        plain = path()
    assert path() == plain


def test_classes_of_one_common_form_share_their_machine_code(fresh_forms, no_interpreter):
    for profile in (*cases.parts_of("PROFILES"), profiles.ScaledProfile(profiles.Wave(), 1.3, 0.7)):
        trajectory(SAM(0.05, 0.1), Valley(profile), [0.1, 0.5], steps=3)
    assert len(forms._in_use) == 1
    for law in map(_admitted, cases.parts_of("LAWS")):
        trajectory(NSO(0.1, 0.1, law=law), NOISY, [1.0, 1.0], steps=3, rng=np.random.default_rng(1))
    assert len(forms._in_use) == 4  # the Gaussian law stands for itself, and a scripted one holds numbers of its own


def test_a_profile_within_two_scales_keeps_its_own_form():
    twice = profiles.ScaledProfile(profiles.ScaledProfile(named_profiles.Bump(), 1.2, 0.7), 1.3, 0.6)
    assert common_form(twice) is twice
    assert profiles.profile_at(common_form(twice.profile), 0.4) == profiles.profile_at(twice.profile, 0.4)


def test_a_class_from_elsewhere_keeps_its_own_form(fresh_forms, no_interpreter):
    class Mine(Valley):
        pass

    forms.form(loops._advance, (SAM(0.05, 0.1), Mine(profiles.Parabola())), 10**6, 2)
    (key,) = forms._in_use
    assert (Mine, (profiles.Parabola,)) in key
