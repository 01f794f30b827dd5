"""Judging claims: settings from a seed, evidence, controls on the same random numbers, verdicts."""

import math
import time
import zlib
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from flatlab.base import checks
from flatlab.evidence.claim import Claim, Control, Setting, source_text
from flatlab.evidence.levels import certificate_of, evidence_level
from flatlab.evidence.nearest import judged_setting, kept_setting
from flatlab.evidence.outcomes import ControlResult, Evidence, control_result
from flatlab.evidence.parts import Part
from flatlab.evidence.relations import Estimate, Finding, tolerance_words
from flatlab.evidence.verdict import Verdict, tightest
from flatlab.simulation.cost import tally
from flatlab.simulation.forms import fewest_forms

BUDGETS = ("quick", "full")
DEFAULT_SEED = 20231
MOST_REDRAWS = 1000
MOST_BREACHES = 3  # settings that a control which must break everywhere is judged on


def draw_settings(claim: Claim, seed: int = DEFAULT_SEED, budget: str = "quick") -> list[Setting]:
    """Return the settings that a claim is judged on, the corners first.

    They depend on the seed, the budget and the claim's id only: adding a claim changes no other, and the full budget
    uses other draws than the quick one. A draw that breaks a hypothesis of the claim is drawn again; a corner that does
    is refused, and so is a domain that hardly meets the hypotheses.
    """
    checks.one_of("budget", budget, BUDGETS)
    rng = np.random.default_rng(_key(claim, seed, budget))
    wanted = claim.quick if budget == "quick" else claim.full
    kept = claim.settings(rng, 0)
    if budget == "full":
        kept += [Setting({**claim.fixed, **corner}) for corner in claim.full_corners]
    for corner in kept:
        claim.check(corner)
    if not claim.domain:
        return kept
    for _ in range(wanted):
        for _ in range(MOST_REDRAWS):
            (setting,) = claim.settings(rng, 1)[len(claim.corners) :]
            if all(holds(setting) for holds in claim.hypotheses.values()):
                kept.append(setting)
                break
        else:
            raise ValueError(f"domain of {claim.id} must meet its hypotheses, {MOST_REDRAWS} draws in a row did not")
    return kept


def judge(
    claim: Claim, seed: int = DEFAULT_SEED, budget: str = "quick", observed: dict[int, list] | None = None
) -> tuple[Evidence, ...]:
    """Return the evidence of a claim, without its controls; last at the setting that a search has kept, if any.

    ``observed`` maps the number of a setting to what was observed there: what it holds is not observed again, what it
    lacks is added.
    """
    settings = _all_settings(claim, seed, budget)
    return _judge(claim, settings, _rngs(claim, seed, budget, settings), {} if observed is None else observed)


def judge_breach(
    claim: Claim,
    control: Control,
    seed: int = DEFAULT_SEED,
    budget: str = "quick",
    observed: dict[int, list] | None = None,
) -> ControlResult:
    """Return what became of one control, on settings of its claim and their random numbers.

    ``observed`` is as for :func:`judge`, for a control that observes what its claim does.
    """
    settings = draw_settings(claim, seed, budget)
    return judge_control(claim, control, settings, _rngs(claim, seed, budget, settings), observed)


def verify(claim: Claim, seed: int = DEFAULT_SEED, budget: str = "quick") -> Verdict:
    """Judge a claim and all its controls.

    The controls run on settings of the quick budget, in the full one too (:func:`breaches`).
    """
    return joined(claim, [judge_part(claim, seed, budget)])


