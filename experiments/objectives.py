"""Objectives that were tried, most of which did not help or did harm, so the library has none.

Each is an `objective` for `train` and `fit_or_load`, and changes one part of the recipe's own.
`WhiteBalance` is behind the released weights `bloodshot-pbc-2`.
"""

import torch
import torch.nn.functional as F
from pytorch_metric_learning.losses import SupConLoss, TripletMarginLoss
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from bloodshot_lib import AAMSoftmax, Embedder, Objective, TrainConfig, rotate
from bloodshot_lib.embedder.backbone import timm_backbone

_SMOOTHING = 0.1  # share of a label that goes to the other classes
_SUBCENTRES = 3  # directions per class
_STAIN_SPREAD = 0.2
_GAIN_SPREAD = 0.15  # of red, green and blue
_DECAY = 0.98  # of the running mean of the weights, each step
# absorbance of haematoxylin, eosin and diaminobenzidine in red, green and blue (Ruifrok &
# Johnston 2001)
_DYES = torch.tensor([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]])


class MetricLayer(nn.Module):
    """A loss between the embeddings of a batch, and a running mean of each class.

    Such a loss has no class scores of its own, so `logits` gives the cosine to each class's
    running mean direction, `weight` (n_classes, dim).
    """

    def __init__(self, loss: nn.Module, n_classes: int, dim: int):
        super().__init__()
        self.loss = loss
        self.register_buffer("weight", torch.zeros(n_classes, dim))

    def forward(self, embeddings: Tensor, class_numbers: Tensor) -> Tensor:
        """Mean loss of embeddings (N, dim) with their class numbers (N,)."""
        directions = F.normalize(embeddings)
        if self.training:
            self.weight.mul_(0.99).index_add_(0, class_numbers, directions.detach())
        return self.loss(directions, class_numbers)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Cosine to each class's running mean direction, (N, n_classes)."""
        return F.linear(F.normalize(embeddings), F.normalize(self.weight))


class Triplet(Objective):
    """After Schroff et al. 2015, eq. 1: all triplets of the batch, with margin .2.

    Distances are between embeddings of length 1 and not squared; the mean is over the triplets
    with a loss.
    """

    def last_layer(self, n_classes: int, dim: int) -> nn.Module:
        return MetricLayer(TripletMarginLoss(margin=0.2), n_classes, dim)


class SupCon(Objective):
    """Supervised contrastive: Khosla et al. 2020, eq. 2, temperature .1."""

    def last_layer(self, n_classes: int, dim: int) -> nn.Module:
        return MetricLayer(SupConLoss(temperature=0.1), n_classes, dim)


class SubCentreAAM(AAMSoftmax):
    """AAM-Softmax with several directions per class (Deng et al. 2020, eq. 3).

    A class's cosine is that of its nearest direction. `weight` is (n_classes * subcentres,
    dim), a class's rows one after another.
    """

    def __init__(self, n_classes: int, dim: int, subcentres: int = _SUBCENTRES, **settings):
        super().__init__(n_classes, dim, **settings)
        self.subcentres = subcentres
        self.weight = nn.Parameter(torch.randn(n_classes * subcentres, dim))

    def cosine(self, embeddings: Tensor) -> Tensor:
        each = super().cosine(embeddings)
        return each.unflatten(1, (-1, self.subcentres)).amax(2)


class SubCentres(Objective):
    """The recipe's AAM-Softmax with three directions per class."""

    def last_layer(self, n_classes: int, dim: int) -> nn.Module:
        margin_deg, scale = self.recipe.margin_deg, self.recipe.scale
        return SubCentreAAM(n_classes, dim, margin_deg=margin_deg, scale=scale)


class Smoothed(Objective):
    """Softmax with smoothed labels: a tenth of each is spread over all classes."""

    def class_loss(self, embeddings: Tensor, class_numbers: Tensor) -> Tensor:
        layer = self.classifier
        logits = layer.linear(layer.dropout(embeddings))
        return F.cross_entropy(logits, class_numbers, label_smoothing=_SMOOTHING)


class StainJitter(Objective):
    """Varies each dye's absorbance before the recipe varies the images.

    It is scaled by 1 plus or minus up to a fifth, and shifted by up to a fifth of that (after
    Tellez et al. 2018).
    """

    def vary(self, images: Tensor) -> Tensor:
        return super().vary(restained(images, _STAIN_SPREAD))


def restained(images: Tensor, spread: float) -> Tensor:
    """Images (N, 3, H, W), values 0..1, with different amounts of each dye."""
    dyes = _DYES.to(images)
    absorbance = -(images.clamp(min=1 / 256)).log().movedim(1, 3)
    scale, shift = (spread * (2 * torch.rand(2, len(images), 1, 1, 3) - 1)).to(images)
    amounts = absorbance @ dyes.inverse() * (1 + scale) + 0.2 * shift
    return (-amounts @ dyes).exp().clamp(0, 1).movedim(3, 1)


class FreeTurns(Objective):
    """Turns each image by any angle, reflected at the border, before the recipe varies it."""

    def vary(self, images: Tensor) -> Tensor:
        return super().vary(rotate(images, 360 * torch.rand(len(images)), "reflect"))


class WhiteBalance(Objective):
    """Scales red, green and blue of each image after the recipe varied it.

    The gains are 1 plus or minus at most .15.
    """

    def vary(self, images: Tensor) -> Tensor:
        images = super().vary(images)
        gains = 1 + _GAIN_SPREAD * (2 * torch.rand(len(images), 3, 1, 1) - 1)
        return (gains.to(images) * images).clamp(0, 1)


class Averaged(Objective):
    """Keeps a running mean of the network's weights and statistics, `average.module`.

    It is taken before each step, so the last one is missing, which a rate that has fallen to
    nothing makes small.
    """

    def __init__(self, recipe: TrainConfig, n_classes: int, dim: int):
        super().__init__(recipe, n_classes, dim)
        network = timm_backbone(recipe.backbone, recipe.image_size, recipe.drop_path)
        mean_of_weights = get_ema_multi_avg_fn(_DECAY)
        self.average = AveragedModel(network, multi_avg_fn=mean_of_weights, use_buffers=True)
        self.average.requires_grad_(False)

    def forward(self, embedder: Embedder, images: Tensor, class_numbers: Tensor) -> Tensor:
        self.average.update_parameters(embedder.backbone)
        return super().forward(embedder, images, class_numbers)
