"""How wide the cells of a folder's fields are: a microscope has one scale, which is looked for."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from tqdm import tqdm

from .field_files import Field, Window, open_field, tiles
from .finder import Finder
from .finding import find_within

SAMPLED = 10  # fields that are looked at on every scale
_WIDTHS = np.geomspace(724, 45.25, 9)  # of cells, in pixels, half an octave apart, widest first
_NEAR = 0.5  # octaves: on its own scale a cell is as wide as the scale says
_CELLS = 0.15  # worth of a scale, for each field, from which on there are cells
_WORTH, _WORSE = 0.75, 2  # as many narrower scales worth less than this share of it end the search
_PART = 2048  # pixels a side, of the parts of a whole slide that stand for it
_PARTS, _OVERVIEW = 4, 1 / 16
_SURE = 0.6  # a score of a cell whose width counts by itself
_OTHER = 1.0  # octaves between two magnifications


def sampled(fields: Sequence) -> Sequence:
    """Some of a folder's fields, evenly spread."""
    step = max(1, -(-len(fields) // SAMPLED))
    return fields[::step]


def look_at_scales(
    fields: dict[str, str | np.ndarray], finder: Finder, progress: bool = False
) -> pd.DataFrame:
    """The surest cell of each field on each scale: `field`, `scale` (px), `width`, `score`.

    Scales are tried from the widest cells down, which is quick, until narrower ones find less.
    `fields` are {name: path or pixels}.
    """
    rows, worth, shown = [], [], tqdm(total=len(_WIDTHS), desc="scale", disable=not progress)
    with shown:
        for scale in _WIDTHS:
            shown.update()
            surest = [_surest(path, scale, finder) for path in fields.values()]
            rows += [{"field": f, "scale": scale, **s} for f, s in zip(fields, surest, strict=True)]
            worth.append(sum(each["score"] ** 2 for each in surest))
            most = max(worth)
            if most >= _CELLS * len(fields) and max(worth[-_WORSE:]) < _WORTH * most:
                break
    return pd.DataFrame(rows)


def cell_width(looks: pd.DataFrame) -> float:
    """The width, in pixels, of the median cell on the scale on which cells are surest."""
    worth = looks.assign(worth=looks["score"] ** 2).groupby("scale")["worth"].sum()
    if not worth.any():
        return float(worth.index.max())  # any will do
    best = looks[looks["scale"] == worth.idxmax()]
    return float(np.median(best["width"].repeat((best["score"] * 100).astype(int))))


def other_scales(looks: pd.DataFrame, width: float) -> dict[str, float]:
    """The fields whose sure cells are of another magnification, and how wide they are."""
    best = looks.loc[looks.groupby("field")["score"].idxmax()].set_index("field")
    sure = best[best["score"] >= _SURE]["width"]
    return sure[np.log2(sure / width).abs() > _OTHER].to_dict()


def _surest(path: str | np.ndarray, scale: float, finder: Finder) -> dict[str, float]:
    with open_field(path) as field:
        parts = [find_within(field, part, scale, finder) for part in _parts(field)]
    cells = pd.concat(parts, ignore_index=True)
    own = cells[np.log2(cells["width"] / scale).abs() < _NEAR]
    if own.empty:
        return {"width": scale, "score": 0.0}
    return own.loc[own["score"].idxmax(), ["width", "score"]].to_dict()


def _parts(field: Field) -> Iterable[Window]:
    """The whole field, or of a slide the parts in which most is to be seen."""
    if max(field.width, field.height) <= 2 * _PART:
        return [(0, 0, field.width, field.height)]
    windows = tiles(field.width, field.height, _PART, 0)
    seen = [field.region(*window, _OVERVIEW).std(axis=(0, 1)).sum() for window in windows]
    return [windows[place] for place in np.argsort(seen)[-_PARTS:]]
