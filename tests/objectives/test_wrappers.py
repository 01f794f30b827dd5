"""Every wrapper against every question: what it hands over has the bits of the base, what it changes is derived anew.

A question is answered in one of three ways: with the bits of the base where the function is the same; with an answer
that agrees with numerical derivatives of the wrapper's own ``value`` where it is another; or with a refusal in words.
"""

import ast
from pathlib import Path
from typing import NamedTuple

import cases
import numpy as np
import pytest

from flatlab import ensemble, objectives, trajectory
from flatlab.compiler.generic import forward_to_base, generic
from flatlab.compiler.kernel import kernel
from flatlab.compiler.options import interpreted
from flatlab.geometry.limit_map import limit_map
from flatlab.geometry.smoothing import smoothed_gradient, smoothed_value
from flatlab.methods import GD, NSO, SAM, SharpnessAwarePerturbation
from flatlab.objectives import (
    Cubic,
    MultilayerPerceptron,
    Noisy,
    Product,
    Quadratic,
    SideBySide,
    Smoothed,
    Valley,
    ValleyRisk,
    WeightDecay,
    another_function,
    another_oracle,
    gradient,
    questions,
    sample_gradient,
    value,
)
from flatlab.objectives.valleys import named_profiles, profiles

pytestmark = pytest.mark.jit_free
PAGE = {name: getattr(questions, name) for name in questions.__all__ if name != "has_block_gradients"}
LIBRARY = Path(objectives.__file__).parent.parent
ORACLE = ("new_sample", "draw", "sample_gradient")
WRAPPERS = cases.WRAPPERS
ORACLES = [name for name in WRAPPERS if cases.objective(name).same_function]

# the bases on which each question has an answer of its own
BASES = {
    "Product": (Product(2), 2),
    "Ravine": (Valley(named_profiles.WavyBowl()), 2),
    "Valley": (Valley(profiles.Ramp(3.0, 0.5), 2), 3),
    "Quadratic": (Quadratic([2.0, 0.5, 1.0]), 3),
    "Cubic": (Cubic([1.0, -0.4, 0.2]), 3),
    "DenseQuadratic": (cases.objective("DenseQuadratic").instance, 5),
    "MatrixSensing": (cases.objective("MatrixSensing").instance, 6),
    "LeastSquares": (cases.objective("LeastSquares").instance, 5),
    "MultilayerPerceptron": (MultilayerPerceptron([2, 2, 2], [[1.0, -0.5], [0.3, 2.0], [-1.0, 0.4]], [0, 1, 1]), 12),
}


def _wrapped(name):
    """Return instances of a wrapper around each base that it takes: (wrapper, number of its variables)."""
    own, found = cases.objective(name), []
    around = own.around or (lambda base, size: type(own.instance)(base, *own.instance[1:]))
    for base, size in BASES.values():
        try:
            wrapper = around(base, size)
        except ValueError:  # not a base of the kind that this wrapper asks for
            continue
        found.append((wrapper, objectives.dimension(wrapper)))
    assert found, f"{name} takes none of the bases above: add one"
    return found


def _ask(name, objective, size):
    """Return all that a question gives at a fixed point: results, what it wrote to, or the words of its refusal."""
    rng = np.random.default_rng(4)
    w, v, points = rng.standard_normal(size), rng.standard_normal(size), rng.standard_normal((size, 3))
    out, block = np.full(size, np.nan), np.full((size, 3), np.nan)
    arguments = {
        "dimension": (),
        "value": (w,),
        "gradient": (w, out),
        "gradients": (points, block),
        "descend": (points, 0.1, 0.2, True, objectives.descent_scratch(points)),
        "third_derivative": (w, v),
        "hessian_product": (w, points),
        "closed_smoothing": (points.T, 0.3),
        "distance_and_certificate": (w,),
    }
    try:
        answer = PAGE[name](objective, *arguments.get(name, (w,)))
    except (TypeError, ValueError) as refusal:
        return str(refusal)
    return [answer, out.tolist(), block.tolist(), points.tolist()]


def _same(first, second):
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    flat = [np.asarray(part, dtype=float) for side in (first, second) for part in _leaves(side)]
    half = len(flat) // 2
    return len(flat) % 2 == 0 and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(flat[:half], flat[half:]))


def _leaves(answer):
    if isinstance(answer, (list, tuple)) and any(isinstance(part, (list, tuple, np.ndarray)) for part in answer):
        return [leaf for part in answer for leaf in _leaves(part)]
    return [np.nan if answer is None else answer]


