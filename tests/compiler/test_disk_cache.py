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

# Each class has its factor from another place: all of them are {n}, in a file of its own or in the environment.
PACKAGE = {
    "pk/__init__.py": "",
    "pk/shared/__init__.py": "",
    "pk/shared/tools.py": """
        from numba import njit

        @njit
        def cube(x):
            return {n} * x**3
    """,
    "pk/deep.py": """
        from flatlab.compiler.options import compiled
        import deepest

        @compiled
        def level(x):
            return deepest.level(x)
    """,
    "deepest.py": """
        from flatlab.compiler.options import compiled

        @compiled
        def level(x):
            return {n} * x
    """,
    "pk/apart.py": """
        from flatlab.compiler.by_address import compiled_apart

        @compiled_apart
        def inner(x):
            return {n} * x

        @compiled_apart
        def outer(x):
            return inner(x)
    """,
    "constants.json": "[{n}]",
    "pk/theory.py": "def bound(x):{comment}\n    return {tolerance} * x\n",
    "pk/objective.py": """
        import json
        import os
        from pathlib import Path
        from typing import NamedTuple
        import numpy as np
        from flatlab.objectives import gradient
        from flatlab.methods import step, workspace
        from pk import apart, deep, theory
        from pk.shared.tools import cube

        TOLERANCE = {tolerance}
        FROM_ENVIRONMENT = float(os.environ["FACTOR"])
        FROM_FILE = json.loads((Path(__file__).parent.parent / "constants.json").read_text())[0]
        ARRAY = np.array([0.0, FROM_FILE])
        {comment}
        def register(name, factor):
            kind = NamedTuple(name, [("x", float)])
            gradient.register(kind)(factor)
            return kind

        def closure(k):
            def write(objective, w, out):
                out[0] = k * w[0]
            return write

        def folder(objective, w, out):
            out[0] = cube(w[0])

        def environment(objective, w, out):
            out[0] = FROM_ENVIRONMENT * w[0]

        def file(objective, w, out):
            out[0] = FROM_FILE * w[0]

        def array(objective, w, out):
            out[0] = ARRAY[1] * w[0]

        def levels(objective, w, out):
            out[0] = deep.level(w[0])

        def address(objective, w, out):
            out[0] = apart.outer(w[0])

        def own(objective, w, out):
            "Doc."
            out[0] = {n} * w[0]

        CASES = [folder, environment, file, array, levels, address, own, closure(float(FROM_FILE))]
        CLASSES = [register(f"Case{{i}}", case) for i, case in enumerate(CASES)]

        class Method(NamedTuple):
            eta: float

        @workspace.register(Method)
        def _(method, objective, w):
            return (np.empty(1),)

        @step.register(Method)
        def _(method, objective, w, work, rng):
            w[0] = {n} * w[0]
    """,
}
RUN = """
    import numpy as np
    from flatlab import trajectory
    from flatlab.objectives import gradient
    from pk.objective import CLASSES, Method
    for kind in CLASSES:
        out = np.empty(1)
        gradient(kind(1.0), np.ones(1), out)
        print(int(out[0]))
    print(int(trajectory(Method(1.0), CLASSES[0](1.0), [1.0], steps=1)[1, 0]))
"""


def test_an_edit_anywhere_gives_the_new_answer_and_the_old_one_back_and_nothing_else_is_compiled(process):
    def answers(n, tolerance="1e-3", comment=""):
        for name, text in PACKAGE.items():
            fields = {"n": n, "tolerance": tolerance, "comment": comment}
            process.write(name, text, **fields)
        return process(RUN, FACTOR=str(n))

    assert answers(1) == ["1"] * 9
    assert answers(3) == ["3"] * 9
    kept = process.cached()
    assert len(kept) == 2 * (9 + 2)  # two of them called by address
    assert answers(1, tolerance="1e-6", comment="# a comment\n") == ["1"] * 9
    assert process.cached() == kept


CLAIM = """
    import numpy as np
    from flatlab import trajectory
    from flatlab.evidence.claim import Claim, Control
    from flatlab.evidence.domains import Uniform
    from flatlab.methods import GD
    from flatlab.evidence.relations import Equal
    from pk.objective import CLASSES

    def observe(setting, rng):
        return trajectory(GD(setting["eta"]), CLASSES[0](1.0), [1.0], steps=1)[1, 0]

    CLAIM = Claim("s/c", "t", "s", "x", "derived", "equality", Equal(1e-9), observe, lambda setting: 0.9,
                  [Control("double", "no", observe=lambda setting, rng: 2 * observe(setting, rng))],
                  {"eta": Uniform(0.1, 0.1)}, quick=1)
"""
VERIFY = """
    import json, sys
    from flatlab.cli import main
    sys.argv = ["flatlab", "verify", "claim.py", "--output", "out", "--workers", "1"]
    try:
        main()
    except SystemExit as end:
        sys.stdout = sys.__stdout__
    row = json.load(open("out/verdicts.json"))["claims"][0]
    print("STATUS", row["status"])
"""


def test_verify_sees_an_edited_helper_in_another_folder(process):
    process.write("claim.py", CLAIM)
    for n, status in ((1, "holds"), (3, "fails")):
        for name, text in PACKAGE.items():
            process.write(name, text, n=n, tolerance="1", comment="")
        words = process(VERIFY, FACTOR="1")
        assert words[words.index("STATUS") + 1] == status


def test_machine_code_of_several_processes_lives_in_one(process):
    # numba numbers functions in each process anew, and names machine code by the number: g would call one's code
    lines = "".join(f"        t += np.sort(w + {k}.0)[0]\n" for k in range(1, 3))
    program = f"""
import sys
from typing import NamedTuple
import numba
import numpy as np
from flatlab.compiler.generic import generic

class A(NamedTuple):
    x: float

def make(k):
    @numba.njit
    def inner(w, n):
        if w.size == 0:
            raise ValueError
        t = 0.0
{lines}        return k + 0 * t
    return inner

one, two = make(1.0), make(2.0)
f, g = generic(required=True)(lambda a, w: 0), generic(required=True)(lambda a, w: 0)

@f.register(A)
def _(a, w):
    return one(w, 5) + one(w, 6)

@g.register(A)
def _(a, w):
    return two(w, 5) + two(w, 6)

for letter in sys.argv[1]:
    print(globals()[letter](A(1.0), np.ones(1)))
"""
    (process.folder / "letters.py").write_text(program)
    assert [process.start("letters.py", letters) for letters in ("f", "g", "fg")] == [["2.0"], ["4.0"], ["2.0", "4.0"]]
    assert len(process.cached()) == 2


def test_helpers_called_by_address_and_compiled_into_their_callers_give_the_same_bits(process):
    program = """
        import numpy as np
        from flatlab.compiler.by_address import BY_ADDRESS
        from flatlab.objectives import MatrixSensing, value
        rng = np.random.default_rng(3)
        sensing = MatrixSensing(rng.standard_normal((7, 6)), rng.standard_normal(7), 2)
        print(value(sensing, rng.standard_normal(6)).hex())
        print(BY_ADDRESS)
    """
    *called, by_address = process(program)
    *inlined, neither = process(program, FLATLAB_BY_ADDRESS="0")
    assert (by_address, neither) == ("True", "False")
    assert called == inlined


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
