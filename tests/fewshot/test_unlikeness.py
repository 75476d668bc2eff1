import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.special import ndtri
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import normalize

from bloodshot_lib import FewShotClassifier, load_embeddings, suggest_cells
from bloodshot_lib.fewshot import judged_supports
from bloodshot_lib.fewshot.expected_accuracy import expected_accuracy
from bloodshot_lib.fewshot.judged_supports import JudgedSupports
from bloodshot_lib.fewshot.unlikeness import (
    distances,
    fit_classes,
    fit_cloud,
    held_out_distances,
    limit,
    usual_distance,
)


def test_the_distance_is_mahalanobis_in_the_shrunk_covariance():
    rng = np.random.default_rng(0)
    X, codes, Z = rng.normal(size=(14, 5)), np.arange(14) % 3, rng.normal(size=(20, 5))
    U = normalize(X)
    means = np.stack([U[codes == c].mean(axis=0) for c in range(3)])
    within = np.mean([np.cov(U[codes == c].T, bias=True) for c in range(3)], axis=0)
    shape = 0.5 * within / (np.trace(within) / 5) + 0.5 * np.eye(5)
    expected = cdist(normalize(Z), means, "mahalanobis", VI=np.linalg.inv(shape)) ** 2
    found = distances(fit_classes(X, codes), Z)
    np.testing.assert_allclose(found, expected.min(axis=1))


def test_with_one_support_a_class_the_limit_is_how_far_apart_classes_lie():
    # right angles: (1 - 0)^2 + (1 - 0) / .5 = 3
    assert np.isnan(held_out_distances(np.eye(3), np.arange(3))).all()
    assert np.exp(usual_distance(np.eye(3))) == pytest.approx(3)
    unlike = FewShotClassifier().fit(np.eye(4)[:3], list("abc")).unlikeness(np.eye(4))
    assert (unlike[:3] < 1e-6).all() and unlike[3] == pytest.approx(1)


def test_a_new_kind_is_unlike_and_known_ones_are_kept():
    rng = np.random.default_rng(1)
    means = 3 * np.eye(3, 40)
    draw = lambda kinds: means[kinds] + rng.normal(0, 0.3, (len(kinds), 40))  # noqa: E731
    y = np.arange(2).repeat(10)
    clf = FewShotClassifier().fit(draw(y), y)
    new = np.arange(3).repeat(100)
    unlike = clf.unlikeness(draw(new)) > 1
    assert unlike[new == 2].mean() > 0.95 and unlike[new < 2].mean() < 0.15
    assert (clf.unlikeness(draw(new), keep=0.999) > 1)[new < 2].mean() < 0.05


def test_subjects_are_held_out_whole():
    """Cells of one subject resemble each other, so known cells of new subjects lie further out."""
    rng = np.random.default_rng(2)
    subject = np.arange(16).repeat(5)
    y = subject % 2
    cells = 3 * np.eye(2, 40)[y] + rng.normal(0, 0.5, (16, 40))[subject]
    X = cells + rng.normal(0, 0.1, cells.shape)
    known, new = subject < 8, subject >= 8
    clf = FewShotClassifier()
    alone = clf.fit(X[known], y[known]).unlikeness(X[new]) > 1
    grouped = clf.fit(X[known], y[known], groups=subject[known]).unlikeness(X[new]) > 1
    assert alone.mean() > 0.9 and grouped.mean() < 0.1


def test_a_class_of_one_subject_is_not_judged_by_the_others():
    # leaving out subject 0 takes all of class 1, whose cells then have no class to be near to
    X, codes = np.array([[1, 0.0], [1, 0.1], [1, 0.2], [0, 1]]), np.array([0, 0, 0, 1])
    logs = held_out_distances(X, codes, np.array([0, 1, 1, 0]))
    assert np.isnan(logs).tolist() == [False] * 3 + [True] and np.exp(logs[:3]).max() < 0.1
    alone = held_out_distances(X, codes, np.zeros(4))  # one subject: as without groups
    assert np.isfinite(alone).sum() == 3


