"""Files -> pixels: each file is a complete 8-bit colour image, or an error says what it is."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

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

    The workers are threads: Pillow decodes and resizes outside Python's lock. Raises
    UnreadableImageError, naming the first three files that fail and counting the rest.
    """

    def decode(row: int) -> str | None:
        try:
            array[row] = resize(_decode(paths[row]), array.shape[1])
        except UnreadableImageError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(os.cpu_count()) as workers:
        done = tqdm(
            workers.map(decode, range(len(paths))),
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
            + "\nReplace these files, or drop their rows from the table."
        )
    return array


def read_image(path: str) -> np.ndarray:
    """The whole image (H, W, 3), uint8, not resized.

    Raises UnreadableImageError as `decode_into` does.
    """
    return np.asarray(_decode(path))


def unreadable_files(paths: Iterable[str]) -> dict[str, str]:
    """The files that `decode_into` would refuse, and what is wrong with each."""

    def fault(path: str) -> str | None:
        try:
            _decode(path)
        except UnreadableImageError as error:
            return str(error).removeprefix(f"{path}: ")
        return None

    paths = list(paths)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        found = zip(paths, workers.map(fault, paths), strict=True)
        return {path: reason for path, reason in found if reason}


def _decode(path: str) -> Image.Image:
    try:
        with Image.open(path) as image:
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
    except (UnreadableImageError, FileNotFoundError, MemoryError):
        raise
    except PermissionError as error:
        raise UnreadableImageError(f"{path}: may not be read (permission denied).") from error
    except Exception as error:  # on damaged files Pillow raises almost anything
        raise UnreadableImageError(f"{path}: not a whole image file ({error}).") from error


def _kind(image: Image.Image) -> str:
    names = {"L": "grey", "LA": "grey", "1": "black and white", "P": "palette", "CMYK": "CMYK"}
    return (
        "16-bit"
        if "16" in image.mode or ";16" in str(image.tile)
        else names.get(image.mode, f"mode {image.mode}")
    )
