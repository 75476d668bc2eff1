"""The embedder: a timm backbone without its classifier, saved so that it can be rebuilt."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from ..common.atomic_files import write_whole
from ..common.checks import check_count, check_number, check_path, check_switch
from .backbone import timm_backbone
from .public_weights import imagenet_weights
from .recipe import LARGEST_SIDE
from .side_by_side import SideBySide, in_a_row
from .weights_file import FORMAT, arguments_in, read_weights, weights_key

_STAGES = 2  # whose feature maps `inner` takes


class Embedder(nn.Module):
    """A timm backbone: images (N, 3, H, W), values 0..1, become embeddings (N, dim).

    Embeddings are not normalised; with `inner` they are parts of length 1 in a row.

    - `backbone`: the name of a timm network.
    - `image_size`: pixels a side, 1 to 4096.
    - `mean`, `std`: one value per channel, applied to the input if given; the report uses none.
    - `drop_path`: the stochastic-depth rate of the last block, 0 to 1.
    - `inner`: if above 0, the means of the last two stages' feature maps stand beside the
      embedding: each of length 1, those two times `inner`.
    - `classes`, `recipe`: what the weights were trained on and how; saved with them.

    Raises ValueError for a name unknown to timm, suggesting similar ones, or for settings that
    the backbone refuses.
    """

    def __init__(
        self,
        backbone: str | SideBySide = "efficientnet_b0",
        image_size: int = 224,
        *,
        mean: tuple[float, ...] | None = None,
        std: tuple[float, ...] | None = None,
        drop_path: float = 0.0,
        inner: float = 0.0,
        classes: tuple[str, ...] = (),
        recipe: dict | None = None,
    ):
        super().__init__()
        check_count("image_size", image_size, 1, LARGEST_SIDE)
        check_number("drop_path", drop_path, 0, 1)
        self.inner = check_number("inner", inner, 0)
        mean, std = _channels("mean", mean), _channels("std", std, above=0)
        self.header = {
            "format": FORMAT,
            "backbone": backbone,
            "image_size": image_size,
            "mean": mean and list(mean),
            "std": std and list(std),
            "drop_path": drop_path,
            "classes": list(classes),
            "recipe": recipe or {},
        } | ({"inner": inner} if inner else {})
        if isinstance(backbone, SideBySide):
            self.backbone = backbone
            self.header |= backbone.header
        else:
            self.backbone = timm_backbone(backbone, image_size, drop_path=drop_path)
        if inner and not hasattr(self.backbone, "forward_intermediates"):
            raise ValueError(f"timm shows no feature maps of {backbone!r}: leave `inner` at 0.")
        self.image_size, self.classes = image_size, tuple(classes)
        for name, value in (("mean", mean), ("std", std)):
            value = None if value is None else torch.tensor(value).view(1, 3, 1, 1)
            self.register_buffer(name, value, persistent=False)
        with torch.inference_mode():
            self.backbone.eval()
            self.dim = self(torch.zeros(1, 3, image_size, image_size)).shape[1]

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings (N, dim) of images (N, 3, H, W), values 0..1."""
        if self.mean is not None:
            images = images - self.mean
        if self.std is not None:
            images = images / self.std
        if not self.inner:
            return self.backbone(images)
        last, maps = self.backbone.forward_intermediates(images, indices=_STAGES)
        outer = self.backbone.forward_head(last, pre_logits=True)
        inner = [each.mean(dim=(2, 3)) for each in maps]
        return in_a_row([outer, *inner], [1.0] + [self.inner] * len(inner))

    @property
    def key(self) -> str:
        """What identifies the network as it is now: a hash of its header and weights."""
        return weights_key(self.header, {k: v.cpu().numpy() for k, v in self.state_dict().items()})

    @classmethod
    def pretrained(cls, backbone: str, image_size: int) -> "Embedder":
        """Any timm network with its public weights, as an embedder to compare with.

        `image_size` is in pixels a side; networks with a fixed image size, such as DINOv2, are
        built for it. EfficientNet-Lite0 needs no internet if the extra `imagenet-offline` is
        installed; others are downloaded, or found where timm downloaded them before.

        Raises ValueError for a name unknown to timm, or if the weights are unavailable.
        """
        check_count("image_size", image_size, 1, LARGEST_SIDE)
        state, mean, std = imagenet_weights(backbone, image_size)
        embedder = cls(backbone, image_size, mean=mean, std=std)
        own = embedder.backbone.state_dict()
        embedder.backbone.load_state_dict({name: state[name] for name in own})
        return embedder.eval()

    @classmethod
    def side_by_side(
        cls, embedders: Sequence["Embedder"], weights: Sequence[float] | None = None
    ) -> "Embedder":
        """Several embedders as one, saved and loaded as one; its embedding is theirs in a row.

        Each one's embedding is scaled to length 1 and multiplied by its weight, by default 1.
        Images are of the largest of their sizes; a smaller network gets them resized, nearly as
        `load_images` would. The networks are shared, not copied.

        Raises ValueError for anything but different Embedders, or if `weights` are not one number
        above 0 for each.
        """
        network = SideBySide(embedders, weights)
        classes = sorted({name for each in embedders for name in each.classes})
        return cls(network, network.image_size, classes=tuple(classes)).eval()

    def save(self, path: str | Path, half: bool = False) -> None:
        """Write the weights as one safetensors file with a JSON header to rebuild the network.

        With `half` the filters are rounded to half precision, in half the space. Loaded again,
        the network computes in float32; its embeddings have a cosine above .9999 to those
        before. Raises ValueError if `path` is a folder.
        """
        half = check_switch("half", half)
        state = {name: value.contiguous().cpu() for name, value in self.state_dict().items()}
        if half:  # but not statistics and scales: their range exceeds half precision
            state = {name: v.half() if v.ndim > 1 else v for name, v in state.items()}
        path = check_path("path", path, "file")
        write_whole(path, safetensors.torch.save(state, {"bloodshot": json.dumps(self.header)}))

    @classmethod
    def load(cls, path: str | Path) -> "Embedder":
        """Rebuild an embedder on the CPU, in evaluation mode.

        `path` is a file that `save` wrote, or the name of released weights, such as
        "bloodshot-3".

        Raises FileNotFoundError if there is no file, ValueError if it was not written by `save`,
        is damaged, or holds weights that are NaN or infinite.
        """
        header, tensors = read_weights(path)
        try:
            embedder = rebuilt(header)
            embedder.load_state_dict({k: torch.from_numpy(v) for k, v in tensors.items()})
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise ValueError(
                f"{path} does not describe its network correctly"
                f" ({' '.join(str(error).split())}). Get the file again, or train and save it"
                " again."
            ) from error
        return embedder.eval()


def rebuilt(header: dict) -> Embedder:
    """The embedder that a header describes, its weights still random."""
    arguments = arguments_in(header)
    if "networks" in header:
        networks = [rebuilt(each) for each in header["networks"]]
        together = arguments["backbone"] = SideBySide(networks, header["weights"])
        if header["image_size"] != together.image_size:
            raise ValueError(
                f"`image_size` must be its largest network's, {together.image_size}, but was"
                f" {header['image_size']!r}"
            )
    return Embedder(**arguments)


def _channels(name: str, values: object, above: float = -math.inf) -> tuple[float, ...] | None:
    """One number for each of red, green and blue, or none."""
    if values is None:
        return None
    if not isinstance(values, list | tuple) or len(values) != 3:
        rule = f"`{name}` must be one number for each of red, green and blue"
        raise ValueError(f"{rule}, but was {values!r}.")
    return tuple(check_number(name, value, above=above) for value in values)
