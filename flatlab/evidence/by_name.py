"""Claims from Python: found and judged by name."""

from flatlab.base import checks
from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import select
from flatlab.evidence.judge import DEFAULT_SEED, verify
from flatlab.evidence.verdict import Verdict

__all__ = ["claims", "verify_claim"]

BUDGETS = ("quick", "full")


def claims(*names: str) -> dict[str, Claim]:
    """Return the claims that names stand for, by id: ids, papers, plug-ins or paths; all that are installed if none.

    >>> from flatlab import claims
    >>> list(claims("bartlett2023/amplitude"))
    ['bartlett2023/amplitude']
    """
    return select(names)


def verify_claim(claim: Claim | str, *, seed: int = DEFAULT_SEED, budget: str = "quick") -> Verdict:
    """Judge one claim and all its controls, in this process.

    Parameters
    ----------
    claim : Claim or str
        A claim, or the name of one.
    seed : int
        Of the settings and of the noise; the same as that of ``flatlab verify`` if not given.
    budget : str
        ``quick`` or ``full``.

    Returns
    -------
    Verdict
        Prints as a few lines; ``status``, ``margin``, ``worst``, ``evidence`` and ``controls`` hold the rest.

    Examples
    --------
    >>> from flatlab import verify_claim
    >>> verdict = verify_claim("bartlett2023/scaling")
    >>> verdict.status, verdict.controls_broken
    ('holds', '2/2')
    """
    seed, budget = checks.seed("seed", seed), checks.one_of("budget", budget, BUDGETS)
    if isinstance(claim, Claim):
        return verify(claim, seed, budget)
    found = select([claim])
    if len(found) != 1:
        raise ValueError(f"claim must be one claim, {claim!r} stands for {len(found)}: {', '.join(found)}")
    (one,) = found.values()
    return verify(one, seed, budget)
