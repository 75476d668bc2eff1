"""Images -> embeddings: each cell once, at full speed, resumable, in one process or many."""

import hashlib
import io
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
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
from ..common.launched_processes import this_process
from .forward_pass import (
    BACKENDS,
    PRECISIONS,
    Forward,
    choose_forward,
    mean_over_views,
    weights_key,
)
from .input_batches import input_batches
from .model import Embedder

VIEWS = (1, 8)
_COMPARED = 16  # cells whose embeddings decide the precision
_BATCHES_PER_PART = 8  # a part is what one process embeds at a time, and one file of a cache


def embed(
    embedder: Embedder,
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
      again, with a warning.

    Under `accelerate launch` the processes share the parts, and each returns all embeddings.

    Raises ValueError for images of another size or type, or an unknown option, ImportError if
    OpenVINO is missing.
    """
    if not isinstance(embedder, Embedder):
        raise ValueError(
            "`embedder` is an Embedder: the `embedder` of a run, or Embedder.load(...); got "
            f"{type(embedder).__name__}."
        )
    check_images(images, embedder.image_size)
    check_count("batch_size", batch_size)
    check_switch("progress", progress)
    check_choice("precision", precision, ("auto", *PRECISIONS))
    check_choice("backend", backend, BACKENDS)
    check_choice("views", views, VIEWS)
    if cache_dir is not None:
        cache_dir = check_path("cache_dir", cache_dir)
    process = this_process("cpu" if backend == "openvino" else device)
    device = process.device
    embedder = embedder.to(device, memory_format=torch.channels_last).eval()
    few = images[: min(batch_size, _COMPARED)]
    precision, forward = choose_forward(embedder, few, device, precision, backend)
    if views > 1:
        forward = mean_over_views(forward, views)
    folder = None
    if cache_dir is not None:
        ways = batch_size, precision, backend, views
        folder = cache_dir / f"embeddings-{_key(embedder, images, *ways)}"
        make_folder(folder)

    embeddings = np.empty((len(images), embedder.dim), np.float32)
    size = batch_size * _BATCHES_PER_PART
    starts = range(process.index * size, len(images), process.count * size)
    mine = [slice(start, min(start + size, len(images))) for start in starts]
    cells = sum(part.stop - part.start for part in mine)
    shown = progress and process.main
    with tqdm(total=cells, desc="embed", unit="cells", disable=not shown) as bar:
        for part in mine:
            kept = _read_part(folder, part, embedder.dim) if folder else None
            if kept is None:
                embeddings[part] = _embed_part(forward, images, part, batch_size, device)
                if folder:
                    _write_part(folder, part, embeddings[part])
            else:
                embeddings[part] = kept
            bar.update(part.stop - part.start)
    if process.count > 1:
        for part, values in process.gather([(part, embeddings[part]) for part in mine]):
            embeddings[part] = values
    return embeddings


def _embed_part(
    forward: Forward, images: np.ndarray, part: slice, batch_size: int, device: torch.device
) -> np.ndarray:
    starts = range(part.start, part.stop, batch_size)
    batches = [slice(start, min(start + batch_size, part.stop)) for start in starts]
    return np.concatenate([forward(pixels) for pixels in input_batches(images, batches, device)])


def _key(
    embedder: Embedder,
    images: np.ndarray,
    batch_size: int,
    precision: str,
    backend: str,
    views: int,
) -> str:
    release = version("openvino") if backend == "openvino" else None
    ways = batch_size, precision, backend, release, views
    code = code_key("embedder", packages=("timm", "torch"))
    return fingerprint(weights_key(embedder), images, *ways, code)


def _write_part(folder: Path, part: slice, embeddings: np.ndarray) -> None:
    """Keep a part under a name that holds its hash."""
    file = io.BytesIO()
    np.save(file, embeddings)
    content = file.getvalue()
    write_whole(folder / f"cells-{part.start:09d}-{_hash(content)}.npy", content)


def _read_part(folder: Path, part: slice, dim: int) -> np.ndarray | None:
    """A kept part, or None if there is no undamaged one."""
    for file in folder.glob(f"cells-{part.start:09d}-*.npy"):
        content = file.read_bytes()
        if file.stem.endswith(_hash(content)):
            known = np.load(io.BytesIO(content))
            if known.shape == (part.stop - part.start, dim):
                return known
        warnings.warn(f"{file} is damaged: its cells will be embedded again.", stacklevel=3)
        file.unlink()
    return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
