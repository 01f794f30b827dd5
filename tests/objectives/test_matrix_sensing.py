"""Matrix sensing against full matrices: packing, precision, curvature, refusals."""

import numpy as np
import pytest
import twins
from objective_cases.matrix_sensing import authors_step, lower, sensing, symmetric_parts

from flatlab import objectives, trajectory
from flatlab.methods import GD, NSO
from flatlab.objectives import (
    MatrixSensing,
    TracePenalty,
    WeightDecay,
    hessian_product,
    packed_square,
    sensing_residuals,
    trace_form,
)
from flatlab.objectives.sensing._packed import pack, rows_of, unpack
from flatlab.objectives.sensing.problem import pack_measurements
from flatlab.theory.noise import SensingSample, step_from_authors

pytestmark = pytest.mark.jit_free


def _problem(d, columns, n, seed=0, dtype=float):
    rng = np.random.default_rng(seed)
    matrices, targets = rng.standard_normal((n, d, d)), rng.standard_normal(n)
    objective = MatrixSensing(pack_measurements(matrices).astype(dtype), targets, columns)
    return objective, matrices, targets, rng.standard_normal(d * columns)


@pytest.mark.parametrize(("d", "columns", "n"), [(1, 1, 1), (2, 5, 3), (5, 2, 6), (9, 4, 9), (12, 12, 5)])
def test_value_and_gradients_are_those_of_the_full_matrices(d, columns, n):
    objective, matrices, targets, w = _problem(d, columns, n)
    twin = sensing(matrices, targets, columns)
    assert objectives.value(objective, w) == pytest.approx(twin(w), rel=1e-13)
    slope, block = np.empty(w.size), np.empty((w.size, 3))
    objectives.gradient(objective, w, slope)
    exact = twins.gradient(twin)(w)
    np.testing.assert_allclose(slope, exact, rtol=1e-11, atol=1e-12 * np.abs(exact).max())
    points = np.stack([w, -0.3 * w, w + 1], axis=1)
    objectives.gradients(objective, points, block)
    assert block[:, 0].tobytes() == slope.tobytes()
    np.testing.assert_allclose(block[:, 2], twins.gradient(twin)(w + 1), rtol=1e-10, atol=1e-11 * np.abs(block).max())


@pytest.mark.parametrize(("d", "columns", "n"), [(2, 5, 3), (5, 2, 6), (4, 4, 20)])
def test_curvature_is_the_second_derivative(d, columns, n):
    objective, matrices, targets, w = _problem(d, columns, n)
    exact = twins.hessian(sensing(matrices, targets, columns))(w)
    np.testing.assert_allclose(objectives.hessian(objective, w), exact, rtol=1e-10, atol=1e-11 * np.abs(exact).max())
    assert objectives.hessian_trace(objective, w) == pytest.approx(np.trace(exact), rel=1e-12)
    vectors = np.random.default_rng(1).standard_normal((w.size, 3))
    product = hessian_product(objective, w, vectors)
    np.testing.assert_allclose(product, exact @ vectors, rtol=1e-10, atol=1e-11 * np.abs(product).max())
    single = hessian_product(objective, w, vectors[:, 1])
    assert single.shape == (w.size,)
    np.testing.assert_allclose(single, product[:, 1], rtol=1e-10, atol=1e-12 * np.abs(product).max())


def test_trace_form_is_the_papers_formula_at_any_point():
    objective, matrices, _, w = _problem(6, 3, 11)
    form, symmetric = trace_form(objective), symmetric_parts(matrices)
    for point in (w, 2 * w - 1, 0 * w):
        factor, errors = point.reshape(6, 3), sensing_residuals(objective, point)
        squares = sum(np.sum((s @ factor) ** 2) for s in symmetric)
        tilt = sum(e * np.trace(s) for e, s in zip(errors, symmetric))
        assert form.at(point) == pytest.approx(SensingSample(11, 3).hessian_trace(squares, tilt), rel=1e-12)
    assert form.at(w) == objectives.hessian_trace(objective, w)


def test_packing_keeps_what_the_loss_sees(rng):
    matrices, factor = rng.standard_normal((4, 5, 5)), rng.standard_normal((5, 3))
    packed = pack_measurements(matrices)
    np.testing.assert_array_equal(packed, lower(symmetric_parts(matrices)))
    np.testing.assert_array_equal(unpack(packed), symmetric_parts(matrices))
    objective = MatrixSensing(packed, np.zeros(4), 3)
    full = np.einsum("nij,ij->n", matrices, factor @ factor.T)
    np.testing.assert_allclose(sensing_residuals(objective, factor.ravel()), full, rtol=1e-12)
    np.testing.assert_allclose(packed @ packed_square(objective, factor.ravel()), full, rtol=1e-12)
    assert pack(matrices).shape == (4, 15)
    assert [rows_of(k) for k in (1, 2, 3, 6, 5050, 5051)] == [1, 0, 2, 3, 100, 0]


