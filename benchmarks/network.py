"""Time the gradient steps of a 64-48-10 network on 32 samples against JAX and PyTorch, in single precision.

    python benchmarks/network.py [--rounds 7]

Full-batch gradient descent with a constant step: flatlab's ``trajectory``, JAX's ``scan``, PyTorch in eager mode on one
thread. The ends are compared before anything is timed; the contenders take turns.
"""

import argparse
import time

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab import trajectory
from flatlab.methods import GD
from flatlab.objectives import MultilayerPerceptron, initial_weights

WIDTHS, SAMPLES, STEPS, ETA = (64, 48, 10), 32, 2000, 0.01


def layers(w):
    cut = np.cumsum([64 * 48, 48, 48 * 10])
    a, b, c, d = np.split(w, cut)
    return a.reshape(64, 48), b, c.reshape(48, 10), d


def jax_run(inputs, labels, w):
    import jax
    import jax.numpy as jnp

    def loss(p):
        z = jnp.tanh(inputs @ p[0] + p[1]) @ p[2] + p[3]
        return -jax.nn.log_softmax(z)[jnp.arange(SAMPLES), labels].mean()

    @jax.jit
    def run(p):
        def one(p, _):
            return [a - ETA * g for a, g in zip(p, jax.grad(loss)(p))], None

        return jax.lax.scan(one, p, None, length=STEPS)[0]

    start = [jnp.asarray(a, jnp.float32) for a in layers(w)]
    return lambda: np.concatenate([np.ravel(a) for a in run(start)])


def torch_run(inputs, labels, w):
    import torch

    torch.set_num_threads(1)
    x, y = torch.tensor(inputs), torch.tensor(labels)

    def run():
        p = [torch.tensor(a, dtype=torch.float32, requires_grad=True) for a in layers(w)]
        for _ in range(STEPS):
            loss = torch.nn.functional.cross_entropy(torch.tanh(x @ p[0] + p[1]) @ p[2] + p[3], y)
            grads = torch.autograd.grad(loss, p)
            with torch.no_grad():
                for a, g in zip(p, grads):
                    a -= ETA * g
        return np.concatenate([a.detach().numpy().ravel() for a in p])

    return run


def report(rounds):
    rng = np.random.default_rng(1)
    inputs = rng.standard_normal((SAMPLES, 64)).astype(np.float32)
    labels = rng.integers(0, 10, SAMPLES)
    w = initial_weights(WIDTHS, rng)
    network = MultilayerPerceptron(WIDTHS, inputs, labels, precision="single")
    contenders = {"flatlab": lambda: trajectory(GD(ETA), network, w, steps=STEPS, record_every=STEPS)[-1]}
    for name, make in (("JAX", jax_run), ("PyTorch", torch_run)):
        try:
            contenders[name] = make(inputs, labels, w)
        except ImportError:
            print(f"{name} is not installed")
    best = dict.fromkeys(contenders, np.inf)
    with threadpool_limits(1):
        reference = contenders["flatlab"]()
        for name, run in contenders.items():
            np.testing.assert_allclose(run(), reference, rtol=1e-3, atol=2e-4, err_msg=name)
        for _ in range(rounds):
            for name, run in contenders.items():
                begun = time.perf_counter()
                run()
                best[name] = min(best[name], time.perf_counter() - begun)
    goals = {"JAX": "goal at least 0.67", "PyTorch": "goal at least 4"}
    for name, seconds in best.items():
        ratio = f"{seconds / best['flatlab']:.2f} times flatlab ({goals[name]})" if name in goals else ""
        print(f"{name:8} {seconds / STEPS * 1e6:7.1f} us a step {ratio}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    report(parser.parse_args().rounds)
