"""What the readers read. What they refuse is in `tests/bad_inputs`, but for what takes a copy of a
data set to show.
"""

import os
import shutil

import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import read_aml_lmu, read_cnmc2019, read_image_folder
from bloodshot_lib.data.image_listing import FIELD_SUFFIXES
from bloodshot_lib.data.readers.aml_lmu import AML_RARE
from bloodshot_lib.data.readers.image_folder import list_image_folder
from bloodshot_lib.synthetic.twin import SOURCE, TARGET


def _image(path, size=(4, 4)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size).save(path)


# any folder of class folders


def test_an_image_folder_becomes_a_table(cells):
    table = read_image_folder(cells, subject=r"^(d\d)_")
    assert list(table.columns) == ["path", "label", "subject", "split"]
    assert table["label"].tolist() == ["ape"] * 3 + ["bee"] * 3
    assert table["subject"].tolist() == ["d0", "d1", "d2"] * 2
    folders = table["path"].str.split("/").str[-2]
    assert (folders == table["label"]).all()


def test_a_file_that_is_no_image_is_left_out_with_a_warning(cells):
    (cells / "ape" / "notes.txt").write_text("x")
    (cells / "ape" / ".hidden").write_text("x")
    (cells / "ape" / "desktop.ini").write_text("x")
    (cells / "ape" / "boxes.csv").write_text("x")
    (cells / "later.heic").write_text("x")
    (cells / "@eaDir" / "ape").mkdir(parents=True)
    with pytest.warns(
        UserWarning, match=r"Left out: .*@eaDir \(a folder of the system\), "
    ) as said:
        assert len(read_image_folder(cells)) == 6
    (words,) = (str(each.message) for each in said)
    for name in ("later.heic", "notes.txt"):
        assert f"{name} (of a kind that is not read)" in words
    assert list(map(os.path.basename, list_image_folder(cells).left_out)) == [
        "@eaDir",
        "later.heic",
        "notes.txt",
    ]


def test_every_ordinary_suffix_is_read_and_others_if_pillow_can(cells, monkeypatch):
    for suffix in ("jfif", "jpe", "JPG", "avif", "heic"):
        (cells / f"ape/x.{suffix}").write_bytes(b"")
    known = Image.registered_extensions() | {".heic": "HEIF"}
    monkeypatch.setattr(Image, "registered_extensions", lambda: known)
    assert len(list_image_folder(cells).table) == 6 + 5
    del known[".heic"]
    assert list(list_image_folder(cells).left_out) == [str(cells / "ape/x.heic")]


def test_a_whole_slide_is_a_field_and_never_a_cell(tmp_path):
    _image(tmp_path / "ape/1.png")
    for name in ("2.svs", "3.NDPI"):
        (tmp_path / "ape" / name).write_bytes(b"")
    slides = [str(tmp_path / "ape/2.svs"), str(tmp_path / "ape/3.NDPI")]
    for labelled, root in {True: tmp_path, False: tmp_path / "ape"}.items():
        table, left_out = list_image_folder(root, labelled=labelled)
        assert len(table) == 1 and left_out == dict.fromkeys(slides, "of a kind that is not read")
    fields = list_image_folder(tmp_path / "ape", labelled=False, suffixes=FIELD_SUFFIXES)
    assert fields.table["path"].tolist()[1:] == slides and fields.left_out == {}


def test_folders_in_class_folders_are_patients(tmp_path):
    for name in ("ape/P1/1", "ape/P1/2", "ape/p1 /1", "ape/none/1", "bee/P1/1", "cow/d7_1"):
        _image(tmp_path / f"{name}.png")
    (tmp_path / "bee/empty").mkdir()
    with pytest.warns(UserWarning) as said:
        table, left_out = list_image_folder(tmp_path)
    assert table["subject"].tolist() == ["P1", "P1", "subject none", "P1", "P1", ""]
    assert table["label"].tolist() == ["ape"] * 4 + ["bee", "cow"]
    assert left_out == {str(tmp_path / "bee/empty"): "a folder without images"}
    assert [str(each.message)[:30] for each in said] == [
        "Other programs read 'none' as ",
        "Subjects that differ only in c",
    ]
    assert "'p1' = 'P1'." in str(said[1].message)


