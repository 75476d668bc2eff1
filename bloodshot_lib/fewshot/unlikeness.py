"""Is a cell unlike everything labelled? Its distance to the nearest class, with a limit.

The distance is relative (Ren et al. 2021): to the nearest class, divided by that to all cells taken
as one cloud. So what makes all cells differ, such as stain and focus, counts for little.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit
from threadpoolctl import threadpool_limits

from .heads import SHRINKAGE, directions, shrunk_covariance
from .held_out import in_their_span, parts_left_out

_LEAST = 1e-12  # of a squared distance: between copies of one cell it is 0
_CLOUD = 500  # new cells that make up the cloud of all, at most: 1,000 did no better
# what the bulk of the new cells says of those further out, if there are enough of them: cells of
# other kinds are rarely among the nearest three in five
_ENOUGH, _BULK = 30, (0.1, 0.6)


class Classes(NamedTuple):
    """Classes as clouds of directions, all of one shape.

    - `means` (C, D): their middles.
    - `inner` (m, D): with it the squared distance of z and z' is (|z - z'|^2 - |F (z - z')|^2) / s,
      s being the shrinkage: see `shrunk_covariance`.
    """

    means: np.ndarray
    inner: np.ndarray


def fit_classes(X: np.ndarray, codes: np.ndarray) -> Classes:
    """Means and shrunk covariance of supports (n, D), as in the head "lda".

    The covariance is divided by its mean variance, so that distances have the same unit with
    many supports and with one per class, where it is a sphere in the span of the supports.
    """
    X = directions(X)
    means, _, inner = shrunk_covariance(X, codes)
    if inner is None:
        inner = np.sqrt(1 - SHRINKAGE) * np.linalg.qr(X.T)[0].T
    return Classes(means.astype(X.dtype), inner.astype(X.dtype))


def distances(classes: Classes, Z: np.ndarray) -> np.ndarray:
    """The squared Mahalanobis distance of embeddings (N, D) to the nearest class, (N,)."""
    Z, (means, inner) = directions(Z), classes
    squares = _squares(Z, means) - _squares(Z @ inner.T, means @ inner.T)
    return np.maximum(squares.min(axis=1) / SHRINKAGE, _LEAST)


def _squares(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """The squared distances between the rows of A and of B."""
    return (A**2).sum(axis=1)[:, None] - 2 * A @ B.T + (B**2).sum(axis=1)


def spread(Z: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows of Z, from the first to the last."""
    return Z[:: -(-len(Z) // most)]


def fit_cloud(X: np.ndarray, unlabelled: np.ndarray) -> Classes:
    """All cells as one cloud: supports (n, D), and new cells (M, D), 500 of them at most."""
    cells = np.concatenate([spread(unlabelled, _CLOUD), X])
    return fit_classes(cells, np.zeros(len(cells), int))


@threadpool_limits.wrap(1, "blas")  # threads would cost more than such small products
def held_out_distances(
    X: np.ndarray, codes: np.ndarray, groups: np.ndarray | None = None
) -> np.ndarray:
    """The logarithm of each held-out support's distance to its nearest class, (n,).

    Supports are left out as in `hold_out`, with `groups` whole groups of them. A support is judged
    if its class has others left, otherwise it has NaN; if none has, for all are of one group,
    groups are not respected.
    """
    X, logs, times = in_their_span(X), np.zeros(len(X)), np.zeros(len(X))
    for left_out in parts_left_out(codes, groups):
        known, rest = np.unique(codes[~left_out], return_inverse=True)
        judged = left_out & np.isin(codes, known)
        if judged.any():
            logs[judged] += np.log(distances(fit_classes(X[~left_out], rest), X[judged]))
            times[judged] += 1
    if groups is not None and not times.any():
        return held_out_distances(X, codes)
    return np.divide(logs, times, out=np.full(len(X), np.nan), where=times > 0)


def limit(held_out: np.ndarray, new: np.ndarray, keep: float) -> float | None:
    """The log distance within which a share `keep` of further cells of these classes should lie.

    It is the smaller of two, or None if there is neither:

    - the upper end of a prediction interval on `held_out` (m,), the supports' log distances
      (Student's t; Hahn & Meeker 1991). Supports that were chosen to cover all cells lie at the
      edges of their classes, so that this one is too wide;
    - that of the normal distribution with the same 10 % and 60 % points as `new` (M,), the log
      distances of the new cells.
    """
    found = []
    if (n := len(held_out)) > 1:
        width = stdtrit(n - 1, keep) * held_out.std(ddof=1) * np.sqrt(1 + 1 / n)
        found.append(held_out.mean() + width)
    if len(new) >= _ENOUGH:
        (low, high), ends = np.quantile(new, _BULK), ndtri(_BULK)
        found.append(high + (ndtri(keep) - ends[1]) * (high - low) / (ends[1] - ends[0]))
    return float(min(found)) if found else None


def usual_distance(X: np.ndarray) -> float:
    """The log of the mean distance between supports, each the only one of its class."""
    cosines = directions(X) @ directions(X).T
    apart = (1 - cosines) ** 2 + (1 - cosines**2) / SHRINKAGE  # as `distances` has it
    return float(np.log(apart.sum() / (apart.size - len(apart))))
