"""The cells of an experiment: source and target read once, and each split a view of them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_rng
from ..data.images import load_images
from ..embedder.recipe import LARGEST_SIDE
from .profiles import Profile

ROLES = {"source": ("train", "val", "test"), "target": ("pool", "query")}


class Cells(NamedTuple):
    """The cells of one split, row by row.

    - `table`, `images` (N, S, S, 3), `labels`: of each cell.
    - `rows`: the row that each cell has in the whole split.
    """

    table: pd.DataFrame
    images: np.ndarray
    labels: pd.Series
    rows: np.ndarray


def load_cells(
    profile: Profile, role: str, progress: bool = False, image_size: int | None = None
) -> Cells:
    """The cells of one role.

    Roles are `train`, `val` and `test` of the source, `pool` and `query` of the target. Images
    are of the recipe's size, or of `image_size` (pixels a side). The roles of a set are views
    of one array, which is decoded once. Raises ValueError for another role or if the profile's
    data have no such cells.
    """
    check_profile(profile)
    part = next((part for part, roles in ROLES.items() if role in roles), None)
    if part is None:
        raise ValueError(
            f"A role is train, val or test (source), pool or query (target); got {role!r}."
        )
    size = profile.train.image_size
    if image_size is not None:
        size = check_count("image_size", image_size, 1, LARGEST_SIDE)
    if (role, size) not in profile.kept:
        profile.kept.update(_read(profile, part, size, progress))
    if (role, size) not in profile.kept:
        raise ValueError(
            f"The profile {profile.name!r} has no cells in the split {_split(profile, role)!r}:"
            " check its [source.split] or [target] tables."
        )
    return profile.kept[role, size]


def draw_cells(cells: Cells, n: int, rng: int) -> Cells:
    """Draw `n` of the cells without replacement, in random order.

    If there are no more than `n`, all are drawn.
    """
    if not isinstance(cells, Cells):
        raise ValueError(
            f"`cells` come from load_cells(profile, role); got {type(cells).__name__}."
        )
    check_count("n", n)
    check_rng("rng", rng)
    total = len(cells.labels)
    rows = np.random.default_rng(rng).choice(total, min(n, total), replace=False)
    table = cells.table.iloc[rows].reset_index(drop=True)
    return Cells(table, cells.images[rows], table["label"], cells.rows[rows])


def check_profile(profile: Profile) -> None:
    """Raise ValueError for anything but a profile."""
    if not isinstance(profile, Profile):
        raise ValueError(f"`profile` comes from load_profile(name); got {profile!r}.")


def _split(profile: Profile, role: str) -> str:
    return getattr(profile.target, role, role)


def _read(profile: Profile, part: str, size: int, progress: bool) -> dict[tuple[str, int], Cells]:
    """The cells of all roles of the source or the target, by role and size."""
    table = profile.read_source() if part == "source" else profile.read_target()
    splits = {role: table[table["split"] == _split(profile, role)] for role in ROLES[part]}
    splits = {role: cells.reset_index(drop=True) for role, cells in splits.items() if len(cells)}
    if not splits:
        return {}
    together = pd.concat(splits.values(), ignore_index=True)
    images, start, found = load_images(together, size, profile.artifacts, progress), 0, {}
    for role, cells in splits.items():
        view = images[start : start + len(cells)]
        found[role, size] = Cells(cells, view, cells["label"], np.arange(len(cells)))
        start += len(cells)
    return found
