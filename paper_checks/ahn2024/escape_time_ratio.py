r"""At equal $\eta,\rho$ SAP escapes $d$ times sooner than random smoothing, $n$ times sooner than full-batch SAP."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.race import Race

DOMAIN = {"d": Whole(3, 17), "eta": Uniform(0.03, 0.1), "rho": Uniform(0.1, 0.15), "fall": Uniform(0.5, 1.0)}
PLAIN = {"eta": 0.1, "rho": 0.15, "fall": 0.7, "replicates": 16}


def observe(p, rng, batch=1):
    fast = p.sharpness_aware(rng, batch)
    return mean(p.smoothed(rng) / fast)


def full_batch(p, rng):
    fast = p.sharpness_aware(rng)
    return mean(p.sharpness_aware(rng, p.d - 1) / fast)


CLAIMS = (
    Claim(
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
        domain=DOMAIN,
        corners=tuple({"d": d, **PLAIN} for d in (3, 5, 9, 17)),
        quick=0,
        full=16,
        note="Observed: the ratio of first times, replicate by replicate.",
        controls=(
            Control(
                "full-batch steps", "they lose the gain of n samples", observe=lambda p, rng: observe(p, rng, p.d - 1)
            ),
            Control("no gain", "the times would be equal", expect=1),
        ),
    ),
    Claim(
        id="ahn2024/full-batch-loss",
        title="full-batch sharpness-aware steps lose the gain",
        statement=r"""With $n$ orthogonal samples of equal norm the full-batch steps are $n$ times slower than
            one-sample steps, $T_n/T_1=n$ to leading order in $\eta$.""",
        source=("What the paper states", "Batch size"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.2),
        problem=Race,
        observe=full_batch,
        expect=lambda p: p.d - 1,
        fixed={"replicates": 24},
        domain=DOMAIN,
        corners=tuple({"d": d, **PLAIN} for d in (4, 9)),
        quick=0,
        full=12,
        note="""Observed: the ratio of first times on n = d - 1 samples. That the gain needs stochastic gradients is the
            paper's; the factor is derived here.""",
        controls=(Control("no loss", "the full batch would be as fast", expect=1),),
    ),
)
