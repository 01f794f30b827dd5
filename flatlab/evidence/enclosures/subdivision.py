"""Proving positive formulas by bisection, the largest boxes first; trees of splits as text.

A tree is written in preorder: a letter for a box that is split in the middle of that side, ``a`` for the first
parameter of the box, then its lower and its upper half; ``.`` for a box that is proved, ``?`` for one left undecided.
"""

import heapq
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from string import ascii_lowercase
from typing import NamedTuple

from flatlab.evidence.enclosures.arithmetics import Box, Range

PROVED, UNDECIDED = ".", "?"
DEEPEST = 200  # splits above a box


class Subdivision(NamedTuple):
    """What a subdivision came to.

    tree : text of the tree.
    share : of the volume that is proved.
    boxes : how many were enclosed in this run.
    witness : a point where a result is not above 0; None where none was found.
    """

    tree: str
    share: Fraction
    boxes: int
    witness: tuple[Fraction, ...] | None = None


def subdivide(
    box: Box, enclose: Callable[[Box], Range], *, most: int, deadline: float, tree: str = UNDECIDED
) -> Subdivision:
    """Split a box until a formula is decided everywhere, or boxes or time are used up.

    The box with the largest volume comes first, of equal ones the first in the tree: how a run goes on depends on its
    tree only, so that one that was interrupted ends as one that was not.

    enclose : what is known on a box; whole numbers have been put in.
    most, deadline : number of boxes; clock of ``time.monotonic``.
    tree : where an earlier run stopped.
    """
    splits, proved, queue = {}, set(), []
    for path, leaf_box, mark in leaves(tree, box, splits):
        if mark == PROVED:
            proved.add(path)
        else:
            queue.append((len(path), path, leaf_box))
    heapq.heapify(queue)
    count, witness = 0, None
    while queue and count < most and time.monotonic() < deadline and witness is None:
        depth, path, current = heapq.heappop(queue)
        count += 1
        found = enclose(current)
        if found.positive:
            proved.add(path)
            continue
        middle = tuple((low + high) / 2 for low, high in current)
        if found.refuted or enclose([(x, x) for x in middle]).refuted:
            witness = middle
        elif depth < DEEPEST:
            splits[path] = axis = _axis(found.smear, current, box)
            for side, half in enumerate(halves(current, axis)):
                heapq.heappush(queue, (depth + 1, path + str(side), half))
    share = sum((Fraction(1, 2 ** len(path)) for path in proved), Fraction(0))
    return Subdivision(_text(splits, proved), share, count, witness)


def halves(box: Box, axis: int) -> tuple[Box, Box]:
    """Return the lower and the upper half of a box that is split in the middle of one side."""
    (low, high), sides = box[axis], list(box)
    middle = (low + high) / 2
    return (
        [*sides[:axis], (low, middle), *sides[axis + 1 :]],
        [*sides[:axis], (middle, high), *sides[axis + 1 :]],
    )


def leaves(tree: str, box: Box, splits: dict[str, int] | None = None) -> Iterator[tuple[str, Box, str]]:
    """Go through the boxes that a tree leaves: path of halves, box and mark; ``splits`` collects the inner ones."""
    waiting = [("", box)]
    for mark in tree:
        if not waiting:
            raise ValueError("tree of a certificate must end with its last box, it goes on")
        path, current = waiting.pop()
        if mark in (PROVED, UNDECIDED):
            yield path, current, mark
            continue
        axis = ascii_lowercase.find(mark)
        if not 0 <= axis < len(box):
            raise ValueError(f"tree of a certificate must consist of sides, '.' and '?', got {mark!r}")
        if splits is not None:
            splits[path] = axis
        lower, upper = halves(current, axis)
        waiting += [(path + "1", upper), (path + "0", lower)]
    if waiting:
        raise ValueError("tree of a certificate must be whole, it is cut off")


def undecided_hull(trees: Sequence[str], box: Box) -> list[tuple[Fraction, Fraction]] | None:
    """Return the smallest box around all that is undecided; None where nothing is."""
    rest = [leaf for tree in trees for _, leaf, mark in leaves(tree, box) if mark == UNDECIDED]
    if not rest:
        return None
    return [(min(leaf[k][0] for leaf in rest), max(leaf[k][1] for leaf in rest)) for k in range(len(box))]


def _axis(smear, current, whole):
    """Return the side along which the results change most; the longest in units of the whole box where unknown."""
    if smear and max(smear) < float("inf") and max(smear) > 0:
        return max(range(len(current)), key=lambda k: (smear[k], -k))
    return max(range(len(current)), key=lambda k: ((current[k][1] - current[k][0]) / (whole[k][1] - whole[k][0]), -k))


def _text(splits, proved):
    parts, waiting = [], [""]
    while waiting:
        path = waiting.pop()
        if path in splits:
            parts.append(ascii_lowercase[splits[path]])
            waiting += [path + "1", path + "0"]
        else:
            parts.append(PROVED if path in proved else UNDECIDED)
    return "".join(parts)


def share_of(tree: str, sides: int) -> Fraction:
    """Return the share of the volume that a tree over so many sides proves."""
    unit = [(Fraction(0), Fraction(1))] * sides
    found = (Fraction(1, 2 ** len(path)) for path, _, mark in leaves(tree, unit) if mark == PROVED)
    return sum(found, Fraction(0))
