"""SAM on a diagonal quadratic as a user would write it without flatlab, for many starts at once."""

import numpy as np


def numpy_sam(eta, rho, eigenvalues, starts, steps):
    """Vectorised NumPy, the textbook formula."""
    lam, w = eigenvalues, starts
    for _ in range(steps):
        g = w * lam
        n = np.linalg.norm(g, axis=1, keepdims=True)
        w = w - eta * (lam * (w + rho * g / n))
    return w


def make_jax_sam(steps):
    """Return the JAX version: ``jit`` around a ``scan`` over steps, in double precision; None without JAX."""
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    @jax.jit
    def run(eta, rho, lam, w):
        def one_step(w, _):
            g = w * lam
            n = jnp.linalg.norm(g, axis=1, keepdims=True)
            return w - eta * (lam * (w + rho * g / n)), None

        return jax.lax.scan(one_step, w, None, length=steps)[0]

    def jax_sam(eta, rho, eigenvalues, starts):
        return np.asarray(run(eta, rho, jnp.asarray(eigenvalues), jnp.asarray(starts)))

    return jax_sam
