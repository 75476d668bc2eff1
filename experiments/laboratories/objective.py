"""What a training on many laboratories minimises: names that may be coarse, light that varies."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from bloodshot_lib import Objective, TrainConfig
from bloodshot_lib.embedder.augmentation import augment
from experiments.laboratories.cells import COARSE

_SHIFT = 0.1  # of half an image's side, where images are magnified


class SharedNames(Objective):
    """Cross-entropy over fine names; a coarse one asks for the sum of those that it may be.

    - `names`: the sorted names of the training, coarse ones included.
    - `zoom`: each image is magnified by at most exp(`zoom`) or reduced as much, and shifted.
    - `light`: how far lamp and camera vary: the gain of red, green and blue each, gamma and hue.
    - `blur`: the share of images that lose resolution.
    """

    def __init__(
        self,
        recipe: TrainConfig,
        n_classes: int,
        dim: int,
        names: list[str],
        zoom: float = 0.0,
        light: float = 0.0,
        blur: float = 0.0,
    ):
        super().__init__(recipe, n_classes, dim)
        self.zoom, self.light, self.blur = zoom, light, blur
        finer = [[fine for fine in COARSE.get(name, ()) if fine in names] for name in names]
        may_be = [
            [each in (known or [name]) for each in names]
            for name, known in zip(names, finer, strict=True)
        ]
        self.register_buffer("may_be", torch.tensor(may_be), persistent=False)

    def vary(self, images: Tensor) -> Tensor:
        if self.zoom:
            images = magnified(images, self.zoom)
        if self.blur:
            images = blurred(images, self.blur)
        images = augment(images, self.recipe)
        return relit(images, self.light) if self.light else images

    def class_loss(self, embeddings: Tensor, class_numbers: Tensor) -> Tensor:
        layer = self.classifier
        scores = layer.linear(layer.dropout(embeddings)).log_softmax(dim=1)
        allowed = self.may_be[class_numbers]
        return -scores.masked_fill(~allowed, -torch.inf).logsumexp(dim=1).mean()


def magnified(images: Tensor, spread: float) -> Tensor:
    """Images (N, 3, H, W), each magnified and shifted on its own, reflected at the border."""
    n = len(images)
    scale, shift = torch.exp(_between(spread, n)), _SHIFT * (2 * torch.rand(2, n) - 1)
    none = torch.zeros(n)
    rows = [torch.stack([scale, none, shift[0]], 1), torch.stack([none, scale, shift[1]], 1)]
    grid = F.affine_grid(torch.stack(rows, 1).to(images), list(images.shape), False)
    return F.grid_sample(images, grid, "bilinear", "reflection", False)


def blurred(images: Tensor, share: float) -> Tensor:
    """Some images (N, 3, H, W), as many as that share, at a third to all of their resolution."""
    rows = torch.nonzero(torch.rand(len(images)) < share)[:, 0].to(images.device)
    if not len(rows):
        return images
    side = round(images.shape[2] / (1 + 2 * torch.rand(()).item()))
    small = F.interpolate(images[rows], (side, side), mode="bilinear", antialias=True)
    again = F.interpolate(small, images.shape[2:], mode="bilinear")
    return images.index_copy(0, rows, again)


def relit(images: Tensor, spread: float) -> Tensor:
    """Images (N, 3, H, W), values 0..1, each under another lamp and camera.

    Hue is turned about the grey axis by at most `spread` radians, the exponent (gamma) is at most
    exp(`spread`) or as small, and the gains of the channels are 1 plus or minus at most it.
    """
    n = len(images)
    images = turned_hue(images, _between(spread, n)).clamp(1e-4, 1)
    images = images ** torch.exp(_between(spread, n)).view(-1, 1, 1, 1).to(images)
    gains = 1 + spread * (2 * torch.rand(n, 3, 1, 1) - 1)
    return (images * gains.to(images)).clamp(0, 1)


def turned_hue(images: Tensor, radians: Tensor) -> Tensor:
    """Colours of images (N, 3, H, W), each turned by its angle about the axis of greys.

    Rodrigues' formula, about (1, 1, 1).
    """
    cos, sin = (each.view(-1, 1, 1, 1).to(images) for each in (radians.cos(), radians.sin()))
    red, green, blue = images.unbind(1)
    across = torch.stack([blue - green, red - blue, green - red], 1) / math.sqrt(3)
    return cos * images + sin * across + (1 - cos) * images.mean(1, keepdim=True)


def _between(spread: float, n: int) -> Tensor:
    return spread * (2 * torch.rand(n) - 1)
