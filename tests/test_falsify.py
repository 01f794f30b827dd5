"""The commands ``falsify`` and ``map``: what they print, keep and leave, and how they end."""

import json
import subprocess
import sys
import types

import numpy as np
import pytest
from tiny_claims import tiny
from typer.testing import CliRunner

from flatlab.cli import app
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtMost, Equal, Estimate
from flatlab.storage.records import load, parameters_of

FILE = """
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtMost

CLAIMS = tuple(
    Claim(
        id=f"mine/{name}", title=name, statement="s", source="s", origin="measured", kind="upper bound",
        relation=AtMost(), observe=observe, expect=1.0, fixed={"k": 2},
        domain={"x": Uniform(0.0, 2.0), "y": Uniform(0.0, 1.0), "pair": Choice(((1, 2), (3, 4)))},
        corners=({"x": 0.5, "y": 0.5, "pair": (1, 2)},), hypotheses={"x is below 1.9": lambda s: s.x < 1.9},
        controls=(Control("c", "w", expect=0.0),),
    )
    for name, observe in {"true": lambda s, rng: s.x / 2, "false": lambda s, rng: s.x * s.y * s.pair[0] / 5}.items()
)
"""

OVERRIDDEN = """
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtMost

CLAIMS = tuple(
    Claim(
        id=f"mine/{name}", title=name, statement="s", source="s", origin="measured", kind="upper bound",
        relation=AtMost(), observe=lambda s, rng: 0.5 + 0.2 * s.k, expect=1.0, fixed={"k": 1},
        domain={"x": Uniform(0.0, 1.0)}, corners=({"x": 0.5}, {"x": 0.5, "k": 4}),
        controls=(Control("c", "w", expect=0.0),),
    )
    for name in ("one", "two")
)
"""
FOUND_NONE = "tiny/right: no counterexample in {} settings; "


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def installed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    claims = {}
    monkeypatch.setattr("flatlab.evidence.discovery.installed_claims", lambda *_: claims)

    def install(*some):
        claims.clear()
        claims.update({one.id: one for one in some})

    return install


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = f"claims_{tmp_path.name}.py"  # a module of its own in every test
    (tmp_path / name).write_text(FILE)
    return name


def test_falsify_finds_the_nearest_setting_and_ends_with_1_for_a_counterexample(installed, tmp_path):
    installed(tiny())
    result = call("falsify", "--evaluations", 20)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(FOUND_NONE.format(20) + "nearest to failing: 2 = 2, margin 1 at x=1")
    installed(tiny(), tiny("wrong", observe=lambda s, rng: 2 * s.x + (s.x > 1.9)))
    result = call("falsify", "--evaluations", 20, "--workers", 1)
    assert result.exit_code == 1
    assert "tiny/wrong: fails after 20 settings; nearest to failing: 5 = 4, margin" in result.stdout
    assert "at x=2" in result.stdout
    assert result.stdout.endswith("2 claims, 1 refuted; closest margin -2.5e+11\n")
    assert list((tmp_path / "results").iterdir()) == []


def test_what_is_no_refutation_is_not_called_one(installed):
    rounding = tiny("rounding", relation=Equal(rtol=1e-18), expect=lambda s: 2 * s.x * (1 + 2**-52))
    unsure = tiny("unsure", relation=AtMost(), expect=1.0, observe=lambda s, rng: Estimate(1.0, 0.9, 1.1))
    installed(rounding, unsure, tiny())
    result = call("falsify", "--evaluations", 20, "--workers", 1)
    assert result.exit_code == 0
    lines = {line.partition(":")[0]: line.partition(": ")[2] for line in result.stdout.splitlines()}
    none = "no counterexample in 20 settings; "
    assert lines["tiny/rounding"].startswith(f"{none}misses by rounding only: 3 = 3.000000000000001 at x=1.5")
    assert lines["tiny/unsure"].startswith(f"{none}nearest to failing, not decided: 1 ≤ 1, margin -0.1 at x=")
    assert result.stdout.endswith("3 claims, 0 refuted; closest margin -0.1; 1 missed by rounding only\n")


