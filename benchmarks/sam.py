"""SAM from many starts on diagonal quadratics, against NumPy, JAX and the machine's limit, for short and long runs."""

from functools import partial

import numba
import numpy as np

from benchmarks.harness import agree, cores, peers, row, turns
from flatlab import ensemble
from flatlab.compiler.vectors import aligned_rows, column_squares, lengths
from flatlab.methods import SAM
from flatlab.objectives import Quadratic

RHO, STEPS, STEP_SIZES = 0.1, (500, 2000, 20000), (0.3, 1.5)  # h = eta * lambda_1
SHAPES = {  # starts, d: wanted ratios to NumPy at the shortest length and above
    (256, 100): (10, 12),
    (1000, 10): (15, 15),
    (64, 1000): (10, 15),
}
LIMIT_BLOCK, LIMIT_STEPS = (16, 128), 2000


def spectrum(rng, size):
    """Return eigenvalues that are log-uniform over (1e-3, 1), largest first."""
    return np.sort(10.0 ** rng.uniform(-3, 0, size))[::-1].copy()


def numpy_sam(eta, eigenvalues, starts, steps):
    """Vectorised NumPy, the textbook formula."""
    lam, w = eigenvalues, starts
    for _ in range(steps):
        g = w * lam
        n = np.linalg.norm(g, axis=1, keepdims=True)
        w = w - eta * (lam * (w + RHO * g / n))
    return w


def jax_sam():
    """Return the same under ``jit`` and ``scan``, in double precision."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    def run(eta, lam, w, steps):
        def one_step(w, _):
            g = w * lam
            n = jnp.linalg.norm(g, axis=1, keepdims=True)
            return w - eta * (lam * (w + RHO * g / n)), None

        return jax.lax.scan(one_step, w, None, length=steps)[0]

    compiled = jax.jit(run, static_argnums=3)
    return lambda eta, lam, w, steps: np.asarray(compiled(eta, jnp.asarray(lam), jnp.asarray(w), steps))


@numba.njit(error_model="numpy", nogil=True)
def limit(eigenvalues, eta, points, steps):
    """Do a step's arithmetic on a block that stays in the first-level cache."""
    scale = aligned_rows(1, points)[0]
    for _ in range(steps):
        column_squares(eigenvalues, points, scale)
        lengths(scale)
        for b in range(scale.size):
            scale[b] = RHO / scale[b]
        for i in range(points.shape[0]):
            curvature, point = eigenvalues[i], points[i]
            for b in range(point.size):
                point[b] -= eta * (curvature * (point[b] + scale[b] * (curvature * point[b])))


def limit_contender(steps):
    """Return the limit's work on slow directions only, which do not decay to denormal numbers."""
    eigenvalues = np.linspace(1e-3, 2e-3, LIMIT_BLOCK[0])
    starts = np.random.default_rng(2).standard_normal(LIMIT_BLOCK)
    points = aligned_rows(len(starts), starts)

    def run():
        points[...] = starts
        limit(eigenvalues, 0.3, points, steps)

    return run


def report(rounds, quick):
    """Print the table's rows."""
    lengths, limit_steps = ((5, 10), 10) if quick else (STEPS, LIMIT_STEPS)
    rng, others = np.random.default_rng(1), {"NumPy": numpy_sam, **peers(JAX=jax_sam)}
    for (count, size), wanted in SHAPES.items():
        for h in STEP_SIZES:
            eigenvalues, starts = spectrum(rng, size), rng.standard_normal((count, size))
            contenders = {"limit": limit_contender(limit_steps)}
            for steps in lengths:
                calls = _contenders(h / eigenvalues[0], eigenvalues, starts, steps, others)
                if steps == lengths[0]:  # later, numbers below 2.2e-308 decide which direction grows again
                    agree({name: call() for (name, _), call in calls.items()})
                contenders |= calls
            times = turns(contenders, rounds)
            bound = times.pop("limit") / limit_steps / np.prod(LIMIT_BLOCK) / cores()
            _rows(f"SAM, {count} starts, d = {size}, h = {h}", times, lengths, wanted, starts.size, bound)


def _contenders(eta, eigenvalues, starts, steps, others):
    method, objective = SAM(eta, RHO), Quadratic(eigenvalues)
    calls = {"flatlab": lambda: ensemble(method, objective, starts, steps=steps)}
    for name, peer in others.items():
        calls[name] = partial(peer, eta, eigenvalues, starts, steps)
    return {(name, steps): call for name, call in calls.items()}


def _rows(work, times, lengths, wanted, numbers, bound):
    shortest = times["flatlab", lengths[0]] / lengths[0]
    for steps in lengths:
        ours, here = times["flatlab", steps], f"{work}, {steps} steps"
        row(here, "flatlab, a coordinate and step", ours / steps / numbers * 1e9, unit=" ns")
        row(here, "NumPy / flatlab", times["NumPy", steps] / ours, (">=", wanted[steps > lengths[0]]))
        if ("JAX", steps) in times:
            row(here, "JAX / flatlab", times["JAX", steps] / ours, (">=", 3))
        row(here, "share of the machine's limit", bound / (ours / steps / numbers), (">=", 0.5))
        if steps > lengths[0]:
            row(here, f"a step over a step of {lengths[0]}", ours / steps / shortest, ("<=", 1.15))
