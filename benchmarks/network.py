"""Gradient steps of a 64-48-10 network on 32 samples, single precision, against JAX and PyTorch."""

import numpy as np

from benchmarks.harness import agree, peers, row, turns
from flatlab import trajectory
from flatlab.methods import GD
from flatlab.objectives import MultilayerPerceptron, initial_weights

WIDTHS, SAMPLES, STEPS, ETA = (64, 48, 10), 32, 2000, 0.01
GOALS = {"JAX": 1, "PyTorch": 4}


def problem(replicates, seed=1):
    """Return inputs, labels, starts of shape (replicates, d) and the network."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((SAMPLES, WIDTHS[0])).astype(np.float32)
    labels = rng.integers(0, WIDTHS[-1], SAMPLES)
    starts = np.stack([initial_weights(WIDTHS, rng) for _ in range(replicates)])
    return inputs, labels, starts, MultilayerPerceptron(WIDTHS, inputs, labels, precision="single")


def layers(w):
    """Return weights and biases of one start or of several."""
    parts = np.split(w, np.cumsum([64 * 48, 48, 48 * 10]), axis=-1)
    shapes = (64, 48), (48,), (48, 10), (10,)
    return [part.reshape(*w.shape[:-1], *shape).astype(np.float32) for part, shape in zip(parts, shapes)]


def jax_run(inputs, labels, w, steps):
    """Return a run under ``jit`` and ``scan``, under ``vmap`` where ``w`` holds several starts."""
    import jax
    import jax.numpy as jnp

    def loss(p):
        z = jnp.tanh(inputs @ p[0] + p[1]) @ p[2] + p[3]
        return -jax.nn.log_softmax(z)[jnp.arange(SAMPLES), labels].mean()

    slope = jax.grad(loss) if w.ndim == 1 else jax.vmap(jax.grad(loss))

    @jax.jit
    def run(p):
        def one(p, _):
            return [a - ETA * g for a, g in zip(p, slope(p))], None

        return jax.lax.scan(one, p, None, length=steps)[0]

    start = [jnp.asarray(a) for a in layers(w)]
    return lambda: np.concatenate([np.reshape(a, (*w.shape[:-1], -1)) for a in run(start)], axis=-1)


def torch_run(inputs, labels, w, steps):
    """Return a run in eager mode."""
    import torch

    torch.set_num_threads(1)
    x, y = torch.tensor(inputs), torch.tensor(labels)

    def run():
        p = [torch.tensor(a, requires_grad=True) for a in layers(w)]
        for _ in range(steps):
            loss = torch.nn.functional.cross_entropy(torch.tanh(x @ p[0] + p[1]) @ p[2] + p[3], y)
            grads = torch.autograd.grad(loss, p)
            with torch.no_grad():
                for a, g in zip(p, grads):
                    a -= ETA * g
        return np.concatenate([a.detach().numpy().ravel() for a in p])

    return run


def report(rounds, quick):
    """Print the table's rows."""
    steps = 5 if quick else STEPS
    inputs, labels, (w,), network = problem(1)
    contenders = {"flatlab": lambda: trajectory(GD(ETA), network, w, steps=steps, record_every=steps)[-1]}
    contenders |= peers(
        JAX=lambda: jax_run(inputs, labels, w, steps), PyTorch=lambda: torch_run(inputs, labels, w, steps)
    )
    agree({name: run() for name, run in contenders.items()}, rtol=1e-3, atol=2e-4)
    times, work = turns(contenders, rounds), "network 64-48-10, one core"
    row(work, "flatlab, a step", times["flatlab"] / steps * 1e6, unit=" µs")
    for name, goal in GOALS.items():
        if name in times:
            row(work, f"{name} / flatlab", times[name] / times["flatlab"], (">=", goal))
