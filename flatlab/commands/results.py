"""``flatlab results``: the page of results."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import MAINTAIN, app, select_claims
from flatlab.lab.exits import orderly_exit


@app.command(rich_help_panel=MAINTAIN)
@app.command("readme", hidden=True)
def results(
    path: Annotated[Path, typer.Argument(help="The page of results; it is made if there is none.")] = Path(
        "RESULTS.md"
    ),
    verdicts: Annotated[
        Path | None, typer.Option(help="What `flatlab verify` wrote.", show_default="the newest in results")
    ] = None,
) -> None:
    """Write the rows of the judged claims into the page of results, and drop those of claims that are gone."""
    from flatlab.report.files import newest_report, read_report
    from flatlab.report.results import update_results

    with orderly_exit():
        verdicts = newest_report(Path("results")) if verdicts is None else verdicts
        changed = update_results(path, read_report(verdicts), select_claims([]))
    typer.echo(f"{path}: {'updated' if changed else 'up to date'}")
