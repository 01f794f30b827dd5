r"""Weight decay and a small start recover the matrix better than NSO, which needs the large start to look good."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast, AtMost
from paper_checks.zhang2024.problems.sensing import RECOVERY


def gains(p, rng, rivals=("decay", "small-start")):
    """Return the error of NSO over that of each rival."""
    return [p.end("nso").error / p.end(name).error for name in rivals]


CLAIMS = (
    Claim(
        id="zhang2024/sensing-better-than-nso",
        title="Weight decay and a small start recover better than NSO",
        statement=r"""At equal gradient evaluations gradient descent with weight decay $2\lambda W$,
            $\lambda=s^2(d+1+p)$, and gradient descent from a small start both end with a smaller error:
            $\mathrm{err}_{\rm NSO}/\mathrm{err}\ge1$.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(tight_within=10),
        observe=gains,
        expect=1,
        **RECOVERY,
        note="Fourth of four readings: the plain baseline is bad because of its unit-scale start.",
        controls=(
            Control(
                "gradient descent from the same start",
                "the start, not the method, is what makes the baseline bad",
                observe=lambda p, rng: gains(p, rng, ("gd",)),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-small-start",
        title="A small start recovers the matrix without noise",
        statement=r"Descent from entries of size $0.01$ ends with a squared relative error of at most $10^{-4}$.",
        source="Recovery, measured",
        origin="measured",
        kind="upper bound",
        relation=AtMost(tight_within=30),
        observe=lambda p, rng: p.end("small-start").error,
        expect=1e-4,
        **RECOVERY,
        controls=(Control("a unit start", "it stays where it began", observe=lambda p, rng: p.end("gd").error),),
    ),
)
