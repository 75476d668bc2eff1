"""Boxes as a file has them: their columns, and what the readers of all kinds share."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ...common.checks import is_number

SIDES = ("x", "y", "width", "height")
SIZE = ("field_width", "field_height")
_NUMBERS = (*SIDES, "score", *SIZE)


def raw_boxes(**columns: Sequence) -> pd.DataFrame:
    """A row per box, from the columns that a file has; the others are missing.

    - `field`: as the file names it; missing if the file itself is named after its field.
    - `SIDES`: left and top edge, width and height; `score`: 0 to 1.
    - `SIZE`: the field's, if the file says it. Sides are in its units: pixels, which must be the
      field's own, or shares of the field, whose size is then 1 and 1.
    """
    boxes = pd.DataFrame(columns).reindex(columns=["field", *_NUMBERS])
    return boxes.astype({"field": object, **dict.fromkeys(_NUMBERS, float)})


def as_numbers(said: pd.DataFrame, file: str, optional: Collection[str]) -> pd.DataFrame:
    """Numbers from text, in which a comma may be a decimal one, or from JSON.

    Raises ValueError for anything else, and for nothing where a column is not `optional`.
    """
    numbers = said.map(_number).astype(float)
    odd = np.isinf(numbers) | numbers.isna() & ~numbers.columns.isin(optional)
    if (rows := odd.index[odd.any(axis=1)]).size:
        first = odd.loc[rows].idxmax(axis=1)
        faults = [f"box {row + 1} has {name} {said.at[row, name]!r}" for row, name in first.items()]
        raise ValueError(
            f"{file} must have numbers only, but has others: {some(faults)}. Correct them."
        )
    return numbers


def bounds(points: np.ndarray) -> np.ndarray:
    """The `SIDES` of the box around points (n, 2); ValueError if it has none."""
    if not np.isfinite(points).all():
        raise ValueError("points must be numbers")
    return np.concatenate([points.min(axis=0), np.ptp(points, axis=0)])


def some(faults: Sequence[str]) -> str:
    """The first three faults, and how many more there are."""
    more = [f"and {len(faults) - 3} more"] * (len(faults) > 3)
    return "; ".join([*faults[:3], *more])


def _number(value: object) -> float:
    """NaN for nothing, infinity for anything but a number."""
    if value is None or value == "":
        return np.nan
    try:
        if isinstance(value, str):
            return float(value.replace(",", "."))
        return float(value) if is_number(value) else np.inf
    except (ValueError, OverflowError):
        return np.inf
