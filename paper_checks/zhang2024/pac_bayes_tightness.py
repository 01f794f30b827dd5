r"""For $n\ge1000$ samples in few variables the rigorous bound is within a factor 1.5 of the smoothed risk."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.learning import certify, draw_sample, train


def bound_over_risk(s, rng):
    sample = draw_sample(s.n, s.d, s.tau, rng)
    found = certify(sample, train(sample, 200, rng), rng, draws=400)
    return found.bound / found.smoothed_risk


CLAIM = Claim(
    id="zhang2024/pac-bayes-not-vacuous",
    title="the rigorous bound says something",
    statement=r"""For $n\ge1000$ samples in few variables the bound is at least the smoothed risk, and within a factor
        1.5 of it.""",
    source="Bound and risk, measured",
    origin="measured",
    kind="lower bound",
    relation=AtLeast(tight_within=1.5),
    observe=bound_over_risk,
    expect=1,
    domain={"n": Whole(1000, 4000, log=True), "d": Whole(2, 10), "tau": Uniform(0.5, 1.0)},
    corners=({"n": 4000, "d": 2, "tau": 1.0},),
    quick=1,
    full=60,
    note="Observed: bound over smoothed risk.",
    controls=(
        Control(
            "bound halved",
            "it is tight to a factor below two",
            everywhere=False,
            observe=lambda s, rng: bound_over_risk(s, rng) / 2,
        ),
    ),
)
