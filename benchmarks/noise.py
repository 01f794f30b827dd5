"""Noise stability optimisation and its moment recursion against NumPy.

Two NumPy contenders: one run at a time, vectorised over the variables, as the update is usually written; and all runs
side by side, the most NumPy can do here. The mean over the runs of |w|^2 is compared within the spread of the runs.
"""

import numpy as np

from benchmarks.harness import row, turns
from flatlab import ensemble
from flatlab.methods import NSO
from flatlab.objectives import Noisy, Saturating
from flatlab.simulation.second_moments import running_moments
from flatlab.theory.noise import NoisyQuadratic

RUNS, SIZE, ETA, S, SIGMA = 200, 5, 0.01, 0.5, 1.0


def slope(w):
    return 2 * w / (1 + w * w) ** 2


def numpy_together(steps, seed):
    """All runs side by side."""
    rng = np.random.default_rng(seed)
    w, scale = np.ones((RUNS, SIZE)), SIGMA / np.sqrt(SIZE)
    for _ in range(steps):
        u, z = S * rng.standard_normal(w.shape), scale * rng.standard_normal(w.shape)
        w = w - ETA * ((slope(w + u) + slope(w - u)) / 2 + z)
    return w


def numpy_one_by_one(steps, seed, runs):
    """One run after the other."""
    rng = np.random.default_rng(seed)
    ends, scale = np.empty((runs, SIZE)), SIGMA / np.sqrt(SIZE)
    for k in range(runs):
        w = np.ones(SIZE)
        for _ in range(steps):
            u, z = S * rng.standard_normal(SIZE), scale * rng.standard_normal(SIZE)
            w = w - ETA * ((slope(w + u) + slope(w - u)) / 2 + z)
        ends[k] = w
    return ends


def normals(steps):
    """Only the random numbers of ``numpy_together``."""
    rng, out = np.random.default_rng(1), np.empty((2, RUNS, SIZE))
    for _ in range(steps):
        rng.standard_normal(out=out)


def flatlab_ends(steps, seed=1):
    return ensemble(NSO(ETA, S), Noisy(Saturating(), SIGMA), np.ones((RUNS, SIZE)), steps=steps, seed=seed)


def report(rounds, quick):
    """Print the table's rows."""
    steps, short, few, many = (20, 10, 1, 1000) if quick else (100_000, 5000, 2, 10_000_000)
    sizes = [np.sum(ends**2, axis=1) for ends in (flatlab_ends(1000), numpy_together(1000, 2))]
    spread = np.sqrt(sum(np.var(size) for size in sizes) / RUNS)
    if not abs(sizes[0].mean() - sizes[1].mean()) < 6 * spread:
        raise SystemExit("the contenders disagree")
    eigenvalues, variances, start = np.linspace(0.1, 1.0, SIZE), np.ones(SIZE), np.ones(SIZE)
    exact = NoisyQuadratic(0.01, eigenvalues, variances).mean_squared_gradient(many, start, first=1)
    found = running_moments(0.01, eigenvalues, variances, start, [many]).mean[0]
    if not abs(found / exact - 1) < 1e-9:
        raise SystemExit("the recursion disagrees with its closed form")
    times = turns(
        {
            "flatlab": lambda: flatlab_ends(short),
            "one by one": lambda: numpy_one_by_one(short, 3, few),
            "together": lambda: numpy_together(short, 2),
            "normals": lambda: normals(short),
            "whole": lambda: flatlab_ends(steps),
            "recursion": lambda: running_moments(0.01, eigenvalues, variances, start, [many]),
        },
        rounds,
    )
    work, step = f"NSO, {RUNS} runs, d = {SIZE}", times["flatlab"] / (RUNS * short)
    row(f"{work}, {steps} steps", "all of it", times["whole"], ("<=", 5), " s")
    row(work, "NumPy, one run at a time / flatlab", times["one by one"] / (few * short) / step, (">=", 20))
    row(work, "NumPy, all runs side by side / flatlab", times["together"] / (RUNS * short) / step, (">=", 20))
    row(work, "its random numbers alone / flatlab", times["normals"] / (RUNS * short) / step)
    row(f"moment recursion, T = {many:.0e}, d = {SIZE}", "all of it", times["recursion"], ("<=", 1), " s")
