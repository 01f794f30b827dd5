import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tiny_claims import FILE, claims_file, tiny
from typer.testing import CliRunner

import flatlab.cli
from flatlab.cli import app
from flatlab.evidence.checkpoint import Unfinished
from flatlab.evidence.claim import KINDS, ORIGINS
from flatlab.evidence.discovery import claims_of_path
from flatlab.evidence.judge import verdict_of
from flatlab.evidence.seeds import read_record
from flatlab.lab.exits import UNAVAILABLE
from flatlab.report import catalogue

STEPS = ("first", "second", "third")


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def flatlab_command(*words):
    """Return the words that call the command in a process of its own, as the console script does."""
    return [sys.executable, "-c", "from flatlab.cli import main; main()", *map(str, words)]


@pytest.fixture
def file(tmp_path):
    return claims_file(tmp_path / "claims")


def log(file):
    text = file.parent / "log.txt"
    return text.read_text().split() if text.exists() else []


def verdicts(folder):
    return json.loads((folder / "verdicts.json").read_text())


def left_behind(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def without_seconds(document):
    del document["checksum"]
    for row in document["claims"]:
        del row["seconds"]
    return document


def test_every_claim_holds_and_every_control_breaks(tmp_path, file):
    result = call("verify", file, "--workers", 1, "--output", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].split() == [
        "claim",
        "status",
        "level",
        "observed",
        *("expected", "tolerance", "margin", "settings", "controls", "seconds"),
    ]
    assert [line.split()[:2] for line in lines[1:4]] == [[f"filed/{name}", "holds"] for name in STEPS]
    assert lines[-1].startswith("3 claims: 3 hold, 0 inconclusive, 0 fail; 3 of 3 controls broke; written to ")
    assert left_behind(tmp_path / "out") == ["verdicts.csv", "verdicts.json", "verdicts.md"]
    found = verdicts(tmp_path / "out")
    assert (found["seed"], found["budget"]) == (20231, "quick")
    assert [row["settings"] for row in found["claims"]] == [2, 2, 2]


def test_nothing_but_plain_lines_where_there_is_no_terminal(tmp_path, file):
    result = call("verify", file, "--workers", 1, "--output", tmp_path / "out")
    assert "\x1b" not in result.stdout
    assert "judging claims" not in result.stdout


def test_the_evidence_is_printed_on_demand(tmp_path, file):
    plain, told = (call("verify", file, "--workers", 1, "--output", tmp_path, *more) for more in ((), ("--evidence",)))
    shown = [line.strip() for line in told.stdout.splitlines() if line not in plain.stdout.splitlines()]
    assert sum(line.startswith("nearest to failing: ") and " at x=1." in line for line in shown) == 3
    assert sum(line.startswith("control 'thrice': ") and " breaks at x=1." in line for line in shown) == 3


def test_many_seeds_are_counted_and_kept(tmp_path, file):
    record = tmp_path / "seeds.json"
    first, again = (call("seeds", file, "--count", 3, "--record", record) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout.splitlines()[-1].startswith("3 claims, 9 quick verdicts, 0 alarms; at a level of 0.1 ")
    assert again.stdout == first.stdout.splitlines()[-1] + "\n"
    full = call("seeds", file, "--count", 1, "--full", "--record", record)
    assert "3 claims, 3 full verdicts, 0 alarms" in full.stdout
    assert [len(kept) for kept in read_record(record).values()] == [3, 3]


def test_records_of_seeds_are_merged_and_only_what_stands_is_counted(tmp_path, file):
    quick, full, whole = (tmp_path / f"{name}.json" for name in ("quick", "full", "whole"))
    call("seeds", file, "--count", 2, "--record", quick)
    call("seeds", file, "--count", 3, "--full", "--record", full)
    merge = "seeds", file, "--record", whole, "--merge", quick, "--merge", full
    merged = call(*merge)
    assert (merged.exit_code, merged.stderr) == (0, "")
    assert [line.partition("; ")[0] for line in merged.stdout.splitlines()] == [
        "3 claims, 6 quick verdicts, 0 alarms",
        "3 claims, 9 full verdicts, 0 alarms",
    ]
    assert read_record(whole) == {"quick": read_record(quick)["quick"], "full": read_record(full)["full"]}
    file.write_text(file.read_text().replace('return 2 * setting["x"]', 'return 2.0 * setting["x"]'))
    assert call(*merge).stdout.startswith("0 claims, 0 quick verdicts, 0 alarms; ")
    missing = call(*merge[:-1], tmp_path / "none.json")
    assert (missing.exit_code, "merge must name a record, found none at " in missing.stderr) == (2, True)


def test_seed_and_budget_are_passed_on(tmp_path, file):
    call("verify", file, "--workers", 1, "--full", "--seed", 5, "--output", tmp_path)
    found = verdicts(tmp_path)
    assert (found["seed"], found["budget"], found["claims"][0]["settings"]) == (5, "full", 3)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("lambda setting: 2 * ", "lambda setting: 2.5 * ", "does not hold at x="),
        ("rng: 3 *", "rng: 2 *", "control 'thrice' did not break it"),
        ('return 2 * setting["x"] +', 'return 1 / 0 * setting["x"] +', "py, line 24: ZeroDivisionError"),
    ],
)
def test_one_that_does_not_pass_gives_status_one(tmp_path, before, after, words):
    assert before in FILE
    file = claims_file(tmp_path / "claims", FILE.replace(before, after))
    result = call("verify", file, "--workers", 1, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert words in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert [row["status"] for row in verdicts(tmp_path / "out")["claims"]] == ["fails"] * 3


def test_a_vacuous_bound_gives_status_one(tmp_path):
    changes = {
        "import Equal": "import AtMost",
        "Equal(rtol=1e-12)": "AtMost(tight_within=10.0)",
        'kind="equality"': 'kind="upper bound"',
        'expect=lambda setting: 2 * setting["x"]': "expect=1e6",
        "rng: 3 * setting": "rng: 1e9 * setting",
    }
    text = FILE
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    result = call("verify", claims_file(tmp_path / "claims", text), "--workers", 1, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert [row["status"] for row in verdicts(tmp_path / "out")["claims"]] == ["vacuous"] * 3
    assert "3 claims: 0 hold, 0 inconclusive, 3 vacuous, 0 fail; 3 of 3 controls broke" in result.stdout


@pytest.mark.parametrize("workers", [1, 2])
def test_a_control_that_raises_is_named_with_its_setting(tmp_path, workers):
    text = FILE.replace("rng: 3 *", "rng: 1 / 0 *").replace(
        "        quick=2,", '        corners=[{"x": 1.5}],\n        quick=2,'
    )
    result = call("verify", claims_file(tmp_path / "claims", text), "--workers", workers, "--output", tmp_path / "out")
    assert result.exit_code == 1
    words = "ZeroDivisionError: division by zero, in control 'thrice' at x=1.5"
    assert all(row["error"].endswith(words) for row in verdicts(tmp_path / "out")["claims"])


def test_inconclusive_counts_as_not_passed(tmp_path):
    text = FILE.replace("import Equal", "import Estimate, WithinInterval").replace(
        "Equal(rtol=1e-12)", "WithinInterval(1)"
    )
    text = text.replace('return 2 * setting["x"]', 'return Estimate(2, -9, 9); 2 * setting["x"]')
    text = text.replace('rng: 3 * setting["x"]', "rng: Estimate(50, 49, 51)")
    result = call("verify", claims_file(tmp_path / "claims", text), "--workers", 1, "--output", tmp_path / "out")
    assert (result.exit_code, {row["status"] for row in verdicts(tmp_path / "out")["claims"]}) == (1, {"inconclusive"})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["verify", "no-such-claim"], "claim must be an id, a paper or a path, got 'no-such-claim'"),
        (["show", "no-such-claim"], "claim must be an id, a paper or a path, got 'no-such-claim'"),
        (["verify", "FILE", "--seed", "-1"], "seed must be a whole number, 0 or above, got -1"),
        (["verify", "FILE", "--workers", "0"], "workers must be a whole number, 1 or above, got 0"),
        (["verify", "FILE", "--output", "FILE"], "output must be a folder that can be written to, got"),
        (["results", "--verdicts", "nowhere.json"], "verdicts must be a file written by `flatlab verify`"),
        (["list", "--paper", "nobody1999"], "paper must be one of"),
    ],
)
def test_a_wrong_call_gives_one_sentence_and_status_two(tmp_path, file, words, sentence):
    result = call(*[str(file) if word == "FILE" else word for word in words])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"flatlab: {sentence}")
    assert result.stderr.count("\n") == 1


