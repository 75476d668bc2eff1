"""Labels -> support indices of many episodes, shape (n_episodes, n_classes, k)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

Rng = int | np.random.Generator


def draw_supports(labels: Sequence[str], k: int, n_episodes: int, rng: Rng,
                  groups: Sequence[str] | None = None, max_per_group: int | None = None) -> np.ndarray:
    """Draw the support sets of many episodes, without replacement and nested in k.

    Each cell gets a random key per episode; the `k` cells of a class with the smallest keys are its supports. So the
    supports for a smaller `k` are a prefix of those for a larger one, and a k-sweep is paired.
    With `groups` (subjects, slides) a class's supports come from as many groups as it has: a second cell of a group is
    taken only when every group has given one. `max_per_group` forbids more than that many of one group.

    Returns indices into `labels`, shape (n_episodes, n_classes, k), classes in sorted order.
    Raises ValueError if there is one class only, if a class has fewer than `k` cells, naming the class, what it has
    and what it needs, or if `groups` has another length or is missing where `max_per_group` needs it.
    """
    members = _members(labels, k)
    if groups is not None and len(groups) != len(labels):
        raise ValueError(f"`groups` names the group of each cell; got {len(groups)} for {len(labels)} labels.")
    if max_per_group is not None and groups is None:
        raise ValueError("`max_per_group` limits the cells of a group: pass `groups` (subjects, slides) as well.")
    for label, indices in members.items():
        available = len(indices)
        if max_per_group is not None:
            available = int(np.minimum(pd.Series(np.asarray(groups)[indices]).value_counts(), max_per_group).sum())
        if available < k:
            raise ValueError(f"{k} supports per class need {k} cells; class {label!r} has {available}"
                             f"{'' if max_per_group is None else f' with at most {max_per_group} of a group'}. "
                             "Label more cells or lower k.")
    rng = np.random.default_rng(rng)
    supports = np.empty((n_episodes, len(members), k), np.int64)
    for episode in range(n_episodes):
        for c, indices in enumerate(members.values()):
            keys = rng.random(len(indices))
            if groups is not None:
                shuffled = pd.Series(np.asarray(groups)[indices]).iloc[keys.argsort()]
                keys += shuffled.groupby(shuffled).cumcount().sort_index().to_numpy()  # whole rounds over the groups
            first = np.argpartition(keys, k - 1)[:k]
            supports[episode, c] = indices[first[keys[first].argsort()]]
    return supports


def paper_supports(labels: Sequence[str], k: int, n_episodes: int, rng: Rng = 42) -> np.ndarray:
    """Draw the supports as the report's code does: `rng.choice(indices, k)`, with replacement, class after class.

    One generator runs through all episodes; classes come in sorted order. Shape as `draw_supports`.
    """
    rng = np.random.default_rng(rng)
    members = _members(labels, k).values()
    return np.array([[rng.choice(indices, k) for indices in members] for _ in range(n_episodes)])


def _members(labels: Sequence[str], k: int) -> dict[str, np.ndarray]:
    """The indices of each class, classes sorted."""
    labels = check_labels(labels)
    if k < 1:
        raise ValueError(f"`k` is the number of supports per class, at least 1; got {k}.")
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"An episode needs at least two classes; got {classes.tolist()}.")
    return {label: np.flatnonzero(codes == c) for c, label in enumerate(classes.tolist())}


def check_labels(labels: Sequence[str]) -> np.ndarray:
    """Labels as an array of strings; ValueError if one is missing."""
    labels = np.asarray(labels, dtype=object)
    if (missing := pd.isna(labels)).any():
        raise ValueError(f"{missing.sum()} of {len(labels)} labels are missing: leave those cells out first.")
    return labels.astype(str)
