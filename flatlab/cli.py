"""The ``flatlab`` command. Heavy imports stand inside the commands, so that help comes at once."""

import pkgutil
from importlib import import_module
from typing import Annotated

import typer

import flatlab.commands
from flatlab.commands._shared import app

for _module in pkgutil.iter_modules(flatlab.commands.__path__):
    import_module(f"flatlab.commands.{_module.name}")


def main() -> None:
    """Run the command line."""
    app()


@app.callback(invoke_without_command=True)
def _top(version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False):
    if version:
        typer.echo(flatlab.__version__)
        raise typer.Exit
