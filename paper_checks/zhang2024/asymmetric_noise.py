r"""Noise of mean m on a quadratic: the pair is off by $-Am$ for $\nabla F$, one point by $Am$ for $\nabla f$."""

import itertools

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods.noise_laws import Breached, Scripted
from flatlab.objectives import DenseQuadratic, gradient
from paper_checks.zhang2024.enclosures.asymmetric_noise import ENCLOSURE
from paper_checks.zhang2024.problems.estimators import DENSE, DENSE_CORNERS, dense, estimates, one_sided, pair


def biases(p, rng, faces=(0.0, 2.0)):
    """Return the bias of the pair and of one point against grad F and grad f, in units of A times the mean."""
    objective, d = DenseQuadratic(p.matrix), p.w.size
    coins = np.array(list(itertools.product(faces, repeat=d)))
    slope, push = np.empty(d), p.matrix @ np.full(d, p.s)
    gradient(objective, p.w, slope)
    # F averages f(w + U) over the law itself, so its gradient is moved by A times the mean
    smoothed = slope + p.matrix @ (p.s * coins.mean(axis=0))
    found = []
    for method in (pair(p.s), one_sided(p.s)):
        mean = np.mean([estimates(method, objective, p.w, Breached(Scripted(u)), rng) for u in coins], axis=0)
        found += [(mean - target) @ push / (push @ push) for target in (smoothed, slope)]
    return found


CLAIM = Claim(
    id="zhang2024/asymmetric-noise",
    title="noise that is not centred biases one of the two",
    statement=r"""On a quadratic with noise of mean $m$ the pair is off by $-Am$ against $\nabla F$ and exact for
        $\nabla f$; one point is exact for $\nabla F$ and off by $Am$ against $\nabla f$.""",
    source="Noise that is not centred",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-10),
    problem=dense,
    observe=biases,
    expect=(-1, 0, 0, 1),
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=4,
    full=200,
    seconds=0.01,
    note="""Fair coins that show 0 or 2s, all outcomes. Observed: pair against F and f, then one point against F and f,
        in units of A m. The authors' code offers an uncentred binomial law; methods refuse it outside a control.""",
    enclosure=ENCLOSURE,
    controls=(
        Control("fair signs", "a centred law biases neither", observe=lambda p, rng: biases(p, rng, (-1.0, 1.0))),
        Control("targets exchanged", "the pair is exact for f, not for F", expect=(0, 1, -1, 0)),
    ),
)
