"""Labels -> indices of the supports of many episodes, shape (n_episodes, n_classes, k)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_classes, check_count, check_labels, check_rng, check_rows

Rng = int | np.random.Generator


def draw_supports(
    labels: Sequence[str],
    k: int,
    n_episodes: int,
    rng: Rng,
    groups: Sequence[str] | None = None,
) -> np.ndarray:
    """Draw the support sets of many episodes, without replacement and nested in k.

    In each episode a class's supports are its `k` cells with the smallest keys::

        key = u
        key = u + r    # with groups

    where u is drawn for each cell, uniform on [0, 1), and r is the number of cells of its class
    and group with a smaller u. So the supports for a smaller `k` are a prefix of those for a
    larger one, and a k-sweep is paired.

    With `groups` (subjects, slides) the draw goes round the groups: a group gives a second cell
    only when every group has given one.

    Returns indices into `labels`, shape (n_episodes, n_classes, k), classes in sorted order.

    Raises ValueError if

    - there is only one class;
    - a class has fewer than `k` cells, naming the class, what it has and what it needs;
    - `groups` has another length or lacks a name;
    - a number is not a valid one.
    """
    members = _members(labels, k)
    n_episodes = check_count("n_episodes", n_episodes)
    if groups is not None:
        groups = check_groups(groups, sum(map(len, members.values())))
    for label, indices in members.items():
        if len(indices) < k:
            raise ValueError(
                f"For {k} supports each class must have {k} cells, but {label!r} has"
                f" {len(indices)}."
                " Label more cells or lower k."
            )
    rng = generator(rng)
    supports = np.empty((n_episodes, len(members), k), np.int64)
    for episode in range(n_episodes):
        for c, indices in enumerate(members.values()):
            keys = rng.random(len(indices))
            if groups is not None:
                shuffled = pd.Series(groups[indices]).iloc[keys.argsort()]
                # r in the docstring: whole rounds over the groups
                keys += shuffled.groupby(shuffled).cumcount().sort_index().to_numpy()
            first = np.argpartition(keys, k - 1)[:k]
            supports[episode, c] = indices[first[keys[first].argsort()]]
    return supports


def paper_supports(labels: Sequence[str], k: int, n_episodes: int, rng: Rng = 42) -> np.ndarray:
    """Draw the supports as the report's code does: `rng.choice(indices, k)`, with replacement.

    One generator runs through all episodes, class by class, in sorted order. Same shape as
    `draw_supports`. Raises ValueError if there is only one class, or a number is not valid.
    """
    members = _members(labels, k).values()
    n_episodes, rng = check_count("n_episodes", n_episodes), generator(rng)
    return np.array([[rng.choice(indices, k) for indices in members] for _ in range(n_episodes)])


def generator(rng: Rng) -> np.random.Generator:
    """A numpy generator from a seed, or the one given."""
    check_rng("rng", rng)
    return np.random.default_rng(rng)


def seed_of(rng: Rng) -> int:
    """The seed given, or one drawn from a generator: to start from it several times."""
    check_rng("rng", rng)
    return int(rng.integers(2**32)) if isinstance(rng, np.random.Generator) else int(rng)


def check_groups(groups: Sequence[str], n: int) -> np.ndarray:
    """The group of each of `n` cells as an array (n,), none of them missing or empty."""
    groups = check_rows("groups", groups, n)
    unnamed = int(pd.isna(groups).sum() + (groups == "").sum())
    if unnamed:  # as one group, strangers would count as one person
        raise ValueError(
            f"`groups` must name the subject or slide of each cell, but {unnamed} of {n} are "
            "missing or empty. Leave those cells out, or omit `groups`."
        )
    return np.asarray(groups.tolist()) if groups.dtype == object else groups


def _members(labels: Sequence[str], k: int) -> dict[str, np.ndarray]:
    """The indices of each class's cells, classes sorted."""
    labels = check_labels(labels)
    check_count("k", k)
    classes, codes = check_classes(labels, "An episode")
    return {label: np.flatnonzero(codes == c) for c, label in enumerate(classes.tolist())}
