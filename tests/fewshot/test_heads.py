import numpy as np
import pytest
from sklearn.preprocessing import normalize

from bloodshot_lib import FewShotClassifier, draw_supports, evaluate_few_shot
from bloodshot_lib.fewshot.heads import METHODS, Head, fit_head

SUPPORTS = [(1, 0, 0), (4, 0, 0), (0, 3, 0), (0, 0, 2), (0, 1, 1), (0, 0, 0.5)]
QUERIES = [(1, 0.1, 0), (0, 1, 0), (0, 2, 2), (0, 0, 5), (1, 1, 1), (0.2, 0.9, 0.05)]


def _clouds(n_classes=3, n=30, dim=8, spread=0.6, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n * n_classes) % n_classes
    return np.eye(dim)[codes] + spread * rng.normal(size=(len(codes), dim)), codes


def test_centred_on_its_supports_is_the_reference_example():
    clf = FewShotClassifier("centred").fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    assert clf.predict(QUERIES).tolist() == [0, 1, 1, 1, 1, 1]


def _mean_of_all(X, codes, unlabelled):
    """A method of one's own: prototypes as seen from the mean of supports and unlabelled cells."""
    centre = np.concatenate([X, unlabelled]).mean(axis=0)
    means = np.stack([(X[codes == c] - centre).mean(axis=0) for c in range(codes.max() + 1)])
    return Head(centre, means, np.zeros(len(means)))


def test_the_evaluator_centres_on_the_whole_pool_and_gives_a_function_the_rest_of_it():
    Z, codes = _clouds(3, n=40, spread=1.5)
    Z += np.linspace(0, 3, 8)  # off the origin, so that it matters what the centre is
    names, pool, query = np.array(["a", "b", "c"])[codes], slice(0, 30), slice(30, None)
    supports = draw_supports(names[pool], 5, 20, rng=0)
    differs = 0
    for method, wanted in (("centred", "pool"), (_mean_of_all, "rest")):
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
            assert row.accuracy == pytest.approx(scores[wanted])
            differs += scores["pool"] != scores["rest"]
    assert differs > 10  # or the test could not tell one from the other


def test_a_function_that_returns_no_head_is_refused():
    with pytest.raises(ValueError, match=r"must return a Head \(.*\), but returned tuple"):
        FewShotClassifier(lambda *_: (1, 2)).fit(SUPPORTS, [0, 0, 0, 1, 1, 1])


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
    if method != "centred":
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


def test_bad_methods_and_pools_are_refused():
    with pytest.raises(ValueError, match=r"`method` must be one of cosine, .*, but was 'knn'"):
        FewShotClassifier("knn").fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    with pytest.raises(ValueError, match=r"`method` must be one of cosine, .*, but was 'knn'"):
        evaluate_few_shot(
            np.eye(2), ["a", "b"], np.eye(2), ["a", "b"], np.array([[[0], [1]]]), method="knn"
        )
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
