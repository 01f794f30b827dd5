"""How long an escape takes: first times at which runs are flat, with the share of steps that were perturbed."""

import math
import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.geometry.flatness import FlatnessExcess, Perturbed, distance_and_certificate
from flatlab.simulation.ensembles import hitting_times, replicate_rng
from flatlab.simulation.trajectories import NOT_REACHED, running

FEWEST_PERTURBED = 0.8


class GateWarning(UserWarning):
    """A gate so tight that many steps are not perturbed: the times then say little about the theorem."""


class EscapeTimes(NamedTuple):
    """First times at which runs are flat, ``NOT_REACHED`` (-1) for one that never is; integers, shape (n_replicates,).

    ``perturbed_share`` is the share of the iterates of the first run that lie within the gate.

    >>> method = RandomlySmoothed(eta=0.01, eta_prime=0.01, rho=0.1, gate=1.0)
    >>> escape_times(method, Valley(Constant(), transverse=1), [[0.0, 1.0]], 0.1, steps=3).times
    array([0])
    """

    times: np.ndarray
    perturbed_share: float


def escape_times(
    method: NamedTuple,
    objective: NamedTuple,
    starts: ArrayLike,
    epsilon: float,
    *,
    steps: int,
    epsilon_prime: float | None = None,
    by_distance: bool = True,
    neighbourhood: float = math.inf,
    seed: int = 0,
) -> EscapeTimes:
    """Return the first step at which each run is (epsilon, epsilon')-flat.

    Parameters
    ----------
    method
        One with a ``gate``. A GateWarning gives the share of perturbed steps where it is below four fifths.
    objective
        One with a cheap limit map, see :mod:`flatlab.geometry.flatness`.
    starts
        Shape (n_replicates, d).
    epsilon
        In (0, 1].
    steps
        Steps to look at.
    epsilon_prime
        Tolerance of the certificate; sqrt(epsilon) where left out.
    by_distance
        Whether to ask for the distance to the minima too, or for the certificate alone.
    neighbourhood
        Distance from the minima within which the theory is meant to hold; a start further away is refused.
    seed
        As for :func:`flatlab.ensemble`.

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
    neighbourhood = checks.positive_or_infinite("neighbourhood", neighbourhood)
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


def perturbed_share(
    method: NamedTuple, objective: NamedTuple, start: ArrayLike, *, steps: int, rng: np.random.Generator
) -> float:
    """Return the share of the iterates of a run at which the gradient is within the gate of the method.

    Warns (GateWarning) where it is below four fifths.
    """
    gate = getattr(method, "gate", math.inf)
    share = float(running(method, objective, start, Perturbed(gate), checkpoints=[steps], rng=rng).mean[0])
    if share < FEWEST_PERTURBED:
        warnings.warn(
            f"the gate {gate:.3g} leaves {1 - share:.0%} of the steps unperturbed; a larger gate is needed "
            "before the times say anything about the theorem",
            GateWarning,
            stacklevel=3,
        )
    return share
