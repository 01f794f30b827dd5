"""The key of reached code changes with what is reached, and with nothing else."""

import pytest

from flatlab.base.reached import Sources

FILES = {
    "pkg/__init__.py": "from pkg.helpers import twice\n",
    "pkg/helpers.py": """
import math
from pkg import constants
from pkg.generic import value


def twice(x):
    '''Twice.'''
    return FACTOR * x


FACTOR = 2


def unused(x):
    return x + 7


def thrice(x):
    from pkg.inner import three

    if x < 0:
        raise ValueError("x is below 0")
    return three * x + constants.SHIFT


class Shape:
    size: int = 3

    def area(self):
        return self.size ** 2


class Other:
    pass


@value.register(Shape)
def _(shape):
    return shape.area() * 10


@value.register(Other)
def _(shape):
    return 11
""",
    "pkg/generic.py": "def generic(f):\n    return f\n\n\n@generic\ndef value(shape):\n    return 0\n",
    "pkg/constants.py": "SHIFT = 5\nELSE = 6\n",
    "pkg/inner.py": "three = 3\n",
}
MODULE = """
from pkg import twice
from pkg.helpers import Shape, thrice
from pkg.generic import value

ROOT = [twice, thrice, lambda: value(Shape())]
"""


@pytest.fixture
def key(tmp_path):
    def of(**changes):
        for name, text in {**FILES, "pkg/module.py": MODULE}.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            for new in changes.values():
                text = text.replace(*new)
            path.write_text(text)

        def find(name):
            base = tmp_path.joinpath(*name.split("."))
            return next((one for one in (base.with_suffix(".py"), base / "__init__.py") if one.is_file()), None)

        sources = Sources(["pkg"], find)
        return sources.key("pkg.module", sources.module("pkg.module").bound["ROOT"])

    return of


@pytest.mark.parametrize(
    "change",
    [
        ("FACTOR = 2", "FACTOR = 2.5"),
        ("FACTOR * x", "FACTOR + x"),
        ("three = 3", "three = 4"),
        ("SHIFT = 5", "SHIFT = 6"),
        ("size: int = 3", "size: int = 4"),
        ("self.size ** 2", "self.size ** 3"),
        ("shape.area() * 10", "shape.area() * 11"),
        ("return 0", "return 1"),
        ("return f", "return lambda *a: f(*a)"),
        ("if x < 0", "if x < 1"),
        ("lambda: value", "lambda x=1: value"),
    ],
)
def test_a_change_of_what_is_reached_changes_the_key(key, change):
    assert key() != key(change=change)


@pytest.mark.parametrize(
    "change",
    [
        ("return x + 7", "return x + 8"),
        ("ELSE = 6", "ELSE = 7"),
        ("return 11", "return 12"),
        ("'''Twice.'''", "'''Two times.'''"),
        ("x is below 0", "x must be above 0"),
        ("size: int = 3", "size: float = 3"),
        ("FACTOR * x", "(FACTOR\n    * x)  # a comment"),
    ],
)
def test_a_change_elsewhere_or_of_words_does_not(key, change):
    assert key() == key(change=change)


def test_the_key_is_the_same_whatever_the_order_of_statements(key):
    swapped = ("SHIFT = 5\nELSE = 6", "ELSE = 6\nSHIFT = 5")
    assert key() == key(change=swapped)
