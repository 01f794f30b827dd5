"""Each enclosure is tied to what its claim measures and states; its certificate is there, whole, and confirmed."""

import json
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from math import isfinite
from pathlib import Path

import numpy as np
import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.enclosures import certificate
from flatlab.evidence.enclosures.arithmetics import evaluator
from flatlab.evidence.enclosures.ball import precision
from flatlab.evidence.enclosures.enclosure import Chart, Identity
from flatlab.evidence.enclosures.identities import differs_at, first_difference
from flatlab.evidence.enclosures.proof import confirm, false_variant
from flatlab.evidence.enclosures.subdivision import leaves
from flatlab.evidence.judge import draw_settings
from flatlab.evidence.levels import certificate_of
from flatlab.evidence.nearest import nearest_file
from flatlab.evidence.relations import Estimate
from flatlab.simulation.forms import fewest_forms

ENCLOSED = {name: claim for name, claim in installed_claims().items() if claim.enclosure is not None}
MISSING = [name for name in ("codac", "flint", "sympy", "mpmath") if find_spec(name) is None]
needs_extra = pytest.mark.skipif(bool(MISSING), reason=f"needs the extra certify ({', '.join(MISSING)})")
SETTINGS, INSIDE = 6, 0.75
BOXES_AGAIN = 60  # of each claim that a quick test re-evaluates
LARGEST = 300_000  # bytes of a certificate

of_claims = pytest.mark.parametrize("name", sorted(ENCLOSED))


@cache
def judged(name):
    """Return problem, observed and expected of some drawn settings of a claim."""
    claim, found = ENCLOSED[name], []
    with fewest_forms():
        for place, setting in enumerate(draw_settings(claim)[-SETTINGS:]):
            problem = setting if claim.problem is None else claim.problem(**setting)
            observed = claim.observe(problem, np.random.default_rng([7, place]))
            found.append((problem, observed, claim.expect(problem) if callable(claim.expect) else claim.expect))
    return found


def misses(enclosure, points):
    """Return the results whose formula disagrees with the claim's number, with both."""
    found = []
    for part, point, numbers in points:
        values = enclosure.part(part).program.at(point)
        for words, number in numbers.items():
            agree = abs(values[words] - number) <= enclosure.rtol * max(1.0, abs(number))
            found += [] if agree and isfinite(values[words]) else [(part, words, point, values[words], number)]
    return found


def moved(numbers):
    """Return what a claim gives, changed by a little."""
    if isinstance(numbers, Estimate):
        return Estimate(*(number * 1.05 + 0.05 for number in numbers))
    if isinstance(numbers, (tuple, list)) and not hasattr(numbers, "_fields"):
        return type(numbers)(map(moved, numbers))
    return np.asarray(numbers) * 1.05 + 0.05 if hasattr(numbers, "shape") else numbers * 1.05 + 0.05


@of_claims
def test_an_enclosure_is_about_what_its_claim_measures_and_states(name):
    enclosure, seen, blind = ENCLOSED[name].enclosure, set(), {"observed", "expected"}
    for problem, observed, expected in judged(name):
        points = list(enclosure.tie(problem, observed, expected))
        assert misses(enclosure, points) == []
        seen |= {(at.part, words.removesuffix(", stated")) for at in points for words in at.numbers}
        blind -= {"observed"} if misses(enclosure, enclosure.tie(problem, moved(observed), expected)) else set()
        blind -= {"expected"} if misses(enclosure, enclosure.tie(problem, observed, moved(expected))) else set()
    assert blind == set(), "a change of these passes unseen"
    wanted = {(part.name, words.removesuffix(", stated")) for part in enclosure.parts for words in part.program.outputs}
    assert wanted - seen == set(), "these results are tied to nothing"


@of_claims
def test_the_boxes_hold_the_settings_of_the_claim(name):
    enclosure = ENCLOSED[name].enclosure
    points = [
        at for given in judged(name) for at in enclosure.tie(*given) if isinstance(enclosure.part(at.part), Chart)
    ]
    inside = [enclosure.part(at.part).holds(at.point) for at in points]
    assert all(inside) or (enclosure.excluded and np.mean(inside) >= INSIDE), np.mean(inside)


@of_claims
def test_identities_hold_at_exact_points(name, rng):
    for part in ENCLOSED[name].enclosure.identities:
        points = [[Fraction(int(k), 97) for k in rng.integers(1, 300, len(part.names))] for _ in range(5)]
        assert not any(differs_at(part.program, point) for point in points)
        assert any(differs_at(part.false_program, point) for point in points)


@of_claims
def test_a_certificate_of_the_claim_as_it_stands_lies_beside_the_paper(name):
    file = certificate.certificate_file(nearest_file(ENCLOSED[name]).parent, name)
    certificate.read(file, ENCLOSED[name])
    assert certificate_of(ENCLOSED[name]).suffices
    assert file.stat().st_size <= LARGEST


def test_every_certificate_belongs_to_a_claim():
    papers = Path(__file__).parents[2] / "paper_checks"
    files = {f"{path.parts[-3]}/{path.stem}" for path in papers.glob(f"*/{certificate.FOLDER}/*.json")}
    assert files - set(ENCLOSED) == set()


@needs_extra
@of_claims
def test_the_second_program_confirms_boxes_that_are_drawn(name, rng):
    claim = ENCLOSED[name]
    content = certificate.read(certificate.certificate_file(nearest_file(claim).parent, name), claim)
    share = BOXES_AGAIN / max(1, certificate_of(claim).boxes)
    confirm(claim, content, draw=lambda: rng.random() < share)


@needs_extra
@of_claims
def test_points_of_proved_boxes_are_above_0_with_300_bits(name, rng):
    claim = ENCLOSED[name]
    content = json.loads(certificate.certificate_file(nearest_file(claim).parent, name).read_text())
    for part, record in zip(claim.enclosure.parts, content["parts"]):
        if isinstance(part, Identity):
            continue
        enclose = evaluator(part.program, 300)
        for k in rng.integers(0, len(part.cases), 3):
            found = [box for _, box, mark in leaves(record["trees"][k], list(part.box.values())) if mark == "."]
            for place in rng.integers(0, len(found), 5):
                shares = [Fraction(int(j), 2**20) for j in rng.integers(0, 2**20 + 1, len(part.box))]
                point = [low + share * (high - low) for share, (low, high) in zip(shares, found[place])]
                with precision(300):
                    assert enclose([(x, x) for x in [*map(Fraction, part.cases[k]), *point]]).positive


@needs_extra
@of_claims
def test_false_variants_are_never_proved(name):
    for part in ENCLOSED[name].enclosure.parts:
        if isinstance(part, Identity):
            assert first_difference(part.false_program) is not None
        else:
            assert false_variant(part, part.precision).startswith(("refuted", "undecided"))
