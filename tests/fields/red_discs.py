"""Fields with red discs in the place of cells, and a finder that knows them by their colour."""

import numpy as np
import pandas as pd
from scipy import ndimage

LIGHT, RED = (235, 228, 236), (200, 30, 40)


def drawn(*middles, width=64, size=(320, 240)):
    """A field of that size (px), uint8, with a disc of that width around each middle (x, y)."""
    field = np.full((size[1], size[0], 3), LIGHT, np.uint8)
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    for x, y in middles:
        field[np.hypot(columns - x, rows - y) <= width / 2] = RED
    return field


class RedDiscs:
    """Finds discs, with the score .9 if they are whole and 64 px wide, else with a lower one.

    `looks` has the size (height, width) of each image that it looked at.
    """

    key = "red discs"

    def __init__(self):
        self.looks = []

    def find(self, image):
        self.looks.append(image.shape[:2])
        labels, _ = ndimage.label(image[..., 0].astype(int) - image[..., 1] > 90)
        cells = [self._cell(*where) for where in ndimage.find_objects(labels)]
        return pd.DataFrame(cells, columns=["x", "y", "width", "score"], dtype=float)

    def _cell(self, rows, columns):
        sides = columns.stop - columns.start, rows.stop - rows.start
        width = max(sides)
        score = 0.9 * min(sides) / width * 4 ** -abs(np.log2(width / 64))
        middle = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
        return *middle, width, max(score, 0.06)
