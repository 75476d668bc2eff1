"""Which new images are like no labelled one in size or in the light behind the cell."""

import numpy as np
import pandas as pd

from .labelled_cells import LabelledCells

# Measured on six laboratories' cells with labels from the very folder, ten per class, random or
# suggested: at most 5 in 100 images lie further than 20 grey levels from the nearest labelled
# one in the mean colour of their brightest quarter; with another laboratory's labels 12 to 100
_SIZES_DIFFER, _COLOURS_DIFFER, _TOO_MANY = 1.25, 20.0, 0.08
_STEP, _AT_ONCE = 4, 1024


def differing(known: LabelledCells) -> pd.DataFrame:
    """Columns `size` and `colour`, True where a new image differs from every labelled one."""
    widths, known_widths = (cells.table["width"] for cells in (known.new, known.cells))
    ratios = np.abs(np.log(widths.to_numpy())[:, None] - np.log(known_widths.unique()))
    light, known_light = _light(known.new.images), _light(known.cells.images)
    parts = np.array_split(light, 1 + len(light) // _AT_ONCE)
    gaps = [np.abs(part[:, None] - known_light).max(axis=2).min(axis=1) for part in parts]
    return pd.DataFrame(
        {
            "size": ratios.min(axis=1) > np.log(_SIZES_DIFFER),
            "colour": np.concatenate(gaps) > _COLOURS_DIFFER,
        }
    )


def difference_warnings(known: LabelledCells, differ: pd.DataFrame) -> list[str]:
    """What to know if many new images differ, as `differing` says."""
    found, n, new = [], int((known.known < 0).sum()), known.new.table
    for what in ("size", "colour"):
        some = differ[what]
        if some.sum() <= _TOO_MANY * n:
            continue
        how = "If stain, lamp or camera has changed"
        if what == "size":
            how = (
                f"The labelled images are {_span(known.table['width'])} px wide and the new ones"
                f" {_span(new['width'][some])} px. If cells fill another share of the image"
            )
        found.append(
            f"{some.sum()} of {n} new images differ in {what} from every labelled one, first"
            f" {new['file'][some].iloc[0]}; cells.csv marks them. {how}, label cells of them too,"
            " or classify them by labels of their own."
        )
    return found


def _span(widths: pd.Series) -> str:
    low, high = widths.min(), widths.max()
    return f"{low}" if low == high else f"{low} to {high}"


def _light(images: np.ndarray) -> np.ndarray:
    """The mean colour of the brightest quarter of each image, (N, 3), from some of its pixels."""
    parts = np.array_split(images, 1 + len(images) // _AT_ONCE)
    return np.concatenate([_brightest(part[:, ::_STEP, ::_STEP]) for part in parts])


def _brightest(images: np.ndarray) -> np.ndarray:
    pixels = images.reshape(len(images), -1, 3)
    quarter = max(1, pixels.shape[1] // 4)
    rows = np.argpartition(pixels.sum(axis=2, dtype=np.int16), -quarter, axis=1)[:, -quarter:]
    return np.take_along_axis(pixels, rows[..., None], axis=1).mean(axis=1)
