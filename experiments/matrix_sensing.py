"""Which method recovers a low-rank matrix at equal gradient evaluations?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.lab.options import OneOf, Range
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from flatlab.theory.noise import SensingMean, bias_floor
from paper_checks.zhang2024.problems.sensing import METHODS, Sensing

EIGENVALUES = 12
FIELDS = {
    "train": "training loss over the mean square of the targets",
    "test": "test loss over the mean square of the targets",
    "error": "squared relative distance of W W^T from the truth",
    "trace": "Hessian trace of the training loss",
    "nuclear": "nuclear norm of W W^T",
}


def run(
    *,
    d: int = 100,
    rank: int = 5,
    n: int = 2500,
    eta: float = 0.00125,
    s: float = 0.08,
    gradients: Annotated[int, Range(160)] = 10000,
    methods: Annotated[tuple[str, ...], OneOf(tuple(METHODS))] = tuple(METHODS),
    single: bool = True,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Run every method on one problem, from one start, at equal gradient evaluations.

    Parameters
    ----------
    d : int
        Rows and columns of the matrix and of its factor.
    rank : int
        Rank of the matrix that is sought.
    n : int
        Number of measurements, for training and again for testing.
    eta : float
        Step size for the loss with the factor 1/(2n): half of the authors' 0.0025, whose loss has 1/(4n).
    s : float
        Standard deviation of the weight noise.
    gradients : int
        Gradient evaluations of each method, 160 or above.
    methods : tuple of str
        Names of methods.
    single : bool
        Keep the measurements in single precision, as the authors do.
    seed : int
        Seed of the problem, the start and the noise.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Losses, error, trace and nuclear norm along the way, and the spectra at the end.
    """
    checks.positive("eta", eta)
    checks.nonnegative("s", s)
    checks.integer("gradients", gradients, at_least=160)
    base = {"d": d, "rank": rank, "n": n, "eta": eta, "s": s, "gradients": gradients, "single": single, "seed": seed}
    found = sweep(path, [{**base, "method": name} for name in methods], _measure)
    spectrum = found[0]["truth"]
    threshold = SensingMean(d).soft_threshold(s)
    data = {
        name: labelled(("approach", "record"), np.stack([result[name] for result in found]), words)
        for name, words in FIELDS.items()
    }
    data["cost"] = labelled(
        ("approach", "record"),
        np.stack([result["cost"] for result in found]),
        "gradient evaluations so far",
        "gradient evaluations",
    )
    data["eigenvalues"] = labelled(
        ("approach", "order"),
        np.stack([result["eigenvalues"] for result in found]),
        "largest eigenvalues of W W^T, mean over the last quarter",
        "squared weight",
    )
    data["truth"] = labelled("order", spectrum, "largest eigenvalues of the truth", "squared weight")
    data["threshold"] = labelled((), threshold, "soft threshold", "squared weight")
    data["bias_floor"] = labelled((), bias_floor(spectrum, threshold), "bias floor of the population")
    return xr.Dataset(data, coords={"approach": labelled("approach", list(methods), "name of the method")})


def _measure(setting):
    setting = dict(setting)
    name, sensing = setting.pop("method"), Sensing(**setting)
    result, d = sensing.run(name), sensing.d
    factors = result.path[-(len(result.path) // 4) :].reshape(-1, d, d)
    eigenvalues = np.mean([np.linalg.eigvalsh(factor @ factor.T)[::-1] for factor in factors], axis=0)
    shown = min(EIGENVALUES, d)
    truth = np.zeros(shown)
    truth[: min(sensing.rank, shown)] = sensing.prepared.problem.spectrum[:shown]
    return {
        **dict(zip(FIELDS, result.found)),
        "cost": np.linspace(0, setting["gradients"], len(result.path)),
        "eigenvalues": eigenvalues[:shown],
        "truth": truth,
    }


if __name__ == "__main__":
    main(run)
