"""Who leaves a bad minimum of a network, and does test accuracy follow the trace?"""

import math

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.methods import GD, SharpnessAwarePerturbation
from flatlab.objectives import PerceptronBatch, accuracy, value
from flatlab.simulation.trajectories import trajectory
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from flatlab.theory.escape import FlowStep
from flatlab.theory.sam import batch_factor
from paper_checks.ahn2024.problems.bad_minimum import Case
from paper_checks.ahn2024.problems.batch_smoothed import BatchSmoothed

RUNS = (("SGD", 64), ("SGD", 1), ("RS", 64), ("RS", 1), ("RS wide", 64), ("RS wide", 1), ("SAP", 64), ("SAP", 1))
QUANTITIES = {
    "trace": "Hessian trace of the training loss after the closing descent",
    "trace_on_the_way": "Hessian trace of the training loss at the iterate",
    "train_loss": "training loss at the iterate",
    "train_accuracy": "training accuracy at the iterate",
    "test_accuracy": "test accuracy at the iterate",
    "test_accuracy_closed": "test accuracy after the closing descent",
}


def run(
    *,
    eta: float = 0.005,
    rho: float = 0.2,
    steps: int = 24000,
    records: int = 16,
    closing: int = 1000,
    seeds: int = 8,
    samples: int = 100,
    classes: int = 10,
    hidden: int = 64,
    fit_steps: int = 6000,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Fit random labels, then the true ones to full accuracy, then run each method at one small step size.

    Parameters
    ----------
    eta : float
        Step size of every method.
    rho : float
        Radius of the perturbations. RS is run with it and, as "RS wide", with the radius at which its drift is that of
        one-sample SAP: by the square root of d/C wider.
    steps, records : int
        Steps of every method, and measurements along them.
    closing : int
        Steps of the gradient descent that closes each measurement.
    seeds : int
        Number of cases, each with a network of its own.
    samples, classes, hidden : int
        Training samples, classes and hidden units.
    fit_steps : int
        Steps of a round of fitting.
    seed : int
        Seed of samples, starts and noise.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Trace, loss and accuracies along every run, those of the ordinary minimum, and the stated first fall.
    """
    for name, count in (("steps", steps), ("records", records), ("seeds", seeds), ("fit_steps", fit_steps)):
        checks.integer(name, count, at_least=1)
    checks.integer("closing", closing)
    checks.integer("classes", classes, at_least=2)
    checks.positive("eta", eta)
    checks.nonnegative("rho", rho)
    if steps < records:
        raise ValueError(f"steps must be at least the {records} records, got {steps}")
    every = steps // records
    base = {"eta": eta, "rho": rho, "steps": every * records, "every": every, "closing": closing, "samples": samples}
    base |= {"classes": classes, "hidden": hidden, "fit_steps": fit_steps, "seed": seed}
    cases = sweep(path, [{**base, "number": k} for k in range(seeds)], _runs_of_case)
    found = np.stack([case["found"] for case in cases], axis=2)
    ordinary, slopes = (np.stack([case[name] for case in cases], axis=-1) for name in ("ordinary", "slope"))
    size = int(cases[-1]["size"])
    falls = np.array([_stated_fall(name, batch, eta, rho, classes, size) for name, batch in RUNS])
    along = {
        name: labelled(("method", "replicate", "step"), values, text)
        for (name, text), values in zip(QUANTITIES.items(), found)
    }
    return xr.Dataset(
        {
            **along,
            "ordinary_trace": labelled("replicate", ordinary[0], "trace of the ordinary minimum"),
            "ordinary_test_accuracy": labelled("replicate", ordinary[1], "test accuracy of the ordinary minimum"),
            "stated_fall": labelled(
                ("method", "replicate"),
                falls[:, None] * slopes,
                "stated fall of log trace per step at the start",
                "1/step",
            ),
        },
        coords={
            "method": labelled("method", [f"{name}, B = {b}" for name, b in RUNS], "method"),
            "replicate": labelled("replicate", np.arange(seeds), "case"),
            "step": labelled("step", np.arange(records + 1) * every, "step", "steps"),
        },
    )


def _runs_of_case(setting):
    """Return what is measured along every run from one bad minimum, and at the ordinary one."""
    parts = {name: setting[name] for name in ("samples", "classes", "hidden", "fit_steps")}
    case = Case(1000 * setting["seed"] + setting["number"], **parts)
    eta, rho = setting["eta"], setting["rho"]
    wide, found = rho * math.sqrt(case.bad.size / setting["classes"]), []
    ordinary = case.trace(case.ordinary), accuracy(case.network, case.ordinary, *case.test)
    slope = case.valley_slope(case.bad)
    for j, (name, batch) in enumerate(RUNS):
        method = _method(name, eta, rho, wide)
        batches = PerceptronBatch(case.network, min(batch, setting["samples"]))
        rng = np.random.default_rng([setting["seed"], setting["number"], j])
        how = {"steps": setting["steps"], "record_every": setting["every"], "rng": rng}
        points = trajectory(method, batches, case.bad, **how)
        found.append(np.transpose([_measure(case, w, setting["closing"]) for w in points]))
    stacked = np.stack(found, axis=1)
    return {"found": stacked, "ordinary": np.array(ordinary), "slope": np.array(slope), "size": np.array(case.bad.size)}


def _method(name, eta, rho, wide):
    if name == "SGD":
        return GD(eta)
    if name == "SAP":
        return SharpnessAwarePerturbation(eta, eta, rho, np.inf)
    return BatchSmoothed(eta, wide if name == "RS wide" else rho)


def _measure(case, w, closing):
    settled = case.close(w, closing)
    return (
        case.trace(settled),
        case.trace(w),
        value(case.network, w),
        accuracy(case.network, w),
        accuracy(case.network, w, *case.test),
        accuracy(case.network, settled, *case.test),
    )


def _stated_fall(name, batch, eta, rho, classes, d):
    """Return the flow time of one step, in the flow of the trace that is not divided by d."""
    if name == "SGD":
        return 0.0
    if name == "SAP":
        return FlowStep(eta, rho, batch_factor(batch * classes)).time
    return FlowStep(eta, rho, 1 / d if name == "RS" else 1 / classes).time


if __name__ == "__main__":
    main(run)
