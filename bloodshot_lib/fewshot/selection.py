"""Embeddings of unlabelled cells -> the ones an expert should label first."""

from collections.abc import Sequence

import numpy as np

from ..common.checks import check_count, check_embeddings, check_labels
from .heads import DEFAULT_METHOD, directions, fit_head
from .supports import Rng, generator

_SEEN = 3000  # cells considered; their table of distances takes 72 MB
_SWAPS = 50  # at most, to save time: the first gain most
_TRUSTED = 2  # labels per class up to which doubt means nothing
_TIE = 1e-6  # of the mean distance
_DIGITS = 9  # of a sum; further ones differ between processors, and would break ties


def suggest_cells(
    Z: np.ndarray,
    n: int,
    Z_labelled: np.ndarray | None = None,
    y_labelled: Sequence[str] | None = None,
    rng: Rng = 0,
) -> np.ndarray:
    """The `n` rows of embeddings Z (N, D) whose labels are worth most, (n,), the best first.

    - `Z`: unlabelled cells, of which an expert labels `n` in this round.
    - `Z_labelled` (M, D), `y_labelled` (M,): the cells of earlier rounds, not among `Z`, and
      their labels. Cells like them are not suggested again.
    - `rng`: if there are more than 3,000 cells, it draws the 3,000 that are considered;
      otherwise it has no effect.

    The aim is that every cell has a similar one with a label: with d the cosine distance, L the
    labelled and S the suggested cells, S makes

        sum_i  w_i  min over c in L and S of  d(i, c)^2

    small, greedily, then by exchanging single cells (k-medoids, PAM: Kaufman & Rousseeuw 1990).
    The square favours a region without labels over a better cover of one that has some. At
    first all cells weigh the same. With m labels per class,

        w_i = 1 - r_i max(0, 1 - 2 / m)

    where r_i is the share of cells that `FewShotClassifier` is less sure of than of i, by the
    margin between its best two classes. So doubt counts little at first, when doubtful cells
    are worse examples than typical ones (Hacohen et al. 2022), and more later. A gain is not
    guaranteed: on "cnmc2019" random labels are better (experiments/suggestions.py).

    Raises ValueError if `n` is not a whole number from 1 to N (at most 3,000), if only one of
    `Z_labelled` and `y_labelled` is given or their lengths differ, or if embeddings are NaN,
    infinite or of unequal width.

    >>> import bloodshot_lib as bs
    >>> Z = [[9, 1], [9, 0], [9, -1], [0, 9], [1, 9]]
    >>> bs.suggest_cells(Z, 2).tolist()
    [1, 4]
    >>> bs.suggest_cells(Z, 1, [[9, 0]], ["all"]).tolist()
    [4]
    """
    Z = check_embeddings(Z)
    n, rng = check_count("n", n), generator(rng)
    if n > min(len(Z), _SEEN):
        raise ValueError(
            f"`n` is at most the number of cells to choose from, and {_SEEN:,}; got {n} of"
            f" {len(Z)} cells. Ask for fewer, or embed more cells."
        )
    Z_labelled, y_labelled = _check_labelled(Z_labelled, y_labelled, Z.shape[1])
    rows = np.sort(rng.permutation(len(Z))[:_SEEN])
    X = directions(Z[rows].astype(float))
    far, weights = (1 - X @ X.T) ** 2, np.ones(len(X))
    cost = np.full(len(X), far.max())
    if len(y_labelled):
        X_labelled = directions(Z_labelled.astype(float))
        cost = ((1 - X @ X_labelled.T) ** 2).min(axis=1)
        weights = _weights(X, X_labelled, y_labelled)
    scale = far.mean() or 1.0  # so that gains can be rounded
    far /= scale
    far += _TIE * far.mean(axis=0)  # of two equals, such as an isolated pair, the more typical
    return rows[_choose(far, weights, cost / scale, n)]


def _check_labelled(
    Z: np.ndarray | None, y: Sequence[str] | None, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings and labels of earlier rounds; empty if neither is given."""
    if Z is None and y is None:
        return np.empty((0, width)), np.empty(0, str)
    if Z is None or y is None:
        missing, given = ("Z", "y") if Z is None else ("y", "Z")
        raise ValueError(
            f"`{given}_labelled` comes with `{missing}_labelled`, a row per label; got only"
            " one. Pass both, or neither in the first round."
        )
    Z = check_embeddings(Z, "Z_labelled", width=width)
    return Z, check_labels(y, "y_labelled", len(Z), of="labelled cell")


def _weights(X: np.ndarray, X_labelled: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How much each cell counts, (N,): the surer its class, the less."""
    classes, codes = np.unique(y, return_inverse=True)
    trust = max(0, 1 - _TRUSTED * len(classes) / len(y))
    if len(classes) == 1 or trust == 0:
        return np.ones(len(X))
    scores = np.sort(fit_head(DEFAULT_METHOD, X_labelled, codes).scores(X), axis=1)
    margins = scores[:, -1] - scores[:, -2]
    return 1 - trust * np.searchsorted(np.sort(margins), margins) / len(X)


def _choose(far: np.ndarray, weights: np.ndarray, cost: np.ndarray, n: int) -> np.ndarray:
    """`n` cells that make the weighted sum of costs small, the largest gain first.

    `far` (N, N) is the cost of each cell if served by each; `cost` (N,), if served by none.
    """
    chosen, rows = _greedy(far, weights, cost, n), np.arange(len(far))
    for _ in range(_SWAPS):
        served = np.column_stack([far[:, chosen], cost])
        by = served.argmin(axis=1)
        near, served[rows, by] = served[rows, by], np.inf
        second = served.min(axis=1)  # its cost without the cell that serves it
        bill = np.repeat(weights @ np.minimum(far, near[:, None]), n).reshape(-1, n).T
        for number in range(n):
            own = by == number
            least, most = near[own, None], second[own, None]
            bill[number] += weights[own] @ (np.clip(far[own], least, most) - least)
        bill = bill.round(_DIGITS)
        number, best = np.unravel_index(bill.argmin(), bill.shape)
        if bill[number, best] >= np.round(weights @ near, _DIGITS):
            break
        chosen[number] = best
    return chosen[_greedy(far[:, chosen], weights, cost, n)]


def _greedy(far: np.ndarray, weights: np.ndarray, cost: np.ndarray, n: int) -> np.ndarray:
    """One column of `far` (N, M) after another, each time the one with the largest gain."""
    chosen, gain = [], weights @ np.maximum(cost[:, None] - far, 0)
    for _ in range(n):
        chosen.append(int(np.round(gain, _DIGITS).argmax()))
        served = np.minimum(cost, far[:, chosen[-1]])
        moved = np.flatnonzero(served < cost)  # the gains change by these rows only
        before, after = cost[moved, None] - far[moved], served[moved, None] - far[moved]
        gain -= weights[moved] @ (np.maximum(before, 0) - np.maximum(after, 0))
        gain[chosen], cost = -np.inf, served
    return np.array(chosen)
