"""The nearest settings that searches have found, kept in ``nearest.json`` beside the paper and judged ever after.

The quick budget leaves out those of claims that take more than half a second a setting.

A kept setting is judged while it fits the claim: its parameters are those of the claim, in its ranges, within its
hypotheses; a corner that has its own value of a constant is judged as a corner. The level ``attacked`` lapses when the
declaration changes (statement, relation, ranges or hypotheses), and when the code does that the claim runs
(:mod:`flatlab.evidence.code`).
"""

import functools
import hashlib
import sys
from pathlib import Path
from typing import NamedTuple

from flatlab.base.documents import CHECKSUM, has_shape, parsed, sealed, unchanged
from flatlab.base.files import content_of, write_whole
from flatlab.base.plain_data import json_text, number, plain
from flatlab.evidence.claim import Claim, Setting
from flatlab.evidence.code import code_of
from flatlab.evidence.relations import FAILS

FILE = "nearest.json"
MEASURED, ATTACKED = "measured", "attacked"
RAISES, ROUNDING = "raises", "rounding"
FEWEST_OF_AN_ATTACK = 300
DEAR = 0.5  # seconds a setting
NUMBER = (int, float, str, type(None))  # as it is written: an infinity is text
KINDS = {"setting": dict, "status": str, "evaluations": int, "seed": int, "declaration": str}
KINDS |= dict.fromkeys(("observed", "expected", "margin"), NUMBER)


class Nearest(NamedTuple):
    """The setting nearest to failing that a search has found.

    ``status`` is that of the relation on fresh random numbers; ``rounding`` for a failure that the last digits of the
    parameters decide, ``raises`` where the claim's code raised ``error``.

    >>> found = nearest_failure(claims("bartlett2023/scaling")["bartlett2023/scaling"], 5, seed=0)
    >>> found.refuted, found.attacked
    (False, False)
    """

    setting: dict
    observed: float
    expected: float
    margin: float
    status: str
    evaluations: int
    error: str = ""

    def record(self) -> dict:
        """Return the fields as plain data."""
        return {name: plain(value) for name, value in self._asdict().items()}

    @property
    def refuted(self) -> bool:
        """Whether the search found a counterexample, or a setting that cannot be judged."""
        return self.status in (FAILS, RAISES)

    @property
    def attacked(self) -> bool:
        """Whether the search was long enough for the level ``attacked``."""
        return self.evaluations >= FEWEST_OF_AN_ATTACK and not self.refuted


def nearest_file(claim: Claim) -> Path | None:
    """Return the file of a claim's paper, whether it exists or not; None where the paper is no imported package."""
    paper = claim.paper
    for name, module in list(sys.modules.items()):
        if name.endswith(paper) and name.rpartition(".")[2] == paper and hasattr(module, "__path__"):
            return Path(module.__path__[0]) / FILE
    return None


def kept_setting(claim: Claim) -> Setting | None:
    """Return the setting that is kept for a claim; None where there is none that fits."""
    entry = _entries(nearest_file(claim)).get(claim.id)
    if entry is None or set(entry["setting"]) != {*claim.fixed, *claim.domain}:
        return None
    setting = restored(claim, {name: entry["setting"][name] for name in claim.domain})
    fits = all(values.holds(setting[name]) for name, values in claim.domain.items())
    same = all(plain(claim.fixed[name]) == entry["setting"][name] for name in claim.fixed)
    return setting if fits and same and all(met(setting) for met in claim.hypotheses.values()) else None


def judged_setting(claim: Claim, budget: str) -> Setting | None:
    """Return the kept setting where a budget judges it: quick leaves out those of claims of over half a second each."""
    return kept_setting(claim) if budget == "full" or claim.seconds <= DEAR else None


def kept_entry(claim: Claim) -> dict | None:
    """Return what the last searches of a claim as it stands have found, as the file holds it; None without a search."""
    entry = _entries(nearest_file(claim)).get(claim.id)
    return None if entry is None or _version(entry) != (declaration(claim), code_of(claim)) else entry


