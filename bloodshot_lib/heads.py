"""Few-shot heads: from the embeddings of a few labelled cells to one direction per class. Sees
arrays only.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import normalize

from .checks import check_choice

_SHRINKAGE = 0.5  # of the covariance towards a sphere
_PENALTY = 1.0  # ridge
_INVERSE_PENALTY = 10.0  # logistic
_SHARPNESS = 10.0  # of the soft assignment: the factor of a cosine
_ROUNDS = 5  # of soft k-means
_GROWTH = 3  # rounds of self-training


class Head(NamedTuple):
    """A linear classifier of directions: centre (D,), one row of `coef` (C, D) and of
    `intercept` (C,) a class.
    """

    centre: np.ndarray
    coef: np.ndarray
    intercept: np.ndarray

    def scores(self, Z: np.ndarray) -> np.ndarray:
        """The score of each class for embeddings (N, D), shape (N, C); the highest wins."""
        return _directions(Z, self.centre) @ self.coef.T + self.intercept


def cosine_scores(embeddings: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Cosine similarity of embeddings (N, D) and prototypes (..., D), shape (..., N); 0 where
    a vector is all zeros.
    """
    flat = prototypes.reshape(-1, prototypes.shape[-1])
    return (normalize(flat) @ normalize(embeddings).T).reshape(
        *prototypes.shape[:-1], len(embeddings)
    )


def check_method(method: str) -> None:
    """Raise ValueError for a method that does not exist."""
    check_choice("method", method, METHODS)


def score_heads(heads: list[Head], Z: np.ndarray) -> np.ndarray:
    """The scores of several heads for embeddings (N, D), (heads, C, N): one product if they
    have one centre.
    """
    if any((head.centre != heads[0].centre).any() for head in heads):
        return np.stack([head.scores(Z).T for head in heads])
    coef, intercept = np.stack([head.coef for head in heads]), np.stack(
        [head.intercept for head in heads]
    )
    scores = coef.reshape(-1, coef.shape[2]) @ _directions(Z, heads[0].centre).T
    return scores.reshape(*coef.shape[:2], -1) + intercept[..., None]


def fit_head(
    method: str, X: np.ndarray, codes: np.ndarray, unlabelled: np.ndarray | None = None
) -> Head:
    """Fit a head on supports (n, D) with class numbers 0..C-1; see `FewShotClassifier` for the
    methods.

    "centred" takes the mean of all that is given as `unlabelled`, be it a whole pool or its
    rest. Raises ValueError for an unknown method, or for one that needs unlabelled cells
    without any.
    """
    check_method(method)
    if method in NEED_UNLABELLED and (unlabelled is None or len(unlabelled) == 0):
        raise ValueError(
            f"The method {method!r} learns from unlabelled cells too, and there are "
            "none: give `fit` "
            "their embeddings as `unlabelled`, the evaluator a pool larger than the "
            "supports, or take "
            "another method."
        )
    means = class_means(X, codes)
    centre = np.zeros_like(means[0])
    if method in CENTRED:
        centre = (
            means.mean(axis=0)
            if unlabelled is None
            else unlabelled.mean(axis=0, dtype=float).astype(means.dtype)
        )
    pool = _directions(unlabelled, centre) if method in NEED_UNLABELLED else None
    X = (
        X if method == "cosine" else _directions(X, centre)
    )  # the report averages raw embeddings
    return Head(centre, *METHODS[method](X, codes, pool))


def _directions(Z: np.ndarray, centre: np.ndarray) -> np.ndarray:
    return normalize(Z - centre, copy=False)


def class_means(X: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The prototypes: the mean of the rows of each class number 0..C-1, (C, D)."""
    return np.stack([X[codes == c].mean(axis=0) for c in range(codes.max() + 1)])


Linear = tuple[np.ndarray, np.ndarray]


def _prototypes(X: np.ndarray, codes: np.ndarray, pool: np.ndarray | None = None) -> Linear:
    prototypes = normalize(class_means(X, codes))
    return prototypes, np.zeros(len(prototypes), prototypes.dtype)


def _ridge(X: np.ndarray, codes: np.ndarray, pool: np.ndarray | None = None) -> Linear:
    weights = 1 / np.bincount(codes)[codes]
    fitted = Ridge(alpha=_PENALTY).fit(
        X, np.eye(codes.max() + 1)[codes], weights / weights.mean()
    )
    return fitted.coef_, fitted.intercept_


def _logistic(X: np.ndarray, codes: np.ndarray, pool: np.ndarray | None) -> Linear:
    fitted = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", max_iter=1000).fit(
        X, codes
    )
    if len(fitted.classes_) > 2:
        return fitted.coef_, fitted.intercept_
    # for two classes it keeps the second's only
    coef, intercept = fitted.coef_ / 2, fitted.intercept_ / 2
    return np.concatenate([-coef, coef]), np.concatenate([-intercept, intercept])


def _lda(X: np.ndarray, codes: np.ndarray, pool: np.ndarray | None) -> Linear:
    # in the span of the supports, outside of which the directions are 0: milliseconds in the
    # place of seconds. Written out, because scikit-learn's warns of a class of one cell, and
    # of copies of one cell makes no classifier
    span, _ = np.linalg.qr(X.T)
    means, inner = class_means(X, codes) @ span, X @ span
    spread = (inner - means[codes]) / np.sqrt(np.bincount(codes) * len(means)).astype(X.dtype)[
        codes, None
    ]
    size = (spread**2).sum() / len(span.T)
    if size < 1e-12:  # one cell a class, or copies of it
        return _prototypes(X, codes)
    covariance = (1 - _SHRINKAGE) * spread.T @ spread + _SHRINKAGE * size * np.eye(
        len(span.T), dtype=X.dtype
    )
    coef = np.linalg.solve(covariance, means.T).T
    return coef @ span.T, -(coef * means).sum(axis=1) / 2


def _soft_k_means(X: np.ndarray, codes: np.ndarray, pool: np.ndarray) -> Linear:
    prototypes, zeros = _prototypes(X, codes)
    labelled = np.eye(len(prototypes), dtype=X.dtype)[codes]
    for _ in range(_ROUNDS):
        shares = softmax(pool @ (_SHARPNESS * prototypes.T), axis=1)
        prototypes = normalize(labelled.T @ X + shares.T @ pool)
    return prototypes, zeros


def _self_training(X: np.ndarray, codes: np.ndarray, pool: np.ndarray) -> Linear:
    shots = max(1, len(X) // (codes.max() + 1))
    coef, intercept = _ridge(X, codes)
    for growth in range(1, _GROWTH + 1):
        scores = pool @ coef.T + intercept
        named, ranked = scores.argmax(axis=1), np.sort(scores, axis=1)
        lead = ranked[:, -1] - ranked[:, -2]
        surest = [
            rows[np.argsort(-lead[rows], kind="stable")[: growth * shots]]
            for rows in (np.flatnonzero(named == c) for c in range(len(coef)))
        ]
        rows = np.concatenate(surest)
        coef, intercept = _ridge(
            np.concatenate([X, pool[rows]]), np.concatenate([codes, named[rows]])
        )
    return coef, intercept


METHODS: dict[str, Callable] = {
    "cosine": _prototypes,
    "centred": _prototypes,
    "ridge": _ridge,
    "logistic": _logistic,
    "lda": _lda,
    "soft k-means": _soft_k_means,
    "self-training": _self_training,
}
CENTRED = ("centred", "soft k-means")
NEED_UNLABELLED = ("soft k-means", "self-training")
