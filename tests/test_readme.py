"""The README's promises: its examples run, its commands are the ones it names; the page of results tells the truth."""

import doctest
import importlib
import json
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flatlab.base.formulas import readable
from flatlab.cli import app
from flatlab.evidence.discovery import installed_claims
from flatlab.lab.figures import declarations
from flatlab.report.notebook import notebook_of
from flatlab.report.paper_map import BEGIN, END, map_table
from flatlab.report.proofs import proofs_page
from flatlab.report.reference import reference_page
from flatlab.report.results import counts, kept_rows, paper_page, summary_page
from flatlab.storage.records import seconds_of

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
CLAIMS = installed_claims()
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.py"))
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
BLOCKS = {name: re.findall(r"```python\n(.*?)```", text, re.DOTALL) for name, text in PAGES.items()}


def test_the_session_shown_is_true():
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted >= 6
    assert result.failed == 0


def test_the_claim_shown_holds_and_its_controls_break(tmp_path):
    file = tmp_path / "my_claims.py"
    (code,) = BLOCKS["claims.md"]
    file.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flatlab", "verify", str(file), "--output", str(tmp_path / "out"), "--workers", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mine/loss-on-the-cycle" in done.stdout
    search = ["falsify", str(file), "--evaluations", "30", "--workers", "1", "--output", str(tmp_path)]
    result = CliRunner().invoke(app, search)
    assert result.exit_code == 0, result.output


def test_the_objective_and_method_shown_run(tmp_path):
    file = tmp_path / "mine.py"
    (code,) = BLOCKS["objectives_and_methods.md"]
    file.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[ 0.7 -0.2]"


def test_the_large_ensemble_shown_runs(tmp_path):
    file = tmp_path / "large.py"
    (code,) = BLOCKS["cluster.md"]
    file.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(2,) (2, 1) True"


FALSIFY = [
    "-m",
    "flatlab",
    "falsify",
    *(f"bartlett2023/{name}" for name in ("second-axis", "amplitude", "rate", "at-two")),
]
VERIFY = ["-m", "flatlab", "verify", "bartlett2023/second-axis", "--workers", "1", "--output", "{folder}"]
ANNOUNCED = any(point.name == "flatlab" for point in entry_points(group="pytest11"))
PLUG_IN = [] if ANNOUNCED else ["-p", "flatlab.evidence.pytest_plugin"]
COMMANDS = {  # every command the README names, and the arguments of a run on a small budget
    "flatlab list": ["-m", "flatlab", "list"],
    "flatlab list experiments": ["-m", "flatlab", "list", "experiments"],
    "flatlab show CLAIM": ["-m", "flatlab", "show", "bartlett2023/second-axis"],
    "flatlab verify CLAIM…": VERIFY,
    "flatlab falsify CLAIM…": [*FALSIFY, "--evaluations", "5", "--no-keep", "--workers", "1", "--output", "{folder}"],
    "flatlab falsify": None,  # tests/test_falsify.py
    "flatlab map CLAIM --over h rho": [
        *("-m", "flatlab", "map", "bartlett2023/amplitude", "--over", "h=0.5:1.5", "rho=0.1:1", "--points", "3"),
        *("--evaluations", "5", "--output", "{folder}"),
    ],
    "pytest --flatlab CLAIM…": [
        "-m",
        "pytest",
        *PLUG_IN,
        "-n",
        "0",
        "--flatlab",
        "bartlett2023/second-axis",
        "tests/base/test_checks.py",
    ],
    "flatlab report": ["-m", "flatlab", "report", "--output", "{folder}/site"],
    "flatlab figures": ["-m", "flatlab", "figures", "plane_trajectory", "--output", "{folder}"],
    "python experiments/NAME.py -h": ["experiments/plane_trajectory.py", "-h"],
    "flatlab diff OLD NEW": None,  # tests/test_cli.py
    "flatlab table --latex": None,  # tests/test_cli.py
    "python -m benchmarks.run": ["-m", "benchmarks.run", "sam", "network", "theory", "--quick"],
    "flatlab diff old/verdicts.json new/verdicts.json": None,  # tests/test_cli.py
    "flatlab table bartlett2023 --latex": None,  # tests/test_cli.py
    "flatlab new NAME": None,  # tests/test_starter.py
    "flatlab list --words contradicts": ["-m", "flatlab", "list", "--words", "contradicts"],
    "flatlab list --unsearched": ["-m", "flatlab", "list", "--unsearched", "--paper", "laboratory"],
    "flatlab verify --full": None,  # test_verify.py
    "flatlab show bartlett2023/amplitude": ["-m", "flatlab", "show", "bartlett2023/amplitude"],
    "flatlab verify CLAIM --evidence": [*VERIFY, "--evidence"],
    "flatlab verify CLAIM --seed 7": [*VERIFY, "--seed", "7"],
    "flatlab results": None,  # tests/test_cli.py
    "python experiments/plane_trajectory.py --rho 0.5 --steps 200": [
        *("experiments/plane_trajectory.py", "--rho", "0.5", "--steps", "200", "--output", "{folder}")
    ],
    "pytest --flatlab my_claims.py": None,  # tests/evidence/test_pytest_plugin.py
    "flatlab verify": None,  # the two commands with pip are run on a fresh clone
    "flatlab verify my_claims.py": None,  # run above
    "flatlab falsify my_claims.py": None,  # run above
    "flatlab seeds CLAIM… --count 100 --record paper_checks/seeds.json": [
        *("-m", "flatlab", "seeds", "bartlett2023/second-axis", "--count", "2", "--record", "{folder}/seeds.json")
    ],
    "flatlab seeds --merge first.json --merge second.json --record paper_checks/seeds.json": None,  # test_verify.py
    "flatlab certify": None,  # tests/test_certify.py, with the extra
    "flatlab certify CLAIM…": None,  # likewise
    "flatlab certify --check": None,  # likewise
    "flatlab verify FOLDER": None,  # tests/test_faults.py
    "pytest --flatlab CLAIM": None,  # tests/evidence/test_pytest_plugin.py
    "flatlab figures NAME": ["-m", "flatlab", "figures", "bounce_strip", "--output", "{folder}"],
    "flatlab figures subdivisions": ["-m", "flatlab", "figures", "subdivisions", "--output", "{folder}"],
    "flatlab show": None,  # with a claim, above
    "flatlab certify --cluster ADDRESS": None,  # tests/clusters
    "flatlab falsify --cluster ADDRESS": None,  # tests/clusters
    "flatlab verify --cluster ADDRESS": None,  # these in tests/clusters, which needs the extra
    "python experiments/NAME.py --cluster ADDRESS": None,
    "python -m benchmarks.engines bits --workers 1 2 4": None,
    "python -m benchmarks.engines pieces full": None,
}


