import numpy as np
import pytest
from scipy.special import softmax
from sklearn.preprocessing import normalize

from bloodshot_lib import FewShotClassifier, draw_supports, evaluate_few_shot
from bloodshot_lib.heads import METHODS, NEED_UNLABELLED, fit_head

SUPPORTS = [(1, 0, 0), (4, 0, 0), (0, 3, 0), (0, 0, 2), (0, 1, 1), (0, 0, 0.5)]
QUERIES = [(1, 0.1, 0), (0, 1, 0), (0, 2, 2), (0, 0, 5), (1, 1, 1), (0.2, 0.9, 0.05)]


def _clouds(n_classes=3, n=30, dim=8, spread=0.6, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n * n_classes) % n_classes
    return np.eye(dim)[codes] + spread * rng.normal(size=(len(codes), dim)), codes


def test_centred_on_its_supports_is_the_reference_example():
    clf = FewShotClassifier("centred").fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    assert clf.predict(QUERIES).tolist() == [0, 1, 1, 1, 1, 1]


def test_the_evaluator_centres_on_the_whole_pool_and_teaches_from_the_rest_of_it():
    Z, codes = _clouds(3, n=40, spread=1.5)
    Z += np.linspace(0, 3, 8)  # off the origin, so that it matters what the centre is
    names, pool, query = np.array(["a", "b", "c"])[codes], slice(0, 30), slice(30, None)
    supports = draw_supports(names[pool], 5, 20, rng=0)
    differs = 0
    for method in ("centred", *NEED_UNLABELLED):
        found = evaluate_few_shot(
            Z[pool], names[pool], Z[query], names[query], supports, method
        )
        for row, chosen in zip(found.itertuples(), supports, strict=True):
            chosen = chosen.ravel()
            given = {"pool": Z[pool], "rest": np.delete(Z[pool], chosen, axis=0)}
            clf = FewShotClassifier(method)
            scores = {
                name: clf.fit(Z[chosen], names[chosen], cells).score(Z[query], names[query])
                for name, cells in given.items()
            }
            right = scores["pool" if method == "centred" else "rest"]
            assert row.accuracy == pytest.approx(right)
            differs += scores["pool"] != scores["rest"]
    assert differs > 10  # or the test could not tell one from the other


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("method", METHODS)
def test_every_head_learns_and_the_evaluator_fits_the_same_one(method, n_classes):
    Z, codes = _clouds(n_classes, n=60)
    names = np.array(["a", "b", "c", "d"])[codes]
    pool, query = slice(0, 80), slice(80, None)
    supports = draw_supports(names[pool], 5, 3, rng=0)
    episodes = evaluate_few_shot(
        Z[pool], names[pool], Z[query], names[query], supports, method=method
    )
    for row, chosen in zip(episodes.itertuples(), supports, strict=True):
        rest = Z[pool] if method == "centred" else np.delete(Z[pool], chosen.ravel(), axis=0)
        clf = FewShotClassifier(method).fit(
            Z[chosen.ravel()], names[chosen.ravel()], unlabelled=rest
        )
        assert row.accuracy == pytest.approx(clf.score(Z[query], names[query]))
    assert episodes["accuracy"].min() > 1 / n_classes + 0.2


@pytest.mark.parametrize("method", [m for m in METHODS if m != "cosine"])
def test_lengths_do_not_matter_and_one_shot_is_enough(method):
    Z, codes = _clouds()
    one = np.array([np.flatnonzero(codes == c)[0] for c in range(3)])
    fitted = FewShotClassifier(method).fit(Z[one], codes[one], unlabelled=Z)
    assert fitted.score(Z, codes) > 0.45
    if method not in ("centred", "soft k-means"):
        longer = FewShotClassifier(method).fit(3 * Z[one], codes[one], unlabelled=Z)
        np.testing.assert_allclose(
            longer.decision_function(7 * Z), fitted.decision_function(Z), atol=1e-7
        )


@pytest.mark.parametrize("method", ["ridge", "logistic", "lda", "cosine"])
def test_a_class_with_more_supports_is_not_preferred(method):
    """Two mirrored classes, one with every support thrice: the mirror plane stays the
    border.
    """
    X = normalize(np.array([(2.0, 1, 0.1), (1.5, 1, -0.2), (1, 2.0, 0.1), (1, 1.5, -0.2)]))
    even = FewShotClassifier(method).fit(X, [0, 0, 1, 1])
    uneven = FewShotClassifier(method).fit(X[[0, 1, 0, 1, 0, 1, 2, 3]], [0] * 6 + [1] * 2)
    assert even.decision_function([(1.0, 1, 0)])[0] == pytest.approx(0, abs=1e-6)
    assert uneven.decision_function([(1.0, 1, 0)])[0] == pytest.approx(0, abs=0.15)


