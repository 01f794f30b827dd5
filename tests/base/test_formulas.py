"""Formulas as text for a terminal."""

import pytest

from flatlab.base.formulas import readable
from flatlab.evidence.discovery import installed_claims


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"the radius is $\rho h/(2-h)$.", "the radius is ρh/(2 − h)."),
        (r"$a_{t+1}\le-2$", "aₜ₊₁ ≤ −2"),
        (r"$\frac{\eta\rho^2}{2d}$", "ηρ²/(2d)"),
        (r"$\frac{a+b}{c}$", "(a + b)/c"),
        (r"$-\frac12\mathrm{tr}\,\nabla^2f$", "−½ tr ∇²f"),
        (r"$\sqrt{2/e}\,D\sqrt{\frac{C\sigma^2}{kT}}$", "√(2/e) D√(Cσ²/(kT))"),
        (r"$e^{-\eta\rho^2t}$", "e^(−ηρ²t)"),
        (r"$\lbrace1,2\rbrace\subset\mathbb R$", "{1, 2} ⊂ ℝ"),
        (r"$\Bigl(\frac ab\Bigr)^{3/2}$", "(a/b)³ᐟ²"),
        (r"$q^Tx^\top$", "q^T xᵀ"),
        (r"$\min_t|1-s_t|$", "minₜ|1 − sₜ|"),
        (r"$\hat L\ge\binom n2$", "L̂ ≥ C(n, 2)"),
        ("no formula: 3 < 4", "no formula: 3 < 4"),
    ],
)
def test_a_formula_is_readable(latex, text):
    assert readable(latex) == text


def test_no_latex_is_left_of_any_claim():
    for claim in installed_claims().values():
        for text in (claim.statement, claim.note, *claim.hypotheses, *(control.why for control in claim.controls)):
            assert not set(readable(text)) & set("\\$"), claim.id
