"""Which new images are a labelled one, and which are like none in size or light."""

from collections import defaultdict

import numpy as np
import pandas as pd

# Measured on six laboratories' cells with labels from the very folder, ten per class, random or
# suggested: at most 5 in 100 images lie further than 20 grey levels from the nearest labelled
# one in the mean colour of their brightest quarter; with another laboratory's labels 12 to 100
_SIZES_DIFFER, _COLOURS_DIFFER, _TOO_MANY = 1.25, 20.0, 0.08
_STEP, _AT_ONCE = 4, 1024
LIGHT = ["red", "green", "blue"]


def same_pixels(images: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """For each image (N, S, S, 3) the first labelled one of the very same pixels, or -1, (N,).

    Programs that tag a photograph or save it in another format change its file, not these.
    """
    middle, rows = labelled.shape[1] // 2, defaultdict(list)
    for row, image in enumerate(labelled):  # one line of pixels tells nearly all images apart
        rows[image[middle].tobytes()].append(row)

    def first(image: np.ndarray) -> int:
        alike = rows.get(image[middle].tobytes(), ())
        return next((row for row in alike if np.array_equal(labelled[row], image)), -1)

    return np.array([first(image) for image in images], dtype=int)


def differing(new: pd.DataFrame, labelled: pd.DataFrame) -> pd.DataFrame:
    """Columns `size` and `colour`, True where a new image differs from every labelled one.

    The tables have `width` in pixels and `LIGHT`, as `light` has it.
    """
    ratios = np.log(new["width"].to_numpy())[:, None] - np.log(labelled["width"].unique())
    known, parts = labelled[LIGHT].to_numpy(), new[LIGHT].to_numpy()
    parts = np.array_split(parts, 1 + len(new) // _AT_ONCE)
    gaps = [np.abs(part[:, None] - known).max(axis=2).min(axis=1) for part in parts]
    return pd.DataFrame(
        {
            "size": np.abs(ratios).min(axis=1) > np.log(_SIZES_DIFFER),
            "colour": np.concatenate(gaps) > _COLOURS_DIFFER,
        }
    )


def difference_warnings(
    differ: pd.DataFrame, new: pd.DataFrame, labelled: pd.DataFrame, n: int
) -> list[str]:
    """What to know if many of the `n` new images differ, as `differing` says."""
    spans = [_span(table["width"]) for table in (labelled, new[differ["size"]])]
    why = {
        "size": f"The labelled images are {spans[0]} px wide and these {spans[1]} px. If cells"
        " fill another share of the image",
        "colour": "If stain, lamp or camera has changed",
    }
    return [
        f"{some.sum()} of {n} new images differ in {what} from every labelled one, first"
        f" {new['file'][some].iloc[0]}; cells.csv marks them. {why[what]}, label cells of them"
        " too, or classify them by labels of their own."
        for what, some in differ.items()
        if some.sum() > _TOO_MANY * n
    ]


def light(images: np.ndarray) -> np.ndarray:
    """The mean colour of the brightest quarter of each image, (N, 3), from some of its pixels."""
    parts = np.array_split(images, 1 + len(images) // _AT_ONCE)
    return np.concatenate([_brightest(part[:, ::_STEP, ::_STEP]) for part in parts])


def _span(widths: pd.Series) -> str:
    return " to ".join(map(str, sorted({widths.min(), widths.max()})))


def _brightest(images: np.ndarray) -> np.ndarray:
    pixels = images.reshape(len(images), -1, 3)
    quarter = max(1, pixels.shape[1] // 4)
    rows = np.argpartition(pixels.sum(axis=2, dtype=np.int16), -quarter, axis=1)[:, -quarter:]
    return np.take_along_axis(pixels, rows[..., None], axis=1).mean(axis=1)
