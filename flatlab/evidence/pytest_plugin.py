"""``pytest --flatlab CLAIM``: claims as tests. Without the option nothing is imported or collected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flatlab.evidence.claim import Claim


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options ``--flatlab`` and ``--flatlab-full``."""
    group = parser.getgroup("flatlab")
    group.addoption(
        "--flatlab",
        action="append",
        default=[],
        metavar="CLAIM",
        help="turn claims into tests: an id, a paper, a plug-in, a file or a folder; may be given several times",
    )
    group.addoption("--flatlab-full", action="store_true", help="judge these claims on hundreds of settings")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add a test for each claim that was named."""
    names = config.getoption("--flatlab")
    if not names:
        return
    from flatlab.evidence.discovery import select

    try:
        claims = select(names, [])
    except ValueError as error:
        raise pytest.UsageError(f"--flatlab: {error}") from error
    items += [ClaimItem.from_parent(session, name=claim.id, claim=claim) for claim in claims.values()]


class ClaimItem(pytest.Item):
    """One claim with its controls; it passes where ``flatlab verify`` ends with 0."""

    def __init__(self, *, claim: Claim, **parts: Any):
        super().__init__(**parts)
        self.claim = claim

    def runtest(self) -> None:
        """Judge the claim."""
        from threadpoolctl import threadpool_limits

        from flatlab.evidence.judge import DEFAULT_SEED
        from flatlab.evidence.pool import LIMITS, attempt
        from flatlab.evidence.relations import HOLDS

        budget = "full" if self.config.getoption("--flatlab-full") else "quick"
        with threadpool_limits(1):
            verdict = attempt(self.claim, DEFAULT_SEED, budget, LIMITS[budget])
        if verdict.status != HOLDS:
            raise ClaimFailed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo, style: Any = None) -> Any:
        """Return what the terminal table says below a claim that does not pass."""
        if not isinstance(excinfo.value, ClaimFailed):
            return super().repr_failure(excinfo, style)
        (verdict,) = excinfo.value.args
        return "\n".join([f"{verdict.id} {verdict.status}: {verdict.statement}", *verdict.shortcomings])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file of the claim, for the headings of pytest."""
        return self.path, None, self.claim.id


class ClaimFailed(Exception):
    """A claim did not hold; its verdict is the only argument."""
