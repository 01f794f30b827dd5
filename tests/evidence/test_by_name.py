"""Claims from Python, by name; verdicts that print as a few lines."""

import inspect

import pytest
from tiny_claims import tiny, wrong

import flatlab
from flatlab.methods import SAM, HeavyBall
from flatlab.objectives import Quadratic


def test_everything_at_the_top_is_there():
    for name in flatlab.__all__:
        assert getattr(flatlab, name) is not None
    with pytest.raises(AttributeError):
        flatlab.no_such_thing  # noqa: B018


def test_a_claim_is_judged_by_name_or_itself():
    verdict = flatlab.verify_claim(tiny(), seed=3)
    assert verdict.status == "holds"
    assert flatlab.verify_claim("bartlett2023/scaling").id == "bartlett2023/scaling"
    assert list(flatlab.claims("bartlett2023/scaling")) == ["bartlett2023/scaling"]
    for bad in ({"claim": "bartlett2023"}, {"claim": tiny(), "budget": "large"}, {"claim": tiny(), "seed": -1}):
        with pytest.raises(ValueError, match=r"^(claim|budget|seed) must be "):
            flatlab.verify_claim(**bad)


def test_a_verdict_prints_as_a_few_lines():
    text = repr(flatlab.verify_claim(tiny()))
    assert text == str(flatlab.verify_claim(tiny()))
    assert text.splitlines()[0].startswith("tiny/right holds (measured): ")
    assert "The double of x is 2x." in text
    assert "1/1 controls broke" in text
    assert len(text.splitlines()) <= 5
    assert "does not hold" in repr(flatlab.verify_claim(wrong()))


def test_a_verdict_is_shown_in_a_notebook_with_its_formula():
    html = flatlab.verify_claim(tiny(title="x < 2x"))._repr_html_()
    assert "$2x$" in html
    assert "x &lt; 2x" in html
    assert "<b>tiny/right holds" in html


@pytest.mark.parametrize(
    ("cls", "signature"),
    [(SAM, "(eta, rho)"), (HeavyBall, "(method, momentum=0.9, decay=0.0)"), (Quadratic, "(eigenvalues)")],
)
def test_a_class_shows_how_it_is_called(cls, signature):
    assert str(inspect.signature(cls)) == signature
