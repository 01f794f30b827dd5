"""Every collected method against its twin, and what the formulas promise: scaling, symmetry, limits."""

import cases
import numpy as np
import pytest
import twins
from hypothesis import given
from hypothesis import strategies as st

from flatlab import trajectory
from flatlab.methods import GD, SAM, USAM, HeavyBall
from flatlab.objectives import DenseQuadratic, Noisy, Quadratic

PAIRS = cases.pairs()
STEPS = 12

sizes = st.integers(1, 12)
etas = st.floats(0.01, 0.6)
rhos = st.floats(0.01, 0.5)
seeds = st.integers(0, 2**32 - 1)


def _instance(kind, size, seed):
    rng = np.random.default_rng(seed)
    half = rng.standard_normal((size, size))
    dense = DenseQuadratic(half @ half.T / size)
    objective = {"diagonal": Quadratic(rng.uniform(0, 3, size)), "dense": dense, "noisy": Noisy(dense, 0.5)}[kind]
    return objective, rng.standard_normal(size)


def _path(method, objective, start, seed=3):
    return trajectory(method, objective, start, steps=STEPS, rng=np.random.default_rng(seed))


@pytest.mark.jit_free
@pytest.mark.parametrize(("name", "target"), PAIRS)
def test_path_is_the_twins(name, target):
    method, objective = cases.method(name), cases.objective(target)
    start = np.random.default_rng(4).standard_normal(objective.size)
    oracle = objective.oracle or twins.exact_oracle(objective.value)
    twin = twins.trajectory(method.instance, method.twin, oracle, start, STEPS, np.random.default_rng(3))
    np.testing.assert_allclose(
        _path(method.instance, objective.instance, start), twin, rtol=1e-11, atol=1e-12 * np.abs(twin).max()
    )


@pytest.mark.jit_free
@pytest.mark.parametrize("name", cases.METHODS)
def test_cost_of_a_step_is_declared(name):
    assert cases.METHODS[name].gradients_per_step is not None
    assert isinstance(cases.method(name).instance.gradients_per_step, int)


@pytest.mark.parametrize("kind", ["diagonal", "dense", "noisy"])
@pytest.mark.parametrize("method", [SAM, USAM])
@given(size=sizes, eta=etas, seed=seeds)
def test_without_radius_it_is_gradient_descent_bit_for_bit(kind, method, size, eta, seed):
    objective, start = _instance(kind, size, seed)
    plain, sharp = _path(GD(eta), objective, start), _path(method(eta, 0.0), objective, start)
    assert plain.tobytes() == sharp.tobytes()


@given(size=sizes, eta=etas, seed=seeds)
def test_gradient_descent_is_the_plain_step(size, eta, seed):
    objective, w = _instance("diagonal", size, seed)
    path = _path(GD(eta), objective, w)
    for row in path:
        assert row.tobytes() == w.tobytes()
        w = w - eta * (objective.eigenvalues * w)


@given(size=st.integers(2, 9), eta=etas, rho=rhos, seed=seeds)
def test_a_rotation_of_the_problem_rotates_the_path(size, eta, rho, seed):
    objective, start = _instance("diagonal", size, seed)
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]
    dense = turn @ np.diag(objective.eigenvalues) @ turn.T
    turned = DenseQuadratic((dense + dense.T) / 2)
    for method in (SAM(eta, rho), USAM(eta, rho), HeavyBall(GD(eta), 0.5)):
        straight = trajectory(method, objective, start, steps=5)
        np.testing.assert_allclose(
            trajectory(method, turned, turn @ start, steps=5), straight @ turn.T, rtol=0, atol=1e-10
        )


@pytest.mark.parametrize("kind", ["diagonal", "dense"])
@given(size=sizes, eta=etas, rho=rhos, seed=seeds, power=st.integers(-30, 30))
def test_sam_scales_with_w_and_rho_together(kind, size, eta, rho, seed, power):
    objective, start = _instance(kind, size, seed)
    c = 2.0**power  # a power of two scales without rounding
    scaled = _path(SAM(eta, c * rho), objective, c * start)
    assert scaled.tobytes() == (c * _path(SAM(eta, rho), objective, start)).tobytes()


@pytest.mark.parametrize("kind", ["diagonal", "dense"])
@given(size=sizes, eta=etas, rho=rhos, seed=seeds, power=st.integers(-30, 30))
def test_usam_is_linear_on_a_quadratic(kind, size, eta, rho, seed, power):
    objective, start = _instance(kind, size, seed)
    c = 2.0**power
    scaled = _path(USAM(eta, rho), objective, c * start)
    assert scaled.tobytes() == (c * _path(USAM(eta, rho), objective, start)).tobytes()


@pytest.mark.parametrize("kind", ["diagonal", "dense"])
@given(size=sizes, eta=etas, rho=rhos, seed=seeds)
def test_the_mirrored_start_gives_the_mirrored_path(kind, size, eta, rho, seed):
    objective, start = _instance(kind, size, seed)
    for method in (SAM(eta, rho), USAM(eta, rho), HeavyBall(GD(eta), 0.5)):
        np.testing.assert_array_equal(_path(method, objective, -start), -_path(method, objective, start))


@pytest.mark.jit_free
@pytest.mark.parametrize("objective", [Quadratic([3.0, 1.0]), DenseQuadratic([[2.0, 1.0], [1.0, 2.0]])])
@pytest.mark.parametrize("method", [SAM(0.3, 0.1), USAM(0.3, 0.1), HeavyBall(GD(0.3), 0.9)])
def test_at_the_minimum_nothing_moves(method, objective):
    np.testing.assert_array_equal(_path(method, objective, [0.0, 0.0]), 0.0)


@pytest.mark.jit_free
def test_a_gradient_of_1e_160_counts_as_zero():
    objective = Quadratic([3.0, 1.0])
    tiny, small = np.array([1e-160, 0.0]), np.array([1e-140, 0.0])
    path = trajectory(SAM(0.3, 0.1), objective, tiny, steps=1)
    np.testing.assert_array_equal(path[1], tiny - 0.3 * (objective.eigenvalues * tiny))
    # just above the limit the ascent is a full rho
    assert trajectory(SAM(0.3, 0.1), objective, small, steps=1)[1, 0] == pytest.approx(-0.3 * 3 * 0.1, rel=1e-12)


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("build", "word"),
    [
        *(
            (lambda bad=bad, build=build: build(bad), "eta")
            for build in (lambda eta: SAM(eta, 0.1), lambda eta: USAM(eta, 0.1), GD)
            for bad in (0, -1, np.nan, "x", None)
        ),
        *((lambda bad=bad, cls=cls: cls(0.1, bad), "rho") for cls in (SAM, USAM) for bad in (-1, np.inf, True, [1.0])),
        (lambda: SAM(0.1, 0.1)._replace(eta=-1.0), "eta"),
    ],
)
def test_wrong_fields_are_refused_by_name(build, word):
    with pytest.raises(ValueError, match=f"^{word} must be"):
        build()


def test_objectives_named_here_exist():
    named = {target for _, target in PAIRS}
    assert named <= set(cases.OBJECTIVES)
