"""Features of the network problems: rows of random signs."""

import numpy as np


def sign_features(rng, n, k):
    """Return n rows of k signs, of full row rank."""
    while True:
        features = rng.choice([-1.0, 1.0], size=(n, k))
        if np.linalg.matrix_rank(features) == n:
            return features
