"""Rules that end a run, what a method keeps, methods that ask for values only."""

import math
from typing import NamedTuple

import numpy as np
import pytest

from flatlab import NOT_REACHED, ensemble, hitting_time, hitting_times, replicate_rng, running, track, trajectory
from flatlab.methods import GD, SAM, Averaged, HeavyBall, step, workspace
from flatlab.objectives import Noisy, Quadratic, value
from flatlab.objectives.observables import Coordinate, Distance, GradientNorm, Loss
from flatlab.simulation.cost import tally
from flatlab.simulation.state_observables import AtAverage
from flatlab.simulation.stopping import Above, Below, stops

pytestmark = pytest.mark.jit_free
OBJECTIVE, START = Quadratic([3.0, 1.0]), [1.0, -2.0]
NOISY = Noisy(OBJECTIVE, 0.3)


class Turned(NamedTuple):
    """Stop where the first coordinate has the stated sign."""

    sign: float


@stops.register(Turned)
def _(rule, objective, w):
    return w[0] * rule.sign > 0


def _first(values, holds):
    return next((t for t, value in enumerate(values) if holds(value)), NOT_REACHED)


@pytest.mark.parametrize("level", [0.0, 0.05, 1.0, 3.0, 10.0])
def test_the_first_time_below_and_above_a_level(level):
    losses = track(SAM(0.62, 0.3), OBJECTIVE, START, Loss(), steps=60)
    for side, holds in (("below", lambda loss: loss <= level), ("above", lambda loss: loss >= level)):
        time = hitting_time(SAM(0.62, 0.3), OBJECTIVE, START, Loss(), steps=60, **{side: level})
        assert time == _first(losses, holds)


@pytest.mark.parametrize("steps", [0, 1, 40])
def test_a_rule_of_ones_own(steps):
    path = trajectory(SAM(0.4, 0.3), OBJECTIVE, START, steps=steps)
    expected = _first(path[:, 0], lambda x: x < 0)
    assert hitting_time(SAM(0.4, 0.3), OBJECTIVE, START, until=Turned(-1.0), steps=steps) == expected


@pytest.mark.parametrize("every", [1, 2, 5, 1000])
def test_a_stopped_path_ends_with_the_iterate_that_stopped_it(every):
    rule = Below(Loss(), 0.02)
    full = trajectory(GD(0.1), NOISY, START, steps=300, rng=np.random.default_rng(2))
    time = _first([value(OBJECTIVE, w) for w in full], lambda loss: loss <= 0.02)
    assert 5 < time < 300
    rng = np.random.default_rng(2)
    path = trajectory(GD(0.1), NOISY, START, steps=300, record_every=every, until=rule, rng=rng)
    rows = [*range(0, time, every), time]
    np.testing.assert_array_equal(path, full[rows])
    again = np.random.default_rng(2)  # and the generator is where it was at that step
    trajectory(GD(0.1), NOISY, START, steps=time, rng=again)
    assert rng.standard_normal() == again.standard_normal()


def test_a_start_that_stops_is_the_whole_path():
    assert trajectory(GD(0.1), OBJECTIVE, START, steps=5, until=Above(Loss(), 0.0)).tolist() == [START]
    assert len(trajectory(GD(0.1), OBJECTIVE, START, steps=5, until=Above(Loss(), 100.0))) == 6


def test_a_value_that_is_not_a_number_stops_nothing_and_infinity_is_above():
    class Odd(NamedTuple):
        number: float

    from flatlab.objectives.observables import observe

    @observe.register(Odd)
    def _(observable, objective, w):
        return observable.number

    for number, side, expected in ((math.nan, Below, -1), (math.nan, Above, -1), (math.inf, Above, 0)):
        assert hitting_time(GD(0.1), OBJECTIVE, START, until=side(Odd(number), 1.0), steps=3) == expected


def test_an_ensemble_stops_each_replicate_at_its_own_step():
    starts, rule = np.random.default_rng(3).standard_normal((6, 2)) + 2, Below(Loss(), 0.05)
    with tally() as count:
        ends = ensemble(GD(0.1), NOISY, starts, steps=200, seed=9, until=rule)
    times = hitting_times(GD(0.1), NOISY, starts, Loss(), below=0.05, steps=200, seed=9)
    assert len(set(times)) > 1
    assert count.gradients == sum(200 if t == -1 else t for t in times)
    for k, (end, start) in enumerate(zip(ends, starts)):
        path = trajectory(GD(0.1), NOISY, start, steps=200, until=rule, rng=replicate_rng(9, k))
        np.testing.assert_array_equal(end, path[-1])


def test_the_state_of_a_method_is_returned():
    path, state = trajectory(HeavyBall(GD(0.1), 0.9), OBJECTIVE, START, steps=7, return_state=True)
    np.testing.assert_allclose(state["velocity"], path[-1] - path[-2], rtol=0, atol=1e-15)
    starts = np.array([START, [0.5, 0.5], [1.0, 1.0]])
    ends, states = ensemble(HeavyBall(GD(0.1), 0.9), OBJECTIVE, starts, steps=7, return_state=True)
    np.testing.assert_array_equal(ends[0], path[-1])
    np.testing.assert_array_equal(states["velocity"][0], state["velocity"])
    assert states["velocity"].shape == (3, 2)
    assert trajectory(SAM(0.1, 0.1), OBJECTIVE, START, steps=2, return_state=True)[1] == {}


