"""Readers: files on disk -> a table with the columns `path, label, subject, split`.

A reader lists and names; it opens no image. Nothing downstream knows which data set a table
came from.
"""

import io
import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from .checks import check_switch
from .files import (
    IMAGE_SUFFIXES,
    class_folders,
    content,
    existing_folder,
    folders_below,
    images_in,
    names_in,
)

AML_CLASSES = (
    "BAS",
    "EBO",
    "EOS",
    "KSC",
    "LYA",
    "LYT",
    "MMZ",
    "MOB",
    "MON",
    "MYB",
    "MYO",
    "NGB",
    "NGS",
    "PMB",
    "PMO",
)
AML_RARE = ("KSC", "LYA", "MMZ", "MOB")  # the four classes that the report drops

_CNMC_NAME = re.compile(r"UID_(H?\d+)_(\d+)_(\d+)_(all|hem)\.bmp", re.IGNORECASE)
_CNMC_ROOT = (
    "Pass the folder that holds the training and test folders, and check that every part is"
    " unpacked."
)
_CNMC_CSV_COLUMNS = ("Patient_ID", "new_names", "labels")
_CNMC_CSV_LABELS = {"1": "all", "0": "hem"}


def read_image_folder(
    root: str | Path, subject: str | None = None, labelled: bool = True
) -> pd.DataFrame:
    """Read a folder of class folders: the label of an image is the name of its folder.

    With `labelled=False` the images lie in `root` itself, and their labels are missing values.
    Sub-folders are an error then: cells in them would be lost without a word.

    `subject` is a regular expression searched in each file name; its first group names the
    subject (donor, patient). Without it subjects are empty strings. The split is empty too:
    see `split_table`.

    Raises FileNotFoundError if `root` is missing, PermissionError for what may not be read,
    and ValueError if `root` lies one level too high or too low, if a class folder is empty, if
    two class names differ only in case, in spaces or in how accents are stored, if a file is a
    broken link or a pipe, or if `subject` finds nothing in a name.
    """
    labelled, pattern = check_switch("labelled", labelled), _subject_pattern(subject)
    root = existing_folder(
        "root", root, "one sub-folder per class" if labelled else "the images"
    )
    folders = (
        {folder: folder.name for folder in class_folders(root)} if labelled else {root: None}
    )
    rows = []
    for folder, label in folders.items():
        for path in images_in(folder, IMAGE_SUFFIXES):
            rows.append((path, label, _search_subject(pattern, path), ""))
    return _table(rows)


def read_aml_lmu(root: str | Path, drop: tuple[str, ...] = AML_RARE) -> pd.DataFrame:
    """Read AML-Cytomorphology_LMU (Matek et al. 2019): 15 folders of RGBA TIFFs named
    `<CLASS>_<number>.tiff`.

    `drop` names classes to leave out; by default the four rare ones that the report drops
    (KSC, LYA, MMZ, MOB). Names that end in `.tiff.tiff` are accepted. The file names hold no
    subject, so subjects are empty strings.

    Raises FileNotFoundError or ValueError as `read_image_folder` does, and ValueError for a
    class that the data set does not have or a file that lies in another class's folder.
    """
    if isinstance(drop, str) or not isinstance(drop, Collection):
        raise ValueError(
            f'`drop` is a list of class names; got {drop!r}. One class is written as ("KSC",).'
        )
    if unknown := [
        name for name in drop if not isinstance(name, str) or name not in AML_CLASSES
    ]:
        raise ValueError(
            f"`drop` names classes of AML-Cytomorphology_LMU; got {unknown}, known:"
            f" {list(AML_CLASSES)}."
        )
    root = existing_folder(
        "root", root, "the class folders BAS, EBO, ... of AML-Cytomorphology_LMU"
    )
    rows = []
    for folder in class_folders(root):
        if folder.name not in AML_CLASSES:
            raise ValueError(
                f"{folder} is not a class of AML-Cytomorphology_LMU. Known:"
                f" {', '.join(AML_CLASSES)}. Move it away, or use read_image_folder for your"
                " own classes."
            )
        for path in images_in(folder, (".tiff",)):
            label = path.name.split("_")[0]
            if label != folder.name:
                raise ValueError(
                    f"{path.name} lies in the folder {folder.name}, but its name says class"
                    f" {label}. Unpack the archive again."
                )
            if label not in drop:
                rows.append((path, label, "", ""))
    if not rows:
        raise ValueError(
            f"{root} holds only dropped classes ({', '.join(drop)}): pass another `drop`."
        )
    return _table(rows)


