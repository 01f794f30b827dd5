"""Methods compared on paired seeds: differences to SGD with intervals, and the tables of a fine-tuning record."""

import numpy as np
from scipy import stats

from flatlab.base import checks
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Estimate
from flatlab.report.markdown import table_line

__all__ = ["COMMON", "EFFECTS", "TUNED", "comparison_page", "effects", "rank_correlation", "summary"]

COMMON, TUNED = "SGD, common step", "SGD"  # at the step size of all methods, and at its own best
LEVEL = 0.95
BEGIN, END = "<!-- comparison:begin -->", "<!-- comparison:end -->"
EFFECTS = {
    # name: (heading, decimals)
    "test_accuracy": ("Test accuracy less that of {}, percentage points", 1),
    "trace": ("Log of the Hessian trace over that of {}, at the end", 2),
    "matched_log_ratio": ("Log of the Hessian trace over that of {}, at the training loss that both reach", 2),
    "top_eigenvalue": ("Log of the largest Hessian eigenvalue over that of {}, at the end", 2),
}
# tuned SGD stops where its training loss is still high, so curvature is compared at the common step size
TABLES = (("test_accuracy", TUNED), ("test_accuracy", "SAM"), *((name, COMMON) for name in EFFECTS))


def effects(record, name, reference=COMMON):
    """Return what each method adds to a reference, run by run.

    Parameters
    ----------
    record : xarray.Dataset
        From ``experiments/fine_tuning.py``.
    name : str
        A key of ``EFFECTS``.
    reference : str
        A method of the record; ``COMMON`` or ``TUNED`` for ``matched_log_ratio``.

    Returns
    -------
    ndarray, shape (loss, method, task, replicate)
        Percentage points for ``test_accuracy``, logarithms of ratios otherwise; nan where a run diverged or the
        quantity is not above 0.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    checks.one_of("name", name, EFFECTS)
    known = record.reference if name == "matched_log_ratio" else record.method
    checks.one_of("reference", reference, [str(word) for word in known.values])
    values = record[name]
    if name == "matched_log_ratio":
        return values.sel(reference=reference).transpose("loss", "method", "task", "replicate").values.astype(float)
    values = values.transpose("loss", "method", "task", "replicate").values.astype(float)
    base = values[:, [list(record.method.values).index(reference)]]
    if name == "test_accuracy":
        return 100 * (values - base)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(values / base)
    return np.where(np.isfinite(ratio), ratio, np.nan)


def summary(values, level=LEVEL):
    """Return the mean of paired differences with Student's interval, leaving out pairs that are nan.

    Parameters
    ----------
    values : array_like, shape (n,)
    level : float
        Confidence level.

    Returns
    -------
    estimate : Estimate
        All nan where fewer than two pairs are left.
    pairs : int
        Pairs used.
    """
    values = np.asarray(values, dtype=float)
    used = values[np.isfinite(values)]
    if used.size < 2:
        return Estimate(*3 * [float("nan")]), used.size
    return mean(used, level=level), used.size


def rank_correlation(first, second, rng, *, draws=1000, level=LEVEL):
    """Return Spearman's rank correlation over methods of two mean quantities, with a paired bootstrap interval.

    The seeds are drawn again with replacement, the same for every method and both quantities.

    Parameters
    ----------
    first, second : array_like, shape (methods, seeds)
    rng : numpy.random.Generator
    draws : int
        Bootstrap samples.
    level : float
        Confidence level of the percentile interval.

    Returns
    -------
    Estimate
        nan where one of the two is the same for all methods.

    Raises
    ------
    ValueError
        If the shapes differ or an argument is out of range.
    """
    first = checks.matrix("first", first)
    second = checks.matrix("second", second, first.shape[1])
    draws, level = checks.integer("draws", draws, at_least=1), checks.between("level", level, 0, 1)
    again = rng.integers(0, first.shape[1], (draws, first.shape[1]))
    ranks = [
        stats.rankdata(np.vstack([part.mean(axis=1), part[:, again].mean(axis=2).T]), axis=1)
        for part in (first, second)
    ]
    ranks = [part - part.mean(axis=1, keepdims=True) for part in ranks]
    with np.errstate(invalid="ignore"):
        found = (ranks[0] * ranks[1]).sum(axis=1) / np.sqrt((ranks[0] ** 2).sum(axis=1) * (ranks[1] ** 2).sum(axis=1))
    low, high = np.quantile(found[1:], [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(found[0]), float(low), float(high))


def comparison_page(record):
    """Return the tables of a fine-tuning record: method by task, every entry with its interval.

    Parameters
    ----------
    record : xarray.Dataset
        From ``experiments/fine_tuning.py``.

    Returns
    -------
    str
        Markdown, one table for each quantity and loss. An entry is the mean over the paired seeds and the half-width
        of its 95 % interval, bold where an interval that allows for all entries together keeps clear of 0.

    Raises
    ------
    ValueError
        If the record is of another experiment.
    """
    for name in ("method", "task", "loss", *EFFECTS):
        if name not in record:
            raise ValueError(f"record must be one of the experiment fine_tuning, this one has no {name!r}")
    methods, tasks, losses = (list(record[name].values) for name in ("method", "task", "loss"))
    entries = len(TABLES) * len(losses) * (len(methods) - 1) * (len(tasks) + 1)
    strict = 1 - (1 - LEVEL) / entries
    parts = [
        f"Mean over {record.sizes['replicate']} paired seeds ± half-width of the 95 % interval. Bold: the interval at "
        f"level {100 * strict:.4f} %, which allows for all {entries} entries together, keeps clear of 0. *All*: the "
        "mean over the tasks, seed by seed. In brackets: the pairs left, where a run diverged, a trace was not above 0 "
        "or the paths share no training loss; a dash where fewer than half are left, since what is left is a selection."
    ]
    for name, reference in TABLES:
        heading, decimals = EFFECTS[name]
        found = effects(record, name, reference)
        for i, loss in enumerate(losses):
            lines = [table_line(["", *tasks, "*All*"]), table_line(["---"] + ["---:"] * (len(tasks) + 1))]
            for j, method in enumerate(methods):
                if method != reference:
                    rows = [*found[i, j], found[i, j].mean(axis=0)]
                    lines.append(table_line([method, *(_entry(row, decimals, strict) for row in rows)]))
            parts += [f"**{heading.format(reference)}; {loss} loss**", "\n".join(lines)]
    return "\n\n".join(parts)


def _entry(values, decimals, strict):
    estimate, pairs = summary(values)
    if pairs < max(2, len(values) / 2):
        return "–"
    half = estimate.high - estimate.value
    text = f"{estimate.value:+.{decimals}f} ± {half:.{decimals}f}"
    _, low, high = summary(values, strict)[0]
    text = f"**{text}**" if low > 0 or high < 0 else text
    return text if pairs == len(values) else f"{text} ({pairs})"
