"""The equation of a class, set as mathematics from the plain text of its docstring."""

import inspect
import re
import string

from markupsafe import Markup

from flatlab.report.site.text import formula

GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi")
GREEK += ("rho", "sigma", "tau", "phi", "psi", "omega")
FUNCTIONS = ("exp", "cos", "cosh", "sin", "log", "min", "max", "sum")
SIGNS = {"<-": r"\leftarrow ", "->": r"\to ", "<=": r"\le ", ">=": r"\ge ", "~": r"\sim ", "±": r"\pm "}
SIGNS |= {" . ": r"\cdot ", "...": r"\dots ", "..": r"\dots ", "grad": r"\nabla ", "in": r"\in "}
WORDS = string.ascii_letters + string.digits + ")]<"
TOKEN = re.compile(r"<-|->|<=|>=| \. |\.\.\.|\.\.|[A-Za-z]+|\d+\.?\d*|\S|\s+")
BEGINS = r"(?:\b\w+\(\w+(?:, \w+)*\)|\b[fF]) = |(?<=The objective )(?=\w\()"
STOP = re.compile(
    r"(?:(?<!\.)[.;:](?:\s|$)|, (?!\w+\()| (?:with|on|of|where|for|in any|so that|whose|and a|over|meant)\b)"
)


def equation(text: str | None) -> Markup | None:
    """Return the equation of a docstring as MathML: a step in backticks, else what the first sentence defines."""
    told = inspect.cleandoc(text or "")
    literals = [" ".join(found.split()) for found in re.findall(r"``([^`]+)``", told)]
    first = " ".join(told.split("\n\n")[0].split())
    begins = re.search(BEGINS, first)
    steps = [written for written in literals if "<-" in written]
    sentence = [first[begins.start() : _end(first, begins.end())]] if begins else []
    others = [written for written in literals if " = " in written and not written.startswith("w = (")]
    found = [*steps, *sentence, *others]
    return formula(latex_of(found[0]), display=True) if found else None


def latex_of(written: str) -> str:
    """Return a formula that is written in plain text, such as ``sum_i lambda_i w_i^2``, in LaTeX."""
    tokens = TOKEN.findall(written)
    out: list[str] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        if token in "_^" and k + 1 < len(tokens):
            group, k = _group(tokens, k + 1)
            out.append(f"{token}{{{latex_of(group)}}}")
            continue
        if token == "sqrt" and k + 1 < len(tokens) and tokens[k + 1] == "(":
            group, k = _group(tokens, k + 1)
            out.append(rf"\sqrt{{{latex_of(group)}}}")
            continue
        between = token.isspace() and 0 < k < len(tokens) - 1 and _is_product(tokens[k - 1], tokens[k + 1])
        out.append(r"\," if between else _symbol(token))
        k += 1
    joined = " ".join("".join(out).split())
    return re.sub(r"<(?=\w)(.*?)(?<=\S)>", r"\\langle \1\\rangle", joined)


def _is_product(before, after):
    """Tell whether a blank stands for a product with a name of several letters."""
    return (_is_name(before) or _is_name(after)) and before[-1] in WORDS and after[0] in WORDS


def _is_name(token):
    known = token in SIGNS or token in FUNCTIONS or token.lower() in GREEK
    return token.isalpha() and len(token) > 2 and not known


def _symbol(token):
    if token in SIGNS:
        return SIGNS[token]
    if token.lower() in GREEK:
        return f"\\{token} "
    if token in FUNCTIONS:
        return f"\\{token} "
    if token == "*":
        return r"\,"
    if token in "{}":
        return f"\\{token}"
    if token.isspace():
        return " "
    return rf"\mathrm{{{token}}}" if _is_name(token) else token


def _group(tokens, k):
    """Return what an index, an exponent or a root applies to, without its brackets, and the place after it."""
    if tokens[k] not in "({":
        return tokens[k] + ("".join(tokens[k + 1 : k + 2]) if tokens[k] == "-" else ""), k + 1 + (tokens[k] == "-")
    depth, start = 0, k
    while k < len(tokens):
        depth += (tokens[k] in "({") - (tokens[k] in ")}")
        k += 1
        if depth == 0:
            break
    return "".join(tokens[start + 1 : k - 1]), k


def _end(text, start):
    """Return where an equation within a sentence ends: at a stop outside of brackets."""
    for found in STOP.finditer(text, start):
        inside = text[start : found.start()]
        if sum(map(inside.count, "([<")) == sum(map(inside.count, ")]>")):
            return found.start()
    return len(text.rstrip("."))
