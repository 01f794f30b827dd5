r"""Without noise the Huber slope keeps $CD^2/(T+1/2)$, so the term $2CD^2/T$ of the upper bound is off by at most 2."""

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO
from flatlab.methods.noise_laws import Rademacher
from flatlab.methods.schedules import Given
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import UpperBound
from paper_checks.zhang2024.enclosures.second_term_within_two import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES
from paper_checks.zhang2024.problems.hard_instances import huber_ramp

SILENT = 1e-12


def bound_over_mean(s, rng, share=1.0):
    """Return the upper bound without noise over the mean of |grad f|^2 over 1..T at ``share`` of the step 1/C."""
    eta = 1 / s.C
    instance = huber_ramp(eta, s.C, s.gap, SILENT, s.T, s.k)
    method = NSO(Given([share * eta]), 0.0, s.k, law=Rademacher())
    seen = running(method, instance.objective, instance.start, SquaredGradientNorm(), checkpoints=[s.T], rng=rng)
    return UpperBound(s.C, s.gap, 0.0, s.T).value / seen.mean[0]


CLAIM = Claim(
    id="zhang2024/second-term-within-two",
    title="the upper bound's second term is off by at most two",
    statement=r"""On the Huber slope built against $\eta=1/C$, without noise, $2CD^2/T$ over the mean of
        $\|\nabla F(W_t)\|^2$ is $2+1/T$.""",
    source=("Upper bound", "Distance between the bounds"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    observe=bound_over_mean,
    expect=lambda s: 2 + 1 / s.T,
    domain={**SCALES, "T": Whole(1, 200, log=True), "k": Whole(1, 3)},
    corners=({**PLAIN, "T": 200},),
    quick=6,
    full=200,
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "half as much step again",
            "the slope ends after two thirds of the steps",
            observe=lambda s, rng: bound_over_mean(s, rng, share=1.5),
            change=lambda s: {**s, "T": max(s.T, 8)},
        ),
    ),
)
