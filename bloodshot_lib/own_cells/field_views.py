"""Fields, and the parts of whole slides in which cells are, reduced to be shown on a page."""

from collections.abc import Iterator

import pandas as pd

from ..fields.field_files import Field, tiles
from .field_notes import Sizes, middles
from .fields_page import FieldView

_MOST = 400  # fields on one page: some 20 MB
_SIDE = 1000  # pixels of a picture's longer side
_PART, _OVERLAP = 4096, 512  # field pixels of a part of a whole slide


def chosen_fields(boxes: pd.DataFrame, sizes: Sizes) -> list[str]:
    """The fields that have a place on the page: if there are many, the most doubtful ones."""
    least = boxes.groupby("field")["score"].min().reindex([*sizes]).fillna(1.0)
    return least.sort_values(kind="stable").index[:_MOST].tolist()


def views_of(name: str, field: Field, boxes: pd.DataFrame) -> Iterator[FieldView]:
    """A field as one picture; of a slide those parts that hold the middle of a box."""
    across, down = middles(boxes).T
    parts = tiles(field.width, field.height, _PART, _OVERLAP)
    for x, y, width, height in parts:
        inside = (x <= across) & (across <= x + width) & (y <= down) & (down <= y + height)
        if len(parts) == 1 or inside.any():
            scale = min(1.0, _SIDE / max(width, height))
            image = field.region(x, y, width, height, scale)
            size = field.width, field.height
            yield FieldView(name, image, x, y, scale, *size, boxes[inside])
