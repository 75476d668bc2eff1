"""Images -> batches on the device, the next one prepared while the network works."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

Rows = np.ndarray | slice


def input_batches(
    images: np.ndarray | Tensor, batches: Iterable[Rows], device: torch.device
) -> Iterator[Tensor]:
    """The network's input for each batch of rows: float32 (n, 3, H, W), values 0..1.

    Channels are last in memory. A worker thread gathers the next batch meanwhile.
    """
    with ThreadPoolExecutor(1) as ahead:
        waiting = None
        for rows in batches:
            upcoming = ahead.submit(_gather, images, rows, device.type == "cuda")
            if waiting is not None:
                yield to_input(waiting.result(), device)
            waiting = upcoming
        if waiting is not None:
            yield to_input(waiting.result(), device)


def to_input(pixels: Tensor, device: torch.device) -> Tensor:
    """uint8 (n, H, W, 3) -> float32 (n, 3, H, W), values 0..1, on `device`.

    Bytes are transferred, not floats; channels stay last in memory.
    """
    return pixels.to(device, non_blocking=True).permute(0, 3, 1, 2).float().div_(255)


def on_device(images: np.ndarray, device: torch.device) -> np.ndarray | Tensor:
    """The images in a GPU's memory if they fit into half of what is free, else as given."""
    if device.type == "cuda" and images.nbytes < torch.cuda.mem_get_info(device)[0] / 2:
        return torch.from_numpy(np.array(images)).to(device)
    return images


def _gather(images: np.ndarray | Tensor, rows: Rows, pin: bool) -> Tensor:
    if isinstance(images, Tensor):
        return images[rows]
    # a copy, because a read-only memory map cannot become a tensor
    pixels = torch.from_numpy(np.array(images[rows]))
    return pixels.pin_memory() if pin else pixels
