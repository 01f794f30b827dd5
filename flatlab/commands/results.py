"""``flatlab results``: the pages of results."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import MAINTAIN, app, select_claims
from flatlab.lab.exits import orderly_exit

COUNTS = ("<!-- counts:begin -->", "<!-- counts:end -->")


@app.command(rich_help_panel=MAINTAIN)
def results(
    folder: Annotated[Path, typer.Argument(help="Folder of `results.md` and `results/PAPER.md`.")] = Path("docs"),
    verdicts: Annotated[
        Path | None, typer.Option(help="What `flatlab verify` wrote.", show_default="the newest in results")
    ] = None,
) -> None:
    """Write the generated pages: rows of the judged claims, the reference, and the tables of the papers' READMEs.

    Rows of removed claims are dropped; rows of claims that were not judged stay as they are.
    """
    from flatlab.report.files import newest_report, read_report
    from flatlab.report.results import update_results

    with orderly_exit():
        verdicts = newest_report(Path("results")) if verdicts is None else verdicts
        claims = select_claims([])
        changed = update_results(folder, read_report(verdicts), claims)
        changed = _update_pages(folder, claims) or changed
    typer.echo(f"{folder}: {'updated' if changed else 'up to date'}")


def _update_pages(folder, claims):
    """Write the other generated pages, where there are any, and return whether one changed."""
    from flatlab.lab.figures import declarations
    from flatlab.report.markdown import update_between, write_changed
    from flatlab.report.notebook import notebook_of
    from flatlab.report.paper_map import update_map
    from flatlab.report.proofs import proofs_page
    from flatlab.report.reference import reference_page
    from flatlab.report.results import counts, kept_rows

    pages = {folder / "reference.md": reference_page, folder / "proofs.md": lambda: proofs_page(claims)}
    if (folder / "tutorial.md").exists():
        pages[folder / "tutorial.ipynb"] = lambda: notebook_of((folder / "tutorial.md").read_text(encoding="utf-8"))
    changed = False
    for page, made in pages.items():
        if page.exists():
            changed = write_changed(page, page.read_text(encoding="utf-8"), made()) or changed
    front = folder.parent / "README.md"
    if front.exists() and COUNTS[0] in front.read_text(encoding="utf-8"):
        changed = update_between(front, *COUNTS, counts(kept_rows(folder))) or changed
    for readme in sorted((folder.parent / "paper_checks").glob("*/README.md")):
        paper = readme.parent.name
        theorems = getattr(import_module(f"paper_checks.{paper}"), "THEOREMS", {})
        own = [claim for claim in claims.values() if claim.paper == paper]
        changed = update_map(readme, own, declarations(), theorems) or changed
    return changed
