"""Twenty networks side by side: flatlab's ensemble on threads against JAX under ``vmap``, with all cores for both."""

from benchmarks.harness import agree, cores, peers, row, turns
from benchmarks.network import ETA, jax_run, problem
from flatlab import ensemble
from flatlab.methods import GD

REPLICATES, STEPS = 20, 500


def report(rounds, quick):
    """Print the table's rows."""
    steps, work = 5 if quick else STEPS, f"network 64-48-10, {REPLICATES} replicates, {cores()} cores"
    inputs, labels, starts, network = problem(REPLICATES)
    contenders = {"flatlab": lambda: ensemble(GD(ETA), network, starts, steps=steps)}
    contenders |= peers(JAX=lambda: jax_run(inputs, labels, starts, steps))
    agree({name: run() for name, run in contenders.items()}, rtol=1e-3, atol=2e-4)
    times = turns(contenders, rounds)
    row(work, "flatlab, a step of one", times["flatlab"] / steps / REPLICATES * 1e6, unit=" µs")
    if "JAX" in times:
        row(work, "JAX `vmap` / flatlab", times["JAX"] / times["flatlab"], (">=", 1.5))
