import numpy as np
import pytest

from flatlab.theory.noise import SensingMean, SensingSample, bias_floor, naive_noise_floor, step_from_authors

D, P, N = 4, 3, 6
RNG = np.random.default_rng(1)
RAW = RNG.standard_normal((N, D, D))
S = (RAW + RAW.transpose(0, 2, 1)) / 2
W = RNG.standard_normal((D, P))
TRUTH = RNG.standard_normal((D, 2))
Y = np.einsum("nij,ik,jk->n", S, TRUTH, TRUTH)


def loss(w):
    error = np.einsum("nij,ik,jk->n", S, w, w) - Y
    return error @ error / (2 * N)


def exact_second(direction, h=1.0):
    """Second derivative of t ↦ L(W + tV), exact for the quartic it is."""
    f = [loss(W + j * h * direction) for j in (-2, -1, 0, 1, 2)]
    return (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * h**2)


def basis():
    for i in range(D):
        for j in range(P):
            v = np.zeros((D, P))
            v[i, j] = 1
            yield v


def traced():
    errors = np.einsum("nij,ik,jk->n", S, W, W) - Y
    traces = np.trace(S, axis1=1, axis2=2)
    return SensingSample(N, P).hessian_trace(np.sum((S @ W) ** 2), errors @ traces)


def test_hessian_trace():
    assert traced() == pytest.approx(sum(exact_second(v) for v in basis()), rel=1e-11)


def test_smoothing_gap_is_exact():
    """Δ²L from mixed fourth differences of the quartic, then F − L = (s²/2)ΔL + (s⁴/8)Δ²L."""
    vs = list(basis())
    step = (-1, 0, 1)
    second = {-1: 1.0, 0: -2.0, 1: 1.0}
    bilaplacian = 0.0
    for a in vs:
        for b in vs:
            if a is b:
                f = [loss(W + j * a) for j in (-2, -1, 0, 1, 2)]
                bilaplacian += f[0] - 4 * f[1] + 6 * f[2] - 4 * f[3] + f[4]
            else:
                bilaplacian += sum(second[i] * second[j] * loss(W + i * a + j * b) for i in step for j in step)
    s = 0.4
    traces = np.trace(S, axis1=1, axis2=2)
    got = SensingSample(N, P).smoothing_gap(s, traced(), np.sum(S**2), traces @ traces)
    assert got == pytest.approx(s**2 / 2 * traced() + s**4 / 8 * bilaplacian, rel=1e-10)


def test_expectations_from_exact_moments_of_the_measurements():
    """E S_ab S_cd = (δ_ac δ_bd + δ_ad δ_bc)/2, summed entry by entry."""
    eye = np.eye(D)
    moment = (np.einsum("ac,bd->abcd", eye, eye) + np.einsum("ad,bc->abcd", eye, eye)) / 2
    delta = W @ W.T - TRUTH @ TRUTH.T
    product = np.einsum("abac,bk,ck->", moment, W, W)
    error_trace = np.einsum("abcc,ab->", moment, delta)
    nuclear = np.linalg.norm(W @ W.T, "nuc")
    got = SensingMean(D, P).hessian_trace(nuclear, np.trace(TRUTH @ TRUTH.T))
    assert got == pytest.approx(4 * product + 2 * P * error_trace, rel=1e-12)
    assert SensingMean(D).hessian_trace(nuclear) == pytest.approx(4 * product, rel=1e-12)
    assert SensingMean(100).hessian_trace(100.0**2) == 2.02e6


def test_soft_threshold_makes_the_population_gradient_vanish():
    s = 0.3
    mean = SensingMean(D, P)
    lam = mean.soft_threshold(s)
    assert lam == pytest.approx(0.09 * (D + 1 + P), rel=1e-14)
    # the penalty (s²/2) E tr H = λ tr X + constant
    step = mean.hessian_trace(2.0, 1.0) - mean.hessian_trace(1.0, 1.0)
    assert s**2 / 2 * step == pytest.approx(lam, rel=1e-13)
    truth = np.array([3.0, lam / 2, 0.0])
    x = np.maximum(truth - lam, 0)
    np.testing.assert_allclose((2 * (x - truth) + 2 * lam) * np.sqrt(x), 0, atol=1e-14)
    assert bias_floor(truth, lam) == pytest.approx(np.sum((x - truth) ** 2) / np.sum(truth**2), rel=1e-13)


@pytest.mark.parametrize("points", [1, 2])
def test_naive_noise_floor_equals_the_plain_recursion(points):
    eta, s, h = 0.3, 0.2, np.array([0.0, 0.5, 3.0, 6.0])
    moments = np.zeros(4)
    for _ in range(2000):
        moments = (1 - eta * h) ** 2 * moments + eta**2 * h**2 * s**2 / points
    assert naive_noise_floor(eta, s, h, points) == pytest.approx(h @ moments / 2, rel=1e-11)


def test_conventions():
    errors = np.einsum("nij,ik,jk->n", S, W, W) - Y
    authors = np.einsum("n,nij,jk->ik", errors, S, W) / N
    ours = 2 * authors
    v = RNG.standard_normal((D, P))
    slope = (-loss(W + 2 * v) + 8 * loss(W + v) - 8 * loss(W - v) + loss(W - 2 * v)) / 12
    assert slope == pytest.approx(np.sum(ours * v), rel=1e-10)
    np.testing.assert_allclose(step_from_authors(0.0025) * ours, 0.0025 * authors, rtol=1e-14)


def test_refusals():
    with pytest.raises(ValueError, match="d must be a whole number"):
        SensingMean(2.5)
    with pytest.raises(ValueError, match="truth_eigenvalues must"):
        bias_floor([0.0, 0.0], 0.1)
    with pytest.raises(ValueError, match="truth_eigenvalues must be 0 or above"):
        bias_floor([1.0, -1.0], 0.1)
    with pytest.raises(ValueError, match="eta must be below"):
        naive_noise_floor(1.0, 0.1, [2.0])
