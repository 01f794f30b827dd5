"""``flatlab falsify``: search for counterexamples."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import Cluster, Names, Output, app, select_claims
from flatlab.lab.exits import FAILED, UNAVAILABLE, WRONG_CALL, Terminated, exit_with, orderly_exit


@app.command()
def falsify(
    names: Names = None,
    evaluations: Annotated[int, typer.Option(help="Settings that are judged of each claim.")] = 300,
    minutes: Annotated[float, typer.Option(help="Time for all claims together; the same call goes on.")] = 30.0,
    seed: Annotated[int, typer.Option(help="Seed of the search and of its random numbers.")] = 0,
    workers: Annotated[int | None, typer.Option(help="Processes at work.", show_default="one for each core")] = None,
    memory: Annotated[
        float | None, typer.Option(help="Gigabytes for each process.", show_default="half of the machine's for all")
    ] = None,
    cluster: Cluster = None,
    kept: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep what is found beside the paper.")] = True,
    output: Output = Path("results"),
) -> None:
    """Search the domains of claims for the setting nearest to failing, and keep it beside the paper for `verify`.

    The cheapest claims come first. What an interrupt or the end of the time leaves is noted in the folder `falsify` of
    the output, and the same call goes on from there. Ends with 0 when no counterexample is confirmed, 1 when one is,
    2 for a wrong call and for a claim whose domain cannot be searched, 69 where a cluster is lost.
    """
    from flatlab.base import checks
    from flatlab.base.engines import EngineError, on_cluster
    from flatlab.base.files import writable_folder
    from flatlab.evidence.attack import attack_all, forget

    folder = output / "falsify"
    rest = f"what was judged is kept in {folder}, the same call goes on from there"
    with orderly_exit(f"interrupted; {rest}"), on_cluster(cluster) as engine:
        evaluations, seed = checks.integer("evaluations", evaluations, at_least=1), checks.seed("seed", seed)
        minutes = checks.positive("minutes", minutes)
        workers = workers if workers is None else checks.integer("workers", workers, at_least=1)
        memory = memory if memory is None else checks.positive("memory", memory)
        claims = select_claims(names)
        writable_folder(folder)
        how = {"evaluations": evaluations, "seed": seed, "folder": folder, "minutes": minutes}
        attacks = attack_all(claims, names or [], **how, workers=workers, memory=memory, engine=engine)
        try:
            found = _tell(attacks, claims, names or [], seed, folder, kept)
        except EngineError as error:
            exit_with(f"{error}; {rest}", UNAVAILABLE)
        if all(one.finished for one in found):
            forget(folder, claims, seed)
        _sum_up(found)
    if any(one.nearest and one.nearest.refuted for one in found):
        raise typer.Exit(FAILED)
    raise typer.Exit(WRONG_CALL if any(one.refusal for one in found) else 0)


def _tell(attacks, claims, names, seed, folder, kept):
    """Print a line for each claim as it comes, keep what was found, and return it."""
    from flatlab.evidence.nearest import keep, nearest_file
    from flatlab.report.searches import approach_lines, counterexample_lines, nearest_line, watching

    found = []
    try:
        with watching(folder, len(claims)) as advance:
            for one in attacks:
                found.append(one)
                advance()
                claim = claims[one.id]
                if one.nearest is None:
                    typer.echo(f"flatlab: {one.refusal}", err=True)
                    continue
                typer.echo(nearest_line(claim, one.nearest))
                if one.nearest.refuted:
                    typer.echo(
                        "\n".join(f"    {line}" for line in counterexample_lines(claim, one.nearest, names, seed))
                    )
                if kept and nearest_file(claim) is not None:
                    keep(claim, one.nearest, seed)
    except (KeyboardInterrupt, Terminated):
        typer.echo("\n".join(approach_lines(folder)))
        raise
    return found


def _sum_up(found):
    from flatlab.report.searches import sum_up

    unfinished = sum(not one.finished for one in found)
    if len(found) > 1:
        typer.echo(sum_up(found))
    if unfinished:
        typer.echo(f"the time was over before {unfinished} of them were finished; the same call goes on from there")
