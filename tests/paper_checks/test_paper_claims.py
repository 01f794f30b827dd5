"""Every installed claim, and every control that must break it, as a test of its own."""

import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.judge import judge, judge_breach

CLAIMS = list(installed_claims().values())
CONTROLS = [(claim, control) for claim in CLAIMS for control in claim.controls]


def _line(item):
    return (
        f"observed {item.observed!r} {item.relation} expected {item.expected!r}"
        f" | margin {item.margin:.4g} | {item.status} | setting {item.setting}"
    )


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.id for claim in CLAIMS])
def test_claim_holds(claim):
    wrong = [_line(item) for item in judge(claim) if item.status != "holds"]
    if wrong:
        pytest.fail("\n".join([claim.statement, *wrong]), pytrace=False)


@pytest.mark.parametrize(
    ("claim", "control"), CONTROLS, ids=[f"{claim.id}::{control.name}" for claim, control in CONTROLS]
)
def test_control_breaks(claim, control):
    result = judge_breach(claim, control)
    if not result.broke:
        lines = map(_line, result.evidence)
        pytest.fail("\n".join([f"{control.name} ({control.why}) broke nothing:", *lines]), pytrace=False)
