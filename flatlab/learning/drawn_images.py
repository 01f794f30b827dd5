"""Small images drawn from a seed: strokes of a class, moved, bent and made noisy."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from flatlab.base import checks

__all__ = ["augment", "draw_images"]

STROKES = 4
BLUR = 0.8


def draw_images(
    count: int,
    classes: Sequence[int] | np.ndarray,
    rng: np.random.Generator,
    *,
    style: int = 0,
    side: int = 8,
    shift: float = 0.6,
    angle: float = 0.25,
    noise: float = 0.1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return ``count`` images, one a row of ``side * side`` pixels about 0 to 1, with their labels.

    A class is a set of four straight strokes whose ends follow from ``style`` and its number alone. An image is its
    class's strokes, rotated and shifted at random, rendered as ``exp(-(distance/blur)^2)`` with a random thickness and
    contrast, plus Gaussian noise. Classes are drawn evenly; a label is a position in ``classes``.

    Parameters
    ----------
    shift, angle, noise : float
        Standard deviations: of the shift in pixels, of the rotation in radians, of the noise on a pixel.
    """
    count, side = checks.integer("count", count, at_least=1), checks.integer("side", side, at_least=4)
    shift, angle = checks.nonnegative("shift", shift), checks.nonnegative("angle", angle)
    noise = checks.nonnegative("noise", noise)
    style, classes = checks.integer("style", style), checks.integers("classes", classes).ravel()
    checks.generator("rng", rng)
    checks.memory("count", count, side, side)
    shapes = np.array([_strokes(style, int(number)) for number in classes])
    labels = rng.integers(0, len(shapes), count)
    ends = shapes[labels] * (side - 1) / 2  # (count, strokes, 2 ends, 2)
    turn = angle * rng.standard_normal(count)
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.moveaxis(np.array([[cos, -sin], [sin, cos]]), 2, 0)
    ends = np.einsum("nij,nsej->nsei", rotation, ends) + shift * rng.standard_normal((count, 1, 1, 2))
    line = np.arange(side) - (side - 1) / 2
    x, y = np.repeat(line, side), np.tile(line, side)
    nearest = np.full((count, side * side), np.inf)
    for stroke in range(ends.shape[1]):
        (x0, y0), (x1, y1) = np.moveaxis(ends[:, stroke, :, :, None], 0, 2)  # each (count, 1)
        right, down = x1 - x0, y1 - y0
        across, along = x - x0, y - y0
        share = np.clip((across * right + along * down) / np.maximum(right**2 + down**2, 1e-12), 0, 1)
        across -= share * right
        along -= share * down
        np.minimum(nearest, across**2 + along**2, out=nearest)
    distance = np.sqrt(nearest)
    blur = BLUR * np.exp(0.2 * rng.standard_normal((count, 1)))
    contrast = np.clip(1 + 0.2 * rng.standard_normal((count, 1)), 0.4, 1.6)
    images = contrast * np.exp(-((distance / blur) ** 2))
    return images + noise * rng.standard_normal(images.shape), labels


def augment(
    images: np.ndarray, rng: np.random.Generator, *, shift: float = 1.0, angle: float = 0.15, noise: float = 0.05
) -> np.ndarray:
    """Return a copy of square images, one a row, each shifted, rotated and made noisy as by :func:`draw_images`."""
    images, rng = checks.matrix("images", images), checks.generator("rng", rng)
    shift, angle = checks.nonnegative("shift", shift), checks.nonnegative("angle", angle)
    noise = checks.nonnegative("noise", noise)
    side = round(np.sqrt(images.shape[1]))
    if side * side != images.shape[1]:
        raise ValueError(f"images must be square, got rows of {images.shape[1]} pixels")
    centre = (side - 1) / 2
    moved = np.empty_like(images)
    for image, out in zip(images, moved):
        turn = angle * rng.standard_normal()
        cos, sin = np.cos(turn), np.sin(turn)
        matrix = np.array([[cos, -sin], [sin, cos]])
        middle = np.full(2, centre)
        offset = middle - matrix @ (middle + shift * rng.standard_normal(2))
        square = image.reshape(side, side)
        turned = ndimage.affine_transform(
            square,
            matrix,
            offset,  # pyright: ignore[reportArgumentType]  # SciPy takes a vector as well
            order=1,
            mode="nearest",
        )
        out[:] = turned.ravel()
    return moved + noise * rng.standard_normal(moved.shape)


def _strokes(style, number):
    """Return the ends of a class's strokes in [-0.9, 0.9]^2; a function of the two numbers alone."""
    return np.random.default_rng([7, style, number]).uniform(-0.9, 0.9, (STROKES, 2, 2))
