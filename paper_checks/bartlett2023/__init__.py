"""Bartlett, Long, Bousquet (2023): the dynamics of sharpness-aware minimisation."""

REFERENCE = "Bartlett, Long, Bousquet (2023), arXiv 2210.01513v2"
