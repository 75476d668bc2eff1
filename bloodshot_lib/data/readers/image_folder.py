"""The reader of your own cells: a folder of class folders, or of unlabelled images."""

import re
from pathlib import Path

import pandas as pd

from ...common.checks import check_switch
from ..folder_contents import IMAGE_SUFFIXES, class_folders, existing_folder, images_in
from ..tables import table_of


def read_image_folder(
    root: str | Path, subject: str | None = None, labelled: bool = True
) -> pd.DataFrame:
    """Read a folder of class folders: the label of an image is the name of its folder.

    - `subject`: a regular expression searched for in each file name; its first group is the
      subject (donor, patient). Without it, subjects are empty strings.
    - `labelled`: False if the images are in `root` itself; their labels are missing values.
      Sub-folders are then an error, because their cells would be lost silently.

    Splits are empty strings: see `split_table`.

    Raises

    - FileNotFoundError if `root` is missing, NotADirectoryError if it is a file;
    - PermissionError for anything unreadable (permission denied);
    - ValueError if `root` is one level too high or too low, a class folder is empty, two class
      names differ only in case, in spaces or in how accents are stored, a file is a broken
      symbolic link or a pipe, or `subject` finds nothing in a name.
    """
    labelled, pattern = check_switch("labelled", labelled), _subject_pattern(subject)
    root = existing_folder("root", root, "one sub-folder per class" if labelled else "the images")
    folders = {each: each.name for each in class_folders(root)} if labelled else {root: None}
    rows = []
    for folder, label in folders.items():
        for path in images_in(folder, IMAGE_SUFFIXES):
            rows.append((path, label, _search_subject(pattern, path), ""))
    return table_of(rows)


def _subject_pattern(pattern: object) -> re.Pattern | None:
    """The regular expression that finds a subject, its first group."""
    if pattern is None:
        return None
    rule = "`subject` is a regular expression with a group in round brackets, as r'^(P[0-9]+)_'"
    try:
        compiled = re.compile(pattern)
    except (re.error, TypeError) as error:
        raise ValueError(f"{rule}; got {pattern!r}: {error}.") from error
    if not isinstance(compiled.pattern, str) or compiled.groups == 0:
        raise ValueError(f"{rule}: the part of a file name that is the subject; got {pattern!r}.")
    return compiled


def _search_subject(pattern: re.Pattern | None, path: Path) -> str:
    if pattern is None:
        return ""
    match = pattern.search(path.name)
    if match is None or not match[1]:
        raise ValueError(
            f"The first group of `subject`, {pattern.pattern!r}, finds nothing in the file name"
            f" {path.name}: fix the pattern, or leave `subject` out."
        )
    return match[1]
