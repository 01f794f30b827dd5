"""How much do methods for matrix sensing differ from problem to problem?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from paper_checks.zhang2024.problems.sensing import METHODS, scaled

FIELDS = {
    "train": "training loss over the mean square of the targets",
    "test": "test loss over the mean square of the targets",
    "trace": "Hessian trace of the training loss",
    "nuclear": "nuclear norm of W W^T",
}


def run(
    *,
    d: int = 20,
    s: float = 0.1,
    gradients: Annotated[int, Range(160)] = 10000,
    problems: int = 32,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Run every method on many problems at a fraction of the authors' size, at equal gradient evaluations.

    Parameters
    ----------
    d : int
        Rows and columns of the matrix and of its factor; the authors have 100.
    s : float
        Standard deviation of the weight noise.
    gradients : int
        Gradient evaluations of each method, 160 or above.
    problems : int
        Number of problems, each with a start and noise of its own.
    seed : int
        Seed of the first problem; the others follow.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Losses, trace and nuclear norm along the way, by method and problem, and the truth's nuclear norm.
    """
    checks.integer("problems", problems, at_least=1)
    base = {"d": d, "s": s, "gradients": gradients}
    settings = [{**base, "method": name, "seed": seed + k} for name in METHODS for k in range(problems)]
    found = sweep(path, settings, _measure)
    shape = (len(METHODS), problems)
    data = {
        name: labelled(
            ("approach", "problem", "record"),
            np.stack([one[name] for one in found]).reshape(*shape, -1).astype(np.float32),
            words,
        )
        for name, words in FIELDS.items()
    }
    truth = [scaled(s, gradients, seed + k, d).prepared.problem.spectrum.sum() for k in range(problems)]
    data["truth"] = labelled("problem", truth, "nuclear norm of the truth")
    records = data["train"][1].shape[-1]
    coords = {
        "approach": labelled("approach", list(METHODS), "name of the method"),
        "problem": labelled("problem", np.arange(seed, seed + problems), "seed of the problem"),
        "record": labelled("record", np.linspace(0, gradients, records), "cost so far", "gradient evaluations"),
    }
    return xr.Dataset(data, coords=coords)


def _measure(setting):
    setting = dict(setting)
    name = setting.pop("method")
    found = scaled(**setting).run(name).found
    return {field: getattr(found, field) for field in FIELDS}


if __name__ == "__main__":
    main(run)
