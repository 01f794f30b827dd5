"""Proving many claims, or confirming their certificates, on any engine; what is found does not depend on which."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from flatlab.base.documents import say_unused
from flatlab.base.engines import Engine, Processes
from flatlab.evidence.claim import Claim
from flatlab.evidence.enclosures import certificate, checker, proof
from flatlab.evidence.nearest import nearest_file
from flatlab.evidence.pool import each_claim


class Certified(NamedTuple):
    """What became of a claim.

    complete : whether it is proved, or its certificate confirmed.
    words : what is to be said of it.
    content : of its certificate; None where there is none to be kept.
    """

    complete: bool
    words: str
    content: dict | None = None


def certify_all(
    claims: dict[str, Claim],
    names: Sequence[str],
    *,
    check: bool,
    seconds: float,
    boxes: int,
    precision: int,
    workers: int | None = None,
    engine: Engine | None = None,
) -> Iterator[tuple[str, Certified]]:
    """Give out the id of each claim and what became of it, in the order in which they finish.

    The certificates are read here, so that a worker needs none.

    check : confirm the certificates instead of proving.
    seconds, boxes, precision : see :func:`flatlab.evidence.enclosures.proof.prove`.
    workers : processes of this machine, one for each core if not given; ``engine`` stands instead of them.
    """
    kept = {key: _to_confirm(claim) if check else _to_go_on_with(claim) for key, claim in claims.items()}
    most = min(os.cpu_count() or 1 if workers is None else workers, len(claims))
    engine = engine or (Engine() if most <= 1 else Processes(most))

    def how(key):
        return (kept[key],) if check else (kept[key], seconds, boxes, precision)

    for key, found in each_claim(_confirmed if check else _proved, claims, names, how, engine):
        yield key, Certified(*found)


def file_of(claim: Claim) -> Path | None:
    """Return the file of a claim's certificate, whether it exists or not; None where its paper is no package."""
    beside = nearest_file(claim)
    return None if beside is None else certificate.certificate_file(beside.parent, claim.id)


def _to_confirm(claim):
    file = file_of(claim)
    if file is None:
        raise ValueError(f"paper of {claim.id} must be an imported package to have certificates, it is none")
    return certificate.read(file, claim)


def _to_go_on_with(claim):
    file = file_of(claim)
    try:
        earlier = None if file is None else certificate.read(file, claim)
    except certificate.OtherVersionError:
        return None
    except ValueError as error:
        say_unused(str(error))
        return None
    unfinished = earlier is not None and any(part.get("undecided") for part in earlier["parts"])
    return earlier if unfinished else None  # what is finished is proved anew, to the same end


def _proved(claim, earlier, seconds, boxes, precision):
    found = proof.prove(claim, seconds=seconds, most=boxes, precision=precision, earlier=earlier)
    count = sum(len(tree) for part in found.content["parts"] for tree in part.get("trees", ()))
    how = f"{count} boxes, {found.content['seconds']:.3g} s" if count else "by algebra"
    words = f"{found.status}, {how}{'; ' if found.words else ''}{found.words}"
    return Certified(found.status == proof.PROVED, words, None if found.status == proof.REFUTED else found.content)


def _confirmed(claim, content):
    try:
        count = proof.confirm(claim, content)
    except checker.Rejected as error:
        return Certified(False, f"not confirmed, {error}")
    left = "; ".join(f"{part['name']}: {part['undecided']}" for part in content["parts"] if part.get("undecided"))
    return Certified(True, f"confirmed, {count} boxes and equations{'; not decided: ' if left else ''}{left}")
