"""Nucleus, cytoplasm and background of a stained cell, by colour: good enough for averages."""

import numpy as np
from scipy import ndimage

from bloodshot_lib.data.laboratory_shifts import otsu

REGIONS = ("nucleus", "cytoplasm", "background")
# a nucleus absorbs this share of the red that its darkest tenth absorbs; paler is cytoplasm
_DARK = 0.6
_PURPLE = 0.15  # least difference of red's and blue's absorbances in a nucleus
_TINT = 0.06  # what red cells reach of it
_LOBES = 1 / 32  # of the image's side: parts of a nucleus that are nearer are one
_HOLLOW = 5 / 64  # what lies between the lobes and is stained is cytoplasm


def regions(image: np.ndarray) -> np.ndarray | None:
    """Which pixels are nucleus, cytoplasm and background, (3, S, S); None without a nucleus.

    A Romanowsky stain makes nuclei purple: unlike red cells, they absorb far more red than blue.
    The nucleus is the purple, less what is paler, and of several the largest; the cytoplasm is
    what touches it, stained more than Otsu's threshold and bluer than red cells are, and what
    lies between its lobes. Red granules apart from the nucleus are missed, and count as
    background, as other cells do.
    """
    absorbance = _absorbance(image, np.percentile(image, 90, axis=(0, 1)))
    red, green, blue = np.moveaxis(absorbance, 2, 0)
    purple, side = _nuclear(absorbance), len(image)
    if not purple.any():
        return None
    dark = purple & (red > _DARK * np.percentile(red[purple], 90))
    nucleus = _largest(ndimage.binary_opening(dark), _LOBES * side)
    if not nucleus.any():
        return None
    others = ~ndimage.binary_dilation(purple, iterations=3)
    stained = purple | (green > (_otsu(green[others]) if others.any() else 0))
    body = ndimage.binary_opening(stained & (red - blue > _TINT), iterations=2) | nucleus
    labels, _ = ndimage.label(body)
    body = np.isin(labels, np.unique(labels[nucleus]))
    body = ndimage.binary_fill_holes(body | (_closed(body, _HOLLOW * side) & stained))
    return np.stack([nucleus, body & ~nucleus, ~body])


def _absorbance(image: np.ndarray, background: np.ndarray) -> np.ndarray:
    """How much darker than the background each channel is, in natural logarithms."""
    smooth = ndimage.gaussian_filter(image.astype(np.float32), (1, 1, 0))
    return np.log((background.astype(np.float32) + 1) / (smooth + 1))


def _nuclear(absorbance: np.ndarray) -> np.ndarray:
    purple = absorbance[..., 0] - absorbance[..., 2]
    return purple > max(_PURPLE, _otsu(purple))


def _otsu(values: np.ndarray) -> float:
    """Otsu's threshold (1979) of numbers, clipped to 0 to 2."""
    return otsu((values.clip(0, 2) * 127.5).astype(np.uint8)) / 127.5


def _largest(mask: np.ndarray, gap: float) -> np.ndarray:
    """The largest part of a mask, pieces no farther apart than twice the gap being one."""
    labels, n = ndimage.label(ndimage.distance_transform_edt(~mask) <= gap)
    areas = np.bincount(labels[mask], minlength=n + 1)
    return mask & (labels == areas[1:].argmax() + 1) if n else mask


def _closed(mask: np.ndarray, radius: float) -> np.ndarray:
    """The mask and what a disc of that radius cannot reach from outside."""
    edge = int(radius) + 2
    near = np.pad(ndimage.distance_transform_edt(~mask) <= radius, edge, mode="edge")
    return (ndimage.distance_transform_edt(near) > radius)[edge:-edge, edge:-edge]
