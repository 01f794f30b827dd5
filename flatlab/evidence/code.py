"""The code that a claim runs, as a key: with the declaration it says whether a search still speaks of the claim."""

import ast
import functools
import hashlib
import sys
from collections.abc import Sequence

from flatlab.base.reached import Sources
from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import claims_of_module

PARTS = ("relation", "observe", "expect", "problem", "fixed", "domain", "corners", "hypotheses")  # what a search runs
ALSO_JUDGED = ("controls", "kind", "quick")  # what a verdict runs besides
JUDGE = "flatlab.evidence.judge"
JUDGING = ("draw_settings", "judge_setting", "judge_control")  # its functions that decide


def code_of_verdict(claim: Claim) -> str:
    """Return a short hash of the code that a verdict of the quick budget runs, controls and judge with it; or ""."""
    claimed, judge = code_of(claim, PARTS + ALSO_JUDGED), _code_of_judge()
    return hashlib.sha256(f"{claimed} {judge}".encode()).hexdigest()[:16] if claimed else ""


@functools.cache
def _code_of_judge():
    sources = _sources("flatlab")
    found = sources.module(JUDGE)
    return sources.key(JUDGE, [statement for name in JUDGING for statement in found.bound[name]]) if found else ""


def code_of(claim: Claim, parts: Sequence[str] = PARTS) -> str:
    """Return a short hash of the code that judging a setting reaches: of the parts of the claim that a search runs.

    Controls, texts, and code of flatlab or of the paper that the claim does not reach are no part of it; of a claim
    that is made in a loop all declarations of its module are. Empty where no module of the claim's paper declares it.
    """
    home = _home(claim)
    return _code_here(home, claim.id, tuple(parts)) if home else ""


def modules_reached(claim: Claim, parts: Sequence[str]) -> set[str]:
    """Return the modules of flatlab and of the paper of which the parts of a claim reach something."""
    home = _home(claim)
    sources = _sources(home.partition(".")[0])
    return {module for module, _ in sources.names(home, _roots(home, claim.id, sources, parts))} if home else set()


def code_in(module: str, name: str, sources: Sources | None = None, parts: Sequence[str] = PARTS) -> str:
    """Return the same of the claim ``name`` that a module declares; "" where the source does not show it."""
    sources = _sources(module.partition(".")[0]) if sources is None else sources
    roots = _roots(module, name, sources, parts)
    return sources.key(module, roots)[:16] if roots else ""


def _home(claim):
    """Return the module that declares a claim, that of its ``observe`` first; "" where none of its paper does."""
    own = getattr(claim.observe, "__module__", None)
    return next((name for name in [own, *sys.modules] if name and _declares(name, claim)), "")


def _roots(module, name, sources, parts):
    found = sources.module(module)
    statements = [statement for many in found.bound.values() for statement in many] if found else []
    nodes = {id(node): node for statement in statements for node in ast.walk(statement)}.values()
    calls = [node for node in nodes if isinstance(node, ast.Call) and _is_claim(node)]
    named = [call for call in calls if _argument(call, "id") == name]
    roots = [word.value for call in named or calls for word in call.keywords if word.arg is None or word.arg in parts]
    if not named:  # made in a loop or by a function of the module
        roots += list(found.bound.get("CLAIMS", [])) if found else []
    return roots


@functools.cache
def _code_here(module, name, parts):
    return code_in(module, name, parts=parts)


@functools.cache
def _sources(package):
    return Sources(dict.fromkeys(("flatlab", package)))


def _declares(name, claim):
    module = sys.modules.get(name)
    if module is None or claim.paper not in name.split(".") or not hasattr(module, "__file__"):
        return False
    return claims_of_module(module).get(claim.id) is claim


def _is_claim(node):
    return isinstance(node.func, ast.Name) and node.func.id in ("Claim", "replace")


def _argument(call, name):
    return next(
        (word.value.value for word in call.keywords if word.arg == name and isinstance(word.value, ast.Constant)), None
    )
