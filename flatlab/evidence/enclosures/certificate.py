"""Certificates: one small file for each claim, in the folder ``certificates`` beside its paper's claims.

A certificate belongs to the claim as it stands: it holds hashes of the statement and of all that is enclosed, and is
no longer valid once either has changed.
"""

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from flatlab.base.documents import has_shape, parsed, sealed, unchanged, unsealed
from flatlab.base.files import content_of, write_whole
from flatlab.base.plain_data import json_text
from flatlab.evidence.enclosures.enclosure import Chart, Enclosure
from flatlab.evidence.enclosures.subdivision import share_of

FOLDER = "certificates"
PROVED_SHARE = Fraction(99, 100)
KINDS = {"claim": str, "statement": str, "enclosed": str, "seconds": (int, float), "parts": list}


class OtherVersionError(ValueError):
    """There is no certificate of a claim, or one of another version of it."""


class Certificate(NamedTuple):
    """A certificate that belongs to its claim: what it proves, on how much of the boxes, and at what cost.

    ``share`` is the smallest of its parts; ``boxes`` counts those that prove, ``precision`` is in bits.
    """

    proves: str
    measured: str
    excluded: str
    share: Fraction
    undecided: str
    boxes: int
    precision: int
    seconds: float
    parts: list[dict]

    @property
    def suffices(self) -> bool:
        """Whether enough is proved for the level ``proved``."""
        return self.share > PROVED_SHARE

    @property
    def words(self) -> str:
        """What is proved and what is measured, in sentences."""
        share = "" if self.share == 1 else f" on {float(self.share):.4%} of the volume, not decided: {self.undecided}"
        sentences = [f"proved{share}: {self.proves}"]
        sentences += [f"not covered: {self.excluded}"] if self.excluded else []
        sentences += [f"measured: {self.measured}"] if self.measured else []
        return "; ".join(sentence.rstrip(".") for sentence in sentences)

    def record(self) -> dict:
        """Return the certificate as plain data for ``verdicts.json``: without its trees."""
        parts = [{name: value for name, value in part.items() if name != "trees"} for part in self.parts]
        return {"words": self.words, **self._asdict(), "share": float(self.share), "parts": parts}


def certificate_file(folder: Path, claim_id: str) -> Path:
    """Return the file of a claim's certificate, whether it exists or not; ``folder`` is that of the paper."""
    return folder / FOLDER / f"{claim_id.partition('/')[2]}.json"


def read(file: Path, claim: Any) -> dict:
    """Return the content of a certificate that belongs to a claim as it stands.

    Raises
    ------
    ValueError
        If there is none, if it cannot be read, or belongs to another claim or to another version of this one.
    """
    if claim.enclosure is None:
        raise ValueError(f"claim {claim.id} must declare an enclosure to be certified, it has none")
    text = content_of(file, "certificate")
    if text is None:
        raise OtherVersionError(f"claim {claim.id} has no certificate yet; run flatlab certify {claim.id}")
    wanted = f"certificate must be the JSON of flatlab certify, {str(file)!r}"
    content = parsed(text, wanted)
    if not has_shape(content, KINDS) or not all(map(_is_whole, content["parts"])):
        raise ValueError(f"{wanted} lacks parts of one")
    content = unchanged(content, wanted)
    if content["claim"] != claim.id:
        raise ValueError(f"certificate {str(file)!r} must belong to {claim.id}, it is of {content['claim']}")
    names = [part["name"] for part in content["parts"]]
    declared = [part.name for part in claim.enclosure.parts]
    if (content["statement"], content["enclosed"]) != said(claim) or names != declared:
        raise OtherVersionError(
            f"certificate of {claim.id} belongs to another version of the claim; run flatlab certify again"
        )
    return content


def certificate(folder: Path | None, claim: Any) -> Certificate | None:
    """Return the certificate of a claim as it stands; None where there is no valid one.

    The shares are counted from the trees; that each box is proved is for ``flatlab certify --check``.

    Raises
    ------
    ValueError
        If there is one that cannot be read or is damaged.
    """
    if folder is None or claim.enclosure is None:
        return None
    file = certificate_file(folder, claim.id)
    try:
        content = read(file, claim)
    except OtherVersionError:
        return None
    try:
        return _certificate(claim.enclosure, content)
    except (ValueError, KeyError) as error:
        raise ValueError(f"certificate must be the JSON of flatlab certify, {str(file)!r}: {error}") from error


def write(file: Path, content: dict) -> Path:
    """Write a certificate; one that differs in the seconds only stays as it is."""
    try:
        before = unsealed(content_of(file, "certificate") or b"", "certificate")
        if {**before, "seconds": content["seconds"]} == content:
            return file
    except ValueError:
        pass
    return write_whole(file, json_text(sealed(content), indent=1) + "\n")


def said(claim: Any) -> tuple[str, str]:
    """Return the hashes that bind a certificate to a claim: of its statement and of its enclosure."""
    statement = f"{claim.id}\n{claim.statement}"
    return hashlib.sha256(statement.encode()).hexdigest()[:32], claim.enclosure.key


def box_record(chart: Chart) -> dict[str, str]:
    """Return the box of a chart as text."""
    return {name: f"{low} to {high}" for name, (low, high) in chart.box.items()}


def _is_whole(part):
    if not has_shape(part, {"name": str}):
        return False
    if "equations" in part:
        return isinstance(part["equations"], int)
    whole = has_shape(part, {"box": dict, "precision": int, "trees": list, "by": str})
    return whole and all(isinstance(tree, str) for tree in part["trees"])


def _certificate(enclosure: Enclosure, content: dict) -> Certificate:
    shares, undecided, boxes = [Fraction(1)], [], 0
    for part, record in zip(enclosure.parts, content["parts"]):
        if not isinstance(part, Chart):
            continue
        if record["box"] != box_record(part) or len(record["trees"]) != len(part.cases):
            raise ValueError("certificate must have the boxes of its claim")
        shares.append(_mean([share_of(tree, len(part.box)) for tree in record["trees"]]))
        boxes += sum(tree.count(".") for tree in record["trees"])
        undecided += [f"{part.name}: {record['undecided']}"] if shares[-1] < 1 else []
    precision = max((record["precision"] for record in content["parts"] if "precision" in record), default=0)
    words = enclosure.proves, enclosure.measured, enclosure.excluded
    return Certificate(
        *words, min(shares), "; ".join(undecided), boxes, precision, content["seconds"], content["parts"]
    )


def _mean(shares):
    return sum(shares, Fraction(0)) / len(shares)
