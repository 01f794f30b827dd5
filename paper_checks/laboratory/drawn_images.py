r"""An image is $c\,e^{-(r/b)^2}$ with $r$ the distance to the nearest stroke, and a moved copy reads it elsewhere."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.learning.drawn_images import augment, draw_images

COUNT, CLASSES = 2, (4, 9)


class Images(NamedTuple):
    """Two images of two classes, and a copy of each."""

    side: int
    shift: float
    angle: float
    noise: float
    seed: int

    def by_library(self, later=0):
        """Return labels, images and copies."""
        rng = np.random.default_rng(self.seed + later)
        shift, angle, noise = self.shift, self.angle, self.noise
        images, labels = draw_images(COUNT, CLASSES, rng, side=self.side, shift=shift, angle=angle, noise=noise)
        return [labels, images.ravel(), augment(images, rng, shift=shift, angle=angle, noise=noise).ravel()]

    def by_hand(self):
        """Return the same pixel by pixel, with the numbers of the generator in their order."""
        rng, middle = np.random.default_rng(self.seed), (self.side - 1) / 2
        places = [np.array([x, y]) for x in range(self.side) for y in range(self.side)]
        labels, turns = rng.integers(0, 2, COUNT), self.angle * rng.standard_normal(COUNT)
        moves, widths = self.shift * rng.standard_normal((COUNT, 2)), 0.8 * np.exp(0.2 * rng.standard_normal(COUNT))
        contrasts = 1 + 0.2 * rng.standard_normal(COUNT)
        images = []
        for label, turn, move, width, contrast in zip(labels, turns, moves, widths, contrasts):
            strokes = middle * np.random.default_rng([7, 0, CLASSES[label]]).uniform(-0.9, 0.9, (4, 2, 2))
            ends = [[turned(end, turn) + move + middle for end in stroke] for stroke in strokes]
            away = np.array([min(distance(place, *stroke) for stroke in ends) for place in places])
            images.append(min(max(contrast, 0.4), 1.6) * np.exp(-((away / width) ** 2)))
        images = np.array(images) + self.noise * rng.standard_normal((COUNT, len(places)))
        copies = []
        for image in images:
            turn, move = self.angle * rng.standard_normal(), self.shift * rng.standard_normal(2)
            square = image.reshape(self.side, self.side)
            copies.append([read(square, middle + turned(place - middle - move, turn)) for place in places])
        return [labels, images.ravel(), (copies + self.noise * rng.standard_normal((COUNT, len(places)))).ravel()]


def turned(point, angle):
    (x, y), cos, sin = point, np.cos(angle), np.sin(angle)
    return np.array([cos * x - sin * y, sin * x + cos * y])


def distance(place, one, other):
    """Return the distance of a place to a segment."""
    along = (place - one) @ (other - one) / np.sum((other - one) ** 2)
    return np.sqrt(np.sum((place - one - min(max(along, 0), 1) * (other - one)) ** 2))


def read(square, place):
    """Return the bilinear interpolation of an image, continued beyond its rim by the pixels there."""
    (x, y), last = np.clip(place, 0, len(square) - 1), len(square) - 2
    i, j = min(int(x), last), min(int(y), last)
    u, v = x - i, y - j
    return (1 - u) * ((1 - v) * square[i, j] + v * square[i, j + 1]) + u * (
        (1 - v) * square[i + 1, j] + v * square[i + 1, j + 1]
    )


CLAIM = Claim(
    id="laboratory/drawn-images",
    title="images are drawn as they say",
    statement=r"""A pixel of an image at distance $r$ from the nearest of its class's four strokes, turned and shifted,
        is $c\,e^{-(r/b)^2}$ plus noise, with contrast $c$ and width $b$; a copy is read by bilinear interpolation where
        its pixels come from.""",
    source="Parts of tasks",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-10),
    problem=Images,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: p.by_hand(),
    domain={
        "side": Whole(4, 7),
        "shift": Uniform(0.0, 2.0),
        "angle": Uniform(0.0, 1.0),
        "noise": Uniform(0.0, 0.3),
        "seed": SEED,
    },
    quick=5,
    full=200,
    seconds=0.005,
    controls=(Control("the next seed", "other images are drawn", observe=lambda p, rng: p.by_library(later=1)),),
)
