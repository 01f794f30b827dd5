"""Does a worker run the same code? A result of other sources or versions would be a silent mistake."""

import functools
import hashlib
import json
import platform
from collections.abc import Iterable
from typing import NamedTuple

from flatlab.base.sources import identities


class EngineError(RuntimeError):
    """The place where work is to run cannot be used, or has been lost."""


class OtherCode(EngineError):
    """A worker has other sources or versions than the process that sends the work."""

    def __init__(self, where: str, modules: tuple[str, ...], found: dict[str, str]):
        super().__init__(where, modules, found)
        self.where, self.modules, self.found = where, modules, found

    def __str__(self) -> str:
        """One sentence, written where the work comes from."""
        own = _identities(self.modules)
        name = next((name for name in sorted(own) if self.found.get(name) != own[name]), "something else")
        here, there = _words(own.get(name)), _words(self.found.get(name))
        return f"worker on {self.where} is refused: {name} is {there} there and {here} here"


class Code(NamedTuple):
    """What identifies modules with all that they import, and the versions at work."""

    modules: tuple[str, ...]
    digest: str

    def require(self) -> None:
        """Raise :class:`OtherCode` where this process has other code."""
        if code_of(self.modules) != self:
            raise OtherCode(platform.node(), self.modules, _identities(self.modules))


def code_of(modules: Iterable[str]) -> Code:
    """Return what identifies modules, given by their dotted names, and all that they import."""
    modules = tuple(sorted(set(modules)))
    return Code(modules, hashlib.sha256(json.dumps(sorted(_identities(modules).items())).encode()).hexdigest())


@functools.cache
def _identities(modules):
    machine = {"Python": f"version {platform.python_version()}", "the processor": platform.machine()}
    return machine | identities(modules, loaded=False)


def _words(identity):
    if identity is None or identity == "missing":
        return "missing"
    if identity.startswith("unknown"):
        return "edited since it was imported"
    return identity if identity.startswith(("version", "x86", "arm", "aarch")) else f"source {identity[:8]}"
