"""A folder of files that is written whole or not at all, and never over the files of anyone else."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from flatlab.base.files import writable_folder

LIST = "files.json"  # the names of all files of a site, by which a later run knows them as its own


def free_folder(output: Path | str) -> Path:
    """Return where a site may go, or refuse it in one sentence: a file, or a folder that holds anything else."""
    folder = Path(output).absolute()
    if folder.is_symlink():
        if not folder.exists():
            raise ValueError(f"output must be a folder, {str(output)!r} is a link to none")
        folder = folder.resolve()
    if not folder.exists():
        return folder
    if not folder.is_dir():
        raise ValueError(f"output must be a folder, {str(output)!r} is a file")
    ours = _listed(folder)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in ours:
            raise ValueError(f"output must hold nothing but a site that it replaces, {str(output)!r} holds {name!r}")
    return folder


def write_folder(output: Path | str, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder, in place of an earlier site there; on any error the earlier one stays.

    output : checked by :func:`free_folder`
    files : address within the folder to content
    """
    folder = free_folder(output)
    parent = writable_folder(folder.parent)
    fresh, old = (parent / f".{folder.name}.{secrets.token_hex(4)}.{word}" for word in ("part", "old"))
    names = json.dumps(sorted([*files, LIST]), indent=0)
    try:
        for name, content in {**files, LIST: names.encode()}.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _put_in_place(fresh, folder, old)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _put_in_place(fresh, folder, old):
    try:
        if folder.exists():
            os.replace(folder, old)
        try:
            os.replace(fresh, folder)
        except BaseException:
            if old.exists():
                os.replace(old, folder)
            raise
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ValueError(f"output must be a folder that can be replaced, got {str(folder)!r}: {why}") from error
    shutil.rmtree(old, ignore_errors=True)


def _listed(folder):
    try:
        names = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
