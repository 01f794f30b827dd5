"""Every public function and method of flatlab says which types it takes and gives."""

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parent.parent / "flatlab"
# what the compiler reads has no use for them: types are those of the arguments
COMPILED = {"compiled", "compiled_first", "compiled_apart", "intrinsic", "kernel", "overload"}
FILES = sorted(LIBRARY.rglob("*.py"))


def _public(body):
    """Return the public functions of a module and the methods of its public classes."""
    for node in body:
        if getattr(node, "name", "").startswith("_"):
            continue
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.ClassDef)):
            yield from _public(node.body)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            options = {ast.unparse(part).partition("(")[0].rpartition(".")[2] for part in node.decorator_list}
            if not options & COMPILED:
                yield node


def _missing(source):
    """Return ``function(argument)`` and ``function ->`` for what has no annotation."""
    found = []
    for node in _public(ast.parse(source).body):
        taken = node.args
        arguments = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, *filter(None, (taken.vararg, taken.kwarg))]
        found += [
            f"{node.name}({argument.arg})"
            for place, argument in enumerate(arguments)
            if argument.annotation is None and not (place == 0 and argument.arg in ("self", "cls"))
        ]
        found += [] if node.returns else [f"{node.name} ->"]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_public_functions_are_annotated(path):
    assert _missing(path.read_text()) == []


def test_a_missing_annotation_would_be_seen():
    assert FILES
    assert _missing("def f(x, *y: int, z: int = 1): pass") == ["f(x)", "f ->"]
    assert _missing("class A:\n    def f(self, x) -> int: pass\n    def _g(self, y): pass") == ["f(x)"]
    assert _missing("class _A:\n    def f(self, x): pass\ndef _f(x): pass\n@compiled\ndef g(x): pass") == []
    assert _missing("if True:\n    @value.register(A)\n    def h(x): pass") == ["h(x)", "h ->"]
