"""Planted errors in labels, on cells whose classes are far apart."""

import json

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import read_result
from bloodshot_lib.own_cells import labelled_cells
from experiments import doubtful_labels
from experiments.suggestions import Cells, normalize

Y = np.repeat(["ape", "bee", "cat"], 60)
Z = normalize(np.random.default_rng(0).normal(size=(180, 4)) + 20 * np.eye(4)[np.arange(180) // 60])


def test_errors_in_clear_cells_are_found_and_nothing_else_is_named(tmp_path, capsys):
    doubtful_labels.main({"apart": Cells(Z, Y)}, tmp_path, n_halves=3)
    found = pd.read_csv(tmp_path / "doubtful.csv")
    assert list(found) == list(read_result("own_cells/doubtful.csv"))
    found = found.set_index(["chosen", "errors", "factor"])
    assert len(found) == 3 * 3 * len(doubtful_labels.FACTORS)
    clean = found.xs("none", level="errors")
    assert clean["named"].eq(0).all() and clean["wrong"].eq(0).all()
    two = found.loc["suggested, two rounds"]
    assert two["labels"].eq(30).all()
    for errors in ("at random", "confused"):
        few = two.loc[errors].loc[5]
        assert few["wrong"] == 2 and few["precision"] == 1 and few["recall"] == 1
    assert json.loads((tmp_path / "doubtful.json").read_text())["halves"] == 3


def test_one_label_in_twenty_is_made_wrong():
    y, rng = np.repeat(["a", "b", "c"], 20), np.random.default_rng(0)
    wrong = doubtful_labels.spoiled(y, None, rng) != y
    assert wrong.sum() == 3
    confused = doubtful_labels.spoiled(y, {"a": "c", "b": "c", "c": "a"}, rng)
    assert set(zip(y, confused, strict=True)) <= {
        ("a", "a"),
        ("b", "b"),
        ("c", "c"),
        ("a", "c"),
        ("b", "c"),
        ("c", "a"),
    }
    assert (doubtful_labels.spoiled(y[:3], {"a": "b"}, rng) != y[:3]).sum() == 1, "one at least"


def test_odds_are_those_of_the_verdicts_and_a_lonely_class_has_none():
    y = np.array(["ape"] * 3 + ["bee"] * 3 + ["cat"])
    odds = doubtful_labels.odds(Z[[0, 1, 60, 61, 62, 63, 120]], y)
    assert odds[2] > 5 and odds[-1] == 0  # the third is a bee
    assert odds[[0, 1, 3, 4, 5]] == pytest.approx(1)


def test_the_rule_of_the_command_is_among_those_measured():
    assert labelled_cells._LOOKS_WRONG in doubtful_labels.FACTORS
