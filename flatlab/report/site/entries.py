"""What the site is about: claims with their verdicts, figures, experiments and papers, linked to one another."""

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flatlab.evidence.checkpoint import claim_homes
from flatlab.evidence.claim import Claim, source_text
from flatlab.evidence.levels import evidence_level
from flatlab.evidence.verdict import Report, Verdict
from flatlab.report.results import ROW

UNJUDGED = "not judged"
CERTIFICATES = "certificates"


@dataclass(frozen=True)
class Entry:
    """A claim as the site shows it: its declaration, its verdict and what shows it, as far as they are there."""

    id: str
    claim: Claim | None = None
    verdict: Verdict | None = None
    row: Mapping[str, str] = field(default_factory=dict)
    module: Any = None
    figures: tuple["Figure", ...] = ()

    def __getattr__(self, name: str) -> Any:
        """Return title, statement, kind, origin or note: of the verdict, which is what was judged, else as declared."""
        if name not in ("title", "statement", "kind", "origin", "note"):
            raise AttributeError(name)
        return getattr(self.verdict or self.claim, name)

    @property
    def paper(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The part of the id after the slash."""
        return self.id.partition("/")[2]

    @property
    def headline(self) -> str:
        """The title with a capital."""
        return self.title[:1].upper() + self.title[1:]

    @property
    def address(self) -> str:
        """Where its page lies in the site."""
        return f"claims/{self.paper}/{self.name}.html"

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the paper's README that state or prove it."""
        source = self.claim.source if self.claim else ()
        return (source,) if isinstance(source, str) else tuple(source)

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return source_text(self.claim) if self.claim else getattr(self.verdict, "source", "")

    @property
    def status(self) -> str:
        """What the last run said of it, or what the page of results says."""
        return self.verdict.status if self.verdict else self.row.get("status", UNJUDGED)

    @property
    def level(self) -> str:
        """How far its evidence came."""
        if self.verdict:
            return self.verdict.level
        return self.row.get("level") or (evidence_level(self.claim)[0] if self.claim else UNJUDGED)

    @property
    def cells(self) -> tuple[str, ...]:
        """Observed, relation, stated and margin of the setting nearest to failing."""
        return self.verdict.worst_cells if self.verdict else tuple(self.row.get("cells", "–" * 4))

    @property
    def controls_broken(self) -> str:
        """How many controls broke, of how many."""
        return self.verdict.controls_broken if self.verdict else self.row.get("controls", "–")

    @property
    def settings(self) -> str:
        """On how many settings it was judged."""
        return str(len(self.verdict.evidence)) if self.verdict else self.row.get("settings", "–")

    @property
    def certificate(self) -> Path | None:
        """The file of its certificate beside the paper; None where there is none."""
        home = Path(getattr(self.module, "__file__", "") or "").parent
        found = sorted((home / CERTIFICATES).glob(f"{self.name}.*")) if self.module else []
        return found[0] if found else None


@dataclass(frozen=True)
class Figure:
    """A figure: its script, what is seen (``title``), how to read it, and what made its record."""

    name: str
    path: Path
    record: str
    shows: tuple[str, ...]
    title: str
    caption: str
    command: str = ""

    @property
    def picture(self) -> Path:
        """The picture in the gallery."""
        return self.path.parent / "gallery" / f"{self.name}.png"

    @property
    def short(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Experiment:
    """An experiment: its script, its question, its options and its stored record."""

    name: str
    path: Path
    question: str
    summary: str
    options: tuple[tuple[str, str, str], ...]
    record: Path


def entries(
    claims: Mapping[str, Claim], reports: Iterable[Report], lines: Mapping[str, str], figures: Iterable[Figure]
) -> dict[str, Entry]:
    """Return the claims and those of reports, by id; a later report goes before an earlier one.

    lines : rows of the pages of results, by id
    """
    verdicts = {verdict.id: verdict for report in reports for verdict in report.claims}
    rows = {name: _row(line) for name, line in lines.items()}
    homes = claim_homes(dict(claims))
    figures = list(figures)
    return {
        name: Entry(
            name,
            claims.get(name),
            verdicts.get(name),
            rows.get(name, {}),
            sys.modules.get(homes.get(name, "")),
            tuple(figure for figure in figures if name in figure.shows),
        )
        for name in [*claims, *(extra for extra in verdicts if extra not in claims)]
    }


def figures_of(scripts: Mapping[str, Any]) -> list[Figure]:
    """Return loaded figure scripts as the site shows them."""
    return [
        Figure(name, one.path, one.RECORD, tuple(one.SHOWS), one.TITLE, one.CAPTION, getattr(one.module, "COMMAND", ""))
        for name, one in scripts.items()
    ]


def experiments_of(folder: Path, records: Path) -> list[Experiment]:
    """Return the experiments of a folder; their scripts are read and not run."""
    found = []
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        runs = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "run"]
        if runs:
            question = " ".join((ast.get_docstring(tree) or "").split())
            summary, options = _options(runs[0])
            found.append(Experiment(path.stem, path, question, summary, options, records / f"{path.stem}.nc"))
    return found


def _options(run):
    """Return the summary of ``run`` and the name, default and meaning of each of its options."""
    text = inspect.cleandoc(ast.get_docstring(run) or "")
    summary, _, section = text.partition("\n\nParameters\n----------\n")
    section = re.split(r"\n\n?\w+\n-{3,}\n", section)[0]
    helps = {}
    for entry in re.split(r"\n(?=\S)", section):
        head, _, body = entry.partition("\n")
        helps |= {name.strip(): " ".join(body.split()) for name in head.partition(":")[0].split(",")}
    defaults = zip(run.args.kwonlyargs, run.args.kw_defaults)
    return summary, tuple(
        (name.arg, ast.unparse(default) if default else "", helps.get(name.arg, ""))
        for name, default in defaults
        if name.arg != "path"
    )


def _row(line):
    """Return the cells of a row of the page of results by name."""
    *_, observed, relation, stated, tolerance, margin, settings, controls = line.strip("| ").split(" | ")
    found = ROW.fullmatch(line)
    known = {"status": found["status"], "level": found["level"], "origin": found["origin"]} if found else {}
    return {
        **known,
        "cells": (observed, relation, stated, margin),
        "tolerance": tolerance,
        "settings": settings,
        "controls": controls,
    }
