"""Formulas of the two-cycle of SAM, its convergence and its drift.

They are proved in paper_checks/bartlett2023/README.md, those of mini-batches in paper_checks/ahn2024/README.md.
"""

from flatlab.theory.sam.convergence import (
    GlobalBound,
    HandOver,
    PromisedTube,
    TrappingBall,
    certified_tube,
    global_bound,
    hand_over,
)
from flatlab.theory.sam.cycle import TwoCycle
from flatlab.theory.sam.drift import integrate_drift, integrate_ravine_drift
from flatlab.theory.sam.hidden_objective import HiddenObjective, StationaryPoint
from flatlab.theory.sam.local_convergence import (
    LocalBound,
    LocalErrors,
    LocalTube,
    contraction_factor,
    local_errors,
)
from flatlab.theory.sam.mini_batch import MiniBatch, batch_drift, batch_factor, gaussian_shares
from flatlab.theory.sam.offset import BounceOffset
from flatlab.theory.sam.quadratic import DivergenceLaw, SAMOnQuadratic
from flatlab.theory.sam.random_start import SphereStart, gaussian_start_bound, sphere_start_bound
from flatlab.theory.sam.variants import MomentumSAM, USAMOnQuadratic, sam_edge

__all__ = [
    "BounceOffset",
    "DivergenceLaw",
    "GlobalBound",
    "HandOver",
    "HiddenObjective",
    "LocalBound",
    "LocalErrors",
    "LocalTube",
    "MiniBatch",
    "MomentumSAM",
    "PromisedTube",
    "SAMOnQuadratic",
    "SphereStart",
    "StationaryPoint",
    "TrappingBall",
    "TwoCycle",
    "USAMOnQuadratic",
    "batch_drift",
    "batch_factor",
    "certified_tube",
    "contraction_factor",
    "gaussian_shares",
    "gaussian_start_bound",
    "global_bound",
    "hand_over",
    "integrate_drift",
    "integrate_ravine_drift",
    "local_errors",
    "sam_edge",
    "sphere_start_bound",
]
