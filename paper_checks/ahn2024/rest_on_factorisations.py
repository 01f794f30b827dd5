r"""On rank-one factorisations random smoothing rests where the trace is least, up to a shift of the order of $\eta$."""

import math
from typing import NamedTuple, cast

import numpy as np
from scipy.optimize import brentq

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import RankOne

SOURCE = ("What step size and radius must be", "Where trace and largest eigenvalue part ways")


class Factors(NamedTuple):
    """Runs on |u v^T - s a b^T|^2/2, from a minimum with |u| = |v|; eta s = ``load``, rho = ``share`` sqrt(s)."""

    m: int
    n: int
    s: float
    load: float
    share: float
    replicates: int
    relaxations: int

    @property
    def centre(self):
        """The logarithm of |u|/|v| at the minima of least trace."""
        return math.log(self.m / self.n) / 2

    def off(self, rng, projected=True, part=1.0):
        """Return the mean of log(n|u|^2/(m|v|^2)) over the last three quarters of runs; ``part`` is a factor of rho."""
        m, eta = self.m, self.load / self.s
        method = RandomlySmoothed(eta, 0.1, part * self.share * math.sqrt(self.s), math.inf, projected)
        start = np.zeros(m + self.n)
        start[[0, m]] = math.sqrt(self.s)
        rate = 4 * self.load * self.share**2 * m * self.n / (m + self.n) ** 2
        steps, found = math.ceil(self.relaxations / rate), []
        objective = RankOne(np.eye(m)[0], np.eye(self.n)[0], self.s)
        for child in rng.spawn(self.replicates if part else 1):
            path = trajectory(method, objective, start, steps=steps, record_every=steps // 200, rng=child)[51:]
            kept = np.sum(path[:, :m] ** 2, axis=1) - np.sum(path[:, m:] ** 2, axis=1)
            found.append(np.mean(np.arcsinh(kept / (2 * self.s))))
        found = 2 * (np.array(found) - self.centre)
        return mean(found) if part else found[0]

    @property
    def shift(self):
        """The stated log(n|u|^2/(m|v|^2)) at rest, without the projection."""

        def excess(theta):
            u, v = math.exp(theta), math.exp(-theta)  # in units of s
            large, small = ((k - 1) * a * a / (1 - self.load * a) for k, a in ((self.m, v), (self.n, u)))
            both = (u + v) * (v - u) / (1 - self.load * (u + v))
            return self.n * u - self.m * v - self.load / 2 * (large - small + both)

        return 2 * (cast("float", brentq(excess, self.centre - 0.5, self.centre + 0.5)) - self.centre)


UNEQUAL = {"m is at least twice n": lambda s: s.m >= 2 * s.n}
UNLIKE = {"m": 8, "n": 1, "replicates": 16}
DOMAIN = {"m": Whole(4, 8), "n": Whole(1, 3), "s": Uniform(0.5, 2.0)}

CLAIMS = (
    Claim(
        id="ahn2024/least-trace-not-least-eigenvalue",
        title="random smoothing rests at the least trace, not at the least largest eigenvalue",
        statement=r"""On $|uv^\top-s\,ab^\top|^2/2$, $u\in\mathbb R^m$, $v\in\mathbb R^n$, a curved manifold of minima
            of codimension $m+n-1$, random smoothing leaves $|u|=|v|$, where $\lambda_{\max}$ is least, and rests at
            $n|u|^2=m|v|^2$, where the trace is, to leading order in $\eta$ and $\rho$.""",
        source=SOURCE,
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.03),
        problem=Factors,
        observe=lambda p, rng: p.off(rng),
        expect=0,
        fixed={"replicates": 24, "relaxations": 10},
        domain={**DOMAIN, "load": LogUniform(0.004, 0.007), "share": Uniform(0.13, 0.17)},
        hypotheses=UNEQUAL,
        quick=1,
        full=60,
        seconds=0.23,
        few="24 runs of ten thousand steps and more",
        note=r"""Observed: the mean of $\log(n|u|^2/(m|v|^2))$ in the last three quarters of the runs; load is
            $\eta s$, share $\rho/\sqrt s$.""",
        controls=(Control("no radius", "it stays where it starts", observe=lambda p, rng: p.off(rng, part=0.0)),),
    ),
    Claim(
        id="ahn2024/step-size-shifts-rest",
        title="the step size shifts the place of rest, at any small radius",
        statement=r"""Without the projection random smoothing rests on rank-one factorisations where
            $n|u|^2-m|v|^2=\frac\eta2[(m-1)w(|v|^2)-(n-1)w(|u|^2)+w(|u|^2+|v|^2)\frac{|v|^2-|u|^2}{|u|^2+|v|^2}]$,
            $w(a)=a^2/(1-\eta a)$, to leading order in $\rho$: at a certificate of the order of $\eta$.""",
        source=SOURCE,
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.02),
        problem=Factors,
        observe=lambda p, rng: p.off(rng, projected=False),
        expect=lambda p: p.shift,
        fixed={"replicates": 32, "relaxations": 13},
        domain={**DOMAIN, "load": Uniform(0.08, 0.1), "share": Uniform(0.055, 0.07)},
        hypotheses=UNEQUAL,
        quick=1,
        full=60,
        seconds=0.24,
        few="32 runs of ten thousand steps and more",
        note=r"""Observed: the mean of $\log(n|u|^2/(m|v|^2))$ in the last three quarters of the runs; load is
            $\eta s$, share $\rho/\sqrt s$.""",
        controls=(Control("the projection", "it takes most", observe=lambda p, rng: p.off(rng), change=UNLIKE),),
    ),
)
