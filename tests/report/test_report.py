import csv
import io
import json
import math
import re

import pytest
from tiny_claims import raising, tiny, unbroken, undecided, useless, wrong

import flatlab
from flatlab.evidence.judge import verify
from flatlab.evidence.pool import attempt
from flatlab.evidence.verdict import passes, shortcomings, tally_words, verdict_row, worst_evidence
from flatlab.report.files import COLUMNS, csv_text, document, read_verdicts, write_report
from flatlab.report.markdown import BEGIN, END, markdown_page, readme_table, update_readme
from flatlab.storage import environment as environment_module
from flatlab.storage.environment import commit, environment

CLAIM_KEYS = {
    *("id", "paper", "title", "statement", "source", "origin", "kind", "status", "margin", "settings"),
    *("gradient_evaluations", "seconds", "controls", "evidence"),
}


@pytest.fixture(scope="module")
def rows():
    claims = [tiny(note="Twice, not thrice."), wrong(), unbroken(), undecided(), raising(), useless()]
    return [attempt(claim, 1, "quick") for claim in claims]


@pytest.fixture(scope="module")
def verdicts(rows):
    return document(rows, seed=1, budget="quick")


def test_a_row_says_what_the_verdict_says():
    verdict = verify(tiny(), 1, "quick")
    row = verdict_row(verdict)
    assert set(row) == CLAIM_KEYS
    assert row["paper"] == "tiny"
    assert row["status"] == "holds"
    assert row["margin"] == verdict.margin
    assert row["settings"] == 3
    assert row["controls"] == [{"name": "thrice", "broke": True, "why": "three is not two"}]
    evidence = row["evidence"][0]
    assert {"setting", "observed", "expected", "relation", "holds"} <= set(evidence)
    assert (evidence["setting"], evidence["observed"], evidence["expected"]) == ({"x": 1.0}, 2.0, 2.0)
    assert evidence["holds"] is True


def test_what_passes(rows):
    assert [passes(row) for row in rows] == [True, False, False, False, False, True]
    assert [row["status"] for row in rows] == ["holds", "fails", "fails", "inconclusive", "fails", "holds"]


def test_what_is_said_of_each(rows):
    right, not_equal, no_break, unsure, raised, idle = map(shortcomings, rows)
    assert right == []
    assert re.fullmatch(r"[\d.]+ = [\d.]+ does not hold at x=[\d.]+", not_equal[0])
    assert no_break == ["control 'nothing' did not break it"]
    assert "cannot be told" in unsure[0]
    assert raised == ["it could not be judged: ArithmeticError: the run diverged"]
    assert idle == ["the bound is true and useless: observed/bound is 2e-06 at the best"]


def test_a_claim_that_raises_has_no_evidence_and_fails():
    row = attempt(raising(), 1, "quick")
    assert (row["status"], row["margin"], row["evidence"], row["settings"]) == ("fails", None, [], 0)
    assert row["error"] == "ArithmeticError: the run diverged"


def test_the_evidence_shown_is_the_one_that_failed_most():
    def observe(setting, rng):
        return math.nan if setting["x"] == 1.5 else 2 * setting["x"] + (setting["x"] == 1.25)

    corners = [{"x": 1.0}, {"x": 1.25}, {"x": 1.5}]
    row = verdict_row(verify(tiny(observe=observe, corners=corners, domain={}), 1, "quick"))
    assert worst_evidence(row)["setting"] == {"x": 1.5}
    row["evidence"].pop()
    assert worst_evidence(row)["setting"] == {"x": 1.25}


def test_the_interval_of_an_estimate_is_kept(rows):
    assert rows[3]["evidence"][0]["interval"] == [0.0, 9.0]


def test_infinities_and_nan_are_strict_json(tmp_path):
    row = verdict_row(verify(tiny(observe=lambda setting, rng: math.nan), 1, "quick"))
    assert row["margin"] is None
    assert row["evidence"][0]["observed"] is None
    row = verdict_row(verify(tiny(observe=lambda setting, rng: math.inf), 1, "quick"))
    assert (row["evidence"][0]["observed"], row["margin"]) == ("inf", "-inf")
    write_report(tmp_path, document([row], seed=1, budget="quick"))
    json.loads((tmp_path / "verdicts.json").read_text(), parse_constant=lambda name: pytest.fail(name))


