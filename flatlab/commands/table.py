"""``flatlab table``: verdicts as a table for a paper."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import SEE, app
from flatlab.lab.exits import orderly_exit


@app.command(rich_help_panel=SEE)
def table(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Ids or papers; all that were judged if none.")
    ] = None,
    latex: Annotated[bool, typer.Option("--latex", help="LaTeX with booktabs instead of Markdown.")] = False,
    verdicts: Annotated[
        Path | None, typer.Option(help="What `flatlab verify` wrote.", show_default="the newest in results")
    ] = None,
) -> None:
    """Print verdicts as a table for a paper (LaTeX) or a page (Markdown)."""
    from flatlab.base.checks import nearest
    from flatlab.report.files import newest_report, read_report
    from flatlab.report.tables import latex_table, markdown_table

    with orderly_exit():
        report = read_report(newest_report(Path("results")) if verdicts is None else verdicts)
        known = [verdict.id for verdict in report.claims]
        for name in names or ():
            if not any(name in (verdict.id, verdict.paper) for verdict in report.claims):
                raise ValueError(f"claim must be among those that were judged, got {name!r}.{nearest(name, known)}")
        chosen = [one for one in report.claims if not names or one.id in names or one.paper in names]
        typer.echo(latex_table(chosen) if latex else markdown_table(chosen), nl=False)
