r"""Near the top cycle $w_i$, $i>1$, has the factor $m_i=1-h_i-(2-h)(\lambda_i/\lambda_1)^2$, amplitude $1-h$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.rate import ENCLOSURE
from paper_checks.bartlett2023.problems.convergence import errors
from paper_checks.bartlett2023.problems.quadratic import REACHES, SEVERAL, STABLE, late, quadratic, updates
from paper_checks.bartlett2023.problems.tube import TUBE, tube_start

FIRST, LAST = 1e-8, 1e-12  # of an error, between which its fall is measured
APART = 2.0  # least ratio of the exponents of the slowest factor and the next


def factors(p, rng, method=None):
    """Return the factors of all coordinates but the first in one step from the settled cycle, each set to 1e-9 a_1."""
    start = np.full(p.start.size, 1e-9 * p.radius)
    start[0] = late(p)[0, 0]
    path = trajectory(method or p.sam, p.objective, start, steps=1)
    return path[1, 1:] / path[0, 1:]


def even_start(**setting):
    """Return the start in a tube whose gradient is the same along every axis but the first."""
    c = tube_start(**setting)
    u = np.full(setting["d"], np.linalg.norm(c.p.gradient[1:]) / np.sqrt(setting["d"] - 1))
    u[0] = c.p.gradient[0]
    return c._replace(p=c.p._replace(start=u / c.p.eigenvalues))


def exponents(c):
    """Return ``-ln`` of all factors of the distance from the cycle, and of coordinate 1, the smallest first."""
    others = np.log(np.maximum(np.abs(c.p.theory.multipliers()), 1e-30))
    return np.sort(-others), np.sort(np.append(-others[0], -2 * others[1:]))


def stated(c):
    return -np.log(c.p.theory.asymptotic_rate), -np.log(c.p.theory.leading_coordinate_rate)


def fall(c, rng, method=None):
    """Return by how much the logarithms of the distance and of the radial error fall per step late in a run."""
    steps = int(3 * -np.log(LAST) / exponents(c)[0][0]) + 10
    radial, tangent = errors(c.p, trajectory(method or c.p.sam, c.p.objective, c.p.start, steps=steps))
    found = []
    for error in (np.hypot(radial, tangent), radial):
        error = np.maximum.accumulate(error[::-1])[::-1]  # the largest from a step on: an error may cross 0
        first, last = np.argmax(error < FIRST), np.argmax(error < LAST)
        found.append(np.log(error[first] / error[last]) / (last - first) if last > first else 0.0)
    return found


def apart(s):
    return all(two[1] > APART * two[0] for two in exponents(tube_start(**s)))


CLAIMS = (
    Claim(
        id="bartlett2023/rate",
        title="factor of a small component near the top cycle",
        statement=r"Near the top cycle $w_{t+1,i}/w_{t,i} \to m_i = 1-h_i-(2-h)(\lambda_i/\lambda_1)^2$ for $i>1$.",
        source="Multipliers of a two-cycle",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-9, atol=1e-12),
        problem=quadratic,
        observe=factors,
        expect=lambda p: p.theory.multipliers()[1:],
        domain=SEVERAL,
        hypotheses=REACHES,
        quick=12,
        full=200,
        seconds=0.006,
        note="Observed: the factor of every coordinate in one step from the settled cycle.",
        enclosure=ENCLOSURE,
        controls=(
            Control("gradient descent", "its factors are 1 - h_i", observe=lambda p, rng: factors(p, rng, GD(p.eta))),
        ),
    ),
    Claim(
        id="bartlett2023/rate-of-an-orbit",
        title="rate of an orbit that converges",
        statement=r"""Late in an orbit the distance from the top cycle falls per step by
            $\max(|1-h|,\max_{i>1}|m_i|)$ and the error of $|w_1|$ by $\max(|1-h|,\max_{i>1}m_i^2)$.""",
        source="Multipliers of a two-cycle",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=0.01),
        problem=even_start,
        observe=fall,
        expect=stated,
        domain={**TUBE, "d": Whole(2, 4), "radial": Uniform(0.02, 0.1), "tangent": Uniform(0.02, 0.1)},
        hypotheses={
            **STABLE,
            "a run to the cycle is short": lambda s: updates(tube_start(**s).p) < 1e7,
            "the slowest factors lie apart": apart,
        },
        quick=12,
        full=200,
        seconds=0.006,
        note="Observed: minus the slope of ln of both errors between 1e-8 and 1e-12.",
        controls=(Control("gradient descent", "GD leaves", observe=lambda c, rng: fall(c, rng, GD(c.p.eta))),),
    ),
)
