"""Boxes in YOLO's text: a file per field, a line per cell, in shares of the field's size."""

import re

import numpy as np
import pandas as pd

from .raw_boxes import SIDES, SIZE, bounds, raw_boxes, some


def is_yolo(text: str) -> bool:
    """Whether text begins with the number of a class and more, parted by spaces."""
    return re.match(r"\d+([ \t]+\S+){4}", text) is not None


def read_yolo(text: str, file: str) -> pd.DataFrame:
    """Each line's box: class, centre, width and height; or the bounds of an outline's points.

    One value more, at the line's end, is the score.

    Raises ValueError for anything else, and for values that are no shares.
    """
    rows, faults = [], []
    for line in filter(str.strip, text.splitlines()):
        values = _shares(line.split()[1:])
        if values is None:
            faults.append(repr(line[:60]))
            continue
        score = values.pop() if len(values) % 2 else np.nan
        x, y, width, height, *more = values
        box = [x - width / 2, y - height / 2, width, height]
        rows.append([*(bounds(np.reshape(values, (-1, 2))) if more else box), score])
    if faults:
        raise ValueError(
            f"{file}: a line of YOLO's text must be a class, then the centre, width and height (or"
            " an outline's points) as shares of the field's size, 0 to 1, but was"
            f" {some(faults)}. Export them as shares."
        )
    columns = dict(zip([*SIDES, "score"], np.reshape(rows, (-1, 5)).T, strict=True))
    return raw_boxes(**columns).assign(**dict.fromkeys(SIZE, 1.0))


def _shares(values: list[str]) -> list[float] | None:
    """A line's values, if they are shares, and enough for a box."""
    try:
        shares = [float(value) for value in values]
    except ValueError:
        return None
    return shares if len(shares) >= 4 and all(0 <= share <= 1 for share in shares) else None
