"""Which functions each claim executes, and what it costs: a file that is renewed claim by claim."""

import ast
import json
from collections import Counter
from collections.abc import Callable, Iterable
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutation.draw import Project, digest, functions
from tests.mutation.worker import processes, trace_claims


class Trace(NamedTuple):
    """What is known of a claim: its module, seconds, hashes of its evidence and of its own code, what it executes."""

    home: str
    seconds: float
    evidence: str
    code: str
    functions: tuple


class Map(NamedTuple):
    """The traces of all claims by id, the functions that their import executes, and the code of all functions."""

    claims: dict
    at_import: tuple
    codes: dict

    def running(self, key: str) -> list[str]:
        """Return the claims that execute a function, the cheapest first; what the import executes, all do."""
        found = [claim for claim, trace in self.claims.items() if key in trace.functions or key in self.at_import]
        return sorted(found, key=lambda claim: (self.claims[claim].seconds, claim))


def read_map(file: Path) -> Map:
    """Return the map that :func:`write_map` wrote; an empty one where there is none."""
    if not file.exists():
        return Map({}, (), {})
    kept = json.loads(file.read_text())
    names = list(kept["functions"])

    def named(spans):
        return tuple(names[place] for place in _numbers(spans))

    claims = {claim: Trace(*entry[:4], named(entry[4])) for claim, entry in kept["claims"].items()}
    return Map(claims, named(kept["import"]), kept["functions"])


def write_map(file: Path, known: Map) -> None:
    """Write a map, one line a claim, functions by their numbers."""
    names = sorted({*known.at_import}.union(*(trace.functions for trace in known.claims.values())))
    numbers = {name: place for place, name in enumerate(names)}

    def spans(keys):
        return _spans(sorted(numbers[key] for key in keys))

    claims = {claim: [*trace[:4], spans(trace.functions)] for claim, trace in sorted(known.claims.items())}
    codes = {name: known.codes[name] for name in names}
    parts = f'"import": {json.dumps(spans(known.at_import))}', _lines("functions", codes), _lines("claims", claims)
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def _lines(name, entries):
    return f'"{name}": {{\n' + ",\n".join(f"{json.dumps(key)}: {json.dumps(entries[key])}" for key in entries) + "\n}"


def _spans(numbers):
    """Return ``0-3 7`` for 0, 1, 2, 3, 7."""
    found: list = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def _numbers(spans):
    ends = [list(map(int, span.split("-"))) for span in spans.split()]
    return [number for pair in ends for number in range(pair[0], pair[-1] + 1)]


def renew_map(project: Project, file: Path, tell: Callable = print) -> Map:
    """Bring the map in a file up to date and return it.

    Traced are the claims whose own code has changed, or a function that they execute. Where a function has changed that
    most claims execute, as those of the judge, one claim of each paper is traced, and what all of these execute is
    taken to be executed by all.

    Raises
    ------
    RuntimeError
        Where a claim does not hold without a mistake.
    """
    ours, theirs = Pipe()
    child = processes().Process(target=trace_claims, args=(theirs, str(project.root), project.papers))
    child.start()
    theirs.close()
    every = functions(project)
    codes = {function.key: function.code for function in every}
    locate = _locator(project.root / project.library, every)
    homes, at_import = ours.recv()
    own = {home: claim_code(project, home) for home in set(homes.values())}
    known = read_map(file)
    changed = {key for key, code in known.codes.items() if codes.get(key) != code}
    often = Counter(key for trace in known.claims.values() for key in trace.functions)
    common = {key for key in changed if 2 * often[key] > len(known.claims)}
    kept = {}
    for claim, trace in known.claims.items():
        same = homes.get(claim) == trace.home and own[trace.home] == trace.code
        if same and not {*trace.functions} & (changed - common):
            kept[claim] = trace._replace(functions=tuple(key for key in trace.functions if key in codes))
    if common:
        cheapest = {claim.partition("/")[0]: claim for claim in sorted(kept, key=lambda one: -kept[one].seconds)}
        kept = {claim: trace for claim, trace in kept.items() if claim not in cheapest.values()}
    waiting = [claim for claim in homes if claim not in kept]
    tell(f"{len(waiting)} of {len(homes)} claims to be traced")
    ours.send(waiting)
    fresh = {}
    for claim in waiting:
        judged, places = ours.recv()
        if judged.how:
            raise RuntimeError(f"{claim} does not hold without a mistake: {judged.how}")
        fresh[claim] = Trace(homes[claim], judged.seconds, judged.evidence, own[homes[claim]], locate(places))
        tell(f"{claim}: {judged.seconds:.2f} s, {len(fresh[claim].functions)} functions")
        write_map(file, Map(fresh | _joined(kept, fresh if common else {}), locate(at_import), codes))
    child.join()
    found = Map(fresh | _joined(kept, fresh if common else {}), locate(at_import), codes)
    write_map(file, found)
    return found


def _joined(kept, fresh):
    """Return traces with all functions that every fresh trace has."""
    if not fresh:
        return kept
    shared = set.intersection(*(set(trace.functions) for trace in fresh.values()))
    return {claim: trace._replace(functions=tuple({*trace.functions} | shared)) for claim, trace in kept.items()}


def _locator(top, every):
    """Return what turns files and first lines of code into the keys of the functions that hold them."""
    holders: dict = {}
    for function in every:
        for line in range(function.first, function.last + 1):
            holders[function.file, line] = function.key
    prefix = f"{top}/"

    def locate(places: Iterable[Any]) -> tuple:
        inside = ((name.removeprefix(prefix), line) for name, line in places if name.startswith(prefix))
        return tuple(sorted({holders[place] for place in inside if place in holders}))

    return locate


def claim_code(project: Project, home: str) -> str:
    """Return a hash of the module of a claim and of all modules of the papers that it imports."""
    found: dict = {}
    waiting = [home]
    while waiting:
        name = waiting.pop()
        path = project.root.joinpath(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name in found or not path.exists():
            continue
        found[name] = path.read_text()
        for node in ast.walk(ast.parse(found[name])):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            waiting += [one for one in names if one.startswith(f"{project.papers}.")]
    return digest(*(text for pair in sorted(found.items()) for text in pair))
