import numpy as np
import pytest

from bloodshot_lib.fewshot.agreement import compare_labels


def test_shares_have_their_interval_and_balanced_accuracy_leaves_out_what_is_no_cell():
    true = np.array(["a"] * 10 + ["b"] * 10 + ["no"] * 5)
    given = np.array(["a"] * 8 + ["b"] * 2 + ["b"] * 10 + ["a"] * 5)
    found = compare_labels(true, given, "no")
    rows = found.recall.set_index("label")
    assert rows["recall"].tolist() == [0.8, 1, 0]
    # Jeffreys' interval, as Brown, Cai and DasGupta (2001) give it
    np.testing.assert_allclose(rows.loc["a", ["low", "high"]].tolist(), [0.497, 0.955], atol=0.012)
    np.testing.assert_allclose(rows.loc["b", ["low", "high"]].tolist(), [0.783, 1], atol=1e-3)
    assert rows.loc["no", "low"] == 0 and rows.loc["no", "high"] == pytest.approx(0.379, abs=1e-3)
    scores = found.scores["value"]
    assert scores["accuracy"] == 18 / 25 and scores["balanced_accuracy"] == pytest.approx(0.9)
    assert ((found.scores["low"] < scores) & (scores < found.scores["high"])).all()
    assert found.confusion.loc["a", "b"] == 2 and found.confusion.loc["no", "a"] == 5
    alone = compare_labels(np.array(["no"]), np.array(["no"]), "no")
    assert np.isnan(alone.scores.loc["balanced_accuracy", "value"])


@pytest.mark.parametrize(
    "recalls, cells", [([0.9, 0.7], 10), ([0.97] * 8, 6), ([0.99, 0.95, 0.9, 0.5], 4)]
)
def test_intervals_of_balanced_accuracy_cover(recalls, cells):
    """Of a known classifier, with few cells of two classes or of many."""
    rng, true = np.random.default_rng(0), np.repeat(np.arange(len(recalls)), cells)
    held = 0
    for _ in range(100):
        given = np.where(rng.random(len(true)) < np.take(recalls, true), true, -1)
        row = compare_labels(true, given, "no").scores.iloc[1]
        held += row["low"] <= np.mean(recalls) <= row["high"]
    assert held >= 91  # 95 expected
