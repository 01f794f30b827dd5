"""Problems and runs of matrix sensing that several claims share; each is made once in a process."""

from functools import cache
from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.methods import GD, NSO, NoiseInjection
from flatlab.objectives import TraceForm, TracePenalty, WeightDecay, trace_form
from flatlab.objectives.sensing.problem import Recovery, SensingProblem, recovery, sensing_problem, sensing_start
from flatlab.simulation.cost import spend
from flatlab.theory.noise import SensingMean, step_from_authors

SMALL = {"d": 30, "rank": 2, "n": 240, "eta": 0.004, "s": 0.1}
PAPER = {"d": 100, "rank": 5, "n": 2500, "eta": step_from_authors(0.0025), "s": 0.08}
RECORDS = 40
SMALL_SCALE = 0.01
METHODS = ("gd", "naive", "naive-2", "nso", "nso-2", "nso-4", "decay", "penalty", "small-start")


_kept = {}


class Prepared(NamedTuple):
    """A problem with a start and the trace of its Hessian."""

    problem: SensingProblem
    start: np.ndarray
    form: TraceForm


def prepared(d, rank, n, seed, single=False):
    """Return the problem of a seed."""
    key = (d, rank, n, seed, single)
    if key not in _kept:
        _kept[key] = _prepare(*key)
    return _kept[key]


def _prepare(d, rank, n, seed, single):
    rng = np.random.default_rng([seed, d, rank, n])
    problem = sensing_problem(d, rank, n, rng=rng, single=single)
    return Prepared(problem, sensing_start(problem, rng=rng), trace_form(problem.train))


def method_of(name, eta, s):
    """Return the method that a name stands for."""
    points = int(name[-1]) if name[-1].isdigit() else 1
    if name.startswith("nso"):
        return NSO(eta, s, points)
    return NoiseInjection(eta, s, points) if name.startswith("naive") else GD(eta)


class Run(NamedTuple):
    """The path of one run, thinned, and what its points are worth."""

    path: np.ndarray
    found: Recovery

    def plateau(self, share=0.25):
        """Return the mean of each measure over the last ``share`` of the records."""
        last = max(1, int(share * (len(self.path) - 1)))
        return Recovery(*(float(field[-last:].mean()) for field in self.found))


def run(setting, name):
    """Return the run of a named method on the problem of a setting, at the setting's gradient evaluations.

    A run that is at hand already counts its gradient evaluations again: they are what the evidence rests on.
    """
    eta, s, budget = setting["eta"], setting["s"], setting["gradients"]
    method = method_of(name, eta, s)
    problem = (setting["d"], setting["rank"], setting["n"], setting["seed"], setting.get("single", False))
    before = _run.cache_info().hits
    result = _run(problem, name, eta, s, budget)
    if _run.cache_info().hits > before:
        spend(method, budget // method.gradients_per_step)
    return result


@cache
def _run(problem, name, eta, s, budget):
    ready = prepared(*problem)
    objective, start, method = ready.problem.train, ready.start, method_of(name, eta, s)
    if name == "decay":
        objective = WeightDecay(objective, SensingMean(objective.rows, objective.columns).soft_threshold(s))
    if name == "penalty":
        objective = TracePenalty(objective, s**2 / 2, ready.form.matrix)
    if name == "small-start":
        start = SMALL_SCALE * start
    steps = budget // method.gradients_per_step
    rng = np.random.default_rng([problem[3], 1])  # the same noise for all methods, as far as they draw alike
    path = trajectory(method, objective, start, steps=steps, record_every=max(1, steps // RECORDS), rng=rng)
    return Run(path, recovery(ready.problem, path, ready.form))


def forget(setting, seed):
    """Let go of a problem of another seed: at the paper's scale each holds the memory of its measurements."""
    _kept.pop((setting["d"], setting["rank"], setting["n"], seed, setting["single"]), None)
