"""Time random smoothing in three dimensions against NumPy, and the full sweep over the tolerance.

    python benchmarks/escape.py [--rounds 5] [--sweep]

Two NumPy contenders on a valley with an exponential tail: one run at a time, as the algorithm is usually written, and
all runs side by side, the most NumPy can do here. Both are timed on few steps, and the ratio is that of times a step
of a run. The mean end along the valley is compared, within the spread of the runs, before anything is timed.
"""

import argparse
import math
import os

import numpy as np
from run import best_times, seconds

from flatlab import ensemble
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.profiles import ExponentialTail
from paper_checks.ahn2024._valleys import KINDS, predicted_steps, times

RUNS, STEPS, ETA, RHO, GATE = 64, 20000, 0.02, 0.1, 1.0
START = np.array([0.0, 0.0, -1.0])


def gradient(z, y):
    """The gradient of (1 + exp(-y)) |z|^2 / 2 for points of shape (..., 3)."""
    tail = np.exp(-y)
    return np.concatenate([(1 + tail) * z, -tail * (z * z).sum(axis=-1, keepdims=True) / 2], axis=-1)


def numpy_steps(runs, steps, seed):
    """All runs side by side; ``runs`` None is a single one, with vectors of three numbers."""
    rng = np.random.default_rng(seed)
    w = START.copy() if runs is None else np.tile(START, (runs, 1))
    for _ in range(steps):
        g = gradient(w[..., :2], w[..., 2:])
        square = (g * g).sum(axis=-1, keepdims=True)
        direction = rng.standard_normal(w.shape)
        direction /= np.sqrt((direction * direction).sum(axis=-1, keepdims=True))
        p = w + RHO * direction
        v = gradient(p[..., :2], p[..., 2:])
        v = v - np.where(square > 0, (v * g).sum(axis=-1, keepdims=True) / np.where(square > 0, square, 1), 0) * g
        w = w - np.where(square <= GATE**2, ETA * (g + v), 0.1 * g)
    return w


def flatlab_ends(steps=STEPS, seed=1, runs=RUNS):
    method = RandomlySmoothed(ETA, 0.1, RHO, GATE)
    return ensemble(method, Valley(ExponentialTail(), 2), np.tile(START, (runs, 1)), steps=steps, seed=seed)


def compare(steps=1000):
    ours, theirs = flatlab_ends(steps)[:, 2], numpy_steps(RUNS, steps, 2)[:, 2]
    spread = math.sqrt((ours.var() + theirs.var()) / RUNS)
    difference = ours.mean() - theirs.mean()
    if not abs(difference) < 5 * spread or not ours.mean() > START[2] + 20 * spread:
        raise SystemExit(f"the ends differ: {ours.mean()} and {theirs.mean()}, spread {spread}")


def report(rounds):
    compare()
    contenders = {
        "flatlab": flatlab_ends,
        "one by one": lambda: numpy_steps(None, 2000, 2),
        "together": lambda: numpy_steps(RUNS, 2000, 2),
    }
    best = best_times(contenders, rounds)
    step = {
        "flatlab": best["flatlab"] / (RUNS * STEPS),
        "one by one": best["one by one"] / 2000,
        "together": best["together"] / (2000 * RUNS),
    }
    print(f"random smoothing, d = 3, {RUNS} runs, {os.cpu_count()} cores, best of {rounds} interleaved rounds")
    print(f"flatlab              {step['flatlab'] * 1e9:8.1f} ns a step (goal 60)")
    for name, goal in (("one by one", "goal 50"), ("together", "no goal")):
        ratio = step[name] / step["flatlab"]
        print(f"NumPy, {name:12}  {step[name] * 1e9:8.1f} ns a step, ratio {ratio:.1f} ({goal})", flush=True)


def sweep(runs=16):
    """The four valleys over the tolerances, a decade and more."""
    tolerances = 0.2 * 2.0 ** -np.arange(5)
    total = longest = 0
    for kind in KINDS:
        times({"kind": kind}, 0.2, 2, 0)  # compiles

    def work():
        nonlocal total, longest
        for kind in KINDS:
            for k, epsilon in enumerate(tolerances):
                if predicted_steps({"kind": kind}, epsilon) <= 2.5e5:
                    found = times({"kind": kind}, epsilon, runs, k).times
                    total, longest = total + found.sum(), max(longest, found.max())

    taken = seconds(work)
    print(f"sweep: {total:.2e} steps in {taken:.1f} s (goal 20), longest run {longest} steps, {runs} runs each")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sweep", action="store_true")
    arguments = parser.parse_args()
    report(arguments.rounds)
    if arguments.sweep:
        sweep()
