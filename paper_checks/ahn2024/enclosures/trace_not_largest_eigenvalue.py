r"""What one sample adds to the mean perturbations of SAP and of random smoothing along a tangent $t$.

The first is that of `sharpness-aware-drift`. For the second let $H_it$ have the part $a$ along $\hat g_i$ and $b$ along
another unit vector: the mean of $p_i\nabla p_i\cdot t$ over the sphere is that of $(|g_i|X_1)(aX_1+bX_2)$, cubic terms
averaging to 0. The gradients are orthogonal: the normal curvatures are $\lambda_i=|g_i|^2/n$, and the slope of
$\lambda_i$ along $t$ is $2|g_i|a/n$, as that of the trace of $\nabla^2f_i/n$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._sphere import mean
from paper_checks.ahn2024.enclosures.sharpness_aware_drift import SAMPLE, own


def smoothed(d, size, along, beside, rho, wrong=0):
    """Return d times the mean of random smoothing over rho^2, and the slope of |g_i|^2 over two."""
    drift = size * along * mean(d, rho, (0, 2)) + size * beside * mean(d, rho, (0, 1), (0, 1))
    return {"d times drift / rho^2": (d * drift / rho**2, size * along + wrong)}


def tie(p, observed, expected):
    unit = p.rho**2 / 2
    numbers = (observed[0] * unit, expected * unit, observed[1] * unit)
    point, (sharp, stated, smooth) = own(p.objective, p.tangent, p.rho, numbers)
    yield At("sample", point, both("drift / rho^2", sharp, stated))
    place = {"d": p.tangent.size, "size": point["size"], "along": point["along"], "beside": 1.0, "rho": p.rho}
    yield At("smoothed", place, both("d times drift / rho^2", smooth, stated))


ENCLOSURE = Enclosure(
    proves=r"the statement for quadratic models and squared loss, for all $n$, $d$, $\rho$ and slopes",
    parts=(
        SAMPLE,
        Identity(
            "smoothed", ("d", "size", "along", "beside", "rho"), smoothed, lambda *given: smoothed(*given, wrong=1)
        ),
    ),
    tie=tie,
    rtol=1e-7,
)
