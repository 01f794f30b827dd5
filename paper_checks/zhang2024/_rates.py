"""What the claims on convergence share: see :mod:`paper_checks.zhang2024.problems`."""

import inspect

from paper_checks.zhang2024.problems.quadratic import DOMAIN as QUADRATICS
from paper_checks.zhang2024.problems.quadratic import quadratic
from paper_checks.zhang2024.problems.well import WellProblem

__all__ = ["QUADRATICS", "WellProblem", "quadratic_problem"]


def quadratic_problem(setting):
    """Return the quadratic of a setting that may hold further parameters."""
    return quadratic(**{name: setting[name] for name in inspect.signature(quadratic).parameters})
