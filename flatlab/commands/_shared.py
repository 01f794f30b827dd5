"""The application that the commands register with, what several of them take, and how they find claims."""

from pathlib import Path
from typing import Annotated, Any

import typer

from flatlab.lab.wrong_calls import Group

app = typer.Typer(
    name="flatlab",
    cls=Group,
    help="Check statements about flat minima: each is measured, compared, and has controls that must fail.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Ids, papers or paths; every installed claim if none.")
]
Cluster = Annotated[
    str | None, typer.Option(help="A dask scheduler, tcp://HOST:8786, or local:4 for four processes here.")
]
Output = Annotated[Path, typer.Option(help="Folder that the files go to.")]
SEE, MAINTAIN = "Look at what there is", "For maintainers of this repository"


def select_claims(names: list[str] | None, left_out: list[str] | None = None) -> dict[str, Any]:
    """Collect claims; a file that cannot be imported is a wrong call, a plug-in that cannot is named and left out."""
    from flatlab.evidence.discovery import select, what_happened

    left_out = [] if left_out is None else left_out
    try:
        claims = select(names or [], left_out)
    except ValueError:
        raise
    except (Exception, SystemExit) as error:
        places = ", ".join(names or [])
        raise ValueError(f"claims could not be collected from {places}: {what_happened(error)}") from error
    for sentence in left_out:
        typer.echo(f"flatlab: {sentence}; it is left out", err=True)
    if not claims:
        raise ValueError("no claim is installed; name a file or a folder that declares one")
    return claims
