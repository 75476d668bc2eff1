import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bloodshot_lib import draw_halves, load_embeddings
from bloodshot_lib.fewshot import selection
from bloodshot_lib.fewshot.selection import suggest_cells


def on_circle(*degrees: float) -> np.ndarray:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


# three tight clusters of 3, 4 and 5 cells about 0, 90 and 180 degrees
CLUSTERS = on_circle(-2, 0, 2, 87, 89, 90, 93, 176, 178, 180, 181, 182)
OF = np.repeat([0, 1, 2], [3, 4, 5])


def cost(Z: np.ndarray, chosen: np.ndarray, labelled: np.ndarray | None = None) -> float:
    """What the documented sum comes to."""
    Z, own = (X / np.linalg.norm(X, axis=1, keepdims=True) for X in (Z, Z[chosen]))
    if labelled is not None:
        own = np.concatenate([own, labelled / np.linalg.norm(labelled, axis=1, keepdims=True)])
    return float(((1 - Z @ own.T) ** 2).min(axis=1).sum())


def test_each_cluster_gives_one_cell():
    assert sorted(OF[suggest_cells(CLUSTERS, 3)]) == [0, 1, 2]


def test_one_cell_is_the_middle_one_and_length_does_not_matter():
    Z = on_circle(10, 20, 30, 40, 50) * [[5], [1], [2], [9], [1]]
    assert suggest_cells(Z, 1).tolist() == [2]


def test_what_is_labelled_is_not_suggested_again():
    chosen = suggest_cells(CLUSTERS, 4, on_circle(90, 179))
    assert OF[chosen[0]] == 0


def test_of_copies_one_is_suggested_before_anything_else_is_used_up():
    Z = np.concatenate([np.repeat(on_circle(0), 9, axis=0), on_circle(30, 60)])
    assert set(suggest_cells(Z, 3).tolist()) == {0, 9, 10}
    assert suggest_cells(Z, 2, on_circle(0, 90)).tolist() == [9, 10]


def test_a_further_round_goes_to_what_is_uncovered_not_to_what_is_in_doubt():
    """Labelled cells at 0 and 60 degrees, one between them, one as far out, and a group far off."""
    Z, labelled = on_circle(1, 30, 59, 92, 200, 201, 203), on_circle(0, 60)
    assert suggest_cells(Z, 3, labelled).tolist() == [5, 3, 1]  # 92 is 32 degrees from a label


def test_labels_have_no_effect():
    Z, labelled = on_circle(1, 20, 40, 59, 80), on_circle(0, 2, 60, 61)
    for y in (["a", "a", "b", "b"], ["a", "b", "a", "b"], ["a"] * 4):
        assert (suggest_cells(Z, 3, labelled, y) == suggest_cells(Z, 3, labelled)).all()


@given(seed=st.integers(0, 2**31), n=st.integers(1, 12), m=st.sampled_from([0, 2, 9]))
@settings(max_examples=40)
def test_rows_are_distinct_repeatable_and_follow_a_permutation(seed, n, m):
    rng = np.random.default_rng(seed)
    Z, order = rng.normal(size=(12, 4)), rng.permutation(12)
    known = rng.normal(size=(m, 4)) if m else None
    chosen = suggest_cells(Z, n, known)
    assert chosen.shape == (n,) and len(set(chosen)) == n
    assert (0 <= chosen).all() and (chosen < 12).all()
    assert (suggest_cells(Z, n, known) == chosen).all()
    assert (order[suggest_cells(Z[order], n, known)] == chosen).all()


@given(seed=st.integers(0, 2**31), n=st.integers(1, 3), m=st.integers(0, 2))
@settings(max_examples=40)
def test_no_exchange_of_one_cell_is_better(seed, n, m):
    rng = np.random.default_rng(seed)
    Z, labelled = rng.normal(size=(9, 3)), rng.normal(size=(m, 3)) if m else None
    chosen = suggest_cells(Z, n, labelled)
    least = cost(Z, chosen, labelled)
    for place in range(n):
        for other in set(range(9)) - set(chosen):
            changed = chosen.copy()
            changed[place] = other
            assert cost(Z, changed, labelled) > least - 1e-6


@given(st.integers(0, 2**31), st.integers(1, 8))
@settings(max_examples=20)
def test_copies_and_zeros_are_no_obstacle(seed, n):
    rng = np.random.default_rng(seed)
    Z = rng.integers(0, 2, (8, 2))
    assert len(set(suggest_cells(Z, n))) == n
    assert len(set(suggest_cells(np.zeros((8, 2)), n, Z))) == n


def test_of_many_cells_some_are_looked_at(monkeypatch):
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(200, 4))
    assert (suggest_cells(Z, 5, rng=0) == suggest_cells(Z, 5, rng=1)).all()
    monkeypatch.setattr(selection, "_SEEN", 20)
    few = [suggest_cells(Z, 5, rng=seed).tolist() for seed in (0, 0, 1)]
    assert few[0] == few[1] != few[2]
    assert len(set(suggest_cells(Z, 20, rng=np.random.default_rng(0)))) == 20
    with pytest.raises(ValueError, match=r"and 20, but was 21 of 200 cells\. Ask for fewer"):
        suggest_cells(Z, 21)


def test_eight_real_cells_show_nearly_all_kinds():
    """There are four, uneven: 210, 86, 35 and 20 cells. Eight at random show three."""
    Z, table = load_embeddings("bccd")
    y = table["label"].to_numpy(str)
    halves = draw_halves(y, 8, 0)
    met = [len(set(y[half][suggest_cells(Z[half], 8)])) for half in halves]
    assert np.mean(met) > 3.5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n": 0}, "`n` must be a whole number of at least 1, but was 0"),
        ({"n": 2.0}, "`n` must be a whole number of at least 1, but was 2.0"),
        ({"n": 13}, "at most the number of cells .* but was 13 of 12 cells. Ask for fewer"),
        ({"Z": CLUSTERS[:0]}, "`Z` must hold embeddings, .* at least 1 of them, but held 0"),
        ({"Z": CLUSTERS * np.nan}, "`Z` must hold finite numbers, but 24 values are not"),
        ({"Z": CLUSTERS[0]}, "`Z` must hold embeddings, numbers"),
        ({"Z_labelled": np.ones((1, 3))}, "one embedder, but had widths 2 and 3"),
        ({"Z_labelled": [[np.inf, 1]]}, "`Z_labelled` must hold finite numbers"),
        ({"rng": -1}, "`rng` must be a whole number of at least 0"),
    ],
)
def test_a_bad_input_is_told_the_rule(changes, words):
    with pytest.raises(ValueError, match=words):
        suggest_cells(**{"Z": CLUSTERS, "n": 2} | changes)
