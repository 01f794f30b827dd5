r"""The sum of the descent as an equality, and the bound's own step size in it.

In a direction of curvature $C$ the second moments obey $m_{t+1}=(1-h)^2m_t+\eta^2v$, $h=C\eta$, so that
$\eta(1-h/2)C^2m_t=\frac C2(m_t-m_{t+1})+\frac C2\eta^2v$; summed over $t<T$ this is the mean. With $q=(1-h)^{2T}$ the
last moment is $qm_0+(1-q)\eta v/(C(2-h))$, and $v=2A(1-h)/h^2$ at the bound's step size, $A=CD^2/T$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

STEP, BOUND, MEAN = "one step of the descent", "square of the bound less A", "mean over A"


def one_step(m, eta, C, v, wrong=0):
    h = C * eta
    after = (1 - h) ** 2 * m + eta**2 * v
    return {STEP: (eta * (1 - h / 2) * C**2 * m / (C * m), (m - after + eta**2 * v) / 2 / m + wrong)}


def at_best_step(h, q, T, wrong=0):
    """Take C = D^2 = 1 and T times all values, so that A = 1."""
    v = 2 * (1 - h) / h**2
    left = q + (1 - q) * h * v / (2 * T * (2 - h))
    mean = (1 - left + h**2 * v / 2) / (h * (1 - h / 2))
    short = 1 - (q + (1 - h) / ((2 - h) * h * T) * (1 - q)) / (2 - h)
    return {BOUND: ((2 / h - 1) ** 2, 1 + 2 * v), MEAN: (mean, 2 / h * short + wrong)}


def tie(p, observed, expected):
    c, gap, _, steps, _ = p.descent
    h, unit = p.bound.step_size * c, c * gap / steps
    root = (p.bound.value / unit - 1) ** 2
    eta, v = p.bound.step_size, p.bound.variance
    yield At("one step", {"m": 2 * gap / c, "eta": eta, "C": c, "v": v}, both(STEP, h * (1 - h / 2), h * (1 - h / 2)))
    point = {"h": h, "q": (1 - h) ** (2 * steps), "T": steps}
    yield At("best step", point, both(BOUND, root, root) | both(MEAN, observed / unit, expected / unit))


ENCLOSURE = Enclosure(
    proves=r"the statement for the second moments, for all $T$, $k$, $C$, $D$ and $\sigma$",
    parts=(
        Identity("one step", ("m", "eta", "C", "v"), one_step, lambda *given: one_step(*given, wrong=1)),
        Identity("best step", ("h", "q", "T"), at_best_step, lambda *given: at_best_step(*given, wrong=1)),
    ),
    tie=tie,
    rtol=1e-7,
)