def test_an_unknown_option_gives_status_two():
    assert call("verify", "--sead", "1").exit_code == 2


def test_the_nearest_claim_is_suggested(monkeypatch):
    monkeypatch.setattr("flatlab.evidence.discovery.installed_claims", lambda *_: {"tiny/right": tiny()})
    assert "Did you mean 'tiny/right'?" in call("verify", "tiny/rigth").stderr


def test_code_that_cannot_be_imported_gives_one_sentence(tmp_path):
    file = claims_file(tmp_path / "claims", "def broken(:\n")
    result = call("verify", file, "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "could not be collected from" in result.stderr
    assert "SyntaxError" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_interrupt_keeps_what_is_finished_and_the_same_call_goes_on(tmp_path, file):
    stop = file.parent / "stop-second"
    stop.touch()
    out = tmp_path / "out"
    words = ("verify", file, "--workers", 1, "--seed", 3, "--output", out)
    result = call(*words)
    assert result.exit_code == 130
    assert result.stderr.startswith("flatlab: interrupted; ")
    assert left_behind(out) == ["unfinished/quick-3/filed%2Ffirst.json"]
    stop.unlink()
    (file.parent / "log.txt").unlink()
    result = call(*words)
    assert result.exit_code == 0
    assert "1 of 3 claims taken from an unfinished run" in result.stdout
    assert set(log(file)) == {"second", "third"}
    assert left_behind(out) == ["verdicts.csv", "verdicts.json", "verdicts.md"]
    resumed = verdicts(out)
    call(*words)
    assert set(log(file)) == set(STEPS)
    assert without_seconds(verdicts(out)) == without_seconds(resumed)


@pytest.mark.parametrize("other", [["--no-resume"], ["--seed", "4"], ["--full"]])
def test_another_call_begins_anew(tmp_path, file, other):
    stop = file.parent / "stop-second"
    stop.touch()
    words = ("verify", file, "--workers", 1, "--seed", 3, "--output", tmp_path / "out")
    call(*words)
    stop.unlink()
    (file.parent / "log.txt").unlink()
    assert call(*words, *other).exit_code == 0
    assert set(log(file)) == set(STEPS)


def test_an_edited_source_begins_anew(tmp_path, file):
    claims = claims_of_path(file)
    Unfinished(tmp_path, claims, 1, "quick").keep(verdict_of(claims["filed/first"]))
    assert list(Unfinished(tmp_path, claims, 1, "quick").verdicts()) == ["filed/first"]
    (file.parent / "neighbour.py").write_text("x = 1")  # imported by nobody
    assert list(Unfinished(tmp_path, claims, 1, "quick").verdicts()) == ["filed/first"]
    file.write_text(file.read_text() + "# edited")
    assert Unfinished(tmp_path, claims, 1, "quick").verdicts() == {}


def test_a_claim_that_raised_is_not_kept(tmp_path, file):
    claims = claims_of_path(file)
    Unfinished(tmp_path, claims, 1, "quick").keep(verdict_of(claims["filed/first"], error="MemoryError"))
    assert Unfinished(tmp_path, claims, 1, "quick").verdicts() == {}


def test_verdicts_do_not_depend_on_the_number_of_workers(tmp_path, file):
    for workers in (1, 2):
        result = call("verify", file, "--workers", workers, "--output", tmp_path / str(workers))
        assert result.exit_code == 0, result.output
    assert without_seconds(verdicts(tmp_path / "1")) == without_seconds(verdicts(tmp_path / "2"))


def test_a_worker_that_dies_gives_one_sentence(tmp_path, file):
    (file.parent / "die-second").touch()
    result = call("verify", file, "--workers", 2, "--output", tmp_path / "out")
    assert result.exit_code == UNAVAILABLE
    assert "the process that judged filed/second died" in result.stderr
    assert not (tmp_path / "out" / "verdicts.json").exists()


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_an_interrupt_ends_busy_and_idle_workers_at_once(tmp_path, file):
    (file.parent / "sleep-second").touch()
    out = tmp_path / "out"
    words = flatlab_command("verify", file, "--workers", 2, "--output", out)
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path
    )
    others = ["unfinished/quick-20231/filed%2Ffirst.json", "unfinished/quick-20231/filed%2Fthird.json"]
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (
            (file.parent / "pid-second").exists() and out.exists() and left_behind(out) == others
        ):
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to parent and workers alike
        stdout, stderr = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert {"filed/first", "filed/third"} <= set(stdout.split())
    assert stderr.startswith("flatlab: interrupted; ")
    assert stderr.count("\n") == 1
    assert left_behind(out) == others
    with pytest.raises(ProcessLookupError):
        os.kill(int((file.parent / "pid-second").read_text()), 0)


