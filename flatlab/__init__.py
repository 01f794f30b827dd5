"""flatlab: a laboratory for the theory of flat minima.

>>> from flatlab import trajectory
>>> from flatlab.methods import SAM
>>> from flatlab.objectives import Quadratic
>>> path = trajectory(SAM(eta=0.3, rho=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=1000)
>>> path.shape
(1001, 2)
"""

from flatlab.simulation.checking import check_method, check_objective
from flatlab.simulation.ensembles import ensemble, hitting_times, replicate_rng
from flatlab.simulation.trajectories import (
    NOT_REACHED,
    DivergenceError,
    hitting_time,
    outputs,
    running,
    track,
    trajectory,
)

__version__ = "0.1.0"

__all__ = [
    "NOT_REACHED",
    "DivergenceError",
    "check_method",
    "check_objective",
    "ensemble",
    "hitting_time",
    "hitting_times",
    "outputs",
    "replicate_rng",
    "running",
    "track",
    "trajectory",
]
