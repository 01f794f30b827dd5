r"""After the loop $O(\log1/\varepsilon)$ steps of gradient descent come within $\varepsilon$ of the minima."""

import math
from functools import partial

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.geometry.flatness import distance_and_certificate
from flatlab.methods import GD
from flatlab.theory.escape import ClosingDescent
from paper_checks.ahn2024.problems.valleys import escape


def observe(p, rng, part=1.0):
    """Return the distance from the minima after a part of the closing steps, and the shift over D^2/2."""
    method, objective, steps = p.method, p.objective, int(1.5 * p.steps)
    end = trajectory(method, objective, p.start, steps=steps, record_every=steps, rng=rng)[-1]
    n = p.start.size - 1
    eta, smoothness, pl = n / 2, 2 / n, 1 / n
    count = math.ceil(part * ClosingDescent(method.gate, eta, smoothness, pl).steps(p.epsilon))
    full = objective._replace(batch=n)
    last = trajectory(GD(eta), full, end, steps=count, record_every=count, rng=rng)[-1] if count else end
    before = distance_and_certificate(objective, end)[0]
    after = distance_and_certificate(objective, last)[0]
    return after, abs(last[-1] - end[-1]) / (before**2 / 2)


CLAIM = Claim(
    id="ahn2024/closing-descent",
    title="a closing descent brings the end within the tolerance",
    statement=r"""Where $\nu\delta>1$ the loop ends at a distance $D>\varepsilon$;
        $\lceil2\log(\varepsilon_0/(\mu\varepsilon))/-\log(1-\eta\mu)\rceil$ steps of gradient descent bring it to
        $\varepsilon$ and move it along the valley, where $|a'|<a$, by at most $D^2/2$.""",
    source=("What the paper states", "Closing gradient descent"),
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=8),
    problem=partial(escape, sap=True),
    observe=observe,
    expect=lambda p: (p.epsilon, 1),
    fixed={"kind": "exponential", "c_gate": 6.0},
    domain={"d": Choice((6, 8)), "epsilon": Uniform(0.005, 0.0125), "c_eta": Uniform(0.4, 0.5)},
    corners=({"d": 6, "epsilon": 0.0125, "c_eta": 0.45},),
    quick=4,
    full=199,
    note="""Observed: the distance, and the shift in units of half the squared distance. That the loop ends farther away
        than the tolerance is what the control shows.""",
    controls=(
        Control("no closing descent", "the noise keeps the loop away", observe=partial(observe, part=0.0)),
        Control(
            "a twentieth of the steps", "the distance falls by a factor a step", observe=partial(observe, part=0.05)
        ),
    ),
)
