import csv
import dataclasses
import io
import json
import math

import pytest
from tiny_claims import raising, tiny, unbroken, undecided, useless, wrong

import flatlab
from flatlab.evidence.judge import verify
from flatlab.evidence.pool import attempt
from flatlab.evidence.relations import AtMost
from flatlab.report.files import COLUMNS, csv_text, read_report, report_of, write_report
from flatlab.report.markdown import markdown_page, update_between
from flatlab.report.results import kept_rows, result_row, rows_of_page, update_results
from flatlab.storage import environment as environment_module
from flatlab.storage.environment import commit, environment

CLAIMS = [tiny(note="Twice, not thrice."), wrong(), unbroken(), undecided(), raising(), useless()]
BEGIN, END = "<!-- table:begin -->", "<!-- table:end -->"


@pytest.fixture(scope="module")
def report():
    return report_of([attempt(claim, 1, "quick") for claim in CLAIMS], seed=1, budget="quick")


def test_infinities_and_nan_are_strict_json(tmp_path):
    verdict = verify(tiny(observe=lambda setting, rng: math.nan), 1, "quick")
    record = verdict.record()
    assert (record["margin"], record["evidence"][0]["observed"]) == (None, None)
    infinite = verify(tiny(observe=lambda setting, rng: math.inf), 1, "quick")
    record = infinite.record()
    assert (record["evidence"][0]["observed"], record["margin"]) == ("inf", None)
    write_report(tmp_path, report_of([verdict, infinite], seed=1, budget="quick"))
    json.loads((tmp_path / "verdicts.json").read_text(), parse_constant=lambda name: pytest.fail(name))
    undefined, unbounded = csv.DictReader((tmp_path / "verdicts.csv").read_text().splitlines())
    assert (undefined["observed"], undefined["margin"]) == ("nan", "nan")
    assert (unbounded["observed"], unbounded["margin"]) == ("inf", "nan")


def test_three_files_are_written(tmp_path, report):
    assert [path.name for path in write_report(tmp_path, report)] == ["verdicts.json", "verdicts.csv", "verdicts.md"]
    content = json.loads((tmp_path / "verdicts.json").read_text())
    assert list(content) == ["version", "seed", "budget", "environment", "claims", "checksum"]
    read = read_report(tmp_path / "verdicts.json")
    assert (read.version, read.seed, read.budget) == (flatlab.__version__, 1, "quick")
    assert [verdict.record() for verdict in read.claims] == [verdict.record() for verdict in report.claims]


def test_the_table_has_one_line_a_claim(report):
    lines = list(csv.DictReader(io.StringIO(csv_text(report.claims))))
    assert tuple(lines[0]) == COLUMNS
    assert [line["id"] for line in lines] == [claim.id for claim in CLAIMS]
    assert float(lines[0]["observed"]) == float(lines[0]["expected"])
    assert (lines[2]["controls"], lines[2]["controls_broken"]) == ("1", "0")
    assert lines[4]["error"].endswith(": ArithmeticError: the run diverged, at x=1.0")
    assert lines[5]["vacuous"] == "True"


def test_the_page_holds_statement_source_note_and_controls(report):
    page = markdown_page(report)
    for words in ("The double of $x$ is $2x$.", "Twice, not thrice.", "Source: a test", "**did not break**", "thrice"):
        assert words in page
    assert "**vacuous**, measured" in page
    assert "- Tolerance: rtol 1e-12" in page


def update(path, claims, installed=CLAIMS, seed=1):
    report = report_of([attempt(claim, seed, "quick") for claim in claims], seed=seed, budget="quick")
    return update_results(path, report, {claim.id: claim for claim in installed})


def test_a_page_of_results_has_a_row_for_each_claim(tmp_path):
    page = tmp_path / "docs"
    assert update(page, CLAIMS) is True
    assert list(kept_rows(page)) == [claim.id for claim in CLAIMS]
    counted = "6 claims: 1 holds, 1 inconclusive, 1 vacuous, 3 fail; 4 of 5 controls broke"
    assert counted in (page / "results.md").read_text(encoding="utf-8")
    assert kept_rows(page)["tiny/useless"].split(" | ")[4] == "**vacuous**"
    assert update(page, CLAIMS) is False


