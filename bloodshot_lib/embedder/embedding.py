"""Images -> embeddings: each cell once, at full speed, resumable, in one process or many."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from ..common.checks import (
    check_choice,
    check_count,
    check_images,
    check_path,
    check_switch,
)
from ..common.freed_memory import is_out_of_memory
from ..common.launched_processes import launched, this_process
from .kept_parts import parts_folder, read_part, write_part
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
    - `device`: "cpu", a GPU such as "cuda:0", or "auto": the first GPU that torch finds, or the
      CPU.
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

    Where a GPU has no room, fewer cells are embedded at a time, and if need be on the CPU, with
    a warning. Under `accelerate launch` the processes share the parts, and each returns all
    embeddings.

    Raises ValueError for images of another size or type, or an unknown option, ImportError if
    OpenVINO is missing, MemoryError if there is no room for one cell even without a GPU.
    """
    named = isinstance(embedder, str | Path)
    if named:
        header, tensors = read_weights(embedder)
    elif not hasattr(embedder, "image_size"):
        raise ValueError(
            "`embedder` must be an Embedder, such as that of a run, or the name or file of weights,"
            f" but was {type(embedder).__name__}."
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
        folder = parts_folder(check_path("cache_dir", cache_dir), key, images, *ways)
        found = [read_part(folder, part) for part in parts]
    if parts and not launched() and all(part is not None for part in found):
        return np.concatenate(found)
    from .forward_pass import choose_forward, loaded  # here, as torch loads slowly

    process = this_process("cpu" if backend == "openvino" else device)
    few, shown, made = images[:batch_size], progress and process.main, []

    def build(device: "torch.device") -> "Forward":
        return choose_forward(loaded(embedder, device), few, device, precision, backend, views)

    network = _Network(build, process.device, batch_size)
    mine = list(enumerate(parts))[process.index :: process.count]
    cells = sum(part.stop - part.start for _, part in mine)
    with tqdm(total=cells, desc="embed", unit="cells", disable=not shown) as bar:
        for number, part in mine:
            if found[number] is None:
                Z = network.embed(images, part)
                made.append((number, Z))
                if folder:
                    write_part(folder, part, Z)
            bar.update(part.stop - part.start)
    for number, Z in process.gather(made):
        found[number] = Z
    if not parts:
        return np.empty((0, loaded(embedder, process.device).dim), np.float32)
    return np.concatenate(found)


class _Network:
    """The network on a device, and how many cells it is given at a time."""

    def __init__(self, build: Callable, device: "torch.device", batch_size: int):
        self._build, self._device, self._at_once = build, device, batch_size
        self._most, self._forward = batch_size, None

    def embed(self, images: np.ndarray, part: slice) -> np.ndarray:
        """Embed a part; without room, fewer cells at a time, and at last on the CPU."""
        while True:
            try:
                self._forward = self._forward or self._build(self._device)
                return _embed_part(self._forward, images, part, self._at_once, self._device)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self._make_do()  # here, where the error no longer holds what it had made

    def _make_do(self) -> None:
        import torch

        where = "computer" if self._device.type == "cpu" else f"GPU, {self._device},"
        if self._forward and self._at_once > 1:
            self._at_once = max(1, self._at_once // 4)
            step = f"it is given {self._at_once} at a time"
        elif self._device.type != "cpu":
            self._device, self._at_once, self._forward = torch.device("cpu"), self._most, None
            step = "the processor is used, which takes longer"
        else:
            raise MemoryError(
                "The computer has no memory to look at even one cell: close other programs, or"
                " choose weights of a smaller network."
            )
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        warnings.warn(f"The {where} has no memory for the cells: {step}.", stacklevel=4)


def _embed_part(
    forward: "Forward", images: np.ndarray, part: slice, batch_size: int, device: "torch.device"
) -> np.ndarray:
    from .input_batches import input_batches

    starts = range(part.start, part.stop, batch_size)
    batches = [slice(start, min(start + batch_size, part.stop)) for start in starts]
    return np.concatenate([forward(pixels) for pixels in input_batches(images, batches, device)])
