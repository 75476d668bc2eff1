"""Keys of finished work: a hash of everything a result depends on, code and packages too."""

import ast
import hashlib
import inspect
import json
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from .paths import PACKAGE

_CHUNK = 1 << 24  # bytes hashed at a time: a memory map may be larger than memory
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def code_key(*rooms: str, packages: tuple[str, ...] = ()) -> str:
    """Hash the code of whole rooms of the library, and the releases of `packages`.

    Comments, docstrings and the way lines are broken do not count, so a change of wording
    throws nothing away. Nothing is imported: the files are read, once per process.
    """
    files = sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py"))
    code = [(path.relative_to(PACKAGE).as_posix(), _code(path)) for path in files]
    return fingerprint(code, {name: version(name).split("+")[0] for name in packages})


def fingerprint(*parts: object) -> str:
    """Hash what determines a result, as 16 hexadecimal digits.

    The parts are JSON-able values, arrays (hashed by shape, type and content) and files, given
    as `pathlib.Path` (hashed by content).
    """
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray) and part.dtype != object:
            digest.update(_array_key(part))
        elif isinstance(part, Path):
            digest.update(part.read_bytes())
        else:
            digest.update(json.dumps(part, sort_keys=True, default=str).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def source_key(function: Callable, name: str) -> str:
    """Hash the name of a function or class and the code of the file it is written in.

    The arguments of a functools.partial are hashed too; what the function imports or closes
    over is not. `name` is the argument's name, for error messages.

    Raises ValueError for something not callable, if there is no source to read, or for an
    argument of a partial that cannot be written as JSON.
    """
    if not callable(function):
        raise ValueError(f"`{name}` must be a function or a class, but was {function!r}.")
    if isinstance(function, partial):
        try:
            arguments = json.dumps([function.args, function.keywords], sort_keys=True)
        except TypeError as error:
            raise ValueError(
                f"The arguments of `{name}` must be numbers, words and lists of them, because they"
                f" are part of the key of finished work, but it was {function!r}."
            ) from error
        return fingerprint(source_key(function.func, name), arguments)
    try:
        path = Path(inspect.getsourcefile(function) or "")
        source = _code(path) if path.is_file() else inspect.getsource(function)
        return fingerprint(function.__qualname__, source)
    except (OSError, TypeError) as error:
        raise ValueError(
            f"The source of `{name}` is part of the key of finished work, and that of"
            f" {function!r} cannot be read: write it in a .py file."
        ) from error


def _code(path: Path) -> str:
    """The code of a file, without comments and docstrings."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.unparse(tree)


def _array_key(array: np.ndarray) -> bytes:
    """Hash an array; a read-only memory map, such as a set of images, only once."""
    lasting = isinstance(array, np.memmap) and not array.flags.writeable
    if lasting and hasattr(array, "_key"):
        return array._key
    digest = hashlib.sha256(f"{array.shape}{array.dtype}".encode())
    rows = np.atleast_1d(array)
    step = max(1, _CHUNK // max(1, rows[:1].nbytes))
    for start in range(0, len(rows), step):
        digest.update(np.ascontiguousarray(rows[start : start + step]))
    if lasting:
        array._key = digest.digest()
    return digest.digest()
