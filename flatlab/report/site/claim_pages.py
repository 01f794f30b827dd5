"""The overview of all claims, and a page for each: statement, verdict, evidence over the domain, controls, code."""

import inspect
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flatlab.base.plain_data import distinct, json_text, plain
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.outcomes import STATUSES
from flatlab.report.site import charts
from flatlab.report.site.entries import UNJUDGED, Entry
from flatlab.report.site.frame import Frame
from flatlab.report.site.papers import Paper

NEAREST = 5
FACETS = ("paper", "status", "level", "origin", "kind")


def add_overview(frame: Frame, entries: Mapping[str, Entry], papers: Mapping[str, Paper], run: str) -> None:
    """Make the page that lists all claims, with its filters."""
    facets = {name: sorted(Counter(getattr(entry, name) for entry in entries.values()).items()) for name in FACETS}
    order = [*reversed(STATUSES), UNJUDGED]
    facets["status"].sort(key=lambda item: order.index(item[0]))
    shown = {name: [entry for entry in entries.values() if entry.paper == name] for name in _papers(entries)}
    broken = [control.broke for entry in entries.values() if entry.verdict for control in entry.verdict.controls]
    frame.page("index.html", "overview.html", facets=facets, shown=shown, papers=papers, run=run, broken=broken)


def add_claims(frame: Frame, entries: Mapping[str, Entry], papers: Mapping[str, Paper]) -> None:
    """Make a page for each claim."""
    listed = list(entries.values())
    for k, entry in enumerate(listed):
        frame.page(
            entry.address,
            "claim.html",
            section="index.html",
            entry=entry,
            paper=papers.get(entry.paper),
            before=listed[k - 1] if k else None,
            after=listed[k + 1] if k + 1 < len(listed) else None,
            domain=_domain(entry),
            source=_source(entry),
            certificate=_certificate(entry),
            **_evidence(entry),
        )


def _papers(entries):
    return dict.fromkeys(entry.paper for entry in entries.values())


def _evidence(entry):
    """Return the drawings of the evidence and the settings nearest to failing."""
    if entry.verdict is None or not entry.verdict.evidence:
        return {"drawn": [], "compared": None, "histogram": None, "nearest": [], "names": [], "kinds": []}
    evidence = entry.verdict.evidence
    kinds = _kinds(entry)
    names = list(dict.fromkeys(name for item in evidence for name in item.setting))
    domain = entry.claim.domain if entry.claim else {}
    varied = [name for name in names if len({json_text(item.setting.get(name)) for item in evidence}) > 1]
    varied = [name for name in varied if domain.get(name) != SEED]
    complete = [item for item in evidence if all(name in item.setting for name in varied)]
    drawn = []
    for name in varied:
        ends, log = _ends(domain.get(name))
        picked = [kind for item, kind in zip(evidence, kinds) if all(key in item.setting for key in varied)]
        drawn.append(charts.margins_against(name, complete, picked, ends, log))
    return {
        "drawn": drawn,
        "compared": charts.observed_against_stated(evidence, kinds, evidence[0].relation),
        "histogram": charts.histogram(evidence) if len(evidence) > 1 else None,
        "nearest": [
            (item, distinct(item.observed, item.expected))
            for item in sorted(evidence, key=lambda item: item.order)[:NEAREST]
        ],
        "names": names,
        "kinds": [(kind, kinds.count(kind)) for kind in ("drawn", "corner", "kept") if kind in kinds],
    }


def _kinds(entry):
    """Return of each setting whether it was hand-picked, drawn, or kept by a search."""
    claim, verdict = entry.claim, entry.verdict
    corners = [plain({**claim.fixed, **corner}) for corner in (*claim.corners, *claim.full_corners)] if claim else []
    last = len(verdict.evidence) - 1
    found = []
    for k, item in enumerate(verdict.evidence):
        kept = verdict.nearest is not None and k == last and item.setting == verdict.nearest
        found.append("kept" if kept else "corner" if item.setting in corners or not item.setting else "drawn")
    return found


def _ends(range_):
    if isinstance(range_, (Uniform, LogUniform, Whole)):
        return (range_.low, range_.high), isinstance(range_, LogUniform) or getattr(range_, "log", False)
    return None, False


def _domain(entry):
    """Return each parameter with its range in words, and the constants."""
    if entry.claim is None:
        return []
    corners = (*entry.claim.corners, *entry.claim.full_corners)
    ranges = [(name, range_words(range_)) for name, range_ in entry.claim.domain.items()]
    for name, value in entry.claim.fixed.items():
        varied = any(corner.get(name, value) != value for corner in corners)
        ranges.append((name, f"{'' if varied else 'always '}{json_text(value)}{' where drawn' if varied else ''}"))
    return ranges


def range_words(range_: Any) -> str:
    """Return a range in words."""
    if isinstance(range_, Choice):
        return "one of " + ", ".join(value if isinstance(value, str) else json_text(value) for value in range_.values)
    if not isinstance(range_, (Uniform, LogUniform, Whole)):
        return str(range_)
    if range_ == SEED:
        return "a seed of the problem"
    numbers = (
        f"{range_.low:g} to {range_.high:g}" if not isinstance(range_, Whole) else f"{range_.low} to {range_.high}"
    )
    whole = "whole numbers from " if isinstance(range_, Whole) else ""
    log = isinstance(range_, LogUniform) or getattr(range_, "log", False)
    return f"{whole}{numbers}, {'evenly in the logarithm' if log else 'evenly'}"


def _source(entry):
    return inspect.getsource(entry.module) if entry.module is not None else ""


def _certificate(entry):
    """Return the name, the text and the parts of a certificate; None where there is none."""
    path = entry.certificate
    if path is None:
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        content = json.loads(text)
    except ValueError:
        content = {}
    parts = content.get("parts", []) if isinstance(content, dict) else []
    return {"name": path.name, "text": text, "parts": [part for part in parts if isinstance(part, dict)]}
