"""Single cells from whole microscope fields: nuclei are found by colour, with no training."""

import numpy as np
import pandas as pd
from scipy import ndimage

from ..common.checks import check_count, check_number, kind_of
from .laboratory_shifts import otsu

# in units of a red cell's diameter, or of the area of a disc that wide
SIDE = 3.75  # of a crop, as in the images that the released weights learnt from
_GAP = 0.25  # between the lobes of one nucleus
_GRAIN = 0.04  # anything narrower is not a nucleus
_LEAST, _MOST = 0.3, 8.0  # area of a nucleus: platelets are smaller, clumps and dirt may be larger
_STAINED = 0.1  # an absorbance that an empty field's green stays below; red cells pass .2
_PURPLE = 0.15  # least difference of absorbances; red cells reach 0.06


def crop_cells(
    field: np.ndarray, diameter: float | None = None, side: int | None = None
) -> tuple[np.ndarray, pd.DataFrame]:
    """The white cells of a stained field (H, W, 3), uint8, each centred in a crop.

    Returns crops (n, side, side, 3), uint8, and a table of n rows: the box `x`, `y`, `width`,
    `height` of each nucleus in the field's pixels, from the top down. Each crop is centred on
    its box. Beyond the field's edge it is filled with the background colour, because a mirrored
    nucleus would look like another cell. A box that touches the edge may be a cut cell: leave
    it out if you want whole cells only.

    - `diameter`: a red cell's, in pixels. If not given, it is measured in the field, which
      takes many red cells: for marrow, measure it once by hand and pass it.
    - `side`: the crop's, in pixels; by default 3.75 diameters, of which a white cell fills half
      to two thirds. Pass it to make the crops of several fields fit into one array.

    A Romanowsky stain (Wright, Giemsa, Leishman) makes nuclei purple: unlike red cells, they
    absorb far more red than blue. Otsu's threshold (1979) on the difference finds them; lobes
    close together count as one nucleus, and anything far smaller than a red cell as a platelet.
    White cells whose nuclei touch come out as one. Nothing is learnt and no cell type is
    recognised, so look through the crops. A field without white cells gives none.

    Raises ValueError for a field of another type or shape, a diameter below 8, a side below 1.
    """
    _check_field(field)
    if diameter is not None:
        diameter = check_number("diameter", diameter, least=8)
    if side is not None:
        side = check_count("side", side)
    background = background_colour(field)
    absorbance = _absorbance(field, background)
    nuclear = _nuclear(absorbance)
    diameter = diameter or red_cell_diameter(absorbance[..., 1], nuclear)
    side = side or max(1, round(SIDE * diameter))
    boxes = pd.DataFrame(
        [(x.start, y.start, x.stop - x.start, y.stop - y.start)
         for y, x in _nuclei(nuclear, diameter)],
        columns=["x", "y", "width", "height"], dtype=int,
    )  # fmt: skip
    return _cut(field, boxes, side, background.round().astype(np.uint8)), boxes


def measure_diameter(field: np.ndarray) -> float:
    """A red cell's width in a stained field (H, W, 3), uint8, in pixels: see `crop_cells`.

    It is not a number (NaN) in a field in which nothing is stained.
    """
    _check_field(field)
    absorbance = _absorbance(field, background_colour(field))
    if absorbance[..., 1].max() < _STAINED:
        return np.nan
    return red_cell_diameter(absorbance[..., 1], _nuclear(absorbance))


def red_cell_diameter(green: np.ndarray, nuclear: np.ndarray) -> float:
    """The width in pixels of most stained objects, from green's absorbance (H, W).

    It is the width of the largest disc that, moved about inside the cells, still covers half
    their area (a granulometry, Matheron 1975): 8 to half of the shorter side.
    """
    around = ndimage.binary_dilation(nuclear, iterations=3)  # too dark to separate the others
    if around.all():
        return max(8.0, min(green.shape) / 2)
    stained = around | (green > _otsu(green[~around]))
    stained = ndimage.binary_fill_holes(stained)
    depth = ndimage.distance_transform_edt(stained)
    fits, too_wide = 4, max(5, min(green.shape) // 4)  # radii, halved until they meet
    while too_wide - fits > 1:
        radius = (fits + too_wide) // 2
        inside = depth >= radius
        reached = inside.any() and ndimage.distance_transform_edt(~inside) < radius
        half = np.sum(reached) >= stained.sum() / 2
        fits, too_wide = (radius, too_wide) if half else (fits, radius)
    return 2.0 * fits


def background_colour(image: np.ndarray) -> np.ndarray:
    """The light background's colour (3,): the limit of the brightest tenth in each channel."""
    return np.percentile(image, 90, axis=(0, 1))


def _check_field(field: object) -> None:
    right = isinstance(field, np.ndarray) and field.dtype == np.uint8 and field.ndim == 3
    if not right or field.shape[2] != 3 or field.size == 0:
        raise ValueError(
            f"`field` is one image, uint8 RGB of shape (H, W, 3); got {kind_of(field)}."
        )


def _absorbance(field: np.ndarray, background: np.ndarray) -> np.ndarray:
    """How much darker than the background each channel is, in natural logarithms."""
    smooth = ndimage.gaussian_filter(field.astype(np.float32), (1, 1, 0))
    return np.log((background.astype(np.float32) + 1) / (smooth + 1))


def _otsu(values: np.ndarray) -> float:
    """Otsu's threshold of numbers, clipped to 0 to 2."""
    return otsu((values.clip(0, 2) * 127.5).astype(np.uint8)) / 127.5


def _nuclear(absorbance: np.ndarray) -> np.ndarray:
    purple = absorbance[..., 0] - absorbance[..., 2]
    return purple > max(_PURPLE, _otsu(purple))


def _nuclei(nuclear: np.ndarray, diameter: float) -> list[tuple[slice, slice]]:
    """Each nucleus, as a slice of rows and one of columns."""
    grain = max(1, round(_GRAIN * diameter / 2))
    nuclear = ndimage.binary_opening(nuclear, iterations=grain)
    if not nuclear.any():
        return []
    joined = ndimage.distance_transform_edt(~nuclear) <= _GAP * diameter / 2
    labels, n = ndimage.label(joined)
    labels *= nuclear
    areas = np.bincount(labels.ravel(), minlength=n + 1)[1:] / (np.pi / 4 * diameter**2)
    found = zip(ndimage.find_objects(labels, n), areas, strict=True)
    return [where for where, area in found if _LEAST <= area <= _MOST]


def _cut(field: np.ndarray, boxes: pd.DataFrame, side: int, background: np.ndarray) -> np.ndarray:
    """Squares (n, side, side, 3) centred on the boxes."""
    crops = np.empty((len(boxes), side, side, 3), np.uint8)
    crops[:] = background
    for crop, box in zip(crops, boxes.itertuples(), strict=True):
        left, top = box.x + (box.width - side) // 2, box.y + (box.height - side) // 2
        seen = field[max(0, top) : top + side, max(0, left) : left + side]
        y, x = max(0, -top), max(0, -left)
        crop[y : y + seen.shape[0], x : x + seen.shape[1]] = seen
    return crops
