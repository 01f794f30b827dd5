"""The formulas on numbers that are no floats and cannot become one."""

import inspect

import numpy as np
import pytest

from flatlab.theory import noise
from flatlab.theory.noise import (
    GaussianNoise,
    GaussianPosterior,
    HeavyBallOnQuadratic,
    HuberInstance,
    NoisyDescent,
    NoisyQuadratic,
    NoisySchedule,
    OneStep,
    Parity,
    QuadraticInstance,
    SensingMean,
    SensingSample,
    UpperBound,
    bias_floor,
    naive_noise_floor,
    step_from_authors,
    step_variances,
)


class Ball:
    """A float that refuses to become one, and to be compared with what it may be equal to."""

    def __init__(self, middle):
        self.middle = float(middle.middle if isinstance(middle, Ball) else middle)

    def __float__(self):
        raise TypeError("a ball is no float")

    __int__ = __bool__ = __float__
    __hash__ = None


def _middle(value):
    return value.middle if isinstance(value, Ball) else value


def _arithmetic(name):
    def evaluate(self, other=0.0):
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Ball(getattr(float(self.middle), name)(*([] if name in ONE else [float(_middle(other))])))

    return evaluate


def _comparison(name):
    def compare(self, other):
        there = float(_middle(other))
        if abs(self.middle - there) <= 1e-9 * max(1e-30, abs(there)):
            raise TypeError("the comparison is undecided")
        return getattr(self.middle, name)(there)

    return compare


def _function(name):
    return lambda self: Ball(getattr(np, name)(self.middle))


ONE = ("__neg__", "__abs__", "__pos__")
PLAIN = ("__add__", "__sub__", "__mul__", "__truediv__", "__pow__")
for _name in (*PLAIN, *(f"__r{_plain[2:]}" for _plain in PLAIN), *ONE):
    setattr(Ball, _name, _arithmetic(_name))
for _name in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"):
    setattr(Ball, _name, _comparison(_name))
for _name in ("sqrt", "exp", "log", "log1p", "expm1"):
    setattr(Ball, _name, _function(_name))

EXCEPTIONS = {
    "binary_kl": "a special function of SciPy",
    "invert_binary_kl": "root finding",
    "monte_carlo_upper": "root finding",
    "GaussianPosterior.rigorous_bound": "root finding, and a scan of the grid",
    "best_step": "a search",
    "QuadraticInstance.minimum": "rounds a turning point to whole steps",
    "HeavyBallOnQuadratic.lyapunov_covariance": "a linear solver of SciPy",
    "HeavyBallOnQuadratic.covariance_after": "its start is a matrix of plain numbers",
    "GaussianNoise.quadratic_value": "its Hessian is checked for symmetry to rounding",
    "GaussianNoise.quadratic_gradient": "its Hessian is checked for symmetry to rounding",
    "BestStep": "a result",
}
SCHEDULE = (np.array([0.05, 0.1, 0.07]), 2.0, 1.5, 0.5, 2)
DESCENT = (2.0, 1.5, 0.5, 50, 2)
CASES = {
    "Parity.one_point": lambda n: Parity(n(0.3), n(0.1)).one_point(n(0.2), 3),
    "Parity.pair": lambda n: Parity(n(0.3), n(0.1)).pair(n(0.2), 3),
    "GaussianNoise.gap": lambda n: GaussianNoise(n(0.3)).gap(n(1.5), n(0.4), n(0.2)),
    "GaussianNoise.quadratic_gap": lambda n: GaussianNoise(n(0.3)).quadratic_gap(n([0.4, 2.0])),
    "GaussianNoise.separable_quartic_gap": lambda n: GaussianNoise(n(0.3)).separable_quartic_gap(n([2.0]), n([3.0])),
    "GaussianNoise.norm_quartic_gap": lambda n: GaussianNoise(n(0.3)).norm_quartic_gap(n([0.4, 2.0])),
    "GaussianNoise.quartic_gradient": lambda n: GaussianNoise(n(0.3)).quartic_gradient(n([0.4, 2.0]), n([1.0, 3.0])),
    "GaussianNoise.cubic_gradient": lambda n: GaussianNoise(n(0.3)).cubic_gradient(n([0.4, 2.0]), n([1.0, 3.0])),
    "OneStep.weight_noise": lambda n: OneStep(*map(n, (0.5, 2.0, 0.7)), 3, False, n(1.0), n(0.8)).weight_noise,
    "OneStep.variance": lambda n: OneStep(*map(n, (0.5, 2.0, 0.7)), 3).variance,
    "OneStep.upper_bound": lambda n: OneStep(*map(n, (0.5, 2.0, 0.7)), 3).upper_bound(n(1.5), 50).value,
    **{f"UpperBound.{name}": lambda n, name=name: getattr(UpperBound(*map(n, (2.0, 1.5, 0.5)), 50), name)
       for name in ("step_size", "value", "without_noise", "least_without_noise")},
    "NoisyQuadratic.second_moments": lambda n: _quadratic(n).second_moments([2, 9], n([1.0, 0.2])),
    "NoisyQuadratic.mean_squared_gradient": lambda n: _quadratic(n).mean_squared_gradient(9, n([1.0, 0.2]), 1),
    "step_variances": lambda n: step_variances(n([1.0, 0.4]), n([0.5, 0.2]), n(0.3), 2, "one_point"),
    **{f"NoisyDescent.{name}": lambda n, name=name: getattr(_descent(n), name)
       for name in ("unit", "warm_quadratic", "huber", "nonconvex")},
    "NoisyDescent.constant_gap": lambda n: _descent(n).constant_gap(n(0.7)),
    **{f"NoisySchedule.{name}": lambda n, name=name: getattr(NoisySchedule(*map(n, SCHEDULE[:4]), 2), name)
       for name in ("bound", "upper_bound", "slope", "ramp_path", "stretch", "nonconvex_bound", "bowl_start",
                    "bowl_path")},
    **{f"QuadraticInstance.{name}": lambda n, name=name: getattr(QuadraticInstance(n(0.2), _descent(n)), name)
       for name in ("kappa", "slow", "fast", "sigma", "mean")},
    "QuadraticInstance.path": lambda n: QuadraticInstance(n(0.2), _descent(n)).path([1, 4]),
    **{f"HuberInstance.{name}": lambda n, name=name: getattr(HuberInstance(n(0.2), _descent(n)), name)
       for name in ("slope", "ramp", "fast", "sigma", "value")},
    **{f"HeavyBallOnQuadratic.{name}":
       lambda n, name=name: getattr(HeavyBallOnQuadratic(*map(n, (0.2, 1.5, 0.5, 0.4))), name)
       for name in ("second_moment", "squared_gradient", "covariance", "transition", "effective_step")},
    "SensingSample.hessian_trace": lambda n: SensingSample(8, 2).hessian_trace(n(3.0), n(0.4)),
    "SensingSample.smoothing_gap": lambda n: SensingSample(8, 2).smoothing_gap(n(0.3), n(1.5), n(3.0), n(2.0)),
    "SensingMean.hessian_trace": lambda n: SensingMean(6, 2).hessian_trace(n(2.0), n(3.0)),
    "SensingMean.soft_threshold": lambda n: SensingMean(6, 2).soft_threshold(n(0.3)),
    "bias_floor": lambda n: bias_floor(n([2.0, 1.0, 0.5]), n(0.7)),
    "naive_noise_floor": lambda n: naive_noise_floor(n(0.2), n(0.3), n([2.0, 1.0]), 2),
    "step_from_authors": lambda n: step_from_authors(n(0.2)),
    "GaussianPosterior.kl": lambda n: _posterior(n).kl(n(0.3)),
    "GaussianPosterior.linear_bound": lambda n: _posterior(n).linear_bound(n(0.2), n(0.3), n(0.4), n(0.05)),
    "GaussianPosterior.surrogate": lambda n: _posterior(n).surrogate(n(0.2), n(1.5), n(0.1)),
    "GaussianPosterior.surrogate_noise": lambda n: _posterior(n).surrogate_noise(n(1.5), n(0.1)),
}  # fmt: skip


