"""Estimates of traces and of the largest eigenvalue against the matrix itself."""

import numpy as np
import pytest

from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus, hutchinson, largest_eigenvalue
from flatlab.objectives import Quadratic, hessian
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start


@pytest.fixture
def dense(rng):
    basis = np.linalg.qr(rng.standard_normal((40, 40)))[0]
    return basis @ np.diag(1.0 / np.arange(1, 41) ** 2) @ basis.T


@pytest.mark.parametrize("estimate", [hutchinson, hutch_plus_plus])
def test_estimates_are_unbiased_with_an_honest_error(dense, rng, estimate):
    runs = [estimate(dense, probes=30, rng=rng) for _ in range(400)]
    values, errors = np.array([run.value for run in runs]), np.array([run.error for run in runs])
    assert abs(values.mean() - np.trace(dense)) < 5 * values.std() / np.sqrt(len(runs))
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(), rel=0.2)
    assert {run.products for run in runs} == {30}


def test_the_sketch_pays_on_a_decaying_spectrum(dense, rng):
    plain = np.std([hutchinson(dense, probes=30, rng=rng).value for _ in range(100)])
    sketched = np.std([hutch_plus_plus(dense, probes=30, rng=rng).value for _ in range(100)])
    assert sketched < plain / 5


def test_variance_of_a_probe_is_the_formula(dense, rng):
    probes = 20_000
    wanted = 2 * (np.sum(dense**2) - np.sum(np.diag(dense) ** 2))
    assert hutchinson(dense, probes=probes, rng=rng).error ** 2 * probes == pytest.approx(wanted, rel=0.1)


def test_a_diagonal_matrix_is_met_exactly(rng):
    found = hutchinson(np.diag([3.0, 1.0, -2.0]), probes=2, rng=rng)
    assert (found.value, found.error) == (2.0, 0.0)


def test_a_sketch_of_the_whole_space_is_exact(rng):
    half = rng.standard_normal((5, 5))
    found = hutch_plus_plus(half + half.T, probes=30, rng=rng)
    assert found.value == pytest.approx(2 * np.trace(half), rel=1e-12)
    assert found.error < 1e-12


def test_largest_eigenvalue_is_lapacks(dense):
    top = largest_eigenvalue(dense - 0.5 * np.eye(40))
    assert top.value == pytest.approx(0.5, rel=1e-12)
    assert top.residual < 1e-10


def test_operator_is_the_hessian(rng):
    problem = sensing_problem(5, 2, 9, rng=rng)
    w = sensing_start(problem, rng=rng)
    exact = hessian(problem.train, w)
    operator = hessian_operator(problem.train, w)
    np.testing.assert_allclose(operator @ np.eye(25), exact, rtol=1e-10, atol=1e-10 * np.abs(exact).max())
    assert largest_eigenvalue(operator).value == pytest.approx(np.linalg.eigvalsh(exact)[-1], rel=1e-11)
    np.testing.assert_allclose(hessian_operator(Quadratic([3.0, 1.0]), [0.0, 0.0]) @ np.ones(2), [3.0, 1.0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: hutchinson(np.ones((2, 3)), probes=3, rng=rng), "matrix must be square"),
        (lambda rng: hutchinson(np.eye(3), probes=1, rng=rng), "probes must be"),
        (lambda rng: hutch_plus_plus(np.eye(3), probes=5, rng=rng), "probes must be"),
        (lambda rng: hutchinson(np.eye(3), probes=3, rng=7), "rng must be"),
        (lambda rng: largest_eigenvalue([[1.0]]), "matrix must have 2 rows"),
        (lambda rng: largest_eigenvalue(np.eye(3), tolerance=-1), "tolerance must be"),
        (lambda rng: hessian_operator(Quadratic([1.0]), [1.0, 2.0]), "w must have 1 entries"),
    ],
)
def test_wrong_arguments_are_refused_by_name(rng, call, words):
    with pytest.raises(ValueError, match=words):
        call(rng)
