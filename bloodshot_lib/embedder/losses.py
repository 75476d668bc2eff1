"""The report's losses: AAM-Softmax, softmax and rotation consistency."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..common.checks import check_choice, check_count, check_number, check_switch, kind_of

_REDUCTIONS = ("mean", "sum", "none")
_WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


class SoftmaxHead(nn.Module):
    """Dropout, a linear layer and cross-entropy: the ordinary classification loss.

    - `n_outputs`: by default `n_classes`. There may be more (the published code keeps timm's
      1,000); the extra ones count in the loss, but `logits` leaves them out.
    - `dropout`: the share of inputs dropped in training, 0 to 1.

    Class numbers are 0 to n_classes - 1, which is checked on the CPU only.
    """

    def __init__(
        self, n_classes: int, dim: int, n_outputs: int | None = None, dropout: float = 0.0
    ):
        super().__init__()
        self.n_classes = check_count("n_classes", n_classes)
        if n_outputs is None:
            n_outputs = n_classes
        check_count("n_outputs", n_outputs, least=n_classes)
        self.dropout = nn.Dropout(check_number("dropout", dropout, 0, 1))
        self.linear = nn.Linear(check_count("dim", dim), n_outputs)

    def forward(self, embeddings: Tensor, class_numbers: Tensor, reduction: str = "mean") -> Tensor:
        """Cross-entropy of embeddings (N, dim) with their class numbers (N,)."""
        _check_embeddings(embeddings, self.linear.weight)
        class_numbers = _class_numbers(class_numbers, embeddings, self.n_classes)
        check_choice("reduction", reduction, _REDUCTIONS)
        logits = self.linear(self.dropout(embeddings))
        return F.cross_entropy(logits, class_numbers, reduction=reduction)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Scores of shape (N, n_classes), without dropout."""
        _check_embeddings(embeddings, self.linear.weight)
        return self.linear(embeddings)[:, : self.n_classes]


class AAMSoftmax(nn.Module):
    """Additive angular margin softmax, also called ArcFace (Deng et al. 2019, eq. 3).

    The logit of the true class is `scale * cos(theta + margin)`, of the others
    `scale * cos(theta)`, where theta is the angle between an embedding and a class direction, a
    row of `weight` (n_classes, dim).

    - `margin_deg`: degrees, 0 to 180.
    - `scale`: above 0.
    - `monotone`: beyond theta = pi - margin the plain form rises again, and a worse embedding
      gets a better logit. The report's code leaves it so; `monotone=True` continues there with
      `cos(theta) - margin * sin(margin)`, as later implementations do.

    Half-precision input is computed in float32: bfloat16 is too coarse for scale * cosine.
    Class numbers are 0 to n_classes - 1, which is checked on the CPU only.
    """

    def __init__(
        self,
        n_classes: int,
        dim: int,
        margin_deg: float = 28.6,
        scale: float = 64.0,
        monotone: bool = False,
    ):
        super().__init__()
        self.n_classes = check_count("n_classes", n_classes)
        self.weight = nn.Parameter(torch.randn(n_classes, check_count("dim", dim)))
        self.margin = math.radians(check_number("margin_deg", margin_deg, 0, 180))
        self.scale = check_number("scale", scale, above=0)
        self.monotone = check_switch("monotone", monotone)

    def forward(self, embeddings: Tensor, class_numbers: Tensor, reduction: str = "mean") -> Tensor:
        """Loss of embeddings (N, dim) with their class numbers (N,)."""
        cosine = self._exact_cosine(embeddings)
        class_numbers = _class_numbers(class_numbers, cosine, self.n_classes)
        check_choice("reduction", reduction, _REDUCTIONS)
        true = cosine.gather(1, class_numbers[:, None])
        logits = self.scale * cosine.scatter(1, class_numbers[:, None], self._with_margin(true))
        return F.cross_entropy(logits, class_numbers, reduction=reduction)

    def logits(self, embeddings: Tensor, margin_on: int | None = None) -> Tensor:
        """Scale times cosine, shape (N, n_classes), without a margin, for use at test time.

        The report's code took its test logits from the loss, called with all-zero labels.
        `margin_on` is the number of a class that keeps its margin: 0 repeats that, and
        handicaps class 0.
        """
        if margin_on is not None:
            check_count("margin_on", margin_on, 0, self.n_classes - 1)
        cosine = self._exact_cosine(embeddings)
        if margin_on is not None:
            its_own = torch.arange(self.n_classes, device=cosine.device) == margin_on
            cosine = torch.where(its_own, self._with_margin(cosine), cosine)
        return self.scale * cosine

    def cosine(self, embeddings: Tensor) -> Tensor:
        """Cosine of embeddings (N, dim) to each class's direction, (N, n_classes)."""
        return F.linear(F.normalize(embeddings), F.normalize(self.weight)).clamp(-1, 1)

    def _exact_cosine(self, embeddings: Tensor) -> Tensor:
        """The same after checking them, in float32 or better also under autocast."""
        if getattr(embeddings, "dtype", None) in (torch.float16, torch.bfloat16):
            embeddings = embeddings.float()
        _check_embeddings(embeddings, self.weight)
        with torch.autocast(embeddings.device.type, enabled=False):
            return self.cosine(embeddings)

    def _with_margin(self, cosine: Tensor) -> Tensor:
        # cos(a + m) = cos a cos m - sin a sin m
        # the floor under sin^2 keeps the square root's slope finite at a = 0 and a = pi
        sine = (1 - cosine.square()).clamp(min=1e-18).sqrt()
        shifted = cosine * math.cos(self.margin) - sine * math.sin(self.margin)
        if not self.monotone:
            return shifted
        continued = cosine - self.margin * math.sin(self.margin)
        return torch.where(cosine > math.cos(math.pi - self.margin), shifted, continued)


