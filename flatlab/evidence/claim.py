"""A claim: one statement of a paper, declared once, with its settings, its judgement and its controls.

A module declares a claim by binding a :class:`Claim`, or a list of them, at its top level. The
command line, the tests, the experiments and the report all read that declaration.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flatlab.evidence.relations import FAILS, HOLDS, INCONCLUSIVE, Estimate

ORIGINS = ("quoted", "derived", "reconstructed")
KINDS = ("equality", "upper bound", "lower bound", "rate", "probability", "ordering")


class HypothesisError(ValueError):
    """A setting outside what the statement assumes."""


@dataclass(frozen=True)
class Control:
    """A deliberate breach of a claim, under which its conclusion must fail.

    Parameters
    ----------
    name, why : str
        What is broken, and why the conclusion must then fail.
    observe, expect : callable, optional
        Replace the claim's own.
    change : callable, optional
        Maps a setting to a breached setting; None leaves the setting out.
    everywhere : bool
        Whether every setting must fail (the default) or one counterexample is enough, as for a
        bound that a wrong constant violates only where it is tight.
    """

    name: str
    why: str
    observe: Callable | None = None
    expect: Callable | None = None
    change: Callable | None = None
    everywhere: bool = True


@dataclass(frozen=True)
class Claim:
    """One statement, with all that is needed to judge it.

    Parameters
    ----------
    id : str
        ``paper/statement``.
    title : str
        A few words.
    statement : str
        One sentence, formulas in LaTeX.
    source : str
        Paper, versioned arXiv id and place; or the heading of the derivation.
    origin : str
        ``quoted``, ``derived`` or ``reconstructed``.
    kind : str
        One of ``KINDS``.
    relation : object
        How observed and expected are compared.
    observe : callable
        ``observe(setting, rng)`` returns a number, an :class:`Estimate`, or a sequence of them.
    expect : callable
        ``expect(setting)`` returns the stated value or bound, of the same shape or one number for all.
    domain : dict
        Parameter name to range; a search for counterexamples runs over the same ranges.
    corners : sequence of dict
        Hand-picked settings, judged beside the random ones.
    hypotheses : dict
        What the statement assumes, in words, to a predicate of the setting.
    controls : sequence of Control
    quick, full : int
        Number of random settings in each budget.
    note : str
        What a reader of the report should know.
    """

    id: str
    title: str
    statement: str
    source: str
    origin: str
    kind: str
    relation: Any
    observe: Callable
    expect: Callable
    controls: Sequence[Control]
    domain: dict = field(default_factory=dict)
    corners: Sequence[dict] = ()
    hypotheses: dict = field(default_factory=dict)
    quick: int = 4
    full: int = 100
    note: str = ""

    def __post_init__(self):
        """Refuse a declaration that no reader could judge."""
        if self.origin not in ORIGINS:
            raise ValueError(f"origin of {self.id} must be one of {', '.join(ORIGINS)}, got {self.origin!r}")
        if self.kind not in KINDS:
            raise ValueError(f"kind of {self.id} must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if self.id.count("/") != 1:
            raise ValueError(f"id must have the form paper/statement, got {self.id!r}")
        if not self.controls:
            raise ValueError(f"controls of {self.id} must hold at least one deliberate breach, got none")
        names = [control.name for control in self.controls]
        if len(set(names)) < len(names):
            raise ValueError(f"controls of {self.id} must have different names, got {names}")

    @property
    def paper(self):
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    def settings(self, rng, count):
        """Return the corners and ``count`` random settings drawn from the domain with ``rng``."""
        drawn = [{name: values.draw(rng) for name, values in self.domain.items()} for _ in range(count)]
        return [*({**corner} for corner in self.corners), *drawn]

    def check(self, setting):
        """Refuse a setting that breaks a hypothesis."""
        for words, holds in self.hypotheses.items():
            if not holds(setting):
                raise HypothesisError(f"{self.id} assumes that {words}; the setting {setting} breaks this")


class Evidence(NamedTuple):
    """One setting, judged."""

    setting: dict
    observed: float
    expected: float
    relation: str
    margin: float
    status: str
    ratio: float
    interval: tuple | None = None


class ControlResult(NamedTuple):
    """Whether a control broke the conclusion, and the evidence."""

    name: str
    broke: bool
    evidence: tuple


@dataclass(frozen=True)
class Verdict:
    """What became of one claim; ``error`` says why it could not be judged, where its code raised."""

    claim: Claim
    evidence: tuple
    controls: tuple
    gradient_evaluations: int
    seconds: float
    error: str = ""

    @property
    def status(self):
        """``fails`` if any setting fails or any control does not break; else the weakest of the settings."""
        statuses = {item.status for item in self.evidence}
        if self.error or FAILS in statuses or not all(control.broke for control in self.controls):
            return FAILS
        return INCONCLUSIVE if INCONCLUSIVE in statuses or not self.evidence else HOLDS

    @property
    def worst(self):
        """The evidence with the smallest margin."""
        return min(self.evidence, key=lambda item: -math.inf if math.isnan(item.margin) else item.margin)

    @property
    def margin(self):
        """The smallest margin of all settings; nan without evidence."""
        return self.worst.margin if self.evidence else math.nan

    @property
    def tightest(self):
        """For a bound, the observed/bound ratio closest to 1 over the settings; else nan."""
        ratios = [abs(item.ratio) for item in self.evidence if item.ratio and math.isfinite(item.ratio)]
        if self.claim.kind not in ("upper bound", "lower bound") or not ratios:
            return math.nan
        return min(ratios, key=lambda ratio: abs(math.log(ratio)))

    @property
    def vacuous(self):
        """Whether a bound is never within the factor it is declared to be tight within."""
        within = getattr(self.claim.relation, "tight_within", math.inf)
        return not math.isnan(self.tightest) and abs(math.log(self.tightest)) > math.log(within)


def judge_setting(claim, setting, rng, observe=None, expect=None):
    """Judge one setting of a claim and return its :class:`Evidence`.

    Parameters
    ----------
    claim : Claim
    setting : dict
    rng : numpy.random.Generator
    observe, expect : callable, optional
        In place of the claim's own, for a control.

    Returns
    -------
    Evidence
        Of the entry with the smallest margin, where several numbers are compared.
    """
    observed = (observe or claim.observe)(setting, rng)
    expected = (expect or claim.expect)(setting)
    many = _entries(observed)
    bounds = _entries(expected)
    if len(bounds) == 1:
        bounds = bounds * len(many)
    if len(many) != len(bounds) or not many:
        raise ValueError(f"{claim.id} compares {len(many)} observed with {len(bounds)} expected numbers")
    findings = [claim.relation.judge(o, e) for o, e in zip(many, bounds)]
    at = min(range(len(findings)), key=lambda k: _order(findings[k]))
    worst = findings[at]
    interval = (many[at].low, many[at].high) if isinstance(many[at], Estimate) else None
    return Evidence(
        setting, worst.observed, worst.expected, claim.relation.sign, worst.margin, worst.status, worst.ratio, interval
    )


def judge_control(claim, control, settings, rngs):
    """Judge a control over settings and return its :class:`ControlResult`.

    A control must be seen to fail for the reason it gives: a nan is not a break.

    Parameters
    ----------
    claim : Claim
    control : Control
    settings : sequence of dict
    rngs : sequence of numpy.random.Generator
        One for each setting.

    Returns
    -------
    ControlResult
    """
    evidence = []
    for setting, rng in zip(settings, rngs):
        breached = setting if control.change is None else control.change(dict(setting))
        if breached is not None:
            evidence.append(judge_setting(claim, breached, rng, control.observe, control.expect))
    failed = [item.status == FAILS and not math.isnan(item.margin) for item in evidence]
    broke = bool(failed) and (all(failed) if control.everywhere else any(failed))
    return ControlResult(control.name, broke, tuple(evidence))


def _order(finding):
    return -math.inf if math.isnan(finding.margin) else finding.margin


def _entries(values):
    if isinstance(values, Estimate) or not hasattr(values, "__len__"):
        return [values if isinstance(values, Estimate) else float(values)]
    return [value if isinstance(value, Estimate) else float(value) for value in values]
