"""Paired comparisons, and the tables of the fine-tuning record in the page of its paper."""

from pathlib import Path

import numpy as np
import pytest
import typer
import xarray as xr
from scipy import stats

from flatlab.report.method_comparison import COMMON, TUNED, effects, rank_correlation, summary
from flatlab.storage.records import load, save
from paper_checks.zhang2024.problems.fine_tuning_tables import comparison_page, guess, update

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
    data = {"test_accuracy": accuracy, "trace": trace, "top_eigenvalue": trace, "test_loss": loss, "distance": 3 * loss}
    labels = {"units": "1", "long_name": "x"}
    return xr.Dataset(
        {name: (dims, values, labels) for name, values in data.items()}
        | {"matched_log_ratio": (("reference", *dims), matched, labels)},
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
def test_rank_correlation_is_spearmans_with_an_interval_around_it():
    rng = np.random.default_rng(1)
    level = np.arange(8.0)[:, None]
    first = level + 0.5 * rng.standard_normal((8, 20))
    second = level**3 + 30 * rng.standard_normal((8, 20))
    found = rank_correlation(first, second, rng)
    assert found.value == pytest.approx(stats.spearmanr(first.mean(axis=1), second.mean(axis=1))[0])
    assert found.low <= found.value <= found.high
    assert rank_correlation(first, -second, rng).high < -0.5
    unrelated = rank_correlation(rng.standard_normal((8, 20)), rng.standard_normal((8, 20)), rng)
    assert unrelated.low < 0 < unrelated.high
    assert np.isnan(rank_correlation(np.ones((8, 20)), second, rng).value)
    with pytest.raises(ValueError, match=r"^second must"):
        rank_correlation(first, second[:, 1:], rng)


@pytest.mark.jit_free
def test_the_page_has_a_row_for_each_method_and_says_what_is_destroyed():
    page = comparison_page(_record())
    assert page.count("\n| SAM |") == 1
    assert f"\n| {TUNED} |" not in page  # no row against itself
    line = next(line for line in page.splitlines() if line.startswith("| SAM | **-3"))
    assert line.split("|")[3:5] == [" destroyed; 3; 9 ", " – "]
    assert line.split("|")[2].endswith("; 0.2; 0.6 ")


@pytest.mark.jit_free
def test_the_loss_of_a_guess_follows_from_the_classes():
    assert guess("digits-halves-noisy", "squared") == pytest.approx(0.4)
    assert guess("cancer-noisy", "cross-entropy") == pytest.approx(np.log(2))
    assert guess("drawn-digits-noisy", "cross-entropy") == pytest.approx(np.log(10))


@pytest.mark.jit_free
def test_the_page_is_written_and_then_up_to_date(tmp_path, capsys):
    record = save(_record(), tmp_path / "fine_tuning.nc", parameters={}, seed=1, seconds=1.0)
    page = tmp_path / "FINE_TUNING.md"
    for words in ("updated", "up to date"):
        update(page, record)
        assert capsys.readouterr().out.strip().endswith(words)
    assert page.read_text().startswith("# Fine-tuning")


@pytest.mark.jit_free
@pytest.mark.parametrize("lost", ["method", "distance"])
def test_a_record_of_another_experiment_gets_one_sentence(tmp_path, lost, capsys):
    record = save(_record().drop_vars(lost), tmp_path / "other.nc", parameters={}, seed=1, seconds=1.0)
    with pytest.raises(typer.Exit) as stopped:
        update(PAGE, record)
    assert stopped.value.exit_code == 2
    said = capsys.readouterr().err
    assert said == f"flatlab: record must be one of the experiment fine_tuning, this one has no {lost!r}\n"


def test_the_page_is_that_of_the_record():
    assert PAGE.read_text(encoding="utf-8") == comparison_page(load(RECORD))


@pytest.mark.jit_free
def test_no_best_candidate_of_the_record_is_at_the_end_of_its_grid():
    record = load(RECORD)
    chosen = record.chosen[:, :, record.method.values != COMMON]
    assert ((chosen > 0) & (chosen < record.sizes["candidate"] - 1)).all()
