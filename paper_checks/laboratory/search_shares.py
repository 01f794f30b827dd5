"""A search shares its evaluations between ends, points that fill the domain, descents and a global search."""

from typing import NamedTuple
from unittest import mock

from flatlab.evidence import _attempt
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.evidence.judge import judged
from flatlab.evidence.relations import Close
from paper_checks.laboratory.problems.tiny_claims import tiny_claim

FEW = 16


class Searched(NamedTuple):
    """A search of a claim of the same margin everywhere, with 1 to 3 real parameters and one of some whole numbers."""

    evaluations: int
    real: int
    whole: int
    seed: int

    @property
    def claim(self):
        real = {f"x{k}": Uniform(0.0, 1.0) for k in range(self.real)}
        domain = {**real, "n": Whole(1, self.whole), "seed": SEED}
        return tiny_claim(observe=lambda s, rng: 0.5, expect=1.0, domain=domain, corners=(), hypotheses={})

    @property
    def steps(self):
        """Return after how many evaluations each descent begins, with how many more and in how many parameters.

        Descents and the global search, which is the last entry, judge nothing.
        """
        claim, found = self.claim, []
        attempt = _attempt.Attempt(claim, self.evaluations, self.seed, lambda setting: judged(claim, setting, 0))

        def descend(height, start, *args, options, **named):
            found.extend([len(attempt.judged), options["maxfev"], start.size])

        def search(*args, **named):
            found.append(len(attempt.judged))
            raise _attempt.Spent

        with (
            mock.patch.object(_attempt, "minimize", descend),
            mock.patch.object(_attempt, "differential_evolution", search),
        ):
            attempt.run()
        return found


def defined(p):
    """Return what ``steps`` returns, worked out from the shares."""
    few, many = (p.whole, p.real) if p.whole <= FEW else (0, p.real + 1)
    d = p.real + 2
    used = 1 + 2 * d + 2**d
    left = p.evaluations - used
    used += max(left // 6, few if 3 * few <= left else 1) + max(few - 3, 0)
    found = [used, _longest(p.evaluations - used, many), many]
    used += (p.evaluations - used) // 4
    stop = used + (p.evaluations - used) // 2
    for new in (0, max(few - 1, 0)):
        used += new
        found += [used, _longest(stop - used, many), many]
    return [*found, used]


def _longest(left, many):
    return max(min(left, 30 + 20 * many), 2 * many + 2)


CLAIM = Claim(
    id="laboratory/searches-share-their-evaluations",
    title="how a search shares its evaluations",
    statement=r"""After the centre, $2d$ ends and $2^d$ combinations of ends, a sixth of the evaluations left go to
        Sobol points, or one to each combination of the ranges of at most 16 values if these are a third at most; a
        descent in the $m$ other ranges uses $30+20m$ at most; a quarter of the rest goes to Sobol points, and half of
        what remains to two descents before the global search.""",
    source="Searches",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=Searched,
    observe=lambda p, rng: p.steps,
    expect=defined,
    domain={"evaluations": Whole(150, 400), "real": Whole(1, 3), "whole": Whole(3, 30), "seed": SEED},
    corners=(
        {"evaluations": 81, "real": 3, "whole": 13, "seed": 1},
        {"evaluations": 150, "real": 1, "whole": 16, "seed": 1},
        {"evaluations": 150, "real": 1, "whole": 17, "seed": 1},
    ),
    quick=3,
    full=200,
    seconds=0.013,
    controls=(
        Control(
            "a hundred more evaluations",
            "all shares are larger",
            observe=lambda p, rng: p._replace(evaluations=p.evaluations + 100).steps,
        ),
        Control(
            "one real parameter more",
            "there are more ends, and longer descents",
            observe=lambda p, rng: p._replace(real=p.real + 1).steps,
            change=lambda s: {**s, "evaluations": 300, "real": 1},
        ),
    ),
)
