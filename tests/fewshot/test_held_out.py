import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodshot_lib.fewshot.heads import METHODS, Head, fit_head
from bloodshot_lib.fewshot.held_out import class_gap, hold_out, parts_left_out


def _cells(seed, sizes, dim=30):
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(len(sizes)), sizes)
    return rng.normal(size=(len(codes), dim)) + 2 * np.eye(len(sizes), dim)[codes], codes


@given(st.integers(0, 99), st.lists(st.integers(1, 6), min_size=2, max_size=4))
def test_a_cell_of_every_class_is_left_out_at_a_time(seed, sizes):
    codes = np.repeat(np.arange(len(sizes)), sizes)
    left = list(parts_left_out(codes, rng=seed))
    for part in left:
        counts = np.bincount(codes[part], minlength=len(sizes))
        assert counts.tolist() == [int(size > 1) for size in sizes]
    often = np.sum(left, axis=0) if left else np.zeros(len(codes))
    assert ((often > 0) == np.repeat(np.array(sizes) > 1, sizes)).all()


def test_all_of_a_group_is_left_out():
    codes, groups = np.array([0, 0, 0, 1, 1, 1]), np.array(list("xxyxyz"))
    for part in parts_left_out(codes, groups):
        for name in "xyz":
            assert len(set(part[groups == name])) == 1


def test_a_subject_with_cells_of_several_classes_is_left_out_alone():
    codes, groups = np.array([0, 0, 0, 1, 1, 1]), np.array(list("xyzxyz"))
    left = [set(groups[part]) for part in parts_left_out(codes, groups)]
    assert all(len(names) == 1 for names in left) and set.union(*left) == set("xyz")


def test_large_classes_are_left_out_in_few_parts():
    left = list(parts_left_out(np.repeat([0, 1], [300, 40])))
    assert len(left) == 25 and (np.sum(left, axis=0) > 0).all()
    assert np.sum(left, axis=0)[:300].max() == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_support_is_judged_by_the_others_alone(method):
    X, codes = _cells(0, (3, 4, 2))
    found = hold_out(X, codes, method)
    moved = X.copy()
    moved[0] = -5 * X[1]  # what cell 0 is like changes no judgement that it is left out of
    left = list(parts_left_out(codes))
    heads = [fit_head(method, moved[~part], codes[~part]) for part in left]
    own = [head.scores(X[part]) / class_gap(head, moved[~part], codes[~part])
           for head, part in zip(heads, left, strict=True) if part[0]]
    rows = np.concatenate([np.flatnonzero(part) for part in left])
    at = np.concatenate([np.full(part.sum(), part[0]) for part in left])
    np.testing.assert_allclose(found.scores[at.astype(bool)], np.concatenate(own), atol=1e-9)
    assert (found.rows == rows).all()
    assert np.bincount(found.rows, found.weights) == pytest.approx(np.ones(9))


def test_nothing_is_judged_where_each_class_has_one_cell():
    found = hold_out(np.eye(3), np.arange(3), "lda")
    assert len(found.rows) == 0 and found.scores.shape == (0, 3)


def test_the_gap_by_hand():
    # scores at the means (1, 0) and (0, 1) are (2, 0) and (1, 4): gaps 2 and 3
    head = Head(np.zeros(2), np.array([[2.0, 1], [0, 4]]), np.zeros(2))
    codes = np.array([0, 1])
    assert class_gap(head, np.eye(2), codes) == 2.5
    assert class_gap(head._replace(coef=np.eye(2)), np.ones((2, 2)), codes) == 1
