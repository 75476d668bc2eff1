"""Readers: files on disk -> a table with the columns `path, label, subject, split`.

A reader lists and names; it opens no image. Nothing downstream knows which data set a table came from.
"""

import re
import warnings
from collections import Counter
from pathlib import Path

import pandas as pd

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff")

AML_CLASSES = ("BAS", "EBO", "EOS", "KSC", "LYA", "LYT", "MMZ", "MOB", "MON", "MYB", "MYO", "NGB", "NGS", "PMB", "PMO")
AML_RARE = ("KSC", "LYA", "MMZ", "MOB")  # the four classes that the report drops

_CNMC_NAME = re.compile(r"UID_(H?\d+)_(\d+)_(\d+)_(all|hem)\.bmp", re.IGNORECASE)
_CNMC_ROOT = "Pass the folder that holds the training and test folders, and check that every part is unpacked."
_CNMC_CSV_COLUMNS = ("Patient_ID", "new_names", "labels")
_CNMC_CSV_LABELS = {"1": "all", "0": "hem"}


def read_image_folder(root: str | Path, subject: str | None = None, labelled: bool = True) -> pd.DataFrame:
    """Read a folder of class folders: the label of an image is the name of its folder.

    With `labelled=False` the images lie in `root` itself, and their labels are missing values.

    `subject` is a regular expression searched in each file name; its first group names the subject (donor, patient).
    Without it subjects are empty strings. The split is empty too: see `split_table`.

    Raises FileNotFoundError if `root` is missing, and ValueError if it lies one level too high or too low, if a class
    folder is empty, if two class names differ only in case, or if `subject` does not match a name.
    """
    root = _existing(root, "a folder with one sub-folder per class")
    if not labelled:
        return _table([(path, None, _search_subject(subject, path), "") for path in _images_in(root, IMAGE_SUFFIXES)])
    folders = _class_folders(root)
    rows = []
    for folder in folders:
        for path in _images_in(folder, IMAGE_SUFFIXES):
            rows.append((path, folder.name, _search_subject(subject, path), ""))
    return _table(rows)


def read_aml_lmu(root: str | Path, drop: tuple[str, ...] = AML_RARE) -> pd.DataFrame:
    """Read AML-Cytomorphology_LMU (Matek et al. 2019): 15 folders of RGBA TIFFs named `<CLASS>_<number>.tiff`.

    `drop` names classes to leave out; by default the four rare ones that the report drops (KSC, LYA, MMZ, MOB).
    Names that end in `.tiff.tiff` are accepted. The file names hold no subject, so subjects are empty strings.

    Raises FileNotFoundError or ValueError as `read_image_folder` does, and ValueError for a class that the data set
    does not have or a file that lies in another class's folder.
    """
    root = _existing(root, "the class folders BAS, EBO, ... of AML-Cytomorphology_LMU")
    if unknown := sorted(set(drop) - set(AML_CLASSES)):
        raise ValueError(f"`drop` names classes of AML-Cytomorphology_LMU; got {unknown}, known: {list(AML_CLASSES)}.")
    rows = []
    for folder in _class_folders(root):
        if folder.name not in AML_CLASSES:
            raise ValueError(f"{folder} is not a class of AML-Cytomorphology_LMU. Known: {', '.join(AML_CLASSES)}. "
                             "Move it away, or use read_image_folder for your own classes.")
        for path in _images_in(folder, (".tiff",)):
            label = path.name.split("_")[0]
            if label != folder.name:
                raise ValueError(f"{path.name} lies in the folder {folder.name}, but its name says class {label}. "
                                 "Unpack the archive again.")
            if label not in drop:
                rows.append((path, label, "", ""))
    if not rows:
        raise ValueError(f"{root} holds only dropped classes ({', '.join(drop)}): pass another `drop`.")
    return _table(rows)


def read_cnmc2019(root: str | Path, prelim: bool = True) -> pd.DataFrame:
    """Read C-NMC 2019 (ALL challenge, Gupta & Gupta 2019), as the archive or Kaggle unpacks it, nested copies included.

    Labels are `all` (leukaemic) and `hem` (normal); subjects come from the file names, in upper case. Splits are
    `fold_0`, `fold_1`, `fold_2`; `prelim`, labelled by its csv, which may lie beside the images or one level up; and
    `final` where present, whose labels were never published and are missing values here.
    `prelim=False` reads a copy that has the training folds only.

    Raises FileNotFoundError if the folds, the prelim images or the csv are missing, and ValueError for a root too low,
    two copies of a part, a file name of another form, or a csv that does not fit its images.
    """
    root = _existing(root, "C-NMC_training_data and C-NMC_test_prelim_phase_data (or Kaggle's training_data, ...)")
    if (root / "all").is_dir() or (root / "hem").is_dir():
        raise ValueError(f"{root} is a single fold, one level too low: pass the folder that holds the training and "
                         "test folders.")
    folders = [f for f in [root, *sorted(root.rglob("*"))] if f.is_dir()]
    rows = []
    for fold in ("fold_0", "fold_1", "fold_2"):
        for label in ("all", "hem"):
            if folder := _at_most_one(folders, f"/{fold}/{label}$", f"{fold}/{label}", root):
                rows += [(path, label, _cnmc_subject(path.name, label), fold) for path in _images_in(folder, (".bmp",))]
    if {label for _, label, _, _ in rows} != {"all", "hem"}:
        raise FileNotFoundError(f"C-NMC 2019: no fold_<n>/all and fold_<n>/hem below {root}. {_CNMC_ROOT}")
    if prelim:
        folder = _at_most_one([f for f in folders if any(f.glob("*.bmp"))], "prelim[^/]*$", "the prelim images", root)
        if folder is None:
            raise FileNotFoundError(f"C-NMC 2019: no prelim images below {root}. {_CNMC_ROOT}")
        rows += _cnmc_prelim(folder)
    for folder in (f for f in folders if "final" in f.name and any(f.glob("*.bmp"))):
        rows += [(path, None, "", "final") for path in _images_in(folder, (".bmp",))]
    return _table(rows)


