"""Slow orbits of the gradient on a quadratic, and random spectra, for the tests beside this file."""

import numpy as np


def gradient_after_a_step(v, eigenvalues, eta, rho):
    w = v / eigenvalues
    ascent = w + rho * v / np.sqrt(v @ v)
    return eigenvalues * (w - eta * eigenvalues * ascent)


def coordinates(v, top):
    return abs(abs(v[0]) / top - 1), np.sqrt(v[1:] @ v[1:]) / abs(v[0])


def spectrum(rng, d, gap=0.9):
    rest = np.sort(rng.uniform(0.1, gap, d - 1))[::-1]
    return np.concatenate([[1.0], rest]) * 10 ** rng.uniform(-1, 1)
