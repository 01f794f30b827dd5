"""The mistakes: fixed operators on the syntax tree of a function.

Left alone are annotations, defaults, texts, and the refusal of wrong arguments (``raise``, a condition that only guards
one, calls of argument checks): these are no statements about flat minima, and the unit tests hold them.
"""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

CHECKS = ("checks.", "_fields.", "_check", "refuse", "_refuse")
GENERATORS = ("rng", "rngs", "generator", "generators", "seed", "seeds")
TAKEN_FOR = {"std": ("variance for deviation", "var"), "var": ("variance for deviation", "std")}
TAKEN_FOR["mean"] = "wrong denominator", "sum"
ROOTS = {"sqrt": "variance for deviation", "abs": "sign", "square": "power"}
CHOICES = ("min", "max", "minimum", "maximum", "hypot")


class Mistake(NamedTuple):
    """One operator at one place; ``start`` and ``end`` are bytes of the source, ``text`` what is put there."""

    operator: str
    line: int
    start: int
    end: int
    before: str
    after: str
    text: str

    def applied(self, source: str) -> str:
        """Return the source with the mistake."""
        content = source.encode()
        return (content[: self.start] + self.text.encode() + content[self.end :]).decode()


def mistakes(function: ast.FunctionDef, source: str) -> list[Mistake]:
    """Return all mistakes that the operators make in a function."""
    begins = [0]
    for line in source.encode().splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    found = []
    for node in _nodes(function):
        for operator, new in _edits(node):
            before, after = ast.unparse(node), ast.unparse(new)
            if before != after:
                start = begins[node.lineno - 1] + node.col_offset
                end = begins[node.end_lineno - 1] + node.end_col_offset
                text = f"({after})" if isinstance(node, ast.expr) else after
                found.append(Mistake(operator, node.lineno, start, end, before, after, text))
    return found


def _nodes(function) -> Iterator[ast.AST]:
    """Walk over the code of a function, parents first; a function of one statement is not emptied."""
    body = [node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    waiting = list(reversed(body))
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        waiting = [body[0].value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Assert, ast.JoinedStr)) or _refuses(node):
            continue
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.If) and all(map(_refuses, node.body)):
            waiting += reversed(node.orelse)
            continue
        yield node
        if isinstance(node, ast.AnnAssign):
            children = [node.value] if node.value else []
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            children = node.body if isinstance(node.body, list) else [node.body]
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.UnaryOp):
            children = [node.value]  # [-1] is an index, no sign
        waiting += reversed(children)


def _refuses(node):
    """Return whether a statement raises or checks an argument; a call may check one too."""
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(node, ast.Raise) or (isinstance(call, ast.Call) and ast.unparse(call.func).startswith(CHECKS))


def _edits(node) -> Iterator[tuple[str, ast.AST]]:
    """Return the operators that apply to a node, each with what replaces it."""
    for kind, edits in EDITS.items():
        if isinstance(node, kind):
            yield from edits(node)


def _with(node, **changes):
    new = copy.deepcopy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _number(node):
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is(node, *values):
    return _number(node) and node.value in values


def _plus(node, shift):
    """Return an integer expression moved by a number."""
    if _number(node):
        return ast.Constant(node.value + shift)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _is(node.right, -shift):
        return node.left
    return ast.BinOp(node, ast.Add() if shift > 0 else ast.Sub(), ast.Constant(abs(shift)))


def _doubled(node):
    return ast.Constant(2 * node.value) if _number(node) else ast.BinOp(ast.Constant(2), ast.Mult(), node)


def _of_binary(node):
    left, op, right = node.left, node.op, node.right
    texts = (ast.List, ast.Tuple, ast.JoinedStr)
    if any(isinstance(side, texts) or (isinstance(side, ast.Constant) and not _number(side)) for side in (left, right)):
        return
    if isinstance(op, (ast.Add, ast.Sub)):
        yield "sign", _with(node, op=ast.Sub() if isinstance(op, ast.Add) else ast.Add())
        if _is(right, 1):
            yield "off by one", left
        else:
            yield "missing term", left
            yield "missing term", right
    elif isinstance(op, ast.Mult):
        yield "factor", _with(node, left=_doubled(left))
        yield "factor", right
        yield "factor", left
    elif isinstance(op, ast.Div):
        yield "wrong denominator", left
        yield "wrong denominator", _with(node, right=right.left if isinstance(right, ast.BinOp) else _doubled(right))
    elif isinstance(op, ast.FloorDiv):
        yield "off by one", _plus(node, 1)
    elif isinstance(op, ast.Pow):
        yield "power", left
        yield "power", _with(node, right=_plus(right, 1))


def _of_unary(node):
    if isinstance(node.op, (ast.USub, ast.Not)):
        yield "sign" if isinstance(node.op, ast.USub) else "missing part", node.operand


def _of_condition(node):
    for left_out in range(len(node.values)):
        kept = node.values[:left_out] + node.values[left_out + 1 :]
        yield "missing part", kept[0] if len(kept) == 1 else _with(node, values=kept)


