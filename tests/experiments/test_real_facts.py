"""The facts of chapter 1: counted anew in a small list, and in the real one where it lies."""

import pandas as pd
import pytest

from bloodshot_lib import read_result
from experiments import real_facts


def _list_of(folder, names):
    path = folder / "manifest.csv"
    rows = [f"training_data/{name}.bmp,{digest},9" for name, digest in names]
    path.write_text("\n".join(["path,sha256,bytes", *rows, "readme.txt,a,1"]))
    return path


def test_pairs_are_counted_by_the_people_whose_names_they_bear(tmp_path):
    names = [
        ("fold_0/hem/UID_h3_1_1_hem", "a"),
        ("fold_1/hem/UID_H4_1_1_hem", "a"),
        ("fold_0/hem/UID_H3_2_1_hem", "b"),
        ("fold_1/hem/UID_H4_2_1_hem", "b"),
        ("fold_2/all/UID_9_1_1_all", "c"),
    ]
    (pair,) = real_facts.identical_files(_list_of(tmp_path, names)).to_dict("records")
    assert pair == {
        "label": "hem",
        "subject": "H3",
        "fold": "fold_0",
        "other_subject": "H4",
        "other_fold": "fold_1",
        "pairs": 2,
    }


def test_three_of_a_kind_are_refused(tmp_path):
    names = [(f"fold_0/all/UID_{n}_1_1_all", "a") for n in range(3)]
    with pytest.raises(ValueError, match="more than twice"):
        real_facts.identical_files(_list_of(tmp_path, names))


def test_the_committed_facts_are_those_of_the_real_sets(shared):
    counted = real_facts.identical_files(shared / "cnmc2019_manifest.csv.gz")
    pd.testing.assert_frame_equal(
        counted.reset_index(drop=True), read_result("report/identical_files.csv")
    )
    measured = real_facts.colours(shared / "aml_lmu_sample", shared / "cnmc2019_sample")
    pd.testing.assert_frame_equal(
        measured.reset_index(drop=True), read_result("report/colours.csv"), atol=0.02
    )
