"""Formulas of all pages and claims are LaTeX that a CommonMark parser with dollar mathematics renders."""

import re
from pathlib import Path

import pytest

from flatlab.evidence.discovery import installed_claims

ROOT = Path(__file__).parents[1]
PAPERS = [*sorted((ROOT / "paper_checks").glob("*/*.md"))]
READMES = [page for page in PAPERS if page.name == "README.md"]  # not the tables that are made from records
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), *PAPERS]
CODE = re.compile(r"^```.*?^```$|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.MULTILINE | re.DOTALL)
DISPLAYED = re.compile(r"^ *\$\$(.+?)\$\$$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<![\\$\w])\$(?=\S)((?:[^$\\]|\\.)+?)(?<=\S)\$(?![\w$])")
UNICODE = re.compile("(?!∎)[\u0370-\u03ff\u2032\u2070-\u209c\u2100-\u214f\u2200-\u22ff\u27e8\u27e9]|[²³¹]")
# commands that MathJax and KaTeX know
KNOWN = re.findall(
    r"\w+",
    """
    alpha angle approx arcsin ast bar beta big Big bigcup Bigg bigg biggl Biggl Biggr biggr bigl Bigl bigr Bigr
    binom cdot cdots circ cos cosh cot cup ddot Delta delta det dfrac displaystyle dot dots ell epsilon eta exp
    forall frac Gamma gamma ge gg hat in inf infty int kappa ker Lambda lambda langle lbrace lceil ldots le left
    leftarrow lesssim lfloor lim liminf limsup ll ln log lt lVert lvert mapsto mathbb mathcal mathrm max mid min
    mu nabla ne neq notin nu Omega omega operatorname overline partial perp Phi phi Pi pi pm Pr prime prod
    propto psi Psi qquad quad rangle rbrace rceil rfloor rho right rm rvert rVert setminus sigma Sigma sim simeq
    sin sinh sqrt star subset succ succeq sum sup tan tanh tau text tfrac theta Theta tilde times to top
    underline varepsilon varphi Vert vert widehat widetilde xi zeta
    """,
)
OPENING, CLOSING = ("left", "bigl", "Bigl", "biggl", "Biggl"), ("right", "bigr", "Bigr", "biggr", "Biggr")


def faults(formula):
    """Return what a renderer would stumble over."""
    commands = re.findall(r"\\([a-zA-Z]+|.)", formula, re.DOTALL)
    found = [f"unknown \\{name}" for name in commands if name.isalpha() and name not in KNOWN]
    for first, last in zip(OPENING, CLOSING):
        if commands.count(first) != commands.count(last):
            found.append(f"\\{first} without \\{last}")
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", formula):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    found += ["braces do not match"] if depth else []
    found += [f"{one!r} beside LaTeX" for one in UNICODE.findall(formula)]
    if re.search(r"[\^_](\s|$|[\^_])|\^[^{}\\]\^", formula):
        found.append("an exponent or index is missing")
    if re.search(r"\n\s*\n", formula):
        found.append("an empty line")
    return found


def parted(text):
    """Return the formulas of a page and what is left of it beside formulas and code."""
    text = CODE.sub("`code`", text)
    formulas = DISPLAYED.findall(text)
    text = DISPLAYED.sub("", text)
    return formulas + INLINE.findall(text), INLINE.sub("", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_formulas_of_a_page_can_be_rendered(page):
    formulas, rest = parted(page.read_text(encoding="utf-8"))
    assert [(formula, found) for formula in formulas if (found := faults(formula))] == []
    assert [line for line in rest.splitlines() if "$" in line] == [], "a dollar sign that opens or closes nothing"


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.parent.name)
def test_a_paper_has_one_notation(page):
    _, rest = parted(page.read_text(encoding="utf-8"))
    assert [line for line in rest.splitlines() if UNICODE.search(line.replace("−", ""))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_formula_breaks_a_table_or_a_paragraph(page):
    """A bar ends a cell before formulas are read; a line that begins with + or - and a blank begins a list."""
    for line in page.read_text(encoding="utf-8").splitlines():
        formulas, _ = parted(line)
        assert not (line.lstrip().startswith("|") and any(re.search(r"(?<!\\)\|", one) for one in formulas)), line
    for formula in parted(page.read_text(encoding="utf-8"))[0]:
        assert not re.search(r"\n\s*([-+*>#]|\d+\.)\s", formula), formula


@pytest.mark.parametrize("claim", installed_claims().values(), ids=lambda claim: claim.id)
def test_the_formulas_of_a_claim_can_be_rendered(claim):
    for text in (claim.statement, claim.note, *claim.hypotheses, *(control.why for control in claim.controls)):
        formulas, rest = parted(text)
        assert [(formula, found) for formula in formulas if (found := faults(formula))] == []
        assert "$" not in rest


def test_a_fault_would_be_seen():
    assert faults(r"\frac{a}{b}_i^2") == []
    for broken in (r"\fraq12", r"\frac{a}{b", r"a}b{", r"\Bigl(a)", "a_ b", "a^", "x²", "∇f", "a\n\nb"):
        assert faults(broken), broken
    assert parted("costs 3$ and 4$")[1].count("$") == 2
    assert parted("`$a$` is $b$.") == (["b"], "`code` is .")
