import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import paper_supports
from bloodshot_lib.packaged.results import read_result
from bloodshot_lib.study.report_arithmetic import (
    expected_subjects,
    margin_handicap,
    solve_confusion,
    solve_table1,
    solve_table2,
)


def test_a_known_confusion_matrix_is_found_again():
    # 5 all and 3 hem: 3 and 2 hits
    solved = solve_confusion(0.625, 2 / 3, 4 / 7, 5, 3)
    assert solved == pytest.approx(
        {
            "sensitivity": 0.6,
            "specificity": 2 / 3,
            "balanced_accuracy": 19 / 30,
            "macro_f1": 13 / 21,
            "misfit": 0,
        }
    )


def test_table_1_solved():
    solved = solve_table1(read_result("report/table1.csv"))
    expected = {
        "softmax": (0.43, 0.44, 0.434),
        "aam": (0.765, 0.246, 0.505),
        "aam+consistency": (0.654, 0.589, 0.622),
    }
    for arm, (sensitivity, specificity, balanced) in expected.items():
        row = solved.loc[arm]
        last_digit = 0.005 if arm == "softmax" else 0.0005
        assert row["sensitivity"] == pytest.approx(sensitivity, abs=last_digit)
        assert row["specificity"] == pytest.approx(specificity, abs=last_digit)
        assert row["balanced_accuracy"] == pytest.approx(balanced, abs=0.0005)
        assert (
            row["balanced_low"]
            < row["balanced_accuracy"]
            < row["balanced_high"]
            < row["balanced_low"] + 0.01
        )
        assert abs(row["misfit"]) < 25
    assert solved.loc["aam+consistency", "macro_f1"] == pytest.approx(0.617, abs=0.0005)


def test_rounding_never_leads_out_of_the_range():
    table = pd.DataFrame(
        {
            "arm": ["a", "b"],
            "accuracy": [1.0, 0.5],
            "f1_all": [0.999, 0.0],
            "f1_hem": [0.9999, 0.0],
        }
    )
    solved = solve_table1(table)
    assert np.isfinite(solved.to_numpy()).all() and (solved["balanced_low"] >= 0).all()


def test_a_table_with_repeated_indices_is_solved_alike():
    table = read_result("report/table2.csv")
    assert solve_table2(table.set_index(np.zeros(len(table), int))) == solve_table2(table)


def test_table_2_solved():
    solved = solve_table2(read_result("report/table2.csv"))
    assert solved["cells"] == 3661 and solved["predicted_classes"] == 5
    expected = {
        "accuracy": 0.917,
        "weighted_f1": 0.906,
        "macro_f1": 0.397,
        "balanced_accuracy": 0.399,
    }
    assert {name: solved[name] for name in expected} == pytest.approx(expected, abs=0.0005)


def test_the_margin_costs_its_own_angle():
    row = margin_handicap([30], 28.6, 64.0).iloc[0]
    assert row["logit"] == pytest.approx(55.4256, abs=1e-4) and row[
        "with_margin"
    ] == pytest.approx(33.345, abs=1e-3)
    assert margin_handicap([row["needed"]], 28.6, 64.0)["with_margin"].item() == pytest.approx(
        row["logit"]
    )


def test_distinct_subjects_by_hand_and_by_the_papers_draws():
    assert expected_subjects([1, 1], 2) == 1.5
    assert expected_subjects([3, 1], 1) == 1
    subjects = read_result("report/fold_0_subjects.csv")
    counts = subjects[subjects["label"] == "hem"]["cells"]
    of_cell = pd.Series(range(len(counts))).repeat(counts).to_numpy()
    draws = paper_supports(["all"] + ["hem"] * len(of_cell), 10, 4000, rng=1)[:, 1] - 1
    seen = [len(set(of_cell[chosen])) for chosen in draws]
    assert sum(seen) / len(seen) == pytest.approx(expected_subjects(counts, 10), abs=0.06)


def test_the_subjects_of_fold_0_are_the_real_ones(shared):
    import gzip
    import re

    pattern = re.compile(r"training_data/fold_0/(all|hem)/UID_(H?\d+)_")
    with gzip.open(shared / "cnmc2019_manifest.csv.gz", "rt") as manifest:
        found = pd.DataFrame(
            [m.groups() for m in map(pattern.match, manifest) if m],
            columns=["label", "subject"],
        )
    counts = found.value_counts().to_dict()
    stored = (
        read_result("report/fold_0_subjects.csv")
        .set_index(["label", "subject"])["cells"]
        .to_dict()
    )
    assert {
        (label, str(subject)): cells for (label, subject), cells in stored.items()
    } == counts
