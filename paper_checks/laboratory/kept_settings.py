r"""The setting that a search has kept is judged by every later verification; an attack lapses with the declaration."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform, Whole
from flatlab.evidence.relations import FAILS, HOLDS, Close
from paper_checks.laboratory.problems.searches import OLDER, Kept, judged


def defined(p):
    """Return what ``judged`` returns, worked out from the rules."""
    older, later = p.searches
    if FAILS in (p.status, p.older_status):
        nearest, _, status, evaluations = later if p.status == FAILS or p.evaluations >= OLDER else older
    else:
        nearest, *_ = min((later, older), key=lambda one: one[1])
        status, evaluations = HOLDS, max(OLDER, p.evaluations)
    fits = (nearest < 0.9 and p.change in ("none", "statement")) or (p.change == "range" and 0.6 <= nearest < 0.9)
    same = p.change == "none"
    attacked = same and evaluations >= 300 and status == HOLDS
    return [4 + fits, nearest if fits else 0.0, float(fits), float(attacked), evaluations if same else 0]


CLAIM = Claim(
    id="laboratory/kept-settings-are-judged",
    title="kept settings are judged",
    statement=r"""Of two searches of one declaration the setting $x$ of smaller margin is kept, and a counterexample
        until as many evaluations find none. It is judged last by every verification of a claim that takes half a second
        a setting or less, while it fits ranges, constants and hypotheses. The level is `attacked` after 300 evaluations
        without a counterexample of this declaration.""",
    source="Kept settings",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=Kept,
    observe=lambda p, rng: judged(p),
    expect=defined,
    domain={
        "x": Uniform(0.0, 1.0),
        "margin": Uniform(0.0, 1.0),
        "status": Choice((HOLDS, FAILS)),
        "evaluations": Whole(290, 310),
        "older_margin": Uniform(0.0, 1.0),
        "older_status": Choice((HOLDS, FAILS)),
        "change": Choice(("none", "none", "statement", "range", "constant", "parameter")),
    },
    corners=tuple(
        {"x": 0.7, "margin": margin, "status": HOLDS, "evaluations": n, "older_margin": 0.6}
        | {"older_status": HOLDS, "change": "none"}
        for n in (299, 300)
        for margin in (0.3, 0.7)
    ),
    quick=6,
    full=200,
    seconds=0.02,
    controls=(
        Control(
            "the file is lost",
            "then nothing is kept",
            observe=lambda p, rng: judged(p, forget=True),
            change=lambda s: {**s, "change": "none"},
        ),
        Control(
            "the farther setting",
            "the other one was nearer to failing",
            observe=lambda p, rng: judged(p._replace(margin=p.older_margin, older_margin=p.margin)),
            change=lambda s: {**s, "x": 0.4, "status": HOLDS, "older_status": HOLDS, "change": "none"},
        ),
    ),
)
