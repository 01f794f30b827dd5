r"""For $T/(\eta\rho^2)$ steps SAM is within $O(\rho^2)$ of $\dot z=-\frac12(2/(2-\eta\lambda_1))^2P\nabla\lambda_1$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Close, WithinInterval
from flatlab.geometry.bounce import follow_drift
from flatlab.methods import GD
from flatlab.objectives import hessian, third_derivative
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.sam import TwoCycle, integrate_drift, integrate_ravine_drift
from paper_checks.bartlett2023.problems.bounces import ravines
from paper_checks.bartlett2023.problems.long_runs import CURVED_FOR_LONG, SHORT, order, order_together, pairs
from paper_checks.bartlett2023.problems.quadratic import STABLE


def pairs_of_ravines(time, **setting):
    """Return replicates of two pooled ravines, and the time."""
    return [pool[:2] for pool in ravines(**setting)], time


def ravine_flow(bounce, times, corrected=True):
    """Return the flow; uncorrected, without the factor (2/(2-h))^2."""

    def curvature(y):
        return profile_at(bounce.objective.profile, float(y))[0]

    def slope(y):
        share = 1.0 if corrected else 1.0 / TwoCycle(curvature(y), bounce.eta).amplitude_correction
        return share * profile_at(bounce.objective.profile, float(y))[1]

    path = integrate_ravine_drift(curvature, slope, bounce.frame.minimum[1], times, bounce.eta)
    return np.column_stack([np.zeros_like(path), path])


def manifold_flow(bounce, times):
    return follow_drift(bounce.objective, bounce.frame.minimum, times, bounce.eta)


def trace_flow(bounce, times):
    """Return a flow down the trace of the Hessian, at the sharpness of the start."""

    def slope(z):
        across = np.linalg.eigh(hessian(bounce.objective, z))[1][:, -bounce.rank :]
        full = sum(third_derivative(bounce.objective, z, v) for v in across.T)  # the kernel adds nothing along itself
        return full - across @ (across.T @ full)

    return integrate_drift(lambda z: bounce.frame.sharpness, slope, bounce.frame.minimum, times, bounce.eta)


# found by searches: the two largest eigenvalues of a problem meet on the way, which is drawn again now; and a problem
# whose terms of orders 2 and 4 nearly cancel
FOUND = (
    {"h": 0.802403013035655, "model": "cubic", "d": 7, "m": 3, "seed": 1864495076, "time": 0.46573721934109924},
    {"h": 0.8009673549786807, "model": "tanh", "d": 6, "m": 4, "seed": 1315030986, "time": 0.3057938161405465},
)

CLAIMS = (
    Claim(
        id="bartlett2023/drift-flow-in-a-ravine",
        title="SAM follows the drift flow in a ravine",
        statement=r"""On $a(y)x^2/2$ from the bounce, after $t=T/(\eta\rho^2)$ steps $|y_t-y(T)| = O(\rho^2)$,
            $\dot y = -\frac12(2/(2-\eta a(y)))^2a'(y)$.""",
        source=("What the authors state", "Drift flow"),
        origin="measured",
        kind="rate",
        relation=WithinInterval(0.25),
        problem=pairs_of_ravines,
        observe=order(ravine_flow),
        expect=2,
        domain={
            "h": Uniform(0.1, 1.2),
            "profile": Choice(("bowl", "slope", "hill")),
            "time": Uniform(0.2, 0.8),
            "seed": SEED,
        },
        hypotheses=STABLE,
        quick=1,
        full=15,
        seconds=0.45,
        few="Each setting follows twenty problems over a long time at five radii.",
        note="""Observed: the order in rho of the distance to the flow at a fixed time, over five radii and ten random
            ravines.""",
        controls=(
            Control(
                "amplitude correction dropped",
                "the slower flow is left behind: order 0",
                observe=order(lambda bounce, times: ravine_flow(bounce, times, corrected=False)),
            ),
            Control("gradient descent", "it does not drift: order 0", observe=order(ravine_flow, method=GD)),
        ),
    ),
    Claim(
        id="bartlett2023/drift-flow-on-a-manifold",
        title="SAM follows the drift flow along a curved manifold",
        statement=r"""Over $t=T/(\eta\rho^2)$ steps, as long as $\lambda_2<0.9\lambda_1$, the minimum under the bounce
            stays within $O(\rho^2)$ of the flow $\dot z = -\frac12(2/(2-\eta\lambda_1))^2P\nabla\lambda_1$.""",
        source=("What the authors state", "Drift flow"),
        origin="measured",
        kind="rate",
        relation=Close(atol=0.1),
        problem=pairs,
        observe=order_together(manifold_flow, SHORT),
        expect=2,
        domain=CURVED_FOR_LONG,
        full_corners=FOUND,
        hypotheses=STABLE,
        quick=1,
        full=6,
        seconds=0.9,
        few="Each setting follows twenty problems over a long time at five radii.",
        note="Observed: the order in rho of the distance to the flow at a fixed time, of all problems together.",
        controls=(
            Control("gradient descent", "it does not drift: order 0", observe=order_together(manifold_flow, method=GD)),
            Control("trace", "SAM does not go down the trace: order 0", observe=order_together(trace_flow)),
        ),
    ),
)
