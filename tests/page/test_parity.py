"""The page and `bloodshot classify` say the same of the same cells and labels."""

import csv
import json

import pandas as pd
import pytest

from bloodshot_lib.own_cells.command_line import main
from tests.page.person import flat

WEIGHTS = "bloodshot-3-small"
CERTAINTY, UNLIKENESS = 0.01, 0.02  # largest differences
# of a share's interval, whose ends both draw at random, 400 times: on seven real sets they were up
# to .06 apart, and with many draws less than .01 (see the cases)
ENDS = 0.08


@pytest.fixture
def real(shared):
    """Real cells, twenty of each class."""
    folders = sorted(each for each in (shared / "bccd").iterdir() if each.is_dir())
    return {folder.name: sorted(folder.glob("*.jpg"))[:20] for folder in folders}


def _labels(truth: dict[str, str], per_class: int) -> list[tuple[str, str]]:
    """The first cells of each class in order of their names."""
    given = pd.Series(truth).groupby(pd.Series(truth)).head(per_class)
    return list(given.items())


@pytest.mark.parametrize("which", ["drawn", "real"])
def test_the_page_says_what_the_command_says(which, request, person, tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "kept"))
    cells, labels = tmp_path / "cells", tmp_path / "labels.csv"
    truth = flat(request.getfixturevalue(which), cells)
    with labels.open("w", newline="") as file:
        csv.writer(file).writerows([("file", "label"), *_labels(truth, 4)])

    person.drop(cells)
    person.give(labels)
    person.judged()
    page = pd.read_csv(person.save("cells.csv", tmp_path), keep_default_na=False)
    own = person.save("labels.csv", tmp_path)
    result = tmp_path / "result"
    words = ["classify", cells, "--labels", own, "--weights", WEIGHTS, "-o", result, "-q"]
    assert main(list(map(str, words))) == 0
    command = pd.read_csv(result / "cells.csv", keep_default_na=False)

    for column in ("file", "predicted", "labelled", "differs", "content"):
        assert page[column].tolist() == command[column].tolist(), column
    assert (page["certainty"] - command["certainty"]).abs().max() <= CERTAINTY
    assert (page["unlikeness"] - command["unlikeness"]).abs().max() <= UNLIKENESS
    certain = (page["unlikeness"] - 1).abs() > UNLIKENESS
    assert page["unlike"][certain].tolist() == command["unlike"][certain].tolist()

    summary = json.loads((result / "summary.json").read_text(encoding="utf-8"))
    now = summary["expected"][0]
    said = person.tab.locator("#trust").inner_text()
    for number in ("balanced_accuracy", "low", "high"):
        near = [f"{now[number] + step / 100:.2f}" for step in range(-2, 3)]
        assert any(each in said for each in near), (number, now[number], said)
    for row in summary["prevalence"]:
        shown = person.tab.locator(".counted li", has_text=row["label"]).inner_text()
        assert f"{row['label']}: {row['cells']}" in shown.replace("\n", "")
        low, high = (int(each) / 100 for each in _percents(shown)[-2:])
        assert low == pytest.approx(row["low"], abs=ENDS)
        assert high == pytest.approx(row["high"], abs=ENDS)


def _percents(text: str) -> list[str]:
    return [part.strip(" (<\n").split()[-1].strip("(<") for part in text.split("%")[:-1]]
