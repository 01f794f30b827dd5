"""Zhang, Li, Ju (2023/24): noise stability optimization."""
