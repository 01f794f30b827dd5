"""``flatlab figures``: draw figures from stored records."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import SEE, Output, app
from flatlab.lab.exits import orderly_exit


@app.command(rich_help_panel=SEE)
def figures(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Figures; all if none.")] = None,
    records: Annotated[
        Path | None, typer.Option(help="Folder of records.", show_default="figures/records, then results")
    ] = None,
    output: Output = Path("results/figures"),
    keep: Annotated[
        bool, typer.Option("--keep", help="Store record and picture beside the script; run what has no record.")
    ] = False,
) -> None:
    """Draw figures from stored records, as PDF, SVG and PNG."""
    from flatlab.base.files import writable_folder
    from flatlab.base.progress import counted
    from flatlab.lab import figures as gallery

    with orderly_exit():
        scripts = gallery.select(names or [])
        if not keep:
            writable_folder(output)
        for script in counted(scripts, "drawing figures", len(scripts)):
            written = gallery.keep(script) if keep else gallery.render(script, records=records, output=output)
            typer.echo(f"{script.name}: {', '.join(str(path) for path in written)}")
