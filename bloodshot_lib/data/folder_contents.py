"""Folders and files as people leave them: listed and checked, or refused with a reason."""

import os
import stat
import unicodedata
import warnings
from pathlib import Path

from ..common.checks import check_path, check_rows, check_table

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_UNZIPPED = "__MACOSX"  # macOS adds it to an archive: a shadow of every file
_DENIED = "may not be read (permission denied): ask its owner for access, or copy it"


def existing_folder(name: str, value: object, content: str) -> Path:
    """A folder that is there; `content` says what it should hold."""
    folder = check_path(name, value)
    try:
        mode = os.stat(folder).st_mode
    except PermissionError as error:
        raise PermissionError(f"{folder} {_DENIED}.") from error
    except (OSError, ValueError) as error:
        raise FileNotFoundError(
            f"There is no folder {folder}. It should hold {content}: check the "
            "path, or download the data first."
        ) from error
    if not stat.S_ISDIR(mode):
        raise NotADirectoryError(
            f"{folder} is a file, not a folder: pass the folder that holds "
            f"{content}. An archive has to be unpacked first."
        )
    return folder


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted, without hidden files and the debris of unzipping."""
    try:
        return sorted(name for name in os.listdir(folder) if not _is_debris(name))
    except PermissionError as error:
        raise PermissionError(f"{folder} {_DENIED}.") from error


def listing(folder: Path) -> tuple[list[Path], list[Path]]:
    """The sub-folders and the files of a folder, sorted by name.

    Raises ValueError for a broken symbolic link, a pipe, a socket or a device, and
    PermissionError for anything unreadable (permission denied).
    """
    modes = {folder / name: _mode(folder / name) for name in names_in(folder)}
    if broken := [path.name for path, mode in modes.items() if mode == 0]:
        links = "broken symbolic link" + "s" * (len(broken) > 1)
        raise ValueError(
            f"{folder} holds {len(broken)} {links}, first {broken[0]}: fix or remove "
            f"{'them' if len(broken) > 1 else 'it'}."
        )
    folders = [path for path, mode in modes.items() if stat.S_ISDIR(mode)]
    files = [path for path, mode in modes.items() if stat.S_ISREG(mode)]
    if odd := sorted(set(modes) - set(folders) - set(files)):
        raise ValueError(
            f"{odd[0]} is not a regular file but a pipe, socket or device: remove it."
        )
    return folders, files


def class_folders(root: Path) -> list[Path]:
    """The sub-folders of `root`, checked to be class folders; `root` is not a level off."""
    folders, files = listing(root)
    beside = [f.name for f in files if f.suffix.lower() in IMAGE_SUFFIXES]
    if beside and not folders:
        raise ValueError(
            f"{root} holds images, not class folders: it is one level too low. Pass "
            f"{root.resolve().parent}, or labelled=False if these cells have no "
            "labels yet."
        )
    if beside:
        raise ValueError(
            f"{root} holds {len(beside)} images beside its class folders, first "
            f"{beside[0]}: move them into a class folder."
        )
    if not folders:
        raise ValueError(f"{root} is empty: it needs one sub-folder per class.")
    for folder in folders:
        deeper, files = listing(folder)
        if deeper and not any(f.suffix.lower() in IMAGE_SUFFIXES for f in files):
            raise ValueError(
                f"{folder} holds folders ({deeper[0].name}, ...) but no images: {root} "
                f"is one level too high. Pass {folder}, or move the images up."
            )
    _check_class_names(root, [f.name for f in folders])
    return folders


def images_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The images of one folder, sorted by name; a warning names anything else."""
    deeper, files = listing(folder)
    if deeper:
        names = ", ".join(f.name for f in deeper[:3]) + ", ..." * (len(deeper) > 3)
        raise ValueError(
            f"{folder} should hold only images; got {len(deeper)} sub-folders "
            f"({names}), whose cells would be left out. Move their images up or the "
            "sub-folders away, or read each folder and join the tables: "
            "pd.concat(tables, ignore_index=True)."
        )
    images = [f for f in files if f.suffix.lower() in suffixes]
    if not images:
        raise ValueError(f"{folder} holds no {' / '.join(suffixes)} image: fill or remove it.")
    if others := [f.name for f in files if f.suffix.lower() not in (*suffixes, ".csv")]:
        warnings.warn(
            f"{folder}: left out {len(others)} files that are not "
            f"{' / '.join(suffixes)}, first {others[0]}.",
            stacklevel=3,
        )
    return images


def folders_below(root: Path) -> list[Path]:
    """`root` and every folder below it, sorted.

    An unreadable folder is an error (permission denied), not a gap.
    """
    found = [root]
    for folder, below, _ in os.walk(root, onerror=_refuse):
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
    try:
        found = os.stat(path)
    except PermissionError as error:
        raise PermissionError(f"{path} {_DENIED}.") from error
    except (OSError, ValueError) as error:
        raise FileNotFoundError(
            f"{path} is in the table but not on disk: read the table again."
        ) from error
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe, socket or device"
        raise ValueError(
            f"{path} is {kind}, not a regular file: drop its row from the table."
        )
    return found


def content(path: str) -> bytes:
    """The bytes of a table's file."""
    state(path)
    try:
        return Path(path).read_bytes()
    except PermissionError as error:
        raise PermissionError(f"{path} {_DENIED}.") from error


def plain_name(name: str) -> str:
    """A class name without differences of case, spaces or the form of accents."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_class_names(root: Path, names: list[str]) -> None:
    """Refuse names that look alike: they would be one class in two folders."""
    alike = {}
    for name in names:
        if not name.isprintable():
            raise ValueError(
                f"{root} has a class whose name holds a character that cannot be seen "
                f"or typed, {name!a}: rename it."
            )
        alike.setdefault(plain_name(name), []).append(name)
    for same in alike.values():
        if len(same) > 1:
            raise ValueError(
                f"{root} has classes whose names differ only in case, in spaces or in "
                f"how accents are stored: [{', '.join(map(ascii, same))}]. Merge or "
                "rename them."
            )


def _is_debris(name: str) -> bool:
    return name.startswith(".") or name == _UNZIPPED


def _mode(path: Path) -> int:
    """The kind of a file, 0 for a broken symbolic link. (`Path.is_dir` gives no reasons.)"""
    try:
        return os.stat(path).st_mode
    except PermissionError as error:
        raise PermissionError(f"{path} {_DENIED}.") from error
    except OSError:
        return 0


def _refuse(error: OSError) -> None:
    if isinstance(error, PermissionError):
        raise PermissionError(f"{error.filename} {_DENIED}.") from error
    raise error
