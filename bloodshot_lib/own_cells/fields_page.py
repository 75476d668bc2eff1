"""Fields with their boxes -> one page that opens offline, in which the boxes are corrected."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image

from ..plots.mosaic import data_uri
from .classification import DOUBTFUL
from .page_templates import pages

_QUALITY = 60


class FieldView(NamedTuple):
    """A field, or a part of a whole slide, reduced for the page, with its boxes.

    - `field`: its file, below the folder of fields.
    - `image`: (h, w, 3), uint8.
    - `x`, `y`, `scale`: where the image begins in the field, in the field's pixels, and its
      pixels for each of the field's.
    - `width`, `height`: of the whole field, in its own pixels.
    - `boxes`: x, y, width, height in the field's own pixels and `score`, NaN if no program found
      it. A box that lies in several parts may be given with each, and is one box.
    """

    field: str
    image: np.ndarray
    x: float
    y: float
    scale: float
    width: int
    height: int
    boxes: pd.DataFrame


def write_fields_page(file: Path, views: Iterable[FieldView], facts: Mapping) -> None:
    """Write the page of these fields as HTML, one by one, so that only one is in memory.

    `facts` are those of all fields:

    - `n_fields`, `cells`: how many fields there are, and boxes in them.
    - `side`, `median`: the width of a crop and of a cell, in a field's pixels.
    - `command`: what to type when the boxes are saved.
    - `notes`: sentences to begin with.
    - `crops`: the crops' files below the page's folder, in the order in which to show them.
    - `not_shown`: {field: rows of x, y, width, height, score}, which the page keeps and saves.
    """
    script = {
        "command": facts["command"],
        "median": facts["median"],
        "limit": DOUBTFUL,
        "not_shown": {field: _rows(boxes) for field, boxes in facts["not_shown"].items()},
    }
    template = pages.get_template("fields.html")
    with open(file, "w", encoding="utf-8") as page:
        page.writelines(template.generate(facts=facts, script=script, views=_shown(views)))


def _shown(views: Iterable[FieldView]) -> Iterator[dict]:
    """What the page holds of each field: its picture, and what the script knows of it."""
    columns = ["x", "y", "width", "height", "score"]
    for view in views:
        height, width = view.image.shape[:2]
        known = view._asdict() | {"boxes": _rows(view.boxes[columns].to_numpy(float).tolist())}
        del known["image"]
        source = data_uri(Image.fromarray(view.image), _QUALITY)
        yield {"name": view.field, "known": known, "source": source, "size": (width, height)}


def _rows(boxes: Iterable[list[float]]) -> list[list[float | None]]:
    """The boxes, with None for a score that is NaN, which JSON does not have."""
    return [[*box, None if np.isnan(score) else score] for *box, score in boxes]
