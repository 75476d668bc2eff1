import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.utils.estimator_checks import parametrize_with_checks

from bloodshot_lib import FewShotClassifier
from bloodshot_lib.fewshot.heads import METHODS, cosine_scores

SUPPORTS = [(1, 0, 0), (4, 0, 0), (0, 3, 0), (0, 0, 2), (0, 1, 1), (0, 0, 0.5)]
QUERIES = [(1, 0.1, 0), (0, 1, 0), (0, 2, 2), (0, 0, 5), (1, 1, 1), (0.2, 0.9, 0.05)]


@pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [FewShotClassifier(method) for method in METHODS]
)
def test_it_is_a_scikit_learn_estimator(estimator, check):
    check(estimator)


def test_the_reference_example():
    clf = FewShotClassifier("cosine").fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    assert clf.predict(QUERIES).tolist() == [0, 0, 1, 1, 0, 0]
    assert clf.prototypes_.tolist() == [[5 / 3, 1, 0], [0, pytest.approx(1 / 3), 3.5 / 3]]


@given(st.integers(0, 2**31), st.integers(2, 4))
def test_scores_are_scikit_learns_cosine_and_ignore_length(seed, n_classes):
    rng = np.random.default_rng(seed)
    X, y, Q = rng.normal(size=(20, 5)), np.arange(20) % n_classes, rng.normal(size=(7, 5))
    clf = FewShotClassifier("cosine").fit(X, y)
    expected = cosine_similarity(Q, clf.prototypes_)
    scores = clf.decision_function(Q)
    np.testing.assert_allclose(
        scores, expected if n_classes > 2 else expected[:, 1] - expected[:, 0], atol=1e-12
    )
    assert (clf.predict(Q) == expected.argmax(axis=1)).all()
    assert (clf.predict(Q * rng.uniform(0.1, 9, (7, 1))) == clf.predict(Q)).all()


def test_labels_of_any_type_come_back_and_ties_go_to_the_first():
    clf = FewShotClassifier().fit([[1.0, 0], [0, 1]], ["zebra", "ape"])
    assert clf.classes_.tolist() == ["ape", "zebra"]
    assert clf.predict([[1, 0], [1, 1]]).tolist() == ["zebra", "ape"]


def test_a_zero_vector_has_cosine_zero():
    assert cosine_scores(np.zeros((1, 3)), np.ones((2, 3))).tolist() == [[0], [0]]


@given(st.integers(0, 2**31), st.sampled_from(list(METHODS)))
@settings(max_examples=20)
def test_whatever_holds_the_numbers_the_verdicts_are_the_same(seed, method):
    rng = np.random.default_rng(seed)
    X, Q = rng.integers(-9, 9, (12, 4)), rng.integers(-9, 9, (20, 4))
    y = rng.permutation(["a", "b", "c"] * 4)
    plain = FewShotClassifier(method).fit(X.astype(float), y).decision_function(Q.astype(float))
    for form in (
        np.array,
        np.ndarray.tolist,
        pd.DataFrame,
        torch.from_numpy,
        lambda Z: Z.astype(np.int16),
        lambda Z: Z.astype(np.float16),
    ):
        for labels in (y, y.tolist(), pd.Series(y, index=range(12, 0, -1))):
            scores = FewShotClassifier(method).fit(form(X), labels).decision_function(form(Q))
            np.testing.assert_allclose(scores, plain, atol=1e-9)


def test_missing_labels_do_not_become_a_class_called_nan():
    for missing in (None, np.nan, pd.NA):
        for form in (list, pd.Series, lambda y: np.array(y, dtype=object)):
            with pytest.raises(ValueError, match=r"missing|contains NaN"):
                FewShotClassifier().fit(np.eye(3), form(["a", "b", missing]))


def test_one_class_and_nan_are_refused():
    with pytest.raises(ValueError, match=r"at least two classes, but had \['a'\]"):
        FewShotClassifier().fit([[1.0, 2]], ["a"])
    with pytest.raises(ValueError, match="NaN"):
        FewShotClassifier().fit([[1.0, np.nan], [1, 1]], ["a", "b"])
