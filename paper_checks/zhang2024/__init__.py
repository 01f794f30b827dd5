"""Zhang, Li, Ju (2024): noise stability optimization."""

REFERENCE = "Zhang, Li, Ju (2024), arXiv 2306.08553v4"

# heading of the README: what the paper states of it; what stands under the others is ours
THEOREMS = {
    "What the authors state": "as restated there",
    "Gaussian smoothing": "the objective, poster eq. 1",
    "Even and odd parts": "the pair removes the first-order variance, abstract of v4",
    "Upper bound": "the upper bound, poster eq. 4, with its root",
    "L1": "the lower bound, poster eq. 5; the theorem is ours",
    "Momentum": "momentum gains no rate, poster",
    "Rigorous bound": "a generalisation bound, abstract of v4; this one is Langford and Seeger's",
    "Hessian-trace surrogate": "a bound with the Hessian trace, abstract of v4; this form is not quoted",
    "Recovery, measured": "matrix sensing, the authors' code",
    "Loss conventions": "matrix sensing, the authors' code",
}
