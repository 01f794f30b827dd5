"""The command line of the table: ``map``, ``run``, ``report``, ``check``."""

import argparse
import shutil
import tempfile
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path

from tests.mutation.draw import Mutant, Project, draw, source_of
from tests.mutation.equivalent import PROOFS
from tests.mutation.table import (
    KILLED,
    NOT_RUN,
    OPEN,
    SURVIVED,
    Row,
    code_of,
    read_table,
    report,
    row_id,
    row_of,
    standing,
    write_table,
)
from tests.mutation.traces import Map, read_map, renew_map
from tests.mutation.worker import judge_mutant, processes, results

HERE = Path(__file__).parent
QUOTAS = {
    "theory": 45,
    "objectives": 50,
    "methods": 30,
    "geometry": 20,
    "simulation": 35,
    "evidence": 60,
    "learning": 10,
}
APART = ("evidence/enclosures/",)  # what certificates rest on is checked by a second program, and run by no verdict
FLATLAB = Project(HERE.parent.parent, "flatlab", "paper_checks", QUOTAS, APART, "laboratory")
SEED = 1
SECONDS = 120


def judged(project: Project, copy: Path, known: Map, mutant: Mutant, seconds: float, first: str = "") -> Row:
    """Return the row of a mutant, judged in a process of its own by claims that usually take ``seconds`` together.

    The claim ``first``, if it executes the function, is judged before the others; those about the library itself come
    next, and within each group the cheapest first.
    """
    own = f"{project.about}/"
    running = sorted(known.running(mutant.function.key), key=lambda name: (name != first, not name.startswith(own)))
    if not running:
        return row_of(mutant, NOT_RUN, code=code_of(project, known, running))
    chosen, spent = [], 0.0
    for claim in running:
        spent += known.claims[claim].seconds
        if chosen and spent > seconds:
            break
        chosen.append((claim, known.claims[claim].home, known.claims[claim].seconds))
    found, moved = [], 0
    for one in _from_process(judge_mutant, str(copy), *_changed(project, mutant), chosen):
        if one is None:
            found.append(f"{chosen[len(found)][0]}: killed for its time or memory")
            break
        moved += one.evidence != known.claims[one.claim].evidence
        found.append(f"{one.claim}: {one.how}" if one.how else "")
        if one.how or len(found) == len(chosen):
            break
    counts = len(found), moved, len(running)
    if found[-1]:
        claim = found[-1].partition(": ")[0]
        return row_of(mutant, KILLED, found[-1], *counts, code_of(project, known, [claim]))
    result = SURVIVED if len(chosen) == len(running) else OPEN
    return row_of(mutant, result, "", *counts, code_of(project, known, running))


def _changed(project, mutant):
    """Return the name of the module of a mutant and its source with the mistake."""
    name = f"{project.library}.{mutant.function.file.removesuffix('.py').replace('/', '.')}"
    return name.removesuffix(".__init__"), mutant.mistake.applied(source_of(project, mutant.function))


def _from_process(target, *arguments):
    """Give out what a process sends, and None where it ends."""
    ours, theirs = Pipe(duplex=False)
    child = processes().Process(target=target, args=(theirs, *arguments))
    child.start()
    theirs.close()
    try:
        while True:
            yield ours.recv()
    except EOFError:
        yield None
    finally:
        child.kill()
        child.join()


def copied(project: Project, scratch: str) -> Path:
    """Copy the sources, so that an edit in the checkout does not reach a run."""
    for part in (project.library, project.papers):
        shutil.copytree(project.root / part, Path(scratch) / part, ignore=shutil.ignore_patterns("__pycache__"))
    return Path(scratch)


def run(
    project: Project, files: Path, seed: int, seconds: float, folder: str = "", tell: Callable = print
) -> list[Row]:
    """Renew the map, judge all mutants without a valid row, and keep every row as soon as it is there.

    The claim that fell for the same mistake before is judged first. Rows that are void stay until theirs is judged.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = copied(project, scratch)
        project = project._replace(root=copy)
        known = renew_map(project, files / "map.json", tell)
        before = read_table(files / "table.csv")
        rows, waiting = standing(project, seed, known, before)
        fell = {reads(row): row.by.partition(": ")[0] for row in before.values()}
        waiting = [mutant for mutant in waiting if folder in ("", mutant.folder)]
        tell(f"{len(rows)} rows stand, {len(waiting)} mutants to be judged")
        for mutant in waiting:
            rows.append(judged(project, copy, known, mutant, seconds, fell.get(reads(row_of(mutant, NOT_RUN)), "")))
            done = {reads(row) for row in rows}
            write_table(files / "table.csv", rows + [row for row in before.values() if reads(row) not in done])
            row = rows[-1]
            tell(f"{row.result}: {row.function}:{row.line} {row.operator}: {row.before} -> {row.after} [{row.by}]")
        if not folder:  # what is void is no row of this draw any more
            write_table(files / "table.csv", rows)
    return rows


def reads(row: Row) -> tuple[str, ...]:
    """Return how a mistake reads: it is the same in another version of its function."""
    return row.function, row.operator, row.before, row.after


def check(project: Project, seed: int) -> list[str]:
    """Run the proofs of equivalence on library and mutant, and return the ids of those that do not hold."""
    mutants = {row_id(mutant): mutant for mutant in draw(project, seed)}
    wrong = []
    for key, proof in PROOFS.items():
        if key in mutants:
            module, changed = _changed(project, mutants[key])
            texts = source_of(project, mutants[key].function), changed
            pairs = (_from_process(results, str(project.root), module, text, proof.instances) for text in texts)
            both = [next(pair) for pair in pairs]
            wrong += [key] if both[0] is None or both[0] != both[1] else []
    return wrong


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("command", choices=["run", "report", "check"])
    parser.add_argument("--folder", default="", help="judge the mutants of one folder only")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of claims a mutant; what is left stays open")
    given = parser.parse_args()
    if given.command == "run":
        run(FLATLAB, HERE, SEED, given.seconds, given.folder)
    if given.command == "check":
        wrong = check(FLATLAB, SEED)
        raise SystemExit(f"not equivalent: {', '.join(wrong)}" if wrong else 0)
    rows = read_table(HERE / "table.csv")
    kept, waiting = standing(FLATLAB, SEED, read_map(HERE / "map.json"), rows)
    print(report(list(rows.values())))
    print(f"\n{len(kept)} rows stand; {len(waiting)} mutants have none that does, and `run` judges them")


if __name__ == "__main__":
    main()
