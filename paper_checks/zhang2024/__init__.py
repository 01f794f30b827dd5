"""Zhang, Li, Ju (2024): noise stability optimization."""

REFERENCE = "Zhang, Li, Ju (2024), arXiv 2306.08553v4"
