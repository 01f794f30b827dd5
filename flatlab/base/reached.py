"""The code that a piece of source reaches, read off the sources: a key that edits elsewhere do not change.

Names are followed from statement to statement, through imports, within the packages that are asked for: functions,
classes, constants, and for a reached class what is registered for it with a reached generic function. Comments, layout,
docstrings, annotations and what a ``raise`` says are no part of it, and neither is what lies outside those packages or
is imported under a computed name. Nothing is imported, so that the sources of another commit can be read as well.
"""

import ast
import functools
import hashlib
import importlib.util
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

LEFT_OUT = ("annotation", "returns", "type_comment", "type_params", "kind", "ctx", "type_ignores", "simple")
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")  # where a statement holds others
# how arguments and objectives are checked, and how code is compiled
NO_ARITHMETIC = ("flatlab.base", "flatlab.compiler", "flatlab.simulation.checking")
ARITHMETIC = ("flatlab.compiler.vectors",)


def installed(name: str) -> Path | None:
    """Return the file of a module that has been imported or can be."""
    loaded = getattr(sys.modules.get(name), "__file__", None)
    if loaded:
        return Path(loaded)
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.has_location and spec.origin else None


def import_statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Return the import statements at any place of a tree, looking into statements only: no expression has one."""
    waiting = deque([tree])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        for name in BLOCKS:
            inner = getattr(node, name, None)
            waiting += inner if isinstance(inner, list) else ()


class Sources:
    """The modules of some packages, read when they are needed.

    packages : their names, as ``flatlab``
    find : the file of a module by its name, None where there is none
    """

    def __init__(self, packages: Iterable[str], find: Callable[[str], Path | None] = installed):
        self.packages, self._find, self._modules = tuple(packages), find, {}
        self._homes, self._facts, self._registrations = {}, {}, None

    def key(self, module: str, roots: Iterable[ast.AST]) -> str:
        """Return a hash of some nodes of a module's source and of all that they reach; hexadecimal."""
        return hashlib.sha256(repr(sorted(self._reached(module, roots).written)).encode()).hexdigest()

    def names(self, module: str, roots: Iterable[ast.AST]) -> set[tuple[str, str]]:
        """Return the names that some nodes of a module's source reach, each with the module that binds it."""
        return self._reached(module, roots).names

    def _reached(self, module, roots):
        reached = _Reached(self)
        for node in roots:
            reached.add(module, node)
        reached.finish()
        return reached

    def module(self, name: str) -> "_Module | None":
        """Return a module of the packages; None for one that is elsewhere or is left out."""
        if name not in self._modules:
            inside = _within(name, self.packages) and (not _within(name, NO_ARITHMETIC) or name in ARITHMETIC)
            file = self._find(name) if inside else None
            self._modules[name] = _read(name, file) if file and file.suffix == ".py" else None
        return self._modules[name]

    def registrations(self) -> list[tuple]:
        """Return each registration: where the generic function and the class are bound, the module, the statement."""
        if self._registrations is None:
            roots = ((name, self._find(name)) for name in self.packages)
            files = {name: path for package, file in roots if file for name, path in _below(package, file)}
            names = sorted(name for name, path in files.items() if b".register(" in path.read_bytes())
            found = [module for name in names if (module := self.module(name))]
            self._registrations = [
                (self.home(module.name, generic), self.home(module.name, cls), module.name, statement)
                for module in found
                for generic, cls, statement in module.registered
            ]
        return self._registrations

    def home(self, module: str, name: str) -> tuple[str, str | None] | None:
        """Return the module that binds a name and the name there, (module, None) for a module, None for elsewhere."""
        if (module, name) not in self._homes:
            self._homes[module, name] = self._look_up(module, name)
        return self._homes[module, name]

    def _look_up(self, module, name):
        for _ in range(20):
            found = self.module(module)
            if found is None or name is None:
                return (module, None) if name is None else None
            if name in found.bound:
                return module, name
            if name in found.imported:
                module, name = found.imported[name]
            elif self.module(f"{module}.{name}"):
                return f"{module}.{name}", None
            else:
                return None
        return None

    def facts(self, module: str, node: ast.AST) -> tuple[str, set]:
        """Return the hash of a node as text and the names that it reads, each with the module that binds it."""
        if id(node) not in self._facts:
            written, local = hashlib.sha256(_written(node).encode()).hexdigest(), _imports(node, module)
            homes = {self._home_of(module, used, local) for used in _used(node)} - {None}
            self._facts[id(node)] = written, homes, node  # a node that is kept keeps its id to itself
        return self._facts[id(node)][:2]

    def _home_of(self, module, used, local):
        """Return the home of a name; of its first attribute where it stands for a module."""
        name, *attributes = used.split(".")
        home = self.home(*local.get(name, (module, name)))
        for attribute in attributes:
            if home is None or home[1] is not None:
                return home
            home = self.home(home[0], attribute)
        return home if home and home[1] is not None else None


