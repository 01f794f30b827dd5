"""Gradients at random points nearby estimate the gradient of the trace: exactly, with a bias, and by sampling."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.objectives import Cusp, DiagonalNetwork, Product, trace_gradient
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024._settings import README, gradient_at, quartic, sign_features, smoothed_gradient

SOURCE = README + ", Sphere average; announced in words by the paper"


def _excess(objective, w, rho):
    """Return the sphere average of the gradient less the gradient."""
    return smoothed_gradient(objective, w, rho) - gradient_at(objective, w)


def _observe_identity(setting, rng, scale=lambda d: 1.0):
    objective, w = quartic(setting["problem"], np.random.default_rng(setting["seed"]))
    stated = scale(w.size) * SphereAverage(setting["rho"], w.size).drift * trace_gradient(objective, w) / w.size
    size = max(np.abs(stated).max(), np.abs(gradient_at(objective, w)).max())
    return np.abs(_excess(objective, w, setting["rho"]) - stated).max() / size


IDENTITY = Claim(
    id="ahn2024/trace-gradient-identity",
    title="a smoothed gradient is the gradient plus that of the trace",
    statement=r"Where $\Delta^2 f$ is constant, $\mathbb E\nabla f(x+\rho g)=\nabla "
    r"f(x)+\frac{\rho^2}{2}\nabla\overline{\mathrm{tr}}(x)$ exactly, at every radius.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-12),
    observe=_observe_identity,
    expect=lambda setting: 0.0,
    domain={"problem": Choice(("hyperbola", "rank one", "network")), "rho": LogUniform(0.05, 2.0), "seed": SEED},
    corners=tuple({"problem": p, "rho": 0.7, "seed": 1} for p in ("hyperbola", "rank one", "network")),
    quick=6,
    full=150,
    note="Averages by quadrature that is exact for the degree at hand. Observed: the difference of the two sides, "
    "in units of the larger of gradient and drift.",
    controls=(
        Control("trace not divided by d", "the drift is that of the normalised trace",
                observe=lambda s, rng: _observe_identity(s, rng, lambda d: float(d))),
        Control("rho squared", "the coefficient is rho squared over two",
                observe=lambda s, rng: _observe_identity(s, rng, lambda d: 2.0)),
    ),
)  # fmt: skip


def _observe_bias(setting, rng, factor=1.0):
    w = np.random.default_rng(setting["seed"]).standard_normal(3)
    rho = setting["rho"]
    sphere = SphereAverage(rho, 3)
    stated = sphere.drift * trace_gradient(Product(3), w) / 3 + factor * sphere.bias * 8 * w
    return np.abs(_excess(Product(3), w, rho) - stated).max() / np.abs(stated).max()


BIAS = Claim(
    id="ahn2024/fourth-order-bias",
    title="the bias of the estimate is of fourth order",
    statement=r"For $f=(xyz-1)^2/2$ the remainder is exactly $\frac{\rho^4}{8d(d+2)}\nabla\Delta^2 f=\rho^4x/15$.",
    source=README + ", Bias of the estimator",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-11),
    observe=_observe_bias,
    expect=lambda setting: 0.0,
    domain={"rho": LogUniform(0.1, 2.0), "seed": SEED},
    corners=({"rho": 1.0, "seed": 2},),
    quick=6,
    full=150,
    controls=(
        Control("no bias", "the function is of degree six", observe=lambda s, rng: _observe_bias(s, rng, 0.0)),
        Control("half the bias", "the coefficient is 1/15", observe=lambda s, rng: _observe_bias(s, rng, 0.5)),
    ),
)


def _cusp_average(rho):
    """Return E |rho g_1|^3 in three dimensions, where g_1 is uniform on [-1, 1]: by Gauss' rule on each half."""
    height, weight = np.polynomial.legendre.leggauss(6)
    total = 0.0
    for side in (1.0, -1.0):
        for h, share in zip((height + 1) / 2, weight / 4):
            total += share * gradient_at(Cusp(3), np.array([side * rho * h, 0.0, 0.0]))[0]
    return total


def _product_excess(rho):
    w = np.array([0.9, -1.2, 0.4])
    excess = _excess(Product(3), w, rho) - SphereAverage(rho, 3).drift * trace_gradient(Product(3), w) / 3
    return np.linalg.norm(excess)


