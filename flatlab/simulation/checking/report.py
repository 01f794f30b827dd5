"""What a check looked at."""

from typing import NamedTuple

__all__ = ["CheckReport"]


class CheckReport(NamedTuple):
    """What was checked of an objective or a method; what failed raised.

    Attributes
    ----------
    subject : str
        The class.
    checked : tuple of str
    skipped : tuple of str
        Each with its reason.
    """

    subject: str
    checked: tuple
    skipped: tuple

    def __str__(self):
        lines = [f"{self.subject}: {len(self.checked)} checks passed", *(f"  passed   {text}" for text in self.checked)]
        return "\n".join([*lines, *(f"  skipped  {text}" for text in self.skipped)])


class Notes:
    """The lists of a report while it is written."""

    def __init__(self):
        self.checked, self.skipped = [], []

    def report(self, subject):
        """Return the finished report."""
        return CheckReport(subject, tuple(self.checked), tuple(self.skipped))
