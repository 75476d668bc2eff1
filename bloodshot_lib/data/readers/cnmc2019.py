"""The reader of C-NMC 2019, the report's target set: the ALL challenge."""

import re
from pathlib import Path

import pandas as pd

from ...common.checks import check_switch
from ..class_folders import images_in
from ..file_lists import read_list
from ..folder_contents import existing_folder, folders_below, names_in
from ..image_listing import warn_of
from ..tables import table_of

_NAME = re.compile(r"UID_(H?\d+)_(\d+)_(\d+)_(all|hem)\.bmp", re.IGNORECASE)
_LABELS = {"1": "all", "0": "hem"}
_SUFFIXES = (".bmp",)
_COLUMNS = ("Patient_ID", "new_names", "labels")


def read_cnmc2019(root: str | Path, prelim: bool = True) -> pd.DataFrame:
    """Read C-NMC 2019 (ALL challenge, Gupta & Gupta 2019): a table with a row per image.

    The folders may be the archive's or Kaggle's, nested copies included. Labels are `all`
    (leukaemic) and `hem` (normal); subjects come from the file names, in upper case. The splits
    are

    - `fold_0`, `fold_1`, `fold_2`: the training folds;
    - `prelim`: labelled by its csv, which may be beside the images or one level up; with
      `prelim=False` a copy with the training folds alone can be read;
    - `final`, if present: its labels were never published and are missing values here.

    Raises

    - FileNotFoundError if the folds, one class of a fold, the prelim images or the csv are
      missing, or the root is too low;
    - PermissionError for anything unreadable (permission denied);
    - ValueError for two copies of a part, a file name of another form, or a csv that does not
      match its images.
    """
    prelim = check_switch("prelim", prelim)
    parts = "C-NMC_training_data and C-NMC_test_prelim_phase_data (or Kaggle's training_data, ...)"
    root = existing_folder("root", root, parts)
    folders = folders_below(root)
    left_out = {}
    folds = (_fold(folders, f"fold_{number}", root, left_out) for number in range(3))
    rows = [row for fold in folds for row in fold]
    if not rows:
        raise _missing("fold_<n>/all and fold_<n>/hem", root)
    filled = [f for f in folders if any(name.lower().endswith(".bmp") for name in names_in(f))]
    if prelim:
        rows += _prelim(
            _only([f for f in filled if "prelim" in f.name], "prelim images", root), left_out
        )
    if final := [f for f in filled if "final" in f.name]:
        images = images_in(_only(final, "final images", root), _SUFFIXES, left_out)
        rows += [(path, None, "", "final") for path in images]
    warn_of(left_out)
    return table_of(rows)


def _fold(folders: list[Path], fold: str, root: Path, left_out: dict[str, str]) -> list[tuple]:
    """The rows of one training fold, none if it is missing; half a fold is an error."""
    found = {
        label: [f for f in folders if f.parts[-2:] == (fold, label)] for label in _LABELS.values()
    }
    if not any(found.values()):
        return []
    return [
        (path, label, _subject(path.name, label), fold)
        for label, places in found.items()
        for path in images_in(_only(places, f"{fold}/{label}", root), _SUFFIXES, left_out)
    ]


def _subject(name: str, label: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None or match[4].lower() != label:
        raise ValueError(
            f"A {label} image of C-NMC 2019 is named UID_<subject>_<image>_<cell>_{label}.bmp;"
            f" got {name}. Move the file away, or unpack the archive again."
        )
    return match[1].upper()


def _prelim(folder: Path, left_out: dict[str, str]) -> list[tuple]:
    """Label the prelim images by their csv: original name, new name, 1 = all / 0 = hem."""
    csv = _csv_of(folder)
    listed = read_list(csv, _COLUMNS, file="new_names", flag="labels")
    images = {path.name: path for path in images_in(folder, _SUFFIXES, left_out)}
    if alone := sorted(set(listed["new_names"]) ^ set(images)):
        raise ValueError(
            f"{csv} names each image of {folder}; {len(alone)} are in one of the two alone, first"
            f" {alone[0]}: take both from the same download."
        )
    rows = []
    for original, name, flag in listed[list(_COLUMNS)].itertuples(index=False):
        label = _LABELS[flag]
        rows.append((images[name], label, _subject(original, label), "prelim"))
    return rows


def _csv_of(folder: Path) -> Path:
    """The csv of the prelim images, in their folder or above it."""
    for place in (folder, folder.parent, folder.parent.parent):  # the last for a nested copy
        for name in names_in(place):
            if re.fullmatch(r".*prelim.*labels.*\.csv", name):
                return place / name
    raise FileNotFoundError(
        f"The labels of {folder} are missing: put C-NMC_test_prelim_phase_data_labels.csv beside"
        " the images or one level up."
    )


def _only(found: list[Path], what: str, root: Path) -> Path:
    """The one folder found; none and two copies are errors."""
    if not found:
        raise _missing(what, root)
    if len(found) > 1:
        raise ValueError(
            f"C-NMC 2019: {what} found twice below {root}: {found[0]} and {found[1]}. Remove one"
            " copy."
        )
    return found[0]


def _missing(what: str, root: Path) -> FileNotFoundError:
    return FileNotFoundError(
        f"C-NMC 2019: no {what} below {root}. Pass the folder that holds the training and test"
        " folders, and check that every part is unpacked."
    )
