"""A limit on the memory of this process, so that what asks for too much fails by itself and not the machine."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

GIGABYTE = 2**30

_changing, _before = threading.Lock(), []  # the limits that were there before each open block


def fair_share(workers: int) -> float:
    """Return half of the machine's memory in gigabytes, shared evenly among processes."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        total = 8 * GIGABYTE
    return total / 2 / workers / GIGABYTE


@contextmanager
def at_most(gigabytes: float) -> Iterator[None]:
    """Let what runs in the block take so much memory more than the process has; beyond that it is a MemoryError.

    Where the system does not tell how much a process has, or has no limits, there is none. Blocks of several threads
    share the limit: that of the one that began last, until all have ended.
    """
    taken = _address_space()
    if resource is None or taken is None:
        yield
        return
    with _changing:
        _before.append(_before[-1] if _before else resource.getrlimit(resource.RLIMIT_AS))
        soft, hard = _before[-1]
        wanted = taken + int(gigabytes * GIGABYTE)
        ceiling = min([end for end in (soft, hard) if end != resource.RLIM_INFINITY], default=wanted)
        resource.setrlimit(resource.RLIMIT_AS, (min(wanted, ceiling), hard))
    try:
        yield
    finally:
        with _changing:
            limits = _before.pop()
            if not _before:
                resource.setrlimit(resource.RLIMIT_AS, limits)


def _address_space():
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
