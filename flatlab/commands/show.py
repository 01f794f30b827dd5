"""``flatlab show``: a claim in full."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import SEE, app, select_claims
from flatlab.lab.exits import orderly_exit


@app.command(rich_help_panel=SEE)
def show(name: Annotated[str, typer.Argument(metavar="CLAIM", help="An id, a paper or a path.")]) -> None:
    """Show a claim in full: statement, source, level, hypotheses, domain, nearest setting, controls and figures."""
    from flatlab.evidence.checkpoint import claim_homes
    from flatlab.report.terminal import describe

    with orderly_exit():
        claims = select_claims([name])
        shown = _figures()
        homes = {key: Path(sys.modules[home].__file__ or "") for key, home in claim_homes(claims).items()}
        texts = [describe(claim, homes.get(key), shown.get(key, ())) for key, claim in claims.items()]
        typer.echo("\n\n\n".join(texts))


def _figures():
    """Return the figures of each claim, with the experiment whose record they read; none outside a checkout."""
    from flatlab.base.documents import say_unused
    from flatlab.lab.figures import declared, everywhere

    try:
        figures = declared(everywhere().values())
    except ValueError as error:
        say_unused(str(error))
        return {}
    shown = {}
    for name, bound in figures.items():
        for claim in bound["SHOWS"]:
            shown.setdefault(claim, []).append((name, bound["RECORD"]))
    return shown
