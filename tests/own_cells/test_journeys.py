"""Lists, patients, corrections and losses: what people do with the command, from start to end."""

import io
import json
import os
import shutil
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.own_cells.conftest import COLOURS, disc


def facts_of(ran):
    status, said, wrong = ran
    assert status == 0, wrong
    return json.loads(said)


def read_cells(folder):
    return pd.read_csv(f"{folder}/cells.csv", index_col="file", encoding="utf-8-sig")


@pytest.fixture
def listed(folders):
    """Labelled cells among those to classify, by a spreadsheet's list, with one skipped."""
    lines = ["File;Label;Remark"]
    for path in sorted((folders / "labelled").glob("*/*")):
        shutil.move(path, folders / "cells")
        lines.append(f"{path.name};{path.parent.name};seen")
    lines += ["ape_0.png;;blurred", ";;"]
    (folders / "labels.csv").write_text("\r\n".join(lines), encoding="cp1252")
    shutil.rmtree("labelled")
    return "cells", "--labels", "labels.csv"


def test_every_verb_takes_a_list_in_the_place_of_class_folders(bloodshot, folders, listed):
    checked = facts_of(bloodshot("check", *listed, "--json"))
    assert [row["cells"] for row in checked["classes"]] == [4, 4, 4]
    result = facts_of(bloodshot("classify", *listed, "-o", "result", "--json"))
    cells = read_cells("result")
    assert len(cells) == 21 and cells["labelled"].sum() == 12
    assert not cells.loc["ape_0.png", "labelled"] and result["left_out"] == {}
    assert result["labels"] == "labels.csv" and result["expected"] == checked["expected"]
    more = facts_of(bloodshot("suggest", *listed, "-n", 9, "-o", "more", "--json"))["files"]
    assert set(more) == set(cells.index[~cells["labelled"]])
    os.mkdir("apart")
    for name in cells.index[cells["labelled"]]:
        shutil.move(f"cells/{name}", f"apart/{name}")
    asked = "classify", "apart", "cells", "--labels", "labels.csv", "-o", "two"
    assert facts_of(bloodshot(*asked, "--json"))["counts"].keys() == {"ape", "bee", "cat"}


@pytest.mark.parametrize(
    "more, step, sorting",
    [
        ([], "check cells --labels labels.csv", "check 'to label' cells"),
        (
            ["--labelled", "labelled"],
            "check labelled cells --labels labels.csv",
            "check labelled cells",
        ),
        (
            ["--labels", "list.csv"],
            "check cells --labels labels.csv",
            "check cells --labels list.csv",
        ),
        (
            ["--random"],
            "compare --labels test_labels.csv RESULT",
            "compare 'to label' RESULT",
        ),
    ],
)
def test_each_way_of_suggesting_says_the_next_commands(bloodshot, folders, more, step, sorting):
    (folders / "list.csv").write_text("file,label\nape_0.png,ape\nbee_0.png,bee\n")
    status, said, _ = bloodshot("suggest", "cells", "-n", 2, "-o", "to label", *more)
    assert status == 0 and f"\nThen run: bloodshot {step}\n" in said
    assert f"\nthen run: bloodshot {sorting}\n" in said
    assert ("\n(for RESULT type the folder that bloodshot classify" in said) == (
        more[:1] == ["--random"]
    )
    page = unescape((folders / "to label/contact_sheet.html").read_text())
    by_hand = said.split("\nOr sort the images: ")[1].split(";\n")[0]
    assert f"type <code>bloodshot {step}</code>" in page and by_hand in page, "the same words"
    assert f"type <code>bloodshot {sorting}</code>" in page


@pytest.mark.parametrize("verb", ["check", "classify"])
def test_a_list_may_name_images_of_both_folders(bloodshot, folders, verb):
    shutil.copy("labelled/ape/P0_ape0.png", "cells/same.png")
    lines = ["file,label", *(f"{a}/P0_{a}{n}.png,{a}" for a in ("ape", "bee") for n in (0, 2))]
    (folders / "labels.csv").write_text("\n".join([*lines, "cat_0.png,cat", "cat_1.png,cat"]))
    output = ["-o", "result"] * (verb == "classify")
    asked = [verb, "labelled", "cells", "--labels", "labels.csv", *output]
    facts = facts_of(bloodshot(*asked, "--json"))
    counts = {"ape": 2, "bee": 2, "cat": 2}
    assert facts["labelled_cells"] == counts and facts["left_out"] == {}
    if output:
        cells = read_cells("result")
        assert cells.index[cells["labelled"]].tolist() == ["cat_0.png", "cat_1.png", "same.png"]
        return
    with open("labels.csv", "a") as file:
        file.write("\nno.png,cat")
    assert "not in labelled or cells, or not read, first 'no.png'" in bloodshot(*asked)[2]


