"""Keys of finished work: a hash of everything a result depends on, code and packages too."""

import hashlib
import inspect
import json
import weakref
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from .paths import PACKAGE

_CHUNK = 1 << 24  # bytes hashed at a time: a memory map may be larger than memory

_HASHED: dict[int, tuple[weakref.ref, bytes]] = {}  # read-only memory maps

# the modules and packages behind each kind of result; a change to one makes it another result
_IMAGES = ("data/decoding", "data/images", "common/launched_processes")
_EMBEDDINGS = (
    "common/launched_processes",
    "embedder/augmentation",
    "embedder/backbone",
    "embedder/embedding",
    "embedder/forward_pass",
    "embedder/input_batches",
    "embedder/model",
    "embedder/public_weights",
    "embedder/recipe",
)
_TRAINING = (
    *_EMBEDDINGS,
    "embedder/checkpoint",
    "embedder/losses",
    "embedder/one_epoch",
    "embedder/starting_weights",
    "embedder/training_loop",
    "embedder/training_objective",
    "embedder/training_set",
)
_EVALUATION = (
    "fewshot/evaluation",
    "fewshot/few_shot_task",
    "fewshot/heads",
    "fewshot/metrics",
    "fewshot/supports",
    "fewshot/verdicts",
)
CODE = {
    "twin": (("synthetic/cells", "synthetic/twin"), ("numpy", "pillow")),
    "images": (_IMAGES, ("pillow",)),
    "embeddings": (_EMBEDDINGS, ("timm", "torch")),
    "run": (_TRAINING, ("timm", "torch")),
    "ladder": (
        (
            *_IMAGES[:2],
            *_TRAINING,
            *_EVALUATION,
            "data/folder_contents",
            "data/laboratory_shifts",
            "data/readers/image_folder",
            "data/tables",
        ),
        ("numpy", "pillow", "scikit-learn", "scipy", "timm", "torch"),
    ),
}
# modules that change no number, whoever imports them
INERT = (
    "common/atomic_files",
    "common/cache_keys",
    "common/checks",
    "common/dataclass_fields",
    "common/freed_memory",
    "common/paths",
    "common/worker_processes",
    "data/folder_contents",
)


def code_key(kind: str, package: Path = PACKAGE) -> str:
    """Hash the code and package releases behind one kind of result, a key of `CODE`."""
    modules, packages = CODE[kind]
    releases = {name: version(name).split("+")[0] for name in packages}
    return fingerprint(releases, *(package / f"{name}.py" for name in modules))


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
    """Hash the name of a function or class and the file it is written in.

    The arguments of a functools.partial are hashed too; what the function imports or closes
    over is not. `name` is the argument's name, for error messages.

    Raises ValueError for something not callable, if there is no source to read, or for an
    argument of a partial that cannot be written as JSON.
    """
    if not callable(function):
        raise ValueError(f"`{name}` is a function or a class; got {function!r}.")
    if isinstance(function, partial):
        try:
            arguments = json.dumps([function.args, function.keywords], sort_keys=True)
        except TypeError as error:
            raise ValueError(
                f"The arguments of `{name}` are part of the key of finished work, so they are"
                f" numbers, words and lists of them; got {function!r}."
            ) from error
        return fingerprint(source_key(function.func, name), arguments)
    try:
        path = Path(inspect.getsourcefile(function) or "")
        source = path if path.is_file() else inspect.getsource(function)
        return fingerprint(function.__qualname__, source)
    except (OSError, TypeError) as error:
        raise ValueError(
            f"The source of `{name}` is part of the key of finished work, and that of"
            f" {function!r} cannot be read: write it in a .py file."
        ) from error


def _array_key(array: np.ndarray) -> bytes:
    """Hash an array; a read-only memory map, such as a set of images, only once."""
    known = _HASHED.get(id(array))
    if known is not None and known[0]() is array:
        return known[1]
    digest = hashlib.sha256(f"{array.shape}{array.dtype}".encode())
    rows = np.atleast_1d(array)
    step = max(1, _CHUNK // max(1, rows[:1].nbytes))
    for start in range(0, len(rows), step):
        digest.update(np.ascontiguousarray(rows[start : start + step]))
    if isinstance(array, np.memmap) and not array.flags.writeable:
        place = id(array)
        gone = weakref.ref(array, lambda _: _HASHED.pop(place, None))
        _HASHED[place] = gone, digest.digest()
    return digest.digest()
