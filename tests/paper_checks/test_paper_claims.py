"""Every installed claim, and every control that must break it, as a test of its own."""

from functools import lru_cache

import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.judge import breaches, draw_settings, judge, judge_breach

BY_ID = installed_claims()
CASES = [(claim, control) for claim in BY_ID.values() for control in (None, *claim.controls)]
IDS = [claim.id if control is None else f"{claim.id}::{control.name}" for claim, control in CASES]


def _line(item):
    return (
        f"observed {item.observed!r} {item.relation} expected {item.expected!r}"
        f" | margin {item.margin:.4g} | {item.status} | setting {item.setting}"
    )


@lru_cache(maxsize=2)  # controls follow their claim
def _judged(claim_id):
    """Return the evidence of a claim, and what was observed on the way, which its controls share."""
    observed = {}
    return judge(BY_ID[claim_id], observed=observed), observed


def _observes_the_same(claim, control, result):
    if control.expect is not None or control.observe is not None:
        return False
    places = breaches(control, draw_settings(claim))
    own, _ = _judged(claim.id)
    return all(own[k].observed == item.observed for k, item in zip(places, result.evidence, strict=True))


@pytest.mark.parametrize(("claim", "control"), CASES, ids=IDS)
def test_a_claim_holds_and_each_control_breaks(claim, control):
    evidence, observed = _judged(claim.id)
    if control is None:
        wrong = [_line(item) for item in evidence if item.status != "holds"]
        if wrong:
            pytest.fail("\n".join([claim.statement, *wrong]), pytrace=False)
        return
    result = judge_breach(claim, control, observed=observed)
    lines = "\n".join([f"{control.name} ({control.why})", *map(_line, result.evidence)])
    if not result.broke:
        pytest.fail(f"{result.outcome}: {lines}", pytrace=False)
    if _observes_the_same(claim, control, result):
        pytest.fail(f"observes what the claim does, so that the stated number alone differs: {lines}", pytrace=False)
