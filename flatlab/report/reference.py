"""The page of everything that one may define, with defaults, read from the code that asks for it."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from flatlab.evidence import domains, relations, sequences
from flatlab.evidence.claim import Claim, Control
from flatlab.lab import figures, options
from flatlab.methods import _generic as methods
from flatlab.objectives import observables, questions
from flatlab.report.markdown import table_head, table_line
from flatlab.simulation import stopping

__all__ = ["reference_page"]

HEAD = """# Everything that one may define

This page is read from the code; `flatlab results` writes it. How to begin: [tutorial](tutorial.md), `flatlab new NAME`,
[write a claim](claims.md), [add an objective or a method](objectives_and_methods.md).
"""
ATTRIBUTES = (
    ("gradients_per_step", "1", "gradient evaluations of a step"),
    ("values_per_step", "0", "value evaluations of a step"),
    ("full_gradients_per_step", "0", "how many of these take all samples, where the objective draws mini-batches"),
    ("random", "False", "whether the method draws random numbers of its own"),
    ("needs_gradient", "True", "False for a method that calls `value` alone"),
)


def reference_page() -> str:
    """Return the page in Markdown."""
    parts = [
        HEAD,
        _part("Objective", "A NamedTuple. It registers functions for these questions.", _questions(questions)),
        _part("Method", "A NamedTuple of hyper-parameters. It registers these functions.", _questions(methods)),
        _part("Class attributes of a method", "", _table(("attribute", "default", "meaning"), ATTRIBUTES)),
        _part("Observable", "A NamedTuple that registers one of these.", _questions(observables)),
        _part("Stopping rule", "A NamedTuple that registers this.", _questions(stopping)),
        _part("Claim", "`flatlab.Claim`, a frozen dataclass.", _fields(Claim)),
        _part("Control", "`flatlab.Control`, a frozen dataclass.", _fields(Control)),
        _part(
            "Problem",
            "Any callable whose arguments are the parameters of a setting: a function, a NamedTuple, a dataclass. What "
            "it returns goes to `observe(problem, rng)` and `expect(problem)`. Without one these get the setting.",
            "",
        ),
        _part("Relation", "A class with these members.", _members(relations.Equal, ("sign", "vectors", "judge"))),
        _part("Relations of the library", "", _classes(relations, sequences, member="judge")),
        _part("Range", "A class with these members.", _members(domains.Uniform, ("draw", "quantile", "holds"))),
        _part("Ranges of the library", "", _classes(domains, member="draw")),
        _part(
            "Experiment",
            "A script `experiments/NAME.py` with `run(*, name: type = default, ...)`, which returns an `xarray.Dataset`"
            ", and `main(run)` at its end. Options are int, float, str, bool or tuples of these. `Annotated` says what "
            "they may be.",
            _classes(options, member="check"),
        ),
        _part("Figure", "A script `figures/NAME.py` that binds these.", _bound()),
    ]
    return "\n".join(parts)


def _part(title, words, table):
    return "\n".join([f"## {title}\n", *([f"{words}\n"] if words else []), *([f"{table}\n"] if table else [])])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join([*table_head(head), *map(table_line, rows)])


def _questions(module: ModuleType) -> str:
    """Return a table of the generic functions of a module: arguments, whether they are needed, what they return."""
    rows = []
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        made = [one for one in node.decorator_list if isinstance(one, ast.Call) and ast.unparse(one.func) == "generic"]
        if made:
            function = getattr(module, node.name)
            given = {word.arg: ast.unparse(word.value) for word in made[0].keywords}
            needed = "needed where it is asked" if given.get("required") == "True" else "has a default"
            called = "Python" if given.get("compiled") == "False" else "compiled"
            call = f"`{node.name}({', '.join(argument.arg for argument in node.args.args)})`"
            rows.append((call, needed, called, _summary(function)))
    return _table(("function", "", "called from", "meaning"), rows)


def _fields(cls: Any) -> str:
    """Return a table of the fields of a dataclass, with their defaults and what its docstring says of them."""
    told = _parameters(inspect.getdoc(cls) or "")
    rows = []
    for field in dataclasses.fields(cls):
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        shown = "needed" if default is dataclasses.MISSING else f"`{default!r}`"
        rows.append((f"`{field.name}`", shown, told[field.name]))
    return _table(("field", "default", "meaning"), rows)


def _classes(*modules: ModuleType, member: str) -> str:
    """Return a table of the classes of modules that have a member: how each is called, and what it is."""
    found = [
        thing
        for module in modules
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and thing.__module__ == module.__name__ and hasattr(thing, member) and name[0] != "_"
    ]
    return _table(("class", "meaning"), [(f"`{_call(one)}`", _summary(one)) for one in found])


def _members(cls: type, names: Iterable[str]) -> str:
    """Return a table of members, with what one class of the library says of them."""
    words = {
        "sign": "the sign between observed and stated",
        "vectors": "True where whole vectors are compared, else absent",
    }
    rows = [(f"`{name}`", words.get(name) or _summary(getattr(cls, name))) for name in names]
    return _table(("member", "meaning"), rows)


def _bound() -> str:
    words = {
        "RECORD": "the experiment whose record it reads",
        "SHOWS": "the ids of the claims that it shows, none for one that explores",
        "TITLE": "what is seen, above the panels",
        "CAPTION": "how to read the picture, its panels by their letters",
        "draw": "`draw(record)` returns a matplotlib figure; it never simulates",
    }
    return _table(("name", "meaning"), [(f"`{name}`", words[name]) for name in figures.NEEDED])


def _call(cls: Callable) -> str:
    """Return a class as it is called, defaults included."""
    given = []
    for name, one in inspect.signature(cls).parameters.items():
        default = f"{one.default:g}" if isinstance(one.default, float) else repr(one.default)
        given.append(name if one.default is one.empty else f"{name}={default}")
    return f"{cls.__name__}({', '.join(given)})"


def _summary(thing: Any) -> str:
    """Return the first paragraph of a docstring in Markdown: code in single back-ticks."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return _markdown(text)


def _markdown(text: str) -> str:
    """Return text of a docstring with code in single back-ticks."""
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text.replace("``", "`"))


def _parameters(doc: str) -> dict[str, str]:
    """Return what the section Parameters of a docstring says of each name."""
    section = doc.partition("Parameters\n----------\n")[2]
    told = {}
    for entry in re.split(r"\n(?=\S)", section.strip("\n")):
        head, _, body = entry.partition("\n")
        words = " ".join(body.split())
        names, _, kind = head.partition(" : ")
        for name in names.split(", "):
            told[name.strip()] = f"{kind.strip()}. {_markdown(words)}"
    return told
