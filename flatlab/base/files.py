"""Files that are written whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def writable_folder(path: str | Path, name: str = "output") -> Path:
    """Make a folder if need be and return its path, or refuse it in one sentence.

    name : what the folder is called in the message
    """
    folder = Path(path)
    probe = folder / f".{secrets.token_hex(4)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise ValueError(f"{name} must be a folder that can be written to, got {str(path)!r}: {_why(error)}") from error
    return folder


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Hand out a temporary path in the same folder, and put it in place when the block ends well.

    A reader sees the old file or the new one, never a part. If the block raises, the temporary
    file is removed and the old file stays.

    path : the file to be written; its folder is made if need be
    """
    path = Path(path)
    folder = writable_folder(path.parent)
    temporary = folder / f".{path.name}.{secrets.token_hex(4)}.part"
    try:
        yield temporary
        _flush(temporary)
        _put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: str | Path, content: str | bytes) -> Path:
    """Write text (as UTF-8) or bytes to a file, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    return Path(path)


def _flush(path):
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(temporary, path):
    try:
        os.replace(temporary, path)
    except OSError as error:
        raise ValueError(f"path must be a file that can be replaced, got {str(path)!r}: {_why(error)}") from error


def _why(error):
    return (error.strerror or str(error)).lower()
