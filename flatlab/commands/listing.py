"""``flatlab list``: what there is, a line each."""

from importlib import import_module
from typing import Annotated, Any

import typer

from flatlab.commands._shared import SEE, app, select_claims
from flatlab.evidence.claim import KINDS, ORIGINS
from flatlab.lab.exits import orderly_exit

LEVELS = ("measured", "attacked", "partly proved", "proved")
KNOWN = {"kind": KINDS, "origin": ORIGINS, "level": LEVELS}


@app.command("list", rich_help_panel=SEE)
def list_things(
    what: Annotated[str, typer.Argument(help="claims, experiments, figures, methods or objectives.")] = "claims",
    paper: Annotated[str | None, typer.Option(help="Claims of one paper.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"Claims of one kind: {', '.join(KINDS)}.")] = None,
    origin: Annotated[str | None, typer.Option(help=f"Claims of one origin: {', '.join(ORIGINS)}.")] = None,
    level: Annotated[str | None, typer.Option(help=f"Claims of one level: {', '.join(LEVELS)}.")] = None,
    words: Annotated[str | None, typer.Option(help="Claims with this text in id, title, statement or note.")] = None,
    unsearched: Annotated[
        bool, typer.Option("--unsearched", help="Claims that lack a search of 300 settings as they stand.")
    ] = False,
) -> None:
    """List claims, experiments, figures, methods or objectives, a line each."""
    from flatlab.base import checks
    from flatlab.report import catalogue

    with orderly_exit():
        checks.one_of("what", what, catalogue.KINDS)
        filters: dict[str, Any] = {"paper": paper, "kind": kind, "origin": origin, "level": level, "words": words}
        for name, known in KNOWN.items():
            if filters[name] is not None:
                checks.one_of(name, filters[name], known)
        filters["unsearched"] = unsearched
        if what != "claims" and any(filters.values()):
            raise ValueError(f"{', '.join(filters)} are for claims, got them with {what!r}")
        typer.echo("\n".join(catalogue.lines(_table(what, filters))))


def _table(what, filters):
    from flatlab.lab import figures as gallery
    from flatlab.report import catalogue

    if what == "claims":
        return catalogue.claims_table(select_claims([]).values(), **filters)
    if what == "experiments":
        folder = gallery.figures_folder()
        return catalogue.experiments_table(folder.parent / "experiments", folder / "records")
    if what == "figures":
        return catalogue.figures_table(gallery.declared(gallery.everywhere().values()))
    return catalogue.classes_table(import_module(f"flatlab.{what}"))
