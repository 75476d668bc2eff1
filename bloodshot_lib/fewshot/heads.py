"""Few-shot heads: from the embeddings of a few labelled cells to one direction per class."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..common.checks import check_choice

DEFAULT_METHOD = "lda"  # the best and safest in the chapter "How the recipe was found"

SHRINKAGE = 0.5  # of the covariance towards a sphere
_LEAST_VARIANCE = 1e-12  # of directions: there is one cell per class, or copies of it
_PENALTY = 1.0  # ridge
_INVERSE_PENALTY = 10.0  # logistic


class Head(NamedTuple):
    """A linear classifier of directions.

    It scores an embedding z by `coef @ (z - centre) / |z - centre| + intercept`, with `centre`
    (D,), and one row of `coef` (C, D) and one number of `intercept` (C,) per class.
    """

    centre: np.ndarray
    coef: np.ndarray
    intercept: np.ndarray

    def scores(self, Z: np.ndarray) -> np.ndarray:
        """The score of each class for embeddings (N, D), shape (N, C); the highest wins."""
        return directions(Z, self.centre) @ self.coef.T + self.intercept


# supports (n, D), their class numbers (n,), embeddings of unlabelled cells (M, D) or None
Method = str | Callable[[np.ndarray, np.ndarray, np.ndarray | None], Head]


def check_method(method: Method) -> None:
    """Raise ValueError for an unknown method; any function is allowed."""
    if not callable(method):
        check_choice("method", method, METHODS)


def fit_head(
    method: Method, X: np.ndarray, codes: np.ndarray, unlabelled: np.ndarray | None = None
) -> Head:
    """Fit a head on supports (n, D) with class numbers 0..C-1.

    See `FewShotClassifier` for the methods. Raises ValueError for an unknown method, or for a
    function that returns something else.
    """
    check_method(method)
    if callable(method):
        head = method(X, codes, unlabelled)
        if not isinstance(head, Head):
            raise ValueError(
                "A function passed as `method` must return a Head (bloodshot_lib.fewshot.heads),"
                f" but returned {type(head).__name__}."
            )
        return head
    means = class_means(X, codes)
    centre = np.zeros_like(means[0])
    if method == "centred":
        centre = means.mean(axis=0)
        if unlabelled is not None:
            centre = unlabelled.mean(axis=0, dtype=float).astype(means.dtype)
    if method != "cosine":  # the report averages raw embeddings
        X = directions(X, centre)
    return Head(centre, *METHODS[method](X, codes))


def score_heads(heads: list[Head], Z: np.ndarray) -> np.ndarray:
    """The scores of several heads for embeddings (N, D), shape (heads, C, N).

    Heads with one centre take a single product.
    """
    if any((head.centre != heads[0].centre).any() for head in heads):
        return np.stack([head.scores(Z).T for head in heads])
    coef = np.stack([head.coef for head in heads])
    intercept = np.stack([head.intercept for head in heads])
    scores = coef.reshape(-1, coef.shape[2]) @ directions(Z, heads[0].centre).T
    return scores.reshape(*coef.shape[:2], -1) + intercept[..., None]


def cosine_scores(embeddings: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Cosine similarity of embeddings (N, D) and prototypes (..., D), shape (..., N).

    It is 0 where a vector is all zeros.
    """
    flat = prototypes.reshape(-1, prototypes.shape[-1])
    cosines = directions(flat) @ directions(embeddings).T
    return cosines.reshape(*prototypes.shape[:-1], len(embeddings))


def directions(Z: np.ndarray, centre: np.ndarray | float = 0) -> np.ndarray:
    """Embeddings (N, D) as seen from a centre (D,), each of length 1; the centre itself stays 0."""
    Z = Z - centre
    lengths = np.sqrt(np.einsum("nd,nd->n", Z, Z))
    return Z / np.where(lengths > 0, lengths, 1)[:, None]


