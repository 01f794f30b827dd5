r"""For symmetric noise $E\frac12[\nabla f(w+U)+\nabla f(w-U)]=E\nabla f(w+U)=\nabla F(w)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods.noise_laws import Breached, Gaussian, Laplace, Rademacher, UncentredBinomial
from flatlab.methods.noise_laws import Uniform as Even
from flatlab.objectives import SeparableQuartic
from paper_checks.zhang2024.problems.estimators import estimates, one_sided, pair

COPIES = 400_000  # equal coordinates: each draws its own noise, so one step is that many draws
BATCHES = 40
LAWS = {"Gaussian": Gaussian(), "uniform": Even(), "Laplace": Laplace(), "Rademacher": Rademacher()}


def mean_estimate(setting, rng, law=None):
    """Return the mean gradient estimate at one point of x^4."""
    build = pair if setting.estimator == "pair" else one_sided
    method, law = build(setting.x * setting.ratio), law or LAWS[setting.law]
    found = estimates(method, SeparableQuartic(np.ones(COPIES)), np.full(COPIES, setting.x), law, rng)
    if setting.estimator == "pair" and isinstance(law, Rademacher):
        return found[0]  # w + s and w - s, whatever the sign
    return mean(found.reshape(BATCHES, -1).mean(axis=1))


def smoothed_gradient(setting):
    """Return F'(x) = 4 x^3 + 12 s^2 x, for every symmetric law of variance s^2."""
    return 4 * setting.x**3 + 12 * (setting.x * setting.ratio) ** 2 * setting.x


CLAIM = Claim(
    id="zhang2024/unbiased-for-every-symmetric-law",
    title="both estimators are unbiased for the smoothed objective",
    statement=r"""For symmetric noise $E\,\frac12[\nabla f(w+U)+\nabla f(w-U)] = E\,\nabla f(w+U) = \nabla F(w)$; on a
        quartic $\nabla F$ depends on the law through its variance only.""",
    source=("Gaussian smoothing", "Noise that is not centred"),
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.1),
    observe=mean_estimate,
    expect=smoothed_gradient,
    domain={
        "x": LogUniform(0.1, 10.0),
        "ratio": Uniform(0.4, 1.0),
        "law": Choice(tuple(LAWS)),
        "estimator": Choice(("pair", "one point")),
    },
    corners=tuple({"x": 1.0, "ratio": 0.7, "law": law, "estimator": "pair"} for law in LAWS),
    quick=2,
    full=200,
    seconds=0.04,
    note=f"""{COPIES} draws, in {BATCHES} batches, at one point of x^4. The widest interval, for one point with a
        Laplace law of size x, is ±4.5% of the gradient of F.""",
    controls=(
        Control(
            "uncentred law",
            "the mean s of the law adds 12 x^2 s to one point, and 12 x s^2 to the pair",
            observe=lambda setting, rng: mean_estimate(setting, rng, Breached(UncentredBinomial())),
        ),
        Control("gradient of f", "the estimators aim at F, not at f", expect=lambda setting: 4 * setting.x**3),
    ),
)
