"""The tool on a library of three functions: killed, survived, equivalent, not run; and what an edit voids."""

import ast

import pytest

from tests.mutation import equivalent
from tests.mutation.__main__ import SEED, check, run
from tests.mutation.draw import Project, draw
from tests.mutation.operators import mistakes
from tests.mutation.table import report

LIBRARY = '''
"""Squares."""

MARGIN = 0.001


def area(side):
    """Return the area."""
    return side**2


def reach(side):
    return side + MARGIN


def longest(side, short):
    return max(side, short)


def unused(side):
    return -side
'''
CLAIMS = '''
"""Squares have an area."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from tiny.rules.square import area, longest, reach


def _claim(name, measured, stated, rtol):
    wrong = Control("twice", "it is twice as much", expect=2 * stated)
    return Claim(
        id=f"tinypapers/{name}", title=name, statement="$a$", source="", origin="derived", kind="equality",
        relation=Equal(rtol=rtol), observe=lambda setting, rng: measured(3.0), expect=stated, controls=[wrong],
    )


CLAIMS = (
    _claim("area", area, 9.0, 1e-12),
    _claim("reach", reach, 3.001, 0.01),
    _claim("longest", lambda side: longest(side, 1.0), 3.0, 1e-12),
)
'''
PAPER = '"""A paper."""\n\nREFERENCE = "Nobody, Nothing"\n'


@pytest.fixture
def project(tmp_path):
    for path, text in {"tiny/rules/square.py": LIBRARY, "tinypapers/squares.py": CLAIMS}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.write_text(text)
    for folder in ("tiny", "tiny/rules", "tinypapers"):
        (tmp_path / folder / "__init__.py").write_text(PAPER)
    return Project(tmp_path, "tiny", "tinypapers", {"rules": 20})


def _edit(project, path, old, new):
    file = project.root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def _judged(project):
    """Return the results by function and what was put there, and what the run told."""
    told = []
    rows = run(project, project.root, SEED, 60.0, tell=told.append)
    return {(row.function.partition(":")[2], row.after): row for row in rows}, told


def _waiting(told):
    return next(int(line.split()[3]) for line in told if "rows stand" in line)


@pytest.mark.long
def test_mutants_are_killed_survive_or_are_not_run_and_an_edit_voids_what_it_touches(project, monkeypatch):
    rows, told = _judged(project)
    assert _waiting(told) == len(rows) == 8
    assert rows["area", "side ** 3"].result == "killed"
    assert rows["area", "side ** 3"].by == "tinypapers/area: fails"
    assert rows["unused", "side"].result == "not run"
    survivors = {key: row.moved for key, row in rows.items() if row.result == "survived"}
    assert survivors == {("reach", "side"): 1, ("reach", "side - MARGIN"): 1, ("longest", "side"): 0}
    share = next(line for line in report(list(rows.values())).splitlines() if line.startswith("rules"))
    assert share.split() == ["rules", "4", "3", "0", "1", "0", "57", "%", "50", "%"]

    _edit(project, "tiny/rules/square.py", '"""Return the area."""', '"""Return the area\n\n    of a square.\n    """')
    assert _waiting(_judged(project)[1]) == 0, "a docstring is no code"
    _edit(project, "tiny/rules/square.py", "return -side", "return -(side)  # by none")
    assert _waiting(_judged(project)[1]) == 0, "nor is a comment"
    _edit(project, "tiny/rules/square.py", "return max(side, short)", "return max(short, side)")
    rows, told = _judged(project)
    assert _waiting(told) == 2
    assert "1 of 3 claims to be traced" in told
    _edit(project, "tinypapers/squares.py", "3.001, 0.01", "3.001, 1e-9")
    rows, told = _judged(project)
    assert "3 of 3 claims to be traced" in told
    assert not any(row.function.endswith("reach") and row.result == "survived" for row in rows.values())

    ids = {key: row.id for key, row in rows.items()}
    same, other = ids["longest", "side"], ids["area", "side ** 3"]
    monkeypatch.setitem(equivalent.PROOFS, same, equivalent.Proof("the short side is shorter", _lengths))
    assert check(project, SEED) == []
    monkeypatch.setitem(equivalent.PROOFS, other, equivalent.Proof("it is not", _lengths))
    assert check(project, SEED) == [other]


