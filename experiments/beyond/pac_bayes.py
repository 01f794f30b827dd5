"""The rigorous bound within three times the smoothed risk, also for fewer samples and other label noise."""

from dataclasses import replace

from flatlab.evidence.claim import Control
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024 import pac_bayes_and_risk
from paper_checks.zhang2024.problems.learning import certify, draw_sample, train


def bound_over_risk(s, rng):
    """Return the ratio for one trained model."""
    sample = draw_sample(s.n, s.d, s.tau, rng)
    found = certify(sample, train(sample, 200, rng), rng, draws=pac_bayes_and_risk.DRAWS)
    return found.bound / found.smoothed_risk


CLAIM = replace(
    pac_bayes_and_risk.CLAIMS[0],
    id="beyond/pac-bayes",
    kind="upper bound",
    relation=AtMost(),
    observe=bound_over_risk,
    expect=3,
    controls=(Control("ten times the ratio", "it is above three", lambda s, rng: 10 * bound_over_risk(s, rng)),),
)
