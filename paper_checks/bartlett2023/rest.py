r"""Where the drift flow rests SAM has a stable two-cycle over a minimum with $P\nabla\lambda_1=O(\rho^2)$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform
from flatlab.evidence.relations import Close
from flatlab.geometry.bounce import bounce_frame, follow_drift, nearest_minimum
from flatlab.methods import GD, SAM
from paper_checks.bartlett2023.problems.bounces import common_order, curved_problem, order_in_rho, replicates
from paper_checks.bartlett2023.problems.long_runs import DISTANCES, minimum_under, pairs
from paper_checks.bartlett2023.problems.quadratic import STABLE

RESTING = np.geomspace(0.001, 0.004, 5)  # a + rho
AT_REST, REST_TIME, GAP = 1e-4, 15.0, 0.1
NEWTON_STEPS = 4


def resting(seed, **setting):
    """Return problems moved to where their drift flow rests at ``REST_TIME``.

    A problem that does not rest, or has another eigenvalue near the largest, is drawn again: the bounce is stable for
    radii that are small against the gap only.
    """

    def draw(rng):
        while True:
            bounce = curved_problem(rng, **setting)
            end = follow_drift(bounce.objective, bounce.frame.minimum, [REST_TIME], bounce.eta)[-1]
            frame = bounce_frame(bounce.objective, nearest_minimum(bounce.objective, end, bounce.rank))
            largest, second, *_ = frame.eigenvalues
            if np.linalg.norm(frame.tangential) < AT_REST and second < (1 - GAP) * largest:
                return bounce._replace(frame=frame)

    return replicates(draw, seed, pooled=1)


def cycle(bounce, rho):
    """Return the centre of SAM's two-cycle near the bounce, by Newton's method, and its largest multiplier."""

    def two_steps(w):
        return trajectory(SAM(bounce.eta, rho), bounce.objective, w, steps=2, record_every=2)[-1]

    w, width, step = bounce.settled(rho)[0], 1e-4 * rho, np.inf
    for _ in range(NEWTON_STEPS):
        jacobian = np.array([two_steps(w + e) - two_steps(w - e) for e in width * np.eye(w.size)]).T / (2 * width)
        step = np.linalg.solve(jacobian - np.eye(w.size), two_steps(w) - w)
        w = w - step
    if np.linalg.norm(step) > 1e-4 * rho:
        raise ValueError(f"Newton's method must end with a step below 1e-4 rho, got {np.linalg.norm(step) / rho:.2g}")
    pair = trajectory(SAM(bounce.eta, rho), bounce.objective, w, steps=1)
    return pair.mean(axis=0), np.abs(np.linalg.eigvals(jacobian)).max()


def order_on_cycle(found, rng):
    """Return the order in rho of ``P grad lambda_max`` under the cycle, of all problems; 0 if one is unstable."""
    multipliers = []

    def error(bounce, rho):
        centre, multiplier = cycle(bounce, rho)
        multipliers.append(multiplier)
        return bounce_frame(bounce.objective, nearest_minimum(bounce.objective, centre, bounce.rank)).tangential

    order = common_order(found, error, RESTING)
    return order if max(multipliers) < 1 else 0.0


def order_of_gradient_descent(case, rng):
    def error(bounce, rho):
        return bounce_frame(bounce.objective, minimum_under(bounce, rho, 200, GD(bounce.eta))).tangential

    return order_in_rho(case[0], error, DISTANCES).value


CLAIM = Claim(
    id="bartlett2023/rest-where-the-sharpness-is-stationary",
    title="SAM rests at a stationary point of the sharpness on the manifold",
    statement=r"""Where the drift flow comes to rest and $\lambda_2<0.9\lambda_1$, SAM at small $\rho$ has a stable
        two-cycle, and the minimum under its centre has $P\nabla\lambda_1 = O(\rho^2)$.""",
    source=("What the authors state", "Drift flow"),
    origin="measured",
    kind="rate",
    relation=Close(atol=0.02),
    problem=resting,
    observe=order_on_cycle,
    expect=2,
    fixed={"model": "cubic", "d": 4, "m": 3},
    domain={"h": Uniform(0.5, 1.0), "seed": SEED},
    hypotheses=STABLE,
    quick=1,
    full=5,
    seconds=0.75,
    few="Each setting follows ten problems to their rest and finds fifty cycles.",
    note="""The minima form a curve here. The cycle is found by Newton's method on two steps; that SAM gets there is the
        subject of bartlett2023/drift-flow-on-a-manifold.""",
    controls=(
        Control(
            "gradient descent",
            "it stays where it started, away from rest: order 0",
            problem=pairs,
            observe=order_of_gradient_descent,
        ),
    ),
)
