"""Boxes in a table, as text: our own, those of published sets, and Fiji's Results."""

import pandas as pd

from ...data.label_lists import parse_list
from .raw_boxes import SIDES, as_numbers, raw_boxes

_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_RESULTS = ("BX", "BY", "Width", "Height")
_KINDS = (_RESULTS, _CORNERS, SIDES)  # Results first: they may have X and Y, a cell's centre
_FIELD = ("field", "filename", "file_name", "image", "image_name", "image_path")


def sides_of(titles: set[str]) -> tuple[str, ...] | None:
    """The columns with the sides of boxes, if a table has them; titles are in small letters."""
    return next((each for each in _KINDS if titles.issuperset(map(str.casefold, each))), None)


def read_table(content: bytes, file: str, titles: set[str]) -> pd.DataFrame:
    """The boxes of a table with these titles.

    Without a column that names fields, the table is of the field that it is named after.

    Raises ValueError for a damaged table, and for Results in other units than pixels.
    """
    sides = sides_of(titles)
    names = ("Label",) if sides == _RESULTS else _FIELD
    named = [name for name in names if name.casefold() in titles][:1]
    listed = parse_list(content, file, (*named, *sides), ("score",))
    boxes = as_numbers(listed[[*sides, "score"]], file, optional=("score",))
    boxes = boxes.set_axis([*SIDES, "score"], axis=1)
    fields = listed[named[0]] if named else None
    if sides == _CORNERS:
        boxes = boxes.assign(width=boxes["width"] - boxes["x"], height=boxes["height"] - boxes["y"])
    if sides == _RESULTS:
        _check_pixels(boxes[[*SIDES]], file)
        fields = fields if fields is None else fields.str.split(":").str[0]  # a ROI's name follows
    return raw_boxes(field=fields, **boxes)


def _check_pixels(boxes: pd.DataFrame, file: str) -> None:
    """Fiji's bounding rectangles are whole pixels, unless the image has a scale."""
    if (odd := (boxes % 1 != 0).any(axis=1)).any():
        got = ", ".join(f"{value:g}" for value in boxes[odd].iloc[0])
        raise ValueError(
            f"{file}: BX, BY, Width and Height must be whole pixels, but box"
            f" {odd.argmax() + 1} has {got},"
            " as if the image had a scale, such as micrometres. In Fiji choose Analyze > Set Scale"
            " > Click to Remove Scale, and measure again."
        )
