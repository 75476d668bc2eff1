"""Table -> images: every file decoded once, in parallel, into one uint8 array on disk."""

import errno
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from PIL import Image
from tqdm import tqdm

from .artifacts import check_seal, seal, whole_folder
from .checks import check_choice, check_count, check_images, check_path, check_switch
from .files import paths_of, state
from .keys import code_key, fingerprint
from .processes import main_first

RESIZERS = ("pillow", "torch")
_LARGEST = 1 << 14  # pixels a side; a slip of the finger is refused before memory is asked for


class UnreadableImageError(ValueError):
    """A file that is not one 8-bit RGB or RGBA image; the message names the file, what it is,
    and what to do.
    """


def load_images(
    table: pd.DataFrame,
    size: int,
    cache_dir: str | Path | None = None,
    progress: bool = False,
    resizer: str = "pillow",
) -> np.ndarray:
    """Decode a table's images, resized to a square, as one array of shape (N, size, size, 3),
    uint8, in table order.

    The whole image is resized (bicubic with antialiasing, as the report does); an alpha
    channel is left out. An orientation in a file's EXIF is not applied, as in the report's
    pipeline: cells have no upright position, and supports and cells from one microscope are
    stored alike. `resizer="torch"` computes the same filter in 16-bit arithmetic: up to two
    and a half times as fast, and at most one grey level away from Pillow in fewer than one
    value of a hundred. With `cache_dir` the array is a read-only memory map there, found again
    while the files' paths, sizes and modification times, and `size`, stay the same. A killed
    or failed run leaves nothing that is taken for whole.

    Raises ValueError for an empty table, a row without a path, a size that is no whole number
    from 1 to 16384, an unknown resizer or an array larger than the memory, FileNotFoundError
    for a file that is gone, NotADirectoryError for a `cache_dir` that is a file,
    UnreadableImageError naming the files that are truncated, not an image, grey, with a
    palette, not 8-bit, or with several frames, and OSError if the disk is too small.
    """
    paths = paths_of(table, least=1)
    size = check_count("size", size, most=_LARGEST)
    check_choice("resizer", resizer, RESIZERS)
    progress = check_switch("progress", progress)
    cache_dir = None if cache_dir is None else check_path("cache_dir", cache_dir)
    _check_room(len(paths), size, cache_dir)
    states = [_state(path) for path in paths]
    shape = (len(paths), size, size, 3)
    if cache_dir is None:
        return _decode_into(np.empty(shape, np.uint8), paths, resizer, progress)
    key = fingerprint(size, states, resizer, code_key("images"))
    folder = cache_dir / f"images-{size}px-{key}"
    with main_first():
        if not folder.is_dir():
            with whole_folder(folder) as unfinished:
                array = _allocate(unfinished / "images.npy", shape)
                _decode_into(array, paths, resizer, progress)
                array.flush()
                seal(unfinished)
    check_seal(folder)
    return np.load(folder / "images.npy", mmap_mode="r")


def colour_facts(images: np.ndarray) -> pd.DataFrame:
    """Colour of each image, channel values 0..255: mean red, green, blue; and of its border,
    where the background is.

    `border` is the median brightness of the outermost pixels, `black` the share of pixels that
    are exactly black.
    """
    pixels = check_images(images)
    edge = np.concatenate(
        [pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], axis=1
    )
    facts = pd.DataFrame(pixels.mean(axis=(1, 2)), columns=["red", "green", "blue"])
    return facts.assign(
        border=np.median(edge.mean(axis=2), axis=1),
        black=(pixels == 0).all(axis=3).mean(axis=(1, 2)),
    )


def _check_room(n: int, size: int, cache_dir: Path | None) -> None:
    """Room on disk or in memory; an array larger than that would end the process without a
    word.
    """
    if cache_dir is not None:
        above = (cache_dir, *cache_dir.absolute().parents)
        there = next(path for path in above if os.path.lexists(path))
        if not there.is_dir():
            raise NotADirectoryError(
                f"`cache_dir` is a folder; {there} is a file or a broken "
                "symbolic link: pass another folder, or remove it."
            )
    elif (needed := n * size * size * 3) > (memory := psutil.virtual_memory().total):
        raise ValueError(
            f"{n} images of {size} px need {needed / 1e9:.0f} GB, more than the "
            f"memory's {memory / 1e9:.0f} GB: take a smaller `size`, or pass "
            "`cache_dir` to keep the array on disk."
        )


