"""The drift along the minima: one step, two steps, the whole vector, and the bounce centre, each to its order."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_centres, bounce_frame, nearest_minimum
from flatlab.methods import GD
from flatlab.objectives import third_derivative
from flatlab.theory.sam import TwoCycle
from paper_checks.bartlett2023._drift_settings import (
    CURVED,
    CURVED_CORNERS,
    PHENOMENON,
    RAVINE_CORNERS,
    RAVINES,
    REACHES,
    SHORT,
    STABLE,
    curved,
    order_in_rho,
    ravines,
    settled_pair,
)

TOLERANCE = 0.25


def _plain_step(bounce, rho):
    """eta_eff without the correction for the amplitude."""
    return bounce.eta * rho**2 / 2


def _drift_error(bounce, rho, steps, *, step=None, tau=None, method=None):
    """Return ``P (w_steps - w_0) + steps eta_eff P tau``."""
    path = bounce.path(rho, steps, method)
    size = bounce.cycle(rho).effective_step if step is None else step(bounce, rho)
    pull = bounce.frame.tau if tau is None else tau(bounce)
    return bounce.frame.projector @ (path[steps] - path[0] + steps * size * pull)


def _orders(problems, reaches, **breach):
    def observe(setting, rng):
        replicates = problems(setting)
        return [
            order_in_rho(replicates, lambda one, rho, n=n: _drift_error(one, rho, n, **_at(breach, one)), reaches)
            for n in (1, 2)
        ]

    return observe


def _at(breach, bounce):
    found = {key: value for key, value in breach.items() if key != "gd"}
    return {**found, "method": GD(bounce.eta)} if breach.get("gd") else found


def _second_tau(bounce):
    return third_derivative(bounce.objective, bounce.frame.minimum, bounce.frame.eigenvectors[:, 1])


def _trace_tau(bounce):
    return sum(third_derivative(bounce.objective, bounce.frame.minimum, v) for v in bounce.frame.eigenvectors.T)


def _few_variables(setting):
    return setting if setting.get("d", 0) <= 20 else None


def _shared_controls(problems, reaches):
    return (
        Control(
            "gradient descent",
            "GD from the same point drifts with eta a^2/2, so the error is of order 2",
            observe=_orders(problems, reaches, gd=True),
            change=_few_variables,
        ),
        Control(
            "amplitude correction dropped",
            "without (2/(2-h))^2 an error of order 2 remains",
            observe=_orders(problems, reaches, step=_plain_step),
            change=_few_variables,
        ),
        Control(
            "uphill",
            "the drift is down the sharpness",
            observe=_orders(problems, reaches, tau=lambda b: -b.frame.tau),
            change=_few_variables,
        ),
    )


DRIFT_RAVINE = Claim(
    id="bartlett2023/drift-in-a-ravine",
    title="drift of one and two steps in a ravine",
    statement=r"On $a(y)x^2/2$ from the bounce, $y_n-y_0 = -n\,\eta_{\rm eff}a'(y_0)+O(\rho^4)$, $n=1,2$, "
    r"with $\eta_{\rm eff}=2\eta\rho^2/(2-\eta\lambda_1)^2$.",
    source=PHENOMENON + "README, Drift law",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_orders(ravines, REACHES),
    expect=lambda setting: 4.0,
    domain=RAVINES,
    corners=RAVINE_CORNERS,
    hypotheses=STABLE,
    quick=2,
    full=40,
    note="Observed: the order in rho of the error of the law, over six radii and ten random ravines.",
    controls=_shared_controls(ravines, REACHES),
)

DRIFT_CURVED = Claim(
    id="bartlett2023/drift-on-a-curved-manifold",
    title="drift of one and two steps along a curved manifold of minima",
    statement=r"For a generic $\frac12|F(w)|^2$ from the bounce, "
    r"$P(w_n-w_0) = -n\,\eta_{\rm eff}P\nabla\lambda_1+O(\rho^3)$, $n=1,2$.",
    source=PHENOMENON + "README, Drift law",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_orders(curved, SHORT),
    expect=lambda setting: 3.0,
    domain=CURVED,
    corners=(*CURVED_CORNERS, {"h": 0.5, "model": "cubic", "d": 50, "m": 5, "seed": 3}),
    hypotheses=STABLE,
    quick=1,
    full=40,
    controls=(
        *_shared_controls(curved, SHORT),
        Control(
            "second eigenvector",
            "another direction",
            observe=_orders(curved, SHORT, tau=_second_tau),
            change=_few_variables,
        ),
        Control(
            "trace",
            "the drift lowers the largest eigenvalue, not the sum",
            observe=_orders(curved, SHORT, tau=_trace_tau),
            change=_few_variables,
        ),
    ),
)


def _centre_error(bounce, rho, *, iterates=False, plain=False):
    """Return the error of the two-step law for the settled bounce centre, at the minimum under it."""
    path = settled_pair(bounce, rho, count=4)
    centres = bounce_centres(path)
    rank = bounce.frame.minimum.size - bounce.frame.kernel_dimension
    frame = bounce_frame(bounce.objective, nearest_minimum(bounce.objective, centres[0], rank))
    moved = path[2] - path[0] if iterates else centres[2] - centres[0]
    size = _plain_step(bounce, rho) if plain else TwoCycle(frame.sharpness, bounce.eta, rho).effective_step
    return frame.projector @ moved + 2 * size * frame.tangential


def _centre_order(**breach):
    return lambda setting, rng: order_in_rho(
        curved(setting), lambda one, rho: _centre_error(one, rho, **breach), SHORT[:5]
    )


BOUNCE_CENTRE = Claim(
    id="bartlett2023/drift-of-the-bounce-centre",
    title="the settled bounce centre drifts to a higher order",
    statement=r"Once the normal modes have settled, the centre $c_t=(w_t+w_{t+1})/2$ has "
    r"$P(c_{t+2}-c_t) = -2\eta_{\rm eff}P\nabla\lambda_1+O(\rho^4)$.",
    source=PHENOMENON + "README, Drift law",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_centre_order(),
    expect=lambda setting: 4.0,
    domain={**CURVED, "d": Whole(6, 16)},
    corners=CURVED_CORNERS[1:],
    hypotheses=STABLE,
    quick=1,
    full=25,
    controls=(
        Control(
            "iterates in place of the centre",
            "w_{t+2} - w_t keeps a term of order 3: the leading eigenvector turns along the manifold",
            observe=_centre_order(iterates=True),
            change=lambda setting: {**setting, "h": 1.2},  # its factor is too small to be seen at small h
        ),
        Control("amplitude correction dropped", "an error of order 2 remains", observe=_centre_order(plain=True)),
    ),
)


def _vector_error(bounce, rho, steps, drop=False):
    """Return ``w_steps - z - (-1)^steps a v_1 - e_steps``."""
    frame = bounce.frame
    path = bounce.path(rho, steps)
    across = path[0] - frame.minimum
    tau = frame.eigenvectors.T @ frame.tau
    offset = bounce.offset(rho).after(steps, tau)
    if drop:  # every direction pulled as a flat one
        offset = bounce.offset(rho).after(steps, np.where(frame.eigenvalues > 0, 0.0, tau))
    return path[steps] - frame.minimum - (-1) ** steps * across - frame.eigenvectors @ offset


def _vector_orders(drop=False):
    def observe(setting, rng):
        replicates = curved(setting)
        return [order_in_rho(replicates, lambda one, rho, n=n: _vector_error(one, rho, n, drop), SHORT) for n in (1, 2)]

    return observe


WHOLE_VECTOR = Claim(
    id="bartlett2023/whole-vector",
    title="all coordinates after one and two steps",
    statement=r"From $z+a v_1$: $w_1 = z-av_1-\sum_i c_i\tau_i v_i+O(\rho^3)$, "
    r"$w_2 = z+av_1-\sum_i(1+m_i)c_i\tau_i v_i+O(\rho^3)$.",
    source="README, Offset recursion",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_vector_orders(),
    expect=lambda setting: 3.0,
    domain=CURVED,
    corners=CURVED_CORNERS,
    hypotheses=STABLE,
    quick=1,
    full=40,
    controls=(
        Control(
            "tangential part only", "the normal coordinates move at order 2 too", observe=_vector_orders(drop=True)
        ),
    ),
)
