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
        # the name of a file may hold what is no character; JSON reads the escape that it becomes
        temporary.write_bytes(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
    return Path(path)


def content_of(path: str | Path, what: str) -> bytes | None:
    """Return the content of a file, or None where there is nothing at all; refuse what is no file or cannot be read.

    A pipe or a device is refused without being opened: whoever reads it may wait for ever.

    what : what the file is called in the message
    """
    path = Path(path)
    try:
        if path.is_file():
            return path.read_bytes()
        there = os.path.lexists(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"{what} must be a file that can be read, got {str(path)!r}: {_why(error)}") from error
    if there:
        raise ValueError(f"{what} must be a file, {str(path)!r} is none or leads to none")
    return None


def text_of(path: str | Path, what: str) -> str:
    """Return the text of a file in UTF-8, empty where there is nothing, or refuse it as :func:`content_of` does."""
    try:
        return (content_of(path, what) or b"").decode("utf-8")
    except UnicodeError:
        raise ValueError(f"{what} must be text in UTF-8, {str(path)!r} is not") from None


def _flush(path):
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # so that the file is named
    finally:
        os.close(descriptor)


def _put_in_place(temporary, path):
    try:
        os.replace(temporary, path)
    except OSError as error:
        raise ValueError(f"path must be a file that can be replaced, got {str(path)!r}: {_why(error)}") from error


def _why(error):
    return (getattr(error, "strerror", None) or str(error)).lower()
