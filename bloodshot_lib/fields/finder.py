"""The finder: light heads on the feature map of a released embedder say where white cells are."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors
import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..common.atomic_files import write_whole
from ..common.paths import PACKAGE
from ..embedder.folding import folded
from ..embedder.model import Embedder
from ..embedder.weights_file import weights_key
from .score_limit import CANDIDATE

CELL = 64  # a cell's width, in pixels, at the scale that the heads learnt
STRIDE = 16  # pixels between the positions of the feature map
RELEASED = "finder-1"
_FORMAT = "bloodshot-finder-1"
_STAGE = 3  # of the embedder's feature maps: 112 channels, before the last halving
_WHOLE = 32  # the network halves an image five times
_APART = 0.5  # of the mean of two cells' widths: nearer ones are one


class Head(nn.Module):
    """A feature map (N, channels, h, w) -> (N, 4, h, w), as in CenterNet (Zhou et al. 2019).

    At each position the logit of a cell's centre being there, the logarithm to the base 2 of its
    width, and how far right and down its centre is, both in units of `CELL`.
    """

    def __init__(self, channels: int = 112, hidden: int = 48):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.reduce, self.drop = nn.Conv2d(channels, hidden, 1), nn.Dropout2d(0.1)
        self.look = nn.Conv2d(hidden, hidden, 3, padding=1)
        self.out = nn.Conv2d(hidden, 4, 1)

    def forward(self, features: Tensor) -> Tensor:
        reduced = self.drop(F.relu(self.reduce(self.norm(features))))
        return self.out(F.relu(self.look(reduced)) + reduced)


class Finder(nn.Module):
    """Images (N, 3, H, W), values 0..1, H and W multiples of 32 -> the mean of the heads' maps.

    - `embedder`: what the heads learnt on, the name of released weights or a file.
    - `heads`: how many; the mean of several ranks better than one.
    """

    def __init__(self, embedder: str, heads: int = 4):
        super().__init__()
        self.header = {"format": _FORMAT, "embedder": embedder, "heads": heads}
        network = folded(Embedder.load(embedder), torch.device("cpu"))
        self.network = network.to(memory_format=torch.channels_last)
        self.heads = nn.ModuleList(Head() for _ in range(heads))

    @property
    def key(self) -> str:
        """What identifies the finder: a hash of its header and of all its weights."""
        return weights_key(self.header, {k: v.numpy() for k, v in self.state_dict().items()})

    def features(self, images: Tensor) -> Tensor:
        """The embedder's feature maps (N, 112, H / 16, W / 16)."""
        images = (images - self.network.mean) / self.network.std
        how = {"indices": [_STAGE], "stop_early": True, "intermediates_only": True}
        return self.network.backbone.forward_intermediates(images, **how)[0]

    def forward(self, images: Tensor) -> Tensor:
        features = self.features(images)
        return torch.stack([head(features) for head in self.heads]).mean(dim=0)

    @torch.inference_mode()
    def find(self, image: np.ndarray) -> pd.DataFrame:
        """The white cells of an image (H, W, 3), uint8, in which they are some 64 px wide.

        Returns a row per cell, the surest first: `x`, `y` of its centre, its `width` in pixels,
        and `score`, from `CANDIDATE` on: most of them are no cells, see `score_limit`.
        """
        height, width = image.shape[:2]
        maps = self(as_batch(image))[0]
        scores = maps[0].sigmoid()
        peaks = scores == F.max_pool2d(scores[None], 3, 1, 1)[0]
        row, column = torch.nonzero(peaks & (scores >= CANDIDATE), as_tuple=True)
        found = {
            "x": (column + 0.5) * STRIDE + maps[2, row, column] * CELL,
            "y": (row + 0.5) * STRIDE + maps[3, row, column] * CELL,
            "width": CELL * 2 ** maps[1, row, column],
            "score": scores[row, column],
        }
        cells = pd.DataFrame({name: value.double().numpy() for name, value in found.items()})
        inside = cells["x"].between(0, width) & cells["y"].between(0, height)
        return one_for_each(cells[inside])

    def save(self, path: Path) -> None:
        """Write the heads as one safetensors file that names its embedder."""
        state = self.heads.state_dict()
        state = {name: v.half() if v.ndim > 1 else v for name, v in state.items()}
        header = {"bloodshot": json.dumps(self.header)}
        write_whole(path, safetensors.torch.save(state, header))

    @classmethod
    def load(cls, path: str | Path = RELEASED) -> "Finder":
        """The finder of that released name, or in a file that `save` wrote.

        Raises ValueError if there is none, or for a file of another kind.
        """
        file = PACKAGE / "weights" / f"{RELEASED}.safetensors" if path == RELEASED else path
        try:
            with safetensors.safe_open(file, "np") as opened:
                header = json.loads((opened.metadata() or {}).get("bloodshot", "{}"))
            right = header.pop("format", None) == _FORMAT
        except (OSError, safetensors.SafetensorError, ValueError):
            right = False
        if not right:
            raise ValueError(
                f"{path} is no finder's file: the released finder is called {RELEASED}."
            )
        finder = cls(**header)
        state = {name: v.float() for name, v in safetensors.torch.load_file(file).items()}
        finder.heads.load_state_dict(state)
        return finder.eval()


def as_batch(image: np.ndarray) -> Tensor:
    """An image (H, W, 3), uint8, as (1, 3, H, W), values 0..1, made larger by its last pixels."""
    down, across = (-side % _WHOLE for side in image.shape[:2])
    padded = np.pad(image, ((0, down), (0, across), (0, 0)), mode="edge")
    pixels = torch.from_numpy(padded).permute(2, 0, 1)[None].float() / 255
    return pixels.contiguous(memory_format=torch.channels_last)


@cache
def released_finder() -> Finder:
    """The released finder, loaded once."""
    return Finder.load()


def one_for_each(cells: pd.DataFrame) -> pd.DataFrame:
    """The surest of what was found more than once: of centres within half a cell's width."""
    cells = cells.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)
    kept: list[int] = []
    x, y, width = (cells[name].to_numpy() for name in ("x", "y", "width"))
    for each in range(len(cells)):
        far = np.hypot(x[kept] - x[each], y[kept] - y[each])
        if (far > _APART * (width[kept] + width[each]) / 2).all():
            kept.append(each)
    return cells.iloc[kept].reset_index(drop=True)
