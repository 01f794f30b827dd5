r"""NSO on matrix sensing is gradient descent with an explicit trace penalty."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.sensing import RECOVERY
from paper_checks.zhang2024.sensing_gain import DEAR

PROBLEMS = 2  # the ratios of one have deviations of .002 and .003


def over_penalty(p, rng, name="nso"):
    """Return nuclear norm and trace of NSO over those of descent on the penalised loss, in the mean over problems."""
    problems = [p._replace(seed=p.seed + k) for k in range(PROBLEMS)]
    ends = [(one.end(name), one.end("penalty")) for one in problems]
    return np.mean([[end.nuclear / other.nuclear, end.trace / other.trace] for end, other in ends], axis=0)


CLAIM = Claim(
    id="zhang2024/sensing-is-a-trace-penalty",
    title="NSO is an explicit trace penalty here",
    statement=r"""NSO and gradient descent on $L+\frac{s^2}2\operatorname{tr}\nabla^2L$ end with the same nuclear
        norm and trace: ratios of $1$.""",
    source="Penalty of one sample",
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.015),
    observe=over_penalty,
    expect=1,
    **{**RECOVERY, **DEAR, "quick": 1, "full": 20},
    seconds=0.5,
    note="What is left is NSO's own noise, of fourth order in s.",
    controls=(
        Control(
            "gradient descent in place of NSO",
            "without the penalty both stay near those of the start",
            observe=lambda p, rng: over_penalty(p, rng, "gd"),
        ),
    ),
)
