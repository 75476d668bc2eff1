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
    found = contents_below(root, _SUFFIXES)
    filled = [folder for folder, each in found.items() if each.images]
    rows, left_out = [], {}
    for fold in ("fold_0", "fold_1", "fold_2"):
        halves = {
            label: [f for f in filled if f.parts[-2:] == (fold, label)]
            for label in _LABELS.values()
        }
        for label, places in halves.items() if any(halves.values()) else ():
            images = _images(places, f"{fold}/{label}", root, left_out)
            rows += [(path, label, _subject(path.name, label), fold) for path in images]
    if not rows:
        raise _missing("fold_<n>/all and fold_<n>/hem", root)
    if prelim:
        places = [f for f in filled if "prelim" in f.name]
        rows += _prelim(_images(places, "prelim images", root, left_out))
    if final := [f for f in filled if "final" in f.name]:
        images = _images(final, "final images", root, left_out)
        rows += [(path, None, "", "final") for path in images]
    warn_of(left_out)
    return table_of(rows)


def _images(places: list[Path], what: str, root: Path, left_out: dict[str, str]) -> list[Path]:
    """The images of the one folder found; none and two copies are errors."""
    if not places:
        raise _missing(what, root)
    if len(places) > 1:
        raise ValueError(
            f"C-NMC 2019: {what} found twice below {root}: {places[0]} and {places[1]}. Remove one"
            " copy."
        )
    return [path for path, _ in cells_in(places[0], left_out, _SUFFIXES)]


def _subject(name: str, label: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None or match[4].lower() != label:
        raise ValueError(
            f"A {label} image of C-NMC 2019 is named UID_<subject>_<image>_<cell>_{label}.bmp;"
            f" got {name}. Move the file away, or unpack the archive again."
        )
    return match[1].upper()


def _prelim(images: list[Path]) -> list[tuple]:
    """Label the prelim images by their csv: original name, new name, 1 = all / 0 = hem."""
    folder = images[0].parent
    # in their folder or above it, the last for a nested copy
    lists = [csv for place in (folder, *folder.parents[:2]) for csv in sorted(place.glob(_LIST))]
    if not lists:
        raise FileNotFoundError(
            f"The labels of {folder} are missing: put C-NMC_test_prelim_phase_data_labels.csv"
            " beside the images or one level up."
        )
    listed = read_list(lists[0], "Patient_ID", "new_names", "labels")
    names, paths = listed["new_names"], {path.name: path for path in images}
    if odd := sorted({*names[names.duplicated()], *set(names) ^ set(paths)}):
        raise ValueError(
            f"{lists[0]} should name each image of {folder} once; {len(odd)} do not fit, first"
            f" {odd[0]}: take both from the same download."
        )
    rows = []
    for original, name, flag in listed.itertuples(index=False):
        check_choice(f"labels of {name}", flag, _LABELS)
        rows.append((paths[name], _LABELS[flag], _subject(original, _LABELS[flag]), "prelim"))
    return rows


def _missing(what: str, root: Path) -> FileNotFoundError:
    return FileNotFoundError(
        f"C-NMC 2019: no {what} below {root}. Pass the folder that holds the training and test"
        " folders, and check that every part is unpacked."
    )
