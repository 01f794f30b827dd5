r"""L2: $|\nabla F(W_t)|^2=\kappa^2w_1(0)^2(1-\eta\kappa)^{2t}+C\eta\sigma^2/(k(2-\eta C))$ on every path."""

from typing import Any

import numpy as np

from flatlab import track
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO, NoiseInjection
from flatlab.objectives.observables import SquaredGradientNorm
from paper_checks.zhang2024.enclosures.lower_bound_every_path import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PATH_CORNERS, PATHS, STABLE, noisy_run
from paper_checks.zhang2024.problems.hard_instances import fresh_quadratic


def path(p, rng, method: Any = NSO):
    """Return |grad f|^2 along one run, t = 1..T."""
    eta, descent = p.step
    instance = fresh_quadratic(eta, *descent)
    run = method(eta, p.s, descent.pairs)
    return track(run, instance.objective, instance.start, SquaredGradientNorm(), steps=descent.steps, rng=rng)[1:]


CLAIM = Claim(
    id="zhang2024/lower-bound-every-path",
    title="L2: the same on every path",
    statement=r"""With $\pm\sigma$ on a fresh coordinate for every sample $|\nabla F(W_t)|^2 =
        \kappa^2w_1(0)^2(1-\eta\kappa)^{2t} + C\eta\sigma^2/(k(2-\eta C))$ on every path.""",
    source="L2",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    problem=noisy_run,
    observe=path,
    expect=lambda p: p.step.quadratic().path(np.arange(1, p.step.descent.steps + 1)),
    domain=PATHS,
    corners=PATH_CORNERS,
    hypotheses=STABLE,
    quick=6,
    full=200,
    note="""One run of the method on 2 + kT coordinates, every step of which is compared; the pair cancels its weight
        noise.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "one-sided noise",
            "its weight noise does not cancel",
            observe=lambda p, rng: path(p, rng, NoiseInjection),
            change=lambda s: {**s, "s": 0.3 * s.gap**0.5},
        ),
    ),
)
