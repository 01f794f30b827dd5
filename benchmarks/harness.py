"""What every benchmark shares: turns, medians with ranges, rows of one table, and what the machine is."""

import importlib.metadata
import os
import platform
import re
import time
from pathlib import Path

import numpy as np

LIBRARIES = ("numpy", "numba", "jax", "torch")
TURN = 0.05  # seconds


def turns(contenders, rounds, seconds=TURN):
    """Time functions in alternating rounds, after one call of each that is not timed.

    The contender that begins changes from round to round: a neighbour on a shared machine slows all of them alike,
    and ratios are taken within a round. A turn is as many calls as fill ``seconds``, one at least: threads of the one
    before go on spinning for about a millisecond, and its data fill the caches.

    Parameters
    ----------
    contenders : dict of callable
    rounds : int
    seconds : float

    Returns
    -------
    dict of ndarray, each of shape (rounds,)
        Seconds a call.
    """
    names, taken = list(contenders), {name: [] for name in contenders}
    for function in contenders.values():
        function()
    for k in range(rounds):
        first = k % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(_turn(contenders[name], seconds))
    return {name: np.array(times) for name, times in taken.items()}


def _turn(contender, seconds):
    """Return the mean seconds of the calls of one turn."""
    begun, calls, taken = time.perf_counter(), 0, 0.0
    while not calls or taken < seconds:
        contender()
        calls, taken = calls + 1, time.perf_counter() - begun
    return taken / calls


def row(work, what, numbers, goal=None, unit=""):
    """Print a row of the table: the median and the range of ``numbers`` beside the goal.

    Parameters
    ----------
    work, what : str
        The work, and what is measured of it.
    numbers : array_like
        One for each round.
    goal : tuple of (str, float), optional
        ``(">=", 3)`` or ``("<=", 1.15)``; the median is held against it.
    unit : str
    """
    low, middle, high = np.quantile(numbers, [0, 0.5, 1])
    verdict = ""
    if goal is not None:
        sense, level = goal
        met = middle >= level if sense == ">=" else middle <= level
        verdict = f"{'≥' if sense == '>=' else '≤'} {level:g}{unit} | {'yes' if met else 'no'}"
    else:
        verdict = " | "
    print(f"| {work} | {what} | {middle:.3g}{unit} ({low:.3g}–{high:.3g}) | {verdict} |", flush=True)


def agree(results, rtol=1e-9, atol=1e-12):
    """Stop unless every contender's result is that of the first."""
    (_, reference), *others = results.items()
    for name, result in others:
        np.testing.assert_allclose(result, reference, rtol=rtol, atol=atol, err_msg=name)


def peers(**makers):
    """Return the contenders that can be made; one whose library is not installed gets a line that says so."""
    made = {}
    for name, make in makers.items():
        try:
            made[name] = make()
        except ImportError:
            print(f"{name} is not installed")
    return made


def cores():
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine():
    """Return one line: processor, cores, load, versions."""
    about = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", about.read_text()) if about.exists() else []
    versions = []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"no {name}")
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {load}, Python {platform.python_version()}, {', '.join(versions)}"