def test_every_question_about_an_objective_stands_on_the_page():
    """One that is declared elsewhere would be forgotten by the walks below."""
    found = {}
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            decorated = isinstance(node, ast.FunctionDef) and any(
                "generic" in ast.unparse(d) for d in node.decorator_list
            )
            if decorated and node.args.args[0].arg == "objective":
                found[node.name] = path.name
    assert found == dict.fromkeys(PAGE, "questions.py")


def test_every_class_with_a_base_says_which_kind_of_wrapper_it_is():
    assert set(ORACLES) < set(WRAPPERS)
    for name in WRAPPERS:
        cls = cases.OBJECTIVES[name]
        kinds = questions.value.implementation(cls).__name__ == "forward", questions.dimension.implemented(cls)
        assert kinds == (name in ORACLES, True), name


@pytest.fixture
def plain():
    """Run the walks as plain Python: to compile every pair takes minutes, and compiled code has a test of its own."""
    with interpreted():
        yield


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("question", [name for name in PAGE if name not in ORACLE])
@pytest.mark.parametrize("name", ORACLES)
def test_another_oracle_answers_as_its_base_bit_for_bit(name, question):
    for wrapper, size in _wrapped(name):
        expected = _ask(question, wrapper.base, size)
        assert _same(_ask(question, wrapper, size), expected), (wrapper, expected)
        assert PAGE[question].is_own(wrapper) == PAGE[question].is_own(wrapper.base) or question == "dimension"


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", ORACLES)
def test_a_wrapper_in_a_wrapper_answers_too(name):
    for wrapper, size in _wrapped(name):
        for question in set(PAGE) - set(ORACLE):
            assert _same(_ask(question, Noisy(wrapper, 0.1), size), _ask(question, wrapper.base, size))


def _numeric(objective, size):
    """Return value, gradient and Hessian from differences of the wrapper's own value."""
    w, step = np.random.default_rng(4).standard_normal(size), 1e-3
    shifts = step * np.eye(size)

    def slope(point):
        return np.array(
            [
                (8 * (value(objective, point + e) - value(objective, point - e))
                 - (value(objective, point + 2 * e) - value(objective, point - 2 * e))) / (12 * step)
                for e in shifts
            ]
        )  # fmt: skip

    columns = [
        (8 * (slope(w + e) - slope(w - e)) - (slope(w + 2 * e) - slope(w - 2 * e))) / (12 * step) for e in shifts
    ]
    return slope(w), np.array(columns)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", sorted(set(WRAPPERS) - set(ORACLES)))
def test_another_function_answers_for_itself_or_refuses(name):
    for wrapper, size in _wrapped(name):
        if size > 12:
            continue  # differences of differences in many variables take long; smaller bases stand for them
        _check_answers(wrapper, size)


def _check_answers(wrapper, size):
    slope, curvature = _numeric(wrapper, size)
    rng = np.random.default_rng(4)
    w, v, points = rng.standard_normal(size), rng.standard_normal(size), rng.standard_normal((size, 3))
    scale = max(1.0, np.abs(curvature).max())
    expected = {
        "gradient": (1, slope, 1e-8),
        "hessian": (0, curvature, 1e-5),
        "hessian_trace": (0, np.trace(curvature), 1e-5),
        "hessian_product": (0, curvature @ points, 1e-5),
    }
    for question in PAGE:
        answer = _ask(question, wrapper, size)
        if question in expected:
            if isinstance(answer, str):
                assert "has no closed-form Hessian" in answer, (question, answer)
            else:
                where, right, tolerance = expected[question]
                np.testing.assert_allclose(answer[where], right, rtol=0, atol=tolerance * scale, err_msg=question)
        elif question == "trace_gradient" and not isinstance(answer, str):
            ends = [[objectives.hessian_trace(wrapper, w + k * 1e-2 * e) for k in (-2, -1, 1, 2)] for e in np.eye(size)]
            right = [(8 * (c - b) - (d - a)) / 0.12 for a, b, c, d in ends]
            np.testing.assert_allclose(answer[0], right, rtol=0, atol=1e-5 * scale)
        elif question == "third_derivative" and not isinstance(answer, str):
            ends = [[v @ objectives.hessian(wrapper, w + k * 1e-3 * e) @ v for k in (-1, 1)] for e in np.eye(size)]
            np.testing.assert_allclose(answer[0], [(b - a) / 2e-3 for a, b in ends], rtol=0, atol=1e-4 * scale)
        elif question in ("conserved", "distance_and_certificate"):
            assert isinstance(answer, str), f"{question} of {wrapper} is not known: {answer}"
            assert question in answer or "no known conserved" in answer
        elif question in ("closed_limit", "closed_smoothing"):
            assert answer[0] is None, f"{question} of {wrapper} is not known"
    for column in range(3):  # block forms against the single ones
        single, block = np.empty(size), np.empty((size, 3))
        objectives.gradients(wrapper, points, block)
        gradient(wrapper, points[:, column], single)
        np.testing.assert_array_equal(block[:, column], single)
    moved = _ask("descend", wrapper, size)[3]
    _check_descent(wrapper, points, np.array(moved))


