"""Time SAM's step in the drift problems against its two gradients, NumPy and JAX, in one run.

    python benchmarks/drift.py [--rounds 5]

Prints nanoseconds a step, the ratio of a step to two gradient evaluations timed in the same round, and the
ratios to a plain NumPy loop and to a JAX ``jit`` + ``scan`` of the same work. Every peer's end point is
compared with flatlab's before anything is timed. Compilation is not timed.
"""

import argparse
import math
import time

import numpy as np

from flatlab import trajectory
from flatlab.bounce import bounce_frame, bounce_start
from flatlab.compiler.kernel import kernel
from flatlab.methods import SAM
from flatlab.objectives import LeastSquares, Valley, gradient
from flatlab.profiles import WavyBowl

ETA, RHO = 0.3, 0.05
GOALS = {"ravine": "at most 150 ns a step", "d = 50": "at most 2 times two gradients"}


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
    """Return the JAX version, or None without JAX."""
    try:
        import jax
    except ImportError:
        return None
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


def seconds(function):
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def compare(objective, minimum, steps, slow_steps, rounds):
    start = bounce_start(bounce_frame(objective, minimum, ETA), ETA, RHO)
    sam = SAM(ETA, RHO)
    jax_sam = make_jax_sam(objective, slow_steps)
    short = trajectory(sam, objective, start, steps=slow_steps, record_every=slow_steps)[-1]
    np.testing.assert_allclose(numpy_sam(objective, start, slow_steps), short, rtol=1e-9, atol=1e-11)
    contenders = {  # name: (steps, function)
        "step": (steps, lambda: trajectory(sam, objective, start, steps=steps, record_every=steps)),
        "gradient": (2 * steps, lambda: gradients_alone(objective, start, 2 * steps)),
        "numpy": (slow_steps, lambda: numpy_sam(objective, start, slow_steps)),
    }
    if jax_sam is not None:
        np.testing.assert_allclose(jax_sam(start), short, rtol=1e-9, atol=1e-11)
        contenders["jax"] = (slow_steps, lambda: jax_sam(start))
    best = dict.fromkeys(contenders, np.inf)
    for _, function in contenders.values():
        function()
    for _ in range(rounds):
        for name, (count, function) in contenders.items():
            best[name] = min(best[name], seconds(function) / count)
    return best


def report(rounds):
    print(f"best of {rounds} interleaved rounds, double precision")
    print(f"{'SAM':34} {'ns a step':>10} {'step / 2 gradients':>19} {'NumPy/flatlab':>14} {'JAX/flatlab':>12}")
    cases = {
        "wavy ravine": (Valley(WavyBowl()), [0.0, 1.0], 2_000_000, 5_000),
        "least squares, d = 6, m = 3": (least_squares(6, 3), np.zeros(6), 500_000, 5_000),
        "least squares, d = 50, m = 10": (least_squares(50, 10), np.zeros(50), 100_000, 5_000),
    }
    for name, case in cases.items():
        best = compare(*case, rounds)
        step = best["step"]
        jax = f"{best['jax'] / step:.1f}" if "jax" in best else "no JAX"
        ratio = step / (2 * best["gradient"])
        print(f"{name:34} {step * 1e9:10.0f} {ratio:19.2f} {best['numpy'] / step:14.1f} {jax:>12}", flush=True)
    print("goals:", "; ".join(f"{name}: {goal}" for name, goal in GOALS.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    report(parser.parse_args().rounds)