def rotation_consistency(embeddings: Tensor, rotated_embeddings: Tensor) -> Tensor:
    """Mean squared error between the embeddings (N, D) of images and of the same images rotated.

    The mean is over batch and dimensions, as in the report's code; its text calls it the
    distance (L2). The gradient flows through both. Raises ValueError for embeddings of unequal
    shape.
    """
    check_tensor("embeddings", embeddings, "N", "D")
    check_tensor("rotated_embeddings", rotated_embeddings, *embeddings.shape)
    return F.mse_loss(rotated_embeddings, embeddings)


def check_tensor(name: str, value: object, *shape: int | str) -> None:
    """A tensor of floating-point numbers of that shape; a letter is any number above 0.

    Raises ValueError. The numbers are not read: that would stall a GPU, and stop one process
    while others go on. If some are NaN or infinite, so is the loss, and the training reports it
    with its cause.
    """
    right = isinstance(value, Tensor) and value.is_floating_point() and value.ndim == len(shape)
    if right:
        sides = zip(value.shape, shape, strict=True)
        right = all(got == side or (got > 0 and isinstance(side, str)) for got, side in sides)
    if not right:
        raise ValueError(
            f"`{name}` must be a tensor of floating-point numbers, shape"
            f" ({', '.join(map(str, shape))}), but was {kind_of(value)}."
        )


def _check_embeddings(embeddings: Tensor, weight: Tensor) -> None:
    """Raise ValueError if a batch does not fit the loss's weights."""
    check_tensor("embeddings", embeddings, "N", weight.shape[1])
    cast = torch.is_autocast_enabled(embeddings.device.type) and embeddings.dtype != torch.float64
    if embeddings.device != weight.device or not (cast or embeddings.dtype == weight.dtype):
        raise ValueError(
            "Embeddings and the loss's weights must share one precision and one device, but had "
            f"{embeddings.dtype} on {embeddings.device} and {weight.dtype} on "
            f"{weight.device}. Move one with `.to`."
        )


def _class_numbers(class_numbers: Tensor, embeddings: Tensor, n_classes: int) -> Tensor:
    """Class numbers as int64, after checking that each embedding has one in range."""
    right = isinstance(class_numbers, Tensor) and class_numbers.shape == embeddings.shape[:1]
    if not right or class_numbers.dtype not in _WHOLE:
        raise ValueError(
            "`class_numbers` must be a tensor with a class number per embedding, whole numbers "
            f"of shape ({len(embeddings)},), but was {kind_of(class_numbers)}."
        )
    on_cpu = class_numbers.device.type == "cpu"  # reading a GPU's numbers would stall it
    if on_cpu and not (class_numbers.min() >= 0 and class_numbers.max() < n_classes):
        raise ValueError(
            f"`class_numbers` must be class numbers, 0 to {n_classes - 1}, but ran from"
            f" {class_numbers.min()} to {class_numbers.max()}."
        )
    return class_numbers.long()
