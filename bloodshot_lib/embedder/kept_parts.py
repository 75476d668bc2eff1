"""Embeddings on disk, a file for each finished part, found again by all that they depend on."""

import hashlib
import io
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ..common.atomic_files import make_folder, write_whole
from ..common.cache_keys import code_key, fingerprint


def parts_folder(
    cache_dir: Path,
    weights: str,
    images: np.ndarray,
    batch_size: int,
    precision: str,
    backend: str,
    views: int,
) -> Path:
    """The folder of these embeddings' parts: named after everything they depend on."""
    release = version("openvino") if backend == "openvino" else None
    code = code_key("embedder", packages=("timm", "torch"))
    ways = batch_size, precision, backend, release, views
    folder = cache_dir / f"embeddings-{fingerprint(weights, images, *ways, code)}"
    make_folder(folder)
    return folder


def write_part(folder: Path, part: slice, embeddings: np.ndarray) -> None:
    """Keep a part under a name that holds its hash."""
    file = io.BytesIO()
    np.save(file, embeddings)
    content = file.getvalue()
    write_whole(folder / f"cells-{part.start:09d}-{_hash(content)}.npy", content)


def read_part(folder: Path, part: slice) -> np.ndarray | None:
    """A kept part, or None if there is no undamaged one."""
    for file in folder.glob(f"cells-{part.start:09d}-*.npy"):
        content = file.read_bytes()
        if file.stem.endswith(_hash(content)):
            known = np.load(io.BytesIO(content))
            if len(known) == part.stop - part.start:
                return known
        warnings.warn(f"{file} is damaged: its cells will be embedded again.", stacklevel=3)
        file.unlink(missing_ok=True)
    return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
