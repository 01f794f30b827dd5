"""What does the drift do when the two largest eigenvalues cross on the way?

Two ravines side by side: f = (a_1(y_1) x_1^2 + a_2(y_2) x_2^2) / 2. SAM bounces in x_1 and lowers a_1 until it
meets a_2.
"""

from typing import Annotated, Any

import numpy as np
import xarray as xr
from scipy.integrate import solve_ivp

from flatlab import trajectory
from flatlab.geometry.bounce import bounce_frame, bounce_start
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, NONNEGATIVE, Range
from flatlab.methods import SAM
from flatlab.objectives import Noisy, SeparableRavine
from flatlab.objectives.valleys.profiles import Parabola
from flatlab.storage.records import labelled


def run(
    *,
    h: Annotated[float, Range(0, 2)] = 0.5,
    rho: float = 0.01,
    noise: Annotated[tuple[float, ...], NONNEGATIVE] = (0.0, 1e-12, 1e-5),
    second_level: float = 0.9,
    first_start: Annotated[float, ANY] = 1.2,
    second_start: Annotated[float, ANY] = 0.8,
    time: float = 3.0,
    records: int = 150,
    replicates: int = 8,
    seed: int = 1,
) -> xr.Dataset:
    """Run SAM through the crossing at several sizes of gradient noise.

    Parameters
    ----------
    h : float
        Step size times the largest eigenvalue at the start.
    rho : float
        Radius of the ascent step.
    noise : tuple of float
        Root mean square length of the gradient noise; 0 for none.
    second_level : float
        Scale of the second ravine's curvature, that of the first is 1.
    first_start, second_start : float
        Positions along the two bottoms.
    time : float
        Length of the run, in eta rho^2 times steps.
    records : int
        Points kept along a run.
    replicates : int
        Runs at each size of the noise.
    seed : int
        Seed of the noise.

    Returns
    -------
    xarray.Dataset
        The two eigenvalues along every run, and along the steepest descent of the larger of the two.
    """
    levels = np.array([1.0, second_level])
    pair = SeparableRavine(Parabola(), levels, [1.0, 1.0])
    frame = bounce_frame(pair, [0.0, 0.0, first_start, second_start])
    eta = h / frame.sharpness
    block = max(1, int(time / (eta * rho**2) / records))
    start = bounce_start(frame, eta, rho)
    paths = []
    for k, sigma in enumerate(noise):
        objective = Noisy(pair, sigma) if sigma > 0 else pair
        rngs = [np.random.default_rng([seed, k, replicate]) for replicate in range(replicates)]
        steps = block * records
        paths.append(
            [trajectory(SAM(eta, rho), objective, start, steps=steps, record_every=block, rng=rng) for rng in rngs]
        )
    times = eta * rho**2 * block * np.arange(records + 1)
    curvatures = levels * (1 + np.array(paths)[..., 2:] ** 2)
    return xr.Dataset(
        {
            "eigenvalue": labelled(("noise", "replicate", "time", "which"), curvatures, "eigenvalue", "curvature"),
            "steepest": labelled(
                ("time", "which"),
                _steepest(levels, frame.minimum[2:], times, eta),
                "eigenvalue along the flow of least norm",
                "curvature",
            ),
        },
        coords={
            "noise": labelled("noise", list(noise), "gradient noise", "gradient"),
            "time": labelled("time", times, "eta rho^2 steps"),
        },
    )


def _steepest(levels, start, times, eta):
    """Integrate the drift flow of max(a_1, a_2): past the meeting, along the least norm between the gradients."""

    def velocity(y, weights):
        top = (levels * (1 + y**2)).max()
        return -2 / (2 - eta * top) ** 2 * weights * 2 * levels * y

    def before(_, y):
        return velocity(y, np.array([1.0, 0.0]))

    def meeting(_, y):
        a = levels * (1 + y**2)
        return a[0] - a[1]

    def after(_, y):
        squares = (2 * levels * y) ** 2
        return velocity(y, squares[::-1] / squares.sum())

    meeting.terminal = True
    tight: Any = {"rtol": 1e-9, "atol": 1e-12}
    first = solve_ivp(before, (0, times[-1]), start, events=meeting, dense_output=True, **tight)
    late = times > first.t[-1]
    y = np.empty((times.size, 2))
    y[~late] = first.sol(times[~late]).T
    if late.any():
        y[late] = solve_ivp(after, (first.t[-1], times[-1]), first.y[:, -1], t_eval=times[late], **tight).y.T
    return levels * (1 + y**2)


if __name__ == "__main__":
    main(run)
