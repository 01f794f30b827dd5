"""Paired comparisons, and the tables of the fine-tuning record in the page of its paper."""

import re
from pathlib import Path

import numpy as np
import pytest
import typer
import xarray as xr
from scipy import stats

from flatlab.lab.figures import declarations
from flatlab.learning.protocol import HIDDEN, MOMENTUM
from flatlab.learning.tasks import TASKS, make_task
from flatlab.learning.tuning import KEPT, LOST, MOVED
from flatlab.report.method_comparison import COMMON, TUNED, compared, destroyed, effects, summary
from flatlab.storage.records import load, parameters_of, save
from paper_checks.zhang2024.problems._fine_tuning_tables import (
    comparison_page,
    gains_over_all,
    update,
)
from paper_checks.zhang2024.sam_is_flatter import NOISE, RADIUS

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "figures" / "records" / "fine_tuning.nc"
PAGE = ROOT / "paper_checks" / "zhang2024" / "FINE_TUNING.md"
README = PAGE.with_name("README.md")
BATCH = 8  # of experiments/fine_tuning.py


def _record():
    """Two tasks, one loss, five seeds; SAM gains exactly two points and doubles the trace."""
    methods = [COMMON, TUNED, "SAM"]
    rng = np.random.default_rng(0)
    dims = ("task", "loss", "method", "replicate")
    base = rng.uniform(0.4, 0.6, (2, 1, 1, 5))
    accuracy = base + np.array([0, 0.05, 0.02])[:, None] + 1e-3 * rng.standard_normal((2, 1, 3, 5))
    trace = np.exp(rng.standard_normal((2, 1, 1, 5))) * np.array([1, 1, 2])[:, None]
    trace[1, 0, 2, 0] = np.nan
    matched = 0.1 * rng.standard_normal((2, 2, 1, 3, 5))
    loss = np.full(trace.shape, 0.2)
    loss[1, 0, 2] = 3.0  # far above a guess
    kept = np.where(loss > 1, 0.3, 1.0)
    guess = np.full(trace.shape, 0.2)
    data = {
        "guess": guess,
        "test_accuracy": accuracy,
        "trace": trace,
        "top_eigenvalue": trace * rng.uniform(1, 2, trace.shape),
        "test_loss": loss,
        "moved": 3 * loss,
    }
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
    assert "- Destroyed: SAM on digits-halves-noisy (0 of 5 runs at chance, median cosine 0.30, " in page


@pytest.mark.jit_free
def test_a_task_whose_reference_is_destroyed_has_no_gains_and_is_left_out_of_the_mean():
    record = _record()
    record.kept[1, 0, 2] = 1.0
    record.moved[1, 0, 2] = 0.5
    before = gains_over_all(record, "squared", "SAM")
    np.testing.assert_allclose(before, effects(record, "test_accuracy", TUNED)[0, 2].mean(axis=0))
    record.test_accuracy[1, 0, 1, 0] = 0.1  # one run of five at chance
    assert compared(record, "squared").tolist() == [True, False]
    np.testing.assert_allclose(
        gains_over_all(record, "squared", "SAM"), effects(record, "test_accuracy", TUNED)[0, 2, 0]
    )
    page = comparison_page(record)
    rows = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:]] for line in page.splitlines()
            if line.startswith("| S")}  # fmt: skip
    assert rows[TUNED][1].startswith("destroyed")
    assert rows["SAM"][1].startswith("–; ")
    assert "| *All* (1) |" in page
    assert f"{TUNED} on digits-halves-noisy (1 of 5 runs at chance" in page
    record.test_accuracy[0, 0, 1, 0] = 0.1
    assert gains_over_all(record, "squared", "SAM") is None


