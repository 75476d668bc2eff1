"""The reader of your own cells by a list: the images that it names, and their labels."""

import os
import re
from pathlib import Path

import pandas as pd

from ...common.checks import check_choice, check_path
from ..class_names import plain_name, subject_names
from ..folder_contents import existing_folder
from ..image_listing import contents_below
from ..label_lists import content_of, parse_labels
from ..tables import Listed
from .image_folder import search_subject, subject_pattern, warn_of
from .listed_images import found_images

INDEX = "index.csv"  # the list that a data set brings along


def read_image_list(
    root: str | Path,
    labels: str | Path | None = None,
    subject: str | None = None,
    group: str | None = None,
    only: str | None = None,
) -> pd.DataFrame:
    """Read the images below a folder, at any depth, that a list of labels names.

    The list is CSV, as spreadsheets save it and `LabelDesk` writes it: the columns `file` and
    `label`, and if wanted `subject` and `content`, in any case and order; commas, semicolons or
    tabs. `content` decides which image is meant, if a row has it: an image may be moved and
    renamed. Otherwise `file` does: the path below `root`, or the end of a path that one image
    alone has.

    - `labels`: the list; by default `index.csv` in `root`.
    - `subject`: as in `read_image_folder`. Without it, and without the column, the folders in
      `root` are the subjects, unless they look like classes: one is called as a label is, or
      each holds one label.
    - `group`: the column to take for `subject`.
    - `only`: a column of 1 and 0; read the rows that have 1 there.

    Rows are in the order of their paths; splits are empty strings. Rows without a label are left
    out, with a warning.

    Raises FileNotFoundError if folder or list are missing; PermissionError for anything
    unreadable (permission denied); ValueError for something that is no such list, an image that
    is not found, fits no row alone, or has two labels.
    """
    table, left_out = list_image_list(root, labels, subject, group, only)
    warn_of(left_out)
    return table


def list_image_list(
    root: str | Path,
    labels: str | Path | None = None,
    subject: str | None = None,
    group: str | None = None,
    only: str | None = None,
    other: Path | None = None,
) -> Listed:
    """What `read_image_list` reads, and in silence what it leaves out.

    - `other`: a folder in which images may be that are not in `root`.
    """
    pattern, root = subject_pattern(subject), existing_folder("root", root, "the images")
    path = root / INDEX if labels is None else check_path("labels", labels, "file")
    listed = _chosen(content_of(path), path, group, only)
    folders = [root] if other is None else [root, existing_folder("other", other, "the images")]
    found = {folder: contents_below(folder).values() for folder in folders}
    left_out = {path: why for each in found[root] for path, why in each.left_out.items()}
    images = {
        folder: [str(path) for each in inside for path in each.images]
        for folder, inside in found.items()
    }
    listed = listed.assign(path=found_images(listed, images, path))
    labelled = listed["label"] != ""
    kept = listed[labelled].drop_duplicates(["path", "label", "subject"], ignore_index=True)
    if kept.empty:
        raise ValueError(f"{path} labels no image: none of its {len(listed)} lines has a label.")
    for image, rows in kept[kept["path"].duplicated(keep=False)].groupby("path"):
        said = " and as ".join((rows["label"] + " " + rows["subject"]).str.strip())
        raise ValueError(f"{path} lists {image} as {said}: keep one of the lines.")
    skipped = listed["path"][~listed["path"].isin(kept["path"])]
    left_out |= dict.fromkeys(skipped, f"without a label in {path}")
    kept = kept.assign(subject=_subjects(kept, root, pattern), split="")
    table = kept[["path", "label", "subject", "split"]].sort_values("path", ignore_index=True)
    return Listed(table, left_out)


def _chosen(content: bytes, name: Path, group: str | None, only: str | None) -> pd.DataFrame:
    """The rows of a list that `only` chooses, with `group` for their subjects."""
    columns = [column for column in (group, only) if column is not None]
    if odd := [column for column in columns if not isinstance(column, str)]:
        raise ValueError(
            f"`group` and `only` must be names of the list's columns, but one was {odd[0]!r}."
        )
    listed = parse_labels(content, str(name), *columns)
    if only is not None:
        for file, said in zip(listed["file"], listed[only], strict=True):
            check_choice(f"{only} of {file}", said, ("0", "1"))
        listed = listed[listed[only] == "1"].reset_index(drop=True)
    return listed if group is None else listed.assign(subject=listed[group])


def _subjects(kept: pd.DataFrame, root: Path, pattern: re.Pattern | None) -> list[str]:
    """By the pattern, else by the list, else by the folders in `root`, if they are patients'."""
    if pattern or kept["subject"].any():
        names = [search_subject(pattern, Path(path)) for path in kept["path"]]
        return subject_names(names if pattern else kept["subject"].tolist())
    folders = [os.path.relpath(os.path.dirname(path), root) for path in kept["path"]]
    called_as_classes = set(map(plain_name, folders)) & set(map(plain_name, kept["label"]))
    mixed = kept.groupby(folders)["label"].nunique().max() > 1  # or each folder is a class
    if called_as_classes or not mixed or any(map(_no_subject, folders)):
        return [""] * len(kept)
    return subject_names(folders)


def _no_subject(folder: str) -> bool:
    return folder in (os.curdir, os.pardir) or os.sep in folder
