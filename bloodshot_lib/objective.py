"""The training loss of one batch: images varied, embedded, compared with their classes and
with themselves, rotated.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import torch
from torch import Tensor, nn

from .augment import augment, rotate
from .losses import rotation_consistency
from .model import Embedder
from .recipe import TrainConfig


class Objective(nn.Module):
    """The training loss of one batch: of the class, of the consistency, and their sum, as one
    tensor (3,).
    """

    def __init__(self, config: TrainConfig, embedder: Embedder, head: nn.Module):
        super().__init__()
        self.config, self.embedder, self.head = config, embedder, head

    def forward(self, pixels: Tensor, targets: Tensor) -> Tensor:
        config = self.config
        pixels = augment(pixels, config)
        rotated = (
            rotate(pixels, 360 * torch.rand(len(pixels)), config.fill)
            if "+" in config.loss
            else None
        )
        with torch.autocast(
            pixels.device.type, torch.bfloat16, enabled=config.precision == "bfloat16"
        ):
            embeddings = self.embedder(rotated if config.loss.endswith("+rotation") else pixels)
            class_loss = self.head(embeddings, targets)
            consistency = torch.zeros((), device=pixels.device)
            if config.loss.endswith("+consistency"):
                with (
                    frozen_statistics(self.embedder)
                    if config.frozen_statistics
                    else nullcontext()
                ):
                    rotated_embeddings = self.embedder(rotated)
                consistency = rotation_consistency(
                    embeddings,
                    rotated_embeddings,
                    config.consistency_form,
                    config.stop_gradient,
                )
            return torch.stack(
                [class_loss + config.consistency * consistency, class_loss, consistency]
            )


def batch_norms(module: nn.Module) -> nn.ModuleList:
    """Every layer of batch normalisation."""
    return nn.ModuleList(
        m for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)
    )


@contextmanager
def frozen_statistics(embedder: Embedder) -> Iterator[None]:
    """Batch normalisation still uses the batch's own statistics, but its running averages stay
    as they are.
    """
    layers = {layer: layer.momentum for layer in batch_norms(embedder)}
    try:
        for layer in layers:
            layer.momentum = 0.0
        yield
    finally:
        for layer, momentum in layers.items():
            layer.momentum = momentum
