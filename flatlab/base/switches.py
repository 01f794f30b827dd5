"""The environment variables of flatlab: what each may say, and what is wrong with those that are set."""

import os
from collections.abc import Iterator

from flatlab.base.checks import nearest

MAY_BE = {
    "FLATLAB_BY_ADDRESS": ("0", "1"),
    "FLATLAB_COMPILER_ERRORS": ("0", "1"),
    "FLATLAB_EXTRAS": ("all",),
    "FLATLAB_FLUSH": ("comparison",),
    "FLATLAB_LEAN_HELPERS": ("0", "1"),
}


def wrong_switches() -> Iterator[str]:
    """Give out a sentence for each variable that is none of flatlab's or says what it may not; empty is not set."""
    for name in sorted(name for name in os.environ if name.startswith("FLATLAB_")):
        value, allowed = os.environ[name], MAY_BE.get(name)
        if allowed is None:
            yield f"environment must name no variable that flatlab does not know, got {name!r}.{nearest(name, MAY_BE)}"
        elif value not in ("", *allowed):
            yield f"environment must set {name} to {' or '.join(allowed)}, got {value!r}"
