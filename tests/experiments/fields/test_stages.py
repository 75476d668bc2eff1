"""Which laboratories and fields each stage learns from, and which it judges."""

import json

import pandas as pd
import pytest

from experiments.fields import __main__ as command
from experiments.fields import results
from experiments.fields.laboratories import ANNOTATED, SINGLE, Laboratory
from experiments.laboratories.releases import SMALL
from tests.experiments.fields.conftest import boxes_of


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """The command with drawn laboratories, nothing trained; what was asked of it."""
    asked = {"learnt": {}, "judged": {}}

    def read(name):
        boxes = boxes_of((f"{name} 1", 0, 0, 9, 9))
        return Laboratory(name, tmp_path, [f"{name} {n}" for n in range(4)], boxes, name in SINGLE)

    def learn(name, embedder, laboratories, fields):
        asked["learnt"][name] = embedder, [each.name for each in laboratories], fields
        (tmp_path / name).write_text(name)
        return tmp_path / name

    def judged(laboratory, finder, how):
        asked["judged"][laboratory.name] = finder.name, laboratory.fields
        row = {"laboratory": laboratory.name, "how": how, "recall": 0.98765}
        return row, laboratory.boxes.assign(outcome="missed")

    fakes = {"read_annotated": read, "read_single": read, "kept_finder": learn, "judge": judged}
    fakes |= {"network_without": "not {}".format, "WEIGHTS": tmp_path / "finder.safetensors"}
    for name, fake in fakes.items():
        monkeypatch.setattr(command, name, fake)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    return asked


def test_what_is_left_out_is_learnt_by_nothing(stages, tmp_path):
    command.main(["leave_out"])
    single = ["barcelona", "munich"]
    assert stages["learnt"]["without-bccd"] == ("not bccd", ["bangkok", "bcisc", *single], {})
    assert stages["learnt"]["without-bcisc"] == ("not bcisc", ["bccd", "bangkok", *single], {})
    every = [f"bangkok {n}" for n in range(4)]
    assert stages["judged"]["bangkok"] == ("without-bangkok", every)
    rows = pd.read_csv(tmp_path / "results" / "left_out.csv")
    assert rows["laboratory"].tolist() == list(ANNOTATED) and (rows["how"] == "left out").all()
    assert (rows["recall"] == 0.98765).all()
    assert len(pd.read_csv(tmp_path / "results" / "left_out_boxes.csv")) == 3
    record = json.loads((tmp_path / "results" / "left_out.json").read_text())
    assert list(record["finders"]) == list(ANNOTATED) and record["recipe"]["heads"] == 4


def test_the_fields_that_are_judged_are_those_not_learnt(stages):
    command.main(["halves"])
    ((embedder, learnt, fields),) = stages["learnt"].values()
    assert embedder == SMALL and learnt == [*ANNOTATED, *SINGLE] and list(fields) == [*ANNOTATED]
    for name, (finder, judged) in stages["judged"].items():
        assert finder == "halves" and len(judged) == 2
        assert sorted(judged + fields[name]) == [f"{name} {n}" for n in range(4)]


def test_the_release_learns_from_everything(stages, tmp_path):
    command.main(["release"])
    assert stages["learnt"] == {"release": (SMALL, [*ANNOTATED, *SINGLE], {})}
    assert (tmp_path / "finder.safetensors").read_text() == "release" and not stages["judged"]
    rows = pd.read_csv(tmp_path / "results" / "release.csv")
    assert rows.to_numpy().tolist() == [[name, 4, 1] for name in (*ANNOTATED, *SINGLE)]
