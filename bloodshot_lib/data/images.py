"""Table -> images: every file decoded once, in parallel, into one uint8 array on disk."""

import math
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from ..common.atomic_files import check_seal, seal, whole_folder
from ..common.cache_keys import code_key, fingerprint
from ..common.checks import check_count, check_images, check_path, check_switch
from ..common.launched_processes import main_first
from .contents import content_keys
from .decoding import decode_into
from .folder_contents import paths_of, state

_LARGEST = 1 << 14  # pixels a side; a typing slip is refused before memory is allocated


def load_images(
    table: pd.DataFrame,
    size: int,
    cache_dir: str | Path | None = None,
    progress: bool = False,
) -> np.ndarray:
    """Decode a table's images as one array (N, size, size, 3), uint8, in the table's order.

    - Each whole image is resized to a square, `size` pixels a side, by bicubic interpolation
      with antialiasing, as in the report.
    - What is transparent is shown on white, as lit glass is; an opaque alpha channel changes
      nothing. Palettes and YCbCr are read as the colours they stand for, and so is CMYK, by the
      ICC profile in the file.
    - The EXIF orientation is ignored, as in the report's pipeline: cells have no upright
      position, and cells from one microscope are all stored the same way.

    With `cache_dir` the array is a read-only memory map there. It is found again by `size` and
    by what is in the files (or by the table's column `content`, if it has the hashes already),
    wherever they lie and whatever they are called. A killed or failed run leaves nothing that
    could pass for complete.

    Raises

    - ValueError for an empty table, a row without a path, a size that is not a whole number
      from 1 to 16384, or, without `cache_dir`, an array larger than the memory;
    - FileNotFoundError for a file that is gone, OSError for a `cache_dir` that is not a folder
      or cannot be written, or if the disk is too small;
    - UnreadableImageError, naming the first files that are truncated, not an image, grey, not
      8-bit, too large, wholly transparent, unreadable (permission denied), CMYK without a profile,
      or have several frames;
    - DamagedError, a ValueError, naming the folder to delete, if a kept array has changed since
      it was written.
    """
    paths = paths_of(table, least=1)
    size = check_count("size", size, most=_LARGEST)
    progress = check_switch("progress", progress)
    shape = (len(paths), size, size, 3)
    for path in paths:
        state(path)
    if cache_dir is None:
        _check_memory(shape)
        return decode_into(np.empty(shape, np.uint8), paths, progress)
    key = fingerprint(size, content_keys(table), code_key("data", packages=("pillow",)))
    folder = check_path("cache_dir", cache_dir) / f"images-{size}px-{key}"
    with main_first():
        if not folder.is_dir():
            with whole_folder(folder) as unfinished:
                array = _allocate(unfinished / "images.npy", shape)
                decode_into(array, paths, progress)
                array.flush()
                seal(unfinished)
    check_seal(folder)
    return np.load(folder / "images.npy", mmap_mode="r")


def colour_facts(images: np.ndarray) -> pd.DataFrame:
    """Colour of each image and of its border, where the background is: a row per image.

    - `red`, `green`, `blue`: the mean of each channel, 0 to 255.
    - `border`: the median brightness of the outermost pixels, 0 to 255.
    - `black`: the share of pixels that are exactly black, 0 to 1.
    """
    pixels = check_images(images)
    edge = np.concatenate([pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], axis=1)
    facts = pd.DataFrame(pixels.mean(axis=(1, 2)), columns=["red", "green", "blue"])
    return facts.assign(
        border=np.median(edge.mean(axis=2), axis=1),
        black=(pixels == 0).all(axis=3).mean(axis=(1, 2)),
    )


def _check_memory(shape: tuple[int, ...]) -> None:
    """Refuse an array larger than the memory: the process would be killed without a message."""
    needed, memory = math.prod(shape), psutil.virtual_memory().total
    if needed > memory:
        raise ValueError(
            f"{shape[0]} images of {shape[1]} px need {needed / 1e9:.0f} GB, and the memory has"
            f" {memory / 1e9:.0f}: pass `cache_dir` (in the command, leave out --no-cache)."
        )


def _allocate(path: Path, shape: tuple[int, ...]) -> np.memmap:
    """Reserve the array's disk blocks first.

    Writing to a memory map on a full disk would kill the process.
    """
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    try:
        with open(path, "r+b") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    except OSError as error:
        folder, free = path.parent.parent, shutil.disk_usage(path.parent).free
        raise OSError(
            error.errno,
            f"The images need {array.nbytes / 1e6:.0f} MB in {folder}, and {free / 1e6:.0f} are"
            f" free ({error.strerror}). Free some, or set BLOODSHOT_ARTIFACTS to another disk.",
        ) from error
    return array
