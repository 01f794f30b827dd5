"""Finding claims: in the installed papers, in a package, or in a path, as pytest collects a path."""

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from flatlab.base.checks import nearest
from flatlab.base.sources import import_and_note
from flatlab.evidence.claim import Claim

ENTRY_POINTS = "flatlab.papers"


def installed_claims() -> dict[str, Claim]:
    """Return the claims of every package announced under the entry-point group ``flatlab.papers``, by id.

    They stand in the order of the entry points and of the modules within their packages.
    """
    claims = {}
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        _add(claims, claims_of_package(importlib.import_module(point.value)))
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
    """Return the claims of a file, or of every ``*.py`` file below a folder."""
    path = Path(path)
    if not path.exists():
        raise ValueError(f"path must be an existing file or folder, got {str(path)!r}")
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    claims = {}
    for file in files:
        if not file.name.startswith("_"):
            _add(claims, claims_of_module(_import_file(file)))
    if not claims:
        raise ValueError(f"path must declare a Claim at the top level of a module, found none in {str(path)!r}")
    return claims


def select(names: Sequence[str]) -> dict[str, Claim]:
    """Return the claims that names stand for: an id, a paper, a path, or nothing for all installed."""
    installed = installed_claims()
    if not names:
        return installed
    chosen = {}
    for name in names:
        inside = {key: claim for key, claim in installed.items() if name in (key, claim.paper)}
        if inside:
            _add(chosen, inside)
        elif Path(name).exists():
            _add(chosen, claims_of_path(name))
        else:
            raise ValueError(f"claim must be an id, a paper or a path, got {name!r}.{nearest(name, installed)}")
    return chosen


def _add(claims, more):
    for key, claim in more.items():
        if key in claims and claims[key] is not claim:
            raise ValueError(f"id of a claim must be unique, got {key!r} twice")
        claims[key] = claim


def _import_file(file):
    """Import a file under its dotted name where it is part of a package, under its stem otherwise."""
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
    return import_and_note(name)
