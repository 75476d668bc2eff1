"""The reader of C-NMC 2019, the report's target set: the ALL challenge."""

import re
from pathlib import Path

import pandas as pd

from ...common.checks import check_choice, check_switch
from ..class_folders import cells_in
from ..folder_contents import existing_folder
from ..image_listing import contents_below, warn_of
from ..label_lists import read_list
from ..tables import table_of

_NAME = re.compile(r"UID_(H?\d+)_(\d+)_(\d+)_(all|hem)\.bmp", re.IGNORECASE)
_LABELS = {"1": "all", "0": "hem"}
# a folder of images: one class of a training fold, or one of the two test sets
_PART = re.compile(r"fold_[0-2]/(?:all|hem)$|(?:prelim|final)(?=[^/]*$)")
_SUFFIXES = (".bmp",)
_LIST = "[!.]*prelim*labels*.csv"


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
    places = {}
    for folder, found in contents_below(root, _SUFFIXES).items():
        part = found.images and _PART.search(folder.as_posix())
        if part and places.setdefault(part[0], folder) != folder:
            raise ValueError(f"{part[0]} is there twice: remove {places[part[0]]} or {folder}.")
    folds = sorted({part[:6] for part in places if part.startswith("fold")}) or ["fold_0"]
    needed = [f"{fold}/{label}" for fold in folds for label in _LABELS.values()]
    if missing := [p for p in [*needed, *["prelim"] * prelim] if p not in places]:
        raise FileNotFoundError(
            f"C-NMC 2019: no images of {missing[0]} below {root}. Pass the folder that holds"
            " training and test folders, all unpacked."
        )
    left_out, rows = {}, []
    images = {
        part: [path for path, _ in cells_in(folder, left_out, _SUFFIXES)]
        for part, folder in places.items()
    }
    for fold, label in (part.split("/") for part in needed):
        paths = images[f"{fold}/{label}"]
        rows += [(path, label, _subject(path.name, label), fold) for path in paths]
    rows += _prelim(images["prelim"]) if prelim else []
    rows += [(path, None, "", "final") for path in images.get("final", ())]
    warn_of(left_out)
    return table_of(rows)


def _subject(name: str, label: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None or match[4].lower() != label:
        raise ValueError(
            f"An image of C-NMC 2019 must be named UID_<subject>_<image>_<cell>_{label}.bmp, but"
            f" one was {name}."
        )
    return match[1].upper()


def _prelim(images: list[Path]) -> list[tuple]:
    """Label the prelim images by their csv: original name, new name, 1 = all / 0 = hem."""
    folder = images[0].parent
    # in their folder or above it, the last for a nested copy
    lists = [csv for place in (folder, *folder.parents[:2]) for csv in sorted(place.glob(_LIST))]
    if not lists:
        raise FileNotFoundError(
            f"C-NMC_test_prelim_phase_data_labels.csv is missing: put it into {folder}."
        )
    listed = read_list(lists[0], "Patient_ID", "new_names", "labels")
    names, paths = listed["new_names"], {path.name: path for path in images}
    if odd := sorted({*names[names.duplicated()], *set(names) ^ set(paths)}):
        raise ValueError(
            f"{lists[0]} must name each image once, but {len(odd)} do not fit, first {odd[0]}."
        )
    rows = []
    for original, name, flag in listed.itertuples(index=False):
        check_choice(f"labels of {name}", flag, _LABELS)
        rows.append((paths[name], _LABELS[flag], _subject(original, _LABELS[flag]), "prelim"))
    return rows