def test_one_folder_alone_is_not_enough(bloodshot, folders):
    assert "classify must be given two folders" in bloodshot("classify", "labelled", "-o", "x")[2]


def test_patients_have_a_table_and_other_names_do_not_matter(bloodshot, folders):
    for path in sorted((folders / "cells").iterdir()):
        patient = folders / "cells" / ("Anna" if path.stem.endswith("0") else "Zoë")
        patient.mkdir(exist_ok=True)
        shutil.move(path, patient / path.name[-5:] if patient.name == "Anna" else patient)
    shutil.rmtree("cells/Anna")
    for label in ("ape", "bee"):
        disc(folders / f"cells/Anna/{label}.png", COLOURS[label], np.random.default_rng(4))
    shutil.copy("labelled/cat/P0_cat0.png", "cells/Zoë/known.png")
    status, said, _ = bloodshot("classify", "labelled", "cells", "-o", "result")
    summary, cells = json.loads(Path("result/summary.json").read_text()), read_cells("result")
    assert status == 0 and cells.columns[0] == "subject"
    assert cells["subject"].tolist() == ["Anna"] * 2 + ["Zoë"] * 7
    rows = {row["subject"]: row for row in summary["subjects"]}
    anna = cells.loc[cells["subject"] == "Anna", "predicted"].value_counts()
    given = {label: n for label, n in rows["Anna"]["counts"].items() if n}
    assert given == anna.to_dict() and rows["Anna"]["cells"] == 2
    assert sum(rows["Zoë"]["shares"].values()) == pytest.approx(1)
    assert "Anna, 2 cells: " in said and "Zoë, 7 cells: " in said, "a line each, however long"
    chosen = facts_of(bloodshot("suggest", "cells", "-n", 9, "-o", "some", "--json"))["files"]
    copied = {path.name for path in Path("some").glob("*.png")}
    assert len(set(chosen)) == len(copied) == 9 and "Anna_ape.png" in copied


def test_labels_taken_out_of_patients_folders_keep_their_patients(bloodshot, folders):
    for path in (folders / "cells").iterdir():
        (folders / "cells/P9").mkdir(exist_ok=True)
        shutil.move(path, "cells/P9")
    bare = facts_of(bloodshot("check", "labelled", "cells", "--json"))
    assert "12 of the 12 labelled ones have none" in bare["warnings"][0]
    for path in (folders / "labelled").glob("*/*"):
        patient = folders / "cells" / path.name[:2]
        patient.mkdir(exist_ok=True)
        shutil.copy(path, patient)
    by_content = facts_of(bloodshot("check", "labelled", "cells", "--json"))
    by_pattern = facts_of(bloodshot("check", "labelled", "--subject", "^(P[0-9])_", "--json"))
    assert by_content["warnings"] == []
    assert by_content["classes"] == by_pattern["classes"] != bare["classes"]
    assert by_content["basis"] != bare["basis"]
    os.remove("cells/P0/P0_ape0.png")
    rest = facts_of(bloodshot("check", "labelled", "cells", "--json"))
    assert "1 of the 12 labelled ones have none" in rest["warnings"][0]


def test_a_subject_pattern_counts_the_new_cells_too(bloodshot, folders):
    for path in (folders / "cells").iterdir():
        path.rename(path.with_name(f"P{path.stem[-1]}_{path.name}"))
    asked = "classify", "labelled", "cells", "-o", "result", "--subject", "^(P[0-9])_", "--json"
    summary = facts_of(bloodshot(*asked))
    assert [row["subject"] for row in summary["subjects"]] == ["P0", "P1", "P2"]
    assert summary["subject"] == "^(P[0-9])_"


def test_what_is_no_cell_is_kept_apart(bloodshot, folders):
    shutil.move("labelled/cat", "labelled/not_a_cell")
    status, said, _ = bloodshot("classify", "labelled", "cells", "-o", "result")
    summary, cells = json.loads(Path("result/summary.json").read_text()), read_cells("result")
    n = int((cells["predicted"] == "not_a_cell").sum())
    assert status == 0 and summary["apart"] == {"name": "not_a_cell", "cells": n} and n > 0
    assert [row["label"] for row in summary["prevalence"]] == ["ape", "bee"]
    assert sum(row["share"] for row in summary["prevalence"]) == pytest.approx(1)
    assert f"not_a_cell           {n} (not counted in shares)" in said
    asked = "classify", "labelled", "cells", "-o", "all", "--not-a-cell"
    status, _, wrong = bloodshot(*asked, "debris")
    assert status == 2 and "one of the classes, ape, bee, not_a_cell, but was 'debris'" in wrong
    shutil.move("labelled/not_a_cell", "labelled/Not a-cell")
    assert facts_of(bloodshot(*asked, "Not a cell", "--json"))["apart"] == summary["apart"]


