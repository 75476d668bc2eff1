"""Folders and files as people leave them: listed, or refused with a reason."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..common.checks import check_path, check_rows, check_table

# hidden files, and what macOS (a shadow of every file in an archive) and Windows leave everywhere
_DEBRIS = "__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"
_SYSTEM = (
    "@eadir", "@recently-snapshot", "@recycle", "@tmp", "#recycle", "#snapshot", "$extend",
    "$recycle.bin", "__pycache__", "lost+found", "network trash folder", "recycler",
    "system volume information", "temporary items",
)  # fmt: skip


@contextmanager
def readable(path: str | Path) -> Iterator[None]:
    """Name what may not be read (permission denied), and say what to do."""
    try:
        yield
    except PermissionError as error:
        raise PermissionError(
            f"{error.filename or path} may not be read (permission denied): ask its owner for"
            " access, or copy it."
        ) from error


def existing_folder(name: str, value: object, content: str) -> Path:
    """A folder that is there; `content` says what it should hold."""
    folder = check_path(name, value)
    found = _stat(folder)
    if found is None:
        raise FileNotFoundError(
            f"There is no folder {folder}. It should hold {content}: check the path, or download"
            " the data first."
        )
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(
            f"{folder} is a file, not a folder: pass the folder that holds {content}. An archive"
            " has to be unpacked first."
        )
    return folder


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted, without hidden files and other debris."""
    with readable(folder):
        return sorted(name for name in os.listdir(folder) if not _is_debris(name))


def listing(folder: Path) -> tuple[list[Path], list[Path]]:
    """The sub-folders and the files of a folder, sorted by name.

    Raises ValueError for a broken symbolic link, a pipe, a socket or a device, and
    PermissionError for anything unreadable (permission denied).
    """
    folders, files = [], []
    with readable(folder), os.scandir(folder) as found:
        for entry in sorted(found, key=lambda entry: entry.name):
            if _is_debris(entry.name):
                continue
            path = folder / entry.name
            if not entry.is_file() and not entry.is_dir():
                raise ValueError(
                    f"{path} is a {_kind(_stat(path))}, not a regular file: fix or remove it."
                )
            (files if entry.is_file() else folders).append(path)
    return folders, files


def folders_below(root: Path) -> list[Path]:
    """`root` and every folder below it, sorted, links followed; none of the system's.

    An unreadable folder is an error (permission denied), not a gap.
    """

    def refuse(error: OSError) -> None:
        raise error

    found = [root]
    with readable(root):
        for folder, below, _ in os.walk(root, onerror=refuse, followlinks=True):
            below[:] = [
                name
                for name in below
                if not (_is_debris(name) or is_system(name) or _leads_back(folder, name))
            ]
            found += [Path(folder, name) for name in below]
    return sorted(found)


def is_system(name: str) -> bool:
    """Whether a folder is one that operating systems and network drives make."""
    return name.casefold() in _SYSTEM


def paths_of(table: object, least: int = 0) -> list[str]:
    """The paths of a table's rows; a row without one is an error."""
    check_table(table, ("path",), least=least)
    paths = check_rows("path", table["path"]).tolist()
    for row, path in enumerate(paths):
        if not isinstance(path, str | Path) or not str(path).strip():
            raise ValueError(
                f"`path` is the path of a file in every row of a table; row {row} has "
                f"{path!r}: drop such rows, or read the table again."
            )
    return [str(path) for path in paths]


def state(path: str) -> os.stat_result:
    """Size, time and kind of a table's file, after checking that it is a regular file."""
    found = _stat(path)
    if found is None:
        raise FileNotFoundError(
            f"{path} is not on disk any more: put it back, or read its folder again."
        )
    if (kind := _kind(found)) != "file":
        raise ValueError(f"{path} is a {kind}, not a regular file: leave it out.")
    return found


def _is_debris(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _DEBRIS


def _leads_back(folder: str, name: str) -> bool:
    """Whether a sub-folder is a link to a folder that it is in."""
    path = Path(folder, name)
    return path.is_symlink() and Path(folder).resolve().is_relative_to(path.resolve())


def _stat(path: str | Path) -> os.stat_result | None:
    """What the file system says of a path, None if nothing is there.

    `Path.is_dir` would call absent what may not be read.
    """
    with readable(path):
        try:
            return os.stat(path)
        except PermissionError:
            raise
        except (OSError, ValueError):  # also names too long, or with a zero byte
            return None


def _kind(found: os.stat_result | None) -> str:
    if found is None:
        return "broken symbolic link"
    if stat.S_ISDIR(found.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(found.st_mode) else "pipe, socket or device"
