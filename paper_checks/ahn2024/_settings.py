"""Names for the modules that are still in the older form."""

from paper_checks.ahn2024.problems.features import sign_features
from paper_checks.ahn2024.problems.gradients import gradient_at

__all__ = ["PAPER", "README", "gradient_at", "sign_features"]

PAPER = "Ahn, Jadbabaie, Sra (2024), arXiv 2305.15659v3"
README = "paper_checks/ahn2024/README.md"
