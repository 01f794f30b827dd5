"""How far a claim has come: measured on drawn settings, attacked by a search, proved by a certificate or partly so."""

from flatlab.evidence.claim import Claim
from flatlab.evidence.enclosures.certificate import Certificate, certificate
from flatlab.evidence.nearest import level_of, nearest_file

PARTLY, PROVED = "partly proved", "proved"


def certificate_of(claim: Claim) -> Certificate | None:
    """Return the certificate that lies beside a claim's paper; None where there is none for the claim as it stands."""
    file = nearest_file(claim)
    return certificate(None if file is None else file.parent, claim)


def evidence_level(claim: Claim) -> tuple[str, int]:
    """Return the highest level that a claim has reached, and how many settings a search has judged."""
    level, searched = level_of(claim)
    found = certificate_of(claim)
    if found is None or not found.suffices:
        return level, searched
    return (PARTLY if found.measured else PROVED), searched
