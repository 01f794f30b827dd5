"""Proving what a claim encloses, part by part, and confirming a certificate with the second program."""

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from flatlab.evidence.enclosures import checker
from flatlab.evidence.enclosures.arithmetics import evaluator, name_of
from flatlab.evidence.enclosures.ball import precision as bits_of_balls
from flatlab.evidence.enclosures.certificate import box_record, said
from flatlab.evidence.enclosures.enclosure import Chart, Identity
from flatlab.evidence.enclosures.formula import Program
from flatlab.evidence.enclosures.identities import first_difference
from flatlab.evidence.enclosures.subdivision import UNDECIDED, Subdivision, subdivide, undecided_hull

MOST_BOXES = 100_000
MOST_BOXES_OF_A_FALSE_VARIANT = 20_000
WITNESS_BITS = 300
PROVED, PARTLY, REFUTED = "proved", "proved in part", "refuted"


class Proof(NamedTuple):
    """What became of an enclosure: its status, the content of its certificate, and one sentence.

    status : ``proved``, ``proved in part`` or ``refuted``.
    """

    status: str
    content: dict
    words: str


def prove(
    claim: Any, *, seconds: float, most: int = MOST_BOXES, precision: int = 0, earlier: dict | None = None
) -> Proof:
    """Prove all parts of a claim's enclosure, or as much as boxes and time allow.

    seconds : for the whole claim. A run that they end is gone on with from its certificate, to the same end.
    most : boxes of each chart, in one run.
    precision : bits, where they are more than a chart asks for.
    earlier : the content of a certificate of this version of the claim.
    """
    begun = time.monotonic()
    records, refuted = [], ""
    earlier_parts = (earlier or {}).get("parts", [None] * len(claim.enclosure.parts))
    for part, known in zip(claim.enclosure.parts, earlier_parts):
        if isinstance(part, Identity):
            record, found = _identity(part)
        else:
            record, found = _chart(part, max(precision, part.precision), most, begun + seconds, known)
        records.append(record)
        refuted = refuted or found
    spent = round(time.monotonic() - begun + (earlier or {}).get("seconds", 0.0), 2)
    statement, enclosed = said(claim)
    content = {"claim": claim.id, "statement": statement, "enclosed": enclosed, "seconds": spent, "parts": records}
    open_parts = [f"{record['name']}: {record['undecided']}" for record in records if record.get("undecided")]
    if refuted:
        return Proof(REFUTED, content, refuted)
    return Proof(PARTLY, content, "not decided: " + "; ".join(open_parts)) if open_parts else Proof(PROVED, content, "")


def confirm(claim: Any, content: dict, draw: Callable[[], bool] | None = None) -> int:
    """Re-evaluate a certificate with the second program, completely or the boxes that are drawn; return their number.

    Raises
    ------
    Rejected
        If it does not prove what the claim encloses.
    """
    count = 0
    for part, record in zip(claim.enclosure.parts, content["parts"]):
        if isinstance(part, Identity):
            count += checker.recheck_identity(part.program.text)
            continue
        if record["box"] != box_record(part) or len(record["trees"]) != len(part.cases):
            raise checker.Rejected(f"box of {part.name!r} in the certificate of {claim.id} is not the box of the claim")
        for case, tree in zip(part.cases, record["trees"]):
            count += checker.recheck_chart(part.program.text, list(part.box.values()), case, tree, draw)[0]
    return count


def _identity(part):
    different = first_difference(part.program)
    false = first_difference(part.false_program)
    if false is None:
        raise ValueError(f"false variant of {part.name!r} must be wrong, it holds")
    record = {"name": part.name, "equations": len(part.program.outputs) // 2, "false": f"{false}: the sides differ"}
    return record, "" if different is None else f"the equation {different!r} of {part.name!r} does not hold"


def _chart(part: Chart, precision, most, deadline, known):
    trees = known["trees"] if known and known["precision"] == precision else [UNDECIDED] * len(part.cases)
    refuted, ended = "", []
    enclose = evaluator(part.program, precision)
    with bits_of_balls(precision):
        for case, tree in zip(part.cases, trees):
            found = _of_case(part, enclose, case, most, deadline, tree)
            ended.append(found)
            refuted = refuted or _refutation(part, part.program, case, found)
        false = false_variant(part, precision)
    record = {
        "name": part.name,
        "box": box_record(part),
        "precision": precision,
        "by": name_of(part.program, precision),
        "false": false,
        "trees": [found.tree for found in ended],
    }
    rest = undecided_hull(record["trees"], list(part.box.values()))
    if rest is not None:
        share = float(sum((found.share for found in ended), Fraction(0)) / len(ended))
        ends = ", ".join(
            f"{name} from {float(low):.6g} to {float(high):.6g}" for name, (low, high) in zip(part.box, rest)
        )
        record["undecided"] = f"{1 - share:.2e} of the volume, within {ends}"
    return record, refuted


def _of_case(part, enclose, case, most, deadline, tree=UNDECIDED) -> Subdivision:
    whole = [(Fraction(number), Fraction(number)) for number in case]

    def enclose_case(box):
        found = enclose([*whole, *box])
        return found._replace(smear=found.smear[len(whole) :])

    return subdivide(list(part.box.values()), enclose_case, most=most, deadline=deadline, tree=tree)


def false_variant(part: Chart, precision: int) -> str:
    """Say what becomes of the false variant of a chart; it is refused if it is proved."""
    enclose = evaluator(part.false_program, precision)
    for case in part.cases:
        found = _of_case(part, enclose, case, MOST_BOXES_OF_A_FALSE_VARIANT, float("inf"))
        if words := _refutation(part, part.false_program, case, found):
            return f"refuted after {found.boxes} boxes: {words}"
        if found.share < 1:
            return "undecided"
    raise ValueError(f"false variant of {part.name!r} must be wrong somewhere in its box, it is proved")


def _refutation(part, program: Program, case, found: Subdivision) -> str:
    """Return the witness of a refutation in words, after it has been confirmed with 300 bits."""
    if found.witness is None:
        return ""
    point = dict(zip(part.names, [*map(Fraction, case), *found.witness]))
    with bits_of_balls(WITNESS_BITS):
        sure = evaluator(program, WITNESS_BITS)([(x, x) for x in point.values()]).refuted
    if not sure:
        raise ArithmeticError(f"prover refuted {part.name!r} at a point where {WITNESS_BITS} bits do not: {point}")
    return f"{part.name} fails at {', '.join(f'{name}={value}' for name, value in point.items())}"
