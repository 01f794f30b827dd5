"""Why sharpness-aware perturbations are faster: the trace without its normalisation, and what mini-batches lose."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.geometry.flatness import FlatnessExcess
from flatlab.geometry.limit_map import limit_map, trace_gradient_along
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import DiagonalNetwork, QuadraticModels, ValleyRisk
from flatlab.objectives.valleys.profiles import ExponentialTail
from flatlab.simulation.ensembles import hitting_times
from flatlab.theory.escape import SphereAverage
from flatlab.theory.sam import batch_factor, gaussian_shares
from paper_checks.ahn2024._settings import (
    PAPER,
    README,
    batches,
    gradient_at,
    quadratic_models,
    sharpness_aware_mean,
    sign_features,
    sign_patterns,
    smoothed_gradient,
)

SOURCE = README + ", Drift of the sharpness-aware perturbation"


def _tangent(slopes):
    """Return the projector on the complement of the rows."""
    return np.eye(slopes.shape[1]) - np.linalg.pinv(slopes) @ slopes


def _models(setting):
    d = setting["d"]
    return quadratic_models(np.random.default_rng(setting["seed"]), max(2, d // 2), d)


def _sharpness_aware_drift(objective, rho):
    """Return the mean perturbation of one-sample steps at the origin, along the minima."""
    n = len(objective.slopes)
    moves = [sharpness_aware_mean(objective, np.zeros(objective.slopes.shape[1]), rho, (i,), objective.slopes[i])
             for i in range(n)]  # fmt: skip
    return _tangent(objective.slopes) @ np.mean(moves, axis=0)


def _smoothed_drift(objective, rho):
    origin = np.zeros(objective.slopes.shape[1])
    return _tangent(objective.slopes) @ smoothed_gradient(objective, origin, rho)


def _certificate_vector(objective):
    d = objective.slopes.shape[1]
    return trace_gradient_along(objective, np.zeros(d)) / d


def _observe_direction(setting, rng, drift=_sharpness_aware_drift, gain=None):
    objective, d = _models(setting), setting["d"]
    stated = (gain or d) * SphereAverage(setting["rho"], d).drift * _certificate_vector(objective)
    return np.abs(drift(objective, setting["rho"]) - stated).max() / np.abs(stated).max()


_MODELS = {"d": 10, "rho": 0.1, "seed": 1}

DIRECTION = Claim(
    id="ahn2024/sharpness-aware-drift",
    title="sharpness-aware steps descend the trace itself",
    statement=r"Where all models fit, the mean perturbation along the minima is $d\,\frac{\rho^2}{2}\nabla h$: "
    r"the trace is not divided by $d$.",
    source=SOURCE + "; announced in words by the paper",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-10),
    observe=_observe_direction,
    expect=lambda setting: 0.0,
    domain={"d": Whole(3, 24), "rho": LogUniform(1e-3, 1.0), "seed": SEED},
    corners=(_MODELS, {**_MODELS, "d": 3}, {**_MODELS, "rho": 1.0}),
    quick=4,
    full=60,
    note="Random quadratic models; the mean over samples and signs is exact. Observed in units of the stated drift.",
    controls=(
        Control("trace divided by d", "that is the drift of random smoothing",
                observe=lambda s, rng: _observe_direction(s, rng, gain=1)),
        Control("random directions", "the direction must be the sample's own",
                observe=lambda s, rng: _observe_direction(s, rng, drift=_smoothed_drift)),
    ),
)  # fmt: skip


def _observe_gain(setting, rng):
    objective = _models(setting)
    along = _certificate_vector(objective)
    faster, slower = _sharpness_aware_drift(objective, setting["rho"]), _smoothed_drift(objective, setting["rho"])
    return (faster @ along) / (slower @ along)


GAIN = Claim(
    id="ahn2024/drift-ratio",
    title="the drift is d times that of random smoothing",
    statement=r"At equal $\rho$ the drift of one-sample sharpness-aware steps along $\nabla h$ is $d$ times that "
    r"of random smoothing.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-2),
    observe=_observe_gain,
    expect=lambda setting: float(setting["d"]),
    domain={"d": Choice((5, 10, 20, 40)), "rho": LogUniform(1e-4, 1e-2), "seed": SEED},
    corners=tuple({"d": d, "rho": 1e-3, "seed": 2} for d in (5, 10, 20, 40)),
    quick=0,
    full=40,
    note="Random smoothing has a bias of relative order rho squared on these models, hence the tolerance.",
    controls=(
        Control("no gain", "the two drifts would be equal", expect=lambda s: 1.0),
        Control("half the radius", "the drift is of second order in the radius",
                observe=lambda s, rng: _observe_gain(s, rng) / 4),
    ),
)  # fmt: skip


def race(setting, rng, batch=1, smoothed=True):
    """Return the first times at which the certificate times d is at a level, for the faster and the slower method."""
    d, eta, rho = setting["d"], setting["eta"], setting["rho"]
    objective = ValleyRisk(ExponentialTail(1.0, 1.0, 1.0), d - 1)
    starts = np.tile(np.append(np.full(d - 1, 1e-6), 0.0), (setting["replicates"], 1))
    level = FlatnessExcess(math.inf, math.exp(-setting["fall"]) / d)
    sap = SharpnessAwarePerturbation(eta, 0.1, rho, math.inf)
    slow = RandomlySmoothed(eta, 0.1, rho, math.inf) if smoothed else sap
    results = []
    for method, target in (
        (sap, objective._replace(batch=batch)),
        (slow, objective if smoothed else objective._replace(batch=d - 1)),
    ):
        results.append(
            hitting_times(method, target, starts, level, below=1.0, steps=10**6, seed=int(rng.integers(2**31)))
        )
    return results


def _observe_race(setting, rng, batch=1):
    fast, slow = race(setting, rng, batch)
    return mean(slow / fast / setting["d"])


_RACE = {"d": 9, "eta": 0.1, "rho": 0.15, "fall": 0.7, "replicates": 16}

RACE = Claim(
    id="ahn2024/escape-time-ratio",
    title="sharpness-aware steps escape d times sooner",
    statement=r"At equal $\eta,\rho$ and an un-normalised target $T_{\rm RS}/T_{\rm SAP}=d$.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.2),
    observe=_observe_race,
    expect=lambda setting: 1.0,
    domain={"d": Whole(3, 17), "eta": Uniform(0.03, 0.1), "rho": Uniform(0.1, 0.15), "fall": Uniform(0.5, 1.0),
            "replicates": Choice((24,))},
    corners=tuple({**_RACE, "d": d} for d in (3, 5, 9, 17)),
    quick=0,
    full=16,
    note="Observed: the ratio of first times over d, replicate by replicate.",
    controls=(
        Control("full-batch steps", "they lose the gain of d - 1 samples",
                observe=lambda s, rng: _observe_race(s, rng, s["d"] - 1)),
        Control("no gain", "the times would be equal", expect=lambda s: 1 / s["d"]),
    ),
)  # fmt: skip


def _observe_full_batch(setting, rng, level=1.0):
    fast, slow = race(setting, rng, smoothed=False)
    return mean(slow / fast / (setting["d"] - 1))


FULL_BATCH = Claim(
    id="ahn2024/full-batch-loss",
    title="full-batch sharpness-aware steps lose the gain",
    statement=r"With $n$ orthogonal samples of equal norm the full-batch steps are $n$ times slower than "
    r"one-sample steps: $T_n/T_1=n$.",
    source=PAPER + ", in words; factor: README, Batch size",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.2),
    observe=_observe_full_batch,
    expect=lambda setting: 1.0,
    domain={"d": Whole(3, 17), "eta": Uniform(0.03, 0.1), "rho": Uniform(0.1, 0.15), "fall": Uniform(0.5, 1.0),
            "replicates": Choice((24,))},
    corners=tuple({**_RACE, "d": d} for d in (4, 9)),
    quick=0,
    full=12,
    note="Observed: the ratio of first times over n.",
    controls=(
        Control("no loss", "the full batch would be as fast", expect=lambda s: 1 / (s["d"] - 1)),
    ),
)  # fmt: skip

SIZE = 1e-7  # of the residuals: small against the radius, so that the gradient itself does not count


def batch_problem(setting, norms=None, parallel=False):
    """Return models with orthogonal gradients and a tangent, the trace rising along it for every sample."""
    rng, n, d = np.random.default_rng(setting["seed"]), setting["n"], setting["n"] + 2
    frame = np.linalg.qr(rng.standard_normal((d, d)))[0]
    slopes = np.tile(frame[0], (n, 1)) if parallel else frame[:n] * (np.ones(n) if norms is None else norms)[:, None]
    tangent = frame[n]
    bends = np.empty((n, d, d))
    for i in range(n):
        half = rng.standard_normal((d, d)) / d
        unit = slopes[i] / np.linalg.norm(slopes[i])
        bends[i] = half + half.T + setting.get("rise", 1.0) * (np.outer(unit, tangent) + np.outer(tangent, unit))
    return QuadraticModels(slopes, bends), tangent


def batch_ratio(objective, tangent, size, rho, residuals):
    """Return the drift along the tangent with mini-batches of a size over that with single samples.

    For each vector of residuals the point is moved off the minima so that the models take these residuals there.
    """
    n = len(objective.slopes)
    drifts = {1: [], size: []}
    inverse = np.linalg.pinv(objective.slopes)
    for r in residuals:
        w = inverse @ (SIZE * r)
        for b in drifts:
            drifts[b].append(
                np.mean([sharpness_aware_mean(objective, w, rho, batch) @ tangent for batch in batches(n, b)])
            )
    return float(np.mean(drifts[size]) / np.mean(drifts[1]))


def _observe_batch(setting, rng, residuals=None, **breach):
    objective, tangent = batch_problem(setting, **breach)
    chosen = sign_patterns(setting["n"]) if residuals is None else residuals
    return batch_ratio(objective, tangent, setting["batch"], setting["rho"], chosen)


_BATCH = {"n": 6, "batch": 2, "rho": 0.01, "seed": 1}

BATCH = Claim(
    id="ahn2024/batch-size",
    title="the drift falls as one over the batch size",
    statement=r"With orthogonal gradients of equal norm and residuals $\pm r$ of independent signs the drift of "
    r"a mini-batch is $1/B$ of that of one sample.",
    source=README + ", Batch size; the paper shows that batch 1 escapes best",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-4),
    observe=_observe_batch,
    expect=lambda setting: batch_factor(setting["batch"]),
    domain={"n": Choice((4, 5)), "batch": Choice((2, 3, 4)), "rho": LogUniform(0.003, 0.03), "seed": SEED},
    corners=tuple({**_BATCH, "n": 5, "batch": b} for b in (2, 3, 5)),
    quick=0,
    full=20,
    note="The mean over signs, batches and residual signs is exact.",
    controls=(
        Control("norms of 1 and 10", "the sample of the longer gradient takes the direction",
                observe=lambda s, rng: _observe_batch(s, rng, norms=np.where(np.arange(s["n"]) % 2, 10.0, 1.0))),
        Control("parallel gradients", "samples that pull the same way lose nothing",
                observe=lambda s, rng: _observe_batch(s, rng, [np.ones(s["n"])], parallel=True)),
        Control("fixed residual signs", "the cross terms of the samples stay",
                observe=lambda s, rng: _observe_batch({**s, "rise": 0.2}, rng, [np.ones(s["n"])])),
        Control("no loss", "a larger batch would be as good", expect=lambda s: 1.0),
    ),
)  # fmt: skip


def _two_samples(setting, carrier):
    """Return two models of norms 1 and 10 of which only one carries the slope of the trace."""
    rng = np.random.default_rng(setting["seed"])
    frame = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    slopes, tangent = frame[:2] * np.array([[1.0], [setting["norm"]]]), frame[2]
    bends = np.zeros((2, 4, 4))
    bends[carrier] = np.outer(frame[carrier], tangent) + np.outer(tangent, frame[carrier])
    return QuadraticModels(slopes, bends), tangent


def unequal_ratio(setting):
    """Return the mean of the ratio over Gaussian residuals, by Gauss' rule in the angle of the residuals."""
    angle = 2 * np.pi * (np.arange(setting["angles"]) + 0.5) / setting["angles"]
    residuals = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return [batch_ratio(*_two_samples(setting, carrier), 2, 1e-3, residuals) for carrier in (0, 1)]