class _Module(NamedTuple):
    name: str
    bound: dict  # name -> statements that bind it
    imported: dict  # name -> (module, attribute or None)
    registered: list  # of (name of the generic function, name of the class, statement)


class _Reached:
    def __init__(self, sources):
        self.sources, self.written = sources, set()
        self.names, self.waiting = set(), set()

    def add(self, module, node):
        """Note a node of a module and what it names."""
        written, homes = self.sources.facts(module, node)
        self.written.add(written)
        self.waiting |= homes

    def finish(self):
        """Follow names until nothing new turns up, registrations among them."""
        left = self.sources.registrations()
        while True:
            while self.waiting:
                home = self.waiting.pop()
                if home not in self.names:
                    self.names.add(home)
                    for statement in self.sources.module(home[0]).bound[home[1]]:
                        self.add(home[0], statement)
            fresh = [entry for entry in left if entry[0] in self.names and entry[1] in self.names]
            if not fresh:
                return
            left = [entry for entry in left if entry not in fresh]
            for _, _, module, statement in fresh:
                self.add(module, statement)


@functools.lru_cache(maxsize=4096)
def _parsed(content, name):
    return _module_of(ast.parse(content), name)


def _read(name, file):
    package = file.name == "__init__.py"
    return _parsed(file.read_bytes(), f"{name}.__init__" if package else name)._replace(name=name)


def _module_of(tree, name):
    module = _Module(name, {}, _imports(tree, name), [])
    for statement in _statements(tree.body):
        for generic, cls in _registers(statement):
            module.registered.append((generic, cls, statement))
        for bound in _binds(statement):
            module.bound.setdefault(bound, []).append(statement)
    return module


def _statements(body) -> Iterator[ast.stmt]:
    """Return the statements at the top level of a module, those under conditions among them."""
    for statement in body:
        inner = [part for name in ("body", "orelse", "finalbody") for part in getattr(statement, name, ())]
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            yield from _statements(inner)
        else:
            yield statement


def _binds(statement):
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For)):
        stores = (
            node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        return dict.fromkeys(node.id for node in stores)
    return []


def _registers(statement):
    """Return the generic function and the class of each registration in a statement."""
    heads = getattr(statement, "decorator_list", [statement.value] if isinstance(statement, ast.Expr) else [])
    calls = [node for head in heads for node in ast.walk(head) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "register" and call.args:
            generic, cls = call.func.value, call.args[0]
            if isinstance(generic, ast.Name) and isinstance(cls, ast.Name):
                yield generic.id, cls.id


def _imports(tree, module):
    """Return what each name that is imported anywhere in a tree stands for."""
    found = {}
    for node in import_statements(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0],
                    None,
                )
        else:
            parts = module.split(".")
            above = parts[: len(parts) - node.level] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                found[alias.asname or alias.name] = source, alias.name
    return found


def _used(node):
    """Return the names that code reads, each with its attributes: ``a.b`` for what it reads of a."""
    found, inner = set(), set()
    for part in _walk(node):
        if isinstance(part, ast.Attribute):
            chain, base = [part.attr], part.value
            while isinstance(base, ast.Attribute):
                chain, base = [base.attr, *chain], base.value
            if isinstance(base, ast.Name):
                found.add(".".join([base.id, *chain]))
                inner.add(id(base))
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found.add(part.id)
    return sorted(found)


def _walk(node):
    yield node
    for name, value in ast.iter_fields(node):
        if name not in LEFT_OUT and not isinstance(node, ast.Raise):
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield from _walk(part)


def _written(node) -> str:
    """Return a node as text that the layout, docstrings, annotations and the version of Python do not change."""
    if isinstance(node, ast.AST):
        if isinstance(node, ast.Raise):
            return "Raise"
        fields = []
        for name, value in ast.iter_fields(node):
            if name == "body" and isinstance(value, list) and value and _is_text(value[0]):
                value = value[1:]
            if name not in LEFT_OUT and value not in (None, []):
                fields.append(f"{name}={_written(value)}")
        return f"{type(node).__name__}({', '.join(fields)})"
    return f"[{', '.join(map(_written, node))}]" if isinstance(node, list) else repr(node)


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _within(name, packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _below(package, file):
    """Return the names and the files of a package's modules, from the file of its ``__init__``."""
    yield package, file
    if file.name != "__init__.py":
        return
    for path in file.parent.rglob("*.py"):
        parts = path.relative_to(file.parent).with_suffix("").parts
        yield ".".join([package, *(parts[:-1] if parts[-1] == "__init__" else parts)]), path
