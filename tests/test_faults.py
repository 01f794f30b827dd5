"""What goes wrong outside the mathematics is said in one sentence, with a status of its own, and is never green."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import types

import pytest
from command import call, flatlab_command, verdicts
from tiny_claims import FILE, claims_file, tiny

import flatlab.evidence.discovery as discovery
from flatlab.lab import figures
from flatlab.lab.exits import BROKEN_PIPE, DEFECT, NOT_WRITTEN, TERMINATED, UNAVAILABLE

REFUSED = "from flatlab.objectives import Quadratic; Quadratic([-1.0, float('nan')])"
OBSERVED = 'return 2 * setting["x"] +'


@pytest.mark.parametrize(("code", "workers"), [("raise SystemExit(0)", 1), ("raise SystemExit", 2)])
def test_a_claim_that_exits_is_no_green(tmp_path, code, workers):
    file = claims_file(tmp_path / "claims", FILE.replace(OBSERVED, f"{code}; {OBSERVED}"))
    result = call("verify", file, "--workers", workers, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "SystemExit" in result.stdout
    assert [row["status"] for row in verdicts(tmp_path / "out")["claims"]] == ["fails"] * 3


@pytest.mark.parametrize("workers", [1, 2])
def test_a_claim_that_never_returns_fails_after_its_time(tmp_path, workers):
    wait = f'__import__("time").sleep(60 * (name == "second")); {OBSERVED}'
    file = claims_file(tmp_path / "claims", FILE.replace(OBSERVED, wait))
    result = call("verify", file, "--workers", workers, "--limit", 1, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "it did not end within 1 seconds" in result.stdout
    assert [row["status"] for row in verdicts(tmp_path / "out")["claims"]] == ["holds", "fails", "holds"]


UNIMPORTABLE = (
    "import sys; sys.exit()",
    "import sys; sys.exit(3)",
    "1 / 0",
    "def broken(:",
    "raise ValueError('boom')",
)


@pytest.mark.parametrize("code", [*UNIMPORTABLE, REFUSED])
def test_a_file_that_cannot_be_imported_is_named_with_its_line(tmp_path, code):
    file = claims_file(tmp_path / "claims", f"# Claim\nCLAIM = 1\n{code}\n")
    for words in (["verify", file], ["verify", file.parent], ["show", file]):
        result = call(*words)
        assert result.exit_code == 2
        assert f"{file}, line 3: " in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_argument_is_a_wrong_call(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    claims_file(tmp_path)
    assert call("verify", name).exit_code == 2


def test_a_folder_gives_its_claims_and_runs_nothing_else(tmp_path):
    file = claims_file(tmp_path / "claims")
    left_alone = {
        "script.py": "",
        "test_mine.py": FILE,
        "conftest.py": FILE,
        "named.py": "from flatlab.evidence.claim import Claim\ndef test(): Claim()\n",
        ".#lock.py": FILE,
        "venv/lib/found.py": FILE,
        ".hidden/found.py": FILE,
    }
    for name, text in left_alone.items():
        (file.parent / name).parent.mkdir(exist_ok=True, parents=True)
        (file.parent / name).write_text(f"{text}\nopen({str(tmp_path / 'run')!r}, 'w')\nraise SystemExit\n")
    (file.parent / "venv" / "pyvenv.cfg").touch()
    (file.parent / ".#editor.py").symlink_to("nowhere")
    (file.parent / "editor.py").symlink_to("nowhere")
    for named in (file.parent, file):
        result = call("verify", named, "--workers", 1, "--output", tmp_path / "out")
        assert result.exit_code == 0, result.output
        assert result.stdout.count("holds") == 3
        assert not (tmp_path / "run").exists()


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "strange.py").write_bytes(b"\xff\xfeClaim")
    result = call("verify", tmp_path)
    assert result.exit_code == 2
    assert "strange.py" in result.stderr


def test_a_path_may_not_take_the_id_of_an_installed_claim(tmp_path, monkeypatch):
    installed = tiny()
    object.__setattr__(installed, "id", "filed/second")
    monkeypatch.setattr(discovery, "installed_claims", lambda *_: {"filed/second": installed})
    result = call("verify", claims_file(tmp_path / "claims"))
    assert (result.exit_code, "got 'filed/second' twice" in result.stderr) == (2, True)


@pytest.fixture
def plug_ins(tmp_path, monkeypatch):
    """Announce a package of three claims and one that cannot be imported."""
    good = claims_file(tmp_path / "good")
    bad = claims_file(tmp_path / "good", "x = 1\nraise KeyError('lost')\n")
    monkeypatch.syspath_prepend(good.parent)
    points = [
        types.SimpleNamespace(name="works", value=good.stem, dist=types.SimpleNamespace(name="their-package")),
        types.SimpleNamespace(name="broken", value=bad.stem, dist=types.SimpleNamespace(name="other")),
    ]
    monkeypatch.setattr(discovery, "entry_points", lambda group: points)
    return bad


def test_a_plug_in_that_cannot_be_imported_is_named_and_left_out(tmp_path, plug_ins):
    out = ("--workers", 1, "--output", tmp_path / "out")
    everything = call("verify", *out)
    assert everything.exit_code == UNAVAILABLE
    assert f"plug-in 'broken' cannot be used: {plug_ins}, line 2: KeyError: 'lost'; it is left out" in everything.stderr
    assert everything.stdout.count("holds") == 3
    one = call("verify", "filed/first", *out)
    assert one.exit_code == 0
    assert "plug-in 'broken'" in one.stderr
    lost = call("verify", "broken/claim", *out)
    assert lost.exit_code == 2
    assert "plug-in 'broken' cannot be used" in lost.stderr
    with pytest.raises(ValueError, match="plug-in 'broken' cannot be used"):
        discovery.installed_claims()


@pytest.mark.parametrize("name", ["works", "their-package", "filed"])
def test_entry_points_and_distributions_are_names_of_their_claims(plug_ins, name):
    assert list(discovery.select([name], [])) == ["filed/first", "filed/second", "filed/third"]


def test_a_partial_run_overwrites_no_fuller_one(tmp_path):
    file = claims_file(tmp_path / "claims")
    out = tmp_path / "out"
    verify = ("verify", file, "--workers", 1, "--output", out)
    call(*verify)
    first = (out / "verdicts.json").read_text()
    part = claims_file(tmp_path / "part", FILE.replace('"first", "second", "third"', '"second",'))
    result = call("verify", part, "--workers", 1, "--output", out)
    assert str(out / "partial" / "verdicts.json") in result.stdout
    assert (out / "verdicts.json").read_text() == first
    assert [row["id"] for row in verdicts(out / "partial")["claims"]] == ["filed/second"]
    call(*verify, "--full")
    assert verdicts(out)["budget"] == "full"
    call(*verify)
    assert (verdicts(out)["budget"], verdicts(out / "partial")["budget"]) == ("full", "quick")


def test_ids_that_differ_by_a_dot_or_a_slash_are_kept_apart(tmp_path):
    from flatlab.evidence.checkpoint import Unfinished
    from flatlab.evidence.judge import verdict_of

    claims = {name: tiny() for name in ("a.b/c", "a/b.c")}
    for name, claim in claims.items():
        object.__setattr__(claim, "id", name)
        Unfinished(tmp_path, claims, 1, "quick").keep(verdict_of(claim))
    assert len(list(tmp_path.rglob("*.json"))) == 2


@pytest.mark.parametrize("id", ["/", "x/", "x/a\nb", "x/a,b", "x/" + "y" * 300, "x/y/z", "x"])
def test_an_id_is_plain(id):
    with pytest.raises(ValueError, match="id must have the form paper/statement"):
        tiny(id=id)


@pytest.mark.parametrize("defect", [lambda _: int("no number"), lambda _: json.loads("")])
def test_a_defect_is_no_wrong_call_and_keeps_its_traceback(tmp_path, monkeypatch, defect):
    monkeypatch.setattr("flatlab.report.files.csv_text", defect)
    result = call("verify", claims_file(tmp_path / "claims"), "--workers", 1, "--output", tmp_path / "out")
    assert result.exit_code == DEFECT
    assert "Traceback" in result.stderr
    assert "ValueError: invalid literal" in result.stderr or "JSONDecodeError" in result.stderr
    assert not (tmp_path / "out" / "verdicts.json").exists()


def test_output_that_cannot_be_written_has_a_status_of_its_own(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("flatlab.report.files.write_whole", full)
    result = call("verify", claims_file(tmp_path / "claims"), "--workers", 1, "--output", tmp_path / "out")
    assert result.exit_code == NOT_WRITTEN
    assert "no space left on device" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_terminal_and_a_closed_pipe(tmp_path):
    file = claims_file(tmp_path / "claims")
    words = flatlab_command("verify", file, "--workers", 1, "--output", tmp_path / "out")
    with open("/dev/full", "w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (NOT_WRITTEN, False)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        stderr = process.stderr.read()
    assert (process.returncode, stderr) == (BROKEN_PIPE, "")


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.long), 2])
def test_sigterm_keeps_what_is_finished_and_says_so(tmp_path, workers):
    file = claims_file(tmp_path / "claims")
    (file.parent / "sleep-second").touch()
    words = flatlab_command("verify", file, "--workers", workers, "--output", tmp_path / "out")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    kept = ["filed%2Ffirst.json", "filed%2Fthird.json"][:workers]
    begun = file.parent / "pid-second"
    while time.monotonic() < deadline and not (
        begun.exists() and sorted(path.name for path in tmp_path.rglob("filed*.json")) == kept
    ):
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == TERMINATED
    assert stderr.startswith("flatlab: asked to end; finished claims are kept in ")
    assert stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.rglob("filed*.json")) == kept


@pytest.mark.long
def test_two_runs_in_one_folder_disturb_each_other_in_nothing(tmp_path):
    file = claims_file(tmp_path / "claims")
    words = flatlab_command("verify", file, "--workers", 1, "--output", tmp_path / "out")
    runs = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(*run.communicate(timeout=120)[1:], run.returncode) for run in runs] == [("", 0)] * 3
    assert {row["status"] for row in verdicts(tmp_path / "out")["claims"]} == {"holds"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "verdicts.csv",
        "verdicts.json",
        "verdicts.md",
    ]


def test_what_another_run_removes_at_the_same_moment_is_no_fault(tmp_path, monkeypatch):
    from flatlab.evidence.checkpoint import Unfinished

    unfinished = Unfinished(tmp_path, {"tiny/right": tiny()}, 1, "quick")
    unfinished.folder.mkdir(parents=True)
    rmtree = shutil.rmtree

    def removed(folder, **how):
        rmtree(folder)
        rmtree(folder.parent)
        rmtree(folder, **how)

    monkeypatch.setattr(shutil, "rmtree", removed)
    unfinished.forget()


def test_a_plug_in_that_exits_is_named(tmp_path, plug_ins):
    plug_ins.write_text("raise SystemExit(0)")
    result = call("verify", "--workers", 1, "--output", tmp_path / "out")
    assert (result.exit_code, "plug-in 'broken'" in result.stderr) == (UNAVAILABLE, True)


def test_figures_of_a_plug_in_are_found_from_anywhere(tmp_path, plug_ins, monkeypatch):
    from tiny_lab import make_lab

    folder = make_lab(tmp_path / "theirs")
    (folder / "their_package").mkdir()
    (folder / "their_package" / "__init__.py").touch()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(figures, "entry_points", lambda group: [types.SimpleNamespace(value="their_package")])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert figures.everywhere()["bounce_line"] == folder / "figures" / "bounce_line.py"
    assert "bounce_line" in call("list", "figures").stdout
    result = call("figures", "bounce_line")
    assert (result.exit_code, "needs the record bounce.nc in" in result.stderr) == (2, True)
    assert "their_package" not in sys.modules


def test_a_figure_script_that_exits_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "green.py").write_text("raise SystemExit(0)")
    result = call("figures")
    assert (result.exit_code, "green.py" in result.stderr) == (2, True)


def test_a_damaged_verdict_of_an_interrupted_run_is_judged_again(tmp_path):
    file = claims_file(tmp_path / "claims")
    (file.parent / "stop-second").touch()
    words = ("verify", file, "--workers", 1, "--output", tmp_path / "out")
    call(*words)
    (kept,) = tmp_path.rglob("filed*.json")
    kept.write_text(json.dumps({"key": json.loads(kept.read_text())["key"], "verdict": {}}))
    (file.parent / "stop-second").unlink()
    result = call(*words)
    assert result.exit_code == 0
    assert "taken from" not in result.stdout
