"""Generic functions and their caches: the right implementation, never an old one.

What concerns the disk cache runs in processes of its own, with a cache folder of its own.
"""

import textwrap
from typing import NamedTuple

import numpy as np
import pytest

from flatlab import trajectory
from flatlab.compiler.generic import generic
from flatlab.methods import GD, SAM, step
from flatlab.objectives import DenseQuadratic, Noisy, Quadratic, gradient, gradients, value

OBJECTIVE = """
    from typing import NamedTuple
    from flatlab.objectives import gradient, value
    {imports}

    class Bowl(NamedTuple):
        scale: float

    @gradient.register(Bowl)
    def _(objective, w, out):
        for i in range(w.size):
            out[i] = {factor} * objective.scale * w[i]
"""
RUN = """
    from bowl import Bowl
    from flatlab import ensemble, trajectory
    from flatlab.methods import GD
    print(trajectory(GD(0.5), Bowl(1.0), [1.0], steps=1)[1, 0])
"""


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: value(3.0, np.ones(1)), "objective must be a NamedTuple with a registered value, got 3.0"),
        (
            lambda: gradient((1, 2), np.ones(1), np.ones(1)),
            r"objective must be a NamedTuple with a registered gradient, got \(1, 2\)",
        ),
        (lambda: step(Quadratic([1.0]), Quadratic([1.0]), np.ones(1), (), None), "Quadratic has no step"),
    ],
)
def test_an_unknown_type_is_refused_in_words(call, words):
    with pytest.raises(TypeError, match=words):
        call()


@pytest.mark.jit_free
def test_an_objective_that_lacks_a_value_says_which_and_how():
    class Half(NamedTuple):
        scale: float

    gradient.register(Half)(lambda objective, w, out: None)
    with pytest.raises(TypeError, match=r"Half has no value: register one with @value.register\(Half\)"):
        value(Half(1.0), np.ones(1))


@pytest.mark.jit_free
def test_the_default_answers_where_a_class_is_silent():
    class Line(NamedTuple):
        slope: float

    @gradient.register(Line)
    def _(objective, w, out):
        for i in range(w.size):
            out[i] = objective.slope

    block = np.empty((2, 3))
    gradients(Line(2.5), np.zeros((2, 3)), block)
    np.testing.assert_array_equal(block, 2.5)
    assert not gradients.implemented(Line)
    assert not gradients.is_own(Line(2.5))
    assert gradients.is_own(Quadratic([1.0]))
    assert gradient.implemented(Line)


@pytest.mark.jit_free
def test_two_classes_of_one_name_do_not_share_code(rng):
    def make(factor):
        class Twin(NamedTuple):
            scale: float

        @gradient.register(Twin)
        def _(objective, w, out):
            for i in range(w.size):
                out[i] = factor * objective.scale * w[i]

        return Twin

    first, second = make(1.0), make(10.0)
    for twin, expected in ((first, 0.9), (second, 0.0), (first, 0.9)):
        assert trajectory(GD(0.1), twin(1.0), [1.0], steps=1)[1, 0] == pytest.approx(expected, abs=1e-15)
        assert trajectory(GD(0.1), Noisy(twin(1.0), 0.0), [1.0], steps=1, rng=rng)[1, 0] == pytest.approx(
            expected, abs=1e-15
        )
    assert first.__name__ == second.__name__ == "Twin"


@pytest.mark.jit_free
def test_what_is_in_use_cannot_be_replaced():
    class Fixed(NamedTuple):
        scale: float

    @gradient.register(Fixed)
    def _(objective, w, out):
        out[0] = 1.0

    @gradient.register(Fixed)  # not in use yet
    def _(objective, w, out):
        out[0] = 2.0

    assert trajectory(GD(1.0), Fixed(1.0), [0.0], steps=1)[1, 0] == -2.0
    with pytest.raises(ValueError, match="gradient of Fixed is in use already"):
        gradient.register(Fixed)(lambda objective, w, out: None)


@pytest.mark.jit_free
def test_a_generic_function_of_ones_own():
    class Pair(NamedTuple):
        a: float

    @generic
    def double(pair, x):
        return 2 * x

    assert double(Pair(1.0), 3.0) == 6.0

    class Other(NamedTuple):
        b: float

    @double.register(Other)
    def _(pair, x):
        return pair.b * x

    assert double(Other(5.0), 3.0) == 15.0
    assert double.implementation(Pair).__name__ == "double"


def test_a_second_process_compiles_nothing(process):
    process.write("bowl.py", OBJECTIVE, imports="", factor="1.0")
    assert process(RUN) == ["0.5"]
    first = process.cached()
    assert first
    assert process(RUN) == ["0.5"]
    assert process.cached() == first


@pytest.mark.long
def test_a_kernel_from_the_cache_finds_what_it_calls_by_address(process):
    program = """
        import numpy as np
        from flatlab.objectives import MatrixSensing, value
        print(value(MatrixSensing([[1.0, 2.0, 3.0]], [0.0], 1), np.array([1.0, 0.0])))
    """
    assert process(program) == process(program) == ["0.5"]


