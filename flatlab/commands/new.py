"""``flatlab new``: a package of one's own to start from."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import app
from flatlab.lab.exits import orderly_exit


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the package: small letters, digits and _.")],
    folder: Annotated[Path, typer.Option(help="Folder in which that of the package is made.")] = Path(),
) -> None:
    """Make a small package of claims that passes as it stands: objective, method, claim, experiment, figure, test."""
    from flatlab.lab.starter import start_package

    with orderly_exit():
        for path in start_package(name, folder):
            typer.echo(path)
        typer.echo(f"\nnow: cd {folder / name} && flatlab verify {name} && pytest")
