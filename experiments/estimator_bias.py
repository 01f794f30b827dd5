"""How far is a smoothed gradient from gradient plus gradient of the trace, as the radius grows?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.objectives import Cusp, Product
from flatlab.storage.records import labelled
from paper_checks.ahn2024.problems.gradients import Smoothed, gradient_at

KINDS = ("(xyz-1)^2/2", "|x|x^3/4", "(xy-1)^2/2")


def _bias(kind, w, rho):
    if kind == 1:
        height, weight = np.polynomial.legendre.leggauss(8)
        sides = [s * (height + 1) / 2 for s in (1, -1)]
        average = sum(
            share / 4 * gradient_at(Cusp(3), np.array([rho * h, 0.0, 0.0]))[0]
            for side in sides
            for h, share in zip(side, weight)
        )
        return abs(average)
    objective = Product(3 if kind == 0 else 2)
    point = w[: objective.factors]
    p = Smoothed(objective, point, rho)
    return np.linalg.norm(p.mean - p.gradient - p.drift)


def run(
    *,
    smallest: Annotated[float, Range(0, below="largest")] = 0.01,
    largest: float = 1.0,
    radii: int = 13,
    seed: int = 1,
) -> xr.Dataset:
    """Average the gradient over spheres of many radii, exactly, and subtract what the theory says.

    Parameters
    ----------
    smallest, largest : float
        Range of the radii.
    radii : int
        Number of radii.
    seed : int
        Seed of the point.

    Returns
    -------
    xarray.Dataset
        The bias of three functions: of fourth order, of third order, and none.
    """
    w = np.random.default_rng(seed).standard_normal(3)
    rho = np.geomspace(smallest, largest, radii)
    bias = np.array([[_bias(kind, w, r) for r in rho] for kind in range(3)])
    slopes = [np.polyfit(np.log(rho), np.log(bias[kind]), 1)[0] for kind in (0, 1)]
    return xr.Dataset(
        {
            "bias": labelled(
                ("function", "rho"), np.maximum(bias, 1e-18), "smoothed gradient less the stated one", "gradient"
            ),
            "slope": labelled("fitted", slopes, "fitted exponent"),
        },
        coords={
            "function": labelled("function", list(KINDS), "function"),
            "fitted": labelled("fitted", list(KINDS[:2]), "function"),
            "rho": labelled("rho", rho, "radius", "length"),
        },
    )


if __name__ == "__main__":
    main(run)