def _of_comparison(node):
    counted = [node.left, *node.comparators]
    whole = any(ast.unparse(side).startswith("len(") or getattr(side, "attr", "") == "size" for side in counted)
    whole = whole or any(_number(side) and type(side.value) is int and side.value for side in counted)
    other = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}.get(type(node.ops[0]))
    if other and whole:
        yield "off by one", _with(node, ops=[other(), *node.ops[1:]])


def _of_call(node):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    plain = node.args and not any(isinstance(one, ast.Starred) for one in node.args)
    if name == "range" and plain:
        at = min(1, len(node.args) - 1)
        yield "off by one", _with(node, args=[*node.args[:at], _plus(node.args[at], -1), *node.args[at + 1 :]])
    if name in ROOTS and plain:
        yield ROOTS[name], node.args[0]
    if name in TAKEN_FOR and isinstance(node.func, ast.Attribute):
        operator, other = TAKEN_FOR[name]
        keywords = [one for one in node.keywords if not (other == "sum" and one.arg == "ddof")]
        yield operator, _with(node, func=_with(node.func, attr=other), keywords=keywords)
    if name in CHOICES and plain and len(node.args) > 1:
        for argument in node.args:
            yield "missing part", argument
    for place, keyword in enumerate(node.keywords):
        new = {"axis": 0 if not _is(keyword.value, 0) else -1, "ddof": 0 if not _is(keyword.value, 0) else 1}
        if keyword.arg in new and (_number(keyword.value) or isinstance(keyword.value, ast.UnaryOp)):
            changed = ast.keyword(keyword.arg, ast.Constant(new[keyword.arg]))
            keywords = [*node.keywords[:place], changed, *node.keywords[place + 1 :]]
            yield ("wrong index" if keyword.arg == "axis" else "wrong denominator"), _with(node, keywords=keywords)
    yield from _of_chance(node, name)


def _of_chance(node, name):
    """Samples that are shared: one generator for all, or a seed that does not know its place."""
    first = node.args[0] if node.args else None
    if name == "default_rng" and isinstance(first, ast.List) and len(first.elts) > 1:
        yield "stale or shared sample", _with(node, args=[_with(first, elts=first.elts[:-1])])
    if name == "spawn" and first is not None:
        one = ast.Subscript(_with(node, args=[ast.Constant(1)]), ast.Constant(0))
        yield "stale or shared sample", ast.BinOp(ast.List([one]), ast.Mult(), first)
    for place, argument in enumerate(node.args):
        if isinstance(argument, ast.Name) and argument.id in ("rngs", "generators", "seeds"):
            only = ast.BinOp(
                ast.List([ast.Subscript(argument, ast.Constant(0))]),
                ast.Mult(),
                ast.Call(ast.Name("len"), [argument], []),
            )
            yield "stale or shared sample", _with(node, args=[*node.args[:place], only, *node.args[place + 1 :]])


def _of_index(node):
    index, name = node.slice, ast.unparse(node.value)
    if name.rpartition(".")[2] in GENERATORS and not _is(index, 0):
        yield "stale or shared sample", _with(node, slice=ast.Constant(0))
    elif isinstance(index, ast.Slice):
        if index.lower is not None:
            yield "off by one", _with(node, slice=_with(index, lower=_plus(index.lower, 1)))
        if index.upper is not None:
            yield "off by one", _with(node, slice=_with(index, upper=_plus(index.upper, -1)))
    elif isinstance(index, ast.Tuple) and len(index.elts) == 2:
        yield "wrong index", _with(node, slice=_with(index, elts=index.elts[::-1]))
    elif isinstance(index, ast.UnaryOp):
        yield "wrong index", _with(node, slice=ast.Constant(0))
    elif _number(index):
        yield "wrong index", _with(node, slice=ast.Constant(-1 if index.value == 0 else 0))
    elif isinstance(index, ast.BinOp) or (isinstance(index, ast.Name) and len(index.id) <= 2):  # longer ones are keys
        yield "wrong index", _with(node, slice=_plus(index, -1))


def _of_choice(node):
    yield "missing part", node.body
    yield "missing part", node.orelse


def _of_branch(node):
    if not node.orelse:
        yield "missing part", ast.Pass()


def _of_statement(node):
    if isinstance(node.value, ast.Call):
        words = {ast.unparse(one).rpartition(".")[2] for one in node.value.args}
        yield ("stale or shared sample" if words & set(GENERATORS) else "missing part"), ast.Pass()


def _of_update(node):
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield "sign", _with(node, op=ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
    yield ("factor" if isinstance(node.op, (ast.Mult, ast.Div)) else "missing term"), ast.Pass()


EDITS = {
    ast.BinOp: _of_binary,
    ast.UnaryOp: _of_unary,
    ast.BoolOp: _of_condition,
    ast.Compare: _of_comparison,
    ast.Call: _of_call,
    ast.Subscript: _of_index,
    ast.IfExp: _of_choice,
    ast.If: _of_branch,
    ast.Expr: _of_statement,
    ast.AugAssign: _of_update,
}