def _quadratic(n):
    return NoisyQuadratic(n(0.3), n([1.7, 0.4]), n([0.5, 0.2]))


def _descent(n):
    return NoisyDescent(*map(n, DESCENT[:3]), *DESCENT[3:])


def _posterior(n):
    return GaussianPosterior(40, n(0.5), n(2.0))


def balls(value):
    """Return a number or a list of numbers as balls."""
    return Ball(value) if np.ndim(value) == 0 else np.array([Ball(v) for v in value], dtype=object)


def middles(value):
    return np.array([_middle(v) for v in np.ravel(np.array(value, dtype=object))], dtype=float)


@pytest.mark.parametrize("name", CASES)
def test_a_formula_takes_numbers_that_are_no_floats(name):
    found = np.ravel(np.array(CASES[name](balls), dtype=object))
    assert any(isinstance(entry, Ball) for entry in found)
    stated = CASES[name](lambda value: value if np.ndim(value) == 0 else np.array(value, dtype=float))
    np.testing.assert_allclose(middles(found), middles(stated), rtol=1e-13)


def test_every_formula_is_here_or_says_why_not():
    names = set()
    for public in noise.__all__:
        thing = getattr(noise, public)
        members = [] if inspect.isfunction(thing) else [m for m in vars(thing) if not m.startswith("_")]
        formulas = [m for m in members if m != "clean_fields" and m not in thing._fields]
        names |= {f"{public}.{m}" for m in formulas} if members else {public}
    assert names - set(CASES) - set(EXCEPTIONS) == set()
    assert set(CASES) | (set(EXCEPTIONS) - {"BestStep"}) <= names


def test_a_ball_refuses_what_it_should():
    for refused in (float, bool, lambda ball: ball > 1.0, lambda ball: 1 / ball >= 1.0):
        with pytest.raises(TypeError):
            refused(Ball(1.0))
    with pytest.raises(ValueError, match="s must be a number 0 or above"):
        GaussianNoise(Ball(-1.0))
    with pytest.raises(ValueError, match="eigenvalues must be 0 or above"):
        NoisyQuadratic(0.1, balls([1.0, -1.0]), [1.0, 1.0])
    with pytest.raises(ValueError, match="eta must be below"):
        HeavyBallOnQuadratic(Ball(9.0), 1.0, 1.0)
    with pytest.raises(ValueError, match="etas must lie in"):
        NoisySchedule(balls([0.1, 9.0]), 1.0, 1.0, 1.0)
