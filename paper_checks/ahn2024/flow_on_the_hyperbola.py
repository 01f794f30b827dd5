r"""On $xy=1$ the mean of random smoothing goes along the hyperbola by a closed form in time."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import Close
from flatlab.objectives import Product
from paper_checks.ahn2024.problems.gradients import Smoothed
from paper_checks.ahn2024.problems.trace_flow import PARTS, mean_path


def path(s, rng, radius=1.0):
    """Return the limits along the flow of the mean of random smoothing, in the time of the flow of the trace."""
    objective, start = Product(2), np.array([s.x, 1 / s.x])
    return mean_path(objective, lambda w: Smoothed(objective, w, radius * s.rho).mean, start, s.time, 4 / s.rho**2)


def stated(s):
    kept = (s.x**2 - s.x**-2) * np.exp(-4 * s.time * PARTS)
    x = np.sqrt((kept + np.sqrt(kept**2 + 4)) / 2)
    return list(np.stack([x, 1 / x], axis=1))


CLAIM = Claim(
    id="ahn2024/flow-on-the-hyperbola",
    title="the flow of the trace on the hyperbola in closed form",
    statement=r"""On $f=(xy-1)^2/2$ the flow of $-(\nabla f+\mathbb E\nabla f(\cdot+\rho g))$ from $(x_0,1/x_0)$ is
        at the time $4\tau/\rho^2$, through $\Phi$, at $x^2=(c+\sqrt{c^2+4})/2$ with $c=(x_0^2-x_0^{-2})e^{-4\tau}$,
        at every radius.""",
    source=("The hyperbola", "Flow of the trace"),
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-4),
    observe=path,
    expect=stated,
    domain={"x": LogUniform(1.2, 4.0), "rho": LogUniform(0.03, 1.0), "time": Uniform(0.1, 1.0)},
    quick=2,
    full=200,
    seconds=0.043,
    few="a stiff flow of means over many points",
    note=r"Observed at $\tau/4$, $\tau/2$ and $\tau$; time is the last of them.",
    controls=(Control("half the radius", "it is four times slower", observe=lambda s, rng: path(s, rng, radius=0.5)),),
)
