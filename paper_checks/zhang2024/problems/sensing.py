"""Matrix sensing: the problem of a setting, and the runs of named methods on it at equal gradient evaluations."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, LogUniform
from flatlab.methods import GD, NSO, NoiseInjection
from flatlab.objectives import TraceForm, TracePenalty, WeightDecay, trace_form
from flatlab.objectives.sensing.problem import Recovery, SensingProblem, recovery, sensing_problem, sensing_start
from flatlab.simulation.cost import spend
from flatlab.theory.noise import SensingMean, step_from_authors

SMALL = {"d": 30, "rank": 2, "n": 240, "eta": 0.004, "s": 0.1}
RECORDS = 40


class Prepared(NamedTuple):
    """A problem with a start and the trace of its Hessian."""

    problem: SensingProblem
    start: np.ndarray
    form: TraceForm


@lru_cache(maxsize=2)  # at the authors' scale each holds 100 MB of measurements
def prepared(d, rank, n, seed, single=False):
    """Return the problem of a seed."""
    rng = np.random.default_rng([seed, d, rank, n])
    problem = sensing_problem(d, rank, n, rng=rng, single=single)
    return Prepared(problem, sensing_start(problem, rng=rng), trace_form(problem.train))


class Approach(NamedTuple):
    """What differs from gradient descent: ``method(eta, s)``, ``objective(prepared, s)`` or the scale of the start."""

    method: Callable[[float, float], Any] = lambda eta, s: GD(eta)
    objective: Callable[[Prepared, float], NamedTuple] = lambda ready, s: ready.problem.train
    scale: float = 1.0


def _with_decay(ready, s):
    train = ready.problem.train
    return WeightDecay(train, SensingMean(train.rows, train.columns).soft_threshold(s))


METHODS = {
    "gd": Approach(),
    "naive": Approach(lambda eta, s: NoiseInjection(eta, s, 1)),
    "naive-2": Approach(lambda eta, s: NoiseInjection(eta, s, 2)),
    "nso": Approach(lambda eta, s: NSO(eta, s, 1)),
    "nso-2": Approach(lambda eta, s: NSO(eta, s, 2)),
    "nso-4": Approach(lambda eta, s: NSO(eta, s, 4)),
    "decay": Approach(objective=_with_decay),
    "penalty": Approach(objective=lambda ready, s: TracePenalty(ready.problem.train, s**2 / 2, ready.form.matrix)),
    "small-start": Approach(scale=0.01),
}


class Run(NamedTuple):
    """The path of one run, thinned, and the measures of its points."""

    path: np.ndarray
    found: Recovery

    def plateau(self, share=0.25):
        """Return the mean of each measure over the last ``share`` of the records."""
        last = max(1, int(share * (len(self.path) - 1)))
        return Recovery(*(float(field[-last:].mean()) for field in self.found))


class Sensing(NamedTuple):
    """A problem of rank ``rank`` with n measurements, the step, the weight noise and the budget of each method."""

    d: int
    rank: int
    n: int
    eta: float
    s: float
    gradients: int
    single: bool
    seed: int

    @property
    def prepared(self):
        """The problem, its start and its trace."""
        return prepared(self.d, self.rank, self.n, self.seed, self.single)

    def run(self, name):
        """Return the run of a named method.

        A run that is at hand counts its gradient evaluations again: they are what the evidence rests on.
        """
        if (self, name) in _RUNS:
            method = METHODS[name].method(self.eta, self.s)
            spend(method, self.gradients // method.gradients_per_step)
        else:
            _RUNS[self, name] = _run(self, name)
        return _RUNS[self, name]

    def end(self, name):
        """Return the measures where the named method has settled."""
        return self.run(name).plateau()


_RUNS = {}  # thinned paths are small, and the claims on one problem share them


def _run(p, name):
    approach, ready = METHODS[name], p.prepared
    method, objective = approach.method(p.eta, p.s), approach.objective(ready, p.s)
    steps = p.gradients // method.gradients_per_step
    rng = np.random.default_rng([p.seed, 1])  # the same noise for all methods, as far as they draw alike
    start, every = approach.scale * ready.start, max(1, steps // RECORDS)
    path = trajectory(method, objective, start, steps=steps, record_every=every, rng=rng)
    return Run(path, recovery(ready.problem, path, ready.form))


def scaled(s, gradients, seed, d=20, step=2 / 3):
    """Return the authors' problem at size d: r = d/20, n = d^2/4, and ``step`` of their eta d.

    The paper's README, "Reduced scale", says why the relative losses hardly depend on d. A small problem varies more
    than theirs and diverges at times at their own eta d. At d = 100 measurements are in single precision, as theirs.
    """
    eta = step_from_authors(AUTHORS["eta"] * AUTHORS["d"] / d)
    return Sensing(d, max(1, round(d / 20)), d * d // 4, step * eta, s, gradients, d == AUTHORS["d"], seed)


def in_single(**setting):
    """Return what :func:`scaled` does, with measurements in single precision, as theirs: no measure sees it."""
    return scaled(**setting)._replace(single=True)


AUTHORS = {"d": 100, "eta": 0.0025, "s": 0.08}
RECOVERY = {
    "problem": in_single,
    "fixed": {"gradients": 8000},
    "domain": {"s": LogUniform(0.1, 0.12), "seed": SEED},
    "quick": 2,
}  # of the claims on recovery
