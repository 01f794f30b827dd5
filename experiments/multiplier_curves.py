"""Which perturbations of the top cycle die out? The multiplier against the ratio of eigenvalues, and measured."""

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import SAMOnQuadratic, TwoCycle

H = (0.2, 0.5, 1.0, 1.5, 1.9)


def run(*, rho: float = 0.1, measured: int = 12, curve: int = 201) -> xr.Dataset:
    """Evaluate the multipliers and measure them on perturbed cycles.

    Parameters
    ----------
    rho : float
        Radius of the ascent step; the multipliers do not depend on it.
    measured : int
        Ratios at which the multiplier is measured.
    curve : int
        Ratios at which the formula is evaluated.

    Returns
    -------
    xarray.Dataset
    """
    ratios = np.linspace(0.001, 0.999, curve)
    probes = np.linspace(0.04, 0.96, measured)

    def probe(h, ratio):
        start = [TwoCycle(1.0, h, rho).radius, 1e-9 * rho]
        path = trajectory(SAM(h, rho), Quadratic([1.0, ratio]), start, steps=2)
        return path[2, 1] / path[1, 1]

    return xr.Dataset(
        {
            "predicted": labelled(
                ("h", "ratio"),
                [[SAMOnQuadratic([1.0, r], h).multipliers()[1] for r in ratios] for h in H],
                "multiplier per step",
            ),
            "measured": labelled(("h", "probe"), [[probe(h, r) for r in probes] for h in H], "multiplier per step"),
        },
        coords={
            "h": labelled("h", list(H), "step size times largest eigenvalue"),
            "ratio": labelled("ratio", ratios, "eigenvalue in units of the largest"),
            "probe": labelled("probe", probes, "eigenvalue in units of the largest"),
        },
    )


if __name__ == "__main__":
    main(run)
