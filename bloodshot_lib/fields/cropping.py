"""One field in memory -> the crops of its white cells."""

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_number, kind_of
from .box_files import BOXES
from .cutting import NARROWEST, cut, side_for
from .field_files import open_field
from .finder import released_finder
from .finding import boxes_of, find_within
from .folder_scale import cell_width, look_at_scales
from .score_limit import score_limit


def crop_cells(
    field: np.ndarray, width: float | None = None, side: int | None = None
) -> tuple[np.ndarray, pd.DataFrame]:
    """The white cells of a stained field (H, W, 3), uint8, each centred in a crop.

    Returns crops (n, side, side, 3), uint8, and a table of n rows: the box `x`, `y`, `width`,
    `height` of each cell in the field's pixels, and its `score`, .5 to 1, the surest first. Each
    crop is centred on its box. Beyond the field's edge it has the colour of the light. A box that
    touches the edge may be of a cut cell: leave it out if you want whole cells only.

    - `width`: of the median cell, in pixels. If not given, it is looked for: one field tells it
      less surely than the folder of fields that `bloodshot crop` looks at.
    - `side`: the crop's, in pixels; by default the median cell fills .55 of it, as in the images
      that the released embedder learnt. Pass it to make the crops of several fields fit into
      one array.

    The finder learnt on fields of three laboratories, and from cells in Romanowsky stains
    (Wright, Giemsa): *Whole fields* in the book tells what it finds elsewhere. Look through the
    crops. A field without white cells gives none.

    To embed them, resize each to the embedder's size:
    `np.stack([PIL.Image.fromarray(crop).resize((size, size)) for crop in crops])`.

    Raises ValueError for a field of another type or shape, a width below 16, a side below 1.
    """
    _check_field(field)
    if width is not None:
        width = check_number("width", width, least=NARROWEST)
    if side is not None:
        side = check_count("side", side)
    finder = released_finder()
    width = width or cell_width(look_at_scales({"": field}, finder))
    side = side or side_for(width)
    with open_field(field) as opened:
        size = opened.width, opened.height
        peaks = find_within(opened, (0, 0, *size), width, finder)
        boxes = boxes_of(peaks, score_limit(peaks["score"].to_numpy()), size)[[*BOXES[1:]]]
        crops = [cut(opened, box, side) for box in boxes.to_dict("records")]
    return np.array(crops, np.uint8).reshape(-1, side, side, 3), boxes


def _check_field(field: object) -> None:
    right = isinstance(field, np.ndarray) and field.dtype == np.uint8 and field.ndim == 3
    if not right or field.shape[2] != 3 or field.size == 0:
        raise ValueError(
            f"`field` must be one image, uint8 RGB of shape (H, W, 3), but was {kind_of(field)}."
            " np.asarray(PIL.Image.open(file).convert('RGB')) reads one from a file."
        )
