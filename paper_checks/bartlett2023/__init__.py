"""Bartlett, Long, Bousquet (2023): the dynamics of sharpness-aware minimisation."""
