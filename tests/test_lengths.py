"""No function is so long that it cannot be read at once, no module so long that it holds two ideas."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 60
MOST_LINES_OF_A_MODULE = 300
FILES = [
    path
    for folder in ("flatlab", "paper_checks", "experiments", "figures")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def _too_long(source):
    """Return ``name: lines`` of each function with more than ``MOST_LINES`` lines, its docstring not counted."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            told = node.body[0] if ast.get_docstring(node) is not None else None
            lines = node.end_lineno - node.lineno + 1 - (told.end_lineno - told.lineno + 1 if told else 0)
            if lines > MOST_LINES:
                found.append(f"{node.name}: {lines}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_is_longer_than_sixty_lines(path):
    assert _too_long(path.read_text()) == []


@pytest.mark.parametrize("path", sorted((ROOT / "flatlab").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_of_the_library_is_longer_than_three_hundred_lines(path):
    lines = len(path.read_text().splitlines())
    assert lines <= MOST_LINES_OF_A_MODULE


def _function(body_lines, docstring_lines=0, head="def f():"):
    told = ["    '''Say."] + ["    more"] * (docstring_lines - 2) + ["    '''"] if docstring_lines else []
    return "\n".join([head, *told, *["    x = 1"] * body_lines])


def test_a_long_function_would_be_seen():
    assert FILES
    assert _too_long(_function(MOST_LINES - 1)) == []
    assert _too_long(_function(MOST_LINES)) == [f"f: {MOST_LINES + 1}"]
    assert _too_long(_function(MOST_LINES - 1, docstring_lines=40)) == []
    assert _too_long(_function(MOST_LINES, docstring_lines=40)) == [f"f: {MOST_LINES + 1}"]
    assert _too_long("class A:\n" + "\n".join("    " + line for line in _function(70).split("\n"))) == ["f: 71"]
    assert _too_long(_function(70, head="async def f():")) == ["f: 71"]
