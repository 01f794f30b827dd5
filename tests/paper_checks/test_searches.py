"""Each claim that is cheap to search has been searched as it stands, or is proved, and no counterexample is left."""

import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.levels import evidence_level
from flatlab.evidence.nearest import MEASURED, ROUNDING, kept_entry
from flatlab.evidence.relations import HOLDS

CHEAP = 0.2  # seconds a setting: 300 of them are searched in a minute
CLAIMS = installed_claims()


@pytest.mark.parametrize("name", [name for name, claim in CLAIMS.items() if claim.seconds <= CHEAP])
def test_a_cheap_claim_has_been_searched_as_it_stands(name):
    level, evaluations = evidence_level(CLAIMS[name])
    assert level != MEASURED, f"{evaluations} settings have been searched: run flatlab falsify {name}"


@pytest.mark.parametrize("name", CLAIMS)
def test_what_a_search_has_found_holds(name):
    entry = kept_entry(CLAIMS[name])
    assert entry is None or entry["status"] in (HOLDS, ROUNDING)
