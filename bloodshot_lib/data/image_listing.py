"""The images of a folder, its sub-folders, and what is left out of it, each with its reason."""

import os
import warnings
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from .folder_contents import readable

# read if Pillow, or what extends it, has a reader of the kind
IMAGE_SUFFIXES = (
    ".bmp", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
    ".avif", ".heic", ".heif",
)  # fmt: skip
SLIDE_SUFFIXES = ".ndpi", ".svs"  # whole slides, which are fields and never cells
FIELD_SUFFIXES = IMAGE_SUFFIXES + SLIDE_SUFFIXES
# what the command leaves in the folders it makes
OUR_FILES = "contact_sheet.html", "fields.html", "summary.json"
# hidden files, what macOS (a shadow of every file in an archive) and Windows leave everywhere, and
# a data set's licence
_DEBRIS = "__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "license"
_SYSTEM = (
    "@eadir", "@recently-snapshot", "@recycle", "@tmp", "#recycle", "#snapshot", "$extend",
    "$recycle.bin", "__pycache__", "lost+found", "network trash folder", "recycler",
    "system volume information", "temporary items",
)  # fmt: skip


class Contents(NamedTuple):
    """A folder's sub-folders and images, sorted by name, and {path: reason} of what is left out."""

    folders: list[Path]
    images: list[Path]
    left_out: dict[str, str]


def contents(folder: Path, suffixes: tuple[str, ...] = IMAGE_SUFFIXES) -> Contents:
    """List one folder, without hidden files, lists (.csv) and other debris.

    Raises ValueError for a broken symbolic link, a pipe, a socket or a device, and
    PermissionError for anything unreadable (permission denied).
    """
    found = Contents([], [], {})
    read = {*Image.registered_extensions(), *SLIDE_SUFFIXES}.intersection(suffixes)
    with readable(folder), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path, name = folder / entry.name, entry.name.casefold()
            suffix = path.suffix.lower()
            if name.startswith(".") or name in _DEBRIS:
                continue
            if entry.is_dir() and name in _SYSTEM:
                found.left_out[str(path)] = "a folder of the system"
            elif entry.is_dir():
                found.folders.append(path)
            elif not entry.is_file():
                raise ValueError(f"{path} is a broken link, or no regular file: remove it.")
            elif suffix in read:
                found.images.append(path)
            elif suffix != ".csv" and entry.name not in OUR_FILES:
                found.left_out[str(path)] = "of a kind that is not read"
    return found


def contents_below(root: Path, suffixes: tuple[str, ...] = IMAGE_SUFFIXES) -> dict[Path, Contents]:
    """List `root` and every folder below it; links are followed, unless they lead back up."""
    found, folders = {}, [root]
    for folder in folders:
        found[folder] = contents(folder, suffixes)
        folders += [path for path in found[folder].folders if not _leads_back(path)]
    return dict(sorted(found.items()))


def warn_of(left_out: dict[str, str]) -> None:
    """Name what was left out."""
    if left_out:
        named = [f"{path} ({reason})" for path, reason in list(left_out.items())[:3]]
        more = [f"{len(left_out) - 3} more"] * (len(left_out) > 3)
        warnings.warn(f"Left out: {', '.join(named + more)}.", stacklevel=3)


def _leads_back(path: Path) -> bool:
    return path.is_symlink() and path.parent.resolve().is_relative_to(path.resolve())
