"""A folder that nobody else can write to: compiled code is executed, so it must not come from somebody else."""

import multiprocessing
import os
import shutil
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

KEEP_DAYS = 14


def private_folder(root: str | Path) -> Path | None:
    """Return the folder ``root``/flatlab, made if need be, or None where it is not the user's own.

    None where the folder cannot be made, is a symbolic link, belongs to another user, or may be written to by the group
    or by others.
    """
    folder = Path(root) / "flatlab"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
    except (OSError, ValueError) as error:
        return _refused(folder, getattr(error, "strerror", None) or str(error))
    private = stat.S_ISDIR(found.st_mode) and _is_private(found)
    return folder if private else _refused(folder, "it is no folder that is the user's own and closed to others")


def _refused(folder, why):
    if multiprocessing.parent_process() is None:  # workers have the same folder
        print(f"flatlab: machine code is not kept in {str(folder)!r}: {why.lower()}", file=sys.stderr)


def read_private(path: Path) -> bytes | None:
    """Return the content of a file, or None where there is none, or not the user's own as in :func:`private_folder`."""
    # neither a symbolic link nor a pipe, which would keep the reader waiting
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            return file.read() if stat.S_ISREG(found.st_mode) and _is_private(found) else None
    except OSError:
        return None


def forget_old(folder: Path) -> None:
    """Remove what nobody has used for ``KEEP_DAYS`` days."""
    oldest = time.time() - KEEP_DAYS * 86400
    with suppress(OSError):  # another process may be clearing up as well
        for path in folder.iterdir():
            with suppress(OSError):
                if path.lstat().st_mtime < oldest:
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _is_private(found):
    if not hasattr(os, "getuid"):  # Windows: a user's folders are closed to others by default
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
