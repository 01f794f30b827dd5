"""Where in the plane of dimension and tolerance do sharpness-aware steps help, and where is the question trivial?"""

import numpy as np
import xarray as xr

from flatlab.lab.experiment import main
from flatlab.storage.records import labelled
from flatlab.theory.escape import EscapeTheorem, FlatMinimum


def run(*, largest_d: int = 1000, smallest_epsilon: float = 1e-5, points: int = 60) -> xr.Dataset:
    """Evaluate the stated step counts of both methods, constants 1, over dimension and tolerance.

    Parameters
    ----------
    largest_d : int
        Largest dimension.
    smallest_epsilon : float
        Smallest tolerance.
    points : int
        Points along each axis.

    Returns
    -------
    xarray.Dataset
        The ratio of the step counts and the two border lines.
    """
    d = np.unique(np.round(np.geomspace(1, largest_d, points)).astype(int))
    epsilon = np.geomspace(smallest_epsilon, 1.0, points)
    # the step counts are rounded up to whole steps: a large constant keeps the ratio
    ratio = [
        [EscapeTheorem(e, 1.0, c_steps=1e12).steps / EscapeTheorem(e, 1.0, int(k), c_steps=1e12).steps for e in epsilon]
        for k in d
    ]
    branch = [EscapeTheorem(e, 1.0).branch_dimension for e in epsilon]
    return xr.Dataset(
        {
            "ratio": labelled(("d", "epsilon"), ratio, "stated steps, smoothing over sharpness-aware"),
            "branch": labelled("epsilon", branch, "change of branch"),
            "trivial": labelled(
                "epsilon",
                [FlatMinimum(e).trivial_dimension(1.0) for e in epsilon],
                "every minimum passes the certificate (constant 1)",
            ),
        },
        coords={
            "d": labelled("d", d, "dimension"),
            "epsilon": labelled("epsilon", epsilon, "tolerance"),
        },
    )


if __name__ == "__main__":
    main(run)
