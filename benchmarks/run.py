"""Time flatlab against vectorised NumPy and JAX on the same work, in one run, and print the ratios.

    python benchmarks/run.py [--rounds 25]

Every peer's answer is compared with flatlab's before anything is timed. The contenders take turns
within each round, and each keeps its best round: a neighbour on a shared machine slows all of
them, and the ratios stay. Compilation is not timed.
"""

import argparse
import os
import time

import numpy as np
from peers import make_jax_sam, numpy_sam

from flatlab import ensemble, trajectory
from flatlab.methods import SAM
from flatlab.objectives import Quadratic

ETA, RHO = 0.3, 0.1
CASES = (  # starts, d, steps, wanted ratio to NumPy, wanted ratio to JAX
    (256, 100, 2000, 10, 3),
    (1000, 10, 2000, 10, 2),
    (64, 1000, 1000, 15, 2),
)
SINGLE_SIZES = (2, 3, 10, 50)
SINGLE_STEPS = 200_000


def instance(size, starts):
    rng = np.random.default_rng(1)
    eigenvalues = np.sort(rng.uniform(0.5, 3.0, size))[::-1].copy()
    return Quadratic(eigenvalues), rng.standard_normal((starts, size))


def seconds(function):
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def best_times(contenders, rounds):
    best = dict.fromkeys(contenders, np.inf)
    for _ in range(rounds):
        for name, function in contenders.items():
            best[name] = min(best[name], seconds(function))
    return best


def compare(case, rounds):
    starts_count, size, steps, *_ = case
    objective, starts = instance(size, starts_count)
    method = SAM(eta=ETA, rho=RHO)
    contenders = {
        "flatlab": lambda: ensemble(method, objective, starts, steps=steps),
        "numpy": lambda: numpy_sam(ETA, RHO, objective.eigenvalues, starts, steps),
    }
    jax_sam = make_jax_sam(steps)
    if jax_sam is not None:
        contenders["jax"] = lambda: jax_sam(ETA, RHO, objective.eigenvalues, starts)
    reference = contenders["flatlab"]()
    for name, function in contenders.items():
        np.testing.assert_allclose(function(), reference, rtol=1e-9, atol=1e-12, err_msg=name)
    return best_times(contenders, rounds)


def report(rounds):
    print(f"{os.cpu_count()} cores, best of {rounds} interleaved rounds, double precision")
    print(f"{'SAM, diagonal quadratic':34} {'flatlab':>9} {'NumPy/flatlab':>15} {'JAX/flatlab':>15}")
    for case in CASES:
        best = compare(case, rounds)
        ours = best["flatlab"]
        row = f"{case[0]} starts, d = {case[1]}, {case[2]} steps"
        jax = f"{best['jax'] / ours:.1f} (goal {case[4]})" if "jax" in best else "no JAX"
        numpy = f"{best['numpy'] / ours:.1f} (goal {case[3]})"
        print(f"{row:34} {ours * 1e3:6.0f} ms {numpy:>15} {jax:>15}", flush=True)
    print("\none trajectory alone, last point kept")
    method = SAM(eta=ETA, rho=RHO)
    for size in SINGLE_SIZES:
        objective, starts = instance(size, 1)

        def run(objective=objective, start=starts[0]):
            trajectory(method, objective, start, steps=SINGLE_STEPS, record_every=SINGLE_STEPS)

        run()
        nanoseconds = min(seconds(run) for _ in range(rounds)) / SINGLE_STEPS * 1e9
        print(f"d = {size:4}: {nanoseconds:6.0f} ns a step", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25)
    report(parser.parse_args().rounds)
