import math
import time

import numpy as np
import pytest
from theory.sam.orbits import coordinates, gradient_after_a_step, spectrum

from flatlab.theory.sam import (
    LocalBound,
    LocalTube,
    SAMOnQuadratic,
    TwoCycle,
    contraction_factor,
    local_convergence,
    local_errors,
)


def certified_starts(count, seed, tight=False):
    rng = np.random.default_rng(seed)
    while count:
        eigenvalues = spectrum(rng, int(rng.integers(2, 6)))
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        rho = 10 ** rng.uniform(-2, 1)
        sam = SAMOnQuadratic(eigenvalues, eta, rho)
        top = sam.cycle().gradient_norm
        v = np.zeros(eigenvalues.size)
        v[0] = top * (1 + rng.uniform(-0.9, 0.9))
        v[1:] = v[0] * rng.normal(size=v.size - 1) * 10 ** rng.uniform(-3, 0)
        tube = LocalTube(sam, *coordinates(v, top), tight=tight)
        if tube.certified:
            count -= 1
            yield eigenvalues, eta, rho, top, v, tube


@pytest.mark.parametrize("tight", [False, True])
def test_theorem_l_is_never_violated(tight):
    ratios = []
    for eigenvalues, eta, rho, top, v, tube in certified_starts(80, 12, tight):
        bounds = tube.bound.at(np.arange(80))
        hit = None
        for t in range(80):
            d, r = coordinates(v, top)
            assert r <= bounds.tangent[t] * (1 + 1e-10) + 1e-300
            assert d <= bounds.radial_error[t] * (1 + 1e-10) + 1e-13
            assert abs(np.linalg.norm(v) / top - 1) <= tube.norm_radius + 1e-12
            if hit is None and max(d, r) <= 1e-4:
                hit = t
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        promised = tube.bound.hitting_time(1e-4)
        if promised < 80:
            assert hit <= promised
            ratios.append(max(promised, 1) / max(hit, 1))
    assert len(ratios) > 15
    assert np.median(ratios) < 3


def test_theorem_l_tight_end_certifies_more():
    arguments = (SAMOnQuadratic([1.0, 0.6], 1.5), 1.2, 0.1)
    assert not LocalTube(*arguments).certified
    assert LocalTube(*arguments, tight=True).certified
    for _, _, _, _, _, tube in certified_starts(20, 13):
        assert tube.contraction < 1


def test_theorem_l_is_attained_at_the_first_step():
    # The start sits at the outer end of the tube, where a flat second direction has the larger ratio.
    eigenvalues, eta, rho = np.array([1.0, 0.2]), 1.5, 0.3
    top = TwoCycle(1.0, eta, rho).gradient_norm
    v = top * 1.5 * np.array([1.0, 0.2])
    tube = LocalTube(SAMOnQuadratic(eigenvalues, eta), *coordinates(v, top))
    assert tube.certified
    assert np.linalg.norm(v) == pytest.approx(top * (1 + tube.norm_radius), rel=1e-13)
    after = coordinates(gradient_after_a_step(v, eigenvalues, eta, rho), top)
    assert tube.bound.at(1).tangent == pytest.approx(after[1], rel=1e-12)


def test_theorem_l_is_an_equality_on_the_axis():
    eigenvalues, eta, rho = np.array([1.0, 0.6]), 1.5, 0.3
    top = TwoCycle(1.0, eta, rho).gradient_norm
    v = np.array([1.3 * top, 0.0])
    bounds = LocalTube(SAMOnQuadratic(eigenvalues, eta), 0.3, 0.0).bound.at(np.arange(10))
    for t in range(10):
        assert coordinates(v, top)[0] == pytest.approx(bounds.radial_error[t], rel=1e-10)
        v = gradient_after_a_step(v, eigenvalues, eta, rho)


def test_theorem_l_fails_without_delta_below_one():
    eigenvalues, eta, rho = np.array([1.0, 0.6]), 1.9, 1.0
    top = TwoCycle(1.0, eta, rho).gradient_norm
    v = 0.5 * top * np.array([1.0, 1.0954])
    tube = LocalTube(SAMOnQuadratic(eigenvalues, eta), 0.5, 1.0954)
    assert not tube.certified
    assert tube.norm_radius > 1
    assert tube.contraction == pytest.approx(0.1647, abs=1e-4)
    after = coordinates(gradient_after_a_step(v, eigenvalues, eta, rho), top)
    assert after[1] == pytest.approx(0.1996, abs=1e-4)
    assert after[1] > 1.1 * tube.contraction * 1.0954
    tight = LocalTube(SAMOnQuadratic(eigenvalues, eta), 0.5, 1.0954, tight=True)
    assert tight.certified
    assert after[1] <= tight.bound.at(1).tangent


def test_contraction_factor_is_the_maximum_over_the_interval():
    rng = np.random.default_rng(14)
    for _ in range(60):
        eigenvalues = spectrum(rng, 4)
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        sam = SAMOnQuadratic(eigenvalues, eta)
        top = sam.cycle().gradient_norm
        limit = sam.critical_norm / top
        low = rng.uniform(0.05, 0.95)
        high = min(rng.uniform(1.05, 3.0), 1 + 0.9 * (limit - 1))
        inside = []
        for s in np.linspace(low, high, 101):
            factors = sam.growth_factors(s * top)
            inside.append(np.abs(factors[1:]).max() / factors[0])
        assert contraction_factor(sam, low, high) == pytest.approx(max(inside), rel=1e-10)
        largest = np.abs(sam.multipliers()[1:]).max()
        assert contraction_factor(sam, 1, 1) == pytest.approx(largest, rel=1e-11)


