"""Fields as files: any part of a plain image or a whole slide, at any scale."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from ..common.checks import check_count
from ..data.decoding import read_image
from ..data.pixel_formats import UnreadableImageError
from .slides import is_slide, opened_slide

Window = tuple[int, int, int, int]  # x, y, width, height, in pixels of the full resolution

_ALMOST = 0.99  # a resolution rounded down to whole pixels still serves


class Field:
    """A microscope field, or a whole slide, `width` x `height` pixels at its full resolution."""

    def __init__(self, path: str, resolutions: list) -> None:
        self._path, self._resolutions = path, resolutions
        self.height, self.width = resolutions[0].shape[:2]

    def region(
        self, x: float, y: float, width: float, height: float, scale: float = 1.0
    ) -> np.ndarray:
        """The part of the field from (x, y) on, in pixels of the full resolution, resized.

        A slide is read at the resolution nearest above `scale`; Pillow's antialiased bilinear
        filter does the rest. Returns uint8 (height * scale, width * scale, 3), rounded, at
        least one pixel.

        Raises ValueError for a part that is empty or reaches beyond the field, and
        UnreadableImageError for a damaged one.
        """
        if not (0 <= x < x + width <= self.width and 0 <= y < y + height <= self.height):
            raise ValueError(
                f"A region must lie within its field, {self.width} x {self.height} pixels, but"
                f" was {width} x {height} at x {x}, y {y}."
            )
        enough = _ALMOST * scale * self.width
        served = (each for each in reversed(self._resolutions) if each.shape[1] >= enough)
        pixels = next(served, self._resolutions[0])
        across, down = pixels.shape[1] / self.width, pixels.shape[0] / self.height
        left, top, right, bottom = x * across, y * down, (x + width) * across, (y + height) * down
        column, row = int(left), int(top)
        try:
            part = Image.fromarray(pixels[row : math.ceil(bottom), column : math.ceil(right)])
        except MemoryError:
            raise
        except Exception as error:  # each of a slide's compressions raises its own
            raise UnreadableImageError(
                f"{self._path}: its part at x {int(x)}, y {int(y)} ({int(width)} x {int(height)}"
                f" pixels) cannot be read ({error}): copy the slide again, or export its sound"
                " parts as PNG."
            ) from error
        right, bottom = min(right - column, part.width), min(bottom - row, part.height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        box = left - column, top - row, right, bottom
        return np.array(part.resize(size, Image.Resampling.BILINEAR, box))


@contextmanager
def open_field(path: str | Path | np.ndarray) -> Iterator[Field]:
    """A field's file, open: an image is decoded at once, a slide region by region.

    Or the pixels (H, W, 3), uint8, of a field that is in memory.

    Raises UnreadableImageError, which says what the file is instead and what to do,
    PermissionError if it may not be read (permission denied).
    """
    if isinstance(path, np.ndarray):
        yield Field("the field", [path])
        return
    path = str(path)
    if is_slide(path):
        with opened_slide(path) as resolutions:
            yield Field(path, resolutions)
    else:
        yield Field(path, [read_image(path)])


def tiles(width: int, height: int, side: int, margin: int) -> list[Window]:
    """Windows that cover a field, row by row, all of one size, at most `side` wide and high.

    Neighbours share at least `margin` pixels, so that what is no wider lies whole in one of
    them. A field no larger than `side` is one window.
    """
    check_count("margin", margin, least=0, most=side - 1)
    down, across = _starts(height, side, margin), _starts(width, side, margin)
    return [(x, y, min(width, side), min(height, side)) for y in down for x in across]


def _starts(length: int, side: int, margin: int) -> list[int]:
    """Where the windows along one side of a field start, evenly spread."""
    steps = max(0, math.ceil((length - side) / (side - margin)))
    return [max(0, length - side) * step // max(1, steps) for step in range(steps + 1)]
