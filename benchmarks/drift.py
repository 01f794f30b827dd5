"""SAM's step in the drift problems against its two gradients, NumPy and JAX."""

import math
from functools import partial

import numpy as np

from benchmarks.harness import agree, peers, row, turns
from flatlab import trajectory
from flatlab.compiler.kernel import kernel
from flatlab.geometry.bounce import bounce_frame, bounce_start
from flatlab.methods import SAM
from flatlab.objectives import LeastSquares, Valley, gradient
from flatlab.objectives.valleys.named_profiles import WavyBowl

ETA, RHO, PEER_STEPS = 0.3, 0.05, 5000


@kernel
def gradients_alone(objective, w, count):
    """Evaluate the gradient ``count`` times at points that depend on the last result, so that none is skipped."""
    point, out = w.copy(), np.empty(w.size)
    for _ in range(count):
        gradient(objective, point, out)
        for i in range(w.size):
            point[i] = w[i] + 1e-9 * out[i]
    return point


def least_squares(d, m, seed=1):
    rng = np.random.default_rng(seed)
    jacobian = np.linspace(1.0, 0.5, m)[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
    features, shifts = rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
    return LeastSquares(jacobian - (1 - np.tanh(shifts) ** 2)[:, None] * features, features, shifts, "tanh")


def numpy_gradient(objective):
    if isinstance(objective, Valley):
        return lambda w: np.array([(2 + w[1] ** 2 / 8 - np.cos(2 * w[1])) * w[0],
                                   (w[1] / 4 + 2 * np.sin(2 * w[1])) * w[0] ** 2 / 2])  # fmt: skip
    a, b, s, _ = objective
    rest = np.tanh(s)

    def slope(w):
        height = np.tanh(b @ w + s)
        residual = a @ w + height - rest
        return a.T @ residual + b.T @ (residual * (1 - height**2))

    return slope


def numpy_sam(objective, w, steps):
    slope = numpy_gradient(objective)
    for _ in range(steps):
        g = slope(w)
        w = w - ETA * slope(w + RHO * g / math.sqrt(g @ g))
    return w


def make_jax_sam(objective, steps):
    """Return a ``jit`` and ``scan`` of the same work."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    if isinstance(objective, Valley):

        def slope(w):
            return jnp.array([(2 + w[1] ** 2 / 8 - jnp.cos(2 * w[1])) * w[0],
                              (w[1] / 4 + 2 * jnp.sin(2 * w[1])) * w[0] ** 2 / 2])  # fmt: skip
    else:
        a, b, s, _ = map(jnp.asarray, objective)
        rest = jnp.tanh(s)

        def slope(w):
            height = jnp.tanh(b @ w + s)
            residual = a @ w + height - rest
            return a.T @ residual + b.T @ (residual * (1 - height**2))

    @jax.jit
    def run(w):
        def one_step(w, _):
            g = slope(w)
            return w - ETA * slope(w + RHO * g / jnp.sqrt(g @ g)), None

        return jax.lax.scan(one_step, w, None, length=steps)[0]

    return lambda w: np.asarray(run(jnp.asarray(w)))


def report(rounds, quick):
    """Print the table's rows."""
    cases = {  # work: objective, minimum, steps, goals
        "wavy ravine, d = 2": (Valley(WavyBowl()), [0.0, 1.0], 2_000_000, {"a step": ("<=", 150)}),
        "least squares, d = 6, m = 3": (least_squares(6, 3), np.zeros(6), 500_000, {}),
        "least squares, d = 50, m = 10": (
            least_squares(50, 10),
            np.zeros(50),
            100_000,
            {"a step over two gradients": ("<=", 2)},
        ),
    }
    for work, (objective, minimum, steps, goals) in cases.items():
        _rows(f"SAM, {work}", objective, minimum, *((10, 10) if quick else (steps, PEER_STEPS)), goals, rounds)


def _rows(work, objective, minimum, steps, peer_steps, goals, rounds):
    start, sam = bounce_start(bounce_frame(objective, minimum, ETA), ETA, RHO), SAM(ETA, RHO)
    others = {"NumPy": lambda: numpy_sam(objective, start, peer_steps)}
    made = peers(JAX=lambda: make_jax_sam(objective, peer_steps))
    others |= {name: partial(run, start) for name, run in made.items()}
    short = trajectory(sam, objective, start, steps=peer_steps, record_every=peer_steps)[-1]
    agree({"flatlab": short, **{name: run() for name, run in others.items()}}, atol=1e-11)
    times = turns(
        {
            "step": lambda: trajectory(sam, objective, start, steps=steps, record_every=steps),
            "gradients": lambda: gradients_alone(objective, start, 2 * steps),
            **others,
        },
        rounds,
    )
    step = times["step"] / steps
    measured = {"a step": step * 1e9, "a step over two gradients": step * steps / times["gradients"]}
    measured |= {f"{name} / flatlab": times[name] / peer_steps / step for name in others}
    for what, numbers in measured.items():
        row(work, what, numbers, goals.get(what), " ns" if what == "a step" else "")
