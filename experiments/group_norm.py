"""EfficientNet-Lite0 with group instead of batch normalisation (Wu & He 2018).

timm knows it by name once this file is imported.
"""

from pathlib import Path

import timm
from timm.models import register_model
from torch import Tensor, nn

from bloodshot_lib import Embedder
from bloodshot_lib.embedder.public_weights import OFFLINE_BACKBONE, imagenet_weights

GROUPED = f"{OFFLINE_BACKBONE}_group_norm"


class GroupNorm(nn.GroupNorm):
    """Group normalisation in place of timm's batch normalisation.

    Scales, shifts and activation are the same.
    """

    def __init__(self, batch_norm: nn.BatchNorm2d):
        channels = batch_norm.num_features
        # groups of 8 channels if the number is a multiple
        super().__init__(channels // 8 if channels % 8 == 0 else 1, channels)
        self.weight, self.bias = batch_norm.weight, batch_norm.bias
        self.act = getattr(batch_norm, "act", nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        return self.act(super().forward(x))


def group_normalise(module: nn.Module) -> nn.Module:
    """The module, with group instead of batch normalisation."""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, GroupNorm(child))
        else:
            group_normalise(child)
    return module


@register_model
def tf_efficientnet_lite0_group_norm(pretrained: bool = False, **options) -> nn.Module:
    """The network for `timm.create_model`, without weights of its own."""
    return group_normalise(timm.create_model(OFFLINE_BACKBONE, **options))


def imagenet_start(path: Path, image_size: int) -> Path:
    """Save the network with ImageNet's weights, without the statistics, which it does not use.

    The file is a recipe's `init`.
    """
    state, mean, std = imagenet_weights(OFFLINE_BACKBONE)
    embedder = Embedder(GROUPED, image_size, mean=mean, std=std)
    own = embedder.backbone.state_dict()
    embedder.backbone.load_state_dict({name: state[name] for name in own})
    path.parent.mkdir(parents=True, exist_ok=True)
    embedder.save(path)
    return path
