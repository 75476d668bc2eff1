"""Several networks and image sizes as one: the same image in, their embeddings in a row out."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..common.checks import check_number, check_rows


class SideBySide(nn.Module):
    """Networks as one: their embeddings in a row, each of length 1 times its network's weight.

    Scaled so, a network counts for as much as its weight says, however long its embeddings are.

    - `networks`: at least one `Embedder`, none of them twice.
    - `weights`: a number above 0 for each, by default 1.

    `header` is what an embedder's header says of them, `image_size` the largest of their sizes,
    in pixels a side. Raises ValueError for other networks or weights.
    """

    def __init__(self, networks: Sequence[nn.Module], weights: Sequence[float] | None = None):
        super().__init__()
        listed = isinstance(networks, list | tuple)
        known = listed and all(hasattr(each, "image_size") for each in networks)
        if not known or not 0 < len(set(networks)) == len(networks):
            got = [type(each).__name__ for each in networks] if listed else type(networks).__name__
            raise ValueError(
                "`embedders` must be a list of Embedders, at least one and none twice, but was"
                f" {got}. Load each by Embedder.load."
            )
        weights = [1.0] * len(networks) if weights is None else weights
        weights = check_rows("weights", weights, len(networks), of="embedder").tolist()
        self.weights = [
            check_number(f"weights[{place}]", weight, above=0)
            for place, weight in enumerate(weights)
        ]
        self.networks = nn.ModuleList(networks)
        self.image_size = size = max(network.image_size for network in networks)
        own = [network.image_size for network in networks]
        self.fits = nn.ModuleList(nn.Identity() if s == size else _Smaller(size, s) for s in own)
        headers = [network.header for network in networks]
        self.header = {
            "backbone": " + ".join(
                f"{each['backbone']} {each['image_size']} px" for each in headers
            ),
            "networks": headers,
            "weights": self.weights,
        }

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings (N, sum of the networks' dim) of images (N, 3, S, S), values 0..1.

        S is `image_size`.
        """
        pairs = zip(self.networks, self.fits, strict=True)
        return in_a_row([network(fit(images)) for network, fit in pairs], self.weights)


def in_a_row(parts: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """Embeddings (N, dim) of several kinds as one: each of length 1 times its weight."""
    pairs = zip(parts, weights, strict=True)
    return torch.cat([weight * F.normalize(part.float(), dim=1) for part, weight in pairs], dim=1)


class _Smaller(nn.Module):
    """Images (N, 3, S, S) at a smaller size, by the filter of `load_images`.

    Two matrix products do it, because they can be exported anywhere; torch's own resizing cannot.
    """

    def __init__(self, size: int, smaller: int):
        super().__init__()
        columns = torch.eye(size)[None, None]
        rows = F.interpolate(columns, (smaller, size), mode="bicubic", antialias=True)[0, 0]
        self.register_buffer("rows", rows, persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        return self.rows @ images @ self.rows.T
