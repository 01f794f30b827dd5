"""Every installed claim, and every control that must break it, as a test of its own."""

from functools import cache

import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.judge import draw_settings, judge, judge_breach

BY_ID = installed_claims()
CLAIMS = list(BY_ID.values())
CONTROLS = [(claim, control) for claim in CLAIMS for control in claim.controls]


def _line(item):
    return (
        f"observed {item.observed!r} {item.relation} expected {item.expected!r}"
        f" | margin {item.margin:.4g} | {item.status} | setting {item.setting}"
    )


@cache
def _judged(claim_id):
    return judge(BY_ID[claim_id])


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.id for claim in CLAIMS])
def test_claim_holds(claim):
    wrong = [_line(item) for item in _judged(claim.id) if item.status != "holds"]
    if wrong:
        pytest.fail("\n".join([claim.statement, *wrong]), pytrace=False)


def _observes_the_same(claim, control, result):
    if control.expect is not None or control.observe is not None:
        return False
    places = [k for k, setting in enumerate(draw_settings(claim)) if control.breached(setting) is not None]
    own = _judged(claim.id)
    return all(own[k].observed == item.observed for k, item in zip(places, result.evidence, strict=True))


@pytest.mark.parametrize(
    ("claim", "control"), CONTROLS, ids=[f"{claim.id}::{control.name}" for claim, control in CONTROLS]
)
def test_control_breaks(claim, control):
    result = judge_breach(claim, control)
    lines = "\n".join([f"{control.name} ({control.why})", *map(_line, result.evidence)])
    if not result.broke:
        pytest.fail(f"{result.outcome}: {lines}", pytrace=False)
    if _observes_the_same(claim, control, result):
        pytest.fail(f"observes what the claim does, so that the stated number alone differs: {lines}", pytrace=False)
