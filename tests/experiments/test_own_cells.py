"""What is said of own cells, tested on amounts that take seconds."""

import json

import numpy as np
import pandas as pd

from bloodshot_lib import read_result
from experiments import own_cells, suggestions


def test_ways_to_choose_cells_are_compared_at_equal_cost(tmp_path, capsys):
    rng, y = np.random.default_rng(0), np.repeat(["ape", "bee"], [24, 8])
    Z = suggestions.normalize(rng.normal(size=(32, 4)) + 9 * np.eye(4)[(y == "bee").astype(int)])
    sets = {"apart": suggestions.Cells(Z, y), "people": suggestions.Cells(Z, y, np.arange(32) // 2)}
    suggestions.main(sets, tmp_path, shots=(2, 3, 99), n_halves=3)
    scores = pd.read_csv(tmp_path / "suggestions.csv")
    assert list(scores) == list(read_result("own_cells/suggestions.csv"))
    assert set(scores["n"]) == {4, 6} and set(scores["method"]) == set(suggestions.WAYS)
    ours = scores[scores["method"].str.startswith("suggest_cells")]
    assert (ours["balanced_accuracy"] == 1).all() and (ours["classes_found"] == 2).all()
    assert scores[scores["method"] == "random"]["difference"].eq(0).all()
    second = pd.read_csv(tmp_path / "second_rounds.csv")
    assert list(second) == list(read_result("own_cells/second_rounds.csv"))
    assert second[second["method"] == "suggest_cells, then random"]["difference"].eq(0).all()
    assert second["harder"].dropna().eq(0).all(), "once both classes are met, no cell is missed"
    record = json.loads((tmp_path / "suggestions.json").read_text())
    assert record["cells"]["people"] == {"ape": 24, "bee": 8}


def test_what_is_said_of_own_cells_is_held_against_real_ones(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(own_cells, "SETS", ("bccd", "cnmc2019"))
    monkeypatch.setattr(own_cells, "WAYS", {"random": (2, 20), "suggested twice": (10,)})
    own_cells.main([], tmp_path, n_draws=4)
    others = {"suggestions.csv", "second_rounds.csv", "doubtful.csv"}
    committed = {path.name for path in own_cells.RESULTS.glob("*.csv")} - others
    assert {path.name for path in tmp_path.glob("*.csv")} == committed
    asked = {("random", 2), ("random", 20), ("suggested twice", 10)}
    for name in committed:
        made, kept = pd.read_csv(tmp_path / name), read_result(f"own_cells/{name}")
        assert list(made) == list(kept)
        here = {(row.set, row.labels, row.k) for row in made.itertuples()}
        there = {(row.set, row.labels, row.k) for row in kept.itertuples()}
        assert here == {row for row in there if row[0] in own_cells.SETS and row[1:] in asked}
    assert json.loads((tmp_path / "provenance.json").read_text())["draws"] == 4


def test_a_class_that_nobody_labelled_is_found_apart_from_the_marked():
    draw = object.__new__(own_cells.Draw)
    rng, means = np.random.default_rng(0), 9 * np.eye(3, 20)
    draw.y, draw.y_new = np.repeat(list("abc"), 5), np.repeat(list("abcd"), 20)
    draw.Z = means[np.arange(3).repeat(5)] + rng.normal(size=(15, 20))
    far = np.concatenate([means, -9 * np.ones((1, 20))])
    draw.Z_new, draw.groups = far[np.arange(4).repeat(20)] + rng.normal(size=(80, 20)), None
    found = pd.DataFrame(own_cells.unlike(draw)).set_index("left_out")
    assert found.loc["nobody", "marked"] < 0.2, "cells of d, which was not met, are no known cells"
    assert found.loc["nobody"].drop("marked").isna().all()
    assert (found.loc[list("abc"), "auroc"] > 0.9).all()
