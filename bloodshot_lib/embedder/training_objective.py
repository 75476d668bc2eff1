"""What a training minimises: a class loss on varied images, and rotation consistency."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import torch
from torch import Tensor, nn

from .augmentation import augment, rotate
from .losses import AAMSoftmax, SoftmaxHead, rotation_consistency
from .model import Embedder
from .recipe import TrainConfig, check_recipe

_DROPOUT = 0.2  # before the softmax layer: EfficientNet's own, which the report's code keeps


class Objective(nn.Module):
    """The loss of one batch, as a recipe says, and the class scores of its last layer.

    To use another one, pass `train` or `fit_or_load` an `objective`: a subclass that changes one
    part, or any callable `objective(recipe, n_classes, dim)` that returns a module with
    `forward`, `class_loss` and `logits` as here.
    """

    def __init__(self, recipe: TrainConfig, n_classes: int, dim: int):
        super().__init__()
        check_recipe(recipe)
        self.recipe = recipe
        self.classifier = self.last_layer(n_classes, dim)

    def last_layer(self, n_classes: int, dim: int) -> nn.Module:
        """The last layer: from embeddings to a loss, and to scores."""
        if self.recipe.loss.startswith("aam"):
            return AAMSoftmax(n_classes, dim, self.recipe.margin_deg, self.recipe.scale)
        return SoftmaxHead(n_classes, dim, self.recipe.n_outputs, _DROPOUT)

    def vary(self, images: Tensor) -> Tensor:
        """Images (N, 3, S, S) as the network sees them, values 0..1."""
        return augment(images, self.recipe)

    def class_loss(self, embeddings: Tensor, class_numbers: Tensor) -> Tensor:
        """The mean loss of embeddings (N, dim) with their class numbers (N,)."""
        return self.classifier(embeddings, class_numbers)

    def logits(self, embeddings: Tensor, **options) -> Tensor:
        """Class scores (N, n_classes); `options` are the last layer's."""
        return self.classifier.logits(embeddings, **options)

    def forward(self, embedder: Embedder, images: Tensor, class_numbers: Tensor) -> Tensor:
        """The loss of one batch, its class loss and its consistency loss, as one tensor (3,).

        loss = class loss + `recipe.consistency` * consistency loss
        """
        recipe, (_, _, term) = self.recipe, self.recipe.loss.partition("+")
        images = self.vary(images)
        if term:
            angles = 360 * torch.rand(len(images))
            rotated = rotate(images, angles, "reflect" if term == "reflected" else "black")
        embeddings = embedder(rotated if term == "rotation" else images)
        class_loss = self.class_loss(embeddings, class_numbers)
        consistency = torch.zeros((), device=images.device)
        if term in ("consistency", "reflected"):
            with frozen_statistics(embedder) if term == "reflected" else nullcontext():
                consistency = rotation_consistency(embeddings, embedder(rotated))
        loss = class_loss + recipe.consistency * consistency
        return torch.stack([loss, class_loss, consistency])


Builder = Callable[[TrainConfig, int, int], nn.Module]  # Objective, or another instead


def batch_norms(module: nn.Module) -> nn.ModuleList:
    """All batch normalisation layers."""
    return nn.ModuleList(
        m for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)
    )


@contextmanager
def frozen_statistics(embedder: Embedder) -> Iterator[None]:
    """Leave batch normalisation's running averages alone; it uses the batch's statistics."""
    layers = {layer: layer.momentum for layer in batch_norms(embedder)}
    try:
        for layer in layers:
            layer.momentum = 0.0
        yield
    finally:
        for layer, momentum in layers.items():
            layer.momentum = momentum