def level_of(claim: Claim) -> tuple[str, int]:
    """Return ``attacked`` or ``measured``, and how many settings a search has judged of the claim as it stands."""
    entry = kept_entry(claim)
    if entry is None:
        return MEASURED, 0
    enough = entry["evaluations"] >= FEWEST_OF_AN_ATTACK and entry["status"] not in (FAILS, RAISES)
    return ATTACKED if enough else MEASURED, entry["evaluations"]


def restored(claim: Claim, given: dict) -> Setting:
    """Return the setting in which parameters have values that are given as plain data, as text for one of a choice."""
    values = {name: _restored(claim.domain.get(name), value) for name, value in given.items()}
    return Setting({**claim.fixed, **values})


def nearest_of_record(claim: Claim, record: dict) -> Nearest:
    """Return the outcome of a search that was written as plain data; a corner's own value of a constant stays."""
    same = {name for name, value in claim.fixed.items() if plain(value) == record["setting"].get(name)}
    given = {name: value for name, value in record["setting"].items() if name not in same}
    numbers = {name: number(record[name]) for name in ("observed", "expected", "margin")}
    return Nearest(**{**record, **numbers, "setting": restored(claim, given)})


def keep(claim: Claim, nearest: Nearest, seed: int) -> Path:
    """Put the outcome of a search into the file of the claim's paper and return the file.

    Of two searches of the same declaration and code the nearer setting stays, with the evaluations of the longer one; a
    counterexample stays until a search of as many evaluations finds none.

    Raises
    ------
    ValueError
        If the paper is no package, so that there is no place for the file.
    """
    file = nearest_file(claim)
    if file is None:
        raise ValueError(f"paper of {claim.id} must be an imported package to keep what a search found, it is none")
    entry = {**nearest._asdict(), "seed": seed, "declaration": declaration(claim), "code": code_of(claim)}
    if not nearest.error:
        del entry["error"]
    entries = _as_written(file)
    entries[claim.id] = sealed(_nearer(entries.get(claim.id), entry))
    lines = [f"{json_text(name)}: {json_text(entries[name])}" for name in sorted(entries)]
    write_whole(file, "{\n" + ",\n".join(lines) + "\n}\n")
    return file


def declaration(claim: Claim) -> str:
    """Return a short hash of what a claim says: statement, relation, ranges, constants and hypotheses in words."""
    said = [claim.statement, claim.relation, claim.domain, claim.fixed, list(claim.hypotheses), claim.corners]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _nearer(before, after):
    """Return the entry that stays of an earlier search and a later one."""
    if before is None or _version(before) != _version(after):
        return after
    if before["status"] in (FAILS, RAISES) or after["status"] in (FAILS, RAISES):
        return after if after["status"] in (FAILS, RAISES) or after["evaluations"] >= before["evaluations"] else before
    nearer = min(after, before, key=lambda entry: entry["margin"])
    return {**nearer, "evaluations": max(before["evaluations"], after["evaluations"])}


def _entries(file):
    return {name: {key: entry[key] for key in entry if key != CHECKSUM} for name, entry in _as_written(file).items()}


def _as_written(file):
    content = None if file is None else content_of(file, "nearest settings")
    what = f"nearest settings must be a file of `flatlab falsify`, {str(file)!r}"
    return {} if content is None else dict(_checked(content, what))


@functools.lru_cache(maxsize=8)
def _checked(content, what):
    entries = parsed(content, what)
    if not isinstance(entries, dict):
        raise ValueError(f"{what} holds none")
    for name, entry in entries.items():
        if not has_shape(entry, KINDS):
            raise ValueError(f"{what} holds what is none as {name}")
        unchanged(entry, f"{what}: {name}")
    return entries


def _version(entry):
    return entry["declaration"], entry.get("code", "")


def _restored(values, given):
    """Return a value as the range draws it: of a choice the one that is written like this, else the number."""
    choices = getattr(values, "values", None)
    if choices is None:
        return given
    return next((value for value in choices if plain(value) == given), given)
