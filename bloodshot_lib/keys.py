"""Names for finished work: a hash of everything that a result depends on, its code and
packages included.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

from .places import PACKAGE

_CHUNK = (
    1 << 24
)  # bytes hashed at a time, so that a memory map larger than memory can be hashed

# the modules and packages that decide each kind of result; changed code, or another release,
# is another result
_IMAGES = ("images", "processes")
_EMBEDDINGS = ("augment", "batches", "embedding", "model", "processes", "recipe")
_TRAINING = (*_EMBEDDINGS, "checkpoint", "losses", "objective", "pretrained", "training")
_EVALUATION = ("episodes", "evaluation", "heads", "metrics")
CODE = {
    "twin": (("drawing", "processes", "synthetic"), ("numpy", "pillow")),
    "images": (_IMAGES, ("pillow", "torch")),
    "embeddings": (_EMBEDDINGS, ("timm", "torch")),
    "run": (_TRAINING, ("timm", "torch")),
    "ladder": (
        tuple(
            sorted(
                {*_TRAINING, *_EVALUATION, *_IMAGES, "datasets", "files", "shifts", "tables"}
            )
        ),
        ("numpy", "pillow", "scikit-learn", "scipy", "timm", "torch"),
    ),
}
# what any module may import without changing a number
INERT = ("artifacts", "checks", "files", "keys", "places")


def code_key(kind: str, package: Path = PACKAGE) -> str:
    """Hash the code and the releases of packages behind one kind of result, a key of
    `CODE`.
    """
    modules, packages = CODE[kind]
    releases = {name: version(name).split("+")[0] for name in packages}
    return fingerprint(releases, *(package / f"{name}.py" for name in modules))


def fingerprint(*parts: object) -> str:
    """Hash what determines a result: JSON-able values, arrays (shape, type, content) and files
    (content).

    Files are given as `pathlib.Path`. Returns 16 hexadecimal digits.
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
