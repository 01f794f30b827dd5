"""Drawing mistakes by a seed, so that an edit of one function leaves the draws of all others as they are."""

import ast
import hashlib
import itertools
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.mutation.operators import Mistake, mistakes

APART = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef)


class Project(NamedTuple):
    """What is mutated and what judges it: ``folders`` maps those of ``library`` to the number of mistakes drawn.

    ``apart`` names folders that no verdict runs, ``about`` the package of claims about the library itself.
    """

    root: Path
    library: str
    papers: str
    folders: dict
    apart: tuple = ()
    about: str = ""


class Function(NamedTuple):
    """A function or method of the library, without what is defined inside of it being told apart.

    ``first`` and ``last`` are its lines, decorators included; ``code`` is a hash of it and of what its module binds
    outside of functions, without docstrings and imports.
    """

    file: str
    name: str
    first: int
    last: int
    code: str
    node: ast.FunctionDef

    @property
    def key(self) -> str:
        """``methods/sam.py:_step``, the name in the table."""
        return f"{self.file}:{self.name}"


class Mutant(NamedTuple):
    """A mistake in a function of a folder; ``turn`` counts mistakes of the function that read the same."""

    folder: str
    function: Function
    mistake: Mistake
    turn: int

    @property
    def key(self) -> tuple:
        """What the table knows it by: it outlives every edit of other functions, and moves of this one."""
        at = self.mistake
        return self.function.key, self.function.code, at.operator, self.turn, at.before, at.after


def digest(*texts: str) -> str:
    """Return a short hash of texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def functions(project: Project, folder: str = "") -> list[Function]:
    """Return the functions and methods below a folder of the library, in the order of files and lines."""
    top = project.root / project.library
    found = []
    for path in sorted((top / folder).rglob("*.py")):
        body = ast.parse(path.read_text()).body
        around = [ast.dump(node) for node in body if not isinstance(node, APART) and not _is_text(node)]
        found += _functions(path.relative_to(top).as_posix(), body, "", digest(*around))
    return found


def _functions(file, body, prefix, around):
    found = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            fields = [ast.dump(one) for one in node.body if not isinstance(one, APART) and not _is_text(one)]
            found += _functions(file, node.body, f"{prefix}{node.name}.", digest(around, *fields))
        elif isinstance(node, ast.FunctionDef):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            name = f"{prefix}{node.name}" + (f"@{decorators[0]}" if node.name == "_" and decorators else "")
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            code = digest(around, ast.dump(_without_docstring(node)))
            found.append(Function(file, name, first, node.end_lineno, code, node))
    return found


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _without_docstring(node):
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return ast.FunctionDef(node.name, node.args, body or [ast.Pass()], node.decorator_list, node.returns)


def _is_left_out(function):
    """Return whether a function gives text, on which no verdict depends, or only checks arguments."""
    node, texts = function.node, ("str", "list[str]", "tuple[str, str, str, str]")
    refuses = (ast.get_docstring(node) or "").startswith("Refuse") or function.file.endswith("_fields.py")
    checks = node.name == "clean_fields" or node.name.startswith(("_check", "_refuse"))
    return refuses or checks or (node.returns is not None and ast.unparse(node.returns) in texts)


def draw(project: Project, seed: int) -> list[Mutant]:
    """Return the mistakes of every folder: one for each function in the order of a hash, then a second one, and so on.

    Of a function, an operator is drawn first and one of its places then, so that rare operators are not lost.
    """
    drawn = []
    for folder, wanted in project.folders.items():
        ranked = []
        for function in functions(project, folder):
            if not _is_left_out(function) and not function.file.startswith(project.apart):
                ranked += _ranked(project, folder, function, seed)
        ranked.sort(key=lambda one: one[:2])
        mutants = (mutant for *_, mutant in ranked)
        drawn += itertools.islice((one for one in mutants if _compiles(project, one)), wanted)
    return drawn


def _ranked(project, folder, function, seed):
    """Return ``(place in the function's own order, hash of the function, mutant)`` for each mistake in a function."""
    waiting, turns = {}, Counter()
    for mistake in mistakes(function.node, source_of(project, function)):
        reads = mistake.operator, mistake.before, mistake.after
        rank = digest(str(seed), function.key, *reads, str(turns[reads]))
        waiting.setdefault(mistake.operator, []).append((rank, Mutant(folder, function, mistake, turns[reads])))
        turns[reads] += 1
    order = sorted(waiting, key=lambda operator: digest(str(seed), function.key, operator))
    queues = [[mutant for _, mutant in sorted(waiting[operator], key=lambda pair: pair[0])] for operator in order]
    taken = [queue[turn] for turn in range(max(map(len, queues), default=0)) for queue in queues if turn < len(queue)]
    return [(place, digest(str(seed), function.key), mutant) for place, mutant in enumerate(taken)]


def source_of(project: Project, function: Function) -> str:
    """Return the source of the module of a function."""
    return (project.root / project.library / function.file).read_text()


def _compiles(project, mutant):
    try:
        compile(mutant.mistake.applied(source_of(project, mutant.function)), "mutant", "exec")
    except SyntaxError:  # as for a branch that is an elif
        return False
    return True