UNEQUAL = Claim(
    id="ahn2024/unequal-norms",
    title="with unequal norms the loss depends on who carries the trace",
    statement=r"Orthogonal gradients of norms $s_1,s_2$, Gaussian residuals: drift at $B=2$ over that at $B=1$: "
    r"$s_i/(s_1+s_2)$ when sample $i$ carries the slope of the trace.",
    source=README + ", Batch size",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-3),
    observe=lambda s, rng: unequal_ratio(s),
    expect=lambda s: gaussian_shares([1.0, s["norm"]]),
    domain={"norm": Uniform(1.5, 10), "angles": Choice((300,)), "seed": SEED},
    corners=({"norm": 10.0, "angles": 300, "seed": 1},),
    quick=0,
    full=10,
    note="For the norms 1 and 10 the two ratios are 1/11 and 10/11. Only the angle of the residuals matters.",
    controls=(
        Control("one over B", "that holds for equal norms", expect=lambda s: [0.5, 0.5]),
    ),
)  # fmt: skip


def _network(setting):
    """Return a network, a minimum, and the gradient of the trace along the minima."""
    rng = np.random.default_rng(setting["seed"])
    objective = DiagonalNetwork(sign_features(rng, 10, 20), rng.standard_normal(10))
    w = limit_map(objective, rng.uniform(0.5, 1.5, 40))
    return objective, w, trace_gradient_along(objective, w)


