"""Folders and files as people leave them: listed and checked, or refused with a reason."""

import os
import stat
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..common.checks import check_path, check_rows, check_table

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_UNZIPPED = "__MACOSX"  # macOS adds it to an archive: a shadow of every file


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
    """The names in a folder, sorted, without hidden files and the debris of unzipping."""
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


def class_folders(root: Path) -> list[Path]:
    """The sub-folders of `root`, checked to be class folders; `root` is not a level off."""
    folders, files = listing(root)
    loose = _with(IMAGE_SUFFIXES, files)
    if loose:
        raise ValueError(
            f"{root} should hold class folders; got {len(loose)} images, first {loose[0].name}. If"
            f" it is one level too low, pass {root.resolve().parent}; if these cells have no"
            " labels yet, labelled=False; else move them into a class folder."
        )
    if not folders:
        raise ValueError(f"{root} is empty: it needs one sub-folder per class.")
    for folder in folders:
        deeper, files = listing(folder)
        if deeper and not _with(IMAGE_SUFFIXES, files):
            raise ValueError(
                f"{folder} holds folders ({deeper[0].name}, ...) but no images: {root} is one"
                f" level too high. Pass {folder}, or move the images up."
            )
    _check_class_names(root, [f.name for f in folders])
    return folders


def images_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The images of one folder, sorted by name; a warning names anything else."""
    deeper, files = listing(folder)
    if deeper:
        names = ", ".join([f.name for f in deeper[:3]] + ["..."] * (len(deeper) > 3))
        raise ValueError(
            f"{folder} should hold only images; got {len(deeper)} sub-folders ({names}), whose"
            " cells would be left out. Move their images up or the sub-folders away, or read each"
            " folder and join the tables: pd.concat(tables, ignore_index=True)."
        )
    images = _with(suffixes, files)
    if not images:
        raise ValueError(f"{folder} holds no {' / '.join(suffixes)} image: fill or remove it.")
    if others := sorted(set(files) - set(_with((*suffixes, ".csv"), files))):
        warnings.warn(
            f"{folder}: left out {len(others)} files that are not {' / '.join(suffixes)}, first"
            f" {others[0].name}.",
            stacklevel=3,
        )
    return images


def folders_below(root: Path) -> list[Path]:
    """`root` and every folder below it, sorted.

    An unreadable folder is an error (permission denied), not a gap.
    """

    def refuse(error: OSError) -> None:
        raise error

    found = [root]
    with readable(root):
        for folder, below, _ in os.walk(root, onerror=refuse):
            below[:] = [name for name in below if not _is_debris(name)]
            found += [Path(folder, name) for name in below]
    return sorted(found)


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
        raise FileNotFoundError(f"{path} is in the table but not on disk: read the table again.")
    if (kind := _kind(found)) != "file":
        raise ValueError(f"{path} is a {kind}, not a regular file: drop its row from the table.")
    return found


def plain_name(name: str) -> str:
    """A class name without differences of case, spaces or the form of accents."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_class_names(root: Path, names: list[str]) -> None:
    """Refuse names that look alike: they would be one class in two folders."""
    alike = {}
    for name in names:
        if not name.isprintable():
            raise ValueError(
                f"{root} has a class whose name holds a character that cannot be seen or typed,"
                f" {name!a}: rename it."
            )
        same = alike.setdefault(plain_name(name), name)
        if same != name:
            raise ValueError(
                f"{root} has classes whose names differ only in case, in spaces or in how accents"
                f" are stored: [{same!a}, {name!a}]. Merge or rename them."
            )


def _with(suffixes: tuple[str, ...], files: list[Path]) -> list[Path]:
    return [file for file in files if file.suffix.lower() in suffixes]


def _is_debris(name: str) -> bool:
    return name.startswith(".") or name == _UNZIPPED


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
