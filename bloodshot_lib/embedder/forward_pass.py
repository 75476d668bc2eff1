"""A batch through the network: in torch or OpenVINO, float32 or bfloat16, one view or many."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .augmentation import dihedral
from .folding import folded
from .input_batches import input_batches
from .model import Embedder

_COMPARED = 16  # cells whose embeddings decide the precision
_LEAST_COSINE = 0.9999  # between a cell's embedding in bfloat16 and in float32

Forward = Callable[[Tensor], np.ndarray]


def loaded(embedder: Embedder | str | Path, device: torch.device) -> Embedder:
    """The embedder on its device, ready to embed, from memory or from a file of weights."""
    if not isinstance(embedder, Embedder):
        embedder = Embedder.load(embedder)
    return embedder.to(device, memory_format=torch.channels_last).eval()


def choose_forward(
    embedder: Embedder,
    images: np.ndarray,
    device: torch.device,
    precision: str,
    backend: str,
    views: int = 1,
) -> Forward:
    """The function that embeds a batch, as the mean over `views` turns and flips of it.

    Precision "auto" compares bfloat16 with float32 on the first of these images.
    """
    if backend == "openvino":  # which folds by itself
        build, plain = partial(_openvino, embedder), partial(_torch, embedder)
    else:
        build = plain = partial(_torch, folded(embedder, device))
    if precision == "auto":
        precision, images = "float32", images[:_COMPARED]
        if len(images) and has_bfloat16(device):
            (pixels,) = input_batches(images, [slice(None)], device)
            ours = build(device, "bfloat16")(pixels)
            exact = plain(device, "float32")(pixels)
            lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(exact, axis=1)
            if ((ours * exact).sum(axis=1) >= _LEAST_COSINE * lengths).all():
                precision = "bfloat16"
    forward = build(device, precision)
    if views == 1:
        return forward
    return lambda pixels: np.mean(
        [forward(dihedral(pixels, view)) for view in range(views)], axis=0
    )


def _torch(network: Embedder, device: torch.device, precision: str) -> Forward:
    def forward(pixels: Tensor) -> np.ndarray:
        with (
            torch.inference_mode(),
            torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"),
        ):
            return network(pixels).float().cpu().numpy()

    return forward


def _openvino(embedder: Embedder, device: torch.device, precision: str) -> Forward:
    try:
        import openvino  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'backend="openvino" needs the extra: pip install "bloodshot[fast-cpu]".'
        ) from error
    network = _compile(embedder, precision, embedder.key)
    return lambda pixels: network(pixels.contiguous().numpy())[0]


@lru_cache(maxsize=4)
def _compile(embedder: Embedder, precision: str, weights: str):
    """The network in OpenVINO, compiled only once for the same weights: it takes seconds."""
    import openvino

    example = torch.zeros(2, 3, embedder.image_size, embedder.image_size)
    exported = torch.export.export(
        embedder, (example,), dynamic_shapes=({0: torch.export.Dim("cells")},)
    )
    hints = {
        "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[precision],
        # all cores on one batch: batches come one after another
        "PERFORMANCE_HINT": "LATENCY",
    }
    return openvino.compile_model(openvino.convert_model(exported), "CPU", hints)


def has_bfloat16(device: torch.device) -> bool:
    """Whether the hardware multiplies in bfloat16.

    Emulated, it would be slower than float32.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    known = getattr(torch.cpu, "get_capabilities", dict)()
    return device.type == "cpu" and any(
        known.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16")
    )
