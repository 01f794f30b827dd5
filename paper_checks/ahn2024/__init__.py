"""Ahn, Jadbabaie, Sra (2024): how to escape sharp minima with random perturbations."""

REFERENCE = "Ahn, Jadbabaie, Sra (2024), arXiv 2305.15659v3"
