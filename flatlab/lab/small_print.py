"""What stands below a picture in small type: the parameters of its record, and the claims that say what it shows."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.levels import evidence_level
from flatlab.evidence.relations import tolerance_words

__all__ = ["claims_line", "parameters_line"]

SYMBOLS = {
    "eta": "η",
    "rho": "ρ",
    "epsilon": "ε",
    "tau": "τ",
    "sigma": "σ",
    "c_eta": "c_η",
    "c_rho": "c_ρ",
    "c_eta_samples": "c_η of samples",
}
RAISED = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def parameters_line(given: Mapping[str, Any], seed: int | None = None) -> str:
    """Return parameters in words, such as ``η = 0.3; ρ = 0.1; steps = 60; seed 7``.

    A map has two seeds: that of the problem, among what it holds fixed, and that of its random numbers.
    """
    given = given["at"] if isinstance(given.get("at"), dict) else given  # of a map: what it holds fixed
    symbols = SYMBOLS if seed is None else {**SYMBOLS, "seed": "problem's seed"}
    words = [f"{symbols.get(name) or name.replace('_', ' ')} = {_words(value)}" for name, value in given.items()]
    return "; ".join(words + ([] if seed is None else [f"seed {seed}"]))


def claims_line(names: Iterable[str], known: Mapping[str, Claim] | None = None) -> str:
    """Return the kind, the stated number if it is one for all settings, the tolerance and the level of claims.

    Without ``known`` they are looked for among the claims that are installed; of one that is not, the id is given.
    """
    names = list(names)
    known = installed_claims([]) if known is None and names else known or {}
    papers = dict.fromkeys(name.partition("/")[0] for name in names)
    parts = []
    for paper in papers:
        told = [_claim(name.partition("/")[2], known.get(name)) for name in names if name.startswith(f"{paper}/")]
        parts.append(f"{paper}: {'; '.join(told)}")
    return ". ".join(parts)


def _claim(name, claim):
    if claim is None:
        return name
    stated = f" {_words(claim.expect)}" if isinstance(claim.expect, (int, float)) else ""
    tolerance = ", ".join(
        re.sub(r"\S+$", lambda found: _number(float(found[0])), one)
        for one in tolerance_words(claim.relation).split(", ")
        if one
    )
    return f"{name} ({', '.join(filter(None, (claim.kind + stated, tolerance, evidence_level(claim)[0])))})"


def _words(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_words, value))
    return str(value).replace(",", ", ")


def _number(value):
    """Return a number to four digits, with a true minus sign and raised powers of ten."""
    digits, _, power = f"{value:g}".partition("e") if isinstance(value, float) else (str(value), "", "")
    digits = digits.replace("-", "−")
    if not power:
        return digits
    raised = f"10{str(int(power)).translate(RAISED)}"
    return raised if digits == "1" else f"{digits}·{raised}"
