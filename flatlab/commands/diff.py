"""``flatlab diff``: what differs between two runs."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import SEE, app
from flatlab.lab.exits import FAILED, orderly_exit


@app.command(rich_help_panel=SEE)
def diff(
    old: Annotated[Path, typer.Argument(help="The verdicts.json of one run.")],
    new: Annotated[Path, typer.Argument(help="The verdicts.json of a later run.")],
) -> None:
    """Compare the verdicts of two runs: claims that were added, removed or changed.

    Ends with 1 when a claim that held before does not hold any more, or a new one does not hold, else with 0.
    """
    from flatlab.report.differences import differences
    from flatlab.report.files import read_report

    with orderly_exit():
        reports = read_report(old), read_report(new)
        found = differences(*reports)
        for one in found:
            typer.echo("\n    ".join([one.id, *one.words]))
        for name in ("version", "seed", "budget"):
            values = [getattr(report, name) for report in reports]
            if values[0] != values[1]:
                typer.echo(f"{name}: {values[0]} -> {values[1]}")
        typer.echo(f"{len(found)} of {len({one.id for report in reports for one in report.claims})} claims differ")
    raise typer.Exit(FAILED if any(one.worse for one in found) else 0)
