"""The search finds the setting nearest to failing, confirms it on fresh random numbers and shrinks it."""

import math
import zlib

import numpy as np
import pytest
from evidence.test_claim import claim
from scipy import stats

from flatlab.evidence import intervals
from flatlab.evidence._shrink import is_rounding
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.judge import judged
from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK
from flatlab.evidence.relations import AtLeast, AtMost, Equal, Estimate, WithinInterval
from flatlab.evidence.search import AGAIN, SEARCH, nearest_failure, shown

DOMAIN = {"x": Uniform(0.0, 1.0), "scale": LogUniform(1e-3, 1e3), "n": Whole(1, 50), "kind": Choice(("a", "b"))}
RANGES = [*DOMAIN.values(), Whole(1, 1000, log=True), Whole(0, 1), Choice((5,)), SEED]


def attacked(observe, relation=None, evaluations=300, seed=0, **changes):
    fields = {"domain": DOMAIN, "corners": [{"x": 0.5, "scale": 1.0, "n": 1, "kind": "a"}], "expect": 1.0}
    return nearest_failure(claim(observe=observe, relation=relation or AtMost(), **fields | changes), evaluations, seed)


@pytest.mark.parametrize("values", RANGES, ids=str)
def test_draws_have_the_distribution_of_the_quantile_function(values, rng):
    drawn = [values.draw(rng) for _ in range(2000)]
    stated = [values.quantile(p) for p in (np.arange(4000) + 0.5) / 4000]
    assert all(map(values.holds, [*drawn, *stated]))
    if isinstance(values, Choice):
        drawn, stated = ([values.values.index(value) for value in part] for part in (drawn, stated))
    assert stats.ks_2samp(drawn, stated).pvalue > 1e-6


@pytest.mark.parametrize("values", [*DOMAIN.values(), SEED], ids=str)
def test_the_ends_of_the_quantile_function_are_the_ends_of_the_range(values):
    ends = (values.values[0], values.values[-1]) if isinstance(values, Choice) else (values.low, values.high)
    assert (values.quantile(0.0), values.quantile(1.0)) == ends
    outside = "c" if isinstance(values, Choice) else values.high + 1
    assert not values.holds(outside)


