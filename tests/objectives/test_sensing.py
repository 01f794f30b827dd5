"""Problems of matrix sensing: laws of the draws, metrics, memory, refusals."""

import numpy as np
import pytest

from flatlab.objectives.sensing import problem as sensing
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import (
    gaussian_measurements,
    pack_measurements,
    recovery,
    sensing_problem,
    sensing_start,
)


@pytest.mark.parametrize("symmetrised", [True, False])
def test_measurements_have_the_stated_law(rng, symmetrised):
    d, n = 6, 40_000
    full = unpack(gaussian_measurements(d, n, rng=rng, symmetrised=symmetrised))
    variance = full.var(axis=0)
    wanted = np.where(np.eye(d), 1.0, 0.5)
    np.testing.assert_allclose(variance, wanted, atol=6 * np.sqrt(2 / n))
    np.testing.assert_allclose(full.mean(axis=0), 0, atol=6 / np.sqrt(n))
    np.testing.assert_allclose((full @ full).mean(axis=0), (d + 1) / 2 * np.eye(d), atol=0.2)


def test_single_precision_holds_the_same_draws():
    make = [gaussian_measurements(5, 7, rng=np.random.default_rng(3), single=single) for single in (False, True)]
    assert make[1].dtype == np.float32
    np.testing.assert_array_equal(make[0].astype(np.float32), make[1])


def test_packed_measurements_are_half_of_the_dense_ones():
    d, n = 100, 50
    problem = sensing_problem(d, 2, n, rng=np.random.default_rng(0), n_test=1)
    assert problem.train.measurements.nbytes <= 1.1 * (n * d * d * 8) / 2


def test_the_truth_is_a_perfect_solution(rng):
    problem = sensing_problem(6, 2, 9, rng=rng, columns=2)
    found = recovery(problem, problem.truth.ravel())
    assert max(found.train, found.test, found.error) < 1e-28
    assert found.nuclear == pytest.approx(problem.spectrum.sum(), rel=1e-13)
    np.testing.assert_allclose(
        problem.spectrum, np.linalg.eigvalsh(problem.truth @ problem.truth.T)[-2:][::-1], rtol=1e-10
    )


def test_metrics_are_their_formulas(rng):
    problem = sensing_problem(5, 2, 7, rng=rng, columns=3, n_test=4)
    points = rng.standard_normal((2, 15))
    found = recovery(problem, points)
    full, wanted = unpack(problem.test.measurements), problem.truth @ problem.truth.T
    for k, point in enumerate(points):
        product = point.reshape(5, 3) @ point.reshape(5, 3).T
        y, seen = np.einsum("nij,ij->n", full, wanted), np.einsum("nij,ij->n", full, product)
        assert found.test[k] == pytest.approx(np.sum((seen - y) ** 2) / np.sum(y**2), rel=1e-12)
        assert found.error[k] == pytest.approx(
            (np.linalg.norm(product - wanted) / np.linalg.norm(wanted)) ** 2, rel=1e-12
        )
        assert found.nuclear[k] == pytest.approx(np.linalg.norm(product, "nuc"), rel=1e-12)
        assert recovery(problem, point).trace == pytest.approx(found.trace[k], rel=1e-13)


def test_start_scales(rng):
    problem = sensing_problem(6, 2, 9, rng=rng)
    starts = [sensing_start(problem, rng=np.random.default_rng(1), scale=scale) for scale in (1.0, 0.01)]
    np.testing.assert_allclose(starts[1], 0.01 * starts[0], rtol=1e-15)
    assert starts[0].shape == (36,)


def test_want_of_memory_is_said_before_anything_is_allocated(monkeypatch, rng):
    monkeypatch.setattr(sensing, "free_memory", lambda: 10**9)
    with pytest.raises(ValueError, match=r"got 5000000 of size d = 100, which need 202 GB where 1 GB are free"):
        gaussian_measurements(100, 5_000_000, rng=rng)
    with pytest.raises(ValueError, match="single=True"):
        sensing_problem(100, 5, 20_000, rng=rng)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: sensing_problem(0, 1, 5, rng=rng), "d must be"),
        (lambda rng: sensing_problem(4, 0, 5, rng=rng), "rank must be"),
        (lambda rng: sensing_problem(4, 5, 5, rng=rng), "rank must be at most d = 4, got 5"),
        (lambda rng: sensing_problem(4, 2, 0, rng=rng), "n must be"),
        (lambda rng: sensing_problem(4, 2, 5, rng=rng, columns=0), "columns must be"),
        (lambda rng: sensing_problem(4, 2, 5, rng=rng, n_test=0), "n_test must be"),
        (lambda rng: sensing_problem(4, 2, 5, rng=3), "rng must be"),
        (lambda rng: gaussian_measurements(4, 2.5, rng=rng), "n must be"),
        (lambda rng: pack_measurements(np.ones((2, 3, 4))), "matrices must be square"),
        (lambda rng: pack_measurements([[1.0]]), "matrices must be"),
        (lambda rng: pack_measurements([[[np.nan]]]), "matrices must be"),
        (lambda rng: sensing_start(sensing_problem(4, 2, 5, rng=rng), rng=rng, scale=0), "scale must be"),
        (lambda rng: recovery(sensing_problem(4, 2, 5, rng=rng), np.ones(3)), "w must have 16 columns"),
    ],
)
def test_wrong_arguments_are_refused_by_name(rng, call, words):
    with pytest.raises(ValueError, match=words):
        call(rng)
