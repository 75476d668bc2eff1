from inspect import signature

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from bloodshot_lib import (
    FewShotClassifier,
    classification_table,
    classify_episodes,
    draw_supports,
    evaluate_few_shot,
    hardest_cells,
    k_sweep,
    majority_share,
    paper_supports,
)
from bloodshot_lib.fewshot import episode_scores
from bloodshot_lib.fewshot.heads import DEFAULT_METHOD, METHODS
from bloodshot_lib.study.profile_parts import Episodes


def _by_scikit_learn(Z_pool, y_pool, Z_query, y_query, supports):
    """The obvious way: one classifier per episode, one report per classifier."""
    rows = []
    for chosen in supports:
        chosen = chosen.ravel()
        clf = FewShotClassifier("cosine").fit(Z_pool[chosen], y_pool[chosen])
        y, scores = clf.predict(Z_query), clf.decision_function(Z_query)
        report = metrics.classification_report(y_query, y, output_dict=True, zero_division=0)
        row = {
            "accuracy": metrics.accuracy_score(y_query, y),
            "balanced_accuracy": metrics.balanced_accuracy_score(y_query, y),
            "macro_f1": report["macro avg"]["f1-score"],
            "weighted_f1": report["weighted avg"]["f1-score"],
        }
        row |= {f"f1_{c}": report[c]["f1-score"] for c in clf.classes_}
        if len(clf.classes_) == 2:
            row["auroc"] = metrics.roc_auc_score(y_query == clf.classes_[1], scores)
        rows.append(row)
    return pd.DataFrame(rows)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_every_metric_of_every_episode_is_scikit_learns(n_classes):
    rng = np.random.default_rng(n_classes)
    names = np.array(["hem", "all", "mon", "bas", "eos"])[:n_classes]
    y_pool, y_query = rng.choice(names, 200), rng.choice(names, 150)
    centres = {name: rng.normal(size=8) for name in names}
    Z_pool, Z_query = (
        np.array([centres[c] for c in y]) + rng.normal(size=(len(y), 8))
        for y in (y_pool, y_query)
    )
    supports = draw_supports(y_pool, 3, 20, rng=0)
    ours = evaluate_few_shot(Z_pool, y_pool, Z_query, y_query, supports, "cosine")
    assert ours["episode"].tolist() == list(range(20))
    expected = _by_scikit_learn(Z_pool, y_pool, Z_query, y_query, supports)
    pd.testing.assert_frame_equal(
        ours.drop(columns="episode"), expected, check_like=True, atol=1e-9
    )


def test_the_worked_example_of_metrics():
    # 5 all and 3 hem, named all all all hem hem | hem hem all: embeddings on the axes make it
    # so
    Z, y = np.eye(2, dtype=np.float32), ["all", "hem"]
    named = np.array([0, 0, 0, 1, 1, 1, 1, 0])
    episodes = evaluate_few_shot(
        Z, y, Z[named], ["all"] * 5 + ["hem"] * 3, np.array([[[0], [1]]])
    )
    expected = {
        "accuracy": 0.625,
        "f1_all": 0.666667,
        "f1_hem": 0.571429,
        "weighted_f1": 0.630952,
        "macro_f1": 0.619048,
        "balanced_accuracy": (3 / 5 + 2 / 3) / 2,
    }
    assert {name: episodes[name].item() for name in expected} == pytest.approx(
        expected, abs=5e-7
    )


def test_ties_go_to_the_first_class_and_count_one_half_in_auroc():
    Z, y = np.eye(2, dtype=np.float32), ["all", "hem"]
    y_query = ["all", "all", "hem", "hem"]
    episodes = evaluate_few_shot(
        Z, y, np.ones((4, 2), np.float32), y_query, np.array([[[0], [1]]])
    )
    assert (
        episodes["accuracy"].item() == 0.5
        and episodes["f1_hem"].item() == 0
        and episodes["auroc"].item() == 0.5
    )


