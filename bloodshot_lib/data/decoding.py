"""Files -> pixels: each file is a complete 8-bit colour image, or an error says what it is."""

import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

import numpy as np
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from .pixel_formats import fault_of, in_rgb

Resize = Callable[[Image.Image, int], np.ndarray]


class UnreadableImageError(ValueError):
    """A file that is not one image in 8-bit colour.

    The message names the file, what it is, and what to do.
    """


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
    except Image.DecompressionBombError as error:
        limit = 2 * Image.MAX_IMAGE_PIXELS / 1e6
        pixels = int(re.search(r"\d+", str(error))[0]) / 1e6  # Pillow's only way of telling
        raise UnreadableImageError(
            f"{path}: too large, {pixels:.0f} megapixels; at most {limit:.0f} are read. Cut it into"
            " tiles."
        ) from error
    except UnidentifiedImageError as error:
        raise UnreadableImageError(
            f"{path}: not a whole image file, or of a kind that is not read: replace it, or save"
            " it as 8-bit RGB."
        ) from error
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


def of_each_file(work: Callable, items: Sequence, progress: bool = False, at_once: int = 1) -> list:
    """The results of `work` on each item, in threads, each of which takes so many `at_once`.

    Raises UnreadableImageError, naming the first three files that fail and counting the rest.
    """
    done = _tried(work, items, progress, at_once)
    if faults := [str(each) for each in done if isinstance(each, UnreadableImageError)]:
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
    """What `work` returns of each item, or the UnreadableImageError that it raises.

    The workers are threads: Pillow decodes and resizes outside Python's lock.
    """

    def result(item: object) -> object:
        try:
            return work(item)
        except UnreadableImageError as error:
            return error

    parts = [items[start : start + at_once] for start in range(0, len(items), at_once)]
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        done = chain.from_iterable(workers.map(lambda part: list(map(result, part)), parts))
        return list(tqdm(done, total=len(items), desc="images", disable=not progress))


def _decode(path: str) -> Image.Image:
    with opened(path) as image:
        fault, shown = fault_of(image), image
        if not fault:
            image.load()
            shown, fault = in_rgb(image)
        if fault:
            raise UnreadableImageError(f"{path}: {fault}")
        return shown
