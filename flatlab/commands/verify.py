"""``flatlab verify``: judge claims."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import Cluster, Names, Output, app, select_claims
from flatlab.lab.exits import FAILED, UNAVAILABLE, exit_with, orderly_exit


@app.command()
def verify(
    names: Names = None,
    full: Annotated[bool, typer.Option("--full", help="Judge more settings, 200 where they are cheap.")] = False,
    seed: Annotated[int | None, typer.Option(help="Seed of settings and noise.", show_default="20231")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes at work.", show_default="one for each core")] = None,
    limit: Annotated[
        float | None, typer.Option(help="Seconds that a claim may take.", show_default="600, or 3600 with --full")
    ] = None,
    cluster: Cluster = None,
    output: Output = Path("results"),
    resume: Annotated[
        bool, typer.Option("--resume/--no-resume", help="Use what an interrupted run has finished.")
    ] = True,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Print below each claim its nearest setting and what broke each control.")
    ] = False,
) -> None:
    """Judge claims, print a table as it goes, and write verdicts.json, .csv and .md.

    Ends with 0 when every claim holds and every control breaks, 1 when one does not, 2 for a wrong call, 69 where a
    plug-in cannot be imported, a process died or a cluster is lost. A run of fewer claims, or of the quick budget after
    the full one, goes to a folder `partial` of the output, so that it overwrites nothing.
    """
    from flatlab.base import checks
    from flatlab.base.engines import EngineError, WorkerDied, on_cluster
    from flatlab.base.files import writable_folder
    from flatlab.evidence.judge import DEFAULT_SEED
    from flatlab.evidence.relations import HOLDS
    from flatlab.report.terminal import VerdictTable

    left_out: list[str] = []
    kept = f"finished claims are kept in {output}, the same call goes on from there"
    with orderly_exit(f"interrupted; {kept}"), on_cluster(cluster) as engine:
        seed = checks.seed("seed", DEFAULT_SEED if seed is None else seed)
        workers = workers if workers is None else checks.integer("workers", workers, at_least=1)
        limit = limit if limit is None else checks.positive("limit", limit)
        claims = select_claims(names, left_out)
        writable_folder(output)
        table = VerdictTable(list(claims), evidence=evidence)
        how = {"workers": workers, "limit": limit, "engine": engine}
        how |= {"seed": seed, "budget": "full" if full else "quick"}
        try:
            verdicts = _judge(claims, names or [], table, output, resume, **how)
        except WorkerDied as error:
            exit_with(f"{error}; finished claims are kept, go on with --workers 1", UNAVAILABLE)
        except EngineError as error:
            exit_with(f"{error}; {kept}", UNAVAILABLE)
    if not all(verdict.status == HOLDS for verdict in verdicts):
        raise typer.Exit(FAILED)
    raise typer.Exit(UNAVAILABLE if left_out and not names else 0)


def _judge(claims, names, table, output, resume, *, seed, budget, **how):
    from flatlab.evidence.checkpoint import Unfinished
    from flatlab.evidence.pool import judge_all
    from flatlab.evidence.verdict import tally
    from flatlab.report.files import folder_of, report_of, write_report

    unfinished = Unfinished(output, claims, seed, budget)
    verdicts = unfinished.verdicts() if resume else {}
    table.header()
    for verdict in verdicts.values():
        table.row(verdict)
    if verdicts:
        table.print_line(f"{len(verdicts)} of {len(claims)} claims taken from an unfinished run in {unfinished.folder}")
    left = {name: claim for name, claim in claims.items() if name not in verdicts}
    parts = unfinished if resume else None
    with table.progress(left) as advance:
        for verdict in judge_all(left, names, seed=seed, budget=budget, kept=parts, **how):
            verdicts[verdict.id] = verdict
            unfinished.keep(verdict)
            table.row(verdict)
            advance(verdict.id)
    ordered = [verdicts[name] for name in claims]
    report = report_of(ordered, seed=seed, budget=budget)
    written = write_report(folder_of(output, report), report)
    unfinished.forget()
    table.print_line(f"\n{tally(ordered)}; written to {written[0]}, .csv and .md")
    return ordered
