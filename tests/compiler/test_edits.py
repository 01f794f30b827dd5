"""An edit anywhere gives the new answer: in processes of their own, with kernels kept on disk between them."""

import pytest

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
                  controls=[Control("double", "no", observe=lambda setting, rng: 2 * observe(setting, rng))],
                  domain={"eta": Uniform(0.1, 0.1)}, quick=1)
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


@pytest.mark.long
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


@pytest.mark.long
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
