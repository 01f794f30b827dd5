"""Proofs, certificates and the second program: what is true is proved, what is false never, and tampering is seen."""

import json
import math
import sys
import types
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec

import pytest
from evidence.enclosures.declared import chart, enclosed_claim, enclosure, square
from evidence.test_claim import claim

from flatlab.base.documents import sealed, unsealed
from flatlab.evidence.enclosures import certificate, checker, proof
from flatlab.evidence.enclosures.enclosure import Chart, Enclosure, Identity
from flatlab.evidence.enclosures.formula import bessel_j0, bessel_j1, cos, exp, log, sin, sqrt
from flatlab.evidence.judge import verify
from flatlab.evidence.levels import certificate_of, evidence_level
from flatlab.evidence.verdict import verdict_of_record

MISSING = [name for name in ("codac", "flint", "sympy", "mpmath") if find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs the extra certify ({', '.join(MISSING)})")


def proved(one, **options):
    return proof.prove(one, **{"seconds": 60, **options})


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A claim of a paper in a folder, with its certificate."""
    package = types.ModuleType("somewhere.paper")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "somewhere.paper", package)
    one = enclosed_claim()
    file = certificate.certificate_file(tmp_path, one.id)
    certificate.write(file, proved(one).content)
    return one, file


def of_box(positive, low, high, precision=53):
    part = Chart("c", {"x": (low, high)}, positive, lambda x: {"f": x - 10**6}, precision=precision)
    return enclosed_claim(enclosure=enclosure(parts=(part,)))


@pytest.mark.parametrize("precision", [53, 80])
def test_what_is_true_is_proved_and_confirmed(precision):
    found = proved(enclosed_claim(), precision=precision)
    assert (found.status, found.words) == ("proved", "")
    parts = found.content["parts"]
    assert parts[0]["by"].startswith("codac" if precision == 53 else "python-flint")
    assert "refuted" in parts[0]["false"]
    count = proof.confirm(enclosed_claim(), found.content)
    assert count == 1 + sum(tree.count(".") for tree in parts[0]["trees"])
    assert json.dumps(proved(enclosed_claim(), precision=precision).content["parts"]) == json.dumps(parts)


@pytest.mark.parametrize("count", [10, 11])
def test_more_results_than_a_vector_of_codac_takes_are_enclosed_by_balls(count):
    found = proved(of_box(lambda x: {f"f{k}": x + k for k in range(1, count + 1)}, 0, 1))
    assert found.status == "proved"
    assert found.content["parts"][0]["by"].startswith("codac" if count == 10 else "python-flint")


@pytest.mark.parametrize("precision", [53, 80])
@pytest.mark.parametrize(
    ("positive", "low", "high"),
    [
        (lambda x: {"f": x}, 0, 1),  # not above 0 at one end
        (lambda x: {"f": x * x}, -1, 1),
        (lambda x: {"f": 1 + sqrt(x)}, -1, 1),  # undefined on one half
        (lambda x: {"f": 3 + log(x)}, 0, 1),
        (lambda x: {"f": 1 / x + 10}, 0, 1),
        (lambda x: {"f": 2 + x / x}, -1, 1),
        (lambda x: {"f": 1 / (x * x)}, -1, 1),
        (lambda x: {"f": x - x + Fraction(0)}, 0, 1),
    ],
)
def test_what_is_not_true_at_every_point_is_never_proved(positive, low, high, precision):
    found = proved(of_box(positive, low, high, precision), most=200)
    assert found.status in ("proved in part", "refuted")


def test_a_refutation_has_an_exact_witness():
    found = proved(of_box(lambda x: {"f": (x - Fraction(1, 3)) ** 2 - Fraction(1, 1000)}, 0, 1))
    assert found.status == "refuted"
    x = Fraction(found.words.rpartition("=")[2])
    assert (x - Fraction(1, 3)) ** 2 <= Fraction(1, 1000)
    wrong = enclosed_claim(enclosure=enclosure(parts=(Identity("i", ("x", "y"), square(3), square(4)),)))
    assert proved(wrong).words == "the equation 'square' of 'i' does not hold"


def test_a_false_variant_that_is_true_is_refused():
    with pytest.raises(ValueError, match="false variant of 'chart' must be wrong somewhere in its box"):
        proved(enclosed_claim(enclosure=enclosure(parts=(chart(false=chart().positive),))))
    with pytest.raises(ValueError, match="false variant of 's' must be wrong, it holds"):
        proved(enclosed_claim(enclosure=enclosure(parts=(Identity("s", ("x", "y"), square(), square()),))))


def test_a_run_out_of_boxes_goes_on_where_it_stopped():
    hard = of_box(lambda x: {"f": x * x * x - 3 * x * x + 3 * x - 1 + Fraction(1, 2**20), "g": x * x + 1}, 1, 2)
    whole = proved(hard)
    found = proved(hard, most=2)
    assert whole.status == "proved"
    assert found.status == "proved in part"
    assert "of the volume, within x from 1 to" in found.words
    for _ in range(100):
        found = proved(hard, most=2, earlier=found.content)
    assert found.content["parts"][0]["trees"] == whole.content["parts"][0]["trees"]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: sqrt(x),
        lambda x: exp(-x) * x,
        lambda x: log(x),
        lambda x: sin(x) * cos(3 * x),
        lambda x: bessel_j0(x),
        lambda x: bessel_j1(x) / x,
        lambda x: (x - 2) ** 3 / (x + 1) ** 2,
    ],
)
def test_the_second_program_encloses_what_the_first_does(function):
    """Both prove f + c > 0 down to nearly the same constant, and neither more than is true."""
    lowest = min(function(0.5 + 2.5 * k / 1000) for k in range(1001))
    near = Fraction(round(-lowest * 2**20), 2**20) + Fraction(1, 2**10)
    one = of_box(lambda x: {"f": function(x) + near}, Fraction(1, 2), 3, 80)
    found = proved(one)
    assert found.status == "proved"
    assert proof.confirm(one, found.content) > 0
    below = of_box(lambda x: {"f": function(x) + near - Fraction(1, 2**9)}, Fraction(1, 2), 3, 80)
    assert proved(below).status == "refuted"
    tree = found.content["parts"][0]["trees"][0]
    part = below.enclosure.parts[0]
    with pytest.raises(checker.Rejected, match="a box of the certificate cannot be confirmed"):
        checker.recheck_chart(part.program.text, list(part.box.values()), (), tree)


def tampered(change):
    def altered(content):
        content = json.loads(json.dumps(content))
        change(content["parts"][0])
        return content

    return altered


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda part: part["trees"].__setitem__(0, part["trees"][0][:-1]), "cut off"),
        (lambda part: part["trees"].__setitem__(0, part["trees"][0] + "."), "goes on"),
        (lambda part: part["trees"].__setitem__(0, "z.."), "which the box has not"),
        (lambda part: part["trees"].pop(), "is not the box of the claim"),
        (lambda part: part["box"].__setitem__("x", "0 to 8"), "is not the box of the claim"),
    ],
)
def test_a_certificate_that_was_cut_off_or_widened_is_rejected(change, words):
    one = enclosed_claim()
    with pytest.raises(checker.Rejected, match=words):
        proof.confirm(one, tampered(change)(proved(one).content))


def test_a_certificate_does_not_serve_a_wider_box_or_another_sign():
    one = enclosed_claim()
    content = proved(one).content
    for part in (chart(box={"x": (0, 8), "y": (0, 2)}), chart(positive=lambda n, x, y: {"a": x * y - n - x})):
        other = enclosed_claim(enclosure=enclosure(parts=(part, one.enclosure.parts[1])))
        record = {**content["parts"][0], "box": certificate.box_record(part)}
        with pytest.raises(checker.Rejected, match="cannot be confirmed"):
            proof.confirm(other, {**content, "parts": [record, content["parts"][1]]})
    wrong = enclosed_claim(enclosure=enclosure(parts=(chart(), Identity("square", ("x", "y"), square(3), square(4)))))
    with pytest.raises(checker.Rejected, match="the equation 'square' does not hold"):
        proof.confirm(wrong, content)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (lambda one: replace(one, statement="another"), "another version"),
        (
            lambda one: replace(one, enclosure=enclosure(parts=(chart(box={"x": (0, 2), "y": (0, 1)}),))),
            "another version",
        ),
        (lambda one: replace(one, enclosure=enclosure(proves="more")), "another version"),
        (lambda one: replace(one, id="paper/other"), "must belong to paper/other, it is of paper/statement"),
        (lambda one: replace(one, enclosure=None), "must declare an enclosure"),
    ],
)
def test_a_certificate_belongs_to_one_version_of_one_claim(kept, other, words):
    one, file = kept
    with pytest.raises(ValueError, match=words):
        certificate.read(file, other(one))
    assert certificate_of(one) is not None
    assert certificate_of(other(one)) is None
    assert evidence_level(other(one)) == ("measured", 0)


def test_a_claim_with_a_certificate_is_proved_in_verdict_and_record(kept):
    one, file = kept
    verdict = verify(one)
    record = verdict.record()
    assert (verdict.level, record["level"], record["certificate"]["share"]) == ("proved", "proved", 1.0)
    assert record["certificate"]["precision"] == 53
    assert record["certificate"]["boxes"] > 1
    assert "trees" not in record["certificate"]["parts"][0]
    assert verdict_of_record(json.loads(json.dumps(record))).level == "proved"
    content = json.loads(file.read_text())
    content["parts"][0]["trees"][0] = "a?."
    content["parts"][0]["undecided"] = "a quarter"
    file.write_text(json.dumps(sealed(content)))
    assert evidence_level(one) == ("measured", 0)  # three quarters are not enough
    assert "not decided: chart: a quarter" in certificate_of(one).words
    file.write_text("{")
    for read in (lambda: certificate_of(one), lambda: certificate.read(file, one)):
        with pytest.raises(ValueError, match="certificate must be the JSON"):
            read()


def test_a_certificate_that_differs_in_seconds_only_is_not_written_again(kept):
    file = kept[1]
    before = file.read_bytes()
    certificate.write(file, {**unsealed(before, "it"), "seconds": 1e6})
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: chart(box={"x": (0, math.inf)}), "must have finite ends"),
        (lambda: chart(box={"x": (1, 1)}), "must have its lower end below"),
        (lambda: chart(box={"x": (0, 0.1)}), "must be exact"),
        (lambda: chart(box={"x": (0, Fraction(1, 3))}), "ends over a power of two"),
        (lambda: chart(box={}), "must have a parameter"),
        (lambda: chart(precision=20), "precision must be from 53 to 4096 bits"),
        (lambda: Enclosure("p", (), None), "parts of an enclosure"),
        (lambda: Enclosure("p", (chart(), chart()), None), "parts of an enclosure"),
    ],
)
def test_a_declaration_that_cannot_be_proved_is_refused(declare, words):
    with pytest.raises(ValueError, match=words):
        declare()


def test_a_claim_without_an_enclosure_has_no_certificate(tmp_path):
    with pytest.raises(ValueError, match="must declare an enclosure to be certified, it has none"):
        certificate.read(tmp_path / "x.json", claim())
