"""Methods compared on paired seeds: differences to a reference, and their intervals."""

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Estimate
from flatlab.learning import tuning

__all__ = ["COMMON", "EFFECTS", "LEVEL", "TUNED", "compared", "destroyed", "effects", "summary"]

COMMON, TUNED = "SGD, common step", "SGD"  # at the step size of all methods, and at its own best
LEVEL = 0.95
EFFECTS = {
    # name: (heading, decimals)
    "test_accuracy": ("Test accuracy less that of {}, percentage points", 1),
    "trace": ("Log of the Hessian trace over that of {}, at the end", 2),
    "matched_log_ratio": ("Log of the Hessian trace over that of {}, at the training loss that both reach", 2),
    "top_eigenvalue": ("Log of the largest Hessian eigenvalue over that of {}, at the end", 2),
}


def effects(record: xr.Dataset, name: str, reference: str = COMMON) -> np.ndarray:
    """Return what each method adds to a reference, run by run: shape (loss, method, task, replicate).

    Percentage points for ``test_accuracy``, logarithms of ratios for the other keys of ``EFFECTS``; nan where a run
    diverged or the quantity is not above 0. For ``matched_log_ratio`` the reference is ``COMMON`` or ``TUNED``.
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


def destroyed(part: xr.Dataset) -> bool:
    """Return whether the networks of one method, task and loss are destroyed."""
    return bool(tuning.destroyed(part.kept.values, part.moved.values, part.test_accuracy.values <= part.guess.values))


def compared(record: xr.Dataset, loss: str) -> np.ndarray:
    """Return for each task whether neither reference is destroyed."""
    references = [list(record.method.values).index(name) for name in (COMMON, TUNED)]
    parts = [[record.sel(task=task, loss=loss).isel(method=j) for j in references] for task in record.task.values]
    return np.array([not any(map(destroyed, both)) for both in parts])


def summary(values: np.ndarray, level: float = LEVEL) -> tuple[Estimate, int]:
    """Return the mean of paired differences, shape (n,), with Student's interval, and how many pairs are not nan.

    The estimate is all nan where fewer than two pairs are left.
    """
    values = np.asarray(values, dtype=float)
    used = values[np.isfinite(values)]
    if used.size < 2:
        return Estimate(*3 * [float("nan")]), used.size
    return mean(used, level=level), used.size
