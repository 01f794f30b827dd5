"""A quadratic with a start in a tube around the top cycle, and the ranges of the claims on Theorem L."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.theory.sam import LocalTube, local_errors
from paper_checks.bartlett2023.problems.convergence import LONGEST, TOLERANCE
from paper_checks.bartlett2023.problems.quadratic import OVERHEAD, STABLE, Problem, quadratic

TUBE = {
    "d": Whole(2, 2000, log=True),
    "h": Uniform(0.05, 1.95),
    "rho": LogUniform(1e-12, 1e12),
    "gap": LogUniform(1e-3, 0.9),
    "flat": LogUniform(1e-8, 0.9),
    "top": LogUniform(1e-6, 1e6),
    "radial": Uniform(-0.3, 0.3),
    "tangent": LogUniform(1e-4, 0.5),
    "seed": SEED,
}


class TubeStart(NamedTuple):
    """A quadratic whose start has a given radial error and tangent, and the tube around it."""

    p: Problem
    tube: LocalTube


def tube_start(*, radial, tangent, tight=False, **setting):
    """Return the :class:`TubeStart` at which |u_1| is ``1 + radial`` times b_1 and the angle to e_1 has ``tangent``."""
    p = quadratic(scale=1.0, **setting)
    leading = p.theory.cycle().gradient_norm * (1 + radial)
    others = np.random.default_rng(setting["seed"] + 1).standard_normal(setting["d"] - 1)
    u = np.concatenate([[leading], others / np.linalg.norm(others) * tangent * leading])
    return TubeStart(p._replace(start=u / p.eigenvalues), LocalTube(p.theory, *local_errors(p.theory, u), tight))


IN_TUBE = {**STABLE, "the start lies in a certified tube": lambda s: tube_start(**s).tube.certified}
IN_SHARPER_TUBE = {
    **STABLE,
    "the start lies in a tube of the sharper end": IN_TUBE["the start lies in a certified tube"],
}
SHORT_TUBE = {
    "the stated run is not too long": lambda s: (
        tube_start(**s).tube.bound.hitting_time(TOLERANCE) * (s.d + OVERHEAD) < LONGEST / 2
    )
}
