"""What searches have judged, noted line by line, so that the same search goes on where it was interrupted.

A search follows from its seed and from what it judged: run again over its notes it takes the same way without judging
anything twice, up to where they end.
"""

import faulthandler
import hashlib
import json
import math
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from flatlab.base.documents import say_unused
from flatlab.base.files import content_of
from flatlab.base.plain_data import json_text
from flatlab.evidence._attempt import Spent
from flatlab.evidence.claim import Claim, Setting
from flatlab.evidence.code import code_of
from flatlab.evidence.judge import judged
from flatlab.evidence.nearest import Nearest, declaration, nearest_of_record
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.pool import GRACE, TookTooLong, time_limit
from flatlab.storage.environment import versions

DIED = "the process died at this setting, perhaps for want of memory"
LONGEST = 600.0  # seconds of one setting


class Approach(NamedTuple):
    """How far a search has come that is not finished."""

    id: str
    count: int
    closest: float


class Notes:
    """The notes on one search, ``FOLDER/CLAIM-SEED.jsonl``; those of another code or declaration are not used.

    until : the time (``time.time``) from which on the search judges no more settings; ``over`` says that it was
        reached
    """

    def __init__(self, folder: Path | str, claim: Claim, seed: int, until: float = math.inf):
        self.claim, self.until, self.over = claim, until, False
        self.file = Path(folder) / f"{quote(claim.id, safe='')}-{seed}.jsonl"
        self.count, self.closest = 0, math.inf
        self._known, self._outcomes, begun = {}, {}, None
        key = json_text([claim.id, seed, declaration(claim), code_of(claim), versions()])
        key = hashlib.sha256(key.encode()).hexdigest()
        found, damaged = _lines(self.file)
        if damaged:
            say_unused(f"{str(self.file)!r} has {damaged} damaged line{'s' * (damaged > 1)}")
        first, *lines = found or [{}]
        if first.get("key") != key:
            lines = []
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(_with_checksum({"key": key, "id": claim.id}), encoding="utf-8")
        for line in lines:
            if "died" in line and begun is not None:
                self._known[begun] = DIED
            elif "outcome" in line:
                self._outcomes[line["evaluations"]] = line["outcome"]
            elif "found" in line:
                self._known[line["at"]] = line["found"]
            begun = line.get("begun")

    def look(self, setting: dict, *seeds: int) -> Evidence | str:
        """Return what :func:`flatlab.evidence.judge.judged` does, from the notes where they have it."""
        at = hashlib.sha256(repr((seeds, setting)).encode()).hexdigest()[:24]
        searching, fresh = seeds[-1] == 0, at not in self._known
        if fresh:
            if searching and self.count and time.time() > self.until:
                self.over = True
                raise Spent
            self._write({"begun": at})
            self._known[at] = self._judge(setting, seeds)
        found = self._known[at]
        evidence = found if isinstance(found, str) else _evidence(setting, self.claim.relation.sign, found)
        if searching:
            self.count += 1
            margin = -math.inf if isinstance(evidence, str) else evidence.margin
            self.closest = min(self.closest, -math.inf if math.isnan(margin) else margin)
        if fresh:
            self._write({"at": at, "found": found, "count": self.count, "closest": self.closest})
        return evidence

    def _judge(self, setting, seeds):
        alone = multiprocessing.parent_process() is not None
        if alone:  # code that never comes back to Python hears no alarm: the process ends with it
            faulthandler.dump_traceback_later(LONGEST + GRACE, exit=True)
        try:
            with time_limit(LONGEST):
                evidence = judged(self.claim, setting, *seeds)
        except TookTooLong as error:
            return str(error)
        finally:
            if alone:
                faulthandler.cancel_dump_traceback_later()
        return (
            evidence if isinstance(evidence, str) else [*evidence[1:3], evidence.margin, evidence.status, evidence[6]]
        )

    def outcome(self, evaluations: int) -> Nearest | None:
        """Return what a finished search of so many evaluations has found; None where there was none."""
        record = self._outcomes.get(evaluations)
        return None if record is None else nearest_of_record(self.claim, record)

    def finish(self, evaluations: int, nearest: Nearest) -> None:
        """Note the outcome of a finished search."""
        self._write({"evaluations": evaluations, "outcome": nearest.record()})

    def _write(self, line: dict[str, Any]):
        with self.file.open("a", encoding="utf-8") as file:
            file.write(_with_checksum(line))


def note_death(folder: Path | str, claim: Claim, seed: int) -> None:
    """Note that the process of a search died: the setting that it judged is a finding of the next call."""
    file = Notes(folder, claim, seed).file
    with file.open("a", encoding="utf-8") as notes:
        notes.write(_with_checksum({"died": True}))


def approaches(folder: Path | str) -> Iterator[Approach]:
    """Return how far each search in a folder has come that is not finished."""
    for file in sorted(Path(folder).glob("*.jsonl")):
        try:
            lines, _ = _lines(file)
        except ValueError:  # its own search says what is wrong with it
            continue
        judgements = [line for line in lines if "count" in line]
        if judgements and not any("outcome" in line for line in lines):
            yield Approach(lines[0].get("id", ""), judgements[-1]["count"], judgements[-1]["closest"])


def _with_checksum(content):
    text = json.dumps(content)  # not strict JSON: nan and the infinities come back as they are
    return f"{text}\t{_checksum(text)}\n"


def _checksum(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lines(file):
    """Return the lines of a file of notes that are whole, and how many a kill, or a full disk, has torn."""
    found, damaged = [], 0
    for line in (content_of(file, "notes") or b"").decode("utf-8", "replace").splitlines():
        text, _, told = line.rpartition("\t")
        if told == _checksum(text):
            found.append(json.loads(text))
        else:
            damaged += 1
    return found, damaged


def _evidence(setting, sign, found):
    observed, expected, margin, status, interval = found
    return Evidence(Setting(setting), observed, expected, sign, margin, status, interval and tuple(interval))
