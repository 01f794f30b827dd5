r"""Flatness does not tell who recovers: naive noise ends as flat as NSO and recovers worse, a small start sharper."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast, Equal
from paper_checks.zhang2024.problems.sensing import RECOVERY
from paper_checks.zhang2024.sensing_gain import DEAR, following


def flatness(p, rng, rival="naive-2", problems=2):
    """Return trace and nuclear norm of a rival over those of NSO, in the mean over problems."""
    ends = [(one.end("nso"), one.end(rival)) for one in following(p, problems)]
    return np.mean([[other.trace / nso.trace, other.nuclear / nso.nuclear] for nso, other in ends], axis=0)


def trace_and_error(p, rng, rival="small-start", problems=4):
    """Return the trace of a rival over NSO's, and the error of NSO over the rival's, in the geometric mean."""
    ends = [(one.end("nso"), one.end(rival)) for one in following(p, problems)]
    ratios = [[other.trace / nso.trace, nso.error / other.error] for nso, other in ends]
    return np.exp(np.mean(np.log(ratios), axis=0))


CLAIMS = (
    Claim(
        id="zhang2024/sensing-as-flat",
        title="Naive noise ends as flat as NSO",
        statement=r"""At $d=20$, $r=1$, $n=100$ and $0.1\le s\le0.12$, after 8000 gradient evaluations at $\eta=1/240$
            from $N(0,1)$ entries, $\operatorname{tr}\nabla^2L$ and $\|WW^\top\|_*$ of naive noise (two points) and of
            NSO are the same up to 6%: ratios of $1$ in the mean over two problems.""",
        source="Recovery, measured",
        origin="measured",
        kind="equality",
        relation=Equal(rtol=0.06),
        observe=flatness,
        expect=1,
        **{**RECOVERY, **DEAR},
        seconds=0.16,
        note="""Contradicts the reading that NSO recovers better because it ends flatter: naive noise ends as flat, with
            the larger loss (sensing-nso-over-naive). In single problems the ratios differ from 1 by 5% at most, either
            way, with a deviation of .014; in the mean over problems by a thousandth.""",
        controls=(
            Control(
                "gradient descent in place of naive noise",
                "its minimum is far sharper",
                observe=lambda p, rng: flatness(p, rng, "gd", problems=1),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-sharper-and-better",
        title="A small start ends sharper than NSO and recovers better",
        statement=r"""At $d=20$, $r=1$, $n=100$ and $0.1\le s\le0.12$, after 8000 gradient evaluations at $\eta=1/240$,
            gradient descent from entries of size $0.01$ has a larger $\operatorname{tr}\nabla^2L$ and a smaller error
            than NSO from $N(0,1)$ entries: ratios of at least $1$ in the geometric mean over four problems.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(tight_within=10),
        observe=trace_and_error,
        expect=1,
        **{**RECOVERY, **DEAR},
        seconds=0.56,
        note="""Contradicts the reading that a flatter minimum generalises better: the truth itself is sharper than what
            weight noise finds. The trace is larger by 10% and the error smaller by a factor of 70 at s = 0.1, by 14%
            and 130 at 0.12. At s = 0.05 NSO is the sharper one: the penalty has not acted when the budget
            ends.""",
        controls=(
            Control(
                "a unit start",
                "it ends sharper still, and does not recover the matrix",
                observe=lambda p, rng: trace_and_error(p, rng, "gd", problems=1),
            ),
        ),
    ),
)
