r"""A sample with $k$ outputs is $k$ times the mean over a batch of $k$ samples of rank one, and so is $f$.

The drift of SAP is $k$ times that of `batch-size` at $B=k$. Random smoothing has $\frac1d$ of the drift of single
outputs, by `trace-not-largest-eigenvalue`, $k$ times as well.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._sphere import mean
from paper_checks.ahn2024.enclosures.batch_size import drift, names

OUTPUTS = (2, 3, 4)


def smoothed(k, d, rho, s, *h):
    """Return the drift of random smoothing: the mean over the sphere of the sum over outputs."""
    return sum(s * h[(k + 1) * i] * mean(d, rho, (0, 2)) for i in range(k))


def gain(k, power=1):
    return lambda d, *given: {"gain": (k * drift(k, *given) / smoothed(k, d, *given), d / k**power)}


def tie(p, observed, expected):
    d = p.models.tangent.size
    for k in OUTPUTS:
        seen = (observed, expected) if k == p.k else (d / k, d / k)
        yield At(f"k = {k}", {"d": d} | dict.fromkeys(names(k), 0.5), both("gain", *seen))


ENCLOSURE = Enclosure(
    proves=r"the statement as the residuals go to 0, for all $n$, $d$, $\rho$ and models, and $k$ from 2 to 4",
    excluded="more outputs",
    parts=tuple(Identity(f"k = {k}", ("d", *names(k)), gain(k), gain(k, power=2)) for k in OUTPUTS),
    tie=tie,
    rtol=1e-3,
)
