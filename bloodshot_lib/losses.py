"""The losses: AAM-Softmax, softmax and rotation consistency, the report's; triplet and supervised contrastive."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .recipe import TrainConfig


class SoftmaxHead(nn.Module):
    """Dropout, a linear layer and cross-entropy: the ordinary classification loss.

    `n_outputs` may exceed `n_classes` (the published code leaves timm's 1,000); the surplus outputs take part in the
    loss, and `logits` leaves them out.
    """

    def __init__(self, n_classes: int, dim: int, n_outputs: int | None = None, dropout: float = 0.0,
                 label_smoothing: float = 0.0):
        super().__init__()
        self.n_classes, self.label_smoothing = n_classes, label_smoothing
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(dim, n_outputs or n_classes)

    def forward(self, embeddings: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        """Cross-entropy of embeddings (N, dim) with integer targets (N,)."""
        logits = self.linear(self.dropout(embeddings))
        return F.cross_entropy(logits, targets, reduction=reduction, label_smoothing=self.label_smoothing)

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
    With several `subcentres` a class has that many directions, and its cosine is that of the nearest one (Deng et al.
    2020, eq. 3): `weight` is (n_classes * subcentres, dim), a class's rows one after another.
    """

    def __init__(self, n_classes: int, dim: int, margin_deg: float = 28.6, scale: float = 64.0, monotone: bool = False,
                 subcentres: int = 1):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_classes * subcentres, dim))
        self.margin, self.scale, self.monotone = math.radians(margin_deg), scale, monotone
        self.subcentres = subcentres

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
        cosine = F.linear(F.normalize(embeddings), F.normalize(self.weight)).clamp(-1, 1)
        return cosine.unflatten(1, (-1, self.subcentres)).amax(2) if self.subcentres > 1 else cosine

    def _with_margin(self, cosine: Tensor) -> Tensor:
        # cos(a + m) = cos a cos m - sin a sin m; the floor under sin^2 keeps the square root's slope finite at 0 and pi
        sine = (1 - cosine.square()).clamp(min=1e-18).sqrt()
        shifted = cosine * math.cos(self.margin) - sine * math.sin(self.margin)
        if not self.monotone:
            return shifted
        continued = cosine - self.margin * math.sin(self.margin)
        return torch.where(cosine > math.cos(math.pi - self.margin), shifted, continued)


class MetricHead(nn.Module):
    """A loss between the embeddings of a batch, from pytorch-metric-learning, and a running mean of each class.

    `kind` is "triplet" (after Schroff et al. 2015, eq. 1: all triplets of the batch, distances between embeddings of
    length 1, not squared, margin .2, the mean over the triplets that still lose) or "supcon" (Khosla et al. 2020,
    eq. 2, temperature .1). Such a loss has no class scores of its own; `logits` gives the cosine to each class's
    running mean direction, `weight` (n_classes, dim).
    """

    def __init__(self, kind: str, n_classes: int, dim: int):
        super().__init__()
        from pytorch_metric_learning.losses import SupConLoss, TripletMarginLoss  # here, because it imports slowly

        self.loss = {"triplet": TripletMarginLoss(margin=0.2), "supcon": SupConLoss(temperature=0.1)}[kind]
        self.register_buffer("weight", torch.zeros(n_classes, dim))

    def forward(self, embeddings: Tensor, targets: Tensor) -> Tensor:
        """Mean loss of embeddings (N, dim) with integer targets (N,)."""
        with torch.autocast(embeddings.device.type, enabled=False):
            directions = F.normalize(embeddings.float())
            if self.training:
                self.weight.mul_(0.99).index_add_(0, targets, directions.detach())
            return self.loss(directions, targets)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Cosine to each class's running mean direction, (N, n_classes)."""
        return F.linear(F.normalize(embeddings), F.normalize(self.weight))


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


def build_head(config: TrainConfig, n_classes: int, dim: int) -> nn.Module:
    """The head that a recipe's `loss` names: a module from embeddings (N, dim) and targets (N,) to a loss."""
    kind = config.loss.split("+")[0]
    if kind == "aam":
        return AAMSoftmax(n_classes, dim, config.margin_deg, config.scale, config.monotone, config.subcentres)
    if kind == "softmax":
        return SoftmaxHead(n_classes, dim, config.n_outputs, config.dropout, config.label_smoothing)
    return MetricHead(kind, n_classes, dim)