@pytest.mark.parametrize("method", ["cosine", "lda"])
def test_chunks_change_nothing(embeddings, monkeypatch, method):
    supports = draw_supports(embeddings[1], 4, 11, rng=3)
    whole = evaluate_few_shot(*embeddings, supports, method)
    monkeypatch.setattr(episode_scores, "_SCORES_AT_ONCE", 2 * len(embeddings[3]) * 3)
    pd.testing.assert_frame_equal(evaluate_few_shot(*embeddings, supports, method), whole)


def test_the_hardest_cells_are_those_that_most_episodes_miss():
    Z_pool, y_pool = np.array([[1, 0], [2, 0.1], [0, 1], [0.1, 2]]), ["a", "a", "b", "b"]
    Z_query, y_query = np.array([[3, 0.1], [0, 1], [1, 0.9], [5, 0]]), ["a", "b", "b", "b"]
    supports = np.array([[[0], [2]], [[1], [3]]])
    worst = hardest_cells(Z_pool, y_pool, Z_query, y_query, supports, 2, 2, "cosine")
    assert worst["cell"].tolist() == [2, 3] and worst["label"].tolist() == ["b", "b"]
    assert worst["wrong"].tolist() == [1, 1] and worst["neighbours"].iloc[1].tolist() == [0, 1]


def test_many_query_cells_stream_through_in_blocks(embeddings, tmp_path, monkeypatch):
    supports = draw_supports(embeddings[1], 4, 7, rng=3)
    expected = evaluate_few_shot(*embeddings, supports)
    np.save(tmp_path / "Z.npy", embeddings[2])
    monkeypatch.setattr(episode_scores, "_CELLS_AT_ONCE", 10)
    monkeypatch.setattr(episode_scores, "_SCORES_AT_ONCE", 1)
    mapped = np.load(tmp_path / "Z.npy", mmap_mode="r")
    pd.testing.assert_frame_equal(
        evaluate_few_shot(*embeddings[:2], mapped, embeddings[3], supports), expected
    )


def test_a_class_without_query_cells_is_left_out_of_balanced_accuracy():
    Z, y = np.eye(3, dtype=np.float32), ["a", "b", "c"]
    episodes = evaluate_few_shot(
        Z, y, Z[[0, 0, 1]], ["a", "b", "b"], np.array([[[0], [1], [2]]])
    )
    assert episodes["balanced_accuracy"].item() == 0.75
    assert "auroc" not in evaluate_few_shot(
        Z, ["a", "a", "b"], Z[:1], ["a"], np.array([[[0], [2]]])
    )


def test_a_sweep_is_its_episodes_at_each_k(embeddings):
    sweep = k_sweep(*embeddings, ks=(1, 5), n_episodes=6, rng=9)
    assert sweep.groupby("k").size().to_dict() == {1: 6, 5: 6}
    five = evaluate_few_shot(*embeddings, draw_supports(embeddings[1], 5, 6, 9))
    pd.testing.assert_frame_equal(
        sweep[sweep["k"] == 5].drop(columns="k").reset_index(drop=True), five
    )
    paper = k_sweep(*embeddings, ks=(5,), n_episodes=6, rng=9, draw=paper_supports)
    expected = evaluate_few_shot(*embeddings, paper_supports(embeddings[1], 5, 6, 9))
    pd.testing.assert_frame_equal(paper.drop(columns="k"), expected)


def test_a_sweep_from_a_generator_is_nested_too(embeddings):
    sweep = k_sweep(*embeddings, ks=(2, 2), n_episodes=5, rng=np.random.default_rng(1))
    assert len(sweep) == 5  # one entry per distinct k, from one seed


def test_the_classification_table_and_the_majority_share():
    table = classification_table(["a", "a", "b", "c"], ["a", "b", "b", "b"])
    assert table.loc["a"].tolist() == [1, 0.5, pytest.approx(2 / 3), 2]
    assert table.loc["c"].tolist() == [0, 0, 0, 1]
    assert table.loc["macro avg", "f1"] == pytest.approx((2 / 3 + 0.5 + 0) / 3)
    assert majority_share(["all"] * 1219 + ["hem"] * 648) == pytest.approx(0.6529, abs=5e-5)


