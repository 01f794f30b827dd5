r"""Methods with one seed see one stream of samples: USAM on a noisy quadratic is descent by $\eta(1+\rho\lambda)$."""

from typing import NamedTuple

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection, step, workspace
from flatlab.objectives import Noisy, Quadratic, draw, new_sample, sample_gradient

REPLICATES = 3


class FreshSample(NamedTuple):
    """USAM with a new sample at the ascended point."""

    eta: float
    rho: float


@workspace.register(FreshSample)
def _(method, objective, w):
    return np.empty(w.size), new_sample(objective, w)


@step.register(FreshSample)
def _(method, objective, w, work, rng):
    grad, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, grad)
    ascended = w + method.rho * grad
    draw(objective, sample, rng)
    sample_gradient(objective, sample, ascended, grad)
    w -= method.eta * grad


class Streams(NamedTuple):
    """Several methods on the quadratic with Hessian lambda I, whose oracle adds normal noise."""

    h: float
    curvature: float
    stretch: float
    sigma: float
    d: int
    T: int
    seed: int

    @property
    def eta(self):
        return self.h / self.curvature / self.stretch

    @property
    def usam(self):
        return USAM(self.eta, (self.stretch - 1) / self.curvature)

    def ends(self, method, seed):
        oracle = Noisy(Quadratic([self.curvature] * self.d), self.sigma)
        return ensemble(method, oracle, np.ones((REPLICATES, self.d)), steps=self.T, seed=seed).ravel()

    @property
    def recursion(self):
        """The ends by hand, from the numbers that NumPy gives for the children of the seed."""
        children = np.random.SeedSequence(self.seed).spawn(REPLICATES)
        w = np.ones((REPLICATES, self.d))
        noise = [np.random.default_rng(child).standard_normal((self.T, self.d)) for child in children]
        for z in np.stack(noise, axis=1):
            w = (1 - self.h) * w - self.h / self.curvature * self.sigma / np.sqrt(self.d) * z
        return w.ravel()


def every_method(p, rng):
    eta = p.h / p.curvature
    quiet = NSO(eta, 0.0), NoiseInjection(eta, 0.0), SAM(eta, 0.0), ASAM(eta, 0.0), RSAM(eta, 0.0, 0.0)
    return [p.ends(method, p.seed) for method in (p.usam, GD(eta), *quiet, HeavyBall(GD(eta), 0.0))]


CLAIM = Claim(
    id="laboratory/common-numbers",
    title="methods with one seed see one stream of samples",
    statement=r"""On the oracle $\lambda w+z$ with seed $s$ gradient descent with step size $\eta(1+\rho\lambda)$, every
        method without radius and noise, and USAM with $\eta,\rho$ end at one point: that of
        $w'=(1-h)w-\frac h\lambda z_t$ with $h=\eta(1+\rho\lambda)\lambda$, $z_t$ the numbers of child $k$ of $s$.""",
    source="Common random numbers",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-11),
    problem=Streams,
    observe=every_method,
    expect=lambda p: p.recursion,
    domain={
        "h": Uniform(0.1, 1.8),
        "curvature": LogUniform(0.01, 100),
        "stretch": Uniform(1.1, 3),
        "sigma": LogUniform(0.1, 10),
        "d": Whole(1, 4),
        "T": Whole(1, 8),
        "seed": SEED,
    },
    quick=5,
    full=200,
    note="With one stream a difference between methods has no noise of its own; the tolerance is rounding.",
    controls=(
        Control("another seed", "another stream", observe=lambda p, rng: p.ends(p.usam, p.seed + 1)),
        Control(
            "a fresh sample at the ascended point",
            "both gradients of USAM belong to one sample",
            observe=lambda p, rng: p.ends(FreshSample(*p.usam), p.seed),
        ),
    ),
)