@pytest.mark.parametrize("every", [1, 3])
def test_an_observable_may_look_at_what_the_method_keeps(every):
    method, rng = Averaged(HeavyBall(GD(0.1), 0.5)), np.random.default_rng(6)
    values = track(method, NOISY, START, AtAverage(Loss()), steps=13, record_every=every, rng=rng)
    path = trajectory(method, NOISY, START, steps=13, rng=np.random.default_rng(6))
    averages = [path[0], *(path[1 : t + 1].mean(axis=0) for t in range(1, 14))]
    np.testing.assert_allclose(values, [value(OBJECTIVE, w) for w in averages][::every], rtol=1e-13)
    if every == 1:
        run = running(method, NOISY, START, AtAverage(Loss()), checkpoints=[13], rng=np.random.default_rng(6))
        assert run.last[0] == values[-1]
        assert run.mean[0] == pytest.approx(values[1:].mean(), rel=1e-13)
    with pytest.raises(ValueError, match="method must be Averaged around another"):
        track(GD(0.1), OBJECTIVE, START, AtAverage(Loss()), steps=3)
    with pytest.raises(ValueError, match="point must have 2 entries"):
        track(method, OBJECTIVE, START, AtAverage(Distance([1.0])), steps=3)


class Slope(NamedTuple):
    """An objective that knows its value only."""

    tilt: float


@value.register(Slope)
def _(objective, w):
    return objective.tilt * w[0]


class Difference(NamedTuple):
    """A method that asks for values only: one forward difference along the first coordinate."""

    eta: float
    needs_gradient = False
    gradients_per_step = 0
    values_per_step = 2


@workspace.register(Difference)
def _(method, objective, w):
    return (np.empty(w.size),)


@step.register(Difference)
def _(method, objective, w, work, rng):
    (beside,) = work
    for i in range(w.size):
        beside[i] = w[i]
    beside[0] += 0.5
    w[0] -= method.eta * 2 * (value(objective, beside) - value(objective, w))


def test_a_method_of_values_runs_on_an_objective_without_a_gradient_and_is_counted():
    with tally() as count:
        path = trajectory(Difference(0.25), Slope(2.0), [1.0], steps=4)
    assert path[:, 0].tolist() == [1.0, 0.5, 0.0, -0.5, -1.0]
    assert (count.gradients, count.values) == (0, 8)
    with pytest.raises(ValueError, match="objective must be a NamedTuple with a registered gradient"):
        trajectory(GD(0.1), Slope(2.0), [1.0], steps=1)
    with pytest.raises(ValueError, match="objective must be a NamedTuple with a registered value"):
        trajectory(Difference(0.1), SAM(0.1, 0.1), [1.0], steps=1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"observable": Loss()}, "one of below and above"),
        ({"observable": Loss(), "below": 1.0, "above": 2.0}, "one of below and above"),
        ({"below": 1.0}, "observable must be"),
        ({"until": Loss()}, "until must be a NamedTuple with a registered stops"),
        ({"until": Turned(1.0), "below": 1.0}, "until must stand alone"),
        ({"until": Below(Distance([1.0]), 1.0)}, "point must have 2 entries"),
        ({"until": Below(GD(0.1), 1.0)}, "observable must be"),
        ({"observable": Loss(), "above": math.nan}, "above must be"),
    ],
)
def test_what_is_no_rule_is_refused(arguments, words, no_kernels):
    with pytest.raises(ValueError, match=words):
        hitting_time(GD(0.1), OBJECTIVE, START, steps=3, **arguments)
    with pytest.raises(ValueError, match=words):
        hitting_times(GD(0.1), OBJECTIVE, [START], steps=3, **arguments)


def test_levels_must_be_numbers():
    for rule in (Below, Above):
        with pytest.raises(ValueError, match="level must be"):
            rule(GradientNorm(), math.nan)
    with pytest.raises(ValueError, match="index must be below"):
        trajectory(GD(0.1), OBJECTIVE, START, steps=3, until=Above(Coordinate(2), 1.0))


def test_a_level_that_is_met_exactly_stops_from_both_sides():
    losses = track(SAM(0.4, 0.3), OBJECTIVE, START, Loss(), steps=12)
    lowest = int(losses.argmin())
    assert lowest > 0
    assert hitting_time(SAM(0.4, 0.3), OBJECTIVE, START, Loss(), below=losses[lowest], steps=12) == lowest
    start = trajectory(SAM(0.4, 0.3), OBJECTIVE, START, steps=lowest)[-1]
    later = track(SAM(0.4, 0.3), OBJECTIVE, start, Loss(), steps=12)
    top = int(later.argmax())
    assert top > 0
    assert hitting_time(SAM(0.4, 0.3), OBJECTIVE, start, Loss(), above=later[top], steps=12) == top