def _pixels(seed=0):
    """Raw pixels of two classes whose squares overflow eight bits; a task's four parts."""
    rng = np.random.default_rng(seed)

    def draw(n):
        y = np.array(["blue", "red"])[np.arange(n) % 2]
        colour = np.where((y == "red")[:, None], (190, 60, 90), (90, 60, 190))
        return (colour + rng.integers(0, 60, (n, 3))).astype(np.uint8), y

    return *draw(30), *draw(60)


@pytest.mark.parametrize("method", METHODS)
def test_whole_numbers_and_half_precision_do_not_overflow(method):
    Z_pool, y_pool, Z_query, y_query = _pixels()
    supports = draw_supports(y_pool, 3, 4, rng=0)
    floating = Z_pool.astype(float), y_pool, Z_query.astype(float), y_query
    exact = evaluate_few_shot(*floating, supports, method)
    assert exact["accuracy"].mean() > 0.9
    for kind in (np.uint8, np.int16, np.int64, np.float16, np.float32, np.longdouble, ">f4"):
        Z = Z_pool.astype(kind), y_pool, Z_query.astype(kind), y_query
        pd.testing.assert_frame_equal(evaluate_few_shot(*Z, supports, method), exact, atol=1e-6)
    task = Z_pool, y_pool, Z_query, y_query
    assert (k_sweep(*task, (3,), 4, 0, method=method)["accuracy"] == exact["accuracy"]).all()
    replicates = classify_episodes(*task, supports, method).replicates(n_replicates=9)
    assert replicates["accuracy"].min() > 0.8


def test_there_is_one_default():
    """A classifier, its evaluation, its interval, its mistakes and a profile's episodes agree."""
    functions = (evaluate_few_shot, k_sweep, classify_episodes, hardest_cells)
    defaults = {signature(function).parameters["method"].default for function in functions}
    assert defaults == {FewShotClassifier().method} == {DEFAULT_METHOD} == {Episodes().method}


def test_the_default_of_the_evaluation_is_the_classifier(embeddings):
    Z_pool, y_pool, Z_query, y_query = embeddings
    supports = draw_supports(y_pool, 4, 5, rng=1)
    episodes = evaluate_few_shot(*embeddings, supports)
    for row, chosen in zip(episodes.itertuples(), supports, strict=True):
        clf = FewShotClassifier().fit(Z_pool[chosen.ravel()], y_pool[chosen.ravel()])
        assert row.accuracy == pytest.approx(clf.score(Z_query, y_query))


def test_the_hardest_of_whole_numbers_are_those_of_floating_point():
    Z_pool, y_pool, Z_query, y_query = _pixels()
    supports = draw_supports(y_pool, 1, 9, rng=0)
    whole = hardest_cells(Z_pool, y_pool, Z_query, y_query, supports)
    exact = hardest_cells(
        Z_pool.astype(float), y_pool, Z_query.astype(float), y_query, supports
    )
    pd.testing.assert_frame_equal(whole, exact)


@given(st.integers(0, 2**31), st.sampled_from(sorted(METHODS)))
@settings(max_examples=25)
def test_whatever_holds_the_numbers_the_verdicts_are_the_same(seed, method):
    rng = np.random.default_rng(seed)
    Z, y = rng.integers(-9, 9, (24, 5)), rng.permutation(["a", "b", "c"] * 8)
    supports = draw_supports(y, 2, 2, seed)
    plain = evaluate_few_shot(Z.astype(float), y, Z.astype(float), y, supports, method)
    forms = [
        (Z, y),
        (Z.tolist(), y.tolist()),
        (pd.DataFrame(Z), pd.Series(y, index=range(24, 0, -1))),
        (pd.DataFrame(Z).astype("Int64"), pd.Categorical(y)),
        (Z.astype(object), tuple(y)),
        (torch.from_numpy(Z), pd.Index(y)),
        (np.asfortranarray(Z), y.astype(object)),
    ]
    for embedded, labels in forms:
        episodes = evaluate_few_shot(
            embedded, labels, embedded, labels, supports.tolist(), method
        )
        pd.testing.assert_frame_equal(episodes, plain)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.uint64, np.int32])
