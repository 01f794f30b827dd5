"""What a method may be asked. A method is a NamedTuple of hyper-parameters with a ``step``.

Class attributes declare the rest: ``gradients_per_step`` and ``values_per_step`` (its cost, 1 and 0 unless declared),
``random = True`` (it draws random numbers of its own), ``needs_gradient = False`` (it calls ``value`` alone).
"""

from flatlab.compiler.generic import generic


@generic(required=True)
def workspace(method, objective, w):
    """Return what the method keeps between steps and the scratch it writes to.

    Made once for a trajectory, never inside a step.

    Parameters
    ----------
    method : NamedTuple
    objective : NamedTuple
    w : ndarray, shape (d,)
        The start.

    Returns
    -------
    tuple of ndarray
    """


@generic(required=True)
def step(method, objective, w, work, rng):
    """Advance ``w`` by one step, in place.

    Parameters
    ----------
    method : NamedTuple
    objective : NamedTuple
    w : ndarray, shape (d,)
        Changed in place.
    work : tuple
        From ``workspace``.
    rng : numpy.random.Generator or None
        None only where neither the method nor the objective is random.
    """


@generic(required=True)
def block_workspace(method, objective, points):
    """Return the workspace of ``block_step`` for ``points``, shape (d, m)."""


@generic(required=True)
def block_step(method, objective, points, work):
    """Advance every column of ``points``, shape (d, m), by one deterministic step, in place.

    Optional. A deterministic method may register it beside ``step`` to advance many replicates
    together, replicates innermost, which is several times faster for short vectors. It must give
    the same bits as ``step``. It is used for objectives that register ``gradients``.

    Parameters
    ----------
    method : NamedTuple
    objective : NamedTuple
    points : ndarray, shape (d, m)
        Changed in place.
    work : tuple
        From ``block_workspace``.
    """


@generic(compiled=False)
def state(method, work):
    """Return what ``method`` keeps between steps, as a dict of names and views into ``work``; the default is empty.

    A wrapper adds its own entries to those of the method inside it, and wins where a name is the same. Asked from
    Python only.

    Parameters
    ----------
    method : NamedTuple
    work : tuple
        From ``workspace`` or ``block_workspace``.

    Returns
    -------
    dict of str to ndarray
    """
    return {}


def has_block_step(method):
    """Return whether ``method``, and every method among its fields, registers ``block_step``.

    Parameters
    ----------
    method : NamedTuple

    Returns
    -------
    bool
    """
    inner = (field for field in method if step.implemented(type(field)))
    return block_step.implemented(type(method)) and all(map(has_block_step, inner))
