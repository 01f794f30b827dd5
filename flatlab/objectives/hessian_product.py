"""The Hessian times a vector, for objectives that know it without the matrix."""

from flatlab._dispatch import generic

__all__ = ["hessian_product"]


@generic(required=True)
def hessian_product(objective, w, v, out):
    """Write the product of the Hessian at ``w`` with ``v`` to ``out``.

    Parameters
    ----------
    objective : NamedTuple
    w : ndarray, shape (d,)
    v : ndarray, shape (d,)
    out : ndarray, shape (d,)
        Never the same memory as ``v``.
    """