def judge_part(claim: Claim, seed: int, budget: str, low: int = 0, high: int | None = None) -> Part:
    """Judge a claim and its controls on the settings number ``low`` to ``high`` of the budget, the last one left out.

    A control is judged on those of its settings that have the same numbers.
    """
    begun = time.perf_counter()
    with fewest_forms(), tally() as count:
        observed = {}  # in the quick budget: of the claim, and of the controls that replace the expectation only
        settings = _all_settings(claim, seed, budget)
        here = range(len(settings))[low:high]
        evidence = _judge(claim, settings, _rngs(claim, seed, budget, settings), observed, here)
        if budget != "quick":
            observed = {}
        settings = draw_settings(claim, seed)
        rngs = _rngs(claim, seed, "quick", settings)
        here = range(len(settings))[low:high]
        controls = tuple(
            tuple(_breach_evidence(claim, control, settings, rngs, observed, here)) for control in claim.controls
        )
    return Part(evidence, controls, count.gradients, time.perf_counter() - begun)


def joined(claim: Claim, parts: Sequence[Part]) -> Verdict:
    """Return the verdict on a claim from its parts, in the order of the settings; the first error stands for all."""
    seconds, gradients = sum(part.seconds for part in parts), sum(part.gradients for part in parts)
    errors = [part.error for part in parts if part.error]
    if errors:
        return verdict_of(claim, seconds=seconds, error=errors[0])
    evidence = tuple(item for part in parts for item in part.evidence)
    controls = (
        control_result(
            control.name,
            control.why,
            claim.relation,
            [item for part in parts for item in part.controls[k]],
            control.everywhere,
        )
        for k, control in enumerate(claim.controls)
    )
    return verdict_of(claim, evidence, tuple(controls), gradients, seconds)


def breaches(control: Control, settings: Sequence[dict]) -> dict[int, dict]:
    """Return the breached settings that a control is judged on, by their place among the settings of its claim.

    They are the first three that it does not leave out; all of them for a control that one counterexample suffices.
    """
    breached = ((place, control.breached(setting)) for place, setting in enumerate(settings))
    kept = ((place, setting) for place, setting in breached if setting is not None)
    return dict(islice(kept, MOST_BREACHES if control.everywhere else None))


def count_settings(claim: Claim, budget: str) -> int:
    """Return how many settings a claim is judged on, without drawing them; that of a search counts."""
    corners = len(claim.corners) + (len(claim.full_corners) if budget == "full" else 0)
    drawn = (claim.quick if budget == "quick" else claim.full) if claim.domain else 0
    return max(corners + drawn, 1) + (judged_setting(claim, budget) is not None)


def judge_setting(
    claim: Claim,
    setting: dict,
    rng: np.random.Generator | None,
    control: Control | None = None,
    observed: list | None = None,
) -> Evidence:
    """Judge one setting of a claim; of several numbers that are compared, the one of smallest margin is the evidence.

    The parts of a control replace those of the claim; its ``change`` is not applied. ``observed`` holds what was
    observed in this setting before, and is filled where it is empty.
    """
    compared = comparisons(claim, setting, rng, control, observed)
    measured, worst = min(compared, key=lambda pair: _order(pair[1]))
    interval = (measured.low, measured.high) if isinstance(measured, Estimate) else None
    found = worst.observed, worst.expected, claim.relation.sign, worst.margin, worst.status
    return Evidence(Setting(setting), *found, interval)


def judged(claim: Claim, setting: dict, *seeds: int) -> Evidence | str:
    """Return the evidence of a setting on the random numbers of these seeds, or what its code raised, in a line."""
    rng = np.random.default_rng([*seeds, zlib.crc32(claim.id.encode())])
    try:
        return judge_setting(claim, setting, rng)
    except Exception as error:  # an exception inside the domain is a finding
        return " ".join(f"{type(error).__name__}: {error}".split())


def comparisons(
    claim: Claim,
    setting: dict,
    rng: np.random.Generator | None,
    control: Control | None = None,
    observed: list | None = None,
) -> list[tuple[Any, Finding]]:
    """Return each thing that was observed in a setting with its finding; the arguments are as for judge_setting."""
    setting = Setting(setting)
    problem, observe, expect = (_part(claim, control, name) for name in ("problem", "observe", "expect"))
    about = setting if problem is None else problem(**setting)
    observed = [] if observed is None else observed
    if not observed:
        observed.append(observe(about, rng))
    many, bounds = _read(claim.relation, observed[0], expect(about) if callable(expect) else expect)
    if len(bounds) == 1:
        bounds = bounds * len(many)
    if len(many) != len(bounds) or not many:
        raise ValueError(f"{claim.id} compares {len(many)} observed with {len(bounds)} expected numbers")
    return [(one, claim.relation.judge(one, bound)) for one, bound in zip(many, bounds)]