def _state(path: str) -> tuple[str, int, int]:
    found = state(path)
    return path, found.st_size, found.st_mtime_ns


def _allocate(path: Path, shape: tuple[int, ...]) -> np.memmap:
    """Reserve the array's disk blocks first: a memory map that outgrows a full disk would kill
    the process.
    """
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    try:
        with open(path, "r+b") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise
        free = shutil.disk_usage(path.parent).free
        raise OSError(
            error.errno,
            f"The image array needs {array.nbytes / 1e6:.0f} MB in {path.parent.parent}, where "
            f"{free / 1e6:.0f} MB are free. Free some or pass another cache_dir.",
        ) from error
    return array


def _decode_into(
    array: np.ndarray, paths: list[str], resizer: str, progress: bool
) -> np.ndarray:
    """Fill `array` in parallel (both resizers work outside Python's lock); report all
    unreadable files.
    """
    resize = {"pillow": _resize_pillow, "torch": _resize_torch}[resizer]

    def decode(row: int) -> str | None:
        try:
            array[row] = resize(_decode(paths[row]), array.shape[1])
        except UnreadableImageError as error:
            return str(error)
        return None

    with (
        _one_torch_thread() if resizer == "torch" else nullcontext(),
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        done = tqdm(
            pool.map(decode, range(len(paths))),
            total=len(paths),
            desc="images",
            disable=not progress,
        )
        faults = [fault for fault in done if fault]
    if faults:
        more = f"\n... and {len(faults) - 3} more." if len(faults) > 3 else ""
        raise UnreadableImageError(
            f"{len(faults)} of {len(paths)} images cannot be used:\n"
            + "\n".join(faults[:3])
            + more
            + "\nReplace these files or take their rows out of the table."
        )
    return array


def _resize_pillow(image: Image.Image, size: int) -> np.ndarray:
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))


def _resize_torch(image: Image.Image, size: int) -> np.ndarray:
    import torch
    from torch.nn.functional import interpolate

    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None]
    return (
        interpolate(pixels, (size, size), mode="bicubic", antialias=True)[0]
        .permute(1, 2, 0)
        .numpy()
    )


@contextmanager
def _one_torch_thread() -> Iterator[None]:
    """Images run in parallel already; two threads for each of them would halve the speed."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _decode(path: str) -> Image.Image:
    try:
        with Image.open(path) as image:
            if getattr(image, "n_frames", 1) != 1:
                raise UnreadableImageError(
                    f"{path}: one image per file; this has {image.n_frames} frames or pages."
                )
            # Pillow opens 16-bit colour as RGB and drops the low byte; only the tile's raw
            # mode tells.
            if image.mode not in ("RGB", "RGBA") or ";16" in str(image.tile):
                raise UnreadableImageError(
                    f"{path}: 8-bit RGB or RGBA is needed; this is {_kind(image)}. "
                    "Convert it, knowing how its values map to colour."
                )
            image.load()
            return image if image.mode == "RGB" else image.convert("RGB")  # drops alpha
    except (UnreadableImageError, FileNotFoundError, MemoryError):
        raise
    except PermissionError as error:
        raise UnreadableImageError(f"{path}: may not be read (permission denied).") from error
    except (
        Exception
    ) as error:  # on damaged files Pillow raises nearly anything, TypeError included
        raise UnreadableImageError(f"{path}: not a whole image file ({error}).") from error


def _kind(image: Image.Image) -> str:
    names = {"L": "grey", "LA": "grey", "1": "black and white", "P": "palette", "CMYK": "CMYK"}
    return (
        "16-bit"
        if "16" in image.mode or ";16" in str(image.tile)
        else names.get(image.mode, f"mode {image.mode}")
    )
