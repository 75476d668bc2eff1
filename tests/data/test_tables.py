import shutil

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import (
    cap_per_class,
    file_facts,
    file_names,
    identical_files,
    merge_subjects,
    read_image_folder,
    split_table,
)
from bloodshot_lib.data.contents import unique_files

# cells per class that the report keeps, and its three splits as an independent run gave them
CLASSES = "BAS EBO EOS LYT MON MYB MYO NGB NGS PMB PMO".split()
COUNTS = (79, 78, 424, 3937, 1789, 42, 3268, 109, 8484, 18, 70)
SPLITS = {
    "train": (53, 47, 274, 2715, 1283, 29, 2311, 86, 5944, 14, 52),
    "val": (6, 11, 51, 409, 172, 3, 326, 7, 838, 0, 6),
    "test": (20, 20, 99, 813, 334, 10, 631, 16, 1702, 4, 12),
}


def test_the_split_is_the_reports():
    table = pd.DataFrame({"label": np.repeat(CLASSES, COUNTS), "split": ""})
    table = split_table(table, {"train": 0.7, "val": 0.1, "test": 0.2}, rng=42)
    found = pd.crosstab(table["split"], table["label"])
    assert {split: tuple(row) for split, row in found[CLASSES].iterrows()} == SPLITS


def test_a_split_loses_nothing_and_mixes_the_classes(cells):
    table = read_image_folder(cells)
    split = split_table(table, {"a": 0.5, "b": 0.5}, rng=1)
    assert sorted(split["path"]) == sorted(table["path"])
    assert split["split"].tolist() == ["a"] * 3 + ["b"] * 3
    assert split["path"].tolist() != table["path"].tolist()
    pd.testing.assert_frame_equal(split, split_table(table, {"a": 0.5, "b": 0.5}, rng=1))


def test_an_empty_split_is_an_error(cells):
    with pytest.raises(ValueError, match="6 rows leave a split empty"):
        split_table(read_image_folder(cells), {"a": 0.9, "b": 0.05, "c": 0.05}, rng=1)


def test_a_cap_keeps_that_many_of_each_class_in_order(cells):
    table = read_image_folder(cells)
    capped = cap_per_class(table, 2, rng=3)
    assert capped["label"].tolist() == ["ape", "ape", "bee", "bee"]
    assert capped["path"].is_monotonic_increasing and set(capped["path"]) < set(table["path"])
    assert len(cap_per_class(table, 99, rng=3)) == 6


@pytest.fixture
def doubled(cells):
    """Two tables put together, as pd.concat leaves them: every index is there twice, and every
    file.
    """
    table = read_image_folder(cells, subject=r"^(d\d)_")
    return pd.concat([table, table.assign(subject=[f"e{n}" for n in range(6)])])


def test_a_cap_counts_rows_not_indices(doubled):
    capped = cap_per_class(doubled, 3, rng=0)
    assert capped["label"].value_counts().to_dict() == {"ape": 3, "bee": 3}
    pd.testing.assert_frame_equal(capped, cap_per_class(doubled.reset_index(drop=True), 3, rng=0))
    assert len(cap_per_class(doubled, 3, np.random.default_rng(0))) == 6
    assert len(cap_per_class(doubled[:0], 3, rng=0)) == 0


def test_repeated_indices_change_nothing(doubled):
    numbered = doubled.reset_index(drop=True)
    copies = identical_files(doubled)
    assert copies["group"].tolist() == [*range(6)] * 2
    assert identical_files(numbered)["group"].tolist() == [*range(6)] * 2
    assert (copies.index == doubled.index).all(), "the rows keep the index they came with"
    assert unique_files(doubled)["path"].tolist() == numbered["path"].tolist()[:6]
    for function in (merge_subjects, file_facts, file_names):
        assert (function(doubled).to_numpy() == function(numbered).to_numpy()).all()
    assert merge_subjects(doubled).tolist() == ["d0", "d1", "d2"] * 4
    assert file_names(doubled, 1).iloc[0] == "ape/d0_ape.png"
    halves = {"a": 0.5, "b": 0.5}
    pd.testing.assert_frame_equal(split_table(doubled, halves, 1), split_table(numbered, halves, 1))


def test_rows_without_a_label_do_not_vanish_under_a_cap(cells):
    table = read_image_folder(cells)
    table.loc[0, "label"] = None
    with pytest.raises(ValueError, match="1 of 6 `label` are missing"):
        cap_per_class(table, 2, rng=0)


def test_an_empty_table_has_no_copies_facts_or_names(cells):
    empty = read_image_folder(cells)[:0]
    assert len(identical_files(empty)) == len(file_facts(empty)) == len(file_names(empty)) == 0
    assert len(unique_files(empty)) == len(merge_subjects(empty)) == 0


def test_file_facts_come_from_the_headers(cells):
    facts = file_facts(read_image_folder(cells)).drop(columns="bytes")
    assert facts.to_numpy().tolist() == [["PNG", "RGB", 8, 8]] * 6


def test_identical_files_are_grouped(cells):
    assert len(identical_files(read_image_folder(cells))) == 0
    shutil.copy(cells / "ape/d0_ape.png", cells / "bee/d9_bee.png")
    copies = identical_files(read_image_folder(cells))
    assert copies["label"].tolist() == ["ape", "bee"]
    assert copies["group"].tolist() == [0, 0]


def test_subjects_that_share_a_file_become_one(cells):
    shutil.copy(cells / "ape/d0_ape.png", cells / "bee/d9_bee.png")
    shutil.copy(cells / "ape/d2_ape.png", cells / "bee/d9_also.png")
    merged = merge_subjects(read_image_folder(cells, subject=r"^(d\d)_"))
    assert merged.tolist() == ["d0", "d1", "d0", "d0", "d1", "d0", "d0", "d0"]
    assert merge_subjects(read_image_folder(cells)).tolist() == [""] * 8
