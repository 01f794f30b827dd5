r"""NSO on matrix sensing is gradient descent with an explicit trace penalty."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.sensing import RECOVERY
from paper_checks.zhang2024.sensing_gain import DEAR


def over_penalty(p, rng, name="nso"):
    """Return nuclear norm and trace of NSO over those of descent on the penalised loss."""
    end, other = p.end(name), p.end("penalty")
    return [end.nuclear / other.nuclear, end.trace / other.trace]


CLAIM = Claim(
    id="zhang2024/sensing-is-a-trace-penalty",
    title="NSO is an explicit trace penalty here",
    statement=r"""NSO and gradient descent on $L+\frac{s^2}2\operatorname{tr}\nabla^2L$ end with the same nuclear
        norm and trace: ratios of $1$.""",
    source="Penalty of one sample",
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.02),
    observe=over_penalty,
    expect=1,
    **RECOVERY,
    **DEAR,
    seconds=0.25,
    note="What is left is NSO's own noise, of fourth order in s.",
    controls=(
        Control(
            "gradient descent in place of NSO",
            "without the penalty both stay near those of the start",
            observe=lambda p, rng: over_penalty(p, rng, "gd"),
        ),
    ),
)
