"""What a file may hold that it must not, and what may stand where a file must be."""

import json
import os
from contextlib import contextmanager

FOREIGN = {
    "empty": b"",
    "blank": b" \n\t",
    "one byte": b"\x00",
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a broken netCDF file": b"\x89HDF\r\n\x1a\n broken",
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "a page": b"<html><body>404 not found</body></html>",
    "a torn merge": b"<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> other\n",
}
OTHER_JSON = {
    "null": b"null",
    "a number": b"3",
    "a text": b'"text"',
    "a list": b"[]",
    "a list of lists": b"[[1], [2]]",
    "another document": b'{"a": 1, "b": {"c": []}}',
    "too deep": b"[" * 100_000,
}
VALUES = (None, -1, "text", [], {}, [[1]], {"a": None})


def truncated(content):
    """Return the beginnings of a file."""
    return {
        f"the first {share:.0%}": content[: int(len(content) * share)] for share in (0.01, 0.1, 0.3, 0.6, 0.9, 0.98)
    }


def flipped(content, count):
    """Return a file with one bit changed, at so many places."""
    places = {k * (len(content) - 1) // (count - 1): k % 8 for k in range(count)}
    return {
        f"bit {bit} of byte {place}": content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
        for place, bit in places.items()
    }


def altered(document, path=()):
    """Return a document of JSON in which one part is missing or is something else, by where it is."""
    part = document
    for key in path:
        part = part[key]
    found = {}
    for key in part if isinstance(part, dict) else range(min(1, len(part))):
        for name, value in [("missing", None), *((repr(value), value) for value in VALUES)]:
            changed = json.loads(json.dumps(document))
            inner = changed
            for step in path:
                inner = inner[step]
            if name == "missing":
                del inner[key]
            elif type(inner[key]) is type(value) or (isinstance(inner[key], (int, float)) and value == -1):
                continue
            else:
                inner[key] = value
            found[f"{'/'.join(map(str, (*path, key)))} {name}"] = json.dumps(changed).encode()
        if isinstance(part[key], (dict, list)) and part[key]:
            found |= altered(document, (*path, key))
    return found


def _link(target):
    return lambda path: path.symlink_to(target(path) if callable(target) else target)


IN_THE_WAY = {
    "a folder": lambda path: path.mkdir(),
    "a dangling link": _link("nowhere"),
    "a link to itself": _link(lambda path: path.name),
    "a pipe": lambda path: os.mkfifo(path),
    "a link to a device": _link("/dev/null"),
    "a link to what cannot be read": _link("/proc/self/mem"),
}


@contextmanager
def instead(path, content):
    """Put something in the place of a file for the length of a block: bytes, or what a function makes there."""
    kept = path.with_name(f"{path.name}.kept")
    if path.exists():
        path.rename(kept)
    try:
        path.write_bytes(content) if isinstance(content, bytes) else content(path)
        yield
    finally:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        if kept.exists():
            kept.rename(path)
