"""Bad inputs of one name each: folders, tables, files and images."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tests.bad_inputs import Bad
from tests.bad_inputs.kit import Kit

NFD = "Gro\u0308\u00dfe"  # the same letters as Größe, stored as macOS stores them
HEAD = "Patient_ID,new_names,labels\n"
CSV = "C-NMC_test_prelim_phase_data_labels.csv"


def _tree(kit: Kit, *files: str) -> Path:
    """A new folder with copies of a cell under these names; one that ends in / is a folder."""
    root = kit.path("tree")
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else shutil.copy(kit.table["path"][0], path)
    return root


def _folder(*files: str, below: str = "") -> Callable[[Kit], dict]:
    return lambda kit: {"root": _tree(kit, *files) / below}


def _classes(*more: str) -> Callable[[Kit], dict]:
    return _folder("ape/1.png", "bee/1.png", *more)


def _cnmc(*more: str, csv: str | bytes | None = HEAD + "UID_5_4_8_all.bmp,1.bmp,1\n",
          below: str = "") -> Callable[[Kit], dict]:
    """A small C-NMC 2019 of one fold."""

    def change(kit: Kit) -> dict:
        root = _tree(kit, "train/fold_0/all/UID_1_1_1_all.bmp",
                     "train/fold_0/hem/UID_H2_1_1_hem.bmp", "prelim/1.bmp", *more)
        if csv is not None:
            (root / "prelim" / CSV).write_bytes(csv if isinstance(csv, bytes) else csv.encode())
        return {"root": root / below}

    return change


def _link(kit: Kit) -> dict:
    root = _tree(kit, "ape/1.png", "bee/1.png")
    (root / "bee/gone.png").symlink_to(root / "nothing.png")
    return {"root": root}


def _pipe(kit: Kit) -> Path:
    path = _tree(kit, "ape/1.png") / "ape/stream.png"
    os.mkfifo(path)
    return path


def refusing(real: Callable) -> Callable:
    """A call of the operating system as a user without rights meets it; root has them all."""

    def refuse(path: object = ".", *rest: object, **options: object) -> object:
        if "locked" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *rest, **options)

    return refuse


def _path(value: object) -> Callable[[Kit], dict]:
    """The kit's table with another path in one row."""
    return lambda kit: {"table": kit.table.assign(path=[value, *kit.table["path"][1:]])}


def _text(kit: Kit) -> dict:
    return _path(str(kit.written("no image", "note.png")))(kit)


def _subject(pattern: object) -> Callable[[Kit], dict]:
    return lambda kit: {"root": kit.cells, "subject": pattern}


GONE, FILE, DENIED = FileNotFoundError, NotADirectoryError, PermissionError
FIRST = "`subject` must find .* finds nothing in d0_ape"
ALIKE = "must differ by more than case, spaces .*, but "
UNSEEN = "at most 200 bytes that can be seen and typed, .*, but was "
BESIDE = r"holds images \(1\.png, \.\.\.\) and beside them folders with images \(more, "

IMAGE_FOLDER = [
    ({"root": "x" * 5000}, "no folder xxx.*: it must hold one sub-folder per class", GONE),
    ({"root": "a\0b"}, "no folder a", GONE),
    (lambda kit: {"root": kit.table["path"][0]}, "is a file, not a folder: it", FILE),
    (_folder(), "must hold one sub-folder per class, but is empty"),
    (_classes("cow/"), r"cow holds no .*\.png .*image: fill or remove"),
    (lambda kit: {"root": kit.cells / "ape"},
     r"6 images are in none, first d0_ape\.png\. .*If ape is one class .* pass .*cells\.\)"),
    (_folder("up/ape/1.png", "__MACOSX/up/x"), "those are the classes, .* high: pass .*/up. If"),
    (_folder("test/ape/1.png", "train/ape/1.png"), "too high: pass .*/test. If they are patients"),
    (_classes("ape/more/1.png"), f"ape {BESIDE}"),
    (_classes("cow/P1/slide/1.png"), r"P1 holds folders again \(slide, .*: move their images up"),
    (_classes("cow/1.heic", "cow/Thumbs.db"),
     r"cow holds no .*image \(but 1\.heic: of a kind that is not read\): fill"),
    (_classes("ape\u200c/1.png"), rf"{ALIKE}\['ape', 'ape.u200c'\]"),
    (_classes("bee /1.png"), rf"{ALIKE}\['bee', 'bee '\] do not\. Merge or rename"),
    (_classes("Bee/1.png"), rf"{ALIKE}\['Bee', 'bee'\]"),
    (_classes(NFD + "/1", "Größe/1"), rf"{ALIKE}\['Gro\\u0308\\xdfe', 'Gr\\xf6\\xdfe'\]"),
    (_classes("c\nd/1.png"), rf"{UNSEEN}'c\\nd'. Choose another"),
    (_classes(os.fsdecode(b"Gr\xf6") + "/1.png"), rf"{UNSEEN}'Gr\\udcf6'. Choose"),
    (_link, r"gone\.png is a broken link, or no regular file: remove it"),
    (lambda kit: {"root": _pipe(kit).parents[1]}, r"stream\.png is a broken link, or"),
    (_subject(r"^d\d"), r"in round brackets.*, but was '\^d\\\\d': it has no group"),
    (_subject("(d"), r"pattern \(a regular expression\) .*, but was '\(d': missing \)"),
    (_subject(r"(x)?d"), FIRST),
    (_subject(r"(\d*)"), FIRST),
    (_subject("(z)"), r"nothing in d0_ape\.png"),
    (_subject(3), r"pattern \(a regular expression\) .*, but was 3"),
    (_subject(re.compile(b"(d)")),
     r"`subject` must be a pattern \(a regular expression\) with the subject"),
    (lambda kit: {"root": _tree(kit, "1.png", "more/2.png"), "labelled": False}, BESIDE),
    (lambda kit: {"root": _tree(kit, "a.txt"), "labelled": False}, r"holds no .*\.png .*image"),
    (lambda kit: {"root": _tree(kit, "1.png", "out/ape/2.png", "out/summary.json"),
                  "labelled": False}, "out was made by this program: move it out of"),
]
LABELLED = "file,label\nape/d0_ape.png,ape\n"


