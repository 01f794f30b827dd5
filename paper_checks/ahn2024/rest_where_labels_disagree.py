r"""Where labels cannot be fitted SAP is held at a loss of order $\eta$ above the least one, however small $\rho$ is."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import DiagonalNetwork, value
from flatlab.simulation.ensembles import ensemble

DRAWS = 230  # one of eight equally likely ends is missed with a probability of 4e-13
FEATURES = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])


def change(s, rng, gap=1.0, smoothed=False):
    """Return the mean change of f in a step, over its change from the minimum, where |m|^2 is a share of that at rest.

    m are the mean residuals of the two pairs of samples that disagree; each pair has a coefficient of its own.
    """
    u, v = np.full(2, s.entry), np.full(2, 0.8 * s.entry)
    kappa = 4 * (u[0] ** 2 + v[0] ** 2)
    eta = s.load / kappa
    m = math.sqrt(s.share * s.load / 2) * s.gap * np.array([math.cos(s.angle), math.sin(s.angle)])
    labels = np.repeat(u**2 - v**2 - m, 2) + gap * s.gap * np.array([1.0, -1.0, 1.0, -1.0])
    objective, w = DiagonalNetwork(FEATURES, labels), np.concatenate([u, v])
    method = (RandomlySmoothed if smoothed else SharpnessAwarePerturbation)(eta, 1.0, s.rho, math.inf)
    ends = ensemble(method, objective, np.tile(w, (DRAWS, 1)), steps=1, seed=int(rng.integers(2**31)))
    moves = np.unique(((w - ends) / eta).round(9), axis=0)
    after = np.mean([value(objective, w - eta * move) for move in moves])
    return (after - value(objective, w)) / (s.load**2 * s.gap**2 / 8)


CLAIM = Claim(
    id="ahn2024/rest-where-labels-disagree",
    title="where labels disagree the loss is held off its minimum, at any small radius",
    statement=r"""Of two pairs of samples with labels $\pm b$ apart, with orthogonal gradients of one length
        $\sqrt\kappa$, let $m\in\mathbb R^2$ be the mean residuals: $f-\min f=|m|^2/4$. In the mean a step of SAP
        changes $f$ by $\frac{\eta^2\kappa^2b^2}8(1-\frac{2|m|^2}{\eta\kappa b^2})$ to leading order in $\eta$ and
        $\rho$, which vanishes at $|m|^2=\eta\kappa b^2/2$, at a distance of order $\sqrt\eta\,b$, for all small
        $\rho$.""",
    source="Where Theorem 2 does not apply",
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.005),
    observe=change,
    expect=lambda s: 1 - s.share,
    domain={
        "share": Uniform(0.1, 2.0),
        "load": LogUniform(1e-5, 1e-3),
        "gap": Uniform(0.5, 1.5),
        "rho": LogUniform(1e-4, 1e-3),
        "entry": Uniform(0.8, 1.5),
        "angle": Uniform(0.0, 2 * math.pi),
    },
    quick=2,
    full=200,
    seconds=0.051,
    few="230 steps of a network",
    note=r"""Observed over $\eta^2\kappa^2b^2/8$, a mean over the ends for the four samples and two signs; share is
        $2|m|^2/(\eta\kappa b^2)$, load $\eta\kappa$, gap b.""",
    controls=(
        Control(
            "labels that agree", "then m shrinks from wherever it is", observe=lambda s, rng: change(s, rng, gap=0.0)
        ),
        Control(
            "random smoothing",
            "it takes full gradients, which do not see the labels",
            observe=lambda s, rng: change(s, rng, smoothed=True),
        ),
    ),
)
