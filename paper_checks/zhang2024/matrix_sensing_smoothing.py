"""What weight noise does to matrix sensing: the smoothed loss exactly, the threshold, the floor of naive noise."""

import numpy as np

from flatlab import running, trajectory
from flatlab.evidence import intervals as rates
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.methods import GD, NSO, NoiseInjection
from flatlab.objectives import TracePenalty, gradient, hessian, hessian_trace, value
from flatlab.objectives.observables import Loss
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start
from flatlab.theory.noise import SensingMean, SensingSample, naive_noise_floor
from paper_checks.zhang2024._sensing_exact import gaussian_mean, gaussian_mean_of_cubic

PAGE = "paper_checks/zhang2024/README.md"
BURN_IN = 1000


def _small(setting):
    rng = np.random.default_rng(setting["seed"])
    problem = sensing_problem(setting["d"], setting["rank"], setting["n"], rng=rng, columns=setting["p"], n_test=1)
    return problem.train, sensing_start(problem, rng=rng)


def _gap(setting, rng):
    objective, w = _small(setting)
    return gaussian_mean(lambda point: value(objective, point), w, setting["s"]) - value(objective, w)


def _gap_formula(setting, fourth=1.0, second=1.0):
    objective, w = _small(setting)
    symmetric = unpack(objective.measurements)
    squares, traces = float(np.sum(symmetric**2)), np.trace(symmetric, axis1=1, axis2=2)
    return SensingSample(len(symmetric), objective.columns).smoothing_gap(
        setting["s"],
        second * hessian_trace(objective, w),
        fourth * squares,
        fourth * float(traces @ traces),
    )


def _slope(objective):
    def function(point):
        out = np.empty(point.size)
        gradient(objective, point, out)
        return out

    return function


def _smoothed_slope(setting, rng):
    objective, w = _small(setting)
    return list(gaussian_mean_of_cubic(_slope(objective), w, setting["s"]))


def _penalised_slope(factor):
    def expect(setting):
        objective, w = _small(setting)
        return list(_slope(TracePenalty(objective, factor * setting["s"] ** 2))(w))

    return expect


