"""Images -> embeddings: each cell once, at full speed, resumable, in one process or many."""

import hashlib
import io
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from ..common.atomic_files import make_folder, write_whole
from ..common.cache_keys import code_key, fingerprint
from ..common.checks import (
    check_choice,
    check_count,
    check_images,
    check_path,
    check_switch,
)
from ..common.launched_processes import launched, this_process
from .weights_file import read_weights, weights_key

if TYPE_CHECKING:  # torch loads slowly, and what is kept needs no network
    import torch

    from .forward_pass import Forward
    from .model import Embedder

BACKENDS = ("torch", "openvino")
PRECISIONS = ("float32", "bfloat16")
VIEWS = (1, 8)
_BATCHES_PER_PART = 8  # a part is what one process embeds at a time, and one file of a cache


def embed(
    embedder: "Embedder | str | Path",
    images: np.ndarray,
    batch_size: int = 64,
    device: str = "auto",
    progress: bool = False,
    *,
    precision: str = "auto",
    backend: str = "torch",
    views: int = 1,
    cache_dir: str | Path | None = None,
) -> np.ndarray:
    """Embed images (N, S, S, 3), uint8, as float32 (N, dim), in order, in evaluation mode.

    S is the embedder's size.

    - `embedder`: an `Embedder`, or the name or file of weights, as `Embedder.load` takes it; the
      network is then loaded only if an embedding is not kept yet.
    - `batch_size`: images at a time.
    - `precision`: "float32", "bfloat16", or "auto": bfloat16 if the processor supports it and
      the embeddings of the first 16 cells all have a cosine of at least .9999 to those in
      float32; otherwise float32.
    - `backend`: "torch", or "openvino" (CPU, extra `fast-cpu`), which runs the same network; in
      float32 its embeddings have a cosine above .999999 to torch's.
    - `views`: 1, or 8, which returns the mean embedding of the eight quarter turns and flips of
      each image, in eight times the time.
    - `cache_dir`: a folder that keeps each finished part. A run that was interrupted, or is
      repeated, continues from there; a part that has changed since it was written is computed
      again, with a warning. Under "auto" a part keeps the precision that it was computed in.

    Under `accelerate launch` the processes share the parts, and each returns all embeddings.

    Raises ValueError for images of another size or type, or an unknown option, ImportError if
    OpenVINO is missing.
    """
    named = isinstance(embedder, str | Path)
    if named:
        header, tensors = read_weights(embedder)
    elif not hasattr(embedder, "image_size"):
        raise ValueError(
            "`embedder` is an Embedder, such as that of a run, or the name or file of weights; got"
            f" {type(embedder).__name__}."
        )
    check_images(images, header["image_size"] if named else embedder.image_size)
    check_count("batch_size", batch_size)
    check_switch("progress", progress)
    check_choice("precision", precision, ("auto", *PRECISIONS))
    check_choice("backend", backend, BACKENDS)
    check_choice("views", views, VIEWS)
    size, folder = batch_size * _BATCHES_PER_PART, None
    parts = [slice(start, min(start + size, len(images))) for start in range(0, len(images), size)]
    found = [None] * len(parts)
    if cache_dir is not None:
        key = weights_key(header, tensors) if named else embedder.key
        ways = batch_size, precision, backend, views
        folder = _cache_folder(check_path("cache_dir", cache_dir), key, images, *ways)
        found = [_read_part(folder, part) for part in parts]
    if parts and not launched() and all(part is not None for part in found):
        return np.concatenate(found)
    from .forward_pass import choose_forward, loaded  # here, as torch loads slowly

    process = this_process("cpu" if backend == "openvino" else device)
    embedder = loaded(embedder, process.device)
    few, shown, made = images[:batch_size], progress and process.main, []
    forward = choose_forward(embedder, few, process.device, precision, backend, views)
    mine = list(enumerate(parts))[process.index :: process.count]
    cells = sum(part.stop - part.start for _, part in mine)
    with tqdm(total=cells, desc="embed", unit="cells", disable=not shown) as bar:
        for number, part in mine:
            if found[number] is None:
                Z = _embed_part(forward, images, part, batch_size, process.device)
                made.append((number, Z))
                if folder:
                    _write_part(folder, part, Z)
            bar.update(part.stop - part.start)
    for number, Z in process.gather(made):
        found[number] = Z
    return np.concatenate([np.empty((0, embedder.dim), np.float32), *found])


def _embed_part(
    forward: "Forward", images: np.ndarray, part: slice, batch_size: int, device: "torch.device"
) -> np.ndarray:
    from .input_batches import input_batches

    starts = range(part.start, part.stop, batch_size)
    batches = [slice(start, min(start + batch_size, part.stop)) for start in starts]
    return np.concatenate([forward(pixels) for pixels in input_batches(images, batches, device)])


def _cache_folder(
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


def _write_part(folder: Path, part: slice, embeddings: np.ndarray) -> None:
    """Keep a part under a name that holds its hash."""
    file = io.BytesIO()
    np.save(file, embeddings)
    content = file.getvalue()
    write_whole(folder / f"cells-{part.start:09d}-{_hash(content)}.npy", content)


def _read_part(folder: Path, part: slice) -> np.ndarray | None:
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
