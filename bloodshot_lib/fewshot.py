"""Prototypes and cosine similarity: the report's few-shot classifier, as a scikit-learn estimator."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import normalize
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


def cosine_scores(embeddings: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Cosine similarity of embeddings (N, D) and prototypes (..., D), shape (..., N); 0 where a vector is all zeros."""
    flat = prototypes.reshape(-1, prototypes.shape[-1])
    return (normalize(flat) @ normalize(embeddings).T).reshape(*prototypes.shape[:-1], len(embeddings))


class FewShotClassifier(ClassifierMixin, BaseEstimator):
    """Classify by the nearest prototype: the mean embedding of each class's supports, compared by cosine similarity.

    Embeddings are not normalised before the mean, as in the report; a tie goes to the class that sorts first.
    Fitted attributes: `classes_` and `prototypes_`, shape (n_classes, dim).

    >>> import bloodshot_lib as bs
    >>> clf = bs.FewShotClassifier().fit([[1, 0], [0, 1], [0, 3]], ["all", "hem", "hem"])
    >>> clf.predict([[3, 1]]).tolist()
    ['all']
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> "FewShotClassifier":
        """Average the supports (N, dim) of each class in `y`. Raises ValueError if there is one class only."""
        X, y = validate_data(self, X, y, dtype=(np.float64, np.float32))
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"A classifier needs at least two classes; got 1 class: {self.classes_.tolist()}.")
        self.prototypes_ = np.stack([X[codes == c].mean(axis=0) for c in range(len(self.classes_))])
        return self

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Cosine to each prototype, (N, n_classes); for two classes the second's minus the first's, (N,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        scores = cosine_scores(X, self.prototypes_).T
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The class of the nearest prototype, (N,)."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]
