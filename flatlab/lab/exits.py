"""How a command ends: exit statuses, and a wrong call as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

FAILED, WRONG_CALL, INTERRUPTED = 1, 2, 130


@contextmanager
def wrong_call_as_exit() -> Iterator[None]:
    """Turn a wrong call inside the block into one sentence and exit status 2."""
    try:
        yield
    except ValueError as error:
        exit_with(str(error), WRONG_CALL)


def exit_with(sentence: str, status: int) -> NoReturn:
    """Print one sentence on standard error and end the command with a status."""
    typer.echo(f"flatlab: {sentence}", err=True)
    raise typer.Exit(status)
