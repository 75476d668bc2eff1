"""The numbers of other papers that stand beside the report's: each with its source, in range."""

import pytest

from bloodshot_lib import read_result
from tests.conftest import PROJECT

BIBLIOGRAPHY = (PROJECT / "book/references.bib").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["matek2019", "others"])
def test_every_number_of_another_paper_has_a_source_and_an_entry(name):
    table = read_result(f"report/{name}.csv")
    assert (table["source"].str.len() > 10).all()
    assert all(f"{{{key}," in BIBLIOGRAPHY for key in table["reference"])
    numbers = table.select_dtypes("number")
    assert numbers.notna().all(axis=None) and numbers.stack().between(0, 1).all()


def test_the_data_sets_authors_are_compared_class_by_class():
    ours = set(read_result("report/table2.csv")["class"])
    theirs = read_result("report/matek2019.csv")["class"]
    assert theirs.is_unique and ours - set(theirs) == {"PMB"}, "the script leaves PMB out"
