"""Ahn, Jadbabaie, Sra (2024): how to escape sharp minima with random perturbations."""
