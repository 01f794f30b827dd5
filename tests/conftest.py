"""What every test may ask for."""

import importlib
import signal

import numpy as np
import pytest
from hypothesis import settings

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # a shell starts what runs in the background with interrupts ignored, and every process below inherits that
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("house", deadline=None, derandomize=True, max_examples=15, database=None)
settings.load_profile("house")


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
