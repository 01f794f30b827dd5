"""House rules of the prose: sections, sources, no traces of anyone's machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "flatlab"
MODULES = [
    path
    for path in sorted(LIBRARY.rglob("*.py"))
    if not any(part.startswith("_") for part in path.relative_to(LIBRARY).with_suffix("").parts)
    and path.relative_to(LIBRARY).parts[0] not in ("base", "compiler")  # for the library alone: a sentence will do
    and path.name != "loops.py"
]
THEORY = LIBRARY / "theory"
PAPERS = {"sam": "bartlett2023", "escape": "ahn2024", "noise": "zhang2024"}  # whose README proves a room's formulas
FORBIDDEN = ["iss" + "ues?", "TO" + "DO", "FIX" + "ME", "age" + "nts?"]
ENTRANCES = {"trajectory", "ensemble", "track", "hitting_time"}  # what most users call: all sections, in full
HEADING = re.compile(r'(?:\b(\w+[0-9]{4})[/ ])?README,\s+"([^"]+)"')
MACHINE_PATHS = re.compile(r"(?<![\w.>-])/(?:tmp|work|home|root|Users)/\w")


def _public(path):
    """Return the functions and classes that ``__all__`` lists; without one, those with no leading underscore."""
    tree = ast.parse(path.read_text())
    listed = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" and path.name != "__init__.py":
            listed = ast.literal_eval(node.value)
    return [
        pytest.param(path, node, id=f"{path.relative_to(LIBRARY)}:{node.name}")
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and (node.name in listed if listed is not None else not node.name.startswith("_"))
    ]


def _in_a_room(path):
    """Return whether a file holds formulas of one paper, with docstrings of an equation and a heading."""
    return path is not None and path.is_relative_to(THEORY) and path.relative_to(THEORY).parts[0] in PAPERS


def _formulas(path):
    """Return the public functions of a module and the properties and methods of its classes, each with its class."""
    for entry in _public(path):
        node = entry.values[1]
        if isinstance(node, ast.FunctionDef):
            yield pytest.param(path, node, None, id=entry.id)
            continue
        yield from (
            pytest.param(path, inner, node, id=f"{entry.id}.{inner.name}")
            for inner in node.body
            if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_") and inner.name != "clean_fields"
        )


EVERYTHING = [entry for path in MODULES for entry in _public(path)]
FUNCTIONS = [
    entry for entry in EVERYTHING if isinstance(entry.values[1], ast.FunctionDef) and not _in_a_room(entry.values[0])
]
CLASSES = [entry for entry in EVERYTHING if isinstance(entry.values[1], ast.ClassDef)]


def _own_nodes(node):
    """Return the nodes of a function without those of the functions inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield child
            yield from _own_nodes(child)


def _is_command(node):
    """Return whether a function is a command of the command line: its docstring is the help that users see."""
    return any("command" in ast.unparse(decorator) for decorator in node.decorator_list)


def _is_question(path):
    """Return whether a page of questions explains the arguments of all its functions at its top."""
    return path is not None and path.relative_to(LIBRARY).as_posix() == "objectives/questions.py"


def _gives(node):
    for inner in _own_nodes(node):
        if isinstance(inner, (ast.Yield, ast.YieldFrom)):
            return "Yields"
    for inner in _own_nodes(node):
        if isinstance(inner, ast.Return) and inner.value is not None:
            return "Returns"
    return ""


def _has_section(text, title):
    return re.search(rf"^\s*{title}\n\s*-{{3,}}$", text, re.MULTILINE) is not None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_a_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize(("path", "node"), FUNCTIONS)
def test_a_function_states_what_it_takes_and_gives(path, node):
    text = ast.get_docstring(node) or ""
    assert text, "no docstring"
    if _is_command(node):
        return
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if _is_question(path):
        page = ast.get_docstring(ast.parse(path.read_text()))
        missing = [name.arg for name in arguments if f"``{name.arg}``" not in page + text and name.arg not in text]
        assert not missing, f"{missing} are described neither here nor at the top"
        return
    for argument in arguments:
        described = re.search(rf"\b{argument.arg}\b", text)
        assert described or argument.annotation, f"{argument.arg} is neither described nor annotated"
    gives = _gives(node)
    if node.name in ENTRANCES:
        assert _has_section(text, "Parameters"), "no Parameters section"
        assert all(re.search(rf"^ *(\w+, )*{argument.arg}\b", text, re.MULTILINE) for argument in arguments)
        assert _has_section(text, gives), f"no {gives} section"
    elif gives:
        assert node.returns or _has_section(text, gives), f"what it {gives.lower()} is neither described nor annotated"


