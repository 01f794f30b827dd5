"""``flatlab results``: the pages of results."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import MAINTAIN, app, select_claims
from flatlab.lab.exits import orderly_exit


@app.command(rich_help_panel=MAINTAIN)
def results(
    folder: Annotated[Path, typer.Argument(help="Folder of `results.md` and `results/PAPER.md`.")] = Path("docs"),
    verdicts: Annotated[
        Path | None, typer.Option(help="What `flatlab verify` wrote.", show_default="the newest in results")
    ] = None,
) -> None:
    """Write the rows of the judged claims into the pages of results, and drop those of claims that are gone."""
    from flatlab.report.files import newest_report, read_report
    from flatlab.report.results import update_results

    with orderly_exit():
        verdicts = newest_report(Path("results")) if verdicts is None else verdicts
        changed = update_results(folder, read_report(verdicts), select_claims([]))
    typer.echo(f"{folder}: {'updated' if changed else 'up to date'}")
