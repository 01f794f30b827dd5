"""The compiler options and the cache folders, decided once."""

import os
import time

import numpy as np
import pytest

from flatlab.compiler import options as _jit
from flatlab.compiler.by_address import compiled_apart


@pytest.fixture(autouse=True)
def fresh_folders():
    _jit._cache_folder.cache_clear()
    yield
    _jit._cache_folder.cache_clear()


def test_no_option_may_change_the_digits():
    for options in (_jit.OPTIONS, _jit.INLINED):
        assert options["error_model"] == "numpy"
        assert options["nogil"]
        assert not {"fastmath", "parallel"} & set(options)


@pytest.mark.jit_free
def test_division_by_zero_is_infinite_and_no_exception():
    if not _jit.jit_is_on():
        pytest.skip("a property of compiled code")

    @_jit.uncached
    def divide(a, b):
        return a / b

    assert divide(1.0, 0.0) == float("inf")
    assert divide(0.0, 0.0) != divide(0.0, 0.0)


@compiled_apart
def weighted_sum(weight, x):
    if x.size == 0:
        raise ValueError("nothing to add")
    total = weight * 0
    for k in range(x.size):
        total += weight * x[k]
    return total


@_jit.uncached
def two_sums(x, y):
    return weighted_sum(2.0, x) + weighted_sum(3.0, y)


@pytest.mark.jit_free
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_function_compiled_apart_answers_as_itself(stride, kind):
    x, y = np.arange(12, dtype=kind)[::stride], np.ones(5, dtype=kind)
    for _ in range(2):  # the second call has the address
        assert two_sums(x, y) == 2 * x.sum() + 15
    assert weighted_sum(2.0, x) == 2 * x.sum()


@pytest.mark.jit_free
def test_an_error_in_a_function_compiled_apart_comes_out():
    with pytest.raises(ValueError, match="nothing to add"):
        two_sums(np.ones(3), np.ones(0))


def test_the_hash_follows_names_and_contents(tmp_path):
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text("x = 1")
    second.write_text("x = 1")
    hashes = [_jit.source_hash([first]), _jit.source_hash([second]), _jit.source_hash([first, second])]
    first.write_text("x = 2")
    hashes.append(_jit.source_hash([first]))
    assert len(set(hashes)) == 4
    assert _jit.source_hash([second, first]) == _jit.source_hash([str(first), str(second)])


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(_jit.numba.config, "CACHE_DIR", str(tmp_path))
    return tmp_path / "flatlab"


def test_the_folder_depends_on_the_sources_and_on_the_switches(root, monkeypatch):
    folders = [_jit._cache_folder(key) for key in ((), (("objective.py", "1"),), (("objective.py", "2"),))]
    _jit._cache_folder.cache_clear()
    monkeypatch.setattr(_jit.numba.config, "BOUNDSCHECK", 1)
    folders.append(_jit._cache_folder(()))
    assert len(set(folders)) == 4
    assert all(folder.parent == root and folder.is_dir() for folder in folders)


def test_old_folders_are_forgotten_and_recent_ones_kept(root):
    old, recent = root / "old", root / "recent"
    old.mkdir(parents=True)
    recent.mkdir()
    days = time.time() - (_jit.KEEP_DAYS + 1) * 86400
    os.utime(old, (days, days))
    current = _jit._cache_folder(())
    assert not old.exists()
    assert recent.exists()
    assert current.exists()


def test_a_folder_that_vanishes_meanwhile_costs_nothing(root, monkeypatch):
    def vanished(current):
        raise FileNotFoundError(current)

    monkeypatch.setattr(_jit, "_forget_old", vanished)
    assert _jit._cache_folder(()).parent == root


def test_an_entry_point_leaves_the_compilers_folder_as_it_was(root):
    before = _jit.numba.config.CACHE_DIR
    _jit.entry_point(lambda x: x)
    assert before == _jit.numba.config.CACHE_DIR
