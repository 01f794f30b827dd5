"""Mini-batches drawn without replacement: what the finite sums share.

The sample of a finite sum is a permutation of 0 ... n-1 that is kept between draws; its first B entries are the batch.
Shuffling only those (Fisher and Yates) leaves the batch uniform among all subsets of size B.
"""

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled


@compiled
def first_order(n):
    """Return the permutation 0 ... n-1 that the draws start from."""
    return np.arange(n)


@compiled
def shuffle_first(order, batch, rng) -> None:
    """Make the first ``batch`` entries of ``order`` a fresh uniform subset, in place."""
    for k in range(batch):
        other = k + int(rng.random() * (order.size - k))  # ten times faster than rng.integers, uniform to 2^-53
        order[k], order[other] = order[other], order[k]


def check_batch(batch: int, n: int) -> int:
    """Return a batch size in 1 ... n, or refuse it."""
    batch = checks.integer("batch", batch, at_least=1)
    if batch > n:
        raise ValueError(f"batch must be at most the number of samples {n}, got {batch}")
    return batch
