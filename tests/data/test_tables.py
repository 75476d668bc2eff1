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
from bloodshot_lib.data.tables import unique_files

# cells per class that the report keeps, in alphabetical order, and its three splits as an
# independent run gave them
COUNTS = {
    "BAS": 79,
    "EBO": 78,
    "EOS": 424,
    "LYT": 3937,
    "MON": 1789,
    "MYB": 42,
    "MYO": 3268,
    "NGB": 109,
    "NGS": 8484,
    "PMB": 18,
    "PMO": 70,
}
SPLITS = {
    "train": {
        "BAS": 53,
        "EBO": 47,
        "EOS": 274,
        "LYT": 2715,
        "MON": 1283,
        "MYB": 29,
        "MYO": 2311,
        "NGB": 86,
        "NGS": 5944,
        "PMB": 14,
        "PMO": 52,
    },
    "val": {
        "BAS": 6,
        "EBO": 11,
        "EOS": 51,
        "LYT": 409,
        "MON": 172,
        "MYB": 3,
        "MYO": 326,
        "NGB": 7,
        "NGS": 838,
        "PMO": 6,
    },
    "test": {
        "BAS": 20,
        "EBO": 20,
        "EOS": 99,
        "LYT": 813,
        "MON": 334,
        "MYB": 10,
        "MYO": 631,
        "NGB": 16,
        "NGS": 1702,
        "PMB": 4,
        "PMO": 12,
    },
}


def test_the_split_is_the_reports():
    labels = [label for label, count in COUNTS.items() for _ in range(count)]
    table = split_table(
        pd.DataFrame({"label": labels, "split": ""}),
        {"train": 0.7, "val": 0.1, "test": 0.2},
        rng=42,
    )
    for split, counts in SPLITS.items():
        assert table[table["split"] == split]["label"].value_counts().to_dict() == counts


def test_a_split_loses_nothing_and_mixes_the_classes(cells):
    table = read_image_folder(cells)
    split = split_table(table, {"a": 0.5, "b": 0.5}, rng=1)
    assert sorted(split["path"]) == sorted(table["path"])
    assert split["split"].tolist() == ["a"] * 3 + ["b"] * 3
    assert split["path"].tolist() != table["path"].tolist()
    pd.testing.assert_frame_equal(split, split_table(table, {"a": 0.5, "b": 0.5}, rng=1))


def test_impossible_splits_are_errors(cells):
    table = read_image_folder(cells)
    with pytest.raises(ValueError, match="sum to 1"):
        split_table(table, {"a": 0.5, "b": 0.4}, rng=1)
    with pytest.raises(ValueError, match="6 rows leave a split empty"):
        split_table(table, {"a": 0.9, "b": 0.05, "c": 0.05}, rng=1)


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
    pd.testing.assert_frame_equal(
        capped, cap_per_class(doubled.reset_index(drop=True), 3, rng=0)
    )
    assert len(cap_per_class(doubled, 3, np.random.default_rng(0))) == 6
    assert len(cap_per_class(doubled[:0], 3, rng=0)) == 0


def test_repeated_indices_change_nothing(doubled):
    numbered = doubled.reset_index(drop=True)
    copies = identical_files(doubled)
    assert (
        copies["group"].tolist()
        == identical_files(numbered)["group"].tolist()
        == [*range(6)] * 2
    )
    assert (
        copies.index.tolist() == doubled.index.tolist()
    ), "the rows keep the index they came with"
    assert unique_files(doubled)["path"].tolist() == numbered["path"].tolist()[:6]
    assert (
        merge_subjects(doubled).tolist()
        == merge_subjects(numbered).tolist()
        == ["d0", "d1", "d2"] * 4
    )
    assert file_facts(doubled).to_numpy().tolist() == file_facts(numbered).to_numpy().tolist()
    assert file_names(doubled).tolist() == file_names(numbered).tolist()
    assert file_names(doubled, 1).iloc[0] == "ape/d0_ape.png"
    halves = {"a": 0.5, "b": 0.5}
    pd.testing.assert_frame_equal(
        split_table(doubled, halves, 1), split_table(numbered, halves, 1)
    )


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
    facts = file_facts(read_image_folder(cells))
    assert facts[
        ["format", "mode", "width", "height"]
    ].drop_duplicates().to_numpy().tolist() == [["PNG", "RGB", 8, 8]]


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
