"""A random handful of test cells, and what is said of a result with it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.data.contents import content_keys
from tests.own_cells.conftest import COLOURS, disc

SUMMARY = {
    "version": "1",
    "weights": "some",
    "cells": "cells",
    "counts": {"ape": 1, "bee": 1},
    "apart": None,
}


@pytest.fixture
def result(folders):
    """A result over the folder `cells`: apes and bees are called so, cats are called bees."""
    files = sorted((folders / "cells").iterdir())
    table = pd.DataFrame({"path": map(str, files)})
    cells = pd.DataFrame(
        {
            "file": [file.name for file in files],
            "predicted": [file.name[:3].replace("cat", "bee") for file in files],
            "labelled": [file.name == "ape_0.png" for file in files],
            "content": content_keys(table),
        }
    )
    (folders / "result").mkdir()
    cells.to_csv(folders / "result/cells.csv", index=False, encoding="utf-8-sig")
    (folders / "result/summary.json").write_text(json.dumps(SUMMARY))
    return cells


def sort_out(*names, into=None):
    """Put cells into class folders of `test`, under other names."""
    for name in names:
        folder = Path("test", into or name[:3])
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(f"cells/{name}", folder / f"my_{name}")


def test_test_cells_are_found_by_content_and_labelled_ones_not_counted(bloodshot, result):
    sort_out("ape_0.png", "ape_1.png", "ape_2.png", "bee_0.png", "cat_0.png")
    sort_out("bee_1.png", into="ape")
    status, said, _ = bloodshot("compare", "test", "result", "--json")
    facts = json.loads(said)
    assert status == 0 and facts["cells"] == 5 and facts["not_counted"] == ["ape/my_ape_0.png"]
    recall = {row["label"]: (row["right"], row["cells"]) for row in facts["recall"]}
    assert recall == {"ape": (2, 3), "bee": (1, 1), "cat": (0, 1)}
    assert facts["accuracy"]["value"] == 3 / 5
    assert facts["balanced_accuracy"]["value"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert facts["unknown_classes"] == {"cat": 1}
    assert {"label": "ape", "predicted": "bee", "cells": 1} in facts["confusion"]
    status, said, _ = bloodshot("compare", "test", "result")
    assert status == 0 and "count as wrong: cat (1)" in said and facts["quote"] in said
    assert "labelled for this result: 1" in said and "accuracy 0.60 (95 % interval" in said


@pytest.mark.parametrize("yes, no", [("TRUE", "FALSE"), ("WAHR", "FALSCH"), ("1", "0")])
def test_a_list_that_a_spreadsheet_saved_still_says_what_was_labelled(bloodshot, result, yes, no):
    sort_out("ape_0.png", "ape_1.png")
    said = result.assign(labelled=result["labelled"].map({True: yes, False: no}))
    said.to_csv("result/cells.csv", index=False)
    facts = json.loads(bloodshot("compare", "test", "result", "--json")[1])
    assert facts["cells"] == 1 and facts["not_counted"] == ["ape/my_ape_0.png"]


def test_what_is_no_cell_is_apart(bloodshot, result):
    sort_out("ape_1.png", "bee_0.png")
    sort_out("cat_0.png", into="junk")
    asked = "compare", "test", "result", "--not-a-cell", "junk"
    facts = json.loads(bloodshot(*asked, "--json")[1])
    assert facts["apart"] == "junk" and facts["balanced_accuracy"]["value"] == 1
    assert facts["accuracy"]["value"] == 2 / 3
    assert "balanced accuracy leaves it out" in bloodshot(*asked)[1]


def test_a_list_of_labels_tests_as_well(bloodshot, result, folders):
    listed = "file;label\r\nape_1.png;ape\r\nbee_0.png;ape\r\nbee_1.png;\r\n"
    (folders / "test.csv").write_text(listed, encoding="utf-16")
    facts = json.loads(bloodshot("compare", "--labels", "test.csv", "result", "--json")[1])
    assert facts["cells"] == 2 and facts["accuracy"]["value"] == 0.5
    rows = result.set_index("file").loc[["ape_1.png", "cat_1.png"], ["content"]]
    rows.assign(label=["ape", "not a single cell"]).to_csv("desk.csv", index_label="file")
    shutil.rmtree("cells")  # contents are known: no image is needed
    facts = json.loads(bloodshot("compare", "--labels", "desk.csv", "result", "--json")[1])
    assert facts["cells"] == 2 and facts["apart"] == "not_a_cell"


def _strangers(folders):
    disc(folders / "test/ape/new.png", COLOURS["ape"], np.random.default_rng(5))


def _in_capitals(folders):
    shutil.move("test/bee", "test/Bee")


def _contradiction(folders):
    sort_out("ape_1.png", into="bee")


def _all_labelled(folders):
    shutil.rmtree("test")
    sort_out("ape_0.png")


def _edited(folders):
    pd.read_csv("result/cells.csv").assign(labelled="x").to_csv("result/cells.csv", index=False)


def _old(folders):
    cells = pd.read_csv("result/cells.csv").drop(columns="content")
    cells.to_csv("result/cells.csv", index=False)


@pytest.mark.parametrize(
    "spoil, words",
    [
        (_strangers, "1 of the 3 test cells are not among the 9 of the result: ape/new.png"),
        (_in_capitals, "differ by more than case"),
        (_contradiction, "ape/my_ape_1.png = bee/my_ape_1.png (ape, bee)"),
        (_all_labelled, "nothing about others"),
        (_edited, "must say True or False, but says 'x'"),
        (_old, "lacks the column content"),
        (lambda folders: (folders / "result/summary.json").unlink(), "holds no summary.json"),
        (lambda folders: (folders / "result/summary.json").write_text("{"), "classify again"),
        (lambda folders: (folders / "result/summary.json").write_text("{}"), "not say version"),
        (lambda folders: (folders / "result/summary.json").write_text("[]"), "not say version"),
        (lambda folders: shutil.rmtree("result"), "no folder result"),
    ],
)
def test_what_cannot_be_compared_is_said(bloodshot, result, folders, spoil, words):
    sort_out("ape_1.png", "bee_0.png")
    spoil(folders)
    status, said, wrong = bloodshot("compare", "test", "result")
    assert status == 2 and said == "" and words in wrong


def test_without_test_cells_it_says_what_it_takes(bloodshot, result):
    assert "compare must be given two folders" in bloodshot("compare", "result")[2]


def test_a_random_draw_needs_no_network_and_leaves_out_what_is_labelled(
    bloodshot, folders, monkeypatch
):
    def never(*_, **__):
        raise AssertionError("a network was asked for")

    monkeypatch.setattr("bloodshot_lib.own_cells.suggestions.embed_cells", never)
    for name in ("ape_0.png", "bee_0.png"):
        shutil.copy(f"cells/{name}", f"labelled/{name[:3]}/renamed_{name}")
    shutil.copy("cells/cat_0.png", "cells/cat_copy.png")
    draw = "suggest", "--random", "cells", "--labelled", "labelled", "--json"
    first = json.loads(bloodshot(*draw, "-n", 5, "-o", "one")[1])["files"]
    assert first == json.loads(bloodshot(*draw, "-n", 5, "-o", "two")[1])["files"]
    every = json.loads(bloodshot(*draw, "-n", 7, "-o", "all")[1])["files"]
    assert every[:5] == first and not {"ape_0.png", "bee_0.png"} & set(every)
    assert not {"cat_0.png", "cat_copy.png"} <= set(every), "copies are one cell"
    status, _, wrong = bloodshot(*draw, "-n", 8, "-o", "more")
    assert status == 2 and "at most 7, the number of cells without a label" in wrong
    said = bloodshot("suggest", "cells", "--random", "-n", 2, "-o", "test")[1]
    assert "bloodshot compare test RESULT" in said and "random draw" in said
