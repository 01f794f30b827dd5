"""Finding claims: in the installed papers, in a package, or in a path, as pytest collects a path."""

import ast
import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from traceback import walk_tb
from types import ModuleType

from flatlab.base.checks import nearest, refuse
from flatlab.base.refusals import OURS, is_refusal
from flatlab.base.sources import import_and_note
from flatlab.evidence.claim import Claim

ENTRY_POINTS = "flatlab.papers"


def installed_claims(left_out: list[str] | None = None) -> dict[str, Claim]:
    """Return the claims of every package announced under the entry-point group ``flatlab.papers``, by id.

    They stand in the order of the entry points and of the modules within their packages. A package that cannot be
    imported is refused with its file and line; with ``left_out``, it is left out instead, and the sentence is appended.
    """
    claims = {}
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            _add(claims, claims_of_package(importlib.import_module(point.value)))
        except (Exception, SystemExit) as error:
            sentence = f"plug-in {point.name!r} cannot be used: {what_happened(error)}"
            if left_out is None:
                raise ValueError(sentence) from error
            left_out.append(sentence)
    return claims


def claims_of_package(package: ModuleType) -> dict[str, Claim]:
    """Return the claims of a package and of all its sub-packages and modules, in alphabetical order of these."""
    claims = claims_of_module(package)
    for info in pkgutil.walk_packages(getattr(package, "__path__", ()), package.__name__ + "."):
        if not info.name.rpartition(".")[2].startswith("_"):
            _add(claims, claims_of_module(importlib.import_module(info.name)))
    return claims


def claims_of_module(module: ModuleType) -> dict[str, Claim]:
    """Return the claims that a module binds at its top level, alone or in lists."""
    claims = {}
    for thing in list(vars(module).values()):
        many = thing if isinstance(thing, (list, tuple)) else [thing]
        for item in many:
            if isinstance(item, Claim):
                _add(claims, {item.id: item})
    return claims


def claims_of_path(path: Path | str) -> dict[str, Claim]:
    """Return the claims of a file, or of the files below a folder that declare claims.

    Of a folder, those ``*.py`` files are imported that call ``Claim`` or bind ``CLAIM`` or ``CLAIMS`` at their top
    level, and no other; tests (``test_*.py``, ``conftest.py``), hidden files and folders and virtual environments are
    passed over.
    """
    path = Path(path)
    if not (path.is_file() or path.is_dir()):
        raise ValueError(f"path must be an existing file or folder, got {str(path)!r}")
    claims = {}
    for file in [path] if path.is_file() else _files_below(path):
        name = _module_of(file)
        try:
            module = import_and_note(name)
        except (Exception, SystemExit) as error:
            raise ValueError(f"claims could not be collected from {str(file)!r}: {what_happened(error)}") from error
        _add(claims, claims_of_module(module))
    if not claims:
        raise ValueError(f"path must declare a Claim at the top level of a module, found none in {str(path)!r}")
    return claims


def select(names: Sequence[str], left_out: list[str] | None = None) -> dict[str, Claim]:
    """Return the claims that names stand for: an id, a paper, a plug-in, a path, or nothing for all installed.

    ``left_out`` is as for :func:`installed_claims`.
    """
    installed = installed_claims(left_out)
    if not names:
        return installed
    chosen = {}
    for name in names:
        if not isinstance(name, (str, Path)):
            refuse("claim", name, "an id, a paper or a path")
        inside = {key: claim for key, claim in installed.items() if name in (key, claim.paper)}
        if inside:
            _add(chosen, inside)
        elif found := _claims_of_plug_in(name):
            _add(chosen, found)
        elif str(name).strip() and os.path.exists(name):
            found = claims_of_path(name)
            _add(dict(installed), found)
            _add(chosen, found)
        else:
            why = "".join(f" {sentence}." for sentence in left_out or ())
            raise ValueError(f"claim must be an id, a paper or a path, got {name!r}.{nearest(name, installed)}{why}")
    return chosen


def what_happened(error: BaseException) -> str:
    """Return an error as one line, with the file and the line of the code that raised it, where that is known.

    Where flatlab refuses what code hands to it, that is the line which did.
    """
    frames = [] if error.__traceback__ is None else list(walk_tb(error.__traceback__))
    places = [(frame.f_code.co_filename, line) for frame, line in frames]
    places = [(file, line) for file, line in places if "importlib" not in file and not file.startswith("<")]
    if is_refusal(error):
        places = [place for place in places if OURS not in Path(place[0]).parents] or places
    file, line = (error.filename, error.lineno) if isinstance(error, SyntaxError) else (places or [("", 0)])[-1]
    where = f"{file}, line {line}: " if file else ""
    return " ".join(f"{where}{type(error).__name__}: {error}".split())


def _claims_of_plug_in(name):
    """Return the claims of the packages whose entry point or distribution has a name."""
    claims = {}
    for point in entry_points(group=ENTRY_POINTS):
        if name and name in (point.name, getattr(getattr(point, "dist", None), "name", None)):
            _add(claims, claims_of_package(importlib.import_module(point.value)))
    return claims


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")) or _is_test(path):
            continue
        if path.is_dir() and not (path / "pyvenv.cfg").exists():
            yield from _files_below(path)
        elif path.is_file() and path.suffix == ".py" and _declares_claims(path):
            yield path


def _is_test(path):
    return path.suffix == ".py" and (path.name == "conftest.py" or path.name.startswith("test_"))


def _declares_claims(file):
    """Tell from its text whether a file declares claims, so that no other file is run."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ValueError(f"path must hold files that can be read, got {str(file)!r}: {error}") from error
    if "Claim" not in text:
        return False
    try:
        outside = list(_outside_of_functions(ast.parse(text)))
    except (SyntaxError, ValueError):
        return True  # its import says what is wrong
    names = {getattr(node, "id", None) for node in outside if isinstance(getattr(node, "ctx", None), ast.Store)}
    called = [
        getattr(node.func, "id", getattr(node.func, "attr", None)) for node in outside if isinstance(node, ast.Call)
    ]
    return "Claim" in called or bool(names & {"CLAIM", "CLAIMS"})


def _outside_of_functions(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _outside_of_functions(child)


def _add(claims, more):
    for key, claim in more.items():
        if key in claims and claims[key] is not claim:
            raise ValueError(f"id of a claim must be unique, got {key!r} twice")
        claims[key] = claim


def _module_of(file):
    """Return the name to import a file by: dotted where it is part of a package, its stem otherwise."""
    file = file.resolve()
    root, parts = file.parent, [file.stem]
    while (root / "__init__.py").exists():
        parts.insert(0, root.name)
        root = root.parent
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    name = ".".join(parts)
    known = sys.modules.get(name)
    if known is not None and Path(getattr(known, "__file__", "") or ".").resolve() != file:
        raise ValueError(f"path must have a module name of its own, got {str(file)!r} beside {known.__file__!r}")
    return name
