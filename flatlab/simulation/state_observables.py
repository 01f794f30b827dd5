"""Observables of what a method keeps beside the point."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.methods import Averaged
from flatlab.objectives.observables import observe, observe_state
from flatlab.simulation.requirements import check_observable

__all__ = ["AtAverage"]


class AtAverage(NamedTuple):
    """Another ``observable``, at the running average of the iterates that :class:`flatlab.methods.Averaged` keeps.

    >>> track(Averaged(GD(0.5)), Quadratic([1.0]), [1.0], observable=AtAverage(Loss()), steps=2).round(4)
    array([0.5   , 0.125 , 0.0703])
    """

    observable: tuple

    def refuse_unfit(self, objective: NamedTuple, size: int) -> None:
        """Refuse what the inner observable would refuse."""
        check_observable(self.observable, objective, size)

    def refuse_method(self, method: NamedTuple) -> None:
        """Refuse a method that keeps no average."""
        if not isinstance(method, Averaged):
            raise ValueError(f"method must be Averaged around another to be observed so, got {checks.shown(method)}")


@observe_state.register(AtAverage)
def _(observable, method, objective, w, work):
    return observe(observable.observable, objective, work[0])
