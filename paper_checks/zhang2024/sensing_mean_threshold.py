r"""In the mean over measurements weight noise adds $\lambda\operatorname{tr}X$ to the loss, $\lambda=s^2(d+1+p)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import hessian_trace, value
from flatlab.theory.noise import SensingMean
from paper_checks.zhang2024.sensing_mean_trace import sensing_at


def smoothed(s, **setting):
    """Return a loss with exact moments, a point, its nuclear norm, and the noise."""
    return (*sensing_at(**setting)[:3], s)


def added(case, rng, scale=1.0):
    """Return by how much F - L grows from W = 0 to W: what the loss adds by itself is taken off."""
    objective, w, _, s = case
    return (scale * s) ** 2 / 2 * (hessian_trace(objective, w) - hessian_trace(objective, np.zeros_like(w)))


def of_values(case, rng):
    """Return the same from values of the loss on both sides of each coordinate: tr H by second differences."""
    objective, w, _, s = case
    step = 0.5  # of the quartic the fourth differences are taken off with those of twice the step
    sides = [[_second_difference(objective, at, k, step) for k in range(w.size)] for at in (w, np.zeros_like(w))]
    return s**2 / 2 * (np.sum(sides[0]) - np.sum(sides[1]))


def _second_difference(objective, w, k, step):
    def difference(length):
        move = np.zeros_like(w)
        move[k] = length
        return (value(objective, w + move) + value(objective, w - move) - 2 * value(objective, w)) / length**2

    return (4 * difference(step) - difference(2 * step)) / 3


def penalty(case):
    objective, _, nuclear, s = case
    return SensingMean(objective.rows, objective.columns).soft_threshold(s) * nuclear


CLAIM = Claim(
    id="zhang2024/sensing-mean-threshold",
    title="weight noise is a soft threshold in the mean",
    statement=r"""Over Gaussian measurements weight noise adds $\lambda\operatorname{tr}WW^\top$ to the mean loss, up to
        a constant, with $\lambda=s^2(d+1+p)$.""",
    source="Soft threshold",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=smoothed,
    observe=lambda case, rng: [added(case, rng), of_values(case, rng)],
    expect=penalty,
    domain={
        "d": Whole(2, 6),
        "p": Whole(1, 6),
        "off": Uniform(0.0, 2.0),
        "s": LogUniform(0.01, 1.0),
        "seed": SEED,
    },
    quick=5,
    full=200,
    seconds=0.005,
    note="""Exact moments in place of a mean over samples. Two witnesses: the Hessian trace of the library, and second
        differences of the loss, which are exact for a quartic.""",
    controls=(
        Control(
            "half of the noise",
            "the threshold is proportional to s^2",
            observe=lambda case, rng: added(case, rng, scale=0.5),
        ),
        Control(
            "without the residuals",
            "the term with p is that of the residuals",
            expect=lambda case: case[3] ** 2 * (case[0].rows + 1) * case[2],
        ),
    ),
)
