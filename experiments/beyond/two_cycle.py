"""SAM's two-cycle, also observed where no two-cycle is stated: after 1000 steps at h = 2 and above."""

from dataclasses import replace

from flatlab.methods import SAM
from paper_checks.bartlett2023 import two_cycle
from paper_checks.bartlett2023.problems.quadratic import late


def three_iterates(p, rng):
    """Return three late iterates in units of the first."""
    points = late(p, SAM(p.eta, p.rho), 1000 if p.eta * p.eigenvalues[0] >= 2 else None)
    points = points / abs(points[0]).max()
    points /= (points[0] @ points[0]) ** 0.5
    return points if points[0, 0] >= 0 else -points


CLAIM = replace(two_cycle.CLAIMS[0], id="beyond/two-cycle", observe=three_iterates)
