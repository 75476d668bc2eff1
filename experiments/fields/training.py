"""Heads that learn from feature maps where white cells are, and how wide."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from tqdm import tqdm

from bloodshot_lib.common.cache_keys import fingerprint, source_key
from bloodshot_lib.fields.finder import Finder, Head
from experiments.fields.feature_maps import feature_maps, folder, kept_in
from experiments.fields.laboratories import Laboratory
from experiments.fields.targets import targets

HEADS, STEPS = 4, 300
_BATCH, _POSITIONS = 12, 30  # windows of a batch, and their most positions a side
_RATE, _DECAY = 2e-3, 1e-2
_RARE = -4.0  # the logit of a cell before anything is learnt: most positions are of none

Lesson = tuple[np.ndarray, ...]  # a feature map and its targets, all (..., h, w)


def lessons(
    embedder: str, laboratory: Laboratory, fields: Collection[str] | None = None
) -> list[Lesson]:
    """What there is to learn in a laboratory's fields, or in these alone."""
    return [
        (
            each.features,
            *targets(each.boxes, each.size, each.features.shape[1:], not laboratory.single),
        )
        for each in feature_maps(embedder, laboratory)
        if fields is None or each.field in fields
    ]


def batch(drawn: Sequence[Lesson], rng: np.random.Generator) -> list[Tensor]:
    """Windows of lessons, drawn from `rng`, as one array for each part, float32.

    Beyond a smaller window everything is 0, its weight as well.
    """
    windows = []
    for lesson in drawn:
        row, column = (rng.integers(max(0, n - _POSITIONS) + 1) for n in lesson[0].shape[1:])
        window = np.s_[..., row : row + _POSITIONS, column : column + _POSITIONS]
        windows.append([part[window] for part in lesson])
    height, width = np.max([window[0].shape[1:] for window in windows], axis=0)
    return [
        torch.from_numpy(_stacked(parts, height, width)) for parts in zip(*windows, strict=True)
    ]


def _stacked(parts: Sequence[np.ndarray], height: int, width: int) -> np.ndarray:
    stack = np.zeros((len(parts), *parts[0].shape[:-2], height, width), np.float32)
    for place, part in zip(stack, parts, strict=True):
        place[..., : part.shape[-2], : part.shape[-1]] = part
    return stack


def focal(logits: Tensor, heat: Tensor, weight: Tensor) -> Tensor:
    """CornerNet's focal loss per cell (Law and Deng 2018, equation 1), as CenterNet has it."""
    score, centre = logits.sigmoid(), heat == 1
    there = -F.logsigmoid(logits) * (1 - score) ** 2
    elsewhere = -F.logsigmoid(-logits) * score**2 * (1 - heat) ** 4
    return (torch.where(centre, there, elsewhere) * weight).sum() / centre.sum().clamp(min=1)


def loss_of(maps: Tensor, heat: Tensor, weight: Tensor, values: Tensor, known: Tensor) -> Tensor:
    """What is minimised: the focal loss, and the error of place and width per position near one."""
    error = F.smooth_l1_loss(maps[:, 1:], values, reduction="none") * known
    return focal(maps[:, 0], heat, weight) + error.sum() / known[:, 1].sum().clamp(min=1)


def train_head(groups: Sequence[Sequence[Lesson]], seed: int, steps: int = STEPS) -> Head:
    """A head that has learnt as much from each group of lessons, everything drawn from `seed`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        rng, head = np.random.default_rng(seed), Head(len(groups[0][0][0]))
        nn.init.constant_(head.out.bias[:1], _RARE)
        optimizer = torch.optim.AdamW(head.parameters(), _RATE, weight_decay=_DECAY)
        schedule = OneCycleLR(optimizer, _RATE, total_steps=steps)
        each = _BATCH // len(groups)
        for _ in tqdm(range(steps), desc=f"head {seed}"):
            drawn = [group[n] for group in groups for n in rng.choice(len(group), each)]
            features, *answers = batch(drawn, rng)
            optimizer.zero_grad()
            loss_of(head(features), *answers).backward()
            optimizer.step()
            schedule.step()
    return head.eval()


def train_finder(
    embedder: str,
    laboratories: Sequence[Laboratory],
    fields: Mapping[str, Collection[str]],
) -> Finder:
    """A finder whose heads differ in their seeds.

    - `embedder`: the name of released weights or a file.
    - `fields`: the fields to learn from, by laboratory; of one that is not named, all.
    """
    groups = [lessons(embedder, each, fields.get(each.name)) for each in laboratories]
    finder = Finder(embedder, HEADS)
    finder.heads = nn.ModuleList(train_head(groups, seed) for seed in range(HEADS))
    return finder.eval()


def kept_finder(
    name: str,
    embedder: str,
    laboratories: Sequence[Laboratory],
    fields: Mapping[str, Collection[str]],
) -> Path:
    """The file of such a finder, trained or found; its name depends on all that it learnt."""
    maps = [kept_in(embedder, each).stem for each in laboratories]
    learnt = {laboratory: sorted(names) for laboratory, names in fields.items()}
    code = [source_key(each, "code") for each in (train_head, targets, Head)]
    key = fingerprint(embedder, maps, learnt, code)
    path = folder() / f"finder-{name}-{key}.safetensors"
    if not path.is_file():
        train_finder(embedder, laboratories, fields).save(path)
    return path
