"""What every run asks of its arguments, before anything is compiled."""

from flatlab.base import checks
from flatlab.methods import has_block_step, step
from flatlab.objectives import dimension, draw, gradient, gradients, value
from flatlab.objectives.observables import observe, observe_state
from flatlab.simulation.checking.first_use import check_first_use


def check_run(method, objective, start, rng, name="start"):
    """Check what every run needs and return the start as a clean vector.

    Parameters
    ----------
    method, objective, start, rng
        As for :func:`flatlab.trajectory`.
    name : str
        What to call the start in a refusal.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    _check_part("method", method, step)
    _check_part("objective", objective, gradient if getattr(method, "needs_gradient", True) else value)
    if hasattr(method, "refuse_unfit"):
        method.refuse_unfit(objective)
    start = checks.vector(name, start, dimension(objective))
    random = needs_rng(method, objective)
    if random or rng is not None:
        checks.generator("rng", rng, f" because {random} draws random numbers" if random else " or None")
    check_first_use(method, objective, start)
    return start


def _check_part(role, part, asked):
    if not asked.implemented(type(part)):
        raise ValueError(f"{role} must be a NamedTuple with a registered {asked.__name__}, got {checks.shown(part)}")
    if hasattr(part, "clean_fields"):
        part.clean_fields()


def needs_rng(method, objective):
    """Return the name of the part that draws random numbers, or an empty string.

    Parameters
    ----------
    method, objective : NamedTuple

    Returns
    -------
    str
    """
    if getattr(method, "random", False):
        return type(method).__name__
    return type(objective).__name__ if getattr(objective, "random", False) else ""


def generator(method, objective, rng):
    """Return the generator of a run, None where nothing draws: kernels are compiled for one kind of argument only.

    Parameters
    ----------
    method, objective : NamedTuple
    rng : numpy.random.Generator or None

    Returns
    -------
    numpy.random.Generator or None
    """
    return rng if rng is not None and needs_rng(method, objective) else None


def has_block_form(method, objective):
    """Return whether many replicates can be advanced together, replicates innermost.

    Parameters
    ----------
    method, objective : NamedTuple

    Returns
    -------
    bool
    """
    return has_block_step(method) and gradients.is_own(objective) and not draw.is_own(objective)


def check_observable(observable, objective, size, method=None):
    """Refuse an observable that is none, or that cannot be read off this objective's points.

    Parameters
    ----------
    observable, objective : NamedTuple
    size : int
        Number of variables of a point.
    method : NamedTuple, optional
        That of the run, where observables may look at what it keeps.

    Raises
    ------
    ValueError
        For a wrong observable.
    """
    if method is not None and observe_state.implemented(type(observable)):
        if hasattr(observable, "refuse_method"):
            observable.refuse_method(method)
    elif not observe.implemented(type(observable)):
        raise ValueError(f"observable must be a NamedTuple with a registered observe, got {checks.shown(observable)}")
    if hasattr(observable, "refuse_unfit"):
        observable.refuse_unfit(objective, size)
