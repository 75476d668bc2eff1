"""Identical files among cells: each set one cell, of one class."""

import pandas as pd

from ..data.contents import identical_files, unique_files


def tell_copies(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The table with one of each set of identical files, those sets, and those of several labels.

    The sets are tables of `file` and `label`, numbered by `group`.
    """
    copies = identical_files(table)[["group", "file", "label"]]
    contradicted = copies.groupby("group")["label"].transform("nunique") > 1
    once = unique_files(table.drop(index=copies.index[contradicted]))
    return once, copies[~contradicted], copies[contradicted]


def refuse_contradictions(contradictions: pd.DataFrame) -> None:
    """Raise ValueError, with their names, if images are in several classes."""
    listed = [
        f"{' = '.join(copies['file'])} ({', '.join(copies['label'].unique())})"
        for _, copies in contradictions.groupby("group")
    ]
    if listed:
        raise ValueError(
            f"One image must be in one class only, but {len(listed)} are in several, by their"
            f" content: {'; '.join(listed[:5])}{'; ...' * (len(listed) > 5)}. Keep each in one."
        )


def copied(new: pd.DataFrame) -> list[str]:
    """What to know if new cells are identical files."""
    copies = new["file"][new["content"].duplicated()]
    return [
        f"{len(copies)} of the {len(new)} new images are identical to others, first {first}, and"
        " each counts as a cell: leave one of each."
        for first in copies[:1]
    ]
