"""A shift suite: cells as another laboratory might photograph them, to test an embedder."""

import io

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from ..common.checks import check_choice, check_images

# new absorbances from the old, channel by channel: eosin bluer and weaker, haematoxylin redder
_STAIN = np.array([[0.75, 0.20, 0.15], [0.15, 0.70, 0.05], [0.00, 0.25, 0.95]])
_WHITE_POINT = np.array([1.0, 0.93, 0.72])  # a warm lamp, no white balance
_GAMMA = 1.25


def shift_images(images: np.ndarray, shift: str) -> np.ndarray:
    """Shifted copies of images (N, S, S, 3), uint8; `shift` is one of `SHIFTS`.

    - "stain": the dyes' absorbances mixed differently.
    - "white point": a warm lamp and another gamma.
    - "blur": out of focus, a Gaussian of S/64 pixels.
    - "resolution": a third of the pixels a side.
    - "cut-out": the cell on exact black, as in the ALL challenge's images.
    - "jpeg": stored at quality 10.

    Nothing is random, so every embedder sees the same pixels. Raises ValueError for any other
    name, or for images of another type or shape.
    """
    check_choice("shift", shift, SHIFTS)
    check_images(images)
    return np.array([SHIFTS[shift](image) for image in images], np.uint8).reshape(images.shape)


def cell_mask(image: np.ndarray) -> np.ndarray:
    """Which pixels of an image (S, S, 3) are the cell in the middle: a mask (S, S).

    A pixel is dark if its green, which every blood stain absorbs, is below Otsu's threshold.
    The cell is the dark region nearest the centre, its holes filled, or the whole image if
    there is none.
    """
    green = image[..., 1]
    regions, _ = ndimage.label(
        ndimage.binary_opening(green < otsu(green), iterations=max(1, len(green) // 64))
    )
    if not regions.any():
        return np.ones(green.shape, bool)
    nearest = ndimage.distance_transform_edt(
        regions == 0, return_distances=False, return_indices=True
    )
    middle = tuple(nearest[:, green.shape[0] // 2, green.shape[1] // 2])
    return ndimage.binary_fill_holes(regions == regions[middle])


def otsu(values: np.ndarray) -> int:
    """The grey level that splits uint8 values with the least variance in each part (Otsu 1979)."""
    counts = np.bincount(values.ravel(), minlength=256).astype(float)
    below, total = counts.cumsum(), (counts * np.arange(256)).cumsum()
    above = below[-1] - below
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return int(np.nan_to_num(between).argmax()) + 1


def _stain(image: np.ndarray) -> np.ndarray:
    absorbance = -np.log((image.astype(float) + 1) / 256)
    return (256 * np.exp(-absorbance @ _STAIN) - 1).clip(0, 255).round().astype(np.uint8)


def _white_point(image: np.ndarray) -> np.ndarray:
    return (255 * (image / 255) ** _GAMMA * _WHITE_POINT).round().astype(np.uint8)


def _blur(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(len(image) / 64)))


def _resolution(image: np.ndarray) -> np.ndarray:
    small = Image.fromarray(image).resize((max(1, len(image) // 3),) * 2, Image.Resampling.BOX)
    return np.asarray(small.resize((len(image),) * 2, Image.Resampling.BILINEAR))


def _cut_out(image: np.ndarray) -> np.ndarray:
    return image * cell_mask(image)[..., None]


def _jpeg(image: np.ndarray) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=10)
    return np.asarray(Image.open(file))


SHIFTS = {
    "stain": _stain,
    "white point": _white_point,
    "blur": _blur,
    "resolution": _resolution,
    "cut-out": _cut_out,
    "jpeg": _jpeg,
}
