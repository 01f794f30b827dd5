"""What an interrupted verification has finished, kept until the run is complete."""

import hashlib
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from flatlab.base.documents import kept_document, sealed
from flatlab.base.files import write_whole
from flatlab.base.plain_data import json_text
from flatlab.base.sources import sources_key
from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import claims_of_module
from flatlab.evidence.levels import evidence_level
from flatlab.evidence.nearest import kept_setting
from flatlab.evidence.parts import Part, part_of_record
from flatlab.evidence.verdict import Verdict, verdict_of_record
from flatlab.storage.environment import versions

JUDGES = ("flatlab.evidence.judge", "flatlab.evidence.verdict", "flatlab.evidence.pool")


class Unfinished:
    """The finished verdicts of one run, ``OUTPUT/unfinished/BUDGET-SEED/CLAIM.json``.

    Each is kept with a key made of its id, the seed, the budget, the versions at work and the sources of the claim and
    of what judges it (:mod:`flatlab.base.sources`); one with another key is not used. ``output`` is where the report
    goes.
    """

    def __init__(self, output: Path | str, claims: dict[str, Claim], seed: int, budget: str):
        self.folder = Path(output) / "unfinished" / f"{budget}-{seed}"
        homes = claim_homes(claims)
        modules = {name: (homes.get(name, claim.observe.__module__), *JUDGES) for name, claim in claims.items()}
        looked_at = {}
        sources = {names: sources_key(names, looked_at) for names in set(modules.values())}
        run = [seed, budget, versions()]
        self._claims, self._keys = claims, {}
        self._made_of = {
            name: (run, name, sources[modules[name]], kept_setting(claim)) for name, claim in claims.items()
        }

    def verdicts(self) -> dict[str, Verdict]:
        """Return the verdicts that may be used again, by claim id."""
        kept = {name: kept_document(self._file(name)) for name in self._claims}
        return {name: verdict_of_record(one["verdict"]) for name, one in kept.items() if self._belongs(name, one)}

    def keep(self, verdict: Verdict) -> None:
        """Keep one verdict; a claim that raised is judged again instead."""
        if not verdict.error:
            content = sealed({"key": self._key(verdict.id), "verdict": verdict.record()})
            write_whole(self._file(verdict.id), json_text(content))

    def parts(self, name: str) -> dict[tuple[int, int | None], Part]:
        """Return what may be used again of a claim that is judged in several pieces, by the ends of these."""
        found = {}
        for file in sorted(self.folder.glob(f"{quote(name, safe='')}.*.json")):
            kept = kept_document(file)
            if self._belongs(name, kept) and file == self._file(name, kept["ends"]):
                found[tuple(kept["ends"])] = part_of_record(kept["part"])
        return found

    def keep_part(self, name: str, ends: tuple[int, int | None], part: Part) -> None:
        """Keep one piece of a claim."""
        content = sealed({"key": self._key(name), "ends": ends, "part": part.record()})
        write_whole(self._file(name, ends), json_text(content))

    def forget(self) -> None:
        """Remove what this run has kept."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # another run keeps something there, or has removed it just now
            self.folder.parent.rmdir()

    def _belongs(self, name, kept):
        return "key" in kept and kept["key"] == self._key(name)

    def _key(self, name):
        """Return the key of a claim; what its level reads is the larger part, and waits until workers have work."""
        if name not in self._keys:
            text = json_text((*self._made_of[name], evidence_level(self._claims[name])))
            self._keys[name] = hashlib.sha256(text.encode()).hexdigest()
        return self._keys[name]

    def _file(self, name, ends=None):
        piece = "" if ends is None else f".{ends[0]}-{ends[1]}"
        return self.folder / f"{quote(name, safe='')}{piece}.json"


def claim_homes(claims: dict[str, Claim]) -> dict[str, str]:
    """Return the name of the module that declares each claim, by id.

    A claim bound in several modules is at home in the one nearest to its ``observe``; one declared in no file is left
    out.
    """
    homes = {}
    for module in list(sys.modules.values()):
        if not (hasattr(module, "__dict__") and getattr(module, "__file__", None)):
            continue
        for name, claim in claims_of_module(module).items():
            own = getattr(claim.observe, "__module__", None) == module.__name__
            if claims.get(name) is claim and (own or name not in homes):
                homes[name] = module.__name__
    return homes