def _shifts(setting, rng, s=None):
    """Return how far NSO's eigenvalues lie below the truth, and the largest of the rest, in thresholds."""
    draws = np.random.default_rng(setting["seed"])
    d, rank, steps = setting["d"], setting["rank"], setting["steps"]
    problem = sensing_problem(d, rank, setting["n"], rng=draws, n_test=1)
    start = sensing_start(problem, rng=draws)
    method = GD(setting["eta"]) if s == 0 else NSO(setting["eta"], setting["s"])
    path = trajectory(method, problem.train, start, steps=steps, record_every=10, rng=draws)
    factors = path[len(path) // 2 :].reshape(-1, d, d)
    eigenvalues = np.linalg.eigvalsh(factors @ factors.transpose(0, 2, 1)).mean(axis=0)[::-1]
    below = problem.spectrum - eigenvalues[:rank]
    return list(np.append(below, eigenvalues[rank]) / SensingMean(d).soft_threshold(setting["s"]))


def _minimum(setting):
    rng = np.random.default_rng(setting["seed"])
    d, rank = setting["d"], setting["rank"]
    problem = sensing_problem(d, rank, setting["n"], rng=rng, n_test=1)
    start = np.zeros((d, d))
    start[:, :rank] = problem.truth
    return problem.train, start.ravel()


def _excess(method, objective, start, steps, rng):
    found = running(method, objective, start, Loss(), checkpoints=[BURN_IN, steps], rng=rng)
    return (found.mean[1] * steps - found.mean[0] * BURN_IN) / (steps - BURN_IN)


def _floor(setting, rng, method=NoiseInjection, factor=1.0, points=1):
    objective, start = _minimum(setting)
    chosen = method(factor * setting["eta"], setting["s"], points)
    return _excess(chosen, objective, start, setting["steps"], rng) / _stated_floor(setting, objective, start)


def _stated_floor(setting, objective, start):
    spectrum = np.maximum(np.linalg.eigvalsh(hessian(objective, start)), 0)
    return naive_noise_floor(setting["eta"], setting["s"], spectrum)


def _floor_slope(setting, rng, method=NoiseInjection):
    etas = setting["eta"] * 2.0 ** -np.arange(5)
    rows = []
    for replicate in range(setting["replicates"]):
        objective, start = _minimum({**setting, "seed": setting["seed"] + replicate})
        rows.append([_excess(method(eta, setting["s"]), objective, start, setting["steps"], rng) for eta in etas])
    return rates.power_law_slope(etas, np.array(rows))


def _difference(s):
    def observe(setting, rng):
        objective, start = _small(setting)
        paths = [
            trajectory(method, objective, start, steps=setting["steps"], rng=np.random.default_rng(1))
            for method in (GD(setting["eta"]), NSO(setting["eta"], s))
        ]
        return float(np.abs(paths[0] - paths[1]).max())

    return observe


TINY = {
    "d": Whole(1, 4),
    "rank": Whole(1, 4),
    "p": Whole(1, 4),
    "n": Whole(1, 20),
    "s": Uniform(0.1, 1.5),
    "seed": SEED,
}
RANK = {"the rank of the truth is at most d": lambda setting: setting["rank"] <= setting["d"]}

CLAIMS = [
    Claim(
        id="zhang2024/sensing-smoothed-loss",
        title="Smoothed loss of matrix sensing, exactly",
        statement=(
            r"$F-L=\frac{s^2}2\operatorname{tr}\nabla^2L+\frac{s^4}n\sum\left[p\|S_i\|_F^2"
            r"+\tfrac12p^2(\operatorname{tr}S_i)^2\right]$ for Gaussian weight noise, with no remainder."
        ),
        source=f'"Smoothed loss of matrix sensing", {PAGE}',
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        observe=_gap,
        expect=_gap_formula,
        domain=TINY,
        corners=({"d": 1, "rank": 1, "p": 1, "n": 1, "s": 1.0, "seed": 1},),
        hypotheses=RANK,
        quick=4,
        full=40,
        controls=(
            Control(
                "trace term alone", "the fourth-order term is not small", expect=lambda s: _gap_formula(s, fourth=0.0)
            ),
            Control(
                "whole trace instead of half",
                r"the expansion has the factor $s^2/2$",
                expect=lambda s: _gap_formula(s, second=2.0),
            ),
        ),
        note="The mean is taken by a rule that is exact for quartics, not by sampling.",
    ),
    Claim(
        id="zhang2024/sensing-mean-step",
        title="NSO's mean step is the gradient of loss plus trace",
        statement=(
            r"$\mathbb E\nabla L(W+U)=\nabla\left[L+\frac{s^2}2\operatorname{tr}\nabla^2L\right](W)$ for Gaussian $U$: "
            r"noise stability optimisation penalises the trace $\langle C,WW^\top\rangle$, linear in $WW^\top$."
        ),
        source=f'"Penalty of one sample", {PAGE}',
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-9, atol=1e-10),
        observe=_smoothed_slope,
        expect=_penalised_slope(0.5),
        domain=TINY,
        hypotheses=RANK,
        quick=5,
        full=40,
        controls=(
            Control("twice the penalty", r"the factor is $s^2/2$", expect=_penalised_slope(1.0)),
            Control("no penalty", "the mean step is not the plain gradient", expect=_penalised_slope(0.0)),
        ),
    ),
    Claim(
        id="zhang2024/sensing-soft-threshold",
        title="NSO soft-thresholds the eigenvalues",
        statement=(
            r"With many measurements the eigenvalues of $WW^\top$ settle $\lambda=s^2(d+1+p)$ below those of "
            r"$X^\star$, and the others near 0."
        ),
        source=f'"Soft threshold", {PAGE}',
        origin="derived",
        kind="equality",
        relation=Equal(atol=0.12),
        observe=_shifts,
        expect=lambda setting: [1.0] * setting["rank"] + [0.0],
        domain={
            "d": Choice((8,)),
            "rank": Choice((1, 2)),
            "n": Choice((4000,)),
            "eta": Choice((0.006,)),
            "s": Uniform(0.15, 0.2),
            "steps": Choice((1400,)),
            "seed": SEED,
        },
        quick=3,
        full=12,
        controls=(
            Control(
                "no noise",
                "gradient descent recovers the eigenvalues themselves",
                observe=lambda s, rng: _shifts(s, rng, 0),
            ),
            Control(
                "threshold without the width",
                r"$s^2(d+1)$ leaves out the curvature of the residual term, which is as large",
                expect=lambda s: (
                    [SensingMean(s["d"], 1).soft_threshold(s["s"]) / SensingMean(s["d"]).soft_threshold(s["s"])]
                    * s["rank"]
                    + [0.0]
                ),
            ),
        ),
        note=(
            "The tolerance is in thresholds. The trace of one measurement set differs from its mean by a relative "
            r"$\approx\frac{p}{d+1+p}\sqrt{(d+1)/n}$ in each direction, 0.02 here; at n = 5 d(d+1)/2 and d = 30 that "
            "is 0.06, and shifts of 1.11 thresholds are seen."
        ),
    ),
    Claim(
        id="zhang2024/sensing-naive-floor",
        title="Floor of naive noise near a minimum",
        statement=(
            r"Near an interpolating minimum with Hessian eigenvalues $h_j$ naive noise keeps an extra training loss of "
            r"$\sum\eta s^2h_j^2/(2(2-\eta h_j))$."
        ),
        source=f'"Floor of naive noise", {PAGE}',
        origin="derived",
        kind="equality",
        relation=Equal(atol=0.15),
        observe=_floor,
        expect=lambda setting: 1.0,
        domain={
            "d": Choice((12,)),
            "rank": Choice((2, 3)),
            "n": Choice((30, 60)),
            "eta": LogUniform(0.003, 0.006),
            "s": LogUniform(0.005, 0.02),
            "steps": Choice((12000,)),
            "seed": SEED,
        },
        quick=3,
        full=20,
        controls=(
            Control(
                "a symmetric pair",
                r"the pair has no noise of first order: its floor is of order $s^4$",
                observe=lambda s, rng: _floor(s, rng, NSO),
            ),
            Control(
                "two points",
                "the mean of two independent points has half the variance",
                observe=lambda s, rng: _floor(s, rng, points=2),
            ),
            Control(
                "twice the step", r"the floor grows with $\eta$", observe=lambda s, rng: _floor(s, rng, factor=2.0)
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-floor-rate",
        title="Floor of naive noise is proportional to the step size",
        statement=r"For $\eta h_1\ll1$ the extra training loss of naive noise is $\propto\eta$: exponent 1.",
        source=f'"Floor of naive noise", {PAGE}',
        origin="derived",
        kind="rate",
        relation=WithinInterval(tolerance=0.24),
        observe=_floor_slope,
        expect=lambda setting: 1.0,
        corners=({"d": 5, "rank": 1, "n": 10, "eta": 0.008, "s": 0.01, "steps": 10000, "replicates": 24, "seed": 1},),
        domain={
            "d": Choice((5, 6)),
            "rank": Choice((1,)),
            "n": Choice((10,)),
            "eta": Choice((0.008,)),
            "s": LogUniform(0.005, 0.02),
            "steps": Choice((20000,)),
            "replicates": Choice((72,)),
            "seed": SEED,
        },
        quick=0,
        full=3,
        controls=(
            Control(
                "a symmetric pair",
                r"its extra loss is the bias of the smoothed minimum, which does not depend on $\eta$",
                observe=lambda s, rng: _floor_slope({**s, "steps": 3000, "replicates": 8}, rng, NSO),
            ),
        ),
        note="Five step sizes, each half the one before; the interval is from the replicates' own problems.",
    ),
    Claim(
        id="zhang2024/sensing-without-noise",
        title="Without noise NSO is gradient descent",
        statement=r"With $s=0$ the iterates of NSO with $k=1$ and of gradient descent differ by $0$: the same numbers.",
        source="Algorithm 1 of the authors' poster with U = 0",
        origin="derived",
        kind="equality",
        relation=Equal(),
        observe=_difference(0.0),
        expect=lambda setting: 0.0,
        corners=({"d": 12, "rank": 2, "p": 12, "n": 40, "eta": 0.004, "steps": 100, "seed": 1},),
        domain={
            "d": Choice((8, 12)),
            "rank": Choice((2,)),
            "p": Choice((3, 8)),
            "n": Choice((40,)),
            "eta": LogUniform(0.001, 0.004),
            "steps": Choice((100,)),
            "seed": SEED,
        },
        quick=2,
        full=20,
        controls=(Control("a little noise", "then the paths differ", observe=_difference(1e-6)),),
    ),
]
