"""The ``flatlab`` command. Heavy imports stand inside the commands, so that help comes at once."""

import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from flatlab.lab.exits import FAILED, UNAVAILABLE, exit_with, orderly_exit

app = typer.Typer(
    name="flatlab",
    help="A laboratory that checks the theory of flat minima: measured against stated, with a control that must fail.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Ids, papers or paths; every installed claim if none.")
]
Output = Annotated[Path, typer.Option(help="Folder that the files go to.")]


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no ≤ shows a question mark
    app()


@app.callback(invoke_without_command=True)
def _top(version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False):
    if version:
        import flatlab

        typer.echo(flatlab.__version__)
        raise typer.Exit


@app.command()
def verify(
    names: Names = None,
    full: Annotated[bool, typer.Option("--full", help="Judge on hundreds of settings instead of a few.")] = False,
    seed: Annotated[int | None, typer.Option(help="Seed of settings and noise.", show_default="20231")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes at work.", show_default="one for each core")] = None,
    limit: Annotated[
        float | None, typer.Option(help="Seconds that a claim may take.", show_default="600, or 3600 with --full")
    ] = None,
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
    plug-in cannot be imported or a process died. A run of fewer claims, or of the quick budget after the full one,
    goes to a folder `partial` of the output, so that it overwrites nothing.
    """
    from flatlab.base import checks
    from flatlab.base.files import writable_folder
    from flatlab.evidence.judge import DEFAULT_SEED
    from flatlab.evidence.pool import WorkerDied
    from flatlab.evidence.relations import HOLDS
    from flatlab.report.terminal import VerdictTable

    left_out: list[str] = []
    with orderly_exit(f"interrupted; finished claims are kept in {output}, the same call goes on from there"):
        seed = checks.seed("seed", DEFAULT_SEED if seed is None else seed)
        workers = workers if workers is None else checks.integer("workers", workers, at_least=1)
        limit = limit if limit is None else checks.positive("limit", limit)
        claims = _select(names, left_out)
        writable_folder(output)
        table = VerdictTable(list(claims), evidence=evidence)
        how = {"seed": seed, "budget": "full" if full else "quick"}
        try:
            verdicts = _judge(claims, names or [], table, output, resume, workers=workers, limit=limit, **how)
        except WorkerDied as error:
            exit_with(f"{error}; finished claims are kept, go on with --workers 1", UNAVAILABLE)
    if not all(verdict.status == HOLDS for verdict in verdicts):
        raise typer.Exit(FAILED)
    raise typer.Exit(UNAVAILABLE if left_out and not names else 0)


def _judge(claims, names, table, output, resume, *, workers, limit, seed, budget):
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
    with table.progress(len(left)) as advance:
        for verdict in judge_all(left, names, seed=seed, budget=budget, workers=workers, limit=limit):
            verdicts[verdict.id] = verdict
            unfinished.keep(verdict)
            table.row(verdict)
            advance()
    ordered = [verdicts[name] for name in claims]
    report = report_of(ordered, seed=seed, budget=budget)
    written = write_report(folder_of(output, report), report)
    unfinished.forget()
    table.print_line(f"\n{tally(ordered)}; written to {written[0]}, .csv and .md")
    return ordered


@app.command()
def falsify(
    names: Names = None,
    evaluations: Annotated[int, typer.Option(help="Settings that are judged of each claim.")] = 300,
    seed: Annotated[int, typer.Option(help="Seed of the search and of its random numbers.")] = 0,
    kept: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep what is found beside the paper.")] = True,
) -> None:
    """Search the domains of claims for the setting nearest to failing, and keep it beside the paper for `verify`.

    Ends with 0 when no counterexample is confirmed, 1 when one is, 2 for a wrong call.
    """
    from flatlab.base import checks
    from flatlab.evidence.nearest import keep, nearest_file
    from flatlab.evidence.search import nearest_failure
    from flatlab.report.terminal import nearest_line

    refuted = False
    with orderly_exit():
        evaluations, seed = checks.integer("evaluations", evaluations, at_least=1), checks.seed("seed", seed)
        for claim in _select(names).values():
            nearest = nearest_failure(claim, evaluations, seed)
            typer.echo(nearest_line(claim, nearest))
            refuted = refuted or nearest.refuted
            if kept and nearest_file(claim) is not None:
                keep(claim, nearest, seed)
    raise typer.Exit(FAILED if refuted else 0)


@app.command(hidden=True)
def seeds(
    names: Names = None,
    count: Annotated[int, typer.Option(help="Seeds that each claim is judged with, from 0 on.")] = 100,
    full: Annotated[bool, typer.Option("--full", help="Judge on hundreds of settings instead of a few.")] = False,
    dearest: Annotated[float, typer.Option(help="Seconds of a verdict above which one seed is enough.")] = 0.3,
    record: Annotated[Path, typer.Option(help="The record; a call goes on where it ends.")] = Path("seeds.json"),
) -> None:
    """Judge claims with many seeds and count false alarms, at the suite's level and at one where they are frequent.

    Ends with 1 when there is an alarm or an interval that is too narrow.
    """
    from flatlab.base import checks
    from flatlab.evidence.seeds import judge_seeds, overconfident, read_record, summary, write_record

    budget = "full" if full else "quick"
    with orderly_exit(f"interrupted; {record} holds what is finished, the same call goes on from there"):
        claims, count = _select(names), checks.integer("count", count, at_least=1)
        kept = read_record(record)
        entries = kept[budget]
        for name in judge_seeds(claims, entries, count, budget=budget, dearest=dearest):
            write_record(record, kept)
            typer.echo(f"{name}: {entries[name]['seeds']} seeds, {len(entries[name]['alarms'])} alarms")
    narrow = overconfident(entries)
    typer.echo("\n".join([*(f"too narrow: {name}" for name in narrow), summary(entries, budget)]))
    raise typer.Exit(FAILED if narrow or any(entry["alarms"] for entry in entries.values()) else 0)


@app.command("list")
def list_things(
    what: Annotated[str, typer.Argument(help="claims, experiments, figures, methods or objectives.")] = "claims",
    paper: Annotated[str | None, typer.Option(help="Claims of one paper.")] = None,
    kind: Annotated[str | None, typer.Option(help="Claims of one kind, such as rate.")] = None,
    origin: Annotated[str | None, typer.Option(help="Claims of one origin, such as quoted.")] = None,
    level: Annotated[str | None, typer.Option(help="Claims of one level, such as attacked.")] = None,
) -> None:
    """List what there is, a line each."""
    from flatlab.base import checks
    from flatlab.report import catalogue

    with orderly_exit():
        checks.one_of("what", what, catalogue.KINDS)
        filters = {"paper": paper, "kind": kind, "origin": origin, "level": level}
        if what != "claims" and any(filters.values()):
            raise ValueError(f"paper, kind, origin and level are for claims, got them with {what!r}")
        typer.echo("\n".join(catalogue.lines(_table(what, filters))))


def _table(what, filters):
    from flatlab.lab import figures as gallery
    from flatlab.report import catalogue

    if what == "claims":
        return catalogue.claims_table(_select([]).values(), **filters)
    if what == "experiments":
        folder = gallery.figures_folder()
        return catalogue.experiments_table(folder.parent / "experiments", folder / "records")
    if what == "figures":
        return catalogue.figures_table(gallery.scripts())
    return catalogue.classes_table(import_module(f"flatlab.{what}"))


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="CLAIM", help="An id, a paper or a path.")]) -> None:
    """Show a claim in full: statement, source, hypotheses, domain and controls."""
    from flatlab.evidence.checkpoint import claim_homes
    from flatlab.report.terminal import describe

    with orderly_exit():
        claims = _select([name])
    homes = {key: Path(sys.modules[home].__file__ or "") for key, home in claim_homes(claims).items()}
    typer.echo("\n\n\n".join(describe(claim, homes.get(key)) for key, claim in claims.items()))


@app.command()
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
    from flatlab.lab import figures as gallery

    with orderly_exit():
        scripts = gallery.select(names or [])
        if not keep:
            writable_folder(output)
        for script in scripts:
            written = gallery.keep(script) if keep else gallery.render(script, records=records, output=output)
            typer.echo(f"{script.name}: {', '.join(str(path) for path in written)}")


@app.command()
@app.command("readme", hidden=True)
def results(
    path: Annotated[Path, typer.Argument(help="The page of results; it is made if there is none.")] = Path(
        "RESULTS.md"
    ),
    verdicts: Annotated[
        Path | None, typer.Option(help="What `flatlab verify` wrote.", show_default="the newest in results")
    ] = None,
) -> None:
    """Write the rows of the judged claims into the page of results, and drop those of claims that are gone."""
    from flatlab.report.files import newest_report, read_report
    from flatlab.report.results import update_results

    with orderly_exit():
        verdicts = newest_report(Path("results")) if verdicts is None else verdicts
        changed = update_results(path, read_report(verdicts), _select([]))
    typer.echo(f"{path}: {'updated' if changed else 'up to date'}")


def _select(names, left_out=None):
    """Collect claims; a file that cannot be imported is a wrong call, a plug-in that cannot is named and left out."""
    from flatlab.evidence.discovery import select, what_happened

    left_out = [] if left_out is None else left_out
    try:
        claims = select(names or [], left_out)
    except ValueError:
        raise
    except (Exception, SystemExit) as error:
        raise ValueError(f"claims could not be collected from {', '.join(names)}: {what_happened(error)}") from error
    for sentence in left_out:
        typer.echo(f"flatlab: {sentence}; it is left out", err=True)
    if not claims:
        raise ValueError("no claim is installed; name a file or a folder that declares one")
    return claims