def test_three_files_are_written(tmp_path, verdicts):
    assert [path.name for path in write_report(tmp_path, verdicts)] == ["verdicts.json", "verdicts.csv", "verdicts.md"]
    read = read_verdicts(tmp_path / "verdicts.json")
    assert list(read) == ["version", "seed", "budget", "environment", "claims"]
    assert (read["version"], read["seed"], read["budget"]) == (flatlab.__version__, 1, "quick")
    assert read["claims"] == verdicts["claims"]


def test_the_table_has_one_line_a_claim(rows):
    lines = list(csv.DictReader(io.StringIO(csv_text(rows))))
    assert tuple(lines[0]) == COLUMNS
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    assert float(lines[0]["observed"]) == float(lines[0]["expected"])
    assert (lines[2]["controls"], lines[2]["controls_broken"]) == ("1", "0")
    assert lines[4]["error"] == "ArithmeticError: the run diverged"
    assert lines[5]["vacuous"] == "True"


def test_the_page_holds_statement_source_note_and_controls(verdicts):
    page = markdown_page(verdicts)
    for words in ("The double of $x$ is $2x$.", "Twice, not thrice.", "Source: a test", "**did not break**", "thrice"):
        assert words in page
    assert "holds (vacuous)" in page


def test_the_readme_table_holds_nothing_that_varies(verdicts):
    later = json.loads(json.dumps(verdicts))
    later["environment"] = {}
    for row in later["claims"]:
        row["seconds"] += 1.25
    assert readme_table(later) == readme_table(verdicts)
    later["claims"][0]["status"] = "fails"
    assert readme_table(later) != readme_table(verdicts)


def test_a_bar_in_a_title_does_not_break_the_table():
    row = attempt(tiny(title="the size |x|"), 1, "quick")
    line = next(line for line in readme_table(document([row], seed=1, budget="quick")).splitlines() if "size" in line)
    assert line.replace("\\|", "").count("|") == 10


def test_only_the_part_between_the_marks_changes(tmp_path, verdicts):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nstale words\n{END}\nafter\n")
    assert update_readme(readme, verdicts) is True
    text = readme.read_text()
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "stale words" not in text
    assert update_readme(readme, verdicts) is False


@pytest.mark.parametrize("text", ["no marks", f"{END} {BEGIN}", BEGIN])
def test_a_readme_without_marks_is_refused(tmp_path, verdicts, text):
    readme = tmp_path / "README.md"
    readme.write_text(text)
    with pytest.raises(ValueError, match="path must hold the line <!-- verdicts:begin -->"):
        update_readme(readme, verdicts)
    assert readme.read_text() == text


@pytest.mark.parametrize("text", [None, "{", "[]", '{"seed": 1}'])
def test_a_file_that_verify_did_not_write_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "v.json").write_text(text)
    with pytest.raises(ValueError, match="verdicts must be a file written by `flatlab verify`"):
        read_verdicts(tmp_path / "v.json")


def test_the_count_is_a_sentence(rows):
    assert tally_words(rows) == "6 claims: 2 hold, 1 inconclusive, 3 fail; 4 of 5 controls broke"
    assert tally_words(rows[:1]) == "1 claim: 1 holds, 0 inconclusive, 0 fail; 1 of 1 control broke"


def test_the_environment_names_versions_and_no_paths():
    found = environment()
    assert set(found) == {*("python", "numpy", "scipy", "numba", "flatlab", "system", "machine", "cores", "commit")}
    assert not any("/" in str(value) for value in found.values())


def test_no_commit_is_claimed_for_a_copy_outside_its_own_checkout(tmp_path, monkeypatch):
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(environment_module, "PACKAGE", tmp_path)
    assert commit() is None
