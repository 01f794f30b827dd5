"""The search refutes false claims that random settings hardly show, and no true one that is nearly false."""

import pytest
from evidence.zoo import FALSE, TRUE

from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK
from flatlab.evidence.search import nearest_failure

SEEDS = (0, 1)
TESTED = [(name, seed) for name in FALSE for seed in SEEDS]


def refuted(claim, seed):
    found = nearest_failure(claim, seed=seed)
    assert found.evaluations <= max(FEWEST_OF_AN_ATTACK, 12)
    return found.refuted


def test_the_zoo_is_large_enough():
    assert len(FALSE) >= 25
    assert len(TRUE) >= 25


def test_of_the_false_claims_19_of_20_are_refuted():
    missed = [entry for entry in TESTED if not refuted(FALSE[entry[0]], entry[1])]
    assert len(missed) <= len(TESTED) / 20, missed


@pytest.mark.long
@pytest.mark.parametrize("name", TRUE)
def test_no_true_claim_is_refuted(name):
    assert not any(refuted(TRUE[name], seed) for seed in SEEDS)
