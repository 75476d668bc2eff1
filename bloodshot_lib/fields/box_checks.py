"""Boxes as a file has them -> boxes in their fields' own pixels, or refused."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .readers.raw_boxes import SIDES, SIZE, some

_SLACK = 1.0  # pixels by which rounding may move a box over the edge


def in_own_pixels(boxes: pd.DataFrame, sizes: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Raw boxes in pixels of their fields, cut to the edges; `sizes` has {field: (width, height)}.

    - `boxes`: as `raw_boxes` has them, with the `field` found, and the box's `file` and `number`
      in it, for error messages.

    Raises ValueError for boxes of a field of another size, without an area, outside their field,
    and for a score that is not 0 to 1.
    """
    size = np.array([sizes[field] for field in boxes["field"]], dtype=float)
    boxes = _scaled(boxes, size)
    start, extent = boxes[["x", "y"]].to_numpy(), boxes[["width", "height"]].to_numpy()
    end = start + extent
    outside = (start < -_SLACK) | (end > size + _SLACK) | (start >= size) | (end <= 0)
    odd_score = boxes["score"].notna() & ~boxes["score"].between(0, 1)
    correct = "Correct them, or leave them out."
    elsewhere = (
        "They may be of another field or of a copy of another size, or in other units, such as"
        " micrometres: save them in this field's own pixels."
    )
    _refuse("Boxes must be wider and higher than 0 pixels", boxes, size, extent <= 0, correct)
    _refuse("Boxes must lie inside their field", boxes, size, outside, elsewhere)
    _refuse("Scores must be 0 to 1", boxes, size, odd_score.to_numpy()[:, None], correct)
    return cut_to_edges(boxes, size)


def cut_to_edges(boxes: pd.DataFrame, size: np.ndarray) -> pd.DataFrame:
    """Boxes less what lies beyond their field; `size`: its width and height, or each one's (n, 2).

    A box that lies inside stays as it is, to the last digit.
    """
    start, extent = boxes[["x", "y"]].to_numpy(), boxes[["width", "height"]].to_numpy()
    end, inside = start + extent, np.clip(start, 0, None)
    cut = np.where((start < 0) | (end > size), np.minimum(end, size) - inside, extent)
    return boxes.assign(**dict(zip(SIDES, np.hstack([inside, cut]).T, strict=True)))


def _scaled(boxes: pd.DataFrame, size: np.ndarray) -> pd.DataFrame:
    """Boxes in pixels, `size` being that of each one's field, (n, 2)."""
    said = boxes[[*SIZE]].to_numpy()
    shares = (said == 1).all(axis=1)
    other = ~np.isnan(said).all(axis=1) & ~shares & (said != size).any(axis=1)
    faults = [
        f"{row.field} is {width:.0f} x {height:.0f} pixels, in {row.file} it is"
        f" {row.field_width:.0f} x {row.field_height:.0f}"
        for row, (width, height) in zip(boxes[other].itertuples(), size[other], strict=True)
    ]
    if faults:
        raise ValueError(
            f"Boxes are of fields of another size: {some(list(dict.fromkeys(faults)))}. Take the"
            " fields in which they were drawn, or export the boxes of these."
        )
    scale = np.tile(np.where(shares[:, None], size, 1), 2)
    return boxes.assign(**(boxes[[*SIDES]] * scale))


def _refuse(
    rule: str, boxes: pd.DataFrame, size: np.ndarray, broken: np.ndarray, step: str
) -> None:
    """Raise ValueError if a box breaks a rule, in one of its columns (n, k)."""
    odd = broken.any(axis=1)
    faults = [
        f"box {row.number} of {row.file} has {_numbers(row)} in {row.field}, {width:.0f} x"
        f" {height:.0f} pixels"
        for row, (width, height) in zip(boxes[odd].itertuples(), size[odd], strict=True)
    ]
    if faults:
        raise ValueError(f"{rule}, but {some(faults)}. {step}")


def _numbers(row: tuple) -> str:
    said = [f"{side} {round(getattr(row, side), 1):.10g}" for side in SIDES]
    score = [] if np.isnan(row.score) else [f"score {row.score:g}"]
    return ", ".join(said + score)
