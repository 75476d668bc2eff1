"""Chapter 6 works through the report's tables in its cells: its numbers, held to known ones."""

import gzip
import re

import nbformat
import pandas as pd
import pytest

from bloodshot_lib import paper_supports, read_result
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def chapter():
    """What the names of the chapter stand for after its last cell that draws nothing."""
    names = {}
    path = PROJECT / "notebooks/06_reading_the_report.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        drawn = "nbval-ignore-output" in cell.metadata.get("tags", [])
        if cell.cell_type == "code" and not drawn:
            exec(cell.source, names)
    return names


def test_table_1_solved(chapter):
    solved = chapter["solved"]
    expected = {
        "softmax": (0.43, 0.44, 0.434),
        "AAM-Softmax": (0.765, 0.246, 0.505),
        "AAM-Softmax, consistency": (0.654, 0.589, 0.622),
    }
    for arm, (sensitivity, specificity, balanced) in expected.items():
        row = solved.loc[arm]
        last_digit = 0.005 if arm == "softmax" else 0.0005
        assert row["sensitivity"] == pytest.approx(sensitivity, abs=last_digit)
        assert row["specificity"] == pytest.approx(specificity, abs=last_digit)
        assert row["balanced_accuracy"] == pytest.approx(balanced, abs=0.0005)
        low, high = (end[arm] for end in chapter["ends"])
        assert low < row["balanced_accuracy"] < high < low + 0.01
    assert chapter["off"] < 25
    macro_f1 = chapter["f1"].loc["AAM-Softmax, consistency"].mean()
    assert macro_f1 == pytest.approx(0.617, abs=0.0005)


def test_table_2_solved(chapter):
    assert chapter["n_tested"] == 3661 and (chapter["recall"] > 0).sum() == 5
    expected = {
        "accuracy": 0.917,
        "weighted F1": 0.906,
        "macro F1": 0.397,
        "balanced accuracy": 0.399,
    }
    found = chapter["by_cell"] | chapter["by_class"]
    assert found == pytest.approx(expected, abs=0.0005)


def test_distinct_subjects_by_the_papers_draws(chapter):
    counts = chapter["cells"]  # of the last label, hem
    of_cell = pd.Series(range(len(counts))).repeat(counts).to_numpy()
    draws = paper_supports(["all"] + ["hem"] * len(of_cell), 10, 4000, rng=1)[:, 1] - 1
    seen = [len(set(of_cell[chosen])) for chosen in draws]
    assert sum(seen) / len(seen) == pytest.approx(chapter["covered"], abs=0.06)


def test_the_subjects_of_fold_0_are_the_real_ones(shared):
    pattern = re.compile(r"training_data/fold_0/(all|hem)/UID_(H?\d+)_")
    with gzip.open(shared / "cnmc2019_manifest.csv.gz", "rt") as manifest:
        found = pd.DataFrame(
            [m.groups() for m in map(pattern.match, manifest) if m],
            columns=["label", "subject"],
        )
    counts = found.value_counts().to_dict()
    stored = read_result("report/fold_0_subjects.csv").set_index(["label", "subject"])["cells"]
    stored = {(label, str(subject)): cells for (label, subject), cells in stored.items()}
    assert stored == counts
