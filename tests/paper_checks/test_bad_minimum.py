"""The case of a bad minimum: closed forms against dense matrices, the mini-batch method against its twin."""

import numpy as np
import pytest

from flatlab import trajectory
from flatlab.objectives import PerceptronBatch, accuracy, gradient, hessian, network_outputs
from paper_checks.ahn2024.problems.bad_minimum import Case
from paper_checks.ahn2024.problems.batch_smoothed import BatchSmoothed


@pytest.fixture(scope="module")
def case():
    return Case(3, samples=12, classes=3, hidden=12, fit_steps=800, side=4)


def _double(case):
    return case.network._replace(inputs=case.network.inputs.astype(float), precision=0)


def test_all_minima_fit_all_labels_and_follow_from_the_seed(case):
    assert all(accuracy(case.network, w) == 1 for w in (case.bad, case.ordinary, case.wide))
    again = Case(3, samples=12, classes=3, hidden=12, fit_steps=800, side=4)
    assert again.bad.tobytes() == case.bad.tobytes()


def test_trace_and_jacobian_are_those_of_the_network(case, rng):
    w, network = case.bad + 0.3 * rng.standard_normal(case.bad.size), _double(case)
    assert case.trace(w) == pytest.approx(np.trace(hessian(network, w)), rel=1e-10)
    step = 1e-6 * rng.standard_normal(w.size)
    moved = (network_outputs(network, w + step) - network_outputs(network, w - step)).ravel()
    np.testing.assert_allclose(2 * case.jacobian(w) @ step, moved, rtol=1e-5, atol=1e-11)


def test_trace_gradient_is_that_of_the_trace_without_residuals(case, rng):
    w = case.bad + 0.3 * rng.standard_normal(case.bad.size)
    towards = rng.standard_normal(w.size)

    def squares(point):  # the trace at zero residuals is the mean of |J|^2 over samples
        return np.sum(case.jacobian(point) ** 2) / case.network.labels.size

    slope = (squares(w + 1e-5 * towards) - squares(w - 1e-5 * towards)) / 2e-5
    assert case.trace_gradient(w) @ towards == pytest.approx(slope, rel=1e-6)


def test_batch_smoothing_is_random_smoothing_where_the_batch_is_all_there_is(case):
    network, eta, rho = _double(case), 0.05, 0.4
    found = trajectory(
        BatchSmoothed(eta, rho), PerceptronBatch(network, 12), case.bad, steps=1, rng=np.random.default_rng(5)
    )[-1]
    rng = np.random.default_rng(5)
    rng.random(12)  # the order of the batch
    direction = rng.standard_normal(case.bad.size)
    slope, bent = np.empty_like(direction), np.empty_like(direction)
    gradient(network, case.bad, slope)
    gradient(network, case.bad + rho * direction / np.linalg.norm(direction), bent)
    bent -= (bent @ slope) / (slope @ slope) * slope
    np.testing.assert_allclose(found, case.bad - eta * (slope + bent), rtol=1e-9, atol=1e-12)


def test_labels_that_cannot_be_fitted_are_refused():
    with pytest.raises(ValueError, match=r"^fit_steps must be enough to fit all labels in 10 rounds, got 1"):
        Case(3, samples=40, classes=4, hidden=2, fit_steps=1, side=4).bad  # noqa: B018
