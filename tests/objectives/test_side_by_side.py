"""Replicates that share their data give the bits that each gives alone."""

import numpy as np
import pytest

from flatlab import ensemble, objectives, trajectory
from flatlab.methods import GD, NSO
from flatlab.methods.noise_laws import Scripted
from flatlab.objectives import Noisy, Quadratic, SideBySide, hessian, hessian_product
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start


@pytest.fixture
def problem(rng):
    return sensing_problem(5, 2, 9, rng=rng)


def test_gradient_descent_is_that_of_each(problem, rng):
    starts = np.stack([sensing_start(problem, rng=rng, scale=0.5) for _ in range(3)])
    together = trajectory(GD(0.01), SideBySide(problem.train, 3), starts.ravel(), steps=20)[-1]
    alone = [trajectory(GD(0.01), problem.train, start, steps=20)[-1] for start in starts]
    assert together.tobytes() == np.concatenate(alone).tobytes()


def test_ensembles_of_one_problem_give_each_the_bits_it_has_alone(problem, rng):
    starts = np.stack([sensing_start(problem, rng=rng, scale=0.5) for _ in range(20)])
    ends = ensemble(GD(0.01), problem.train, starts, steps=10)
    alone = np.stack([trajectory(GD(0.01), problem.train, start, steps=10)[-1] for start in starts])
    assert ends.tobytes() == alone.tobytes()


def test_nso_perturbs_each_with_its_own_noise(problem, rng):
    starts = np.stack([sensing_start(problem, rng=rng, scale=0.5) for _ in range(2)])
    noise = rng.standard_normal((2, 2, 25))  # replicate, pair, coordinate
    method = NSO(0.01, 0.2, 2, Scripted(noise.transpose(1, 0, 2).ravel()))
    together = trajectory(method, SideBySide(problem.train, 2), starts.ravel(), steps=1, rng=rng)[-1]
    for k in range(2):
        own = NSO(0.01, 0.2, 2, Scripted(noise[k].ravel()))
        alone = trajectory(own, problem.train, starts[k], steps=1, rng=rng)[-1]
        assert together[25 * k : 25 * (k + 1)].tobytes() == alone.tobytes()


def test_curvature_is_block_diagonal(problem, rng):
    w, v = rng.standard_normal((2, 50))
    both = SideBySide(problem.train, 2)
    blocks = [hessian(problem.train, part) for part in np.split(w, 2)]
    np.testing.assert_allclose(
        hessian_product(both, w, v), np.concatenate([h @ part for h, part in zip(blocks, np.split(v, 2))]), rtol=1e-9
    )
    assert objectives.hessian_trace(both, w) == pytest.approx(sum(map(np.trace, blocks)), rel=1e-11)


@pytest.mark.parametrize("base", [3.0, Noisy(Quadratic([1.0]), 0.1), objectives.CoshSum()])
def test_a_base_that_does_not_fit_is_refused(base):
    with pytest.raises(ValueError, match="base must be a deterministic objective"):
        SideBySide(base, 2)
