"""Where a training starts: random weights, ImageNet's, or those of an earlier embedder."""

import torch

from .model import Embedder
from .public_weights import imagenet_weights


def starting_embedder(init: str, backbone: str, image_size: int, **options) -> Embedder:
    """An embedder before its training.

    `init` is "random", "imagenet", or a file or name for `Embedder.load`. ImageNet's weights
    come with the mean and std they were trained with, an embedder's with its own. `options` go
    to `Embedder`.

    Raises ValueError if the weights belong to another backbone or release of timm, or are
    unavailable.
    """
    if init == "random":
        return Embedder(backbone, image_size, **options)
    if init == "imagenet":
        # wherever they come from, the next random draws are the same
        with torch.random.fork_rng(devices=[]):
            state, mean, std = imagenet_weights(backbone, image_size)
    else:
        earlier = Embedder.load(init)
        state = earlier.backbone.state_dict()
        mean, std, was = (earlier.header[name] for name in ("mean", "std", "backbone"))
        if was != backbone:
            raise ValueError(
                f"`init` must be an embedder of the same backbone, but {init!r} is {was!r}, not"
                f" {backbone!r}."
            )
    embedder = Embedder(backbone, image_size, mean=mean, std=std, **options)
    own = embedder.backbone.state_dict()
    if missing := sorted(own.keys() - state.keys()):
        raise ValueError(
            f"The weights of {init!r} lack {len(missing)} of the network's tensors,"
            f" {missing[0]} first: they come from another release of timm. Train them again."
        )
    embedder.backbone.load_state_dict({name: state[name] for name in own})
    return embedder