def test_only_the_rows_of_the_judged_claims_change(tmp_path):
    page = tmp_path / "docs"
    update(page, CLAIMS)
    before = kept_rows(page)
    assert update(page, CLAIMS[:3], seed=2) is True
    changed = [name for name, row in kept_rows(page).items() if row != before[name]]
    assert changed == ["tiny/wrong"]  # the others show the corner, which no seed changes, or no setting


def test_a_new_claim_gets_its_row_in_the_order_of_the_claims(tmp_path):
    page = tmp_path / "docs"
    update(page, [CLAIMS[0], CLAIMS[5]])
    update(page, [CLAIMS[1]])
    assert list(kept_rows(page)) == ["tiny/right", "tiny/wrong", "tiny/useless"]
    assert "3 claims: 1 holds, 0 inconclusive, 1 vacuous, 1 fail" in (page / "results.md").read_text(encoding="utf-8")


def test_rows_of_claims_that_are_gone_are_dropped_and_strange_claims_get_none(tmp_path):
    page = tmp_path / "docs"
    update(page, CLAIMS)
    stranger = tiny("stranger")
    assert update(page, [stranger], installed=CLAIMS[1:]) is True
    assert list(kept_rows(page)) == [claim.id for claim in CLAIMS[1:]]


def test_a_row_holds_nothing_that_differs_between_two_runs():
    first, second = (attempt(CLAIMS[0], 1, "quick") for _ in range(2))
    assert result_row(first) == result_row(second)


def test_the_row_of_a_bound_says_how_tight_it_is(tmp_path):
    bound = tiny(kind="upper bound", relation=AtMost(tight_within=4.0), expect=4.0, observe=lambda s, rng: s.x)
    verdict = attempt(dataclasses.replace(bound, corners=[{"x": 2.0}], quick=2), 1, "quick")
    row = result_row(verdict)
    assert f"| tight within 4; ratio 0.5, median {verdict.typical:.3g} |" in row
    assert rows_of_page(row) == {"tiny/right": row}
    assert "ratio" not in result_row(attempt(tiny(), 1, "quick"))


def test_a_bar_in_a_title_does_not_break_the_table(tmp_path):
    claim = tiny(title="the size |x|")
    update(tmp_path / "docs", [claim], installed=[claim])
    (line,) = kept_rows(tmp_path / "docs").values()
    assert line.replace("\\|", "").count("|") == 13
    assert update(tmp_path / "docs", [claim], installed=[claim]) is False


def test_only_the_part_between_the_marks_changes(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nstale words\n{END}\nafter\n")
    assert update_between(page, BEGIN, END, "new words") is True
    assert page.read_text() == f"before\n{BEGIN}\nnew words\n{END}\nafter\n"
    assert update_between(page, BEGIN, END, "new words") is False


@pytest.mark.parametrize("text", ["no marks", f"{END} {BEGIN}", BEGIN])
def test_a_page_without_marks_is_refused(tmp_path, text):
    page = tmp_path / "README.md"
    page.write_text(text)
    with pytest.raises(ValueError, match="path must hold the line <!-- table:begin -->"):
        update_between(page, BEGIN, END, "new words")
    assert page.read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        *(None, "{", "[]", '{"seed": 1}'),
        '{"version": "0", "seed": 1, "budget": "quick", "environment": {}, "claims": [{"id": "a/b"}]}',
    ],
)
def test_a_file_that_verify_did_not_write_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "v.json").write_text(text)
    with pytest.raises(ValueError, match="verdicts must be a file written by `flatlab verify`"):
        read_report(tmp_path / "v.json")


def test_the_environment_names_versions_and_no_paths():
    found = environment()
    assert set(found) == {*("python", "numpy", "scipy", "numba", "flatlab", "system", "machine", "cores", "commit")}
    assert not any("/" in str(value) for value in found.values())


def test_no_commit_is_claimed_for_a_copy_outside_its_own_checkout(tmp_path, monkeypatch):
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(environment_module, "PACKAGE", tmp_path)
    assert commit() is None