def test_soft_k_means_is_the_loop_of_its_paper():
    """Ren et al. 2018, eq. 4, written with loops: five rounds of soft assignment, supports
    counting whole.
    """
    Z, codes = _clouds(seed=3)
    X, y, pool = Z[:9], codes[:9], Z[9:]
    centre = pool.mean(axis=0)
    unit = [v / np.linalg.norm(v) for v in X - centre], [
        v / np.linalg.norm(v) for v in pool - centre
    ]
    prototypes = [
        np.mean([x for x, c in zip(unit[0], y, strict=True) if c == k], axis=0)
        for k in range(3)
    ]
    for _ in range(5):
        prototypes = [p / np.linalg.norm(p) for p in prototypes]
        sums = [sum(x for x, c in zip(unit[0], y, strict=True) if c == k) for k in range(3)]
        for u in unit[1]:
            share = softmax([10 * u @ p for p in prototypes])
            sums = [total + s * u for total, s in zip(sums, share, strict=True)]
        prototypes = sums
    expected = np.array([p / np.linalg.norm(p) for p in prototypes])
    np.testing.assert_allclose(fit_head("soft k-means", X, y, pool).coef, expected, atol=1e-12)


def test_what_assumes_equal_classes_suffers_where_they_are_not():
    """Unlabelled cells nearly all of one class: soft k-means pulls the other prototypes over,
    ridge does not look.
    """
    Z, codes = _clouds(n=400, spread=0.5, seed=1)
    supports, rest = slice(0, 30), slice(30, None)
    lopsided = Z[rest][(codes[rest] == 0) | (np.arange(len(Z) - 30) % 40 == 0)]
    scores = {
        m: [
            FewShotClassifier(m)
            .fit(Z[supports], codes[supports], pool)
            .score(Z[rest], codes[rest])
            for pool in (Z[rest], lopsided)
        ]
        for m in ("soft k-means", "self-training", "ridge")
    }
    loss = {method: even - uneven for method, (even, uneven) in scores.items()}
    assert (
        loss["ridge"] == 0
        and loss["soft k-means"] > 0.05
        and loss["self-training"] < loss["soft k-means"] / 2
    )


def test_bad_methods_and_pools_are_refused():
    with pytest.raises(ValueError, match=r"`method` is one of cosine, .*; got 'knn'"):
        FewShotClassifier("knn").fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    with pytest.raises(ValueError, match=r"`method` is one of cosine, .*; got 'knn'"):
        evaluate_few_shot(
            np.eye(2), ["a", "b"], np.eye(2), ["a", "b"], np.array([[[0], [1]]]), method="knn"
        )
    for method in NEED_UNLABELLED:
        with pytest.raises(ValueError, match="give `fit` their embeddings as `unlabelled`"):
            FewShotClassifier(method).fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    with pytest.raises(ValueError, match="widths 3 and 2"):
        FewShotClassifier().fit(SUPPORTS, [0, 0, 0, 1, 1, 1], unlabelled=[[1.0, 2]])


def test_what_shrinkage_cannot_measure_is_left_out():
    """Copies of one cell have no spread: lda then is the nearest prototype; a class of one
    cell is no fault.
    """
    X, y = [(1.0, 0, 0.1), (1, 0, 0.1), (0, 1, 0), (0, 1, 0)], [0, 0, 1, 1]
    assert FewShotClassifier("lda").fit(X, y).predict([(1, 0.2, 0), (0.2, 1, 0)]).tolist() == [
        0,
        1,
    ]
    uneven = FewShotClassifier("lda").fit([*X[:2], (0.9, 0.1, 0), X[2]], [0, 0, 0, 1])
    assert uneven.predict([(1, 0.2, 0), (0.2, 1, 0)]).tolist() == [0, 1]


@pytest.mark.parametrize("method", METHODS)
def test_single_precision_stays_single(method):
    Z, codes = _clouds()
    head = fit_head(method, Z[:12].astype(np.float32), codes[:12], Z.astype(np.float32))
    assert (
        head.centre.dtype == np.float32
        and head.scores(Z[:5].astype(np.float32)).dtype == np.float32
    )
