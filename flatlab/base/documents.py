"""Files that carry a checksum, so that one that is damaged, edited or foreign is told from a whole one."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from flatlab.base.files import content_of
from flatlab.base.plain_data import plain

CHECKSUM = "checksum"
SEAL = b"\nflatlab sha256 "  # at the end of a file that is no JSON, before its checksum


def sealed(document: dict) -> dict:
    """Return a document as plain data with the checksum of all its parts; their order does not matter."""
    parts = {str(key): plain(value) for key, value in document.items() if key != CHECKSUM}
    return {**parts, CHECKSUM: _digest(parts)}


def parsed(content: bytes, what: str) -> Any:
    """Return what JSON text in UTF-8 says, or refuse it; ``what`` begins the sentence."""
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError(f"{what} is no JSON") from None


def unsealed(content: bytes, what: str) -> dict:
    """Return the document that :func:`sealed` gave, without its checksum, or refuse one that has changed since."""
    document = parsed(content, what)
    if not isinstance(document, dict) or CHECKSUM not in document:
        raise ValueError(f"{what} has no {CHECKSUM!r}")
    return unchanged(document, what)


def unchanged(document: dict, what: str) -> dict:
    """Return a document without its checksum, if it has one, or refuse one that has changed since."""
    parts = {key: value for key, value in document.items() if key != CHECKSUM}
    if document.get(CHECKSUM, _digest(parts)) != _digest(parts):
        raise ValueError(f"{what} has been damaged or changed since it was written")
    return parts


def has_shape(document: Any, kinds: dict[str, Any]) -> bool:
    """Tell whether something is a document whose parts are of these types; it may have more."""
    has_all = isinstance(document, dict) and set(kinds) <= set(document)
    return has_all and all(isinstance(document[key], kind) for key, kind in kinds.items())


def with_seal(content: bytes) -> bytes:
    """Return the content of a file with its checksum behind it."""
    return content + SEAL + hashlib.sha256(content).hexdigest().encode()


def without_seal(content: bytes, what: str, *, needed: bool = True) -> bytes:
    """Return what :func:`with_seal` was given, or refuse what has changed since; one without a seal, if ``needed``."""
    inner, seal, told = content.rpartition(SEAL)
    if seal and hashlib.sha256(inner).hexdigest().encode() == told:
        return inner
    if seal or needed:
        raise ValueError(f"{what} has been damaged or changed since it was written")
    return content


def kept_document(path: Path) -> dict:
    """Return a document that an interrupted run has kept; empty, with a word on standard error, where it is damaged."""
    try:
        content = content_of(path, "what a run has kept")
        return {} if content is None else unsealed(content, repr(str(path)))
    except ValueError as error:
        say_unused(f"{error}")
        return {}


def say_unused(why: str) -> None:
    """Say on standard error that something that was kept is not used."""
    print(f"flatlab: {why}; it is not used", file=sys.stderr)


def _digest(parts):
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
