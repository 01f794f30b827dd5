import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items):
    """Everything here depends on the version of the compiler."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker("core")


@pytest.fixture
def process(tmp_path):
    """Run a program in a process of its own with a cache of its own; return what it prints, a word each."""
    folder = tmp_path / "code"
    folder.mkdir()

    def write(name, text, **fields):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).format(**fields) if fields else textwrap.dedent(text))
        return path

    def start(*arguments, typed=None, **environment):
        settings = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
        settings.pop("NUMBA_DISABLE_JIT", None)
        done = subprocess.run(
            [sys.executable, *arguments],
            input=typed,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**settings, **environment},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split()

    def run(program, *, typed=False, **environment):
        script = write("run_it.py", program)
        return start(*(["-"] if typed else [str(script)]), typed=script.read_text() if typed else None, **environment)

    run.write = write
    run.start = start
    run.cached = lambda: {path: path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    run.folder = folder
    return run
