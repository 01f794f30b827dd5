"""One call from claims, verdicts, records and texts to the files of a site."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flatlab.evidence.claim import Claim
from flatlab.evidence.verdict import Report
from flatlab.lab.figures import CHECKOUT, scripts
from flatlab.report.files import read_report
from flatlab.report.results import kept_rows
from flatlab.report.site.claim_pages import add_claims, add_overview
from flatlab.report.site.entries import Entry, Figure, entries, experiments_of, figures_of
from flatlab.report.site.explorer import add_explorer
from flatlab.report.site.frame import Frame
from flatlab.report.site.lab_pages import add_classes, add_experiments, add_gallery, add_reference
from flatlab.report.site.papers import Paper, add_documents, documents_of, papers_of

PARTS = ("figures", "experiments", "docs")
LAB = ("gallery.html", "experiments.html")


def site(claims: Mapping[str, Claim], reports: Sequence[Report], checkout: Path | None) -> dict[str, bytes]:
    """Return the files of a site by their address.

    Parameters
    ----------
    claims : mapping
        The declared claims by id.
    reports : sequence of Report
        Their verdicts; where two judge a claim the later counts. A claim without a verdict has what the pages
        of results in the checkout say.
    checkout : path, optional
        Where figures, experiments and documents lie; without it the site has none.
    """
    drawn = figures_of(scripts(checkout / "figures")) if checkout else []
    figures = [figure for figure in drawn if figure.picture.is_file()]
    found = entries(claims, reports, kept_rows(checkout / "docs") if checkout else {}, figures)
    papers = papers_of(found)
    frame = Frame(_about(reports), () if checkout else LAB)
    frame.add_static()
    add_overview(frame, found, papers, _run(reports))
    add_claims(frame, found, papers)
    elsewhere: dict[Path, str] = {}
    if checkout:
        add_gallery(frame, figures, found)
        add_experiments(frame, experiments_of(checkout / "experiments", checkout / "figures/records"), figures, found)
        elsewhere = _elsewhere(frame, checkout, figures)
    add_documents(frame, documents_of(checkout, papers.values()), found, elsewhere)
    add_classes(frame)
    add_reference(frame)
    add_explorer(frame, figures)
    _add_theorems(frame, found, papers)
    return frame.files


def reports_at(path: Path | str | None) -> list[Report]:
    """Return the reports of a file or folder, the older first; those in ``results``, if any, for None."""
    if path is None:
        return reports_at("results") if any(file.is_file() for file in _files(Path("results"))) else []
    path = Path(path)
    files = [file for file in _files(path) if file.is_file()] if path.is_dir() else [path]
    if not files:
        raise ValueError(f"verdicts must be a file written by `flatlab verify`, found none in {str(path)!r}")
    return [read_report(file) for file in sorted(files, key=lambda file: file.stat().st_mtime if file.exists() else 0)]


def checkout_folder() -> Path | None:
    """Return the folder that holds figures, experiments and documents; None for an installed library without them."""
    folders = [Path.cwd(), CHECKOUT]
    return next((folder for folder in folders if all((folder / part).is_dir() for part in PARTS)), None)


def _elsewhere(frame: Frame, checkout: Path, figures: Sequence[Figure]) -> dict[Path, str]:
    """Return where files that documents lead to lie in the site, and copy the pictures of the documents."""
    docs = checkout / "docs"
    found = {path.resolve(): f"index.html#{path.stem}" for path in (docs / "results").glob("*.md")}
    found[(checkout / "figures/gallery").resolve()] = "gallery.html"
    found |= {figure.picture.resolve(): f"figures/{figure.name}.png" for figure in figures}
    for path in sorted(docs.rglob("*.png")):
        found[path.resolve()] = f"pictures/{path.name}"
        frame.add(f"pictures/{path.name}", path.read_bytes())
    return found


def _files(folder):
    return [folder / "verdicts.json", folder / "partial" / "verdicts.json"]


def _add_theorems(frame: Frame, found: Mapping[str, Entry], papers: Mapping[str, Paper]) -> None:
    rows: dict[str, dict[str, list[Entry]]] = {}
    for entry in found.values():
        for heading in entry.headings:
            rows.setdefault(entry.paper, {}).setdefault(heading, []).append(entry)
    for name, headings in rows.items():
        known = list(papers[name].anchors) if name in papers else []
        rows[name] = dict(sorted(headings.items(), key=lambda item: known.index(item[0]) if item[0] in known else 999))
    frame.page("theorems.html", "theorems.html", rows=rows, papers=papers)


def _run(reports):
    """Return in one sentence which runs the verdicts come from."""
    if not reports:
        return "Verdicts as the pages of results state them; `flatlab verify` brings the evidence."
    last = reports[-1]
    commit = last.environment.get("commit")
    made = f", commit {commit[:12]}{'-dirty' if commit.endswith('-dirty') else ''}" if commit else ""
    return f"Judged by flatlab {last.version} on the {last.budget} budget with seed {last.seed}{made}."


def _about(reports):
    return f"flatlab {reports[-1].version}" if reports else "flatlab"
