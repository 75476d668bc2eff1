"""The images of one folder, its sub-folders, and what is left out of it, each with its reason."""

import warnings
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from .folder_contents import is_system, listing

IMAGE_SUFFIXES = (
    ".bmp", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
)  # fmt: skip
_IF_INSTALLED = (".avif", ".heic", ".heif")  # read where Pillow has a reader
_SILENT = (".csv",)  # lists of labels, boxes
_OWN = "contact_sheet.html", "summary.json"  # what the command leaves in the folders it makes


class Contents(NamedTuple):
    """A folder's sub-folders and images, sorted by name, and {path: reason} of what is left out."""

    folders: list[Path]
    images: list[Path]
    left_out: dict[str, str]


def contents(folder: Path, suffixes: tuple[str, ...] = IMAGE_SUFFIXES) -> Contents:
    """List one folder. Raises as `listing` does."""
    below, files = listing(folder)
    folders = [path for path in below if not is_system(path.name)]
    left_out = {str(path): "a folder of the system" for path in below if path not in folders}
    images = []
    for path in files:
        if path.suffix.lower() in suffixes or _has_reader(path.suffix.lower(), suffixes):
            images.append(path)
        elif path.suffix.lower() not in _SILENT and path.name not in _OWN:
            left_out[str(path)] = _reason(path.suffix.lower(), suffixes)
    return Contents(folders, images, left_out)


def is_output(folder: Path) -> bool:
    """Whether the command made this folder: its images are copies, and no patient's."""
    return any((folder / name).is_file() for name in _OWN)


def warn_of(left_out: dict[str, str]) -> None:
    """Name what was left out."""
    if left_out:
        named = [f"{path} ({reason})" for path, reason in list(left_out.items())[:3]]
        more = [f"{len(left_out) - 3} more"] * (len(left_out) > 3)
        warnings.warn(f"Left out: {', '.join(named + more)}.", stacklevel=3)


def _has_reader(suffix: str, suffixes: tuple[str, ...]) -> bool:
    known = suffix in _IF_INSTALLED and suffixes is IMAGE_SUFFIXES
    return known and suffix in Image.registered_extensions()


def _reason(suffix: str, suffixes: tuple[str, ...]) -> str:
    if suffix in _IF_INSTALLED:
        return f"no reader of {suffix} is installed: save it as PNG"
    if suffixes is IMAGE_SUFFIXES:
        return "not an image of a kind that is read"
    return f"not {' / '.join(suffixes)}"
