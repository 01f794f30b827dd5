"""What a check looked at."""

from typing import NamedTuple

__all__ = ["CheckReport"]


class CheckReport(NamedTuple):
    """What was checked of the class ``subject``, and what was skipped and why; what failed raised.

    >>> check_objective(Quadratic([3.0, 1.0]), [1.0, 2.0]).subject
    'Quadratic'
    """

    subject: str
    checked: tuple[str, ...]
    skipped: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.subject}: {len(self.checked)} checks passed", *(f"  passed   {text}" for text in self.checked)]
        return "\n".join([*lines, *(f"  skipped  {text}" for text in self.skipped)])


class Notes:
    """The lists of a report while it is written."""

    def __init__(self):
        self.checked: list[str] = []
        self.skipped: list[str] = []

    def report(self, subject: str) -> CheckReport:
        """Return the finished report."""
        return CheckReport(subject, tuple(self.checked), tuple(self.skipped))