def test_correct_and_run_again_says_what_has_changed(bloodshot, folders):
    classify = "classify", "labelled", "cells", "-o"
    assert "--previous one" in bloodshot(*classify, "one")[1]
    before = read_cells("one")["predicted"]
    for path in (folders / "labelled/ape").iterdir():
        shutil.move(path, "labelled/bee")
    os.rmdir("labelled/ape")
    shutil.copy("cells/ape_0.png", "labelled/bee/mine.png")
    shutil.copy("cells/cat_0.png", folders / "labelled/cat/mine.png")
    os.rename("cells/bee_0.png", "cells/renamed.png")
    os.remove("cells/cat_2.png")
    disc(folders / "cells/zoo.png", COLOURS["cat"], np.random.default_rng(8))
    status, said, _ = bloodshot(*classify, "two", "--previous", "one")
    found = json.loads(Path("two/summary.json").read_text())["previous"]
    after = read_cells("two")["predicted"].rename({"renamed.png": "bee_0.png"})
    both = before.index.intersection(after.index)
    changed = before[both] != after[both]
    assert status == 0 and found["changed"] == changed.sum() > 0
    assert found["same"] == (~changed).sum()
    assert found["only_here"] == found["only_there"] == 1
    assert sum(row["cells"] for row in found["changes"]) == found["changed"]
    assert {row["from"] for row in found["changes"]} <= set(before)
    assert found["counts"] == before.value_counts().to_dict()
    assert f"{found['changed']} cells changed since one" in said
    assert "holds no summary.json" in bloodshot(*classify, "x", "--previous", "cells")[2]
    list_of_one = Path("one/cells.csv")
    lines = list_of_one.read_text(encoding="utf-8-sig").splitlines()
    changed = [lines[0], *(line[:-1] + ("0" if line[-1] != "0" else "1") for line in lines[1:])]
    list_of_one.write_text("\n".join(changed))
    other = facts_of(bloodshot(*classify, "three", "--previous", "one", "--json"))
    assert other["previous"] is None and "No cell of one is among these" in other["warnings"][0]


def test_whatever_is_left_out_is_listed(bloodshot, folders):
    (folders / "cells/bad.png").write_bytes(b"no")
    (folders / "cells/notes.txt").write_text("")
    (folders / "labelled/@eaDir/ape").mkdir(parents=True)
    Image.new("L", (40, 40)).save("labelled/ape/grey.png")
    ours = ["labelled/ape/grey.png", "labelled/@eaDir"]
    theirs = ["cells/bad.png", "cells/notes.txt"]
    for verb, files in (
        (("suggest", "cells", "-n", "2", "-o", "some"), theirs),
        (("suggest", "cells", "--random", "-n", "9", "-o", "random"), theirs),
        (("check", "labelled"), ours),
        (("classify", "labelled", "cells", "-o", "result"), ours + theirs),
    ):
        status, said, wrong = bloodshot(*verb, "--skip-unreadable")
        assert status == 0 and all(f"  {file}: " in said for file in files), (verb, wrong)
        facts = (*verb[:-1], "json") if "-o" in verb else verb
        left_out = facts_of(bloodshot(*facts, "--skip-unreadable", "--json"))["left_out"]
        assert sorted(left_out) == sorted(files)
        shutil.rmtree("json", ignore_errors=True)
    assert len(json.loads(Path("result/summary.json").read_text())["left_out"]) == 4


def test_a_class_that_vanishes_is_an_error(bloodshot, folders):
    for path in (folders / "labelled/bee").iterdir():
        path.write_bytes(path.read_bytes()[:60])
    for verb in (("check", "labelled"), ("classify", "labelled", "cells", "-o", "x")):
        status, _, wrong = bloodshot(*verb, "--skip-unreadable")
        assert status == 2 and "None of the 4 images of class bee can be used" in wrong


def test_one_image_in_two_classes_is_refused_or_listed(bloodshot, folders):
    shutil.copy("labelled/ape/P0_ape0.png", "labelled/bee/copy.png")
    for verb in (
        ("classify", "labelled", "cells", "-o", "x"),
        ("suggest", "cells", "-n", 2, "--labelled", "labelled", "-o", "x"),
        ("suggest", "cells", "-n", 2, "--labelled", "labelled", "--random", "-o", "x"),
    ):
        status, _, wrong = bloodshot(*verb)
        assert status == 2 and "ape/P0_ape0.png = bee/copy.png (ape, bee)" in wrong
    checked = facts_of(bloodshot("check", "labelled", "--json"))
    assert [row["cells"] for row in checked["classes"]] == [3, 4, 4]
    files = [row["file"] for row in checked["contradictions"]]
    assert files == ["ape/P0_ape0.png", "bee/copy.png"] and checked["duplicates"] == []
    assert "these are in several, and were left out" in bloodshot("check", "labelled")[1]


