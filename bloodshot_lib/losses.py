"""The report's losses: AAM-Softmax, softmax and rotation consistency."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SoftmaxHead(nn.Module):
    """Dropout, a linear layer and cross-entropy: the ordinary classification loss.

    `n_outputs` may exceed `n_classes` (the published code leaves timm's 1,000); the surplus outputs take part in the
    loss, and `logits` leaves them out.
    """

    def __init__(self, n_classes: int, dim: int, n_outputs: int | None = None, dropout: float = 0.0):
        super().__init__()
        self.n_classes = n_classes
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(dim, n_outputs or n_classes)

    def forward(self, embeddings: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        """Cross-entropy of embeddings (N, dim) with integer targets (N,)."""
        return F.cross_entropy(self.linear(self.dropout(embeddings)), targets, reduction=reduction)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Scores of shape (N, n_classes), without dropout."""
        return self.linear(embeddings)[:, : self.n_classes]


class AAMSoftmax(nn.Module):
    """Additive angular margin softmax, also called ArcFace (Deng et al. 2019, eq. 3).

    The logit of the true class is `scale * cos(theta + margin)`, of the others `scale * cos(theta)`, where theta is
    the angle between an embedding and a class direction, a row of `weight` (n_classes, dim).

    Past theta = pi - margin the plain form turns back: a worse embedding gets a better logit. The report's code leaves
    it so; `monotone=True` continues with `cos(theta) - margin * sin(margin)` there, as later implementations do.
    Half-precision input is computed in float32, because scale * cosine does not survive bfloat16.
    """

    def __init__(self, n_classes: int, dim: int, margin_deg: float = 28.6, scale: float = 64.0, monotone: bool = False):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_classes, dim))
        self.margin, self.scale, self.monotone = math.radians(margin_deg), scale, monotone

    def forward(self, embeddings: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        """Loss of embeddings (N, dim) with integer targets (N,)."""
        with torch.autocast(embeddings.device.type, enabled=False):
            cosine = self._cosine(embeddings)
            true = cosine.gather(1, targets[:, None])
            logits = self.scale * cosine.scatter(1, targets[:, None], self._with_margin(true))
            return F.cross_entropy(logits, targets, reduction=reduction)

    def logits(self, embeddings: Tensor, margin_on: int | None = None) -> Tensor:
        """Scale times cosine, shape (N, n_classes), without margin: what a classifier uses at test time.

        The report's code took its test logits from the loss, called with all-zero labels: `margin_on=0` repeats that,
        and handicaps class 0.
        """
        with torch.autocast(embeddings.device.type, enabled=False):
            cosine = self._cosine(embeddings)
            if margin_on is not None:
                cosine = torch.cat([cosine[:, :margin_on], self._with_margin(cosine[:, [margin_on]]),
                                    cosine[:, margin_on + 1 :]], dim=1)
            return self.scale * cosine

    def _cosine(self, embeddings: Tensor) -> Tensor:
        embeddings = embeddings.float() if embeddings.dtype in (torch.float16, torch.bfloat16) else embeddings
        return F.linear(F.normalize(embeddings), F.normalize(self.weight)).clamp(-1, 1)

    def _with_margin(self, cosine: Tensor) -> Tensor:
        # cos(a + m) = cos a cos m - sin a sin m; the floor under sin^2 keeps the square root's slope finite at 0 and pi
        sine = (1 - cosine.square()).clamp(min=1e-18).sqrt()
        shifted = cosine * math.cos(self.margin) - sine * math.sin(self.margin)
        if not self.monotone:
            return shifted
        continued = cosine - self.margin * math.sin(self.margin)
        return torch.where(cosine > math.cos(math.pi - self.margin), shifted, continued)


def rotate(images: Tensor, degrees: Tensor, fill: str = "black") -> Tensor:
    """Rotate each image (N, C, H, W) about its centre by its own angle (N,), counter-clockwise; one call per batch.

    Nearest neighbour. Corners are filled with 0, as the published code has it, or with the mean colour of the image's
    own `border`, or by reflection (`reflect`).
    """
    angle = torch.deg2rad(degrees.to(images))
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    ratio = images.shape[2] / images.shape[3]  # the grid's axes run -1..1 whatever the sides
    matrix = torch.stack([torch.stack([cos, -sin * ratio, zero], 1), torch.stack([sin / ratio, cos, zero], 1)], 1)
    grid = F.affine_grid(matrix, list(images.shape), align_corners=False)
    padding = "reflection" if fill == "reflect" else "zeros"
    background = _border_colour(images) if fill == "border" else 0.0
    turned = F.grid_sample(images - background, grid, mode="nearest", padding_mode=padding, align_corners=False)
    return turned + background


def _border_colour(images: Tensor) -> Tensor:
    """Mean colour of the outermost pixels, (N, C, 1, 1)."""
    edges = [images[:, :, 0], images[:, :, -1], images[:, :, :, 0], images[:, :, :, -1]]
    return torch.cat(edges, dim=2).mean(dim=2)[:, :, None, None]


def rotation_consistency(embeddings: Tensor, rotated_embeddings: Tensor, form: str = "mean squared",
                         stop_gradient: bool = False) -> Tensor:
    """How far the embeddings (N, D) of rotated images lie from the originals'.

    `mean squared` is the squared error, mean over batch and dimensions, which the report's code computes; `mean L2` is
    the distance that its text names, mean over the batch; `normalised` is the squared error of embeddings of length 1.
    The gradient flows through both, or with `stop_gradient` through the rotated ones only.
    """
    embeddings = embeddings.detach() if stop_gradient else embeddings
    if form == "mean L2":
        return (rotated_embeddings - embeddings).norm(dim=1).mean()
    if form == "normalised":
        return F.mse_loss(F.normalize(rotated_embeddings), F.normalize(embeddings))
    return F.mse_loss(rotated_embeddings, embeddings)
