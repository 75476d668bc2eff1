"""The losses: AAM-Softmax, softmax and rotation consistency, the report's; triplet and
supervised contrastive.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .checks import check_choice, check_count, check_number, check_switch
from .recipe import CONSISTENCY_FORMS, TrainConfig

_REDUCTIONS = ("mean", "sum", "none")
_WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


class SoftmaxHead(nn.Module):
    """Dropout, a linear layer and cross-entropy: the ordinary classification loss.

    `n_outputs` may exceed `n_classes` (the published code leaves timm's 1,000); the surplus
    outputs take part in the loss, and `logits` leaves them out. Targets are 0 to n_classes -
    1, which is looked at on the CPU only.
    """

    def __init__(
        self,
        n_classes: int,
        dim: int,
        n_outputs: int | None = None,
        dropout: float = 0.0,
        label_smoothing: float = 0.0,
    ):
        super().__init__()
        self.n_classes = check_count("n_classes", n_classes)
        if n_outputs is None:
            n_outputs = n_classes
        check_count("n_outputs", n_outputs, least=n_classes)
        self.label_smoothing = check_number("label_smoothing", label_smoothing, 0, 1)
        self.dropout = nn.Dropout(check_number("dropout", dropout, 0, 1))
        self.linear = nn.Linear(check_count("dim", dim), n_outputs)

    def forward(self, embeddings: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        """Cross-entropy of embeddings (N, dim) with integer targets (N,)."""
        _check_embeddings(embeddings, self.linear.weight)
        targets = _class_numbers(targets, embeddings, self.n_classes)
        check_choice("reduction", reduction, _REDUCTIONS)
        logits = self.linear(self.dropout(embeddings))
        return F.cross_entropy(
            logits, targets, reduction=reduction, label_smoothing=self.label_smoothing
        )

    def logits(self, embeddings: Tensor) -> Tensor:
        """Scores of shape (N, n_classes), without dropout."""
        _check_embeddings(embeddings, self.linear.weight)
        return self.linear(embeddings)[:, : self.n_classes]


class AAMSoftmax(nn.Module):
    """Additive angular margin softmax, also called ArcFace (Deng et al. 2019, eq. 3).

    The logit of the true class is `scale * cos(theta + margin)`, of the others `scale *
    cos(theta)`, where theta is the angle between an embedding and a class direction, a row of
    `weight` (n_classes, dim).

    Past theta = pi - margin the plain form turns back: a worse embedding gets a better logit.
    The report's code leaves it so; `monotone=True` continues with `cos(theta) - margin *
    sin(margin)` there, as later implementations do. Half-precision input is computed in
    float32, because scale * cosine does not survive bfloat16. With several `subcentres` a
    class has that many directions, and its cosine is that of the nearest one (Deng et al.
    2020, eq. 3): `weight` is (n_classes * subcentres, dim), a class's rows one after another.
    Targets are 0 to n_classes - 1, which is looked at on the CPU only.
    """

    def __init__(
        self,
        n_classes: int,
        dim: int,
        margin_deg: float = 28.6,
        scale: float = 64.0,
        monotone: bool = False,
        subcentres: int = 1,
    ):
        super().__init__()
        self.subcentres = check_count("subcentres", subcentres)
        rows = check_count("n_classes", n_classes) * self.subcentres
        self.weight = nn.Parameter(torch.randn(rows, check_count("dim", dim)))
        self.margin = math.radians(check_number("margin_deg", margin_deg, 0, 180))
        self.scale = check_number("scale", scale, above=0)
        self.monotone = check_switch("monotone", monotone)

    def forward(self, embeddings: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        """Loss of embeddings (N, dim) with integer targets (N,)."""
        embeddings = _single(embeddings)
        _check_embeddings(embeddings, self.weight)
        targets = _class_numbers(targets, embeddings, len(self.weight) // self.subcentres)
        check_choice("reduction", reduction, _REDUCTIONS)
        with torch.autocast(embeddings.device.type, enabled=False):
            cosine = self._cosine(embeddings)
            true = cosine.gather(1, targets[:, None])
            logits = self.scale * cosine.scatter(1, targets[:, None], self._with_margin(true))
            return F.cross_entropy(logits, targets, reduction=reduction)

    def logits(self, embeddings: Tensor, margin_on: int | None = None) -> Tensor:
        """Scale times cosine, shape (N, n_classes), without margin: what a classifier uses at
        test time.

        The report's code took its test logits from the loss, called with all-zero labels:
        `margin_on=0` repeats that, and handicaps class 0.
        """
        if margin_on is not None:
            check_count("margin_on", margin_on, 0, len(self.weight) // self.subcentres - 1)
        embeddings = _single(embeddings)
        _check_embeddings(embeddings, self.weight)
        with torch.autocast(embeddings.device.type, enabled=False):
            cosine = self._cosine(embeddings)
            if margin_on is not None:
                cosine = torch.cat(
                    [
                        cosine[:, :margin_on],
                        self._with_margin(cosine[:, [margin_on]]),
                        cosine[:, margin_on + 1 :],
                    ],
                    dim=1,
                )
            return self.scale * cosine

    def _cosine(self, embeddings: Tensor) -> Tensor:
        cosine = F.linear(F.normalize(embeddings), F.normalize(self.weight)).clamp(-1, 1)
        return (
            cosine.unflatten(1, (-1, self.subcentres)).amax(2)
            if self.subcentres > 1
            else cosine
        )

    def _with_margin(self, cosine: Tensor) -> Tensor:
        # cos(a + m) = cos a cos m - sin a sin m; the floor under sin^2 keeps the square root's
        # slope finite at 0 and pi
        sine = (1 - cosine.square()).clamp(min=1e-18).sqrt()
        shifted = cosine * math.cos(self.margin) - sine * math.sin(self.margin)
        if not self.monotone:
            return shifted
        continued = cosine - self.margin * math.sin(self.margin)
        return torch.where(cosine > math.cos(math.pi - self.margin), shifted, continued)


class MetricHead(nn.Module):
    """A loss between the embeddings of a batch, from pytorch-metric-learning, and a running
    mean of each class.

    `kind` is "triplet" (after Schroff et al. 2015, eq. 1: all triplets of the batch, distances
    between embeddings of length 1, not squared, margin .2, the mean over the triplets that
    still lose) or "supcon" (Khosla et al. 2020, eq. 2, temperature .1). Such a loss has no
    class scores of its own; `logits` gives the cosine to each class's running mean direction,
    `weight` (n_classes, dim).
    """

    def __init__(self, kind: str, n_classes: int, dim: int):
        super().__init__()
        # here, because it imports slowly
        from pytorch_metric_learning.losses import SupConLoss, TripletMarginLoss

        check_choice("kind", kind, ("triplet", "supcon"))
        self.loss = {
            "triplet": TripletMarginLoss(margin=0.2),
            "supcon": SupConLoss(temperature=0.1),
        }[kind]
        shape = check_count("n_classes", n_classes), check_count("dim", dim)
        self.register_buffer("weight", torch.zeros(shape))

    def forward(self, embeddings: Tensor, targets: Tensor) -> Tensor:
        """Mean loss of embeddings (N, dim) with integer targets (N,)."""
        _check_embeddings(_single(embeddings), self.weight)
        targets = _class_numbers(targets, embeddings, len(self.weight))
        with torch.autocast(embeddings.device.type, enabled=False):
            directions = F.normalize(embeddings.float())
            if self.training:
                self.weight.mul_(0.99).index_add_(0, targets, directions.detach())
            return self.loss(directions, targets)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Cosine to each class's running mean direction, (N, n_classes)."""
        _check_embeddings(embeddings, self.weight)
        return F.linear(F.normalize(embeddings), F.normalize(self.weight))


def rotation_consistency(
    embeddings: Tensor,
    rotated_embeddings: Tensor,
    form: str = "mean squared",
    stop_gradient: bool = False,
) -> Tensor:
    """How far the embeddings (N, D) of rotated images lie from the originals'.

    `mean squared` is the squared error, mean over batch and dimensions, which the report's
    code computes; `mean L2` is the distance that its text names, mean over the batch;
    `normalised` is the squared error of embeddings of length 1. The gradient flows through
    both, or with `stop_gradient` through the rotated ones only. Raises ValueError for an
    unknown `form`, or for embeddings of unequal shape.
    """
    check_choice("form", form, CONSISTENCY_FORMS)
    check_switch("stop_gradient", stop_gradient)
    _check_matrix(embeddings, "embeddings")
    _check_matrix(rotated_embeddings, "rotated_embeddings")
    if embeddings.shape != rotated_embeddings.shape:
        raise ValueError(
            "Each embedding is compared with that of its own rotated image, so both "
            f"are of one shape; got {tuple(embeddings.shape)} and "
            f"{tuple(rotated_embeddings.shape)}."
        )
    embeddings = embeddings.detach() if stop_gradient else embeddings
    if form == "mean L2":
        return (rotated_embeddings - embeddings).norm(dim=1).mean()
    if form == "normalised":
        return F.mse_loss(F.normalize(rotated_embeddings), F.normalize(embeddings))
    return F.mse_loss(rotated_embeddings, embeddings)


def build_head(config: TrainConfig, n_classes: int, dim: int) -> nn.Module:
    """The head that a recipe's `loss` names: a module from embeddings (N, dim) and targets
    (N,) to a loss.
    """
    kind = config.loss.split("+")[0]
    if kind == "aam":
        return AAMSoftmax(
            n_classes, dim, config.margin_deg, config.scale, config.monotone, config.subcentres
        )
    if kind == "softmax":
        return SoftmaxHead(
            n_classes, dim, config.n_outputs, config.dropout, config.label_smoothing
        )
    return MetricHead(kind, n_classes, dim)


def _single(embeddings: Tensor) -> Tensor:
    """Half precision as float32; all else as it is."""
    half = isinstance(embeddings, Tensor) and embeddings.dtype in (
        torch.float16,
        torch.bfloat16,
    )
    return embeddings.float() if half else embeddings


def _check_embeddings(embeddings: Tensor, weight: Tensor) -> None:
    """Raise ValueError where a batch does not fit the loss's weights.

    Its numbers are not looked at: that would stall a GPU, and stop one process where others go
    on. What is not finite makes a loss that is not, which a training reports with its cause.
    """
    _check_matrix(embeddings, "embeddings", weight.shape[1])
    cast = (
        torch.is_autocast_enabled(embeddings.device.type) and embeddings.dtype != torch.float64
    )
    if embeddings.device != weight.device or not (cast or embeddings.dtype == weight.dtype):
        raise ValueError(
            "Embeddings and the loss's weights have one precision and one device; got "
            f"{embeddings.dtype} on {embeddings.device} and {weight.dtype} on "
            f"{weight.device}. Move one with `.to`."
        )


def _class_numbers(targets: Tensor, embeddings: Tensor, n_classes: int) -> Tensor:
    """Targets as int64, after checking that there is a class number for each embedding."""
    right = isinstance(targets, Tensor) and targets.shape == embeddings.shape[:1]
    if not right or targets.dtype not in _WHOLE:
        raise ValueError(
            "`targets` is a tensor with a class number per embedding, whole numbers "
            f"of shape ({len(embeddings)},); got {_kind(targets)}."
        )
    on_cpu = targets.device.type == "cpu"  # a look at a GPU's numbers would stall it
    if on_cpu and not (targets.min() >= 0 and targets.max() < n_classes):
        raise ValueError(
            f"`targets` are class numbers, 0 to {n_classes - 1}; got {targets.min()} "
            f"to {targets.max()}."
        )
    return targets.long()


def _check_matrix(embeddings: Tensor, name: str, dim: int | None = None) -> None:
    right = (
        isinstance(embeddings, Tensor) and embeddings.ndim == 2 and 0 not in embeddings.shape
    )
    right = right and embeddings.is_floating_point() and dim in (None, embeddings.shape[1])
    if not right:
        raise ValueError(
            f"`{name}` is a tensor of floating-point numbers, shape (N, "
            f"{dim or 'D'}); got "
            f"{_kind(embeddings)}."
        )


def _kind(value: object) -> str:
    got = isinstance(value, Tensor)
    return f"{value.dtype} {tuple(value.shape)}" if got else type(value).__name__
