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
    merge: Annotated[
        list[Path] | None, typer.Option(help="Another record, which is added to this one; nothing is judged.")
    ] = None,
) -> None:
    """Judge claims with many seeds and count false alarms, at the suite's level and at one where they are frequent.

    Ends with 1 when there is an alarm or an interval that is too narrow.
    """
    from flatlab.base import checks
    from flatlab.evidence import seeds as many

    budget = "full" if full else "quick"
    with orderly_exit(f"interrupted; {record} holds what is finished, the same call goes on from there"):
        claims, count = select_claims(names), checks.integer("count", count, at_least=1)
        dearest = checks.positive_or_infinite("dearest", dearest)
        kept, keys = many.read_record(record), many.keys_of(claims)
        for other in merge or []:
            for one, entries in _existing(other).items():
                many.merge(kept[one], entries, keys)
        if merge:
            many.write_record(record, kept)
        else:
            for name in many.judge_seeds(claims, kept[budget], count, budget=budget, dearest=dearest):
                many.write_record(record, kept)
                entry = kept[budget][name]
                typer.echo(f"{name}: {entry['seeds']} seeds, {len(entry['alarms'])} alarms")
    found = {one: many.standing(kept[one], keys) for one in (kept if merge else [budget])}
    for one, entries in found.items():
        told = [f"too narrow: {name}" for name in many.overconfident(entries)]
        told += [f"{name}, seed {seed}: {words}" for name in entries for seed, words in entries[name]["alarms"].items()]
        typer.echo("\n".join([*told, many.summary(entries, one)]))
    bad = any(
        many.overconfident(entries) or any(one["alarms"] for one in entries.values()) for entries in found.values()
    )
    raise typer.Exit(FAILED if bad else 0)


def _existing(path):
    """Return the record in a file that must be there."""
    from flatlab.evidence.seeds import read_record

    if not path.is_file():
        raise ValueError(f"merge must name a record, found none at {str(path)!r}")
    try:
        return read_record(path)
    except ValueError as error:
        raise ValueError(f"merge must name a record of `flatlab seeds`: {error}") from None
