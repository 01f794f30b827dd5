"""Certificates: one small file for each claim, in the folder ``certificates`` beside its paper's claims.

A certificate belongs to the claim as it stands: it holds hashes of the statement and of all that is enclosed, and is
no longer valid once either has changed.
"""

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from flatlab.base.files import write_whole
from flatlab.evidence.enclosures.enclosure import Chart, Enclosure
from flatlab.evidence.enclosures.subdivision import share_of

FOLDER = "certificates"
PROVED_SHARE = Fraction(99, 100)


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
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        belongs = (content["claim"], content["statement"], content["enclosed"])
        names = [part["name"] for part in content["parts"]]
        whole = all(map(_is_whole, content["parts"]))
    except FileNotFoundError:
        raise ValueError(f"claim {claim.id} has no certificate yet; run flatlab certify {claim.id}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"certificate must be the JSON of flatlab certify, {str(file)!r} is not: {error}") from error
    if belongs[0] != claim.id:
        raise ValueError(f"certificate {str(file)!r} must belong to {claim.id}, it is of {belongs[0]}")
    if belongs[1:] != said(claim) or names != [part.name for part in claim.enclosure.parts]:
        raise ValueError(
            f"certificate of {claim.id} belongs to another version of the claim; run flatlab certify again"
        )
    if not whole:
        raise ValueError(f"certificate must be the JSON of flatlab certify, {str(file)!r} lacks boxes or trees")
    return content


def certificate(folder: Path | None, claim: Any) -> Certificate | None:
    """Return the certificate of a claim as it stands; None where there is no valid one.

    The shares are counted from the trees; that each box is proved is for ``flatlab certify --check``.
    """
    if folder is None or claim.enclosure is None or not certificate_file(folder, claim.id).is_file():
        return None
    try:
        content = read(certificate_file(folder, claim.id), claim)
        return _certificate(claim.enclosure, content)
    except (ValueError, KeyError, TypeError):
        return None


def write(file: Path, content: dict) -> Path:
    """Write a certificate; one that differs in the seconds only stays as it is."""
    if file.is_file():
        try:
            before = json.loads(file.read_text(encoding="utf-8"))
            if {**before, "seconds": content["seconds"]} == content:
                return file
        except (ValueError, TypeError):
            pass
    return write_whole(file, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def said(claim: Any) -> tuple[str, str]:
    """Return the hashes that bind a certificate to a claim: of its statement and of its enclosure."""
    statement = f"{claim.id}\n{claim.statement}"
    return hashlib.sha256(statement.encode()).hexdigest()[:32], claim.enclosure.key


def box_record(chart: Chart) -> dict[str, str]:
    """Return the box of a chart as text."""
    return {name: f"{low} to {high}" for name, (low, high) in chart.box.items()}


def _is_whole(part):
    if "equations" in part:
        return True
    trees = part.get("trees")
    texts = isinstance(trees, list) and all(isinstance(tree, str) for tree in trees)
    return texts and isinstance(part.get("box"), dict) and isinstance(part.get("precision"), int)


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
