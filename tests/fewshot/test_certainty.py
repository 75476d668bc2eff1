import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from bloodshot_lib import FewShotClassifier, load_embeddings
from bloodshot_lib.fewshot.certainty import fit_temperature
from bloodshot_lib.fewshot.heads import METHODS
from bloodshot_lib.fewshot.held_out import HeldOut

NONE = HeldOut(np.empty(0, int), np.empty((0, 2)), np.empty(0))


def test_with_one_support_a_class_the_temperature_is_the_usual():
    assert fit_temperature(NONE, np.array([0, 1])) == pytest.approx(4.8, rel=1e-3)


def test_many_supports_are_followed_and_few_hardly():
    # scores are log-odds of which one third is true, whatever is usual
    def temperature(n):
        rng = np.random.default_rng(0)
        scores = rng.normal(0, 1, (n, 2))
        codes = (rng.random(n) < softmax(0.5 * scores, axis=1)[:, 1]).astype(int)
        return fit_temperature(HeldOut(np.arange(n), scores, np.ones(n)), codes)

    assert temperature(4000) == pytest.approx(0.5, abs=0.1)
    assert temperature(4) > 1.5


@pytest.mark.parametrize("method", METHODS)
@given(seed=st.integers(0, 99), n_classes=st.integers(2, 4), k=st.integers(1, 4))
def test_rows_sum_to_one_and_the_surest_is_the_predicted(method, seed, n_classes, k):
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(n_classes), k)
    clf = FewShotClassifier(method).fit(rng.normal(size=(len(y), 6)), y)
    Z = rng.normal(size=(9, 6))
    sure = clf.predict_proba(Z)
    assert sure.shape == (9, n_classes) and np.allclose(sure.sum(axis=1), 1)
    assert (clf.classes_[sure.argmax(axis=1)] == clf.predict(Z)).all()


def test_a_subjects_cells_do_not_vouch_for_each_other():
    # cells of a subject are alike, subjects of a class are not: by cells all seems sure
    rng = np.random.default_rng(0)
    subject = np.repeat(np.arange(8), 5)
    Z = 4 * np.eye(8, 20)[subject] + rng.normal(0, 0.3, (40, 20))
    y, names = np.where(subject < 4, "ape", "bee"), [f"P{n}" for n in subject]
    new = rng.normal(0, 1, (50, 20))
    by_cell = FewShotClassifier().fit(Z, y).predict_proba(new).max(axis=1)
    by_subject = FewShotClassifier().fit(Z, y, groups=names).predict_proba(new).max(axis=1)
    assert (by_subject < by_cell).all()


def test_on_real_cells_a_certainty_keeps_its_word():
    """Sixty draws of ten cells a class of bccd; the benchmark has the whole of it."""
    Z, table = load_embeddings("bccd")
    y, rng, sure, right = table["label"].to_numpy().astype(str), np.random.default_rng(0), [], []
    for _ in range(60):
        rows = np.concatenate([rng.choice(np.flatnonzero(y == c), 10, False) for c in np.unique(y)])
        rest = np.setdiff1d(np.arange(len(y)), rows)
        clf = FewShotClassifier().fit(Z[rows], y[rows])
        shares = clf.predict_proba(Z[rest])
        sure.append(shares.max(axis=1))
        right.append(clf.classes_[shares.argmax(axis=1)] == y[rest])
    sure, right = np.concatenate(sure), np.concatenate(right)
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [(bins == b).mean() * abs(sure[bins == b].mean() - right[bins == b].mean())
            for b in np.unique(bins)]
    assert sum(gaps) < 0.05
