r"""Flatness does not tell who recovers: naive noise ends as flat as NSO and recovers worse, a small start sharper."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast, Equal
from paper_checks.zhang2024.problems.sensing import RECOVERY
from paper_checks.zhang2024.sensing_gain import DEAR


def flatness(p, rng, rival="naive-2"):
    """Return trace and nuclear norm of a rival over those of NSO."""
    nso, other = p.end("nso"), p.end(rival)
    return [other.trace / nso.trace, other.nuclear / nso.nuclear]


def trace_and_error(p, rng, rival="small-start"):
    """Return the trace of a rival over NSO's, and the error of NSO over the rival's."""
    nso, other = p.end("nso"), p.end(rival)
    return [other.trace / nso.trace, nso.error / other.error]


CLAIMS = (
    Claim(
        id="zhang2024/sensing-as-flat",
        title="Naive noise ends as flat as NSO",
        statement=r"""At equal gradient evaluations $\operatorname{tr}\nabla^2L$ and $\|WW^\top\|_*$ of naive noise
            (two points) and of NSO are the same up to 10%: ratios of $1$.""",
        source="Recovery, measured",
        origin="measured",
        kind="equality",
        relation=Equal(rtol=0.1),
        observe=flatness,
        expect=1,
        **RECOVERY,
        **DEAR,
        seconds=0.25,
        note="""Contradicts the reading that NSO recovers better because it ends flatter: naive noise ends as flat, with
            the larger loss (sensing-nso-over-naive). The ratios differ from 1 by some 2% either way.""",
        controls=(
            Control(
                "gradient descent in place of naive noise",
                "its minimum is far sharper",
                observe=lambda p, rng: flatness(p, rng, "gd"),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-sharper-and-better",
        title="A small start ends sharper than NSO and recovers better",
        statement=r"""Gradient descent from entries of size $0.01$ has the larger $\operatorname{tr}\nabla^2L$ and the
            smaller error.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        observe=trace_and_error,
        expect=1,
        **RECOVERY,
        **DEAR,
        seconds=0.25,
        note="""Contradicts the reading that a flatter minimum generalises better: the truth itself is sharper than what
            weight noise finds.""",
        controls=(
            Control(
                "a unit start",
                "it ends sharper still, and does not recover the matrix",
                observe=lambda p, rng: trace_and_error(p, rng, "gd"),
            ),
        ),
    ),
)
