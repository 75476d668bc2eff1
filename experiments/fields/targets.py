"""Boxes -> what a head is to answer at each position of a feature map, as in CenterNet."""

from typing import NamedTuple

import numpy as np

from bloodshot_lib.fields.finder import CELL, STRIDE

_SPREAD = 0.16  # of the heat around a centre; this and what follows is in widths of the box
_NEAR, _INSIDE = 0.3, 0.55  # how far from the centre its place is learnt, and the cell reaches
_LEARNT, _SPARED = 0.6, 1.1  # octaves off the scale: found up to one, nothing up to the other
_WHOLE, _TRACE = 0.6, 0.2  # the share of a box that shows a cell to be found; less is background


class Targets(NamedTuple):
    """All (..., h, w), float32.

    - `heat`: 1 at the position nearest to each cell's centre, and falling off around it.
    - `weight`: 0 where no answer is wrong: on cells cut by the edge or somewhat off the scale,
      and beyond the image.
    - `values`: the logarithm to the base 2 of the width, and how far right and down the centre
      is, in units of `CELL`: (3, h, w).
    - `known`: 1 where these are learnt.
    """

    heat: np.ndarray
    weight: np.ndarray
    values: np.ndarray
    known: np.ndarray


def targets(
    boxes: np.ndarray, size: tuple[int, int], shape: tuple[int, int], sized: bool = True
) -> Targets:
    """The targets of an image of `size`, height and width in pixels, on a map of `shape`.

    Cells far off the scale are background: another scale shows them.

    - `boxes`: (n, 4), centre x, y, width and height, in pixels.
    - `sized`: whether their widths are known.
    """
    height, width = size
    place = STRIDE * (np.indices(shape)[::-1] + 0.5)  # (2, h, w): x, y
    heat, weight = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    values, known = np.zeros((2, 3, *shape), np.float32)
    weight[(place > np.array([width, height])[:, None, None] + STRIDE / 2).any(axis=0)] = 0
    octaves, shown = np.log2(np.sqrt(boxes[:, 2] * boxes[:, 3]) / CELL), _shown(boxes, size)
    found = (abs(octaves) <= _LEARNT) & (shown >= _WHOLE)
    spared = ~found & (abs(octaves) <= _SPARED) & (shown >= _TRACE)
    way = boxes[:, :2, None, None] - place  # (n, 2, h, w), in pixels
    far = np.sqrt(((way / boxes[:, 2:, None, None]) ** 2).sum(axis=1))  # (n, h, w), in widths
    for each in np.flatnonzero(spared):
        weight[far[each] < _INSIDE] = 0
    for each in np.flatnonzero(found):
        around = np.exp(-(far[each] ** 2) / (2 * _SPREAD**2))
        nearest = np.unravel_index(far[each].argmin(), shape)
        near = far[each] < _NEAR
        around[nearest], near[nearest] = 1, True
        heat = np.maximum(heat, around, dtype=np.float32)
        values[0, near], values[1:, near] = octaves[each], way[each][:, near] / CELL
        known[:, near] = [[sized], [True], [True]]
    return Targets(heat, weight, values, known)


def _shown(boxes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The share of each box that is in the image."""
    centre, extent = boxes[:, :2], boxes[:, 2:]
    inside = np.minimum(centre + extent / 2, size[::-1]) - np.maximum(centre - extent / 2, 0)
    return inside.clip(0).prod(axis=1) / extent.prod(axis=1)
