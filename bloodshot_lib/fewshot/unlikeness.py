"""Is a cell unlike everything labelled? Its distance to the nearest class, with a limit."""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit
from threadpoolctl import threadpool_limits

from .heads import SHRINKAGE, directions, shrunk_covariance
from .held_out import in_their_span, parts_left_out

_LEAST = 1e-12  # of a squared distance: between copies of one cell it is 0


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


@threadpool_limits.wrap(1, "blas")  # threads would cost more than such small products
def held_out_distances(
    X: np.ndarray, codes: np.ndarray, groups: np.ndarray | None = None
) -> np.ndarray:
    """The logarithm of each held-out support's distance to its nearest class, (m,).

    Supports are left out as in `hold_out`, with `groups` whole groups of them. A support is judged
    if its class has others left; if none has, for all are of one group, groups are not respected.
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
    return logs[times > 0] / times[times > 0]


def limit(X: np.ndarray, logs: np.ndarray, keep: float) -> float:
    """The distance within which a share `keep` of further cells of these classes should lie.

    It is the upper end of a prediction interval on `logs`, the supports' `held_out_distances`
    (Student's t; Hahn & Meeker 1991). If no class has a second cell, it is the mean distance
    between supports of different classes.
    """
    if len(logs) == 0:
        cosines = directions(X) @ directions(X).T
        apart = (1 - cosines) ** 2 + (1 - cosines**2) / SHRINKAGE  # as `distances` has it
        return float(apart.sum() / (apart.size - len(apart)))
    n = len(logs)
    width = stdtrit(n - 1, keep) * logs.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(np.exp(logs.mean() + width))
