r"""Where $|\nabla J(u)|\le\varepsilon$ and $|u|\ge b_1(1-\theta)$, the angle and the norm are near the cycle's."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.theory.sam import PromisedTube, local_errors
from paper_checks.bartlett2023.problems.quadratic import CORNERS, SEVERAL, STABLE, Problem, quadratic


class Place(NamedTuple):
    """A tube, and a point on its boundary: ``height`` from its least norm, 0, to its largest, 1."""

    p: Problem
    share: float
    height: float

    @property
    def tube(self):
        """The tube of ``share`` times the largest epsilon."""
        return PromisedTube(self.p.theory, self.share * PromisedTube(self.p.theory, 1e-300).gamma)

    def point(self, wider=1.0):
        """Return the point where the gradient of J is ``wider`` times epsilon, as far as possible towards e_2."""
        b, epsilon = self.p.theory.cycles.gradient_norm, wider * self.tube.epsilon
        low = max(1 - epsilon, 1 - self.tube.theta)
        s = b[0] * (low + self.height * (1 + epsilon - low))
        along, across = s / b[0] - 1, s / b[1] - 1
        sine = np.sqrt(max((epsilon - along) * (epsilon + along), 0.0) / ((across - along) * (across + along)))
        u = np.zeros(b.size)
        u[:2] = s * np.sqrt((1 - sine) * (1 + sine)), s * sine
        return u


def place(share, height, **setting):
    return Place(quadratic(scale=1.0, **setting), share, height)


def errors(case, rng, point=None):
    """Return sine and tangent of the angle, the error of the norm, and the radial one."""
    u = case.point() if point is None else point
    found, norm = local_errors(case.p.theory, u), np.linalg.norm(u)
    off = abs(norm / case.p.theory.cycle().gradient_norm - 1)
    return np.linalg.norm(u[1:]) / norm, found.tangent, off, found.radial_error


def second_cycle(case, rng):
    """Return the errors beside the second cycle, where the gradient of J is as small and the norm is not."""
    u = np.zeros(case.p.eigenvalues.size)
    u[:2] = 1e-3, 1.0
    return errors(case, rng, u * case.p.theory.cycle(1).gradient_norm)


def stated(case):
    tube = case.tube
    return tube.sine, tube.tangent, tube.norm_error, tube.radial_error


PLAIN = {**CORNERS[1], "share": 0.9, "height": 0.0}
PLAIN.pop("scale")
CLAIM = Claim(
    id="bartlett2023/errors-in-the-promised-tube",
    title="how near the cycle the promised tube is",
    statement=r"""Let $h<2$, $\lambda_1>\lambda_2$ and $\varepsilon<\gamma$. Where $|\nabla J(u)|\le\varepsilon$ and
        $|u|\ge b_1(1-\theta)$, with $\phi$ the angle to $e_1$ and $\kappa=\sqrt{1-(\varepsilon/\gamma)^2}$:
        $\sin\phi\le\varepsilon/\gamma$, $\tan\phi\le\varepsilon/(\gamma\kappa)$, $||u|/b_1-1|\le\varepsilon/\kappa$
        and $||u_1|/b_1-1|\le1-\kappa+\varepsilon$.""",
    source="Theorem G: iterations to a certified tube",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1.01),
    problem=place,
    observe=errors,
    expect=stated,
    domain={
        **{name: values for name, values in SEVERAL.items() if name != "scale"},
        "gap": LogUniform(1e-3, 0.999),
        "share": LogUniform(1e-3, 0.999),
        "height": Uniform(0.0, 1.0),
    },
    corners=(
        {**PLAIN, "gap": 0.99},  # the angle is attained
        {**PLAIN, "gap": 0.99, "share": 1e-3, "height": 1.0},  # the norm is
        PLAIN,
    ),
    hypotheses=STABLE,
    quick=30,
    full=400,
    seconds=0.002,
    note="""Observed at the point of the tube that leans most towards the second axis, at a given norm; its other
        points are covered by the proof alone.""",
    controls=(
        Control(
            "beside the second cycle",
            "the gradient of J is small there too",
            observe=second_cycle,
            change=lambda s: {**s, "share": min(s.share, 0.5)},
        ),
        Control(
            "twice the gradient",
            "the angle is twice as large",
            observe=lambda case, rng: errors(case, rng, case.point(2.0)),
            change={**PLAIN, "gap": 0.99, "share": 0.4},
        ),
    ),
)
