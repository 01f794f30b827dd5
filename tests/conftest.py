"""What every test may ask for."""

import importlib

import numpy as np
import pytest
from hypothesis import settings

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