def test_a_pattern_says_whose_cells_they_are_whatever_folder_they_are_in(tmp_path):
    for name in ("ape/d1_1", "ape/slide/d2_1", "bee/slide/d1_2"):
        _image(tmp_path / f"{name}.png")
    assert read_image_folder(tmp_path, "^(d.)")["subject"].tolist() == ["d1", "d2", "d1"]


def test_patients_of_unlabelled_cells(tmp_path):
    for name in ("P1/1", "P2/1"):
        _image(tmp_path / f"{name}.png")
    table = read_image_folder(tmp_path, labelled=False)
    assert table["subject"].tolist() == ["P1", "P2"] and table["label"].isna().all()


@pytest.mark.parametrize("left", ["contact_sheet.html", "summary.json"])
def test_a_result_among_the_cells_is_no_patient(tmp_path, left):
    _image(tmp_path / "1.png"), _image(tmp_path / "to_label/1.png")
    (tmp_path / "to_label" / left).write_text("")
    with pytest.raises(ValueError, match=r"to_label was made by this program: move it out"):
        read_image_folder(tmp_path, labelled=False)
    assert len(read_image_folder(tmp_path / "to_label", labelled=False)) == 1


def test_a_class_that_other_programs_read_as_nothing_gets_a_name(tmp_path):
    for name in ("NA", "bee"):
        _image(tmp_path / name / "1.png")
    with pytest.warns(UserWarning, match="read 'NA' as 'no value', so it is called 'class NA'"):
        assert read_image_folder(tmp_path)["label"].tolist() == ["class NA", "bee"]
    _image(tmp_path / "class NA" / "1.png")
    with (
        pytest.warns(UserWarning),
        pytest.raises(ValueError, match=r"must differ by more than .*\['class NA', 'class NA'\]"),
    ):
        read_image_folder(tmp_path)


def test_what_unzipping_leaves_is_no_class_and_no_level(cells):
    expected = read_image_folder(cells)["path"].tolist()
    for folder in (cells, cells / "ape"):
        _image(folder / "__MACOSX" / "ape" / "._d0_ape.png")
        (folder / "Thumbs.db").write_text("x")
    assert read_image_folder(cells)["path"].tolist() == expected
    assert len(read_image_folder(cells / "ape", labelled=False)) == 3


def test_a_folder_that_may_not_be_listed_is_never_left_out(tmp_path, monkeypatch):
    _cnmc(tmp_path)
    scandir = os.scandir

    def refuse(path="."):
        if str(path).endswith("fold_0"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError, match=r"fold_0 may not be read \(permission denied\)"):
        read_cnmc2019(tmp_path)


# AML-Cytomorphology_LMU


def test_aml_labels_come_from_names_and_rare_classes_are_an_option(twin):
    kept, everything = read_aml_lmu(twin / SOURCE), read_aml_lmu(twin / SOURCE, drop=())
    assert set(kept["label"]) == set("BAS EBO EOS LYT MON MYB MYO NGB NGS PMB PMO".split())
    assert set(everything["label"]) - set(kept["label"]) == set(AML_RARE)
    names = everything["path"].str.split("/").str[-1]
    assert (names.str.split("_").str[0] == everything["label"]).all()


def test_aml_accepts_doubled_suffixes_and_refuses_strangers(tmp_path):
    _image(tmp_path / "BAS" / "BAS_0001.tiff.tiff")
    assert read_aml_lmu(tmp_path)["label"].tolist() == ["BAS"]
    _image(tmp_path / "XYZ" / "XYZ_1.tiff")
    with pytest.raises(ValueError, match=r"XYZ is not a class of AML.* holds BAS, EBO"):
        read_aml_lmu(tmp_path)


def test_aml_roots_a_level_off_are_errors(twin):
    with pytest.raises(ValueError, match=r"is not a class of AML.* Pass the folder that holds BAS"):
        read_aml_lmu(twin)
    with pytest.raises(ValueError, match="If BAS is one class of several, pass"):
        read_aml_lmu(twin / SOURCE / "BAS")


# C-NMC 2019


