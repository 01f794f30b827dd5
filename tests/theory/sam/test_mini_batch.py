import itertools
import math

import numpy as np
import pytest

from flatlab.theory.sam import MiniBatch, batch_drift, batch_factor, gaussian_shares


def quadratic_models(rng, n, d):
    """Models p_i = b_i.x + x.A_i x / 2 at x = 0, labels y = 0: a minimum with gradients b and Hessians A."""
    b = rng.normal(size=(n, d))
    a = rng.normal(size=(n, d, d))
    return b, (a + a.transpose(0, 2, 1)) / 2


def loss_gradient(b, a, x):
    """Gradient of the mean of p_i^2 / 2."""
    p = b @ x + np.einsum("j,ijk,k->i", x, a, x) / 2
    return p @ (b + a @ x) / len(b)


def tangent(b, rng):
    t = rng.normal(size=b.shape[1])
    return t - b.T @ np.linalg.lstsq(b.T, t, rcond=None)[0]


def test_orthogonal_equal_norms_lose_one_over_the_batch():
    rng = np.random.default_rng(11)
    n, d, batch, rho = 4, 7, 3, 0.2
    _, a = quadratic_models(rng, n, d)
    b = 1.7 * np.eye(d)[:n]
    t = np.eye(d)[5]
    single = batch_drift(rho, [2 * b[i] @ a[i] @ t for i in range(n)], np.ones(n))
    values = []
    for chosen in itertools.combinations(range(n), batch):
        rows = list(chosen)
        # exchangeable: all orders of one set of sizes, all signs
        for sizes in itertools.permutations([0.5, 1.0, 3.0]):
            for signs in itertools.product((-1, 1), repeat=batch):
                residuals = np.multiply(sizes, signs)
                values.append(MiniBatch(rho, b[rows], a[rows] @ t).drift(residuals))
    assert np.mean(values) == pytest.approx(batch_factor(batch) * single, rel=1e-11)


def test_minibatch_drift_is_the_perturbed_gradient():
    rng = np.random.default_rng(4)
    n, d, rho = 3, 6, 0.4
    b, a = quadratic_models(rng, n, d)
    t = tangent(b, rng)
    residuals = rng.normal(size=n)
    u = residuals @ b / np.linalg.norm(residuals @ b)
    seen = t @ (loss_gradient(b, a, rho * u) + loss_gradient(b, a, -rho * u)) / 2
    assert MiniBatch(rho, b, a @ t).drift(residuals) == pytest.approx(seen, rel=1e-10)


def test_equal_norms_and_random_signs_give_half_at_every_angle():
    rng = np.random.default_rng(9)
    for angle in (0.2, 1.0, 2.5):
        b = np.array([[1.0, 0.0, 0.0], [math.cos(angle), math.sin(angle), 0.0]])
        along = rng.normal(size=(2, 3))
        single = 0.1**2 * np.mean((b * along).sum(axis=1))
        pair = np.mean([MiniBatch(0.1, b, along).drift((1, sign)) for sign in (-1, 1)])
        assert pair == pytest.approx(single / 2, rel=1e-12)


def test_parallel_gradients_lose_nothing():
    rng = np.random.default_rng(9)
    b = np.array([[1.0, 2.0, 0.0]] * 4)
    along = rng.normal(size=(4, 3))
    single = 0.1**2 * np.mean((b * along).sum(axis=1))
    assert MiniBatch(0.1, b, along).drift((0.3, 2.0, 1.0, -0.4)) == pytest.approx(single, rel=1e-12)


def test_sign_of_the_residuals_can_turn_the_drift():
    # p1 = x1 + x2 x3, p2 = x2 + x1 x3 at 0, t = e3
    b = np.eye(3)[:2]
    along = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    values = [MiniBatch(1.0, b, along).drift((1.0, sign)) for sign in (1.0, -1.0)]
    assert values == pytest.approx([0.5, -0.5], rel=1e-14)


def test_gaussian_shares():
    assert gaussian_shares([1.0, 10.0]) == pytest.approx([1 / 11, 10 / 11], rel=1e-14)
    assert gaussian_shares([2.0, 2.0, 2.0, 2.0]) == pytest.approx([0.25] * 4, rel=1e-11)
    wide = gaussian_shares([1.0, 10.0, 300.0])
    assert wide.sum() == pytest.approx(1, rel=1e-11)
    # three equal and one vanishing: thirds
    assert gaussian_shares([1.0, 1.0, 1.0, 1e-9])[:3] == pytest.approx([1 / 3] * 3, rel=1e-8)
    # residuals by a lattice on the sphere of R^3
    norms = np.array([1.0, 2.0, 5.0])
    nodes, weights = np.polynomial.legendre.leggauss(400)
    angles = np.pi * (np.arange(400) + 0.5) / 400
    s = np.sqrt(1 - nodes**2)[:, None]
    r = np.stack([s * np.cos(angles), s * np.sin(angles), nodes[:, None] + 0 * angles])
    squares = (norms[:, None, None] * r) ** 2
    expected = (squares / squares.sum(axis=0)).mean(axis=2) @ weights / 2
    assert gaussian_shares(norms) == pytest.approx(expected, rel=1e-9)


def test_two_shares_by_quadrature():
    angles = 2 * np.pi * (np.arange(4000) + 0.5) / 4000
    x, y = np.cos(angles) ** 2, 9 * np.sin(angles) ** 2
    assert gaussian_shares([1.0, 3.0])[0] == pytest.approx((x / (x + y)).mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: batch_factor(0), "batch"),
        (lambda: gaussian_shares([1.0, 0.0]), "norms"),
        (lambda: batch_drift(0.1, [1.0, 2.0], [1.0, 1.2]), "shares"),
        (lambda: batch_drift(0.1, [1.0, 2.0], [1.0]), "shares"),
        (lambda: MiniBatch(0.1, np.eye(2), np.eye(2)).drift([0.0, 0.0]), "residuals"),
        (lambda: MiniBatch(0.1, np.eye(2), np.ones((3, 2))), "curvatures_along"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
