"""Mutants that compute the same: a reason each, and instances on which library and mutant give the same bits."""

from collections.abc import Callable
from typing import NamedTuple


class Proof(NamedTuple):
    """Why a mutant is equivalent, and a function that computes what it could change, as far as can be run."""

    reason: str
    instances: Callable


PROOFS: dict[str, Proof] = {}
