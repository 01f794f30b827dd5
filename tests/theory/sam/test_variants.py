import numpy as np
import pytest

from flatlab.theory.sam import MomentumSAM, TwoCycle, USAMOnQuadratic, sam_edge

SPECTRUM = np.array([4.0, 1.5, 0.5])


def usam_step(w, eigenvalues, eta, rho):
    return w - eta * eigenvalues * (w + rho * eigenvalues * w)


def test_usam_factors_are_one_step():
    w = np.array([0.3, -2.0, 1.0])
    expected = USAMOnQuadratic(SPECTRUM, 0.4).factors(0.1) * w
    np.testing.assert_allclose(usam_step(w, SPECTRUM, 0.1, 0.4), expected, rtol=1e-12)


def test_usam_threshold_separates_convergence_from_divergence():
    threshold = USAMOnQuadratic(SPECTRUM, 0.4).threshold
    assert threshold < 2 / 4.0
    for factor, grows in ((0.98, False), (1.02, True)):
        w = np.ones(3)
        for _ in range(1000):
            w = usam_step(w, SPECTRUM, factor * threshold, 0.4)
        assert (np.linalg.norm(w) > 1e3) == grows
        assert (np.linalg.norm(w) < 1e-3) != grows


def test_edge_is_where_the_frozen_map_expands():
    for s in (1e-6, 0.3, 40.0):
        edge = sam_edge(s, 0.2, 0.7)
        assert 0.2 * (edge + 0.7 * edge**2 / s) == pytest.approx(2, rel=1e-12)
        assert edge < 2 / 0.2
        assert edge == pytest.approx(s / 1.4 * (np.sqrt(1 + 5.6 / (0.2 * s)) - 1), rel=1e-9)
    assert (np.diff(sam_edge(np.logspace(-6, 6, 50), 0.2, 0.7)) > 0).all()
    assert sam_edge(1e-12, 0.2, 0.7) == pytest.approx(np.sqrt(2e-12 / 0.14), rel=1e-5)
    assert sam_edge(1.0, 0.2, 0.0) == 2 / 0.2


def test_the_top_cycle_sits_on_its_own_edge():
    for h in (0.05, 0.7, 1.3, 1.99):
        eta = h / 4.0
        assert sam_edge(TwoCycle(4.0, eta, 0.6).gradient_norm, eta, 0.6) == pytest.approx(4.0, rel=1e-12)


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
def test_momentum_cycle(beta):
    curvature, rho = 2.0, 0.5
    method = MomentumSAM(curvature, rho, beta)
    limit = method.threshold
    assert limit * curvature * (1 - beta) == pytest.approx(2 * (1 + beta), rel=1e-13)
    for share in (0.1, 0.5, 0.9):
        eta = share * limit
        radius = method.radius(eta)
        w, average = 1.02 * radius, -2 * radius / eta
        for _ in range(3000):
            average = beta * average + (1 - beta) * curvature * (w + rho * np.sign(w))
            w = w - eta * average
        assert abs(w) == pytest.approx(radius, rel=1e-10)
        if beta == 0:
            assert radius == pytest.approx(TwoCycle(curvature, eta, rho).radius, rel=1e-13)
    w, average = 3.0, -1.0
    for _ in range(400):
        average = beta * average + (1 - beta) * curvature * (w + rho * np.sign(w))
        w = w - 1.05 * limit * average
    assert abs(w) > 1e6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MomentumSAM(2.0, 1.0, 0.0).radius(1.0), "eta must be below"),
        (lambda: MomentumSAM(2.0, 1.0, 1.0), "beta"),
        (lambda: sam_edge(0.0, 0.1, 1.0), "gradient_norm"),
        (lambda: USAMOnQuadratic([-1.0], 1.0), "eigenvalues"),
        (lambda: USAMOnQuadratic([1.0, 2.0], 1.0), "sorted"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
