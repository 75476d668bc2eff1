"""Images -> embeddings: each cell once, at the speed of the processor, resumable, on one
process or many.
"""

import hashlib
import io
import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from .artifacts import make_folder, write_whole
from .augment import dihedral
from .batches import input_batches
from .checks import check_choice, check_count, check_images, check_path, check_switch
from .keys import code_key, fingerprint
from .model import Embedder
from .processes import this_process
from .recipe import PRECISIONS

BACKENDS = ("torch", "openvino")
VIEWS = (1, 8)
_LEAST_COSINE = 0.9999  # between a cell's embedding in bfloat16 and in float32
_COMPARED = 16  # cells that decide it
# a part is what one process takes at a time, and what a cache folder keeps as one file
_BATCHES_PER_PART = 8

Forward = Callable[[Tensor], np.ndarray]


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
    """Embed images (N, S, S, 3), uint8, as float32 (N, dim), in order, in evaluation mode. S
    is the embedder's size.

    `precision` is "float32", "bfloat16", or "auto": bfloat16 where the processor computes in
    it and none of the first 16 cells' embeddings has a cosine below .9999 to the one in
    float32; otherwise float32. `backend="openvino"` (CPU, extra `fast-cpu`) runs the same
    network in OpenVINO; in float32 its embeddings have a cosine above .999999 to torch's, in
    bfloat16 as above. `views=8` embeds the eight quarter turns and flips of each image and
    returns their mean, in eight times the time. With `cache_dir` each finished part is kept
    there, and an interrupted run, or the same one again, goes on from them; a part that is no
    longer as it was written is computed again, with a warning. Under `accelerate launch` the
    processes share the parts, and each returns all embeddings.

    Raises ValueError for images of another size or type or an unknown option, ImportError
    without OpenVINO.
    """
    if not isinstance(embedder, Embedder):
        raise ValueError(
            "`embedder` is an Embedder: the `embedder` of a run, or Embedder.load(...); got "
            f"{type(embedder).__name__}."
        )
    check_images(images, embedder.image_size)
    check_count("batch_size", batch_size)
    check_switch("progress", progress)
    known = {
        "precision": (precision, ("auto", *PRECISIONS)),
        "backend": (backend, BACKENDS),
        "views": (views, VIEWS),
    }
    for name, (value, choices) in known.items():
        check_choice(name, value, choices)
    if cache_dir is not None:
        cache_dir = check_path("cache_dir", cache_dir)
    process = this_process("cpu" if backend == "openvino" else device)
    embedder = embedder.to(process.device, memory_format=torch.channels_last).eval()
    precision, forward = _choose(
        embedder, images[: min(batch_size, _COMPARED)], process.device, precision, backend
    )
    if views > 1:
        forward = _mean_over_views(forward, views)
    folder = None
    if cache_dir is not None:
        release = version("openvino") if backend == "openvino" else None
        key = fingerprint(
            _weights(embedder),
            images,
            batch_size,
            precision,
            backend,
            release,
            views,
            code_key("embeddings"),
        )
        folder = cache_dir / f"embeddings-{key}"
        make_folder(folder)

    embeddings = np.empty((len(images), embedder.dim), np.float32)
    size = batch_size * _BATCHES_PER_PART
    mine = [
        slice(start, min(start + size, len(images)))
        for start in range(process.index * size, len(images), process.count * size)
    ]
    with tqdm(
        total=sum(part.stop - part.start for part in mine),
        desc="embed",
        unit="cells",
        disable=not (progress and process.main),
    ) as bar:
        for part in mine:
            known = _read_part(folder, part, embedder.dim) if folder else None
            if known is not None:
                embeddings[part] = known
            else:
                starts = range(part.start, part.stop, batch_size)
                batches = [slice(start, min(start + batch_size, part.stop)) for start in starts]
                for rows, pixels in zip(
                    batches, input_batches(images, batches, process.device), strict=True
                ):
                    embeddings[rows] = forward(pixels)
                if folder:
                    _write_part(folder, part, embeddings[part])
            bar.update(part.stop - part.start)
    if process.count > 1:
        for part, values in process.gather([(part, embeddings[part]) for part in mine]):
            embeddings[part] = values
    return embeddings