def test_list_and_show(monkeypatch, file):
    claims = {claim.id: claim for claim in (tiny(note="Mind the step."), tiny("other"))}
    monkeypatch.setattr("flatlab.evidence.discovery.installed_claims", lambda *_: claims)
    lines = call("list", "--paper", "tiny").stdout.splitlines()
    assert lines[0].split() == ["id", "kind", "origin", "level", "searched", "title"]
    assert [line.split()[0] for line in lines[1:]] == ["tiny/right", "tiny/other"]
    assert (
        len(call("list", "--origin", "derived", "--kind", "equality", "--level", "measured").stdout.splitlines()) == 3
    )
    for known in ("--origin", "quoted"), ("--kind", "rate"), ("--level", "attacked"):
        assert len(call("list", *known).stdout.splitlines()) == 1
        assert call("list", known[0], "other").exit_code == 2
    assert len(call("list", "--unsearched").stdout.splitlines()) == 3
    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "evidence_level", lambda claim: ("proved", 299 + (claim.id == "tiny/right")))
        assert [line.split()[0] for line in call("list", "--unsearched").stdout.splitlines()[1:]] == ["tiny/other"]
    assert len(call("list", "--words", "DOUBLE of x").stdout.splitlines()) == 3
    assert len(call("list", "--words", "treble").stdout.splitlines()) == 1
    text = call("show", "tiny/right").stdout
    for words in (
        "The double of x is 2x.",
        "a test",
        "level     measured",
        "derived",
        "equality",
        "Mind the step.",
        "thrice: three is not two",
    ):
        assert words in text
    assert "Uniform(low=1.0, high=2.0)" in text
    assert str(file) in call("show", file).stdout


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("experiments", ["plane_trajectory", "How does"]),
        ("figures", ["escape_map", "escape_paths"]),
        ("methods", ["SAM(eta, rho)", "HeavyBall(method, momentum"]),
        ("objectives", ["Quadratic(eigenvalues", "Noisy(base"]),
    ],
)
def test_what_there_is_can_be_listed(what, words):
    result = call("list", what)
    assert (result.exit_code, result.stderr) == (0, "")
    for word in words:
        assert word in result.stdout
    assert call("list", what, "--paper", "tiny").exit_code == 2