def _cnmc_subject(name: str, label: str) -> str:
    match = _CNMC_NAME.fullmatch(name)
    if match is None or match[4].lower() != label:
        raise ValueError(f"A {label} image of C-NMC 2019 is named UID_<subject>_<image>_<cell>_{label}.bmp; got {name}."
                         " Move the file away, or unpack the archive again.")
    return match[1].upper()


def _cnmc_prelim(folder: Path) -> list[tuple]:
    """Label the prelim images by their csv: original name, new name, 1 = all / 0 = hem."""
    places = [folder, folder.parent, folder.parent.parent]  # the last where the images lie in a nested copy
    csv = next((c for place in places for c in sorted(place.glob("*prelim*labels*.csv"))), None)
    if csv is None:
        raise FileNotFoundError(f"The labels of {folder} are missing: put C-NMC_test_prelim_phase_data_labels.csv "
                                "beside the images or one level up.")
    labels = pd.read_csv(csv, dtype=str)
    if missing := [c for c in _CNMC_CSV_COLUMNS if c not in labels]:
        raise ValueError(f"{csv} needs the columns {', '.join(_CNMC_CSV_COLUMNS)}; {missing} missing, got "
                         f"{list(labels)}. Download it again.")
    images = {path.name: path for path in _images_in(folder, (".bmp",))}
    if repeated := labels["new_names"][labels["new_names"].duplicated()].tolist():
        raise ValueError(f"{csv} names {repeated[0]} twice: keep one row per image.")
    if absent := sorted(set(labels["new_names"]) - set(images)):
        raise ValueError(f"{csv} names {len(absent)} images without a file, first {absent[0]}: unpack them again.")
    if extra := sorted(set(images) - set(labels["new_names"])):
        raise ValueError(f"{folder} holds {len(extra)} images without a row in {csv.name}, first {extra[0]}: "
                         "take both from the same download.")
    rows = []
    for original, name, code in labels[list(_CNMC_CSV_COLUMNS)].itertuples(index=False):
        if code not in _CNMC_CSV_LABELS:
            raise ValueError(f"A label in {csv} is 1 (all) or 0 (hem); got {code!r} for {name}.")
        label = _CNMC_CSV_LABELS[code]
        rows.append((images[name], label, _cnmc_subject(original, label), "prelim"))
    return rows


def _existing(root: str | Path, content: str) -> Path:
    root = Path(root).expanduser()
    if not root.is_dir():
        raise FileNotFoundError(f"There is no folder {root}. It should hold {content}: check the path, or download the "
                                "data first.")
    return root


def _class_folders(root: Path) -> list[Path]:
    """The sub-folders of `root`, after checking that they are class folders and `root` is not a level off."""
    folders = sorted(f for f in root.iterdir() if f.is_dir() and not f.name.startswith("."))
    beside = [f.name for f in root.iterdir() if f.suffix.lower() in IMAGE_SUFFIXES]
    if beside and not folders:
        raise ValueError(f"{root} holds images, not class folders: it is one level too low. Pass "
                         f"{root.resolve().parent}, or labelled=False if these cells have no labels yet.")
    if beside:
        raise ValueError(f"{root} holds {len(beside)} images beside its class folders, first {min(beside)}: move them "
                         "into a class folder.")
    if not folders:
        raise ValueError(f"{root} is empty: it needs one sub-folder per class.")
    for folder in folders:
        if deeper := sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith(".")):
            raise ValueError(f"{folder} holds folders ({deeper[0].name}, ...), no images: {root} is one level too high."
                             f" Pass {folder}, or move the images up.")
    for name, count in Counter(f.name.casefold() for f in folders).items():
        if count > 1:
            same = [f.name for f in folders if f.name.casefold() == name]
            raise ValueError(f"{root} has classes whose names differ only in case: {same}. Merge or rename them.")
    return folders


def _images_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The images of one folder, sorted by name; anything else there is named in a warning."""
    files = sorted(f for f in folder.iterdir() if not f.is_dir() and not f.name.startswith("."))
    if broken := [f.name for f in files if not f.is_file()]:
        raise ValueError(f"{folder} holds {len(broken)} links to nowhere, first {broken[0]}: mend or remove them.")
    images = [f for f in files if f.suffix.lower() in suffixes]
    if not images:
        raise ValueError(f"{folder} holds no {' / '.join(suffixes)} image: fill or remove it.")
    if others := [f.name for f in files if f.suffix.lower() not in (*suffixes, ".csv")]:
        warnings.warn(f"{folder}: left out {len(others)} files that are not {' / '.join(suffixes)}, first {others[0]}.",
                      stacklevel=3)
    return images


def _at_most_one(folders: list[Path], pattern: str, what: str, root: Path) -> Path | None:
    found = [f for f in folders if re.search(pattern, f.as_posix())]
    if len(found) > 1:
        raise ValueError(f"C-NMC 2019: {what} found twice below {root}: {found[0]} and {found[1]}. Remove one copy.")
    return found[0] if found else None


def _search_subject(pattern: str | None, path: Path) -> str:
    if pattern is None:
        return ""
    match = re.search(pattern, path.name)
    if match is None:
        raise ValueError(f"The subject pattern {pattern!r} does not match the file name {path.name}: mend the pattern, "
                         "or leave `subject` out.")
    return match[1]


def _table(rows: list[tuple]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["path", "label", "subject", "split"])
    return table.assign(path=table["path"].map(str))
