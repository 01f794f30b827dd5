"""The unnormalised variant's threshold, and the edge of stability of SAM."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import USAM
from flatlab.simulation.trajectories import trajectory
from flatlab.theory.sam import USAMOnQuadratic, sam_edge
from paper_checks.bartlett2023._settings import CORNERS, DOMAIN, REACHES, late, problem

USAM_DOMAIN = {**DOMAIN, "rho": LogUniform(1e-3, 1e3), "factor": Uniform(0.05, 1.95)}


def _usam(setting):
    """Return the problem and USAM at ``factor`` times its threshold; rho is in units of 1 / lambda_1 here."""
    p = problem(setting)
    rho = setting["rho"] / setting["top"]
    return p, USAM(setting["factor"] * USAMOnQuadratic(p.eigenvalues, rho).threshold, rho)


def _observe_factors(setting, rng):
    p, method = _usam(setting)
    path = trajectory(method, p.objective, p.start, steps=1)
    return path[1] / path[0]


def _expect_factors(setting):
    p, method = _usam(setting)
    return USAMOnQuadratic(p.eigenvalues, method.rho).factors(method.eta)


USAM_LINEAR = Claim(
    id="bartlett2023/usam-factors",
    title="without the normalisation the map is linear",
    statement=r"On a quadratic USAM multiplies coordinate $i$ by $1-\eta(\lambda_i+\rho\lambda_i^2)$.",
    source="README, USAM",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12, atol=1e-14),
    observe=_observe_factors,
    expect=_expect_factors,
    domain=USAM_DOMAIN,
    quick=20,
    full=500,
    controls=(
        Control(
            "factors of gradient descent",
            "the ascent adds rho lambda^2",
            expect=lambda s: 1 - _usam(s)[1].eta * _usam(s)[0].eigenvalues,
            change=lambda s: {**s, "rho": max(s["rho"], 0.1)},
        ),
    ),
)


def _observe_growth(setting, rng):
    """Return the sign of the growth of |w| over a hundred steps."""
    p, method = _usam(setting)
    path = trajectory(method, p.objective, p.axis(0, 1.0), steps=100)
    return float(np.sign(np.linalg.norm(path[-1]) - np.linalg.norm(path[0])))


USAM_THRESHOLD = Claim(
    id="bartlett2023/usam-threshold",
    title="USAM's step size threshold",
    statement=r"USAM converges to the minimum iff $\eta < 2/(\lambda_1(1+\rho\lambda_1))$, which is below gradient "
    r"descent's $2/\lambda_1$.",
    source="README, USAM",
    origin="derived",
    kind="equality",
    relation=Equal(),
    observe=_observe_growth,
    expect=lambda setting: float(np.sign(setting["factor"] - 1)),
    domain=USAM_DOMAIN,
    corners=tuple(
        {**CORNERS[0], "h": 0.5, "rho": rho, "factor": factor} for rho in (1e-2, 10.0) for factor in (0.999, 1.001)
    ),
    hypotheses={"the step size is not at the threshold": lambda setting: abs(setting["factor"] - 1) > 1e-6},
    quick=20,
    full=500,
    note="Observed: the sign of the growth of |w|; expected: that of eta minus the threshold.",
    controls=(
        Control(
            "gradient descent's threshold",
            "at nine tenths of 2 / lambda_1 USAM with rho lambda_1 = 1 diverges",
            observe=lambda s, rng: _observe_at_gd_threshold(s),
            expect=lambda s: -1.0,
        ),
    ),
)


def _observe_at_gd_threshold(setting):
    p = problem(setting)
    path = trajectory(USAM(1.8 / p.eigenvalues[0], 1 / p.eigenvalues[0]), p.objective, p.axis(0, 1.0), steps=100)
    return float(np.sign(np.linalg.norm(path[-1]) - 1))


def _observe_edge(setting, rng, edge=sam_edge):
    """Edge at the gradient norm of a settled run, in units of the largest eigenvalue."""
    p = problem(setting)
    slope = np.linalg.norm(p.eigenvalues * late(p)[0])
    return float(edge(slope, p.eta, p.rho)) / setting["top"]


EDGE = Claim(
    id="bartlett2023/edge-on-cycle",
    title="on its cycle SAM sits at its own edge",
    statement=r"$\mathrm{edge}(|g|) = \frac{|g|}{2\rho}\left(\sqrt{1+8\rho/(\eta|g|)}-1\right)$ equals $\lambda_1$ "
    r"at the settled gradient norm.",
    source="README, SAM edge; Long and Bartlett (arXiv 2309.12488) introduce the edge, their formula is not quoted",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    observe=_observe_edge,
    expect=lambda setting: 1.0,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=300,
    controls=(
        Control(
            "gradient descent's edge",
            "2 / eta is reached only for large gradients",
            observe=lambda s, rng: _observe_edge(s, rng, lambda slope, eta, rho: 2 / eta),
        ),
        Control(
            "rho doubled",
            "the edge falls with the radius",
            observe=lambda s, rng: _observe_edge(s, rng, lambda slope, eta, rho: sam_edge(slope, eta, 2 * rho)),
        ),
    ),
)