def test_no_command_of_the_readme_is_left_out():
    named = set(re.findall(r"`((?:flatlab|python|pytest) [^`]+)`", "\n".join([TEXT, *PAGES.values()])))
    assert named == set(COMMANDS)
    shell = re.search(r"```sh\n(.*?)```", TEXT, re.DOTALL).group(1)
    assert all(line.startswith("pip install") for line in shell.splitlines())
    assert TEXT.count("```sh") == TEXT.count("```") / 2 - TEXT.count("```python") == 1


# these say nothing that another test would not
ALSO_LONG = (
    "flatlab report",
    "flatlab figures subdivisions",
    "flatlab list --words contradicts",
    "python -m benchmarks.run",
)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(name, marks=pytest.mark.long if name in ALSO_LONG else [])
        for name, arguments in COMMANDS.items()
        if arguments
    ],
)
def test_a_command_of_the_readme_runs(command, tmp_path, monkeypatch):
    arguments = [part.format(folder=tmp_path) for part in COMMANDS[command]]
    if arguments[:2] == ["-m", "flatlab"]:  # in this process, which has collected the claims already
        monkeypatch.chdir(ROOT)
        result = CliRunner().invoke(app, arguments[2:])
        status, stdout, stderr = result.exit_code, result.stdout, result.stderr
    else:
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        status, stdout, stderr = done.returncode, done.stdout, done.stderr
    assert status == 0, stdout + stderr
    fewest = 1 if "--unsearched" in arguments else 4  # of the claims asked for none lacks a search: a heading alone
    assert len(stdout.splitlines()) >= fewest or any(tmp_path.iterdir()), stdout


ROWS = kept_rows(ROOT / "docs")


def test_every_row_of_the_results_is_a_claim_and_stands_under_its_paper_once():
    """A claim that has not been judged yet has no row; `flatlab results` drops the rows of claims that are gone."""
    assert (ROOT / "docs" / "results.md").read_text(encoding="utf-8") == summary_page(ROWS)
    assert set(ROWS) <= set(CLAIMS), sorted(set(ROWS) - set(CLAIMS))
    for page in (ROOT / "docs" / "results").glob("*.md"):
        assert page.read_text(encoding="utf-8") == paper_page(page.stem, ROWS)


@pytest.mark.parametrize("name", [name for name in ROWS if name in CLAIMS])
def test_a_row_of_the_results_says_what_its_claim_declares(name):
    """After a change of a declaration: ``flatlab verify ID`` and then ``flatlab results``."""
    claim, cells = CLAIMS[name], ROWS[name].strip("| ").split(" | ")
    title, kind, origin, _, verdict, _, relation, *_ = cells
    assert title == f"{claim.title}<br>`{name}`".replace("|", "\\|")
    assert (kind, origin) == (claim.kind, claim.origin)
    assert relation in (claim.relation.sign, "–")
    assert verdict == "**fails**" or ROWS[name].endswith(f"| {len(claim.controls)}/{len(claim.controls)} |")


RESULTS = re.findall(r"^ ?\d+\. (.*?)(?=^ ?\d+\. |^## )", TEXT, re.MULTILINE | re.DOTALL)