def _observe_smaller_radius(setting, rng, shrink=0.5):
    objective, w, along = _network(setting)
    rho = setting["rho"]
    slopes = np.hstack([objective.features, -objective.features]) * (2 * w)
    moves = [sharpness_aware_mean(objective, w, shrink * rho, (i,), slopes[i]) for i in range(10)]
    return float(
        (np.mean(moves, axis=0) @ along) / ((smoothed_gradient(objective, w, rho) - gradient_at(objective, w)) @ along)
    )


SMALLER_RADIUS = Claim(
    id="ahn2024/smaller-radius",
    title="sharpness-aware steps win with a smaller radius too",
    statement=r"With $\rho_{\rm SAP}=\rho_{\rm RS}/2$ on a diagonal network of $d=40$ the drift of SAP is "
    r"$d/4=10$ times larger.",
    source=PAPER + ", Figure 3 for the ordering; factor: README, Drift of the sharpness-aware perturbation",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-6),
    observe=_observe_smaller_radius,
    expect=lambda setting: 10.0,
    domain={"rho": LogUniform(1e-3, 0.3), "seed": SEED},
    corners=({"rho": 0.1, "seed": 1},),
    quick=2,
    full=30,
    controls=(
        Control("no radius factor", "the drift is of second order in the radius",
                observe=lambda s, rng: _observe_smaller_radius(s, rng, 1.0)),
        Control("random smoothing's factor", "without the gain of d it would be a quarter", expect=lambda s: 0.25),
    ),
)  # fmt: skip