@pytest.mark.jit_free
def test_a_gain_in_accuracy_beside_a_higher_test_loss_is_named():
    record = _record()
    record.kept[:], record.moved[:], record.test_loss[:] = 1.0, 0.5, 0.2
    record.test_accuracy[:, 0, 2] += 0.1  # SAM
    words = "- Of these, with a median test loss above that of tuned SGD: "
    assert f"tuned SGD over all tasks: SAM (+7.0).\n{words}none.\n" in comparison_page(record)
    record.test_loss[1, 0, 2] = 0.25
    assert f"{words}SAM on digits-halves-noisy (1.25 times).\n" in comparison_page(record)


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("name", "value", "lost"),
    [("kept", 0.49, True), ("moved", 1.1, True), ("guess", 0.99, True), ("test_loss", 9.0, False)],
)
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


def _section(name):
    text = README.read_text(encoding="utf-8")
    return text[text.index(f"\n### {name}\n") :].split("\n### ")[1].split("\n## ")[0]


def _numbers(text):
    """Return the numbers of a text, without those in names in backticks or formulas between dollars."""
    plain = re.sub(r"`[^`]*`|\$[^$]*\$", "", text)
    return [float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", plain)]


def test_every_number_of_the_protocol_is_that_of_the_record():
    pytest.importorskip("sklearn", reason="needs the extra data")
    record = load(RECORD)
    given, tasks = parameters_of(record), list(map(str, record.task.values))
    sizes = [len(make_task(name, 1).train.labels) for name in tasks]
    assert given["tasks"].split(",") == tasks
    assert min(sizes) >= 4 * BATCH
    grid = record.grid.sel(candidate=[0, record.sizes["candidate"] - 1]).values
    sgd, sam = grid[list(record.method.values).index("SGD")], grid[list(record.method.values).index("SAM")]
    assert sam[0] == pytest.approx(1e-3, rel=0.03)
    assert {round(share, 2) for _, _, _, share in (TASKS[name] for name in tasks)} == {0.0, 0.2}
    assert np.degrees(np.arccos(KEPT)) == pytest.approx(60)
    assert (MOVED, LOST) == (1, 0.1)
    protocol, table, _ = re.split(r"\n(?=The 6 tasks|Two readings)", _section("Fine-tuning, method by method"))
    assert _numbers(protocol) == [
        HIDDEN, 20, MOMENTUM, grid[0, 0], BATCH, given["budget"], record.sizes["candidate"], sam[1], 1,
        given["tuning_seeds"], given["seeds"], 60, round(sgd[0], 5), sgd[1],
    ]  # fmt: skip
    assert record.sizes["replicate"] == given["seeds"]
    cells = [row.split("|")[-2] for row in table.splitlines() if row.count("|") == 4]
    assert [int(number) for cell in cells for number in re.findall(r"\d+", cell)] == sizes


def test_the_sizes_of_the_claim_on_sam_are_those_that_were_chosen():
    part = load(RECORD).sel(task="drawn-drawn-noisy", loss="squared")
    names = list(part.method.values)
    for name, size in (("NSO, k = 2", NOISE), ("SAM", RADIUS)):
        chosen = part.isel(method=names.index(name))
        assert chosen.grid.values[int(chosen.chosen)] == size


def test_the_section_on_regularisation_says_what_its_record_holds():
    record = load(RECORD.with_name("regularisation_grid.nc")).sel(loss="squared")
    nso, fewer = (-record.log_trace_ratio.sel(estimate="mean", compared=name).values for name in record.compared.values)
    gain = 100 * record.accuracy_gain.sel(compared="NSO")
    low, high = (float(f(gain.sel(estimate="mean"))) for f in (np.min, np.max))
    assert (gain.sel(estimate="low") < 0).all()
    text = _section("Beside weight decay and augmentation")
    for numbers in ((nso.min(), nso.max()), (fewer.min(), fewer.max())):
        assert f"{numbers[0]:.2f} to {numbers[1]:.2f}" in text
    assert f"between {low:+.1f} and {high:+.1f} points".replace("-", "−") in text


def test_the_section_says_where_sam_ends_flatter_than_nso():
    """At the end of training; the claim has the task drawn-drawn-noisy under squared loss and k = 2."""
    record, found = load(RECORD), {}
    names, tasks = list(map(str, record.method.values)), list(map(str, record.task.values))
    nso = [names.index(f"NSO, k = {k}") for k in (1, 2, 3)]
    for name in ("trace", "top_eigenvalue"):
        values = effects(record, name)
        gaps = values[:, [names.index("SAM")]] - values[:, nso]  # (loss, k, task, replicate)
        found[name] = np.array([[[summary(one)[0] for one in row] for row in rows] for rows in gaps])
    text = _section("Fine-tuning, method by method")
    squared, entropy = (list(record.loss.values).index(loss) for loss in ("squared", "cross-entropy"))
    for name, above in (("trace", ("drawn-drawn", "wine-third-class")), ("top_eigenvalue", ("wine-third-class",))):
        low, high = found[name][squared, ..., 1], found[name][squared, ..., 2]
        assert (high[1] < 0).all()  # k = 2
        assert ((high < 0) | (low > 0)).all()
        for task, row in zip(tasks, low.T, strict=True):
            assert (row > 0).tolist() == [task in above, False, task in above]
        for task in above:
            one, three = found[name][squared, [0, 2], tasks.index(task), 0]
            assert f"by {one:.2f} and {three:.2f}" in text
        estimates = found[name][entropy, ..., 0]
        low, high = (f"{one:+.2f}".replace("-", "−") for one in (np.nanmin(estimates), np.nanmax(estimates)))
        assert re.search(rf"between\s+{re.escape(low)} and {re.escape(high)} for", text)


def test_the_titles_of_the_figures_are_what_the_record_shows():
    shown = declarations(ROOT / "figures")
    record, part = load(RECORD), {}
    for i, loss in enumerate(record.loss.values):
        gains, used = effects(record, "test_accuracy", TUNED)[i], compared(record, loss)
        better = np.array([[np.ptp(one) > 0 and summary(one)[0].low > 0 for one in rows[used]] for rows in gains])
        assert better.any(axis=1).sum() >= 4
        assert not better.all(axis=1).any()
        chosen = [record.sel(loss=loss).isel(method=j).chosen.values for j, name in enumerate(record.method.values)
                  if name in ("noise, 2 points", "NSO, k = 1", "NSO, k = 2", "SAM", "ASAM", "RSAM")]  # fmt: skip
        part[str(loss)] = np.isin(chosen, (0, record.sizes["candidate"] - 1)).sum()
    assert shown["fine_tuning_accuracy"]["TITLE"].endswith("beat tuned SGD by a few points on some tasks, none on all")
    assert part["squared"] == 0 < 3 <= part["cross-entropy"]
    assert "best inside the range of sizes; cross-entropy: several" in shown["fine_tuning_candidates"]["TITLE"]
    digits = record.moved.sel(task="digits-halves-noisy", loss="cross-entropy").median("replicate").values
    two, three = (digits[list(record.method.values).index(f"NSO, k = {k}")] for k in (2, 3))
    assert f"moved by {two:.2f} and {three:.2f} of its length" in _section("Fine-tuning, method by method")
    nso = record.sel(loss="cross-entropy").isel(method=[str(name).startswith("NSO") for name in record.method.values])
    sgd = record.sel(loss="cross-entropy").isel(method=list(record.method.values).index(TUNED))
    for j in (1, 2):  # k = 2, 3
        large = nso.grid.values[j][nso.chosen.values[:, j].astype(int)] >= 1
        higher = (nso.isel(method=j).test_loss.median("replicate") > sgd.test_loss.median("replicate")).values
        assert (large.sum(), (large & higher).sum()) == (5, 4)
    assert compared(record, "squared").tolist() == [str(task) != "wine-third-class" for task in record.task.values]
    assert max(float(nso.grid[j, int(k)]) for j, row in enumerate(nso.chosen.values.T) for k in row) == 4


def test_the_page_is_that_of_the_record():
    assert PAGE.read_text(encoding="utf-8") == comparison_page(load(RECORD))
