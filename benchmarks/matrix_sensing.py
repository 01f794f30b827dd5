"""Time the gradient of matrix sensing against NumPy with BLAS and against JAX on the same work; print the ratios.

    python benchmarks/matrix_sensing.py [--rounds 15] [--d 100] [--n 2500]

The contenders hold the measurements as dense n by d^2 matrices, as the update is usually written: two matrix-vector
products for one gradient, two matrix products for the 2k perturbed points of a step. BLAS (unless said otherwise) and
JAX use all cores, flatlab one. Every contender's gradient is compared with flatlab's before anything is timed.
"""

import argparse
import os

import numpy as np
from run import best_times
from threadpoolctl import threadpool_limits

from flatlab.objectives import MatrixSensing, gradient, gradients
from flatlab.objectives._packed import unpack
from flatlab.sensing import sensing_problem

PAIRS = 8


def blas_gradient(dense, targets, w):
    factor = w.reshape(int(np.sqrt(dense.shape[1])), -1)
    errors = dense @ (factor @ factor.T).ravel() - targets
    return ((2 / len(targets)) * (errors @ dense).reshape(len(factor), -1) @ factor).ravel()


def blas_gradients(dense, targets, points):
    d = int(np.sqrt(dense.shape[1]))
    factors = points.T.reshape(points.shape[1], d, -1)
    errors = (factors @ factors.transpose(0, 2, 1)).reshape(len(factors), -1) @ dense.T - targets
    return ((2 / len(targets)) * (errors @ dense).reshape(-1, d, d) @ factors).reshape(len(factors), -1).T


def alone(function):
    """Run a function with one BLAS thread: two may wait for each other where another program holds a core."""

    def limited(*arguments):
        with threadpool_limits(1):
            return function(*arguments)

    return limited


def make_jax(dense, targets, columns):
    """Return JAX's gradient at one point and at many, from the loss alone; None without JAX."""
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    stored, wanted = jnp.asarray(dense), jnp.asarray(targets)

    def loss(w, stored, wanted):
        factor = w.reshape(-1, columns)
        return jnp.sum((stored @ (factor @ factor.T).ravel() - wanted) ** 2) / (2 * len(targets))

    one = jax.jit(jax.grad(loss))
    many = jax.jit(jax.vmap(jax.grad(loss), in_axes=(1, None, None), out_axes=1))
    return lambda w: np.asarray(one(w, stored, wanted)), lambda points: np.asarray(many(points, stored, wanted))


def report(rounds, d, n):
    rng = np.random.default_rng(1)
    double = sensing_problem(d, min(5, d), n, rng=rng, n_test=1).train
    single = MatrixSensing(double.measurements.astype(np.float32), double.targets, d)
    dense, targets = unpack(double.measurements).reshape(n, -1), double.targets
    points = rng.standard_normal((d * d, 2 * PAIRS))
    w, out, block = points[:, 0].copy(), np.empty(d * d), np.empty_like(points)

    def ours(objective):
        gradient(objective, w, out)
        return out

    def ours_together(objective):
        gradients(objective, points, block)
        return block

    one_thread, one_thread_together = alone(blas_gradient), alone(blas_gradients)
    one = {
        "flatlab": lambda: ours(double),
        "flatlab, single precision": lambda: ours(single),
        "BLAS": lambda: blas_gradient(dense, targets, w),
        "BLAS, one thread": lambda: one_thread(dense, targets, w),
    }
    many = {
        "flatlab": lambda: ours_together(double),
        "flatlab, single precision": lambda: ours_together(single),
        "BLAS, matrix products": lambda: blas_gradients(dense, targets, points),
        "BLAS, products, one thread": lambda: one_thread_together(dense, targets, points),
    }
    jax = make_jax(dense, targets, d)
    if jax is not None:
        one["JAX"], many["JAX, vmap"] = lambda: jax[0](w), lambda: jax[1](points)
    for contenders in (one, many):
        reference = contenders["flatlab"]().copy()
        for name, function in contenders.items():
            tolerance = 1e-4 if "single" in name else 1e-9
            np.testing.assert_allclose(
                function(), reference, rtol=0, atol=tolerance * np.abs(reference).max(), err_msg=name
            )
    singly, together = best_times(one, rounds), best_times(many, rounds)
    together = {name: time / (2 * PAIRS) for name, time in together.items()}
    print(f"d = p = {d}, n = {n}, {os.cpu_count()} cores, best of {rounds} interleaved rounds")
    print(f"memory of the measurements: {double.measurements.nbytes / dense.nbytes:.3f} of the dense form (goal 0.55)")
    print("one gradient")
    reference = min(singly["BLAS"], singly["BLAS, one thread"])
    _print(singly, reference, singly["flatlab"])
    print(f"a gradient of one NSO step with k = {PAIRS}, {2 * PAIRS} points together")
    _print(together, reference, together["flatlab"])
    print(
        f"goals: best BLAS one by one over flatlab 2 alone ({reference / singly['flatlab']:.1f}), "
        f"4 together ({reference / together['flatlab']:.1f})"
    )


def _print(times, one_by_one, ours):
    for name, time in times.items():
        print(
            f"  {name:26} {time * 1e3:8.2f} ms   over flatlab {time / ours:6.2f}   "
            f"BLAS one by one over it {one_by_one / time:6.2f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--d", type=int, default=100)
    parser.add_argument("--n", type=int, default=2500)
    arguments = parser.parse_args()
    report(arguments.rounds, arguments.d, arguments.n)
