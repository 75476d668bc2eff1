"""Class folders, and folders of patients in them: found, or refused with what to do."""

from pathlib import Path

from .class_names import class_names
from .image_listing import IMAGE_SUFFIXES, OUR_FILES, Contents, contents

_PARTS = {"test", "testing", "train", "training", "val", "valid", "validation"}


def class_folders(root: Path, left_out: dict[str, str]) -> dict[Path, str]:
    """The class of each sub-folder of `root`; what is beside them goes into `left_out`."""
    found = _contents(root, left_out)
    if found.images:
        raise ValueError(
            f"{root} must hold a folder for each class, but {len(found.images)} images are in none,"
            f" first {found.images[0].name}. Make those folders in {root}, and move each image into"
            f" its class. (If {root.name} is one class of several, pass {root.resolve().parent}.)"
        )
    if not found.folders:
        raise ValueError(f"{root} must hold one sub-folder per class, but is empty.")
    _check_level(root, found.folders)
    classes = class_names([folder.name for folder in found.folders], str(root))
    return dict(zip(found.folders, classes, strict=True))


def cells_in(
    folder: Path,
    left_out: dict[str, str],
    suffixes: tuple[str, ...] = IMAGE_SUFFIXES,
    mixed: bool = False,
) -> list[tuple[Path, str]]:
    """The images of one class, or without labels, each with its patient: its sub-folder, or "".

    What is no image goes into `left_out`. Images both in `folder` and in sub-folders are an
    error, unless they may be `mixed`, because a subject is found in their names.
    """
    found, patients = _contents(folder, left_out, suffixes), []
    for patient in found.folders:
        below = _contents(patient, left_out, suffixes)
        if below.folders:
            raise ValueError(
                f"{patient} holds folders again ({below.folders[0].name}, ...): move their images"
                " up, or the folders away."
            )
        if not below.images:
            left_out[str(patient)] = "a folder without images"
        patients += [(path, patient.name) for path in below.images]
    if found.images and patients and not mixed:
        raise ValueError(
            f"{folder} holds images ({found.images[0].name}, ...) and beside them folders with"
            f" images ({patients[0][1]}, ...). If these are patients' folders, give the other"
            " images one too; otherwise move the images up."
        )
    if not found.images and not patients:
        instead = next((f" (but {Path(p).name}: {why})" for p, why in found.left_out.items()), "")
        kinds = " / ".join(suffixes)
        raise ValueError(f"{folder} holds no {kinds} image{instead}: fill or remove it.")
    return [(path, "") for path in found.images] + patients


def _contents(
    folder: Path, left_out: dict[str, str], suffixes: tuple[str, ...] = IMAGE_SUFFIXES
) -> Contents:
    """What is in a folder; one that this program made is an error, for its images are copies."""
    found = contents(folder, suffixes)
    left_out |= found.left_out
    for below in found.folders:
        if any((below / name).is_file() for name in OUR_FILES):
            raise ValueError(f"{below} was made by this program: move it out of {folder}.")
    return found


def _check_level(root: Path, folders: list[Path]) -> None:
    """Refuse a root that is probably one level too high: its classes would be taken for patients.

    Only folders of patients look the same, so the names and the number of folders decide.
    """
    if len(folders) > 1 and not {folder.name.casefold() for folder in folders} <= _PARTS:
        return
    below = [contents(folder) for folder in folders]
    if all(each.folders and not each.images for each in below):
        first, inner = folders[0], below[0].folders[0].name
        raise ValueError(
            f"{first} holds only folders ({inner}, ...). If those are the classes, {root} is one"
            f" level too high: pass {first}. If they are patients, add another class."
        )
