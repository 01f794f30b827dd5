r"""The two drifts that one sample adds along a tangent: their ratio is $d$, and so is that of their sums.

They are those of `trace-not-largest-eigenvalue`. Of quadratic models nothing remains at any radius.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures.sharpness_aware_drift import sample
from paper_checks.ahn2024.enclosures.trace_not_largest_eigenvalue import smoothed


def ratio(d, size, bend, along, beside, rho, power=1):
    sharp, _ = sample(size, bend, along, 0, 0, rho)["drift / rho^2"]
    times_d, _ = smoothed(d, size, along, beside, rho)["d times drift / rho^2"]
    return {"ratio": (sharp / (times_d / d), d**power)}


def tie(p, observed, expected):
    yield At("one sample", dict.fromkeys(OF, 1.0) | {"d": p.along.size}, both("ratio", observed, expected))


OF = ("d", "size", "bend", "along", "beside", "rho")
ENCLOSURE = Enclosure(
    proves=r"""the statement, for squared loss and all $n$ and $d$: at every $\rho$ for quadratic models, for others to
        leading order in $\rho$""",
    parts=(Identity("one sample", OF, ratio, lambda *given: ratio(*given, power=2)),),
    tie=tie,
)
