"""Folders and files: there, and readable, or refused with what to do."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..common.checks import check_path, check_rows, check_table


@contextmanager
def readable(path: str | Path) -> Iterator[None]:
    """Name what may not be read (permission denied), and say what to do."""
    try:
        yield
    except PermissionError as error:
        raise PermissionError(
            f"{error.filename or path} may not be read (permission denied): ask its owner."
        ) from error


def existing_folder(name: str, value: object, content: str) -> Path:
    """A folder that is there; `content` says what it should hold."""
    folder = check_path(name, value)
    found = _stat(folder)
    if found is None:
        raise FileNotFoundError(f"There is no folder {folder}: it must hold {content}.")
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{folder} is a file, not a folder: it must hold {content}.")
    return folder


def paths_of(table: object, least: int = 0) -> list[str]:
    """The paths of a table's rows; a row without one is an error."""
    check_table(table, ("path",), least=least)
    paths = check_rows("path", table["path"]).tolist()
    for row, path in enumerate(paths):
        if not isinstance(path, str | Path) or not str(path).strip():
            raise ValueError(
                f"`path` must be a file in every row of a table, but row {row} has {path!r}."
            )
    return [str(path) for path in paths]


def state(path: str) -> os.stat_result:
    """Size, time and kind of a table's file, after checking that it is a regular file."""
    found = _stat(path)
    if found is None:
        raise FileNotFoundError(f"{path} is not on disk any more: read its folder again.")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"{path} is not a regular file: leave it out.")
    return found


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
