import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodshot_lib import draw_supports, paper_supports

FOLD_0 = ["all"] * 2397 + ["hem"] * 1130


def test_the_papers_draws_are_the_published_ones():
    supports = paper_supports(FOLD_0, k=10, n_episodes=100, rng=42)
    assert supports.shape == (100, 2, 10)
    assert supports[:2].tolist() == [
        [
            [213, 1855, 1569, 1051, 1037, 2058, 206, 1671, 482, 225],
            [2991, 3499, 3228, 3257, 3207, 3285, 2976, 2541, 3345, 2905],
        ],
        [
            [1199, 888, 437, 2221, 1873, 1543, 964, 1972, 1307, 1062],
            [2906, 2653, 2501, 3023, 3400, 2469, 3366, 3332, 2709, 3110],
        ],
    ]


def test_the_papers_draw_may_take_a_cell_twice():
    assert paper_supports(["a", "b"], k=5, n_episodes=1).tolist() == [[[0] * 5, [1] * 5]]


labels_of = st.lists(st.sampled_from("abc"), min_size=6, max_size=60).filter(
    lambda y: len(set(y)) > 1
)


@given(labels_of, st.integers(0, 2**31), st.data())
def test_supports_are_of_their_class_without_repeats_and_nested(labels, seed, data):
    smallest = min(labels.count(c) for c in set(labels))
    large = data.draw(st.integers(1, smallest))
    small = data.draw(st.integers(1, large))
    supports = draw_supports(labels, large, 4, seed)
    classes = sorted(set(labels))
    assert supports.shape == (4, len(classes), large)
    for episode in supports:
        for c, chosen in enumerate(episode):
            assert {labels[i] for i in chosen} == {classes[c]} and len(set(chosen)) == large
    assert (draw_supports(labels, small, 4, seed) == supports[:, :, :small]).all()


@given(st.integers(0, 2**31), st.integers(1, 12))
def test_groups_each_give_one_cell_before_any_gives_two(seed, k):
    labels, groups = ["a"] * 12 + ["b"] * 12, [f"s{i % 5}" for i in range(24)]
    supports = draw_supports(labels, k, 3, seed, groups=groups)
    for chosen in supports.reshape(-1, k):
        counts = np.unique([groups[i] for i in chosen], return_counts=True)[1]
        assert len(counts) == min(k, 5) and (
            k > 10 or counts.max() - (counts.min() if k >= 5 else 1) <= 1
        )


def _backwards(values):
    return pd.Series(values, index=range(len(values), 0, -1))


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        pd.Series,
        pd.Index,
        pd.Categorical,
        np.array,
        _backwards,
        lambda y: np.array(y, dtype=object),
    ],
)
def test_whatever_holds_the_labels_the_draws_are_the_same(form):
    labels, groups = ["a"] * 12 + ["b"] * 12, [i % 5 for i in range(24)]
    plain = draw_supports(labels, 3, 4, 0, groups)
    assert (draw_supports(form(labels), 3, 4, 0, form(groups)) == plain).all()
    assert (paper_supports(form(labels), 3, 4, 0) == paper_supports(labels, 3, 4, 0)).all()


def test_labels_may_be_numbers_and_counts_numpys():
    labels = [1] * 6 + [2] * 6
    plain = draw_supports([str(label) for label in labels], 2, 3, 0)
    assert (
        draw_supports(np.array(labels), np.int64(2), np.uint8(3), np.int32(0)) == plain
    ).all()


def test_every_cell_is_equally_likely():
    supports = draw_supports(["a"] * 8 + ["b"] * 8, 2, 4000, rng=0)
    share = np.bincount(supports.ravel(), minlength=16) / 4000
    assert abs(share - 0.25).max() < 0.03


def test_a_generator_moves_on_and_a_seed_does_not():
    rng = np.random.default_rng(0)
    labels = list("aaaabbbb")
    first, second = draw_supports(labels, 2, 9, rng), draw_supports(labels, 2, 9, rng)
    assert (first == draw_supports(labels, 2, 9, 0)).all() and (first != second).any()


@pytest.mark.parametrize("draw", [draw_supports, paper_supports])
def test_bad_requests_are_named(draw):
    with pytest.raises(ValueError, match=r"at least two classes, but had \['a'\]"):
        draw(["a", "a"], 1, 1, 0)
    with pytest.raises(ValueError, match="at least 1, but was 0"):
        draw(["a", "b"], 0, 1, 0)
    with pytest.raises(ValueError, match="1 of 3 `labels` are missing"):
        draw(["a", "b", None], 1, 1, 0)


def test_too_few_cells_name_the_class_what_it_has_and_what_it_needs():
    with pytest.raises(
        ValueError, match=r"For 3 supports each class must have 3 cells, but 'b' has 2. Label more"
    ):
        draw_supports(list("aaabb"), 3, 1, 0)
    with pytest.raises(ValueError, match=r"`groups` must be a list.*, but had 3 for 4 cells"):
        draw_supports(list("aabb"), 1, 1, 0, groups=list("xyz"))


def test_no_group_gives_a_second_cell_while_another_has_given_none():
    labels, groups = list("aaaabbbb"), list("xxxyzzww")
    supports = draw_supports(labels, 2, 50, 0, groups=groups)
    assert all(len({groups[i] for i in chosen}) == 2 for chosen in supports.reshape(-1, 2))