def _listed(text: str | bytes, **more: object) -> Callable[[Kit], dict]:
    """A list of labels of the kit's cells."""
    return lambda kit: {"root": kit.cells, "labels": kit.written(text, "labels.csv"), **more}


IMAGE_LIST = [
    (lambda kit: {"root": kit.cells, "labels": "no.csv"}, "no list no.csv: check its path", GONE),
    (lambda kit: {"root": kit.cells, "labels": kit.cells}, "is a folder: add a name"),
    (lambda kit: {"root": "no", "labels": "no.csv"}, "There is no folder no: it", GONE),
    (_listed(LABELLED, subject="z"), "the subject in round brackets"),
    (_listed(""), "first line must be file,label .*, but was ''"),
    (_listed("name;class\na;b"), "first line .*, but was 'name;class'"),
    (_listed(LABELLED.encode("utf-16-le")), "labels.csv is no such list"),
    (_listed("file,label\n"), "labels no image: none of its 0 lines"),
    (_listed("file,label\n\na,b,c\n"), "the line of 'a' has more fields .*: put what"),
    (_listed('file,label\n"a,b\n'), "csv: .*EOF inside string .*. Save it as CSV again"),
    (_listed("file,label,File\na,b,c\n"), "each once, .*, but was 'file,label,File'"),
    (_listed("file,label\nd0_ape.png,a/b\n"), "labels.csv: The name of a class .*, but was 'a/b'"),
    (_listed(LABELLED + "bee/d0_bee.png,Ape\n"), rf"{ALIKE}\['ape', 'Ape'\]"),
    (_listed(LABELLED + "no.png,ape\n"), "lists 1 images that are not in .*, first 'no.png'", GONE),
    (_listed("file,label,content\nd0_ape.png,ape," + 32 * "0"),
     r"first 'd0_ape.png' \(one of that name has another content\)", GONE),
    (_listed("file,label\nd0_ape.png,\n"), "labels no image: none of its 1 lines"),
    (_listed(LABELLED + "d0_ape.png,bee\n"), "lists .*d0_ape.png as ape and as bee: keep one"),
    (lambda kit: {"root": _tree(kit, "a/1.png", "b/1.png"),
                  "labels": kit.written("file,label\n1.png,ape", "labels.csv")},
     r"'1\.png', which may be .*a/1\.png or .*b/1\.png: add its folder"),
]
AML_LMU = [
    ({"root": "no"}, "class folders BAS, EBO", GONE),
    (lambda kit: {"root": kit.table["path"][0]}, "is a file, not a folder", FILE),
    ({}, "ape is not a class of AML.* that holds BAS"),
    ({"drop": "KSC"}, "`drop` must be a list, .*, but was str 'KSC'"),
    ({"drop": 4}, "`drop` must be a list, .*, but was int 4"),
    ({"drop": ["KCS"]}, "`drop` must be one of BAS, .*, but was 'KCS'. Did you mean 'KSC'"),
    (_folder("BAS/EBO_1.tiff"), r"EBO_1\.tiff is in the folder BAS: unpack"),
    (_folder("BAS/BAS_1.png"), r"holds no \.tiff image"),
]
CNMC2019 = [
    ({"root": "no"}, "C-NMC_training_data", GONE),
    (_cnmc(below="prelim/1.bmp"), "is a file, not a", FILE),
    ({}, "no images of fold_0/all below", GONE),
    (_cnmc(below="train/fold_0"), "no images of prelim .* Pass the folder that", GONE),
    (_cnmc("train/fold_1/all/UID_3_1_1_all.bmp"), "no images of fold_1/hem .* unpacked", GONE),
    (_cnmc("train/fold_0/all/more/UID_1_1_2_all.bmp"), r"beside them folders with images \(more,"),
    (_cnmc("train/fold_0/all/x.bmp"), r"but one was x\.bmp"),
    (_cnmc("a/final/1.bmp", "b/final/1.bmp"), "final is there twice: remove .*a/final or "),
    (_cnmc(csv=None), "labels.csv is missing: put it into", GONE),
    (_cnmc(csv="a,b\n1,2\n"), "first line must be Patient_ID,new_names,labels "),
    (_cnmc(csv=HEAD + ",1.bmp,1\n"), "named UID_<subject>_.*, but one was "),
    (_cnmc(csv=HEAD + "UID_5_4_8_all.bmp,1.bmp,yes\n"),
     "`labels of 1.bmp` must be one of 1, 0, but was"),
]
LOADED = [
    *((_path(value), f"every row .*, but row 0 has {value!r}") for value in (float("nan"), 0, " ")),
    (_path("a\0b"), "not on disk", GONE),
    (lambda kit: _path(str(_pipe(kit)))(kit), r"stream\.png is not a regular file: leave"),
    (_text, r"1 of 12 .*\n.*note\.png: not a whole"),
    (lambda kit: {"table": kit.table.assign(content="yes"), "cache_dir": kit.folder / "kept"},
     "column `content` .* content_keys, but held 'yes': rename it"),
    (lambda kit: {"table": pd.concat([kit.table] * 1_000), "size": 16384},
     r"12000 images of 16384 px need \d+ GB, and the memory has \d+: pass `cache_dir`"),
    (lambda kit: {"cache_dir": kit.table["path"][0]},
     r"written in .*png \(File exists\)\. Name", OSError),
]
SPLITS = [
    ({"a": 1.5, "b": -0.5}, r"`fractions\['a'\]` must be at most 1, but was 1\.5"),
    ({"a": 0.5, "b": np.nan}, r"`fractions\['b'\]` must be a number, but was nan"),
    ({"a": 1.0, "b": 0}, r"`fractions\['b'\]` must be above 0, but was 0"),
    ({}, r"must map the name of each split .*but was \{\}"),
    ({1: 1.0}, r"must map the name of each split .*but was \{1: 1\.0\}"),
    ({"a": 0.5}, "shares of `fractions` must sum to 1"),
]

