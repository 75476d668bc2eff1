"""Finished work is found again: content hashes for folder names, and folders that are whole or absent."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np

_CHUNK = 1 << 24  # bytes hashed at a time, so that a memory map larger than memory can be hashed


def fingerprint(*parts: object) -> str:
    """Hash what determines a result: JSON-able values, arrays (shape, type, content) and files (content).

    Files are given as `pathlib.Path`; a library module's own file is one, so that changed code is a changed result.
    Returns 16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray) and part.dtype != object:
            digest.update(f"{part.shape}{part.dtype}".encode())
            part = np.atleast_1d(part)
            step = max(1, _CHUNK // max(1, part[:1].nbytes))
            for start in range(0, len(part), step):
                digest.update(np.ascontiguousarray(part[start : start + step]))
        elif isinstance(part, Path):
            digest.update(part.read_bytes())
        else:
            digest.update(json.dumps(part, sort_keys=True, default=str).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside `path` to write in; on success it becomes `path`, on any error it is removed.

    The rename is the last step, so a folder that exists is complete even if the process was killed while writing.
    If another process finished the same folder first, that one is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.parent / f".{path.name}.{uuid4().hex[:8]}.partial"
    unfinished.mkdir()
    try:
        yield unfinished
        publish(unfinished, path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def publish(unfinished: Path, path: Path) -> None:
    """Rename a finished folder to its final name, unless that name has been finished in the meantime."""
    try:
        os.rename(unfinished, path)
    except OSError:
        if not path.is_dir():
            raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside `path` and rename it, so that `path` never holds half of it."""
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
