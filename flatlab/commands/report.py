"""``flatlab report``: a site to look at."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import SEE, Output, app, select_claims
from flatlab.lab.exits import orderly_exit


@app.command(rich_help_panel=SEE)
def report(
    verdicts: Annotated[
        Path | None,
        typer.Option(help="What `flatlab verify` wrote: a file, or its folder.", show_default="those in results"),
    ] = None,
    output: Output = Path("results/site"),
    browse: Annotated[bool, typer.Option("--open", help="Open the site in a browser.")] = False,
) -> None:
    """Build a site from claims, verdicts, figures, experiments and documents; it needs no network and no server.

    A claim without a verdict shows its row of the stored results.
    """
    from flatlab.report.site.build import checkout_folder, reports_at, site
    from flatlab.report.site.folder import free_folder, write_folder

    with orderly_exit():
        free_folder(output)
        reports = reports_at(verdicts)
        files = site(select_claims([], []), reports, checkout_folder())
        start = write_folder(output, files) / "index.html"
        typer.echo(f"{start}: {len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB")
    if browse:
        typer.launch(start.as_uri())
