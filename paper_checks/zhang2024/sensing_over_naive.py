r"""At equal gradient evaluations the test loss of NSO is below that of naive noise: $L_{\rm naive}/L_{\rm NSO}\ge1$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import AT_PAPER_SCALE, CORNERS, FIXED, UNDERDETERMINED, Sensing


def naive_over_nso(p, rng):
    nso = p.end("nso").test
    return [p.end("naive").test / nso, p.end("naive-2").test / nso]


CLAIM = Claim(
    id="zhang2024/sensing-nso-over-naive",
    title="NSO beats naive noise at equal cost",
    statement=r"""At equal gradient evaluations the test loss of NSO ($k=1$) is below that of naive noise, with one
        point or the mean of two: $L_{\rm naive}/L_{\rm NSO}\ge1$ in every problem.""",
    source="Recovery, measured",
    origin="measured",
    kind="ordering",
    relation=AtLeast(tight_within=10),
    problem=Sensing,
    observe=naive_over_nso,
    expect=1,
    fixed=FIXED,
    corners=CORNERS,
    full_corners=AT_PAPER_SCALE,
    hypotheses=UNDERDETERMINED,
    note="First of four readings. Ratios of 2 to 7 are seen.",
    controls=(
        Control(
            "noise too small for the budget",
            "the penalty has no time to act, and naive noise takes more steps for the same cost",
            change=lambda s: {**s, "s": 0.02, "gradients": 4000} if s.seed <= 2 else None,
        ),
    ),
)
