r"""At equal $\eta,\rho$ and a target that $d$ does not divide, SAP escapes $d$ times sooner than random smoothing."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.race import Race


def observe(p, rng, batch=1):
    fast = p.sharpness_aware(rng, batch)
    return mean(p.smoothed(rng) / fast)


CLAIM = Claim(
    id="ahn2024/escape-time-ratio",
    title="sharpness-aware steps escape d times sooner",
    statement=r"""At equal $\eta,\rho$ and an un-normalised target $T_{\rm RS}/T_{\rm SAP}=d$ to leading order in
        $\eta$.""",
    source=("Drift of the sharpness-aware perturbation", "When the certificate is trivial"),
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.2),
    problem=Race,
    observe=observe,
    expect=lambda p: p.d,
    fixed={"replicates": 24},
    domain={"d": Whole(3, 17), "eta": Uniform(0.03, 0.1), "rho": Uniform(0.1, 0.15), "fall": Uniform(0.5, 1.0)},
    corners=tuple({"d": d, "eta": 0.1, "rho": 0.15, "fall": 0.7, "replicates": 16} for d in (3, 5, 9, 17)),
    quick=0,
    full=16,
    note="Observed: the ratio of first times, replicate by replicate.",
    controls=(
        Control(
            "full-batch steps",
            "they lose the gain of d - 1 samples",
            observe=lambda p, rng: observe(p, rng, p.d - 1),
        ),
        Control("no gain", "the times would be equal", expect=1),
    ),
)
