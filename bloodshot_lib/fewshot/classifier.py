"""A few labelled cells -> a classifier of the rest, as a scikit-learn estimator."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from ..common.checks import check_embeddings, check_labels, check_number
from .heads import DEFAULT_METHOD, Method, check_method, class_means
from .judged_supports import JudgedSupports
from .supports import check_groups

FLOATS = (np.float64, np.float32)


class FewShotClassifier(ClassifierMixin, BaseEstimator):
    """Classify embeddings after a few labelled ones, the supports, of each class.

    `method` is the head, one of

    - "lda", the default: a linear discriminant analysis whose covariance is shrunk halfway to a
      sphere of the same mean variance, on embeddings of length 1. It was the best, never bad, in
      *How the recipe was found*.
    - "cosine", the report's: the nearest prototype (the mean embedding of a class's supports)
      by cosine similarity; embeddings are not normalised before the mean.
    - "centred": the same after subtracting the mean of `unlabelled` (of the prototypes if there
      are none) and scaling to length 1 (SimpleShot, Wang et al. 2019). `evaluate_few_shot`
      gives it the whole pool, supports included. With `embed(..., views=8)` it is EASY without
      its ensemble of networks (Bendou et al. 2022).
    - "ridge", "logistic": regressions on embeddings of length 1.
    - a function of supports (n, D), their class numbers (n,) and the embeddings of unlabelled
      cells (M, D) or None, that returns a `bloodshot_lib.fewshot.heads.Head`.

    Fitted attributes: `classes_`, `prototypes_` (n_classes, dim), the supports' means, `head_`,
    and `judged_`, the supports and what they say of each other, judged once. A tie goes to the
    class that sorts first.

    >>> import bloodshot_lib as bs
    >>> clf = bs.FewShotClassifier().fit([[1, 0], [0, 1], [0, 3]], ["all", "hem", "hem"])
    >>> clf.predict([[3, 1]]).tolist()
    ['all']
    """

    def __init__(self, method: Method = DEFAULT_METHOD):
        self.method = method

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        unlabelled: ArrayLike | None = None,
        groups: Sequence[str] | None = None,
    ) -> "FewShotClassifier":
        """Fit on supports (N, dim) with one label each, and return self.

        `unlabelled` are embeddings (M, dim) of cells without a label, if there are any, such as
        those to classify: `unlikeness` is then much better, and the method "centred" needs them.
        `groups` (subjects, slides) mark supports that resemble each other: when supports are
        held out, for `predict_proba` and `unlikeness`, whole groups are.

        Raises ValueError if

        - there is only one class, a label is missing, or supports and labels differ in number;
        - embeddings are NaN or infinite, or `unlabelled` has another width;
        - the method is unknown;
        - `groups` does not hold one per support.
        """
        check_method(self.method)
        objects = isinstance(y, np.ndarray) and y.dtype.kind == "O"
        if objects or isinstance(y, list | tuple | pd.Series):
            check_labels(y, "y", of="support")  # before numpy turns a gap into the word "nan"
        X, y = _checked(validate_data, self, X, y, dtype=FLOATS)
        check_labels(y, "y", of="support")
        _checked(check_classification_targets, y)
        if unlabelled is not None:
            unlabelled = check_embeddings(unlabelled, "unlabelled", width=X.shape[1])
        groups = None if groups is None else check_groups(groups, len(X))
        fitted = _checked(JudgedSupports.fit, X, y, self.method, groups, unlabelled)
        self.judged_, self.classes_, self.head_ = fitted, fitted.classes, fitted.head
        self.prototypes_ = class_means(X, fitted.codes)
        return self

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """The score of each class, (N, n_classes); for two classes one number, (N,).

        That is the second class's score minus the first's.
        """
        Z = self._embeddings(X)  # before `head_`, which may not exist yet
        scores = self.head_.scores(Z)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """How sure the classifier is of each class, (N, n_classes); a row sums to 1.

        Of the cells that it is 80 % sure of, about 80 % should be right, if they belong to the
        labelled classes; a cell of another class may get any certainty: see `unlikeness`. One
        temperature scales all scores. It is fitted to how the supports judge each other, and
        to its usual value on other real cells; with one support per class, to that alone.
        """
        Z = self._embeddings(X)  # before `judged_`, which may not exist yet
        return self.judged_.predict_proba(Z)

    def unlikeness(self, X: ArrayLike, keep: float = 0.95) -> np.ndarray:
        """How unlike everything labelled each cell is, (N,): above 1 means unlike.

        It is the squared Mahalanobis distance to the nearest class (Lee et al. 2018), with the
        covariance of the head "lda" whatever the method, divided by the distance within which a
        share `keep` of further cells of the labelled classes should lie. If `fit` was given
        `unlabelled`, the distance is relative to that from all cells (Ren et al. 2021), and the
        limit respects them: it holds for supports that were suggested, too. It is a warning, not
        a verdict: it misses kinds that look like a labelled one.

        Raises ValueError for a `keep` that is not between 0.5 and 0.999.
        """
        keep, Z = check_number("keep", keep, least=0.5, most=0.999), self._embeddings(X)
        return self.judged_.unlikeness(Z, keep)

    def _embeddings(self, X: ArrayLike) -> np.ndarray:
        if not hasattr(self, "head_"):
            raise NotFittedError("This FewShotClassifier has no supports yet: call `fit` first.")
        return _checked(validate_data, self, X, reset=False, dtype=FLOATS)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The class with the highest score, (N,)."""
        scores = self.decision_function(X)
        return self.classes_[
            (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        ]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """The accuracy on embeddings (N, dim) with one label each."""
        check_labels(y, "y")
        return super().score(X, y, sample_weight)


def _checked(check: Callable, *values: object, **settings: object):
    """What a scikit-learn check returns; its error is raised again here, in its words."""
    try:
        # infinities of both signs cause a warning before the error
        with np.errstate(invalid="ignore"):
            return check(*values, **settings)
    except (TypeError, ValueError, RuntimeError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(str(error)) from error
