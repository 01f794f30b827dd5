"""Which machine code a run takes: shared with other classes for a while, then its own, with the same bits."""

import threading

import numpy as np
import pytest

from flatlab import trajectory
from flatlab.compiler.options import jit_is_on
from flatlab.methods import NSO, SAM
from flatlab.methods.noise_laws import AnyLaw, Gaussian, Rademacher
from flatlab.objectives import Quadratic, Valley
from flatlab.objectives.valleys.any_profile import AnyProfile
from flatlab.objectives.valleys.profiles import Wave
from flatlab.simulation import forms, loops

pytestmark = pytest.mark.skipif(not jit_is_on(), reason="interpreted runs have no forms")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(forms, "_shared_steps", {})
    monkeypatch.setattr(forms, "MOST_SHARED", 100)
    monkeypatch.setattr(forms, "FEW_NUMBERS", 0)


def _compiled_for(objective, method, steps=60):
    """Return what a run is compiled for, having made it."""
    seen = []

    def kernel(*arguments):
        raise AssertionError("not called")

    call, _ = forms.form(kernel, (method, objective), steps, 2)
    seen += call.args
    trajectory(method, objective, [0.1, 0.1], steps=steps, rng=np.random.default_rng(1))
    return seen


def _profile(parts):
    return type(parts[1][0])


def test_a_run_shares_its_form_until_it_has_been_long():
    kinds = [_profile(_compiled_for(Valley(Wave(), 1), SAM(0.1, 0.01))) for _ in range(2)]
    assert kinds == [AnyProfile, AnyProfile]
    (pair,) = {pair for pair in forms._shared_steps if forms._shared_steps[pair]}
    assert forms._shared_steps[pair] == 120
    kernel = pair[0]
    call, _ = forms.form(kernel, (SAM(0.1, 0.01), Valley(Wave(), 1)), 1, 2)
    assert _profile(call.args) is Wave


def test_a_single_long_run_has_its_own_form_at_once():
    assert _profile(_compiled_for(Valley(Wave(), 1), SAM(0.1, 0.01), steps=101)) is Wave


def test_a_claim_shares_whatever_the_length():
    with forms.fewest_forms():
        assert _profile(_compiled_for(Valley(Wave(), 1), SAM(0.1, 0.01), steps=101)) is AnyProfile
    assert _profile(_compiled_for(Valley(Wave(), 1), SAM(0.1, 0.01), steps=101)) is Wave


def test_the_gaussian_law_stands_for_itself_and_the_others_share():
    for law, kind in ((Gaussian(), Gaussian), (Rademacher(), AnyLaw)):
        assert type(_compiled_for(Quadratic([1.0, 0.5]), NSO(0.1, 0.2, law=law))[0].law) is kind


def test_both_forms_give_the_same_bits(monkeypatch):
    def run():
        return trajectory(SAM(0.1, 0.01), Valley(Wave(), 1), [0.1, 0.1], steps=50)

    shared = run()
    monkeypatch.setattr(forms, "MOST_SHARED", -1)
    assert (run() == shared).all()


def test_only_a_run_that_is_known_to_be_short_is_one_piece(monkeypatch):
    parts, costs = (SAM(0.1, 0.01), Quadratic([1.0, 0.5])), {}
    monkeypatch.setattr(forms, "_seconds_per_step", costs)
    assert forms.form(loops._advance, parts, 10, 2)[1] is not None
    trajectory(*parts, [0.1, 0.1], steps=5000)
    assert len(costs) == 1
    costs.update(dict.fromkeys(costs, 1e-8))
    assert forms.form(loops._advance, parts, 1000, 2)[1] is None
    assert forms.form(loops._advance, parts, 100_000, 2)[1] is not None
    assert forms.form(loops._advance, parts, 1000, 3)[1] is not None
    assert forms.form(loops._advance, parts, 1000, 2, threading.Event())[1] is not None
