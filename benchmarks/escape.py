"""Random smoothing in three dimensions against NumPy, and the sweep over the tolerance.

Two NumPy contenders on a valley with an exponential tail: one run at a time, as the algorithm is usually written, and
all runs side by side, the most NumPy can do here. The mean end is compared within the spread of the runs.
"""

import math

import numpy as np

from benchmarks.harness import row, turns
from flatlab import ensemble
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import ExponentialTail
from paper_checks.ahn2024.problems.valleys import KINDS, escape

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
    """Stop unless the mean ends agree within their spread, and have moved."""
    ours, theirs = flatlab_ends(steps)[:, 2], numpy_steps(RUNS, steps, 2)[:, 2]
    spread = math.sqrt((ours.var() + theirs.var()) / RUNS)
    difference = ours.mean() - theirs.mean()
    if not abs(difference) < 5 * spread or not ours.mean() > START[2] + 20 * spread:
        raise SystemExit(f"the ends differ: {ours.mean()} and {theirs.mean()}, spread {spread}")


def sweep(runs, count):
    """Take the four valleys over ``count`` tolerances; return the steps of all runs."""
    total = 0
    for kind in KINDS:
        for k, epsilon in enumerate(0.2 * 2.0 ** -np.arange(count)):
            case = escape(kind=kind, epsilon=epsilon)
            if case.steps <= 2.5e5:
                total += case.times(runs, k).times.sum()
    return total


def report(rounds, quick):
    """Print the table's rows."""
    steps, peer_steps, tolerances = (20, 5, 1) if quick else (STEPS, 2000, 5)
    compare()
    taken = turns(
        {
            "flatlab": lambda: flatlab_ends(steps),
            "one by one": lambda: numpy_steps(None, peer_steps, 2),
            "side by side": lambda: numpy_steps(RUNS, peer_steps, 2),
            "sweep": lambda: sweep(2 if quick else 16, tolerances),
        },
        rounds,
    )
    work, step = f"random smoothing, d = 3, {RUNS} runs", taken["flatlab"] / (RUNS * steps)
    row(work, "a step with its direction", step * 1e9, ("<=", 60), " ns")
    row(work, "NumPy, one run at a time / flatlab", taken["one by one"] / peer_steps / step, (">=", 50))
    row(work, "NumPy, all runs side by side / flatlab", taken["side by side"] / (peer_steps * RUNS) / step)
    row("random smoothing, four valleys, five tolerances, 16 runs", "the sweep", taken["sweep"], ("<=", 20), " s")