def test_images_that_are_all_one_are_refused_in_words(bloodshot, folders):
    for label in ("ape", "bee"):
        for number, kind in enumerate(("png", "bmp")):
            shutil.rmtree(f"labelled/{label}{number}", ignore_errors=True)
            path = folders / f"white/{label}/{number}.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40 + number, 40 + (label == "bee")), "white").save(path)
    status, _, wrong = bloodshot("classify", "white", "cells", "-o", "x")
    assert status == 2 and "All 4 labelled images show the same" in wrong


@pytest.mark.parametrize("inside", ["cells", "labelled/ape"])
def test_a_result_does_not_go_where_images_are_read(bloodshot, folders, inside):
    status, _, wrong = bloodshot("classify", "labelled", "cells", "-o", f"{inside}/result")
    assert status == 2 and "whose images are read" in wrong and not Path(inside, "result").exists()


def test_an_output_that_cannot_be_written_is_said_before_the_work(bloodshot, folders, monkeypatch):
    monkeypatch.setattr("bloodshot_lib.own_cells.verbs.list_cells", lambda *_: 1 / 0)
    Path("file").write_text("")
    for output in ("file/out", "x" * 250):
        status, _, wrong = bloodshot("suggest", "cells", "-o", output)
        assert (
            status == 2 and wrong.startswith("bloodshot suggest: -o ") and "ARTIFACTS" not in wrong
        )


def test_a_mixture_is_told_by_its_images(bloodshot, folders):
    rng = np.random.default_rng(6)
    for number in range(3):
        disc(folders / f"cells/large_{number}.png", COLOURS["ape"], rng, size=90)
        tinted = Image.open(folders / f"cells/bee_{number}.png")
        pixels = (np.asarray(tinted) * [0.7, 0.9, 1]).astype(np.uint8)
        Image.fromarray(pixels).save(folders / f"cells/bee_{number}.png")
    shutil.copy("cells/bee_0.png", "cells/other.png")
    summary = facts_of(bloodshot("classify", "labelled", "cells", "-o", "result", "--json"))
    assert summary["differs"] == {
        "size": [f"large_{n}.png" for n in range(3)],
        "colour": ["bee_0.png", "bee_1.png", "bee_2.png", "other.png"],
    }
    assert [text.split(",")[0] for text in summary["warnings"]] == [
        "1 of the 13 new images are identical to others",
        "3 of 13 new images differ in size from every labelled one",
        "4 of 13 new images differ in colour from every labelled one",
    ]
    differs = read_cells("result")["differs"].dropna()
    assert differs.value_counts().to_dict() == {"size": 3, "colour": 4}
    checked = facts_of(bloodshot("check", "labelled", "cells", "--json"))
    for fact in ("warnings", "expected"):
        assert checked[fact] == summary[fact], "check says what classify will"


def test_forget_removes_what_is_kept_and_nothing_else(bloodshot, folders):
    assert bloodshot("check", "labelled")[0] == 0
    kept = folders / "kept"
    ours = {path.name.split("-")[0] for path in kept.iterdir()}
    assert ours == {"images", "embeddings", "looks"}
    for name in ("images-of-my-holiday", "runs", "embeddings"):
        (kept / name).mkdir()
    (kept / ("images-9px-" + "0" * 16)).symlink_to(folders / "cells")
    facts = facts_of(bloodshot("forget", "--json"))
    assert facts["kept"] == 3 and facts["bytes"] > 1000
    left = sorted(path.name for path in kept.iterdir())
    assert left == ["embeddings", "images-9px-0000000000000000", "images-of-my-holiday", "runs"]
    assert len(list((folders / "cells").iterdir())) == 9
    assert "Nothing is kept" in bloodshot("forget")[1]
    shutil.rmtree(kept)
    assert bloodshot("classify", "labelled", "cells", "-o", "result", "--no-cache")[0] == 0
    assert not kept.exists() and "Nothing is kept" in bloodshot("forget")[1]


def test_names_that_a_terminal_or_unicode_lacks_lose_nothing(bloodshot, folders, monkeypatch):
    os.rename("labelled/cat", "labelled/größe")
    os.rename(b"cells/ape_0.png", b"cells/Zelle_\xe4.png")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", terminal)
        assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    assert rb"gr\xf6\xdfe" in terminal.buffer.getvalue()
    assert read_cells("result").index[0] == "Zelle_\\udce4.png"
    folder = os.fsdecode(b"cells\xff")
    os.rename("cells", folder)
    assert bloodshot("classify", "labelled", folder, "-o", "two")[0] == 0
    assert json.loads(Path("two/summary.json").read_text())["cells"] == "cells\\udcff"
