"""Is a cell unlike everything labelled? Its distance to the nearest class, with a limit."""

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student
from sklearn.preprocessing import normalize

from .heads import SHRINKAGE, class_spread
from .held_out import in_their_span, parts_left_out

_LEAST = 1e-12  # of a squared distance: between copies of one cell it is 0


class Classes(NamedTuple):
    """Classes as clouds of directions in the span of their supports."""

    span: np.ndarray  # (D, d)
    whiten: np.ndarray  # (d, d)
    means: np.ndarray  # (C, d), whitened


def fit_classes(X: np.ndarray, codes: np.ndarray) -> Classes:
    """Means and shrunk covariance of supports (n, D), as in the head "lda".

    The covariance is divided by its mean variance, so that distances have the same unit with
    many supports and with one per class, where it is a sphere.
    """
    X = normalize(X)
    span, _ = np.linalg.qr(X.T)
    means, spread = class_spread(X @ span, codes)
    sphere, size = np.eye(len(span.T)), (spread**2).sum() / len(span.T)
    shape = spread.T @ spread / size if size > _LEAST else sphere
    covariance = (1 - SHRINKAGE) * shape + SHRINKAGE * sphere
    whiten = np.linalg.inv(np.linalg.cholesky(covariance)).T
    return Classes(span, whiten, means @ whiten)


def distances(classes: Classes, Z: np.ndarray) -> np.ndarray:
    """The squared Mahalanobis distance of embeddings (N, D) to the nearest class, (N,)."""
    inner = normalize(Z) @ classes.span
    # the supports do not vary outside their span: only the sphere's variance is left there
    outside = np.maximum(1 - (inner**2).sum(axis=1), 0) / SHRINKAGE
    inner = inner @ classes.whiten
    squares = (inner**2).sum(axis=1)[:, None] + (classes.means**2).sum(axis=1)
    inside = (squares - 2 * inner @ classes.means.T).min(axis=1)
    return np.maximum(np.maximum(inside, 0) + outside, _LEAST)


def limit(X: np.ndarray, codes: np.ndarray, keep: float) -> float:
    """The distance within which a share `keep` of further cells of these classes should lie.

    It is the upper end of a prediction interval on the logarithm of the held-out supports'
    distances (Student's t; Hahn & Meeker 1991). If no class has a second cell, it is the mean
    distance between supports of different classes.
    """
    if np.bincount(codes).max() == 1:
        cosines = normalize(X) @ normalize(X).T
        apart = (1 - cosines) ** 2 + (1 - cosines**2) / SHRINKAGE  # as `distances` has it
        return float(apart.sum() / (apart.size - len(apart)))
    X, logs, times = in_their_span(X), np.zeros(len(X)), np.zeros(len(X))
    for left_out in parts_left_out(codes):
        classes = fit_classes(X[~left_out], np.unique(codes[~left_out], return_inverse=True)[1])
        logs[left_out] += np.log(distances(classes, X[left_out]))
        times[left_out] += 1
    logs = logs[times > 0] / times[times > 0]
    n = len(logs)
    width = student.ppf(keep, n - 1) * logs.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(np.exp(logs.mean() + width))
