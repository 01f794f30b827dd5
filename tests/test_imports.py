"""The arrows between modules run one way, and each outside library is named where the layout says."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "flatlab"
# a room imports itself and those before it only
ROOMS = [
    "base",
    "compiler",
    "theory",
    "objectives",
    "methods",
    "geometry",
    "simulation",
    "storage",
    "evidence",
    "learning",
    "lab",
    "report",
    "commands",
]
TOP = {"flatlab", "flatlab.__main__", "flatlab.cli"}
DRAWING = ("flatlab.lab.plotting", "flatlab.lab.margin_maps")
DECLARATIONS = ["evidence.claim", "evidence.relations", "evidence.domains", "simulation.cost"]


def _module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    _module_name(path): path
    for folder in ("flatlab", "paper_checks", "experiments", "figures")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def _imports(name, everywhere=True):
    """Return the dotted names that a module imports, functions' own imports included if ``everywhere``."""
    tree = ast.parse(FILES[name].read_text())
    nodes = list(ast.walk(tree)) if everywhere else tree.body
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = name if FILES[name].name == "__init__.py" else name.rpartition(".")[0]
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            # "from package import module" names the module, "from module import name" the module itself
            found |= {full if (full := f"{source}.{alias.name}") in FILES else source for alias in node.names}
    return found


def _top(name):
    return name.partition(".")[0]


def _inside(folder):
    return sorted(name for name in FILES if _top(name) == folder)


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("numba", lambda name: name.startswith("flatlab.compiler.")),
        ("matplotlib", lambda name: name in DRAWING or _top(name) == "figures"),
        ("jax", lambda name: False),
        ("dask", lambda name: False),
        ("distributed", lambda name: False),  # imported by name in flatlab.base.engines, where it is installed
        ("autograd", lambda name: False),
    ],
)
def test_a_library_is_named_only_where_the_layout_says(library, allowed):
    naming = {name for name in FILES if any(_top(other) == library for other in _imports(name))}
    assert {name for name in naming if not allowed(name)} == set()


@pytest.mark.parametrize("name", _inside("flatlab"))
def test_the_library_knows_nothing_of_the_papers(name):
    assert {_top(other) for other in _imports(name)}.isdisjoint({"paper_checks", "experiments", "figures", "tests"})


@pytest.mark.parametrize("name", _inside("paper_checks"))
def test_papers_know_nothing_of_experiments_and_figures(name):
    assert {_top(other) for other in _imports(name)}.isdisjoint({"experiments", "figures", "tests"})


@pytest.mark.parametrize("name", _inside("figures") or [pytest.param("", marks=pytest.mark.skip("no figures"))])
def test_figures_read_records_and_never_simulate(name):
    allowed = ("flatlab.base", "flatlab.storage", "flatlab.evidence", "flatlab.lab", "flatlab.report", "flatlab.theory")
    ours = {other for other in _imports(name) if _top(other) == "flatlab"}
    assert {other for other in ours if not other.startswith(allowed)} == set()
    assert {_top(other) for other in _imports(name)}.isdisjoint({"paper_checks", "experiments"})


@pytest.mark.parametrize("name", [name for name in _inside("flatlab") if name.startswith("flatlab.theory")])
def test_theory_is_formulas_only(name):
    for other in _imports(name):
        ours = other.startswith("flatlab.theory") or other == "flatlab.base.checks"
        assert ours or _top(other) in {"numpy", "scipy", *sys.stdlib_module_names}, other
        assert _top(other) != "random"
        assert not other.startswith("numpy.random")


@pytest.mark.parametrize("name", [f"flatlab.{module}" for module in DECLARATIONS])
def test_declarations_need_the_standard_library_only(name):
    assert {_top(other) for other in _imports(name)} <= {"flatlab", *sys.stdlib_module_names}


def _room(name):
    return name.split(".")[1] if name.startswith("flatlab.") else ""


@pytest.mark.parametrize("name", sorted(set(_inside("flatlab")) - TOP))
def test_every_module_is_in_a_room_and_imports_its_own_and_lower_ones_only(name):
    assert _room(name) in ROOMS
    below = ROOMS[: ROOMS.index(_room(name)) + 1]
    ours = {other for other in _imports(name) if _top(other) == "flatlab"}
    assert {other for other in ours if _room(other) not in below} == set()


def test_no_module_imports_itself_through_others():
    graph = {name: {other for other in _imports(name, everywhere=False) if other in FILES} for name in FILES}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("imports in a circle: " + " <- ".join(error.args[1]))


def test_a_breach_would_be_seen(tmp_path, monkeypatch):
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    import numba.core\n    from flatlab.simulation import trajectories\n")
    monkeypatch.setitem(FILES, "flatlab.theory.bad", bad)
    assert _imports("flatlab.theory.bad") == {"numba.core", "flatlab.simulation.trajectories"}
    with pytest.raises(AssertionError, match=r"theory\.bad"):
        test_a_library_is_named_only_where_the_layout_says("numba", lambda name: name.startswith("flatlab.compiler."))
    with pytest.raises(AssertionError):
        test_theory_is_formulas_only("flatlab.theory.bad")
    with pytest.raises(AssertionError, match="trajectories"):
        test_every_module_is_in_a_room_and_imports_its_own_and_lower_ones_only("flatlab.theory.bad")
