r"""Above a computable tolerance every minimum counts as flat: the certificate is at most $C/d$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import AtMost
from flatlab.geometry.limit_map import certificate
from paper_checks.ahn2024.problems.trace_flow import network_path


def minimum(shape, seed):
    return network_path(shape, 0.1, 1.0, seed)


def bound(p):
    """Return C/d from the lengths of the models' gradients and the largest curvatures 2 max |a_ij| of the models."""
    lengths = np.linalg.norm(p.slopes(p.minimum), axis=1)
    return float(np.mean(2 * lengths * 2 * np.abs(p.objective.features).max(axis=1))) / p.minimum.size


def curved_certificate(p, factor):
    """Return the certificate at the same minimum where the models are larger by a factor."""
    objective = p.objective._replace(features=factor * p.objective.features, labels=factor * p.objective.labels)
    return certificate(objective, p.minimum)


CLAIM = Claim(
    id="ahn2024/trivial-certificate",
    title="above a computable tolerance every minimum is flat",
    statement=r"""On a diagonal network, at every minimum,
        $|\nabla h|\le\frac Cd$ with $C=\frac1n\sum_i2|\nabla p_i|\,\|\nabla^2p_i\|$: for $\varepsilon\ge C^2/d^2$ each
        minimum where $C$ is so large has a certificate of at most $\sqrt\varepsilon$, and nothing is left to escape
        from.""",
    source="When the certificate is trivial",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=2),
    problem=minimum,
    observe=lambda p, rng: certificate(p.objective, p.minimum),
    expect=bound,
    domain={"shape": Choice(((1, 2), (1, 6), (2, 4), (2, 12), (4, 16))), "seed": SEED},
    quick=5,
    full=200,
    seconds=0.002,
    note=r"The sharp case are features of size one at large balanced entries: there $C$ is $8|w|$.",
    controls=(
        Control(
            "models three times as curved, with the constant of the others",
            "the certificate grows with the square of the curvature",
            observe=lambda p, rng: curved_certificate(p, 3.0),
        ),
    ),
)
