"""``flatlab certify``: prove claims over whole domains, and confirm their certificates."""

from typing import Annotated

import typer

from flatlab.commands._shared import Cluster, Names, app, select_claims
from flatlab.lab.exits import FAILED, UNAVAILABLE, exit_with, orderly_exit


@app.command()
def certify(
    names: Names = None,
    minutes: Annotated[float, typer.Option(help="Minutes for each claim.")] = 1.0,
    boxes: Annotated[int, typer.Option(help="Most boxes that each formula is proved on in this call.")] = 100_000,
    precision: Annotated[
        int, typer.Option(help="Bits; above 53 balls replace double precision.", show_default="as declared")
    ] = 53,
    check: Annotated[
        bool, typer.Option("--check", help="Re-evaluate the certificates with a second program instead.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes at work.", show_default="one for each core")] = None,
    cluster: Cluster = None,
) -> None:
    """Prove claims over their whole domains and keep certificates beside the paper for `verify`.

    Claims that declare nothing to prove are passed over unless they are named. The next call goes on with the boxes
    that are left undecided. Ends with 0, with 1 where a claim is refuted, proved in part or not confirmed, 2 for
    a wrong call, 69 where a process died or a cluster is lost.
    """
    from flatlab.base import checks
    from flatlab.base.engines import EngineError, on_cluster
    from flatlab.evidence.enclosures.enclosure import check_precision

    kept = "the certificates of finished claims are kept"
    with orderly_exit(f"interrupted; {kept}"), on_cluster(cluster) as engine:
        how = {"seconds": 60 * checks.positive("minutes", minutes), "precision": check_precision(precision)}
        how |= {"boxes": checks.integer("boxes", boxes, at_least=1)}
        workers = workers if workers is None else checks.integer("workers", workers, at_least=1)
        chosen = {name: claim for name, claim in select_claims(names).items() if _concerns(claim, names or ())}
        if not chosen:
            raise ValueError("no claim that is named declares an enclosure")
        try:
            complete = _certify(chosen, names or [], check=check, workers=workers, engine=engine, **how)
        except EngineError as error:
            exit_with(f"{error}; {kept}", UNAVAILABLE)
    raise typer.Exit(0 if complete else FAILED)


def _concerns(claim, names):
    if claim.enclosure is None and claim.id in names:
        raise ValueError(f"claim {claim.id} must declare an enclosure to be certified, it has none")
    return claim.enclosure is not None


def _certify(claims, names, **how):
    """Print a line for each claim as it comes, keep its certificate, and tell whether all are proved or confirmed."""
    from flatlab.evidence import certifying
    from flatlab.evidence.enclosures import certificate

    complete = True
    for key, found in certifying.certify_all(claims, names, **how):
        file = certifying.file_of(claims[key])
        if file is not None and found.content is not None:
            certificate.write(file, found.content)
        typer.echo(f"{key}: {found.words}")
        complete = complete and found.complete
    return complete
