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
    from flatlab.evidence.by_name import claims, verify_claim
    from flatlab.evidence.claim import Claim, Control
    from flatlab.evidence.search import nearest_failure
    from flatlab.report.files import read_report as read_verdicts
    from flatlab.simulation.checking import check_method, check_objective
    from flatlab.simulation.ensembles import ensemble, hitting_times, replicate_rng
    from flatlab.simulation.large_ensembles import ensemble_statistics
    from flatlab.simulation.trajectories import (
        NOT_REACHED,
        DivergenceError,
        hitting_time,
        outputs,
        running,
        track,
        trajectory,
    )
    from flatlab.storage.records import load as load_record

__version__ = "0.1.0"

__all__ = [
    "NOT_REACHED",
    "Claim",
    "Control",
    "DivergenceError",
    "check_method",
    "check_objective",
    "claims",
    "ensemble",
    "ensemble_statistics",
    "hitting_time",
    "hitting_times",
    "load_record",
    "nearest_failure",
    "outputs",
    "read_verdicts",
    "replicate_rng",
    "running",
    "track",
    "trajectory",
    "verify_claim",
]

_HOMES = {  # where a name stands, and under which name there if under another
    "Claim": "evidence.claim",
    "Control": "evidence.claim",
    "check_method": "simulation.checking",
    "check_objective": "simulation.checking",
    "claims": "evidence.by_name",
    "ensemble": "simulation.ensembles",
    "ensemble_statistics": "simulation.large_ensembles",
    "hitting_times": "simulation.ensembles",
    "load_record": "storage.records:load",
    "nearest_failure": "evidence.search",
    "read_verdicts": "report.files:read_report",
    "replicate_rng": "simulation.ensembles",
    "verify_claim": "evidence.by_name",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: the command line and the pytest plug-in start without the compiler."""
    if name in __all__:
        home, _, there = _HOMES.get(name, "simulation.trajectories").partition(":")
        return getattr(import_module(f"flatlab.{home}"), there or name)
    raise AttributeError(f"module 'flatlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
