"""Many seeds: how often claims that hold are not seen to hold, and whether their intervals err as often as they say.

A verdict other than ``holds`` is an alarm. At the suite's level a hundred seeds give none, if all claims are true and
all intervals honest; that says little of the intervals. So each is made again from the same data at the level
``RESCALED``, where the share of comparisons that fail is at most one in ten: more show an interval that is too narrow.

The record is a dict of plain data, one entry a claim, and grows from seed to seed; it is kept as a file. ``settings``
is their number over all seeds, ``seconds`` the core time of the cheapest verdict. An entry stands while its key is that
of the code at work; what is said of a record is said of those that stand.
"""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from scipy import stats

from flatlab.base.documents import CHECKSUM, sealed, unsealed
from flatlab.base.files import content_of, write_whole
from flatlab.base.plain_data import json_text
from flatlab.base.sources import sources_key
from flatlab.evidence.checkpoint import JUDGES
from flatlab.evidence.claim import Claim
from flatlab.evidence.code import code_of_verdict
from flatlab.evidence.intervals import FALSE_ALARM, Interval
from flatlab.evidence.judge import BUDGETS, comparisons, judge, judge_breach, verdict_of
from flatlab.evidence.relations import FAILS, HOLDS
from flatlab.evidence.sequences import DrawnFrom
from flatlab.simulation.forms import fewest_forms
from flatlab.storage.environment import commit

RESCALED = 0.1  # false alarms that a comparison is allowed in place of the suite's level
CHUNK = 10  # seeds of one claim in a row
TO_COMPILE = 10  # times what a verdict costs, the first may
COUNTS = ("comparisons", "undecided", "failed", "missed")


def judge_seeds(
    claims: dict[str, Claim], record: dict, seeds: int, *, budget: str = "quick", dearest: float = math.inf
) -> Iterator[str]:
    """Judge claims with the seeds 0, 1, … below ``seeds``, add to ``record`` and yield each id after a few seeds.

    What the record holds of a claim is not judged again, unless the code of the claim or of the judge has changed. A
    claim whose verdicts all take more than ``dearest`` seconds is left at one or two: the first may have compiled.
    """
    keys = keys_of(claims)
    for end in (1, 2, *range(CHUNK, seeds, CHUNK), seeds):
        for name, claim in claims.items():
            entry = record.get(name)
            if entry is None or entry["key"] != keys[name]:
                entry = record[name] = _new(keys[name])
            allowed = dearest * (TO_COMPILE if entry["seeds"] == 1 else 1)
            if entry["seeds"] >= min(end, seeds) or (entry["seeds"] and entry["seconds"] > allowed):
                continue
            for seed in range(entry["seeds"], min(end, seeds)):
                _add(entry, claim, seed, budget)
            yield name


def keys_of(claims: dict[str, Claim]) -> dict[str, str]:
    """Return a key of the code of each verdict; of all that a module imports where its source shows no claim."""
    return {
        name: code_of_verdict(claim) or sources_key((claim.observe.__module__, *JUDGES))
        for name, claim in claims.items()
    }


def standing(record: dict, keys: dict[str, str]) -> dict:
    """Return the entries whose key is that of the code at work, as :func:`keys_of` gives it."""
    return {name: entry for name, entry in record.items() if entry["key"] == keys.get(name)}


def merge(record: dict, other: dict, keys: dict[str, str]) -> None:
    """Add to a record the entries of another: of two of one claim the one that stands, then that of more seeds."""
    ours, theirs = standing(record, keys), standing(other, keys)
    for name, entry in other.items():
        known = record.get(name)
        if known is None or (name in theirs, entry["seeds"]) > (name in ours, known["seeds"]):
            record[name] = entry


def _new(key):
    return {
        "key": key,
        "commit": commit(),
        "seeds": 0,
        "settings": 0,
        "seconds": math.inf,
        "alarms": {},
        **dict.fromkeys(COUNTS, 0),
    }


