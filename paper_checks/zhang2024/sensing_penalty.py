r"""NSO on matrix sensing is gradient descent with an explicit trace penalty."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.sensing import RECOVERY
from paper_checks.zhang2024.sensing_gain import DEAR


def stronger(p):
    """Return the problem with four times the penalty, in half of the budget."""
    return p._replace(s=2 * p.s, gradients=p.gradients // 2)


def over_penalty(p, rng, rival=None):
    """Return nuclear norm and trace of NSO over those of descent on the penalised loss."""
    nso, other = p.end("nso"), (rival or p).end("penalty")
    return [nso.nuclear / other.nuclear, nso.trace / other.trace]


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
    note="What is left is NSO's own noise, of fourth order in s.",
    controls=(
        Control(
            "four times the penalty",
            "it is proportional to s^2",
            observe=lambda p, rng: over_penalty(p, rng, stronger(p)),
        ),
    ),
)
