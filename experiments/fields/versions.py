"""A field -> another version of it, its cells at another scale, place and angle.

Boxes are arrays (n, 4) here: centre x, y, width and height, in pixels of the version.
"""

import numpy as np

from bloodshot_lib.fields.field_files import Field, Window
from experiments.fields.lights import relit

Version = tuple[np.ndarray, np.ndarray]  # an image (H, W, 3), uint8, and its boxes

MOST = 480  # of a version's width and height, in pixels
_NEAR, _SMALLER, _LARGER = (-0.45, 0.45), (-2.5, -0.7), (0.7, 1.8)  # octaves off the scale
_LEAST = 0.7  # of the sides of an image of a single cell, so that it is not always in the middle
_AROUND, _PLACE = 0.75, (0.1, 0.9)  # the share of windows around a cell, and where it is in them


def draw_version(
    field: Field,
    boxes: np.ndarray,
    scale: float,
    number: int,
    rng: np.random.Generator,
    single: bool = False,
) -> Version:
    """The version of this number: the first is the whole field as it is, the others are drawn.

    - `boxes`: in pixels of the field.
    - `scale`: at which the laboratory's median cell is as wide as the heads learn it.
    - `single`: of an image of a single cell, no version is far off that scale: its width is not
      known well enough.
    """
    if number == 0:
        window: Window = (0, 0, field.width, field.height)
        return field.region(*window, scale), boxes * scale
    scale *= 2 ** rng.uniform(*(_NEAR if single else _octaves(number, rng)))
    window = draw_window(field, boxes, MOST / scale, rng, single)
    boxes = (boxes - [*window[:2], 0, 0]) * scale
    image, boxes = turned(field.region(*window, scale), boxes, *(rng.random(3) < 0.5))
    return relit(image, rng), boxes


def _octaves(number: int, rng: np.random.Generator) -> tuple[float, float]:
    """One version in four is far off the scale, below or above it."""
    if number % 4 < 3:
        return _NEAR
    return _SMALLER if rng.random() < 0.5 else _LARGER


def draw_window(
    field: Field, boxes: np.ndarray, most: float, rng: np.random.Generator, single: bool = False
) -> Window:
    """A part of a field at most so many pixels wide and high, mostly around a cell."""
    whole = np.array([field.width, field.height])
    size = np.minimum(whole * (rng.uniform(_LEAST, 1, 2) if single else 1), most).astype(int)
    start = rng.integers(whole - size, endpoint=True)
    if len(boxes) and rng.random() < _AROUND:
        start = boxes[rng.integers(len(boxes)), :2] - rng.uniform(*_PLACE, 2) * size
    return (*start.clip(0, whole - size).astype(int), *size)


def turned(
    image: np.ndarray, boxes: np.ndarray, transpose: bool, across: bool, down: bool
) -> Version:
    """An image and its boxes in one of eight turns and flips."""
    boxes = boxes.copy()
    if transpose:
        image, boxes = image.swapaxes(0, 1), boxes[:, [1, 0, 3, 2]]
    height, width = image.shape[:2]
    if across:
        image, boxes[:, 0] = image[:, ::-1], width - boxes[:, 0]
    if down:
        image, boxes[:, 1] = image[::-1], height - boxes[:, 1]
    return np.ascontiguousarray(image), boxes