def class_means(X: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The prototypes: the mean of the rows of each class number 0..C-1, (C, D)."""
    return np.stack([X[codes == c].mean(axis=0) for c in range(codes.max() + 1)])


def shrunk_covariance(
    X: np.ndarray, codes: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray | None]:
    """The classes' mean covariance W, shrunk towards a sphere, as what is needed of its inverse.

    With W the mean of the covariances of C classes, each counting the same, d dimensions (those
    of X, or the number of supports if there are fewer) and v = tr W / d, their mean variance,

        S = (1 - s) W + s v I,    S^-1 = (I - F'F) / (s v)    with F (m, D), m at most n

    (Woodbury; Friedman 1989 for S), so nothing larger than supports by supports is solved.
    Returns the classes' means (C, D), v, and F; None if W is 0, where there is one cell a class.
    """
    X = X.astype(float)
    means = class_means(X, codes)
    weights = np.sqrt(np.bincount(codes) * len(means))[codes, None]
    spread = (X - means[codes]) / weights  # its scatter is W
    variance = float((spread**2).sum() / min(X.shape))
    if variance < _LEAST_VARIANCE:
        return means, variance, None
    if len(spread) > X.shape[1]:
        spread = np.linalg.qr(spread, mode="r")
    sphere = SHRINKAGE / (1 - SHRINKAGE) * variance
    root = np.linalg.cholesky(spread @ spread.T + sphere * np.eye(len(spread)))
    return means, variance, np.linalg.solve(root, spread)


Linear = tuple[np.ndarray, np.ndarray]  # coef (C, D) and intercept (C,)


def prototypes(X: np.ndarray, codes: np.ndarray) -> Linear:
    """Each class's mean as a direction: its score is a cosine."""
    means = directions(class_means(X, codes))
    return means, np.zeros(len(means), means.dtype)


def ridge(X: np.ndarray, codes: np.ndarray) -> Linear:
    """Ridge regression on each class's indicator, every class with the same total weight."""
    from sklearn.linear_model import Ridge  # here, because it imports slowly

    weights = 1 / np.bincount(codes)[codes]
    indicators = np.eye(codes.max() + 1)[codes]
    fitted = Ridge(alpha=_PENALTY).fit(X, indicators, weights / weights.mean())
    return fitted.coef_, fitted.intercept_


def logistic(X: np.ndarray, codes: np.ndarray) -> Linear:
    """Logistic regression, every class with the same total weight."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", max_iter=1000)
    fitted = model.fit(X, codes)
    if len(fitted.classes_) > 2:
        return fitted.coef_, fitted.intercept_
    # for two classes scikit-learn keeps only the second's
    coef, intercept = fitted.coef_ / 2, fitted.intercept_ / 2
    return np.concatenate([-coef, coef]), np.concatenate([-intercept, intercept])


def lda(X: np.ndarray, codes: np.ndarray) -> Linear:
    """Linear discriminant analysis with a shrunk covariance, classes equally likely.

    The covariance is shrunk towards a sphere (Friedman 1989; Hastie et al. 2009, eq. 4.10).
    With m_c the mean of class c, n_c its supports, C classes and d dimensions, or as many as there
    are supports, n, if these are fewer,

        W       = 1/C sum_c 1/n_c sum_i (x_i - m_c) (x_i - m_c)'
        S       = (1 - s) W + s (tr W / d) I                          s = 1/2
        score_c = m_c' S^-1 x - 1/2 m_c' S^-1 m_c

    It is computed by as many numbers as there are supports (see `shrunk_covariance`), which takes
    milliseconds instead of seconds. In scikit-learn's words, for D dimensions and fewer supports,
    it is `LinearDiscriminantAnalysis("lsqr", shrinkage=D / (D + n))`, which warns about a class of
    one cell and fails on copies of one cell; here, where W is 0, prototypes are returned.
    """
    means, variance, inner = shrunk_covariance(X, codes)
    if inner is None:
        return prototypes(X, codes)
    coef = (means - means @ inner.T @ inner) / (SHRINKAGE * variance)
    return coef.astype(X.dtype), (-(coef * means).sum(axis=1) / 2).astype(X.dtype)


METHODS: dict[str, Callable[[np.ndarray, np.ndarray], Linear]] = {
    "cosine": prototypes,
    "centred": prototypes,
    "ridge": ridge,
    "logistic": logistic,
    "lda": lda,
}
