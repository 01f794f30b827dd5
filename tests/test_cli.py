"""The commands that list, show, compare and tabulate, and their help."""

import subprocess
import sys

import pytest
from command import STEPS, call
from tiny_claims import FILE, claims_file, tiny

import flatlab.cli
from flatlab.evidence.claim import KINDS, ORIGINS
from flatlab.evidence.discovery import claims_of_path
from flatlab.report import catalogue


@pytest.fixture
def file(tmp_path):
    return claims_file(tmp_path / "claims")


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
