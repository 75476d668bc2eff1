"""Finished work on disk: files and folders that are whole or absent, whatever happens."""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from .paths import artifacts_folder, cache_folder

try:
    import fcntl
# Windows: leftovers of killed processes look like work in progress, so they stay
except ImportError:
    fcntl = None

_PARTIAL = re.compile(r"\.(.+)\.[0-9a-f]{8}\.partial")
_REFUSED = "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"
_SEAL = "whole.json"
_HASHED = 1 << 26  # bytes; hashing a larger file would take as long as the work it saves


class DamagedError(ValueError):
    """Finished work has changed since it was written; the message names the folder to delete."""


def make_folder(folder: Path) -> None:
    """Make a folder for artifacts if there is none, and `sweep` it.

    Raises OSError, with the way out, if the folder is not writable (permission denied, for
    instance).
    """
    with _writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    sweep(folder)


@contextmanager
def whole_folder(path: Path, sole: bool = False) -> Iterator[Path]:
    """Yield a new folder beside `path`; on success it becomes `path`, on error it is removed.

    The rename is the last step, so a folder that exists is complete, even if the process was
    killed while writing; the next process removes what a killed one left. If another process
    finished the same folder first, its folder is kept; with `sole`, where it is another result
    of the same name, that is an error. Raises OSError as `make_folder` does.
    """
    make_folder(path.parent)
    with _writable(path.parent):
        unfinished, handle = _begin(path)
    try:
        yield unfinished
        try:
            os.rename(unfinished, path)
        except OSError:  # if one has appeared there meanwhile, that one stays
            if not path.is_dir():
                raise
            if sole:
                raise FileExistsError(
                    f"Another run has made {path} meanwhile, and that is kept: run this again with"
                    " a folder of another name."
                ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside `path` and rename it, so that `path` never holds half of it."""
    beside = path.with_name(_partial_name(path))
    sweep(path.parent, path.name)
    try:
        with _writable(path.parent), open(beside, "xb") as file:
            _hold(file.fileno())
            file.write(content)
            file.flush()
            os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def seal(folder: Path) -> None:
    """Record the size of each file, and the SHA-256 of all but the largest, for `check_seal`."""
    files = {file.name: _facts(file) for file in sorted(folder.iterdir())}
    (folder / _SEAL).write_text(json.dumps(files, indent=1))


def check_seal(folder: Path) -> None:
    """Raise DamagedError if a file of a sealed folder has changed."""
    try:
        files = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        changed = [name for name, facts in files.items() if _facts(folder / name) != facts]
        damage = f"{changed[0]} is not what was written" if changed else None
    except (OSError, ValueError, AttributeError) as error:
        damage = error
    if damage:
        raise DamagedError(
            f"{folder} is damaged: {damage}. Delete that folder: it will be made again."
        )


def sweep(folder: Path, name: str | None = None) -> None:
    """Remove what killed processes left unfinished in a folder, under one name or any.

    Work that a running process holds stays.
    """
    for leftover in folder.glob(".*.partial"):
        partial = _PARTIAL.fullmatch(leftover.name)
        if partial and name in (None, partial[1]):
            _remove_if_left(leftover)


def _partial_name(path: Path) -> str:
    return f".{path.name}.{uuid4().hex[:8]}.partial"


def _facts(file: Path) -> dict[str, int | str]:
    size = file.stat().st_size
    return {
        "bytes": size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest() if size <= _HASHED else "",
    }


def _begin(path: Path) -> tuple[Path, int | None]:
    """A new folder beside `path`, held by this process.

    If another process sweeps it before it is held, try again.
    """
    while True:
        unfinished = path.with_name(_partial_name(path))
        unfinished.mkdir()
        if fcntl is None:
            return unfinished, None
        try:
            handle = os.open(unfinished, os.O_RDONLY)
        except FileNotFoundError:
            continue
        _hold(handle)
        if unfinished.is_dir():
            return unfinished, handle
        os.close(handle)


def _hold(handle: int) -> None:
    """Mark an open file or folder as in use until this process ends, however it ends."""
    if fcntl is not None:
        with suppress(OSError):  # a file system without locks: leftovers stay
            fcntl.flock(handle, fcntl.LOCK_SH)


def _remove_if_left(leftover: Path) -> None:
    """Remove a partial file or folder unless a running process holds it."""
    if fcntl is None:
        return
    try:
        handle = os.open(leftover, os.O_RDONLY)
    except OSError:  # already gone
        return
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
    finally:
        os.close(handle)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Name the folder that cannot be written, and the way out: for what is kept, a setting."""
    try:
        yield
    except OSError as error:
        if errno.errorcode.get(error.errno) not in _REFUSED:
            raise
        kept = any(map(folder.absolute().is_relative_to, (artifacts_folder(), cache_folder())))
        step = "Set BLOODSHOT_ARTIFACTS to a" if kept else "Name another"
        raise OSError(
            error.errno,
            f"Nothing can be written in {folder} ({error.strerror}). {step} folder that you may"
            " write to.",
        ) from error
