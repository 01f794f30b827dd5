"""Bartlett, Long, Bousquet (2023): the dynamics of sharpness-aware minimisation."""

REFERENCE = "Bartlett, Long, Bousquet (2023), arXiv 2210.01513v2"

# heading of the README: what the paper states of it; what stands under the others is ours
THEOREMS = {
    "What the authors state": "Q1, Q2, Q3",
    "Setting and two-cycle": "Q1, the cycle",
    "Theorem A: which starts converge": "Q1, most starts",
    "Random starts": "Q1, most starts",
    "Theorem G: iterations to a certified tube": "Q1, rates; the theorem is ours",
    "Theorem L: local convergence with explicit constants": "Q1, rates; the theorem is ours",
    "Drift law": "Q2 and Q3",
    "Drift flow": "Q2",
    "Theorem D: explicit one-step remainder": "Q3; the theorem is ours",
}