def _check_descent(wrapper, points, moved):
    for column in range(points.shape[1]):
        w, slope = points[:, column].copy(), np.empty(len(points))
        gradient(wrapper, w, slope)
        length = np.linalg.norm(slope)
        gradient(wrapper, w + 0.2 / length * slope, slope)
        np.testing.assert_allclose(moved[:, column], w - 0.1 * slope, rtol=1e-12, atol=1e-13)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", WRAPPERS)
def test_samples_of_a_wrapper_average_to_its_own_gradient(name):
    for wrapper, size in _wrapped(name):
        if questions.draw.is_own(wrapper):
            _check_mean(wrapper, size)
    assert not questions.draw.is_own(WeightDecay(Quadratic([1.0]), 0.1))
    assert questions.draw.is_own(WeightDecay(Noisy(Quadratic([1.0]), 0.1), 0.1))
    _check_mean(WeightDecay(Noisy(Quadratic([1.0, 2.0]), 0.5), 0.7), 2)


def _check_mean(wrapper, size):
    assert wrapper.random
    rng, w, out, exact = np.random.default_rng(3), np.linspace(-1.0, 1.5, size), np.empty(size), np.empty(size)
    sample, draws = objectives.new_sample(wrapper, w), []
    for _ in range(1500):
        objectives.draw(wrapper, sample, rng)
        sample_gradient(wrapper, sample, w, out)
        draws.append(out.copy())
    gradient(wrapper, w, exact)
    assert np.ptp(draws, axis=0).max() > 0
    assert (np.abs(np.mean(draws, axis=0) - exact) <= 6.5 * np.std(draws, axis=0) / np.sqrt(1500) + 1e-12).all()


def test_what_was_refused_through_a_wrapper_is_answered():
    product, w = Product(3), [1.5, 0.4, 0.9]
    np.testing.assert_array_equal(limit_map(Noisy(product, 0.1), w), limit_map(product, w))
    wide = Quadratic(np.ones(10))
    assert smoothed_value(Noisy(wide, 0.1), np.ones(10), 0.2) == smoothed_value(wide, np.ones(10), 0.2)
    flat = objectives.HuberSlope(0.5, 1.0)  # separable, without a closed form
    for ask in (smoothed_value, smoothed_gradient):
        np.testing.assert_array_equal(ask(Noisy(flat, 0.1), np.ones(7), 0.2), ask(flat, np.ones(7), 0.2))


@kernel
def _answers(objective, w, points, out, block, moved, scratch):
    gradient(objective, w, out)
    objectives.gradients(objective, points, block)
    objectives.descend(objective, moved, 0.1, 0.2, True, scratch)
    return value(objective, w), objectives.has_block_gradients(objective)


@pytest.mark.parametrize("base", [Quadratic([2.0, 0.5]), Valley(named_profiles.WavyBowl())])
def test_kernels_hand_over_to_the_base_as_python_does(base):
    """Python looks for the implementation itself; compiled code goes through the function that forwards."""
    w, points = np.array([0.3, -0.8]), np.arange(6.0).reshape(2, 3)
    found = []
    for objective in (base, Noisy(base, 0.1), Noisy(objectives.CoordinateNoise(base, [0.1, 0.2]), 0.3)):
        results = np.empty(2), np.empty((2, 3)), points.copy()
        answer = _answers(objective, w, points, *results, objectives.descent_scratch(points))
        found.append([*answer, *(part.tolist() for part in results)])
    assert found[0] == found[1] == found[2]
    assert found[0][1] == isinstance(base, Quadratic)


@kernel
def _certify(objective, w):
    return objectives.distance_and_certificate(objective, w)