def _observe_slope(setting, rng, function=_cusp_average):
    radii = setting["rho"] * 2.0 ** -np.arange(5)
    return np.polyfit(np.log(radii), np.log([function(rho) for rho in radii]), 1)[0]


CUSP_SLOPE = Claim(
    id="ahn2024/third-order-bias",
    title="the bias is of third order where the third derivative is only Lipschitz",
    statement=r"For $f=|x_1|x_1^3/4$ the bias at 0 is of order $\rho^3$; for $(xyz-1)^2/2$ it is of order $\rho^4$.",
    source=README + ", Bias of the estimator",
    origin="derived",
    kind="rate",
    relation=Equal(atol=1e-6),
    observe=lambda s, rng: [_observe_slope(s, rng), _observe_slope(s, rng, _product_excess)],
    expect=lambda setting: [3.0, 4.0],
    domain={"rho": LogUniform(0.5, 2.0)},
    corners=({"rho": 1.0},),
    quick=2,
    full=20,
    note="Slopes over five radii; the averages are exact to rounding, so there is no interval.",
    controls=(
        Control("orders exchanged", "smoothness decides the order", expect=lambda s: [4.0, 3.0]),
        Control("one order for both", "the paper's analysis budgets the third order", expect=lambda s: [3.0, 3.0]),
    ),
)

CUSP_VALUE = Claim(
    id="ahn2024/cusp-constant",
    title="the constant of the third-order bias",
    statement=r"For $f=|x_1|x_1^3/4$ the bias at 0 is $\rho^3\,\Gamma(d/2)/(\sqrt\pi\,\Gamma((d+3)/2))$, here "
    r"with $d=3$.",
    source=README + ", Bias of the estimator",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12),
    observe=lambda s, rng: _cusp_average(s["rho"]),
    expect=lambda s: SphereAverage(s["rho"], 3).cusp_bias,
    domain={"rho": LogUniform(0.01, 10.0)},
    corners=({"rho": 1.0},),
    quick=3,
    full=30,
    controls=(
        Control("wrong dimension", "the constant depends on d", expect=lambda s: SphereAverage(s["rho"], 2).cusp_bias),
    ),
)


def _observe_sampling(setting, rng, antithetic=True):
    """Return the sampled excess along the gradient of the trace, in units of the stated one."""
    make = np.random.default_rng(setting["seed"])
    objective = DiagonalNetwork(sign_features(make, 10, 20), make.standard_normal(10))
    w = make.standard_normal(40)
    stated = SphereAverage(setting["rho"], w.size).drift * trace_gradient(objective, w) / w.size
    base, weights = gradient_at(objective, w), stated / (stated @ stated)
    draws = rng.standard_normal((setting["draws"], w.size))
    draws *= setting["rho"] / np.linalg.norm(draws, axis=1, keepdims=True)
    ratios = np.empty(len(draws))
    for k, step in enumerate(draws):
        there = gradient_at(objective, w + step) + (gradient_at(objective, w - step) if antithetic else base)
        ratios[k] = (there / 2 - base) @ weights
    return mean(ratios)


SAMPLING = Claim(
    id="ahn2024/sampled-trace-gradient",
    title="sampled perturbations recover the gradient of the trace",
    statement=r"The mean of $\tfrac12[\nabla f(x+\rho g)+\nabla f(x-\rho g)]-\nabla f(x)$ over draws is "
    r"$\frac{\rho^2}{2}\nabla\overline{\mathrm{tr}}(x)$, in 40 dimensions.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.25),
    observe=_observe_sampling,
    expect=lambda setting: 1.0,
    domain={"rho": LogUniform(0.02, 1.0), "seed": SEED, "draws": Choice((40000,))},
    corners=({"rho": 0.1, "seed": 3, "draws": 10000},),
    quick=0,
    full=6,
    note="Observed: the component along the stated vector, in its units. Pairs of opposite draws cancel the "
    "first-order noise.",
    controls=(
        Control("trace not divided by d", "40 times the stated drift", expect=lambda s: 40.0),
        Control("one draw in place of the pair", "half of it has the mean of the gradient alone",
                observe=lambda s, rng: _observe_sampling({**s, "rho": 1.0, "draws": 4 * s["draws"]}, rng, False)),
    ),
)  # fmt: skip
