"""Heads that also learn from unlabelled cells.

They were tried, and suffer when a pool is unbalanced, so they are not in the library. Each is a
`method` for the evaluator and `FewShotClassifier`.
"""

import numpy as np
from scipy.special import softmax
from sklearn.preprocessing import normalize

from bloodshot_lib.fewshot.heads import Head, directions, prototypes, ridge

_SHARPNESS = 10.0  # of the soft assignment: the factor of a cosine
_ROUNDS = 5  # of soft k-means
_GROWTH = 3  # rounds of self-training


def soft_k_means(X: np.ndarray, codes: np.ndarray, unlabelled: np.ndarray | None) -> Head:
    """Prototypes moved by all unlabelled cells (Ren et al. 2018, eq. 4), seen from their mean.

    It assumes that classes are about equally frequent.
    """
    _check(unlabelled, "soft_k_means")
    centre = unlabelled.mean(axis=0, dtype=float).astype(X.dtype)
    X, pool = directions(X, centre), directions(unlabelled, centre)
    means, zeros = prototypes(X, codes)
    labelled = np.eye(len(means), dtype=X.dtype)[codes]
    for _ in range(_ROUNDS):
        shares = softmax(pool @ (_SHARPNESS * means.T), axis=1)
        means = normalize(labelled.T @ X + shares.T @ pool)
    return Head(centre, means, zeros)


def self_training(X: np.ndarray, codes: np.ndarray, unlabelled: np.ndarray | None) -> Head:
    """Ridge regression that names unlabelled cells and adds the surest to its supports.

    Each round takes more cells of each class.
    """
    _check(unlabelled, "self_training")
    centre = np.zeros_like(X[0])
    X, pool = directions(X, centre), directions(unlabelled, centre)
    shots = max(1, len(X) // (codes.max() + 1))
    coef, intercept = ridge(X, codes)
    for growth in range(1, _GROWTH + 1):
        scores = pool @ coef.T + intercept
        named, ranked = scores.argmax(axis=1), np.sort(scores, axis=1)
        lead = ranked[:, -1] - ranked[:, -2]
        members = (np.flatnonzero(named == c) for c in range(len(coef)))
        surest = [
            rows[np.argsort(-lead[rows], kind="stable")[: growth * shots]] for rows in members
        ]
        rows = np.concatenate(surest)
        known = np.concatenate([X, pool[rows]])
        coef, intercept = ridge(known, np.concatenate([codes, named[rows]]))
    return Head(centre, coef, intercept)


def _check(unlabelled: np.ndarray | None, name: str) -> None:
    if unlabelled is None or len(unlabelled) == 0:
        raise ValueError(
            f"{name} also learns from unlabelled cells, and there are none: pass `fit` their"
            " embeddings as `unlabelled`, or the evaluator a pool larger than the supports."
        )