def test_the_authors_step_is_half_of_ours():
    objective, matrices, targets, w = _problem(5, 4, 8)
    eta = 1e-3
    ours = trajectory(GD(step_from_authors(eta)), objective, w, steps=1)[1]
    theirs = authors_step(matrices, targets, w.reshape(5, 4), eta)
    np.testing.assert_allclose(ours, theirs.ravel(), rtol=1e-13)


def test_single_precision_is_kept_and_near():
    double, *_, w = _problem(9, 4, 9)
    single, *_ = _problem(9, 4, 9, dtype=np.float32)
    assert single.measurements.dtype == single.targets.dtype == np.float32
    assert single.measurements.nbytes * 2 == double.measurements.nbytes
    out, near = np.empty((2, w.size))
    objectives.gradient(double, w, out)
    objectives.gradient(single, w, near)
    error = np.abs(near - out).max() / np.abs(out).max()
    assert 1e-9 < error < 1e-5
    assert objectives.value(single, w) == pytest.approx(objectives.value(double, w), rel=1e-5)


def test_weight_decay_adds_two_strength_w_to_single_and_block():
    base, *_, w = _problem(4, 2, 6)
    objective, plain, slope = WeightDecay(base, 0.7), np.empty(w.size), np.empty(w.size)
    objectives.gradient(base, w, plain)
    objectives.gradient(objective, w, slope)
    np.testing.assert_allclose(slope - plain, 1.4 * w, rtol=1e-9, atol=1e-12)
    product = hessian_product(objective, w, w)
    np.testing.assert_allclose(product, hessian_product(base, w, w) + 1.4 * w, rtol=1e-12)
    path = trajectory(NSO(0.01, 0.1, 2), objective, w, steps=2, rng=np.random.default_rng(1))
    assert np.isfinite(path).all()


def test_trace_penalty_is_the_smoothed_loss_up_to_a_constant():
    base, *_, w = _problem(3, 2, 6)
    s, rng = 0.4, np.random.default_rng(2)
    penalised = TracePenalty(base, s**2 / 2)
    signs = rng.standard_normal((6, 400_000))
    other = w + 1.0
    gaps = []
    for point in (w, other):
        points = point[:, None] + s * signs
        factors = points.T.reshape(-1, 3, 2)
        seen = packed_square(base, factors.reshape(-1, 6)) @ base.measurements.T - base.targets
        smooth = np.sum(seen**2, axis=1) / 12
        gaps.append(smooth - objectives.value(penalised, point))
    difference = gaps[0] - gaps[1]
    assert abs(difference.mean()) < 5 * difference.std() / np.sqrt(difference.size)
    np.testing.assert_allclose(
        hessian_product(penalised, w, w), objectives.hessian(penalised, w) @ w, rtol=1e-11, atol=1e-11
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((objectives.Quadratic([1.0]), 0.1), "base must be a MatrixSensing"),
        ((_problem(3, 2, 6)[0], -0.1), "strength must be"),
        ((_problem(3, 2, 6)[0], 0.1, np.eye(2)), "matrix must have 3 columns"),
        ((_problem(3, 2, 6)[0], 0.1, np.triu(np.ones((3, 3)))), "matrix must be symmetric"),
    ],
)
def test_wrong_penalties_are_refused_by_name(arguments, words):
    with pytest.raises(ValueError, match=words):
        TracePenalty(*arguments)


def test_checked_fields_are_not_copied():
    objective, *_ = _problem(4, 2, 6)
    again = MatrixSensing(*objective)
    assert np.shares_memory(again.measurements, objective.measurements)


@pytest.mark.parametrize(
    ("measurements", "targets", "columns", "words"),
    [
        (np.ones((3, 5)), np.ones(3), 1, r"measurements must have d\(d\+1\)/2 columns"),
        (np.ones(6), np.ones(3), 1, "measurements must be a matrix"),
        (np.ones((0, 6)), np.ones(0), 1, "measurements must be a matrix"),
        ("abc", np.ones(3), 1, "measurements must be a matrix"),
        (np.array([[1.0, 2, 3], [1, np.nan, 3]]), np.ones(2), 1, "measurement 1 holds a nan"),
        (np.array([[1.0, 2, 3], [1, -np.inf, 3]], np.float32), np.ones(2), 1, "measurement 1 holds a nan"),
        (np.ones((3, 6)), np.ones(4), 1, "targets must have 3 entries"),
        (np.ones((3, 6)), [1.0, np.nan, 1.0], 1, "targets must be"),
        (np.ones((3, 6)), np.ones(3), 0, "columns must be"),
    ],
)
def test_wrong_fields_are_refused_by_name(measurements, targets, columns, words):
    with pytest.raises(ValueError, match=words):
        MatrixSensing(measurements, targets, columns)


def test_a_start_of_the_wrong_size_is_refused():
    objective, *_ = _problem(4, 2, 6)
    with pytest.raises(ValueError, match="start must have 8 entries"):
        trajectory(GD(0.1), objective, np.ones(7), steps=1)
