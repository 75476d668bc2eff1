"""A small set, evaluated on itself: many random splits into a pool and a query half."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.checks import check_classes, check_count, check_embeddings, check_labels, check_shots
from .evaluation import by_shots
from .heads import DEFAULT_METHOD, Method
from .supports import Rng, check_groups, draw_supports, generator
from .verdicts import classify_episodes, redrawn

_TRIES = 1000  # draws of a half before giving up


class HalvesResult(NamedTuple):
    """What `evaluate_halves` returns.

    - `episodes`: a row per k, half and episode, with the metrics of `evaluate_few_shot` except
      AUROC.
    - `replicates`: a row per k and bootstrap replicate: `balanced_accuracy`, and
      `recall_<class>` of each class.
    - `confusion`: a row per k, true class (`label`) and class given (`predicted`): the mean
      share of the class's cells, 0 to 1.
    """

    episodes: pd.DataFrame
    replicates: pd.DataFrame
    confusion: pd.DataFrame


def draw_halves(
    labels: Sequence[str],
    n_halves: int,
    rng: Rng,
    groups: Sequence[str] | None = None,
    k: int = 1,
) -> np.ndarray:
    """Draw random halves of a set: True for the pool, False for the query, (n_halves, N).

    Class by class, in sorted order, half of the groups (subjects, slides) go to the pool, an
    odd one to either side; without `groups` each cell is its own. A group with cells of several
    classes is drawn with the first of them. A draw is repeated until the pool has `k` cells of
    each class and the query one.

    Raises ValueError if that fails a thousand times, naming the class with the fewest groups.
    """
    labels = check_labels(labels)
    n_halves, k = check_count("n_halves", n_halves), check_count("k", k)
    groups = np.arange(len(labels)) if groups is None else check_groups(groups, len(labels))
    classes, codes = check_classes(labels, "A set to halve")
    group_codes = np.unique(groups, return_inverse=True)[1]
    class_of = np.full(group_codes.max() + 1, len(classes))
    np.minimum.at(class_of, group_codes, codes)
    rng, halves = generator(rng), np.empty((n_halves, len(labels)), bool)
    for number in range(n_halves):
        for _ in range(_TRIES):
            half = _draw_half(class_of, rng)[group_codes]
            pool = np.bincount(codes[half], minlength=len(classes))
            query = np.bincount(codes[~half], minlength=len(classes))
            if pool.min() >= k and query.min() >= 1:
                break
        else:
            raise ValueError(_no_half(k, labels, groups))
        halves[number] = half
    return halves


def evaluate_halves(
    Z: np.ndarray,
    y: Sequence[str],
    ks: Sequence[int],
    groups: Sequence[str] | None = None,
    n_halves: int = 20,
    n_episodes: int = 20,
    n_replicates: int = 500,
    rng: int = 42,
    method: Method = DEFAULT_METHOD,
) -> HalvesResult:
    """Score a set that is too small for a single split: in many halves, episodes in each.

    - `Z` (N, D), `y` (N,): embeddings and labels of all cells.
    - `ks`: the numbers of shots. Each k has its own halves, whose pools hold at least k cells of
      every class.
    - `groups`: the subject or slide of each cell. A group is never divided.
    - `n_halves`, `n_episodes`: how many halves, and draws of supports in each.
    - `n_replicates`: how many redrawn sets the interval rests on.
    - `rng`: the seed of halves, supports and replicates.
    - `method`: the head, as in `FewShotClassifier`.

    The replicates show the variation with cells and halves: in each, groups are drawn with
    replacement within their classes, the same in all halves, and so are the halves (Efron &
    Tibshirani 1993, ch. 8). A class's recall is over the halves whose query has a cell of it.

    Raises ValueError as `draw_halves` and `evaluate_few_shot` do.
    """
    Z, y, ks = check_embeddings(Z), check_labels(y, "y", len(Z)), check_shots(ks)
    n_replicates, rng = check_count("n_replicates", n_replicates), check_count("rng", rng, least=0)
    episodes, replicates, confusions = {}, {}, {}
    codes = np.arange(len(np.unique(y)))
    for k in ks:
        halves = draw_halves(y, n_halves, rng, groups, k)
        # how often each query cell is given each class; NaN for a cell of the pool
        votes, scored = np.full((n_halves, len(y), len(codes)), np.nan), []
        for number, half in enumerate(halves):
            pool, query = (Z[half], y[half]), (Z[~half], y[~half])
            supports = draw_supports(y[half], k, n_episodes, rng + number)
            verdicts = classify_episodes(*pool, *query, supports, method)
            scored.append(verdicts.episodes().assign(half=number))
            votes[number, ~half] = (verdicts.given[..., None] == codes).mean(axis=0)
        episodes[k] = pd.concat(scored).drop(columns="auroc", errors="ignore")
        drawn = np.random.default_rng([rng, k])
        replicates[k] = _replicates(votes, y, groups, n_replicates, drawn)
        confusions[k] = _confusion(votes, y)
    return HalvesResult(*map(by_shots, (episodes, replicates, confusions)))


def _no_half(k: int, labels: np.ndarray, groups: np.ndarray) -> str:
    """Why no half could be drawn: the class with the fewest groups, then cells."""
    found = pd.DataFrame({"label": labels, "group": groups}).groupby("label")["group"]
    counts = found.agg(["nunique", "size"]).sort_values(["nunique", "size"])
    n_groups, n_cells = counts.iloc[0]
    return (
        f"A half with {k} cells of each class, and one more in the other half, could not be"
        f" drawn: class {str(counts.index[0])!r} has {n_cells} cells of {n_groups} group"
        f"{'s' * (n_groups > 1)}. Lower k, or label more."
    )


def _draw_half(class_of: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which groups are in the pool: half of each class's, an odd one on either side."""
    half = np.zeros(len(class_of), bool)
    for c in np.unique(class_of):
        members = rng.permutation(np.flatnonzero(class_of == c))
        half[members[: (len(members) + rng.integers(2)) // 2]] = True
    return half


def _confusion(votes: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """The mean share of each class's cells that are given each class, a row for both."""
    classes = np.unique(y)
    rows = [np.nanmean(votes[:, y == actual], axis=(0, 1)) for actual in classes]
    table = pd.DataFrame(rows, pd.Index(classes, name="label"), classes)
    return table.rename_axis(columns="predicted").stack().rename("share").reset_index()


def _replicates(
    votes: np.ndarray,
    y: np.ndarray,
    groups: Sequence[str] | None,
    n_replicates: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Recall and its mean over redrawn groups and halves, a row per replicate."""
    half_weights = redrawn(np.arange(len(votes)), n_replicates, rng)
    names = np.arange(len(y)) if groups is None else np.asarray(groups)
    recall = {}
    for c, name in enumerate(np.unique(y)):
        cells = np.flatnonzero(y == name)
        weights = redrawn(names[cells], n_replicates, rng)
        right = votes[:, cells, c]
        hits = weights @ np.nan_to_num(right).T  # (replicates, halves)
        total = weights @ np.isfinite(right).T.astype(float)
        present = half_weights * (total > 0)
        shares = (hits / np.maximum(total, 1) * present).sum(axis=1)
        recall[f"recall_{name}"] = shares / np.maximum(present.sum(axis=1), 1)
    frame = pd.DataFrame(recall)
    frame.insert(0, "balanced_accuracy", frame.mean(axis=1))
    return frame.rename_axis("replicate").reset_index()
