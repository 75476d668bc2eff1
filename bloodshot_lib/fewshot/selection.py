"""Embeddings of unlabelled cells -> the ones an expert should label first."""

from collections.abc import Sequence

import numpy as np

from ..common.checks import check_count, check_embeddings
from .heads import directions
from .supports import Rng, generator

_SEEN = 3000  # cells considered; their table of distances takes 72 MB
_SWAPS = 50  # at most, to save time: the first gain most
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
    - `Z_labelled` (M, D): the cells of earlier rounds, not among `Z`. Cells like them are not
      suggested again.
    - `y_labelled`: their labels. They have no effect, and may be left out.
    - `rng`: if there are more than 3,000 cells, it draws the 3,000 that are considered;
      otherwise it has no effect.

    The aim is that every cell has a similar one with a label: with d the cosine distance, L the
    labelled and S the suggested cells, S makes

        sum_i  min over c in L and S of  d(i, c)^2

    small, greedily, then by exchanging single cells (k-medoids, PAM: Kaufman & Rousseeuw 1990).
    The square favours a region without labels over a better cover of one that has some.

    A further round suggests typical cells of what is still uncovered. On real cells that is better
    than random ones, and as good as if all had been suggested at once, so ask in as many rounds
    as you like. Cells that the classifier is unsure of are worth little more, if anything, and
    are harder than the rest: the accuracy to expect from the labels would be too low. A gain is
    not guaranteed: on "cnmc2019" random labels are better (experiments/suggestions.py).

    Raises ValueError if `n` is not a whole number from 1 to N (at most 3,000), or if embeddings
    are NaN, infinite or of unequal width.

    >>> import bloodshot_lib as bs
    >>> Z = [[9, 1], [9, 0], [9, -1], [0, 9], [1, 9]]
    >>> bs.suggest_cells(Z, 2).tolist()
    [1, 4]
    >>> bs.suggest_cells(Z, 1, [[9, 0]]).tolist()
    [4]
    """
    Z = check_embeddings(Z)
    n, rng = check_count("n", n), generator(rng)
    if n > min(len(Z), _SEEN):
        raise ValueError(
            f"`n` must be at most the number of cells to choose from, and {_SEEN:,}, but was {n} of"
            f" {len(Z)} cells. Ask for fewer, or embed more cells."
        )
    rows = np.sort(rng.permutation(len(Z))[:_SEEN])
    X = directions(Z[rows].astype(float))
    far = (1 - X @ X.T) ** 2
    cost = np.full(len(X), far.max())
    if Z_labelled is not None:
        labelled = check_embeddings(Z_labelled, "Z_labelled", width=Z.shape[1])
        cost = ((1 - X @ directions(labelled.astype(float)).T) ** 2).min(axis=1)
    scale = far.mean() or 1.0  # so that gains can be rounded
    far /= scale
    far += _TIE * far.mean(axis=0)  # of two equals, such as an isolated pair, the more typical
    return rows[_choose(far, cost / scale, n)]


def _choose(far: np.ndarray, cost: np.ndarray, n: int) -> np.ndarray:
    """`n` cells that make the sum of costs small, the largest gain first.

    `far` (N, N) is the cost of each cell if served by each; `cost` (N,), if served by none.
    """
    chosen, rows = _greedy(far, cost, n), np.arange(len(far))
    for _ in range(_SWAPS):
        served = np.column_stack([far[:, chosen], cost])
        by = served.argmin(axis=1)
        near, served[rows, by] = served[rows, by], np.inf
        second = served.min(axis=1)  # its cost without the cell that serves it
        bill = np.tile(np.minimum(far, near[:, None]).sum(axis=0), (n, 1))
        for number in range(n):
            own = by == number
            least, most = near[own, None], second[own, None]
            bill[number] += (np.clip(far[own], least, most) - least).sum(axis=0)
        bill = bill.round(_DIGITS)
        number, best = np.unravel_index(bill.argmin(), bill.shape)
        if bill[number, best] >= near.sum().round(_DIGITS):
            break
        chosen[number] = best
    return chosen[_greedy(far[:, chosen], cost, n)]


def _greedy(far: np.ndarray, cost: np.ndarray, n: int) -> np.ndarray:
    """One column of `far` (N, M) after another, each time the one with the largest gain."""
    chosen, gain = [], np.maximum(cost[:, None] - far, 0).sum(axis=0)
    for _ in range(n):
        chosen.append(int(np.round(gain, _DIGITS).argmax()))
        served = np.minimum(cost, far[:, chosen[-1]])
        moved = np.flatnonzero(served < cost)  # the gains change by these rows only
        before, after = cost[moved, None] - far[moved], served[moved, None] - far[moved]
        gain -= (np.maximum(before, 0) - np.maximum(after, 0)).sum(axis=0)
        gain[chosen], cost = -np.inf, served
    return np.array(chosen)