def read_cnmc2019(root: str | Path, prelim: bool = True) -> pd.DataFrame:
    """Read C-NMC 2019 (ALL challenge, Gupta & Gupta 2019), as the archive or Kaggle unpacks
    it, nested copies included.

    Labels are `all` (leukaemic) and `hem` (normal); subjects come from the file names, in
    upper case. Splits are `fold_0`, `fold_1`, `fold_2`; `prelim`, labelled by its csv, which
    may lie beside the images or one level up; and `final` where present, whose labels were
    never published and are missing values here. `prelim=False` reads a copy that has the
    training folds only.

    Raises FileNotFoundError if the folds, one class of a fold, the prelim images or the csv
    are missing, PermissionError for what may not be read, and ValueError for a root too low,
    two copies of a part, a file name of another form, or a csv that does not fit its images.
    """
    prelim = check_switch("prelim", prelim)
    root = existing_folder(
        "root",
        root,
        "C-NMC_training_data and C-NMC_test_prelim_phase_data (or Kaggle's training_data, ...)",
    )
    if (root / "all").is_dir() or (root / "hem").is_dir():
        raise ValueError(
            f"{root} is a single fold, one level too low: pass the folder that holds the"
            " training and test folders."
        )
    folders = folders_below(root)
    rows = [row for number in range(3) for row in _cnmc_fold(folders, f"fold_{number}", root)]
    if not rows:
        raise FileNotFoundError(
            f"C-NMC 2019: no fold_<n>/all and fold_<n>/hem below {root}. {_CNMC_ROOT}"
        )
    filled = [f for f in folders if any(name.lower().endswith(".bmp") for name in names_in(f))]
    if prelim:
        folder = _at_most_one(filled, "prelim[^/]*$", "the prelim images", root)
        if folder is None:
            raise FileNotFoundError(f"C-NMC 2019: no prelim images below {root}. {_CNMC_ROOT}")
        rows += _cnmc_prelim(folder)
    if folder := _at_most_one(filled, "final[^/]*$", "the final images", root):
        rows += [(path, None, "", "final") for path in images_in(folder, (".bmp",))]
    return _table(rows)


def _cnmc_fold(folders: list[Path], fold: str, root: Path) -> list[tuple]:
    """The rows of one training fold, none if it is not there; half of it is an error."""
    found = {
        label: _at_most_one(folders, f"/{fold}/{label}$", f"{fold}/{label}", root)
        for label in ("all", "hem")
    }
    if (gaps := [label for label, folder in found.items() if folder is None]) == ["all", "hem"]:
        return []
    if gaps:
        raise FileNotFoundError(
            f"C-NMC 2019: {fold}/{gaps[0]} is missing below {root}. {_CNMC_ROOT}"
        )
    return [
        (path, label, _cnmc_subject(path.name, label), fold)
        for label, folder in found.items()
        for path in images_in(folder, (".bmp",))
    ]


def _cnmc_subject(name: str, label: str) -> str:
    match = _CNMC_NAME.fullmatch(name)
    if match is None or match[4].lower() != label:
        raise ValueError(
            f"A {label} image of C-NMC 2019 is named UID_<subject>_<image>_<cell>_{label}.bmp;"
            f" got {name}. Move the file away, or unpack the archive again."
        )
    return match[1].upper()