def _cnmc(
    root, training="C-NMC_training_data", prelim="C-NMC_test_prelim_phase_data", csv_beside=True
):
    """A complete C-NMC 2019 of one image per part, in the archive's names or others."""
    for fold, normal in enumerate(("H1", "h2", "h3")):
        _image(root / training / f"fold_{fold}/all/UID_{fold + 1}_1_1_all.bmp")
        _image(root / training / f"fold_{fold}/hem/UID_{normal}_1_1_hem.bmp")
    for name in ("1.bmp", "2.bmp"):
        _image(root / prelim / name)
    folder = root / prelim if csv_beside else (root / prelim).parent
    csv = folder / "C-NMC_test_prelim_phase_data_labels.csv"
    csv.write_text(
        "Patient_ID,new_names,labels\nUID_53_4_8_all.bmp,1.bmp,1\nUID_H40_1_1_hem.bmp,2.bmp,0\n"
    )
    return csv


KAGGLE = {
    "training": "training_data",
    "prelim": "validation_data/C-NMC_test_prelim_phase_data",
    "csv_beside": False,
}
NESTED = {"training": "C-NMC_training_data/C-NMC_training_data"}


@pytest.mark.parametrize("names", [{}, KAGGLE, NESTED], ids=["archive", "kaggle", "nested"])
def test_cnmc_is_read_in_every_layout(tmp_path, names):
    _cnmc(tmp_path, **names)
    _image(tmp_path / "testing_data/C-NMC_test_final_phase_data/1.bmp")
    table = read_cnmc2019(tmp_path)
    twos = [split for split in ("fold_0", "fold_1", "fold_2", "prelim") for _ in range(2)]
    assert table["split"].tolist() == [*twos, "final"]
    assert table["label"].tolist()[:-1] == ["all", "hem"] * 4
    assert table["subject"].tolist() == ["1", "H1", "2", "H2", "3", "H3", "53", "H40", ""]
    assert pd.isna(table["label"].iloc[-1])


def test_cnmc_without_its_prelim_images_is_read_if_asked_for(tmp_path):
    _cnmc(tmp_path)
    folds = tmp_path / "C-NMC_training_data"
    with pytest.raises(FileNotFoundError, match="no images of prelim below"):
        read_cnmc2019(folds)
    assert set(read_cnmc2019(folds, prelim=False)["split"]) == {"fold_0", "fold_1", "fold_2"}


def test_cnmc_two_copies_are_an_error(tmp_path):
    _cnmc(tmp_path)
    _cnmc(tmp_path, **KAGGLE)
    with pytest.raises(ValueError, match=r"fold_0/all is there twice: remove .* or "):
        read_cnmc2019(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1.bmp,1", "1.bmp,2", "`labels of 1.bmp` must be one of 1, 0, but was '2'"),
        ("1.bmp,1", "9.bmp,1", "each image once, but 2 do not fit, first 1.bmp"),
        ("UID_H40_1_1_hem.bmp,2.bmp,0\n", "", "once, but 1 do not fit, first 2.bmp"),
        ("2.bmp,0", "1.bmp,0", "once, but 2 do not fit, first 1.bmp"),
        ("_53_4_8_all", "_53_4_8_hem", "UID_<subject>.*_all.bmp, but one was UID_53_4_8_hem"),
    ],
)
def test_a_csv_that_does_not_fit_is_an_error(tmp_path, old, new, message):
    csv = _cnmc(tmp_path)
    csv.write_text(csv.read_text().replace(old, new))
    with pytest.raises(ValueError, match=message):
        read_cnmc2019(tmp_path)


def test_cnmc_from_a_mac_is_read_as_it_is(tmp_path):
    csv = _cnmc(tmp_path)
    expected = read_cnmc2019(tmp_path)["path"].tolist()
    shutil.copytree(tmp_path / "C-NMC_training_data", tmp_path / "__MACOSX/C-NMC_training_data")
    csv.with_name("._" + csv.name).write_bytes(b"\0\5\x16\7")
    assert read_cnmc2019(tmp_path)["path"].tolist() == expected


def test_the_twin_reads_like_the_real_target(twin):
    table = read_cnmc2019(twin / TARGET)
    labelled = table[table["split"] != "final"]
    assert set(table["split"]) == {"fold_0", "fold_1", "fold_2", "prelim", "final"}
    assert labelled["label"].isin(["all", "hem"]).all()
    assert (labelled["subject"].str.startswith("H") == (labelled["label"] == "hem")).all()
