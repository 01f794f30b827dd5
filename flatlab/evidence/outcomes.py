"""One setting, judged, and what became of a control.

Under a control the conclusion has to fail for the reason given, and by more than a little.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flatlab.base.plain_data import distinct, json_text, number
from flatlab.evidence.relations import FAILS, HOLDS, INCONCLUSIVE

VACUOUS = "vacuous"  # a bound that is true and useless
STATUSES = (FAILS, VACUOUS, INCONCLUSIVE, HOLDS)  # the worst first
DECIMALS = 9  # of a margin: where two agree in these, the setting that comes first counts as the worst
BREAKS, TOO_CLOSE, UNDEFINED, NO_SETTING = "breaks", "too close", "undefined", "no setting"
OUTCOMES = (UNDEFINED, HOLDS, INCONCLUSIVE, TOO_CLOSE, BREAKS)  # from no break at all to a break
TOLERANCES = 10  # by how many of them a control must miss the conclusion, where no interval decides
ROUNDING = 1e-13  # relative; the tolerance of a bound that declares no slack


class Evidence(NamedTuple):
    """One setting, judged; ``interval`` holds the ends of an observed estimate.

    >>> Evidence({"h": 0.5}, observed=1.0, expected=2.0, relation="≤", margin=0.5, status="holds").ratio
    0.5
    """

    setting: dict
    observed: float
    expected: float
    relation: str
    margin: float
    status: str
    interval: tuple | None = None

    @property
    def ratio(self) -> float:
        """Observed over expected; nan where 0 is expected."""
        return self.observed / self.expected if self.expected else math.nan

    @property
    def order(self) -> tuple:
        """What puts the evidence that has failed most first: the status, then the margin, nan before all."""
        margin = -math.inf if math.isnan(self.margin) else self.margin
        return STATUSES.index(self.status), round(margin, DECIMALS)

    @property
    def words(self) -> str:
        """The comparison, with the interval of an estimate."""
        if self.interval is None:
            observed, expected = distinct(self.observed, self.expected)
            return f"{observed} {self.relation} {expected}"
        observed, low, high, expected = distinct(self.observed, *self.interval, self.expected)
        return f"{observed} ({low} to {high}) {self.relation} {expected}"

    @property
    def place(self) -> str:
        """The setting, after `` at``; nothing where there are no parameters."""
        setting = ", ".join(f"{name}={json_text(value)}" for name, value in self.setting.items())
        return f" at {setting}" if setting else ""


class ControlResult(NamedTuple):
    """Whether a control broke the conclusion, why it must, and the evidence.

    ``outcome`` says how: ``breaks``, ``too close`` where the conclusion fails by ten tolerances or less, which is no
    break, or what it did instead; ``at`` is the place of the evidence that decided.

    >>> [control.outcome for control in verify_claim("bartlett2023/scaling").controls]
    ['breaks', 'breaks']
    """

    name: str
    broke: bool
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    outcome: str = NO_SETTING
    at: int = 0

    @property
    def words(self) -> str:
        """What became of the control, with numbers and setting."""
        if not self.evidence:
            return self.outcome
        decisive = self.evidence[self.at]
        return f"{decisive.words} {self.outcome}{decisive.place}"


def control_result(
    name: str, why: str, relation: object, evidence: Sequence[Evidence], everywhere: bool = True
) -> ControlResult:
    """Return what became of a control.

    The setting nearest to no break decides, or the farthest from it where one counterexample suffices.
    """
    if not evidence:
        return ControlResult(name, False, why)
    found = [outcome(relation, item) for item in evidence]
    order = [(OUTCOMES.index(word), -item.order[1]) for word, item in zip(found, evidence)]
    at = order.index(min(order) if everywhere else max(order))
    return ControlResult(name, found[at] == BREAKS, why, tuple(evidence), found[at], at)


def outcome(relation: object, item: Evidence) -> str:
    """Return what one setting says of a control.

    ``breaks`` where the conclusion fails by more than ten tolerances, or where the interval of an estimate decides
    that it fails; ``too close`` where it fails by less; ``undefined`` where a number is nan or infinite; else
    ``holds`` or ``inconclusive``.
    """
    if math.isnan(item.margin) or not math.isfinite(item.observed):
        return UNDEFINED
    if item.status != FAILS:
        return item.status
    return BREAKS if _is_far(relation, item) else TOO_CLOSE


def _is_far(relation, item):
    if item.interval is not None and item.interval[0] < item.interval[1]:
        return True
    if hasattr(relation, "tight_within"):
        missed, allowed = abs(item.observed - item.expected), max(relation.slack, ROUNDING) * abs(item.expected)
        return missed > TOLERANCES * allowed
    tolerances = (getattr(relation, name, 0.0) for name in ("rtol", "atol", "tolerance", "slack"))
    return item.margin < 1 - TOLERANCES if any(tolerances) else True  # missing by n tolerances is a margin of 1 - n


def evidence_records(evidence: Iterable[Evidence]) -> list[dict]:
    """Return evidence as dicts of its fields and ``holds``; without an interval where there is none."""
    records = []
    for item in evidence:
        record = item._asdict() | {"holds": item.status == HOLDS}
        if item.interval is None:
            del record["interval"]
        records.append(record)
    return records


def evidence_of_records(records: Iterable[dict]) -> tuple[Evidence, ...]:
    """Return the evidence of plain data that :func:`evidence_records` gave."""

    def evidence(record):
        numbers = {name: number(record[name]) for name in ("observed", "expected", "margin")}
        interval = tuple(map(number, record["interval"])) if record.get("interval") else None
        return Evidence(
            record["setting"], relation=record["relation"], status=record["status"], interval=interval, **numbers
        )

    return tuple(map(evidence, records))
