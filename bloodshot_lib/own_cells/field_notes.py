"""What looks wrong with the boxes of a folder's fields, in sentences."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

_FEW = 3  # fields: in fewer, the same place may be chance
_SHARE = 0.2  # of all fields
_SAME = 0.2  # of a cell's width
_MIDDLE, _MOST = 0.15, 0.8  # of a field's side; of the fields
_LISTED = 3

Sizes = Mapping[str, tuple[int, int]]  # width and height of each field, in pixels


def middles(boxes: pd.DataFrame) -> np.ndarray:
    """The middle of each box (n, 2): x, y."""
    return boxes[["x", "y"]].to_numpy() + boxes[["width", "height"]].to_numpy() / 2


def refuse_single_cells(boxes: pd.DataFrame, sizes: Sizes, side: int) -> None:
    """Raise ValueError if the fields are images of single cells, which need no cutting."""
    if len(sizes) < _FEW:
        return
    inside = boxes.groupby("field").filter(lambda of_one: len(of_one) == 1)
    size = np.array([sizes[field] for field in inside["field"]]).reshape(-1, 2)
    central = (np.abs(middles(inside) / size - 0.5) < _MIDDLE).all(axis=1)
    central &= side > size.min(axis=1) / 2
    if central.sum() >= _MOST * len(sizes):
        raise ValueError(
            f"{central.sum()} of these {len(sizes)} images have one cell, large and in the middle:"
            " they are images of single cells already. Use them as they are, with suggest, check"
            " and classify."
        )


def notes_on(
    boxes: pd.DataFrame, sizes: Sizes, side: int, width: float, others: Mapping[str, float]
) -> list[str]:
    """Sentences about crops at one place, crops too large, and fields of another magnification."""
    notes = []
    if others:
        named = ", ".join(f"{field} ({wide:.0f} px)" for field, wide in [*others.items()][:_LISTED])
        notes.append(
            f"In most fields cells are about {width:.0f} px wide, but not in {named}"
            f"{_more(len(others))}: put fields of another magnification into a folder of their own."
        )
    if large := [field for field, size in sizes.items() if side > min(size) / 2]:
        notes.append(
            f"A crop ({side} px) is wider than half of {len(large)} fields, first {large[0]}:"
            " check that the cells that were found are cells; if not, pass the width of one in"
            " pixels as --width."
        )
    if (same := _same_place(boxes, sizes)) is not None:
        x, y, fields = same
        notes.append(
            f"In {fields} of {len(sizes)} fields something was found at the same place, x {x:.0f},"
            f" y {y:.0f}: probably dirt or a light spot, not a cell. Drop it in fields.html."
        )
    return notes


def _same_place(boxes: pd.DataFrame, sizes: Sizes) -> tuple[float, float, int] | None:
    """The place at which a box lies in most fields, if in too many to be chance."""
    if boxes.empty:
        return None
    places = middles(boxes)
    near = cKDTree(places).query_ball_point(places, _SAME * boxes["width"].median())
    fields = boxes["field"].to_numpy()
    counts = [len(set(fields[rows])) for rows in near]
    most = int(np.argmax(counts))
    if counts[most] < max(_FEW, _SHARE * len(sizes)):
        return None
    return *places[most], counts[most]


def _more(n: int) -> str:
    return f" and {n - _LISTED} more" * (n > _LISTED)
