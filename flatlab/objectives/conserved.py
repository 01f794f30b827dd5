"""What the gradient flow keeps: the numbers that name the minimum it ends at."""

from functools import singledispatch

__all__ = ["conserved"]


@singledispatch
def conserved(objective, w):
    """Return the quantities that stay constant along the gradient flow from ``w``.

    Parameters
    ----------
    objective : NamedTuple
        One whose file registers them.
    w : ndarray, shape (d,)

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    TypeError
        If the objective has none that are known.
    """
    raise TypeError(f"{type(objective).__name__} has no known conserved quantities")
