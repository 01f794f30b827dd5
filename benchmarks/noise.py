"""Time noise stability optimisation and its moment recursion against NumPy on the same work, and print the ratios.

    python benchmarks/noise.py [--rounds 3] [--steps 100000]

Two NumPy contenders: one run at a time, vectorised over the variables, as the update is usually written; and all runs
side by side, which is the most NumPy can do here. All are timed on few steps, and the ratio is that of times a
step. The mean over the runs of |w|^2 is compared, within the spread of the runs, before anything is timed.
"""

import argparse
import os

import numpy as np
from run import best_times, seconds

from flatlab import ensemble
from flatlab.methods import NSO
from flatlab.moments import running_moments
from flatlab.objectives import Noisy, Saturating
from flatlab.theory.convergence_rate import mean_squared_gradient

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


def report(rounds, steps):
    short, few = 5000, 2
    sizes = [np.sum(ends**2, axis=1) for ends in (flatlab_ends(short), numpy_together(short, 2))]
    spread = np.sqrt(sum(np.var(size) for size in sizes) / RUNS)
    assert abs(sizes[0].mean() - sizes[1].mean()) < 6 * spread, "the contenders disagree"
    best = best_times(
        {
            "flatlab": lambda: flatlab_ends(short),
            "together": lambda: numpy_together(short, 2),
            "one by one": lambda: numpy_one_by_one(short, 3, few),
            "normals": lambda: normals(short),
        },
        rounds,
    )
    per_step = {
        "flatlab": best["flatlab"] / (RUNS * short),
        "together": best["together"] / (RUNS * short),
        "one by one": best["one by one"] / (few * short),
        "normals": best["normals"] / (RUNS * short),
    }
    whole = min(seconds(lambda: flatlab_ends(steps)) for _ in range(rounds))
    print(f"{os.cpu_count()} cores, best of {rounds} interleaved rounds")
    print(f"NSO, {RUNS} runs x {steps} steps x d = {SIZE}, noisy oracle: {whole:.2f} s (goal 5 s)")
    for name in ("one by one", "together", "normals"):
        goal = " (goal 20)" if name != "normals" else ", random numbers alone"
        print(f"NumPy {name:10} / flatlab, a run and step: {per_step[name] / per_step['flatlab']:6.1f}{goal}")
    eigenvalues, variances, start = np.linspace(0.1, 1.0, SIZE), np.ones(SIZE), np.ones(SIZE)
    many = 10_000_000
    exact = mean_squared_gradient(many, 0.01, eigenvalues, variances, start, first=1)
    found = running_moments(0.01, eigenvalues, variances, start, [many]).mean[0]
    assert abs(found / exact - 1) < 1e-9, "the recursion disagrees with its closed form"
    best = best_times({"recursion": lambda: running_moments(0.01, eigenvalues, variances, start, [many])}, rounds)
    print(f"moment recursion, T = {many:.0e}, d = {SIZE}: {best['recursion']:.3f} s (goal 1 s)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=100_000)
    arguments = parser.parse_args()
    report(arguments.rounds, arguments.steps)
