"""What identifies the code of a kept result: every module that is imported, and nothing beside it."""

import os
import subprocess
import sys
import textwrap

import pytest

from flatlab.base import sources as _sources
from flatlab.base.sources import import_and_note, sources_key

PACKAGE = {
    "runner.py": "import json\nimport numpy\nfrom pk_a._X import double\n",
    "pk_a/__init__.py": "",
    "pk_a/_X.py": "def double(x):\n    from . import _lazy\n    from pk_b._Y import factor\n    return factor() * x\n",
    "pk_a/_lazy.py": "import pk_b.deep.part as part\n",
    "pk_a/neighbour.py": "",
    "pk_b/_Y.py": "def factor():\n    return 1\n",
    "pk_b/deep/__init__.py": "",
    "pk_b/deep/part.py": "",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in PACKAGE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.jit_free
@pytest.mark.parametrize("name", [name for name in PACKAGE if "neighbour" not in name])
def test_an_edit_of_anything_imported_changes_the_key_and_back(folder, name):
    first = sources_key(["runner"])
    path = folder / name
    path.write_text("# edited\n" + PACKAGE[name])
    assert sources_key(["runner"]) != first
    path.write_text(PACKAGE[name])
    assert sources_key(["runner"]) == first


@pytest.mark.jit_free
def test_what_is_not_imported_is_not_looked_at(folder):
    first = sources_key(["runner"])
    (folder / "pk_a" / "neighbour.py").write_text("edited")
    (folder / "pk_a" / ".#_X.py").symlink_to("somebody@somewhere.1234")  # an unsaved buffer of Emacs
    (folder / "pk_a" / "unreadable.py").mkdir()
    assert sources_key(["runner"]) == first


@pytest.mark.jit_free
def test_libraries_are_known_by_their_versions(folder, monkeypatch):
    first = sources_key(["runner"])
    _sources._version.cache_clear()
    monkeypatch.setattr(_sources, "version", lambda name: "0.0.1")
    assert sources_key(["runner"]) != first
    _sources._version.cache_clear()


@pytest.mark.jit_free
def test_what_cannot_be_read_is_never_the_same(folder, monkeypatch):
    monkeypatch.setattr(_sources, "_content", lambda spec: None if "_Y" in spec.name else b"import pk_b._Y")
    assert sources_key(["runner"]) != sources_key(["runner"])


@pytest.mark.jit_free
def test_an_edit_of_what_is_loaded_is_never_the_same(folder):
    import_and_note("runner")
    first = sources_key(["runner"])
    assert sources_key(["runner"]) == first
    (folder / "pk_a" / "_X.py").write_text("# edited\n" + PACKAGE["pk_a/_X.py"])
    assert len({first, sources_key(["runner"]), sources_key(["runner"])}) == 3
    (folder / "pk_a" / "_X.py").write_text(PACKAGE["pk_a/_X.py"])
    assert sources_key(["runner"]) == first


@pytest.mark.jit_free
def test_a_module_loaded_nobody_knows_when_after_an_edit_is_never_the_same(folder):
    __import__("runner")  # written after this process began
    assert sources_key(["runner"]) != sources_key(["runner"])


@pytest.mark.jit_free
def test_constants_are_part_of_the_key_and_tables_are_not(folder):
    module = import_and_note("runner")
    keys = [sources_key(["runner"])]
    for name, value in (("K", 1), ("K", 1.0), ("K", (1, "a")), ("TABLE", {"a": 1})):
        setattr(module, name, value)
        keys.append(sources_key(["runner"]))
    assert len(set(keys)) == 4
    assert keys[-1] == keys[-2]


@pytest.mark.jit_free
def test_flatlab_is_read_in_full_wherever_it_is_installed():
    assert {"flatlab", "paper_checks"} <= _sources._read_in_full()
    seen = {}
    sources_key(["flatlab.simulation.trajectories"], seen)
    assert {"flatlab.methods.sam", "flatlab.compiler.vectors"} <= set(seen)  # collected, not imported by a statement
    assert "flatlab.theory.sam.drift" not in seen
    assert seen["numpy"][0].startswith("version")


RUNNER = """
    import os
    from pathlib import Path
    from pk_a._X import double
    from flatlab.evidence.claim import Claim, Control
    from flatlab.evidence.relations import Equal
    K = float(os.environ["K"])

    def run(setting):
        with open("log.txt", "a") as log:
            log.write("run ")
        return K * double(setting["x"])

    def observe(setting, rng):
        return run({"x": 1.0})

    CLAIM = Claim("s/c", "t", "s", "x", "derived", "equality", Equal(1e-9), observe, lambda setting: 1.0,
                  controls=[Control("no", "no", observe=lambda setting, rng: 9.0)])
"""
PROGRAM = """
    from pathlib import Path
    from flatlab.evidence.discovery import claims_of_path
    from flatlab.storage.sweep import sweep
    from flatlab.evidence.checkpoint import Unfinished
    from flatlab.evidence.verdict import Verdict
    Path("log.txt").write_text("")
    claims = claims_of_path("runner.py")
    kept = Unfinished("out", claims, 1, "quick")
    import runner
    print(*sweep("record.nc", [{"x": 1.0}, {"x": 2.0}], runner.run), len(kept.verdicts()), Path("log.txt").read_text())
    kept.keep(Verdict("s/c", "t", "s", "x", "derived", "equality", (), (), 0, 0.0))
"""


def test_sweeps_and_unfinished_verifications_follow_an_edit_two_imports_away(folder):
    (folder / "runner.py").write_text(textwrap.dedent(RUNNER))
    (folder / "program.py").write_text(textwrap.dedent(PROGRAM))

    def start(factor, constant="1"):
        (folder / "pk_b" / "_Y.py").write_text(PACKAGE["pk_b/_Y.py"].replace("1", str(factor)))
        environment = {**os.environ, "K": constant, "PYTHONDONTWRITEBYTECODE": "1"}
        words = [sys.executable, "program.py"]
        return subprocess.check_output(words, cwd=folder, env=environment, text=True).split()

    assert start(1) == ["1.0", "2.0", "0", "run", "run"]
    assert start(1) == ["1.0", "2.0", "1"]
    assert start(3) == ["3.0", "6.0", "0", "run", "run"]
    assert start(3, "2") == ["6.0", "12.0", "0", "run", "run"]
    assert start(1) == ["1.0", "2.0", "0"]
