r"""A verdict follows from the numbers: the worst of a setting counts, then the worst setting, and all controls."""

import math
import time
from dataclasses import replace
from statistics import median

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.judge import draw_settings, verify
from flatlab.evidence.relations import Close
from flatlab.evidence.verdict import verdict_of_record
from paper_checks.laboratory.problems.judged import Judged, order

STATUSES = ("fails", "vacuous", "inconclusive", "holds")
NONE = -1000.0  # stands for nan
ALL_BREAK = {"bound": 1.0, "control": -0.5, "moved": 60.0, "lost_above": 1000.0, "kind": "upper bound", "count": 5}


def judged(p, seed):
    """Return what the verdict says, in numbers, whether its record gives it back, and whether its time is possible."""
    begun = time.perf_counter()
    verdict = verify(p.claim, seed)
    timed = 0 < verdict.seconds <= time.perf_counter() - begun
    again = replace(verdict_of_record(verdict.record()), seconds=verdict.seconds)
    of_settings = [n for one in verdict.evidence for n in (STATUSES.index(one.status), one.margin, one.observed)]
    controls = [n for one in verdict.controls for n in (one.broke, len(one.evidence))]
    worst = verdict.evidence.index(verdict.worst)
    summary = [STATUSES.index(verdict.status), verdict.margin, verdict.tightest, verdict.typical, worst]
    summary += [repr(again) == repr(verdict), timed]
    return [NONE if math.isnan(n) else float(n) for n in (*summary, *controls, *of_settings)]


def defined(p):
    """Return what ``judged`` returns, worked out from the definitions."""
    xs = [setting.x for setting in draw_settings(p.claim, p.seed)]
    evidence = [p.evidence(x, p.bound) for x in xs]
    broke = [_fails(p.evidence(x, p.control)) for x in xs]
    above = [failed for x, failed in zip(xs, broke) if x > 0.5][:3]
    moved = [_fails(p.evidence(p.moved, p.bound))] * len(xs[:3])
    controls = [(all(one), len(one)) for one in (broke[:3], above, moved)]
    controls.insert(1, (any(broke), len(broke)))
    values = [value for _, _, value in evidence if value and math.isfinite(value) and p.kind != "equality"]
    ratios = [abs(value / p.bound) for value in values]
    tightest = min(ratios, key=lambda ratio: abs(math.log(ratio)), default=math.nan)
    worst = min(range(len(xs)), key=lambda k: (evidence[k][0], round(order(evidence[k]), 9)))
    status = min(status for status, _, _ in evidence)
    if not all(broken for broken, _ in controls):
        status = 0
    elif status == 3 and abs(math.log(tightest)) > math.log(p.tight_within):
        status = 1
    summary = [status, evidence[worst][1], tightest, median(ratios) if ratios else math.nan, worst, 1, 1]
    numbers = (*summary, *(n for pair in controls for n in pair), *(n for one in evidence for n in one))
    return [NONE if math.isnan(n) else float(n) for n in numbers]


def _fails(one):
    return one[0] == 0 and not math.isnan(one[1])


CLAIM = Claim(
    id="laboratory/verdicts-follow-from-the-numbers",
    title="verdicts follow from the numbers",
    statement=r"""Of several numbers in a setting the one of smallest margin is the evidence, nan before all. The
        verdict is the worst status of the settings; it fails if a control does not break, in its first three settings
        or in any one as declared, and is vacuous if no ratio $o/b$ of a bound is within the declared factor of 1.""",
    source="Verdicts",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=Judged,
    observe=lambda p, rng: judged(p, p.seed),
    expect=defined,
    domain={
        "level": LogUniform(0.1, 10.0),
        "reach": Choice((0.0, 0.05, 0.3)),
        "kind": Choice(("upper bound", "equality")),
        "tight_within": LogUniform(1.0, 4.0),
        "count": Whole(1, 8),
        "bound": Choice((1.0, 2.0, -1.0)),
        "control": Uniform(-1.0, -0.01),
        "moved": Uniform(0.0, 60.0),
        "lost_above": Choice((0.9, 1000.0)),
        "seed": SEED,
    },
    corners=tuple(
        {**ALL_BREAK, "level": level, "reach": reach, "tight_within": within, "seed": 1}
        for level, reach, within in ((1.0, 0.3, 4.0), (0.1, 0.0, 1.5), (1.0, 0.0, 4.0))  # inconclusive, vacuous, holds
    ),
    quick=14,
    full=200,
    seconds=0.006,
    controls=(
        Control("settings of another seed", "other numbers are observed", observe=lambda p, rng: judged(p, p.seed + 1)),
        Control(
            "one less", "the last setting is missing", observe=lambda p, rng: [*judged(p, p.seed)[:-3], 9.0, 9.0, 9.0]
        ),
    ),
)
