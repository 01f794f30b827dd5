"""Every claim module has the same shape, so that a reader finds theorem, hypotheses and controls at once."""

import ast
import importlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from evidence.test_claim import claim

from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import claims_of_module
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole

ROOT = Path(__file__).parents[2]
MOST_LINES = 120
PAPERS = sorted(path.parent for path in (ROOT / "paper_checks").glob("*/__init__.py"))
PROOF = re.compile(r"(?:- )?\*{0,2}(?:Proof\b|(?:RECALLED[^.\n]* and )?DERIVED\b)")  # how a paragraph that proves opens
SHORTEST_PROOF = 40  # characters
PROVED = "*Proof.* Both are $a$, since $b=a$ and $c=a$. ∎"
MODULES = [path for paper in PAPERS for path in sorted(paper.glob("*.py")) if not path.name.startswith("_")]


def _of_text(text):
    """Return what the text of a claim module does that no other reader expects."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        yield f"{len(lines)} lines, at most {MOST_LINES}"
    if "fmt: " in text:
        yield "switches the formatter off"
    tree = ast.parse(text)
    if ast.get_docstring(tree) is None:
        yield "no docstring with the theorem"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and re.match(r"paper_checks\..*(^|\.)_", node.module or ""):
            yield f"imports the private module {node.module}"


def _of_names(names):
    """Return which claims are bound to another name than CLAIM, or CLAIMS for several."""
    for name, bound in names.items():
        if isinstance(bound, Claim) and name != "CLAIM":
            yield f"{name} is a claim: bind it to CLAIM"
        several = isinstance(bound, (tuple, list)) and any(isinstance(item, Claim) for item in bound)
        if several and (name != "CLAIMS" or not isinstance(bound, tuple) or len(bound) < 2):
            yield f"{name} holds claims: bind two or more to CLAIMS, as a tuple"
    if "CLAIM" in names and "CLAIMS" in names:
        yield "binds both CLAIM and CLAIMS"


def _of_claim(one, sections):
    """Return what a claim lacks: constants are fixed, a source is a heading of the paper's README, with a proof."""
    for name, values in one.domain.items():
        single = len(values.values) == 1 if isinstance(values, Choice) else values.low == values.high
        if single:
            yield f"{name} of {one.id} has one value only: give it in fixed"
    sources = (one.source,) if isinstance(one.source, str) else one.source
    for source in sources:
        if source not in sections:
            yield f"{source!r} of {one.id} is no heading of the paper's README"
    if one.origin == "derived" and not any(_has_proof(sections.get(name, "")) for name in sources):
        yield f"{one.id} is derived and no heading of its source holds a proof"


def _has_proof(text):
    """Return whether a paragraph opens as a proof, and says more, itself or those after it, than that there is one."""
    parts = re.split(r"\n\s*\n|\n(?=- )", text)
    proofs = ["\n".join(parts[k:]).strip() for k, part in enumerate(parts) if PROOF.match(part.strip())]
    return any(len(proof) >= SHORTEST_PROOF for proof in proofs)


def _sections(paper):
    """Return the text under each heading of a paper's README."""
    text = (paper / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^#+ (.+?)\s*$\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_claim_module_has_the_shape_of_all(path):
    module = importlib.import_module(f"paper_checks.{path.parent.name}.{path.stem}")
    sections = _sections(path.parent)
    of_claims = [words for one in claims_of_module(module).values() for words in _of_claim(one, sections)]
    assert [*_of_text(path.read_text(encoding="utf-8")), *_of_names(vars(module)), *of_claims] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_says_once_what_it_is(paper):
    reference = importlib.import_module(f"paper_checks.{paper.name}").REFERENCE
    assert paper.name == "laboratory" or re.search(r"\(\d{4}\), arXiv \d{4}\.\d{5}v\d$", reference)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"""Say."""\n' + "\n" * MOST_LINES, "lines"),
        ('"""Say."""\nX = [1,2]  # fmt: skip\n', "formatter"),
        ("X = 1\n", "docstring"),
        ('"""Say."""\nfrom paper_checks.ahn2024._private import PAPER\n', "private module paper_checks.ahn2024._pri"),
    ],
)
def test_an_unusual_module_would_be_seen(text, words):
    assert len(found := list(_of_text(text))) == 1
    assert words in found[0]
    assert list(_of_text('"""Say."""\n' + "\n" * (MOST_LINES - 1))) == []
    assert list(_of_text('"""Say."""\nfrom paper_checks.ahn2024.problems.features import sign_features\n')) == []


@pytest.mark.parametrize(
    "names",
    [
        {"LEAVES": claim()},
        {"CLAIMS": [claim(), claim(id="p/two")]},
        {"CLAIMS": (claim(),)},
        {"SOME": (claim(), claim(id="p/two"))},
        {"CLAIM": claim(), "CLAIMS": (claim(id="p/two"), claim(id="p/three"))},
    ],
)
def test_a_claim_under_another_name_would_be_seen(names):
    assert len(list(_of_names(names))) == 1
    assert list(_of_names({"CLAIM": claim(), "x": 1, "many": (1, 2)})) == []
    assert list(_of_names({"CLAIMS": (claim(), claim(id="p/two"))})) == []


@pytest.mark.parametrize("values", [Choice((3,)), Whole(2, 2), Uniform(1.0, 1.0), LogUniform(2, 2)])
def test_a_constant_in_the_domain_and_a_lost_heading_would_be_seen(values):
    assert len(list(_of_claim(claim(domain={"y": values}, source="A"), {"A": PROVED}))) == 1
    fine = claim(domain={"y": Choice((1, 2)), "z": Whole(1, 2)}, source=("A", "B"))
    assert list(_of_claim(fine, {"A": PROVED, "B": ""})) == []
    assert "'B' of" in next(_of_claim(fine, {"A": PROVED, "B: more": ""}))


def test_a_derived_claim_without_a_proof_would_be_seen():
    derived = claim(id="any/x", origin="derived", source=("A", "B"))
    assert "no heading" in next(_of_claim(derived, {"A": "", "B": "Believe it."}))
    assert list(_of_claim(derived, {"A": "", "B": PROVED})) == []
    lacking = ["It is $x$. " + PROVED, f"({PROVED})", "*Proof.* See above.", "DERIVED."]
    assert all(list(_of_claim(derived, {"A": "", "B": text})) for text in lacking)
    shapes = [
        "Let $x$.\n\n" + PROVED,
        "**DERIVED.** " + PROVED,
        "*DERIVED as a sum.*\n\n" + PROVED,
        "Two:\n- " + PROVED,
    ]
    assert not any(list(_of_claim(derived, {"A": text, "B": ""})) for text in shapes)
    assert list(_of_claim(replace(derived, origin="measured"), {"A": "", "B": ""})) == []
