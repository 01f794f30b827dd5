"""What every test may ask for."""

import importlib
import os
import signal

import numpy as np
import pytest
from hypothesis import settings

from flatlab.evidence import discovery

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # a shell starts what runs in the background with interrupts ignored, and every process below inherits that
    signal.signal(signal.SIGINT, signal.default_int_handler)

# the suite is about the papers of this repository, whatever else is installed
_announced = discovery.entry_points
discovery.entry_points = lambda group: [point for point in _announced(group=group) if point.value == "paper_checks"]

settings.register_profile("house", deadline=None, derandomize=True, max_examples=15, database=None)
settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Where all extras should be there, a skip for want of one is a failure."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = terminal.stats.get("skipped", []) if terminal and os.environ.get("FLATLAB_EXTRAS") == "all" else []
    if any("needs the extra" in str(report.longrepr) for report in skipped):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def rng():
    """A generator of its own for every test, always the same one."""
    return np.random.default_rng(20230)


@pytest.fixture
def no_kernels(monkeypatch):
    """Make every compiled entry point fail the test: a wrong argument must be refused before it is called."""

    def touched(*arguments):
        raise AssertionError("a kernel was called before the arguments were checked")

    for module in map(importlib.import_module, ("flatlab.simulation.loops",)):
        for name in ("_advance", "_advance_block", "_restart", "_observe_rows", "_first_stop"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, touched)
