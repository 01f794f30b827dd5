"""To what order in rho does the drift law hold, and how does the drift grow with eta lambda_1?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.geometry.bounce import bounce_centres, bounce_frame, bounce_start, nearest_minimum
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import SAM
from flatlab.objectives import LeastSquares, Valley
from flatlab.objectives.valleys.named_profiles import WavyBowl
from flatlab.objectives.valleys.profiles import Parabola, ScaledProfile
from flatlab.storage.records import labelled
from flatlab.theory.sam import TwoCycle

CASES = ("ravine, two steps", "curved, two steps", "curved, centre")


def run(
    *,
    h: Annotated[float, Range(0, 2)] = 0.8,
    d: int = 6,
    m: int = 3,
    shortest: Annotated[float, Range(0, below="longest")] = 4e-4,
    longest: float = 0.03,
    radii: int = 11,
    problems: int = 12,
    settle: Annotated[int, Range(2, even=True)] = 2000,
    seed: int = 1,
) -> xr.Dataset:
    """Measure the error of the two-step drift law against rho, and the drift itself against h.

    Parameters
    ----------
    h : float
        Step size times the largest eigenvalue.
    d, m : int
        Variables and residuals of the least-squares problems.
    shortest, longest : float
        Range of a + rho.
    radii : int
        Number of radii, evenly spaced in their logarithm.
    problems : int
        Random problems of each kind.
    settle : int
        Even number of steps before the bounce centre is read.
    seed : int
        Seed of the problems.

    Returns
    -------
    xarray.Dataset
        Errors on every problem, and the factor by which the drift exceeds its value at small h.
    """
    rng = np.random.default_rng(seed)
    reaches = np.geomspace(shortest, longest, radii)
    errors = np.zeros((len(CASES), problems, radii))
    for i in range(problems):
        ravine = Valley(ScaledProfile(WavyBowl(), rng.uniform(0.5, 2.0), rng.uniform(0.8, 1.2)))
        curved = _least_squares(d, m, rng)
        for k, reach in enumerate(reaches):
            errors[0, i, k] = _iterate_error(ravine, np.array([0.0, 0.7]), h, reach)
            errors[1, i, k] = _iterate_error(curved, np.zeros(d), h, reach)
            errors[2, i, k] = _centre_error(curved, m, h, reach, settle)
    sharpness = np.linspace(0.05, 1.8, 15)
    factors = [_factor(one, reaches[0]) for one in sharpness]
    return xr.Dataset(
        {
            "error": labelled(("case", "problem", "reach"), errors, "error of the two-step drift law", "length"),
            "factor": labelled("h", factors, "measured drift over eta rho^2 a'/2"),
        },
        coords={
            "case": labelled("case", list(CASES), "what is measured"),
            "reach": labelled("reach", reaches, "a + rho", "length"),
            "h": labelled("h", sharpness, "eta lambda_1"),
        },
    )


def _least_squares(d, m, rng):
    """Return a problem whose Jacobian at 0 has the singular values 1 and some between 0.45 and 0.87."""
    sizes = np.concatenate([[1.0], rng.uniform(0.45, 0.87, m - 1)])
    jacobian = sizes[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
    features, shifts = rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
    return LeastSquares(jacobian - (1 - np.tanh(shifts) ** 2)[:, None] * features, features, shifts, "tanh")


def _start(objective, minimum, h, reach):
    frame = bounce_frame(objective, minimum)
    eta, rho = h / frame.sharpness, reach * (2 - h) / 2
    return frame, SAM(eta, rho), bounce_start(frame, eta, rho)


def _iterate_error(objective, minimum, h, reach):
    frame, sam, start = _start(objective, minimum, h, reach)
    path = trajectory(sam, objective, start, steps=2)
    step = TwoCycle(frame.sharpness, sam.eta, sam.rho).effective_step
    return np.linalg.norm(frame.projector @ (path[2] - path[0]) + 2 * step * frame.tangential)


def _centre_error(objective, rank, h, reach, settle):
    frame, sam, start = _start(objective, np.zeros(objective.linear.shape[1]), h, reach)
    settled = trajectory(sam, objective, start, steps=settle, record_every=settle)[-1]
    centres = bounce_centres(trajectory(sam, objective, settled, steps=3))
    frame = bounce_frame(objective, nearest_minimum(objective, centres[0], rank))
    step = TwoCycle(frame.sharpness, sam.eta, sam.rho).effective_step
    return np.linalg.norm(frame.projector @ (centres[2] - centres[0]) + 2 * step * frame.tangential)


def _factor(h, reach):
    bowl = Valley(Parabola())
    frame, sam, start = _start(bowl, np.array([0.0, 0.7]), h, reach)
    path = trajectory(sam, bowl, start, steps=1)
    return (path[0, 1] - path[1, 1]) / (sam.eta * sam.rho**2 / 2 * frame.tau[1])


if __name__ == "__main__":
    main(run)
