"""Whole slides: large TIFFs, mostly in several resolutions, that are read piece by piece."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ..data.decoding import opened, quiet_pillow
from ..data.folder_contents import readable
from ..data.image_listing import SLIDE_SUFFIXES
from ..data.pixel_formats import UnreadableImageError, not_colour

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPageSeries
    from zarr import Array

_TIFF = b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"  # the last two are BigTIFF
_PACKAGES = "imagecodecs", "tifffile", "zarr"
_WITH_LABEL = "ndpi", "svs"  # which hold pictures of the label and the glass too
_COLOUR = "YXS", "SYX"  # tifffile's axes: a pixel's three values together, or in three planes
_RGB, _YCBCR = 2, 6
_JPEG = 6, 7, 34892, 33007  # which alone is decoded from YCbCr to RGB
_APERIO_YCBCR = 33003

# what tifffile would print about a damaged file, an error says
logging.getLogger("tifffile").addHandler(logging.NullHandler())


@quiet_pillow()
def is_slide(path: str) -> bool:
    """Whether a TIFF is a slide by its name, or too large, or of several pages.

    Raises PermissionError if it may not be read (permission denied).
    """
    with readable(path), open(path, "rb") as file:
        if file.read(4) not in _TIFF:
            return False
    if Path(path).suffix.lower() in SLIDE_SUFFIXES:
        return True
    try:
        with opened(path) as image:
            return image.n_frames > 1
    except UnreadableImageError as error:
        return isinstance(error.__cause__, Image.DecompressionBombError)


@contextmanager
def opened_slide(path: str) -> Iterator[list]:
    """A slide's resolutions, the full one first: arrays (H, W, 3), uint8, that stay on disk.

    Tiles that were never scanned are white, as lit glass is.

    Raises UnreadableImageError, which says what the file is instead and what to do.
    """
    if any(find_spec(name) is None for name in _PACKAGES):
        raise UnreadableImageError(
            f"{path}: a whole slide, or a TIFF too large or of too many pages for one image. To"
            ' read slides: pip install "bloodshot[slides]". Or save the parts that you need as'
            " PNG, in the slide's viewer."
        )
    from tifffile import TiffFile  # here, because it imports slowly

    with ExitStack() as stack:
        try:
            with readable(path):
                file = stack.enter_context(TiffFile(path))
            resolutions = _resolutions(file)
        except (PermissionError, MemoryError):
            raise
        except Exception as error:  # on damaged files tifffile raises almost anything
            known = isinstance(error, UnreadableImageError)
            fault = str(error) if known else f"not a whole slide ({error}): copy it again."
            raise UnreadableImageError(f"{path}: {fault}") from error
        yield resolutions


@dataclass(frozen=True)
class _Planes:
    """An array (3, H, W) as one of (H, W, 3)."""

    array: "Array"

    @property
    def shape(self) -> tuple[int, int, int]:
        return *self.array.shape[1:], 3

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        return np.moveaxis(self.array[:, *window], 0, -1)


def _resolutions(file: "TiffFile") -> list:
    import zarr

    slide, *others = file.series
    if others and slide.kind not in _WITH_LABEL:
        raise UnreadableImageError(
            f"must hold one image, but has {1 + len(others)}: save each in its own file."
        )
    _check_colour(slide)
    page = slide.keyframe
    if max(np.add(page.dataoffsets, page.databytecounts)) > file.filehandle.size:
        raise UnreadableImageError("its end is missing: copy it again.")
    arrays = [
        zarr.open_array(slide.aszarr(level=n, fillvalue=255), mode="r", zarr_format=2)
        for n in range(len(slide.levels))
    ]
    largest, most = max(np.prod(array.chunks) / 3 for array in arrays), 2 * Image.MAX_IMAGE_PIXELS
    if largest > most:
        raise UnreadableImageError(
            f"must be stored in pieces of at most {most / 1e6:.0f} megapixels, but has some of"
            f" {largest / 1e6:.0f}: save it as a TIFF in tiles."
        )
    return [_Planes(array) for array in arrays] if slide.axes == "SYX" else arrays


def _check_colour(slide: "TiffPageSeries") -> None:
    """Raise UnreadableImageError unless a slide is one image in 8-bit colour.

    By OME's rules colour is one channel of three samples; three channels are just channels.
    """
    axes, page = slide.axes, slide.keyframe
    if axes not in (*_COLOUR, "CYX", "YX"):
        raise UnreadableImageError(
            f"must hold one image, but is a stack of {len(slide.pages)}: save the one that you"
            " need as 8-bit RGB."
        )
    decoded = page.photometric == _YCBCR and page.compression in _JPEG
    values = slide.shape[axes.index("S")] if axes in _COLOUR else 1
    faults = {
        f"{8 * slide.dtype.itemsize}-bit": slide.dtype != np.uint8,
        f"{slide.shape[0]} grey channels": axes == "CYX",
        "grey": axes == "YX",
        f"{values} values a pixel": values != 3,
        "YCbCr in JPEG 2000": page.compression == _APERIO_YCBCR,
        page.photometric.name: page.photometric != _RGB and not decoded,
    }
    if what := next((name for name, true in faults.items() if true), None):
        raise not_colour(what)
