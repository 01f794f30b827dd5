"""flatlab: a laboratory for the theory of flat minima.

>>> from flatlab import trajectory
>>> from flatlab.methods import SAM
>>> from flatlab.objectives import Quadratic
>>> path = trajectory(SAM(eta=0.3, rho=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=1000)
>>> path.shape
(1001, 2)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    """Import what is asked for: the command line and the pytest plug-in start without the compiler."""
    if name in __all__:
        for home in ("trajectories", "ensembles", "checking"):
            module = import_module(f"flatlab.simulation.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'flatlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