CASES: list[Bad] = [
    *(Bad("read_image_folder", *case) for case in IMAGE_FOLDER),
    *(Bad("read_image_list", *case) for case in IMAGE_LIST),
    *(Bad("read_aml_lmu", *case) for case in AML_LMU),
    *(Bad("read_cnmc2019", *case) for case in CNMC2019),
    Bad("read_bccd", {}, r"There is no list .*index\.csv", GONE),
    *(Bad("load_images", *case) for case in LOADED),
    Bad("colour_facts", lambda kit: {"images": kit.images[:, :9]},
        r"but was uint8 \(12, 9, 32, 3\)"),
    Bad("shift_images", {"shift": "whitepoint"}, "Did you mean 'white point'"),
    Bad("cap_per_class", {"rng": 2**40}, "`rng` .*0 to 4294967295, but was"),
    Bad("cap_per_class", lambda kit: {"table": kit.table.assign(label=None)},
        "12 of 12 `label` are missing: leave those rows out first"),
    *(Bad("split_table", {"fractions": fractions}, words) for fractions, words in SPLITS),
    Bad("split_table", lambda kit: {"table": kit.table[:1]},
        r"1 rows leave a split empty: \{'a': 0, 'b': 1\}"),
    Bad("file_facts", _text, r"note\.png: not a whole image file, .*: save it as 8"),
    Bad("identical_files", lambda kit: {"table": pd.concat([kit.table] * 2, axis=1)},
        "`path` must be a list, column or array .* but was a DataFrame"),
    Bad("merge_subjects", lambda kit: {"table": kit.table.assign(subject=["d1", np.nan] * 6)},
        r"6 of 12 subjects are missing: write \"\" where nobody is named"),
    Bad("merge_subjects", lambda kit: {"table": kit.table.assign(subject=[["d1"]] * 12)},
        "but was .* of lists"),
]

# what a user may not read, and the call of the operating system that refuses it
LOCKED = [
    ("scandir", Bad("read_image_folder", _classes("locked/1.png"), "locked may not", DENIED)),
    ("stat", Bad("read_image_folder", {"root": "locked"}, "locked may not", DENIED)),
    ("stat", Bad("load_images", _path("/locked/1.png"), r"/locked/1\.png may not", DENIED)),
    ("stat", Bad("file_facts", _path("/locked/1.png"), r"/locked/1\.png may not", DENIED)),
]
