"""One SAM trajectory alone in a few dimensions, for short and long runs."""

from functools import partial

import numpy as np

from benchmarks.harness import row, turns
from benchmarks.sam import RHO, STEP_SIZES, STEPS, spectrum
from flatlab import trajectory
from flatlab.methods import SAM
from flatlab.objectives import Quadratic

GOALS = {3: 50, 10: 60, 50: 90}  # d: ns a step
REPEATS = 20000  # steps in a measurement, in as many calls as that takes


def report(rounds, quick):
    """Print the table's rows."""
    rng, lengths, repeats = np.random.default_rng(1), (5, 10) if quick else STEPS, 10 if quick else REPEATS
    for size, goal in GOALS.items():
        for h in STEP_SIZES:
            eigenvalues, start = spectrum(rng, size), rng.standard_normal(size)
            run = partial(_run, SAM(h / eigenvalues[0], RHO), Quadratic(eigenvalues), start, repeats)
            times = turns({steps: partial(run, steps) for steps in lengths}, rounds)
            for steps in lengths:
                work = f"SAM, one trajectory, d = {size}, h = {h}, {steps} steps"
                row(work, "a step", times[steps] / repeats * 1e9, ("<=", goal), " ns")
                if steps > lengths[0]:
                    row(work, f"a step over a step of {lengths[0]}", times[steps] / times[lengths[0]], ("<=", 1.3))


def _run(method, objective, start, repeats, steps):
    for _ in range(repeats // steps):
        trajectory(method, objective, start, steps=steps, record_every=steps)