def test_a_kernel_certifies_through_a_wrapper():
    w = np.array([1.5, 0.4])
    assert _certify(Noisy(Product(2), 0.1), w) == _certify(Product(2), w)


def test_draws_matter_more_than_block_forms():
    """A noisy quadratic has the block form of the quadratic, yet a run must draw its noise."""
    quiet, noisy = Quadratic([1.0, 0.5]), Noisy(Quadratic([1.0, 0.5]), 0.3)
    assert objectives.has_block_gradients(noisy)
    starts = np.ones((40, 2))
    for method in (SAM(0.1, 0.1), NSO(0.1, 0.2, 2)):
        spread = ensemble(method, noisy, starts, steps=3, seed=1)
        assert len(np.unique(spread[:, 0])) == 40
    ends = ensemble(GD(0.1), quiet, starts, steps=3)
    np.testing.assert_array_equal(ensemble(GD(0.1), WeightDecay(quiet, 0.0), starts, steps=3), ends)
    with pytest.raises(ValueError, match="mean over samples"):
        trajectory(
            SharpnessAwarePerturbation(0.05, 0.02, 0.1, 3.0), WeightDecay(quiet, 0.1), [1.0, 1.0], steps=1,
            rng=np.random.default_rng(0),
        )  # fmt: skip


class Scaled(NamedTuple):
    base: tuple
    factor: float


class Masked(NamedTuple):
    base: tuple


def test_a_wrapper_of_ones_own_states_what_it_changes():
    another_function(Scaled)
    another_oracle(Masked)

    @value.register(Scaled)
    def _(objective, w):
        return objective.factor * value(objective.base, w)

    @gradient.register(Scaled)
    def _(objective, w, out):
        gradient(objective.base, w, out)
        for i in range(out.size):
            out[i] *= objective.factor

    scaled = Scaled(Noisy(Valley(profiles.Ramp(3.0, 0.5), 2), 0.1), 2.0)
    assert scaled.random
    assert objectives.dimension(scaled) == 3
    with pytest.raises(TypeError, match="must register sample_gradient"):
        sample_gradient(scaled, objectives.new_sample(scaled, np.ones(3)), np.ones(3), np.empty(3))
    with pytest.raises(TypeError, match="Scaled has no known conserved quantities"):
        objectives.conserved(scaled, np.ones(3))
    assert not objectives.has_block_gradients(Scaled(Quadratic([1.0]), 2.0))
    masked = Masked(Masked(ValleyRisk(profiles.Ramp(3.0, 0.5), 2)))
    assert masked.random
    np.testing.assert_array_equal(
        objectives.conserved(masked, np.ones(3)), objectives.conserved(masked.base, np.ones(3))
    )
    path = trajectory(GD(0.1), masked, np.ones(3), steps=4, rng=np.random.default_rng(1))
    bare = trajectory(GD(0.1), masked.base.base, np.ones(3), steps=4, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(path, bare)


def test_a_question_of_ones_own_goes_through_wrappers():
    @generic(required=True, about=questions.FUNCTION)
    def twice(objective, w):
        pass

    @twice.register(Quadratic)
    def _(objective, w):
        return 2 * w[0]

    assert twice(Noisy(Quadratic([1.0]), 0.1), np.ones(1)) == 2.0
    assert twice.is_own(Noisy(Quadratic([1.0]), 0.1))
    with pytest.raises(TypeError, match="WeightDecay has no twice"):
        twice(WeightDecay(Quadratic([1.0]), 0.1), np.ones(1))


@pytest.mark.parametrize(("cls", "words"), [(Quadratic, "a field base"), (dict, "a field base")])
def test_what_has_no_base_is_no_wrapper(cls, words):
    with pytest.raises(TypeError, match=words):
        forward_to_base(cls, {questions.FUNCTION})


def test_smoothing_and_stacking_keep_their_restrictions():
    for build, words in (
        (lambda: Smoothed(Noisy(Cubic([1.0]), 0.1), 0.1), "separable"),
        (lambda: SideBySide(Noisy(Quadratic([1.0]), 0.1), 2), "deterministic"),
        (lambda: SideBySide(WeightDecay(Noisy(Quadratic([1.0]), 0.1), 0.1), 2), "deterministic"),
    ):
        with pytest.raises(ValueError, match=words):
            build()
    both = SideBySide(WeightDecay(Quadratic([1.0, 2.0]), 0.3), 2)
    w = np.arange(4.0)
    assert value(both, w) == pytest.approx(sum(value(both.base, part) for part in np.split(w, 2)))
