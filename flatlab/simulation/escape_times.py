"""How long an escape takes: first times at which runs are flat, with the share of steps that were perturbed."""

import math
import warnings
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.geometry.flatness import FlatnessExcess, Perturbed, distance_and_certificate
from flatlab.simulation.ensembles import hitting_times, replicate_rng
from flatlab.simulation.trajectories import NOT_REACHED, running

FEWEST_PERTURBED = 0.8


class GateWarning(UserWarning):
    """A gate so tight that many steps are not perturbed: the times then say little about the theorem."""


class EscapeTimes(NamedTuple):
    """First times at which runs are flat.

    Attributes
    ----------
    times : ndarray of int, shape (n_replicates,)
        ``NOT_REACHED`` (-1) for a run that never is.
    perturbed_share : float
        Share of the iterates of one of the runs that lie within the gate.
    """

    times: np.ndarray
    perturbed_share: float


def escape_times(
    method, objective, starts, epsilon, *, steps, epsilon_prime=None, by_distance=True, neighbourhood=math.inf, seed=0
):
    """Return the first step at which each run is (epsilon, epsilon')-flat.

    Parameters
    ----------
    method : NamedTuple
        One with a ``gate``.
    objective : NamedTuple
        One with a cheap limit map, see :mod:`flatlab.geometry.flatness`.
    starts : array_like, shape (n_replicates, d)
    epsilon : float
        In (0, 1].
    steps : int
        Steps to look at.
    epsilon_prime : float, optional
        Tolerance of the certificate; sqrt(epsilon) where left out.
    by_distance : bool
        Whether to ask for the distance to the minima too, or for the certificate alone.
    neighbourhood : float
        Distance from the minima within which the theory is meant to hold.
    seed : int

    Returns
    -------
    EscapeTimes

    Warns
    -----
    GateWarning
        With the share, where fewer than four fifths of the steps are perturbed.

    Raises
    ------
    ValueError
        For a wrong argument, a start outside the neighbourhood among them.

    Notes
    -----
    Source: definition RECONSTRUCTED, paper_checks/ahn2024/README.md, "Two readings of the definition".
    """
    epsilon = checks.between("epsilon", epsilon, 0, 1, ends="(]")
    prime = math.sqrt(epsilon) if epsilon_prime is None else checks.positive("epsilon_prime", epsilon_prime)
    if not hasattr(method, "gate"):
        raise ValueError(f"method must have a gate, got {type(method).__name__}")
    if not distance_and_certificate.is_own(objective):
        raise ValueError(f"objective must have a cheap limit map, got {type(objective).__name__}")
    starts = checks.matrix("starts", starts)
    by_distance = checks.flag("by_distance", by_distance)
    for w in starts if neighbourhood < math.inf else ():
        distance = distance_and_certificate(objective, w)[0]
        if not distance <= neighbourhood:
            raise ValueError(
                f"starts must lie within {neighbourhood:g} of the minima, got one at distance {distance:.3g}"
            )
    observable = FlatnessExcess(epsilon if by_distance else math.inf, prime)
    times = hitting_times(method, objective, starts, observable, below=1.0, steps=steps, seed=seed)
    watched = max(1, int(steps if times[0] == NOT_REACHED else times[0]))
    share = perturbed_share(method, objective, starts[0], steps=watched, rng=replicate_rng(seed, 0))
    return EscapeTimes(times, share)


def perturbed_share(method, objective, start, *, steps, rng):
    """Return the share of the iterates of a run at which the gradient is within the gate.

    Parameters
    ----------
    method : NamedTuple
        One with a ``gate``.
    objective : NamedTuple
    start : array_like, shape (d,)
    steps : int
        1 or above.
    rng : numpy.random.Generator

    Returns
    -------
    float

    Warns
    -----
    GateWarning
        Where it is below four fifths.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    share = float(running(method, objective, start, Perturbed(method.gate), checkpoints=[steps], rng=rng).mean[0])
    if share < FEWEST_PERTURBED:
        warnings.warn(
            f"the gate {method.gate:.3g} leaves {1 - share:.0%} of the steps unperturbed; a larger gate is needed "
            "before the times say anything about the theorem",
            GateWarning,
            stacklevel=3,
        )
    return share