def scanned_hitting_time(bound, tolerance, steps):
    bounds = bound.at(np.arange(steps))
    met = (bounds.tangent <= tolerance) & (bounds.radial_error <= tolerance)
    return int(np.argmax(met)) if met.any() else None


def bounds_of_every_shape(count, rng):
    """Bounds whose rates come in any order; in half of them the bound often falls, rises and falls again."""
    for k in range(2 * count):
        low, high = (
            ([-6, -6, -4, -3.3, -3.3], [0, 0, 0, 0, 0]) if k % 2 else ([-1, -1.5, -1, -2.5, -4], [1, 0, 0, -1, -2])
        )
        d0, r0, forcing, q, k = 10.0 ** rng.uniform(low, high) * (rng.uniform(size=5) > [0.05, 0.05, 0, 0, 0])
        yield LocalBound(d0, r0, 1 - q, 1 - k, forcing)


def test_local_hitting_time_is_the_least_step():
    for h, r0, d0 in [(1.7, 0.2, 0.0), (0.4, 0.3, 0.1), (1.0, 0.1, 0.2), (1.96, 0.02, 1e-6)]:
        bound = LocalTube(SAMOnQuadratic([1.0, 0.5], h), d0, r0).bound
        for tolerance in (0.5, 1e-2, 1e-7):
            assert bound.hitting_time(tolerance) == scanned_hitting_time(bound, tolerance, 5000)


def test_local_hitting_time_is_that_of_a_scan_for_every_shape_of_the_bound(monkeypatch):
    monkeypatch.setattr(local_convergence, "_GRID", 4)  # else many of these answers are found without looking further
    rng, shapes, steps = np.random.default_rng(16), set(), 12_000
    for bound in bounds_of_every_shape(120, rng):
        errors = bound.at(np.arange(steps)).radial_error
        signs = np.sign(np.diff(errors))
        turns = np.flatnonzero(np.diff(signs, prepend=0) * (signs != 0))
        shapes.add(tuple(signs[turns]))
        levels = [*10.0 ** rng.uniform(-9, 0, 3), *rng.choice(errors, 3), *errors[turns]]
        for level in levels:
            found = scanned_hitting_time(bound, level, steps) if level > 1e-300 else None
            if found is not None:
                assert bound.hitting_time(level) == found, (bound, level)
    assert {(-1,), (1, -1), (-1, 1, -1)} <= shapes


@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-4, 0.1])
@pytest.mark.parametrize("side", ["near 0", "near 2"])
def test_local_hitting_time_is_the_least_step_where_a_scan_is_too_long(gap, side):
    h = gap if side == "near 0" else 2 - gap
    begun = time.perf_counter()
    for r0, d0 in [(0.1 * math.sqrt(gap), 0.1), (1e-3 * math.sqrt(gap), 0.2), (0.0, 0.2), (0.3 * math.sqrt(gap), 0.0)]:
        bound = LocalTube(SAMOnQuadratic([1.0, 0.5], h), d0, r0, tight=True).bound
        for tolerance in (0.2, 1e-3, 1e-9):
            t = bound.hitting_time(tolerance)
            assert (np.array(bound.at(t)) <= tolerance).all()
            for earlier in (np.arange(max(t - 1000, 0), t), np.arange(0, t, max(1, t // 1000))) if t else ():
                assert (np.array(bound.at(earlier)).max(axis=0, initial=tolerance) > tolerance).all()
    assert time.perf_counter() - begun < 1  # a scan takes hours


def test_local_errors_and_one_step_inequalities():
    rng = np.random.default_rng(15)
    for _ in range(200):
        eigenvalues = spectrum(rng, 4)
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        v = rng.normal(size=4)
        sam = SAMOnQuadratic(eigenvalues, eta, 1.0)
        top, h = sam.cycle().gradient_norm, eta * eigenvalues[0]
        d, r = local_errors(sam, v)
        assert (d, r) == pytest.approx(coordinates(v, top), rel=1e-12)
        after = local_errors(sam, gradient_after_a_step(v, eigenvalues, eta, 1.0))
        assert after.radial_error <= abs(1 - h) * d + (2 - h) * r**2 / 2 + 1e-12
        factors = np.abs(sam.growth_factors(np.linalg.norm(v)))
        assert after.tangent <= factors[1:].max() / factors[0] * r * (1 + 1e-10)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: LocalTube(SAMOnQuadratic([1.0, 0.9], 1.0), 3.0, 1.0).bound, "must give a certified tube"),
        (lambda: LocalTube(SAMOnQuadratic([1.0, 0.5], 1.0), 0.1, 0.1).bound.at(-1), "steps"),
        (lambda: local_errors(SAMOnQuadratic([1.0, 0.5], 1.0), [0.0, 1.0]), "u must have a first"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