def _add(entry, claim, seed, budget):
    """Judge a claim with its controls and add what came of it, with the comparisons at the rescaled level."""
    begun, observed = time.process_time(), {}
    try:
        with fewest_forms():
            evidence = judge(claim, seed, budget, observed)
            shared = observed if budget == "quick" else {}
            controls = tuple(judge_breach(claim, control, seed, observed=shared) for control in claim.controls)
        verdict = verdict_of(claim, evidence, controls)
        alarm = "" if verdict.status == HOLDS else "; ".join(verdict.shortcomings)
        entry["settings"] += len(evidence)
    except Exception as error:
        evidence, alarm = (), f"{type(error).__name__}: {error}"
    entry["seconds"] = min(entry["seconds"], round(time.process_time() - begun, 4))
    entry["seeds"] = seed + 1
    if alarm:
        entry["alarms"][str(seed)] = alarm
    for place, item in enumerate(evidence):
        for name, count in rescaled(claim, item.setting, observed[place][0], RESCALED).items():
            entry[name] += count


def rescaled(claim: Claim, setting: dict, observed: object, false_alarm: float) -> dict[str, int]:
    """Count the comparisons of what was observed in a setting when they are made at another level.

    ``comparisons`` are those whose level is known: intervals of :mod:`flatlab.evidence.intervals`, and samples that are
    held against a law; of these, ``failed`` do not hold, ``undecided`` do not decide, and in ``missed`` the interval
    does not cover the stated number.
    """
    many = observed if isinstance(observed, (list, tuple)) and not isinstance(observed, Interval) else [observed]
    if isinstance(claim.relation, DrawnFrom):
        again = replace(claim, relation=replace(claim.relation, false_alarm=false_alarm))
        taken = comparisons(again, setting, None, observed=[observed])
    else:
        made = [one.at_level(1 - false_alarm) if isinstance(one, Interval) else one for one in many]
        known = any(isinstance(one, Interval) for one in many)
        taken = comparisons(claim, setting, None, observed=[made]) if known else []
        taken = [pair for pair in taken if isinstance(pair[0], Interval)]
    statuses = [finding.status for _, finding in taken]
    covers = [one.low <= found.expected <= one.high for one, found in taken if isinstance(one, Interval)]
    failed = statuses.count(FAILS)
    undecided = len(statuses) - failed - statuses.count(HOLDS)
    missed = covers.count(False) if covers else failed
    return dict(zip(COUNTS, (len(taken), undecided, failed, missed)))


def most_false_alarms(count: int, false_alarm: float = RESCALED) -> int:
    """Return how many of so many comparisons may fail: more have a probability below the suite's, 1e-6."""
    return int(stats.binom.isf(FALSE_ALARM, count, false_alarm)) if count else 0


def overconfident(record: dict) -> list[str]:
    """Return the claims whose rescaled comparisons fail more often than their level allows."""
    return [name for name, entry in record.items() if entry["failed"] > most_false_alarms(entry["comparisons"])]


def summary(record: dict, budget: str) -> str:
    """Return one sentence for all entries of a record."""
    total = {name: sum(entry[name] for entry in record.values()) for name in ("seeds", *COUNTS)}
    alarms, most = sum(len(entry["alarms"]) for entry in record.values()), most_false_alarms(total["comparisons"])
    return (
        f"{len(record)} claims, {total['seeds']} {budget} verdicts, {alarms} alarms; at a level of {RESCALED:g} "
        f"{total['failed']} of {total['comparisons']} comparisons fail, at most {most} may; "
        f"{total['missed']} intervals miss the stated number"
    )


def read_record(path: Path | str) -> dict:
    """Return the record in a file, by budget; empty ones where there is no file."""
    content = content_of(path, "record")
    kept = {} if content is None else unsealed(content, f"record must be a file of `flatlab seeds`, {str(path)!r}")
    return {budget: kept.get(budget, {}) for budget in BUDGETS}


def write_record(path: Path | str, record: dict) -> Path:
    """Write a record, one line a claim."""
    parts = (_lines(record[budget]) for budget in record)
    body = ",\n".join(f'"{budget}": {{\n{part}\n}}' for budget, part in zip(record, parts))
    return write_whole(path, f'{{\n"{CHECKSUM}": "{sealed(record)[CHECKSUM]}",\n{body}\n}}\n')


def _lines(entries: dict) -> Iterable[str]:
    return ",\n".join(f"{json_text(name)}: {json_text(entries[name])}" for name in sorted(entries))