def test_three_lines_of_python_show_the_counterexample(file):
    result = call("falsify", file, "--evaluations", 40, "--workers", 1)
    assert result.exit_code == 1
    shown = [line for line in result.stdout.splitlines() if line.startswith("    ")]
    assert len(shown) == 3
    code = "\n".join(line.strip() for line in shown)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = next(line for line in result.stdout.splitlines() if line.startswith("mine/false: fails"))
    numbers = found.partition("nearest to failing: ")[2].partition(", margin")[0]
    assert done.stdout.startswith(f"{numbers} fails, margin -")
    assert '"pair": [3, 4]' in done.stdout or "pair=[3, 4]" in done.stdout


@pytest.mark.parametrize("workers", [1, 2])
def test_a_counterexample_in_a_corner_has_the_constants_of_the_corner(tmp_path, monkeypatch, workers):
    monkeypatch.chdir(tmp_path)
    name = f"corner_{workers}_{tmp_path.name}.py"
    (tmp_path / name).write_text(OVERRIDDEN)
    result = call("falsify", name, "--evaluations", 40, "--workers", workers)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    found = next(line for line in lines if line.startswith("mine/one: fails"))
    assert found.endswith("1.3 ≤ 1, margin -0.3 at k=4, x=0.5")
    code = "\n".join(line.strip() for line in lines if line.startswith("    "))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) == {"1.3 ≤ 1 fails, margin -0.3 at k=4, x=0.5"}


def test_what_falsify_found_is_kept_beside_the_paper(installed, tmp_path, monkeypatch):
    package = types.ModuleType("tiny")
    package.__path__ = [str(tmp_path / "tiny")]
    (tmp_path / "tiny").mkdir()
    monkeypatch.setitem(sys.modules, "tiny", package)
    installed(tiny())
    assert call("falsify", "--evaluations", 20, "--no-keep").exit_code == 0
    assert not list((tmp_path / "tiny").iterdir())
    assert call("falsify", "--evaluations", 20).exit_code == 0
    assert list(json.loads((tmp_path / "tiny" / "nearest.json").read_text())) == ["tiny/right"]


def test_an_interrupt_keeps_what_was_found_and_the_same_call_goes_on(installed, tmp_path):
    calls = []

    def observe(s, rng):
        calls.append(s.x)
        if len(calls) == 11:
            raise KeyboardInterrupt
        return 2 * s.x

    installed(tiny(observe=observe))
    result = call("falsify", "--evaluations", 30)
    assert result.exit_code == 130
    assert result.stdout == "tiny/right: 10 settings, closest margin 1\n"
    assert result.stderr.startswith("flatlab: interrupted; what was judged is kept in results/falsify, the same call")
    assert call("falsify", "--evaluations", 30).exit_code == 0
    assert len(calls) == 30 + 1 + 1  # the one that was interrupted, and the confirmation
    assert list((tmp_path / "results").iterdir()) == []


def test_when_the_time_is_over_it_says_so_and_the_same_call_goes_on(installed, tmp_path):
    installed(tiny())
    result = call("falsify", "--minutes", 1e-9)
    assert result.exit_code == 0
    assert result.stdout.endswith(
        "the time was over before 1 of them were finished; the same call goes on from there\n"
    )
    assert len(list((tmp_path / "results" / "falsify").iterdir())) == 1
    assert call("falsify").stdout.startswith(FOUND_NONE.format(300))