def _cnmc_prelim(folder: Path) -> list[tuple]:
    """Label the prelim images by their csv: original name, new name, 1 = all / 0 = hem."""
    labels, csv = _cnmc_csv(folder)
    images = {path.name: path for path in images_in(folder, (".bmp",))}
    if repeated := labels["new_names"][labels["new_names"].duplicated()].tolist():
        raise ValueError(f"{csv} names {repeated[0]} twice: keep one row per image.")
    if absent := sorted(set(labels["new_names"]) - set(images)):
        raise ValueError(
            f"{csv} names {len(absent)} images without a file, first {absent[0]}: unpack them"
            " again."
        )
    if extra := sorted(set(images) - set(labels["new_names"])):
        raise ValueError(
            f"{folder} holds {len(extra)} images without a row in {csv.name}, first {extra[0]}:"
            " take both from the same download."
        )
    rows = []
    for original, name, code in labels[list(_CNMC_CSV_COLUMNS)].itertuples(index=False):
        if code not in _CNMC_CSV_LABELS:
            raise ValueError(
                f"A label in {csv} is 1 (all) or 0 (hem); got {code!r} for {name}."
            )
        label = _CNMC_CSV_LABELS[code]
        rows.append((images[name], label, _cnmc_subject(original, label), "prelim"))
    return rows


def _cnmc_csv(folder: Path) -> tuple[pd.DataFrame, Path]:
    """The csv of the prelim images, in their folder or above it, and its path."""
    places = [folder, folder.parent, folder.parent.parent]  # the last one for a nested copy
    csv = next(
        (
            place / name
            for place in places
            for name in names_in(place)
            if re.fullmatch(r".*prelim.*labels.*\.csv", name)
        ),
        None,
    )
    if csv is None:
        raise FileNotFoundError(
            f"The labels of {folder} are missing: put "
            "C-NMC_test_prelim_phase_data_labels.csv beside the images or one "
            "level up."
        )
    try:
        labels = pd.read_csv(io.BytesIO(content(str(csv))), dtype=str)
    except ValueError as error:
        raise ValueError(
            f"{csv} is no table in UTF-8, comma-separated ({error}). Download it again."
        ) from error
    if missing := [c for c in _CNMC_CSV_COLUMNS if c not in labels]:
        raise ValueError(
            f"{csv} needs the columns {', '.join(_CNMC_CSV_COLUMNS)}; {missing} "
            f"missing, got {list(labels)}. Download it again."
        )
    if (gaps := labels[list(_CNMC_CSV_COLUMNS)].isna().any(axis=1)).any():
        raise ValueError(
            f"{csv} has {gaps.sum()} rows with an empty field, first row "
            f"{gaps.argmax() + 1}: every image has a patient, a name and a label. "
            "Download it again."
        )
    return labels, csv


def _at_most_one(folders: list[Path], pattern: str, what: str, root: Path) -> Path | None:
    found = [f for f in folders if re.search(pattern, f.as_posix())]
    if len(found) > 1:
        raise ValueError(
            f"C-NMC 2019: {what} found twice below {root}: {found[0]} and {found[1]}. Remove"
            " one copy."
        )
    return found[0] if found else None


def _subject_pattern(pattern: object) -> re.Pattern | None:
    """The regular expression that finds a subject, its first group."""
    if pattern is None:
        return None
    text = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    if not isinstance(text, str):
        raise ValueError(
            "`subject` is a regular expression with a group, as r'^(P[0-9]+)_'; got "
            f"{pattern!r}."
        )
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"`subject` is a regular expression; {pattern!r} is none: {error}. Fix the pattern."
        ) from error
    if compiled.groups == 0:
        raise ValueError(
            f"The subject pattern {text!r} has no group: put round brackets around "
            "the part of a file name that is the subject."
        )
    return compiled


def _search_subject(pattern: re.Pattern | None, path: Path) -> str:
    if pattern is None:
        return ""
    match = pattern.search(path.name)
    if match is None:
        raise ValueError(
            f"The subject pattern {pattern.pattern!r} does not match the file name "
            f"{path.name}: fix the pattern, or leave `subject` out."
        )
    if not match[1]:
        raise ValueError(
            f"The first group of the subject pattern {pattern.pattern!r} is empty for "
            f"the file name {path.name}: fix the pattern, so that it finds a subject "
            "in every name."
        )
    return match[1]


def _table(rows: list[tuple]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["path", "label", "subject", "split"])
    return table.assign(path=table["path"].map(str))
