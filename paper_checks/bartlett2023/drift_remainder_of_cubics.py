r"""Theorem D where $M_4=0$: on a cubic the one-step drift errs by at most $\eta M_3(a+\rho/2)\rho\nu$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.geometry.bounce import bounce_frame
from flatlab.methods import GD
from flatlab.objectives import CubicQuartic
from paper_checks.bartlett2023.enclosures.drift_remainder_of_cubics import ENCLOSURE
from paper_checks.bartlett2023.problems.bounces import Bounce
from paper_checks.bartlett2023.problems.quadratic import STABLE

WORST = [-0.7718, -0.3608, -0.0612, 0.9522]  # found by a search for the largest ratio
ANGLES = np.linspace(0, np.pi, 2001)
GRID = 1 + 2e-6  # the maximum over the angles is at least the true one over this


def case(form, h, reach, seed):
    """Return a bounce across the flat line of a plane cubic with M3 = l_1 = 1, and its radius."""
    third = np.array(WORST) if form == "worst" else np.random.default_rng(seed).standard_normal(4)
    c, s = np.cos(ANGLES), np.sin(ANGLES)
    third /= GRID * np.abs(third[0] * c**3 + 3 * third[1] * c**2 * s + 3 * third[2] * c * s**2 + third[3] * s**3).max()
    tensor = np.array([third[sum(index)] for index in np.ndindex(2, 2, 2)]).reshape(2, 2, 2)
    objective = CubicQuartic([1.0, 0.0], tensor, np.zeros((2,) * 4))
    bounce = Bounce(objective, bounce_frame(objective, np.zeros(2)), h)
    return bounce, bounce.rho(reach)


def remainder(given, rng, method=None):
    bounce, rho = given
    start, end = bounce.path(rho, 1, method and method(bounce.eta))
    return np.linalg.norm(bounce.frame.projector @ (end - start + bounce.cycle(rho).effective_step * bounce.frame.tau))


def bound(given):
    bounce, rho = given
    return bounce.cycle(rho).drift_remainder(1.0, 0.0)


CLAIM = Claim(
    id="bartlett2023/drift-remainder-of-cubics",
    title="one-step drift on a cubic with an explicit remainder",
    statement=r"""Where the third derivative is constant, $|T|\le M_3$,
        $|P(w_1-w_0)+\eta_{\rm eff}P\tau| \le \eta M_3(a+\rho/2)\rho\nu$ with $\nu=M_3a/\lambda_1$.""",
    source="Theorem D: explicit one-step remainder",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-6, tight_within=2),
    problem=case,
    observe=remainder,
    expect=bound,
    domain={
        "form": Choice(("worst", "any")),
        "h": Uniform(0.005, 1.99),
        "reach": LogUniform(1e-3, 1e4),
        "seed": SEED,
    },
    corners=({"form": "worst", "h": 0.01, "reach": 440.0, "seed": 1},),
    hypotheses=STABLE,
    quick=30,
    full=400,
    seconds=0.005,
    note="Nearly attained where the third derivative turns the gradient across the ravine.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "gradient descent",
            "it drifts by eta a^2 / 2 only",
            observe=lambda given, rng: remainder(given, rng, GD),
            change={"form": "worst", "h": 0.01, "reach": 1e-3},
        ),
    ),
)
