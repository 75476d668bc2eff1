"""A box in a field -> a crop, centred on it, of the size that all crops of a folder have."""

from collections.abc import Mapping

import numpy as np

from .field_files import Field

NARROWEST = 16  # pixels: in a narrower cell there is nothing to see
FILLED = 0.55  # of a crop's side by the median cell, as in the images that the embedder learnt


def side_for(width: float) -> int:
    """The side, in pixels, of the crops of a folder whose median cell is so many pixels wide."""
    return max(1, round(width / FILLED))


def cut(field: Field, box: Mapping[str, float], side: int) -> np.ndarray:
    """The square (side, side, 3), uint8, whose middle is the box's.

    Beyond the field's edge it has the colour of the light there, because a mirrored cell would
    look like another cell.
    """
    left = round(box["x"] + (box["width"] - side) / 2)
    top = round(box["y"] + (box["height"] - side) / 2)
    x, y = max(0, left), max(0, top)
    width, height = min(field.width, left + side) - x, min(field.height, top + side) - y
    seen = field.region(x, y, width, height)
    crop = np.empty((side, side, 3), np.uint8)
    crop[:] = _light(seen)
    crop[y - top : y - top + height, x - left : x - left + width] = seen
    return crop


def _light(image: np.ndarray) -> np.ndarray:
    """The colour (3,) of the light behind cells: the limit of the brightest tenth."""
    return np.percentile(image, 90, axis=(0, 1)).round().astype(np.uint8)
