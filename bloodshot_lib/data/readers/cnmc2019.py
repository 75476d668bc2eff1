"""The reader of C-NMC 2019, the report's target set: the ALL challenge."""

import io
import re
from pathlib import Path

import pandas as pd

from ...common.checks import check_switch
from ..folder_contents import content, existing_folder, folders_below, images_in, names_in
from ..tables import table_of

_CNMC_NAME = re.compile(r"UID_(H?\d+)_(\d+)_(\d+)_(all|hem)\.bmp", re.IGNORECASE)
_CNMC_ROOT = (
    "Pass the folder that holds the training and test folders, and check that every part is"
    " unpacked."
)
_CNMC_CSV_COLUMNS = ("Patient_ID", "new_names", "labels")
_CNMC_CSV_LABELS = {"1": "all", "0": "hem"}


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
      missing;
    - PermissionError for anything unreadable (permission denied);
    - ValueError for a root that is too low, two copies of a part, a file name of another form,
      or a csv that does not match its images.
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
    return table_of(rows)


def _cnmc_fold(folders: list[Path], fold: str, root: Path) -> list[tuple]:
    """The rows of one training fold, none if it is missing; half a fold is an error."""
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
            f"{csv} is not a comma-separated table in UTF-8 ({error}). Download it again."
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
