"""A field -> the white cells in it, window by window, at the scale of its folder."""

import numpy as np
import pandas as pd

from .box_checks import cut_to_edges
from .field_files import Field, Window, tiles
from .finder import CELL, Finder, one_for_each
from .score_limit import from_limit

_SIDE = 16 * CELL  # of a window, in pixels of the finder's scale: a megapixel in memory
_MARGIN = 2 * CELL  # that windows share, so that each cell is whole in one


def windows(area: Window, scale: float) -> list[Window]:
    """The windows in which a part of a field is looked at, for cells some `scale` pixels wide."""
    x, y, width, height = area
    inside = tiles(width, height, round(_SIDE * scale / CELL), round(_MARGIN * scale / CELL))
    return [(x + left, y + top, *size) for left, top, *size in inside]


def find_in(field: Field, window: Window, scale: float, finder: Finder) -> pd.DataFrame:
    """The cells of one window: `x`, `y` of the centre, `width` in the field's pixels, `score`."""
    smaller = CELL / scale
    found = finder.find(field.region(*window, smaller))
    found[["x", "y", "width"]] /= smaller
    found[["x", "y"]] += np.array(window[:2])
    return found


def find_within(field: Field, area: Window, scale: float, finder: Finder) -> pd.DataFrame:
    """The cells of a part of a field, as `find_in` has them; those at a seam once."""
    parts = [find_in(field, window, scale, finder) for window in windows(area, scale)]
    return one_for_each(pd.concat(parts, ignore_index=True))


def boxes_of(cells: pd.DataFrame, limit: float, size: np.ndarray) -> pd.DataFrame:
    """The boxes of the cells from a limit on, which becomes the score .5.

    They are squares, less what lies beyond the field, whose width and height are `size`: one
    field's, (2,), or those of each cell's, (n, 2). Their other columns stay.
    """
    passed = (cells["score"] >= limit).to_numpy()
    found, size = cells[passed].reset_index(drop=True), np.broadcast_to(size, (len(cells), 2))
    corners = {axis: found[axis] - found["width"] / 2 for axis in ("x", "y")}
    score = from_limit(found["score"].to_numpy(), limit)
    squares = found.assign(**corners, height=found["width"], score=score)
    return cut_to_edges(squares, size[passed])
