r"""The running mean of $|w_t|$ is over $t=1,\dots,T$: $|w_0|(|q|+\dots+|q|^T)/T$ for gradient descent."""

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import Close
from flatlab.objectives.observables import Coordinate
from paper_checks.laboratory.problems.geometric import Geometric

CHECKPOINTS = [1, 2, 3]


def observe(p, rng, method=None):
    return running(method or p.method, p.objective, [p.start], Coordinate(0), checkpoints=CHECKPOINTS)


def expect(p):
    q = abs(p.q)
    mean = q, (q + q**2) / 2, (q + q**2 + q**3) / 3
    minimum = q, min(q, q**2), min(q, q**3)
    last = q, q**2, q**3
    return [[p.start * value for value in values] for values in (mean, minimum, last)]


def with_start(p, rng):
    """Return what ``observe`` returns, but with the mean over T + 1 iterates, the start among them."""
    found = observe(p, rng)
    means = [(p.start + T * mean) / (T + 1) for T, mean in zip(CHECKPOINTS, found.mean)]
    return means, found.minimum, found.last


def one_step_late(p, rng):
    found = running(p.method, p.objective, [p.q * p.start], Coordinate(0), checkpoints=CHECKPOINTS)
    return found.mean, found.minimum, found.last


CLAIM = Claim(
    id="laboratory/running-means",
    title="running means, minima and last values",
    statement=r"""For gradient descent on $\frac{\lambda}{2}w^2$ with $q=1-\eta\lambda$, mean, minimum and last value of
        $|w_t|$ over $t=1,\dots,T$ are $|w_0|\frac{1}{T}\sum_{t=1}^{T}|q|^t$, $|w_0|\min(|q|,|q|^T)$ and $|w_0||q|^T$,
        for $T=1,2,3$.""",
    source="Geometric runs",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-13),
    problem=Geometric,
    observe=observe,
    expect=expect,
    domain={"h": Uniform(0.05, 2.95), "start": LogUniform(1e-3, 1e3), "curvature": LogUniform(1e-3, 1e3)},
    corners=({"h": 2.5, "start": 1.0, "curvature": 1.0}, {"h": 1.5, "start": 1.0, "curvature": 1.0}),
    hypotheses={
        "$q$ is 0.05 or more in size, and 0.01 or more from $-1$": lambda s: (
            abs(1 - s.h) >= 0.05 and abs(2 - s.h) >= 0.01
        )
    },
    quick=5,
    full=200,
    seconds=0.002,
    note="Near q = 0 the relative rounding of 1 - h is large; at q = -1 the start is as good as any iterate.",
    controls=(
        Control("mean over T + 1 iterates", "the mean leaves the start out", observe=with_start),
        Control("one step late", "iterates 2 to T + 1", observe=one_step_late),
        Control("SAM", "another method has other iterates", observe=lambda p, rng: observe(p, rng, p.sam)),
    ),
)
