r"""Over linear models the rigorous bound is within a factor of three of the smoothed risk, and does not order them."""

from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost, Estimate, Inside
from paper_checks.zhang2024.problems.learning import certify, draw_sample, train


def bound_over_risk(s, rng):
    sample = draw_sample(s.n, s.d, s.tau, rng)
    found = certify(sample, train(sample, 200, rng), rng, draws=400)
    return found.bound / found.smoothed_risk


def rank_correlation(s, rng, noise=None):
    """Return the mean over sets of models of the rank correlation of bound and risk; without ``noise`` it is drawn."""
    found = []
    for _ in range(s.sets):
        certificates = []
        for _ in range(s.models):
            sample = draw_sample(s.n, s.d, rng.uniform(0.1, 1.2) if noise is None else noise, rng)
            certificates.append(certify(sample, train(sample, int(rng.integers(1, 100)), rng), rng, draws=40))
        found.append(spearmanr([c.bound for c in certificates], [c.smoothed_risk for c in certificates])[0])
    return mean(found)


CLAIMS = (
    Claim(
        id="zhang2024/pac-bayes-not-vacuous",
        title="the rigorous bound says something",
        statement=r"""For $n\ge1000$ samples in at most ten variables and label noise $\tau\ge\tfrac12$ the bound is at
            least the smoothed risk, and at most three times it.""",
        source="Bound and risk, measured",
        origin="measured",
        kind="equality",
        relation=Inside(),
        observe=bound_over_risk,
        expect=lambda s: Estimate(2, 1, 3),
        domain={"n": Whole(1000, 4000, log=True), "d": Whole(2, 10), "tau": Uniform(0.5, 1.0)},
        corners=({"n": 4000, "d": 2, "tau": 1.0}, {"n": 1000, "d": 10, "tau": 0.5}),
        quick=2,
        full=60,
        seconds=0.14,
        few="2000 draws on thousands of samples",
        note="Observed: bound over smoothed risk: 1.45 at the first corner, 2.6 at the second.",
        controls=(
            Control(
                "bound halved",
                "it is below twice the risk at the best",
                everywhere=False,
                observe=lambda s, rng: bound_over_risk(s, rng) / 2,
            ),
        ),
    ),
    Claim(
        id="zhang2024/pac-bayes-no-order",
        title="at one label noise the bound does not order models",
        statement=r"""Over models that differ in training length alone the mean rank correlation of the bound and of
            $E_U L(W+U)$ is at most $0.6$.""",
        source="Bound and risk, measured",
        origin="measured",
        kind="ordering",
        relation=AtMost(),
        observe=lambda s, rng: rank_correlation(s, rng, s.tau),
        expect=0.6,
        fixed={"models": 15, "sets": 24},
        domain={"n": Whole(100, 300, log=True), "d": Whole(2, 10), "tau": Uniform(0.3, 1.0)},
        quick=1,
        full=6,
        seconds=1.3,
        few="720 models with the control",
        controls=(
            Control(
                "different label noise",
                "it is part of the risk and of the training loss",
                observe=rank_correlation,
            ),
        ),
    ),
)