def test_the_pages_of_results_take_the_rows_that_were_judged(monkeypatch, tmp_path, file):
    call("verify", file, "--workers", 1, "--output", tmp_path)
    docs = tmp_path / "docs"
    words = ("results", docs, "--verdicts", tmp_path / "verdicts.json")
    found = claims_of_path(file)
    del found["filed/third"]
    monkeypatch.setattr("flatlab.evidence.discovery.installed_claims", lambda *_: {"tiny/right": tiny(), **found})
    assert call(*words).stdout.endswith("docs: updated\n")
    assert [page.name for page in (docs / "results").iterdir()] == ["filed.md"]  # no other paper was judged
    text = (docs / "results" / "filed.md").read_text(encoding="utf-8")
    assert [f"`filed/{name}`" in text for name in STEPS] == [True, True, False]
    assert call(*words).stdout.endswith("docs: up to date\n")


def test_two_runs_are_compared(tmp_path, file):
    call("verify", file, "--workers", 1, "--output", tmp_path / "old")
    old, new = tmp_path / "old" / "verdicts.json", tmp_path / "new" / "verdicts.json"
    same = call("diff", old, old)
    assert (same.exit_code, same.stdout) == (0, "0 of 3 claims differ\n")
    assert FILE.count('"third"') == 1
    changed = FILE.replace("lambda setting: 2 * ", "lambda setting: 2.5 * ").replace('"third"', '"new"')
    call("verify", claims_file(tmp_path / "other", changed), "--workers", 1, "--output", tmp_path / "new")
    worse = call("diff", old, new)
    assert worse.exit_code == 1
    assert "filed/first\n    status: holds -> fails\n    nearest to failing: " in worse.stdout
    assert "filed/third\n    is gone\nfiled/new\n    is new: fails\n" in worse.stdout
    assert worse.stdout.endswith("4 of 4 claims differ\n")
    assert call("diff", new, new).exit_code == 0
    assert call("diff", old, tmp_path / "none.json").exit_code == 2


def test_verdicts_come_as_a_table_for_a_paper(tmp_path, file):
    call("verify", file, "--workers", 1, "--output", tmp_path)
    where = ("--verdicts", tmp_path / "verdicts.json")
    lines = call("table", *where).stdout.splitlines()
    assert lines[0] == "| claim | observed |  | stated | tolerance | settings | level | verdict |"
    assert len(lines) == 2 + 3
    latex = call("table", "filed/first", "--latex", *where).stdout.splitlines()
    assert latex[0] == r"\begin{tabular}{lrclllll}"
    assert len(latex) == 7
    assert latex[4].count(" & ") == 7
    assert latex[4].endswith(r" & holds \\")
    assert r"$1\cdot10^{-12}$" in latex[4]
    assert "Did you mean 'filed/first'?" in call("table", "filed/frist", *where).stderr


def test_help_comes_without_the_heavy_imports():
    code = "import sys; from flatlab.cli import main; sys.argv = ['flatlab', '--help']\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "heavy = {'xarray', 'matplotlib', 'pandas', 'scipy.stats', 'rich.progress'} & set(sys.modules)\n"
    code += "sys.exit(f'imported {heavy}' if heavy else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "verify" in done.stdout


def test_the_version_is_shown():
    assert call("--version").stdout.strip() == flatlab.__version__


def test_the_help_of_a_list_tells_the_words_that_it_takes():
    text = " ".join(call("list", "-h").output.replace("│", " ").split())
    words = (*catalogue.KINDS, *KINDS, *ORIGINS, "measured", "attacked", "partly proved", "proved")
    assert [word for word in words if word not in text] == []
