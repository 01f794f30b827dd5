import pytest

from flatlab.theory import flatness


@pytest.mark.parametrize("read", [flatness.is_flat, flatness.is_flat_by_cost])
def test_both_halves_are_needed(read):
    assert read(0.01, 0.1, 0.01)
    assert not read(0.0101, 0.1, 0.01)
    assert not read(0.01, 0.1001, 0.01)
    assert read(0.01, 0.2, 0.01, epsilon_prime=0.2)
    assert not read(0.01, 0.05, 0.01, epsilon_prime=0.04)


def test_the_readings_differ():
    # f = |z|^2 / 2 at |z| = 0.1: distance 0.1, cost 0.005
    assert flatness.is_flat_by_cost(0.1**2 / 2, 0.0, 0.01)
    assert not flatness.is_flat(0.1, 0.0, 0.01)


def test_regimes():
    assert flatness.branch_dimension(1e-6) == pytest.approx(100, rel=1e-13)
    assert flatness.triviality_dimension(1e-6, 2.0) == pytest.approx(2000, rel=1e-13)
    assert flatness.branch_epsilon(3) == pytest.approx(1 / 27, rel=1e-15)
    assert flatness.branch_factor(1e-6, 50) == 50
    assert flatness.branch_factor(1e-6, 400) == pytest.approx(100, rel=1e-13)
    informative = [d for d in (50, 99, 101, 500, 1999, 2001) if flatness.capped_branch_is_informative(1e-6, d, 2.0)]
    assert informative == [101, 500, 1999]


def test_trivial_certificate_on_a_rank_one_family():
    # f_i = a(y) z_i^2 / 2, f their mean over d - 1 samples: h = a(y) / d, so |grad h| = |a'| / d with C = |a'|.
    slope, epsilon = 0.7, 1e-4
    bound = flatness.triviality_dimension(epsilon, slope)
    for d in (60, 69, 71, 90):
        assert flatness.is_flat(0.0, slope / d, epsilon) == (d >= bound)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: flatness.is_flat(-0.1, 0.1, 0.1), "distance"),
        (lambda: flatness.is_flat_by_cost(-0.1, 0.1, 0.1), "cost_gap"),
        (lambda: flatness.is_flat(0.1, float("nan"), 0.1), "certificate"),
        (lambda: flatness.branch_dimension(0), "epsilon"),
        (lambda: flatness.branch_epsilon(0), "d must"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
