"""Twin of the valley as a mean over samples."""

import twins
from cases import ObjectiveCase
from objective_cases.profiles import soft_ramp

from flatlab.objectives import ValleyRisk
from flatlab.objectives.valleys.profiles import SoftRamp

SOFT_RAMP = (1.0, 0.7, 0.6)


def valley_risk(profile, n, chosen=None):
    """The mean of a(y) z_i^2 / 2 over all samples or the chosen ones."""
    chosen = range(n) if chosen is None else chosen
    return lambda w: profile(w[-1]) * sum(w[i] ** 2 for i in chosen) / (2 * len(chosen))


CASES = {
    "ValleyRisk": lambda: ObjectiveCase(
        ValleyRisk(SoftRamp(*SOFT_RAMP), 4, 2),
        5,
        valley_risk(soft_ramp(*SOFT_RAMP), 4),
        twins.BatchOracle(lambda chosen: valley_risk(soft_ramp(*SOFT_RAMP), 4, chosen), 4, 2),
    )
}
