r"""At a small step size the runs themselves follow the flow of the trace, to the order of $\eta$."""

import math

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from paper_checks.ahn2024.problems.trace_flow import network_path

METHODS = {"smoothed": (RandomlySmoothed, 0.3, 64), "sharpness-aware": (SharpnessAwarePerturbation, 0.1, 24)}


def fall(s, rng, radius=1.0):
    """Return how far log prod_j u_j v_j falls, over what the flow states, a mean over runs."""
    cls, rho, runs = METHODS[s.method]
    p = network_path(s.shape, rho, s.fall, s.seed)
    eta = s.load / np.sum(p.slopes(p.minimum) ** 2, axis=1).max()
    speed = eta * rho**2 / 2 / (p.minimum.size if s.method == "smoothed" else 1)  # flow time of a step
    steps = math.ceil(p.time / speed)
    method, half = cls(eta, 1.0, radius * rho, math.inf), p.minimum.size // 2
    ends = [
        trajectory(method, p.objective, p.minimum, steps=steps, record_every=steps, rng=child)[-1]
        for child in rng.spawn(runs)
    ]
    fallen = -np.log(np.array(ends) / p.minimum)
    return mean(np.sum(fallen, axis=1) / (2 * np.sum(p.scales[:half]) * steps * speed))


CLAIM = Claim(
    id="ahn2024/runs-follow-the-trace",
    title="runs follow the flow of the trace to the order of the step size",
    statement=r"""On a diagonal network the products $u_jv_j$, which the gradient flow keeps, fall in the mean over runs
        from a minimum by the factor $\exp(-\frac{16\tau}n\sum_ia_{ij}^2)(1+O(\eta))$ while the flow of the trace goes
        by $\tau$: in $2d\tau/(\eta\rho^2)$ steps of random smoothing, in $2\tau/(\eta\rho^2)$ steps of SAP.""",
    source="Flow of the trace",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.05),
    observe=fall,
    expect=1,
    domain={
        "method": Choice(tuple(METHODS)),
        "shape": Choice(((2, 3), (3, 4))),
        "load": Uniform(0.05, 0.1),
        "fall": Uniform(0.7, 1.2),
        "seed": SEED,
    },
    quick=2,
    full=100,
    seconds=0.05,
    few="64 or 24 runs of up to 20 000 steps",
    note=r"""Observed: the fall of $\log u_jv_j$, a sum over j, over the stated one; load is $\eta\max|\nabla p_i|^2$,
        fall the largest stated fall. SAP has single samples.""",
    controls=(Control("half the radius", "it is four times slower", observe=lambda s, rng: fall(s, rng, radius=0.5)),),
)
