"""Mutants that compute the same: a reason each, and instances on which library and mutant give the same bits."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import aslinearoperator


class Proof(NamedTuple):
    """Why a mutant is equivalent, and a function that computes what it could change, as far as can be run."""

    reason: str
    instances: Callable


def _offsets():
    from flatlab.theory.sam.offset import BounceOffset

    offset = BounceOffset([2.0, 1.0, 0.1], 0.3, 0.1)
    return [offset.after(steps, [1.0, -0.3, 0.7]).tolist() for steps in (0, 1, 7, 5000)]


def _sensing_values():
    from flatlab.objectives import MatrixSensing, value

    rng = np.random.default_rng(1)
    objective = MatrixSensing(rng.standard_normal((4, 6)), rng.standard_normal(4), 2)
    return [value(objective, w) for w in rng.standard_normal((5, 6))]


def _flow_ends():
    from flatlab.objectives.valleys.named_profiles import Bump, Sigmoid, TwoWells
    from flatlab.objectives.valleys.profile_flow import flow_end_by_integration

    profiles = Bump(), Sigmoid(), TwoWells()
    return [flow_end_by_integration(profile, 0.7, u) for profile in profiles for u in (0.0, 0.4)]


def _eigenpairs():
    from flatlab.geometry.curvature import leading_eigenpair

    matrices = [np.diag(np.arange(1.0, n + 1)) + 0.1 * np.ones((n, n)) for n in (1, 2, 3, 6)]
    return [repr(leading_eigenpair(make(matrix))) for matrix in matrices for make in (np.asarray, aslinearoperator)]


def _scaled_valleys():
    from flatlab import trajectory
    from flatlab.methods import GD
    from flatlab.objectives import Valley
    from flatlab.objectives.valleys.named_profiles import Bump, TwoWells
    from flatlab.objectives.valleys.profiles import Parabola, ScaledProfile

    profiles = [ScaledProfile(profile, 1.3, 0.7) for profile in (Bump(), Parabola(), TwoWells())]
    runs = [trajectory(GD(0.1), Valley(profile, 2), [0.5, -0.3, 0.8], steps=20_000)[-1] for profile in profiles]
    return [run.tolist() for run in runs]


def _runs():
    from flatlab import trajectory
    from flatlab.methods import SAM
    from flatlab.objectives import Quadratic

    return [trajectory(SAM(0.3, 0.1), Quadratic([2.0, 1.0]), [0.5, 0.7], steps=n)[-1].tolist() for n in (1, 20_000)]


PROOFS: dict[str, Proof] = {
    "ed194d9b99f2": Proof("an offset that equals the last one stays so: the loop would only repeat it", _offsets),
    "73ea6941c134": Proof("the array has one row, which is its first and its last", _sensing_values),
    "b816a7ee50ca": Proof("the state has one entry, which is its first and its last", _flow_ends),
    "b096367f8688": Proof("two eigenvalues are found, of which the last but one is the first", _eigenpairs),
    "7f494adfa964": Proof("verdicts are made with compilation on, which is what the condition asks", _runs),
    "7e6c1e72c7e3": Proof(
        "a profile that keeps its own form has its own machine code, of the same bits", _scaled_valleys
    ),
}
