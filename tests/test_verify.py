"""`flatlab verify` and `flatlab seeds`: verdicts, statuses, and wrong calls in one sentence."""

import pytest
from command import STEPS, call, left_behind, verdicts
from tiny_claims import FILE, claims_file, tiny

from flatlab.evidence.seeds import read_record


@pytest.fixture
def file(tmp_path):
    return claims_file(tmp_path / "claims")


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
