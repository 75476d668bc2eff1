import pytest

from bloodshot_lib.data.class_names import check_distinct, class_name, subject_names, writable
from bloodshot_lib.data.distinct_names import distinct_names

PERSIAN = "\u062a\u06a9\u200c\u0647\u0633\u062a\u0647"  # spelt with a joiner


@pytest.mark.parametrize("text", ["ape", "smudge cell", "Größe", PERSIAN, "nan-like", "0"])
def test_a_name_stays_as_it_is_but_for_spaces_at_its_ends(text):
    assert class_name(f" {text} ") == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "a/b", "a\\b", ".a", "a\tb", "a\xa0b", "\u200c", "\udcf6", "\u202ea", "é" * 101],
)
def test_a_name_that_is_no_folders_is_refused(text):
    with pytest.raises(ValueError, match=r"must also do for a folder: at most 200 bytes.*Choose"):
        class_name(text)


@pytest.mark.parametrize(
    "text, name",
    {"NA": "class NA", "nan": "class nan", "None": "class None", "N/A": "class NA"}.items(),
)
def test_a_name_that_means_nothing_elsewhere_is_told_apart(text, name):
    with pytest.warns(UserWarning, match="as 'no value'"):
        assert class_name(text) == name
    assert class_name(name) == name


@pytest.mark.parametrize(
    "other", ["Ape", "ape ", "a\u200cpe", "\uff41pe"], ids=["case", "space", "joiner", "width"]
)
def test_names_that_look_alike_are_refused(other):
    with pytest.raises(ValueError, match=r"\['ape', .*\] do not\. Merge or rename them"):
        check_distinct(["ape", "bee", other])
    check_distinct(["ape", "bee"])


def test_subjects_that_differ_only_in_case_or_spaces_are_one():
    with pytest.warns(UserWarning, match="taken for one: 'p01' = 'P01', 'p 02' = 'P  02'."):
        names = subject_names(["P01", "", "p01", "P01 ", "P  02", "p 02"])
    assert names == ["P01", "", *["P01"] * 2, *["P  02"] * 2]
    with pytest.warns(UserWarning, match="'subject NA'"):
        assert subject_names(["NA", "P1"]) == ["subject NA", "P1"]


def test_names_of_files_in_one_folder_are_their_own_and_never_meet():
    long = "x" * 251 + ".png"
    names = [*"S1.2.jpg S1_2.jpg s1.2.JPG P1/1.png P1_1.png a:b?.png".split(), long, "é" * 120]
    made = distinct_names(names)
    assert made[:2] == names[:2] and made[3] == "P1_1.png" and made[5] == "a_b_.png"
    assert made[2].startswith("s1.2~") and made[2].endswith(".JPG")
    assert made[6].startswith("xxx") and made[6].endswith(".png")
    assert max(len(name.encode()) for name in made) <= 190
    assert len({name.casefold() for name in made}) == len(names)
    assert distinct_names([long]) == [made[6]] and distinct_names([names[1]]) == [names[1]]


def test_bytes_that_are_no_text_become_escapes():
    assert writable("Zelle_\udce4.png") == "Zelle_\\udce4.png"
