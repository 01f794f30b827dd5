"""What some settings of a claim gave, so that settings of one claim can be judged in several places."""

from typing import NamedTuple

from flatlab.base.plain_data import plain
from flatlab.evidence.outcomes import Evidence, evidence_of_records, evidence_records


class Part(NamedTuple):
    """What some settings of a claim gave: evidence, that of each control, gradient evaluations and seconds."""

    evidence: tuple[Evidence, ...] = ()
    controls: tuple[tuple[Evidence, ...], ...] = ()
    gradients: int = 0
    seconds: float = 0.0
    error: str = ""

    def record(self) -> dict:
        """Return the part as plain data."""
        controls = [evidence_records(evidence) for evidence in self.controls]
        record = {**self._asdict(), "evidence": evidence_records(self.evidence), "controls": controls}
        return {name: plain(value) for name, value in record.items()}


def part_of_record(record: dict) -> Part:
    """Return the part that :meth:`Part.record` wrote."""
    controls = tuple(map(evidence_of_records, record["controls"]))
    return Part(evidence_of_records(record["evidence"]), controls, *(record[name] for name in Part._fields[2:]))