def test_a_claim_without_a_domain_is_judged_in_its_settings_and_says_so(installed):
    installed(tiny(domain={}, corners=[{"x": 1.0}, {"x": 2.0}]))
    result = call("falsify")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "tiny/right: no counterexample in its 2 settings, there is no domain to search; nearest"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--evaluations", 0], "evaluations must be a whole number, 1 or above, got 0"),
        (["--minutes", 0], "minutes must be a finite number above 0, got 0"),
        (["--workers", 0], "workers must be a whole number, 1 or above, got 0"),
        (["--memory", -1], "memory must be a finite number above 0, got -1"),
        (["--seed", -1], "seed must be"),
        ([], "domain of tiny/right must meet its hypotheses, "),
    ],
)
def test_a_wrong_call_gives_one_sentence_and_status_two(installed, words, sentence):
    installed(tiny(domain={"x": Uniform(1.0, 2.0)}, corners=(), hypotheses={"x is 1": lambda s: s.x == 1}))
    result = call("falsify", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"flatlab: {sentence}")
    assert result.stderr.count("\n") == 1


def test_a_map_is_a_record_and_a_figure(file, tmp_path):
    result = call("map", file, "--over", "x", "y")
    assert (result.exit_code, result.stderr) == (2, f"flatlab: CLAIM must be one claim, {file!r} stands for 2\n")
    (tmp_path / f"one_{file}").write_text(FILE.replace('"true": lambda s, rng: s.x / 2, ', ""))
    result = call("map", f"one_{file}", "--over", "x", "y=0.5:2", "--at", "pair=(3, 4)", "--points", 7)
    assert result.exit_code == 0, result.output
    names = [line.rpartition("/")[2] for line in result.stdout.splitlines()]
    assert names == [f"map_mine_false.{suffix}" for suffix in ("nc", "pdf", "svg", "png")]
    record = load(tmp_path / "results" / "map_mine_false.nc")
    made = parameters_of(record)
    assert made == {
        "claim": "mine/false",
        "over": ["x", "y"],
        "logarithmic": [],
        "at": {"k": 2, "pair": [3, 4]},
    }
    x, y = record.x.values, record.y.values
    assert (x[0], x[-1], y[0], y[-1]) == (-0.5, 2.5, 0.5, 2.0)
    assert record.margin.values == pytest.approx(np.minimum(1 - 0.6 * x * y[:, None], 1.0))
    assert (record.status.values == 2 * (0.6 * x * y[:, None] <= 1)).all()
    assert (record.inside.values == ((x >= 0) & (x < 1.9) & (y[:, None] <= 1))).all()
    finer_x, finer_y = record.finer_x.values, record.finer_y.values
    assert (record.stated.values == ((finer_x >= 0) & (finer_x < 1.9) & (finer_y[:, None] <= 1))).all()
    assert finer_x[:8] == pytest.approx(x[0] + (np.arange(8) - 3.5) / 8 * 0.5)
    least_x, least_y = float(record.least_x), float(record.least_y)
    assert 1.8 < least_x < 1.9  # not beyond the hypothesis
    assert 0.95 < least_y <= 1.0
    assert float(record.least_margin) == pytest.approx(1 - 0.6 * least_x * least_y)
    assert not (tmp_path / "results" / "map").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--over", "x", "z"], "over must name a range of tiny/right (x, n), got 'z'"),
        (["--over", "x", "kind"], "over must name a range of tiny/right (x, n), got 'kind'"),
        (["--over", "x", "x"], "over must name two parameters, got 'x' twice"),
        (["--over", "x", "n=3"], "over must give the ends of n as n=1:10, the lower first, got '3'"),
        (["--over", "x=2:1", "n"], "over must give the ends of x as x=1:10, the lower first, got '2:1'"),
        (["--over", "x", "n", "--at", "z=1"], "at must name parameters of tiny/right (x, n, kind), got 'z'"),
        (["--over", "x", "n", "--at", "kind"], "at must be given as name=value, got 'kind'"),
        (["--over", "x", "n", "--points", 1], "points must be a whole number, 2 or above, got 1"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused_in_one_sentence(installed, words, sentence):
    domain = {"x": Uniform(1.0, 2.0), "n": Uniform(0.0, 1.0), "kind": Choice(("a", "b"))}
    installed(tiny(domain=domain, corners=()))
    result = call("map", "tiny/right", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"flatlab: {sentence}\n"