@pytest.mark.parametrize(("path", "node"), CLASSES)
def test_a_class_says_what_it_is_and_names_the_fields_a_user_fills(path, node):
    text = ast.get_docstring(node) or ""
    assert text, "no docstring"
    filled = {"objectives", "methods", "observables"} & set(path.relative_to(LIBRARY).with_suffix("").parts)
    for field in node.body if filled else []:
        if isinstance(field, ast.AnnAssign) and not field.target.id.startswith("_"):
            assert re.search(rf"\b{field.target.id}\b", text), f"{field.target.id} is not described"


@pytest.mark.parametrize(("path", "node"), CLASSES)
def test_every_public_method_says_what_it_does_but_clean_fields_has_one_meaning(path, node):
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")]
    assert [part.name for part in methods if part.name != "clean_fields" and not ast.get_docstring(part)] == []


@pytest.mark.parametrize(
    ("path", "node"), [entry for entry in FUNCTIONS if "theory" in entry.values[0].relative_to(LIBRARY).parts]
)
def test_a_formula_names_its_source(path, node):
    if re.match(r"(Refuse|Return the checked)\b", ast.get_docstring(node) or ""):
        return  # a check of arguments states no formula
    assert re.search(r"^\s*Source:", ast.get_docstring(node) or "", re.MULTILINE), "no line 'Source: ...'"


@pytest.mark.parametrize(
    ("path", "node", "setting"), [entry for path in MODULES if _in_a_room(path) for entry in _formulas(path)]
)
def test_a_formula_in_a_room_states_its_equation_and_the_heading_that_proves_it(path, node, setting):
    text = ast.get_docstring(node) or ""
    assert re.search(r"``[^`]+``|[=<>≤≥∈∫Σ√]", text), "no equation"
    room = path.relative_to(THEORY).parts[0]
    sources = HEADING.findall(text) or (HEADING.findall(ast.get_docstring(setting) or "") if setting else [])
    assert sources or re.search(r"\b(definition|textbook)\b", text, re.IGNORECASE), 'no README, "heading"'
    for paper, heading in sources:
        page = (ROOT / "paper_checks" / (paper or PAPERS[room]) / "README.md").read_text()
        assert heading in re.findall(r"^#+ (.+?)\s*$", page, re.MULTILINE), f"{heading!r} is no heading of the page"


def _tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".cfg", ".toml", ".mplstyle", ".svg", ""} and path.is_file():
            yield name, path.read_text(errors="replace")


def test_no_file_speaks_of_how_it_was_made():
    words = re.compile(rf"\b({'|'.join(FORBIDDEN)})\b", re.IGNORECASE)
    assert [f"{name}: {found[0]}" for name, text in _tracked() for found in words.finditer(text)] == []


def test_no_file_names_a_place_on_someones_machine():
    assert [f"{name}: {found[0]}" for name, text in _tracked() for found in MACHINE_PATHS.finditer(text)] == []


def test_a_breach_would_be_seen():
    silent = ast.parse('def f(x):\n    """Do."""\n    return x').body[0]
    with pytest.raises(AssertionError, match="x is neither"):
        test_a_function_states_what_it_takes_and_gives(None, silent)
    half = ast.parse('def f(x: float):\n    """Do."""\n    return x').body[0]
    with pytest.raises(AssertionError, match="what it returns is neither"):
        test_a_function_states_what_it_takes_and_gives(None, half)
    entrance = ast.parse('def track(x: float) -> float:\n    """Do."""\n    return x').body[0]
    with pytest.raises(AssertionError, match="no Parameters"):
        test_a_function_states_what_it_takes_and_gives(None, entrance)
    with pytest.raises(AssertionError, match="no line 'Source"):
        test_a_formula_names_its_source(None, silent)
    mute = ast.parse("class A:\n    '''A.'''\n    def f(self): pass\n    def clean_fields(self): pass").body[0]
    with pytest.raises(AssertionError, match="'f'"):
        test_every_public_method_says_what_it_does_but_clean_fields_has_one_meaning(None, mute)
    bare = ast.parse('def f(x):\n    """Return ``x = 1``."""\n').body[0]
    with pytest.raises(AssertionError, match="no README"):
        test_a_formula_in_a_room_states_its_equation_and_the_heading_that_proves_it(THEORY / "sam/x.py", bare, None)
    lost = ast.parse("def f(x):\n    '''Return ``x = 1``.  README, \"Nowhere\".'''\n").body[0]
    with pytest.raises(AssertionError, match="no heading of the page"):
        test_a_formula_in_a_room_states_its_equation_and_the_heading_that_proves_it(THEORY / "sam/x.py", lost, None)
    assert MACHINE_PATHS.search("open('/" + "home/someone/x')")
