"""Kernels on disk: never an old answer, nothing from a folder that others can write to, nothing that stops a run."""

import errno
import os
import time
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest

from flatlab.compiler import cache_folder, disk_cache
from flatlab.compiler.cache_folder import KEEP_DAYS, forget_old, private_folder, read_private
from flatlab.compiler.options import OPTIONS, compiled, entry_point


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    disk_cache._checked_folder.cache_clear()
    yield tmp_path / "flatlab"
    disk_cache._checked_folder.cache_clear()


def compile_one():
    kernel = entry_point(lambda x: 2 * x + 1)
    assert kernel(1.5) == 4.0
    return kernel


def hits(kernel):
    return sum(kernel.stats.cache_hits.values())


needs_compiler = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="a property of compiled code")


@needs_compiler
def test_a_kernel_is_kept_and_found(root):
    assert hits(compile_one()) == 0
    assert root.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o077 for path in root.iterdir()] == [0]
    assert hits(compile_one()) == 1


@needs_compiler
@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[:-9], lambda b: b[:90] + bytes([b[90] ^ 1]) + b[91:], lambda b: b[32:]]
)
def test_a_damaged_file_is_compiled_anew_and_replaced(root, damage):
    compile_one()
    (file,) = root.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert hits(compile_one()) == 0
    assert hits(compile_one()) == 1


@needs_compiler
@pytest.mark.parametrize("switch", ["BOUNDSCHECK", "OPT"])
def test_a_switch_of_the_compiler_is_part_of_the_key(root, monkeypatch, switch):
    compile_one()
    monkeypatch.setattr(numba.config, switch, 1)
    assert hits(compile_one()) == 0


@needs_compiler
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(root, mode):
    root.mkdir()
    root.chmod(mode)
    compile_one()
    assert hits(compile_one()) == 0
    assert not list(root.iterdir())


@needs_compiler
def test_a_file_that_others_can_write_to_is_not_read(root):
    compile_one()
    (file,) = root.iterdir()
    file.chmod(0o666)
    assert hits(compile_one()) == 0
    assert file.stat().st_mode & 0o777 == 0o600  # replaced
    moved = root.parent / "moved"
    file.rename(moved)
    file.symlink_to(moved)
    assert hits(compile_one()) == 0


@needs_compiler
def test_what_belongs_to_somebody_else_is_not_used(root, monkeypatch):
    compile_one()
    (file,) = root.iterdir()
    content = file.read_bytes()
    monkeypatch.setattr(cache_folder.os, "getuid", lambda: os.stat(root).st_uid + 1)
    assert read_private(file) is None
    assert private_folder(root.parent) is None
    disk_cache._checked_folder.cache_clear()
    assert hits(compile_one()) == 0
    assert file.read_bytes() == content


def test_a_symbolic_link_or_a_file_is_no_folder(tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "flatlab").symlink_to(tmp_path / "elsewhere")
    assert private_folder(tmp_path) is None
    (tmp_path / "file").write_text("")
    assert private_folder(tmp_path / "file") is None
    os.mkfifo(tmp_path / "pipe")
    assert read_private(tmp_path / "pipe") is None


@needs_compiler
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_full_disk_stops_nothing(root, monkeypatch, code):
    class Full:
        def __init__(self, handle, mode):
            os.close(handle)

        def __enter__(self):
            raise OSError(code, os.strerror(code))

        def __exit__(self, *error):
            return False

    monkeypatch.setattr(disk_cache, "open", Full, raising=False)
    compile_one()
    assert not list(root.iterdir())


@needs_compiler
def test_without_a_folder_nothing_is_kept_anywhere(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = set(Path(tmp_path).rglob("*"))
    compile_one()
    assert set(Path(tmp_path).rglob("*")) == before


@needs_compiler
def test_a_numba_without_the_private_parts_compiles_for_the_process(root, monkeypatch):
    monkeypatch.setattr(disk_cache, "AVAILABLE", False)
    compile_one()
    assert not root.exists()


@needs_compiler
def test_what_the_key_cannot_cover_is_not_kept(root):
    table = np.arange(3.0)
    kernel = entry_point(lambda x: table[1] + x)
    assert kernel(1.0) == 2.0
    assert len(list(root.iterdir())) == 1
    foreign = numba.extending.register_jitable(**OPTIONS)(lambda x: x)
    kernel = entry_point(lambda x: foreign(x))
    assert kernel(1.0) == 1.0
    assert len(list(root.iterdir())) == 1


@needs_compiler
def test_a_class_that_was_defined_anew_finds_the_code_of_its_former_self(root):
    for count in (0, 1):

        class Local(NamedTuple):
            x: float

        kernel = entry_point(lambda thing: thing.x + 1)
        assert kernel(Local(1.5)) == 2.5
        assert hits(kernel) == count
        assert list(kernel.overloads) == [(numba.typeof(Local(1.5)),)]


@needs_compiler
def test_what_is_compiled_after_a_value_has_changed_is_not_kept(root):
    factor = 1.0

    @compiled
    def helper(x):
        return factor * x

    assert entry_point(lambda x: helper(x))(1.0) == 1.0
    factor = 2.0
    assert entry_point(lambda x: helper(x) + 0)(1.0) == 1.0  # the helper was compiled with the former value
    assert len(list(root.iterdir())) == 1


def test_what_nobody_uses_is_forgotten(tmp_path):
    days = time.time() - (KEEP_DAYS + 1) * 86400
    (tmp_path / "old folder").mkdir()
    for name in ("old folder/file", "old", "recent"):
        (tmp_path / name).write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("old folder", "old"):
        os.utime(tmp_path / name, (days, days))
    forget_old(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"recent", "link"}
    forget_old(tmp_path / "nowhere")