def _choose(
    embedder: Embedder, images: np.ndarray, device: torch.device, precision: str, backend: str
) -> tuple[str, Forward]:
    """The precision to compute in and the function that does; `auto` compares the two on these
    images.
    """
    build = _openvino if backend == "openvino" else _torch
    if precision != "auto":
        return precision, build(embedder, device, precision)
    if len(images) and _has_bfloat16(device):
        forward = build(embedder, device, "bfloat16")
        (pixels,) = input_batches(images, [slice(None)], device)
        ours, exact = forward(pixels), _torch(embedder, device, "float32")(pixels)
        lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(exact, axis=1)
        if ((ours * exact).sum(axis=1) >= _LEAST_COSINE * lengths).all():
            return "bfloat16", forward
    return "float32", build(embedder, device, "float32")


def _mean_over_views(forward: Forward, views: int) -> Forward:
    return lambda pixels: np.mean(
        [forward(dihedral(pixels, view)) for view in range(views)], axis=0
    )


def _torch(embedder: Embedder, device: torch.device, precision: str) -> Forward:
    def forward(pixels: Tensor) -> np.ndarray:
        with (
            torch.inference_mode(),
            torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"),
        ):
            return embedder(pixels).float().cpu().numpy()

    return forward


def _openvino(embedder: Embedder, device: torch.device, precision: str) -> Forward:
    try:
        import openvino  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'backend="openvino" needs the extra: pip install "bloodshot[fast-cpu]".'
        ) from error
    network = _compile(embedder, precision, _weights(embedder))
    return lambda pixels: network(pixels.contiguous().numpy())[0]


@lru_cache(maxsize=4)
def _compile(embedder: Embedder, precision: str, weights: str):
    """The network in OpenVINO; compiling takes seconds, so it is done once for the same
    weights.
    """
    import openvino

    example = torch.zeros(2, 3, embedder.image_size, embedder.image_size)
    exported = torch.export.export(
        embedder, (example,), dynamic_shapes=({0: torch.export.Dim("cells")},)
    )
    hints = {
        "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[precision],
        # all cores on one batch, as batches come one after another
        "PERFORMANCE_HINT": "LATENCY",
    }
    return openvino.compile_model(openvino.convert_model(exported), "CPU", hints)


def _weights(embedder: Embedder) -> str:
    return fingerprint(
        embedder.header, *(value.cpu().numpy() for value in embedder.state_dict().values())
    )


def _has_bfloat16(device: torch.device) -> bool:
    """Whether the processor multiplies in bfloat16 itself; emulating it would be slower than
    float32.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    known = getattr(torch.cpu, "get_capabilities", dict)()
    return device.type == "cpu" and any(
        known.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16")
    )


def _write_part(folder: Path, part: slice, embeddings: np.ndarray) -> None:
    """Keep a part under a name that holds its hash."""
    file = io.BytesIO()
    np.save(file, embeddings)
    content = file.getvalue()
    write_whole(folder / f"cells-{part.start:09d}-{_hash(content)}.npy", content)


def _read_part(folder: Path, part: slice, dim: int) -> np.ndarray | None:
    """A kept part, or None if there is none that is whole."""
    for file in folder.glob(f"cells-{part.start:09d}-*.npy"):
        content = file.read_bytes()
        if file.stem.endswith(_hash(content)):
            known = np.load(io.BytesIO(content))
            if known.shape == (part.stop - part.start, dim):
                return known
        warnings.warn(f"{file} is damaged: its cells are embedded again.", stacklevel=3)
        file.unlink()
    return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
