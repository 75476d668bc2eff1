import pytest

from bloodshot_lib import read_result
from experiments.rehearsal import extrapolate, work

COUNTS = {"train": 12_808, "val": 1_829, "test": 3_661, "pool": 3_527, "query": 1_867}


def test_work_is_that_of_the_paper_profile():
    tasks = work(COUNTS)
    assert tasks["decoding, TIFF"] == 18_298 and tasks["decoding, BMP"] == 2 * 5_394
    assert tasks["training, aam+consistency"] == 6 * 12_808
    assert tasks["embedding"] == 18 * 1_829 + 3 * 3_661 + 400 + 5 * 5_394


def test_consistency_takes_longest_and_the_rest_is_taken_over():
    seconds = {row["task"]: row["two_cores"] for row in extrapolate(COUNTS, other=321.4)}
    assert max(seconds, key=seconds.get) == "training, aam+consistency"
    assert seconds["all else"] == 321


@pytest.fixture(scope="module")
def rehearsal():
    return read_result("rehearsal.json")


def test_the_rehearsal_had_the_reports_cells(rehearsal):
    assert rehearsal["cells"] == COUNTS
    assert rehearsal["protocol"]["test cells"] == {
        "NGS": 1702,
        "NGB": 16,
        "LYT": 813,
        "MON": 334,
        "EOS": 99,
        "BAS": 20,
        "MYO": 631,
        "PMO": 12,
        "PMB": 4,
        "MYB": 10,
        "EBO": 20,
    }


def test_the_rehearsal_drew_the_reports_supports(rehearsal):
    assert rehearsal["protocol"]["first supports"] == {
        "all": [213, 1855, 1569, 1051, 1037, 2058, 206, 1671, 482, 225],
        "hem": [2991, 3499, 3228, 3257, 3207, 3285, 2976, 2541, 3345, 2905],
    }
