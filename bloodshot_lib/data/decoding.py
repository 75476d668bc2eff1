"""Files -> pixels: each file is a complete 8-bit colour image, or an error says what it is."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from PIL import Image
from tqdm import tqdm

Resize = Callable[[Image.Image, int], np.ndarray]


class UnreadableImageError(ValueError):
    """A file that is not one 8-bit RGB or RGBA image.

    The message names the file, what it is, and what to do.
    """


def bicubic(image: Image.Image, size: int) -> np.ndarray:
    """The whole image as a square (size, size, 3), by Pillow's antialiased bicubic filter."""
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))


def decode_into(
    array: np.ndarray, paths: list[str], progress: bool, resize: Resize = bicubic
) -> np.ndarray:
    """Fill `array` (N, size, size, 3), uint8, from N files.

    Raises UnreadableImageError, naming the first three files that fail and counting the rest.
    """

    def decode(row: int) -> None:
        array[row] = resize(_decode(paths[row]), array.shape[1])

    of_each_file(decode, range(len(paths)), progress)
    return array


def read_image(path: str) -> np.ndarray:
    """The whole image (H, W, 3), uint8, not resized.

    Raises UnreadableImageError as `decode_into` does.
    """
    return np.asarray(_decode(path))


def unreadable_files(paths: Iterable[str]) -> dict[str, str]:
    """The files that `decode_into` would refuse, and what is wrong with each."""

    def check(path: str) -> None:
        _decode(path)

    paths = list(paths)
    found = zip(paths, _tried(check, paths), strict=True)
    return {
        path: str(each).removeprefix(f"{path}: ")
        for path, each in found
        if isinstance(each, UnreadableImageError)
    }


@contextmanager
def opened(path: str) -> Iterator[Image.Image]:
    """An image file, its header read and no pixel; UnreadableImageError says what is wrong."""
    try:
        with Image.open(path) as image:
            yield image
    except (UnreadableImageError, FileNotFoundError, MemoryError):
        raise
    except PermissionError as error:
        raise UnreadableImageError(
            f"{path}: may not be read (permission denied): ask its owner for access."
        ) from error
    except Exception as error:  # on damaged files Pillow raises almost anything
        raise UnreadableImageError(
            f"{path}: not a whole image file ({error}): replace it."
        ) from error


def of_each_file(work: Callable, items: Sequence, progress: bool = False) -> list:
    """The results of `work` on each item, in threads.

    Raises UnreadableImageError, naming the first three files that fail and counting the rest.
    """
    done = _tried(work, items, progress)
    if faults := [str(each) for each in done if isinstance(each, UnreadableImageError)]:
        more = [f"... and {len(faults) - 3} more."] * (len(faults) > 3)
        step = "Replace these files or leave them out."
        count = f"{len(faults)} of {len(items)} images cannot be used:"
        raise UnreadableImageError("\n".join([count, *faults[:3], *more, step]))
    return done


def _tried(work: Callable, items: Sequence, progress: bool = False) -> list:
    """What `work` returns of each item, or the UnreadableImageError that it raises.

    The workers are threads: Pillow decodes and resizes outside Python's lock.
    """

    def result(item: object) -> object:
        try:
            return work(item)
        except UnreadableImageError as error:
            return error

    with ThreadPoolExecutor(os.cpu_count()) as workers:
        done = workers.map(result, items)
        return list(tqdm(done, total=len(items), desc="images", disable=not progress))


def _decode(path: str) -> Image.Image:
    with opened(path) as image:
        if getattr(image, "n_frames", 1) != 1:
            raise UnreadableImageError(
                f"{path}: one image per file; this one has {image.n_frames} frames or pages."
            )
        # Pillow opens 16-bit colour as 8-bit RGB; only the tile's raw mode shows it
        if image.mode not in ("RGB", "RGBA") or ";16" in str(image.tile):
            raise UnreadableImageError(
                f"{path}: 8-bit RGB or RGBA is needed; this is {_kind(image)}. "
                "Convert it, if you know how its values map to colour."
            )
        image.load()
        return image if image.mode == "RGB" else image.convert("RGB")  # drops alpha


def _kind(image: Image.Image) -> str:
    names = {"L": "grey", "LA": "grey", "1": "black and white", "P": "palette", "CMYK": "CMYK"}
    if "16" in image.mode or ";16" in str(image.tile):
        return "16-bit"
    return names.get(image.mode, f"mode {image.mode}")
