"""Bad inputs: folders, tables, files, images, and the report's numbers."""

import os
import re
import shutil
from unittest.mock import patch

import numpy as np
import pandas as pd

import bloodshot_lib as bs
from tests.bad_inputs import Bad

NFD = "Gro\u0308\u00dfe"  # the same letters as Größe, stored as macOS stores them
HEAD = "Patient_ID,new_names,labels\n"
CSV = "C-NMC_test_prelim_phase_data_labels.csv"


def _tree(kit, *files):
    """A new folder with copies of a cell under these names; one that ends in / is a folder."""
    root = kit.path("tree")
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else shutil.copy(kit.table["path"][0], path)
    return root


def _classes(kit, *more):
    return _tree(kit, "ape/1.png", "bee/1.png", *more)


def _cnmc(kit, *more, csv=HEAD + "UID_5_4_8_all.bmp,1.bmp,1\n"):
    """A small C-NMC 2019 of one fold."""
    root = _tree(kit, "train/fold_0/all/UID_1_1_1_all.bmp", "train/fold_0/hem/UID_H2_1_1_hem.bmp",
                 "prelim/1.bmp", *more)
    if csv is not None:
        (root / "prelim" / CSV).write_bytes(csv if isinstance(csv, bytes) else csv.encode())
    return root


def _link(kit):
    root = _classes(kit)
    (root / "bee/gone.png").symlink_to(root / "nothing.png")
    return root


def _pipe(kit):
    root = _classes(kit)
    os.mkfifo(root / "ape/stream.png")
    return root


def _denied(call, name="os.listdir"):
    """Call as a user without rights; the tests may run as root, who has them all."""
    real = {"os.listdir": os.listdir, "os.stat": os.stat}[name]

    def refuse(path=".", *rest, **options):
        if "locked" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *rest, **options)

    with patch(name, refuse):
        return call()


def _with(kit, **columns):
    """The kit's table with other columns."""
    return kit.table.assign(**columns)


def _paths(kit, value, row=3):
    """The kit's table with another path in one row."""
    paths = kit.table["path"].astype(object)
    paths[row] = value
    return kit.table.assign(path=paths)


def _gone(kit):
    return _paths(kit, str(kit.folder / "gone.png"))


def _no_image(kit):
    path = kit.path("text") / "note.png"
    path.write_text("no image")
    return _paths(kit, str(path))


def _fifo(kit):
    path = kit.path("fifo") / "stream.png"
    os.mkfifo(path)
    return _paths(kit, str(path))


def _file(kit):
    path = kit.path("taken") / "file"
    path.write_text("x")
    return path


def _table1(**columns):
    good = {"arm": ["a", "b"], "accuracy": [0.6, 0.6], "f1_all": [0.6, 0.7], "f1_hem": [0.4, 0.5]}
    return pd.DataFrame(good | columns)


def _table2(**columns):
    return pd.DataFrame({"recall": [0.5, 0.0], "precision": [0.5, 0.0], "cells": [8, 2]} | columns)


def _solve(**numbers):
    good = {"accuracy": 0.6, "f1_positive": 0.7, "f1_negative": 0.5, "n_positive": 6,
            "n_negative": 4}
    return bs.solve_confusion(**(good | numbers))


