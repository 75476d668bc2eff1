"""Which cells to label: ways of choosing them at once, and ways of going on after a first round."""

from collections.abc import Callable

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

import bloodshot_lib as bs

# embeddings of length 1, how many to choose, a seed -> their rows
Way = Callable[[np.ndarray, int, int], np.ndarray]
# embeddings of length 1, the rows labelled, certainties (N, classes met), how many, a seed -> rows
Further = Callable[[np.ndarray, np.ndarray, np.ndarray, int, int], np.ndarray]


def at_random(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(len(Z))[:n]


def k_means(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The cell nearest each centre."""
    centres = KMeans(n, random_state=seed).fit(Z).cluster_centers_
    far, chosen = cdist(centres, Z), []
    for row in far:
        row[chosen] = np.inf
        chosen.append(int(row.argmin()))
    return np.array(chosen)


def farthest_first(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Starting from the middle, each time the cell farthest from those chosen (k-centre)."""
    first = ((Z - Z.mean(axis=0)) ** 2).sum(axis=1).argmin()
    return np.append(first, farthest(Z, np.array([first]), n - 1)).astype(int)


def farthest(Z: np.ndarray, done: np.ndarray, n: int) -> np.ndarray:
    chosen, near = [], cdist(Z, Z[done]).min(axis=1)
    for _ in range(n):
        chosen.append(int(near.argmax()))
        near = np.minimum(near, cdist(Z, Z[chosen[-1:]])[:, 0])
    return np.array(chosen, int)


def typiclust(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The cell of each k-means cluster that is nearest to its neighbours.

    It has 20 neighbours, or half of a smaller cluster (Hacohen et al. 2022).
    """
    clusters, chosen = KMeans(n, random_state=seed).fit_predict(Z), []
    for cluster in range(n):
        cells = np.flatnonzero(clusters == cluster)
        k = min(20, max(len(cells) // 2, 1))
        far = np.sort(cdist(Z[cells], Z[cells]), axis=1)[:, 1 : k + 1].sum(axis=1)
        chosen.append(cells[far.argmin()])
    return np.array(chosen)


def probcover(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The most cells within a radius of those chosen (Yehuda et al. 2022).

    A fifth of all distances are below the radius: of three tried on bccd and pbc, it was the
    best with two and three labels per class.
    """
    far = cdist(Z, Z)
    near = far <= np.quantile(far[np.triu_indices(len(far), 1)], 0.2)
    bare, chosen = np.ones(len(Z), bool), []
    for _ in range(n):
        gain = near[:, bare].sum(axis=1)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        bare &= ~near[chosen[-1]]
    return np.array(chosen)


def facility_location(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Each time the cell that brings all cells closest to a chosen one, by cosine, greedily."""
    return serving(1 - Z @ Z.T, np.full(len(Z), 2.0), np.ones(len(Z)), n)


def serving(far: np.ndarray, cost: np.ndarray, weights: np.ndarray, n: int) -> np.ndarray:
    """Each time the cell that lowers the weighted sum of costs most; `far` is a cost per pair."""
    chosen = []
    for _ in range(n):
        gain = weights @ np.maximum(cost[:, None] - far, 0)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        cost = np.minimum(cost, far[:, chosen[-1]])
    return np.array(chosen)


def suggested(Z: np.ndarray, n: int, seed: int) -> np.ndarray:
    return bs.suggest_cells(Z, n)


def others(Z: np.ndarray, done: np.ndarray) -> np.ndarray:
    return np.setdiff1d(np.arange(len(Z)), done)


def then_random(Z, done, sure, n, seed):
    return np.random.default_rng(seed).permutation(others(Z, done))[:n]


def then_suggested(Z, done, sure, n, seed):
    left = others(Z, done)
    return left[bs.suggest_cells(Z[left], n, Z[done])]


def then_farthest(Z, done, sure, n, seed):
    return farthest(Z, done, n)


def then_margin(Z, done, sure, n, seed):
    """Cells whose best two classes are about as likely."""
    sure = np.sort(sure, axis=1)
    margin = sure[:, -1] - sure[:, :-1].max(axis=1, initial=0)
    margin[done] = np.inf
    return np.argsort(margin, kind="stable")[:n]


def then_doubtful(Z, done, sure, n, seed):
    """Typical cells of what is uncovered, each cell weighted by its chance of being wrong."""
    return _weighted(Z, done, 1 - sure.max(axis=1), n)


def then_rare(Z, done, sure, n, seed):
    """Typical cells of what is uncovered, with the same weight for every class as predicted."""
    predicted = sure.argmax(axis=1)
    return _weighted(Z, done, 1 / np.bincount(predicted)[predicted], n)


def _weighted(Z: np.ndarray, done: np.ndarray, weights: np.ndarray, n: int) -> np.ndarray:
    left, far = others(Z, done), (1 - Z @ Z.T) ** 2
    cost = far[np.ix_(left, done)].min(axis=1)
    return left[serving(far[np.ix_(left, left)], cost, weights[left], n)]


AT_ONCE: dict[str, Way] = {
    "random": at_random,
    "k-means": k_means,
    "farthest first": farthest_first,
    "TypiClust": typiclust,
    "ProbCover": probcover,
    "facility location": facility_location,
    "suggest_cells": suggested,
}
# what comes after half of the labels, which are of cells that `suggest_cells` picked
THEN: dict[str, Further] = {
    "suggest_cells, two rounds": then_suggested,
    "suggest_cells, then random": then_random,
    "suggest_cells, then doubtful": then_doubtful,
    "suggest_cells, then margin": then_margin,
    "suggest_cells, then rare": then_rare,
    "suggest_cells, then farthest": then_farthest,
}
