r"""Where all models fit, the mean perturbation of SAP along the minima is $d\,\frac{\rho^2}2\nabla h$."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.relations import Close, Equal
from flatlab.geometry.limit_map import trace_gradient_along
from flatlab.objectives import QuadraticModels
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024.enclosures import drift_ratio, sharpness_aware_drift
from paper_checks.ahn2024.problems.gradients import Smoothed, sharpness_aware_mean


class Models(NamedTuple):
    """Random quadratic models that all fit at the origin, the radius, and the gradient of h there."""

    objective: QuadraticModels
    rho: float
    along: np.ndarray

    def project(self, vector):
        """Return the part of a vector along the minima."""
        slopes = self.objective.gradients
        return vector - np.linalg.pinv(slopes) @ (slopes @ vector)

    def stated(self, gain):
        """Return the stated mean perturbation."""
        return gain * SphereAverage(self.rho, self.along.size).drift * self.along


def models(d, rho, seed):
    rng, n = np.random.default_rng(seed), max(2, d // 2)
    half = rng.standard_normal((n, d, d)) / np.sqrt(d)
    objective = QuadraticModels(rng.standard_normal((n, d)), half + half.transpose(0, 2, 1))
    return Models(objective, rho, trace_gradient_along(objective, np.zeros(d)) / d)


def sharpness_aware(p, rng, share=1.0):
    """Return the mean over samples and signs of one-sample perturbations, at a share of the radius."""
    origin, slopes = np.zeros(p.along.size), p.objective.gradients
    moves = [sharpness_aware_mean(p.objective, origin, share * p.rho, (i,), slope) for i, slope in enumerate(slopes)]
    return p.project(np.mean(moves, axis=0))


def smoothed(p, rng):
    return p.project(Smoothed(p.objective, np.zeros(p.along.size), p.rho).mean)


def ratio(p, rng, share=1.0):
    return (sharpness_aware(p, rng, share) @ p.along) / (smoothed(p, rng) @ p.along)


CLAIMS = (
    Claim(
        id="ahn2024/sharpness-aware-drift",
        title="sharpness-aware steps descend the trace itself",
        statement=r"""Where all models fit, the mean perturbation along the minima is $d\,\frac{\rho^2}{2}\nabla h$:
            the trace is not divided by $d$.""",
        source="Drift of the sharpness-aware perturbation",
        origin="derived",
        kind="equality",
        relation=Close(rtol=1e-10),
        problem=models,
        observe=sharpness_aware,
        expect=lambda p: p.stated(p.along.size),
        domain={"d": Whole(3, 24), "rho": LogUniform(1e-3, 1.0), "seed": SEED},
        corners=tuple({"d": d, "rho": rho, "seed": 1} for d, rho in ((10, 0.1), (3, 0.1), (10, 1.0))),
        full=200,
        seconds=0.0025,
        note="Random quadratic models; the mean over samples and signs is exact.",
        controls=(
            Control("trace divided by d", "that is the drift of random smoothing", expect=lambda p: p.stated(1)),
            Control("random directions", "the direction must be the sample's own", observe=smoothed),
        ),
        enclosure=sharpness_aware_drift.ENCLOSURE,
    ),
    Claim(
        id="ahn2024/drift-ratio",
        title="the drift is d times that of random smoothing",
        statement=r"""At equal $\rho$ the drift of one-sample sharpness-aware steps along $\nabla h$ is $d$ times that
            of random smoothing.""",
        source=("Drift of the smoothed perturbation", "Drift of the sharpness-aware perturbation"),
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        problem=models,
        observe=ratio,
        expect=lambda p: p.along.size,
        domain={"d": Choice((5, 10, 20, 40)), "rho": LogUniform(1e-4, 1.0), "seed": SEED},
        corners=tuple({"d": d, "rho": 1e-3, "seed": 2} for d in (5, 10, 20, 40)),
        quick=1,
        full=196,
        seconds=0.005,
        note="On quadratic models both means are exact at every radius.",
        controls=(
            Control("no gain", "the two drifts would be equal", expect=1),
            Control("half the radius", "the drift is quadratic in it", observe=lambda p, rng: ratio(p, rng, share=0.5)),
        ),
        enclosure=drift_ratio.ENCLOSURE,
    ),
)
