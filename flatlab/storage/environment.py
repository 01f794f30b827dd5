"""What a result was computed with: versions, kind of machine, commit."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "scipy", "numba", "flatlab")
PACKAGE = Path(__file__).parents[1]


def environment() -> dict[str, Any]:
    """Return the versions, the kind of machine and the commit that a result is computed with.

    ``commit`` is the hash, with ``-dirty`` where tracked files differ, or None outside a checkout.
    """
    return {**versions(), "cores": os.cpu_count(), "commit": commit()}


def versions() -> dict[str, str]:
    """Return the part of :func:`environment` that the digits of a result may depend on."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "system": platform.system(),
        "machine": platform.machine(),
    }


def commit() -> str | None:
    """Return the git commit that flatlab runs from, with ``-dirty`` where it is changed; None outside its checkout."""
    # An environment inside somebody else's repository does not track flatlab: its commit says nothing.
    if _git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    return _git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _git(*words):
    try:
        done = subprocess.run(["git", *words], cwd=PACKAGE, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
