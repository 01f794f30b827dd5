"""``flatlab falsify``: search for counterexamples."""

from typing import Annotated

import typer

from flatlab.commands._shared import Names, app, select_claims
from flatlab.lab.exits import FAILED, orderly_exit


@app.command()
def falsify(
    names: Names = None,
    evaluations: Annotated[int, typer.Option(help="Settings that are judged of each claim.")] = 300,
    seed: Annotated[int, typer.Option(help="Seed of the search and of its random numbers.")] = 0,
    kept: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep what is found beside the paper.")] = True,
) -> None:
    """Search the domains of claims for the setting nearest to failing, and keep it beside the paper for `verify`.

    Ends with 0 when no counterexample is confirmed, 1 when one is, 2 for a wrong call.
    """
    from flatlab.base import checks
    from flatlab.evidence.nearest import keep, nearest_file
    from flatlab.evidence.search import nearest_failure
    from flatlab.report.terminal import nearest_line

    refuted = False
    with orderly_exit():
        evaluations, seed = checks.integer("evaluations", evaluations, at_least=1), checks.seed("seed", seed)
        for claim in select_claims(names).values():
            nearest = nearest_failure(claim, evaluations, seed)
            typer.echo(nearest_line(claim, nearest))
            refuted = refuted or nearest.refuted
            if kept and nearest_file(claim) is not None:
                keep(claim, nearest, seed)
    raise typer.Exit(FAILED if refuted else 0)
