"""Files -> pixels: each file is a complete 8-bit colour image, or an error says what it is."""

import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.pool import ThreadPool

import numpy as np
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from .folder_contents import readable
from .pixel_formats import UnreadableImageError, check_format, in_rgb

Resize = Callable[[Image.Image, int], np.ndarray]
_FAULTS = UnreadableImageError, PermissionError


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Keep to ourselves what Pillow warns of: large images, metadata. Errors are another matter."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\b")
        yield


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


@quiet_pillow()
def read_image(path: str) -> np.ndarray:
    """The whole image (H, W, 3), uint8, not resized.

    Raises UnreadableImageError, PermissionError if it may not be read (permission denied).
    """
    return np.asarray(_decode(path))


def unreadable_files(paths: Iterable[str]) -> dict[str, str]:
    """The files that `decode_into` would refuse, and what is wrong with each."""
    paths = list(paths)
    tried = zip(paths, _tried(lambda path: _decode(path).close(), paths), strict=True)
    return {
        path: str(e).removeprefix(path).lstrip(": ") for path, e in tried if isinstance(e, _FAULTS)
    }


@contextmanager
def opened(path: str) -> Iterator[Image.Image]:
    """An image file, its header read and no pixel.

    Raises UnreadableImageError, which says what is wrong, PermissionError if it may not be read
    (permission denied).
    """
    try:
        with readable(path), Image.open(path) as image:
            yield image
    except (FileNotFoundError, PermissionError, MemoryError):
        raise
    except Exception as error:  # on damaged files Pillow raises almost anything
        raise UnreadableImageError(f"{path}: {_fault(error)}") from error


def of_each_file(work: Callable, items: Sequence, progress: bool = False, at_once: int = 1) -> list:
    """The results of `work` on each item, in threads, each of which takes so many `at_once`.

    Raises UnreadableImageError, naming the first three files that fail and counting the rest.
    """
    done = _tried(work, items, progress, at_once)
    if faults := [str(each) for each in done if isinstance(each, _FAULTS)]:
        raise refusal(faults, len(items))
    return done


def refusal(faults: list[str], n: int) -> UnreadableImageError:
    """The error of some of `n` images: the first three faults, and how many more there are."""
    count = f"{len(faults)} of {n} images cannot be used:"
    more = [f"... and {len(faults) - 3} more."] * (len(faults) > 3)
    step = "Replace these files or leave them out."
    return UnreadableImageError("\n".join([count, *faults[:3], *more, step]))


@quiet_pillow()
def _tried(work: Callable, items: Sequence, progress: bool = False, at_once: int = 1) -> list:
    """What `work` returns of each item, or the fault that it raises.

    The workers are threads: Pillow decodes and resizes outside Python's lock.
    """

    def result(item: object) -> object:
        try:
            return work(item)
        except _FAULTS as error:
            return error

    with ThreadPool(os.cpu_count()) as workers:
        done = workers.imap(result, items, at_once)
        return list(tqdm(done, total=len(items), desc="images", disable=not progress))


def _decode(path: str) -> Image.Image:
    with opened(path) as image:
        check_format(image)
        return in_rgb(image)


def _fault(error: Exception) -> str:
    """What is wrong with a file that Pillow does not read, and what to do."""
    if isinstance(error, UnreadableImageError):
        return str(error)
    if isinstance(error, Image.DecompressionBombError):
        pixels = int(re.search(r"\d+", str(error))[0]) / 1e6  # Pillow's only way of telling
        most = 2 * Image.MAX_IMAGE_PIXELS / 1e6
        return f"must have at most {most:.0f} megapixels, but has {pixels:.0f}: cut it into tiles."
    if isinstance(error, UnidentifiedImageError):
        return "not a whole image file, or of a kind that is not read: save it as 8-bit RGB."
    return f"not a whole image file ({error}): replace it."
