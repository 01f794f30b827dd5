"""Trees of splits: they tile the box, go on where they stopped, and are read back as they were written."""

import math
from fractions import Fraction

import pytest

from flatlab.evidence.enclosures.arithmetics import Range
from flatlab.evidence.enclosures.subdivision import leaves, share_of, subdivide, undecided_hull

BOX = [(Fraction(0), Fraction(1)), (Fraction(0), Fraction(2))]


def below_the_diagonal(box):
    """Decide ``x + y < 2`` on a box, plainly."""
    (left, right), (low, high) = box
    return Range(right + high < 2, left + low >= 2)


def above_a_line(box):
    """Decide ``x + y > 1/3``: undecided along the line, never refuted in a middle."""
    return Range(box[0][0] + box[1][0] > Fraction(1, 3), False)


def run(enclose, most, tree="?"):
    return subdivide(BOX, enclose, most=most, deadline=math.inf, tree=tree)


def test_a_counterexample_is_a_point_of_the_box():
    found = run(below_the_diagonal, 1000)
    assert found.witness is not None
    assert sum(found.witness) >= 2


def test_the_leaves_fill_the_box_once():
    found = run(above_a_line, 300)
    sizes = [(box[0][1] - box[0][0]) * (box[1][1] - box[1][0]) for _, box, _ in leaves(found.tree, BOX)]
    assert sum(sizes) == 2
    assert found.share == share_of(found.tree, 2)
    assert Fraction(9, 10) < found.share < 1
    for _, box, mark in leaves(found.tree, BOX):
        assert mark == "?" or above_a_line(box).positive
    (low, high), _ = undecided_hull([found.tree], BOX)
    assert (low, high) == (0, Fraction(1, 2)) or high <= Fraction(1, 2)


def test_an_interrupted_run_ends_as_one_that_was_not():
    tree = "?"
    for _ in range(30):
        tree = run(above_a_line, 10, tree).tree
    assert tree == run(above_a_line, 300).tree
    assert subdivide(BOX, above_a_line, most=5, deadline=-math.inf).boxes == 0


@pytest.mark.parametrize(
    ("tree", "words"),
    [("a.", "cut off"), ("..", "goes on"), ("a..?", "goes on"), ("c..", "must consist"), ("", "cut off")],
)
def test_a_tree_that_is_none_is_refused(tree, words):
    with pytest.raises(ValueError, match=words):
        share_of(tree, 2)
