"""Paired comparisons, and the tables of the fine-tuning record in the page of its paper."""

from pathlib import Path

import numpy as np
import pytest
import typer
import xarray as xr
from scipy import stats

from flatlab.report.method_comparison import COMMON, TUNED, effects, summary
from flatlab.storage.records import load, save
from paper_checks.zhang2024.problems._fine_tuning_tables import comparison_page, destroyed, update

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "figures" / "records" / "fine_tuning.nc"
PAGE = ROOT / "paper_checks" / "zhang2024" / "FINE_TUNING.md"


def _record():
    """Two tasks, one loss, five seeds; SAM gains exactly two points and doubles the trace."""
    methods = [COMMON, TUNED, "SAM"]
    rng = np.random.default_rng(0)
    dims = ("task", "loss", "method", "replicate")
    base = rng.uniform(0.4, 0.6, (2, 1, 1, 5))
    accuracy = base + np.array([0, 0.05, 0.02])[:, None] + 1e-3 * rng.standard_normal((2, 1, 3, 5))
    trace = np.exp(rng.standard_normal((2, 1, 1, 5))) * np.array([1, 1, 2])[:, None]
    trace[1, 0, 2, 0] = np.nan
    matched = np.zeros((2, 2, 1, 3, 5))
    loss = np.full(trace.shape, 0.2)
    loss[1, 0, 2] = 3.0  # far above a guess
    kept = np.where(loss > 1, 0.3, 1.0)
    data = {"test_accuracy": accuracy, "trace": trace, "top_eigenvalue": trace, "test_loss": loss, "moved": 3 * loss}
    labels = {"units": "1", "long_name": "x"}
    return xr.Dataset(
        {name: (dims, values, labels) for name, values in {**data, "kept": kept}.items()}
        | {
            "matched_log_ratio": (("reference", *dims), matched, labels),
            "chosen": (dims[:3], np.array([[[-1, 2, 0]], [[-1, 0, 3]]]), labels),
            "grid": (("method", "candidate"), np.tile(0.125 * 2.0 ** np.arange(4), (3, 1)), labels),
        },
        coords={
            "task": ("task", ["digits-halves", "digits-halves-noisy"], labels),
            "loss": ("loss", ["squared"], labels),
            "method": ("method", methods, labels),
            "reference": ("reference", [COMMON, TUNED], labels),
        },
    )


@pytest.mark.jit_free
def test_effects_are_differences_and_log_ratios_to_the_reference():
    record = _record()
    gain = effects(record, "test_accuracy")
    assert gain.shape == (1, 3, 2, 5)
    np.testing.assert_array_equal(gain[0, 0], 0)
    np.testing.assert_allclose(gain[0, 2], 2, atol=0.5)
    np.testing.assert_allclose(effects(record, "test_accuracy", TUNED)[0, 2], -3, atol=0.5)
    ratio = effects(record, "trace")
    np.testing.assert_allclose(ratio[0, 2, 0], np.log(2))
    assert np.isnan(ratio[0, 2, 1, 0])
    with pytest.raises(ValueError, match=r"^name must be one of"):
        effects(record, "speed")
    with pytest.raises(ValueError, match=r"^reference must be one of"):
        effects(record, "matched_log_ratio", "SAM")


@pytest.mark.jit_free
def test_a_summary_leaves_out_lost_pairs_and_counts_the_rest():
    estimate, pairs = summary([1.0, 2.0, np.nan, 3.0])
    low, high = stats.ttest_1samp([1.0, 2.0, 3.0], 0).confidence_interval(0.95)
    assert pairs == 3
    assert estimate == pytest.approx((2.0, low, high))
    estimate, pairs = summary([1.0, np.nan])
    assert pairs == 1
    assert np.isnan(estimate).all()


@pytest.mark.jit_free
def test_the_page_has_a_row_for_each_method_and_says_what_is_destroyed():
    page = comparison_page(_record())
    rows = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:]] for line in page.splitlines()
            if line.startswith("| S")}  # fmt: skip
    assert rows[TUNED][:2] == ["0; 0.2; 0.60 (1.00); 0.5", "0; 0.2; 0.60 (1.00); ≤ 0.12"]  # no gain over itself
    assert rows["SAM"][0].startswith("**-3")
    assert rows["SAM"][0].endswith("; 0.2; 0.60 (1.00); ≤ 0.12")
    assert rows["SAM"][1:5] == ["destroyed; 3; 9.00 (0.30); ≥ 1", "–", "–", "–"]
    assert rows[COMMON][3:5] == ["0", "0"]


@pytest.mark.jit_free
@pytest.mark.parametrize(("name", "value", "lost"), [("kept", 0.49, True), ("test_loss", 9.0, False)])
def test_a_network_is_destroyed_once_its_hidden_layer_has_turned(name, value, lost):
    part = _record().isel(task=0, loss=0, method=1)
    part[name] = part[name] * 0 + value
    assert destroyed(part) == lost


@pytest.mark.jit_free
def test_the_page_is_written_and_then_up_to_date(tmp_path, capsys):
    record = save(_record(), tmp_path / "fine_tuning.nc", parameters={}, seed=1, seconds=1.0)
    page = tmp_path / "FINE_TUNING.md"
    for words in ("updated", "up to date"):
        update(page, record)
        assert capsys.readouterr().out.strip().endswith(words)
    assert page.read_text().startswith("# Fine-tuning")


@pytest.mark.jit_free
@pytest.mark.parametrize("lost", ["method", "kept"])
def test_a_record_of_another_experiment_gets_one_sentence(tmp_path, lost, capsys):
    record = save(_record().drop_vars(lost), tmp_path / "other.nc", parameters={}, seed=1, seconds=1.0)
    with pytest.raises(typer.Exit) as stopped:
        update(PAGE, record)
    assert stopped.value.exit_code == 2
    said = capsys.readouterr().err
    assert said == f"flatlab: record must be one of the experiment fine_tuning, this one has no {lost!r}\n"


def test_the_page_is_that_of_the_record():
    assert PAGE.read_text(encoding="utf-8") == comparison_page(load(RECORD))
