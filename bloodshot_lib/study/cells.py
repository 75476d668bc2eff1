"""The cells of an experiment, by the part that they play, and draws of a few of them."""

import numpy as np

from ..common.checks import check_count, check_rng
from ..embedder.recipe import LARGEST_SIDE
from .profile_data import Cells
from .profiles import Profile


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
    if image_size is None:
        image_size = profile.train.image_size
    size = check_count("image_size", image_size, 1, LARGEST_SIDE)
    return profile.data.cells(role, size, progress)


def draw_cells(cells: Cells, n: int, rng: int) -> Cells:
    """Draw `n` of the cells without replacement, in random order.

    If there are no more than `n`, all are drawn.
    """
    if not isinstance(cells, Cells):
        raise ValueError(
            f"`cells` must come from load_cells(profile, role), but was {type(cells).__name__}."
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
        raise ValueError(f"`profile` must come from load_profile(name), but was {profile!r}.")
