"""The search refutes false claims that random settings hardly show, and no true one that is nearly false."""

import pytest
from evidence.zoo import FALSE, TRUE

from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK
from flatlab.evidence.search import nearest_failure

SEEDS = (0, 1)


def refuted(claim, seed):
    found = nearest_failure(claim, seed=seed)
    assert found.evaluations <= max(FEWEST_OF_AN_ATTACK, 12)
    return found.refuted


def test_the_zoo_is_large_enough():
    assert len(FALSE) >= 25
    assert len(TRUE) >= 25


@pytest.mark.parametrize("seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.long) for seed in SEEDS[1:])])
def test_of_the_false_claims_19_of_20_are_refuted(seed):
    missed = [name for name, claim in FALSE.items() if not refuted(claim, seed)]
    assert len(missed) <= len(FALSE) / 20, missed


@pytest.mark.long
@pytest.mark.parametrize("name", TRUE)
def test_no_true_claim_is_refuted(name):
    assert not any(refuted(TRUE[name], seed) for seed in SEEDS)
