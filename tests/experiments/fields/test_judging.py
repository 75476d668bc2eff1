"""What counts as found, as false and as missed."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from experiments.fields import judging
from experiments.fields.judging import compare, judge
from experiments.fields.laboratories import SIDES
from tests.experiments.fields.conftest import boxes_of

CELL = ("a.png", 10, 10, 20, 20)  # its middle is (20, 20)


@pytest.mark.parametrize(
    "found, annotated, outcomes",
    [
        ([(*CELL, 0.9)], [CELL], ["found"]),
        ([(*CELL, 0.9)], [("b.png", *CELL[1:])], ["false", "missed"]),
        ([("a.png", 0, 0, 20, 20, 0.9)], [CELL], ["found"]),  # the middle is on its corner
        ([("a.png", -1, 0, 20, 20, 0.9)], [CELL], ["false", "missed"]),
        ([("a.png", 20, 0, 22, 30, 0.9)], [CELL], ["false", "missed"]),
        ([(*CELL, 0.6), (*CELL, 0.9)], [CELL], ["found", "false"]),
        # the second is in both boxes, and finds the one that is left
        ([(*CELL, 0.9), (*CELL, 0.6)], [CELL, ("a.png", 0, 0, 50, 50)], ["found"] * 2),
        ([], [CELL], ["missed"]),
        ([(*CELL, 0.9)], [], ["false"]),
        ([], [], []),
    ],
)
def test_a_crop_is_right_once_in_a_cells_box(found, annotated, outcomes):
    found = pd.DataFrame(found, columns=["field", *SIDES, "score"])
    compared = compare(found, boxes_of(*annotated))
    assert compared["outcome"].tolist() == outcomes
    assert compared["score"].isna().tolist() == [each == "missed" for each in outcomes]
    assert compared["score"].dropna().is_monotonic_decreasing


def test_the_command_is_judged_on_these_fields_alone(laboratory, monkeypatch):
    def crop(arguments):
        verb, fields, _, output, *rest = arguments
        assert (verb, rest) == ("crop", ["--weights", "finder", "--json"])
        assert sorted(path.name for path in Path(fields).iterdir()) == ["a.png", "b.png"]
        assert os.environ["BLOODSHOT_ARTIFACTS"] == str(Path(output).parent)
        Path(output).mkdir()
        rows = [("a.png", 30, 14, 60, 60, 0.9), ("b.png", 0, 0, 9, 9, 0.6)]
        table = pd.DataFrame(rows, columns=["field", *SIDES, "score"]).assign(
            file="", at_edge=False
        )
        table.to_csv(Path(output) / "boxes.csv", index=False, encoding="utf-8-sig")
        print(json.dumps({"width": 60.04}))
        return 0

    monkeypatch.setattr(judging, "main", crop)
    row, faults = judge(laboratory, "finder", "left out")
    assert row.pop("seconds") == 0
    assert row == {
        "laboratory": "drawn", "how": "left out", "fields": 2, "cells": 1, "found": 1, "false": 1,
        "recall": 1, "false_per_true": 1, "width": 60, "true_width": 64,
    }  # fmt: skip
    assert faults[["laboratory", "field", "outcome", "score"]].to_numpy().tolist() == [
        ["drawn", "b.png", "false", 0.6]
    ]


def test_a_command_that_fails_is_no_result(laboratory, monkeypatch):
    monkeypatch.setattr(judging, "main", lambda arguments: 2)
    with pytest.raises(RuntimeError, match="failed on the fields of drawn"):
        judge(laboratory, "finder", "left out")
