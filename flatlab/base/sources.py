"""What a result was computed with: the sources of all modules that its code imports, and the versions of libraries.

Sweeps and interrupted verifications keep a result under this, so that no edit is answered from an old result. What
cannot be identified (code typed at a prompt, a file that cannot be read or was edited after it was loaded) gets a
name that is never given again: its results are not used by another call.

The values of dictionaries, and files that are read while the code runs, are not looked at.
"""

import ast
import functools
import hashlib
import importlib.util
import json
import sys
import time
import uuid
from collections.abc import Iterable
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, entry_points, packages_distributions, version
from pathlib import Path
from types import ModuleType
from typing import Any

from flatlab.base.reached import import_statements

PLUG_INS = "flatlab.papers"  # installed packages under this entry point are read like flatlab itself
INSTALLED = {"site-packages", "dist-packages"}
CONSTANTS = (bool, int, float, complex, str, bytes)

_begun = time.time()
_as_loaded = {}  # module -> the hash of its file when it was imported


def sources_key(names: Iterable[str], looked_at: dict | None = None) -> str:
    """Return a hash of the sources of modules and of all that they import.

    names : modules by their dotted names
    looked_at : shared by several calls at one time, so that each file is read once

    Hexadecimal.
    """
    described = json.dumps([sys.version, sorted(identities(names, looked_at).items())])
    return hashlib.sha256(described.encode()).hexdigest()


def identities(names: Iterable[str], looked_at: dict | None = None, *, loaded: bool = True) -> dict[str, Any]:
    """Return what identifies each module of :func:`sources_key`: a hash of its source, or a version.

    Without ``loaded`` the values that imported modules hold are left out: another process has imported others.
    """
    found, waiting = {}, sorted(set(names))
    looked_at = {} if looked_at is None else looked_at
    while waiting:
        name = waiting.pop()
        if name not in found:
            if name not in looked_at:
                looked_at[name] = _look_at(name, loaded)
            found[name], imported = looked_at[name]
            waiting += imported
    return found


def import_and_note(name: str) -> ModuleType:
    """Import a module, noting the contents of the files that are loaded: an edit after that is not its code."""
    before = set(sys.modules)
    module = importlib.import_module(name)
    for new in set(sys.modules) - before:
        spec = _spec(new)
        if spec and spec.has_location and not INSTALLED & set(Path(spec.origin).parts):
            _as_loaded[sys.modules[new]] = _hash(_content(spec))
    return module


def _look_at(name, loaded):
    """Return what identifies a module, and the names of the modules to look at next."""
    if name.partition(".")[0] in sys.stdlib_module_names:
        return "standard library", []
    spec, module = _spec(name), sys.modules.get(name)
    if spec is None and module is None:
        return "missing", []
    if spec is None or not (spec.has_location or spec.submodule_search_locations):
        return f"unknown {uuid.uuid4()}", []
    top = name.partition(".")[0]
    if spec.origin and INSTALLED & set(Path(spec.origin).parts) and top not in _read_in_full():
        number = _version(top)
        if number:
            return f"version {number}", []
    if not spec.has_location:  # a folder without __init__.py
        return "folder", [name.rpartition(".")[0]] if "." in name else []
    content = _content(spec)
    if content is None or _edited_since(module, spec, content):
        return f"unknown {uuid.uuid4()}", []
    package = name if spec.submodule_search_locations else name.rpartition(".")[0]
    imported = [name.rpartition(".")[0]] if "." in name else []
    if spec.origin.endswith(".py"):
        imported += _imported(content, package)
    if not loaded:
        return _hash(content), imported
    return [_hash(content), *_constants(name, module)], [*imported, *_bound(module)]


def _spec(name: str) -> Any:
    """Find a module without importing anything."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        found = getattr(loaded, "__spec__", None)
        return found or (importlib.util.spec_from_file_location(name, file) if file else None)
    try:
        parent = name.rpartition(".")[0]
        if not parent:
            return importlib.util.find_spec(name)  # an editable installation has a finder of its own
        places = getattr(_spec(parent), "submodule_search_locations", None)
        return places and PathFinder.find_spec(name, places)
    except Exception:  # a finder of somebody else's may raise anything
        return None


def _content(spec):
    try:
        return spec.loader.get_data(spec.origin)
    except (AttributeError, OSError):
        return None


def _edited_since(module, spec, content):
    if module in _as_loaded:
        return _as_loaded[module] != _hash(content)
    try:
        return module is not None and Path(spec.origin).stat().st_mtime > _begun
    except OSError:  # inside an archive
        return False


def _hash(content):
    return None if content is None else hashlib.sha256(content).hexdigest()


@functools.cache
def _imported(content, package):
    """Return the modules that a source imports at any place; of ``from a import b``, both a and a.b."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return ()
    found = []
    for node in import_statements(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        else:
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            found += [source, *(f"{source}.{alias.name}" for alias in node.names)]
    return tuple(dict.fromkeys(name for name in found if name))


def _bound(module):
    """Return the modules that the values of a module come from: those imported by other means than a statement."""
    found = set()
    for value in list(vars(module).values()) if isinstance(module, ModuleType) else ():
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(value, ModuleType) and value.__name__.startswith(f"{module.__name__}."):
            continue  # a part of a package is bound there by whoever imports it
        found |= {name} if isinstance(name, str) and name in sys.modules else set()
    return sorted(found)


def _constants(name, module):
    """Return the plain values that a module holds: the environment or a file may have given them."""
    if module is None or name in ("__main__", __name__):  # a script's own variables change while it runs
        return []
    items = sorted(vars(module).items())
    return [f"{key}={value!r}" for key, value in items if not key.startswith("__") and _is_constant(value)]


def _is_constant(value):
    return all(map(_is_constant, value)) if type(value) is tuple else type(value) in CONSTANTS


@functools.cache
def _read_in_full():
    return {"flatlab", *(point.value.partition(".")[0] for point in entry_points(group=PLUG_INS))}


@functools.cache
def _version(top):
    try:
        return version(top)
    except PackageNotFoundError:
        return " ".join(f"{name} {version(name)}" for name in sorted(packages_distributions().get(top, ())))
