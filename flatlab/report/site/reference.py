"""The public functions and classes of the library, read from the sources; nothing is imported for it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from flatlab.report.site.text import docstring

LIBRARY = Path(__file__).resolve().parents[2]
INNER = ("base", "compiler")  # for the library alone


class Item(NamedTuple):
    """A public function or class, with the public methods and properties of a class."""

    name: str
    signature: str
    kind: str
    text: Markup
    members: tuple["Item", ...] = ()


class Module(NamedTuple):
    """A module of the library: its name, what it says of itself, and its public items."""

    name: str
    text: Markup
    entries: tuple[Item, ...]


def reference() -> dict[str, list[Module]]:
    """Return the modules that have public items, by the folder of the library that they lie in."""
    found: dict[str, list[Module]] = {}
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        hidden = any(part.startswith("_") for part in parts) or parts[:2] == ("report", "site")
        if len(parts) > 1 and not hidden and parts[0] not in INNER:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            items = tuple(_items(tree))
            if items:
                name = ".".join(("flatlab", *parts))
                found.setdefault(parts[0], []).append(Module(name, docstring(ast.get_docstring(tree)), items))
    return found


def _items(tree: ast.Module) -> Iterator[Item]:
    listed = next(
        (ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign) and _is_all(node)), None
    )
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            public = node.name in listed if listed is not None else not node.name.startswith("_")
            text = ast.get_docstring(node)
            if public and text:
                yield _class(node, text) if isinstance(node, ast.ClassDef) else _function(node, text)


def _is_all(node):
    return ast.unparse(node.targets[0]) == "__all__"


def _class(node, text):
    fields = [part for part in node.body if isinstance(part, ast.AnnAssign) and ast.unparse(part.target)[0] != "_"]
    words = [ast.unparse(part.target) + (f"={ast.unparse(part.value)}" if part.value else "") for part in fields]
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")]
    members = tuple(_function(part, ast.get_docstring(part)) for part in methods if ast.get_docstring(part))
    return Item(node.name, f"({', '.join(words)})" if words else "", "class", docstring(text), members)


def _function(node, text):
    is_property = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
    if is_property:
        return Item(node.name, "", "property", docstring(text))
    arguments = ast.unparse(node.args).removeprefix("self, ").removeprefix("self")
    gives = f" → {ast.unparse(node.returns)}" if node.returns else ""
    return Item(node.name, f"({arguments}){gives}", "function", docstring(text))
