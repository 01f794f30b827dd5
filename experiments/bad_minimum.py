"""Who leaves a bad minimum of a network, and does test accuracy follow the trace?"""

import numpy as np
import xarray as xr

from flatlab.experiment import main
from paper_checks.ahn2024._bad_minimum import case

RUNS = (("SGD", 64), ("RS", 64), ("SAP", 64), ("SAP", 1))


def run(
    *,
    steps: int = 20000,
    records: int = 20,
    seeds: int = 4,
    rho_rs: float = 1.0,
    rho_sap: float = 0.1,
    rho_single: float = 0.03,
    seed: int = 1,
) -> xr.Dataset:
    """Fit random labels, then the true ones to full accuracy, then run each method at one small step size.

    Parameters
    ----------
    steps : int
        Steps of every method.
    records : int
        Measurements along a run.
    seeds : int
        Cases.
    rho_rs, rho_sap, rho_single : float
        Radius of the random smoothing, of the sharpness-aware perturbation with batches of 64, and of 1.
    seed : int
        Of samples, starts and noise.

    Returns
    -------
    xarray.Dataset
        Training and test accuracy, training loss and trace along every run, and of the ordinary minimum.
    """
    found = np.empty((4, len(RUNS), seeds, records + 1))
    ordinary = np.empty((4, seeds))
    for k in range(seeds):
        one = case(1000 * seed + k)
        ordinary[:, k] = one.measure(one.good, np.random.default_rng([seed, k]))
        for j, (name, batch) in enumerate(RUNS):
            rho = {"SGD": 0.0, "RS": rho_rs, "SAP": rho_single if batch == 1 else rho_sap}[name]
            found[:, j, k] = one.run(name, batch, rho, steps, np.random.default_rng([seed, k, j]), records).T
    names = {
        "train_accuracy": "training accuracy",
        "test_accuracy": "test accuracy",
        "train_loss": "training loss",
        "trace": "Hessian trace of the training loss",
    }
    along = {
        name: (("method", "replicate", "step"), values, {"units": "1", "long_name": text})
        for (name, text), values in zip(names.items(), found)
    }
    ends = {
        f"ordinary_{name}": ("replicate", values, {"units": "1", "long_name": f"{text}, ordinary minimum"})
        for (name, text), values in zip(names.items(), ordinary)
    }
    return xr.Dataset(
        {**along, **ends},
        coords={
            "method": (
                "method",
                [f"{name}, B = {batch}" for name, batch in RUNS],
                {"units": "1", "long_name": "method"},
            ),
            "replicate": ("replicate", np.arange(seeds), {"units": "1", "long_name": "case"}),
            "step": ("step", np.arange(records + 1) * (steps // records), {"units": "steps", "long_name": "step"}),
        },
    )


if __name__ == "__main__":
    main(run)