def _lengths():
    from tiny.rules.square import area, longest

    return [longest(3.0, 1.0), area(3.0)]


def test_the_draw_of_a_function_does_not_depend_on_the_others(project):
    def drawn(seed=SEED, quota=3):
        return {mutant.key for mutant in draw(project._replace(folders={"rules": quota}), seed)}

    assert len({frozenset(drawn(seed)) for seed in range(9)}) > 1
    before = drawn()
    _edit(project, "tiny/rules/square.py", "def unused(side):\n    return -side\n", "")
    assert {key for key in before if not key[0].endswith("unused")} <= drawn()
    before = drawn(quota=20)
    _edit(project, "tiny/rules/square.py", "MARGIN = 0.001", "MARGIN = 0.002")
    assert not drawn(quota=20) & before, "a constant of the module is code of its functions"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a + b", {("sign", "a - b"), ("missing term", "a"), ("missing term", "b")}),
        ("return n - 1", {("sign", "n + 1"), ("off by one", "n")}),
        ("return 2 * a", {("factor", "4 * a"), ("factor", "a"), ("factor", "2")}),
        ("return a / -b", {("wrong denominator", "a"), ("wrong denominator", "a / (2 * -b)"), ("sign", "b")}),
        ("return a**2", {("power", "a"), ("power", "a ** 3")}),
        ("return -a", {("sign", "a")}),
        ("return values[-1]", {("wrong index", "values[0]")}),
        ("return values[i]", {("wrong index", "values[i - 1]")}),
        ("return values[i, j]", {("wrong index", "values[j, i]")}),
        ("return values[1:]", {("off by one", "values[2:]")}),
        ("return values[key]", set()),
        ("return rngs[k]", {("stale or shared sample", "rngs[0]")}),
        ("return list(zip(values, rngs))", {("stale or shared sample", "zip(values, [rngs[0]] * len(rngs))")}),
        ("return default_rng([a, k])", {("stale or shared sample", "default_rng([a])")}),
        ("draw(a, rng)\n    return a", {("stale or shared sample", "pass")}),
        ("draw(a)\n    return a", {("missing part", "pass")}),
        (
            "return np.std(a, ddof=1)",
            {("variance for deviation", "np.var(a, ddof=1)"), ("wrong denominator", "np.std(a, ddof=0)")},
        ),
        ("return sqrt(a)", {("variance for deviation", "a")}),
        ("return max(a, b)", {("missing part", "a"), ("missing part", "b")}),
        ("return a and b", {("missing part", "a"), ("missing part", "b")}),
        ("return a if c else b", {("missing part", "a"), ("missing part", "b")}),
        ("return len(a) < b", {("off by one", "len(a) <= b")}),
        ("return range(n)", {("off by one", "range(n - 1)")}),
        ("a -= b\n    return a", {("sign", "a += b"), ("missing term", "pass")}),
        ("return a.mean(axis=0)", {("wrong denominator", "a.sum(axis=0)"), ("wrong index", "a.mean(axis=-1)")}),
        ("if a:\n        b = c\n    return b", {("missing part", "pass")}),
        ("if a < 2 * b:\n        raise ValueError(f'{a + b}')\n    return b", set()),
        ("a = checks.positive('a', -a)\n    return a", set()),
        ("return 'α' + b", set()),
    ],
)
def test_operators(body, expected):
    source = f'"""Σ."""\n\n\ndef f(a, b):\n    """Say."""\n    {body}\n'
    found = mistakes(ast.parse(source).body[1], source)
    assert {(mistake.operator, mistake.after) for mistake in found} == expected
    for mistake in found:
        changed = mistake.applied(source)
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source))
        assert changed.startswith(source[: source.index(body)])
