"""Checks of objectives and methods: what they promise against what they do."""

from flatlab.simulation.checking.method import check_method
from flatlab.simulation.checking.objective import check_objective
from flatlab.simulation.checking.report import CheckReport

__all__ = ["CheckReport", "check_method", "check_objective"]
