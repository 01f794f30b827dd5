"""The verdict on a claim: one type from the judge to the terminal, the files and the pages.

:meth:`Verdict.record` gives the plain data that ``verdicts.json`` and the checkpoints of a run hold, and
:func:`verdict_of_record` reads them, so that a verdict may come from another process or from an earlier run.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import median
from typing import NamedTuple

from flatlab.base.formulas import readable
from flatlab.base.plain_data import distinct, format_number, plain
from flatlab.evidence.outcomes import (
    STATUSES,
    VACUOUS,
    ControlResult,
    Evidence,
    evidence_of_records,
    evidence_records,
)
from flatlab.evidence.relations import FAILS, HOLDS, INCONCLUSIVE

BOUNDS = ("upper bound", "lower bound")
DECLARED = ("id", "title", "statement", "source", "origin", "kind")
OPTIONAL = ("vacuous", "tolerance", "level", "searched", "nearest", "certificate", "note", "error")


@dataclass(frozen=True, repr=False)
class Verdict:
    """What became of one claim, with what a reader needs of its declaration; it prints as a few lines.

    ``vacuous`` says that a bound is never within the factor that it is declared to be tight within; ``tolerance`` is
    that of the relation in words; ``level`` is ``measured``, or ``attacked`` where a search over ``searched`` settings
    has found no counterexample, and ``nearest`` the setting that it found nearest to one, or ``proved``
    where a ``certificate`` proves it, ``partly proved`` where that names what stays measured; ``error`` says why the
    claim could not be judged, where its code raised.

    >>> verify_claim("bartlett2023/scaling").status
    'holds'
    """

    id: str
    title: str
    statement: str
    source: str
    origin: str
    kind: str
    evidence: tuple[Evidence, ...]
    controls: tuple[ControlResult, ...]
    gradient_evaluations: int
    seconds: float
    vacuous: bool = False
    tolerance: str = ""
    level: str = "measured"
    searched: int = 0
    nearest: dict | None = None
    certificate: dict | None = None
    note: str = ""
    error: str = ""

    @property
    def paper(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def status(self) -> str:
        """``fails`` if any setting fails or a control does not break; ``vacuous``; else the weakest of the settings."""
        statuses = {item.status for item in self.evidence}
        if self.error or FAILS in statuses or not all(control.broke for control in self.controls):
            return FAILS
        if INCONCLUSIVE in statuses or not self.evidence:
            return INCONCLUSIVE
        return VACUOUS if self.vacuous else HOLDS

    @property
    def worst(self) -> Evidence | None:
        """The evidence that is nearest to failing, or has failed most; None without evidence."""
        return min(self.evidence, key=lambda item: item.order, default=None)

    @property
    def margin(self) -> float:
        """The margin of the worst setting; nan without evidence."""
        return self.worst.margin if self.worst else math.nan

    @property
    def tightest(self) -> float:
        """For a bound, the observed/bound ratio closest to 1 over the settings; else nan."""
        return tightest(self.kind, self.evidence)

    @property
    def typical(self) -> float:
        """For a bound, the median ratio observed/bound over the settings; else nan."""
        ratios = _ratios(self.kind, self.evidence)
        return median(ratios) if ratios else math.nan

    @property
    def controls_broken(self) -> str:
        """How many controls broke, of how many, as ``"3/3"``."""
        return f"{sum(control.broke for control in self.controls)}/{len(self.controls)}"

    @property
    def worst_cells(self) -> tuple[str, str, str, str]:
        """The worst evidence in short: observed, relation, expected, margin; dashes where there is none."""
        if self.worst is None:
            return "–", "–", "–", "–"
        _, observed, expected, relation, margin, *_ = self.worst
        observed, expected = distinct(observed, expected)
        return observed, relation, expected, format_number(margin, 3)

    @property
    def shortcomings(self) -> list[str]:
        """Why the claim does not pass, or what a reader must know of a passing one, a sentence each."""
        sentences = [f"it could not be judged: {self.error}"] if self.error else []
        worst = self.worst
        if worst and worst.status != HOLDS:
            words = "does not hold" if worst.status == FAILS else "cannot be told"
            sentences.append(f"{worst.words} {words}{worst.place}")
        sentences += [
            f"control {control.name!r} did not break it: {control.words}"
            for control in self.controls
            if not control.broke
        ]
        if self.vacuous:
            ratio = format_number(self.tightest)
            typical = format_number(self.typical)
            sentences.append(
                f"the bound is true and useless: observed/bound is {ratio} at the best, {typical} in the median"
            )
        return sentences

    def lines(self) -> list[str]:
        """Return the verdict in a few lines of text: the claim, its status, and the setting nearest to failing."""
        counted = f"{len(self.evidence)} settings, {self.controls_broken} controls broke"
        told = [f"{self.id} {self.status} ({self.level}): {self.title}", f"  {readable(self.statement)}"]
        if self.worst:
            margin = format_number(self.margin, 3)
            told.append(f"  nearest to failing: {self.worst.words}, margin {margin}{self.worst.place}")
        told.append(f"  {self.tolerance}; {counted}" if self.tolerance else f"  {counted}")
        return told + [f"  {sentence}" for sentence in self.shortcomings]

    def __repr__(self) -> str:
        """Return the lines of the verdict."""
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        """Return the verdict as a notebook shows it, formulas in LaTeX."""
        head, _, *rest = self.lines()
        parts = [f"<b>{escape(head)}</b>", escape(self.statement), *(escape(line.strip()) for line in rest)]
        return f"<div>{'<br>'.join(parts)}</div>"

    def record(self) -> dict:
        """Return the verdict as plain data, one entry of ``claims`` in ``verdicts.json``.

        Numbers are exact, nan is None and an infinity is text. ``worst`` is the place of the evidence nearest to
        failing. ``tightest``, ``typical``, ``vacuous``, ``nearest``, ``certificate``, ``note`` and ``error`` appear
        only where there is something to say.
        """
        record = {
            "id": self.id,
            "paper": self.paper,
            **{name: getattr(self, name) for name in DECLARED},
            "status": self.status,
            "margin": self.margin,
            "tolerance": self.tolerance,
            "settings": len(self.evidence),
            "worst": None if self.worst is None else self.evidence.index(self.worst),
            "level": self.level,
            "searched": self.searched,
            "gradient_evaluations": self.gradient_evaluations,
            "seconds": round(self.seconds, 3),
            "controls": [
                control._asdict() | {"evidence": evidence_records(control.evidence)} for control in self.controls
            ],
            "evidence": evidence_records(self.evidence),
        }
        if self.kind in BOUNDS:
            record |= {"tightest": self.tightest, "typical": self.typical, "vacuous": self.vacuous}
        kept = {"nearest": self.nearest, "certificate": self.certificate}
        record |= {name: value for name, value in kept.items() if value is not None}
        record |= {name: text for name, text in (("note", self.note), ("error", self.error)) if text}
        return {name: plain(value) for name, value in record.items()}


class Report(NamedTuple):
    """The verdicts of one run, and what they were computed with.

    >>> report_of([verify_claim("bartlett2023/scaling")], seed=1, budget="quick").claims[0].id
    'bartlett2023/scaling'
    """

    version: str
    seed: int
    budget: str
    environment: dict
    claims: tuple[Verdict, ...]


def verdict_of_record(record: dict) -> Verdict:
    """Return the verdict that :meth:`Verdict.record` wrote; what follows from the evidence is computed again."""
    controls = (
        ControlResult(**control | {"evidence": evidence_of_records(control.get("evidence", ()))})
        for control in record["controls"]
    )
    return Verdict(
        **{name: record[name] for name in DECLARED},
        evidence=evidence_of_records(record["evidence"]),
        controls=tuple(controls),
        gradient_evaluations=record["gradient_evaluations"],
        seconds=record["seconds"],
        **{name: record[name] for name in OPTIONAL if name in record},
    )


def tightest(kind: str, evidence: Iterable[Evidence]) -> float:
    """Return the ratio observed/bound closest to 1; nan for a claim that is no bound."""
    return min(_ratios(kind, evidence), key=lambda ratio: abs(math.log(ratio)), default=math.nan)


def tally_words(statuses: Sequence[str], broke: Sequence[bool]) -> str:
    """Return one sentence that counts the claims by their status, and the controls that broke."""
    shown = [status for status in reversed(STATUSES) if status != VACUOUS or VACUOUS in statuses]
    words = ", ".join(_count(statuses.count(status), status) for status in shown)
    return f"{len(statuses)} claim{_s(statuses)}: {words}; {sum(broke)} of {len(broke)} control{_s(broke)} broke"


def tally(verdicts: Sequence[Verdict]) -> str:
    """Return :func:`tally_words` of verdicts."""
    broke = [control.broke for verdict in verdicts for control in verdict.controls]
    return tally_words([verdict.status for verdict in verdicts], broke)


def _count(count, status):
    return f"{count} {status.rstrip('s') if status in (HOLDS, FAILS) and count != 1 else status}"


def _s(things):
    return "" if len(things) == 1 else "s"


def _ratios(kind, evidence):
    """Return the sizes of observed/bound, where there is a bound."""
    found = [abs(item.ratio) for item in evidence if item.ratio and math.isfinite(item.ratio)]
    return found if kind in BOUNDS else []
