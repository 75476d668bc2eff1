import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodshot_lib import draw_halves, draw_supports, evaluate_few_shot, evaluate_halves


@given(
    sizes=st.lists(st.integers(4, 9), min_size=2, max_size=4),
    k=st.integers(1, 2),
    seed=st.integers(0, 9),
)
def test_halves_hold_enough_of_each_class_on_both_sides(sizes, k, seed):
    labels = np.repeat([f"c{n}" for n in range(len(sizes))], sizes)
    halves = draw_halves(labels, 5, seed, k=k)
    assert halves.shape == (5, len(labels)) and halves.dtype == bool
    for half in halves:
        for name, size in zip(np.unique(labels), sizes, strict=True):
            assert half[labels == name].sum() in (size // 2, -(-size // 2))
    assert (halves == draw_halves(labels, 5, seed, k=k)).all()


def test_a_group_lies_in_one_half():
    labels = np.repeat(["a", "b"], 12)
    groups = np.repeat([f"subject {n}" for n in range(8)], 3)
    halves = draw_halves(labels, 50, 0, groups)
    sides = pd.DataFrame(halves.T).groupby(groups).nunique()
    assert (sides == 1).all(axis=None)
    assert len(np.unique(halves, axis=0)) > 20


def test_a_set_that_cannot_be_halved_is_refused_by_name():
    with pytest.raises(ValueError, match=r"A half with 3 cells .*'b' has 4 cells of 4 groups"):
        draw_halves(list("aaaaaaaabbbb"), 1, 0, k=3)
    with pytest.raises(ValueError, match="'b' has 6 cells of 1 group"):
        draw_halves(list("aaaaaabbbbbb"), 1, 0, [*"123456", *"7" * 6])


@pytest.fixture
def cells():
    rng = np.random.default_rng(0)
    y = np.repeat(["ape", "bee", "cat"], [20, 14, 16])
    means = {"ape": [3, 0, 0], "bee": [0, 3, 0], "cat": [0, 0, 3]}
    return np.array([means[name] for name in y]) + rng.normal(0, 1.3, (50, 3)), y


def test_each_half_is_scored_as_a_pool_and_a_query(cells):
    Z, y = cells
    made = evaluate_halves(Z, y, (1, 3), n_halves=4, n_episodes=6, n_replicates=50)
    for k in (1, 3):
        halves = draw_halves(y, 4, 42, k=k)
        for number, half in enumerate(halves):
            supports = draw_supports(y[half], k, 6, 42 + number)
            oracle = evaluate_few_shot(Z[half], y[half], Z[~half], y[~half], supports)
            rows = made.episodes[(made.episodes["k"] == k) & (made.episodes["half"] == number)]
            ours = rows.reset_index(drop=True)[oracle.columns]
            pd.testing.assert_frame_equal(ours, oracle)
    shares = made.confusion.groupby(["k", "label"])["share"].sum()
    assert np.allclose(shares, 1)


def test_replicates_lie_about_the_episodes_and_their_recall_is_the_confusions(cells):
    Z, y = cells
    made = evaluate_halves(Z, y, (2,), n_halves=10, n_episodes=5, n_replicates=400)
    drawn, mean = made.replicates, made.episodes["balanced_accuracy"].mean()
    assert list(drawn) == ["k", "replicate", "balanced_accuracy", "recall_ape", "recall_bee",
                           "recall_cat"]
    assert drawn["balanced_accuracy"].mean() == pytest.approx(mean, abs=0.02)
    assert 0.01 < drawn["balanced_accuracy"].std() < 0.1
    right = made.confusion.query("label == predicted").set_index("label")["share"]
    for name in ("ape", "bee", "cat"):
        assert drawn[f"recall_{name}"].mean() == pytest.approx(right[name], abs=0.03)


def test_replicates_of_a_certain_result_do_not_move():
    Z, y = np.repeat(np.eye(2), 8, axis=0), np.repeat(["a", "b"], 8)
    made = evaluate_halves(Z, y, (2,), n_halves=3, n_episodes=2, n_replicates=20)
    assert (made.replicates[["balanced_accuracy", "recall_a", "recall_b"]] == 1).all(axis=None)


def test_few_subjects_make_a_wide_interval(cells):
    """Cells of one subject are redrawn together, so copies add no certainty."""
    Z, y = cells
    settings = {"ks": (1,), "n_halves": 10, "n_episodes": 5, "n_replicates": 300}
    alone = evaluate_halves(Z, y, **settings)
    copies = evaluate_halves(np.repeat(Z, 4, axis=0), np.repeat(y, 4),
                             groups=np.repeat(np.arange(50), 4), **settings)
    strangers = evaluate_halves(np.repeat(Z, 4, axis=0), np.repeat(y, 4), **settings)
    spread = [made.replicates["balanced_accuracy"].std() for made in (alone, copies, strangers)]
    assert spread[1] > 0.8 * spread[0] > spread[2]
