"""How a command ends: exit statuses, and a wrong call as one sentence."""

from contextlib import contextmanager

import typer

FAILED, WRONG_CALL, INTERRUPTED = 1, 2, 130


@contextmanager
def wrong_call_as_exit():
    """Turn a wrong call inside the block into one sentence and exit status 2.

    Yields
    ------
    None
    """
    try:
        yield
    except ValueError as error:
        exit_with(str(error), WRONG_CALL)


def exit_with(sentence, status):
    """Print one sentence on standard error and end the command.

    Parameters
    ----------
    sentence : str
    status : int
        Exit status.
    """
    typer.echo(f"flatlab: {sentence}", err=True)
    raise typer.Exit(status)