def _numbers(name):
    """Return what a claim states and what was measured of it: its row and its statement."""
    cells = ROWS[name].split(" | ")
    texts = (cells[5], cells[7], readable(CLAIMS[name].statement))
    return [
        float(number.replace("−", "-")) for text in texts for number in re.findall(r"-?\d+\.?\d*(?:e[+-]\d+)?", text)
    ]


def test_there_are_ten_results_worth_knowing():
    assert len(RESULTS) == 10


@pytest.mark.parametrize("result", RESULTS, ids=range(1, len(RESULTS) + 1))
def test_a_result_worth_knowing_has_a_number_of_a_claim_and_a_link(result):
    links = re.findall(r"\[`(\w+\d{4})/([a-z0-9-]+)`\]\(docs/results/(\w+)\.md\)", result)
    assert links
    assert all(paper == page and f"{paper}/{name}" in ROWS for paper, name, page in links)
    known = [number for paper, name, _ in links for number in _numbers(f"{paper}/{name}")]
    shown = re.findall(r"\*\*([\d.]+)\*\*", result)
    assert shown
    for number in shown:
        half = 0.5 * 10.0 ** -len(number.partition(".")[2])
        assert any(abs(float(number) - one) <= half * (1 + 1e-9) for one in known), f"{number} is none of {known}"


DISPUTED = {name for name, claim in CLAIMS.items() if "contradicts" in f"{claim.statement} {claim.note}".lower()}


def test_what_contradicts_a_paper_says_so_and_can_be_listed():
    for result in RESULTS[:8]:
        assert {f"{paper}/{name}" for paper, name in re.findall(r"`(\w+)/([a-z0-9-]+)`", result)} & DISPUTED
    page = (ROOT / "paper_checks" / "zhang2024" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"`(zhang2024/[a-z0-9-]+)`", page.partition("### Where the results here differ")[2].partition("\n## ")[0]
    )
    assert {name for name in DISPUTED if name.startswith("zhang2024/")} == set(listed)


def test_the_long_experiments_are_those_whose_records_took_more_than_a_minute():
    told = {name: int(seconds) for name, seconds in re.findall(r"`(\w+)`\s+\((\d+) s\)", PAGES["costs.md"])}
    took = {path.stem: seconds_of(ROOT / "figures" / "records" / f"{path.stem}.nc") for path in EXPERIMENTS}
    assert told == {name: round(seconds) for name, seconds in took.items() if seconds > 60}


def test_the_counts_on_the_first_page_are_those_of_the_results():
    """Written by `flatlab results`."""
    assert f"<!-- counts:begin -->\n{counts(ROWS)}\n<!-- counts:end -->" in TEXT


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT))
def test_the_pictures_are_there(picture):
    assert (ROOT / picture).stat().st_size > 10_000


LINKED = {"README.md": TEXT, **{f"docs/{name}": text for name, text in PAGES.items()}}


@pytest.mark.parametrize("page", LINKED)
def test_every_link_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?://)([^)#]+)\)", LINKED[page])
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []


def test_every_snippet_of_the_docs_is_run():
    run = {"claims.md", "cluster.md", "objectives_and_methods.md", "tutorial.md", "howto.md"}
    assert {name for name, blocks in BLOCKS.items() if blocks} == run
    assert len(TEXT.splitlines()) <= 150


def test_the_notebook_is_the_tutorial_and_every_cell_of_it_runs():
    notebook = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))
    assert json.dumps(notebook, indent=1) + "\n" == notebook_of(PAGES["tutorial.md"])
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell.strip() for cell in BLOCKS["tutorial.md"]] == cells
    names = {"__name__": "__main__"}
    for cell in cells:
        exec(compile(cell, "tutorial", "exec"), names)
    assert names["verdict"].status == "holds"


def test_the_blocks_of_the_how_to_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    for block in BLOCKS["howto.md"]:
        exec(compile(block, "howto", "exec"), {})


def test_the_reference_says_what_the_code_asks_for():
    """Written by `flatlab results`."""
    assert PAGES["reference.md"] == reference_page()


def test_the_page_of_proofs_is_that_of_claims_and_certificates():
    assert PAGES["proofs.md"] == proofs_page(CLAIMS)


@pytest.mark.parametrize("paper", ["ahn2024", "bartlett2023", "laboratory", "zhang2024"])
def test_the_table_of_a_paper_is_what_its_claims_and_figures_say(paper):
    """Written by `flatlab results`."""
    text = (ROOT / "paper_checks" / paper / "README.md").read_text(encoding="utf-8")
    theorems = getattr(importlib.import_module(f"paper_checks.{paper}"), "THEOREMS", {})
    assert set(theorems) <= set(re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE))
    table = map_table(text, [one for one in CLAIMS.values() if one.paper == paper], declarations(), theorems)
    assert f"{BEGIN}\n{table}\n{END}" in text
    assert all(f"`{name.partition('/')[2]}`" in table for name in CLAIMS if name.startswith(f"{paper}/"))
    for target in re.findall(r"\]\(([^)#]+\.(?:png|py))\)", table):
        assert (ROOT / "paper_checks" / paper / target).exists(), target
