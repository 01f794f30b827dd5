"""Gradients of matrix sensing at the authors' scale, one point and the 16 points of a step, all on one core.

The peers hold the measurements as dense n by d^2 matrices, as the update is usually written: two matrix-vector
products for one gradient, two matrix products for several.
"""

from functools import partial

import numpy as np

from benchmarks.harness import agree, peers, row, turns
from flatlab.objectives import MatrixSensing, gradient, gradients
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import sensing_problem

SIZE, COUNT, POINTS = 100, 2500, 16
GOALS = {"BLAS, one by one": 4, "JAX": 1.3}


def blas_gradient(dense, targets, w):
    """Return the gradient at one point."""
    factor = w.reshape(int(np.sqrt(dense.shape[1])), -1)
    errors = dense @ (factor @ factor.T).ravel() - targets
    return ((2 / len(targets)) * (errors @ dense).reshape(len(factor), -1) @ factor).ravel()


def blas_gradients(dense, targets, points):
    """Return the gradients at many points, by matrix products."""
    d = int(np.sqrt(dense.shape[1]))
    factors = points.T.reshape(points.shape[1], d, -1)
    errors = (factors @ factors.transpose(0, 2, 1)).reshape(len(factors), -1) @ dense.T - targets
    return ((2 / len(targets)) * (errors @ dense).reshape(-1, d, d) @ factors).reshape(len(factors), -1).T


def jax_gradients(dense, targets):
    """Return JAX's gradient at one point and at many, from the loss alone."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    stored, wanted, d = jnp.asarray(dense), jnp.asarray(targets), int(np.sqrt(dense.shape[1]))

    def loss(w, stored, wanted):
        factor = w.reshape(d, -1)
        return jnp.sum((stored @ (factor @ factor.T).ravel() - wanted) ** 2) / (2 * len(targets))

    one = jax.jit(jax.grad(loss))
    many = jax.jit(jax.vmap(jax.grad(loss), in_axes=(1, None, None), out_axes=1))
    return lambda w: np.asarray(one(w, stored, wanted)), lambda points: np.asarray(many(points, stored, wanted))


def flatlab_call(question, objective, points):
    """Return a call of a question that writes its answer to an array."""
    out = np.empty_like(points)

    def call():
        question(objective, points, out)
        return out

    return call


def report(rounds, quick):
    """Print the table's rows."""
    d, n = (8, 30) if quick else (SIZE, COUNT)
    rng = np.random.default_rng(1)
    objective = sensing_problem(d, min(5, d), n, rng=rng, n_test=1).train
    single = MatrixSensing(objective.measurements.astype(np.float32), objective.targets, d)
    dense, targets = unpack(objective.measurements).reshape(n, -1), objective.targets
    points = rng.standard_normal((d * d, POINTS))
    w = points[:, 0].copy()
    jax = peers(JAX=lambda: jax_gradients(dense, targets))
    one = {
        "flatlab": flatlab_call(gradient, objective, w),
        "BLAS": lambda: blas_gradient(dense, targets, w),
        **{name: partial(call[0], w) for name, call in jax.items()},
        "single": flatlab_call(gradient, single, w),
    }
    many = {
        "flatlab": flatlab_call(gradients, objective, points),
        "BLAS, one by one": lambda: np.stack([blas_gradient(dense, targets, w) for w in points.T.copy()], axis=1),
        "BLAS, matrix products": lambda: blas_gradients(dense, targets, points),
        **{name: partial(call[1], points) for name, call in jax.items()},
        "single": flatlab_call(gradients, single, points),
    }
    _rows("one point", one, {"BLAS": 2}, rounds)
    _rows(f"{POINTS} points", many, GOALS, rounds)


def _rows(points, contenders, goals, rounds):
    answers = {name: run().copy() for name, run in contenders.items()}
    scale = np.abs(answers["flatlab"]).max()
    agree({"flatlab": answers["flatlab"], "single": answers.pop("single")}, rtol=0, atol=1e-4 * scale)
    agree(answers, rtol=0, atol=1e-9 * scale)
    times, work = turns(contenders, rounds), f"matrix sensing, {points}, one core"
    row(work, "flatlab", times["flatlab"] * 1e3, unit=" ms")
    row(work, "single precision / double", times["single"] / times["flatlab"])
    for name in list(answers)[1:]:
        row(work, f"{name} / flatlab", times[name] / times["flatlab"], (">=", goals[name]) if name in goals else None)
