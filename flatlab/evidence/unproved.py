"""What of the statements between a few numbers is proved, and why the rest is not."""

from collections.abc import Mapping
from typing import NamedTuple

from flatlab.base.files import text_of
from flatlab.evidence.claim import Claim
from flatlab.evidence.code import modules_reached
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.levels import PARTLY, PROVED, certificate_of
from flatlab.evidence.nearest import nearest_file
from flatlab.evidence.relations import Inside, WithinInterval
from flatlab.evidence.sequences import DrawnFrom

KINDS = ("equality", "upper bound", "lower bound")
MOST_PARAMETERS = 4
FILE, WHOLE_PAPER = "unproved.txt", "*"
OPEN = "unproved"
DATA = "its problem is drawn from a seed, which stands for more parameters than boxes can cover"
ESTIMATE = "its number is an estimate from random runs, known to an interval"
RUNS = "its number is where a run of many steps ends; intervals stay sharp for one step or two"
NONE_WRITTEN = "no enclosure has been written"


class Standing(NamedTuple):
    """How far a claim is proved: ``proved``, ``partly proved`` or ``unproved``, and what is proved or why not."""

    status: str
    words: str


def parameters(claim: Claim) -> int:
    """Return in how many continuous parameters a claim is stated; a seed that draws data is not counted."""
    return sum(isinstance(one, (Uniform, LogUniform)) for one in claim.domain.values())


def standings(claims: Mapping[str, Claim]) -> dict[str, Standing]:
    """Return how far each claim is proved that is an equation or a bound in few parameters, or has an enclosure."""
    return {
        name: standing(claim)
        for name, claim in claims.items()
        if claim.kind in KINDS and (parameters(claim) <= MOST_PARAMETERS or claim.enclosure is not None)
    }


def standing(claim: Claim) -> Standing:
    """Return how far a claim is proved, and what of it, or the reason why it is not.

    The reason is the line of the claim in ``unproved.txt`` beside its paper, ``id without paper: reason``, or the line
    ``*`` for all of a paper; else what the claim declares shows it.
    """
    found = certificate_of(claim)
    if found is not None and found.suffices:
        return Standing(PARTLY if found.measured else PROVED, found.words)
    if claim.enclosure is not None:
        return Standing(OPEN, "its certificate is not there or decides too little; run flatlab certify")
    given = reasons(claim)
    own = given.get(claim.id.partition("/")[2]) or given.get(WHOLE_PAPER)
    return Standing(OPEN, own or _reason(claim))


def reasons(claim: Claim) -> dict[str, str]:
    """Return the lines of the file of reasons beside a claim's paper; empty where there is none."""
    beside = nearest_file(claim)
    text = "" if beside is None else text_of(beside.with_name(FILE), "reasons")
    lines = [line.partition(":") for line in text.splitlines() if line.strip()]
    return {name.strip(): words.strip() for name, _, words in lines}


def _reason(claim):
    if isinstance(claim.relation, (WithinInterval, DrawnFrom, Inside)):
        return ESTIMATE
    if any(module.startswith("flatlab.simulation") for module in modules_reached(claim, ("observe", "problem"))):
        return RUNS
    return DATA if "seed" in claim.domain else NONE_WRITTEN