def test_supports_may_be_of_any_whole_kind(embeddings, kind):
    supports = draw_supports(embeddings[1], 2, 3, rng=0)
    expected = evaluate_few_shot(*embeddings, supports)
    pd.testing.assert_frame_equal(
        evaluate_few_shot(*embeddings, supports.astype(kind)), expected
    )


def test_a_memory_map_is_not_copied(embeddings, tmp_path):
    np.save(tmp_path / "Z.npy", embeddings[2])
    mapped = np.load(tmp_path / "Z.npy", mmap_mode="r")
    supports = _supports(embeddings)
    task = classify_episodes(*embeddings[:2], mapped, embeddings[3], supports).task
    assert np.shares_memory(task.Z_query, mapped) and np.shares_memory(
        task.Z_pool, embeddings[0]
    )


def test_tables_of_numbers_keep_their_order_and_one_is_one():
    table = classification_table(range(12), [float(n) for n in range(12)])
    assert list(table.index[:12]) == [str(float(n)) for n in range(12)]
    assert table.attrs["accuracy"] == 1 and table["cells"].iloc[:12].tolist() == [1] * 12
    assert list(classification_table([2, 10], [10, 10]).index[:2]) == ["2", "10"]
    assert classification_table([1, "a"], ["1", "a"]).attrs["accuracy"] == 1


def _supports(embeddings):
    return draw_supports(embeddings[1], 2, 3, rng=0)


def test_embeddings_that_are_not_finite_are_refused(embeddings):
    for role, at in (("pool", 0), ("query", 2)):
        bad = [part.copy() for part in embeddings]
        bad[at][3, 1] = np.nan
        with pytest.raises(
            ValueError, match=f"`Z_{role}` must hold finite numbers, but 1 values are not"
        ):
            evaluate_few_shot(*bad, _supports(embeddings))


def test_lengths_widths_and_unknown_labels_are_refused(embeddings):
    Z_pool, y_pool, Z_query, y_query = embeddings
    supports = _supports(embeddings)
    words = r"`Z_pool` must hold embeddings, .*, but was float32 \(6,\)"
    with pytest.raises(ValueError, match=words):
        evaluate_few_shot(Z_pool[0], y_pool, Z_query, y_query, supports)
    with pytest.raises(
        ValueError, match=r"`Z_query` must hold embeddings, .* at least 1 .*, but held 0"
    ):
        evaluate_few_shot(Z_pool, y_pool, Z_query[:0], y_query[:0], supports)
    with pytest.raises(ValueError, match="`ks` must name at least one number of shots"):
        k_sweep(Z_pool, y_pool, Z_query, y_query, ks=())
    with pytest.raises(ValueError, match=r"`y_pool` must be a list.*, but had 64 for 65 cells"):
        evaluate_few_shot(Z_pool, y_pool[1:], Z_query, y_query, supports)
    with pytest.raises(ValueError, match="widths 6 and 5"):
        evaluate_few_shot(Z_pool, y_pool, Z_query[:, 1:], y_query, supports)
    with pytest.raises(
        ValueError,
        match=r"cells in the pool, but \['mon'\] have none; its classes are \['all', 'hem'\]",
    ):
        evaluate_few_shot(Z_pool, y_pool, Z_query, ["mon", *y_query[1:]], supports)
    with pytest.raises(ValueError, match=r"The pool .* at least two classes, but had \['all'\]"):
        evaluate_few_shot(Z_pool, ["all"] * 65, Z_query, ["all"] * 77, supports)
    with pytest.raises(ValueError, match="1 of 77 `y_query` are missing"):
        evaluate_few_shot(Z_pool, y_pool, Z_query, [None, *y_query[1:]], supports)


def test_supports_that_do_not_fit_are_refused(embeddings):
    supports = _supports(embeddings)
    for bad in (supports[:, ::-1], supports + 1000, supports - 1000):
        with pytest.raises(
            ValueError, match="one row per class in sorted order, but these point elsewhere"
        ):
            evaluate_few_shot(*embeddings, bad)
    for bad in (supports[0], supports[:, :1], supports[:0], supports.astype(float)):
        with pytest.raises(ValueError, match=r"shape \(episodes, 2 classes, k\), but were"):
            evaluate_few_shot(*embeddings, bad)
