"""``flatlab certify``: prove claims over whole domains, and confirm their certificates."""

from typing import Annotated

import typer

from flatlab.commands._shared import Names, app, select_claims
from flatlab.lab.exits import FAILED, orderly_exit


@app.command()
def certify(
    names: Names = None,
    minutes: Annotated[float, typer.Option(help="Time for each claim.")] = 1.0,
    boxes: Annotated[int, typer.Option(help="Boxes of each formula.")] = 100_000,
    precision: Annotated[
        int, typer.Option(help="Bits; above 53 balls replace double precision.", show_default="as declared")
    ] = 53,
    check: Annotated[
        bool, typer.Option("--check", help="Re-evaluate the certificates with a second program instead.")
    ] = False,
) -> None:
    """Prove claims over their whole domains and keep certificates beside the paper for `verify`.

    Claims without an enclosure are passed over unless they are named. What boxes or time leave undecided is gone on
    with by the next call. Ends with 0, with 1 where a claim is refuted, proved in part or not confirmed, 2 for a wrong
    call.
    """
    from flatlab.base import checks
    from flatlab.evidence.enclosures.enclosure import check_precision
    from flatlab.evidence.enclosures.proof import PROVED

    complete = True
    with orderly_exit("interrupted; the certificates of finished claims are kept"):
        minutes, boxes = checks.positive("minutes", minutes), checks.integer("boxes", boxes, at_least=1)
        precision = check_precision(precision)
        chosen = {name: claim for name, claim in select_claims(names).items() if _concerns(claim, names or ())}
        if not chosen:
            raise ValueError("no claim that is named declares an enclosure")
        for claim in chosen.values():
            if check:
                complete = _confirm(claim) and complete
            else:
                complete = _prove(claim, 60 * minutes, boxes, precision) == PROVED and complete
    raise typer.Exit(0 if complete else FAILED)


def _concerns(claim, names):
    if claim.enclosure is None and claim.id in names:
        raise ValueError(f"claim {claim.id} must declare an enclosure to be certified, it has none")
    return claim.enclosure is not None


def _prove(claim, seconds, boxes, precision):
    from flatlab.evidence.enclosures import certificate, proof
    from flatlab.evidence.nearest import nearest_file

    beside = nearest_file(claim)
    file = None if beside is None else certificate.certificate_file(beside.parent, claim.id)
    try:
        earlier = None if file is None else certificate.read(file, claim)
    except ValueError:
        earlier = None  # there is none, or one of another version
    if earlier is not None and not any(part.get("undecided") for part in earlier["parts"]):
        earlier = None  # finished: proved anew, to the same end
    found = proof.prove(claim, seconds=seconds, most=boxes, precision=precision, earlier=earlier)
    if file is not None and found.status != proof.REFUTED:
        certificate.write(file, found.content)
    trees = [tree for part in found.content["parts"] for tree in part.get("trees", ())]
    count = sum(map(len, trees))
    how = f"{count} boxes, {found.content['seconds']:.3g} s" if count else "by algebra"
    typer.echo(f"{claim.id}: {found.status}, {how}{'; ' if found.words else ''}{found.words}")
    return found.status


def _confirm(claim):
    from flatlab.evidence.enclosures import certificate, checker, proof
    from flatlab.evidence.nearest import nearest_file

    beside = nearest_file(claim)
    if beside is None:
        raise ValueError(f"paper of {claim.id} must be an imported package to have certificates, it is none")
    content = certificate.read(certificate.certificate_file(beside.parent, claim.id), claim)
    try:
        count = proof.confirm(claim, content)
    except checker.Rejected as error:
        typer.echo(f"{claim.id}: not confirmed, {error}")
        return False
    typer.echo(f"{claim.id}: confirmed, {count} boxes and equations")
    return True
