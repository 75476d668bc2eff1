"""The reader of your own cells: a folder of class folders, or of unlabelled images."""

import re
from pathlib import Path

import pandas as pd

from ...common.checks import check_switch
from ..class_folders import cells_in, class_folders
from ..class_names import subject_names
from ..folder_contents import existing_folder
from ..image_listing import IMAGE_SUFFIXES, warn_of
from ..tables import Listed, table_of


def read_image_folder(
    root: str | Path, subject: str | None = None, labelled: bool = True
) -> pd.DataFrame:
    """Read a folder of class folders: the label of an image is the name of its folder.

    Images may lie in one more level of folders, one for each patient: `class/patient/image`, or
    `patient/image` without labels. The patient is then the subject.

    - `subject`: a regular expression searched for in each file name; its first group is the
      subject (donor, patient), whatever folder the image is in. Without it, subjects are the
      patients' folders, or empty strings. Subjects that differ only in case or spaces are one.
    - `labelled`: False if the images have no labels, and are in `root` itself or in patients'
      folders; their labels are missing values.

    Splits are empty strings: see `split_table`. A warning names the files and the operating
    system's folders that are left out; hidden files and lists (.csv) are left out silently. A
    class or subject called NA, None or the like becomes "class NA" or "subject NA", because
    other programs would read it as nothing.

    Raises

    - FileNotFoundError if `root` is missing, NotADirectoryError if it is a file;
    - PermissionError for anything unreadable (permission denied);
    - ValueError if `root` is one level too high or too low, a class folder is empty, images lie
      beside patients' folders and no pattern says whose they are, a class's name cannot be typed,
      two differ only in case, in spaces or in how accents are stored, a file is a broken
      symbolic link or a pipe, or `subject` finds nothing in a name.
    """
    table, left_out = list_image_folder(root, subject, labelled)
    warn_of(left_out)
    return table


def list_image_folder(
    root: str | Path,
    subject: str | None = None,
    labelled: bool = True,
    suffixes: tuple[str, ...] = IMAGE_SUFFIXES,
) -> Listed:
    """What `read_image_folder` reads, and in silence what it leaves out."""
    labelled, pattern = check_switch("labelled", labelled), subject_pattern(subject)
    root = existing_folder("root", root, "one sub-folder per class" if labelled else "the images")
    left_out, rows = {}, []
    for folder, label in (class_folders(root, left_out) if labelled else {root: None}).items():
        for path, patient in cells_in(folder, left_out, suffixes, mixed=pattern is not None):
            rows.append((path, label, search_subject(pattern, path) or patient, ""))
    table = table_of(rows)
    return Listed(table.assign(subject=subject_names(table["subject"])), left_out)


def subject_pattern(pattern: object) -> re.Pattern | None:
    """The regular expression that finds a subject, its first group."""
    if pattern is None:
        return None
    try:
        compiled = re.compile(pattern)
        fault = "" if isinstance(compiled.pattern, str) and compiled.groups else "it has no group"
    except (re.error, TypeError) as error:
        fault = error
    if fault:
        raise ValueError(
            "`subject` must be a pattern (a regular expression) with the subject in round brackets,"
            f" such as '^(P[0-9]+)_', but was {pattern!r}: {fault}."
        )
    return compiled


def search_subject(pattern: re.Pattern | None, path: Path) -> str:
    """The subject in a file's name, "" without a pattern."""
    match = pattern and pattern.search(path.name)
    if pattern and not (match and match[1]):
        raise ValueError(
            f"`subject` must find a name in each file's, but {pattern.pattern!r} finds nothing in"
            f" {path.name}."
        )
    return match[1] if match else ""