def test_the_limit_is_the_smaller_of_what_supports_and_new_cells_say():
    # t(1) at 95 % is 6.314; 0 and 2 have mean 1, deviation sqrt 2, and the factor is sqrt 1.5
    supports = np.array([0.0, 2.0])
    assert limit(supports, np.empty(0), 0.95) == pytest.approx(1 + 6.314 * np.sqrt(3), abs=1e-3)
    # the bulk of the new cells is normal around 0; that a third of them are strangers is nothing
    known = ndtri((np.arange(1000) + 0.5) / 1000)
    strangers = np.full(100, 50.0)
    assert limit(supports, known, 0.95) == pytest.approx(1.645, abs=0.01)
    assert limit(supports, np.concatenate([known, strangers]), 0.95) == pytest.approx(1.9, abs=0.1)
    assert limit(np.array([-1.0, -1.0]), known, 0.95) == -1
    assert limit(np.array([1.0]), known[:29], 0.95) is None, "too few of either"


def test_distances_are_relative_to_those_from_all_cells():
    rng = np.random.default_rng(0)
    X, codes, new = rng.normal(size=(8, 5)), np.arange(8) % 2, rng.normal(size=(20, 5))
    judged = JudgedSupports.fit(X, codes, unlabelled=new)
    everything = normalize(np.concatenate([new, X]))
    spread = np.cov(everything.T, bias=True)
    shape = 0.5 * spread / (np.trace(spread) / 5) + 0.5 * np.eye(5)
    far = cdist(normalize(new), everything.mean(axis=0)[None], "mahalanobis",
                VI=np.linalg.inv(shape))[:, 0] ** 2  # fmt: skip
    np.testing.assert_allclose(distances(fit_cloud(X, new), new), far)
    near = distances(fit_classes(X, codes), new)
    score = judged.unlikeness(new)
    np.testing.assert_allclose(score / score[0], (near / far) / (near / far)[0])


def test_supports_are_judged_once(monkeypatch):
    times = []
    hold_out = judged_supports.hold_out
    monkeypatch.setattr(judged_supports, "hold_out", lambda *a: times.append(1) or hold_out(*a))
    clf = FewShotClassifier().fit(np.eye(4, 9), list("aabb"))
    clf.predict(np.eye(9))
    assert not times  # nobody has asked
    for _ in range(3):
        clf.predict_proba(np.eye(9))
        expected_accuracy(clf.judged_)
    assert len(times) == 1


def test_copies_of_one_cell_a_class_make_no_nan():
    clf = FewShotClassifier().fit(np.eye(2, 5).repeat(3, axis=0), list("aaabbb"))
    assert np.isfinite(clf.unlikeness(np.eye(5))).all()


@pytest.mark.parametrize("keep", [0, 1, 0.4, "most", None])
def test_a_share_to_keep_is_one(keep):
    clf = FewShotClassifier().fit(np.eye(2), list("ab"))
    with pytest.raises(ValueError, match="`keep`"):
        clf.unlikeness(np.eye(2), keep)


def test_on_real_cells_lymphocytes_that_nobody_labelled_are_found():
    Z, table = load_embeddings("bccd")
    y, rng = table["label"].to_numpy().astype(str), np.random.default_rng(0)
    known = ["eosinophil", "monocyte", "neutrophil"]
    rows = np.concatenate([rng.choice(np.flatnonzero(y == c), 10, False) for c in known])
    rest = np.setdiff1d(np.arange(len(y)), rows)
    score = FewShotClassifier().fit(Z[rows], y[rows]).unlikeness(Z[rest])
    assert roc_auc_score(y[rest] == "lymphocyte", score) > 0.9


def test_on_real_cells_suggested_labels_do_not_hide_strangers():
    """The limit of suggested supports alone, which lie at the edges, finds few of them."""
    Z, table = load_embeddings("bcisc")
    y = table["label"].to_numpy().astype(str)
    rows = suggest_cells(Z, 25)
    new = np.setdiff1d(np.arange(len(y)), rows)
    marked = {}
    for alone in (True, False):
        shares = []
        for left_out in np.unique(y):
            known = rows[y[rows] != left_out]
            clf = FewShotClassifier().fit(Z[known], y[known], unlabelled=None if alone else Z[new])
            unlike, strange = clf.unlikeness(Z[new]) > 1, y[new] == left_out
            shares.append((unlike[~strange].mean(), unlike[strange].mean()))
        marked[alone] = np.mean(shares, axis=0)
    assert marked[True][1] < 0.6 and marked[False][1] > 0.85
    assert marked[False][0] < 0.1
    clf = FewShotClassifier().fit(Z[rows], y[rows], unlabelled=Z[new])
    assert 0.01 < (clf.unlikeness(Z[new]) > 1).mean() < 0.12  # nobody is a stranger
