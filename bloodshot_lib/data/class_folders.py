"""Class folders, and folders of patients in them: found, or refused with what to do."""

from pathlib import Path

from .class_names import check_distinct, class_name
from .image_listing import IMAGE_SUFFIXES, Contents, contents, is_output

_PARTS = {"test", "testing", "train", "training", "val", "valid", "validation"}


def class_folders(root: Path, left_out: dict[str, str]) -> dict[Path, str]:
    """The class of each sub-folder of `root`; what is beside them goes into `left_out`."""
    found = contents(root)
    if found.images:
        raise ValueError(
            f"{root} should hold a folder for each class; got images that are in none"
            f" ({len(found.images)}, first {found.images[0].name}). Make those folders in {root},"
            " move each image into its class, and those that you cannot name elsewhere."
            + f" (If {root.name} is one class of several, pass {root.resolve().parent}.)"
            * (not found.folders)
        )
    if not found.folders:
        raise ValueError(f"{root} is empty: it needs one sub-folder per class.")
    left_out |= found.left_out
    _check_level(root, found.folders)
    for folder in found.folders:
        _check_made_by_others(folder)
    names = [folder.name for folder in found.folders]
    try:
        classes = [class_name(name) for name in names]
        check_distinct(names)
        check_distinct(classes)
    except ValueError as error:
        raise ValueError(f"{root}: {error}") from error
    return dict(zip(found.folders, classes, strict=True))


def cells_in(folder: Path, left_out: dict[str, str], mixed: bool = False) -> list[tuple[Path, str]]:
    """The images of one class, or without labels, each with its patient: its sub-folder, or "".

    What is no image goes into `left_out`. Images both in `folder` and in sub-folders are an
    error, unless they may be `mixed`, because a subject is found in their names.
    """
    found = contents(folder)
    left_out |= found.left_out
    cells = [(path, "") for path in found.images]
    patients = [cell for below in found.folders for cell in _patient(below, left_out)]
    if cells and patients and not mixed:
        raise ValueError(
            f"{folder} holds images ({found.images[0].name}, ...) and beside them folders with"
            f" images ({patients[0][1]}, ...). If these are patients' folders, give the other"
            " images one too; otherwise move the images up, or the folders away."
        )
    if not cells and not patients:
        raise nothing_in(folder, found)
    return cells + patients


def images_in(folder: Path, suffixes: tuple[str, ...], left_out: dict[str, str]) -> list[Path]:
    """The images of a folder that should hold nothing else, as data sets have it."""
    found = contents(folder, suffixes)
    if found.folders:
        names = ", ".join([f.name for f in found.folders[:3]] + ["..."] * (len(found.folders) > 3))
        raise ValueError(
            f"{folder} should hold only images; got {len(found.folders)} sub-folders ({names}),"
            " whose cells would be left out. Unpack the data set again."
        )
    if not found.images:
        raise nothing_in(folder, found, suffixes)
    left_out |= found.left_out
    return found.images


def nothing_in(
    folder: Path, found: Contents, suffixes: tuple[str, ...] = IMAGE_SUFFIXES
) -> ValueError:
    """The error of a folder without images, which says what it holds instead."""
    instead = next((f" (but {Path(p).name}: {why})" for p, why in found.left_out.items()), "")
    return ValueError(
        f"{folder} holds no {' / '.join(suffixes)} image{instead}: fill or remove it."
    )


def _patient(folder: Path, left_out: dict[str, str]) -> list[tuple[Path, str]]:
    """A patient's images; a folder without any is left out."""
    _check_made_by_others(folder)
    found = contents(folder)
    left_out |= found.left_out
    if found.folders:
        raise ValueError(
            f"{folder} holds folders again ({found.folders[0].name}, ...): below"
            f" {folder.parent} one level of folders is read, a patient's each. Move their images"
            " up, or the folders away."
        )
    if not found.images:
        left_out[str(folder)] = "a folder without images"
    return [(path, folder.name) for path in found.images]


def _check_level(root: Path, folders: list[Path]) -> None:
    """Refuse a root that is probably one level too high: its classes would be taken for patients.

    Only folders of patients look the same, so the names and the number of folders decide.
    """
    if len(folders) > 1 and not {folder.name.casefold() for folder in folders} <= _PARTS:
        return
    for folder in reversed(folders):  # the last that is looked at is named: the first
        below = contents(folder)
        if below.images or not below.folders:
            return
    raise ValueError(
        f"{root} should hold class folders; {folder.name} holds only folders"
        f" ({below.folders[0].name}, ...). If those are the classes, {root} is one level too high:"
        f" pass {folder}. If they are patients, give {folder.name} the name of a class; at least"
        " two classes are needed."
    )


def _check_made_by_others(folder: Path) -> None:
    if is_output(folder):
        raise ValueError(
            f"{folder} was made by this program, and its images are copies: move it out of"
            f" {folder.parent}."
        )
