"""``flatlab seeds``: count false alarms over many seeds."""

from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import MAINTAIN, Names, app, select_claims
from flatlab.lab.exits import FAILED, orderly_exit


@app.command(rich_help_panel=MAINTAIN)
def seeds(
    names: Names = None,
    count: Annotated[int, typer.Option(help="Seeds that each claim is judged with, from 0 on.")] = 100,
    full: Annotated[bool, typer.Option("--full", help="Judge more settings, 200 where they are cheap.")] = False,
    dearest: Annotated[float, typer.Option(help="Claims of more seconds are judged once or twice only.")] = 0.3,
    record: Annotated[Path, typer.Option(help="The record; the same call goes on from there.")] = Path("seeds.json"),
) -> None:
    """Judge claims with many seeds and count false alarms, at the suite's level and at one where they are frequent.

    Ends with 1 when there is an alarm or an interval that is too narrow.
    """
    from flatlab.base import checks
    from flatlab.evidence.seeds import judge_seeds, overconfident, read_record, summary, write_record

    budget = "full" if full else "quick"
    with orderly_exit(f"interrupted; {record} holds what is finished, the same call goes on from there"):
        claims, count = select_claims(names), checks.integer("count", count, at_least=1)
        dearest = checks.positive_or_infinite("dearest", dearest)
        kept = read_record(record)
        entries = kept[budget]
        for name in judge_seeds(claims, entries, count, budget=budget, dearest=dearest):
            write_record(record, kept)
            typer.echo(f"{name}: {entries[name]['seeds']} seeds, {len(entries[name]['alarms'])} alarms")
    narrow = overconfident(entries)
    typer.echo("\n".join([*(f"too narrow: {name}" for name in narrow), summary(entries, budget)]))
    raise typer.Exit(FAILED if narrow or any(entry["alarms"] for entry in entries.values()) else 0)
