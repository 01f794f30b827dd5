"""The third derivative of an objective, contracted twice with one direction."""

from functools import singledispatch

__all__ = ["third_derivative"]


@singledispatch
def third_derivative(objective, w, v):
    """Return ``T[v, v, .] = grad_w (v^T Hess f(w) v)`` where it is known in closed form.

    Parameters
    ----------
    objective : NamedTuple
    w : ndarray, shape (d,)
    v : ndarray, shape (d,)
        Held fixed while w varies.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    TypeError
        If the objective has no closed form.

    Notes
    -----
    Source: definition.
    """
    raise TypeError(f"{type(objective).__name__} has no closed-form third derivative")
