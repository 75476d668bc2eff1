"""Identical files, known by what is in them, wherever they lie and whatever they are called."""

import hashlib

import numpy as np
import pandas as pd

from ..common.checks import check_rows, check_table
from .decoding import of_each_file
from .folder_contents import paths_of, readable, state

DIGITS = 32  # of SHA-256 in hexadecimal, which a browser computes as well
_AT_ONCE = 32  # files of a few kB, which a thread hashes faster than it can be given them


def content_keys(table: pd.DataFrame) -> np.ndarray:
    """A hash of each row's file, (N,), 32 hexadecimal digits; a column `content` is taken as it is.

    Raises FileNotFoundError for a file that is gone, ValueError for a column of something else,
    UnreadableImageError for files that may not be read (permission denied).
    """
    check_table(table, columns=())
    if "content" not in table:
        keys = of_each_file(_key, paths_of(table), at_once=_AT_ONCE)
        return np.array(keys, dtype=f"U{DIGITS}")
    keys = table["content"].astype(str)
    if not (right := keys.str.fullmatch(f"[0-9a-f]{{{DIGITS}}}")).all():
        raise ValueError(
            f"A column `content` must hold content_keys, but held {keys[~right].iloc[0]!r}:"
            " rename it."
        )
    return keys.to_numpy(dtype=str)


def merge_subjects(table: pd.DataFrame) -> pd.Series:
    """Subjects, with one name, the first in order, for those that share byte-identical files.

    A file under two names means that both are one person, or that one name is wrong; either way
    their cells are not independent. Rows without a subject keep their empty string.
    """
    check_table(table, columns=("path", "subject"))
    subjects = check_rows("subject", table["subject"])
    if gaps := int(pd.isna(subjects).sum()):
        raise ValueError(
            f'{gaps} of {len(subjects)} subjects are missing: write "" where nobody is named.'
        )
    group = _copies(table)
    copies = pd.DataFrame({"subject": subjects, "group": group})[group >= 0]
    merged = {name: name for name in subjects}
    for _, names in copies[copies["subject"] != ""].groupby("group")["subject"]:
        joined = {merged[name] for name in names}
        merged |= {name: min(joined, key=str) for name, now in merged.items() if now in joined}
    return table["subject"].map(merged)


def unique_files(table: pd.DataFrame) -> pd.DataFrame:
    """The table with only the first of each set of byte-identical files."""
    repeated = pd.Series(content_keys(table)).duplicated().to_numpy()
    return table[~repeated].reset_index(drop=True)


def identical_files(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose files are byte-identical to another row's.

    The column `group` numbers the sets of copies in the table's order.
    """
    group = _copies(table)
    return table[group >= 0].assign(group=group[group >= 0])


def rows_of_copies(table: pd.DataFrame, known: pd.DataFrame) -> np.ndarray:
    """For each row of a table, the first row of `known` whose file has the same content, or -1."""
    keys = pd.Series(content_keys(known)).drop_duplicates()
    found = pd.Series(keys.index, keys).reindex(content_keys(table), fill_value=-1)
    return found.to_numpy()


def _copies(table: pd.DataFrame) -> np.ndarray:
    """Each row's group of byte-identical files, -1 for a file without a copy."""
    keys = pd.Series(content_keys(table))
    copied = keys.duplicated(keep=False).to_numpy()
    group = np.full(len(keys), -1)
    group[copied] = pd.factorize(keys[copied])[0]
    return group


def _key(path: str) -> str:
    state(path)
    with readable(path), open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:DIGITS]