def judge_control(
    claim: Claim,
    control: Control,
    settings: Sequence[dict],
    rngs: Sequence[np.random.Generator | None],
    observed: dict[int, list] | None = None,
) -> ControlResult:
    """Judge a control over settings, each with its generator; ``observed`` is as for :func:`judge_breach`."""
    evidence = _breach_evidence(claim, control, settings, rngs, observed)
    return control_result(control.name, control.why, claim.relation, evidence, control.everywhere)


def _all_settings(claim, seed, budget):
    kept = judged_setting(claim, budget)
    return draw_settings(claim, seed, budget) + ([] if kept is None else [kept])


def _judge(claim, settings, rngs, observed, here=None):
    return tuple(
        judge_setting(claim, settings[place], rngs[place], observed=observed.setdefault(place, []))
        for place in (range(len(settings)) if here is None else here)
    )


def _breach_evidence(claim, control, settings, rngs, observed, here=None):
    same = control.problem is control.observe is control.change is None
    observed = observed if same and observed is not None else {}
    return [
        judge_setting(claim, breached, rngs[place], control, observed.setdefault(place, []))
        for place, breached in breaches(control, settings).items()
        if here is None or place in here
    ]


def verdict_of(
    claim: Claim,
    evidence: tuple[Evidence, ...] = (),
    controls: tuple[ControlResult, ...] = (),
    gradient_evaluations: int = 0,
    seconds: float = 0.0,
    error: str = "",
) -> Verdict:
    """Return the verdict on a claim from what its judgement gave; ``error`` says what its code raised."""
    ratio, (level, searched) = tightest(claim.kind, evidence), evidence_level(claim)
    proof = certificate_of(claim)
    within = getattr(claim.relation, "tight_within", math.inf)
    return Verdict(
        **{name: getattr(claim, name) for name in ("id", "title", "statement", "origin", "kind", "note")},
        source=source_text(claim),
        evidence=evidence,
        controls=controls,
        gradient_evaluations=gradient_evaluations,
        seconds=seconds,
        vacuous=not math.isnan(ratio) and abs(math.log(ratio)) > math.log(within),
        tolerance=tolerance_words(claim.relation),
        level=level,
        searched=searched,
        nearest=kept_setting(claim),
        certificate=None if proof is None else proof.record(),
        error=error,
    )


def _key(claim, seed, budget):
    return [checks.seed("seed", seed), BUDGETS.index(budget), zlib.crc32(claim.id.encode())]


def _rngs(claim, seed, budget, settings):
    return [np.random.default_rng([*_key(claim, seed, budget), 1 + k]) for k in range(len(settings))]


def _order(finding):
    return -math.inf if math.isnan(finding.margin) else finding.margin


def _entries(values):
    if isinstance(values, Estimate) or not hasattr(values, "__len__"):
        return [values if isinstance(values, Estimate) else float(values)]
    return [value if isinstance(value, Estimate) else float(value) for value in values]


def _read(relation, observed, expected):
    """Return what is observed and what is stated as lists of what the relation compares."""
    if getattr(relation, "samples", False):
        return [observed], [expected]
    read = _vectors if getattr(relation, "vectors", False) else _entries
    return read(observed), read(expected)


def _vectors(values):
    """Return one vector, or several of them, as a list of lists of numbers."""
    rows = list(values) if hasattr(values, "__len__") else [values]
    rows = rows if rows and hasattr(rows[0], "__len__") else [rows]
    return [[float(entry) for entry in row] for row in rows]


def _part(claim, control, name):
    """Return a part of the control if it has one, else the claim's."""
    part = getattr(control, name, None)
    return getattr(claim, name) if part is None else part
