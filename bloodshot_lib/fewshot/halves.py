"""A small set, evaluated on itself: many random splits into a pool and a query half."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_embeddings, check_labels, check_shots
from .few_shot_task import check_task
from .heads import DEFAULT_METHOD, Method
from .metrics import episode_metrics
from .supports import Rng, check_groups, draw_supports, generator
from .verdicts import classify

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
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"A set to halve needs at least two classes; got {classes.tolist()}.")
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
    - `rng`: the seed of halves, supports and replicates.

    The replicates show the variation with cells and halves: in each, groups are drawn with
    replacement within their classes, the same in all halves, and so are the halves (Efron &
    Tibshirani 1993, ch. 8). A class's recall is over the halves whose query has a cell of it.

    Raises ValueError as `draw_halves` and `evaluate_few_shot` do.
    """
    Z, y = check_embeddings(Z, "Z"), check_labels(y, "y", len(Z))
    ks = check_shots(ks)
    n_replicates, rng = check_count("n_replicates", n_replicates), check_count("rng", rng, least=0)
    parts = {}
    for k in ks:
        halves = draw_halves(y, n_halves, rng, groups, k)
        parts[k] = _at_k(Z, y, halves, k, groups, n_episodes, n_replicates, rng, method)
    frames = [pd.concat(dict(zip(parts, found, strict=True)), names=["k"])
              for found in zip(*parts.values(), strict=True)]
    return HalvesResult(*(frame.reset_index("k").reset_index(drop=True) for frame in frames))


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


def _at_k(
    Z: np.ndarray,
    y: np.ndarray,
    halves: np.ndarray,
    k: int,
    groups: Sequence[str] | None,
    n_episodes: int,
    n_replicates: int,
    rng: int,
    method: Method,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Episodes, replicates and confusion at one number of shots."""
    classes = np.unique(y)
    # how often each query cell is given each class; NaN for a cell of the pool
    votes, parts = np.full((len(halves), len(y), len(classes)), np.nan), []
    for number, half in enumerate(halves):
        task = check_task(Z[half], y[half], Z[~half], y[~half])
        supports = draw_supports(task.y_pool, k, n_episodes, rng + number)
        given = classify(task, supports, method).given
        frame = episode_metrics(given, task.truth, task.classes)
        parts.append(frame.rename_axis("episode").reset_index().assign(half=number))
        votes[number, ~half] = (given[..., None] == np.arange(len(classes))).mean(axis=0)
    confusion = pd.DataFrame(
        [
            {"label": actual, "predicted": guess, "share": np.nanmean(votes[:, y == actual, g])}
            for actual in classes
            for g, guess in enumerate(classes)
        ]
    )
    generator = np.random.default_rng([rng, k])
    replicates = _replicates(votes, y, classes, groups, n_replicates, generator)
    return pd.concat(parts, ignore_index=True), replicates, confusion


def _replicates(
    votes: np.ndarray,
    y: np.ndarray,
    classes: np.ndarray,
    groups: Sequence[str] | None,
    n_replicates: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Recall and its mean over redrawn groups and halves, a row per replicate."""
    n_halves = len(votes)
    half_weights = rng.multinomial(n_halves, np.full(n_halves, 1 / n_halves), n_replicates)
    names = np.arange(len(y)) if groups is None else np.asarray(groups)
    recall = {}
    for c, name in enumerate(classes):
        cells = np.flatnonzero(y == name)
        members, codes = np.unique(names[cells], return_inverse=True)
        even = np.full(len(members), 1 / len(members))
        weights = rng.multinomial(len(members), even, n_replicates)[:, codes]  # (R, cells)
        right = votes[:, cells, c]
        asked = np.isfinite(right).astype(float)
        hits, total = weights @ np.nan_to_num(right).T, weights @ asked.T  # (R, halves)
        present = half_weights * (total > 0)
        shares = (hits / np.where(total > 0, total, 1) * present).sum(axis=1)
        recall[f"recall_{name}"] = shares / np.maximum(present.sum(axis=1), 1)
    frame = pd.DataFrame(recall)
    frame.insert(0, "balanced_accuracy", frame.mean(axis=1))
    return frame.rename_axis("replicate").reset_index()
