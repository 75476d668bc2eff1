"""A few labelled cells -> a classifier of the rest, as a scikit-learn estimator."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from .heads import class_means, fit_head

FLOATS = (np.float64, np.float32)


class FewShotClassifier(ClassifierMixin, BaseEstimator):
    """Classify embeddings after a few labelled ones, the supports, of each class.

    `method` is one of

    - "cosine": the report's. The nearest prototype, the mean embedding of a class's supports, by cosine similarity;
      embeddings are not normalised before the mean.
    - "centred": before that, the mean of the unlabelled cells, or of the supports if there are none, is taken off and
      lengths are made 1 (SimpleShot, Wang et al. 2019). With `embed(..., views=8)` it is EASY without its ensemble of
      networks (Bendou et al. 2022).
    - "ridge", "logistic", "lda": regressions and a linear discriminant analysis whose covariance is shrunk halfway to a
      sphere, on embeddings of length 1.
    - "soft k-means": prototypes moved by all unlabelled cells (Ren et al. 2018, eq. 4). It takes classes to be about
      as frequent as each other, and suffers where they are not.
    - "self-training": "ridge", which names unlabelled cells and takes the surest few of each class as supports.

    The default is the one that the chapter *Beyond the report* found best and safe. Fitted attributes: `classes_`,
    `prototypes_` (n_classes, dim), the supports' means, and `head_`. A tie goes to the class that sorts first.

    >>> import bloodshot_lib as bs
    >>> clf = bs.FewShotClassifier().fit([[1, 0], [0, 1], [0, 3]], ["all", "hem", "hem"])
    >>> clf.predict([[3, 1]]).tolist()
    ['all']
    """

    def __init__(self, method: str = "lda"):
        self.method = method

    def fit(self, X: ArrayLike, y: ArrayLike, unlabelled: ArrayLike | None = None) -> "FewShotClassifier":
        """Fit on supports (N, dim) with a label each, and on embeddings (M, dim) of `unlabelled` cells if given.

        Raises ValueError if there is one class only, the method is unknown, or it needs unlabelled cells.
        """
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"A classifier needs at least two classes; got 1 class: {self.classes_.tolist()}.")
        if unlabelled is not None:
            unlabelled = check_array(unlabelled, dtype=FLOATS, input_name="unlabelled")
            if unlabelled.shape[1] != X.shape[1]:
                raise ValueError(f"Supports and unlabelled cells come from one embedder; got widths {X.shape[1]} and "
                                 f"{unlabelled.shape[1]}.")
        self.prototypes_ = class_means(X, codes)
        self.head_ = fit_head(self.method, X, codes, unlabelled)
        return self

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """The score of each class, (N, n_classes); for two classes the second's minus the first's, (N,)."""
        check_is_fitted(self)
        scores = self.head_.scores(validate_data(self, X, reset=False, dtype=FLOATS))
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The class of the highest score, (N,)."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]