@pytest.mark.long
def test_bounds_checks_do_not_come_from_the_cache_without_them(process):
    program = """
        from bowl import Bowl
        import numpy as np
        from flatlab.objectives import gradient
        try:
            gradient(Bowl({beyond}), np.ones(9), np.ones(9))
            print("silent")
        except IndexError:
            print("caught")
    """
    process.write(
        "bowl.py", OBJECTIVE.replace("range(w.size)", "range(w.size + int(objective.scale))"), imports="", factor="1.0"
    )
    assert process(program.format(beyond="0.0")) == ["silent"]
    assert process(program.format(beyond="1.0"), NUMBA_BOUNDSCHECK="1") == ["caught"]


@pytest.mark.long
def test_an_objective_typed_at_a_prompt_is_kept_as_well(process):
    def program(factor):
        objective = textwrap.dedent(OBJECTIVE).format(imports="", factor=factor)
        return objective + textwrap.dedent(RUN).replace("from bowl import Bowl", "")

    assert process(program("3.0"), typed=True) == ["-0.5"]
    kept = process.cached()
    assert kept
    assert process(program("3.0"), typed=True) == ["-0.5"]
    assert process.cached() == kept
    assert process(program("1.0"), typed=True) == ["0.5"]


@pytest.mark.long
def test_a_reloaded_module_gives_the_new_answer(process):
    process.write("bowl.py", OBJECTIVE, imports="", factor="1.0")
    edited = textwrap.dedent(OBJECTIVE).format(imports="", factor="3.0")
    program = f"""
import importlib, pathlib
import bowl
from flatlab import trajectory
from flatlab.methods import GD
print(trajectory(GD(0.5), bowl.Bowl(1.0), [1.0], steps=1)[1, 0])
pathlib.Path("bowl.py").write_text({edited!r})
importlib.reload(bowl)
print(trajectory(GD(0.5), bowl.Bowl(1.0), [1.0], steps=1)[1, 0])
"""
    assert process(program) == ["0.5", "-0.5"]
    assert process(RUN) == ["-0.5"]
    process.write("bowl.py", OBJECTIVE, imports="", factor="1.0")
    assert process(RUN) == ["0.5"]


@pytest.mark.long
def test_many_threads_that_compile_at_once_leave_nothing_in_the_working_folder(process):
    process.write("bowl.py", OBJECTIVE, imports="", factor="1.0")
    program = """
        from concurrent.futures import ThreadPoolExecutor
        import numba
        import numpy as np
        from bowl import Bowl
        from flatlab import ensemble, hitting_times, trajectory
        from flatlab.methods import GD, SAM
        from flatlab.objectives.observables import Loss
        from flatlab.objectives import Quadratic, gradient

        before = numba.config.CACHE_DIR
        with ThreadPoolExecutor(8) as pool:
            for method in (GD(0.5), SAM(0.5, 0.1)):
                for objective in (Bowl(1.0), Quadratic([1.0])):
                    for steps in (1, 2):
                        pool.submit(trajectory, method, objective, [1.0], steps=steps)
                        pool.submit(ensemble, method, objective, [[1.0]] * 3, steps=steps)
        print(numba.config.CACHE_DIR == before)
    """
    assert process(program) == ["True"]
    assert {path.name for path in process.folder.iterdir()} == {"bowl.py", "run_it.py"}


def test_an_unwritable_cache_folder_is_no_obstacle(process, tmp_path):
    process.write("bowl.py", OBJECTIVE, imports="", factor="1.0")
    blocked = tmp_path / "a_file"
    blocked.write_text("")
    assert process(RUN, NUMBA_CACHE_DIR=str(blocked), TMPDIR=str(tmp_path)) == ["0.5"]


def test_digits_are_the_same_compiled_and_interpreted(process):
    program = """
        from flatlab import trajectory
        from flatlab.methods import SAM
        from flatlab.objectives import DenseQuadratic, Noisy, Quadratic
        import numpy as np
        half = np.random.default_rng(1).standard_normal((9, 9))
        for objective in (Quadratic(np.arange(9.0)), Noisy(DenseQuadratic(half @ half.T), 0.5)):
            path = trajectory(SAM(0.05, 0.1), objective, np.ones(9), steps=20, rng=np.random.default_rng(2))
            print(path[-1].tobytes().hex())
    """
    method, rng = SAM(0.05, 0.1), np.random.default_rng(2)
    half = np.random.default_rng(1).standard_normal((9, 9))
    expected = [
        trajectory(method, objective, np.ones(9), steps=20, rng=rng)[-1].tobytes().hex()
        for objective in (Quadratic(np.arange(9.0)), Noisy(DenseQuadratic(half @ half.T), 0.5))
    ]
    assert process(program, NUMBA_DISABLE_JIT="1") == expected
