r"""Weight decay recovers the matrix as well as NSO, and a small start without noise hundreds of times better."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import RECOVERY
from paper_checks.zhang2024.sensing_gain import DEAR


def gain(p, rng, rival="decay"):
    """Return the error of NSO over that of a rival."""
    return p.end("nso").error / p.end(rival).error


CLAIM = Claim(
    id="zhang2024/sensing-decay-recovers",
    title="Weight decay recovers as well as NSO",
    statement=r"""At equal gradient evaluations gradient descent with weight decay $2\lambda W$,
        $\lambda=s^2(d+1+p)$, ends with at most one and a half times the error of NSO:
        $\mathrm{err}_{\rm NSO}/\mathrm{err}\ge2/3$.""",
    source="Recovery, measured",
    origin="measured",
    kind="ordering",
    relation=AtLeast(tight_within=3),
    observe=gain,
    expect=2 / 3,
    **RECOVERY,
    **DEAR,
    seconds=0.25,
    note="Fourth of four readings. In most problems its error is the smaller one, by 1.4 in the median.",
    controls=(
        Control(
            "gradient descent from the same start",
            "the start, not the method, is what makes the baseline bad",
            observe=lambda p, rng: gain(p, rng, "gd"),
        ),
    ),
)