def test_a_failure_in_a_corner_of_the_domain_is_found_and_shrunk():
    found = attacked(lambda s, rng: 1.001 if s.x > 0.9 and s.scale > 500 and s.kind == "b" else 0.5)
    assert (found.status, found.refuted, found.attacked) == ("fails", True, False)
    scale = found.setting["scale"]
    assert found.setting == {"x": 1.0, "scale": float(f"{scale:.1g}"), "n": 1, "kind": "b"}
    assert (found.observed, found.expected) == (1.001, 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_a_failure_inside_that_no_end_shows_is_found_by_descent(seed):
    def observe(s, rng):
        bump = (s.x - 0.3717) ** 2 / 0.02 + math.log(s.scale / 37) ** 2 / 4
        return 1.02 - 0.5 * min(1.0, bump)

    found = attacked(observe, seed=seed, evaluations=400)
    assert found.status == "fails"
    assert found.observed > 1


def test_the_nearest_setting_of_a_true_claim_is_its_maximum():
    found = attacked(lambda s, rng: 0.9 - (s.x - 0.25) ** 2 - 0.01 * math.log(s.scale / 10) ** 2)
    assert (found.status, found.attacked) == ("holds", True)
    assert found.observed == pytest.approx(0.9, abs=1e-3)
    assert found.evaluations == FEWEST_OF_AN_ATTACK
    assert not attacked(lambda s, rng: 0.5, evaluations=200).attacked


def test_an_exception_inside_the_domain_is_a_finding():
    def observe(s, rng):
        if s.n == 50:
            raise ArithmeticError("the run\ndiverged")
        return 0.5

    found = attacked(observe)
    assert (found.status, found.error, found.refuted) == ("raises", "ArithmeticError: the run diverged", True)
    assert found.setting["n"] == 50


def test_an_exception_on_the_numbers_of_the_search_alone_is_a_finding():
    own = np.random.default_rng([0, SEARCH, zlib.crc32(b"paper/statement")]).random()

    def observe(s, rng):
        if s.x > 0.3 and rng.random() == own:
            raise ArithmeticError("the run diverged")
        return 0.5

    one = claim(observe=observe, relation=AtMost(), expect=1.0, domain=DOMAIN, corners=())
    found = nearest_failure(one, 60)
    assert (found.status, found.error) == ("raises", "ArithmeticError: the run diverged")
    assert shown(one, found.setting) == found.error
    assert shown(one, {**found.setting, "x": 0.2}).startswith("0.5 ≤ 1 holds")


@pytest.mark.parametrize("sentence", ["the process died", "it did not end", "MemoryError: 8 GB"])
def test_what_may_come_of_the_machine_has_to_happen_again(sentence):
    def search(again):
        def look(setting, seed, number):
            if setting["x"] == 1.0 and number in (SEARCH, *again):
                return sentence
            return judged(one, setting, seed, number)

        return nearest_failure(one, 20, look=look)

    one = claim(observe=lambda s, rng: s.x / 2, relation=AtMost(), expect=1.0, domain={"x": DOMAIN["x"]}, corners=())
    assert search(()).status == "holds"
    assert [(search([k]).status, search([k]).error) for k in (1, AGAIN)] == 2 * [("raises", sentence)]


def test_a_found_failure_on_some_numbers_only_is_shown_on_these():
    value = np.random.default_rng([0, 3, zlib.crc32(b"paper/statement")]).random()
    one = claim(observe=lambda s, rng: 1.0 + (rng.random() == value), relation=AtMost(), expect=1.0, domain=DOMAIN)
    assert shown(one, {"x": 0.5, "scale": 1.0, "n": 1, "kind": "a"}).startswith("2 ≤ 1 fails")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("interval", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_bound_of_0_is_descended_to(sign, interval, seed):
    def observe(s, rng):
        value = sign * ((s.x - 0.37) ** 2 + (s.y - 0.61) ** 2 - 1e-5)
        return Estimate(value, value - 1e-9, value + 1e-9) if interval else value

    both = {"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)}
    relation = AtLeast() if sign > 0 else AtMost()
    found = attacked(observe, relation, domain=both, corners=(), expect=0.0, seed=seed)
    assert (found.status, sign * found.observed < 0) == ("fails", True)


def test_the_nearest_setting_of_a_true_bound_of_0_is_the_least_number():
    found = attacked(lambda s, rng: 1e-9 * (1e-4 + (s.x - 0.37) ** 2), AtLeast(), corners=(), expect=0.0)
    assert (found.status, found.observed < 1.01e-13) == ("holds", True)


def test_what_a_bound_below_0_leaves_falls_all_the_way_to_it():
    def observe(s, rng):
        return 1e3 * ((s.x - 0.37) ** 2 + math.log(s.scale / 37) ** 2 / 100) - 1.01

    assert attacked(observe, AtLeast(), expect=-1.0).status == "fails"


def test_nan_is_a_finding_and_not_a_margin():
    found = attacked(lambda s, rng: math.nan if s.kind == "b" else 0.5)
    assert (found.status, found.setting["kind"]) == ("fails", "b")


def test_what_a_hypothesis_excludes_is_not_judged():
    below = {"x is below 1/2": lambda s: s.x < 0.5}
    found = attacked(lambda s, rng: s.x + 0.5, hypotheses=below, corners=())
    assert (found.status, found.setting["x"] < 0.5) == ("holds", True)
    assert found.observed > 0.999
    with pytest.raises(ValueError, match="domain of paper/statement must meet its hypotheses"):
        attacked(lambda s, rng: 0.5, hypotheses={"never": lambda s: False}, corners=())


def test_a_counterexample_meets_the_hypotheses_when_shrunk():
    found = attacked(lambda s, rng: 2.0, hypotheses={"x is below 0.9": lambda s: s.x < 0.9}, corners=())
    assert found.setting["x"] < 0.9
    assert (found.setting["n"], found.setting["scale"]) == (1, 1.0)


def test_a_wide_interval_is_not_near_to_failing():
    def observe(s, rng):
        wide = 0.1 + 10 * (s.x < 0.5)
        return Estimate(s.x, s.x - wide, s.x + wide)

    found = attacked(observe, WithinInterval(2.0), expect=0.0)
    assert found.observed > 0.99


@pytest.mark.long
def test_chance_alone_is_not_a_counterexample():
    def observe(s, rng):
        own = np.random.default_rng([rng.integers(2**31), int(1e9 * s.x)])  # each setting has its own luck
        return intervals.mean(own.normal(size=5), level=0.999)

    found = [attacked(observe, WithinInterval(0.02), 300, seed, expect=0.0) for seed in range(20)]
    assert [each.status for each in found] == 20 * ["inconclusive"]


def test_a_false_mean_is_confirmed_on_fresh_numbers():
    def observe(s, rng):
        return intervals.mean((1.2 if s.x > 0.8 else 1.0) + 0.01 * rng.normal(size=20))

    found = attacked(observe, WithinInterval(0.1), evaluations=60)
    assert (found.status, found.setting["x"] > 0.8) == ("fails", True)


def test_rounding_is_told_from_refutation():
    def observe(s, rng):
        return (s.x + 1e8) - 1e8

    relation = Equal(atol=1e-10)
    rounding = attacked(observe, relation, expect=lambda s: s.x, evaluations=50)
    assert (rounding.status, rounding.refuted) == ("rounding", False)
    wrong = claim(observe=lambda s, rng: s.x + 2e-10, expect=lambda s: s.x, relation=relation, domain=DOMAIN)
    assert not is_rounding(wrong, {"x": 0.7, "scale": 1.0, "n": 1, "kind": "a"}, 0)


@pytest.mark.parametrize("interval", [False, True])
def test_a_large_miss_that_changes_with_the_last_digits_is_a_refutation(interval):
    def observe(s, rng):
        value = 1.5 + 0.2 * math.sin(1e20 * s.x)  # as of a run that amplifies every digit
        return Estimate(value, value - 0.1, value + 0.1) if interval else value

    found = attacked(observe, WithinInterval(0.1) if interval else AtMost(), evaluations=50)
    assert (found.status, found.refuted) == ("fails", True)


def test_a_small_miss_of_an_estimate_is_no_rounding():
    def observe(s, rng):
        value = 1 + 1e-7 + 1e-8 * math.sin(1e20 * s.x)
        return Estimate(value, value - 1e-9, value + 1e-9)

    assert attacked(observe, WithinInterval(1e-8), evaluations=50).status == "fails"


def test_a_claim_on_corners_alone_is_searched_there():
    found = nearest_failure(claim(corners=[{"x": 1.0}, {"x": 2.0}], observe=lambda s, rng: s["x"] * (s["x"] < 2)))
    assert (found.status, found.setting, found.evaluations) == ("fails", {"x": 2.0}, 2)


def test_a_counterexample_in_a_corner_with_its_own_constant_stays_there():
    corners = {"x": 0.5}, {"x": 0.25, "k": 4}
    one = claim(
        fixed={"k": 1},
        corners=corners,
        domain={"x": Uniform(0.0, 1.0)},
        relation=AtMost(),
        expect=1.0,
        observe=lambda s, rng: 0.5 + 0.2 * s.k,
    )
    found = nearest_failure(one, 40)
    assert (found.status, found.setting) == ("fails", {"x": 0.25, "k": 4})


def test_the_search_follows_from_its_seed():
    def observe(s, rng):
        return Estimate(s.x, s.x - 0.1, s.x + 0.1)

    first, again, other = (attacked(observe, WithinInterval(2.0), 80, seed) for seed in (3, 3, 4))
    assert first == again
    assert other.evaluations == first.evaluations


def test_all_evaluations_are_used_where_the_domain_has_so_many_settings():
    assert attacked(lambda s, rng: s.x / 2, domain={"x": Uniform(0.0, 1.0)}, corners=()).evaluations == 300
    assert attacked(lambda s, rng: 0.5, domain={"n": Whole(1, 9)}, corners=()).evaluations == 9