DENIED = r"may not be read \(permission denied\)"
LABELS = [
    Bad("read_image_folder", lambda kit: bs.read_image_folder(None),
        r"`root` is a folder's path; got None"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(5),
        r"`root` is a folder's path; got 5"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(""),
        r"`root` is a folder's path; got ''"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder([kit.cells]),
        r"`root` is a folder's path; got \["),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.folder / "no"),
        r"no folder .*no\. It should hold one sub-folder per class: check", FileNotFoundError),
    Bad("read_image_folder", lambda kit: bs.read_image_folder("~nobody-here/x"),
        r"no folder ~nobody",
        FileNotFoundError),
    Bad("read_image_folder", lambda kit: bs.read_image_folder("a\0b"),
        r"no folder a", FileNotFoundError),
    Bad("read_image_folder", lambda kit: bs.read_image_folder("x" * 5000), r"no folder xxx",
        FileNotFoundError),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.table["path"][0]),
        r"is a file, not a folder: pass the folder that holds one sub-folder", NotADirectoryError),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_tree(kit)),
        r"is empty: it needs one"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_classes(kit, "cow/")),
        r"cow holds no .*\.png .*image: fill or remove"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells.parent / "cells/ape"),
        r"one level too low\. Pass .*cells, or labelled=False"),
    Bad("read_image_folder",
        lambda kit: bs.read_image_folder(_tree(kit, "up/ape/1.png", "__MACOSX/up/x")),
        r"one level too high\. Pass .*/up,"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_classes(kit, "ape/more/1.png")),
        r"ape should hold only images; got 1 sub-folders \(more\), whose cells would be left out"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_classes(kit, "bee /1.png")),
        r"differ only in case, in spaces .*: \['bee', 'bee '\]\. Merge or rename"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_classes(kit, "Bee/1.png")),
        r"differ only in case.*: \['Bee', 'bee'\]"),
    Bad("read_image_folder",
        lambda kit: bs.read_image_folder(_classes(kit, "a  b/1.png", "a b/1.png")),
        r"differ only in .*spaces.*: \['a  b', 'a b'\]"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_classes(kit, NFD + "/1", "Größe/1")),
        r"how accents are stored: \['Gro\\u0308\\xdfe', 'Gr\\xf6\\xdfe'\]"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_classes(kit, "c\nd/1.png")),
        r"a character that cannot be seen or typed, 'c\\nd': rename it"),
    Bad("read_image_folder",
        lambda kit: bs.read_image_folder(_classes(kit, os.fsdecode(b"Gr\xf6") + "/1.png")),
        r"a character that cannot be seen or typed, 'Gr\\udcf6': rename it"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_link(kit)),
        r"bee holds 1 broken symbolic link, first gone\.png: fix or remove it"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_pipe(kit)),
        r"stream\.png is not a regular file but a pipe, socket or device: remove it"),
    Bad("read_image_folder",
        lambda kit: _denied(lambda: bs.read_image_folder(_classes(kit, "locked/1.png"))),
        rf"locked {DENIED}", PermissionError),
    Bad("read_image_folder",
        lambda kit: _denied(lambda: bs.read_image_folder(_classes(kit, "bee/locked.1")), "os.stat"),
        rf"locked\.1 {DENIED}", PermissionError),
    Bad("read_image_folder", lambda kit: _denied(lambda: bs.read_image_folder("locked"), "os.stat"),
        rf"locked {DENIED}", PermissionError),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, r"^d\d"),
        r"pattern '\^d\\\\d' has no group: put round brackets"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, "(d"),
        r"'\(d' is not: missing \)"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, r"(x)?d"),
        r"first group of the subject pattern '\(x\)\?d' is empty for the file name d0_ape\.png"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, r"(\d*)"),
        r"first group .* is empty for the file name d0_ape"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, "(z)"),
        r"does not match the file name d0_ape\.png: fix the pattern"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, ""), r"has no group"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, 3),
        r"regular expression .*; got 3"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, re.compile(b"(d)")),
        r"`subject` is a regular expression with a group"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, labelled="no"),
        r"`labelled` is True or False; got 'no'"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, labelled=None),
        r"`labelled` is True or False; got None"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(kit.cells, labelled=False),
        r"got 2 sub-folders \(ape, bee\), whose cells would be left out\. Move .*pd\.concat"),
    Bad("read_image_folder",
        lambda kit: bs.read_image_folder(_tree(kit, "1.png", "p7/2.png"), labelled=False),
        r"got 1 sub-folders \(p7\), whose cells would be left out"),
    Bad("read_image_folder", lambda kit: bs.read_image_folder(_tree(kit, "a.txt"), labelled=False),
        r"holds no .*\.png .*image"),
]
REAL_SETS = [
    Bad("read_bccd", lambda kit: bs.read_bccd(None), r"`root` is a folder's path; got None"),
    Bad("read_bccd", lambda kit: bs.read_bccd(kit.cells), r"has no index\.csv", FileNotFoundError),
    Bad("read_bccd", lambda kit: bs.read_bccd(kit.cells, strict="yes"), r"`strict` is"),
    Bad("run_laboratory", lambda kit: bs.run_laboratory("bccd"), r"comes from load_profile"),
    Bad("run_laboratory", lambda kit: bs.run_laboratory(bs.load_profile("demo")),
        r"'demo' names no `embedder`.*run_arms"),
    Bad("load_embeddings", lambda kit: bs.load_embeddings("bcdc"), r"`name` is.*bccd"),
    Bad("load_embeddings", lambda kit: bs.load_embeddings(None), r"`name` is"),
    Bad("load_embeddings", lambda kit: bs.load_embeddings("bccd", "best"), r"`arm` is.*released"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(None), r"`root` is a folder's path; got None"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.folder / "no"), r"class folders BAS, EBO",
        FileNotFoundError),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(_file(kit)), r"is a file, not a folder",
        NotADirectoryError),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.cells),
        r"ape is not a class of AML.*Known: BAS"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.cells, drop="KSC"),
        r"`drop` is a list of class names; got 'KSC'\. Write one class as \(\"KSC\",\)"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.cells, drop=None),
        r"`drop` is a list .*; got None"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.cells, drop=4),
        r"`drop` is a list .*; got 4"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.cells, drop=["KCS"]),
        r"got \['KCS'\], known"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(kit.cells, drop=[["KSC"]]),
        r"got \[\['KSC'\]\]"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(_tree(kit, "BAS/EBO_1.tiff")),
        r"EBO_1\.tiff is in the folder BAS, but its name says class EBO"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(_tree(kit, "KSC/KSC_1.tiff")),
        r"holds only dropped classes"),
    Bad("read_aml_lmu", lambda kit: bs.read_aml_lmu(_tree(kit, "BAS/BAS_1.png")),
        r"holds no \.tiff image"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(""), r"`root` is a folder's path; got ''"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(kit.folder / "no"), r"C-NMC_training_data",
        FileNotFoundError),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit) / "prelim/1.bmp"),
        r"is a file, not a",
        NotADirectoryError),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit), prelim="no"),
        r"`prelim` is True or False; got 'no'"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(kit.cells),
        r"no fold_<n>/all and fold_<n>/hem below",
        FileNotFoundError),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit) / "train/fold_0"),
        r"one level too low"),
    Bad("read_cnmc2019",
        lambda kit: bs.read_cnmc2019(_cnmc(kit, "train/fold_1/all/UID_3_1_1_all.bmp")),
        r"fold_1/hem is missing below .* every part is unpacked", FileNotFoundError),
    Bad("read_cnmc2019",
        lambda kit: bs.read_cnmc2019(_cnmc(kit, "train/fold_0/all/more/UID_1_1_2_all.bmp")),
        r"got 1 sub-folders \(more\), whose cells would be left out"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit, "train/fold_0/all/x.bmp")),
        r"got x\.bmp"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit, "a/final/1.bmp", "b/final/1.bmp")),
        r"the final images found twice .* Remove one copy"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit, csv=None)),
        r"labels of .* are missing",
        FileNotFoundError),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit, csv="")),
        r"is not a comma-separated table in UTF-8 \(No columns"),
    Bad("read_cnmc2019",
        lambda kit: bs.read_cnmc2019(_cnmc(kit, csv=HEAD.encode() + b"\xff\xfe")),
        r"is not a comma-separated table in UTF-8"),
    Bad("read_cnmc2019", lambda kit: bs.read_cnmc2019(_cnmc(kit, csv="a,b\n1,2\n1,2,3\n")),
        r"is not a comma-separated table in"),
    Bad("read_cnmc2019",
        lambda kit: bs.read_cnmc2019(_cnmc(kit, csv="Patient_ID;new_names;labels\n1;2;3\n")),
        r"needs the columns Patient_ID, new_names, labels; .* missing"),
    Bad("read_cnmc2019",
        lambda kit: bs.read_cnmc2019(_cnmc(kit, csv=HEAD + ",1.bmp,1\n")),
        r"has 1 rows with an empty field, first row 1"),
    Bad("read_cnmc2019",
        lambda kit: bs.read_cnmc2019(_cnmc(kit, csv=HEAD + "UID_5_4_8_all.bmp,1.bmp,yes\n")),
        r"1 \(all\) or 0 \(hem\); got 'yes'"),
]
IMAGES = [
    Bad("load_images", lambda kit: bs.load_images(kit.table["path"].tolist(), 32),
        r"is a table .* got list"),
    Bad("load_images", lambda kit: bs.load_images(kit.table["path"], 32),
        r"is a table .* got a Series"),
    Bad("load_images", lambda kit: bs.load_images(kit.cells, 32),
        r"is a table \(pandas DataFrame\)"),
    Bad("load_images", lambda kit: bs.load_images(None, 32), r"is a table .* got NoneType None"),
    Bad("load_images", lambda kit: bs.load_images(kit.table.drop(columns="path"), 32),
        r"needs the columns path; path missing, got label, subject, split"),
    Bad("load_images", lambda kit: bs.load_images(kit.table[:0], 32),
        r"at least 1 row; got 0: check the split"),
    Bad("load_images", lambda kit: bs.load_images(_paths(kit, None), 32),
        r"every row .*; row 3 has None"),
    Bad("load_images", lambda kit: bs.load_images(_paths(kit, np.nan), 32),
        r"every row .*; row 3 has nan"),
    Bad("load_images", lambda kit: bs.load_images(_paths(kit, 0), 32),
        r"every row .*; row 3 has 0"),
    Bad("load_images", lambda kit: bs.load_images(_paths(kit, " "), 32),
        r"every row .*; row 3 has ' '"),
    Bad("load_images", lambda kit: bs.load_images(_paths(kit, "a\0b"), 32),
        r"not on disk", FileNotFoundError),
    Bad("load_images", lambda kit: bs.load_images(_gone(kit), 32),
        r"gone\.png is in the table but not on disk: read the table again", FileNotFoundError),
    Bad("load_images", lambda kit: bs.load_images(_paths(kit, str(kit.cells)), 32),
        r"cells is a folder, not a regular file: drop its row"),
    Bad("load_images", lambda kit: bs.load_images(_fifo(kit), 32),
        r"stream\.png is a pipe, socket or device"),
    Bad("load_images", lambda kit: bs.load_images(_no_image(kit), 32),
        r"1 of 12 .*\n.*note\.png: not a whole"),
    Bad("load_images",
        lambda kit: _denied(lambda: bs.load_images(_paths(kit, "/locked/1.png"), 32), "os.stat"),
        rf"/locked/1\.png {DENIED}", PermissionError),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 2.5),
        r"`size` is a whole number.*; got 2\.5"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32.0),
        r"`size` is a whole number.*; got 32\.0"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, -1),
        r"`size` is a whole number, 1 to 16384; got -1"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 0),
        r"`size` is a whole number, 1 to 16384; got 0"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 10**9), r"1 to 16384; got 1000000000"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, True),
        r"`size` is a whole number.*; got True"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, "32"),
        r"`size` is a whole number.*; got '32'"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, (32, 32)),
        r"`size` is a whole number.*\(32, 32\)"),
    Bad("load_images", lambda kit: bs.load_images(pd.concat([kit.table] * 20_000), 16384),
        r"240000 images of 16384 px need \d+ GB, more than the memory's .* pass `cache_dir`"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32, _file(kit)),
        r"`cache_dir` is a folder; .*file is a file", NotADirectoryError),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32, _file(kit) / "deeper/cache"),
        r"`cache_dir` is a folder; .*file is a file", NotADirectoryError),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32, ""),
        r"`cache_dir` is a folder's path; got ''"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32, 7),
        r"`cache_dir` is a folder's path; got 7"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32, True),
        r"`cache_dir` is a folder's path; got True"),
    Bad("load_images", lambda kit: bs.load_images(kit.table, 32, progress="no"),
        r"`progress` is True or False"),
    Bad("colour_facts", lambda kit: bs.colour_facts(None),
        r"`images` are uint8 of shape .* got NoneType"),
    Bad("colour_facts", lambda kit: bs.colour_facts(list(kit.images)),
        r"`images` are uint8 .* got list"),
    Bad("colour_facts", lambda kit: bs.colour_facts(kit.images[0]),
        r"of shape .* got uint8 \(32, 32, 3\)"),
    Bad("colour_facts", lambda kit: bs.colour_facts(kit.images / 255),
        r"got float64 \(12, 32, 32, 3\)"),
    Bad("colour_facts", lambda kit: bs.colour_facts(kit.images[..., 0]),
        r"got uint8 \(12, 32, 32\)"),
    Bad("colour_facts", lambda kit: bs.colour_facts(kit.images[:, :, :, :2]),
        r"got uint8 \(12, 32, 32, 2\)"),
    Bad("colour_facts", lambda kit: bs.colour_facts(kit.images[:, :9]),
        r"got uint8 \(12, 9, 32, 3\)"),
    Bad("colour_facts", lambda kit: bs.colour_facts(kit.table),
        r"`images` are uint8 .* got a DataFrame"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images, "night"),
        r"`shift` is one of stain, .*'night'"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images, "whitepoint"),
        r"Did you mean 'white point'"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images, None),
        r"`shift` is one of .* got None"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images, ["blur"]),
        r"`shift` is one of .*'blur'"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images[0], "blur"),
        r"got uint8 \(32, 32, 3\)"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images / 255, "blur"),
        r"`images` are uint8 .* float64"),
    Bad("shift_images", lambda kit: bs.shift_images(None, "blur"),
        r"`images` are uint8 .* got NoneType None"),
    Bad("shift_images", lambda kit: bs.shift_images([[1]], "blur"),
        r"`images` are uint8 .* got list"),
    Bad("shift_images", lambda kit: bs.shift_images(kit.images[:, :0, :0], "blur"),
        r"got uint8 \(12, 0, 0, 3\)"),
]
TABLES = [
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, -1, 0),
        r"`cap` .*at least 1; got -1"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, 0, 0),
        r"`cap` .*at least 1; got 0"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, 0.5, 0),
        r"`cap` is a whole number.*got 0\.5"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, np.nan, 0),
        r"`cap` is a whole .*got nan"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, "3", 0),
        r"`cap` is a whole .*got '3'"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, None, 0),
        r"`cap` is a whole .*got None"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, 3, None),
        r"`rng` is a whole .*got None"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, 3, -1),
        r"`rng` is a whole .*got -1"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, 3, 2**40),
        r"`rng` .*0 to 4294967295; got"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table, 3, "seed"),
        r"`rng` is .*got 'seed'"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.labels, 3, 0), r"`table` is a table"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(kit.table[["path"]], 3, 0),
        r"label missing, got path"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(_with(kit, label=None), 3, 0),
        r"12 of 12 `label` are missing: leave those rows out first"),
    Bad("cap_per_class", lambda kit: bs.cap_per_class(_with(kit, label=["a", np.nan] * 6), 3, 0),
        r"6 of 12 `label` are missing"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 1.5, "b": -0.5}, 0),
        r"`fractions\['a'\]` is at most 1; got 1\.5"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 0.5, "b": np.nan}, 0),
        r"\['b'\].*got nan"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": "0.5", "b": 0.5}, 0),
        r"\['a'\].*got '0\.5'"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 1.0, "b": 0}, 0),
        r"\['b'\].*above 0.*got 0"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": True}, 0), r"\['a'\].*got True"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {}, 0),
        r"maps the name of each split .*got \{\}"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, [0.5, 0.5], 0),
        r"maps the name .*got \[0\.5"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, None, 0),
        r"maps the name of each .*got None"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {1: 1.0}, 0),
        r"name of a split is text; got 1"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"": 1.0}, 0),
        r"name of a split is text; got ''"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 0.5}, 0),
        r"shares of a split sum to 1"),
    Bad("split_table", lambda kit: bs.split_table(kit.table[:1], {"a": 0.5, "b": 0.5}, 0),
        r"1 rows leave a split empty: \{'a': 0, 'b': 1\}"),
    Bad("split_table", lambda kit: bs.split_table(kit.table[:0], {"a": 1.0}, 0),
        r"0 rows leave a split empty"),
    Bad("split_table", lambda kit: bs.split_table(kit.labels, {"a": 1.0}, 0),
        r"`table` is a table"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 1.0}, None),
        r"`rng` is a whole .*got None"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 1.0}, 1.5),
        r"`rng` is a whole .*got 1\.5"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 1.0}, -1),
        r"`rng` is a whole .*got -1"),
    Bad("split_table", lambda kit: bs.split_table(kit.table, {"a": 1.0}, 2**70),
        r"`rng` is a whole number, 0 to"),
    Bad("file_names", lambda kit: bs.file_names(kit.table["path"]),
        r"`table` is a table .* got a Series"),
    Bad("file_names", lambda kit: bs.file_names(kit.table[["label"]]), r"path missing, got label"),
    Bad("file_names", lambda kit: bs.file_names(_paths(kit, None)),
        r"row 3 has None: drop such rows"),
    Bad("file_names", lambda kit: bs.file_names(_paths(kit, 1.5)), r"row 3 has 1\.5"),
    Bad("file_names", lambda kit: bs.file_names(kit.table, -1), r"`folders` .*at least 0; got -1"),
    Bad("file_names", lambda kit: bs.file_names(kit.table, 1.0),
        r"`folders` is a whole number.*got 1\.0"),
    Bad("file_names", lambda kit: bs.file_names(kit.table, None),
        r"`folders` is a whole number.*got None"),
    Bad("file_facts", lambda kit: bs.file_facts(list(kit.table["path"])),
        r"`table` is a table .* got list"),
    Bad("file_facts", lambda kit: bs.file_facts(kit.table[["label"]]), r"path missing, got label"),
    Bad("file_facts", lambda kit: bs.file_facts(_paths(kit, np.nan)), r"row 3 has nan"),
    Bad("file_facts", lambda kit: bs.file_facts(_gone(kit)),
        r"gone\.png is in the table but not on disk",
        FileNotFoundError),
    Bad("file_facts", lambda kit: bs.file_facts(_no_image(kit)),
        r"note\.png is not an image file .*replace it"),
    Bad("file_facts", lambda kit: bs.file_facts(_paths(kit, str(kit.cells))),
        r"cells is a folder, not a regular"),
    Bad("file_facts", lambda kit: bs.file_facts(_fifo(kit)), r"is a pipe, socket or device"),
    Bad("file_facts",
        lambda kit: _denied(lambda: bs.file_facts(_paths(kit, "/locked/1.png")), "os.stat"),
        DENIED, PermissionError),
    Bad("identical_files", lambda kit: bs.identical_files(None),
        r"`table` is a table .* got NoneType"),
    Bad("identical_files", lambda kit: bs.identical_files(kit.table[["label"]]),
        r"path missing, got label"),
    Bad("identical_files", lambda kit: bs.identical_files(_gone(kit)),
        r"gone\.png is in the table but not on disk",
        FileNotFoundError),
    Bad("identical_files", lambda kit: bs.identical_files(_paths(kit, None)), r"row 3 has None"),
    Bad("identical_files", lambda kit: bs.identical_files(_paths(kit, str(kit.cells))),
        r"cells is a folder"),
    Bad("identical_files", lambda kit: bs.identical_files(pd.concat([kit.table] * 2, axis=1)),
        r"`path` is a list, column or array .* got a DataFrame"),
    Bad("merge_subjects", lambda kit: bs.merge_subjects(kit.labels), r"`table` is a table"),
    Bad("merge_subjects", lambda kit: bs.merge_subjects(kit.table[["path"]]),
        r"subject missing, got path"),
    Bad("merge_subjects", lambda kit: bs.merge_subjects(kit.table[["subject"]]),
        r"path missing, got subject"),
    Bad("merge_subjects", lambda kit: bs.merge_subjects(_with(kit, subject=["d1", np.nan] * 6)),
        r"6 of 12 subjects are missing: write \"\" where nobody is named"),
    Bad("merge_subjects", lambda kit: bs.merge_subjects(_gone(kit)),
        r"not on disk", FileNotFoundError),
    Bad("merge_subjects", lambda kit: bs.merge_subjects(_with(kit, subject=[["d1"]] * 12)),
        r"got .* of lists"),
]
REPORT = [
    Bad("solve_confusion", lambda kit: _solve(accuracy=1.2),
        r"`accuracy` lies between 0 and 1; got 1\.2"),
    Bad("solve_confusion", lambda kit: _solve(accuracy=-0.1), r"`accuracy` .*got -0\.1"),
    Bad("solve_confusion", lambda kit: _solve(accuracy=np.nan), r"`accuracy` is a number.*got nan"),
    Bad("solve_confusion", lambda kit: _solve(accuracy="0.6"),
        r"`accuracy` is a number.*got '0\.6'"),
    Bad("solve_confusion", lambda kit: _solve(f1_positive=1),
        r"`f1_positive` is below 1; got 1: with no errors"),
    Bad("solve_confusion", lambda kit: _solve(f1_negative=1.0),
        r"`f1_negative` is below 1; got 1\.0"),
    Bad("solve_confusion", lambda kit: _solve(f1_negative=70),
        r"`f1_negative` lies between 0 and 1; got 70"),
    Bad("solve_confusion", lambda kit: _solve(f1_positive=None),
        r"`f1_positive` is a number.*got None"),
    Bad("solve_confusion", lambda kit: _solve(n_positive=0), r"`n_positive` .*at least 1; got 0"),
    Bad("solve_confusion", lambda kit: _solve(n_negative=-4), r"`n_negative` .*at least 1; got -4"),
    Bad("solve_confusion", lambda kit: _solve(n_negative=4.5),
        r"`n_negative` is a whole number.*got 4\.5"),
    Bad("solve_table1", lambda kit: bs.solve_table1([0.6]), r"`table` is a table .* got list"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1().drop(columns="f1_hem")),
        r"f1_hem missing"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1()[:0]), r"at least 1 row; got 0"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(arm=["a", "a"])),
        r"one row per arm; 'a' is there twice"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(arm=["a", None])),
        r"1 of 2 `arm` are missing"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(f1_all=[0.6, 1.0])),
        r"`f1_all` is below 1; got 1\.0"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(accuracy=[0.6, 60])),
        r"`accuracy` .*got 60"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(f1_hem=["0.4", "x"])),
        r"`f1_hem` is a number.*'0\.4'"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(f1_hem=[0.4, np.nan])),
        r"`f1_hem` .*got nan"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(), n_positive=-1),
        r"`n_positive` .*got -1"),
    Bad("solve_table1", lambda kit: bs.solve_table1(_table1(), n_negative=2.5),
        r"`n_negative` .*got 2\.5"),
    Bad("solve_table2", lambda kit: bs.solve_table2(None), r"`table` is a table .* got NoneType"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2().drop(columns="recall")),
        r"recall missing"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2()[:0]), r"at least 1 row; got 0"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2(recall=[0.5, 50])),
        r"`recall\[1\]` lies between 0 and 1; got 50"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2(precision=[np.nan, 0])),
        r"`precision\[0\]` .*got nan"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2(precision=["a", 0])),
        r"`precision\[0\]` .*got 'a'"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2(cells=[8, -2])),
        r"`cells\[1\]` .*at least 0; got -2"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2(cells=[8, 2.5])),
        r"`cells\[0\]` is a whole number"),
    Bad("solve_table2", lambda kit: bs.solve_table2(_table2(cells=[0, 0])),
        r"`cells` holds at least one count above 0"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap(30, 28.6, 64),
        r"`degrees` is a list.*got int 30"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap(None, 28.6, 64),
        r"`degrees` is a list.*got NoneType"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([30, "x"], 28.6, 64),
        r"`degrees\[1\]` .*got 'x'"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([np.nan], 28.6, 64),
        r"`degrees\[0\]` .*got nan"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([400], 28.6, 64),
        r"`degrees\[0\]` lies between -180 and 180; got 400"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([[30]], 28.6, 64),
        r"`degrees` is a list.* of lists"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([30], -1, 64),
        r"`margin_deg` lies between 0 and 180; got -1"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([30], "28", 64),
        r"`margin_deg` is a number.*'28'"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([30], 28.6, 0),
        r"`scale` .*above 0.*got 0"),
    Bad("margin_handicap", lambda kit: bs.margin_handicap([30], 28.6, np.inf),
        r"`scale` is a number.*got inf"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects(5, 3),
        r"one value per subject; got int 5"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects("512", 3),
        r"one value per subject; got str '512'"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, -1], 3),
        r"cells_per_subject\[1\]` .*got -1"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, 1.5], 3),
        r"cells_per_subject\[1\]` .*got 1\.5"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, np.nan], 3),
        r"\[1\]` is a whole .*got nan"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, None], 3),
        r"\[1\]` is a whole .*got None"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([], 3),
        r"at least one count above 0; got 0 rows"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([0, 0], 3),
        r"at least one count above 0; got 2 rows"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects(kit.table, 3),
        r"one value per subject; got a Data"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, 5], 0),
        r"`k` .*at least 1; got 0"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, 5], 2.5),
        r"`k` is a whole number.*got 2\.5"),
    Bad("expected_subjects", lambda kit: bs.expected_subjects([5, 5], None),
        r"`k` is a whole number.*got None"),
]
CASES: list[Bad] = [*LABELS, *REAL_SETS, *IMAGES, *TABLES, *REPORT]
